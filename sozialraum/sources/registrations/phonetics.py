"""Kölner Phonetik: names that sound alike in German have one code (Postel 1969)."""

from __future__ import annotations

from sozialraum.model.addresses import plain_letters


def koelner_phonetik(name: str) -> str:
    """Return the code of a name: digits; "" where it has no letter of the Latin alphabet.

    Letters that the rules do not know (ı, ł, ş) are written plainly first.

    Parameters
    ----------
    name : one word or several; blanks and hyphens do not count

    References
    ----------
    H. J. Postel: Die Kölner Phonetik. IBM-Nachrichten 19 (1969), 925-931.

    Examples
    --------
    >>> koelner_phonetik("Müller-Lüdenscheidt"), koelner_phonetik("Wikipedia")
    ('65752682', '3412')
    >>> koelner_phonetik("Meyer") == koelner_phonetik("Maier"), koelner_phonetik("Ксения")
    (True, '')
    """
    letters = [c for c in plain_letters(name) if "a" <= c <= "z"]
    around = ["", *letters, ""]
    digits = "".join(
        _digit(around[k - 1], around[k], around[k + 1], k == 1) for k in range(1, len(around) - 1)
    )
    single = "".join(d for k, d in enumerate(digits) if k == 0 or d != digits[k - 1])
    return single[:1] + single[1:].replace("0", "")


_PLAIN = dict.fromkeys("aeijouy", "0") | {"h": "", "b": "1", "l": "5", "m": "6", "n": "6", "r": "7"}
_PLAIN |= dict.fromkeys("fvw", "3") | dict.fromkeys("gkq", "4") | {"s": "8", "z": "8"}


def _digit(before: str, letter: str, after: str, first: bool) -> str:
    """Return the digit of a letter between its neighbours ("" at the ends)."""
    if letter == "p":
        return "3" if after == "h" else "1"
    if letter in "dt":
        return "8" if after and after in "csz" else "2"
    if letter == "x":
        return "8" if before and before in "ckq" else "48"
    if letter != "c":
        return _PLAIN[letter]
    hard = bool(after) and after in ("ahkloqrux" if first else "ahkoqux")
    return "4" if hard and not (before and before in "sz") else "8"
