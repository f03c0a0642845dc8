"""The command line's own words in German.

typer takes its words ("Options", "Missing argument") through `gettext.gettext`, for which it ships
no German catalogue. `speak_german` puts our catalogue in front of it; it must run before typer is
imported.
"""

from __future__ import annotations

import gettext

from sozialraum.texts import catalogue


def speak_german() -> None:
    """Answer typer's message look-ups from ``texts/de/cli.toml``, table ``[words]``."""
    words: dict[str, str] = {e["english"]: e["german"] for e in catalogue("cli")["words"]}
    original = gettext.gettext
    gettext.gettext = lambda message: words.get(message) or original(message)
