"""Registrations to rates: 10,000 registrations of one holiday programme, from files to files.

The peer is what an analyst writes with pandas and rapidfuzz: names in small letters, children
compared by birthday, addresses merged after a few replacements and the rest looked up by
similarity; counts per area and age. It protects nothing, reports no error and keeps every name in
its frames. The second case is the finding of the children alone, against every spelling being a
child of its own (15 % too many).
"""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import scipy
from measure import Case
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from sozialraum.sources.registrations.duplicates import find_children
from sozialraum.sources.registrations.names import normalise_name
from sozialraum.testing import synthetic_city, synthetic_registrations
from sozialraum.testing.programme_files import AGES, write_programme
from sozialraum.workflows.participation.run import run_participation

FILE = Path(__file__).parents[1] / "config" / "ferienprogramm_musterstadt.toml"


def whole_run(data: Path, out: Path) -> int:
    """Read, place, link, count, protect and write; return the number of children in tens."""
    result = run_participation(FILE, data=data)
    result.save(out)
    return result.released.totals["distinct_children"]


def plain_run(data: Path, out: Path) -> int:
    """Do the same the plain way, without protection; return the number of children."""
    read = functools.partial(pd.read_csv, sep=";", dtype=str, keep_default_na=False)
    records, houses = read(data / "anmeldungen.csv"), read(data / "adressen.csv")
    placed = _plain_places(records, houses)
    records["child"] = _plain_children(records)
    age = 2024 - pd.to_datetime(records["birth_date"]).dt.year
    records["age"] = pd.cut(age, [5, 9, 14], labels=list(AGES)).astype(object)
    records[["bezirk", "sprengel"]] = placed[["bezirk", "sprengel"]].to_numpy()
    out.mkdir(exist_ok=True)
    for name in ("bezirk", "sprengel"):
        first = records.drop_duplicates("child")
        taking = first.groupby([name, "age"]).size().unstack(fill_value=0)
        folder = {"bezirk": "kinder_bezirke.csv", "sprengel": "kinder_sprengel.csv"}
        living = read(data / folder[name]).set_index(name)[list(AGES.values())].astype(float)
        rate = taking / living.set_axis(list(AGES), axis=1)
        rate.to_csv(out / f"{name}.csv", sep=";")
    return int(records["child"].nunique())


def _plain_places(records: pd.DataFrame, houses: pd.DataFrame) -> pd.DataFrame:
    def street(names: pd.Series) -> pd.Series:
        told = names.str.lower().str.replace("ß", "ss")
        for umlaut, spelt in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
            told = told.str.replace(umlaut, spelt)
        return told.str.replace("str.", "strasse").str.replace(r"[\s-]", "", regex=True)

    houses = houses.assign(
        street=street(houses["street"]), house_number=houses["number"] + houses["suffix"]
    ).drop_duplicates(["street", "house_number"])
    asked = pd.DataFrame(
        {
            "street": street(records["street"]),
            "house_number": records["house_number"].str.replace(" ", ""),
        }
    )
    known = houses["street"].unique()
    unknown = sorted(set(asked["street"]) - set(known))
    found = {name: process.extractOne(name, known, scorer=fuzz.ratio)[0] for name in unknown}
    asked["street"] = asked["street"].replace(found)
    return asked.merge(houses, on=["street", "house_number"], how="left")


def _plain_children(records: pd.DataFrame) -> np.ndarray:
    names = (records["given_name"] + " " + records["surname"]).str.lower()
    left, right = [], []
    for rows in records.groupby("birth_date").indices.values():
        alike = process.cdist(names.iloc[rows], names.iloc[rows], scorer=JaroWinkler.similarity)
        i, j = np.nonzero(np.triu(alike > 0.9, 1))
        left.append(rows[i])
        right.append(rows[j])
    pairs = np.concatenate(left), np.concatenate(right)
    graph = scipy.sparse.coo_array((np.ones(len(pairs[0])), pairs), shape=(len(names),) * 2)
    return scipy.sparse.csgraph.connected_components(graph, directed=False)[1]


def cases(small: bool = False) -> list[Case]:
    """Return the work on 10,000 registrations (small: 500)."""
    n = 500 if small else 10_000
    city, home = synthetic_city(), Path(tempfile.mkdtemp(prefix="ferienprogramm-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    write_programme(city, home, n=n)
    records, _ = synthetic_registrations(city, n)

    def ours() -> int:
        birth = pd.to_datetime(records["birth_date"])
        address = records["street"] + records["house_number"]
        return find_children(
            records["given_name"], records["surname"], birth, address
        ).likely.nunique()

    def exact() -> int:
        names = records[["given_name", "surname"]].map(normalise_name)
        return len(names.assign(birth=records["birth_date"]).drop_duplicates())

    size = f"{n} registrations, {len(city.addresses)} houses"
    plain = {"pandas + rapidfuzz, unprotected": lambda: plain_run(home, home / "plain")}
    return [
        Case("participation, files to files", lambda: whole_run(home, home / "ours"), plain,
             "10,000 in 5 s", size, rounds=3),
        Case("find children", ours, {"exact names": exact}, "", f"{n} registrations"),
    ]  # fmt: skip


def test_the_whole_run_counts_children_better_than_the_plain_way():
    whole, _ = cases(small=True)
    _, truth = synthetic_registrations(synthetic_city(), 500)
    real = truth["child"].nunique()
    (plain,) = whole.peers.values()
    assert abs(whole.ours() - real) <= 10 / 2 + 0.01 * real  # told in tens
    assert abs(plain() - real) >= abs(whole.ours() - real) - 5


def test_every_spelling_is_not_a_child():
    _, case = cases(small=True)
    assert 0 < case.ours() < case.peers["exact names"]() <= 500
