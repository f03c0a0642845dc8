"""Two surveys set against each other, as the page and the workbook show them."""

from __future__ import annotations

from typing import Any

from sozialraum.publish.cockpit.panel import Panel
from sozialraum.publish.escape import markup, visible
from sozialraum.publish.graphics.svg import line, tag
from sozialraum.texts import catalogue, number, percent, text

_WIDTH, _HEIGHT = 160, 16
_COLOURS = {"left": "#08519c", "right": "#4d4d4d"}
_SIDES = ("left", "right")


def comparison_markup(panel: Panel) -> str:
    """Return all comparisons as markup; "" where the build has none."""
    return "\n".join(_one(panel, pair) for pair in panel.release.details.get("compare", ()))


def comparison_rows(panel: Panel) -> list[tuple[Any, ...]]:
    """Return label, category, who, share, low and high of every bar; None where not told."""
    rows = []
    for pair in panel.release.details.get("compare", ()):
        for one in pair["rows"]:
            for side in _SIDES:
                numbers = one[side] or (None, None, None)
                rows.append((pair["label"], one["label"], pair[side], *numbers))
    return rows


def _one(panel: Panel, pair: dict[str, Any]) -> str:
    words = catalogue("publish")["cockpit"]["compare"]
    called = {side: visible(pair[side]) for side in _SIDES}
    heads = "".join(
        f'<th scope="col">{markup(h.format(**called))}</th>' if h else "<td></td>"
        for h in words["heads"]
    )
    top = max([one[side][2] for one in pair["rows"] for side in _SIDES if one[side]] or [1.0])
    rows = "".join(_row(one, called, top) for one in pair["rows"])
    label = markup(pair["label"])
    lead = markup(words["lead"].format(period=panel.periods[-1]))
    return (
        f'<h3>{label}</h3><p class="lesen">{lead}</p><div class="breit" tabindex="0" role="group" '
        f'aria-label="{label}"><table class="gegen"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(one: dict[str, Any], called: dict[str, str], top: float) -> str:
    cells = "".join(f"<td>{_bar(one[side], side, top)}</td>" for side in _SIDES)
    gap = markup(gap_words(one["gap"], called))
    return f'<tr><th scope="row">{markup(one["label"])}</th>{cells}<td>{gap}</td></tr>'


def gap_words(gap: list[float] | None, called: dict[str, str]) -> str:
    """Return in words how far two shares lie apart, and whether by more than chance."""
    if gap is None:
        return text("publish.cockpit.compare.none")
    value, low, high = gap
    if low <= 0 <= high:
        return text("publish.cockpit.compare.alike")
    ends = sorted((abs(low), abs(high)))
    said = {"gap": abs(value), "low": ends[0], "high": ends[1]}
    shown = {name: number(100 * n, 0) for name, n in said.items()}
    word = "more" if value > 0 else "less"
    return text(f"publish.cockpit.compare.{word}", left=called["left"], **shown)


def comparison_tables(panel: Panel) -> list[dict[str, Any]]:
    """Return every comparison as words, for the paper: heads, and a row per category."""
    words = catalogue("publish")["cockpit"]["compare"]
    found = []
    for pair in panel.release.details.get("compare", ()):
        called = {side: visible(pair[side]) for side in _SIDES}
        rows = [
            [visible(one["label"]), *(_share_words(one[s]) for s in _SIDES),
             gap_words(one["gap"], called)]
            for one in pair["rows"]
        ]  # fmt: skip
        found.append({
            "label": visible(pair["label"]), "rows": rows,
            "lead": words["paper"].format(period=panel.periods[-1]),
            "heads": [head.format(**called) for head in words["heads"]],
        })  # fmt: skip
    return found


def _share_words(numbers: list[float] | None) -> str:
    if numbers is None:
        return text("publish.cockpit.compare.none")
    shown = {n: percent(v, 0) for n, v in zip(("share", "low", "high"), numbers, strict=True)}
    return text("publish.cockpit.compare.share", **shown)


def _bar(numbers: list[float] | None, side: str, top: float) -> str:
    if numbers is None:
        return markup(text("publish.cockpit.compare.none"))
    share, low, high = (n / top * _WIDTH for n in numbers)
    drawn = tag("rect", x=0, y=3, width=float(share), height=10, fill=_COLOURS[side])
    drawn += line(f"M{low:.1f} 8H{high:.1f}", "#1a1a1a", 2)
    box = f'viewBox="0 0 {_WIDTH} {_HEIGHT}" aria-hidden="true"'
    return f"{markup(_share_words(numbers))}<svg {box}>{drawn}</svg>"
