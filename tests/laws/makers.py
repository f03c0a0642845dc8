"""The table of argument makers: by parameter name, then by function where a name means more."""

import datetime as dt
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from laws import city as c
from laws.names import keyed_parameters

from sozialraum.index.means import MeanOptions
from sozialraum.insight import participation as p
from sozialraum.insight.change import split_change
from sozialraum.insight.equity import concentration_index
from sozialraum.insight.outcomes import OutcomeCounts
from sozialraum.insight.small_area.strengthening import fit_strength, strengthen
from sozialraum.insight.watching.watch import apply_watch, fit_watch
from sozialraum.insight.watching.whole_city import watch_city
from sozialraum.model.dates.period import Period
from sozialraum.planning.access import floating_catchments, gaps
from sozialraum.planning.allocation.allocation import gains_and_losses
from sozialraum.planning.allocation.need_rules import Rule
from sozialraum.planning.demography.projection import Projection
from sozialraum.planning.facility_location.location import locate
from sozialraum.planning.facility_location.sites import site_task
from sozialraum.planning.targets import Target
from sozialraum.privacy.ptable import make_ptable
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.sources.registrations.duplicates import find_children
from sozialraum.sources.registrations.pseudonyms import PseudonymKey
from sozialraum.space.addressing.address_register import make_register
from sozialraum.space.addressing.house_numbers import assign_by_rules, read_house_number_rules
from sozialraum.space.neighbours import contiguity
from sozialraum.space.network import walking_network

RULES = DisclosureRules()
LINEAR = Rule(name="linear", slope=1.0)
NEIGHBOURS = contiguity(c.areas)
RINGS = [(800.0, 1.0), (2500.0, 0.5)]
NEED = c.column(0.05, 0.95)
SHARE_CASES, SHARE_BASE = (
    pd.concat(dict.fromkeys(("2023", "2024"), t), names=["stichtag", "key"]) for t in (c.numerator, c.base)
)  # fmt: skip
PLACES = pd.Series([30.0, 55.0, 80.0], c.SITES)
TASK = site_task(c.distance, c.persons, need=NEED, radius=1500.0, number=2)
RECORDS = pd.Index([5, 2, 9, 1, 7, 3])
NAMES = pd.Series(["Ada", "Ben", "Ada", "Cem", "Ben", "Dia"], RECORDS)
SURNAMES = pd.Series(["Alt", "Bek", "Alt", "Can", "Bek", "Dorn"], RECORDS)
BIRTHS = pd.Series(pd.to_datetime(["2015-03-01", "2016-04-02", "2015-03-01", "2014-05-05", "2016-04-02", "2013-01-01"]), RECORDS)  # fmt: skip
STREETS = pd.Series(["Am Markt 1", "Weg 2", "Am Markt 1", "Weg 7", "Weg 2", "Gasse 3"], RECORDS)
CHILDREN = find_children(NAMES, SURNAMES, BIRTHS, STREETS)
LAID_DOWN = pd.DataFrame(
    [["07", "Süd", "fest", "a"], ["01", "Süd", "verboten", "b"], ["02", "Nord", "verboten", ""]], columns=["block", "schule", "art", "grund"],
)  # fmt: skip
ACCESS = floating_catchments(c.distance, c.persons, PLACES, rings=RINGS)
MONTHLY = c.table(20, 60, c.KEYS, c.MONTHS, whole=True)
MONTHLY_BASE = c.table(100, 300, c.KEYS, c.MONTHS, whole=True)
STATIONS = pd.DataFrame(
    {
        "reached_first": c.table(5, 30, ["x"], whole=True)["x"],
        "eligible_first": 60.0,
        "reached_second": c.table(10, 50, ["y"], whole=True)["y"],
        "eligible_second": 70.0,
    }
)
WATCHED = pd.DataFrame(
    np.random.default_rng(4).poisson(30, (40, len(c.KEYS))),
    [str(Period("month", 2021, 1).shift(n)) for n in range(40)],
    c.KEYS,
)
WATCH = fit_watch(WATCHED.head(24), measure="flow", draws=20)
SPLIT = split_change(
    c.index, c.index + 0.3, c.index - 0.2, old_breaks=c.breaks, new_breaks=c.breaks
)
HOUSES = pd.DataFrame(
    {"street": ["Weg", "Weg", "Gasse", "Gasse"], "house_number": ["1", "2", "5", "8"], "block": ["b1", "b1", "b2", "b3"]},
    index=[3, 0, 2, 1],
)  # fmt: skip
STREET_RULES = pd.DataFrame(
    {"area": ["X", "Y", "Y"], "street": ["Weg", "Weg", "Gasse"], "rule": ["ung. 1-9", "ger. 2-8", "gesamt"]}, index=[2, 0, 1]
)  # fmt: skip
OFFERS = c.points.assign(age_from=3.0, age_to=10.0, area="")
GEOGRAPHIES = {"Stadt": pd.Series("S", c.KEYS), "Bezirk": c.groups}


