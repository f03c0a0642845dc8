"""The data of a page as they stand in it: readable, or packed where there are very many areas.

Below some thousand areas plain JSON is worth its bytes: it can be read and searched by anyone who
checks what a page gives away. Above, numbers per area stand outside the JSON (see
`sozialraum.publish.page.columns`), and all of it is deflated.
"""

from __future__ import annotations

import base64
import zlib
from typing import Any

from sozialraum.publish.escape import script_json
from sozialraum.publish.page.columns import outside
from sozialraum.publish.page.modules import joined

COMPRESSED_FROM = 2000  # areas


def page_script(entry: str, n: int) -> str:
    """Return the script of a page of `n` areas; what reads packed data is part of it where needed.

    Parameters
    ----------
    entry : module that is started
    n : areas, as many as ``keys`` in its data
    """
    return joined("karte", *(["many.js"] if n >= COMPRESSED_FROM else []), entry)


def data_block(data: dict[str, Any]) -> str:
    """Return a script element that holds `data` and runs nothing.

    Parameters
    ----------
    data : plain values; ``keys`` has one entry per area

    Returns
    -------
    JSON; of `COMPRESSED_FROM` areas or more, deflated and in base64: the bytes of a JSON text (how
    many, in the first four, lowest first), that text, and the columns it speaks of.
    """
    if len(data["keys"]) < COMPRESSED_FROM:
        return f'<script type="application/json" id="daten">{script_json(data)}</script>'
    rest, columns, numbers = outside(data)
    told = script_json({"data": rest, "columns": columns}).encode("utf-8")
    content = len(told).to_bytes(4, "little") + told + numbers
    packed = base64.b64encode(zlib.compress(content, level=9)).decode("ascii")
    return f'<script type="application/octet-stream" id="daten">{packed}</script>'
