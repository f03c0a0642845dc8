"""The build file: what it understands, and what it says when it does not."""

from pathlib import Path

import pytest

from sozialraum.config import build_schema, read_build
from sozialraum.config.changed_words import key_in_words, setting_in_words
from sozialraum.config.reading import _ADDED, _TOGETHER
from sozialraum.config.recipe_file import recipe_names, recipe_sections
from sozialraum.config.steps import SECTIONS
from sozialraum.model.errors import ConfigError
from sozialraum.privacy.rules import rules_from
from sozialraum.texts import catalogue

GOOD = """
title = "Probe"
stichtag = 2024-12-31
crs = "EPSG:25833"
orientation = "deprivation"
[areas.bezirke]
file = "bezirke.gpkg"
key = "bez"
[[tables]]
file = "zahlen.csv"
areas = "bezirke"
key = "bez"
[join]
target = "bezirke"
[[indicators]]
id = "armut"
label = "Kinderarmut"
numerator = "sgb2"
denominator = "kinder"
direction = "burden"
"""


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "bau.toml"
    path.write_bytes(text.encode(encoding))
    return path


def problems_of(folder: Path, text: str, encoding: str = "utf-8"):
    with pytest.raises(ConfigError) as caught:
        read_build(write(folder, text, encoding))
    return caught.value.problems


def test_a_build_file_without_a_recipe_is_understood(tmp_path):
    plan = read_build(write(tmp_path, GOOD))
    assert plan.indicators[0].id == "armut"
    assert plan.root == tmp_path
    assert plan.changed == ()


def test_notepads_byte_order_mark_is_no_obstacle(tmp_path):
    assert read_build(write(tmp_path, GOOD, "utf-8-sig")).title == "Probe"


def test_another_data_folder_may_be_named(tmp_path):
    assert (
        read_build(write(tmp_path, GOOD), data=tmp_path / "lieferung").root
        == tmp_path / "lieferung"
    )


def test_all_problems_are_told_at_once(tmp_path):
    broken = (
        GOOD.replace('direction = "burden"', 'direction = "burdn"')
        .replace('target = "bezirke"', 'target = "bezirk"')
        .replace('crs = "EPSG:25833"', "crs = 25833")
        .replace('key = "bez"\n[[', 'key = "bez"\nbreite = 8\n[[')
    )
    assert {p.key for p in problems_of(tmp_path, broken)} == {
        "indicators[1].direction",
        "crs",
        "areas.bezirke.breite",
    }
    misnamed = GOOD.replace('target = "bezirke"', 'target = "bezirk"')
    found = problems_of(tmp_path, misnamed)
    assert [p.key for p in found] == ["join.target"]
    assert "bezirke" in found[0].message


def test_a_misspelt_key_is_answered_with_the_one_meant(tmp_path):
    found = problems_of(tmp_path, GOOD.replace("orientation", "orientatoin"))
    assert any("orientation" in p.message for p in found)


def test_a_number_is_no_ags(tmp_path):
    # TOML reads 9761000 as a number; the leading zero of 09761000 would be gone
    found = problems_of(tmp_path, GOOD.replace("title", "ags = 9761000\ntitle"))
    assert found[0].key == "ags"
    assert "Anführungszeichen" in found[0].action


def test_a_line_that_is_no_toml_is_named_with_its_number(tmp_path):
    found = problems_of(tmp_path, GOOD.replace('key = "bez"\n[join]', "key = bez\n[join]"))
    assert found[0].row == 1 + GOOD.replace('key = "bez"\n[join]', "key = bez\n[join]").split(
        "\n"
    ).index("key = bez")


def test_a_file_in_another_encoding_is_refused_with_its_row(tmp_path):
    found = problems_of(tmp_path, GOOD.replace("Probe", "Prüfung"), "cp1252")
    assert found[0].row == 2
    assert "UTF-8" in found[0].expected


def test_a_missing_build_file_says_how_to_make_one(tmp_path):
    with pytest.raises(ConfigError, match="sozialraum new"):
        read_build(tmp_path / "fehlt.toml")


