"""Keys that two files write differently: with a part before or behind, as names, as ARS.

Only what the build file states is done; a key that is one of the areas already stays as it is, so
that one table may hold both.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sozialraum.model import Problem
from sozialraum.texts import problem

_ARS = re.compile(r"[0-9]{12}")
_CITY = re.compile(
    r",\s*(?:kreisfreie |große |universitäts|hanse|landeshaupt|freie )?\s*(?:haupt)?stadt.*$"
)
_BETWEEN = re.compile(r"[\W_]+")
_CODE = r"(?P<code>[0-9][0-9A-Za-z]*(?:[./][0-9]+)*|[A-Z]{1,3}[0-9]+)"
_CODE_FIRST = re.compile(
    rf"(?P<word>[^\W\d_]+(?:[- ][^\W\d_]+)?\s+)?{_CODE}(?:\s*[-–—:,;|/]\s*|\.?\s+)"
    r"(?P<name>[^\W\d].*)"
)
_CODE_LAST = re.compile(rf"(?P<name>[^\W\d].*?)\s*[(\[]\s*(?:Nr\.?\s*)?{_CODE}\s*[)\]]")


@dataclass(frozen=True)
class Translation:
    """How keys of a table become keys of areas.

    Parameters
    ----------
    prefix, suffix : what is put around a key
    ars : keys are Regionalschlüssel of twelve digits; digits 1 to 5 and 10 to 12 are the AGS
    names : folded name (`folded_name`) -> key, where a table says names
    twice : folded names that several areas have
    aliases : other words for areas -> key
    part : keys stand in one cell with names: "11 Aegidii", "Stadtbezirk 112 – Altstadt"
    known : keys of the areas; None = unknown, as before a reform
    """

    prefix: str = ""
    suffix: str = ""
    ars: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    twice: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=dict)
    part: bool = False
    known: frozenset[str] | None = None

    def key_of(self, key: str) -> str:
        """Return the key of the area; what has none stays as it is.

        Examples
        --------
        >>> around = Translation(prefix="04011", known=frozenset({"04011111", "04011112"}))
        >>> [around.key_of(k) for k in ("111", "04011112", "Stadt gesamt")]
        ['04011111', '04011112', 'Stadt gesamt']
        """
        if not key or (self.known is not None and key in self.known and not self.names):
            return key
        if key in self.aliases:
            return self.aliases[key]
        if self.part:
            return self._of_part(key)
        if self.names:
            return self.names.get(folded_name(key), key)
        made = key[:5] + key[9:] if self.ars and _ARS.fullmatch(key) else key
        made = f"{self.prefix}{made}{self.suffix}"
        return made if self.known is None or made in self.known else key

    def _of_part(self, cell: str) -> str:
        """Return the one area whose key a cell holds; its name counts where keys are no codes."""
        parts = cell_parts(cell)
        if self.known is None or parts is None:
            return cell
        by_name = self.names.get(folded_name(parts.name), "")
        if not all(key[:1].isdigit() for key in self.known):
            return by_name or cell
        lengths = {len(key) for key in self.known}
        padded = parts.code.zfill(lengths.pop()) if len(lengths) == 1 else parts.code
        tried = (parts.code, padded, f"{self.prefix}{parts.code}{self.suffix}")
        by_key = next((key for key in tried if key in self.known), "")
        return cell if by_name not in ("", by_key) else by_key or cell

    def made(self, keys: Iterable[str]) -> dict[str, str]:
        """Return key -> key of the area, of all keys of one column."""
        made = {key: self.key_of(key) for key in dict.fromkeys(keys)}
        return _of_one_form(made) if self.part else made

    def keys_of(
        self, keys: Sequence[str], file: str, column: str
    ) -> tuple[list[str], list[Problem]]:
        """Return the keys of the areas, and what was done in words."""
        made = self.made(keys)
        changed = [key for key in made if made[key] != key]
        where = {"file": file, "column": column}
        problems = [
            problem("sources.name_of_several", **where, found=key)  # type: ignore[arg-type]
            for key in made
            if folded_name(key) in self.twice and key not in self.aliases
        ]
        if changed:
            shown = {"before": changed[0], "after": made[changed[0]], "n": len(changed)}
            problems.append(problem("sources.keys_translated", "note", **where, **shown))
        return [made[key] for key in keys], problems


class CellParts(NamedTuple):
    """Word, code and name that stand in one cell: "Stadtbezirk", "112", "Altstadt"."""

    word: str
    code: str
    name: str


def cell_parts(cell: str) -> CellParts | None:
    """Return code and name of a cell that holds both; None for any other.

    Examples
    --------
    >>> cell_parts("11 Aegidii"), cell_parts("Altstadt (112)")
    (CellParts(word='', code='11', name='Aegidii'), CellParts(word='', code='112', name='Altstadt'))
    >>> cell_parts("Stadtbezirk 112 – Altstadt-Ring"), cell_parts("Gaarden-Ost")
    (CellParts(word='Stadtbezirk', code='112', name='Altstadt-Ring'), None)
    """
    found = _CODE_FIRST.fullmatch(cell.strip())
    if found:
        return CellParts((found["word"] or "").strip(), found["code"], found["name"])
    found = _CODE_LAST.fullmatch(cell.strip())
    return CellParts("", found["code"], found["name"]) if found else None


def _of_one_form(made: Mapping[str, str]) -> dict[str, str]:
    """Return keys as translated, where the cell has the form of most; a level above has another.

    "Stadtteil 1 – Mitte" is not the "Stadtbezirk 111 – Mitte" below it.
    """
    forms = {
        cell: parts.word.casefold()
        for cell, area in made.items()
        if area != cell
        for parts in [cell_parts(cell)]
        if parts is not None
    }
    often = Counter(forms.values())
    most = max(often, key=lambda word: (often[word], word), default="")
    return {cell: area if forms.get(cell, most) == most else cell for cell, area in made.items()}


def folded_name(name: str) -> str:
    """Return a name without case, hyphens, blanks and ", Stadt".

    Examples
    --------
    >>> folded_name("Kempten (Allgäu), Stadt"), folded_name("Alt-Stadt  Nord")
    ('kemptenallgäu', 'altstadtnord')
    """
    return _BETWEEN.sub("", _CITY.sub("", name.casefold()))


def names_of_areas(names: Mapping[str, str]) -> tuple[dict[str, str], frozenset[str]]:
    """Return folded name -> key, and the names that several areas have.

    Parameters
    ----------
    names : key -> name

    Examples
    --------
    >>> names_of_areas({"01": "Nord", "02": "Süd", "03": "süd"})
    ({'nord': '01'}, frozenset({'süd'}))
    """
    often = Counter(folded_name(name) for name in names.values())
    twice = frozenset(name for name, n in often.items() if n > 1)
    single = {folded_name(name): key for key, name in names.items()}
    return {name: key for name, key in single.items() if name not in twice}, twice


def proposed_affix(foreign: Sequence[str], areas: Sequence[str]) -> tuple[str, str, str]:
    """Return prefix, suffix and the side ("table" or "areas") on which they are missing.

    All keys must agree in them, and lead to different areas; ("", "", "") where they do not.

    Examples
    --------
    >>> proposed_affix(["111", "112"], ["04011111", "04011112", "04011113"])
    ('04011', '', 'table')
    >>> proposed_affix(["04011111", "04011112"], ["111", "112"])
    ('04011', '', 'areas')
    """
    for short, long, side in ((foreign, areas, "table"), (areas, foreign, "areas")):
        found = _affix(short, long) if side == "table" else _affix(short, long, part=True)
        if found is not None:
            return (*found, side)
    return "", "", ""


def _affix(
    short: Sequence[str], long: Sequence[str], *, part: bool = False
) -> tuple[str, str] | None:
    """Return what stands around nearly all of the short keys in the long ones.

    Parameters
    ----------
    part : the short keys are those of the areas, of which a table may lack some
    """
    fits: Counter[tuple[str, str]] = Counter()
    wanted = set(long)
    for key in list(short)[:50]:
        for other in wanted:
            ends = range(len(key), len(other) + 1) if len(other) > len(key) else ()
            fits.update(
                (other[: end - len(key)], other[end:])
                for end in ends
                if other.endswith(key, 0, end)
            )
    for (before, behind), _ in fits.most_common(3):
        hits = sum(f"{before}{key}{behind}" in wanted for key in set(short))
        of = len(wanted) if part else len(set(short))
        if hits >= 2 and hits >= 0.9 * of:
            return before, behind
    return None


def affix_keys(prefix: str, suffix: str) -> str:
    """Return the keys of the build file that state an affix.

    Examples
    --------
    >>> affix_keys("04011", ""), affix_keys("", "-1")
    ('prefix = "04011"', 'suffix = "-1"')
    """
    stated = {"prefix": prefix, "suffix": suffix}
    return ", ".join(f'{key} = "{affix}"' for key, affix in stated.items() if affix)
