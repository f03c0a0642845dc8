"""Pairs of deliveries by an attacker who knows windows and totals, at every door but the build.

``python benchmarks/door_pairs.py RECORD [PAIRS]`` appends one line per pair to RECORD (JSON lines)
and goes on where it stopped. As in `wide_pairs` persons are moved between blocks within all windows
told, all totals equal; then plans, early warning, cockpit, accounts, larger areas, frozen scales,
methods side by side and batches are made of both deliveries. Their public bytes must be equal.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import wide_pairs
from door_city import CHAIN, HEAD, PLAN, TABLE, TWO, build_text, write_people, write_places

from sozialraum.model.errors import SozialraumError
from sozialraum.workflows.batch.batching import batch
from sozialraum.workflows.build.building import build, build_for_office
from sozialraum.workflows.compare.methods import compare_methods
from sozialraum.workflows.plan.decision import decide
from sozialraum.workflows.watch.watching import watch

DAY, BEFORE = "2024-12-31", "2023-12-31"
MONTHS = 30
Write = Callable[[Path, np.random.Generator], Callable[[Path], None]]


def _kept(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _built(file: Path) -> Callable[[Path], None]:
    return lambda out: _save(build(file), out)


def _save(outcome: object, out: Path) -> None:
    outcome.save(out)  # type: ignore[attr-defined]


# --- the doors: what each writes into the folder, and how its public files are made


def cockpit(folder: Path, rng: np.random.Generator) -> Callable[[Path], None]:
    """Page, workbook and paper of many figures, two surveys, balances, ratios and counts."""
    more = (
        "[[indicators]]\nid = 'zahl'\nlabel = 'Wie viele'\nkind = 'count'\n"
        "direction = 'neutral'\nnumerator = 'v0'\n"
        "[[indicators]]\nid = 'saldo'\nlabel = 'Saldo'\ndirection = 'neutral'\n"
        "incoming = 'v0'\noutgoing = 'v2'\ndenominator = 'einwohner'\n"
        "[[indicators]]\nid = 'verhaeltnis'\nlabel = 'Verhältnis'\nkind = 'ratio'\n"
        "direction = 'neutral'\nnumerator = 'v0'\ndenominator = 'v1'\nuse = 'layer'\n"
        "[[indicators]]\nid = 'umfrage'\nlabel = 'Befragte'\ndirection = 'neutral'\n"
        "numerator = 'teil'\ndenominator = 'kinder'\nsurvey = true\npopulation = 'einwohner'\n"
        "[[compare]]\nlabel = 'Zwei'\nleft = 'A'\nright = 'B'\n"
        "[[compare.rows]]\nlabel = 'alle'\nleft = 'umfrage'\nright = 'v0'\n"
        "[population]\nvariable = 'einwohner'\n"
    )
    files = "'csv', 'cockpit', 'karten', 'bericht', 'steckbriefe', 'geopackage', 'methode'"
    return _built(_kept(folder, "bau.toml", build_text(rng, BEFORE, DAY, more=more, files=files)))


def levels(folder: Path, rng: np.random.Generator) -> Callable[[Path], None]:
    """Larger areas by counts and by index, two participations, change, outcomes."""
    more = (
        "[[levels]]\nparent = 'bezirke'\nof = 'counts'\n" + TWO
        + "[transitions]\nlabel = 'W'\ncases = 'wechsel'\nchildren = 'kinder'\n[outcomes]\n" + CHAIN
        + "[population]\nvariable = 'kinder'\nshown = 'kinder'\nshown_label = 'Kinder'\n"
        + "[space_statistics]\npermutations = 99\nsegregation = ['v0', 'mig']\n"
    )  # fmt: skip
    files = "'csv', 'xlsx', 'karte', 'metadaten', 'vorlage', 'methode', 'kommonitor', 'parquet'"
    return _built(_kept(folder, "bau.toml", build_text(rng, BEFORE, DAY, more=more, files=files)))


def measures(folder: Path, rng: np.random.Generator) -> Callable[[Path], None]:
    """The register of measures and the account of what became of them."""
    keys = gpd.read_file(folder / "ziele.gpkg")["nr"].tolist()
    rows = {
        "id": ["M1", "M2"], "massnahme": ["Treff", "Kurs"], "bedarf": ["", ""],
        "kennzahl": ["v0", "mig"], "gebiete": [", ".join(keys[:4]), ", ".join(keys[2:7])],
        "vergleich": ["", ""], "gewaehlt_nach": ["2022", ""], "beginn": ["2024-02", "2024-05"],
        "ende": ["", ""], "zustaendig": ["", ""], "beschluss": ["", ""], "stand": ["", ""],
        "mittel_euro": [1000, ""], "ziel": [8, ""], "frist": ["2027", ""],
    }  # fmt: skip
    pd.DataFrame(rows).to_csv(folder / "massnahmen.csv", sep=";", index=False)
    more = "[measures]\nfile = 'massnahmen.csv'\n[report]\ntitle = 'Rechenschaft'\n"
    return _built(_kept(folder, "bau.toml", build_text(rng, BEFORE, DAY, more=more)))


def reference(folder: Path, rng: np.random.Generator) -> Callable[[Path], None]:
    """A later result by the frozen scale of an earlier one; and both beside each other."""
    first = _kept(folder, "bau.toml", build_text(rng, BEFORE))
    text = first.read_text("utf-8").replace(BEFORE[:4], DAY[:4]).replace(BEFORE, DAY)
    second = _kept(folder, "später.toml", text)

    def made(out: Path) -> None:
        _save(build(first), out / "damals")
        frozen = text.replace(
            "recipe =", f"reference = '{(out / 'damals').as_posix()}'\nrecipe =", 1
        )
        second.write_text(frozen, encoding="utf-8")
        _save(build(second), out / "heute")

    return made


def methods(folder: Path, rng: np.random.Generator) -> Callable[[Path], None]:
    """The city under several methods, and weighted by persons."""
    more = "[population]\nvariable = 'einwohner'\n"
    file = _kept(folder, "bau.toml", build_text(rng, DAY, more=more))
    recipes = ("equal_width_k", "nrw_density_style", "hagen_style")
    return lambda out: _save(compare_methods(build(file), recipes=recipes), out)


def office(folder: Path, rng: np.random.Generator) -> Callable[[Path], None]:
    """The public folder beside one for the office."""
    file = _kept(folder, "bau.toml", build_text(rng, DAY, files="'karte', 'csv', 'methode'"))

    def made(out: Path) -> None:
        with tempfile.TemporaryDirectory() as inner:
            outcome = build_for_office(file)
            outcome.save(out / "aus", office=Path(inner) / "amt")

    return made


def many(folder: Path, rng: np.random.Generator) -> Callable[[Path], None]:
    """A batch of two builds and its overview."""
    text = build_text(rng, DAY)
    _kept(folder, "bau.toml", text)
    listed = folder / "liste"
    listed.mkdir()
    for n, files in enumerate(("'csv', 'karte'", "'xlsx', 'metadaten'")):
        own = text.replace("data = '.'", "data = '..'").replace(
            "files = ['csv']", f"files = [{files}]"
        )
        _kept(listed, f"stadt_{n}.toml", own)

    def made(out: Path) -> None:
        batch(listed, out, workers=1)
        (out / "stand.jsonl").unlink()  # of the office: sizes and times of the files

    return made


def months(folder: Path, rng: np.random.Generator) -> Callable[[Path], None]:
    """The early warning, month by month."""
    base = pd.read_csv(folder / f"zahlen_{DAY[:4]}.csv", sep=";").set_index("nr")
    days = [str(d.date()) for d in pd.date_range("2022-07-31", periods=MONTHS, freq="ME")]
    for day in days:
        table = base[["kinder", "einwohner"]].copy()
        table["v0"] = np.minimum(rng.poisson(6, len(table)), table["kinder"])
        table["v1"] = np.minimum(rng.poisson(12, len(table)), table["kinder"])
        table.reset_index().to_csv(folder / f"zahlen_{day}.csv", sep=";", index=False)
    text = HEAD.replace("{{", "{").replace("}}", "}")
    text = text.replace("recipe =", f"stichtag = {days[-1]}\nrecipe =", 1)
    text += "".join(TABLE.format(file=f"zahlen_{day}.csv", day=day) for day in days)
    text += "".join(wide_pairs._indicator(v, v, "kinder") for v in ("v0", "v1"))
    text += (
        "[[counts]]\nname = 'v0'\nmeasure = 'flow'\n[[counts]]\nname = 'v1'\nmeasure = 'stock'\n"
        "[watch]\nindicators = ['v0', 'v1']\ndraws = 20\ndownwards = true\n"
        "[output]\nfiles = ['csv']\n"
    )
    file = _kept(folder, "bau.toml", text)
    return lambda out: _save(watch(file), out)


def plan(folder: Path, rng: np.random.Generator) -> Callable[[Path], None]:
    """All decisions of a plan, with files, houses, forecast, and a page for changes by hand."""
    blocks = gpd.read_file(folder / "bloecke.gpkg").set_index("nr")
    zones = gpd.read_file(folder / "ziele.gpkg").set_index("nr")
    write_places(folder, rng, blocks, zones)
    write_people(folder, rng, zones)
    more = TWO + "[[transitions]]\nlabel = 'W'\ncases = 'wechsel'\nchildren = 'kinder'\n" + CHAIN
    build_file = _kept(folder, "bau.toml", build_text(rng, DAY, more=more))
    named = {
        "in_need": rng.choice(["v0", "mig"]),
        "gap": rng.choice(["kinder", "v0", "jungen", "kita_j", "wechsel_m", "teil"]),
        "persons": rng.choice(["kinder", "kinder", "mig"]),
    }
    text = PLAN.format(**named)
    if rng.random() < 0.5:
        text += "[proposal]\ndecision = 'So.'\n"
    file = _kept(folder, "plan.toml", text)
    assert build_file.exists()

    def made(out: Path) -> None:
        with tempfile.TemporaryDirectory() as inner:
            decide(file, office=True).save(out / "plan", office=Path(inner) / "amt")

    return made


DOORS: dict[str, Write] = {
    "plan": plan, "cockpit": cockpit, "levels": levels, "months": months, "measures": measures,
    "reference": reference, "methods": methods, "office": office, "many": many,
}  # fmt: skip


def compare_pair(seed: int) -> dict[str, object]:
    """Go through one door with both deliveries."""
    door = [*DOORS][seed % len(DOORS)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "stadt"
        folder.mkdir()
        wide_pairs.write_city(folder, seed)
        _two_days(folder, seed)
        made = DOORS[door](folder, np.random.default_rng((seed, 14)))
        try:
            first = public_bytes(made, Path(name) / "eins")
            protected = build(folder / "bau.toml").protected
        except SozialraumError as error:
            codes = sorted({p.code for p in error.problems if p.severity == "error"})
            return {"seed": seed, "door": door, "stopped": codes}
        assert protected is not None
        tries = 300 if len(protected.tables) < MONTHS else 20
        moved = wide_pairs.move_persons(folder, folder / "bau.toml", protected, seed, tries)
        second = public_bytes(made, Path(name) / "zwei")
    different = sorted(n for n in {*first, *second} if first.get(n) != second.get(n))
    return {"seed": seed, "door": door, "moved": moved, "files": len(first), "different": different}


def _two_days(folder: Path, seed: int) -> None:
    """Write the areas in Bezirke, and a table for both days."""
    zones = gpd.read_file(folder / "ziele.gpkg")
    zones.assign(bezirk=[f"B{n % 3}" for n in range(len(zones))]).to_file(folder / "ziele.gpkg")
    keys = gpd.read_file(folder / "bloecke.gpkg")["nr"].tolist()
    rng = np.random.default_rng((seed, 15))
    for day in (BEFORE, DAY):
        table = wide_pairs._table(rng, keys, 30)
        table.rename_axis("nr").reset_index().to_csv(
            folder / f"zahlen_{day[:4]}.csv", sep=";", index=False
        )


def public_bytes(made: Callable[[Path], None], out: Path) -> dict[str, bytes]:
    """Return every public file that a door writes; the folder's own name is no part of them."""
    own = out.parent / "ergebnis"
    made(own)
    found = {p.relative_to(own).as_posix(): p.read_bytes() for p in own.rglob("*") if p.is_file()}
    own.rename(out)
    return found


if __name__ == "__main__":
    sys.exit(wide_pairs.run_pairs(compare_pair, 180))
