"""The source of the committee page: small modules, joined without a tool, tested by node."""

import re
import shutil
import subprocess
from importlib import resources
from pathlib import Path

import pytest

from sozialraum.publish.page import modules
from sozialraum.publish.page.modules import joined

SOURCE = Path(str(resources.files("sozialraum.publish") / "assets" / "karte"))
TESTS = Path(__file__).parent / "page_modules"


@pytest.fixture
def folder(monkeypatch):
    """Stand in for the assets: names and sources of modules."""
    joined.cache_clear()

    def hold(**sources):
        found = {f"x/{name}.js": text for name, text in sources.items()}
        monkeypatch.setattr(modules, "asset", found.__getitem__)

    yield hold
    joined.cache_clear()


def test_what_is_imported_stands_before_what_imports_it(folder):
    folder(
        main='import { b } from "./b.js";\nb();\n',
        b='import { a } from "./a.js";\nexport function b() {\n  return a;\n}\n',
        a="/** One. */\nexport const a = 1;\n",
    )
    assert joined("x", "main.js") == (
        '"use strict";\n(() => {\n'
        "const { a } = (() => {\nconst a = 1;\nreturn { a };\n})();\n"
        "const { b } = (() => {\nfunction b() {\nreturn a;\n}\nreturn { b };\n})();\n"
        "(() => {\nb();\n})();\n"
        "})();\n"
    )


@pytest.mark.parametrize(
    ("sources", "told"),
    [
        (
            {"main": 'import { a } from "./a.js";\n', "a": 'import { a } from "./main.js";\n'},
            "main.js -> a.js -> main.js",
        ),
        ({"main": 'import { b } from "./a.js";\n', "a": "export const a = 1;\n"}, "'b'"),
        ({"main": "export default 1;\n"}, "export default"),
        ({"main": 'import * as all from "./a.js";\n'}, "import \\*"),
        ({"main": "await 1;\n"}, "await"),
        (
            {
                "main": 'import { a } from "./a.js";\nimport { c } from "./b.js";\n',
                "a": "export const a = 1;\n",
                "b": "export const a = 1;\nexport const c = 1;\n",
            },
            "exported by a.js and by b.js",
        ),
    ],
)
def test_what_cannot_be_joined_is_refused(folder, sources, told):
    folder(**sources)
    with pytest.raises(ValueError, match=told):
        joined("x", "main.js")


def test_a_comment_is_left_out_and_what_stands_between_two_is_not(folder):
    folder(main="/* one */\nconst a = /** @type {any} */ (1);\n/** two\n * lines */\nrun(a);\n")
    assert "const a = (1);\nrun(a);" in joined("x", "main.js") and "two" not in joined(
        "x", "main.js"
    )


def test_modules_are_short():
    files = sorted(SOURCE.glob("*.js"))
    assert len(files) > 20
    for path in files:
        lines = path.read_text("utf-8").splitlines()
        assert len(lines) <= 200, path.name


def test_no_line_of_a_script_or_of_a_style_is_longer_than_a_hundred_characters():
    package = Path(str(resources.files("sozialraum")))
    files = [*package.rglob("*.css"), *package.rglob("*.js")]
    assert len(files) > 30
    long = {
        f"{path.relative_to(package).as_posix()}:{number}": len(line)
        for path in files
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > 100
    }
    assert long == {}


def test_every_module_is_reached_and_nothing_becomes_markup():
    script = joined("karte", "many.js", "main.js") + joined("karte", "sections.js")
    names = {path.name for path in SOURCE.glob("*.js")} - {"eslint.config.js"}
    sources = {name: (SOURCE / name).read_text("utf-8") for name in names}
    imported = {n for text in sources.values() for n in re.findall(r'from "\./([\w-]+\.js)"', text)}
    assert names - imported == {"main.js", "many.js", "sections.js", "offers_page.js"}
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", script)
    assert "</script" not in script and "http" not in script.replace("http://www.w3.org/", "")


def run(tool, *arguments):
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not here: it tests the page's source for its developers")
    return subprocess.run([tool, *arguments], capture_output=True, text=True, timeout=120)


def test_the_pure_parts_hold_their_tests_under_node():
    done = run("node", "--test", str(TESTS / "pure.test.js"))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert int(re.search(r"^# pass (\d+)", done.stdout, re.MULTILINE)[1]) >= 20


def test_the_types_of_the_source_hold():
    done = run("tsc", "-p", str(SOURCE))
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_rules_of_the_source_hold():
    config = ["--no-config-lookup", "-c", str(SOURCE / "eslint.config.js")]
    done = run("eslint", *config, str(SOURCE))
    assert done.returncode == 0, done.stdout[-3000:]
