"""A plan file from words to scenarios: all its problems at once, all verbs on a small city."""

import datetime as dt
import inspect
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, Point, box

from sozialraum.model.errors import ConfigError, DataError
from sozialraum.planning.access import duplicates, floating_catchments, gaps
from sozialraum.planning.allocation.allocation import allocate
from sozialraum.planning.allocation.allocation_sections import Allocate, RuleSection
from sozialraum.planning.allocation.need_rules import Rule
from sozialraum.planning.districting.catchment_task import CatchmentCosts, catchment_task
from sozialraum.planning.districting.catchments import redraw
from sozialraum.planning.facility_location.sites import site_task
from sozialraum.planning.input_assembly import (
    gather_inputs,
    index_of_blocks,
    need_from_index,
)
from sozialraum.planning.plan_file import parse_plan, read_plan
from sozialraum.planning.plan_inputs import PlanInputs
from sozialraum.planning.plan_sections import Catchments, Gap, Locate, TargetSection
from sozialraum.planning.plans import run_plan
from sozialraum.planning.targets import Target
from sozialraum.space.neighbours import contiguity
from sozialraum.space.network import beeline_distances

CRS = "EPSG:25833"
PLAN = {
    "title": "Probe",
    "build": "stadt.toml",
    "demand": {"areas": "bloecke", "persons": "kinder", "in_need": "arm", "needy": [2]},
    "offers": {"file": "angebote.gpkg", "key": "id", "capacity": "plaetze"},
    "sites": {"file": "orte.gpkg", "key": "id"},
    "schools": {"file": "schulen.gpkg", "key": "id", "size": "kinder", "capacity": "plaetze", "current": "gebiet"},
    "gap": {"rings": [[600, 1.0]]},
    "locate": {
        "radius": 600, "number": 1, "next_best": 2,
        "variants": [{"name": "Bedarf"}, {"name": "Kinder", "need_power": 0.0}],
    },
    "allocate": {"total": 3.0, "rules": [{"name": "Köpfe", "form": "heads"}, {"name": "Bedarf", "slope": 3.0}]},
    "catchments": {"variants": [{"name": "kurz"}, {"name": "gemischt", "mix": 2.0}], "proposals": 2000},
    "targets": [{"id": "t", "label": "Teilnahme", "indicator": "ferien", "value": 0.2, "deadline": dt.date(2027, 1, 1)}],
}  # fmt: skip


def city():
    """4 × 2 blocks of 300 m in two areas, the eastern one in need."""
    cells = [(x, y) for x in range(4) for y in range(2)]
    blocks = gpd.GeoDataFrame(
        geometry=[box(300 * x, 300 * y, 300 * x + 300, 300 * y + 300) for x, y in cells],
        index=[f"{x}{y}" for x, y in cells], crs=CRS,
    )  # fmt: skip
    areas = gpd.GeoDataFrame(
        geometry=[box(0, 0, 600, 600), box(600, 0, 1200, 600)], index=["W", "O"], crs=CRS
    )
    counts = pd.DataFrame({"kinder": 20.0, "arm": [2.0] * 4 + [10.0] * 4}, index=blocks.index)
    counts.loc[["00", "01"], "kinder"] = 60.0
    points = gpd.GeoDataFrame(
        {"plaetze": [90.0, 150.0], "kinder": [160.0, 80.0], "gebiet": ["W", "O"]},
        geometry=[Point(150, 150), Point(1050, 150)], index=["S1", "S2"], crs=CRS,
    )  # fmt: skip
    return blocks, areas, counts, points


def luftlinie(homes, points):
    return beeline_distances(homes, points, detour=1.0).metres


def gathered(plan, **more):
    blocks, areas, counts, points = city()
    given_frames = {
        "index": pd.Series({"W": 1.0, "O": 5.0}), "orientation": "deprivation", "index_areas": areas,
        "distance": luftlinie, "neighbours": contiguity,
        "classes": pd.Series({"W": 1, "O": 2}), "blocks": blocks, "block_counts": counts,
        "offers": points.iloc[:1], "sites": points, "schools": points, "day": dt.date(2026, 1, 1),
        "counts": pd.DataFrame({"cases": [92.0], "base": [400.0]}, index=pd.MultiIndex.from_tuples([("ferien", "")])),
    }  # fmt: skip
    return gather_inputs(plan, **(given_frames | more))


