"""Tables that cannot be read as delivered, limits on size, and what their messages advise."""

from __future__ import annotations

import zipfile

import openpyxl
import pandas as pd
from advice_of_deliveries import book
from advice_town import Edit, also, areas, cell, limit, lines, put, rows, stored, told
from advice_town import Followed as F
from sources.old_excel import compound, stream

from sozialraum import read_counts
from sozialraum.sources.file_limits import Limits
from sozialraum.sources.tabular.formula import evaluate

SOUND = book("a")
ALL = {name: name for name in ("arm", "kita", "kinder", "einwohner")}
FRAME = pd.DataFrame({"arm": [1.0]})


def edited(change, name="zahlen.xlsx") -> Edit:
    """Deliver the table as a workbook that `change` altered."""

    def edit(town):
        SOUND(town)
        opened = openpyxl.load_workbook(town.folder / "zahlen.xlsx")
        change(opened.active)
        opened.save(town.folder / name)

    return edit


def set_cell(place, value):
    return lambda sheet: sheet.__setitem__(place, value)


def binary(change) -> Edit:
    """Deliver the table as a workbook whose bytes are changed."""
    return also(SOUND, stored("zahlen.xlsx", change))


def small(**limits) -> Edit:
    """Lower the limits that are held before a file is read."""

    def edit(town):
        for name in ("check_size", "require_size"):
            place = f"sozialraum.sources.file_limits.{name}.__defaults__"
            town.patch.setattr(place, (Limits(**limits),))

    return edit


def as_parquet(town) -> None:
    """Deliver the table as Parquet."""
    table = pd.read_csv(town.folder / "zahlen.csv", sep=";", dtype={"feld": str})
    table.to_parquet(town.folder / "zahlen.parquet", index=False)
    town.given["tables"][0]["file"] = "zahlen.parquet"


def packed(count: int) -> Edit:
    """Deliver the areas in an archive with so many files beside them."""

    def edit(town):
        with zipfile.ZipFile(town.folder / "felder.zip", "w") as archive:
            archive.write(town.folder / "felder.gpkg", "felder.gpkg")
            for n in range(count):
                archive.writestr(f"{n}.txt", "mehr")
        town.given["areas"]["felder"]["file"] = "felder.zip"

    return edit


