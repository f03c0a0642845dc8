"""Where the head of a table is, how its columns are called, and which rows below are areas.

German tables carry title rows, heads of two or three lines with merged cells, a row "Stadt gesamt"
and "Quelle: …" at the foot. The row that holds the name of the key column is the anchor for all of
it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sozialraum.model.keys import plain_text
from sozialraum.sources.tabular.cells import SIGNS, is_sign, looks_like_number, tidy
from sozialraum.sources.tabular.shared_titles import behind_title

Row = Sequence[object]

_TOTAL = re.compile(
    r"\b(insgesamt|gesamt|gesamtstadt|stadtgesamt|gesamtergebnis|teilergebnis|zwischensumme|summe|zusammen|total|gesamtsumme)\b",
    re.I,
)
_FOOT = re.compile(
    r"^(quellen?|anmerkung(en)?|hinweise?|stand|zeichenerkl|legende|erl[äa]uterung|datenstand"
    r"|datenquelle|fu[ßs]+note"
    r"|©|\(c\)|\*+\)?\s|\d\)|[-–./x…]\s*=)",
    re.I,
)
_SEARCHED_ROWS = 40
DIGITS = r"[0-9]+"


@dataclass(frozen=True)
class Header:
    """The head of a table.

    Parameters
    ----------
    first, last : rows of the head, from 0
    names : per column the name in the row of the key column, or below it
    paths : per column all lines of the head from top to bottom, "Einwohner insgesamt"
    lines : the lines of the head as they stand
    titled : as `paths`, with the title of the sheet where it stands right above
    """

    first: int
    last: int
    names: tuple[str, ...]
    paths: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...] = ()
    titled: tuple[str, ...] = ()

    def find(self, name: str) -> list[int]:
        """Return the columns called `name`: exactly, else without regard to case.

        A short name that several columns have may be the whole name of one of them.
        """
        wanted = tidy_name(name)
        several: list[int] = []
        for line in (self.names, self.paths, self.titled, *self.lines):
            exact = [i for i, n in enumerate(line) if n == wanted]
            if len(exact) == 1:
                return exact
            several = several or exact
        if several:
            return several
        folded = wanted.casefold()
        columns = zip(self.names, self.paths, strict=True)
        alike = [i for i, pair in enumerate(columns) if folded in {p.casefold() for p in pair}]
        return alike or behind_title(self.paths, wanted)

    def place_of(self, key: str | int) -> int:
        """Return the column of the keys: by its name, or by its number from 1."""
        return key - 1 if isinstance(key, int) else self.find(key)[0]

    def title_of(self, place: int) -> str:
        """Return what a column is called in messages."""
        return self.names[place] or f"{place + 1}. Spalte"

    def near(self, name: str) -> str:
        """Return the names closest to one that was not found, for a message."""
        return close_names(name, [n for n in (*self.names, *self.paths) if n])

    def titles(self) -> list[str]:
        """Return a title per column: the short name where it is unique, else the whole path."""
        return [
            name if self.names.count(name) == 1 else path
            for name, path in zip(self.names, self.paths, strict=True)
        ]


def tidy_name(cell: object) -> str:
    r"""Return a head cell in one line, without soft hyphens and line breaks inside words.

    Examples
    --------
    >>> tidy_name("Ein-\nwohner"), tidy_name("18/19\nZüge"), tidy_name(2018.0)
    ('Einwohner', '18/19 Züge', '2018')
    """
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = plain_text(str("" if cell is None else cell))
    text = text.replace("\u00ad", "").replace("\ufeff", "")
    return tidy(re.sub(r"-\s*\n\s*(?=[a-zäöüß])", "", text))


def close_names(name: str, known: Sequence[str]) -> str:
    """Return up to three names close to `name`, or the first ten known ones.

    Examples
    --------
    >>> close_names("einwoner", ["Schlüssel", "Einwohner"])
    'Einwohner'
    """
    folded = {k.casefold(): k for k in known}
    near = difflib.get_close_matches(name.casefold(), folded, n=3, cutoff=0.6)
    return ", ".join(folded[n] for n in near) or ", ".join(dict.fromkeys(known[:10])) or "–"


def find_header(rows: Sequence[Row], key: str) -> Header | None:
    """Return the head of a table, or None where no cell holds the name of the key column.

    A key among numbers, "09761001" in the row of its area, is no name of a column.

    Examples
    --------
    >>> head = [["Bevölkerung"], ["Nr.", "Einwohner", ""], ["", "alle", "unter 15"]]
    >>> find_header([*head, ["01", "7", "2"]], "Nr.").paths
    ('Nr.', 'Einwohner alle', 'Einwohner unter 15')
    """
    wanted = tidy_name(key)
    for test in (lambda name: name == wanted, lambda name: name.casefold() == wanted.casefold()):
        for i, row in enumerate(rows[:_SEARCHED_ROWS]):
            for j, cell in enumerate(row):
                if test(tidy_name(cell)) and not _is_row_of(row, j):
                    return _header(rows, i, j)
    for i, row in enumerate(rows[:_SEARCHED_ROWS]):
        for j in behind_title([tidy_name(cell) for cell in row], wanted):
            if not _is_row_of(row, j):
                return _header(rows, i, j)
    return None


def _is_row_of(row: Row, key: int) -> bool:
    """Tell whether a cell is the key of an area: digits, with numbers beside it."""
    others = (cell for j, cell in enumerate(row) if j != key)
    return is_value(row[key]) and any(map(is_value, others))


def _header(rows: Sequence[Row], anchor: int, key: int) -> Header:
    first = anchor
    while first > 0 and anchor - first < 2 and _is_group_row(rows[first - 1], key):
        first -= 1
    last = anchor
    while last + 1 < len(rows) and last - anchor < 3 and _continues_head(rows, last + 1, key):
        last += 1
    titled = first
    while first < anchor and _is_title(rows[first], rows[anchor], key):
        first += 1
    own = tidy_name(rows[anchor][key])
    bottom = last
    last += _is_line_of_numbers(rows, last + 1, key)
    found = header_of_lines(rows, first, bottom, last, own=(key, own))
    if titled == first:
        return found
    return replace(found, titled=header_of_lines(rows, titled, bottom, last, own=(key, own)).paths)


def header_of_lines(
    rows: Sequence[Row], first: int, bottom: int, last: int, own: tuple[int, str] | None = None
) -> Header:
    """Return the head of some lines.

    Parameters
    ----------
    first, bottom : its lines, both part of it
    last : last row before the data
    own : column of the keys and its name, where it has one
    """
    width = max(len(row) for row in rows[first : bottom + 1])
    lines = [
        [tidy_name(c) for c in row] + [""] * (width - len(row)) for row in rows[first : bottom + 1]
    ]
    names, paths = zip(*(_column_name(lines, j) for j in range(width)), strict=True)
    if own is not None:
        key, title = own
        names, paths = (
            tuple(title if j == key else n for j, n in enumerate(part)) for part in (names, paths)
        )
    return Header(first, last, names, paths, lines=tuple(map(tuple, lines)))


def _is_title(row: Row, anchor: Row, key: int) -> bool:
    """Tell whether a line is the title of the sheet: one cell that would name every column."""
    filled = [j for j, cell in enumerate(row) if tidy(cell)]
    named = [j for j, cell in enumerate(anchor) if tidy(cell) and j != key]
    return len(filled) == 1 and len(named) > 1 and filled[0] <= min(named)


def _column_name(lines: list[list[str]], column: int) -> tuple[str, str]:
    """Return the lowest filled head cell of a column and the path of all of them.

    An upper cell reaches to the right over empty ones, as merged cells do, as long as there is a
    lower line.
    """
    parts = []
    for depth, line in enumerate(lines):
        part = line[column]
        below = any(lower[column] for lower in lines[depth + 1 :])
        if not part and below:
            part = _merged_from_left(lines, depth, column)
        if part and parts[-1:] != [part]:
            parts.append(part)
    return (parts[-1] if parts else ""), " ".join(parts)


def _merged_from_left(lines: list[list[str]], depth: int, column: int) -> str:
    line = lines[depth]
    for left in range(column - 1, -1, -1):
        if line[left]:
            # the cell on the left spans only if it has something below itself
            spans = any(lower[left] for lower in lines[depth + 1 :])
            return line[left] if spans else ""
    return ""


def _is_group_row(row: Row, key: int) -> bool:
    """Tell whether a row above the head groups columns; a title stands alone at the left."""
    filled = [j for j, cell in enumerate(row) if tidy(cell)]
    words = all(not is_value(row[j]) for j in filled)
    return words and bool(filled) and filled != [0] and min(filled) > 0 and key not in filled


def _continues_head(rows: Sequence[Row], index: int, key: int) -> bool:
    """Tell whether a row below the anchor still belongs to the head.

    Either the key cell is empty and there are only words; or the row is words where the next rows
    have numbers.
    """
    row = rows[index]
    filled = [j for j, cell in enumerate(row) if tidy(cell)]
    if len(filled) < 2 or any(is_value(row[j]) for j in filled):
        return False
    if key >= len(row) or not tidy(row[key]):
        return not _TOTAL.search(tidy(row[filled[0]])) or index + 1 < len(rows)
    below = rows[index + 1 : index + 6]
    numeric = sum(_mostly_numbers([r[j] for r in below if j < len(r)]) for j in filled)
    return 2 * numeric > len(filled)


def is_value(cell: object) -> bool:
    """Tell whether a cell holds a number or a statistics sign; a year is a name."""
    return (looks_like_number(cell) and not _is_year(cell)) or is_sign(tidy(cell))


def _is_year(cell: object) -> bool:
    """Tell whether a head cell is a year: 2019 in a head is a name."""
    return bool(re.fullmatch(r"(19|20)\d\d(\.0)?", tidy(cell)))


def _is_line_of_numbers(rows: Sequence[Row], index: int, key: int) -> bool:
    """Tell whether a line numbers the columns: the key below it looks otherwise than its own.

    An area 1 with 2 children of whom 3 … above an area 2 is no such line.
    """
    if index + 1 >= len(rows) or not numbers_columns(rows[index], rows[index + 1 : index + 2]):
        return False
    own, below = (tidy_name(row[key]) if key < len(row) else "" for row in rows[index : index + 2])
    return own.strip("() ") == str(key + 1) and bool(below) and len(below) > len(own)


def numbers_columns(row: Row, below: Sequence[Row]) -> bool:
    """Tell whether a line is 1, 2, 3 …, in brackets or not, one per column.

    Parameters
    ----------
    below : the line below it, if there is one

    Examples
    --------
    >>> numbers_columns(["1", "2", "3"], [["01", 7, 2]]), numbers_columns(["1", "7", "2"], [])
    (True, False)
    """
    filled = [str(tidy_name(c)).strip("() ") for c in row if tidy(c)]
    if len(filled) < 2 or not all(c.isdecimal() for c in filled):
        return False
    numbers = [int(c) for c in filled]
    more = not below or sum(bool(tidy(c)) for c in below[0]) <= len(filled) + 1
    return (
        more and numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] <= 2
    )


def _mostly_numbers(cells: Sequence[object]) -> bool:
    filled = [c for c in cells if tidy(c)]
    return bool(filled) and 2 * sum(map(looks_like_number, filled)) > len(filled)


def is_total_word(cell: object) -> bool:
    """Tell whether a cell names a sum: "Stadt gesamt", "Summe"; a "Gesamtschule" is none.

    Examples
    --------
    >>> [is_total_word(c) for c in ("Stadt gesamt", "Gesamtschule Nord", "Summe:")]
    [True, False, True]
    """
    return isinstance(cell, str) and not cell.isdecimal() and bool(_TOTAL.search(cell))


def is_footnote(row: Row, key: int, pattern: re.Pattern[str]) -> bool:
    """Tell whether a row is a remark: words only, and no key that looks like the others.

    Parameters
    ----------
    row : tidy cells
    key : position of the key column
    pattern : form of the keys of this table
    """
    filled = [j for j, cell in enumerate(row) if cell != ""]
    if any(is_value(row[j]) for j in filled if j != key):
        return False
    head = str(row[filled[0]])
    # a sign in the key column is the legend of the signs: "–;nichts vorhanden"
    if _FOOT.match(head) or (head in SIGNS and len(filled) > 1):
        return True
    own = str(row[key]) if key < len(row) else ""
    return len(filled) == 1 and not pattern.fullmatch(own)


def key_pattern(keys: Sequence[str]) -> re.Pattern[str]:
    """Return the form most keys have: digits, letters and digits, or any text.

    Examples
    --------
    >>> key_pattern(["0101", "0102", "Stadt gesamt"]).pattern
    '[0-9]+'
    """
    forms = (DIGITS, r"[0-9]+(?:[ ./-][0-9]+)*", r"[A-Za-z]{0,4}[ ./-]?[0-9]+[A-Za-z]?")
    filled = [k for k in keys if k and not is_total_word(k) and not _FOOT.match(k)]
    for form in forms:
        if sum(bool(re.fullmatch(form, k)) for k in filled) >= 0.8 * len(filled):
            return re.compile(form)
    return re.compile(r"(?s).+")
