"""Why a field is hatched: a sentence per cell, without the number."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from privacy import tiny_city as city

from sozialraum.privacy.perturbation.profile_effect import profile_effect, protected_counts
from sozialraum.privacy.reasons import cell_reasons
from sozialraum.privacy.rules import DisclosureRules, rules_from


def test_every_field_without_a_value_has_one_sentence():
    release = city.protected()
    edition = release.current
    reasons = cell_reasons(release)
    expected = int((edition.signs.astype(object) != "ok").to_numpy().sum())
    expected += int((edition.table["status"].astype(object) != "ok").sum())
    assert len(reasons) == expected
    assert not reasons.duplicated(["key", "indicator"]).any()
    for line in reasons.itertuples():
        assert line.name in line.reason
        assert not re.search(r"\d", line.reason.replace(line.name, ""))


def test_a_committee_reads_why_without_jargon():
    reasons = cell_reasons(city.protected()).set_index(["key", "indicator"])["reason"]
    assert reasons["01", "Hilfen zur Erziehung"].startswith(
        "„Hilfen zur Erziehung“ in Gebiet 01 ist gesperrt"
    )
    assert "nur die Klasse" in reasons["06", "Index"]
    assert "kein Index" in reasons["07", "Index"]


def test_in_public_the_sentence_does_not_tell_primary_from_secondary():
    candidate, _, _ = city.build()
    status = candidate.status.copy()
    status.loc["08", "hilfe"] = "suppressed_secondary"
    changed = replace(candidate, status=status)
    public = cell_reasons(city.protected(candidates=changed)).set_index(["key", "indicator"])[
        "reason"
    ]
    first, second = public["01", "Hilfen zur Erziehung"], public["08", "Hilfen zur Erziehung"]
    assert first.replace("Gebiet 01", "X") == second.replace("Gebiet 08", "X")
    proofs = {("08", "hilfe"): "Wer Stadt − Gebiet A kennt, könnte schließen."}
    inside = cell_reasons(city.protected(candidates=changed, level="intern"), proofs=proofs)
    inside = inside.set_index(["key", "indicator"])["reason"]
    assert "zusätzlich gesperrt" in inside["08", "Hilfen zur Erziehung"]
    assert inside["08", "Hilfen zur Erziehung"].endswith("könnte schließen.")


def _five_equal_classes(shares):
    index = shares.mean(axis=1, skipna=False)
    return pd.Series(pd.cut(index, [-1, 0.15, 0.2, 0.25, 0.3, 2], labels=False), index.index)


def test_the_effect_of_each_profile_on_the_classes_is_shown():
    value, base, _ = city.counts()
    counts = (value * base).round()
    effect = profile_effect(counts, base, _five_equal_classes)
    assert set(effect.index) == {
        "ba-standard",
        "ba-akg",
        "kommunal-5",
        "destatis-5er",
        "ckm",
        "ons-10-5",
    }
    assert effect.loc["ba-akg", "withheld"] > effect.loc["ba-standard", "withheld"]
    assert effect.loc["destatis-5er", "withheld"] == 0
    assert (effect["date"] != "").all()
    none = profile_effect(
        counts, base, _five_equal_classes, rules={"ohne": DisclosureRules(minimum=1)}
    )
    assert none.loc["ohne", ["withheld", "no_class", "moved", "far"]].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ("ba-standard", [0.0, None, 3.0, 12.0, 13.0]),
        ("ba-akg", [0.0, None, None, 12.0, 13.0]),
        ("destatis-5er", [0.0, 0.0, 5.0, 10.0, 15.0]),
        ("ons-10-5", [None, None, None, 10.0, 15.0]),
    ],
)
def test_each_method_by_name(profile, expected):
    counts = pd.DataFrame({"armut": [0, 2, 3, 12, 13]})
    found = protected_counts(counts, rules_from(profile))["armut"]
    assert [None if pd.isna(v) else v for v in found] == expected


def test_cell_keys_by_name_stay_within_their_deviation():
    counts = pd.DataFrame({"armut": range(60)})
    found = protected_counts(counts, rules_from("ckm"))["armut"]
    assert (found - counts["armut"]).abs().max() <= 5
    assert found[0] == 0
    assert found.equals(protected_counts(counts, rules_from("ckm"))["armut"])
