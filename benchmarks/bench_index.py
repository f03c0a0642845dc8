"""The index: national sizes beside plain pandas and NumPy."""

from __future__ import annotations

import numpy as np
import pandas as pd
from measure import Case

from sozialraum.index.classes import fit_breaks
from sozialraum.index.method import fit_index, fit_recipe
from sozialraum.index.ordering import copeland
from sozialraum.index.preparation.imputation import impute_panel
from sozialraum.index.recipes import read_recipe
from sozialraum.model import Indicator

DOMAIN_WEIGHTS = (0.225, 0.225, 0.135, 0.135, 0.093, 0.093, 0.093)


def shares(n, m, seed=1):
    rng = np.random.default_rng(seed)
    base = rng.normal(size=(n, 1))
    return 1 / (1 + np.exp(1.5 - 0.7 * base - 0.5 * rng.normal(size=(n, m))))


def iod(value):
    indicators = [
        Indicator(id=str(c), label=str(c), direction="burden", value=str(c), weight=w)
        for c, w in zip(value, DOMAIN_WEIGHTS, strict=True)
    ]
    fitted = fit_recipe(value, indicators, "iod_2019")
    return fitted.score(value)["index"]


def iod_pandas(value):
    rank = value.rank(ascending=False)
    share = (len(value) + 1 - rank) / len(value)
    score = -23 * np.log(1 - share * (1 - np.exp(-100 / 23)))
    index = score @ np.array(DOMAIN_WEIGHTS)
    pd.qcut(index, 10, labels=False)
    return index