def test_every_verb_of_a_plan_becomes_a_scenario():
    plan = parse_plan(PLAN)
    result = run_plan(plan, gathered(plan))
    assert list(result.scenarios) == ["gap", "locate", "allocate", "catchments", "targets"]
    for verb, scenario in result.scenarios.items():
        names = [set(v.figures) for v in scenario.variants]
        assert all(n == names[0] for n in names), verb
        assert all(v.sentences and "{" not in " ".join(v.sentences) for v in scenario.variants), (
            verb
        )
        shown = {c for v in scenario.variants for c in v.classes}
        assert shown <= set(scenario.legend), verb
        assert set(scenario.figures().index) <= set(scenario.labels), verb
        assert len(scenario.limits) == 2
        json.dumps(scenario.to_dict(), allow_nan=False)
    assert result.scenarios["gap"].facts["distance"] == "Entfernungen sind Luftlinie."


def test_the_variants_of_sites_differ_as_the_file_says():
    plan = parse_plan(PLAN)
    scenario = run_plan(plan, gathered(plan)).scenarios["locate"]
    assert [v.name for v in scenario.variants] == ["Bedarf", "Kinder"]
    assert [v.points for v in scenario.variants] == [("S2",), ("S1",)]  # need 0 in the west
    reached = scenario.figures().loc["persons_covered"]
    # S1 at (150, 150): centres within 600 m are 00, 01, 10, 11 and 20 (exactly 600), not 21 (671 m)
    assert reached.to_dict() == {"Bedarf": 100.0, "Kinder": 180.0}
    assert set(scenario.variants[0].classes) == {"covered", "uncovered"}
    assert "uncovered_needy" in set(scenario.variants[1].classes)


def test_draws_bring_the_certainty_of_sites_and_the_cliff_list():
    plan = parse_plan(PLAN)
    draws = pd.DataFrame({0: [1.0, 5.0], 1: [5.0, 1.0]}, index=["W", "O"])
    result = run_plan(plan, gathered(plan, draws=draws))
    assert result.details["locate"]["frequency"]["share"].to_dict() == {"S1": 0.5, "S2": 0.5}
    assert "Ziehungen des Index" in result.scenarios["locate"].variants[0].sentences[-1]
    assert list(result.details["allocate"]) == ["cliffs_Köpfe", "cliffs_Bedarf"]
    assert set(result.details["locate"]) == {"plan_b", "next_best", "frequency"}


def test_the_same_plan_gives_the_same_dictionary():
    plan = parse_plan(PLAN)
    one, two = (run_plan(plan, gathered(plan)) for _ in range(2))
    for verb, scenario in one.scenarios.items():
        assert json.dumps(scenario.to_dict()) == json.dumps(two.scenarios[verb].to_dict())


def test_need_is_the_burden_end_of_the_index():
    index = pd.Series({"a": 1.0, "b": 3.0, "c": np.nan})
    assert need_from_index(index, orientation="participation").to_dict() == {
        "a": 1.0, "b": 0.0, "c": pytest.approx(np.nan, nan_ok=True),
    }  # fmt: skip
    assert need_from_index(index, orientation="deprivation")["b"] == 1.0
    assert need_from_index(pd.Series([2.0, 2.0]), orientation="deprivation").tolist() == [0.5, 0.5]


def test_blocks_know_their_area_and_their_neighbours():
    blocks, areas, _, _ = city()
    home = index_of_blocks(blocks, areas)
    assert home.to_dict() == {k: "W" if k[0] in "01" else "O" for k in blocks.index}
    pairs = contiguity(blocks).pairs
    assert ("00", "01") in pairs and ("00", "11") in pairs and ("00", "20") not in pairs


