"""How often the recogniser is right, held against build files that people wrote by hand.

``python -m sources.measure_recogniser FOLDER …`` in ``tests``: each folder holds files and the
build files (``*.toml``) that read them. Trivial denominators (``x_z`` of ``x_n``) are counted apart.
"""

import re
import sys
import tomllib
from collections import Counter
from pathlib import Path

from sozialraum.sources.recognise.folder import files_below, look_at_files
from sozialraum.sources.tabular.grids import read_grid
from sozialraum.sources.tabular.headers import find_header

PARTS = (
    "key", "layer", "attribute", "head", "year", "numerator is a count", "denominator first",
    "denominator in three", "denominator first, no _z/_n", "denominator in three, no _z/_n",
    "taken key is right", "taken year is right",
)  # fmt: skip


def measure(folders: list[Path]) -> tuple[Counter, Counter, list[str]]:
    """Return per part how often it is right and how often it was asked, and what was wrong."""
    right, asked, wrong = Counter(), Counter(), []

    def score(part: str, ok: bool, say: str) -> None:
        asked[part] += 1
        right[part] += bool(ok)
        if not ok:
            wrong.append(f"{part}: {say}")

    for folder in folders:
        _measure_one(folder, score)
    return right, asked, wrong


def _measure_one(folder, score):
    files = {p.relative_to(folder).as_posix(): p for p in files_below(folder)}
    seen = look_at_files(files)
    done = set()
    for build in sorted(folder.glob("*.toml")):
        plan = tomllib.loads(build.read_text("utf-8"))
        homes = []
        for section in plan.get("tables", []):
            sheet = str(section.get("sheet", ""))
            fits = [t for t in seen.tables if t.file == section["file"] and t.sheet in {sheet, ""}]
            # a build file that is wrong on purpose names a value as key
            if not fits or str(section["key"]).isdigit():
                continue
            homes.append((section, fits[0]))
            if (section["file"], sheet) not in done:
                done.add((section["file"], sheet))
                _table(folder, plan, section, fits[0], files, score)
        _indicators(folder, plan, homes, done, score)


def _table(folder, plan, section, table, files, score):
    say = f"{folder.name} {table.label}"
    key = str(section["key"])
    ok = str(table.key).casefold() == key.casefold()
    score("key", ok, f"{say}: {key!r} is {table.key!r}")
    area, match = plan["areas"].get(section["areas"]), table.match
    if area:
        same = match is not None and match.layer.split(":")[0] == area["file"]
        score("layer", same, f"{say}: {area['file']} is {match and match.layer}")
        if same:
            score(
                "attribute",
                match.attribute == area["key"],
                f"{say}: {area['key']} is {match.attribute}",
            )
            if match.sure:
                score("taken key is right", ok and match.attribute == area["key"], say)
    header = find_header(read_grid(files[table.file], key=key, sheet=table.sheet or None).rows, key)
    if header:
        score("head", table.header == (header.first + 1, header.last + 1), f"{say}: {table.header}")
    day = section.get("stichtag")
    if day:
        years = {d.year for d in table.period.days}
        score("year", day.year in years, f"{say}: {day} is {table.period}")
        if table.period.sure:
            score("taken year is right", day.year in years, say)


def _indicators(folder, plan, homes, done, score):
    derived = {d["name"] for d in plan.get("derived", [])}
    for one in plan.get("indicators", []):
        a, b = one.get("numerator"), one.get("denominator")
        if not a or {a, b} & derived or (a, b) in done:
            continue
        found = [(t, _title(s, t, a), _title(s, t, b)) for s, t in homes]
        both = [x for x in found if x[1] and x[2]]
        if not both:
            continue
        done.add((a, b))
        table, part, base = both[0]
        kind = next(c.kind for c in table.columns if c.title == part)
        score("numerator is a count", kind == "count", f"{folder.name} {a}: {kind}")
        if kind != "count":
            continue
        guessed = [p.denominator for p in table.pairs.get(part, ())]
        say = f"{folder.name} {a}: {b} is {guessed[:3]}"
        trivial = re.sub(r"_[zn]$", "", a) == re.sub(r"_[zn]$", "", b)
        for name, ok in (("first", guessed[:1] == [base]), ("in three", base in guessed[:3])):
            score(f"denominator {name}", ok, say)
            if not trivial:
                score(f"denominator {name}, no _z/_n", ok, say)


def _title(section, table, name):
    """Return the title of a column that a build file names."""
    wanted = (section.get("columns") or {}).get(name, name).casefold()
    titles = [c.title for c in table.columns]
    return next(
        (t for t in titles if t.casefold() == wanted or t.casefold().endswith(f" {wanted}")), None
    )


def main() -> None:
    """Print the table."""
    right, asked, wrong = measure([Path(a) for a in sys.argv[1:]])
    for part in PARTS:
        if asked[part]:
            print(f"{part}: {right[part]}/{asked[part]} = {right[part] / asked[part]:.0%}")
    print("\n".join(["", *wrong]))


if __name__ == "__main__":
    main()
