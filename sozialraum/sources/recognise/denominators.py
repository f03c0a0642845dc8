"""What is a part of what: proved by a delivered share, else told by name, age and size."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sozialraum.sources.recognise.seen import Pair

Column = NDArray[np.float64]
PROVED = 10.0
_FEWEST_ROWS, _FEWEST_VALUES = 8, 4
_HOLDING = 0.97
_MOST_SHARES, _MOST_COUNTS = 80, 400
_UNITS = (100.0, 1.0, 1000.0)
_WORTH, _WORTH_FOREIGN = 0.5, 1.2
_FOREIGN = 0.3  # of two as good the one in the same file

_PEOPLE = re.compile(
    r"einwohner|bev[öo]lk|inhabitants|residents|insgesamt|^ew$|^erw$|erwerbs|^alle|kinder|haushalte"
    r"|\bhh\b|personen|jugend|sch[üu]ler|absolv|wahlber|^g[üu]ltig|beobachtet|untersucht|berechtigt"
    r"|angemeldet|schulanf|antworten|u1[0-9]$|unter 1[0-9]|_alle|children|population|total",
    re.I,
)
_PART_OF_IT = re.compile(r"\b(darunter|davon)\b", re.I)
_OF_IT = 3.0
_EVERYBODY = re.compile(
    r"^(einwohner\w*|bev[öo]lkerung\w*|inhabitants|residents|ew|population)"
    r"([ _,]*(insgesamt|gesamt|total))?$", re.I
)  # fmt: skip
_HOUSEHOLD = re.compile(r"haushalt|\bhh|_hh|familien|alleinerz|kinderreich|bedarfsgemein")
_EVERYWHERE = {"insgesamt", "gesamt", "davon", "darunter", "unter", "jahre", "jahren", "anzahl"}
_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_LAST_WORD = re.compile(r"[_ ]?(z|n|faelle|fälle|alle|zaehler|zähler|nenner)$")
_BETWEEN = re.compile(
    r"(?<![a-zäöüß0-9])([0-9]{1,2})(?:\s*(?:bis unter|bis|-|–|to)\s*(?:u|unter)?\s*|_)"
    r"([0-9]{1,2})(?![0-9])"
)
_BELOW = re.compile(r"(?:\bunter[ _]?|(?<![a-zäöü])u[ _]?|below[ _])([0-9]{1,2})(?![0-9])")
_ABOVE = re.compile(
    r"(?:\bab |\bover[ _])([0-9]{2})(?![0-9])|([0-9]{2})\s*(?:und mehr|und älter|\+|plus)"
)
# who is looked for, and among whom
_TOGETHER = (
    (r"arbeitslos|unempl|\balg|\balo?\b|_alo?\b", r"erw|18_64|15_64|18 bis|15 bis|besch", 3.0),
    (r"alleinerz|kinderreich|haushalt|bedarfsgemein", r"haushalt|\bhh|_hh|familien", 3.0),
    (r"waehler|waehlend|wahlbeteil", r"wahlber", 4.0),
    (r"stimmen", r"gueltig", 4.0),
    (r"hze|hilfen? zur erz|inobhut|krise", r"u_?(18|21)|unter (18|21)|kind|jugend", 3.0),
    (r"u_?6|unter 6|3 bis|kita|krippe", r"u_?6|unter 6|3 bis|kinder", 2.0),
    (r"kita.*(lang|dauer|besuch|jahr)", r"schulanf|einschul|untersuch", 3.0),
    (r"sprach|seh|motor|adip|uebergewicht|impf", r"untersuch|schulanf|einschul|beobacht", 4.0),
    (r"gesundh|foerder|bedarf|auffaell|sozial_", r"untersuch|schulanf|beobacht|befragt", 3.0),
    (r"abschluss|abitur|uebergang|gymn|hauptsch", r"absolv|abgaeng|schueler|klasse", 4.0),
    (r"\barm\b|armut|kinderarm", r"kind|u_?(15|18)|unter (15|18)", 1.5),
    (r"mindestsich|sgb|grundsich", r"u_?(15|18)|unter (15|18)", 0.5),
)  # fmt: skip


def pairs_of(
    counts: Mapping[str, Column], shares: Mapping[str, Column], *, always: bool = False
) -> dict[str, tuple[Pair, ...]]:
    """Return numerator -> what it may be a part of, best first.

    Parameters
    ----------
    counts, shares : (n_areas,) columns of whole numbers and of shares, rows of sums left out; NaN
        where there is no number
    always : a part is nowhere larger than the whole; else in one row of a hundred at most
    """
    counts = dict(list(counts.items())[:_MOST_COUNTS])
    if len(counts) < 2:
        return {}
    table = np.column_stack(list(counts.values()))
    found: dict[str, list[Pair]] = {}
    for title, share in list(shares.items())[:_MOST_SHARES]:
        for a, b in _proofs(list(counts), table, share):
            found.setdefault(a, []).append(Pair(a, b, PROVED, title))
    for a in counts:
        proved = {p.denominator for p in found.get(a, [])}
        named = [p for p in _by_name(a, counts, table, always) if p.denominator not in proved]
        if named or a in found:
            ordered = sorted([*found.get(a, []), *named], key=lambda p: -p.score)
            once = {p.denominator: p for p in reversed(ordered)}
            found[a] = sorted(once.values(), key=lambda p: -p.score)
    return {a: tuple(pairs) for a, pairs in found.items()}


class ForeignBase(NamedTuple):
    """A count of another table: its label, title, what it counts, (n_areas,) values."""

    table: str
    title: str
    words: str
    values: Column


def foreign_pairs(
    parts: Mapping[str, Column], bases: Sequence[ForeignBase], words: Mapping[str, str]
) -> dict[str, tuple[Pair, ...]]:
    """Return numerator -> what it may be a part of in other tables, by name and size alone.

    Parameters
    ----------
    parts, bases : (n_areas,) counts of the same areas in the same order
    words : title of a part -> what it counts
    """
    table = np.column_stack([base.values for base in bases])
    found: dict[str, tuple[Pair, ...]] = {}
    for a, values in parts.items():
        fits, totals = _nowhere_smaller(values, table, always=False)
        scored = [
            (name_score(words[a], base.words) - _FOREIGN, total, base)
            for base, fit, total in zip(bases, fits, totals, strict=True)
            if fit
        ]
        found[a] = tuple(
            Pair(a, base.title, score - _smaller(total), table=base.table)
            for score, total, base in scored
            if score > _WORTH_FOREIGN
        )
    return {a: pairs for a, pairs in found.items() if pairs}


# --- proof ----------------------------------------------------------------------------------------


def _proofs(names: list[str], table: NDArray[np.float64], share: Column) -> list[tuple[str, str]]:
    """Return the pairs whose quotient is a delivered share, to its last digit."""
    there = np.isfinite(share)
    if there.sum() < _FEWEST_ROWS or len(np.unique(share[there])) < _FEWEST_VALUES:
        return []
    half = 0.5 * 10.0 ** -decimals_of(share[there])
    proved = []
    for unit in _UNITS:
        for i, j in _possible(table, share, there, half, unit):
            a, b = table[:, i], table[:, j]
            rows = there & np.isfinite(a) & np.isfinite(b) & (np.nan_to_num(b) > 0)
            if rows.sum() < _FEWEST_ROWS or len(np.unique(share[rows])) < _FEWEST_VALUES:
                continue
            off = np.abs(unit * a[rows] / b[rows] - share[rows])
            if np.mean(off <= half + 1e-6 * unit) >= _HOLDING:
                proved.append((names[i], names[j]))
    return proved


def _possible(
    table: NDArray[np.float64], share: Column, there: NDArray[np.bool_], half: float, unit: float
) -> list[tuple[int, int]]:
    """Return pairs whose total quotient lies between the smallest and the largest share."""
    sums = np.nansum(table[there], axis=0)
    full = np.isfinite(table[there]).all(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = unit * sums[:, None] / sums[None, :]
    low, high = share[there].min() - half, share[there].max() + half
    inside = (whole >= low) & (whole <= high)
    # where numbers are missing the totals prove nothing either way
    inside |= ~(full[:, None] & full[None, :]) & np.isfinite(whole)
    np.fill_diagonal(inside, val=False)
    return [(int(i), int(j)) for i, j in np.argwhere(inside)]


def decimals_of(values: Column) -> int:
    """Return how many decimals numbers are written with, at most 6."""
    return next((d for d in range(6) if np.allclose(values, np.round(values, d), atol=1e-9)), 6)


# --- name, age, size ------------------------------------------------------------------------------


def _by_name(
    a: str, counts: Mapping[str, Column], table: NDArray[np.float64], always: bool
) -> list[Pair]:
    """Return columns that are never smaller and that names speak for."""
    fits, theirs = _nowhere_smaller(counts[a], table, always=always)
    found, above = [], _named_before(a, list(counts))
    for b, fit, total in zip(counts, fits, theirs, strict=True):
        score = name_score(a, b) + _OF_IT * (b == above) if fit and a != b else 0.0
        if score > _WORTH:
            found.append(Pair(a, b, score - _smaller(total)))
    return found


def _named_before(title: str, titles: Sequence[str]) -> str:
    """Return the count of which "darunter …" is a part: the last one before it that is none.

    Examples
    --------
    >>> _named_before("darunter arm", ["alle", "unter 15", "darunter Mädchen", "darunter arm"])
    'unter 15'
    """
    if not _PART_OF_IT.search(title) or title not in titles:
        return ""
    before = titles[: titles.index(title)]
    return next((t for t in reversed(before) if not _PART_OF_IT.search(t)), "")


def _nowhere_smaller(
    part: Column, table: NDArray[np.float64], *, always: bool
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return which columns a count is nowhere (or hardly anywhere) larger than, and their sums."""
    own = part[:, None]
    rows = np.isfinite(own) & np.isfinite(table)
    many = rows.sum(axis=0)
    smaller = ((own > table) & rows).sum(axis=0) <= (0.0 if always else 0.01) * many
    mine, theirs = np.where(rows, own, 0.0).sum(axis=0), np.where(rows, table, 0.0).sum(axis=0)
    return smaller & (many >= 3) & (mine < theirs), theirs


