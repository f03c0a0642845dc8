"""Results on the terminal: ranking, one area, a comparison, the method catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sozialraum.cli.terminal import print_json, print_problems, print_table
from sozialraum.texts import catalogue, date, number, text

if TYPE_CHECKING:
    from sozialraum.model import Indicator
    from sozialraum.pipeline.comparing import Comparison
    from sozialraum.pipeline.deciding.decision import Decision
    from sozialraum.pipeline.methods import MethodComparison
    from sozialraum.pipeline.saved import Saved

_UNIT = {"share": 100.0, "percent": 1.0, "per_1000": 1.0, "points": 1.0, "number": 1.0}
_SIGN = {"share": " %", "percent": " %", "per_1000": " je 1.000", "points": " Pp.", "number": ""}


def print_ranking(saved: Saved, *, as_json: bool) -> None:
    """Print all areas, the published rank first."""
    table = saved.table.sort_values(["rank", "name"], na_position="last")
    if as_json:
        print_json(_records(table))
        return
    digits = _digits(table["index"])
    rows = [
        [
            number(_float(row["rank"])),
            str(key),
            str(row["name"]),
            number(_float(row["index"]), digits),
            _class(row),
        ]
        for key, row in table.iterrows()
    ]
    columns = [text(f"cli.show.{c}") for c in ("rank", "key", "name", "index", "class")]
    print_table(columns, rows, title=_title(saved))
    print(saved.manifest["facts"]["direction"])


def print_area(saved: Saved, wanted: str, *, as_json: bool) -> None:
    """Print one area: what it has, what the city has, what each indicator adds to the index."""
    key = saved.find(wanted)
    row, parts = saved.table.loc[key], saved.explain(key)
    if as_json:
        area = _records(saved.table.loc[[key]])[0]
        words = saved.words(key)
        print_json(
            area
            | {"contributions": parts["contribution"].to_dict(), "words": words}
            | {"answers": saved.answers(key)}
        )
        return
    print(_headline(saved, key, row))
    by_id = {i.id: i for i in saved.plan.indicators}
    rows = [_part(name, part, by_id.get(name)) for name, part in parts.iterrows()]
    rows.append([text("cli.show.sum"), "", "", number(parts["contribution"].sum(), 3)])
    columns = [text(f"cli.show.{c}") for c in ("indicator", "value", "city", "contribution")]
    print_table(columns, rows)
    print(saved.manifest["facts"]["direction"])
    for sentence in (*saved.words(key), *saved.answers(key)):
        print(sentence)


def _headline(saved: Saved, key: str, row: pd.Series) -> str:
    if pd.isna(row["index"]):
        reason = catalogue("publish")["status"].get(row["status"], row["status"])
        return text("cli.show.area_without", name=row["name"], key=key, sign=reason)
    index = number(float(row["index"]), _digits(saved.table["index"]))
    label = row["class_label"] or ""
    return text(
        "cli.show.area", name=row["name"], key=key, number=row["class"], label=label, index=index
    )


def _part(name: str, part: pd.Series, indicator: Indicator | None) -> list[str]:
    contribution = number(_float(part["contribution"]), 3)
    if indicator is None:
        return [str(part["label"]), "", "", contribution]
    value = _shown(part["value"], indicator) or str(part["sign"])
    return [indicator.label, value, _shown(part["city"], indicator), contribution]


def _shown(value: Any, indicator: Indicator) -> str:
    if pd.isna(value):
        return ""
    return number(float(value) * _UNIT[indicator.unit], 1) + _SIGN[indicator.unit]


def print_comparison(comparison: Comparison, *, as_json: bool) -> None:
    """Print who changed class, split into data, scale and cut."""
    changed = comparison.changed
    if as_json:
        print_json(
            {
                "areas": len(comparison.table),
                "changed": _records(changed),
                "unclear": list(comparison.unclear),
                "same_scale": comparison.same_scale,
            }
        )
        return
    effects = {e: int((changed[e].fillna(0) != 0).sum()) for e in ("data", "scale", "cut")}
    if comparison.same_scale:
        print(text("cli.compare.scale_same"))
    if changed.empty:
        print(text("cli.unchanged", count=len(comparison.table)))
        return
    rows = [
        [str(key), str(row["name"]), *(_step(row[c]) for c in _COMPARED)]
        for key, row in changed.iterrows()
    ]
    columns = [text("cli.show.key"), text("cli.show.name")]
    columns += [text(f"cli.compare.{c}") for c in ("from", "to", "data", "scale", "cut")]
    simulated, sure = changed["certainty"].notna(), comparison.surely_changed.index
    if simulated.any():
        columns.append(text("cli.compare.certainty"))
        for row, key, known in zip(rows, changed.index, simulated, strict=True):
            word = "more_than_chance" if key in sure else "maybe_chance"
            row.append(text(f"cli.compare.{word}") if known else "?")
    old, new = (date(s.plan.stichtag) for s in (comparison.old, comparison.new))
    print_table(columns, rows, title=text("cli.compare.title", old=old, new=new))
    print(text("cli.compare.summary", changed=len(changed), count=len(comparison.table), **effects))
    if simulated.any():
        print(text("cli.compare.sure", sure=len(sure), count=int(simulated.sum())))
    if comparison.unclear:
        print(text("cli.compare.unclear", count=len(comparison.unclear)))


_COMPARED = ("class_old", "class_new", "data", "scale", "cut")


def _step(value: Any) -> str:
    return "?" if pd.isna(value) else number(float(value))


_MOST_AREAS = 15


def print_methods_compared(compared: MethodComparison, *, as_json: bool) -> None:
    """Print how far each method agrees with the build, and the areas that depend on the choice."""
    if as_json:
        print_json(compared.records())
        return
    facts, names = compared.release.facts, compared.release.areas["name"]
    print_problems(compared.problems)
    rows = [
        [
            str(row["name"]),
            _step(row["k"]),
            *("" if pd.isna(row[c]) else _step(row[c]) for c in ("changed", "by_two")),
            f"{names[row['furthest']]} ({_step(row['furthest_by'])})" if row["furthest"] else "",
            *(_step(row[c]) for c in ("top", "top_both")),
        ]
        for row in compared.changes().to_dict("records")
    ]
    heads = ("variant", "k", "moved", "by_two", "furthest", "top", "top_both")
    count = len(compared.steps.dropna())
    title = text("cli.compare.variants", title=facts.title, count=count, areas=len(names))
    print_table([text(f"cli.compare.{c}") for c in heads], rows, title=title)
    moved = compared.moved()
    shown = moved.head(_MOST_AREAS)
    rows = [[str(key), str(names[key]), _step(row["times"])] for key, row in shown.iterrows()]
    columns = [text("cli.show.key"), text("cli.show.name"), text("cli.compare.times")]
    title = text("cli.compare.areas", shown=len(shown), count=len(moved))
    print_table(columns, rows, title=title)


def print_decision(decision: Decision) -> None:
    """Print the first sentence and the key figures of every variant."""
    release = decision.release
    for scenario in release.scenarios.values():
        variants = scenario["variants"]
        print(f"\n{scenario['title']}")
        for variant in variants:
            print(f"  {variant['name']}: {' '.join(variant['sentences'][:1])}")
        rows = [
            [release.labels.get(name, name), *(_figure(v["figures"][name]) for v in variants)]
            for name in variants[0]["figures"]
            if any(v["figures"][name] is not None for v in variants)
        ]
        print_table(["", *(v["name"] for v in variants)], rows)


def _figure(value: Any) -> str:
    if value is None:
        return "."
    return number(float(value), 0 if abs(value) >= 100 or value == round(value) else 2)


def print_methods(*, as_json: bool) -> None:
    """List the catalogue of methods."""
    from sozialraum.index.recipes import methods_table

    table = methods_table()
    if as_json:
        print_json(_records(table))
        return
    columns = [text("cli.methods.name"), *(text(f"cli.methods.{c}") for c in table.columns)]
    print_table(
        columns,
        [[str(n), *map(str, row)] for n, row in zip(table.index, table.to_numpy(), strict=True)],
    )


def print_method(name: str, *, as_json: bool) -> None:
    """Explain one method."""
    from sozialraum.index.recipes import explain_recipe, read_recipe

    if as_json:
        recipe = read_recipe(name)
        print_json(
            {
                "name": recipe.name,
                "title": recipe.title,
                "evidence": recipe.evidence,
                "source": recipe.source,
                "paragraph": recipe.paragraph,
                "defaults": recipe.defaults,
            }
        )
        return
    print(explain_recipe(name))


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    plain = table.reset_index().astype(object)
    return list(plain.where(plain.notna(), None).to_dict("records"))


def _float(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _class(row: pd.Series) -> str:
    return "" if pd.isna(row["class"]) else f"{row['class']} {row['class_label'] or ''}".strip()


def _title(saved: Saved) -> str:
    facts = saved.manifest["facts"]
    return text(
        "cli.show.title",
        title=facts["title"],
        place=facts["place"],
        stichtag=date(facts["stichtag"]),
    )


def _digits(index: pd.Series) -> int:
    """Return how many decimals the published index has, at most three."""
    known = index.dropna().astype(float)
    return next((d for d in range(1, 3) if ((known - known.round(d)).abs() < 1e-9).all()), 3)
