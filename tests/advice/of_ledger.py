"""What a ledger of earlier releases refuses, and what its messages advise: of a town of 60 blocks."""

from __future__ import annotations

from advice_town import told
from small_build import LEDGER, counts, write_build, write_table, write_town

from sozialraum import build
from sozialraum.privacy.ledger import open_ledger


def town(folder):
    """Write the town with its empty ledger, once."""
    return folder if (folder / "daten").exists() else write_town(folder)


def again(folder, target="D", *, change=lambda words: words, **more):
    """Build and save what `change` made of a build file; what it is called says its target."""
    file = write_build(town(folder), target, **more)
    file.write_text(change(file.read_text("utf-8")), "utf-8")
    result = build(file)
    result.save(folder / f"out_{target}")
    return result


def after(first="D", then="D", **how):
    """Release once, and then ask for another release."""

    def call(folder):
        if not (folder / f"out_{first}").exists():
            again(folder, first)
        return again(folder, then, **how)

    return call


def book(folder):
    return open_ledger(folder / "freigaben.jsonl", folder / "geheim" / "freigaben.key")


def kept(folder):
    """Release twice and keep copies of the ledger and of its key after each."""
    for target in ("D", "C"):
        again(folder, target)
        (folder / f"sicherung_{target}").write_bytes((folder / "freigaben.jsonl").read_bytes())


def changed(folder):
    """Change a number in the ledger."""
    kept(folder)
    words = (folder / "freigaben.jsonl").read_text("utf-8")
    (folder / "freigaben.jsonl").write_text(words.replace('"number": 1', '"number": 7', 1), "utf-8")
    return book(folder)


def shortened(folder):
    """Put an older copy of the ledger beside the newer key."""
    kept(folder)
    (folder / "freigaben.jsonl").write_bytes((folder / "sicherung_D").read_bytes())
    return book(folder)


def put_back(folder):
    """Put the copy of the same day back."""
    (folder / "freigaben.jsonl").write_bytes((folder / "sicherung_C").read_bytes())
    return book(folder)


def full(folder):
    """Release while the disk takes nothing more: there is a folder where the key is written."""
    town(folder)
    (folder / "geheim" / "freigaben.key.neu").mkdir(exist_ok=True)
    return again(folder)


def with_room(folder):
    (folder / "geheim" / "freigaben.key.neu").rmdir()
    return again(folder)


def rules(words):
    """Add lines to [disclosure]."""
    return {"ledger": f"{LEDGER}\n{words}"}


MINIMUM = rules("minimum = 10")


def later(**how):
    """Release counts of the next year."""

    def call(folder):
        if not (folder / "out_D").exists():
            again(folder, **MINIMUM)
        write_table(folder, counts().iloc[::-1].set_axis(counts().index))
        return again(folder, title="Spaeter", day="2025-12-31", **how)

    return call


def without(words):
    """Leave the districts out of a build file."""
    start, end = words.index("[areas.D]"), words.index("[areas.C]")
    return (words[:start] + words[end:]).replace('D = "D", ', "")


def almost(folder):
    """Deliver a column that looks like a corrected count of the poor."""
    town(folder)
    table = counts()
    write_table(
        folder,
        table.assign(neu=table["arm"] + [1, 1, *[0] * 58]),
    )


def similar(**how):
    def call(folder):
        almost(folder)
        return after(column="neu", title="Neu", **how)(folder)

    return call


DOUBLED = '[[derived]]\nname = "doppelt"\nareas = "b"\nformula = "2 * arm + hz"'
SUMMED = '[[derived]]\nname = "doppelt"\nareas = "b"\nformula = "arm + hz"'
BESIDE = """[[indicators]]
id = "beides"
label = "Beides"
numerator = "doppelt"
denominator = "alle"
direction = "burden"
"""


def beside(words):
    """Show a count that a formula makes of two others that are shown."""
    return words.replace("[disclosure]", f"{BESIDE}[disclosure]")


def of_formula(derived):
    def call(folder):
        town(folder)
        table = counts()
        write_table(folder, table.assign(alle=3 * table["kinder"]))
        return again(folder, derived=derived, change=beside, title="Formel")

    return call


OF_LEDGER = (
    told("privacy.ledger_broken", changed, put_back),
    told("privacy.ledger_head", shortened, put_back),
    told("privacy.ledger_not_writable", full, with_room),
    told("privacy.partition_differs", later(), later(**MINIMUM)),
    told("privacy.similar_counts", similar(), similar(**rules('corrects = ["armut"]'))),
    told("privacy.similar_counts", similar(), similar(**rules('different = ["armut"]'))),
    told("privacy.geography_changed", after("D", "C", change=without, title="Ohne"),
      after("D", "C", title="Mit")),
    told("pipeline.scaled_count", of_formula(DOUBLED), of_formula(SUMMED)),
)  # fmt: skip
