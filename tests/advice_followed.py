"""What brings a message with advice, and the change that the advice names."""

from __future__ import annotations

import geopandas as gpd
from advice_joins import OF_JOINS
from advice_of_deliveries import OF_DELIVERIES
from advice_town import (
    Edit,
    Followed,
    also,
    areas,
    asked,
    cell,
    cut,
    kept,
    lines,
    put,
    rows,
    stored,
    written,
)

from sozialraum.privacy.ledger import new_ledger

NOTHING: Edit = also()
NAMES = "ABCDEFGHIJKLMNOPQRSTUVWXY"
F = Followed
# pupils who went on to a Gymnasium: a column of its own, which is no input of the index
SGB = {"label": "Uebergang", "cases": "gym", "children": "kinder"}
GYM = rows(lambda t: t.assign(gym=[str(int(n) // 2) for n in t["kinder"]]))
SMOOTH = put("smoothing", {"method": "joint"})
WATCH = put("watch", {"indicators": ["armut"]})
AHP = {"method": "ahp", "judgements": {"geld": [[1.0]], "lernen": [[1.0]]}}


def year_before(town):
    """Deliver the same table for the year before, too."""
    table = town.given["tables"][0]
    town.given["tables"].append({**table, "stichtag": "2023-12-31"})


def quarters(town):
    """Deliver five larger areas and ask for the index of them, by the keys of the small ones."""
    small = gpd.read_file(town.folder / "felder.gpkg")
    small["viertel"] = [f"V{n // 5}" for n in range(25)]
    small.to_file(town.folder / "felder.gpkg")
    small.dissolve("viertel").reset_index()[["viertel", "geometry"]].to_file(
        town.folder / "viertel.gpkg"
    )
    town.given["areas"]["viertel"] = {"file": "viertel.gpkg", "key": "viertel"}
    town.given["join"] = {"source": "felder", "target": "viertel", "method": "nested"}


def write_plan(town):
    """Write a plan file beside the build file."""
    (town.folder / "plan.toml").write_text('title = "Ort"\nbuild = "bau.toml"\n', "utf-8")


def new_book(town):
    """Make a ledger with its key and name both."""
    new_ledger(town.folder / "f.jsonl", town.folder / "f.key")
    town.given["disclosure"] = {"ledger": "f.jsonl", "key": "f.key"}


def only_mine(name):
    """Write a file that is no key and that only its owner may read."""

    def edit(town):
        (town.folder / name).write_bytes(b"kein Schl")
        (town.folder / name).chmod(0o600)

    return edit


OF_CONFIG = (
    F("config.no_file", asked("bauu.toml"), asked("bau.toml")),
    F("config.other_kind", also(write_plan, asked("plan.toml")), asked("bau.toml")),
    F("config.not_utf8", written('place = "Bad Nürf"\n', "cp1252"), written('place = "Bad Nürf"\n')),
    F("config.too_large", written("# x" * 700_000), written("")),
    F("config.too_deep", written("place = " + "[" * 60 + "]" * 60), written('place = "Ort"')),
    F("config.syntax", written("place = Ort\n"), written('place = "Ort"\n')),
    F("config.backslash", written('place = "Nord\\Umland"\n'), written('place = "Nord/Umland"\n')),
    F("config.unknown_recipe", put("recipe", "minmax_meen"), put("recipe", "minmax_mean")),
    F("config.coefficient_negative",
      put("weighting", {"method": "published", "coefficients": {"armut": -1.0, "kita": 1.0}}),
      put("weighting.coefficients.armut", 1.0)),
    F("config.level_persons", also(cut("population"), put("levels", [{"parent": "bezirk"}]),
      put("areas.felder.parents", {"bezirk": "name"}), put("disclosure", {"published_input": True,
      "reason": "veröffentlicht"})), cut("levels")),
    F("config.level_unknown", also(put("levels", [{"parent": "bezirk"}]), put("disclosure",
      {"published_input": True, "reason": "veröffentlicht"})),
      put("areas.felder.parents", {"bezirk": "name"})),
    F("config.level_secret", also(put("levels", [{"parent": "bezirk"}]),
      put("areas.felder.parents", {"bezirk": "name"})), put("levels.0.of", "counts")),
    F("config.outcomes_alone", also(GYM, put("outcomes", {"trend": False})),
      put("transitions", SGB)),
    F("config.smoothing_forbidden", also(put("recipe", "berlin_mss"), SMOOTH), cut("recipe")),
    F("config.smoothing_clusters", also(SMOOTH, put("clusters", {"permutations": 99})),
      cut("clusters")),
    F("config.smoothing_imputation", also(SMOOTH, put("imputation", {"method": "mean"}),
      put("disclosure", {"published_input": True, "reason": "veröffentlicht"})), cut("imputation")),
    F("config.smoothing_counts", also(SMOOTH, cut("indicators.1"), cut("indicators.0.numerator"),
      put("indicators.0.value", "arm"), put("indicators.0.kind", "mean"),
      put("indicators.0.unit", "number"), cut("indicators.0.denominator"),
      put("disclosure", {"published": ["armut"], "reason": "veröffentlicht"})), cut("smoothing")),
    F("config.strata_twice", also(GYM, put("transitions", SGB),
      rows(lambda t: t.assign(a0="1", k0="2", a1=[str(int(n) - 1) for n in t["gym"]],
      k1=[str(int(n) - 2) for n in t["kinder"]])), put("outcomes", {"strata": [
      {"label": "a", "cases": f"a{n}", "children": f"k{n}"} for n in (0, 1)]})),
      put("outcomes.strata.1.label", "b")),
    F("config.imputation_secret", put("imputation", {"method": "mean"}), cut("imputation")),
    F("config.imputation_uncertain", also(put("imputation", {"method": "mean"}),
      put("uncertainty", {"draws": 20}),
      put("disclosure", {"published_input": True, "reason": "veröffentlicht"})),
      cut("uncertainty")),
    F("config.recipe_path", put("recipe", "../eigenes.toml"), cut("recipe")),
    F("config.no_recipe_file", put("recipe", "eigenes.toml"), put("recipe", "minmax_mean")),
    F("config.recipe_table", also(put("recipe", "eigenes.toml"),
      stored("eigenes.toml", lambda _: b'[scaling]\nmethod = "rank"\n')), put("recipe",
      "minmax_mean")),
    F("config.unknown_key", put("scaling.methode", "rank"), cut("scaling.methode")),
    F("config.missing_key", cut("title"), put("title", "Probe")),
    F("config.not_allowed", put("scaling.method", "rang"), put("scaling.method", "rank")),
    F("config.key_needs_quotes", put("ags", 9999000), put("ags", "09999000")),
    F("config.bad_ags", put("ags", "99999999"), put("ags", "09999000")),
    F("config.bad_ags", put("ags", ["09463000", "0947"]), put("ags", ["09463000", "09473"])),
    F("config.section_once", put("population", [{"variable": "einwohner"}] * 2),
      put("population", {"variable": "einwohner"})),
    F("config.beside_twice",
      also(GYM, put("transitions", [{**SGB, "id": "a"}, {**SGB, "id": "a"}])),
      put("transitions.1.id", "b")),
    F("config.beside_id", also(GYM, put("transitions", [{**SGB, "id": "Ü 4"}])),
      put("transitions.0.id", "u4")),
    F("config.section_single", put("population", [{"variable": "einwohner"}]),
      put("population", {"variable": "einwohner"})),
    F("config.wrong_type", put("title", "???"), put("title", "Probe")),
    F("config.wrong_type", put("classes.k", "fünf"), put("classes.k", 5)),
    F("config.unknown_areas", put("tables.0.areas", "feldr"), put("tables.0.areas", "felder")),
    F("config.unknown_name", put("transform", {"armutt": "log"}), cut("transform.armutt")),
    F("config.no_effect", also(put("scaling.method", "minmax"), put("scaling.ties", "min")),
      cut("scaling.ties")),
    F("config.class_names", put("classes.labels", ["a", "b"]),
      put("classes.labels", ["a", "b", "c", "d", "e"])),
    F("config.needs_limits", put("classes.method", "fixed"), put("classes.limits", [0.3, 0.6])),
    F("config.needs_population", also(cut("population"), put("scaling.method", "zscore"),
      put("scaling.weights", "population")), cut("scaling.weights")),
    F("config.former.small_base", put("disclosure", {"value_base": 20.0}),
      also(cut("disclosure.value_base"), put("output", {"small_base": 20.0}))),
    F("config.former.width", put("disclosure", {"rounding_base": 5}),
      also(cut("disclosure.rounding_base"), put("disclosure.width", 5))),
    F("config.former.profile", put("disclosure", {"method": "classes"}), cut("disclosure.method")),
    F("config.former.from_minimum", put("disclosure", {"minimum_base": 20}),
      cut("disclosure.minimum_base")),
    F("config.former.decimals", put("disclosure", {"index_decimals": 2}),
      also(cut("disclosure.index_decimals"), put("output", {"decimals": 2}))),
    F("config.former.attacker", put("disclosure", {"attacker": "rule"}),
      put("disclosure.attacker", "outsider")),
    F("config.former.intern", put("intern", {"x": 1}), cut("intern")),
    F("config.unknown_profile", put("disclosure", {"profile": "ba-standart"}),
      cut("disclosure.profile")),
    F("config.shown_people", put("population.shown", "kinderr"), put("population.shown", "kinder")),
    F("config.duplicate_indicator", put("indicators.1.id", "armut"), put("indicators.1.id", "kita")),
    F("config.needs_raster", also(put("join.source", "felder"), put("join.method", "dasymetric")),
      put("join.method", "areal")),
    F("config.needs_points", also(put("join.source", "felder"), put("join.method", "points")),
      put("join.method", "areal")),
    F("config.needs_source", put("join.method", "areal"), cut("join.method")),
    F("config.needs_section", also(put("join.source", "felder"), put("join.method", "nearest")),
      also(put("join.method", "areal"))),
    F("config.unused_section", also(put("join.source", "felder"), put("join.method", "areal"),
      put("join.nearest", {"file": "x.gpkg", "key": "k"})), cut("join.nearest")),
    F("config.no_masks", also(put("join.source", "felder"), put("join.method", "nested"),
      put("join.parent", 2), put("join.masks", ["areal"])), cut("join.masks")),
    F("config.needs_reason", put("disclosure", {"published_input": True}),
      put("disclosure.reason", "veröffentlicht")),
    F("config.unknown_axis", put("indicators.0.axis", "zwei"), cut("indicators.0.axis")),
    F("config.values_alone", put("tables.0.values", ["arm"]), cut("tables.0.values")),
    F("config.affix_of_names", also(put("tables.0.by", "name"), put("tables.0.prefix", "0")),
      also(cut("tables.0.by"), cut("tables.0.prefix"))),
    F("config.needs_anchor", put("scaling.method", "goalposts"),
      put("scaling.goalposts", {"armut": [0.0, 1.0], "kita": [0.0, 1.0]})),
    F("config.turned_round", put("recipe", "augsburg_style"), put("orientation", "participation")),
    F("config.ledger_alone", put("disclosure", {"ledger": "freigaben.jsonl"}),
      cut("disclosure.ledger")),
    F("config.not_collected", put("indicators.0.since", "2026-01-01"),
      put("indicators.0.since", "2020-01-01")),
    F("config.span_turned", also(put("indicators.0.since", "2025-01-01"),
      put("indicators.0.until", "2020-01-01")), also(put("indicators.0.since", "2020-01-01"),
      put("indicators.0.until", "2025-01-01"))),
    F("config.span_doubled", also(put("indicators.0.since", "2020-01-01"),
      put("indicators.0.at", "2024-12-31")), cut("indicators.0.since")),
    F("config.watch.counts_twice", also(WATCH, put("counts", [{"name": "arm", "measure": "stock"},
      {"name": "arm", "measure": "stock"}])), cut("counts.1")),
    F("config.watch.no_measure", WATCH, put("counts", [{"name": "arm", "measure": "stock"}])),
)  # fmt: skip


OF_CHECK = (
    F("check.zeros_of_table", rows(lambda t: t.assign(feld=t["feld"].str.lstrip("0"))),
      put("tables.0.width", 2)),
    F("check.zeros_of_areas", areas(lambda a: a.assign(feld=a["feld"].str.lstrip("0"))),
      put("areas.felder.width", 2)),
    F("check.affix_of_table", areas(lambda a: a.assign(feld="77" + a["feld"])),
      put("tables.0.prefix", "77")),
    F("check.affix_of_areas", rows(lambda t: t.assign(feld="77" + t["feld"])),
      put("areas.felder.prefix", "77")),
    F("check.names_of_areas", also(areas(lambda a: a.assign(name=[f"{n} Quartier" for n in NAMES])),
      rows(lambda t: t.assign(feld=[f"{n} Quartier" for n in NAMES]))), put("tables.0.by", "name")),
    F("check.part_of_cell", rows(lambda t: t.assign(feld=t["feld"] + " " + list(NAMES))),
      put("tables.0.by", "part")),
    F("check.other_century", put("tables.0.stichtag", "1924-12-31"), cut("tables.0.stichtag")),
    F("check.foreign_key", lines(lambda b: b + b"99;10;20;100;600\n"),
      put("exclude", [{"key": "99", "reason": "nicht zuzuordnen"}])),
    F("check.absent_key", *kept(rows(lambda t: t.iloc[:-1]), "zahlen.csv")),
    F("check.joined_rows", also(rows(lambda t: t.assign(feld=t["feld"].replace("01", "01+02"))),
      rows(lambda t: t[t["feld"] != "02"])),
      put("areas.felder.merge", [{"keys": ["01", "02"], "key": "01+02"}])),
    F("check.dropped_people", put("areas.felder.drop", ["25"]), also(cut("areas.felder.drop"),
      put("exclude", [{"key": "25", "reason": "Hafen"}]))),
    F("check.variable_unknown", put("indicators.0.numerator", "armm"),
      put("indicators.0.numerator", "arm")),
    F("check.variable_is_text", *kept(rows(lambda t: t.assign(arm="viele")), "zahlen.csv")),
    F("check.negative", also(cell(2, "arm", "-9"), cell(5, "arm", "-9")),
      put("tables.0.sentinels", ["-9"])),
    F("check.per_cent", also(rows(lambda t: t.assign(anteil=[f"{n + 20},5" for n in range(25)])),
      cut("indicators.0.numerator"), put("indicators.0.value", "anteil"),
      cut("indicators.0.denominator"),
      put("disclosure", {"published": ["armut"], "reason": "veröffentlicht"})),
      put("indicators.0.unit", "percent")),
    F("check.numerator_above", *kept(cell(3, "arm", "99999"), "zahlen.csv")),
    F("check.cases_above", also(rows(lambda t: t.assign(arm=[str(3 * int(k)) for k in t["kinder"]])),
      put("indicators.0.unit", "per_1000")),
      also(put("indicators.0.kind", "rate"), put("indicators.0.unit", "number"))),
    F("check.all_missing", *kept(rows(lambda t: t.assign(arm="")), "zahlen.csv")),
    F("check.mostly_missing", *kept(rows(lambda t: t.assign(arm=["40"] * 3 + [""] * 22)),
      "zahlen.csv")),
    F("check.some_missing", *kept(cell(3, "arm", ""), "zahlen.csv")),
    F("check.constant", *kept(rows(lambda t: t.assign(arm="100", kinder="400")), "zahlen.csv")),
    F("check.zero_everywhere", also(cell(3, "arm", "0"), cell(3, "kita", "0")),
      put("exclude", [{"key": "04", "reason": "keine Angabe"}])),
    F("check.collected_outside", also(put("indicators.0.since", "2024-06-01"),
      year_before), cut("indicators.0.since")),
    F("check.fewer_areas", also(put("classes.method", "jenks"), put("classes.k", 5),
      put("areas.felder.merge", [{"keys": [f"{n:02d}" for n in range(a, b)], "key": f"V{a}"}
      for a, b in ((1, 9), (9, 17), (17, 26))])), put("classes.k", 3)),
    F("check.not_whole", *kept(cell(3, "arm", "40,5"), "zahlen.csv")),
)  # fmt: skip

OF_OTHERS = (
    F("space.neighbours.across", also(areas(lambda a: a.assign(geometry=a.geometry.buffer(-2))),
      put("clusters", {"permutations": 99})), put("neighbours", {"across": 0.0})),
    F("space.neighbours.alone", also(areas(lambda a: a.assign(geometry=a.geometry.buffer(-100))),
      put("clusters", {"permutations": 99})), put("neighbours", {"method": "nearest", "k": 4})),
    F("privacy.no_counts", also(rows(lambda t: t.assign(anteil=[f"0,{n + 20}" for n in range(25)])),
      cut("indicators.0.numerator"), cut("indicators.0.denominator"),
      put("indicators.0.value", "anteil")),
      put("disclosure", {"published": ["armut"], "reason": "veröffentlicht"})),
    F("privacy.no_largest", put("indicators.0.unit", "number"), put("indicators.0.kind", "rate")),
    F("privacy.ledger_missing", also(new_book, lambda t: (t.folder / "f.jsonl").unlink()),
      also(lambda t: (t.folder / "f.key").unlink(), new_book)),
    F("privacy.ledger_key_missing", also(new_book, put("disclosure.key", "g.key")),
      put("disclosure.key", "f.key")),
    F("privacy.ledger_key_broken", also(new_book, only_mine("g.key"),
      put("disclosure.key", "g.key")), put("disclosure.key", "f.key")),
    F("pipeline.counted_heads", put("population", {"variable": "arm"}),
      put("population", {"variable": "kinder"})),
    F("pipeline.no_parent", quarters, put("join.parent", "viertel")),
    F("pipeline.strata_differ", also(GYM, put("transitions", SGB), put("outcomes", {"strata": [
      {"label": "a", "cases": "arm", "children": "kinder"},
      {"label": "b", "cases": "kita", "children": "kinder"}]})), cut("outcomes")),
    F("privacy.noise_without_key", put("disclosure", {"profile": "ckm"}), cut("disclosure")),
    F("check.upside_down", also(quarters, put("join.source", "viertel"),
      put("join.target", "felder"), put("join.method", "areal"), put("tables.0.areas", "viertel"),
      put("tables.0.key", "viertel"), put("areas.viertel.parents", {}), rows(lambda t: t.iloc[:5]
      .assign(feld=[f"V{n}" for n in range(5)]).rename(columns={"feld": "viertel"}))),
      also(put("join.source", "felder"), put("join.target", "viertel"), put("tables.0.areas",
      "felder"), put("tables.0.key", 1), rows(lambda t: t.loc[[0] * 25].assign(
      viertel=[f"{n:02d}" for n in range(1, 26)])))),
    F("privacy.few_areas", also(put("areas.felder.merge", [{"keys": [f"{n:02d}" for n in
      range(1, 14)], "key": "A"}, {"keys": [f"{n:02d}" for n in range(14, 26)], "key": "B"}])),
      cut("areas.felder.merge")),
    F("space.parent_missing", also(quarters, put("join.parent", "viertel"), areas(lambda a: a.assign(
      viertel=[None, *a["viertel"][1:]]))), areas(lambda a: a.assign(
      viertel=["V0", *a["viertel"][1:]]))),
    F("space.parent_unknown", also(quarters, put("join.parent", "viertel"), areas(lambda a: a.assign(
      viertel=["V9", *a["viertel"][1:]]))), areas(lambda a: a.assign(
      viertel=["V0", *a["viertel"][1:]]))),
    F("pipeline.nested_elsewhere", also(quarters, put("join.parent", "viertel"), areas(
      lambda a: a.assign(viertel=["V4"] * 3 + [*a["viertel"][3:]]))), areas(
      lambda a: a.assign(viertel=["V0"] * 3 + [*a["viertel"][3:]]))),
    F("pipeline.value_moved", also(quarters, put("join.method", "areal"), rows(lambda t: t.assign(
      anteil=[f"0,{n + 20}" for n in range(25)])), cut("indicators.0.numerator"),
      cut("indicators.0.denominator"), put("indicators.0.value", "anteil"), put("disclosure",
      {"published": ["armut"], "reason": "veröffentlicht"})), also(cut("indicators.0.value"),
      cut("disclosure"), put("indicators.0.numerator", "arm"),
      put("indicators.0.denominator", "kinder"))),
    F("config.level_persons", also(put("levels", [{"parent": "bezirk"}]), cut("population"),
      put("areas.felder.parents", {"bezirk": "name"}), put("disclosure",
      {"published_input": True, "reason": "veröffentlicht"})),
      put("population", {"variable": "einwohner"})),
    F("check.balance", *kept(rows(lambda t: t.assign(arm=[str(n - 12) for n in range(25)])),
      "zahlen.csv")),
    F("check.share_outside", also(rows(lambda t: t.assign(anteil=["0,2"] * 24 + ["-0,5"])),
      cut("indicators.0.numerator"), cut("indicators.0.denominator"),
      put("indicators.0.value", "anteil"), put("disclosure",
      {"published": ["armut"], "reason": "veröffentlicht"})), cell(24, "anteil", "0,5")),
    F("pipeline.pale_accent", put("output", {"accent": "#ffff00"}),
      put("output.accent", "#0c4a8d")),
    F("pipeline.no_drawing", also(stored("logo.svg", lambda _: b"keine Zeichnung"),
      put("output", {"logo": "logo.svg"})), cut("output.logo")),
)  # fmt: skip

FOLLOWED = (*OF_CONFIG, *OF_CHECK, *OF_DELIVERIES, *OF_OTHERS, *OF_JOINS)
