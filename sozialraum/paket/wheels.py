"""Wheels of a folder: what they are, what they need on another machine, under which licence."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


@dataclass(frozen=True)
class Machine:
    """The machine a bundle is for.

    Parameters
    ----------
    platform : its name in the names of wheels
    tags : every tag of wheels that run there
    python : version, "3.12"
    system : what markers of requirements ask about the system
    """

    platform: str
    tags: tuple[str, ...]
    python: str
    system: Mapping[str, str]

    @property
    def environment(self) -> dict[str, str]:
        """What every marker of a requirement asks."""
        version = {"python_version": self.python, "python_full_version": f"{self.python}.0"}
        return {**self.system, **version, "implementation_name": "cpython"}


_WINDOWS = {
    "sys_platform": "win32",
    "platform_system": "Windows",
    "os_name": "nt",
    "platform_machine": "AMD64",
}
_LINUX = {
    "sys_platform": "linux",
    "platform_system": "Linux",
    "os_name": "posix",
    "platform_machine": "x86_64",
}
PLATFORMS: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "win_amd64": (("win_amd64",), _WINDOWS),
    "linux_x86_64": (
        ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64", "linux_x86_64"),
        _LINUX,
    ),
}


def machine(platform: str, python: str) -> Machine:
    """Return the machine of a platform (a key of `PLATFORMS`) with a version of Python."""
    tags, system = PLATFORMS[platform]
    return Machine(platform, tags, python, system)


@dataclass(frozen=True)
class Wheel:
    """A wheel with its metadata.

    Parameters
    ----------
    path : the file
    metadata : name, version, requirements and licence, as the wheel states them
    """

    path: Path
    metadata: Message

    @property
    def name(self) -> str:
        """The name that pip compares."""
        return str(canonicalize_name(self.metadata["Name"]))

    @property
    def version(self) -> str:
        """The version as stated."""
        return str(self.metadata["Version"])

    @property
    def sha256(self) -> str:
        """The digest of the file."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()

    @property
    def licence(self) -> str:
        """The licence in a word or a line; "" where only files tell it."""
        stated = self.metadata["License-Expression"] or self.metadata["License"] or ""
        named = [
            c.rpartition(" :: ")[2]
            for c in self.metadata.get_all("Classifier", [])
            if c.startswith("License ::")
        ]
        return str(stated).strip().split("\n")[0][:80] or ", ".join(named)

    def requirements(self, where: Machine, extras: Sequence[str] = ()) -> Iterator[Requirement]:
        """Return what this wheel needs there, with the extras that are asked for."""
        for line in self.metadata.get_all("Requires-Dist", []):
            needed = Requirement(line)
            asked = [where.environment | {"extra": extra} for extra in ("", *extras)]
            if needed.marker is None or any(map(needed.marker.evaluate, asked)):
                yield needed

    def licence_files(self) -> Iterator[tuple[str, bytes]]:
        """Return name and content of the licences and notices inside."""
        with zipfile.ZipFile(self.path) as archive:
            for name in sorted(archive.namelist()):
                file = name.rpartition("/")[2].lower()
                if ".dist-info/" in name and file.startswith(("licen", "copying", "notice")):
                    yield name.rpartition("/")[2], archive.read(name)


def read_wheels(folder: Path) -> dict[str, Wheel]:
    """Return the wheels of a folder by name, in order of their names."""
    found = [_read(path) for path in sorted(folder.glob("*.whl"))]
    return {wheel.name: wheel for wheel in sorted(found, key=lambda w: w.name)}


def _read(path: Path) -> Wheel:
    with zipfile.ZipFile(path) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        return Wheel(path, message_from_bytes(archive.read(name)))


def lacking_wheels(
    wheels: Mapping[str, Wheel], where: Machine, extras: Mapping[str, Sequence[str]]
) -> list[Requirement]:
    """Return what the wheels need on a machine, and do not have in a version that fits.

    pip asks the machine it runs on what is needed, so a bundle made on Linux would lack what only
    Windows needs.

    Parameters
    ----------
    wheels : by name
    where : the machine the bundle is for
    extras : by name of the wheel, the extras that are wanted
    """
    asked = {name: set(of) for name, of in extras.items()}
    while True:  # an extra can ask for extras
        needed = [
            r for n, w in wheels.items() for r in w.requirements(where, sorted(asked.get(n, ())))
        ]
        before = sum(map(len, asked.values()))
        for one in needed:
            asked.setdefault(str(canonicalize_name(one.name)), set()).update(one.extras)
        if sum(map(len, asked.values())) == before:
            break
    lacking = {str(r): r for r in needed if not _fits(wheels, r)}
    return [lacking[text] for text in sorted(lacking)]


def _fits(wheels: Mapping[str, Wheel], needed: Requirement) -> bool:
    there = wheels.get(str(canonicalize_name(needed.name)))
    return there is not None and needed.specifier.contains(there.version, prereleases=True)
