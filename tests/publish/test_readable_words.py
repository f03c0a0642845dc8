"""Every word of every page, paper and workbook of the example builds, read as a member reads it."""

import re
import subprocess
import sys

import pytest
from publish.example_builds import BERLIN, OWN, ROOT, build_text, delivered
from publish.readable_words import READERS, faults, words_of

import sozialraum
from sozialraum.workflows.plan.decision import decide

pytest.importorskip("typst")
OFFICE = ("karte", "xlsx", "methode", "bericht", "karten", "vorlage", "folien")
MORE = {
    "musterstadt": (*OFFICE, "steckbriefe"),
    "musterstadt_hagen": (*OFFICE, "steckbriefe"),
    "berlin_mss_2017": OFFICE,
    "berlin_einschulung": OFFICE,
}
OTHERS = ("cockpit_musterstadt", "angebote_musterstadt", "bildungskette_musterstadt",
          "landkreis_musterland", "rechenschaft_musterstadt")  # fmt: skip


def delivered_names(name):
    """Return what the town calls its files and columns: a report on deliveries repeats it."""
    listed = [f.read_text(encoding="utf-8") for f in ROOT.joinpath("config").glob("*.csv")]
    return set(re.findall(r"[a-z0-9äöüß_]+", "\n".join([build_text(name), *listed])))


def check(folder, name):
    """Assert that no file of a folder shows what no reader should see."""
    files = [f for f in sorted(folder.rglob("*")) if f.suffix in READERS]
    assert files
    own = delivered_names(name)
    for file in files:
        # only the report on the deliveries and the definitions of key figures name columns
        names = own if file.stem in ("pruefbericht", "cockpit") else ()
        assert faults(words_of(file), names) == [], file.name


@pytest.mark.parametrize(
    "name",
    [*OWN, *OTHERS, *(pytest.param(b, marks=pytest.mark.shared) for b in BERLIN[2:])],
)
def test_no_page_paper_or_workbook_shows_what_is_not_for_reading(name, tmp_path):
    text = build_text(name)
    if name in MORE:
        text += "\n[output]\nfiles = [" + ", ".join(f'"{f}"' for f in MORE[name]) + "]\n"
    for file in ROOT.joinpath("config").glob("*.csv"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    copy = tmp_path / f"{name}.toml"
    copy.write_text(text, encoding="utf-8")
    sozialraum.build(copy, data=delivered(name)).save(tmp_path / "out")
    check(tmp_path / "out", name)


@pytest.mark.parametrize("name", ["plan_musterstadt", "kinder_musterstadt"])
def test_no_page_of_a_plan_shows_what_is_not_for_reading(name, tmp_path):
    built = (ROOT / "config" / "musterstadt.toml").as_posix()
    text = build_text(name).replace('"musterstadt.toml"', f'"{built}"')
    text = text.replace("[catchments]", "[catchments]\nproposals = 2000")
    (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    decide(tmp_path / f"{name}.toml").save(tmp_path / "out")
    check(tmp_path / "out", name)


def test_a_comparison_of_methods_shows_nothing_that_is_not_for_reading(tmp_path):
    asked = ["compare", str(ROOT / "config" / "musterstadt.toml"), "-o", str(tmp_path / "out")]
    asked += ["--recipes", "augsburg_style,five_types"]
    subprocess.run([sys.executable, "-m", "sozialraum", *asked], check=True, capture_output=True)
    check(tmp_path / "out", "musterstadt")


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("Klassen: ['gut', 'schlecht']", "repr"), ("Wert nan", "repr"), ("None", "repr"),
        ("Timestamp('2024-12-31')", "repr"), ("bis {year} offen", "placeholder"),
        ("%s Kinder", "placeholder"), ("in Gebieten Gebieten", "doubled"), ("12 % %", "doubled"),
        ("Weg mal 1.0", "decimal point"), ("3.14 Kinder", "decimal point"),
        ("kinder_u15", "key"), ("mean of all", "English"), ("2017 veröffentlicht.).", "stops"),
    ],
)  # fmt: skip
def test_each_kind_of_fault_would_be_found(line, rule):
    assert rule in {name for name, *_ in faults([line])}


@pytest.mark.parametrize(
    "line",
    [
        "Stand 31.12.2024, rund 5.300 Kinder, 25 % der ganzen Stadt",
        "CC BY 3.0 DE", "Es waren 12.345.678 Menschen.", "Nicht alle, die die Kita besuchen …",
        "Einwohner: 1.640; Rang 6 bis 12 von 26", "am 1.3.2024 (§ 6a Abs. 1)",
    ],
)  # fmt: skip
def test_what_is_written_well_is_no_fault(line):
    assert faults([line]) == []
