"""Every recipe of the catalogue from a build file to the released table, saved and used again.

The oracle is `fit_recipe` on the values the files were written from: the pipeline must add nothing
and lose nothing on the way. The input counts as published, so that nothing is rounded.
"""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

import sozialraum
from sozialraum.index.fitted_index import FittedIndex
from sozialraum.index.method import fit_recipe
from sozialraum.index.recipes import Recipe, read_recipe, recipe_names
from sozialraum.model import Indicator
from sozialraum.model.errors import ConfigError, DataError
from sozialraum.publish.bundle import WRITERS
from sozialraum.workflows.check.checking import check_build
from sozialraum.workflows.new import start_build
from sozialraum.workflows.show.saved import open_result

SIDE = 7
KEYS = [f"{n:03d}" for n in range(1, SIDE * SIDE + 1)]
LONELY = KEYS[-1]  # fewer persons than any recipe asks for
PLAIN = tuple({"id": i, "label": i.upper(), "direction": "burden"} for i in ("a", "b", "c"))
# Where values of a unit lie, and the fixed ends the HDI asks for.
RANGES = {
    "share": (0.05, 0.6), "percent": (5.0, 60.0), "per_1000": (20.0, 90.0), "points": (-4.0, 4.0),
    "number": (1.0, 14.0),
}  # fmt: skip
OWN_RANGES = {"lebenserwartung": (70.0, 84.0), "einkommen": (9000.0, 70000.0)}
# Steps that no recipe of the catalogue takes, or not together: name, recipe, sections.
VARIANTS = {
    "Personen statt Gebiete": ("five_types", {
        "scaling": {"weights": "population"}, "restandardise": {"weights": "population"},
    }),
    "Klassen gleich vieler Personen": ("minmax_mean", {
        "classes": {"method": "quantile", "weights": "population"},
    }),
    "Ausreißer": ("minmax_mean", {"treatment": {"rule": "winsorise"}}),
    "Copeland": ("minmax_mean", {"aggregation": {"method": "copeland"}}),
    "geometrisch": ("minmax_mean", {
        "scaling": {"output": [1.0, 100.0]}, "aggregation": {"method": "geometric"},
    }),
    "MPI": ("five_types", {
        "scaling": {"location": 100.0, "step": 10.0}, "aggregation": {"method": "mpi"},
        "restandardise": {"method": "none"}, "classes": {"method": "ntile"},
    }),
    "OWA": ("minmax_mean", {"aggregation": {"method": "owa", "owa_weights": [0.5, 0.3, 0.2]}}),
    "Entropie": ("minmax_mean", {"weighting": {"method": "entropy"}}),
    "CRITIC": ("minmax_mean", {"weighting": {"method": "critic"}}),
    "Vorteil des Zweifels": ("minmax_mean", {"aggregation": {"method": "bod"}}),
    "Jenks": ("minmax_mean", {"classes": {"method": "jenks"}}),
    "Normalwerte der Ränge, Hauptkomponente über Personen": ("five_types", {
        "scaling": {"method": "normal_scores", "ties": "max"},
        "weighting": {"method": "pca", "weights": "population"}, "aggregation": {"method": "sum"},
    }),
    "veröffentlichte Koeffizienten, gerundet, Index als Rang": ("five_types", {
        "scaling": {"method": "zscore", "digits": 2},
        "weighting": {"method": "published", "coefficients": {"a": 0.5, "b": 0.3, "c": 1.4}},
        "aggregation": {"method": "sum"}, "restandardise": {"method": "rank", "ties": "min"},
        "classes": {"method": "ntile", "larger": "high"},
    }),
    "ungleich große Gruppen": ("minmax_mean", {
        "scaling": {"method": "exponential", "rank_share": "(r-1)/n"},
        "classes": {"method": "quantile", "shares": [0.4, 0.25, 0.15, 0.1, 0.1]},
    }),
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One build file, and what it was written from."""

    recipe: Recipe
    indicators: tuple[Indicator, ...]
    value: pd.DataFrame
    base: pd.DataFrame
    persons: pd.Series
    changed: dict
    file: Path

    def fitted(self, axis: str) -> FittedIndex:
        own = [i for i in self.indicators if i.axis == axis]
        return fit_recipe(
            self.value, own, self.recipe, axis="" if axis == "index" else axis, base=self.base,
            persons=self.persons, changed=self.changed,
        )  # fmt: skip


def roles_of(recipe: Recipe) -> list[dict]:
    first = next(iter(recipe.editions), "")
    return [r for r in recipe.roles if r["id"] in recipe.ids(first)] or list(PLAIN)


def toml(value) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def write_case(folder: Path, name: str, changed: dict | None = None) -> Case:
    """Write areas, one table and a build file for a recipe."""
    recipe, changed = read_recipe(name), dict(changed or {})
    rng = np.random.default_rng(20)
    need = rng.normal(size=len(KEYS))
    table = pd.DataFrame({"einwohner": rng.integers(400, 9000, len(KEYS)).astype(float)}, KEYS)
    table.loc[LONELY, "einwohner"] = 120.0
    indicators, value, base = [], {}, {}
    for role in roles_of(recipe):
        unit, own = role.get("unit", "share"), role["id"]
        sign = 1 if role["direction"] == "burden" else -1
        place = 1 / (1 + np.exp(-(sign * need + 0.4 * rng.normal(size=len(KEYS)))))
        low, high = OWN_RANGES.get(own, RANGES[unit])
        column = pd.Series(low + place * (high - low), KEYS)
        if unit == "share":
            table[f"{own}_alle"] = rng.integers(80, 900, len(KEYS)).astype(float)
            table[f"{own}_faelle"] = (column * table[f"{own}_alle"]).round()
            column = table[f"{own}_faelle"] / table[f"{own}_alle"]
            named = {"numerator": f"{own}_faelle", "denominator": f"{own}_alle"}
            base[own] = table[f"{own}_alle"]
        else:
            table[own], named = column, {"value": own}
            base[own] = pd.Series(np.nan, KEYS)
        indicators.append(Indicator(**role, **named))
        value[own] = column
    if name in ("reference_100", "base_year_100"):
        changed["scaling"] = {"references": {i.id: 0.3 for i in indicators}}
    used = table.index[table["einwohner"] >= recipe.section("population").get("minimum", 0)]
    case = Case(
        recipe, tuple(indicators), pd.DataFrame(value).loc[used], pd.DataFrame(base).loc[used],
        table["einwohner"].loc[used], changed, folder / "bau.toml",
    )  # fmt: skip
    cells = [box(x * 900, y * 900, x * 900 + 900, y * 900 + 900)
             for y in range(SIDE) for x in range(SIDE)]  # fmt: skip
    areas = gpd.GeoDataFrame({"schluessel": KEYS, "name": [f"Feld {k}" for k in KEYS]},
                             geometry=cells, crs="EPSG:25832")  # fmt: skip
    areas.geometry = areas.translate(500_000, 5_700_000)
    areas.to_file(folder / "felder.gpkg")
    table.rename_axis("schluessel").to_csv(folder / "zahlen.csv")
    case.file.write_text(build_file(case), encoding="utf-8")
    return case


def build_file(case: Case, **top: str) -> str:
    first = {
        "title": "Feldstadt", "place": "Feldstadt", "recipe": case.recipe.name,
        "crs": "EPSG:25832", "orientation": case.recipe.orientation, **top,
    }  # fmt: skip
    lines = ["stichtag = 2024-12-31", *(f"{k} = {toml(v)}" for k, v in first.items())]
    lines += ["[areas.felder]", 'file = "felder.gpkg"', 'key = "schluessel"', 'name = "name"']
    lines += ["[[tables]]", 'file = "zahlen.csv"', 'areas = "felder"', 'key = "schluessel"']
    lines += ["[join]", 'target = "felder"', "[population]", 'variable = "einwohner"']
    lines += ["[disclosure]", "published_input = true", 'reason = "erfundene Zahlen"']
    lines += ["[output]", 'files = ["parquet", "methode"]']
    for i in case.indicators:
        fields = {f: getattr(i, f) for f in ("id", "label", "direction", "axis", "unit")}
        fields |= {"dimension": i.dimension, "weight": i.weight}
        fields |= {f: getattr(i, f) for f in ("numerator", "denominator", "value")}
        lines += [
            "[[indicators]]",
            *(f"{k} = {toml(v)}" for k, v in fields.items() if v is not None),
        ]
    for section, keys in case.changed.items():
        lines += [f"[{section}]", *(f"{k} = {toml(v)}" for k, v in keys.items())]
    return "\n".join(lines) + "\n"


CASES = {name: (name, {}) for name in recipe_names()} | VARIANTS


@pytest.fixture(scope="module", params=CASES)
def built(request, tmp_path_factory):
    case = write_case(tmp_path_factory.mktemp("bau"), *CASES[request.param])
    return case, sozialraum.build(case.file)


def test_the_index_of_every_area_is_the_one_of_the_method(built):
    case, result = built
    for axis, scored in result.scored["2024-12-31"].items():
        expected = case.fitted(axis).score(case.value)
        own = scored.index.dropna()
        assert set(own.index) == set(case.value.index)
        np.testing.assert_allclose(own, expected["index"].reindex(own.index), rtol=0, atol=1e-12)


def test_the_released_classes_are_the_ones_of_the_method(built):
    case, result = built
    for axis in result.plan.axis_names:
        expected = case.fitted(axis).score(case.value)[["class", "class_label"]]
        prefix = "" if axis == result.plan.axis_names[0] else f"{axis}_"
        released = result.table[[f"{prefix}class", f"{prefix}class_label"]].loc[case.value.index]
        assert released[f"{prefix}class"].astype(int).tolist() == expected["class"].tolist()
        assert released[f"{prefix}class_label"].tolist() == expected["class_label"].tolist()
        left_out = result.table.index.difference(case.value.index)
        assert result.table.loc[left_out, f"{prefix}class"].isna().all()


def test_a_saved_result_gives_the_same_yardstick_and_serves_as_reference(built, tmp_path):
    case, result = built
    folder = tmp_path / "ergebnis"
    result.save(folder)
    saved = open_result(folder)
    main = result.plan.axis_names[0]
    for axis, fitted_method in result.fitted_by_day.items():
        assert saved.fitted("index" if axis == main else axis) == fitted_method
    again_file = case.file.with_name("wieder.toml")
    again_file.write_text(build_file(case, reference=folder.as_posix()), encoding="utf-8")
    again = sozialraum.build(again_file)
    assert again.fitted_by_day == result.fitted_by_day
    pd.testing.assert_frame_equal(again.table, result.table)


def test_every_output_can_be_written(built, tmp_path):
    case, result = built
    del case
    files = tuple(f for f in WRITERS if f not in ("bericht", "steckbriefe", "xlsx"))
    assert len(result.save(tmp_path / "alles", files=files)) > len(files)


def filled_in(case: Case, folder: Path) -> Path:
    """Write the template of a recipe and fill it in for the areas and columns of a case."""
    file = folder / "feldstadt.toml"
    start_build("feldstadt", file, recipe=case.recipe.name).save(folder)
    text = (
        file.read_text("utf-8")
        .replace('"00000000"', '"05913000"')
        .replace('"???"', '"Feldstadt"')
        .replace("# armut = ", "a = ")
        # delivered values: whoever fills the file in knows that they are published
        .replace("# published = ", "published = ")
        .replace('# reason = "Feldstadt"', 'reason = "Feldstadt"')
    )
    ids = [i.id for i in case.indicators]
    if case.recipe.roles:
        assert [line[6:-1] for line in text.splitlines() if line.startswith('id = "')] == ids
    else:
        text = text.replace('"armut', '"a')
    file.write_text(text, encoding="utf-8")
    areas = gpd.read_file(case.file.with_name("felder.gpkg"))
    table = pd.read_csv(case.file.with_name("zahlen.csv"), dtype={"schluessel": str})
    key = "block" if "[areas.bloecke]" in text else "sprengel"
    for name, column in (("bloecke", "block"), ("sprengel", "sprengel")):
        areas.rename(columns={"schluessel": column}).to_file(folder / f"{name}.gpkg")
    table.rename(columns={"schluessel": key}).to_csv(folder / "zahlen.csv", index=False)
    return file


@pytest.mark.parametrize("name", recipe_names())
def test_a_new_build_file_needs_only_files_and_columns_to_run(name, tmp_path):
    case = write_case(tmp_path, name)
    file = filled_in(case, tmp_path)
    assert [p.message for p in check_build(file) if p.severity == "error"] == []
    result = sozialraum.build(file)
    assert result.plan.changed == ()
    assert result.table["class"].notna().sum() >= len(case.value) - 5
    asked = {r["id"]: r for r in roles_of(case.recipe)} if case.recipe.roles else {}
    for indicator in result.plan.indicators:
        for field, stated in asked.get(indicator.id, {}).items():
            assert getattr(indicator, field) == stated


def test_a_reference_value_not_stated_is_asked_for(tmp_path):
    case = write_case(tmp_path, "reference_100")
    text = case.file.read_text("utf-8")
    case.file.write_text(text[: text.index("[scaling]")], encoding="utf-8")
    with pytest.raises(ConfigError, match=r"scaling\.references"):
        sozialraum.build(case.file)


def test_a_delivered_value_is_not_moved_to_other_areas(tmp_path):
    file = filled_in(write_case(tmp_path, "hdi"), tmp_path)
    text = file.read_text("utf-8").replace('areas = "sprengel"', 'areas = "bloecke"')
    text = text.replace(
        'target = "sprengel"', 'target = "sprengel"\nsource = "bloecke"\nmethod = "areal"'
    )
    text = text.replace(
        "[areas.sprengel]",
        '[areas.bloecke]\nfile = "bloecke.gpkg"\nkey = "block"\n[areas.sprengel]',
        1,
    )
    file.write_text(text.replace('key   = "sprengel"', 'key = "block"', 1), encoding="utf-8")
    table = pd.read_csv(tmp_path / "zahlen.csv", dtype={"sprengel": str})
    table.rename(columns={"sprengel": "block"}).to_csv(tmp_path / "zahlen.csv", index=False)
    with pytest.raises(DataError, match="fertiger Wert"):
        sozialraum.build(file)