def test_an_unknown_recipe_is_answered_with_the_catalogue(tmp_path):
    found = problems_of(tmp_path, GOOD.replace("title", 'recipe = "augsburg"\ntitle'))
    assert "augsburg_style" in found[0].message + found[0].expected


def test_what_differs_from_the_recipe_is_told(tmp_path):
    good = GOOD.replace("deprivation", "participation").replace(
        "title", 'recipe = "augsburg_style"\ntitle'
    )
    assert read_build(write(tmp_path, good)).changed == ()
    plan = read_build(write(tmp_path, good + "\n[scaling]\nddof = 1\nmethod = 'zscore'\n"))
    assert plan.changed == (
        "Skala, Verfahren: zscore statt minmax",
        "Skala, Abzug im Nenner der Streuung: 1 statt 0",
    )


def test_turning_a_recipe_round_needs_new_words(tmp_path):
    # augsburg_style measures participation; its labels would say the opposite of a burden index
    turned = GOOD.replace("title", 'recipe = "augsburg_style"\ntitle')
    assert {p.key for p in problems_of(tmp_path, turned)} == {"direction", "classes.labels"}


def test_switching_protection_off_needs_a_reason(tmp_path):
    found = problems_of(tmp_path, GOOD + "\n[disclosure]\npublished_input = true\n")
    assert found[0].key == "disclosure.reason"


def test_the_schema_for_editors_names_every_section():
    assert {"areas", "tables", "join", "indicators", "disclosure"} <= set(
        build_schema()["properties"]
    )


@pytest.mark.parametrize("zeros", ["show", "suppress"])
def test_a_build_knows_the_zero_rules_of_disclosure_control(tmp_path, zeros):
    plan = read_build(write(tmp_path, GOOD + f"\n[disclosure]\nzeros = '{zeros}'\n"))
    assert rules_from(**plan.disclosure.model_dump(exclude_unset=True)).zeros == zeros


# --- texts that say nothing, paths that cannot be ---------------------------------------------------


@pytest.mark.parametrize("nothing", ["", " ", ".", "..", "???", "??"])
@pytest.mark.parametrize(
    "line", ['title = "Probe"', 'file = "bezirke.gpkg"', 'key = "bez"\n[[', 'label = "Kinderarmut"',
             'numerator = "sgb2"', 'id = "armut"'],
)  # fmt: skip
def test_a_text_that_says_nothing_is_refused(tmp_path, line, nothing):
    name, value = line.split(" = ")
    wrong = line.replace(value.split("\n")[0], f'"{nothing}"')
    found = problems_of(tmp_path, GOOD.replace(line, wrong))
    assert any(p.key.rsplit(".", 1)[-1].split("[")[0] == name for p in found)


@pytest.mark.parametrize("path", ["NUL", "con.json", "a/aux/b", "a:b", "was?", "ende.", "x\\u0007"])
@pytest.mark.parametrize("key", ["disclosure.ledger", "output.logo"])
def test_a_path_that_windows_cannot_have_is_refused(tmp_path, key, path):
    section, name = key.split(".")
    found = problems_of(tmp_path, GOOD + f'[{section}]\n{name} = "{path}"\n')
    assert [p.key for p in found] == [key]


def test_signs_may_be_a_single_dot(tmp_path):
    signs = 'key = "bez"\ndecimal = "."\nsentinels = [".", "/"]\n[join]'
    assert read_build(write(tmp_path, GOOD.replace('key = "bez"\n[join]', signs))).tables[0]


@pytest.mark.parametrize("path", [r"C:\Users\neu.csv", r"C:\daten\zahlen.csv", r"daten\x.csv"])
def test_a_windows_path_in_double_quotes_gets_the_hint_and_the_hint_works(tmp_path, path):
    wrong = GOOD.replace('"zahlen.csv"', f'"{path}"')
    (found,) = problems_of(tmp_path, wrong)
    assert found.code == "config.backslash" and "/" in found.expected and "'" in found.expected
    for right in (f"'{path}'", f'"{path}"'.replace("\\", "/")):
        assert read_build(write(tmp_path, GOOD.replace('"zahlen.csv"', right))).tables[0].file


