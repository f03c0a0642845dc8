"""Plan files and files of participation with one thing wrong, and what their messages advise."""

from __future__ import annotations

import datetime as dt
from copy import deepcopy

import geopandas as gpd
from advice_town import Edit, Followed, Town, also, cut, put, said
from participation.small_programme import write_small
from wrong_plan_values import PLAN, RECORDS, write_points
from wrong_values import toml

from sozialraum.cli.check import check_file
from sozialraum.workflows.plan import decide

TARGET, ROW = PLAN["targets"][0], PLAN["allocate"][0]


def _checked(town: Town):
    return check_file(town.write(), progress=lambda step: None)


def a_plan(town) -> None:
    """Ask for a plan beside the build of the town."""
    write_points(town.folder)
    (town.folder / "bau.toml").write_text(toml(town.given), "utf-8")
    town.given, town.name, town.asked = deepcopy(PLAN), "plan.toml", "plan.toml"


def P(code: str, wrong: Edit, right: Edit) -> Followed:
    """Return what `check` says of a plan."""
    return Followed(f"planning.{code}", also(a_plan, wrong), right, _checked)


def sites(change) -> Edit:
    """Change the places of the plan."""

    def edit(town):
        table = change(gpd.read_file(town.folder / "orte.gpkg"))
        (town.folder / "orte.gpkg").unlink()
        table.to_file(town.folder / "orte.gpkg")

    return edit


def rule(**keys) -> Edit:
    return put("allocate.0.rules", [keys])


def locate(**keys) -> Edit:
    return put("locate", {"radius": 900, "number": 1, **keys})


def target(**keys) -> Edit:
    return put("targets", [TARGET | keys])


LATER, SOON = dt.date(2028, 1, 1), dt.date(2024, 1, 1)

OF_PLANS = (
    P("total_not_in_units", put("allocate.0.total", 3.1), put("allocate.0.total", 3.0)),
    P("floors_exceed_total", put("allocate.0.floors", 9.0), put("allocate.0.floors", 1.0)),
    P("floors_exceed_total", put("allocate.0.floors", 9.0), put("allocate.0.total", 300.0)),
    P("ceilings_below_total", put("allocate.0.ceilings", 0.0), put("allocate.0.ceilings", 3.0)),
    P("fixed_and_banned", locate(fixed=["A"], banned=["A"]), locate(fixed=["A"])),
    P("needs.total", cut("allocate.0.total"), put("allocate.0.total", 3.0)),
    P("needs.high_is", put("allocate.0.index", "stage"), also(cut("allocate.0.index"))),
    P("needs.one_number", locate(new=1), cut("locate.new")),
    P("needs.paths", put("distances", {"method": "wege"}), put("distances", {"method": "luftlinie"})),
    P("needs.model", put("locate", {"radius": 900}), put("locate", {"radius": 900, "number": 1})),
    P("needs.rings", put("gap.rings", [[900, 1.0], [500, 1.0]]), put("gap.rings", [[500, 1.0], [900, 1.0]])),
    P("needs.column", put("allocate.0.max_change", 0.5), cut("allocate.0.max_change")),
    P("needs.section", cut("offers"), put("offers", PLAN["offers"])),
    P("needs.published", rule(published="nrw_kreissozial"), rule(published="nrw_kreissozialindex")),
    P("needs.amounts", rule(form="steps", amounts=[1.0, 2.0]), rule(form="steps", limits=[0.5],
      amounts=[1.0, 2.0])),
    P("needs.limits", rule(form="steps", limits=[0.5, 0.2], amounts=[1.0] * 3),
      rule(form="steps", limits=[0.2, 0.5], amounts=[1.0] * 3)),
    P("needs.baseline", target(baseline=0.1), target(baseline=0.1, baseline_date=SOON)),
    P("needs.baseline", target(baseline=0.1), target()),
    P("needs.deadline", target(baseline=0.1, baseline_date=LATER), target(baseline=0.1, baseline_date=SOON)),
    P("needs.names", locate(variants=[{"name": "a"}, {"name": "a"}]),
      locate(variants=[{"name": "a"}, {"name": "b"}])),
    P("needs.verb", lambda t: [t.given.pop(n) for n in ("gap", "locate", "allocate", "catchments",
      "targets")], put("gap", PLAN["gap"])),
    P("unknown_name", target(group="reich"), target()),
    P("not_numbers", put("schools.capacity", "name"), put("schools.capacity", "plaetze")),
    P("far_points", sites(lambda t: t.set_geometry(t.translate(9e4, 0))),
      sites(lambda t: t.set_geometry(t.translate(-9e4, 0)))),
    P("not_yes_or_no", also(sites(lambda t: t.assign(da=["ja", "nein", "bald"])),
      put("sites.exists", "da")), sites(lambda t: t.assign(da=["ja", "nein", "nein"]))),
    Followed("pipeline.no_verb", also(a_plan, cut("gap")), put("gap", PLAN["gap"]),
             lambda town: said(lambda: decide(town.write(), verb="gap"))),
)  # fmt: skip


def a_programme(town) -> None:
    """Ask for the participation of a small town."""
    (town.folder / "programm").mkdir()
    town.folder = write_small(town.folder / "programm") / "daten"
    town.given, town.name, town.asked = deepcopy(RECORDS), "plan.toml", "plan.toml"


def R(code: str, wrong: Edit, right: Edit) -> Followed:
    """Return what `check` says of a file of participation."""
    return Followed(f"participation.{code}", also(a_programme, wrong), right, _checked)


OF_PROGRAMMES = (
    R("no_column", put("records.columns.surname", "nachname"), put("records.columns.surname", "name")),
    R("ages_backwards", put("ages", {"6-14": [14, 6]}), put("ages", {"6-14": [6, 14]})),
    R("ages_overlap", put("ages", {"6-10": [6, 10], "10-14": [10, 14]}), put("ages", {"6-14": [6, 14]})),
    R("ages_differ", put("areas.bezirke.children", {"6-13": "kinder"}),
      put("areas.bezirke.children", {"6-14": "kinder"})),
    R("area_name", put("areas", {"city": RECORDS["areas"]["bezirke"]}), put("areas", RECORDS["areas"])),
    R("ledger_alone", put("disclosure", {"ledger": "buch.jsonl"}), cut("disclosure.ledger")),
    R("former_programme", put("disclosure", {"programme": "ferien"}), cut("disclosure.programme")),
    R("noise", put("disclosure", {"profile": "ckm"}), put("disclosure.profile", "kommunal-5")),
    R("no_offer_list", cut("offers"), put("offers", RECORDS["offers"])),
)  # fmt: skip