def swollen(town) -> None:
    """Add empty cells without end to the workbook."""
    with zipfile.ZipFile(town.folder / "zahlen.xlsx", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/leer.xml", b" " * 3_000_000)


def names_with(umlaut: str) -> Edit:
    """Name the areas in the table, with or without their umlauts."""
    return rows(lambda t: t.assign(name=[f"G{umlaut}ggingen {n}" for n in range(25)]))


NAMED = also(
    areas(lambda a: a.assign(name=[f"Göggingen {chr(65 + n)}" for n in range(25)])),
    put("tables.0.by", "name"),
)


def called(umlaut: str) -> Edit:
    """Deliver the names of areas as keys."""
    return rows(lambda t: t.assign(feld=[f"G{umlaut}ggingen {chr(65 + n)}" for n in range(25)]))


HEADS = lines(lambda b: b.replace(b"feld", b"f?ld"))
LONG = also(rows(lambda t: t.melt("feld").assign(stand="2024")), put("tables.0.names", ["variable"]),
            put("tables.0.values", ["value"]))  # fmt: skip
STREAMED = limit(
    "sozialraum.sources.reshaping.reading", "is_streamed", lambda path, _: path.suffix == ".csv"
)


def derived(formula: str) -> Edit:
    """Derive the numerator of an indicator by a formula."""
    return also(put("derived", [{"name": "neu", "areas": "felder", "formula": formula}]),
                put("indicators.0.numerator", "neu"))  # fmt: skip


def _below_each_other(content: bytes) -> bytes:
    head, *body = content.decode().splitlines()
    return "\n".join([head, *body, "2024;;;;", *body]).encode()


# one Stichtag below the other, the second under a line of its own
UNDER_HEADS = lines(_below_each_other)


OF_FILES = (
    F("sources.password", binary(lambda _: compound(stream({"a": [["feld"]]}, protected=True))),
      SOUND),
    F("sources.broken_archive", binary(lambda b: b[:-900]), SOUND),
    F("sources.broken_workbook", binary(lambda b: b.replace(b"xl/workbook", b"xl/warkbook")), SOUND),
    F("sources.broken_parquet", also(as_parquet, stored("zahlen.parquet", lambda b: b[:400])),
      as_parquet),
    F("sources.mojibake", also(NAMED, called("Ã¶")), called("ö")),
    F("sources.lost_umlaut_keys", also(NAMED, called("?")), called("ö")),
    F("sources.lost_umlaut_words", names_with("?"), names_with("ö")),
    F("sources.lost_umlaut_head", also(HEADS, put("tables.0.key", "fäld")),
      put("tables.0.key", "f?ld")),
    F("sources.lost_umlaut_head", also(HEADS, put("tables.0.key", "fäld")),
      lines(lambda b: b.replace(b"f?ld", "fäld".encode()))),
    F("sources.formula_cell", edited(set_cell("B3", "=3+4")), SOUND),
    F("sources.percent_of_whole", edited(lambda s: [setattr(s.cell(r, 2), "number_format", "0 %")
      for r in range(2, 27)]), SOUND),
    F("sources.joined_cells", edited(lambda s: s.merge_cells("B3:B4")), SOUND),
    F("sources.excel_error", edited(lambda s: (s.__setitem__("B3", "#DIV/0!"),
      setattr(s["B3"], "data_type", "e"))), SOUND),
    F("sources.key_number", edited(lambda s: s.__setitem__("A3", 1.5)), SOUND),
    F("sources.key_as_number", book("a", feld=range(11, 36)), also(SOUND)),
    F("sources.key_ambiguous", also(put("tables.0.width", 2), cell(0, "feld", "1")),
      cell(0, "feld", "01")),
    told("sources.no_table", lambda f: read_counts(f / "zahlen.doc", key="feld"),
      lambda f: read_counts(f / "zahlen.csv", key="feld"), stored("zahlen.doc", lambda _: b"feld")),
    F("sources.no_column", put("tables.0.columns", ALL | {"arm": "arme"}), put("tables.0.columns", ALL)),
    F("sources.name_of_several", also(areas(lambda a: a.assign(name=["Nord", "Nord", *a["name"][2:]])),
      rows(lambda t: t.assign(feld=["Nord", "Feld 02", *(f"Feld {k}" for k in t["feld"][2:])])),
      put("tables.0.by", "name")), also(put("areas.felder.aliases", {"Nord": "01", "Feld 02": "02"}))),
    F("sources.too_large", small(file_bytes=300), also(lambda t: t.patch.undo())),
    F("sources.too_many_members", also(packed(9), small(members=5)), packed(2)),
    F("sources.bomb", also(SOUND, swollen), SOUND),
    F("sources.too_many_cells", also(edited(set_cell("ZZ9000", "x")), small(sheet_cells=5_000)), SOUND),
    F("sources.too_many_features", small(features=20), also(areas(lambda a: a[:20]),
      rows(lambda t: t[:20]))),
    F("sources.too_many_vertices", limit("sozialraum.sources.spatial.layers", "vertices_of.__defaults__",
      (Limits(vertices=110),)), also(areas(lambda a: a[:20]), rows(lambda t: t[:20]))),
    F("sources.too_many_names", also(rows(lambda t: t.assign(mehr="1")), LONG, limit("sozialraum.sources.reshaping.spreading",
      "_MOST", 4)), put("tables.0.rows", {"variable": ["arm", "kinder", "kita", "einwohner"]})),
    F("sources.too_large_whole", also(LONG, STREAMED), put("tables.0.rows", {"stand": ["2024"]})),
    F("sources.streamed_broken", also(LONG, STREAMED, put("tables.0.rows", {"stand": ["2024"]}),
      lines(lambda b: b + b"07;arm\n")), lines(lambda b: b.removesuffix(b"07;arm\n"))),
    F("sources.formula_long", derived("+".join(["arm"] * 300)), derived("arm - kita + kita")),
    F("sources.formula_deep", derived("-" * 250 + "arm"), derived("-arm + kinder")),
    told("sources.formula_name", lambda _: evaluate("armm", FRAME), lambda _: evaluate("arm", FRAME)),
    F("sources.no_period_above", also(UNDER_HEADS, put("tables.0.stichtag",
      {"column": "feld"})), lines(lambda b: b.replace(b"einwohner\n", b"einwohner\n2023;;;;\n"))),
)  # fmt: skip
