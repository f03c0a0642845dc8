"""Build files whose sections do not go together, and what their messages advise."""

from __future__ import annotations

import datetime as dt

import pandas as pd
from advice_followed import new_book, quarters
from advice_joins import raster
from advice_town import Edit, also, areas, cut, kept, put, rows, stored
from advice_town import Followed as F
from wrong_values import BASE

PUBLISHED = put("disclosure", {"published_input": True, "reason": "veröffentlicht"})
MORE = rows(lambda t: t.assign(zu="30", fort="45", ausgaben="90000", stimmen=t["kita"],
            gueltig=t["kinder"], plaetze=t["kita"]))  # fmt: skip
THIRD = {
    "count": {"kind": "count", "numerator": "kita", "direction": "burden"},
    "balance": {"kind": "balance", "incoming": "zu", "outgoing": "fort",
                "denominator": "einwohner", "direction": "burden"},
    "vote": {"kind": "vote", "numerator": "stimmen", "denominator": "gueltig"},
    "euro": {"kind": "euro", "numerator": "ausgaben", "denominator": "einwohner",
             "direction": "burden"},
    "ratio": {"kind": "ratio", "numerator": "plaetze", "denominator": "kinder",
              "direction": "burden"},
    "share": {"kind": "share", "numerator": "arm", "denominator": "einwohner"},
}  # fmt: skip


def third(kind: str, **keys) -> Edit:
    """Add a third indicator of a kind."""
    given = {"id": "neu", "label": "Neu", "dimension": "geld", "use": "index"}
    with_sum = "ausgaben" if kind == "euro" else None
    published = put("disclosure", {"published": ["neu"], "reason": "veröffentlicht"})
    return also(MORE, published if with_sum or kind == "ratio" else also(),
                put("indicators.2", {**given, "direction": "burden", **THIRD[kind], **keys}))  # fmt: skip


def use(word: str) -> Edit:
    return put("indicators.2.use", word)


def layers(**more) -> Edit:
    """Make all indicators layers beside no index."""
    steps = [cut(name) for name in ("scaling", "aggregation", "classes")]
    said = [put(name, value) for name, value in more.items()]
    return also(put("indicators.0.use", "layer"), put("indicators.1.use", "layer"), *steps, *said)


def listed(words: str, coding="utf-8") -> Edit:
    """Write the indicators in a table beside the build file."""
    return also(put("indicators", "kz.csv"), stored("kz.csv", lambda _: words.encode(coding)))


HEAD = "id;label;numerator;denominator;direction;dimension\n"
ROWS = "armut;Armut;arm;kinder;burden;geld\nkita;Kita;kita;kinder;resource;lernen\n"


def recipe(*words: str) -> Edit:
    """Write a recipe of one's own and name it."""
    content = "\n".join(words).encode()
    return also(put("recipe", "eigenes.toml"), stored("eigenes.toml", lambda _: content))


def own(*more: str, **about: str) -> Edit:
    given = {"name": "eigenes", "version": "1", "evidence": "inferred"}
    said = [f'{name} = "{value}"' for name, value in {**given, **about}.items()]
    steps = also(*(cut(name) for name in ("scaling", "aggregation", "classes") if name in BASE))
    return also(
        lambda town: town.given.update(BASE),
        steps,
        recipe('orientation = "deprivation"', "[recipe]", *said, *more),
    )


def reform(*table: str) -> Edit:
    """Say that an area was split before this year, and what became of it."""

    def edit(town):
        words = "\n".join(["alt;neu", *table]) + "\n"
        (town.folder / "reform.csv").write_text(words, encoding="utf-8")
        old = pd.read_csv(town.folder / "zahlen.csv", sep=";", dtype=str)
        old = old.assign(feld=["99", *old["feld"][1:]])
        old.to_csv(town.folder / "alt.csv", sep=";", index=False)
        first = town.given["tables"][0]
        town.given["tables"] = [
            first,
            {**first, "file": "alt.csv", "stichtag": dt.date(2020, 12, 31)},
        ]
        town.given["reforms"] = [{"file": "reform.csv", "areas": "felder", "since": dt.date(2022, 1, 1),
                                  "old": "alt", "new": "neu"}]  # fmt: skip

    return edit


def readable_key(town) -> None:
    """Make a ledger whose key everybody may read."""
    new_book(town)
    (town.folder / "f.key").chmod(0o644)


SAME = [f"{n:02d};{n:02d}" for n in range(2, 26)]


def cells(town) -> None:
    """Split by a raster, and compare with other ways to split."""
    raster(1)(town)
    town.given.pop("disclosure", None)


ROW = {"label": "Kinder", "left": "neu", "right": "armut"}
COMPARED = [{"label": "Vergleich", "left": "hier", "right": "dort", "rows": [ROW]}]
SMOOTH = put("smoothing", {"method": "joint"})
HOUSES = {"file": "h.csv", "x": "x", "y": "y", "source": "feld", "target": "viertel"}