def _smaller(total: float) -> float:
    """Return what a large total costs: of two as good the smaller one is the closer."""
    return 0.001 * float(np.log(total + 1))


@lru_cache(maxsize=100_000)
def name_score(a: str, b: str) -> float:
    """Return how much names alone speak for `a` being a part of `b`.

    Examples
    --------
    >>> base = ("Kinder unter 15", "Einwohner")
    >>> [name_score("SGB II unter 15", b) > 4 for b in base]
    [True, False]
    """
    low_a, low_b = _folded(a), _folded(b)
    score = 6.0 if _stem(a) == _stem(b) else 0.0
    score += 1.0 if _PEOPLE.search(b) else 0.0
    score += 1.2 if _EVERYBODY.match(b.strip()) else 0.0
    together = sum(
        worth
        for part, base, worth in _TOGETHER
        if re.search(part, low_a) and re.search(base, low_b)
    )
    score += together
    if ages(a) or not together:  # the unemployed are those from 15 to 65, said or not
        score += _age_score(ages(a), ages(b))
    score += _family_score(low_a, low_b)
    if _HOUSEHOLD.search(low_b) and not _HOUSEHOLD.search(low_a):
        score -= 2.5
    return score


def _folded(title: str) -> str:
    return title.casefold().translate(_LETTERS)


