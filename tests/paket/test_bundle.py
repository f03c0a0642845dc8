"""The bundle for a machine without a network: complete, checked by digests, set up offline."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from sozialraum.model.errors import ConfigError
from sozialraum.paket.__main__ import main
from sozialraum.paket.making import EXTRAS, LIST, WHEELS, fetch_wheels, make_bundle
from sozialraum.paket.wheels import lacking_wheels, machine, read_wheels

ROOT = Path(__file__).parents[2]
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
WINDOWS, LINUX = machine("win_amd64", PYTHON), machine("linux_x86_64", PYTHON)


def write_wheel(folder, name, version="1.0", *, needs=(), code="", licence="MIT", extras=()):
    """Write a wheel that pip installs, with one module."""
    folder.mkdir(parents=True, exist_ok=True)
    module, info = name.replace("-", "_"), f"{name.replace('-', '_')}-{version}.dist-info"
    head = [f"Name: {name}", f"Version: {version}", f"License-Expression: {licence}"]
    head += [f"Provides-Extra: {e}" for e in extras] + [f"Requires-Dist: {n}" for n in needs]
    files = {
        f"{module}/__init__.py": "",
        f"{module}/__main__.py": code,
        f"{info}/METADATA": "\n".join(["Metadata-Version: 2.4", *head, ""]),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/licenses/LICENSE": f"Licence of {name}\n",
    }
    record = "".join(f"{n},,\n" for n in [*files, f"{info}/RECORD"])
    path = folder / f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, content in (files | {f"{info}/RECORD": record}).items():
            archive.writestr(file, content)
    return path


PROGRAM = "import sys\nprint('sozialraum', *sys.argv[1:])\n"
NEEDS = ("kern>=1", 'nur-windows; sys_platform == "win32"', 'papier; extra == "bericht"')


@pytest.fixture
def wheels(tmp_path):
    folder = tmp_path / "Bündel & Co" / WHEELS
    write_wheel(folder, "sozialraum", needs=NEEDS, code=PROGRAM, extras=["bericht"])
    write_wheel(folder, "kern", "1.2", needs=("alt; python_version < '3.0'",))
    write_wheel(folder, "papier", needs=("kern[schnell]",))
    return folder


def test_what_only_the_other_machine_needs_is_missed(wheels):
    found = read_wheels(wheels)
    assert list(found) == ["kern", "papier", "sozialraum"]
    assert [str(r.name) for r in lacking_wheels(found, WINDOWS, EXTRAS)] == ["nur-windows"]
    assert lacking_wheels(found, LINUX, EXTRAS) == []
    write_wheel(wheels, "kern", "0.9")
    (wheels / "kern-1.2-py3-none-any.whl").unlink()
    assert [str(r) for r in lacking_wheels(read_wheels(wheels), LINUX, EXTRAS)] == ["kern>=1"]


def test_an_extra_of_an_extra_is_needed_too(wheels):
    write_wheel(wheels, "kern", "1.2", needs=('flink; extra == "schnell"',), extras=["schnell"])
    assert [r.name for r in lacking_wheels(read_wheels(wheels), LINUX, EXTRAS)] == ["flink"]


def test_pip_is_asked_for_what_it_left_out_because_it_runs_elsewhere(tmp_path, wheels):
    asked = []

    def pip(*words):
        asked.append(words)
        if "nur-windows" in words:
            write_wheel(wheels, "nur-windows")

    fetch_wheels(ROOT, wheels, WINDOWS, pip=pip)
    assert [words[0] for words in asked] == ["wheel", "download", "download"]
    assert "sozialraum[bericht]==1.0" in asked[1] and "--no-deps" in asked[2]
    assert "win_amd64" in asked[1] and PYTHON in asked[1] and ":all:" in asked[1]
    with pytest.raises(ConfigError, match=r"pyproject\.toml"):
        fetch_wheels(tmp_path, wheels, WINDOWS, pip=pip)


def test_what_cannot_be_found_is_named(wheels):
    with pytest.raises(ConfigError, match="nur-windows"):
        fetch_wheels(ROOT, wheels, WINDOWS, pip=lambda *words: None)
    with pytest.raises(ConfigError, match="nur-windows"):
        make_bundle(wheels.parent, WINDOWS)


def test_the_list_holds_the_digest_of_every_wheel_and_the_licences_lie_beside(wheels):
    written = make_bundle(wheels.parent, LINUX)
    listed = dict(
        re.findall(r"^(\S+)==\S+ --hash=sha256:(\w+)$", (wheels.parent / LIST).read_text(), re.M)
    )
    digests = {
        w.name: hashlib.sha256(w.path.read_bytes()).hexdigest()
        for w in read_wheels(wheels).values()
    }
    assert listed == digests and len(listed) == 3
    table = (wheels.parent / "lizenzen.csv").read_text("utf-8-sig").splitlines()
    assert table == ["Paket;Version;Lizenz", "kern;1.2;MIT", "papier;1.0;MIT", "sozialraum;1.0;MIT"]
    assert (wheels.parent / "lizenzen/kern/LICENSE").read_text() == "Licence of kern\n"
    assert set(written) >= {LIST, "LIESMICH.txt", "einrichten.sh", "assistent.sh", "lizenzen.csv"}
    before = {n: (wheels.parent / n).read_bytes() for n in written}
    assert make_bundle(wheels.parent, LINUX) == written
    assert before == {n: (wheels.parent / n).read_bytes() for n in written}


@pytest.mark.parametrize("where", [WINDOWS, LINUX])
def test_no_word_is_left_open_and_windows_gets_its_line_ends(wheels, where):
    write_wheel(wheels, "nur-windows")
    for name in make_bundle(wheels.parent, where):
        content = (wheels.parent / name).read_bytes()
        if not name.startswith("lizenzen"):
            assert not re.search(rb"@\w+@", content), name
        if name.endswith((".cmd", "LIESMICH.txt")):
            lines = content.count(b"\n")
            assert content.count(b"\r\n") == (lines if where is WINDOWS else 0), name
            content.decode("utf-8")


def test_scripts_of_windows_quote_every_path(wheels):
    write_wheel(wheels, "nur-windows")
    make_bundle(wheels.parent, WINDOWS)
    for name in ("EINRICHTEN.cmd", "ASSISTENT.cmd"):
        for line in (wheels.parent / name).read_text("utf-8").splitlines():
            for path in re.finditer(r"%(?:~dp0|SOZIALRAUM_UMGEBUNG%|LOCALAPPDATA%)", line):
                assert line[: path.start()].count('"') % 2 == 1, line
            if line.strip().startswith("echo "):  # what cmd would act on
                assert not set(line) & set("&|<>^%"), line


def set_up(folder, home, script="einrichten.sh", *words):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PIP_")}
    environment |= {"HOME": str(home), "XDG_DATA_HOME": str(home / "data")}
    environment |= {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    return subprocess.run(
        ["sh", str(folder / script), *words],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


needs_shell = pytest.mark.skipif(
    os.name == "nt" or not shutil.which(f"python{PYTHON}"),
    reason="no shell, or no such Python here",
)


@needs_shell
def test_the_linux_twin_is_set_up_without_an_index_and_starts(wheels, tmp_path):
    make_bundle(wheels.parent, LINUX)
    before = set_up(wheels.parent, tmp_path, "assistent.sh")
    assert before.returncode == 1 and "Zuerst einrichten.sh starten." in before.stderr
    done = set_up(wheels.parent, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (
        "sozialraum --version\nsozialraum warm\n" in done.stdout and "assistent.sh" in done.stdout
    )
    assert (tmp_path / "data/sozialraum/umgebung").is_dir()
    started = set_up(wheels.parent, tmp_path, "assistent.sh", "meine stadt.toml")
    assert started.stdout.strip() == "sozialraum assistent meine stadt.toml"


@needs_shell
def test_a_changed_wheel_is_not_installed(wheels, tmp_path):
    make_bundle(wheels.parent, LINUX)
    write_wheel(wheels, "kern", "1.2", code="evil")
    done = set_up(wheels.parent, tmp_path)
    assert done.returncode == 1 and "Nicht eingerichtet" in done.stderr


@pytest.mark.skipif(
    not os.environ.get("SOZIALRAUM_BUNDLE"), reason="fetches 250 MB: SOZIALRAUM_BUNDLE=1 runs it"
)
@pytest.mark.parametrize("platform", ["win_amd64", "linux_x86_64"])
def test_the_real_bundle_is_whole_and_its_twin_draws_a_map_offline(platform, tmp_path, capsys):
    folder = tmp_path / "Bündel & Co"
    assert (
        main([str(folder), "--platform", platform, "--python", PYTHON, "--projekt", str(ROOT)]) == 0
    )
    assert lacking_wheels(read_wheels(folder / WHEELS), machine(platform, PYTHON), EXTRAS) == []
    if platform == "linux_x86_64":
        done = set_up(folder, tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        python = tmp_path / "data/sozialraum/umgebung/bin/python"
        words = [python, "-m", "sozialraum", "build", ROOT / "config/musterstadt.toml"]
        subprocess.run([*words, "-o", tmp_path / "out"], check=True, cwd=tmp_path)
        assert (tmp_path / "out/karte.html").stat().st_size > 100_000
