"""Small cities whose true shares are known."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sozialraum.index.aggregation import aggregate, fit_restandard, restandardise
from sozialraum.index.classes import classify, fit_breaks
from sozialraum.index.hierarchy import make_tree
from sozialraum.index.scaling import fit_scale, standardise
from sozialraum.model import Breaks, Indicator, Scale


@dataclass(frozen=True)
class City:
    truth: pd.DataFrame
    numerator: pd.DataFrame
    base: pd.DataFrame
    indicators: list[Indicator]

    @property
    def value(self):
        return self.numerator / self.base


def make_city(n=26, p=4, *, seed=0, persons=(60, 400), spread=0.6):
    rng = np.random.default_rng(seed)
    keys = pd.Index([f"{i:04d}" for i in range(n)])
    ids = [f"x{j}" for j in range(p)]
    logits = -1.2 + spread * rng.normal(size=(n, 1)) + 0.4 * rng.normal(size=(n, p))
    truth = 1 / (1 + np.exp(-logits))
    base = rng.integers(*persons, size=(n, p))
    counted = rng.binomial(base, truth)
    frame = lambda a: pd.DataFrame(np.asarray(a, float), index=keys, columns=ids)  # noqa: E731
    indicators = [
        Indicator(
            id=i, label=i, numerator=i, denominator=i, dimension=f"d{j % 2}", weight=1.0 + j % 3,
            direction="resource" if j % 3 == 2 else "burden",
        )
        for j, i in enumerate(ids)
    ]  # fmt: skip
    return City(frame(truth), frame(counted), frame(base), indicators)


@dataclass(frozen=True)
class Build:
    """A deterministic build made by the index room."""

    scale: Scale
    tree: tuple
    breaks: Breaks
    index: pd.Series
    restandard: Scale | None
    classes: pd.Series

    def arguments(self):
        return {
            "scale": self.scale, "tree": self.tree, "breaks": self.breaks, "index": self.index,
            "restandard": self.restandard,
        }  # fmt: skip


def build_index(value, indicators, *, scaling=None, aggregation=None, redo=None, classes=None):
    scale = fit_scale(value, indicators, **(scaling or {"method": "minmax"}))
    how = aggregation or {"method": "mean"}
    index = aggregate(standardise(value, scale), indicators, **how)["index"]
    restandard = fit_restandard(index, **redo) if redo else None
    if restandard is not None:
        index = restandardise(index, scale=restandard)
    breaks = fit_breaks(index, **(classes or {"method": "equal", "k": 5}))
    tree = make_tree(indicators, **{k: v for k, v in how.items() if k != "power"})
    return Build(scale, tree, breaks, index, restandard, classify(index, breaks))
