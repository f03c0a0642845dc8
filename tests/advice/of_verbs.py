"""What verify, compare, show, watch, ledger and new tell, and what is advised."""

from __future__ import annotations

import datetime as dt
import json

from advice.of_builds import layers
from advice_town import Edit, Town, also, cut, put, rows, told
from privacy.test_old_ledger import old_file

from sozialraum import build, check_build, open_result, read_build
from sozialraum.config.plan import speaking
from sozialraum.privacy.ledger import new_ledger, open_ledger
from sozialraum.privacy.recording import recording
from sozialraum.workflows.compare import compare
from sozialraum.workflows.ledger import import_ledger, make_ledger
from sozialraum.workflows.new import start_build
from sozialraum.workflows.report import sheets
from sozialraum.workflows.show.profiles import index_figure
from sozialraum.workflows.verify import verify
from sozialraum.workflows.watch import watch

BOOK = put("disclosure", {"ledger": "f.jsonl", "key": "geheim/f.key"})
OPEN = put("disclosure", {"published_input": True, "reason": "veröffentlicht"})


def file_of(folder, *edits: Edit):
    """Write a build file with these changes; return its path."""
    town = Town(folder)
    also(*edits)(town)
    return town.write()


def result(folder, *edits: Edit, name="out"):
    """Build, save and return the folder."""
    build(file_of(folder, *edits)).save(folder / name, files=("csv", "parquet"))
    return folder / name


def with_book(folder):
    """Make a ledger and its key, once."""
    if not (folder / "f.jsonl").exists():
        new_ledger(folder / "f.jsonl", folder / "geheim" / "f.key")
    return {"ledger": folder / "f.jsonl", "key": folder / "geheim" / "f.key"}


def checked(change=lambda out: None, **how):
    """Build, change something in the result, and verify it."""

    def call(folder):
        out = result(folder, OPEN)
        change(out)
        return verify(out, **({"data": folder} | how))

    return call


def as_earlier(change):
    """Build, and write the manifest as another version wrote it."""

    def call(folder):
        out = result(folder, OPEN)
        manifest = json.loads((out / "manifest.json").read_text("utf-8"))
        change(manifest)
        (out / "manifest.json").write_text(json.dumps(manifest), "utf-8")
        return index_figure(open_result(out))

    return call


def anew(folder):
    """Build again, and open the result."""
    return index_figure(open_result(result(folder, OPEN)))


def compared(*before: Edit, after=()):
    """Compare a result with an earlier one."""

    def call(folder):
        old, new = result(folder, *before, name="alt"), result(folder, *after)
        return compare(open_result(old), open_result(new))

    return call


RARE = also(rows(lambda t: t.assign(selten=[str(int(n == 3)) for n in range(25)])), put("indicators.2",
            {"id": "selten", "label": "Seltenes", "numerator": "selten", "denominator": "kinder",
             "direction": "burden", "dimension": "geld"}))  # fmt: skip
COMMON = also(RARE, rows(lambda t: t.assign(selten=[str(90 + n) for n in range(25)])))
SMOOTH = put("smoothing", {"method": "joint"})