def test_a_block_between_areas_goes_to_the_nearest():
    blocks, areas, _, _ = city()
    far = gpd.GeoDataFrame(geometry=[box(2000, 0, 2100, 100)], index=["x"], crs=CRS)
    assert index_of_blocks(far, areas)["x"] == "O"
    assert len(blocks) == 8


def test_footpaths_are_told_where_the_file_asks_for_them():
    plan = parse_plan(PLAN | {"distances": {"method": "wege", "file": "wege.gpkg"}})
    assert gathered(plan).facts["distance"] == "Entfernungen folgen den Fußwegen."


def test_what_exists_stays_open_serves_first_and_new_counts_what_comes_on_top():
    sites = {"file": "orte.gpkg", "key": "id", "exists": "bestand", "capacity": "plaetze"}
    asked = {"model": "pmedian", "new": 1, "plan_b": False, "next_best": 1}
    plan = parse_plan(PLAN | {"sites": sites, "locate": asked})
    there = city()[3].assign(bestand=["nein", "ja"])
    variant = run_plan(plan, gathered(plan, sites=there)).scenarios["locate"].variants[0]
    assert variant.points == ("S1", "S2")
    assert variant.table["fixed"].to_dict() == {"S1": False, "S2": True}
    # S1 has 90 places, S2 150; 240 children, 160 of them in the west: 70 go east
    assert variant.table["persons_assigned"].to_dict() == {"S1": 90, "S2": 150}
    with pytest.raises(DataError, match="vielleicht"):
        gathered(plan, sites=there.assign(bestand=["vielleicht", "ja"]))


def test_two_decisions_in_one_file_may_each_have_their_own_radius():
    plan = parse_plan(
        PLAN
        | {
            "locate": {
                "number": 1,
                "variants": [{"name": "nah", "radius": 500}, {"name": "weit", "radius": 900}],
            }
        }
    )
    assert [v.radius for v in plan.locate.each()] == [500, 900]


def test_siblings_crossings_and_smallest_schools_reach_the_catchments():
    blocks, _, counts, points = city()
    plan = parse_plan(
        PLAN
        | {
            "demand": PLAN["demand"] | {"siblings": "geschwister"},
            "schools": PLAN["schools"] | {"minimum": "kleinste"},
            "catchments": {"sibling": 1.0, "crossing": 0.5, "proposals": 2000},
            "crossings": {"file": "strasse.gpkg"},
        }
    )
    # one road in two pieces, between the western and the eastern half
    pieces = [LineString([(600, -50), (600, 300)]), LineString([(600, 300), (600, 650)])]
    inputs = gathered(
        plan, block_counts=counts.assign(geschwister=2.0), schools=points.assign(kleinste=[0.0, 100.0]),
        crossings=gpd.GeoDataFrame(geometry=pieces, crs=CRS),
    )  # fmt: skip
    assert inputs.crossings["S1"].to_dict() == {block: block[0] in "23" for block in blocks.index}
    today, variant = run_plan(plan, inputs).scenarios["catchments"].variants
    assert today.figures["crossings"] == 0  # every half has its own school
    assert variant.figures["crossings"] == variant.figures["pupils_moved"] > 0
    assert variant.figures["siblings_moved"] == 2 * variant.figures["blocks_moved"]
    assert variant.figures["below_minimum"] < 20  # the price moves children to the small school


def test_what_was_not_delivered_is_no_figure_of_catchments():
    demand = {k: v for k, v in PLAN["demand"].items() if k != "in_need"}
    plan = parse_plan(PLAN | {"demand": demand, "catchments": {"proposals": 2000}})
    figures = run_plan(plan, gathered(plan)).scenarios["catchments"].variants[-1].figures
    assert {"mean_metres", "pupils_moved", "over_capacity"} <= set(figures)
    uncounted = {"crossings", "siblings_moved", "below_minimum", "dissimilarity"}
    assert not uncounted & set(figures)


