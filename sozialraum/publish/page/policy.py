"""The Content-Security-Policy of a page: nothing from outside, only its own scripts and styles."""

from __future__ import annotations

import base64
import hashlib
import re

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def policy(html: str, images_from: tuple[str, ...] = ()) -> str:
    """Return the Content-Security-Policy for a page: only its own scripts and styles, by hash.

    Examples
    --------
    >>> policy("<script>1</script>")[:60]
    '<meta http-equiv="Content-Security-Policy" content="default-'
    """
    scripts = " ".join(sorted({_hash(code) for code in _SCRIPT.findall(html)})) or "'none'"
    styles = " ".join(sorted({_hash(code) for code in _STYLE.findall(html)})) or "'none'"
    images = " ".join(["data:", *images_from])
    rules = (
        f"default-src 'none'; script-src {scripts}; style-src {styles}; img-src {images}; "
        "base-uri 'none'; form-action 'none'"
    )
    return f'<meta http-equiv="Content-Security-Policy" content="{rules}">'


def _hash(code: str) -> str:
    digest = hashlib.sha256(code.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
