"""What a column of numbers counts, and which columns are about persons one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

_SHARE = re.compile(r"anteil|quote|%|prozent|percent|pct|\brate\b|je 1\.?000|_per_|dichte", re.I)
_AMOUNT = re.compile(
    r"fl[äa]che|\barea\b|euro|€|_eur|eur\b|einkommen|preis|mittel|durchschn|alter_|saldo|shape|"
    r"index|score|^x$|^y$|_len$|hektar|\bkm|qm\b|m²|koord|rechtswert|hochwert|longitude|latitude",
    re.I,
)
_CODE = re.compile(
    r"(^|[_ .])(id|fid|objectid|nr|nummer|key|schl[üu]ssel|kennziffer|ags|ars|plz|postleitzahl"
    r"|hnr|jahr|telefon|fax)($|[_ .])|(haus|schul|lfd|stra(ß|ss)en|gebiets|bezirks)[-_ .]*"
    r"(nr|nummer|schl[üu]ssel)\b",
    re.I,
)
_PERSONAL = re.compile(
    r"vorname|nachname|familienname|geburtsdatum|geburtstag|geb\.? ?-?dat|geb_dat|gebdat"
    r"|geboren am|erziehungsberechtigt|\biban\b|\btelefon(nummer)?\b|\be-?mail|\bsteuer-?id",
    re.I,
)


def kind_of_numbers(title: str, values: NDArray[np.float64]) -> str:
    """Return "count", "share", "amount" or "code".

    Parameters
    ----------
    title : of the column
    values : its numbers, without those that are missing

    Examples
    --------
    >>> kind_of_numbers("Einwohner", np.array([12.0, 7.0])), kind_of_numbers("x", np.array([0.5]))
    ('count', 'amount')
    """
    whole = bool(np.allclose(values, np.round(values)))
    if _SHARE.search(title):
        return "share"
    if _AMOUNT.search(title) or (values < 0).any():
        return "amount"
    if whole:
        return "code" if _CODE.search(title) else "count"
    return "share" if values.max() <= 100 else "amount"


def names_a_share(title: str) -> bool:
    """Tell whether a title itself says that a column holds shares.

    Examples
    --------
    >>> names_a_share("Anteil unter 15"), names_a_share("Höhe")
    (True, False)
    """
    return _SHARE.search(title) is not None


def personal_titles(titles: Iterable[str]) -> list[str]:
    """Return titles of columns that only a list of single persons has.

    Examples
    --------
    >>> personal_titles(["Name", "Vorname", "Geburtsdatum"]), personal_titles(["Name", "Einwohner"])
    (['Vorname', 'Geburtsdatum'], [])
    """
    return [t for t in titles if _PERSONAL.search(t)]
