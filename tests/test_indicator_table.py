"""Indicators from a table beside the build file: a row each, the keys as columns."""

import pytest
from monitor_town import HEAD, LAYERS, write_town

import sozialraum as sr
from sozialraum.model.errors import ConfigError

NAMED = HEAD.replace('place = "Musterstadt"', 'place = "Musterstadt"\nindicators = "kz.csv"')
KEYS = list(dict.fromkeys(key for one in LAYERS for key in one))


def cell(value):
    return str(value).replace(".", ",") if isinstance(value, float) else str(value)


def table(rows=LAYERS, keys=KEYS, sign=";"):
    lines = [sign.join(keys)]
    lines += [sign.join(cell(one.get(k, "")) for k in keys) for one in rows]
    return "\n".join(lines) + "\n"


def town(folder, words, coding="utf-8", head=NAMED):
    file = write_town(folder, indicators=(), head=head)
    (folder / "kz.csv").write_text(words, encoding=coding)
    return file


def refused(folder, words, head=NAMED):
    with pytest.raises(ConfigError) as error:
        sr.read_build(town(folder, words, head=head))
    return [(p.code, p.file, p.row, p.column) for p in error.value.problems]


@pytest.mark.parametrize(("sign", "coding"), [(";", "utf-8-sig"), ("\t", "utf-8"), (";", "cp1252")])
def test_a_table_says_the_same_as_sections(tmp_path, sign, coding):
    listed = sr.read_build(town(tmp_path / "a", table(sign=sign), coding))
    written = sr.read_build(write_town(tmp_path / "b"))
    assert listed.indicators == written.indicators


def test_empty_rows_and_remarks_are_passed_over(tmp_path):
    lines = table().splitlines()
    words = "\n".join([lines[0], "# Stand Mai", lines[1], ";" * (len(KEYS) - 1), *lines[2:]])
    assert len(sr.read_build(town(tmp_path, words)).indicators) == len(LAYERS)


def test_a_wrong_cell_is_told_with_its_line_and_column(tmp_path):
    rows = ({**LAYERS[0], "direction": "schlecht"}, LAYERS[1], {**LAYERS[2], "kind": "saldo"})
    assert refused(tmp_path, table(rows)) == [
        ("config.not_allowed", "kz.csv", 2, "direction"),
        ("config.not_allowed", "kz.csv", 4, "kind"),
    ]


def test_a_contradiction_is_told_with_its_line(tmp_path):
    rows = (LAYERS[0], {**LAYERS[3], "use": "index", "direction": "burden"})
    turned = NAMED.replace("stichtag =", 'orientation = "deprivation"\nstichtag =', 1)
    found = refused(tmp_path, table(rows), turned)
    assert ("config.kind.count_input", "kz.csv", 3, None) in found


@pytest.mark.parametrize(("words", "code"), [
    ("id;label;richtung\na;A;burden\n", "config.listed.column"),
    ("id;id;label\na;a;A\n", "config.listed.twice"), ("id;label\n", "config.listed.no_table"),
    ("", "config.listed.no_table"),
])  # fmt: skip
def test_a_table_that_is_none_is_told(tmp_path, words, code):
    assert code in {found[0] for found in refused(tmp_path, words)}


def test_a_table_that_is_not_there_is_told_at_its_key(tmp_path):
    file = write_town(tmp_path, indicators=(), head=NAMED)
    with pytest.raises(ConfigError) as error:
        sr.read_build(file)
    assert [(p.code, p.key) for p in error.value.problems] == [
        ("config.listed.absent", "indicators")
    ]


def test_a_build_with_a_table_is_built_like_one_with_sections(tmp_path):
    listed, written = sr.build(town(tmp_path / "a", table())), sr.build(write_town(tmp_path / "b"))
    assert listed.table.equals(written.table)
    assert listed.current.values.equals(written.current.values)