def test_a_school_without_a_last_year_is_new_and_neither_gains_nor_stays():
    plan = parse_plan(PLAN | {"allocate": PLAN["allocate"] | {"last_year": {"S1": 2.0}}})
    variant = run_plan(plan, gathered(plan)).scenarios["allocate"].variants[0]
    assert variant.classes.to_dict() == {"S1": "same", "S2": "new"}  # 160 and 80 heads: 2 and 1
    assert (
        variant.sentences[1]
        == "Gegenüber dem Vorjahr: Niemand verliert, niemand gewinnt. 1 ist neu dabei."
    )
    assert variant.figures["gaining"] == variant.figures["losing"] == 0


def test_a_rule_that_cannot_be_met_is_named_and_leaves_the_others_standing():
    rules = [
        {"name": "Köpfe", "form": "heads"},
        {"name": "streng", "form": "threshold", "threshold": 1.0},
    ]
    plan = parse_plan(PLAN | {"allocate": {"total": 3.0, "rules": rules}})
    heads, strict = run_plan(plan, gathered(plan)).scenarios["allocate"].variants
    assert heads.table["now"].to_dict() == {"S1": 2.0, "S2": 1.0}
    assert "Nach dieser Regel hat keine Einheit Bedarf" in strict.sentences[0]
    assert strict.table.empty and np.isnan(strict.figures["total"])
    plan = parse_plan(PLAN | {"allocate": {"total": 3.0, "rules": rules[1:]}})
    with pytest.raises(DataError, match="„streng“"):
        run_plan(plan, gathered(plan))


POTS = [
    {"name": "Sozialarbeit", "total": 3.0, "rules": [{"name": "Köpfe", "form": "heads"}]},
    {"name": "Budget", "currency": "Euro", "unit": 100.0, "total": 900.0, "kinds": ["GS"],
     "rules": [{"name": "Köpfe", "form": "heads"}]},
    {"name": "Plätze", "total": 2.0, "units": "offers",
     "rules": [{"name": "streng", "form": "threshold", "threshold": 1.0}]},
    {"name": "Gebiete", "total": 12.0, "units": "areas", "rules": [{"name": "Köpfe", "form": "heads"}]},
]  # fmt: skip


def test_several_pots_stand_side_by_side_each_with_its_units_and_currency():
    offers = PLAN["offers"] | {"size": "kinder"}
    schools = PLAN["schools"] | {"kind": "art"}
    plan = parse_plan(PLAN | {"allocate": POTS, "schools": schools, "offers": offers})
    there = city()[3].assign(art=["GS", "WS"])
    result = run_plan(plan, gathered(plan, schools=there), verb="allocate")
    assert list(result.scenarios) == ["allocate", "allocate_2", "allocate_3", "allocate_4"]
    given = {
        key: scenario.variants[0].table.get("now", pd.Series(dtype=float)).to_dict()
        for key, scenario in result.scenarios.items()
    }
    assert given["allocate"] == {"S1": 2.0, "S2": 1.0}  # 160 and 80 children
    assert given["allocate_2"] == {"S1": 900.0}  # the only one of its kind
    # the only offer has no need above 1.0: its rule is named, the other pots stand
    assert "keine Einheit Bedarf" in result.scenarios["allocate_3"].variants[0].sentences[0]
    assert given["allocate_4"] == {"O": 4.0, "W": 8.0}  # 80 and 160 children in blocks of 20, 60
    assert result.scenarios["allocate_2"].title.endswith("Budget (Euro)")
    (table,) = (t for name, t in result.details["allocate_4"].items() if name.startswith("pots"))
    assert table.loc["S1"].dropna().to_dict() == {
        "Sozialarbeit (Stellen)": 2.0,
        "Budget (Euro)": 900.0,
    }
    assert list(table.index) == ["O", "S1", "S2", "W"]


def test_one_pot_is_written_with_one_pair_of_brackets_or_two():
    one, several = (
        parse_plan(PLAN | {"allocate": a}) for a in (PLAN["allocate"], [PLAN["allocate"]])
    )
    assert one == several and one.verbs == several.verbs


