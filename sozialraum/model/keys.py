"""Keys of areas: text with leading zeros, never numbers.

A German area key is a string of digits of fixed width (AGS 8, ARS 12, Planungsraum 8, …). Excel and
pandas drop leading zeros; `restore_key` puts them back only where the width is declared and says
that it did.
"""

from __future__ import annotations

import re
import unicodedata

_NUMBER_WITH_ZERO_FRACTION = re.compile(r"^(\d+)[.,]0+$")
_AGS_LANDS = {f"{n:02d}" for n in range(1, 17)}


def plain_text(raw: str) -> str:
    """Return text whose umlauts are one character each: a Mac writes "ä" as "a" with two dots.

    Examples
    --------
    >>> len("Go\u0308ggingen"), len(plain_text("Go\u0308ggingen"))
    (10, 9)
    """
    return unicodedata.normalize("NFC", raw)


def clean_key(raw: object) -> str:
    """Return a cell as key text: blanks trimmed, ``"12.0"`` and ``12.0`` become ``"12"``.

    Examples
    --------
    >>> clean_key(9761001.0), clean_key(" 0110 "), clean_key("7.0")
    ('9761001', '0110', '7')
    """
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    text = plain_text(str(raw).strip().replace("\u00a0", ""))
    match = _NUMBER_WITH_ZERO_FRACTION.match(text)
    return match.group(1) if match else text


def restore_key(key: str, width: int) -> str:
    """Pad a key of digits with the leading zeros that were lost.

    Parameters
    ----------
    key : cleaned key
    width : declared number of characters

    Examples
    --------
    >>> restore_key("9761001", 8), restore_key("09761001", 8), restore_key("A1", 4)
    ('09761001', '09761001', 'A1')
    """
    return key.zfill(width) if key.isdigit() and len(key) < width else key


DISTRICT = 5  # digits of the key of a Kreis


def is_regional_key(key: str) -> bool:
    """Tell whether `key` can be that of a Gemeinde (8 digits) or of a Kreis (5).

    Examples
    --------
    >>> is_regional_key("09463000"), is_regional_key("09473"), is_regional_key("9473")
    (True, True, False)
    """
    return is_ags(f"{key}000" if len(key) == DISTRICT else key)


def is_ags(key: str) -> bool:
    """Tell whether `key` can be an Amtlicher Gemeindeschlüssel (8 digits, Land 01 to 16).

    Examples
    --------
    >>> is_ags("09761000"), is_ags("9761000"), is_ags("09999000")
    (True, False, True)
    """
    return len(key) == 8 and key.isdigit() and key[:2] in _AGS_LANDS
