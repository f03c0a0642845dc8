"""``python -m sozialraum.paket FOLDER --platform win_amd64 --python 3.12``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sozialraum.model.errors import SozialraumError
from sozialraum.paket.making import WHEELS, fetch_wheels, make_bundle
from sozialraum.paket.wheels import PLATFORMS, machine
from sozialraum.texts import catalogue, text


def main(words: list[str] | None = None) -> int:
    """Make the bundle; return 1 after an error that was told."""
    said = catalogue("paket")["help"]
    asked = argparse.ArgumentParser(prog="python -m sozialraum.paket", description=said["paket"])
    asked.add_argument("folder", metavar="ZIEL", type=Path, help=said["folder"])
    asked.add_argument("--platform", default="win_amd64", choices=PLATFORMS, help=said["platform"])
    asked.add_argument("--python", default="3.12", metavar="VERSION", help=said["python"])
    asked.add_argument(
        "--projekt", default=Path(), type=Path, metavar="ORDNER", help=said["project"]
    )
    given = asked.parse_args(words)
    where = machine(given.platform, given.python)
    try:
        fetch_wheels(given.projekt, given.folder / WHEELS, where)
        written = make_bundle(given.folder, where)
    except SozialraumError as error:
        print("\n".join(map(str, error.problems)), file=sys.stderr)
        return 1
    print(text("paket.made", folder=given.folder.as_posix(), n=len(written)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
