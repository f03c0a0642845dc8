"""A recipe of one's own: a file beside the build file, checked by itself, told as one's own."""

import tomllib

import numpy as np
import pytest
from test_recipes_in_builds import build_file, write_case

import sozialraum
from sozialraum.cli.running import app
from sozialraum.config import read_build
from sozialraum.config.recipe_file import RecipeFile, catalogue_sections, is_own, recipe_names
from sozialraum.config.toml_text import as_tuples
from sozialraum.index.recipes import explain_recipe, read_recipe
from sozialraum.model.errors import ConfigError
from sozialraum.workflows.compare.methods import compare_methods
from sozialraum.workflows.new import start_build

OWN = """
orientation = "deprivation"
direction = "hohe Werte = hohe Belastung"

[recipe]
name = "feldstadt_2024"
version = "3"
evidence = "primary"
title = "Feldstädter Verfahren"
source = "Beschluss des Rates vom 1. März 2024"
paragraph = "Die Anteile werden in Ränge gebracht und gemittelt."

[scaling]
method = "percentile"
ties = "max"

[aggregation]
method = "mean"

[classes]
method = "ntile"
k = 4
larger = "high"
labels = ["gering", "mittel", "erhöht", "hoch"]
"""


def with_own(folder, text=OWN, written="mein.toml"):
    """Write a small city whose build file names a recipe file of its own."""
    case = write_case(folder, "minmax_mean")
    (folder / "mein.toml").write_text(text, encoding="utf-8")
    build = build_file(case).replace('recipe = "minmax_mean"', f"recipe = '{written}'")
    case.file.write_text(build, encoding="utf-8")
    return case


def told(folder, **how):
    with pytest.raises(ConfigError) as caught:
        read_build(with_own(folder, **how).file)
    return caught.value.problems


def test_a_build_runs_by_its_own_recipe_and_says_so(tmp_path):
    case = with_own(tmp_path)
    result = sozialraum.build(case.file)
    assert result.plan.changed == ()
    percentiles = (case.value.rank(method="max") - 1) / (len(case.value) - 1)
    index = result.scored["2024-12-31"]["index"].index.dropna()
    np.testing.assert_allclose(
        index, percentiles.mean(axis=1).reindex(index.index), rtol=0, atol=1e-12
    )
    assert result.release.facts.recipe == "feldstadt_2024, Fassung 3, eigene Datei mein.toml"
    assert result.release.facts.evidence == "primary"
    result.save(tmp_path / "out", files=("methode",))
    method = (tmp_path / "out" / "methode.md").read_text("utf-8")
    assert "Die Anteile werden in Ränge gebracht" in method
    assert "eigene Datei mein.toml" in method.replace("\\", "")
    assert "Katalog" not in method


def test_what_a_build_changes_of_its_own_recipe_is_told(tmp_path):
    case = with_own(tmp_path)
    text = case.file.read_text("utf-8") + "\n[classes]\nk = 4\n[scaling]\nties = 'min'\n"
    case.file.write_text(text, encoding="utf-8")
    (change,) = read_build(case.file).changed
    assert change == "Skala, gleiche Werte: min statt max"


def test_a_recipe_may_lie_in_a_folder_below(tmp_path):
    case = with_own(tmp_path, written="verfahren/mein.toml")
    (tmp_path / "verfahren").mkdir()
    (tmp_path / "mein.toml").rename(tmp_path / "verfahren" / "mein.toml")
    assert read_build(case.file).recipe_facts["version"] == "3"


@pytest.mark.parametrize(
    "written",
    ["../mein.toml", "/etc/mein.toml", "C:/mein.toml", "C:\\mein.toml", "ordner\\mein.toml",
     "http://ort/mein.toml", "a/../mein.toml", "CON.toml", "aux.2024.toml", "mein.toml/", "a//b.toml",
     "me*in.toml", "./../mein.toml", "verfahren/mein", "~/mein.toml/x"],
)  # fmt: skip
def test_a_path_that_leads_elsewhere_is_refused_with_what_is_allowed(tmp_path, written):
    (found,) = told(tmp_path, written=written)
    assert found.key == "recipe"
    assert found.file == "bau.toml"
    assert "mein_verfahren.toml" in found.expected or "mein.toml" in found.expected


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "stadt").mkdir()
    (tmp_path / "draussen.toml").write_text(OWN, encoding="utf-8")
    case = with_own(tmp_path / "stadt", written="verweis.toml")
    try:
        (tmp_path / "stadt" / "verweis.toml").symlink_to(tmp_path / "draussen.toml")
    except OSError:
        pytest.skip("this system makes no links")
    with pytest.raises(ConfigError, match="im Ordner der Build-Datei"):
        read_build(case.file)