def _family_score(a: str, b: str) -> float:
    """Return what common words and beginnings say; a single word is the whole of its family."""
    shared = {w for w in _words(a) & _words(b) if len(w) > 3 and not w.isdigit()} - _EVERYWHERE
    score = 1.0 if shared else 0.0
    score += 1.5 if b in a and len(b) > 3 else 0.0
    common = _common(a, b)
    if common >= 4 and common >= 0.6 * len(re.split(r"[_ ]", a)[0]):
        score += 2.5 if len(_words(b)) > 1 else 4.0
    return score


def _age_score(part: frozenset[tuple[int, int]], base: frozenset[tuple[int, int]]) -> float:
    """Return what age groups say: no child of five is among those from 18 to 25."""
    if part and base:
        held = all(any(lo <= a and b <= hi for lo, hi in base) for a, b in part)
        return 4.0 if part & base else 0.5 if held else -5.0
    return -1.5 if base else 0.0


def _stem(title: str) -> str:
    return _LAST_WORD.sub("", title.casefold())


def _common(a: str, b: str) -> int:
    """Return how many letters two texts begin with alike."""
    pairs = zip(a, b, strict=False)
    return next((i for i, (x, y) in enumerate(pairs) if x != y), min(len(a), len(b)))


def _words(title: str) -> set[str]:
    return set(re.split(r"[^0-9a-z]+", title))


@lru_cache(maxsize=10_000)
def ages(title: str) -> frozenset[tuple[int, int]]:
    """Return the age groups a title names, as (from, below); 0 and 999 where it is open.

    Examples
    --------
    >>> ages("Kinder unter 15"), ages("sgb2_u15"), ages("3 bis unter 6"), ages("ab 65")
    (frozenset({(0, 15)}), frozenset({(0, 15)}), frozenset({(3, 6)}), frozenset({(65, 999)}))
    """
    text = title.casefold().replace("jahren", "").replace("jahre", "").replace("under", "unter")
    found = {(int(a), int(b)) for a, b in _BETWEEN.findall(text) if int(a) < int(b)}
    rest = _BETWEEN.sub(" ", text)
    found |= {(0, int(n)) for n in _BELOW.findall(rest)}
    return frozenset(found | {(int(a or b), 999) for a, b in _ABOVE.findall(rest)})