def months(*days: dt.date, count=26, **more) -> Edit:
    """Deliver the table for so many months, and watch an indicator."""

    def edit(town):
        first = town.given["tables"][0]
        every = [dt.date(2022 + n // 12, n % 12 + 1, 28) for n in range(36 - count, 36)]
        town.given["tables"] = [{**first, "stichtag": day} for day in [*every, *days]]
        town.given["stichtag"] = dt.date(2024, 12, 28)
        town.given["watch"] = {"indicators": ["armut"], "draws": 40, **more}
        town.given["counts"] = [{"name": "arm", "measure": "stock"}]

    return edit


BY_VALUE = also(
    rows(lambda t: t.assign(quote=[f"0,{n + 20}" for n in range(25)])),
    put(
        "indicators.0",
        {
            "id": "armut",
            "label": "Armut",
            "value": "quote",
            "direction": "burden",
            "dimension": "geld",
        },
    ),
    put("disclosure", {"published": ["armut"], "reason": "veröffentlicht"}),
)


def watched(*edits: Edit):
    return lambda folder: watch(file_of(folder, *edits))


def made(ledger="f.jsonl", key="f.key"):
    """Make a ledger beside a result."""

    def call(folder):
        if not (folder / "out").exists():
            result(folder, OPEN)
        return make_ledger(folder / ledger, folder / key)

    return call


def twice(folder):
    made()(folder)
    return made()(folder)


def of_the_office(folder):
    """Verify a result under the ledger that recorded it."""
    book = with_book(folder)
    return verify(result(folder, BOOK), data=folder, **book)


def played_back(folder):
    """Verify a result under a ledger in which it does not stand."""
    out = result(folder, BOOK) if with_book(folder) else None
    for name in ("f.jsonl", "geheim/f.key"):
        (folder / name).rename(folder / f"{name}.spaeter")
    return verify(out, **with_book(folder))


def put_back(folder):
    """Put the newer ledger back in its place."""
    for name in ("f.jsonl", "geheim/f.key"):
        (folder / f"{name}.spaeter").replace(folder / name)
    return verify(folder / "out", **with_book(folder))


def without_book(folder):
    return verify(result(folder), **with_book(folder))


def inside(name):
    """Verify a result with a file of the office within it."""

    def call(folder):
        book = with_book(folder)
        out = result(folder, BOOK)
        which = "ledger" if name.endswith("jsonl") else "key"
        place = out / name
        place.write_bytes(book[which].read_bytes())
        place.chmod(0o600)
        return verify(out, **{**book, which: place})

    return call


def opened(folder):
    return verify(folder / "out", **with_book(folder))


def of_0_1(folder):
    """Name a ledger that version 0.1 wrote."""
    old_file(folder / "alt.jsonl", [])
    with_book(folder)
    return open_ledger(folder / "alt.jsonl", folder / "geheim" / "f.key")


def started(name="neu", file="neu.toml"):
    return lambda folder: start_build(name, folder / file).save(folder)


def start_twice(folder):
    started()(folder)
    return started()(folder)


def grown(folder):
    """Save a release after another one was recorded."""
    book = with_book(folder)
    late = build(file_of(folder, BOOK))
    recording(
        open_ledger(*book.values()), {"tables": []}, title="schneller", date="2024-12-31"
    ).record()
    late.save(folder / "out")


OF_VERBS = (
    told("pipeline.changed_file", checked(lambda out: (out / "index.csv").write_text("anders")), checked()),
    told("pipeline.gone_file", checked(lambda out: (out / "index.csv").unlink()), checked()),
    told("pipeline.extra_file", checked(lambda out: (out / "mehr.csv").write_text("x")),
      lambda folder: ((folder / "out" / "mehr.csv").unlink(), verify(folder / "out", data=folder))[1]),
    told("pipeline.not_checked", checked(data=None), lambda folder: verify(folder / "out", data=folder)),
    told("pipeline.inputs_secret", lambda folder: verify(result(folder, BOOK) if with_book(folder) else "",
      data=folder), lambda folder: verify(folder / "out", data=folder, **with_book(folder))),
    told("privacy.not_in_ledger", played_back, put_back),
    told("privacy.no_release_number", without_book, of_the_office),
    told("privacy.ledger_public", inside("f.jsonl"), opened),
    told("privacy.ledger_key_public", inside("f.key"), opened),
    told("privacy.ledger_public", made("out/f.jsonl"), made("amt.jsonl")),
    told("privacy.ledger_key_public", made(key="out/f.key"), made(key="geheim/f.key")),
    told("privacy.ledger_exists", twice, made("zweites.jsonl", "zweites.key")),
    told("privacy.ledger_is_key", made(key="f.jsonl"), made(key="geheim/freigaben.key")),
    told("privacy.ledger_of_0_1", of_0_1, lambda folder: import_ledger(folder / "alt.jsonl",
      **with_book(folder))),
    told("privacy.ledger_grown", grown, lambda folder: build(file_of(folder, BOOK)).save(folder / "out")),
    told("pipeline.old_result", as_earlier(lambda m: m.pop("figures")), anew),
    told("pipeline.other_version", as_earlier(lambda m: m["plan"].update(spaeter={"x": 1})), anew),
    told("pipeline.no_result", lambda folder: open_result(folder / "out"), anew),
    told("pipeline.no_index", lambda folder: open_result(result(folder, layers())), anew),
    told("pipeline.other_indicators", compared(RARE, after=(COMMON,)),
      compared(RARE, cut("indicators.2"), after=(COMMON, cut("indicators.2")))),
    told("pipeline.compare_kinds", compared(SMOOTH), compared()),
    told("pipeline.no_view", lambda folder: sheets(file_of(folder), views=["armutt"]),
      lambda folder: sheets(file_of(folder), views=["armut"])),
    told("pipeline.watch.no_section", watched(), watched(months())),
    told("pipeline.watch.month_twice", watched(months(dt.date(2024, 12, 1))), watched(months())),
    told("pipeline.watch.too_short", watched(months(count=14)), watched(months())),
    told("pipeline.watch.too_short", watched(months(count=14)), watched(months(count=14, history=12))),
    told("config.watch.no_counts", lambda folder: check_build(file_of(folder, months(), BY_VALUE)),
      lambda folder: check_build(file_of(folder, months()))),
    told("config.no_language", lambda folder: speaking(read_build(file_of(folder)), "fr"),
      lambda folder: speaking(read_build(file_of(folder)), "en")),
    told("config.exists", start_twice, started("anders", "anders.toml")),
    told("config.bad_name", started("a:b", "a:b.toml"), started()),
)  # fmt: skip
