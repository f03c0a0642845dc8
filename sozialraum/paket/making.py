"""Making the bundle: wheels with their hashes, two scripts, a note to read first, the licences."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path

from sozialraum.model.errors import ConfigError
from sozialraum.paket.wheels import Machine, Wheel, lacking_wheels, read_wheels
from sozialraum.texts import catalogue, problem

EXTRAS = {"sozialraum": ("bericht",)}
WHEELS, LIST = "raeder", "raeder.txt"
# pip names a requirement that no index has; more rounds would only ask the same again
_ROUNDS = 5
Pip = Callable[..., None]


def run_pip(*words: str) -> None:
    """Run pip in a process of its own; what it says when it fails is told.

    Raises
    ------
    ConfigError
        If pip fails.
    """
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise ConfigError(problem("paket.pip_failed", found="".join(last)))


def fetch_wheels(project: Path, folder: Path, where: Machine, *, pip: Pip = run_pip) -> None:
    """Build the wheel of this program and fetch everything it needs there.

    Parameters
    ----------
    project : folder of ``pyproject.toml``
    folder : of the wheels; made where it is missing
    where : the machine the bundle is for
    pip : called with the words of one run of pip

    Raises
    ------
    ConfigError
        If the project is not there, pip fails, or something has no wheel for that machine.
    """
    if not (project / "pyproject.toml").is_file():
        raise ConfigError(problem("paket.no_project", found=project.as_posix()))
    folder.mkdir(parents=True, exist_ok=True)
    pip("wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(project))
    tags = [word for tag in where.tags for word in ("--platform", tag)]
    to = ["--dest", str(folder), "--find-links", str(folder)]
    form = ["download", "--quiet", "--only-binary", ":all:", "--implementation", "cp"]
    form += ["--python-version", where.python, *tags, *to]
    own = read_wheels(folder)["sozialraum"]
    pip(*form, f"sozialraum[{','.join(EXTRAS['sozialraum'])}]=={own.version}")
    for _ in range(_ROUNDS):
        lacking = lacking_wheels(read_wheels(folder), where, EXTRAS)
        if not lacking:
            return
        pip(*form, "--no-deps", *(f"{one.name}{one.specifier}" for one in lacking))
    raise ConfigError(problem("paket.lacking", found=", ".join(map(str, lacking))))


def make_bundle(folder: Path, where: Machine) -> list[str]:
    """Write list of hashes, scripts, note and licences beside the wheels of a folder.

    Parameters
    ----------
    folder : the bundle; its wheels lie in ``raeder/``
    where : the machine the bundle is for

    Returns
    -------
    Names of the files written, without the wheels. The same wheels give the same bytes.

    Raises
    ------
    ConfigError
        If something is missing that the wheels need there.
    """
    wheels = read_wheels(folder / WHEELS)
    lacking = lacking_wheels(wheels, where, EXTRAS)
    if lacking or "sozialraum" not in wheels:
        found = ", ".join(map(str, lacking)) or "sozialraum"
        raise ConfigError(problem("paket.lacking", found=found))
    written = {LIST: _hashes(wheels), "lizenzen.csv": _licences(wheels)}
    written |= _scripts(where, wheels["sozialraum"].version, len(wheels))
    for name, content in written.items():
        (folder / name).write_bytes(content.encode("utf-8"))
        if name.endswith(".sh"):
            (folder / name).chmod(0o755)
    texts = _copy_licences(wheels, folder / "lizenzen")
    return [*sorted(written), *texts]


def _hashes(wheels: Mapping[str, Wheel]) -> str:
    """Return the list that pip compares every wheel with before it installs one."""
    lines = [
        f"{name}=={wheel.version} --hash=sha256:{wheel.sha256}" for name, wheel in wheels.items()
    ]
    return "\n".join(lines) + "\n"


def _licences(wheels: Mapping[str, Wheel]) -> str:
    table = io.StringIO()
    rows = csv.writer(table, delimiter=";", lineterminator="\n")
    rows.writerow(catalogue("paket")["licence_head"])
    rows.writerows((name, wheel.version, wheel.licence) for name, wheel in wheels.items())
    return "\ufeff" + table.getvalue()


def _copy_licences(wheels: Mapping[str, Wheel], folder: Path) -> list[str]:
    written = []
    for name, wheel in wheels.items():
        for at, (file, content) in enumerate(wheel.licence_files()):
            path = folder / name / (file if not at else f"{at}_{file}")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            written.append(path.relative_to(folder.parent).as_posix())
    return written


def _scripts(where: Machine, version: str, number: int) -> dict[str, str]:
    """Return the scripts of the machine and the note, filled with their words."""
    windows = where.platform.startswith("win")
    names = ("EINRICHTEN.cmd", "ASSISTENT.cmd") if windows else ("einrichten.sh", "assistent.sh")
    words = {**catalogue("paket")["said"], "python": where.python, "list": LIST, "wheels": WHEELS}
    place = catalogue("paket")["place"]["windows" if windows else "linux"]
    words |= {"version": version, "number": str(number), "setup": names[0], "start": names[1]}
    words["place"] = place
    texts = {name: resources.files("sozialraum.paket").joinpath("files", name) for name in names}
    texts["LIESMICH.txt"] = resources.files("sozialraum.texts").joinpath("de", "paket_liesmich.txt")
    return {
        name: _filled(source.read_text(encoding="utf-8"), words, windows)
        for name, source in texts.items()
    }


def _filled(text: str, words: Mapping[str, str], windows: bool) -> str:
    for name, sentence in words.items():
        text = text.replace(f"@{name}@", sentence)
    return text.replace("\n", "\r\n") if windows else text
