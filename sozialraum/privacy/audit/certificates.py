"""Proofs of breaches as German sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sozialraum.texts import number, text

if TYPE_CHECKING:
    from sozialraum.privacy.audit.bounds import Breach
    from sozialraum.privacy.audit.rows import Row
    from sozialraum.privacy.audit.system import System


def certificate(breach: Breach, system: System, *, figures: bool = True) -> str:
    """Return how published items combine to give a small group away.

    Parameters
    ----------
    breach : with its proof
    system : whose rows the proof names
    figures : False leaves every number out, for readers outside the office

    Returns
    -------
    "Sprengel C25 (6) − Bezirk D38 (5) = 1 Person", or "… ≤ 2 Personen"
    """
    if not breach.proof or all(factor == 0 for factor in breach.proof.values()):
        return text("privacy.certificate.whole", group=breach.name)
    plus = [_item(system.rows[r], f, figures) for r, f in breach.proof.items() if f > 0]
    minus = [_item(system.rows[r], -f, figures) for r, f in breach.proof.items() if f < 0]
    terms = " + ".join(plus) + "".join(f" − {item}" for item in minus)
    if not figures:
        return text("privacy.certificate.without_figures", terms=terms)
    sign = "=" if breach.known else "≤"
    word = text(f"privacy.certificate.{'one' if round(breach.bound) == 1 else 'several'}")
    return f"{terms.strip()} {sign} {number(breach.bound)} {word}"


def _item(row: Row, factor: float, figures: bool) -> str:
    name = row.label if abs(factor - 1) < 1e-6 else f"{number(factor, 2)} × {row.label}"
    if not figures:
        return row.label
    if row.forms[0].kind == "suppressed":
        return f"{name} ({text('privacy.certificate.at_least_one')})"
    if row.low == row.high:
        return f"{name} ({number(row.low)})"
    return f"{name} ({number(row.low, 1)} {text('privacy.certificate.to')} {number(row.high, 1)})"
