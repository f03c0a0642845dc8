"""The command that prints the speed table: a wrong word is told in one sentence, nothing measured."""

import pytest

pytest.importorskip("resource")  # the table is made where the system tells peak memory

import measure


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nope"], "No benchmark is called nope. There are: bench_builds, "),
        (["publish", "--schnell"], "No benchmark is called --schnell."),
        (["publish", "--only"], "--only wants a word"),
    ],
)
def test_a_word_that_names_nothing_is_told_before_anything_is_measured(words, told, monkeypatch):
    monkeypatch.setattr(measure, "row", lambda _: pytest.fail("measured"))
    with pytest.raises(SystemExit, match=told):
        measure.main(words)


def test_cases_say_what_they_do_before_they_do_it(monkeypatch, capsys):
    cases = [measure.Case(name, lambda: None, {"NumPy": lambda: None}) for name in ("one", "two")]
    module = type("Module", (), {"cases": staticmethod(lambda: cases)})
    monkeypatch.setattr(measure.importlib, "import_module", {"bench_space": module}.__getitem__)
    measured = []
    monkeypatch.setattr(measure, "row", lambda case: measured.append(case.name) or case.name)
    measure.main(["bench_space", "--only", "tw"])
    out, err = capsys.readouterr()
    assert measured == ["two"] and out.splitlines()[-1] == "two"
    assert "bench_space: making the input" in err and "1/1: two" in err and "beside NumPy" in err
    with pytest.raises(SystemExit, match="No case of bench_space has three in its name"):
        measure.main(["space", "--only", "three"])


def test_help_is_the_description(capsys):
    measure.main(["--help"])
    assert "--only WORD" in capsys.readouterr().out
