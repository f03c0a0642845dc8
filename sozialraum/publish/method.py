"""``methode.md``: the method as a text to paste into a Vorlage, made from the release."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sozialraum.model import Breaks, Indicator, Release, Scale
from sozialraum.publish.escape import markdown
from sozialraum.publish.periods import as_of, span_words
from sozialraum.publish.published_numbers import decimals
from sozialraum.publish.steps import method_name, steps_in_words, treatment_in_words
from sozialraum.publish.wording import direction_words
from sozialraum.texts import catalogue, number, text

_CONSTANT_DIGITS = 6

# Which step made a scale, by what stands behind the name of its axis.
_SCALED = {"": "scaling", "restandard": "restandardise", "node_scale": "dimension_scaling"}

_HEADS = ("indicator", "formed", "direction", "kind", "dimension", "weight", "source")

# Constants that change nothing are not told.
_UNTOLD = {"location": 0.0, "step": 1.0}


def write_method(release: Release, path: str | Path) -> None:
    """Write how the index was made: indicators, constants, classes, disclosure, limits."""
    Path(path).write_bytes(method_text(release).encode("utf-8"))


def method_text(release: Release) -> str:
    """Return the method as Markdown."""
    facts, words = release.facts, catalogue("publish")["method"]
    blocks = [
        f"# {markdown(facts.title)} – {words['title']}",
        f"{markdown(facts.place)}, {markdown(facts.area_word)}, "
        f"{text('publish.book.as_of')} {as_of(release)}",
        f"**{markdown(direction_words(release))}**" if release.breaks else "",
        markdown(facts.method),
        _bullets(facts.changed, words["changed"]),
        _bullets(facts.findings, f"## {words['findings']}"),
        _join_block(release),
        f"## {words['indicators']}\n\n{_indicator_table(release)}",
        *(
            _scale_block(axis, scale, release)
            for axis, scale in release.scales.items()
            if scale.method != "none"
        ),
        _steps_block(release),
        _excluded_block(release),
        *(_breaks_block(axis, breaks, release) for axis, breaks in release.breaks.items()),
        _bullets(tuple(release.details.get("smoothing", ())), f"## {words['smoothing']}"),
        _bullets(tuple(release.details.get("types", ())), f"## {words['types']}"),
        _bullets(release.notes, f"## {words['disclosure']}"),
        _bullets(facts.limits, f"## {words['limits' if release.breaks else 'limits_layers']}"),
        _bullets(facts.sources, f"## {words['sources']}"),
        f"{words['recipe']}: {markdown(facts.recipe)} "
        f"({words['evidence'].get(facts.evidence, facts.evidence)})"
        if facts.recipe
        else "",
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _join_block(release: Release) -> str:
    """Say how the counts came to the areas, how much rests on split areas, what was repaired."""
    details, words = release.details, catalogue("publish")["method"]
    lines = [*_moved(details.get("join") or {}, words), *map(markdown, details.get("split", ()))]
    for name, repairs in sorted(details.get("repairs", {}).items()):
        ground = sum(r["square_metres"] for r in repairs)
        messages = {"n": number(len(repairs)), "areas": markdown(name), "ground": number(ground)}
        lines.append(words["repairs"].format(**messages))
    for name, wholes in sorted(details.get("merged", {}).items()):
        for key, parts in sorted(wholes.items()):
            messages = {"areas": markdown(name), "key": markdown(key)}
            lines.append(words["merged"].format(parts=markdown(", ".join(parts)), **messages))
    lines += map(markdown, (*details.get("left_out", ()), *details.get("imputed", ())))
    return _bullets(tuple(lines), f"## {words['join_head']}")


def _moved(join: dict[str, Any], words: dict[str, Any]) -> Iterator[str]:
    """Say how counts moved; nothing where they stood on the areas already."""
    if not join:
        return
    how = words["join"].get(join["method"], join["method"])
    how = how.format(basis=join.get("basis", ""), reach=number(join.get("reach", 0)))
    yield words["moved"].format(how=how, **{k: markdown(join[k]) for k in ("source", "target")})
    if join["method"] not in ("nearest", "density"):
        split = {"n": number(join["split_sources"]), "all": number(join["sources"])}
        yield words["split" if join["split_sources"] else "split_none"].format(**split)
    if join["fallback"]:
        yield words["fallback"].format(n=number(join["fallback"]))


def _steps_block(release: Release) -> str:
    """Say what was done to the numbers, step by step, per axis."""
    details, words = release.details, catalogue("publish")["method"]
    labels, lines = {i.id: i.label for i in release.indicators}, []
    if details.get("reference"):
        lines.append(words["frozen"].format(reference=details["reference"]))
    for axis, ran in details.get("steps", {}).items():
        stated = [*steps_in_words(ran, labels), *_learnt_lines(release, axis, labels)]
        lines += stated if axis == "index" else [f"{axis} – {line}" for line in stated]
    return _bullets(tuple(lines), f"## {words['steps']}")


def _learnt_lines(release: Release, axis: str, labels: dict[str, str]) -> Iterator[str]:
    """Say what was found in the data: how outliers were treated, which weights came out."""
    learnt, words = release.details.get("learnt", {}), catalogue("publish")["method"]
    treatment = learnt.get(f"{axis}.treatment")
    if treatment is not None:
        yield treatment_in_words({i: p["action"] for i, p in treatment["params"].items()}, labels)
    for node, parts in learnt.get(f"{axis}.weights", {}).get("by_node", {}).items():
        stated = (f"{labels.get(i, i)} {_constant(weight)}" for i, weight in parts.items())
        yield words["weights"].format(node=node, parts=", ".join(stated))


def _excluded_block(release: Release) -> str:
    """List the areas that got no index, with the reason."""
    excluded = release.details.get("excluded") or {}
    names, words = release.areas["name"], catalogue("publish")["method"]
    reasons = {**_without_data(release), **excluded}
    lines = tuple(f"{names.get(key, key)} ({key}): {why}" for key, why in sorted(reasons.items()))
    return _bullets(lines, f"## {words['excluded']}")


def _without_data(release: Release) -> dict[str, str]:
    """Return per area whose index needs a number that is not there which one it is."""
    edition, words = release.current, catalogue("publish")["method"]
    table, signs = edition.table, edition.signs
    reasons = {}
    for key in table.index[table["index"].isna() & table["status"].isin(["missing", "no_base"])]:
        own = {i.label: str(signs.at[key, i.id]) for i in release.indicators}
        told = [
            words[f"reason_{sign}"].format(labels=", ".join(labels))
            for sign in ("missing", "no_base")
            if (labels := [label for label, found in own.items() if found == sign])
        ]
        if told:
            reasons[str(key)] = "; ".join(told)
    return reasons


def _bullets(lines: tuple[str, ...], head: str) -> str:
    shown = [f"- {markdown(line)}" for line in lines if line]
    return f"{head}\n\n" + "\n".join(shown) if shown else ""


def _indicator_table(release: Release) -> str:
    words = catalogue("publish")["method"]
    heads = [words[head] for head in _HEADS]
    rows = [
        [
            i.label,
            formed_of(i),
            words[f"dir_{i.direction}"],
            words[f"kind_{i.kind}"],
            i.theme or i.dimension,
            number(i.weight, decimals([i.weight])) if i.use == "index" else words["layer"],
            " ".join(p for p in (i.source, span_words(i), i.note) if p),
        ]
        for i in release.indicators
    ]
    return _table(heads, rows)


def formed_of(indicator: Indicator) -> str:
    """Return what an indicator is made of: its columns, and what they are taken times."""
    words = catalogue("publish")["method"]
    if indicator.value is not None:
        return f"{words['delivered']} {indicator.value}"
    above = indicator.numerator
    if indicator.kind == "balance":
        above = " − ".join(indicator.parts.values())
        above = above if indicator.is_absolute else f"({above})"
    if indicator.is_absolute:
        return str(above)
    prices = words["prices"].format(year=indicator.price_year) if indicator.price_year else ""
    formed = f"{above} ÷ {indicator.denominator}" + words[f"unit_{indicator.unit}"]
    return formed + prices


def _scale_block(axis: str, scale: Scale, release: Release) -> str:
    words, labels = catalogue("publish")["method"], {i.id: i.label for i in release.indicators}
    names = sorted(
        {
            name
            for constants in scale.params.values()
            for name, value in constants.items()
            if _is_number(value) and value != _UNTOLD.get(name)
        }
    )
    rows = [
        [
            labels.get(i, i),
            "+" if sign > 0 else "−",
            *(_constant(scale.params.get(i, {}).get(name)) for name in names),
        ]
        for i, sign in zip(scale.ids, scale.sign, strict=True)
    ]
    plain, _, part = axis.partition(".")
    name, step = words[part or "scale"], _SCALED[part]
    head = f"## {name}" + (f" ({markdown(plain)})" if plain != "index" else "")
    return (
        f"{head}\n\n{words['scale_method']}: {markdown(method_name(step, scale.method))}. "
        f"{words['scale_sign']}\n\n"
        + _table(
            [words["indicator"], words["sign"], *(words["constants"].get(n, n) for n in names)],
            rows,
        )
    )


def _breaks_block(axis: str, breaks: Breaks, release: Release) -> str:
    words = catalogue("publish")["method"]
    numbers = breaks.numbers or tuple(range(1, breaks.k + 1))
    labels = breaks.labels or ("",) * breaks.k
    rows = [
        [str(n), label, class_range(breaks, i)]
        for i, (n, label) in enumerate(zip(numbers, labels, strict=True))
    ]
    head = f"## {words['classes']}" + (f" ({markdown(axis)})" if axis != "index" else "")
    table = _table([words["class"], words["meaning"], words["range"]], rows)
    cut = markdown(method_name("classes", breaks.method))
    return f"{head}\n\n{words['cut']}: {cut}.\n\n{table}"


def class_range(breaks: Breaks, place: int) -> str:
    """Return which index values belong to a class, in German.

    Examples
    --------
    >>> class_range(Breaks("fixed", (0.2, 0.45)), 1)
    '0,20 bis unter 0,45'
    """
    digits = decimals(breaks.inner, most=_CONSTANT_DIGITS)
    low = number(breaks.inner[place - 1], digits) if place > 0 else ""
    high = number(breaks.inner[place], digits) if place < len(breaks.inner) else ""
    if not low and not high:
        return ""
    if not low:
        return text("publish.page.up_to" if breaks.right else "publish.page.below", high=high)
    if not high:
        return text("publish.page.above" if breaks.right else "publish.page.from", low=low)
    return text(
        "publish.page.above_up_to" if breaks.right else "publish.page.from_below",
        low=low,
        high=high,
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _constant(value: object) -> str:
    if not _is_number(value):
        return ""
    return number(value, decimals([value], most=_CONSTANT_DIGITS))  # type: ignore[arg-type]


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(markdown(h) for h in heads) + " |", "|" + " --- |" * len(heads)]
    return "\n".join(
        [*lines, *("| " + " | ".join(markdown(c) for c in row) + " |" for row in rows)]
    )
