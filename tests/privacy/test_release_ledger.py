"""The ledger of releases: chained, anchored, and keyed by what was counted, not by its name."""

import json
import os
import threading
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from highs_attack import leaks
from random_cities import random_city

from sozialraum.model.errors import ConfigError, DisclosureError
from sozialraum.model.file_lock import locked_for_writing
from sozialraum.privacy.case_counts import CaseCounts
from sozialraum.privacy.ledger import (
    new_ledger,
    open_ledger,
    refuse_inside,
    verify_release,
)
from sozialraum.privacy.protecting import protect
from sozialraum.privacy.recording import recording
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.workflows.ledger import list_releases
from sozialraum.workflows.verify.verifying import other_inputs

DAY = "2024-12-31"
UNITS = [f"{n:03d}" for n in range(60)]
PLACES = {
    "sprengel": pd.Series([f"S{n % 30:02d}" for n in range(60)], UNITS),
    "bezirk": pd.Series([f"B{n // 2:02d}" for n in range(60)], UNITS),
}


@pytest.fixture
def files(tmp_path):
    ledger, key = tmp_path / "freigaben.jsonl", tmp_path / "geheim" / "freigaben.key"
    new_ledger(ledger, key)
    return ledger, key


@pytest.fixture
def counts():
    rng = np.random.default_rng(4)
    base = rng.integers(60, 200, 60)
    arm = rng.binomial(base, 0.3)
    arm_a = rng.binomial(arm, 0.4)
    hilfen = rng.binomial(base, 0.2)
    return pd.DataFrame({"kinder": base, "arm": arm, "arm_a": arm_a, "hilfen": hilfen}, UNITS)


def append(ledger, told, **about):
    """Record a release at once."""
    return recording(ledger, told, **about).record()


def release(files, counts, columns, *, publish=("sprengel",), day=DAY, order=None, **more):
    """Protect and record the named columns; return what was made and the ledger."""
    counts = counts if order is None else counts.iloc[order]
    cases = pd.DataFrame({n: counts[c] for n, c in columns.items()}).astype(float)
    base = pd.DataFrame(dict.fromkeys(columns, counts["kinder"]), cases.index).astype(float)
    ledger = open_ledger(*files)
    made = protect(
        [CaseCounts(day, cases, base)],
        PLACES,
        publish=publish,
        rules=more.pop("rules", DisclosureRules()),
        ledger=ledger,
        **more,
    )
    return made, append(ledger, made.draft.statements, title="Titel", date=day)


def table(made, place="sprengel", day=DAY):
    return made.protected.tables[day, place]


def test_a_renamed_column_has_its_earlier_windows(files, counts):
    first, _ = release(files, counts, {"arm": "arm"})
    second, _ = release(files, counts, {"kinderarmut": "arm"})
    assert table(second).low.kinderarmut.equals(table(first).low.arm.rename("kinderarmut"))
    assert table(second).high.kinderarmut.equals(table(first).high.arm.rename("kinderarmut"))


def test_a_rest_column_follows_from_what_was_told(files, counts):
    first, _ = release(files, counts, {"arm": "arm", "arm_a": "arm_a"})
    counts["arm_b"] = counts["arm"] - counts["arm_a"]
    second, _ = release(files, counts, {"arm_b": "arm_b"})
    told, rest = table(first), table(second)
    assert not second.protected.unpublished
    assert rest.low.arm_b.equals((told.low.arm - told.high.arm_a).clip(lower=0).rename("arm_b"))


def test_a_sum_of_earlier_columns_follows_from_them(files, counts):
    counts["arm_b"] = counts["arm"] - counts["arm_a"]
    first, _ = release(files, counts, {"arm_a": "arm_a", "arm_b": "arm_b"})
    second, _ = release(files, counts, {"zusammen": "arm"})
    told = table(first)
    assert table(second).low.zusammen.equals((told.low.arm_a + told.low.arm_b).rename("zusammen"))


def test_another_order_of_rows_and_another_title_change_nothing(files, counts):
    first, _ = release(files, counts, {"arm": "arm"})
    order = np.random.default_rng(0).permutation(60)
    second, _ = release(files, counts, {"arm": "arm"}, order=order)
    assert table(second).low.equals(table(first).low)


