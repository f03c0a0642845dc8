"""Generated corpora of wrong plan files and wrong files of participation, in every way they can be."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point
from wrong_values import SIDE, Wrong, of_section

from sozialraum.config.participation import ParticipationPlan
from sozialraum.planning.plan_sections import PlanFile

PLAN: dict[str, Any] = {
    "title": "Probe", "build": "bau.toml", "draws": 0,
    "demand": {"areas": "felder", "persons": "kinder", "in_need": "arm", "needy": [1]},
    "offers": {"file": "orte.gpkg", "key": "ort", "capacity": "plaetze", "kind": "art"},
    "sites": {"file": "orte.gpkg", "key": "ort", "name": "name", "cost": "euro"},
    "schools": {"file": "orte.gpkg", "key": "ort", "size": "plaetze", "capacity": "plaetze"},
    "gap": {"rings": [[1500, 1.0]]},
    "locate": {"radius": 900, "number": 2, "next_best": 1},
    "allocate": [{"total": 3.0, "rules": [{"name": "Köpfe", "form": "heads"}]}],
    "catchments": {"proposals": 200},
    "targets": [{"id": "t", "label": "Armut", "indicator": "armut", "value": 0.2,
                 "deadline": dt.date(2027, 1, 1)}],
}  # fmt: skip
RECORDS: dict[str, Any] = {
    "title": "Probe", "stichtag": dt.date(2024, 12, 31),
    "records": {"file": "anmeldungen.csv",
                "columns": {"given_name": "vorname", "surname": "name", "birth_date": "geboren",
                            "street": "strasse", "house_number": "nr", "offer": "angebot"}},
    "register": {"file": "adressen.csv", "columns": {"street": "strasse", "house_number": "nr"}},
    "ages": {"6-14": [6, 14]},
    "offers": {"file": "angebote.csv", "key": "angebot", "name": "name"},
    "areas": {"bezirke": {"column": "bezirk", "file": "kinder.csv", "key": "bezirk",
                          "children": {"6-14": "kinder"}}},
}  # fmt: skip


def wrong_plans() -> list[Wrong]:
    """Return wrong values of plan files, each once."""
    found = [w for w in of_section(PlanFile, ()) if w.place != ("neighbours",)]
    return _once([*found, *_plan_related()], PLAN, PlanFile)


def wrong_records() -> list[Wrong]:
    """Return wrong values of files of participation, each once."""
    return _once([*of_section(ParticipationPlan, ()), *_records_related()], RECORDS,
                 ParticipationPlan)  # fmt: skip


def _once(found: list[Wrong], base: dict[str, Any], model: Any) -> list[Wrong]:
    return list({str(w): w.within(base, model) for w in found}.values())


def _plan_related() -> list[Wrong]:
    """Return values that are right alone and wrong beside the others or beside the data."""
    question = {"radius": 900, "number": 1}
    target = PLAN["targets"][0]
    return [
        Wrong(("demand", "persons"), "kinde", "no column"),
        Wrong(("demand", "in_need"), "arme", "no column"),
        Wrong(("demand", "needy"), [9], "no class"),
        Wrong(("sites", "file"), "ort.gpkg", "no file"),
        Wrong(("sites", "key"), "orte", "no column"),
        Wrong(("sites", "cost"), "name", "no number"),
        Wrong(("schools", "size"), "groesse", "no column"),
        Wrong(("schools", "capacity"), "name", "no number"),
        Wrong(("sites", "kinds"), ["kita"], "needs kind"),
        Wrong(("offers", "kinds"), ["kita", "hordt"], "no point of it"),
        Wrong(("gap", "kinds"), ["kitta"], "no point of it"),
        Wrong(("gap", "kinds"), ["kita "], "no point of it"),
        Wrong(("gap", "variants"), [{"name": "a", "kinds": ["kita", "KITA"]}], "no point of it"),
        Wrong(("gap", "groups"), ["alle"], "needs group"),
        Wrong(("gap", "ages"), [6], "wrong length"),
        Wrong(("gap", "ages"), [], "wrong length"),
        Wrong(("gap", "rings"), [[500, 1.0, 2.0]], "wrong length"),
        Wrong(("gap", "rings"), [[500]], "wrong length"),
        Wrong(("catchments", "ages"), [9, 6], "turned round"),
        Wrong(("catchments", "years"), [2027], "wrong length"),
        Wrong(("catchments", "years"), [2028, 2026], "turned round"),
        Wrong(("houses",), {"file": "haus.csv", "street": "s", "house_number": "n"}, "no file"),
        Wrong(("houses",), {"file": "haus", "street": "s", "house_number": "n"}, "no such kind"),
        Wrong(("houses",), {"file": "orte.gpkg", "street": "gasse", "house_number": "n"},
              "no column"),
        Wrong(("kita",), {"quotas": {"5-3": 0.5}}, "turned round"),
        Wrong(("kita",), {"quotas": {"1-3": 0.5, "3-5": 0.9}}, "twice"),
        Wrong(("kita",), {"quotas": {" 3": 0.5}}, "no age"),
        Wrong(("kita",), {"quotas": {"3-150": 0.5}}, "no age"),
        Wrong(("ganztag",), {"today": 50.0}, "percent"),
        Wrong(("ganztag",), {"today": 0.5, "norms": {"group": 25.0, "citation": "Rat",
                                                     "room": 60.0}}, "half of two"),
        Wrong(("forecast",), {"register": "r.csv", "cutoff": "09-31"}, "no day"),
        Wrong(("distances", "limit"), 0.0, "zero"),
        Wrong(("locate", "fixed"), ["Z9"], "no site"),
        Wrong(("locate",), question | {"fixed": ["A"], "banned": ["A"]}, "fixed and banned"),
        Wrong(("locate",), {"radius": 900}, "needs number"),
        Wrong(("locate",), {"number": 2}, "needs radius"),
        Wrong(("locate",), {"model": "pmedian"}, "needs number"),
        Wrong(("locate", "variants"), [question | {"name": "a"}] * 2, "same name"),
        Wrong(("locate", "variants"), [{"name": "a", "raduis": 5}], "misspelt key"),
        Wrong(("gap", "rings"), [[900, 1.0], [500, 1.0]], "turned round"),
        Wrong(("gap", "rings"), [], "too short"),
        Wrong(("allocate", 0, "total"), 3.1, "no whole steps"),
        Wrong(("allocate", 0, "floors"), {"Z9": 1.0}, "no school"),
        Wrong(("allocate", 0, "floors"), 9.0, "more than there is"),
        Wrong(("allocate", 0, "max_change"), 0.5, "needs last year"),
        Wrong(("allocate", 0, "rules"), [{"published": "nrw_kreissozial"}], "near-miss name"),
        Wrong(("allocate", 0, "rules"), [{"form": "steps", "amounts": [1.0, 2.0]}], "too many"),
        Wrong(("allocate", 0, "rules"), [{"form": "steps", "limits": [0.5, 0.2],
                                       "amounts": [1.0] * 3}], "not ascending"),
        Wrong(("allocate", 0, "rules"), [{"name": "a"}] * 2, "same name"),
        Wrong(("catchments", "sibling"), 1.0, "needs siblings"),
        Wrong(("catchments", "crossing"), 1.0, "needs crossings"),
        Wrong(("distances",), {"method": "wege"}, "needs a file"),
        Wrong(("distances",), {"method": "wege", "file": "wege.gpkg"}, "no file"),
        Wrong(("targets",), [target | {"indicator": "armmut"}], "near-miss name"),
        Wrong(("targets",), [target | {"group": "reich"}], "unknown name"),
        Wrong(("targets",), [target | {"baseline": 0.1}], "half of two"),
        Wrong(("targets",), [target | {"baseline": 0.1, "baseline_date": dt.date(2028, 1, 1)}],
              "turned round"),
    ]  # fmt: skip


def _records_related() -> list[Wrong]:
    areas = RECORDS["areas"]["bezirke"]
    named = RECORDS["records"]["columns"]
    return [
        Wrong(("records", "file"), "anmeldung.csv", "no file"),
        Wrong(("records", "columns"), named | {"surname": "nachname"}, "no column"),
        Wrong(("records", "encoding"), "utf-9", "no encoding"),
        Wrong(("register", "file"), "adresse.csv", "no file"),
        Wrong(("register", "columns"), {"street": "gasse", "house_number": "nr"}, "no column"),
        Wrong(("offers", "file"), "angebot.csv", "no file"),
        Wrong(("offers", "name"), "bezeichnung", "no column"),
        Wrong(("areas",), {"bezirke": areas | {"column": "viertel"}}, "no column"),
        Wrong(("areas",), {"bezirke": areas | {"file": "kind.csv"}}, "no file"),
        Wrong(("areas",), {"bezirke": areas | {"key": "gebiet"}}, "no column"),
        Wrong(("areas",), {"bezirke": areas | {"children": {"6-14": "kid"}}}, "no column"),
        Wrong(("areas",), {"bezirke": areas | {"children": {"6-13": "kinder"}}}, "other ages"),
        Wrong(("areas",), {"city": areas}, "a name that is taken"),
        Wrong(("ages",), {"6-14": [14, 6]}, "turned round"),
        Wrong(("ages",), {"6-14": [-6, 14]}, "below range"),
        Wrong(("ages",), {"6-10": [6, 10], "10-14": [10, 14]}, "overlap"),
        Wrong(("disclosure",), {"profile": "kommunal5"}, "near-miss word"),
        Wrong(("disclosure",), {"ledger": "buch.jsonl"}, "half of two"),
        Wrong(("disclosure",), {"ledger": "buch.jsonl", "key": "buch.key"}, "no file"),
        Wrong(("disclosure",), {"programme": "ferien"}, "a former key"),
        Wrong(("disclosure",), {"value_base": 20.0}, "a former key"),
        Wrong(("disclosure",), {"attacker": "population"}, "a former word"),
    ]  # fmt: skip


def write_points(folder: Path) -> None:
    """Write three places of the made-up city, with places, euros and names."""
    at = [(SIDE * 500 * x, SIDE * 500 * y) for x, y in ((0.2, 0.2), (0.8, 0.3), (0.5, 0.8))]
    points = [Point(400_000 + x, 5_800_000 + y) for x, y in at]
    table = {"ort": ["A", "B", "C"], "name": ["Nord", "Süd", "West"],
             "art": ["kita", "kita", "hort"], "plaetze": [9_000.0, 8_000.0, 7_000.0], "euro": [1.0, 2.0, 3.0]}  # fmt: skip
    gpd.GeoDataFrame(pd.DataFrame(table), geometry=points, crs="EPSG:25833").to_file(
        folder / "orte.gpkg", driver="GPKG"
    )
