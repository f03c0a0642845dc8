import datetime as dt
import tomllib
from importlib import resources

import pytest

from sozialraum.space.walking_limits import walking_limit

ENTRIES = tomllib.loads(
    resources.files("sozialraum.space").joinpath("walking_limits.toml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(
    ("place", "level", "metres", "verified"),
    [
        ("NW", "primary", 2000, True),
        ("05914000", "secondary", 3500, True),
        ("059140000000", "upper", 5000, True),
        ("HE", "secondary", 3000, True),
        ("09761000", "secondary", 3000, True),
        ("BY", "primary", 2000, True),
        ("16051000", "secondary", 3000, True),
        ("BW", "primary", None, True),
        ("10041100", "primary", 2000, False),
        ("RP", "secondary", 4000, True),
        ("NI", "primary", None, True),
        ("11000000", "primary", 2000, False),
    ],
)
def test_the_limit_of_a_land(place, level, metres, verified):
    found = walking_limit(place, level=level)
    assert found.metres == metres and found.verified is verified


def test_what_is_verified_names_its_text_and_its_date():
    for land, entry in ENTRIES.items():
        assert entry["citation"]
        if entry["verified"]:
            assert isinstance(entry["as_of"], dt.date) and entry["source"], land


def test_an_unknown_land_gets_the_default_and_says_so():
    found = walking_limit("14612000")
    assert found.land == "" and "kein Gesetz" in found.citation


def test_an_unknown_level_is_a_wrong_argument():
    with pytest.raises(ValueError, match="level"):
        walking_limit("NW", level="kita")