# --- the build file and its data at once ------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    ["ags = 9761000\n", 'lang = "fr"\n', "crs = 25833\n", 'recipe = "gibtsnicht"\n', "ags = 'x'\n"],
)
def test_a_wrong_key_does_not_hide_that_files_are_missing(tmp_path, wrong):
    from sozialraum import check_build

    text = GOOD.replace('crs = "EPSG:25833"\n', "") if wrong.startswith("crs") else GOOD
    found = check_build(write(tmp_path, wrong + text))
    assert {"bezirke.gpkg", "zahlen.csv"} <= {p.file for p in found}
    assert any(p.code.startswith("config.") for p in found)


def test_a_wrong_key_of_one_table_does_not_hide_that_the_other_is_missing(tmp_path):
    from sozialraum import check_build

    second = '[[tables]]\nfile = "mehr.csv"\nareas = "bezirke"\nkey = "bez"\nwidht = 3\n'
    found = check_build(write(tmp_path, GOOD + second))
    assert {"bezirke.gpkg", "zahlen.csv", "mehr.csv"} <= {p.file for p in found}


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ({"file": "a.csv", "name": "n"}, "Spalten mit Koordinaten (x, y)"),
        ({"file": "a.csv", "name": "n", "x": "x"}, "x und y zusammen"),
        ({"file": "a.gpkg", "name": "n", "reach": 0.0}, "reach"),
        ({"file": "a.gpkg", "name": "n", "alter": "x"}, "alter"),
    ],
)
def test_a_list_of_offers_says_where_they_are(section, told, tmp_path):
    from monitor_town import HEAD, SHARE, sections

    lines = [
        f"{k} = {v!r}" if not isinstance(v, str) else f'{k} = "{v}"' for k, v in section.items()
    ]
    table = '[[tables]]\nfile = "j.csv"\nareas = "st"\nkey = "stadtteil"\n'
    build = tmp_path / "b.toml"
    build.write_text(HEAD + table + sections([SHARE]) + "\n[offers]\n" + "\n".join(lines), "utf-8")
    with pytest.raises(ConfigError) as raised:
        read_build(build)
    assert any(told in str(p) for p in raised.value.problems)


def test_every_key_a_recipe_or_a_step_can_have_is_said_in_words():
    """The committee page told "classes.labels: ['…'] statt ['…']" as it stands in the file."""
    known = set(catalogue("config")["key_words"])
    steps = {name for step in SECTIONS.values() for name in step.model_fields}
    assert (steps | set(SECTIONS) | {*_ADDED, *_TOGETHER}) - known == set()
    for name in recipe_names():
        parts = {
            part
            for path in paths(recipe_sections(name, Path()))
            for part in path.split(".")
            if not path.startswith(("recipe.", "indicators"))
        }
        own = {p for p in parts if p not in known}  # ids of indicators, axes and dimensions
        assert own <= ids_of(recipe_sections(name, Path())), name


def paths(section, before=""):
    for key, value in section.items():
        if isinstance(value, dict):
            yield from paths(value, f"{before}{key}.")
        else:
            yield f"{before}{key}"


def ids_of(recipe):
    """Return the names a recipe gives itself: keys of tables that are keyed by an id."""
    tables = [recipe.get("transform", {}), recipe.get("axes", {})]
    tables += [recipe.get("scaling", {}).get("goalposts", {})]
    tables += [recipe.get("aggregation", {}).get("dimension_weights", {})]
    return {key for table in tables for key in table}


def test_values_of_a_build_file_are_said_without_its_notation():
    assert setting_in_words(["a", "b"]) == "„a“, „b“"
    assert setting_in_words([-1.0, 0.25, 1.5]) == "−1, 0,25, 1,5"
    assert setting_in_words({"method": "pca", "anchor": None}) == (
        "Verfahren = pca, führender Indikator = nichts"
    )
    assert key_in_words("transform.schule_ohne") == "Umformung, „schule_ohne“"
