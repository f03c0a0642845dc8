"""Build files and names made to break the reader: told in German, at once, without a hit outside."""

import pytest

from sozialraum.cli.terminal import print_problems, print_table
from sozialraum.config.participation import read_participation
from sozialraum.config.reading import read_build
from sozialraum.model import Problem
from sozialraum.model.errors import ConfigError
from sozialraum.planning.plan_file import read_plan

BOMBS = {
    "lists in lists": ("a = " + "[" * 5000 + "]" * 5000, "config.too_deep"),
    "tables in tables": ("a = " + "{b = " * 3000 + "1" + "}" * 3000, "config.too_deep"),
    "a key of 3,000 parts": (".".join(["a"] * 3000) + " = 1", "config.too_deep"),
    "forty levels": ("a = " + "[" * 40 + "]" * 40, "config.too_deep"),
    "a number of 6,000 digits": ("a = " + "9" * 6000, "config.too_deep"),
    "three megabytes": ('title = "' + "x" * 3_000_000 + '"', "config.too_large"),
    "a sign that is none": ('title = "a\x00"', "config.syntax"),
    "half a character": ('title = "\\ud800"', "config.backslash"),
}


@pytest.mark.parametrize("read", [read_build, read_participation, read_plan])
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_build_file_made_to_break_the_reader_is_refused_in_german(tmp_path, read, bomb):
    content, code = BOMBS[bomb]
    path = tmp_path / "bau.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read(path)
    assert {p.code for p in caught.value.problems} == {code}
    assert len(str(caught.value)) < 2000


SCREEN = "\x1b[2J\x1b]0;Titel\x07\x9b2J\rFertig\u202e[red]Nord[/red][link=http://127.0.0.1]"


def test_no_name_of_a_delivery_commands_the_terminal(capfd):
    found = Problem(
        code="x", severity="error", message=SCREEN, file=SCREEN, key=SCREEN, expected=SCREEN,
        found=SCREEN, action=SCREEN,
    )  # fmt: skip
    print_problems([found])
    print_table([SCREEN], [[SCREEN]], title=SCREEN)
    out, err = capfd.readouterr()
    assert "[red]Nord[/red]" in out.replace("\n", "") and "[red]Nord[/red]" in err
    assert not set("\x1b\x07\x9b\r\u202e") & set(out + err)
