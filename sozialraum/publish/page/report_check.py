"""``pruefbericht.html`` and ``.json``: every finding about the delivered data, the worst first."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from string import Template
from typing import Literal

from sozialraum.model import Problem
from sozialraum.publish.asset_files import asset
from sozialraum.publish.escape import markup, visible
from sozialraum.publish.page.policy import policy
from sozialraum.texts import catalogue, text
from sozialraum.texts.gathered import gathered

SEVERITIES = ("error", "warning", "note")
Scope = Literal["all", "public", "office"]
_COLUMNS = ("file", "row", "column", "key")


def write_check_report(
    problems: Sequence[Problem], path: str | Path, *, title: str = "", scope: Scope = "all"
) -> None:
    """Write the report as a page, and beside it, with the ending ``.json``, for programs.

    Parameters
    ----------
    problems : findings in any order; none is a report too
    path : ``…/pruefbericht.html``
    title : what was checked, for the heading
    scope : "office" where findings tell of delivered counts, "public" where such are left out; the
        report says so
    """
    Path(path).write_bytes(check_html(problems, title=title, scope=scope).encode("utf-8"))
    Path(path).with_suffix(".json").write_bytes(check_json(problems).encode("utf-8"))


def sort_problems(problems: Sequence[Problem]) -> list[Problem]:
    """Return findings by severity, then by file, row, column and key."""
    return sorted(
        problems,
        key=lambda p: (
            SEVERITIES.index(p.severity),
            p.file or "",
            p.row or 0,
            p.column or "",
            p.key or "",
            p.code,
            p.message,
        ),
    )


def check_json(problems: Sequence[Problem]) -> str:
    """Return the findings for programs."""
    listed = [p.to_dict() for p in sort_problems(problems)]
    counts = Counter(p.severity for p in problems)
    body = {"counts": {s: counts[s] for s in SEVERITIES}, "problems": listed}
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def check_html(problems: Sequence[Problem], *, title: str = "", scope: Scope = "all") -> str:
    """Return the findings as a page without scripts."""
    words = catalogue("publish")["check"]
    style = asset("pruefbericht.css")
    heading = f"{words['title']}: {visible(title)}" if title else words["title"]
    listed = gathered(sort_problems(problems))
    return Template(asset("pruefbericht.html")).substitute(
        policy=policy(f"<style>{style}</style>"),
        heading=markup(heading),
        style=style,
        summary=markup(_summary(listed)),
        scope="" if scope == "all" else f'<p class="umfang {scope}">{markup(words[scope])}</p>\n',
        body="".join(_section(s, [p for p in listed if p.severity == s]) for s in SEVERITIES),
    )


def _summary(problems: Sequence[Problem]) -> str:
    counts = Counter(p.severity for p in problems)
    if not problems:
        return text("publish.check.none")
    parts = [_counted(s, counts[s]) for s in SEVERITIES if counts[s]]
    verdict = "stops" if counts["error"] else "goes_on"
    return f"{', '.join(parts)}. {text(f'publish.check.{verdict}')}"


def _counted(severity: str, n: int) -> str:
    return text(f"publish.check.{severity}_{'one' if n == 1 else 'many'}", n=n)


def _section(severity: str, problems: list[Problem]) -> str:
    if not problems:
        return ""
    words = catalogue("publish")["check"]
    heads = [words[h] for h in ("what", *_COLUMNS, "expected", "found", "action")]
    rows = "".join(_row(p) for p in problems)
    cells = "".join(f'<th scope="col">{markup(h)}</th>' for h in heads)
    caption = f"<caption>{markup(_counted(severity, len(problems)))}</caption>"
    name = markup(words[f"{severity}_head"])
    table = f"<table>{caption}<thead><tr>{cells}</tr></thead>\n<tbody>{rows}</tbody></table>"
    scroll = f'<div class="rollen" tabindex="0" role="region" aria-label="{name}">{table}</div>'
    return f'<section class="{severity}"><h2>{name}</h2>\n{scroll}</section>\n'


def _row(found: Problem) -> str:
    values = [
        found.file,
        found.row,
        found.column,
        found.key,
        found.expected,
        found.found,
        found.action,
    ]
    cells = "".join(f"<td>{markup('' if v is None else v)}</td>" for v in values)
    return f'<tr><th scope="row">{markup(found.message)}</th>{cells}</tr>\n'
