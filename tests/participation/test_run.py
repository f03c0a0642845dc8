"""The run as a whole: released files hold rates, and no byte of a record leaves in any way."""

import dataclasses
import logging
import re
import traceback

import pandas as pd
import pytest
from participation.small_programme import CONFIG, assert_no_canary, run

from sozialraum.config.participation import read_participation
from sozialraum.model.errors import ConfigError, DataError
from sozialraum.sources.registrations import counting
from sozialraum.sources.registrations.duplicates import find_children
from sozialraum.sources.registrations.pseudonyms import PseudonymKey, make_pseudonyms
from sozialraum.workflows.participation.record_stage import shielded
from sozialraum.workflows.participation.run import run_participation

EXAMPLE = "config/ferienprogramm_musterstadt.toml"


def example():
    from pathlib import Path

    return Path(__file__).parents[2] / EXAMPLE


def test_children_and_bookings_are_two_measures_and_counted_by_hand(folder):
    ran = run(folder)
    areas = ran.released.areas.set_index(["area_set", "key", "age"])
    # 15 children of 100 in 01, 15 of 80 in 02, 10 of 60 in three others; 10 children of 01 have a
    # second booking. With five areas windows are 7 wide and hold 0: 0-5 · 6-12 · 13-19 · …
    first, second = areas.loc[("bezirke", "01", "all")], areas.loc[("bezirke", "02", "all")]
    for cell in (first, second):
        assert (cell["taking_low"], cell["taking_high"]) == (13, 19)
    assert first["rate_low"] <= 0.15 <= first["rate_high"]
    assert second["rate_low"] <= 15 / 80 <= second["rate_high"]
    city = areas.loc[("city", "city", "all")]
    assert city["taking_low"] == 60 and city["rate"] == round(60 / 360, 2)
    # ten further bookings, all of one district: on two crossing sets of areas they would tell more
    assert pd.isna(city["bookings_per_child"])
    assert [p.column for p in ran.problems if p.code.startswith("privacy.not_told")] == [
        "weitere Buchungen alle"
    ]


def test_of_the_offer_of_one_child_nothing_is_told_that_says_so(folder):
    offers = run(folder).released.offers
    told = offers.loc["A2"]
    # of 60 children: the lowest window of a table of three rows, or nothing
    assert told["status"] == "suppressed" or told["share_high"] >= round(5 / 60, 3)


def test_an_entry_that_is_in_no_list_is_never_printed(folder, capfd):
    path = folder / "daten" / "anmeldungen.csv"
    said = "Vorname Nachname 2016-02-25"
    path.write_text(
        path.read_text("utf-8").replace("38;A1", f"38;{said}").replace(";A2", f";{said}"), "utf-8"
    )
    result = run(folder)
    written = [folder / "out" / n for n in result.save(folder / "out")]
    print(result.problems, result.released.offers)
    out, err = capfd.readouterr()
    told = [p.read_text("utf-8-sig") for p in written]
    assert not any("Nachname" in t for t in (out, err, *told))
    (found,) = [p for p in result.problems if p.code == "participation.unknown_offers"]
    assert "Zeilen 31" in found.message


def test_without_a_list_of_offers_none_is_printed(folder):
    config = folder / "teilnahme.toml"
    plain = re.sub(r"\[offers\].*?(?=\[areas)", "", config.read_text("utf-8"), flags=re.S)
    config.write_text(plain, "utf-8")
    result = run(folder)
    written = [folder / "out" / n for n in result.save(folder / "out")]
    assert "participation.no_offer_list" in {p.code for p in result.problems}
    assert result.released.offers.empty
    # "A1" alone stands in no file
    assert not any(
        re.search(r"\bA[12]\b", p.read_text("utf-8-sig")) for p in written if p.suffix != ".json"
    )


def test_no_byte_of_a_record_is_written_printed_or_logged(folder, capfd, caplog):
    with caplog.at_level(logging.DEBUG):
        result = run(folder, progress=print)
        written = [folder / "out" / n for n in result.save(folder / "out")]
        print(result, result.problems, repr(result.released.areas))
    out, err = capfd.readouterr()
    assert {p.name for p in written} == {
        "manifest.json",
        "methode.md",
        "teilnahme.html",
        "teilnahme.json",
        "teilnahme_angebote.csv",
        "teilnahme_gebiete.csv",
    }
    every = [p for p in folder.rglob("*") if p.is_file() and "daten" not in p.parts]
    assert len(every) == 7
    assert_no_canary(out, err, caplog.text, *(p.read_bytes().decode("utf-8-sig") for p in every))


