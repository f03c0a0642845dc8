"""``verify``: do inputs and outputs still match the manifest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from sozialraum.model import Problem
from sozialraum.model.errors import DataError
from sozialraum.publish.folder import recovered
from sozialraum.publish.manifest import sha256
from sozialraum.texts import problem
from sozialraum.workflows.error_boundary import own_errors

MANIFEST = "manifest.json"


@own_errors
def verify_folder(
    folder: str | Path, *, data: str | Path | None = None
) -> tuple[int, list[Problem]]:
    """Compare every file with the hash in the manifest.

    Parameters
    ----------
    folder : result folder
    data : folder below which the input files lie; without it only the outputs are compared

    Returns
    -------
    Number of files compared, and what was found.

    Raises
    ------
    DataError
        If there is no manifest.
    """
    place = recovered(Path(folder))
    if not (place / MANIFEST).is_file():
        raise DataError(problem("pipeline.no_result", folder=place.name))
    manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    outputs, inputs = manifest["outputs"], manifest["inputs"]
    problems = list(_differences(place, outputs)) + list(_extras(place, outputs))
    if data is None:
        problems.append(problem("pipeline.not_checked", "note", count=len(inputs)))
        return len(outputs), problems
    return len(outputs) + len(inputs), [*problems, *_differences(Path(data), inputs)]


def _differences(root: Path, expected: dict[str, str]) -> Iterator[Problem]:
    for name, digest in expected.items():
        path = root / name
        if not path.is_file():
            yield problem("pipeline.gone_file", file=name)
        elif (found := sha256(path)) != digest:
            yield problem(
                "pipeline.changed_file", file=name, expected=digest[:12], found=found[:12]
            )


def _extras(place: Path, outputs: dict[str, str]) -> Iterator[Problem]:
    for path in sorted(p for p in place.rglob("*") if p.is_file()):
        name = path.relative_to(place).as_posix()
        if name != MANIFEST and name not in outputs:
            yield problem("pipeline.extra_file", "warning", file=name)
