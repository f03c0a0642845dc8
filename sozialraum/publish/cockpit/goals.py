"""The lights of goals, as the page, the workbook and the paper show them: a shape and a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sozialraum.publish.escape import visible
from sozialraum.texts import catalogue, date, number, percent, text

if TYPE_CHECKING:
    from sozialraum.model import Indicator
    from sozialraum.publish.cockpit.panel import Panel


def goals_of_row(panel: Panel, indicator: Indicator) -> list[dict[str, Any]]:
    """Return the goals of an indicator; most have none, and then nothing has a light."""
    goals = panel.release.details.get("goals", ())
    return [goal for goal in goals if goal["indicator"] == indicator.id]


def light_words(goal: dict[str, Any]) -> str:
    """Return shape and word of a light: "▲ auf dem Weg"."""
    return str(catalogue("publish")["cockpit"]["goals"]["lights"][goal["light"]])


def goal_words(goal: dict[str, Any], indicator: Indicator) -> str:
    """Return what is to be reached, and until when."""
    due = date(goal["deadline"])
    return text("publish.cockpit.goals.goal", value=_stated(indicator, goal["value"]), date=due)


def goals_data(panel: Panel, indicator: Indicator) -> list[list[str]]:
    """Return per goal the code of the light, its words, the goal and a sentence."""
    return [
        [goal["light"], light_words(goal), goal_words(goal, indicator), visible(goal["sentence"])]
        for goal in goals_of_row(panel, indicator)
    ]


def goals_lines(panel: Panel, indicator: Indicator) -> list[str]:
    """Return per goal one line of words, for the paper."""
    return [
        f"{light_words(goal)} – {goal_words(goal, indicator)}"
        for goal in goals_of_row(panel, indicator)
    ]


def goal_rows(panel: Panel) -> list[tuple[str, ...]]:
    """Return all goals as words: indicator, goal, light, sentence, who answers for it."""
    return [
        (visible(row.indicator.label), goal_words(goal, row.indicator), light_words(goal),
         visible(goal["sentence"]), visible(goal["responsible"]))
        for row in panel.rows
        for goal in goals_of_row(panel, row.indicator)
    ]  # fmt: skip


def _stated(indicator: Indicator, value: float) -> str:
    if indicator.kind == "share":
        return percent(value, 1)
    unit = text(f"publish.page.unit_{indicator.unit}", n=number(value, 1))
    return unit if indicator.kind == "rate" else number(value)