def panel(rows, years):
    keys = [f"{n:06d}" for n in range(rows // years)]
    index = pd.MultiIndex.from_product([range(2000, 2000 + years), keys], names=["stichtag", "key"])
    value = shares(len(index), 9)
    rng = np.random.default_rng(2)
    value[rng.uniform(size=value.shape) < 0.02] = np.nan
    return pd.DataFrame(
        value, index=index, columns=[r["id"] for r in read_recipe("gisd_2019").roles]
    )


def gisd_indicators():
    recipe = read_recipe("gisd_2019")
    return [Indicator(value=r["id"], **{**r, "direction": "burden"}) for r in recipe.roles]


def gisd(frame):
    filled, _ = impute_panel(frame, method="regression")
    return fit_recipe(filled, gisd_indicators(), "gisd_2019").score(filled)["index"]


def gisd_pandas(frame):
    years = frame.index.get_level_values(0).to_numpy(float)
    t = years - years.mean()
    filled = frame.copy()
    for name in frame:
        own = frame.groupby(level=1)[name].transform("mean").to_numpy()
        design = np.column_stack([np.ones(len(t)), t, t**2, own, own * t, own * t**2])
        known = frame[name].notna().to_numpy()
        beta = np.linalg.lstsq(design[known], frame[name].to_numpy()[known], rcond=None)[0]
        filled.loc[~known, name] = np.maximum(design[~known] @ beta, 0)
    z = (filled - filled.mean()) / filled.std(ddof=1)
    total = 0.0
    for at in (0, 3, 6):
        part = z.iloc[:, at : at + 3]
        vector = np.linalg.eigh(part.corr().to_numpy())[1][:, -1]
        score = part.to_numpy() @ vector
        score = score * np.sign(np.corrcoef(score, z["arbeitslosigkeit"])[0, 1])
        total = total + (score - score.min()) / np.ptp(score)
    index = pd.Series((total - total.min()) / np.ptp(total), index=frame.index)
    pd.qcut(index, 5, labels=False)
    return index


def copeland_numpy(x):
    score = np.zeros(len(x))
    for i in range(len(x)):
        lead = np.sign(x[i] - x).sum(axis=1)
        score[i] = np.sign(lead).sum()
    return score


def jenks_numpy(x, k):
    """The quadratic programme, a row at a time."""
    x = np.sort(x - x.mean())
    first, second = np.append(0, np.cumsum(x)), np.append(0, np.cumsum(x**2))
    n = len(x)
    best = second[1:] - first[1:] ** 2 / np.arange(1, n + 1)
    starts = []
    for _ in range(1, k):
        again, start = np.full(n, np.inf), np.zeros(n, dtype=int)
        for j in range(1, n):
            i = np.arange(1, j + 1)
            cost = (
                best[i - 1]
                + second[j + 1]
                - second[i]
                - (first[j + 1] - first[i]) ** 2 / (j + 1 - i)
            )
            start[j] = i[cost.argmin()]
            again[j] = cost.min()
        best, starts = again, [*starts, start]
    return best[-1]


def zscore_index(value):
    indicators = [
        Indicator(id=str(c), label=str(c), direction="burden", value=str(c)) for c in value
    ]
    how = {"scaling": {"method": "zscore"}, "restandardise": {"method": "zscore"}}
    return fit_index(value, indicators, sections=how).score(value)["index"]


def zscore_pandas(value):
    z = (value - value.mean()) / value.std(ddof=0)
    index = z.mean(axis=1)
    return (index - index.mean()) / index.std(ddof=0)


def cases(small: bool = False) -> list[Case]:
    domains = pd.DataFrame(shares(500 if small else 32_844, 7)).rename(columns=str)
    gemeinden = panel(600 if small else 200_000, 10)
    compared = np.round(shares(60 if small else 5_000, 7), 3)
    cut = shares(80 if small else 3_000, 1)[:, 0]
    wide = pd.DataFrame(shares(100 if small else 33_755, 86)).rename(columns=str)
    compared_by = np.ones(7)
    return [
        Case(
            "IoD: ranks, exponential, sum, tenths",
            lambda: iod(domains),
            {"pandas": lambda: iod_pandas(domains)},
            "≤ 0.2 s",
            f"{len(domains):,} × 7",
        ),
        Case(
            "GISD: imputation, components, fifths",
            lambda: gisd(gemeinden),
            {"pandas": lambda: gisd_pandas(gemeinden)},
            "measured",
            f"{len(gemeinden):,} × 9",
        ),
        Case(
            "Copeland",
            lambda: copeland(compared, compared_by),
            {"NumPy by row": lambda: copeland_numpy(compared)},
            "≤ 2 s",
            f"{len(compared):,} × 7",
        ),
        Case(
            "Jenks, exact",
            lambda: fit_breaks(pd.Series(cut), method="jenks", k=5),
            {"NumPy by row": lambda: jenks_numpy(cut, 5)},
            "measured",
            f"{len(cut):,}, k = 5",
        ),
        Case(
            "z index, learnt and applied",
            lambda: zscore_index(wide),
            {"pandas": lambda: zscore_pandas(wide)},
            "measured",
            f"{len(wide):,} × 86",
        ),
    ]


def test_ours_and_the_plain_versions_agree():
    domains = pd.DataFrame(shares(500, 7)).rename(columns=str)
    assert np.allclose(iod(domains), iod_pandas(domains), atol=1e-9)
    gemeinden = panel(600, 10)
    assert np.allclose(gisd(gemeinden), gisd_pandas(gemeinden), atol=1e-9)
    compared = np.round(shares(60, 7), 2)
    assert copeland(compared, np.ones(7)).tolist() == copeland_numpy(compared).tolist()
    assert np.allclose(zscore_index(domains), zscore_pandas(domains))
    cut = shares(80, 1)[:, 0]
    inner = fit_breaks(pd.Series(cut), method="jenks", k=5).inner
    ours = [cut[np.digitize(cut, inner) == c] for c in range(5)]
    assert np.isclose(sum(((c - c.mean()) ** 2).sum() for c in ours), jenks_numpy(cut, 5))


def test_every_case_runs():
    for case in cases(small=True):
        case.ours()
        for peer in case.peers.values():
            peer()