OF_BUILDS = (
    F("config.compare.no_share", also(third("euro", use="layer"), put("compare", COMPARED)),
      put("compare.0.rows.0.left", "kita")),
    F("config.indicator_columns", cut("indicators.0.denominator"),
      put("indicators.0.denominator", "kinder")),
    F("config.indicator_columns_balance", third("balance", use="layer", value="zu"),
      cut("indicators.2.value")),
    F("config.kind.balance_uncertain", also(third("balance"), put("uncertainty", {"draws": 20})),
      use("layer")),
    F("config.kind.balance_uncertain", also(third("balance"), put("uncertainty", {"draws": 20})),
      cut("uncertainty")),
    F("config.kind.count_input", third("count"), cut("indicators.2.use")),
    F("config.kind.count_input", third("count"), also(put("indicators.2.denominator", "kinder"),
      put("indicators.2.kind", "share"))),
    F("config.kind.euro_input", third("euro"), cut("indicators.2.use")),
    F("config.kind.euro_input", third("euro"), put("indicators.2.reason", "Mietkosten je Kind")),
    F("config.indicator_kind", third("share", unit="euro"), cut("indicators.2.unit")),
    F("config.kind.neutral_input", third("share", direction="neutral"), use("layer")),
    F("config.kind.neutral_input", third("share", direction="neutral"),
      put("indicators.2.direction", "burden")),
    F("config.kind.no_population", also(third("count", use="layer"), cut("population")),
      put("population", {"variable": "einwohner"})),
    F("config.kind.nothing_to_index", layers(classes={"k": 3}), cut("classes")),
    F("config.kind.nothing_to_index", layers(classes={"k": 3}), put("indicators.0.use", "index")),
    F("config.kind.output_of_index", layers(output={"files": ["karte", "csv"]}),
      put("output.files", ["csv"])),
    F("config.kind.population", third("share", population="einwohner"), cut("indicators.2.population")),
    F("config.kind.price_year", third("share", price_year=2023), cut("indicators.2.price_year")),
    F("config.kind.ratio_input", third("ratio"), put("scaling.methods", {"neu": "rank"})),
    F("config.kind.ratio_input", third("ratio"), also(put("scaling.methods", {"neu": "goalposts"}),
      put("scaling.goalposts", {"neu": [0.0, 1.0]}))),
    F("config.kind.ratio_input", third("ratio"), use("layer")),
    F("config.kind.survey", third("share", survey=True), put("indicators.2.population", "einwohner")),
    F("config.kind.vote_input", third("vote"), cut("indicators.2.use")),
    F("config.listed.absent", put("indicators", "kz.csv"), listed(HEAD + ROWS)),
    F("config.listed.column", listed(HEAD.replace("numerator", "zaehler") + ROWS), listed(HEAD + ROWS)),
    F("config.listed.no_table", listed("PK\x03\x04\x00", "latin-1"), listed(HEAD + ROWS, "utf-8-sig")),
    F("config.listed.twice", listed(HEAD.replace("dimension", "label") + ROWS), listed(HEAD + ROWS)),
    F("config.smoothing_masks", also(quarters, SMOOTH, cells,
      put("join.masks", ["areal"])), cut("join.masks")),
    F("config.recipe_name", own(name="minmax_mean"), own()),
    F("config.recipe_name", own(name="minmax_mean"), put("recipe", "minmax_mean")),
    F("config.recipe_proof", own(evidence="reproduced"), own(evidence="inferred")),
    F("config.recipe_proof", own(evidence="reproduced"),
      own(evidence="reproduced", agreement="25 von 25 Werten auf 3 Stellen")),
    F("config.recipe_axes", own("[scaling]", 'method = "rank"', "[axes.a.scaling]", 'method = "rank"'),
      own("[scaling]", 'method = "rank"')),
    F("config.needs_cells", also(quarters, put("join.method", "cells")), put("join.method", "areal")),
    F("config.needs_column", also(quarters, put("join.method", "addresses"),
      stored("h.csv", lambda _: b"x;y;feld;viertel\n" + b"".join(b"%d;%d;%02d;V%d\n" % (
        400250 + n % 5 * 500, 5800250 + n // 5 * 500, n + 1, n // 5) for n in range(25))),
      put("join.addresses", HOUSES)), put("join.addresses.crs", "EPSG:25833")),
    F("config.unknown_answer", put("disclosure", {"corrects": ["armutt"]}), cut("disclosure.corrects")),
    F("check.ars_of_areas", also(areas(lambda a: a.assign(feld=[f"095630{n:02d}" for n in range(25)])),
      rows(lambda t: t.assign(feld=[f"09563{n:04d}0{n:02d}" for n in range(25)]))),
      put("tables.0.by", "ars")),
    F("check.zeros_differ", *kept(rows(lambda t: t.assign(feld=["0001", "002", *t["feld"][2:]])),
      "zahlen.csv")),
    F("privacy.ledger_key_readable", readable_key,
      lambda t: (t.folder / "f.key").chmod(0o600)),
    F("pipeline.reform_incomplete", reform(*SAME), reform("99;01", *SAME)),
    F("pipeline.reform_incomplete", reform("99;01", *SAME[1:]), put("reforms.0.unchanged", True)),
    F("config.segregation_no_share", also(third("euro", use="layer"), put("space_statistics", {"segregation": ["neu"]})),
      put("space_statistics.segregation", ["armut"])),
)  # fmt: skip