def test_the_same_release_again_is_not_a_new_one(files, counts):
    made, ledger = release(files, counts, {"arm": "arm", "hilfen": "hilfen"})
    again, _ = release(files, counts, {"arm": "arm", "hilfen": "hilfen"})
    assert again.draft.statements == made.draft.statements
    assert open_ledger(*files).holds(again.draft.statements) == (1, ledger.head)


def test_crossing_areas_are_audited_with_what_was_told_before(files, counts):
    """The same rare count on two sets of areas: what is told now or earlier makes no difference."""
    counts["selten"] = np.random.default_rng(1).binomial(counts["kinder"], 0.04)
    release(files, counts, {"selten": "selten"}, publish=("bezirk",))
    second, _ = release(files, counts, {"umbenannt": "selten"})
    cases, base = counts[["selten"]].astype(float), counts[["kinder"]].astype(float)
    base.columns = ["selten"]
    at_once = protect(
        [CaseCounts(DAY, cases, base)],
        PLACES,
        publish=["sprengel", "bezirk"],
        rules=DisclosureRules(),
    )
    # linked and rare (120 of 7,800 in 30 areas): wider windows from the second release on
    assert second.protected.partitions["umbenannt", "sprengel"].width == 9
    assert at_once.protected.partitions["selten", "sprengel"].width == 9


@pytest.mark.parametrize("seed", range(8))
def test_two_releases_together_leak_nothing(tmp_path, seed):
    """First one set of areas, a year later the crossing one under another name: exact attack."""
    city = next(c for n in range(99) if len((c := random_city(50 * seed + n)).places) == 2)
    files = tmp_path / "freigaben.jsonl", tmp_path / "geheim.key"
    new_ledger(*files)
    tables = {}
    for number, place in enumerate(("a", "b")):
        ledger, name = open_ledger(*files), "_neu" * number
        made = protect(
            [CaseCounts(DAY, city.cases.add_suffix(name), city.base.add_suffix(name))],
            city.places,
            publish=[place],
            rules=city.rules,
            ledger=ledger,
            # counts of these few persons resemble each other; the office says that they differ
            accepted=[f"{column}{name}" for column in city.cases if name],
        )
        append(ledger, made.draft.statements, title=place, date=DAY)
        told = made.protected.tables[DAY, place]
        frames = {n: getattr(told, n).set_axis(city.cases.columns, axis=1)
                  for n in ("middle", "low", "high", "base", "status")}  # fmt: skip
        tables[DAY, place] = replace(told, **frames)
    together = SimpleNamespace(tables=tables)
    assert leaks(city, together, totals=True) == []
    assert leaks(city, together, totals=False) == []


@pytest.mark.parametrize("seed", range(6))
def test_parts_told_beside_an_earlier_sum_leak_nothing(tmp_path, seed):
    """First the sum on one set of areas, then its parts on the crossing one: exact attack."""
    city = next(
        c
        for n in range(400)
        if "sum" in (c := random_city(60 * seed + n)).sums and len(c.places) == 2
    )
    city = replace(city, cases=city.cases[["v0", "v1", "sum"]], base=city.base[["v0", "v1", "sum"]],
                   sums={"sum": city.sums["sum"]})  # fmt: skip
    files = tmp_path / "freigaben.jsonl", tmp_path / "geheim.key"
    new_ledger(*files)
    tables = {}
    for columns, place in ((["sum"], "a"), (["v0", "v1"], "b")):
        counts = CaseCounts(DAY, city.cases[columns], city.base[columns])
        ledger = open_ledger(*files)
        made = protect([counts], city.places, publish=[place], rules=city.rules, ledger=ledger)
        append(ledger, made.draft.statements, title=place, date=DAY)
        told = made.protected.tables[DAY, place]
        frames = {n: getattr(told, n).reindex(columns=city.cases.columns)
                  for n in ("middle", "low", "high", "base", "status")}  # fmt: skip
        tables[DAY, place] = replace(told, **frames)
    assert leaks(city, SimpleNamespace(tables=tables), totals=True) == []


def test_areas_of_an_earlier_release_must_be_given(files, counts):
    release(files, counts, {"arm": "arm"})
    ledger = open_ledger(*files)
    cases, base = counts[["arm"]].astype(float), counts[["kinder"]].astype(float)
    with pytest.raises(DisclosureError, match="sprengel"):
        protect(
            [CaseCounts(DAY, cases, base.set_axis(["arm"], axis=1))],
            {"bezirk": PLACES["bezirk"]},
            publish=["bezirk"],
            rules=DisclosureRules(),
            ledger=ledger,
        )