@pytest.mark.parametrize("at", ["find_children", "count_participation", "age_groups"])
def test_a_run_that_fails_halfway_says_step_and_code_only(folder, capfd, monkeypatch, at):
    def fail(*arguments, **options):
        # as pandas does it: the cell in the message, the frame in the traceback
        return pd.to_numeric(pd.Series(["Xanthippe Quästenflößer, Zyklopenweg 4711"]))

    monkeypatch.setattr(f"sozialraum.workflows.participation.registrations.{at}", fail)
    with pytest.raises(DataError, match="Kennung ValueError") as caught:
        run(folder)
    error = caught.value
    assert error.__context__ is None and error.__cause__ is None
    told = "".join(traceback.format_exception(error))
    out, err = capfd.readouterr()
    assert_no_canary(told, out, err, str(error), repr(error.problems))
    assert not (folder / "out").exists()


def test_no_frame_of_a_record_is_left_in_the_traceback(folder, monkeypatch):
    def fail(*arguments):
        raise KeyError("Xanthippe")

    monkeypatch.setattr("sozialraum.workflows.participation.registrations.find_children", fail)
    with pytest.raises(DataError) as caught:
        run(folder)
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    # this test's own frame is left out: it names the canaries
    frames = [f for f in shown.stack if "test_run" not in f.filename]
    assert frames
    assert_no_canary(*(repr(f.locals) for f in frames))


def test_a_warning_inside_the_shield_is_not_printed(capfd):
    import warnings

    shielded(lambda: warnings.warn("Xanthippe", stacklevel=1), stage="probe")
    assert_no_canary(*capfd.readouterr())


def test_an_interruption_stays_one_without_its_history():
    def stop():
        try:
            raise ValueError("Xanthippe")
        except ValueError:
            raise KeyboardInterrupt from None

    with pytest.raises(KeyboardInterrupt) as caught:
        shielded(stop, stage="probe")
    assert caught.value.__context__ is None


def test_rows_that_cannot_be_read_are_told_by_number_only(folder):
    path = folder / "daten" / "anmeldungen.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("2015-02-13", "am 13. Februar"), encoding="utf-8"
    )
    (found,) = [p for p in run(folder).problems if p.code == "participation.unreadable_rows"]
    assert "Zeilen 31" in found.message
    assert "Februar" not in str(found)


def test_a_birthday_of_another_century_is_told_by_row_only(folder):
    path = folder / "daten" / "anmeldungen.csv"
    path.write_text(path.read_text("utf-8").replace("2015-02-13", "1915-02-13"), "utf-8")
    (found,) = [p for p in run(folder).problems if p.code == "participation.other_century"]
    assert found.severity == "warning" and "Zeilen 31" in found.message
    assert "1915-02-13" not in str(found)


def test_a_missing_column_is_named(folder):
    path = folder / "daten" / "anmeldungen.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("geboren", "gebdat"), encoding="utf-8")
    with pytest.raises(DataError, match="fehlt die Spalte „geboren“"):
        run(folder)


def test_a_foreign_folder_is_not_replaced(folder):
    (folder / "out").mkdir()
    (folder / "out" / "brief.txt").write_text("x")
    with pytest.raises(DataError):
        run(folder).save(folder / "out")
    assert (folder / "out" / "brief.txt").exists()


def test_the_same_run_writes_the_same_bytes(folder):
    first = {n: (folder / "a" / n).read_bytes() for n in run(folder).save(folder / "a")}
    second = {n: (folder / "b" / n).read_bytes() for n in run(folder).save(folder / "b")}
    assert first == second


def test_a_key_is_destroyed_and_recorded_also_when_the_run_fails(folder, monkeypatch):
    secret = bytearray(range(32))
    result = run(folder, key=PseudonymKey(secret, purpose="Verlauf"))
    assert len(secret) == 0 and result.released.key["destroyed"] and result.pseudonyms.is_unique
    written = [folder / "out" / n for n in result.save(folder / "out")]
    texts = [p.read_text(encoding="utf-8") for p in written]
    assert not any(p in t for t in texts for p in result.pseudonyms)
    assert any('"destroyed": true' in t for t in texts)
    monkeypatch.setattr(
        "sozialraum.workflows.participation.registrations.find_children", lambda *a: 1 / 0
    )
    again = bytearray(range(32))
    with pytest.raises(DataError):
        run(folder, key=PseudonymKey(again, purpose="Verlauf"))
    assert len(again) == 0


