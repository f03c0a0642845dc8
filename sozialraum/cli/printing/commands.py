"""Commands whose own words are German, where typer takes them from no catalogue."""

from __future__ import annotations

import re
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from sozialraum.texts import catalogue, text

# the error that any wrong word on the command line is; typer does not name it publicly
UsageError: type[Exception] = typer.BadParameter.__bases__[0]


class _German:
    """Usage line and help switch in German."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write the usage line."""
        pieces = " ".join(self.collect_usage_pieces(ctx))  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, pieces, prefix=text("cli.usage"))

    def get_help_option(self, ctx: Any) -> Any:
        """Return the help switch with its German help."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = text("cli.help.help")
        return option


class Command(_German, TyperCommand):
    """One command."""


class Group(_German, TyperGroup):
    """All commands."""


def in_german(message: str) -> str:
    """Return a message of typer in German, as far as ``texts/de/cli.toml`` knows it.

    Examples
    --------
    >>> in_german("No such option: --foo")
    'Unbekannter Schalter: --foo'
    """
    for entry in catalogue("cli")["words"]:
        literals = re.split(r"\{\w+(?:!r)?\}", entry["english"])
        if len(literals) > 1:
            gap = "(.+?)" if literals[-1] else "(.+)"
            german = re.sub(r"\{\w+(?:!r)?\}", r"\\1", entry["german"])
            message = re.sub(gap.join(map(re.escape, literals)), german, message)
    return message
