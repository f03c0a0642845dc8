"""The overview of many builds: a page and a table that say what became of each.

Both are for the office that ran the builds: a refused one is told with its errors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from sozialraum.publish.asset_files import asset
from sozialraum.publish.escape import markup
from sozialraum.publish.page.policy import policy
from sozialraum.publish.tables.csv_parquet import csv_text
from sozialraum.texts import date, number, text

PAGE, TABLE = "uebersicht.html", "uebersicht.csv"
Line = Mapping[str, Any]
_COLUMNS = ("name", "state", "title", "place", "stichtag", "areas", "with_index", "findings")
_WITHOUT = ("refused", "lost")


def write_overview(folder: Path, lines: Sequence[Line]) -> list[str]:
    """Write the overview of a batch into its folder; return the names of the files.

    Parameters
    ----------
    folder : with a result folder per build
    lines : per build, by name, as `sozialraum.workflows.batch.batching.batch` collects them
    """
    table = b"\xef\xbb\xbf" + csv_text(overview_table(lines)).encode("utf-8")
    (folder / TABLE).write_bytes(table)
    (folder / PAGE).write_text(overview_html(folder, lines), encoding="utf-8", newline="\n")
    return [PAGE, TABLE]


def overview_table(lines: Sequence[Line]) -> pd.DataFrame:
    """Return a row per build with German heads; empty where a refused build has no figure."""
    rows = [
        {text(f"batch.column.{column}"): _cell(line, column) for column in (*_COLUMNS, "errors")}
        for line in lines
    ]
    return pd.DataFrame(rows).astype(object)


def _cell(line: Line, column: str) -> object:
    if column == "state":
        return text(f"batch.state.{line['state']}")
    if column == "findings":
        return sum(line.get("findings", {}).values())
    if column == "errors":
        return " | ".join(line.get("errors", ()))
    return line.get(column)


def overview_html(folder: Path, lines: Sequence[Line]) -> str:
    """Return the page: what was refused first, then every build with a link to its map."""
    style = asset("uebersicht.css")
    title = text("batch.page.title")
    body = (
        f"<header><h1>{title}</h1><p>{_counted(lines)}</p>"
        f"<p>{markup(text('batch.page.office'))}</p></header>"
        f"<main>{_refused(lines)}{_kinds(lines)}{_all(folder, lines)}</main>"
    )
    return (
        '<!DOCTYPE html>\n<html lang="de">\n<head>\n<meta charset="utf-8">\n'
        f"{policy(f'<style>{style}</style>')}\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>{body}</body>\n</html>\n"
    )


def _counted(lines: Sequence[Line]) -> str:
    without = sum(line["state"] in _WITHOUT for line in lines)
    said = text("batch.page.counted", n=len(lines), ready=len(lines) - without, without=without)
    return markup(said)


def _refused(lines: Sequence[Line]) -> str:
    """Return the builds without a result, each with its first errors."""
    rows = "".join(
        f"<li><h3>{markup(line['name'])}</h3>"
        + "".join(f"<p>{markup(error)}</p>" for error in line.get("errors", ()))
        + "</li>"
        for line in lines
        if line["state"] in _WITHOUT
    )
    head = markup(text("batch.page.without"))
    return f"<section><h2>{head}</h2><ul>{rows}</ul></section>" if rows else ""


def _kinds(lines: Sequence[Line]) -> str:
    """Return how often each kind of finding came, and in how many builds."""
    times: Counter[str] = Counter()
    builds: Counter[str] = Counter()
    for line in lines:
        times.update(line.get("findings", {}))
        builds.update(line.get("findings", {}).keys())
    if not times:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{markup(code)}</th><td>{number(builds[code])}</td>'
        f"<td>{number(times[code])}</td></tr>"
        for code in sorted(times, key=lambda code: (-builds[code], code))
    )
    heads = _heads("kind", "builds", "times")
    return _section("batch.page.findings", f"<table>{heads}<tbody>{rows}</tbody></table>")


def _all(folder: Path, lines: Sequence[Line]) -> str:
    rows = "".join(_row(folder, line) for line in lines)
    table = f"<table>{_heads(*_COLUMNS)}<tbody>{rows}</tbody></table>"
    return _section("batch.page.all", table)


def _section(head: str, inside: str) -> str:
    return (
        f"<section><h2>{markup(text(head))}</h2>"
        f'<div class="wide" tabindex="0" role="region" aria-label="{markup(text(head))}">'
        f"{inside}</div></section>"
    )


def _heads(*columns: str) -> str:
    cells = (f'<th scope="col">{markup(text(f"batch.column.{c}"))}</th>' for c in columns)
    return f"<thead><tr>{''.join(cells)}</tr></thead>"


def _row(folder: Path, line: Line) -> str:
    cells = "".join(f"<td>{_shown(line, column)}</td>" for column in _COLUMNS[1:])
    return f'<tr><th scope="row">{_linked(folder, line)}</th>{cells}</tr>'


def _linked(folder: Path, line: Line) -> str:
    name = str(line["name"])
    if line["state"] in _WITHOUT or not (folder / name / "karte.html").is_file():
        return markup(name)
    return f'<a href="{quote(name)}/karte.html">{markup(name)}</a>'


def _shown(line: Line, column: str) -> str:
    value = _cell(line, column)
    if value is None:
        return ""
    if column == "stichtag":
        return markup(date(value))
    return number(value) if isinstance(value, int) else markup(str(value))