def test_a_pseudonym_is_the_hmac_of_the_normalised_name_and_the_same_in_every_year():
    names = (
        pd.Series(["ZOË", "Zoe"]),
        pd.Series(["Müller", "Mueller"]),
        pd.Series(["2015-03-04"] * 2),
    )
    one = make_pseudonyms(pd.Series([0, 1]), *names, key=PseudonymKey(bytes(32), purpose="x"))
    assert one[0] == one[1] and len(one[0]) == 64
    other = make_pseudonyms(pd.Series([0, 1]), *names, key=PseudonymKey(b"k" * 32, purpose="x"))
    assert one[0] != other[0]
    with pytest.raises(ValueError, match="at least 32 bytes"):
        PseudonymKey(b"kurz", purpose="x")


def test_counts_are_not_printed(folder):
    children = find_children(
        pd.Series(["Anna"]),
        pd.Series(["Maier"]),
        pd.to_datetime(pd.Series(["2015-01-01"])),
        pd.Series(["a"]),
    )
    areas = pd.DataFrame({"bezirke": ["01"]})
    counted = counting.count_participation(
        children, areas, pd.Series(["6-14"]), pd.Series(["A1"]),
        units=areas.set_axis(["u"]), ages=["6-14"],
    )  # fmt: skip
    assert "values not shown" in repr(counted.cases)
    assert "values not shown" in repr(counted.offers) and "values not shown" in repr(
        counted.quality
    )
    assert {f.name for f in dataclasses.fields(counted)} == {"cases", "units", "offers", "quality"}


def test_a_child_counts_once_where_most_of_its_registrations_say_and_unplaced_ones_widen_the_count():
    given = pd.Series(["Anna"] * 3 + ["Bela"])
    surname = pd.Series(["Maier"] * 3 + ["Vogt"])
    birth = pd.to_datetime(pd.Series(["2015-01-01"] * 3 + ["2014-02-02"]))
    children = find_children(given, surname, birth, pd.Series(["a", "a", "b", ""]))
    areas = pd.DataFrame({"bezirke": ["01", "01", "02", None]}, dtype=object)
    counted = counting.count_participation(
        children, areas, pd.Series(["6-14"] * 4), pd.Series(["A1", "A2", "A1", "A1"]),
        units=pd.DataFrame({"bezirke": ["01", "02"]}, ["u1", "u2"]), ages=["6-14"],
    )  # fmt: skip
    cases = counted.cases.inside()
    assert cases["children", "6-14"].to_dict() == {"u1": 1.0, "u2": 0.0}
    assert cases["more", "6-14"].to_dict() == {"u1": 2.0, "u2": 0.0}
    quality = counted.quality.inside()["children"]
    assert quality["absent_all"] == 1.0 and quality["split"] == 0.0
    # two pairs of Anna's registrations, one of which names another Bezirk
    assert (quality["pairs_bezirke_all"], quality["differs_bezirke_all"]) == (2.0, 1.0)
    assert counted.offers.inside()["children"].to_dict() == {"A1": 2.0, "A2": 1.0}


def test_the_example_file_is_understood_and_a_slip_is_explained(tmp_path):
    plan = read_participation(example())
    assert set(plan.areas) == {"bezirke", "sprengel"}
    wrong = CONFIG.replace('"6-14" = [6, 14]', '"6-14" = [14, 6]').replace('"kinder" }', '"k" }')
    path = tmp_path / "x.toml"
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_participation(path)
    assert [p.code for p in caught.value.problems] == ["participation.ages_backwards"]
    path.write_text(CONFIG.replace("house_number", "house_nummer"), encoding="utf-8")
    with pytest.raises(ConfigError, match="house_nummer"):
        read_participation(path)


def test_musterstadt_runs_from_its_example_file(tmp_path):
    from sozialraum.testing import synthetic_city
    from sozialraum.testing.programme_files import write_programme

    small = {"blocks": 200, "districts": 5, "bezirke": 8, "catchments": 5}
    city = synthetic_city(1, **small, inhabitants=12_000)
    write_programme(city, tmp_path / "daten", n=1500)
    result = run_participation(example(), data=tmp_path / "daten")
    assert result.released.placed >= 0.99
    written = b"".join((tmp_path / "out" / n).read_bytes() for n in result.save(tmp_path / "out"))
    records = pd.read_csv(tmp_path / "daten" / "anmeldungen.csv", sep=";", dtype=str)
    assert not any(day.encode() in written for day in set(records["birth_date"]))
    assert "suppressed_secondary" not in set(result.released.areas["status"])
    assert (result.released.areas["status"] == "ok").any()
