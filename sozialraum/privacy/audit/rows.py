"""Published items as interval rows: what each of them tells an attacker about counts.

Every item of a publication says ``low ≤ Σ coefficient × count ≤ high``. An item may have weaker
forms (rounded, class only, withheld): `sozialraum.privacy.audit.complementary` chooses among them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sozialraum.model.options import Zeros

INF = math.inf


@dataclass(frozen=True)
class Term:
    """The count of one variable in one zone at one Stichtag, with its coefficient in a row."""

    variable: str
    geography: str
    zone: str
    stichtag: str = ""
    coefficient: float = 1.0


@dataclass(frozen=True)
class Form:
    """One way to publish an item: the interval it tells, its name, and what choosing it costs."""

    low: float
    high: float
    kind: str
    cost: float = 0.0


@dataclass(frozen=True)
class Row:
    """One published item.

    Parameters
    ----------
    label : what readers call it ("Sprengel C25")
    terms : the counts it is about
    forms : the form it is published in, then weaker ones, each an interval around the one before; a
        single form cannot be weakened (protected row)
    """

    label: str
    terms: tuple[Term, ...]
    forms: tuple[Form, ...]

    @property
    def low(self) -> float:
        """Lower end of what the row tells."""
        return self.forms[0].low

    @property
    def high(self) -> float:
        """Upper end of what the row tells."""
        return self.forms[0].high

    @property
    def is_protected(self) -> bool:
        """Tell whether the row must stay as it is."""
        return len(self.forms) == 1

    def weakened(self, level: int) -> Row:
        """Return the row published in a weaker form."""
        return replace(self, forms=self.forms[level:])


def withheld(zeros: Zeros = "show", cost: float = 1.0) -> Form:
    """Return the form "withheld": at least one person where zeros are always shown."""
    return Form(1.0 if zeros == "show" else 0.0, INF, "suppressed", cost)


def count_row(
    term: Term,
    count: float,
    *,
    label: str = "",
    minimum: int = 5,
    zeros: Zeros = "show",
    weight: float = 1.0,
    protected: bool = False,
) -> Row:
    """Return the row of a count: exact, or withheld where 1 to `minimum` - 1 persons are counted.

    Examples
    --------
    >>> row = count_row(Term("armut", "Sprengel", "C25"), 6)
    >>> [(f.low, f.high, f.kind) for f in row.forms]
    [(6.0, 6.0, 'exact'), (1.0, inf, 'suppressed')]
    """
    name = label or f"{term.geography} {term.zone}"
    exact = Form(float(count), float(count), "exact")
    if 0 < count < minimum:
        return Row(name, (term,), (withheld(zeros, 0.0),))
    if protected or (count == 0 and zeros == "show"):
        return Row(name, (term,), (exact,))
    return Row(name, (term,), (exact, withheld(zeros, weight)))


def rounded_row(term: Term, published: float, *, multiple: int, label: str = "") -> Row:
    """Return the row of a count rounded to the nearest `multiple`: off by at most half of it.

    Examples
    --------
    >>> rounded_row(Term("armut", "Sprengel", "C25"), 15, multiple=5).forms[0]
    Form(low=13.0, high=17.0, kind='rounded', cost=0.0)
    """
    half = multiple // 2
    form = Form(float(max(published - half, 0)), float(published + half), "rounded")
    return Row(label or f"{term.geography} {term.zone}", (term,), (form,))


def perturbed_row(term: Term, published: float, *, deviation: int, label: str = "") -> Row:
    """Return the row of a count with noise of at most `deviation`; only a zero becomes zero."""
    low = float(max(published - deviation, 1 if published > 0 else 0))
    form = Form(low, float(published + deviation), "perturbed")
    return Row(label or f"{term.geography} {term.zone}", (term,), (form,))


def rate_row(
    term: Term, rate: float, *, base: float, half_step: float, label: str = "", weight: float = 1.0
) -> Row:
    """Return the row of a share with known base: ``base (p − h) ≤ y ≤ base (p + h)``, whole counts.

    Examples
    --------
    >>> row = rate_row(Term("armut", "Sprengel", "C25"), 0.321, base=53, half_step=0.0005)
    >>> row.low, row.high
    (17.0, 17.0)
    """
    low = max(math.ceil(base * (rate - half_step) - 1e-9), 0)
    high = math.floor(base * (rate + half_step) + 1e-9)
    forms = (Form(float(low), float(high), "rate"), Form(0.0, float(base), "suppressed", weight))
    return Row(label or f"{term.geography} {term.zone}", (term,), forms)


def complement_row(row: Row, base: float) -> Row:
    """Return what a row about a count tells about those not counted, ``base − y``."""
    forms = tuple(
        replace(f, low=max(base - f.high, 0.0), high=base - f.low if f.low > -INF else INF)
        for f in row.forms
    )
    return replace(row, forms=forms)


def index_row(
    terms: Sequence[Term],
    index: float,
    *,
    decimals: int,
    constant: float = 0.0,
    limits: tuple[float, float] | None = None,
    label: str = "",
    weight: float = 1.0,
) -> Row:
    """Return the row of an index ``I = constant + Σ coefficient × count`` published to `decimals`.

    Its weaker forms are one decimal less each, then the class alone (`limits`), then nothing.

    Parameters
    ----------
    terms : each with coefficient ``weight / (base × (high − low))``, times the direction's sign
    index : the true index; it is rounded here
    constant : the part of the index that does not depend on the counts
    limits : lower and upper limit of the index's class
    """
    forms = []
    for digits in range(decimals, -1, -1):
        published, half = round(index, digits), 0.5 * 10.0**-digits
        forms.append((published - half - constant, published + half - constant, f"index_{digits}"))
    if limits is not None:
        forms.append((limits[0] - constant, limits[1] - constant, "class"))
    forms.append((-INF, INF, "suppressed"))
    return Row(label, tuple(terms), _nested(forms, weight))


def order_row(terms: Sequence[Term], *, constant: float = 0.0, label: str = "") -> Row:
    """Return the row of two ranks: one index is at least the other, ``Σ … + constant ≥ 0``."""
    return Row(label, tuple(terms), (Form(-constant, INF, "rank"),))


def _nested(forms: Sequence[tuple[float, float, str]], weight: float) -> tuple[Form, ...]:
    """Let every form lie inside the next weaker one, as `Row.forms` needs.

    Intervals of fewer digits may be shifted against finer ones; taking the overlap grants the
    attacker a little more than is told, never less.
    """
    kept: list[Form] = []
    low, high = -INF, INF
    for form_low, form_high, kind in reversed(forms):
        low, high = max(low, form_low), min(high, form_high)
        kept.append(Form(low, high, kind, weight))
    kept.reverse()
    return (replace(kept[0], cost=0.0), *kept[1:])


def sum_row(rows: Sequence[Row], *, label: str) -> Row:
    """Return the row of a published sum (3 years, merged zones), exact where all items are."""
    terms = tuple(term for row in rows for term in row.terms)
    low, high = sum(row.low for row in rows), sum(row.high for row in rows)
    return Row(label, terms, (Form(low, high, "exact" if low == high else "sum"),))