def test_counts_on_areas_without_anything_in_common_must_be_told_apart(files, counts):
    """First per Sprengel of 30, then of other units of which no Sprengel is known."""
    sums = counts.groupby(PLACES["sprengel"]).sum().astype(float)
    own = pd.Series(sums.index, sums.index)
    base = sums[["kinder"]].set_axis(["arm"], axis=1)
    ledger = open_ledger(*files)
    first = protect([CaseCounts(DAY, sums[["arm"]], base)], {"sprengel": own},
                    publish=["sprengel"], rules=DisclosureRules(), ledger=ledger)  # fmt: skip
    ledger = append(ledger, first.draft.statements, title="T", date=DAY)
    cases, base = counts[["arm"]].astype(float), counts[["kinder"]].astype(float)
    later = [CaseCounts(DAY, cases, base.set_axis(["arm"], axis=1))]
    told = {"publish": ["bezirk"], "rules": DisclosureRules(), "ledger": ledger}
    with pytest.raises(DisclosureError, match="different"):
        protect(later, {"bezirk": PLACES["bezirk"]}, **told)
    assert protect(later, {"bezirk": PLACES["bezirk"]}, accepted=["arm"], **told)
    assert protect(later, PLACES, **told)


def test_a_series_keeps_its_partition_and_refuses_finer_ones(files, counts):
    release(files, counts, {"arm": "arm"})
    later = counts.assign(arm=(counts["arm"] * 0.7).astype(int))
    with pytest.raises(ConfigError, match="width = 3"):
        release(files, later, {"arm": "arm"}, day="2025-12-31", rules=DisclosureRules(minimum=3))
    made, _ = release(files, later, {"arm": "arm"}, day="2025-12-31",
                      rules=DisclosureRules(width=9))  # fmt: skip
    assert made.protected.partitions["arm", "sprengel"].width == 9


def test_a_corrected_delivery_must_be_called_one(files, counts):
    release(files, counts, {"arm": "arm"})
    corrected = counts.copy()
    corrected.loc["007", "arm"] += 1
    with pytest.raises(DisclosureError, match="berichtigte"):
        release(files, corrected, {"arm_neu": "arm"})
    made, _ = release(files, corrected, {"arm_neu": "arm"}, accepted=["arm_neu"])
    assert not made.protected.unpublished
    # another Stichtag is no correction
    release(files, corrected, {"arm_neu": "arm"}, day="2025-12-31")


def test_nothing_in_a_line_is_finer_than_what_was_told(files, counts):
    made, _ = release(files, counts, {"arm": "arm"})
    (line,) = files[0].read_text("utf-8").splitlines()
    (told,) = json.loads(line)["told"]["tables"]
    window = table(made)
    assert told["low"] == window.low.arm.tolist()
    assert told["high"] == window.high.arm.tolist()


@pytest.mark.parametrize("case", ["cut", "deleted", "edited", "swapped", "emptied"])
def test_a_ledger_that_was_tampered_with_is_refused(files, counts, case, tmp_path):
    release(files, counts, {"arm": "arm"})
    release(files, counts, {"hilfen": "hilfen"})
    path, text = files[0], files[0].read_text("utf-8")
    lines = text.splitlines(keepends=True)
    other = tmp_path / "anderes.jsonl", tmp_path / "anderes.key"
    new_ledger(*other)
    if case == "cut":
        path.write_text(lines[0], "utf-8")
    elif case == "deleted":
        path.unlink()
    elif case == "edited":
        path.write_text(text.replace('"hilfen"', '"hilfe"'), "utf-8")
    elif case == "swapped":
        release(other, counts, {"arm": "arm"})
        release(other, counts, {"hilfen": "hilfen"})
        path.write_text(other[0].read_text("utf-8"), "utf-8")
    else:
        path.write_text("", "utf-8")
    with pytest.raises(DisclosureError, match=r"Freigabebuch|Verzeichnis"):
        open_ledger(*files)


