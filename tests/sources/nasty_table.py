"""The reference's table of nasty files: ``python -m sources.nasty_table``, called in ``tests``."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

from sources.hostile import HOSTILE
from sources.nasty import TABLES, Nasty, pandas_says

from sozialraum.sources.tabular.tables import read_table

_MOST = 4 * 2**30


def row(case: Nasty, folder: Path) -> str:
    """Return one line of the table: what we do with a file, and what default readers do."""
    path = case.write(folder)
    table = read_table(path, **{"key": "nr", **case.options})
    ours = f"refused: `{table.errors[0].code.split('.')[1]}`" if table.errors else "read right"
    if not table.errors and case.says:
        ours += ", and said so"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = pandas_says(case, path).replace("|", "\\|").replace("\n", " ")
    return f"| {case.name} | {ours} | {theirs} |"


def main() -> None:
    """Print the table; a default reader that lays out a whole sheet gets 4 GiB for it."""
    import resource  # not on Windows

    resource.setrlimit(resource.RLIMIT_AS, (_MOST, _MOST))
    print("| delivered file | sozialraum | pandas / geopandas by default |")
    print("|---|---|---|")
    for case in (*TABLES, *HOSTILE):
        with tempfile.TemporaryDirectory() as folder:
            print(row(case, Path(folder)))


if __name__ == "__main__":
    main()