def test_what_a_pot_lacks_is_told_with_its_place():
    pots = [POTS[0], POTS[0] | {"units": "offers"}, POTS[1] | {"name": "x", "total": 950.5}]
    with pytest.raises(ConfigError) as told:
        parse_plan(PLAN | {"allocate": pots})
    places = {p.key for p in told.value.problems}
    assert {
        "allocate[1].name",
        "allocate[2].name",
        "offers.size",
        "schools.kind",
        "allocate[3].total",
    } <= places


def test_a_pot_for_nobody_is_refused():
    pot = POTS[1] | {"kinds": ["KITA"]}
    plan = parse_plan(PLAN | {"allocate": pot, "schools": PLAN["schools"] | {"kind": "art"}})
    with pytest.raises(DataError, match="KITA"):
        run_plan(plan, gathered(plan, schools=city()[3].assign(art="GS")), verb="allocate")


def test_a_published_rule_is_applied_on_its_own_scale():
    asked = {"total": 1.25, "rules": [{"published": "kleve_2021"}]}
    schools = PLAN["schools"] | {"stage": "stufe"}
    plan = parse_plan(PLAN | {"allocate": asked, "schools": schools})
    there = city()[3].assign(stufe=[1, 5])
    variant = run_plan(plan, gathered(plan, schools=there)).scenarios["allocate"].variants[0]
    assert variant.table["now"].to_dict() == {"S1": 0.25, "S2": 1.0}
    with pytest.raises(DataError, match="„hoch“"):
        gathered(plan, schools=city()[3].assign(stufe=["1", "hoch"]))


def test_stated_amounts_are_not_scaled_and_their_cost_stands_beside_what_was_decided():
    asked = {"total": 150_000.0, "currency": "Euro", "rules": [{"published": "be_bonus_2014"}]}
    schools = PLAN["schools"] | {"share": "lmb", "marked": "aktionsraum"}
    plan = parse_plan(PLAN | {"allocate": asked, "schools": schools})
    told = {}
    for share, marked in (
        (0.76, "nein"),
        (0.75, "ja"),
        (0.75, "nein"),
        (0.51, "nein"),
        (0.5, "ja"),
    ):
        there = city()[3].assign(lmb=[share, 0.9], aktionsraum=[marked, "nein"])
        variant = run_plan(plan, gathered(plan, schools=there)).scenarios["allocate"].variants[0]
        told[share, marked] = variant.table.loc["S1", "now"]
    assert list(told.values()) == [100_000, 62_500, 50_000, 50_000, 0]
    assert "kostet 100.000,00 Euro; beschlossen sind 150.000,00" in variant.sentences[1]
    with pytest.raises(DataError, match="über 1"):
        there = city()[3].assign(lmb=[75.0, 0.9], aktionsraum="nein")
        run_plan(plan, gathered(plan, schools=there))


def test_a_delivered_index_replaces_ours_with_its_own_direction():
    rules = [{"name": "stetig", "slope": 3.0}]
    for high_is, more in (("burden", "S2"), ("resource", "S1")):
        asked = {"total": 4.0, "rules": rules, "index": "stage", "high_is": high_is}
        schools = PLAN["schools"] | {"stage": "stufe"}
        plan = parse_plan(PLAN | {"allocate": asked, "schools": schools})
        there = city()[3].assign(stufe=[1, 9], kinder=[100.0, 100.0])
        variant = run_plan(plan, gathered(plan, schools=there)).scenarios["allocate"].variants[0]
        assert variant.table["now"].idxmax() == more
        assert sorted(variant.table["now"]) == [0.75, 3.25]  # 1 to 4: 0.8 and 3.2, in quarters
    for wrong in ({"index": "stage"}, {"high_is": "burden"}):
        with pytest.raises(ConfigError, match="gehören zusammen"):
            parse_plan(PLAN | {"allocate": {"total": 1.0, "rules": rules} | wrong})


