"""A rate is told per 100, 1,000, 10,000 or 100,000 of its base, in every output."""

import pytest
from monitor_town import KEYS, SHARE, write_town, years

import sozialraum as sr
from sozialraum.model import Indicator
from sozialraum.model.errors import ConfigError
from sozialraum.publish.cockpit.page import cockpit_data
from sozialraum.publish.cockpit.panel import panel_of
from sozialraum.publish.method import method_text

OPEN = '[disclosure]\npublished_input = true\nreason = "erfunden"\n'


def town(folder, **more):
    return write_town(folder, indicators=({**SHARE, "kind": "rate", **more},), more=OPEN)


@pytest.mark.parametrize(
    ("per", "words"),
    [(100, "je 100"), (1000, "je 1.000"), (10000, "je 10.000"), (100000, "je 100.000")],
)
def test_values_are_cases_per_so_many(tmp_path, per, words):
    release = sr.build(town(tmp_path, per=per)).release
    table = years()[2023]
    expected = (per * table["arbeitslose"] / table["erw"]).to_dict()
    found = release.current.values["al"].to_dict()
    assert found == {key: pytest.approx(expected[key], rel=1e-4) for key in KEYS}
    data = cockpit_data(panel_of(release))
    unit = data["indicators"][0]["unit"]
    assert data["units"][unit].replace("{n}\u00a0", "") == words
    assert f"× {words[3:]}" in method_text(release).replace("\\", "")


def test_a_rate_without_it_stays_per_1000(tmp_path):
    assert sr.build(town(tmp_path)).release.indicators[0].unit == "per_1000"


def test_two_notations_at_once_are_refused(tmp_path):
    with pytest.raises(ValueError, match="'per' parameter"):
        Indicator(id="a", label="A", direction="burden", numerator="x", denominator="n",
                  unit="percent", per=100)  # fmt: skip
    for wrong in ({"unit": "percent", "per": 100}, {"per": 50}):
        with pytest.raises(ConfigError):
            sr.build(town(tmp_path, **wrong))


def test_a_share_has_no_base_of_hundreds(tmp_path):
    with pytest.raises(ConfigError):
        sr.build(town(tmp_path, kind="mean", per=100))
