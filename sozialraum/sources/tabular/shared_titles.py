"""Names of columns that all begin with the title of the sheet, as exports of reports write them."""

from __future__ import annotations

from collections.abc import Sequence

_FEWEST = 3
_SIGNS = ":–-/|,"


def shared_title(names: Sequence[str]) -> str:
    """Return the words that all names of columns but at most one begin with; "" where none are.

    Parameters
    ----------
    names : tidy names; empty ones are not looked at

    Examples
    --------
    >>> shared_title(["Nr.", "Kinder 2023 – Arme", "Kinder 2023 – alle", "Kinder 2023 – in Kitas"])
    'Kinder 2023 –'
    >>> shared_title(["Nr.", "Kinder unter 6", "Kinder unter 10", "Einwohner"])
    ''
    """
    words = [name.split() for name in names if name]
    if len(words) < _FEWEST:
        return ""
    for first in words[:2]:
        others = [w for w in words if w[:1] == first[:1]]
        if len(others) >= max(_FEWEST, len(words) - 1):
            return " ".join(_common(others))
    return ""


def _common(names: Sequence[Sequence[str]]) -> Sequence[str]:
    """Return the first words that several names share, each with something of its own behind."""
    shortest = min(names, key=len)
    many = len(shortest) - 1
    while many and len({tuple(n[:many]) for n in names}) > 1:
        many -= 1
    return shortest[:many]


def without_title(name: str, title: str) -> str:
    """Return a name without the words that it shares with the others.

    Examples
    --------
    >>> without_title("Kinder 2023 – Arme", "Kinder 2023 –"), without_title("Nr.", "Kinder 2023 –")
    ('Arme', 'Nr.')
    """
    return name[len(title) :].strip(f"{_SIGNS} ") if title and name.startswith(title) else name


def behind_title(names: Sequence[str], wanted: str) -> list[int]:
    """Return the columns that are called like this behind the words that all of them share."""
    title, folded = shared_title(names), wanted.casefold()
    own = [without_title(name, title).casefold() for name in names] if title else []
    return [i for i, name in enumerate(own) if name == folded]