def test_a_missing_recipe_file_is_told_with_what_lies_there(tmp_path):
    (found,) = told(tmp_path, written="meim.toml")
    assert found.found == "meim.toml"
    assert "mein.toml" in found.expected


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ("[recipe]", "[rezept]", "recipe", "kein Verfahren"),
        ('version = "3"', "", "recipe.version", "fehlt"),
        ('version = "3"', "version = 3", "recipe.version", "falsche Art"),
        ('name = "feldstadt_2024"', "", "recipe.name", "fehlt"),
        ('name = "feldstadt_2024"', 'name = "Feld Stadt"', "recipe.name", "falsche Art"),
        ('name = "feldstadt_2024"', 'name = "berlin_mss"', "recipe.name", "Katalogs"),
        ('evidence = "primary"', 'evidence = "proved"', "recipe.evidence", "nicht vorgesehen"),
        ('evidence = "primary"', 'evidence = "reproduced"', "recipe.agreement", "nachgerechnet"),
        ('ties = "max"', 'ties = "highest"', "scaling.ties", "nicht vorgesehen"),
        ('ties = "max"', 'tie = "max"', "scaling.tie", "ties"),
        ("[scaling]", "[skaling]", "skaling", "scaling"),
        ('orientation = "deprivation"', "", "orientation", "fehlt"),
        ('larger = "high"', "[axes.status.scaling]", "axes", "einmal je Achse"),
        ("k = 4", "k = 4\nk = 5", None, "TOML"),
    ],
)
def test_what_is_wrong_with_a_recipe_is_told_under_its_own_name(tmp_path, old, new, key, words):
    text = OWN.replace('labels = ["gering", "mittel", "erhöht", "hoch"]\n', "")
    (found,) = told(tmp_path, text=text.replace(old, new, 1))
    assert found.file == "mein.toml"
    assert found.key == key
    assert words in f"{found.message} {found.expected}"


def test_every_wrong_line_of_a_recipe_is_told_at_once(tmp_path):
    wrong = OWN.replace('version = "3"', "").replace("k = 4", "k = 40").replace("mean", "median")
    assert {p.key for p in told(tmp_path, text=wrong)} >= {"recipe.version", "classes.k"}


def test_the_build_file_itself_is_no_recipe(tmp_path):
    (found,) = told(tmp_path, written="bau.toml")
    assert "kein Verfahren" in found.message


@pytest.mark.parametrize("name", recipe_names())
def test_the_recipes_of_the_catalogue_keep_the_same_rules(name):
    sections = catalogue_sections(name)
    sections["recipe"]["name"] = name
    RecipeFile.model_validate(as_tuples(sections))
    assert not is_own(name)


def test_a_file_explains_itself_as_a_recipe_of_the_catalogue_does(tmp_path):
    with_own(tmp_path)
    assert "Feldstädter Verfahren (feldstadt_2024, Fassung 3)" in explain_recipe(
        "mein.toml", folder=tmp_path
    )
    recipe = read_recipe("mein.toml", folder=tmp_path)
    assert recipe.name == "feldstadt_2024"
    assert recipe.defaults["scaling"] == tomllib.loads(OWN)["scaling"]


def test_the_verb_methods_and_a_new_build_file_take_it_too(tmp_path, capsys):
    case = with_own(tmp_path)
    with pytest.raises(SystemExit) as ended:
        app(["methods", (tmp_path / "mein.toml").as_posix()])
    assert ended.value.code == 0
    assert "Feldstädter Verfahren" in capsys.readouterr().out
    file = tmp_path / "neu.toml"
    start_build("neu", file, recipe="mein.toml").save(tmp_path)
    written = tomllib.loads(file.read_text("utf-8"))
    assert written["recipe"] == "mein.toml"
    assert written["classes"]["larger"] == "high"
    with pytest.raises(ConfigError, match="fehlt"):
        start_build("neu2", tmp_path / "neu2.toml", recipe="kein.toml")
    compared = compare_methods(sozialraum.build(case.file), recipes=["mein.toml"])
    assert "feldstadt_2024" in compared.variants
