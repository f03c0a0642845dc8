"""What a build tells after reading: of what it may not show, and of results it goes on from."""

from __future__ import annotations

from advice.of_builds import layers
from advice_followed import GYM, SGB, new_book, quarters
from advice_town import Edit, Followed, Town, also, areas, cut, put, rows, stored

from sozialraum import build

DHDN = "EPSG:23033"  # ED50: 80 m to the east and 200 m to the north of ETRS89


def F(code: str, wrong: Edit, right: Edit) -> Followed:
    """Return what a build says."""
    return Followed(code, wrong, right, Town.build)


def C(code: str, wrong: Edit, right: Edit) -> Followed:
    """Return what `check` says."""
    return Followed(code, wrong, right)


def rare(step: int, per: int = 1) -> Edit:
    """Count a third indicator of which there are only a few."""
    third = {"id": "selten", "label": "Seltenes", "numerator": "selten", "denominator": "kinder",
             "direction": "burden", "dimension": "geld"}  # fmt: skip
    return also(
        rows(lambda t: t.assign(selten=[str(per * (n % step == 0)) for n in range(25)])),
        put("indicators.2", third),
    )


ALSO_MORE = also(
    put("derived", [{"name": "mehr", "areas": "felder", "formula": "selten + arm"}]),
    put("indicators.2.numerator", "mehr"),
)
WITHOUT = cut("indicators.2")
TWO = put("areas.felder.merge", [{"keys": [f"{n:02d}" for n in range(a, b)], "key": f"V{a}"}
                                 for a, b in ((1, 14), (14, 26))])  # fmt: skip

OUTSIDE = also(put("disclosure.attacker", "outsider"), put("disclosure.totals", "recoded"))


def large_moved(change) -> Edit:
    """Deliver the larger areas elsewhere than the small ones."""
    return also(quarters, put("join.method", "areal"), areas(change, of="viertel.gpkg", name="viertel.gpkg"))  # fmt: skip


def saved(folder: str = "frueher", *changes: Edit) -> Edit:
    """Build and save a result of the town as it is, with changes, to go on from."""

    def edit(town):
        before, town.given = town.given, {**town.given}
        also(*changes)(town)
        build(town.write()).save(town.folder / folder, files=("csv", "parquet"))
        town.given = before
        town.given["reference"] = folder

    return edit


def elsewhere(town) -> None:
    """Deliver what stands beside the index for larger areas, which are not those of the index."""
    quarters(town)
    (town.folder / "viertel.csv").write_text(
        "viertel;gym\n" + "".join(f"V{n};300\n" for n in range(5))
    )
    more = {"file": "viertel.csv", "areas": "viertel", "key": "viertel"}
    town.given["tables"].append(more)
    town.given |= {"join": {"target": "felder"}, "transitions": SGB}


SMOOTH = put("smoothing", {"method": "joint"})
NONE_SMOOTH = lambda town: town.given.pop("smoothing", None)  # noqa: E731
WEIGHED = also(put("scaling.method", "zscore"), put("scaling.weights", "population"))
GAP = rows(lambda t: t.assign(einwohner=["", *t["einwohner"][1:]]))
EXCLUDED = put("exclude", [{"key": "01", "reason": "unbewohnt"}])
SHARES = rows(lambda t: t.assign(quote=[f"{n + 20},5" for n in range(25)]))
OF_SHARE = also(rows(lambda t: t.assign(quote="33,3", klein=["7", *t["kinder"][1:]])),
                put("indicators.0", {"id": "armut", "label": "Armut", "value": "quote", "unit": "percent",
                "denominator": "klein", "direction": "burden", "dimension": "geld"}))  # fmt: skip
REPORT = also(put("output", {"files": ["csv", "vorlage"], "template_docx": "haus.docx"}),
              stored("haus.docx", lambda _: b"kein Word"))  # fmt: skip


def word(town) -> None:
    """Write a document as Word saves it."""
    from docx import Document

    Document().save(town.folder / "haus.docx")


def slides(town) -> None:
    """Write a presentation as PowerPoint saves it."""
    from pptx import Presentation

    Presentation().save(town.folder / "haus.pptx")


OF_RESULTS = (
    C("sources.datum_shift", large_moved(lambda a: a.to_crs(DHDN).set_crs(25833, allow_override=True)),
      put("areas.viertel.crs", DHDN)),
    C("sources.away_from_outline", large_moved(lambda a: a.set_geometry(a.translate(90_000, 0))),
      areas(lambda a: a.set_geometry(a.translate(-90_000, 0)), of="viertel.gpkg", name="viertel.gpkg")),
    C("sources.share_of_other_base", OF_SHARE, also(cut("indicators.0.denominator"), put("disclosure",
      {"published": ["armut"], "reason": "veröffentlicht"}))),
    C("pipeline.no_docx", REPORT, word),
    C("pipeline.no_pptx", also(put("output", {"files": ["csv", "folien"], "template_pptx": "haus.pptx"}),
      stored("haus.pptx", lambda _: b"keine Folien")), slides),
    F("privacy.not_told.small_total", rare(12), ALSO_MORE),
    F("privacy.not_told.small_total", rare(12), WITHOUT),
    F("privacy.not_told.audit", rare(3), WITHOUT),
    F("privacy.not_told.audit", rare(3), ALSO_MORE),
    F("privacy.none_told", also(rare(12), cut("indicators.0"), cut("indicators.0")), also(
      put("derived", [{"name": "mehr", "areas": "felder", "formula": "selten + arm"}]),
      put("indicators.0.numerator", "mehr"))),
    F("privacy.fixed_not_told", also(put("aggregation.nodes", [{"id": "geld"}]), rare(12)), WITHOUT),
    F("privacy.few_areas", TWO, cut("areas.felder.merge")),
    F("privacy.not_told.few_areas", also(layers(), TWO), cut("areas.felder.merge")),
    F("privacy.not_told.few_areas", also(layers(), TWO), OUTSIDE),
    C("check.weights_unknown", also(WEIGHED, GAP), EXCLUDED),
    C("check.weights_unknown", also(WEIGHED, GAP), cut("scaling.weights")),
    C("check.weights_without_minimum", also(put("population.minimum", 100), GAP), EXCLUDED),
    F("pipeline.not_whole", also(SHARES, put("derived", [{"name": "neu", "areas": "felder", "whole": True,
      "formula": "quote * kinder / 100"}]), put("indicators.0.numerator", "neu")),
      rows(lambda t: t.assign(quote="50", kinder=[str(2 * int(n)) for n in t["kinder"]]))),
    F("pipeline.no_count", elsewhere, GYM),
    F("pipeline.smoothing_noise", also(new_book, put("disclosure.profile", "ckm"), SMOOTH),
      cut("smoothing")),
    F("pipeline.smoothing_noise", also(new_book, put("disclosure.profile", "ckm"), SMOOTH),
      put("disclosure.profile", "kommunal-5")),
    F("pipeline.keys_of_reference", also(saved("frueher"), put("indicators.1.id", "krippe")),
      put("indicators.1.id", "kita")),
    F("pipeline.keys_of_reference", also(saved("frueher"), put("indicators.1.id", "krippe")),
      cut("reference")),
    F("pipeline.reference_smoothed", saved("frueher", SMOOTH), SMOOTH),
    F("pipeline.reference_counted", also(saved("frueher"), SMOOTH), cut("smoothing")),
    F("pipeline.reference_untyped", also(saved("frueher"), put("typology", {"k": 2})), cut("typology")),
    F("pipeline.reference_untyped", also(saved("frueher"), put("typology", {"k": 2})), cut("reference")),
)  # fmt: skip
