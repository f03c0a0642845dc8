"""Parts of the handbook that are made from the programme: methods, changes, examples, all words."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

from sozialraum.manual.markdown import slug
from sozialraum.manual.pages import Page
from sozialraum.publish.escape import markdown
from sozialraum.texts import catalogue, text

# how an entry of `about` begins, and the group it belongs to; what is left over is a public name
_KINDS = {
    "sozialraum ": "verbs",
    "output ": "output",
    "recipe ": "recipe",
    "plan [": "plan",
    "teilnahme [": "teilnahme",
    "[": "build",
}


def recipe_table() -> str:
    """Return the catalogue of methods as a Markdown table, each with an anchor of its own."""
    from sozialraum.index.recipes import methods_table

    columns = ("name", "title", "evidence", "agreement", "date")
    head = " | ".join(text(f"manual.recipes.{c}") for c in columns)
    lines = [f"| {head} |", "|---|---|---|---|---|"]
    for name, row in methods_table().iterrows():
        anchor = f'<span id="methoden.recipe-{slug(str(name))}"></span>`{name}`'
        cells = (markdown(row[c]) or "–" for c in columns[1:])
        lines.append(f"| {anchor} | {' | '.join(cells)} |")
    return "\n".join(lines)


def changes_text() -> str:
    """Return what changed from version to version, its headings two levels lower."""
    file = resources.files("sozialraum").joinpath("CHANGES.md")
    lines = file.read_text(encoding="utf-8").splitlines()
    return "\n".join(f"#{line}" if line.startswith("##") else line for line in lines[1:])


def spec_text(chapter: str) -> str:
    """Return the examples of a chapter, as the tests wrote them with the real output."""
    file = resources.files("sozialraum.manual").joinpath("spec", f"{chapter}.md")
    return file.read_text(encoding="utf-8")


def notebook_text(name: str) -> str:
    """Return a notebook with what it showed when it was last run."""
    file = resources.files("sozialraum.manual").joinpath("notebooks", f"{name}.md")
    lines = file.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("<!-- "))


def group_of(entry: str) -> str:
    """Return the group of an entry of ``about``.

    Examples
    --------
    >>> group_of("sozialraum check"), group_of("plan [gap]"), group_of("sr.index.fit_scale")
    ('verbs', 'plan', 'names')
    """
    return next((kind for start, kind in _KINDS.items() if entry.startswith(start)), "names")


def index_page(pages: Sequence[Page]) -> Page:
    """Return the page of all entries, each with a link to the page that explains it."""
    entries = [(entry, page) for page in pages for entry in page.about]
    parts = [text("manual.index_intro")]
    for kind, heading in catalogue("manual")["index_kinds"].items():
        listed = sorted((e, p.name, p.title) for e, p in entries if group_of(e) == kind)
        links = " · ".join(f"[`{_short(e)}`]({name}.md)" for e, name, _ in listed)
        parts += [f"## {heading}", links]
    return Page(name="stichworte", title=text("manual.index"), about=(), body="\n\n".join(parts))


def _short(entry: str) -> str:
    """Return an entry as people type it."""
    start = next((s for s in _KINDS if entry.startswith(s)), "")
    return entry if start.endswith("[") or start == "sozialraum " else entry.removeprefix(start)
