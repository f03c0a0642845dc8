"""How a town wants its papers: what the build file says of it, read and checked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sozialraum.model import Problem
from sozialraum.model.errors import ConfigError
from sozialraum.publish.design import LEAST_CONTRAST, Design, is_drawing, readable_on_white
from sozialraum.publish.papers.office_files import Kind, opens_as
from sozialraum.sources.paths import resolve
from sozialraum.texts import number, problem

if TYPE_CHECKING:
    from sozialraum.config import Plan


def design_of(plan: Plan) -> Design:
    """Return how the papers of a build look; logo and templates lie below the data folder.

    Raises
    ------
    ConfigError
        With everything that cannot be used: a heading nobody can read, a logo that is no drawing,
        a template that Word or PowerPoint would not open.
    """
    output = plan.output
    found = list(_problems(plan))
    if found:
        raise ConfigError(found)
    return Design(
        accent=output.accent,
        logo=None if output.logo is None else _read(plan, output.logo).decode("utf-8-sig"),
        lang=output.lang,
        basemap=output.basemap,
        docx=None if output.template_docx is None else _read(plan, output.template_docx),
        pptx=None if output.template_pptx is None else _read(plan, output.template_pptx),
    )


def _read(plan: Plan, written: str) -> bytes:
    return resolve(written, plan.root).read_bytes()


def _problems(plan: Plan) -> Iterator[Problem]:
    output, file = plan.output, plan.file.name
    if not readable_on_white(output.accent):
        yield problem(
            "pipeline.pale_accent", file=file, key="output.accent", found=output.accent,
            least=number(LEAST_CONTRAST, 1),
        )  # fmt: skip
    if output.logo is not None:
        yield from _wrong_logo(plan, output.logo)
    kinds: dict[str, Kind] = {"template_docx": "docx", "template_pptx": "pptx"}
    for key, kind in kinds.items():
        written = getattr(output, key)
        if written is not None:
            yield from _wrong_template(plan, f"output.{key}", written, kind)


def _wrong_logo(plan: Plan, written: str) -> Iterator[Problem]:
    try:
        drawn = is_drawing(_read(plan, written).decode("utf-8-sig"))
    except UnicodeDecodeError:
        drawn = False
    except ConfigError as error:
        yield from error.problems
        return
    if not drawn:
        yield problem(
            "pipeline.no_drawing", file=plan.file.name, key="output.logo", found=Path(written).name
        )


def _wrong_template(plan: Plan, key: str, written: str, kind: Kind) -> Iterator[Problem]:
    try:
        opens = opens_as(kind, _read(plan, written))
    except ConfigError as error:
        yield from error.problems
        return
    if not opens:
        yield problem(f"pipeline.no_{kind}", file=plan.file.name, key=key, found=Path(written).name)
