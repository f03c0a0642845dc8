"""What the sections of a plan file need of each other: every lack with its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sozialraum.config.pydantic_errors import did_you_mean
from sozialraum.model.problem import Problem
from sozialraum.planning.allocation.allocation_sections import Allocate, RuleSection
from sozialraum.planning.allocation.apportionment import exact
from sozialraum.planning.allocation.need_rules import STAGED, Rule
from sozialraum.planning.allocation.published_rules import published_names
from sozialraum.planning.plan_base import Varied
from sozialraum.planning.plan_sections import VERBS, Gap, Locate, PlanFile, TargetSection
from sozialraum.planning.scenario import pot_keys
from sozialraum.texts import number, problem, text

# decision -> the sections it cannot do without
_SECTIONS = {
    "locate": ("demand", "sites"),
    "gap": ("demand", "offers"),
    "catchments": ("demand", "schools"),
    "ganztag": ("forecast", "schools"),
    "kita": ("forecast", "offers"),
}


def plan_needs(plan: PlanFile, file: str, given: Sequence[str]) -> Iterator[Problem]:
    """Yield what a plan lacks.

    Parameters
    ----------
    plan : as far as it could be read
    file : its name
    given : its sections as written; one that is there and wrong is not missing
    """
    place = {"file": file}
    if not set(given) & set(VERBS):
        yield problem("planning.needs.verb", **place)
    lacking = [*_missing_sections(plan, given), *dict.fromkeys(_missing_keys(plan))]
    for key, verb, section, name in lacking:
        code = "column" if name else "section"
        values = {"verb": verb, "section": section, "name": name}
        yield problem(f"planning.needs.{code}", **place, key=key, **values)
    for name in ("offers", "sites", "schools"):
        points = getattr(plan, name)
        if points is not None and points.kinds and points.kind is None:
            said = {"verb": f"{name}.kinds", "section": name, "name": "kind"}
            yield problem("planning.needs.column", **place, key=f"{name}.kind", **said)
    if plan.distances.method == "wege" and plan.distances.file is None:
        yield problem("planning.needs.paths", **place, key="distances.file")
    for name in ("locate", "gap", "catchments", "kita", "ganztag"):
        section = getattr(plan, name)
        if section is not None:
            yield from _named_twice(section, name, file)
    if plan.locate is not None:
        yield from _questions(plan.locate, file)
    if plan.gap is not None:
        yield from _rings(plan.gap, file)
    yield from _pots(plan.allocate, file)
    yield from _proposal(plan, file)
    for n, target in enumerate(plan.targets, 1):
        yield from _target(target, f"targets[{n}]", file)


Lack = tuple[str, str, str, str]  # place, what needs it, section, key ("" = the section itself)


def _missing_sections(plan: PlanFile, given: Sequence[str]) -> Iterator[Lack]:
    for verb in plan.verbs:
        for section in _SECTIONS.get(verb, ()):
            if section not in given:
                yield section, verb, section, ""
    for pot in plan.allocate:
        for section in {"areas": ["demand"]}.get(pot.units, [pot.units]):
            if section not in given:
                yield section, "allocate", section, ""
    on_forecast = plan.catchments is not None and plan.catchments.on_forecast
    if on_forecast and "forecast" not in given:
        yield "forecast", "catchments.children", "forecast", ""
    if plan.forecast is not None and plan.forecast.needs_stage and "schools" not in given:
        yield "schools", "forecast", "schools", ""
    weighings = plan.catchments.each() if plan.catchments else []
    if "crossings" not in given and any(one.crossing > 0 for one in weighings):
        yield "crossings", "catchments.crossing", "crossings", ""


def _missing_keys(plan: PlanFile) -> Iterator[Lack]:
    for verb, key, name in _needed_keys(plan):
        section = getattr(plan, name)
        if section is not None and not getattr(section, key):
            yield f"{name}.{key}", verb, name, key


def _needed_keys(plan: PlanFile) -> Iterator[tuple[str, str, str]]:
    """Name what a decision needs of other sections: (decision, key, section)."""
    if plan.forecast is not None and plan.forecast.needs_stage:
        yield f"classes = {plan.forecast.classes}", "stage", "schools"
    if plan.ganztag is not None:
        yield "ganztag", "all_day", "schools"
        yield "ganztag", "rolls", "forecast"
    if plan.kita is not None:
        yield "kita", "capacity", "offers"
        if any(one.groups for one in plan.kita.each()):
            yield "groups", "under3", "offers"
    for one in plan.gap.each() if plan.gap else []:
        yield "gap", "capacity", "offers"
        if one.kinds:
            yield "gap.kinds", "kind", "offers"
        stated = plan.offers is not None and plan.offers.age_to
        if one.ages is not None and not stated:
            yield "gap.ages", "age_from", "offers"
        if one.groups:
            yield "gap.groups", "group", "offers"
    for pot in plan.allocate:
        yield from _needed_by_pot(pot)
    for weighing in plan.catchments.each() if plan.catchments else []:
        yield "catchments", "capacity", "schools"
        if weighing.sibling > 0:
            yield "catchments.sibling", "siblings", "demand"
        if weighing.mix > 0:
            yield "catchments.mix", "in_need", "demand"
    for question in plan.locate.each() if plan.locate else []:
        if question.budget is not None:
            yield "locate.budget", "cost", "sites"
        if question.equity is not None:
            yield "locate.equity", "needy", "demand"


def _needed_by_pot(pot: Allocate) -> Iterator[tuple[str, str, str]]:
    rules = [_rule_of(one) for one in pot.rules]
    wanted = {"allocate": "size"} if pot.units != "areas" else {}
    for scale in sorted({rule.scale for rule in rules if rule is not None} - {"need"}):
        wanted[f"scale = {scale}"] = scale
    if pot.index == "stage":
        wanted["index = stage"] = "stage"
    if any(rule is not None and rule.marked for rule in rules):
        wanted["marked"] = "marked"
    if pot.kinds:
        wanted["allocate.kinds"] = "kind"
    for asked, key in wanted.items():
        yield asked, key, "schools" if pot.units == "areas" else pot.units


def _rule_of(rule: RuleSection) -> Rule | None:
    """Return a rule; None for one that cannot be: that is told where the rules are looked at."""
    try:
        return rule.rule()
    except ValueError:
        return None


def _variants(section: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Yield every variant with its place in the file."""
    stated = bool(section.variants)
    every = section.each() if isinstance(section, Varied) else section.variants
    for n, one in enumerate(every, 1):
        yield f"{name}.variants[{n}]" if stated else name, one


