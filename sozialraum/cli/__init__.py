"""The command line: words in, results out, no logic."""

from __future__ import annotations


def main() -> None:
    """Run ``sozialraum``; loads typer only here."""
    import gc

    # One run makes many objects and throws few away: looking for cycles took a tenth of a build.
    gc.set_threshold(100_000, 50, 50)
    from sozialraum.cli.printing.german import speak_german

    speak_german()
    from sozialraum.cli.running import run

    try:
        run()
    finally:
        # The process ends and gives everything back: a last search for cycles took half a second.
        gc.freeze()
        gc.disable()