def test_the_children_of_a_closed_school_count_as_moving():
    plan = parse_plan(PLAN | {"catchments": {"proposals": 2000}})
    inputs = gathered(plan, schools=city()[3].iloc[:1])  # S2, the school of the east, is gone
    today, variant = run_plan(plan, inputs).scenarios["catchments"].variants
    assert variant.figures["pupils_moved"] == today.figures["pupils_moved"] == 80
    assert "wechseln in jedem Fall: 80 Kinder" in " ".join(variant.sentences)
    assert variant.classes.to_dict() == {
        b: "moved" if b[0] in "23" else "same" for b in variant.classes.index
    }
    assert variant.table.loc["S1", "moved_in"] == 80


def test_full_schools_are_told_by_name():
    plan = parse_plan(PLAN | {"schools": PLAN["schools"] | {"name": "name"}})
    schools = city()[3].assign(name=["Nordschule", None], plaetze=[90.0, 60.0])
    today = run_plan(plan, gathered(plan, schools=schools)).scenarios["catchments"].variants[0]
    # 160 children in the west, 80 in the east
    assert "Über die Plätze hinaus: 90 Kinder (Nordschule, S2)." in today.sentences


def test_blocks_without_need_or_without_columns_are_told():
    plan = parse_plan(PLAN)
    with pytest.raises(DataError, match="leer ist nicht null"):
        gathered(plan, index=pd.Series({"W": np.nan, "O": np.nan}))
    # where the others have a value, theirs counts, and it is told
    demand = gathered(plan, index=pd.Series({"W": 1.0, "O": np.nan})).demand
    assert demand["unrated"].tolist() == [False] * 4 + [True] * 4
    assert demand["need"].nunique() == 1
    with pytest.raises(DataError, match="kinder"):
        gathered(plan, block_counts=city()[2].rename(columns={"kinder": "kids"}))
    with pytest.raises(DataError, match="Für „locate“ fehlen Angaben: demand, site_distance"):
        run_plan(
            parse_plan({k: PLAN[k] for k in ("title", "build", "demand", "sites", "locate")}),
            PlanInputs(),
        )


