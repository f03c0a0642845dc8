"""An attacker who has the files of a build, what everybody knows, and an integer programme.

Nothing of the audit is used here. What is known: the written files; how many persons each share
refers to; the rule (fewer than `minimum` are withheld, zeros are shown); how shares are rounded, and
how an index is made of them (both stand in the method note).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, hstack, vstack

from sozialraum.privacy.rounding import rounding_grid

Cell = tuple[str, str]
_TURNS = 5


class Undecided(Exception):
    """The attacker's programme neither found other counts nor excluded them."""


@dataclass
class Files:
    """What the attacker read."""

    table: pd.DataFrame
    manifest: dict
    indicators: list[str]
    decimals: int
    dimension_decimals: int

    @classmethod
    def read(cls, folder: Path) -> Files:
        table = pd.read_parquet(folder / "index.parquet").set_index("key")
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        decimals = manifest["details"]["disclosure"]["index_decimals"]
        return cls(table, manifest, manifest["indicators"], decimals, decimals)


@dataclass
class Attack:
    """Everything known as intervals ``low ≤ Σ coefficient × count ≤ high`` over whole counts."""

    files: Files
    base: pd.DataFrame
    whole: bool = True
    number: dict[Cell, int] = field(default_factory=dict)
    floor: list[float] = field(default_factory=list)
    ceiling: list[float] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)
    spreads: dict[str, tuple[float, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        disclosure = self.files.manifest["details"]["disclosure"]
        self.minimum, self.candidates = disclosure["minimum"], disclosure["candidates"]
        self.value_base = disclosure["value_base"]
        self.hidden: list[Cell] = []
        for name in self.files.indicators:
            for area in self.files.table.index:
                self._cell(area, name)
        self._city()
        self._indices()
        self._constants()

    # --- single shares ---------------------------------------------------------------------------

    def _cell(self, area: str, name: str) -> None:
        persons, shown = self.base.at[area, name], self.files.table.at[area, name]
        sign = self.files.table.at[area, f"{name}_zeichen"]
        if not persons > 0 or (np.isnan(shown) and sign != "."):
            return
        self.number[area, name] = len(self.floor)
        if np.isnan(shown):
            self.hidden.append((area, name))
            # below the smallest base a value is not shown whatever it is, so it may be nobody's
            self.floor.append(1.0 if persons >= self.value_base else 0.0)
            self.ceiling.append(persons)
            return
        every = np.arange(round(persons) + 1)
        step, low, high = rounding_grid(
            every.size - 1, minimum=self.minimum, candidates=self.candidates
        )
        told = np.floor(np.round(every / every[-1] / step, 9) + 0.5).clip(low, high) * step
        told[0] = 0.0
        others = round(persons) - every
        allowed = (every >= self.minimum) & (others >= self.minimum) | (every == 0)
        fits = every[allowed & (np.abs(told - shown) < 1e-9)]
        slack = 0.0 if self.whole else 1.0
        self.floor.append(max(fits.min() - slack, 0))
        self.ceiling.append(min(fits.max() + slack, persons))

    # --- sums ------------------------------------------------------------------------------------

    def _city(self) -> None:
        """City minus areas: the share of the whole, rounded like any other."""
        for name, share in self.files.manifest["city"].items():
            inside = [(a, n) for a, n in self.number if n == name]
            persons = sum(self.base.at[c] for c in inside)
            # a thousandth is the finest step of any share; no finer assumption is safe to make
            half = 0.0005 * persons + (0 if self.whole else len(inside))
            if len(inside) == self.base[name].gt(0).sum():
                row = {self.number[c]: 1.0 for c in inside}
                self.rows.append((row, share * persons - half, share * persons + half))

    def _parts(self, area: str, names: list[str]) -> tuple[dict[int, float], float] | None:
        """Return slopes and constant of the mean standardised value of some indicators."""
        scale = self.files.manifest["scales"]["index"]
        sign = dict(zip(scale["ids"], scale["sign"], strict=True))
        row, constant = {}, 0.0
        for name in names:
            if (area, name) not in self.number:
                return None
            p = scale["params"][name]
            start, reach = (p["low"], p["high"] - p["low"]) if "low" in p else (
                p["centre"], p["spread"])  # fmt: skip
            slope, offset = sign[name] / reach, -sign[name] * start / reach
            if "low" in p and sign[name] < 0:
                offset += 1.0
            row[self.number[area, name]] = slope / len(names) / self.base.at[area, name]
            constant += offset / len(names)
        return row, constant

    def _indices(self) -> None:
        """Index, class and dimensions as sums of the counts of their area."""
        table, breaks = self.files.table, self.files.manifest["breaks"]["index"]
        again = self.files.manifest["scales"].get("index.restandard", {}).get("params", {})
        again = again.get("index", {"centre": 0.0, "spread": 1.0})
        groups = self._groups()
        for area in table.index:
            parts = [self._parts(area, names) for names in groups.values()]
            if any(p is None for p in parts):
                continue
            row = {k: v / len(parts) / again["spread"] for p in parts for k, v in p[0].items()}
            constant = sum(p[1] for p in parts) / len(parts) - again["centre"]
            constant /= again["spread"]
            low, high = self._told(table.loc[area], breaks)
            self.rows.append((row, low - constant, high - constant))
            for name, part in zip(groups, parts, strict=True):
                shown = table.get(f"dim_{name}", pd.Series(dtype=float)).get(area, np.nan)
                if not np.isnan(shown):
                    half = 0.5 * 10.0**-self.files.dimension_decimals
                    self.rows.append((part[0], shown - half - part[1], shown + half - part[1]))

    def _groups(self) -> dict[str, list[str]]:
        groups: dict[str, list[str]] = {}
        for i in self.files.manifest["plan"]["indicators"]:
            groups.setdefault(i.get("dimension", ""), []).append(i["id"])
        return groups

    def _told(self, line: pd.Series, breaks: dict) -> tuple[float, float]:
        low, high = -np.inf, np.inf
        if not np.isnan(line["index"]):
            half = 0.5 * 10.0**-self.files.decimals
            low, high = line["index"] - half, line["index"] + half
        if not pd.isna(line["class"]):
            ends = [-np.inf, *breaks["inner"], np.inf]
            place = list(breaks["numbers"]).index(int(line["class"]))
            low, high = max(low, ends[place]), min(high, ends[place + 1])
        return low - 1e-9, high + 1e-9

    # --- constants of the method -----------------------------------------------------------------

    def _constants(self) -> None:
        """Every share lies between the ends of its scale; the mean is told to a thousandth."""
        for name, p in self.files.manifest["scales"]["index"]["params"].items():
            inside = [(a, n) for a, n in self.number if n == name]
            if "low" in p:
                for cell in inside:
                    persons, place = self.base.at[cell], self.number[cell]
                    self.floor[place] = max(self.floor[place], np.ceil(p["low"] * persons - 1e-6))
                    ceiling = np.floor(p["high"] * persons + 1e-6)
                    self.ceiling[place] = max(min(self.ceiling[place], ceiling), self.floor[place])
            elif len(inside) == p.get("n"):
                row = {self.number[c]: 1 / len(inside) / self.base.at[c] for c in inside}
                self.rows.append((row, p["centre"] - 0.0005, p["centre"] + 0.0005))
                self.spreads[name] = p["spread"] - 0.0005, p["spread"] + 0.0005

    def _spread(self, name: str, counts: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the spread of an indicator's shares, and its slope per count."""
        inside = [(a, n) for a, n in self.number if n == name]
        places = np.array([self.number[c] for c in inside])
        persons = np.array([self.base.at[c] for c in inside])
        share = counts[places] / persons
        spread, slope = share.std(), np.zeros(counts.size)
        slope[places] = (share - share.mean()) / (share.size * spread) / persons
        return spread, slope

    # --- solving ---------------------------------------------------------------------------------

    def counts(self, truth: pd.DataFrame) -> np.ndarray:
        """Return true counts in the order of the unknowns."""
        return np.array([float(truth.at[cell]) for cell in self.number])

    def know(self, cells: list[Cell], counts: np.ndarray) -> None:
        """Let the attacker know some counts exactly."""
        for place in (self.number[cell] for cell in cells):
            self.floor[place] = self.ceiling[place] = counts[place]

    def believes(self, counts: np.ndarray) -> bool:
        """Tell whether counts agree with every published figure."""
        matrix, low, high = self._system()
        told, slack = matrix @ counts, 1e-6
        fits = (told >= low - slack).all() and (told <= high + slack).all()
        fits &= (counts >= np.array(self.floor) - slack).all()
        fits &= (counts <= np.array(self.ceiling) + slack).all()
        for name, (least, most) in self.spreads.items():
            fits &= least - 1e-9 <= self._spread(name, counts)[0] <= most + 1e-9
        return bool(fits)

    def other(self, counts: np.ndarray, lifted: dict[Cell, float]) -> np.ndarray | None:
        """Return counts that leave every published figure as it is, near the given ones.

        `lifted` holds the least count of some cells (the largest, if it is below the given one).
        None where the programme says that there are none.
        """
        floor, ceiling = np.array(self.floor), np.array(self.ceiling)
        for cell, wanted in lifted.items():
            place = self.number[cell]
            if wanted > counts[place]:
                floor[place] = wanted
            else:
                ceiling[place] = wanted
        if (floor > ceiling + 1e-9).any():
            return None
        there = counts
        for _ in range(_TURNS):
            there = self._nearest(counts, there, floor, ceiling)
            if there is None or self.believes(there):
                return there
        raise Undecided

    def _nearest(
        self, counts: np.ndarray, there: np.ndarray, floor: np.ndarray, ceiling: np.ndarray
    ) -> np.ndarray | None:
        """Return the counts nearest to the given ones; spreads are straight lines around `there`.

        Each count is ``given + more − less``; the sum of both is as small as possible.
        """
        matrix, low, high = self._system()
        for name, (least, most) in self.spreads.items():
            spread, slope = self._spread(name, there)
            margin, middle = 0.01 * (most - least), slope @ there - spread
            matrix = vstack([matrix, slope[None, :]], format="csr")
            low = np.append(low, least + margin + middle)
            high = np.append(high, most - margin + middle)
        size, told = counts.size, matrix @ counts
        slack = 1e-9
        found = milp(
            np.ones(2 * size),
            constraints=LinearConstraint(
                hstack([matrix, -matrix], format="csr"), low - told - slack, high - told + slack
            ),
            integrality=np.full(2 * size, int(self.whole)),
            bounds=Bounds(
                np.concatenate([np.maximum(floor - counts, 0), np.maximum(counts - ceiling, 0)]),
                np.concatenate([np.maximum(ceiling - counts, 0), np.maximum(counts - floor, 0)]),
            ),
            options={"mip_rel_gap": 0.5, "time_limit": 2.0},
        )  # fmt: skip
        if found.status == 2:
            return None
        if found.x is None:
            raise Undecided
        moved = found.x[:size] - found.x[size:]
        return counts + (np.round(moved) if self.whole else moved)

    def _system(self) -> tuple[csr_array, np.ndarray, np.ndarray]:
        at = [(n, k, v) for n, (row, *_) in enumerate(self.rows) for k, v in row.items()]
        rows, columns, values = map(np.array, zip(*at, strict=True))
        shape = len(self.rows), len(self.floor)
        low, high = (np.array([row[k] for row in self.rows]) for k in (1, 2))
        return coo_array((values, (rows, columns)), shape).tocsr(), low, high