def _classes_of(shares: pd.DataFrame) -> pd.Series:
    return shares.mean(axis=1).gt(0.22).astype("Int64") + 1


# by parameter name
MAKERS: dict[str, Callable[[], Any]] = {
    "value": lambda: c.value, "base": lambda: c.base, "numerator": lambda: c.numerator,
    "z": lambda: c.z, "x": lambda: c.z, "indicators": lambda: c.indicators,
    "index": lambda: c.index, "weights": lambda: c.persons, "persons": lambda: c.persons,
    "scale": lambda: c.scale, "breaks": lambda: c.breaks, "classes": lambda: c.classes,
    "typology": lambda: c.typology, "fitted": lambda: c.fitted, "tree": lambda: c.tree,
    "counts": lambda: c.counts, "groups": lambda: c.groups, "parent": lambda: c.groups,
    "cases": lambda: c.cases, "burden": lambda: c.burden, "treatment": lambda: c.treatment,
    "areas": lambda: c.areas, "target": lambda: c.areas, "source": lambda: c.blocks,
    "points": lambda: c.points, "crosswalk": lambda: c.walk, "raster": lambda: c.raster,
    "schools": lambda: c.schools, "origins": lambda: c.points, "destinations": lambda: c.schools,
    "neighbours": lambda: NEIGHBOURS, "values": lambda: c.burden, "seed": lambda: 3,
    "types": lambda: c.types, "level": lambda: 0.95, "first": lambda: "07", "second": lambda: "01",
    "outcome": lambda: OutcomeCounts("hs", c.cases, c.persons), "programme": lambda: c.programme,
    "participants": lambda: p.Participants(c.cases), "children": lambda: p.EligibleChildren(c.persons),
    "distance": lambda: c.distance, "need": lambda: NEED, "places": lambda: PLACES,
    "rings": lambda: RINGS, "radius": lambda: 1500.0, "size": lambda: c.persons,
    "rule": lambda: LINEAR, "total": lambda: 30.0, "rules": lambda: RULES,
    "capacity": lambda: PLACES, "cost": lambda: PLACES,
    "geographies": lambda: GEOGRAPHIES, "homes": lambda: c.points, "roads": lambda: c.roads,
    "given_name": lambda: NAMES, "surname": lambda: SURNAMES, "birth_date": lambda: BIRTHS,
    "address": lambda: STREETS, "classes_of": lambda: _classes_of, "bandwidth": lambda: 1500.0,
    "blocks": lambda: c.blocks, "index_areas": lambda: c.areas.assign(index=c.index),
    "recipes": lambda: ["minmax_mean", "equal_width_k"],
}  # fmt: skip

PANEL = c.table(0, 1, [2020, 2021, 2022, 2023])


def _rates(order: pd.Series) -> pd.DataFrame:
    """Return children, rates and the ends within which they are known."""
    rate = 0.2 + 0.5 * order.rank() / len(order)
    ends = {"rate_low": rate - 0.01, "rate_high": rate + 0.01}
    return pd.DataFrame({"children": c.persons, "rate": rate, **ends})