def _named_twice(section: Any, name: str, file: str) -> Iterator[Problem]:
    names = [(place, one.name) for place, one in _variants(section, name)]
    often = Counter(word for _, word in names)
    for place, word in names:
        if often[word] > 1:
            yield problem("planning.needs.names", file=file, key=f"{place}.name", found=word)


def _questions(locate: Locate, file: str) -> Iterator[Problem]:
    for place, one in _variants(locate, "locate"):
        covers, counts = one.model in ("mclp", "lscp"), one.model in ("pmedian", "pcenter")
        lacking = ["radius"] if covers and one.radius is None else []
        if one.number is not None and one.new is not None:
            yield problem("planning.needs.one_number", file=file, key=f"{place}.new")
        uncounted = one.number is None and one.new is None
        if uncounted and (counts or (one.model == "mclp" and one.budget is None)):
            lacking.append("number")
        for key in lacking:
            yield problem(
                "planning.needs.model", file=file, key=f"{place}.{key}", model=one.model, name=key
            )
        both = sorted(set(one.fixed) & set(one.banned))
        if both:
            yield problem("planning.fixed_and_banned", file=file, key=place, keys=", ".join(both))


def _rings(gap: Gap, file: str) -> Iterator[Problem]:
    for place, one in _variants(gap, "gap"):
        limits = [limit for limit, _ in one.rings]
        if limits != sorted(set(limits)):
            yield problem("planning.needs.rings", file=file, key=f"{place}.rings", found=limits)


def _pots(pots: tuple[Allocate, ...], file: str) -> Iterator[Problem]:
    names = [pot.name for pot in pots]
    for n, pot in enumerate(pots, 1):
        place = "allocate" if len(pots) == 1 else f"allocate[{n}]"
        if names.count(pot.name) > 1:
            said = {"key": f"{place}.name", "found": pot.name}
            yield problem("planning.needs.names", file=file, **said)
        if pot.max_change is not None and not pot.last_year:
            said = {"verb": "max_change", "section": "allocate", "name": "last_year"}
            yield problem("planning.needs.column", file=file, key=f"{place}.last_year", **said)
        yield from _allocation(pot, place, file)


