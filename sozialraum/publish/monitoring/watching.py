"""An early warning to files: page, table of alarms, manifest."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from sozialraum.publish.manifest import NAME, sha256, versions
from sozialraum.publish.monitoring.watch_release import WatchedIndicator, WatchRelease
from sozialraum.publish.page.watch_page import watch_page
from sozialraum.publish.tables.csv_parquet import csv_text

PAGE, ALARMS, VALUES = "fruehwarnung.html", "fruehwarnung.csv", "fruehwarnung_werte.csv"
COLUMNS = ("indicator", "period", "key", "name", "direction", "months", "expected", "low", "high")
_WHOLE = ("expected", "low", "high")
_INSIDE = ("cases", "z", "sum", "expected", "alarm")


def alarm_rows(
    release: WatchRelease, one: WatchedIndicator, *, last: bool = False
) -> list[dict[str, Any]]:
    """Return the alarms of an indicator: area, direction, since how many months, expectation.

    Parameters
    ----------
    release, one : the early warning, and an indicator of it
    last : of the last month alone
    """
    found = []
    for (period, key), row in one.alarms.iterrows():
        if last and period != release.month:
            continue
        whole = {n: None if pd.isna(row[n]) else round(row[n]) for n in _WHOLE}
        about = {"indicator": one.id, "period": period, "key": key}
        place = {"name": release.names.get(key, ""), "direction": row["direction"]}
        found.append(about | place | {"months": int(row["months"])} | whole)
    return found


def write_watch(release: WatchRelease, folder: Path, *, facts: Mapping[str, Any]) -> None:
    """Write ``fruehwarnung.html``, ``.csv`` and the manifest; for the office every score, too.

    Parameters
    ----------
    release : what is written
    folder : empty
    facts : plain values of the build for the manifest
    """
    (folder / PAGE).write_bytes(watch_page(release))
    rows = [row for one in release.indicators for row in alarm_rows(release, one)]
    _write_csv(folder / ALARMS, pd.DataFrame(rows, columns=list(COLUMNS)))
    if release.level == "intern":
        _write_csv(folder / VALUES, _scores(release))
    body = {
        **facts,
        "title": release.title, "place": release.place, "level": release.level,
        "month": release.month,
        "watch": {one.id: [_plain(w.to_dict()) for w in one.watches] for one in release.indicators},
        "outputs": {p.name: sha256(p) for p in sorted(folder.iterdir())},
        "versions": versions(),
    }  # fmt: skip
    notes = json.dumps(body, ensure_ascii=False, indent=2, sort_keys=True)
    (folder / NAME).write_text(notes + "\n", encoding="utf-8", newline="\n")


def _scores(release: WatchRelease) -> pd.DataFrame:
    """Return every judged month with its score, for the office."""
    parts = [
        one.judged.reset_index().assign(indicator=one.id)
        for one in release.indicators
        if len(one.judged)
    ]
    columns = ["indicator", "period", "key", "direction", *_INSIDE]
    return pd.concat(parts)[columns] if parts else pd.DataFrame(columns=columns)


def _write_csv(path: Path, table: pd.DataFrame) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + csv_text(table).encode("utf-8"))


def _plain(value: Any) -> Any:
    """Return a value for JSON: what is not known is null."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return None if isinstance(value, float) and math.isnan(value) else value
