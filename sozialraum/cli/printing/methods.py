"""The catalogue of methods on the terminal."""

from __future__ import annotations

from pathlib import Path

from sozialraum.cli.terminal import print_json, print_table, records
from sozialraum.texts import text


def print_methods(*, as_json: bool) -> None:
    """List the catalogue of methods."""
    from sozialraum.index.recipes import methods_table

    table = methods_table()
    if as_json:
        print_json(records(table))
        return
    columns = [text("cli.methods.name"), *(text(f"cli.methods.{c}") for c in table.columns)]
    print_table(
        columns,
        [[str(n), *map(str, row)] for n, row in zip(table.index, table.to_numpy(), strict=True)],
    )


def print_method(name: str, *, as_json: bool) -> None:
    """Explain one method."""
    from sozialraum.config.recipe_file import is_own
    from sozialraum.index.recipes import explain_recipe, read_recipe

    place = Path(name) if is_own(name) else Path()
    name = place.name or name
    if as_json:
        recipe = read_recipe(name, folder=place.parent)
        print_json(
            {
                "name": recipe.name,
                "title": recipe.title,
                "evidence": recipe.evidence,
                "source": recipe.source,
                "paragraph": recipe.paragraph,
                "defaults": recipe.defaults,
            }
        )
        return
    print(explain_recipe(name, folder=place.parent))


def print_doors(*, as_json: bool) -> None:
    """List every public name, section and verb, with the page that explains it."""
    from dataclasses import asdict

    from sozialraum.manual.doors import doors

    rows = [asdict(door) for door in doors()]
    if as_json:
        print_json(rows)
        return
    shown = ("name", "section", "verb", "page", "since")
    heads = [text(f"cli.doors.{column}") for column in shown]
    title = text("cli.doors.title", count=len(rows))
    print_table(heads, [[row[column] for column in shown] for row in rows], title=title)
