"""Pages of the handbook: a name, a title, what it is about, and its Markdown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

_HEAD = re.compile(r"---\n(.*?)\n---\n", re.DOTALL)
_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Page:
    """One page of the handbook.

    Parameters
    ----------
    name : of its file, without number and ending; its anchor in the document
    title : heading
    about : what the page explains: verbs as ``sozialraum check``, sections of a build file as
        ``[join]``, of a plan file as ``plan [locate]``, of a participation file as ``teilnahme
        [records]``, outputs as ``output karte``, recipes as ``recipe townsend``, public names as
        ``sr.index.fit_scale``
    body : Markdown below the heading
    """

    name: str
    title: str
    about: tuple[str, ...]
    body: str

    def fences(self) -> list[tuple[str, str]]:
        """Return the fenced blocks of the page: what each is, and its text."""
        return [(m["info"].strip(), m["body"]) for m in _FENCE.finditer(self.body)]


@cache
def read_pages(lang: str = "de") -> tuple[Page, ...]:
    """Return the written pages in their order.

    Parameters
    ----------
    lang : "de" for the handbook, "en" for what follows the names in the reference
    """
    folder = resources.files("sozialraum.manual").joinpath(lang)
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".md")), key=lambda f: f.name)
    return tuple(_page(f.name, f.read_text(encoding="utf-8")) for f in files)


def _page(file: str, raw: str) -> Page:
    """Read one file: front matter of ``title`` and ``about``, then Markdown."""
    plain = raw.replace("\r\n", "\n")
    head = _HEAD.match(plain)
    if head is None:
        message = f"{file} has no front matter"
        raise ValueError(message)
    facts = dict(line.split(": ", 1) for line in head[1].splitlines())
    about = tuple(part.strip() for part in facts.get("about", "").split(", ") if part)
    name = file.removesuffix(".md").partition("_")[2]
    return Page(name=name, title=facts["title"], about=about, body=plain[head.end() :])
