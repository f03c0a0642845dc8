"""A programme in the release ledger: what it tells, audited with all that was told before."""

from __future__ import annotations

from collections.abc import Sequence

from sozialraum.model.errors import DisclosureError
from sozialraum.privacy.audit.ledger import Entry, Ledger, next_entry
from sozialraum.privacy.audit.rows import Row
from sozialraum.privacy.participation.ground import Ground
from sozialraum.privacy.participation.protection import Protected
from sozialraum.privacy.participation.windows import MEASURES
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.texts import problem

_KEYS_TOLD = 5


def earlier_of(ledger: Ledger, ground: Ground) -> tuple[Row, ...]:
    """Return what the ledger holds of the same programme.

    Rows on other counts tell nothing about this one: builds, other programmes, other years.

    Raises
    ------
    DisclosureError
        If an earlier row is about areas or age groups that this run does not have, or has
        otherwise, or if the counts have changed so that an earlier value is no longer true: what
        it tells together with this run cannot be audited.
    """
    own = {ground.series(m): m for m in MEASURES.values()}
    rows = tuple(r for r in ledger.rows if {t.variable for t in r.terms} <= own.keys())
    named = {t.geography for row in rows for t in row.terms}
    absent = sorted(named - set(ground.geographies))
    if absent:
        raise DisclosureError([problem("participation.ledger_areas", key=name) for name in absent])
    untrue = {
        row.label: None
        for row in rows
        for term in row.terms
        if not row.forms[0].low
        <= ground.sum_over(own[term.variable], term.geography, term.zone)
        <= row.forms[0].high
    }
    if untrue:
        keys = ", ".join(sorted(untrue)[:_KEYS_TOLD])
        raise DisclosureError([problem("participation.ledger_changed", keys=keys)])
    return rows


def is_recorded(ledger: Ledger, made: Protected) -> bool:
    """Tell whether exactly these rows were published already, in the same areas."""
    return any(entry.rows == made.rows for entry in ledger.entries)


def entry_of(
    ledger: Ledger,
    made: Protected,
    earlier: Sequence[Row],
    *,
    rules: DisclosureRules,
    title: str,
    date: str,
) -> Entry:
    """Return the audited entry of a release; nothing is written.

    The names of the geographies hold what they mean, so the entry needs no hash of them.

    Raises
    ------
    DisclosureError
        If the release, or an earlier one because of it, would give a small group away: with the
        German proof.
    """
    ground = made.ground
    return next_entry(
        ledger,
        made.rows,
        ground.truth(list(MEASURES.values())),
        ground.geographies,
        earlier=earlier,
        title=title,
        date=date,
        digests={},
        minimum=rules.minimum,
        insiders=rules.insiders,
    )