def test_all_problems_of_a_plan_file_are_told_at_once():
    wrong = PLAN | {
        "locate": {"radius": -1, "number": "acht", "variants": [{"umkreis": 3}]},
        "allocate": {"rules": []},
        "gap": {"rings": [[900, 1.0], [500, 1.0]]},
        "extra": 1,
    }
    with pytest.raises(ConfigError) as raised:
        parse_plan(wrong)
    keys = {p.key for p in raised.value.problems}
    assert {"locate.radius", "locate.number", "allocate.rules", "extra"} <= keys
    # a section with mistakes hides no lack of the others
    assert "locate.variants[1].umkreis" in keys and "gap.rings" in keys


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sites": None}, r"\[locate\] braucht den Abschnitt \[sites\]"),
        ({"distances": {"method": "wege"}}, "Datei mit Wegen"),
        ({"locate": {"radius": 500}}, "braucht number"),
        ({"locate": {"number": 5}}, "braucht radius"),
        ({"locate": {"model": "pmedian"}}, "braucht number"),
        ({"locate": {"model": "pmedian", "number": 5, "new": 2}}, "nur die neuen"),
        ({"locate": {"radius": 500, "budget": 5}}, r"„locate.budget“ braucht „cost“ in \[sites\]"),
        (
            {
                "locate": {"radius": 500, "number": 5, "equity": 0.5},
                "demand": {"areas": "b", "persons": "k"},
            },
            "needy",
        ),
        (
            {"locate": {"radius": 500, "variants": [{"name": "a", "number": 1}] * 2}},
            "eigenen Namen",
        ),
        ({"gap": {"rings": [[900, 1.0], [500, 1.0]]}}, "aufsteigend"),
        ({"offers": {"file": "a", "key": "b"}}, r"„capacity“ in \[offers\]"),
        ({"schools": {"file": "a", "key": "b"}}, r"„size“ in \[schools\]"),
        (
            {"allocate": {"total": 1.0, "max_change": 0.5, "rules": [{"form": "heads"}]}},
            "braucht „last_year“",
        ),
        (
            {"locate": {"radius": 500, "number": 1, "variants": [{"name": "x", "radius": -5}]}},
            r"locate.variants\[1\].radius.*mindestens 0",
        ),
        (
            {"allocate": {"total": 1.0, "rules": [{"form": "steps", "amounts": [1.0, 2.0]}]}},
            "„amounts“ braucht einen Eintrag mehr",
        ),
        (
            {
                "allocate": {
                    "total": 1.0,
                    "rules": [{"form": "steps", "limits": [2.0, 1.0], "amounts": [1.0] * 3}],
                }
            },
            "„limits“ muss aufsteigen",
        ),
        (
            {"allocate": {"total": 1.0, "rules": [{"published": "kleve"}]}},
            "kennt: nrw_kreissozialindex",
        ),
        ({"allocate": {"rules": [{"form": "heads"}]}}, "kommen ohne Summe aus"),
        (
            {"allocate": {"rules": [{"published": "be_bonus_2014"}]}},
            r"„share“ in \[schools\]",
        ),
        (
            {"allocate": {"total": 1.0, "rules": [{"published": "kleve_2021"}]}},
            r"„stage“ in \[schools\]",
        ),
        ({"targets": [PLAN["targets"][0] | {"baseline": 0.1}]}, "gehören zusammen"),
        (
            {
                "targets": [
                    PLAN["targets"][0] | {"baseline": 0.1, "baseline_date": dt.date(2028, 1, 1)}
                ]
            },
            "„deadline“ muss nach",
        ),
        ({"targets": [{"id": "t"}]}, "fehlt"),
        ({"catchments": {"sibling": 1.0}}, r"„siblings“ in \[demand\]"),
        ({"catchments": {"crossing": 1.0}}, r"braucht den Abschnitt \[crossings\]"),
        ({"demand": {"areas": "b", "persons": "k", "needy": [1]}}, r"„in_need“ in \[demand\]"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_a_reason(change, words):
    given_plan = {k: v for k, v in (PLAN | change).items() if v is not None}
    with pytest.raises(ConfigError, match=words):
        parse_plan(given_plan)


def test_a_file_that_is_not_there_or_not_toml_is_told(tmp_path):
    with pytest.raises(ConfigError, match="gibt es nicht"):
        read_plan(tmp_path / "plan.toml")
    (tmp_path / "plan.toml").write_text("title = ", encoding="utf-8")
    with pytest.raises(ConfigError, match="kein gültiges TOML"):
        read_plan(tmp_path / "plan.toml")
    (tmp_path / "plan.toml").write_text("title = " + "[" * 5000, encoding="utf-8")
    with pytest.raises(ConfigError, match="zu viele Klammern"):
        read_plan(tmp_path / "plan.toml")


def test_the_shipped_plan_of_musterstadt_is_understood():
    plan = read_plan(Path(__file__).parents[2] / "config" / "plan_musterstadt.toml")
    assert plan.verbs == ("gap", "locate", "allocate", "catchments", "targets")
    assert [v.name for v in plan.locate.each()][:2] == ["nach Bedarf", "meiste Kinder"]
    assert [r.rule().form for r in plan.allocate[0].rules] == ["heads", "linear", "power", "steps"]


def keyword_defaults(function):
    return {
        name: parameter.default
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY and parameter.default is not parameter.empty
    }


@pytest.mark.parametrize(
    ("section", "functions"),
    [
        (Locate, [site_task]),
        (Allocate, [allocate]),
        (Gap, [gaps, duplicates]),
        (Catchments, [CatchmentCosts, catchment_task, redraw]),
        (RuleSection, [Rule]),
        (TargetSection, [Target]),
    ],
)
def test_a_section_has_the_names_and_defaults_of_its_functions(section, functions):
    compared = 0
    for function in functions:
        for name, default in keyword_defaults(function).items():
            if name in section.model_fields and not section.model_fields[name].is_required():
                assert section.model_fields[name].default == default, (section.__name__, name)
                compared += 1
    assert compared >= 2
    assert "need_power" in inspect.signature(floating_catchments).parameters