def _allocation(allocate: Allocate, place: str, file: str) -> Iterator[Problem]:
    rules = [_rule_of(one) for one in allocate.rules]
    if allocate.total is None and not all(r is not None and r.form == "amounts" for r in rules):
        yield problem("planning.needs.total", file=file, key=f"{place}.total")
    if (allocate.index == "stage") != (allocate.high_is is not None):
        yield problem("planning.needs.high_is", file=file, key=f"{place}.high_is")
    whole = exact(allocate.total or 0.0) / exact(allocate.unit)
    if allocate.total is not None and whole.denominator != 1:
        said = {"found": number(allocate.total, 2), "unit": number(allocate.unit, 2)}
        yield problem("planning.total_not_in_units", file=file, key=f"{place}.total", **said)
    wrong = []
    for n, rule in enumerate(allocate.rules, 1):
        wrong += list(_rule(rule, f"{place}.rules[{n}]", file))
    yield from wrong
    if wrong:
        return
    names = [rule.rule().name for rule in allocate.rules]
    for n, word in enumerate(names, 1):
        if names.count(word) > 1:
            key = f"{place}.rules[{n}].name"
            yield problem("planning.needs.names", file=file, key=key, found=word)


def _rule(rule: RuleSection, place: str, file: str) -> Iterator[Problem]:
    known = published_names()
    if rule.published is not None and rule.published not in known:
        hint = did_you_mean(rule.published, known)
        said = {"found": f"„{rule.published}“", "known": ", ".join(known), "hint": hint}
        yield problem("planning.needs.published", file=file, key=f"{place}.published", **said)
    if rule.marked and len(rule.marked) != len(rule.amounts):
        said = {"wanted": len(rule.amounts), "found": len(rule.marked)}
        yield problem("planning.needs.marked", file=file, key=f"{place}.marked", **said)
    if rule.form in STAGED and len(rule.amounts) != len(rule.limits) + 1:
        said = {"wanted": len(rule.limits) + 1, "found": len(rule.amounts)}
        yield problem("planning.needs.amounts", file=file, key=f"{place}.amounts", **said)
    if list(rule.limits) != sorted(set(rule.limits)):
        found = list(rule.limits)
        yield problem("planning.needs.limits", file=file, key=f"{place}.limits", found=found)


def _target(target: TargetSection, place: str, file: str) -> Iterator[Problem]:
    if (target.baseline is None) != (target.baseline_date is None):
        lacking = "baseline" if target.baseline is None else "baseline_date"
        key = f"{place}.{lacking}"
        yield problem("planning.needs.baseline", file=file, key=key, name=lacking)
    if target.baseline_date is not None and target.baseline_date >= target.deadline:
        found = f"baseline_date = {target.baseline_date}"
        yield problem("planning.needs.deadline", file=file, key=f"{place}.deadline", found=found)


def _proposal(plan: PlanFile, file: str) -> Iterator[Problem]:
    """Yield what ``[proposal]`` names and the plan does not have."""
    section = plan.proposal
    for verb, name in ({} if section is None else section.recommend).items():
        place = {"file": file, "key": f"proposal.recommend.{verb}"}
        decisions = [*plan.verbs, *pot_keys(len(plan.allocate))[1:]]
        known = _variant_names(plan, verb) if verb in decisions else decisions
        wanted = name if verb in decisions else verb
        if wanted not in known:
            said = {"found": f"„{wanted}“", "known": ", ".join(known)}
            yield problem(
                "planning.unknown_name", **place, **said, hint=did_you_mean(wanted, known)
            )


def _variant_names(plan: PlanFile, verb: str) -> list[str]:
    """Return the names of the variants of a decision."""
    if verb in (pots := pot_keys(len(plan.allocate))):
        return [rule.called for rule in plan.allocate[pots.index(verb)].rules]
    if verb == "ganztag":
        return [one.name for one in plan.ganztag.scenarios()]
    if verb == "targets":
        return [text("planning.verb.targets")]
    if verb == "forecast":
        return [plan.forecast.name or text("planning.verb.forecast")]
    own = [one.label for one in getattr(plan, verb).each()]
    if verb == "catchments":
        return [text("planning.catchment.today"), *own, text("planning.edits.name")]
    return own
