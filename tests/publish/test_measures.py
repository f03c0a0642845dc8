"""What a plan proposes, on the map of the index."""

import geopandas as gpd
import pytest
from publish.sample import sample_release

from sozialraum.privacy.plan_gate import protect_plan
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.publish.layers import layer_views
from sozialraum.publish.page.map_page import write_map
from sozialraum.publish.page.measures_page import with_measures


def plan(release, chosen):
    """A plan of two variants that choose among three places, each inside one known area."""
    inside = release.areas.geometry.representative_point().iloc[[0, 1, 9]]
    places = gpd.GeoDataFrame(
        {"name": ["Haus A", "Haus B", "Haus C"]},
        geometry=list(inside),
        index=["a", "b", "c"],
        crs=release.areas.crs,
    )
    variants = [
        {"name": name, "points": keys, "classes": {}, "figures": {}, "table": [], "sentences": []}
        for name, keys in chosen.items()
    ]
    return protect_plan(
        {"locate": {"title": "Standorte", "variants": variants, "limits": []}},
        counts=(),
        rules=DisclosureRules(),
        title="Wohin?",
        place="Musterstadt",
        legends={},
        labels={},
        areas=release.areas,
        points={"locate": places},
    )


@pytest.fixture(scope="module")
def planned():
    release = sample_release()
    return with_measures(release, plan(release, {"nach Bedarf": ["a", "c"], "alle": ["a", "b"]}))


def test_areas_with_a_place_of_the_first_variant_are_proposed_and_no_others(planned):
    label = planned.layers["measures"]["label"]
    assert label[label != ""].to_dict() == {"09760001": "Haus A", "09760010": "Haus C"}
    view = next(v for v in layer_views(planned) if v.id == "measures")
    assert [i for i, code in enumerate(view.codes[0]) if code == "1"] == [0, 9]


def test_each_variant_has_its_points_before_those_of_the_build(planned):
    assert list(planned.points) == ["Vorschlag „nach Bedarf“", "Vorschlag „alle“", "Schulen"]
    assert list(planned.points["Vorschlag „alle“"]["name"]) == ["Haus A", "Haus B"]


def test_the_map_says_that_it_is_a_proposal_and_of_which_variant(planned):
    assert planned.facts.findings[0].startswith(
        "Vorgeschlagene Orte: 2 nach der Variante „nach Bedarf“ des Plans „Wohin?“. "
        "Es ist ein Vorschlag zum Beraten, kein Beschluss"
    )


def test_a_plan_that_chooses_no_place_changes_nothing():
    release = sample_release()
    assert with_measures(release, plan(release, {"heute": []})) is release


@pytest.mark.browser
def test_the_proposed_places_are_on_the_page(planned, visit, tmp_path):
    write_map(planned, tmp_path / "karte.html")
    with visit(tmp_path / "karte.html", "#zeigt=measures&gebiet=09760010") as seen:
        assert seen.console == [] and len(seen.requests) == 1
        assert seen.page.inner_text("#befunde li >> nth=0").startswith("Vorgeschlagene Orte: 2 ")
        assert "Vorschlag zum Beraten, kein Beschluss" in seen.page.inner_text("#legende-hinweis")
        profile = seen.page.inner_text("#profil")
        assert "Haus C" in profile and "Vorgeschlagene Maßnahmen: Maßnahme vorgeschlagen" in profile
        first = seen.page.inner_text("#klassen li:first-child").split()
        assert first == ["+", "Maßnahme", "vorgeschlagen", "2", "Gebiete"]