# by function, then parameter; a parameter that is None stays at its default
BY_FUNCTION: dict[str, dict[str, Any]] = {
    "index.class_steps": {"orientation": "participation"},
    "index.count_moves": {"first": c.groups.map({g: n for n, g in enumerate(c.groups.unique(), 1)}), "other": c.column(1, 4).round(), "k": 5, "other_k": 5},
    "insight.programme_reach": {
        "target_participants": p.Participants((c.cases * 0.5).round()),
        "target_children": p.EligibleChildren(c.persons),
    },
    "index.class_labels": {}, "index.classify": {},
    "index.total_groups": {
        "classes": {"a": c.classes, "b": c.classes}, "breaks": {"a": c.breaks, "b": c.breaks},
        "first": "a", "second": "b", "signs": ["-", "o", "+"],
    },
    "index.impute": {"value": c.value.mask(c.value > 0.4), "method": "group_mean"},
    "index.impute_multiple": {"value": c.value.mask(c.value > 0.4), "draws": 2},
    "index.impute_panel": {
        "panel": pd.concat({y: c.value.mask(c.value > 0.35 + y - 2020) for y in (2020, 2021)}, names=["stichtag", "key"]),
    },
    "index.inspect_imputation": {"imputed": c.value > 0.4},
    "index.score_imputed": {"value": c.value.mask(c.value > 0.4), "draws": 3},
    "index.transform": {"functions": {"arm": "log"}},
    "index.aggregate_nodes": {"options": MeanOptions()},
    "index.shrink_rates": {"base": c.persons, "neighbours": None},
    "index.shrink_rates#local": {"base": c.persons, "groups": None, "method": "local"},
    "index.fit_scale#city_rate": {"method": "zscore", "centre": "city_rate", "weights": None},
    "index.fit_breaks#quantile": {"method": "quantile", "k": 3},
    "index.person_weights": {"counted": c.burden > 0, "caller": "f"},
    "index.fit_treatment": {"most": 5}, "index.fit_weights": {"weights": None},
    "index.fit_weights#pca": {"method": "pca", "against": "keep"},
    "index.fit_typology#contiguous": {"k": 2, "draws": 0, "method": "contiguous"},
    "index.fit_typology#kmeans": {"k": 2, "draws": 3, "neighbours": None},
    "index.fit_recipe": {"recipe": "minmax_mean"},
    "index.type_certainty": {"draws": 5},
    "index.fit_typology": {"k": 2, "draws": 0, "method": "ward", "neighbours": None},
    "space.distance_to_municipality": {
        "municipality": pd.Series(list(c.KEYS) * 4, c.points.index), "municipalities": c.areas,
    },
    "space.far_geocodes": {
        "municipality": pd.Series(list(c.KEYS) * 4, c.points.index), "municipalities": c.areas,
    },
    "space.same_crs": {"crs": c.CRS}, "space.area_problems": {"name": "areas"}, "space.input_hash": {"options": {}},
    "space.make_register": {"frame": HOUSES, "area": "block"},
    "space.match_addresses": {"records": HOUSES[["street", "house_number"]], "register": make_register(HOUSES, area="block")},
    "space.read_house_number_rules": {"frame": STREET_RULES, "area": "area"},
    "space.assign_by_rules": {"register": HOUSES, "rules": read_house_number_rules(STREET_RULES, area="area")},
    "space.rules_crosswalk": {"blocks": HOUSES["block"], "assignment": assign_by_rules(HOUSES, read_house_number_rules(STREET_RULES, area="area"))},
    "space.address_crosswalk": {"register": c.points, "weight": "weight"},
    "space.cells_crosswalk": {"cells": pd.DataFrame({"x": c.points.geometry.x, "y": c.points.geometry.y}), "size": 500.0, "crs": c.CRS},
    "space.mask_interval": {"crosswalks": {"a": c.walk, "b": c.walk}, "counts": c.block_counts},
    "space.misplaced_share": {"moved": c.persons, "truth": c.persons + c.cases},
    "space.move_counts": {"counts": c.block_counts, "rates": {}, "units": {}},
    "space.missing_share": {"counts": c.block_counts}, "space.count_outside": {"counts": c.block_counts},
    "space.split_share": {"counts": c.block_counts, "whole": 0.99},
    "space.parent_keys": {"parent": 2}, "space.nested_crosswalk": {
        "source": c.blocks.assign(parent=[c.KEYS[(n // 16) * 4 + n % 8 // 2] for n in range(48)]), "parent": "parent",
    },
    "space.walking_network": {"lines": c.paths}, "space.walking_distances": {"network": walking_network(c.paths), "snap_limit": 2000.0},
    "space.dasymetric_crosswalk": {"residential": None}, "space.make_crosswalk": {"residential": None, "points": None},
    "space.density_crosswalk": {"barriers": None}, "space.density_bounds": {"barriers": None},
    "space.move_means": {"means": c.table(20, 50, ["alter"], c.BLOCKS), "persons": c.block_counts["kinder"]},
    "space.move_standard_errors": {"errors": c.block_counts / 10},
    "space.grouped_median": {"classes": c.table(5, 50, ["0", "1", "2"]), "edges": [0, 6, 15, 30]},
    "space.move_status": {"status": pd.DataFrame("ok", c.BLOCKS, ["arm"])},
    "space.vintage_crosswalk": {"changes": pd.DataFrame({"old": ["a", "a", "b"], "new": ["x", "y", "y"], "share": [0.25, 0.75, 1.0]}, index=[2, 0, 1])},
    "space.chain_vintages": {"crosswalks": [c.walk]},
    "space.share_crosswalk": {
        "areas": pd.DataFrame({"s": ["A", "A,B", "B"] * 4}, c.KEYS), "column": "s", "seats": pd.Series([10.0, 30.0], ["B", "A"]),
    },
    "space.place_crosswalk": {}, "space.point_crosswalk": {"weight": "weight"},
    "choropleth": {"table": c.classes.to_frame("class")},
    "insight.change_of_rates": {"before": _rates(c.burden), "after": _rates(c.index)},
    "planning.pre_trend": {"panel": PANEL, "base_period": 2022},
    "planning.staggered_change": {"panel": PANEL, "starts": pd.Series([2022, 2023, None] * 4, c.KEYS)},
    "insight.wilson": {"counted": c.cases, "persons": c.persons},
    "insight.newcombe": {"first": c.cases, "first_persons": c.persons, "second": c.cases + 9, "second_persons": c.persons + 50},
    "insight.fit_strength": {"cases": SHARE_CASES, "base": SHARE_BASE, "variance": SHARE_CASES / 50},
    "insight.strengthen": {"cases": SHARE_CASES, "base": SHARE_BASE, "variance": SHARE_CASES / 50, "strength": fit_strength(SHARE_CASES, SHARE_BASE, neighbours=NEIGHBOURS)},
    "insight.describe_strength": {"found": strengthen(SHARE_CASES, SHARE_BASE, fit_strength(SHARE_CASES, SHARE_BASE))},
    "insight.count_cells": {"caller": "f", "cases": SHARE_CASES, "base": SHARE_BASE, "variance": SHARE_CASES / 50, "rates": (), "periods": 5},
    "insight.standardise_rates": {"counted": c.cases}, "insight.benjamini_hochberg": {"p": c.column(0, 0.2)},
    "insight.global_moran": {"permutations": 99}, "insight.global_geary": {"permutations": 99},
    "insight.bivariate_moran": {"around": c.persons, "permutations": 99},
    "insight.theil": {"amount": c.cases},
    "insight.decompose_concentration": {"factors": pd.DataFrame({"a": c.burden + 2, "b": c.index + 3})},
    "insight.decompose_segregation_change": {
        "old": pd.DataFrame({"g": c.cases, "h": c.persons}), "new": pd.DataFrame({"g": c.cases + 9, "h": c.persons}),
    },
    "insight.decompose_rate_change": {
        "old_cases": c.cases, "old_persons": c.persons, "new_cases": c.cases + 9, "new_persons": c.persons + 5 * c.cases,
    },
    "insight.compare_concentration": {
        "old": concentration_index(c.cases, c.persons, c.burden), "new": concentration_index(c.cases + 20, c.persons, c.burden),
    },
    "insight.local_moran": {"permutations": 99},
    "insight.split_change": {
        "old_index": c.index, "new_index_old_scale": c.index + 0.3, "new_index": c.index - 0.2,
        "old_breaks": c.breaks, "new_breaks": c.breaks,
    },
    "insight.change_certainty": {"old": c.table(0, 0.3, [1, 2, 3]), "new": c.table(0, 0.3, [1, 2, 3])},
    "insight.grouped_standard_error": {"share": c.cases / c.persons},
    "insight.individual_concentration": {"outcome": c.cases},
    "insight.slope_index": {"rate": c.cases / c.persons, "standard_error": c.column(0.01, 0.02)},
    "space.within_distance": {"metres": 1100.0},
    "space.nearest": {"k": 3},
    "space.from_pairs": {"keys": ["a", "b", "c"], "pairs": pd.DataFrame({"area": ["a", "b"], "neighbour": ["b", "a"]}, index=[4, 2])},
    "insight.rate_ratio": {"type_": 3, "reference": 1},
    "insight.standardised_rates": {
        "strata": pd.DataFrame({"type": [1, 1, 2, 2], "stratum": ["m", "w", "m", "w"], "cases": [3.0, 8, 5, 4], "children": [30.0, 40, 25, 31]}, index=[3, 0, 2, 1]),
        "standard": pd.Series([60.0, 40.0], ["w", "m"]),
    },
    "insight.use_quotient": {"used": p.Bookings(c.cases)}, "insight.by_group": {"count": p.Participants(c.cases)},
    "insight.take_up_reach": {
        "participants": p.Participants(c.cases), "target_participants": p.Participants((c.cases / 2).round()),
        "target_children": p.EligibleChildren(c.persons),
    },
    "insight.burdened_and_unreached": {"rate": p.participation_rate(p.Participants(c.cases), p.EligibleChildren(c.persons))},
    "insight.logistic": {"children": c.persons, "terms": c.burden.to_frame("b"), "clusters": pd.Series([*c.KEYS], c.KEYS)},
    "insight.random_zones": {"zones": 3},
    "insight.rezoning_band": {"first": c.cases, "second": (c.persons / 3).round(), "zones": 4, "draws": 50, "own": c.groups},
    "insight.segregation_indices": {"group": c.cases, "total": c.persons, "draws": 50},
    "insight.what_if": {"area": "04", "indicator": "arm", "towards": 0.9},
    "insight.simulate_index": {
        "draws": 50, "variance_draws": 0, "errors": c.table(0.01, 0.02), "variants": [c.value + 0.01],
        "added_variance": c.table(0.5, 2.0),
    },
    "index.compute_indicators": {"delivered": None},  # only beside protected counts
    "insight.cut": {},
    "insight.count_changes": {"split": SPLIT}, "insight.describe_change": {"split": SPLIT},
    "planning.places_per_child": {"area_of_offer": pd.Series(["07", "01", "01"], c.SITES)},
    "planning.gaps": {"access": ACCESS, "needy": c.programme},
    "planning.number_problems": {"what": "Kinder"},
    "planning.allocate": {"floors": None, "ceilings": None, "last_year": None},
    "planning.apportion": {"weight": c.persons, "floors": c.cases / 200, "ceilings": c.persons / 100},
    "planning.gains_and_losses": {"allocation": c.cases, "last_year": c.cases[::-1].set_axis(c.KEYS), "in_need": c.cases},
    "planning.threshold_list": {"draws": c.table(0.1, 0.9, range(4))},
    "planning.compare_change": {
        "counts": pd.DataFrame(
            {"group": ["programme", "programme", "comparison", "comparison"], "period": ["before", "after"] * 2, "cases": [10.0, 20, 12, 14], "base": [100.0, 110, 90, 95]},
            index=[2, 0, 3, 1],
        ),
    },
    "planning.compare_areas": {"before": c.cases, "after": c.cases + c.column(0, 20)},
    "planning.changes_by_year": {"panel": c.table(1, 9, [2020, 2021, 2022]), "base_year": 2020},
    "planning.rates": {"register": pd.Series([50.0, 60, 50], [2022, 2023, 2024]), "rolls": pd.DataFrame({1: [55.0, 66, 55], 2: [50.0, 55, 66]}, index=[2022, 2023, 2024])},
    "planning.forecast_pupils": {"register": pd.Series([50.0, 60, 50], [2022, 2023, 2024]), "rolls": pd.DataFrame({1: [55.0, 66, 55], 2: [50.0, 55, 66]}, index=[2022, 2023, 2024]), "coming": pd.Series([52.0, 49.0], [2025, 2026]), "draws": 50},
    "planning.empty_places": {"table": gaps(ACCESS, NEED), "names": pd.Series([f"Gebiet {k}" for k in c.KEYS], c.KEYS)}, "planning.gains_sentence": {"table": gains_and_losses(c.cases, last_year=c.cases * 1.1, size=c.persons)},
    "planning.detail_tables": {"details": {"frequency": pd.DataFrame({"share": [0.2, 0.0, 1.0]}, c.SITES)}, "names": pd.Series("Name", c.SITES)},
    "insight.group_gaps": {"counts": STATIONS},
    "insight.cohort_steps": {"counts": STATIONS},
    "insight.chain_breaks": {"low": c.table(5, 30, ["a", "b"], whole=True), "high": c.table(31, 40, ["a", "b"], whole=True), "base": c.table(50, 90, ["a", "b"], whole=True), "city": pd.Series([0.4, 0.5], ["a", "b"])},
    "insight.first_break": {"places": pd.DataFrame({"a": ["low", "inside"] * 2, "b": ["inside", "low"] * 2}, c.KEYS[:4]), "better": pd.Series(["higher", "higher"], ["a", "b"])},
    "insight.fit_watch": {"cases": WATCHED, "measure": "flow", "draws": 20, "guard": 3, "recoded": pd.DataFrame(dict.fromkeys(c.KEYS, np.arange(200.0)))},
    "insight.apply_watch": {"cases": WATCHED, "watches": WATCH, "exposure": WATCHED + 100.0},
    "insight.watch_city": {"cases": WATCHED.sum(axis=1), "guard": 3},
    "insight.describe_watch": {"judged": apply_watch(WATCHED, WATCH), "watch": WATCH, "names": {}, "area_words": "Gebiete"},
    "insight.describe_city": {"judged": watch_city(WATCHED.sum(axis=1))},
    "insight.unwatchable": {"cases": WATCHED},
    "planning.need_from_index": {"orientation": "deprivation"},
    "planning.funnel": {"base": c.persons},
    "planning.ewma": {"centre": 0.0, "spread": 1.0},
    "planning.known_column": {"frame": c.counts, "name": "n_arm"},
    "planning.stated_amounts": {
        "size": c.persons, "value": c.cases / c.persons, "marked": c.programme,
        "rule": Rule(name="r", form="amounts", limits=(0.2,), amounts=(1.0, 2.0), marked=(3.0, 4.0)),
    },
    "planning.stipulation_problems": {"rows": LAID_DOWN, "blocks": pd.Index(c.KEYS), "schools": pd.Index(c.SITES), "file": "f.csv"},
    "planning.allowed_pairs": {"rows": LAID_DOWN, "blocks": pd.Index(c.KEYS), "schools": pd.Index(c.SITES)},
    "planning.stranded_blocks": {"allowed": c.distance < 2000, "metres": c.distance, "limit": 400.0, "file": "f.csv"},
    "planning.stipulation_sentence": {"rows": LAID_DOWN},
    "planning.children_to_come": {
        "projection": Projection(years=(2026, 2027), areas=("W", "O"), ages=(6, 7), children=np.arange(16.0).reshape(2, 2, 2, 2), due=np.arange(8.0).reshape(2, 2, 2)),
        "area": pd.Series(["W", "O"] * (len(c.KEYS) // 2), c.KEYS), "pupils": c.persons, "years": (2026, 2027), "ages": (6, 7),
    },
    "planning.catchment_task": {
        "allowed": c.distance < 1e9, "entering": c.cases, "loads": pd.DataFrame({"2026": c.cases, "2027": c.cases + 1.0}),
        "pupils": c.cases, "neighbours": [("07", "01")], "in_need": (c.cases / 2).round(), "siblings": (c.cases / 4).round(),
        "current": pd.Series([*c.SITES] * 4, c.KEYS), "closed": c.programme, "minimum": PLACES / 2, "names": pd.Series(["s", "n", "m"], c.SITES), "crossings": c.distance.round(-3) / 1000,
    },
    "planning.site_task": {"radius": 1500.0, "number": 2, "budget": 300.0, "group": c.programme},
    "planning.selection_frequency": {"task": TASK, "need_draws": c.table(0.1, 0.9, range(3))},
    "planning.frequency_sentence": {"plan": locate(TASK), "share": pd.Series([0.5, 0.8, 0.7], c.SITES), "names": pd.Series(["s", "n", "m"], c.SITES)},
    "planning.judge_all": {
        "targets": [Target(id="t", label="T", indicator="arm", value=0.2, deadline=dt.date(2030, 1, 1))],
        "counts": pd.DataFrame({"cases": [10.0, 30.0], "base": [100.0, 150.0]}, pd.MultiIndex.from_tuples([("arm", ""), ("arbeit", "")])),
        "day": dt.date(2026, 1, 1),
    },
    "sources.registrations.age_groups": {"day": pd.Timestamp("2024-06-01"), "groups": {"6-9": (6, 9)}},
    "sources.registrations.count_participation": {
        "children": CHILDREN, "areas": pd.DataFrame({"b": ["x", "y", "x", "z", "y", None]}, RECORDS),
        "age_group": pd.Series("6-9", RECORDS), "offer": pd.Series(["o1", "o2", "o1", "o1", "o2", "o3"], RECORDS),
        "units": pd.DataFrame({"b": ["x", "y", "z"]}, ["x", "y", "z"]), "ages": ["6-9"],
    },
    "sources.registrations.make_pseudonyms": {"child": CHILDREN.likely, "key": PseudonymKey(b"k" * 32, purpose="Gesetze")},
    "sources.registrations.most_frequent": {"group": c.groups, "value": pd.Series([*"aabbaabbabab"], c.KEYS)},
    "sources.registrations.contradictions": {"child": CHILDREN.likely, "cell": STREETS},
    "privacy.perturb": {"cells": pd.DataFrame({"count": [3, 17, 40], "key": np.array([7, 2**40, 2**63], dtype=np.uint64)}, index=[2, 0, 1]), "table": make_ptable(deviation=3, variance=1.0)},
    "privacy.refine": {}, "privacy.windows": {"base": 30, "minimum": 5, "width": 3}, "privacy.geography_digest": {"zones": c.groups},
    "space.offer_coverage": {"offers": OFFERS}, "space.offer_areas": {"offers": OFFERS},
}  # fmt: skip


def arguments_of(name: str, function: Callable) -> dict[str, Any]:
    """Return arguments for a function; a LookupError where the table has none for a parameter."""
    own = BY_FUNCTION.get(name, {})
    keyed = set(keyed_parameters(function))
    given = {}
    for parameter in inspect.signature(function).parameters.values():
        needed = parameter.default is parameter.empty and parameter.kind not in (
            parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL,
        )  # fmt: skip
        if parameter.name in own:
            if own[parameter.name] is not None:
                given[parameter.name] = own[parameter.name]
        elif needed or parameter.name in keyed:
            if parameter.name not in MAKERS:
                raise LookupError(f"{name} has no maker for {parameter.name!r}")
            given[parameter.name] = MAKERS[parameter.name]()
    return given
