"""What a house-number rule says: "ung. 1-25; 2-38 g; gesamt; ohne HNr." to parts with a side."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Side = Literal["all", "odd", "even"]
END = 10**6
_SIDES: dict[str, Side] = {"u": "odd", "ung": "odd", "ungerade": "odd", "ungerade nr": "odd"}
_SIDES |= {"g": "even", "ger": "even", "gerade": "even", "gerade nr": "even"}
_DASHES = str.maketrans("‐‑‒–—―−", "-------")
_SIDE = re.compile(r"^(ungerade|gerade|ung|ger|u|g)(?:\.|\b)\s*(?:nrn?\.?|hnr\.?|hausnr\.?)?:?\s*")
_SIDE_BEHIND = re.compile(
    r"(?<=[\da-z])(\s*)\(?(ungerade|gerade|ung|ger|u|g)\.?\)?(?:\s*(?:seite|nrn?\.?|hnr\.?|hausnr\.?))?$"
)
_NUMBER = re.compile(r"^(?:nrn?\.?|hnr\.?|hausnr\.?)\s*(?=\d)")
_WHOLE = {"gesamt", "ganz", "alle", "komplett", "ganze strasse", "ganze straße"}
_WITHOUT = re.compile(r"^(?:ohne|o\.)\s*(?:hnr|hausnummer|hausnr|nr)\.?$")
_SPAN = re.compile(r"^(\d{1,4})\s*([a-z]?)\s*(?:-|bis)\s*(?:(\d{1,4})\s*([a-z]?)|(ende))$")
_FROM = re.compile(r"^ab\s*(\d{1,4})\s*([a-z]?)$")
_TO = re.compile(r"^bis\s*(\d{1,4})\s*([a-z]?)$")
_ONE = re.compile(r"^(\d{1,4})\s*([a-z]?)$")
_BARE = re.compile(r"^(\d{1,4})\s*\(ohne zusatz\)$")


class Span(NamedTuple):
    """One part of a rule: the houses of one side from one number to another.

    Both ends belong to it. An end without letter takes in all letters of its number ("1-25" holds
    25 b); with a letter it ends there ("1-25 a" does not hold 25 b).

    Parameters
    ----------
    side : "odd", "even" or "all"
    first, first_suffix, last, last_suffix : its ends; `last` = `END` is open
    without_number : it is about houses without a number, and about nothing else
    bare : it is about one number without any letter: "47 (ohne Zusatz)" does not hold 47 a
    """

    side: Side = "all"
    first: int = 0
    first_suffix: str = ""
    last: int = END
    last_suffix: str = ""
    without_number: bool = False
    bare: bool = False

    def holds(self, number: int, suffix: str) -> bool:
        """Tell whether a house is part of it."""
        if self.without_number:
            return False
        if self.bare:
            return number == self.first and not suffix
        if self.side != "all" and number % 2 != (self.side == "odd"):
            return False
        if not self.first <= number <= self.last:
            return False
        if number == self.first and suffix < self.first_suffix:
            return False
        return not (number == self.last and self.last_suffix and suffix > self.last_suffix)


def parse_rule(text: str) -> tuple[Span, ...]:
    """Return the parts of a rule.

    Raises
    ------
    ValueError
        If a part is not understood; the message is that part.

    Examples
    --------
    >>> [part[:4] for part in parse_rule("ung. 1-25; ger. 2–38")]
    [('odd', 1, '', 25), ('even', 2, '', 38)]
    >>> parse_rule("1-25 u; 2-38 g") == parse_rule("ung. 1-25; ger. 2-38")
    True
    >>> parse_rule("gesamt") == (Span(),), parse_rule("ohne HNr.")[0].without_number
    (True, True)
    >>> [(part.first, part.last_suffix) for part in parse_rule("7, 9 a - 11 c")]
    [(7, ''), (9, 'c')]
    """
    side: Side = "all"
    parts = []
    for clause in re.split(r";|\n", text.translate(_DASHES).casefold()):
        side = "all"
        pieces = [" ".join(p.split()) for p in re.split(r",|\bund\b|\bu\.(?=\s*\d)", clause)]
        turned = [_side_in_front(piece) for piece in pieces if piece]
        for piece, behind in turned:
            if not behind and side == "all" and any(b for _, b in turned) and piece[0].isdigit():
                # "1-5, 9-13 ung.": nobody says whether the side is meant for the first part too
                raise ValueError(clause.strip())
            span = _parse_part(piece, "all" if behind else side)
            side = "all" if behind else span.side
            parts.append(span)
    if not parts:
        raise ValueError(text)
    return tuple(parts)


def _side_in_front(part: str) -> tuple[str, bool]:
    """Return a part "54-60 ger." as "ger. 54-60", and whether its side stood behind.

    One letter is a side where the numbers are on it: "2-38 g", but "9-11g" ends with house 11 g.
    """
    found = _SIDE_BEHIND.search(part)
    if found is None or _SIDE.match(part):
        return part, False
    blank, word = found.groups()
    rest = part[: found.start()].strip()
    if len(word) > 1:
        return f"{word}. {rest}", True
    numbers = [int(n) for n in re.findall(r"\d+", rest)]
    if not numbers or _ONE.match(rest) or re.search(r"\d\s*[a-z]\s*(?:-|bis)", rest):
        return part, False
    if all(n % 2 == (word == "u") for n in numbers):
        return f"{word}. {rest}", True
    if blank:
        raise ValueError(part)
    return part, False


def _parse_part(part: str, side: Side) -> Span:
    """Return one part; a list "ung. 1, 3, 7-9" keeps the side of its first member."""
    if _WITHOUT.match(part):
        return Span(without_number=True)
    named = _SIDE.match(part)
    if named:
        side, part = _SIDES[named[1]], part[named.end() :]
        if not part:
            return Span(side)
    part = _NUMBER.sub("", part).strip()
    if part in _WHOLE:
        return Span(side)
    if m := _SPAN.match(part):
        last = END if m[5] else int(m[3])
        return Span(side, int(m[1]), m[2], last, m[4] or "")
    if m := _FROM.match(part):
        return Span(side, int(m[1]), m[2])
    if m := _TO.match(part):
        return Span(side, 0, "", int(m[1]), m[2])
    if m := _BARE.match(part):
        return Span(side, int(m[1]), "", int(m[1]), bare=True)
    if m := _ONE.match(part):
        return Span(side, int(m[1]), m[2], int(m[1]), m[2])
    raise ValueError(part)
