"""A folder of files, whole or not at all: the old one stays as it was until the new one stands.

Beside a target ``karte`` may stand, while a run writes: ``.karte.sperre`` (the lock),
``.karte.neu`` (what is being written) and, for the moment between two renames, ``.karte.alt`` (the
result before). Whatever a killed run left of them, the next run, or the next look into the
folder, puts in order.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sozialraum.model.errors import DataError
from sozialraum.model.file_lock import Locked, locked_for_writing
from sozialraum.model.options import usable_path
from sozialraum.publish.manifest import NAME
from sozialraum.texts import problem
from sozialraum.texts.system_words import system_reason

# what Windows, macOS and Office put into every folder: nobody's work
LITTER = {"thumbs.db", "desktop.ini", ".ds_store"}
_SHOWN = 5


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Give an empty folder beside `target`, and put it in its place when all is written.

    Whatever goes wrong inside, an interruption too, the target stays as it was and the new folder
    is gone. A link is followed: the folder it leads to is replaced, the link stays.

    Raises
    ------
    DataError
        If the target holds something that is no result of ours, another run is writing it, a
        program keeps a file of it open, or the disk is full or closed to us.
    """
    place = _followed(target)
    refuse_foreign(place)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with locked_for_writing(_beside(place, "sperre")):
            put_in_order(place)
            fresh = _beside(place, "neu")
            fresh.mkdir()
            try:
                yield fresh
                refuse_foreign(place)
                replace_folder(fresh, place)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)
    except Locked:
        raise DataError(problem("publish.folder_locked", file=place.name)) from None
    except OSError as error:
        reason, name = system_reason(error)
        said = {"file": place.name, "found": name, "reason": reason}
        raise DataError(problem("publish.cannot_write", **said)) from error


def replace_folder(fresh: Path, target: Path) -> None:
    """Put `fresh` in the place of `target`; on failure `target` is as it was.

    Raises
    ------
    DataError
        If a program keeps a file of the target open.
    """
    old = _beside(target, "alt")
    try:
        if target.exists():
            target.rename(old)
        fresh.rename(target)
    except OSError as error:
        raise DataError(problem("publish.folder_in_use", file=target.name)) from error
    finally:
        # also after an interruption between the two
        if old.exists() and not target.exists():
            old.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def recovered(target: Path) -> Path:
    """Return the folder; where a killed run left none, the result before it stands again.

    Parameters
    ----------
    target : a result folder that somebody wants to read
    """
    place = _followed(target)
    if not place.exists() and place.parent.is_dir() and any(_leftovers(place)):
        try:
            with locked_for_writing(_beside(place, "sperre")):
                put_in_order(place)
        except (Locked, OSError):
            return target  # somebody is writing it, or it may not be written here
    return target


def put_in_order(place: Path) -> None:
    """Remove what killed runs left beside a folder, and put the result before back if need be.

    The caller holds the lock of `place`.
    """
    for old in _leftovers(place):
        if old.name.startswith(f".{place.name}.alt") and not place.exists() and _is_ours(old):
            old.rename(place)
    for rest in _leftovers(place):
        shutil.rmtree(rest, ignore_errors=True)


def refuse_foreign(target: Path) -> None:
    """Raise `DataError` if `target` is a file, or holds something that is no result of ours."""
    if not usable_path(target.name or str(target)):
        raise DataError(problem("publish.folder_name", file=target.name))
    if target.is_symlink() or target.is_file():
        raise DataError(problem("publish.folder_is_file", file=target.name))
    if not target.is_dir():
        return
    found = sorted(p for p in target.rglob("*") if p.is_symlink() or not p.is_dir())
    found = [p for p in found if not _is_litter(p)]
    if not found:
        return
    names = [p.relative_to(target).as_posix() for p in found]
    listed = _listed_files(target)
    if listed is None:
        raise DataError(problem("publish.folder_foreign", file=target.name))
    foreign = [n for n, p in zip(names, found, strict=True) if n not in listed or p.is_symlink()]
    if foreign:
        shown = ", ".join(foreign[:_SHOWN]) + (" …" if len(foreign) > _SHOWN else "")
        raise DataError(problem("publish.folder_mixed", file=target.name, found=shown))


def refuse_shared(public: Path, office: Path) -> None:
    """Raise `DataError` unless a folder for the office lies apart from the public one.

    Raises
    ------
    DataError
        If one of the two lies in the other, the one for the office in any public result, or a
        public result would be replaced by papers of the office.
    """
    one, other = _followed(public).resolve(), _followed(office).resolve()
    if _is_within(one, other) or _is_within(other, one):
        raise DataError(problem("publish.folder_office", file=office.name))
    refuse_public(office)


def refuse_public(office: Path) -> None:
    """Raise `DataError` if a folder for the office is a public result, or lies in one."""
    place = _followed(office).resolve()
    around = result_around(place)
    if around is not None and not _is_internal(around):
        raise DataError(problem("publish.folder_office", file=office.name))
    if _is_ours(place) and not _is_internal(place):
        raise DataError(problem("publish.folder_public", file=office.name))


def _is_within(path: Path, folder: Path) -> bool:
    """Tell whether a path is a folder or lies in it, by name or by what the system says."""
    names = (os.path.normcase(path), os.path.normcase(folder))
    if Path(names[0]).is_relative_to(names[1]):
        return True
    return folder.exists() and any(p.exists() and p.samefile(folder) for p in (path, *path.parents))


def _is_internal(folder: Path) -> bool:
    return json.loads((folder / NAME).read_text(encoding="utf-8")).get("level") == "intern"


def result_around(path: Path) -> Path | None:
    """Return the result folder of ours that a file lies in, or would lie in; None if in none."""
    return next((p for p in path.resolve().parents if _is_ours(p)), None)


def _listed_files(folder: Path) -> set[str] | None:
    """Return the files that a manifest of ours lists; None where there is no such manifest."""
    try:
        manifest = json.loads((folder / NAME).read_text(encoding="utf-8"))
        outputs = manifest["outputs"]
        is_ours = all(_is_digest(digest) for digest in outputs.values()) and "title" in manifest
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return {NAME, *outputs} if is_ours else None


def _is_ours(folder: Path) -> bool:
    return _listed_files(folder) is not None


def _is_digest(text: object) -> bool:
    return isinstance(text, str) and len(text) == 64 and set(text) <= set("0123456789abcdef")


def _is_litter(path: Path) -> bool:
    return path.name.lower() in LITTER or path.name.startswith("~$")


def _followed(target: Path) -> Path:
    """Return the place a link leads to; without a link the target itself, its parents resolved."""
    return target.resolve() if target.is_symlink() else target.parent.resolve() / target.name


def _beside(target: Path, what: str) -> Path:
    return target.with_name(f".{target.name}.{what}")


def _leftovers(place: Path) -> list[Path]:
    """Return folders of killed runs beside a target, of earlier versions too (``.neu-1234``)."""
    starts = tuple(f".{place.name}.{what}" for what in ("alt", "neu"))
    return sorted(
        p
        for p in place.parent.iterdir()
        if p.is_dir() and p.name.startswith(starts) and _is_rest(p.name, starts)
    )


def _is_rest(name: str, starts: tuple[str, ...]) -> bool:
    rest = next(name[len(s) :] for s in starts if name.startswith(s))
    return rest == "" or (rest.startswith("-") and rest[1:].isdigit())
