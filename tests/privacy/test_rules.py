"""Rules and named profiles."""

import pytest

from sozialraum.privacy.rules import DisclosureRules, profiles, rules_from


@pytest.mark.parametrize(
    ("name", "minimum", "width", "noise"),
    [
        ("ba-standard", 3, 3, ""),
        ("ba-akg", 10, 3, ""),
        ("kommunal-5", 5, 3, ""),
        ("destatis-5er", 3, 5, ""),
        ("ckm", 3, 3, "cellkey"),
        ("ons-10-5", 10, 5, ""),
    ],
)
def test_each_named_profile_says_whose_it_is(name, minimum, width, noise):
    profile = profiles()[name]
    rules = profile.rules
    assert (rules.minimum, rules.width, rules.noise) == (minimum, width, noise)
    assert profile.source and profile.date and profile.note
    assert rules.profile == name


def test_a_profile_can_be_tightened():
    assert rules_from("ba-standard", minimum=10).minimum == 10
    assert rules_from() == DisclosureRules()


@pytest.mark.parametrize("wrong", [{"minimum": 0}, {"width": 2}, {"published_input": True}])
def test_rules_that_protect_nothing_are_refused(wrong):
    with pytest.raises(ValueError, match="DisclosureRules"):
        DisclosureRules(**wrong)


def test_the_size_of_the_noise_is_never_told():
    told = rules_from("ckm").public()
    assert "deviation" not in told and "variance" not in told
    assert told["noise"] == "cellkey"


def test_an_unknown_profile_is_refused_with_the_list():
    with pytest.raises(ValueError, match=r"'profile' parameter .* 'kommunal-5'"):
        rules_from("kommunal-6")
