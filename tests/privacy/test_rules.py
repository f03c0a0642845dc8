"""Rules and named profiles."""

import pytest

from sozialraum.privacy.rules import DisclosureRules, profiles, rules_from


@pytest.mark.parametrize(
    ("name", "minimum", "method"),
    [
        ("ba-standard", 3, "suppress"),
        ("ba-akg", 10, "suppress"),
        ("kommunal-5", 5, "suppress"),
        ("destatis-5er", 3, "round"),
        ("ckm", 3, "cellkey"),
        ("ons-10-5", 10, "suppress_round"),
    ],
)
def test_each_named_profile_says_whose_it_is(name, minimum, method):
    profile = profiles()[name]
    assert (profile.rules.minimum, profile.rules.method) == (minimum, method)
    assert profile.source and profile.date and profile.note
    assert profile.rules.profile == name


def test_a_profile_can_be_tightened():
    assert rules_from("ba-standard", minimum=10).minimum == 10
    assert rules_from() == DisclosureRules()


@pytest.mark.parametrize(
    "wrong",
    [{"minimum": 0}, {"candidates": 0}, {"minimum_base": 40}, {"published_input": True}],
)
def test_rules_that_protect_nothing_are_refused(wrong):
    with pytest.raises(ValueError, match="DisclosureRules"):
        DisclosureRules(**wrong)


def test_the_size_of_the_noise_is_never_told():
    told = rules_from("ckm").public()
    assert "deviation" not in told and "variance" not in told
    assert told["method"] == "cellkey"


def test_an_unknown_profile_is_refused_with_the_list():
    with pytest.raises(ValueError, match=r"'profile' parameter .* 'kommunal-5'"):
        rules_from("kommunal-6")
