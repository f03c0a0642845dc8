"""The one place where foreign text becomes part of a page, a script or a spreadsheet cell."""

from __future__ import annotations

import html
import json
import re
from typing import Any

# the wide signs are those of East Asian keyboards; blanks before them do not stop every programme
_FORMULA = re.compile(r"^(\s*[=+\-@＝＋－＠]|[\t\r\n])")
# a lone carriage return makes a terminal write over what stands in the line
_BREAKS = re.compile("[\r\u2028\u2029]")
_LINK = re.compile(r"https?://[^\s\"'<>\\^`{|}@]+", re.IGNORECASE)
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
    "\ud800-\udfff]"
)


def visible(text: object) -> str:
    r"""Return `text` without control characters and without marks that turn the reading direction.

    Examples
    --------
    >>> visible("Nord\u202eost\x00")
    'Nordost'
    """
    return _CONTROL.sub("", _BREAKS.sub(" ", str(text).replace("\r\n", "\n")))


def markup(text: object) -> str:
    """Return `text` as it may stand in HTML, between tags or in a quoted attribute.

    Examples
    --------
    >>> markup('<img src=x onerror="alert(1)">')
    '&lt;img src=x onerror=&quot;alert(1)&quot;&gt;'
    """
    return html.escape(visible(text), quote=True)


def script_json(value: Any) -> str:
    r"""Return `value` as JSON that cannot leave a ``<script>`` element.

    ``<``, ``>``, ``&`` and the two line separators of Unicode are written as escapes, so neither
    ``</script>`` nor ``<!--`` can stand in it. NaN is refused: write None.

    Examples
    --------
    >>> print(script_json({"name": "</script>"}))
    {"name":"\u003c/script\u003e"}
    """
    raw = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        raw = raw.replace(sign, f"\\u{ord(sign):04x}")
    return raw


def cell(text: object) -> str:
    """Return `text` so that no spreadsheet takes it for a formula.

    Examples
    --------
    >>> cell("=HYPERLINK(A1)"), cell("Am Wall"), cell("-")
    ("'=HYPERLINK(A1)", 'Am Wall', '-')
    """
    plain = visible(text)
    return f"'{plain}" if len(plain) > 1 and _FORMULA.match(plain) else plain


def markdown(text: object) -> str:
    r"""Return `text` as it may stand in a line of Markdown.

    Examples
    --------
    >>> print(markdown("a|b <script> [x](y)"))
    a\|b &lt;script&gt; \[x\](y)
    """
    plain = html.escape(visible(text).replace("\n", " "), quote=False)
    return re.sub(r"([\\`*_\[\]|])", r"\\\1", plain)


def safe_link(text: str) -> bool:
    """Tell whether a text is an address of the web that may be clicked.

    Examples
    --------
    >>> safe_link("https://musterstadt.example/ferien"), safe_link("javascript:alert(1)")
    (True, False)
    """
    return _LINK.fullmatch(text) is not None
