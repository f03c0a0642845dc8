"""``verify``: do inputs and outputs still match the manifest."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sozialraum.model import Problem
from sozialraum.model.errors import DataError
from sozialraum.model.problem import Plain, Severity
from sozialraum.privacy.ledger import (
    Ledger,
    open_ledger,
    refuse_inside,
    under_secret,
    verify_release,
)
from sozialraum.publish.folder import recovered
from sozialraum.publish.manifest import sha256
from sozialraum.texts import problem
from sozialraum.workflows.error_boundary import own_errors
from sozialraum.workflows.outcome import Findings

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Verification(Findings):
    """Whether a result is what its manifest, its inputs and the ledger say.

    Parameters
    ----------
    count : files compared
    problems : what differs
    release : number and head in the ledger; None where it was not looked up
    """

    count: int
    problems: tuple[Problem, ...]
    release: dict[str, Plain] | None = None

    @property
    def errors(self) -> bool:
        """Whether something differs that must not."""
        return any(p.severity == "error" for p in self.problems)

    def joined(self, problems: Sequence[Problem]) -> Verification:
        """Return the same with further findings, of a plan computed again."""
        return replace(self, problems=(*self.problems, *problems))

    def summary(self) -> dict[str, Plain]:
        """Return number of files, release and findings, for programs."""
        found = [p.to_dict() for p in self.problems]
        return {"files": self.count, "release": self.release, "problems": found}


@own_errors
def verify(
    folder: str | Path,
    *,
    data: str | Path | None = None,
    ledger: str | Path | None = None,
    key: str | Path | None = None,
) -> Verification:
    """Compare a result with its manifest, with its inputs, and with the ledger of the office.

    Parameters
    ----------
    folder : result folder
    data : folder below which the input files lie; without it only the outputs are compared
    ledger, key : of the office; None looks nothing up

    Raises
    ------
    ConfigError, DataError, DisclosureError
        If there is no manifest, the ledger is not whole, or it does not hold the result.
    """
    count, problems = verify_folder(folder, data=data, secret=ledger is not None)
    if ledger is None:
        return Verification(count, tuple(problems))
    release, others = verify_recorded(folder, ledger, key, data=data)
    return Verification(count, (*problems, *others), release)


@own_errors
def verify_folder(
    folder: str | Path, *, data: str | Path | None = None, secret: bool = False
) -> tuple[int, list[Problem]]:
    """Compare every file with the hash in the manifest.

    Parameters
    ----------
    folder : result folder
    data : folder below which the input files lie; without it only the outputs are compared
    secret : digests of the inputs that only a ledger has are compared elsewhere, by
        `verify_recorded`

    Returns
    -------
    Number of files compared, and what was found.

    Raises
    ------
    DataError
        If there is no manifest.
    """
    place, manifest = _read(folder)
    outputs, inputs = manifest["outputs"], manifest.get("inputs", {})
    problems = list(_differences(place, outputs)) + list(_extras(place, outputs))
    if not inputs and not secret:
        severity: Severity = "note" if data is None else "error"
        return len(outputs), [*problems, problem("pipeline.inputs_secret", severity)]
    if data is None:
        count = len(inputs) or len(manifest.get("input_files", ()))
        return len(outputs), [*problems, problem("pipeline.not_checked", "note", count=count)]
    return len(outputs) + len(inputs), [*problems, *_differences(Path(data), inputs)]


@own_errors
def verify_recorded(
    folder: str | Path,
    ledger: str | Path,
    key: str | Path | None,
    *,
    data: str | Path | None = None,
) -> tuple[dict[str, Any], list[Problem]]:
    """Look a result up in the ledger of the office.

    Parameters
    ----------
    folder : result folder
    ledger, key : of the office
    data : folder below which the input files lie; with it they are compared with those recorded

    Returns
    -------
    Number and head of the release, and which inputs are other ones.

    Raises
    ------
    ConfigError, DataError, DisclosureError
        If the ledger is not whole, the result has no number, or the ledger does not hold it.
    """
    place, manifest = _read(folder)
    known = open_ledger(ledger, key)
    refuse_inside(known, place)
    release = manifest.get("release")
    if release is None:
        raise DataError(problem("privacy.no_release_number", file=MANIFEST))
    verify_release(known, release["number"], release["head"])
    if data is None:
        return release, []
    names = known.entries[release["number"] - 1]["inputs"]
    files = {name: Path(data) / name for name in names}
    now = {n: bytes.fromhex(sha256(path)) for n, path in files.items() if path.is_file()}
    others = other_inputs(known, release["number"], now)
    return release, [
        problem("privacy.other_inputs" if name in now else "pipeline.gone_file", file=name)
        for name in others
    ]


def other_inputs(ledger: Ledger, number: int, inputs: Mapping[str, bytes]) -> list[str]:
    """Return which files are not those that a release was made of; missing ones are named, too.

    Parameters
    ----------
    number : of the release
    inputs : file -> digest of its bytes, as they are now
    """
    now = under_secret(ledger.secret, inputs)
    recorded = ledger.entries[number - 1]["inputs"]
    return sorted(n for n in {*recorded, *now} if recorded.get(n) != now.get(n))


def _read(folder: str | Path) -> tuple[Path, dict[str, Any]]:
    place = recovered(Path(folder))
    if not (place / MANIFEST).is_file():
        raise DataError(problem("pipeline.no_result", folder=place.name))
    return place, json.loads((place / MANIFEST).read_text(encoding="utf-8"))


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
