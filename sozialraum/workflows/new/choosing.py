"""Which tables, areas and days of a folder belong together."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sozialraum.sources.recognise.layers import name_attribute
from sozialraum.sources.recognise.seen import SeenFolder, SeenLayer, SeenTable
from sozialraum.texts import date, text
from sozialraum.workflows.new.cells import grids_for, layer_for_cells, not_used, weights_in
from sozialraum.workflows.new.series import Series, series_of

_WORTH = 0.6
_NO_TABLES = {"personal", "unreadable", "words", "zensus"}
_DECIDED_FOR = ("sprengel", "schulbezirk", "einzugs", "einschul")
_ENOUGH_PEOPLE = 300.0


@dataclass(frozen=True)
class Chosen:
    """The parts of a folder from which a build file is proposed.

    Parameters
    ----------
    target, source : layers of the index and of the counts; the same where there is only one
    keys : label of a layer -> attribute with its keys
    tables : those of one day, the newest of each form
    day : that day; None where no table says one
    sure : whether the numbers themselves say it
    series : label of a table -> how the same one is read for earlier days, too
    left_out : what is not used, and why, in German
    cells : census grids whose cells are the source, where no table names areas
    weights : census grid whose persons tell how many live where
    """

    target: SeenLayer
    source: SeenLayer
    keys: Mapping[str, str]
    tables: tuple[SeenTable, ...]
    day: dt.date | None
    sure: bool
    series: Mapping[str, Series]
    left_out: tuple[str, ...]
    cells: tuple[SeenTable, ...] = ()
    weights: str = ""


def usable_tables(seen: SeenFolder) -> list[SeenTable]:
    """Return the tables from which a share can be formed, with keys of some layer."""
    keyed = [
        t
        for t in seen.tables
        if t.kind not in _NO_TABLES
        and t.match is not None
        and t.match.score >= _WORTH
        and (t.form is not None or not t.long_by)
    ]
    bases = {p.table for t in keyed for pairs in t.pairs.values() for p in pairs}
    return [t for t in keyed if t.pairs or t.titles("share") or t.label in bases]


def choose(seen: SeenFolder, replies: Mapping[str, str]) -> Chosen | None:
    """Return what belongs together; None where no table has keys of any layer.

    Parameters
    ----------
    replies : "target" is the label of a layer, "stichtag" a day, ``table:LABEL`` "nein" for a
        table that is not wanted
    """
    tables = [t for t in usable_tables(seen) if replies.get(f"table:{t.label}") != "nein"]
    if not tables:
        return _of_cells(seen, replies)
    source = _source(seen, tables)
    target = _target(seen, source, tables, replies.get("target", ""))
    layers = {x.label: x for x in (source, target)}
    keys = {label: _key_of(x, tables) for label, x in layers.items()}
    fits = _of_one_notation([t for t in tables if _has_keys(t, layers, keys)])
    out = [_other_areas(t) for t in tables if t not in fits]
    twins = {t.label: other for t in fits for other in [_twin(t, fits)] if other is not None}
    out += [text("recognise.left.twin", label=a, other=b.label) for a, b in twins.items()]
    fits = [t for t in fits if t.label not in twins]
    day, sure = _day(fits, replies.get("stichtag", ""))
    kept, old = _of_day(fits, day)
    series = _series(kept, old, {t.file for t in seen.tables})
    in_series = {t.label for one in series.values() for t in one.tables}
    old = [t for t in old if t.label not in in_series]
    out += [text("recognise.left.day", label=t.label, day=_last(t)) for t in old]
    out += [*_not_usable(seen)]
    weights = weights_in(seen.tables)
    told = _among(kept)
    return Chosen(target, source, keys, told, day, sure, series, tuple(out), weights=weights)


def _of_cells(seen: SeenFolder, replies: Mapping[str, str]) -> Chosen | None:
    """Return areas for which the cells of a census are summed; None where there are none."""
    layer = layer_for_cells(seen, replies.get("target", ""))
    grids = [t for t in seen.tables if replies.get(f"table:{t.label}") != "nein"]
    cells = grids_for(grids)
    if layer is None or not cells:
        return None
    day, sure = _day(cells, replies.get("stichtag", ""))
    out = (*(x for x in _not_usable(seen, "zensus")), *not_used(seen.tables, cells))
    return Chosen(layer, layer, {layer.label: layer.keys[0]}, (), day, sure, {}, out, cells)


def _series(
    kept: Sequence[SeenTable], old: Sequence[SeenTable], files: Collection[str]
) -> dict[str, Series]:
    """Return the tables that are there for earlier days as well."""
    found = ((t.label, series_of(t, [o for o in old if _form(o) == _form(t)], files)) for t in kept)
    return {label: one for label, one in found if one is not None}


def _among(tables: Sequence[SeenTable]) -> tuple[SeenTable, ...]:
    """Return tables with the pairs whose bases are in one of them."""
    labels = {"", *(t.label for t in tables)}
    return tuple(
        replace(
            t,
            pairs={
                a: told
                for a, pairs in t.pairs.items()
                for told in [tuple(p for p in pairs if p.table in labels)]
                if told
            },
        )
        for t in tables
    )


def _has_keys(table: SeenTable, layers: Mapping[str, SeenLayer], keys: Mapping[str, str]) -> bool:
    """Tell whether a table has the keys of one of the layers, or its names."""
    match = table.match
    if match is None or match.layer not in layers:
        return False
    key = keys[match.layer]
    return match.attribute in {key, name_attribute(layers[match.layer], key)}


def _of_one_notation(tables: Sequence[SeenTable]) -> list[SeenTable]:
    """Return the tables whose keys can stand side by side: areas have one notation.

    Tables of longer keys than the areas need signs around the keys of the areas themselves; they
    are used where all tables of these areas need the same ones.
    """
    needed: dict[str, set[tuple[str, str]]] = {}
    for table in tables:
        needed.setdefault(table.match.layer, set()).add(_around(table))  # type: ignore[union-attr]
    return [
        t
        for t in tables
        if _around(t) == ("", "") or len(needed[t.match.layer]) == 1  # type: ignore[union-attr]
    ]


def _around(table: SeenTable) -> tuple[str, str]:
    """Return what the keys of the areas lack; ("", "") where the table has their notation."""
    match = table.match
    return (match.prefix, match.suffix) if match is not None and match.side == "areas" else ("", "")


# --- areas ----------------------------------------------------------------------------------------


def _source(seen: SeenFolder, tables: Sequence[SeenTable]) -> SeenLayer:
    """Return the layer with the most numbers, of two alike the finer one."""
    votes: Counter[str] = Counter()
    for table in tables:
        votes[table.match.layer] += 1 + len(table.pairs)  # type: ignore[union-attr]
    layers = [seen.layer(label) for label in votes]
    known = [x for x in layers if x is not None]
    return max(known, key=lambda x: (votes[x.label], x.features, x.label))


def _target(
    seen: SeenFolder, source: SeenLayer, tables: Sequence[SeenTable], wanted: str
) -> SeenLayer:
    """Return the layer that is wanted, named like catchments, or coarse enough to be told of."""
    areas = [x for x in seen.layers if x.geometry == "areas" and x.keys]
    stated = [x for x in areas if wanted in {x.label, x.file, x.layer}] if wanted else []
    if stated:
        return stated[0]
    named = [x for x in areas if any(word in x.label.casefold() for word in _DECIDED_FOR)]
    coarser = [x for x in areas if 3 <= x.features < source.features]
    if named and source not in named:
        return named[0]
    if coarser and _people_per_area(source, tables) < _ENOUGH_PEOPLE:
        return max(coarser, key=lambda x: (x.features, x.label))
    return source


def _people_per_area(layer: SeenLayer, tables: Iterable[SeenTable]) -> float:
    totals = [
        c.total
        for t in tables
        if t.match is not None and t.match.layer == layer.label
        for c in t.columns
        if c.total is not None
    ]
    return max(totals, default=0.0) / max(1, layer.features)


def _key_of(layer: SeenLayer, tables: Sequence[SeenTable]) -> str:
    """Return the attribute that most tables have as key; codes where no table has one."""
    votes: Counter[str] = Counter()
    for table in tables:
        if table.match is not None and table.match.layer == layer.label:
            votes[table.match.attribute] += 1 + len(table.pairs)
    return max(votes, key=lambda a: (votes[a], a)) if votes else layer.keys[0]


# --- days -----------------------------------------------------------------------------------------


def _last(table: SeenTable) -> str:
    return date(table.period.days[-1].isoformat())


def _day(tables: Sequence[SeenTable], stated: str) -> tuple[dt.date | None, bool]:
    """Return the day most tables stand for, the newest of several, and whether they say it."""
    if stated:
        return dt.date.fromisoformat(stated), True
    votes: Counter[dt.date] = Counter()
    for table in tables:
        if table.period.days:
            votes[table.period.days[-1]] += 1 + len(table.pairs)
    if not votes:
        return None, False
    # a year in a name is no other day than one in a title of the same year
    by_form: dict[tuple, dt.date] = {}
    for table in tables:
        if table.period.days:
            form = _form(table)
            by_form[form] = max(by_form.get(form, dt.date.min), table.period.days[-1])
    newest: Counter[dt.date] = Counter(by_form.values())
    day = max(newest, key=lambda d: (newest[d], d))
    sure = any(t.period.sure and t.period.days[-1] == day for t in tables if t.period.days)
    return day, sure


def _form(table: SeenTable) -> tuple:
    match = table.match
    layer = ("", "") if match is None else (match.layer, match.attribute)
    return (*layer, *sorted(c.title for c in table.columns))


def _of_day(
    tables: Sequence[SeenTable], day: dt.date | None
) -> tuple[list[SeenTable], list[SeenTable]]:
    """Return one table of each form for a day, and the others."""
    kept: dict[tuple, SeenTable] = {}
    for table in tables:
        fits = day is None or not table.period.days or day in table.period.days
        guess = not fits and not table.period.sure and table.period.days[-1].year == day.year  # type: ignore[union-attr]
        if (fits or guess) and _form(table) not in kept:
            kept[_form(table)] = table
    chosen = list(kept.values())
    return chosen, [t for t in tables if t not in chosen and t.period.days]


def _twin(table: SeenTable, tables: Sequence[SeenTable]) -> SeenTable | None:
    """Return the table that has all that a table has, for more days; None where none does."""
    return next((t for t in tables if _holds(t, table)), None)


def _holds(wide: SeenTable, narrow: SeenTable) -> bool:
    """Tell whether a table of several days holds what another one has, too."""
    if wide is narrow or _form(wide)[:2] != _form(narrow)[:2]:
        return False
    mine, theirs = _numbers(wide), _numbers(narrow)
    longer = len(wide.period.days) > len(narrow.period.days)
    same_days = bool(narrow.period.days) and set(narrow.period.days) <= set(wide.period.days)
    return longer and same_days and bool(theirs) and theirs <= mine


def _numbers(table: SeenTable) -> set[str]:
    return {c.title for c in table.columns if c.kind in {"count", "share", "amount"}}


# --- what is left out -----------------------------------------------------------------------------


def _other_areas(table: SeenTable) -> str:
    match = table.match
    layer = "" if match is None else f"{match.layer}, „{match.attribute}“"
    return text("recognise.left.areas", label=table.label, layer=layer)


def _not_usable(seen: SeenFolder, but: str = "") -> Iterable[str]:
    """Yield why tables cannot be used at all, of those of all kinds but one."""
    usable = usable_tables(seen)
    for table in seen.tables:
        if table in usable or table.kind in {"words", but}:
            continue
        reason = table.kind if table.kind in {"personal", "unreadable"} else _lack(table)
        yield text(f"recognise.left.{reason}", label=table.label)


def _lack(table: SeenTable) -> str:
    if table.kind == "zensus":
        return "zensus"
    if table.match is None or table.match.score < _WORTH:
        return "no_match"
    return "long" if table.long_by and table.form is None else "no_pairs"