def test_an_edited_line_cannot_be_sealed_again_without_the_secret(files, counts):
    import hashlib

    release(files, counts, {"arm": "arm"})
    entry = json.loads(files[0].read_text("utf-8"))
    entry.pop("mac")
    entry["title"] = "anders"
    text = json.dumps(entry, ensure_ascii=False, sort_keys=True)
    entry["mac"] = hashlib.sha256(text.encode()).hexdigest()
    files[0].write_text(json.dumps(entry) + "\n", "utf-8")
    with pytest.raises(DisclosureError):
        open_ledger(*files)


def test_a_line_written_before_a_crash_binds(files, counts):
    """The line is on the disk, the key is not replaced yet: nothing was published."""
    before = files[1].read_text("utf-8")
    release(files, counts, {"arm": "arm"})
    files[1].write_text(before, "utf-8")
    ledger = open_ledger(*files)
    assert ledger.number == 1
    _, grown = release(files, counts, {"hilfen": "hilfen"})
    assert grown.number == 2
    assert open_ledger(*files).number == 2


def test_a_line_torn_by_a_crash_is_cut_off(files, counts):
    release(files, counts, {"arm": "arm"})
    with files[0].open("a", encoding="utf-8") as file:
        file.write('{"number": 2, "titel')
    _, grown = release(files, counts, {"hilfen": "hilfen"})
    assert grown.number == 2
    assert open_ledger(*files).number == 2


def test_of_two_builds_at_once_one_is_recorded(files, counts):
    ledger = open_ledger(*files)
    results = []

    def work(title):
        try:
            told = {"tables": [], "prints": [], "of": title}
            results.append(append(ledger, told, title=title, date=DAY).number)
        except DisclosureError:
            results.append("refused")

    threads = [threading.Thread(target=work, args=(t,)) for t in ("eins", "zwei")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, results)) == ["1", "refused"]
    assert open_ledger(*files).number == 1


def test_a_release_knows_its_number_and_head_before_it_is_recorded(files):
    place = recording(open_ledger(*files), {"tables": []}, title="T", date=DAY)
    assert files[0].stat().st_size == 0
    grown = place.record()
    assert place.release == {"number": 1, "head": grown.head[:16]}
    assert open_ledger(*files).head == grown.head
    again = recording(grown, {"tables": []}, title="later", date="2025-12-31")
    assert again.release == place.release
    assert again.record().number == 1


def test_a_release_that_was_recorded_since_has_its_number_again(files):
    ledger = open_ledger(*files)
    for _ in range(2):  # one result, written to two folders
        place = recording(ledger, {"tables": []}, title="T", date=DAY)
        assert place.release["number"] == place.record().number == 1


def test_a_refused_release_leaves_nothing(files):
    place = recording(open_ledger(*files), {"tables": [1]}, title="T", date=DAY)
    append(open_ledger(*files), {"tables": []}, title="schneller", date=DAY)
    with pytest.raises(DisclosureError, match="andere Veröffentlichung"):
        place.record()
    assert open_ledger(*files).number == 1


def test_a_ledger_that_somebody_writes_is_left_to_him(files):
    place = recording(open_ledger(*files), {"tables": [1]}, title="T", date=DAY)
    lock = files[0].with_name(f".{files[0].name}.sperre")
    with locked_for_writing(lock), pytest.raises(DisclosureError, match="andere Veröffentlichung"):
        place.record()
    assert place.record().number == 1
    assert not lock.exists()


@pytest.mark.skipif(os.name == "nt", reason="folders are closed by POSIX rights")
@pytest.mark.skipif(os.name != "nt" and os.geteuid() == 0, reason="root writes everywhere")
def test_a_ledger_that_cannot_be_written_is_a_message(files):
    place = recording(open_ledger(*files), {"tables": [1]}, title="T", date=DAY)
    files[0].chmod(0o400)
    with pytest.raises(DisclosureError, match="nicht geschrieben werden"):
        place.record()
    files[0].chmod(0o600)
    assert place.record().number == 1


def test_a_full_disk_leaves_a_ledger_that_is_whole(files, monkeypatch):
    place = recording(open_ledger(*files), {"tables": [1]}, title="T", date=DAY)
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError(28, "full", "f")))
        with pytest.raises(DisclosureError, match="nicht geschrieben werden"):
            place.record()
    assert open_ledger(*files).number in (0, 1)  # a line without a folder binds only


