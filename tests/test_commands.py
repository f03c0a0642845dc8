"""Every command that README, build files and messages name is one that runs."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from sozialraum.texts import catalogue
from sozialraum.texts.shell_words import shell_word

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
TEXTS = ROOT / "sozialraum" / "texts" / "de"


def spans(text):
    """Return the commands of a Markdown text in their order: fenced lines and inline code."""
    found = []
    for match in re.finditer(r"```\w*\n(.*?)```|`([^`]+)`", text, re.DOTALL):
        fenced, inline = match.groups()
        lines = fenced.replace("&&\n", "\n").splitlines() if fenced else [" ".join(inline.split())]
        found += [line.strip() for line in lines]
    starts = ("sozialraum ", "python -m sozialraum", ".venv/bin/sozialraum ")
    return [line for line in found if line.startswith(starts) and "import" not in line]


def arguments(command):
    """Return the words behind the program."""
    words = shlex.split(command)
    return words[3:] if words[:2] == ["python", "-m"] and words[2] == "sozialraum" else words[1:]


def run(words, cwd):
    return subprocess.run(
        [sys.executable, *words],
        capture_output=True, encoding="utf-8", cwd=cwd, check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def test_every_command_of_the_readme_runs_in_its_order(tmp_path):
    for folder in ("config", "shapes"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    city = tmp_path / "config" / "Neustadt.toml"
    ran = []
    for command in spans(README):
        if "FOLDER" in command:  # public data that nobody has to have
            known_words(arguments(command))
            continue
        words = arguments(command)
        if command.startswith("python -m"):
            done = run(shlex.split(command)[1:], tmp_path)
        else:
            done = run(
                ["-m", "sozialraum", *(words if len(words) > 1 else [*words, "-h"])], tmp_path
            )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        ran.append(words[0])
        if words[:2] == ["new", "Neustadt"]:  # filled in, as the next line of the README says
            assert run(["-m", "sozialraum", "check", str(city)], tmp_path).returncode == 1
            shutil.copy(ROOT / "config" / "musterstadt.toml", city)
        if words[0] == "build" and "out/2024" in words:
            shutil.copytree(tmp_path / "out" / "2024", tmp_path / "out" / "2025")
    assert {"new", "check", "build", "show", "compare", "verify", "plan", "participation"} <= {*ran}


def test_the_first_step_is_the_same_on_windows_and_linux():
    def lines(system):
        block = re.search(
            rf"<!-- first step on {system} -->\n\s*```\w+\n(.*?)```", README, re.DOTALL
        )
        return [line.strip() for line in block.group(1).splitlines() if line.strip()]

    windows, linux = lines("Windows"), lines("Linux")
    assert windows[0].replace("py ", "python3 ", 1) == linux[0]
    assert windows[1] == r"sozialraum-umgebung\Scripts\activate"
    assert linux[1] == ". sozialraum-umgebung/bin/activate"
    assert windows[2] == linux[2] == 'python -m pip install ".[bericht]"'


@pytest.mark.skipif(os.name == "nt", reason="the lines for Linux")
def test_the_first_step_makes_and_enters_an_environment(tmp_path):
    block = re.search(r"<!-- first step on Linux -->\n\s*```bash\n(.*?)```", README, re.DOTALL)
    lines = [line.strip() for line in block.group(1).splitlines() if line.strip()]
    lines[0] += " --without-pip"
    script = "\n".join([*lines[:2], "command -v python"])
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], cwd=tmp_path, check=True,
        capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert done.stdout.strip() == str(tmp_path / "sozialraum-umgebung" / "bin" / "python")


def commands():
    from sozialraum.cli.running import app

    return typer.main.get_command(app).commands


def known_words(words):
    """Fail unless the verb and every switch of a command exist."""
    verbs = commands()
    assert words[0] in verbs, words
    verb = verbs[words[0]]
    if hasattr(verb, "commands"):
        assert words[1] in verb.commands, words
        verb = verb.commands[words[1]]
    switches = {o for p in verb.params for o in (*p.opts, *p.secondary_opts)}
    assert {w for w in words[1:] if w.startswith("-")} <= {*switches, "-h", "--help"}, words


def texts_of(entry):
    if isinstance(entry, dict):
        for part in entry.values():
            yield from texts_of(part)
    elif isinstance(entry, list):
        for part in entry:
            yield from texts_of(part)
    else:
        yield str(entry)


def named():
    """Return what messages and build files tell people to type."""
    told = [t for f in sorted(TEXTS.glob("*.toml")) for t in texts_of(catalogue(f.stem))]
    found = [c for t in told for c in re.findall(r"„(sozialraum [a-z][^“]*)“", t)]
    lines = [f.read_text("utf-8").splitlines() for f in sorted((ROOT / "config").glob("*.toml"))]
    lines.append((TEXTS / "build_file.txt").read_text("utf-8").splitlines())
    comments = [line.partition("#")[2] for some in lines for line in some]
    return found + [m for c in comments for m in re.findall(r"(?:: |^ +)(sozialraum [a-z].*)$", c)]


@pytest.mark.parametrize("command", sorted({*named()}))
def test_a_command_in_a_message_has_a_verb_and_switches_that_exist(command):
    words = arguments(command)
    known_words(words)


def test_messages_name_commands_at_all():
    assert len(named()) > 10


def test_a_message_about_a_name_with_a_blank_can_be_copied_as_it_is(tmp_path):
    made = run(["-m", "sozialraum", "new", "Bad Neustadt"], tmp_path)
    (command,) = re.findall(r"„(sozialraum check [^“]*)“", made.stdout)
    assert command == 'sozialraum check "config/Bad Neustadt.toml"'
    done = run(["-m", "sozialraum", *arguments(command)], tmp_path)
    assert done.returncode == 1 and "???" in done.stdout + done.stderr
    head = (tmp_path / "config" / "Bad Neustadt.toml").read_text("utf-8").splitlines()[1]
    assert head.endswith(command)


@pytest.mark.parametrize("path", ["a&b.toml", "Bad Neustadt.toml", "a(1).toml", "a;b.toml"])
def test_signs_that_a_terminal_reads_are_quoted(path):
    assert shell_word(path) == f'"{path}"'
    assert shell_word("config/Übersee-2024.toml") == "config/Übersee-2024.toml"


def test_every_verb_has_a_file_of_its_own_and_no_file_of_the_command_line_closes_a_circle():
    from sozialraum.cli.running import VERBS

    folder = ROOT / "sozialraum" / "cli"
    assert sorted(commands()) == sorted(VERBS)
    assert {f"{verb}.py" for verb in VERBS} <= {
        f.name if f.suffix else f"{f.name}.py" for f in folder.iterdir()
    }
    arrows = {
        ".".join(f.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): set(
            re.findall(r"from (sozialraum\.cli\S*) import", f.read_text("utf-8"))
        )
        for f in folder.rglob("*.py")
    }
    while done := [name for name, ahead in arrows.items() if not ahead & set(arrows)]:
        for name in done:
            del arrows[name]
    assert not arrows