def test_a_paper_of_the_office_made_twice_is_one_entry(files):
    about = {"title": "T", "date": DAY, "audience": "intern", "inputs": {"a.csv": b"1"}}
    grown = recording(open_ledger(*files), {}, **about).record()
    assert recording(grown, {}, **about).record().number == 1
    assert recording(grown, {}, **about | {"inputs": {"a.csv": b"2"}}).record().number == 2


def test_a_folder_is_verified_by_number_and_head(files, counts):
    _, ledger = release(files, counts, {"arm": "arm"})
    verify_release(ledger, 1, ledger.head[:16])
    for number, head in ((2, ledger.head[:16]), (1, "0" * 16), (0, ledger.head[:16]), (1, "")):
        with pytest.raises(DisclosureError, match="nicht im Freigabebuch"):
            verify_release(ledger, number, head)
    assert list(list_releases(ledger.path, ledger.key).releases) == [
        {"number": 1, "title": "Titel", "date": DAY, "audience": "public", "head": ledger.head[:16]}
    ]


def test_the_key_is_safe_or_refused(files, tmp_path):
    ledger, key = files
    with pytest.raises(ConfigError, match="Schlüssel"):
        open_ledger(ledger, None)
    with pytest.raises(ConfigError, match="Ergebnisordner"):
        refuse_inside(open_ledger(ledger, key), key.parent)
    with pytest.raises(ConfigError, match="gibt es schon"):
        new_ledger(ledger, tmp_path / "neu.key")
    with pytest.raises(ConfigError, match="zwei Dateien"):
        new_ledger(tmp_path / "eins", tmp_path / "x" / ".." / "eins")
    with pytest.raises(ConfigError, match="Freigabebuch liegt im Ergebnisordner"):
        refuse_inside(open_ledger(ledger, key), ledger.parent)
    if os.name == "posix":
        assert key.stat().st_mode & 0o077 == 0
        key.chmod(0o644)
        with pytest.raises(ConfigError, match="lesbar"):
            open_ledger(ledger, key)
        key.chmod(0o600)
    key.write_text("{}", "utf-8")
    with pytest.raises(ConfigError, match="kein Schlüssel"):
        open_ledger(ledger, key)


def test_the_secret_is_in_no_repr(files):
    ledger = open_ledger(*files)
    assert ledger.secret.hex() not in repr(ledger)
    assert "secret" not in repr(ledger)


def test_papers_of_the_office_bind_nobody(files, counts):
    ledger = open_ledger(*files)
    made, _ = release(files, counts, {"arm": "arm"})
    ledger = append(
        open_ledger(*files), made.draft.statements, title="intern", date=DAY, audience="intern"
    )
    assert ledger.entries[-1]["told"] == {}
    assert list_releases(ledger.path, ledger.key).releases[-1]["audience"] == "intern"


def test_digests_of_inputs_are_recorded_under_the_secret(files):
    import hashlib

    digest = hashlib.sha256(b"daten").digest()
    ledger = append(open_ledger(*files), {}, title="T", date=DAY, inputs={"a.csv": digest})
    assert digest.hex() not in files[0].read_text("utf-8")
    assert set(ledger.entries[0]["inputs"]) == {"a.csv"}
    assert other_inputs(ledger, 1, {"a.csv": digest}) == []
    assert other_inputs(ledger, 1, {"a.csv": b"x", "b.csv": digest}) == ["a.csv", "b.csv"]
    assert other_inputs(ledger, 1, {}) == ["a.csv"]


def test_counts_of_other_units_are_found_by_their_areas(files, counts):
    """First delivered per Sprengel, later per block: the sums are the same counts."""
    sums = counts.groupby(PLACES["sprengel"]).sum()
    ledger = open_ledger(*files)
    own = pd.Series(sums.index, sums.index)
    first = protect(
        [CaseCounts(DAY, sums[["arm"]].astype(float),
                    sums[["kinder"]].astype(float).set_axis(["arm"], axis=1))],
        {"sprengel": own}, publish=["sprengel"], rules=DisclosureRules(), ledger=ledger,
    )  # fmt: skip
    append(ledger, first.draft.statements, title="T", date=DAY)
    second, _ = release(files, counts, {"neu": "arm"})
    assert table(second).low.neu.equals(table(first).low.arm.rename("neu"))
