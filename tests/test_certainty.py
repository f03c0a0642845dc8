"""Every recipe of the catalogue can be simulated: without error it collapses to what is published."""

import numpy as np
import pandas as pd
import pytest
from test_recipes_in_builds import CASES, write_case

import sozialraum
from sozialraum.index.recipes import recipe_names
from sozialraum.model.errors import ConfigError
from sozialraum.workflows.certainty.simulation import simulated
from sozialraum.workflows.check.checking import check_build

SECRET = ('published_input = true\nreason = "erfundene Zahlen"', "minimum = 5")


@pytest.fixture(scope="module", params=CASES)
def built(request, tmp_path_factory):
    case = write_case(tmp_path_factory.mktemp("bau"), *CASES[request.param])
    # secret counts: shares are middles of windows
    stated = case.file.read_text("utf-8")
    if "value = " not in stated:  # values without counts are of open data or of nobody
        case.file.write_text(stated.replace(*SECRET), encoding="utf-8")
    return request.param, sozialraum.build(case.file)


def simulate(result, **how):
    plan, day = result.plan, result.plan.stichtag.isoformat()
    axis = plan.axis_names[0]
    return simulated(
        plan, result.measured[day], result.scored[day][axis], result.fitted_by_day[axis],
        **{"variance_draws": 0, **how},
    )  # fmt: skip


# methods whose draws are computed as builds are: ranks, searches and weights learnt from persons
WITHOUT_RULES = {
    "Klassen gleich vieler Personen", "Copeland", "OWA", "Vorteil des Zweifels", "Jenks",
    "cdc_svi_2022", "simd_2020", "wimd_2019", "nimdm_2017",
    "Normalwerte der Ränge, Hauptkomponente über Personen",
    "veröffentlichte Koeffizienten, gerundet, Index als Rang", "ungleich große Gruppen",
}  # fmt: skip


def test_without_error_every_recipe_comes_out_as_it_was_built(built):
    name, result = built
    for by_rules in (True, False):
        found = simulate(result, counts="none", draws=3, by_rules=by_rules)
        table = found.table.dropna(subset=["class"])
        assert len(table) > 40, name
        assert (table["class_probability"] == 1).all(), name
        assert (table["rank_low"] == table["rank_high"]).all()
        assert (table["rank_low"] == table["rank"]).all()
        assert table["no_value"].eq(0).all()
        assert table["index_sd"].max() < 1e-6 * max(1.0, table["rank"].max())


def test_the_rules_give_draw_by_draw_what_the_index_room_gives(built):
    name, result = built
    how = {"draws": 12, "seed": 7, "counts": "binomial", "learnt": "frozen"}
    fast, slow = simulate(result, **how), simulate(result, **how | {"by_rules": False})
    assert slow.details["engine"] == "recompute"
    if fast.details["engine"] == "recompute":
        assert name in WITHOUT_RULES, name
        return
    for column in ("rank_mean", "rank_low", "rank_high", "class_probability"):
        expected = slow.table[column].astype(float)
        np.testing.assert_allclose(fast.table[column].astype(float), expected, err_msg=name)
    np.testing.assert_allclose(fast.table["index_sd"], slow.table["index_sd"], rtol=1e-7, atol=1e-9)


def test_learnt_weights_are_learnt_in_every_draw_unless_the_build_keeps_them(tmp_path):
    case = write_case(tmp_path, "minmax_mean", {"weighting": {"method": "critic"}})
    result = sozialraum.build(case.file)
    again, frozen = (simulate(result, draws=40, learnt=how) for how in ("again", "frozen"))
    assert (again.details["engine"], frozen.details["engine"]) == ("recompute", "rules")
    assert again.details["learns"] == ["weights"] == frozen.details["learns"]
    assert (again.details["learnt"], frozen.details["learnt"]) == ("again", "frozen")
    # the weights move with the draws, so the index moves more
    assert not np.allclose(again.table["index_sd"].dropna(), frozen.table["index_sd"].dropna())


def test_a_recomputed_recipe_takes_fewer_draws_unless_told(tmp_path):
    case = write_case(tmp_path, "berlin_gssa")
    result = sozialraum.build(case.file)
    found = simulate(result, draws=None, variance_draws=None)
    assert (found.details["draws"], found.details["variance_draws"]) == (300, 32)
    frozen = simulate(result, draws=None, variance_draws=None, learnt="frozen")
    assert (frozen.details["draws"], frozen.details["variance_draws"]) == (2000, 256)


VARY = {
    "minmax_mean": {
        "scaling": ["minmax", "zscore", "percentile"], "weights": {"dirichlet": 30},
        "aggregation": ["mean", "sum"], "drop": "each", "cut": ["ntile", "equal", "quantile"],
    },
    "hdi": {"drop": "each", "weights": {"uniform": 0.2}, "aggregation": ["geometric", "mean"]},
    "gisd_2019": {"drop": ["arbeitslosigkeit"], "weights": {"uniform": 0.2}},
    "iod_2025": {"drop": "each", "cut": ["quantile", "ntile"]},
    "reference_100": {"drop": "each", "weights": {"dirichlet": 20}},
    "top_share_then_equal_width": {"cut": ["top_share", "quantile", "equal"], "drop": "each"},
}  # fmt: skip


@pytest.mark.parametrize("name", VARY)
def test_every_assumption_can_be_varied_and_both_ways_agree(name, tmp_path):
    result = sozialraum.build(write_case(tmp_path, name).file)
    how = {"draws": 30, "vary": VARY[name], "learnt": "frozen", "seed": 2}
    fast, slow = simulate(result, **how), simulate(result, **how | {"by_rules": False})
    assert slow.table["no_value"].dropna().max() in (0, 1)
    columns = ["rank_mean", "rank_low", "rank_high", "class_probability", "no_value"]
    if name != "gisd_2019":  # there the index room learns the weights of the remaining anew
        assert fast.details["engine"] == "rules"
        pd.testing.assert_frame_equal(
            fast.table[columns].astype(float), slow.table[columns].astype(float)
        )


def test_a_reference_stays_as_it_is_in_every_draw(tmp_path):
    case = write_case(tmp_path, "gisd_2019")
    sozialraum.build(case.file).save(tmp_path / "früher")
    text = case.file.read_text("utf-8")
    again = text.replace("[areas.felder]", 'reference = "früher"\n[areas.felder]', 1)
    case.file.write_text(again, encoding="utf-8")
    result = sozialraum.build(case.file)
    how = {"draws": 20, "vary": {"drop": "each"}}
    fast, slow = simulate(result, **how), simulate(result, **how | {"by_rules": False})
    assert fast.details["engine"] == "rules" and fast.details["frozen"]
    columns = ["rank_mean", "class_probability"]
    pd.testing.assert_frame_equal(
        fast.table[columns].astype(float), slow.table[columns].astype(float)
    )
    with pytest.raises(ConfigError, match="bleiben Standardisierung und Klassengrenzen"):
        simulate(result, vary={"scaling": ["zscore", "minmax"]})


WRONG = {
    "an argument that no method has": ({"scaling": ["minmax", {"method": "zscore", "dof": 1}]},
                                       "dof: Diesen Schlüssel .*„ddof“"),
    "an argument of another method": ({"cut": ["ntile", {"method": "equal", "share": 0.1}]},
                                      "unbekannte Name „share“"),
    "an impossible argument": ({"cut": ["ntile", {"method": "quantile", "quantile_type": 99}]},
                               "quantile_type: .*höchstens 9.*99"),
    "limits for other classes": ({"cut": ["ntile", {"method": "sd", "limits": [0.0]}]},
                                 "4 Zahlen"),
    "no limits": ({"cut": ["ntile", "sd"]}, "4 Zahlen"),
    "an assumption nobody knows": ({"wheights": {"dirichlet": 5}}, "wheights: .*„weights“"),
    "an indicator nobody knows": ({"drop": ["arm"]}, "„arm“"),
    "without the stated method": ({"aggregation": ["geometric"]}, "fehlt bei „aggregation“"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_choice_is_told_with_its_place_and_beside_it_what_is_absent(name, tmp_path):
    vary, expected = WRONG[name]
    case = write_case(tmp_path, "minmax_mean", {"uncertainty": {"vary": vary}})
    with pytest.raises(ConfigError, match=expected) as error:
        sozialraum.build(case.file, data=tmp_path / "nichts")
    found, *absent = error.value.problems
    told = [(p.code, p.file) for p in absent]
    assert told == [("sources.path_absent", f) for f in ("felder.gpkg", "zahlen.csv")]
    assert found.place.startswith(f"{case.file.name}") and "uncertainty.vary" in found.place
    assert found in check_build(case.file)


def test_every_recipe_of_the_catalogue_is_simulated_from_its_build_file(tmp_path):
    assert set(recipe_names()) <= set(CASES)
    for name in ("gisd_2025", "hdi", "nrw_density_style"):
        folder = tmp_path / name
        folder.mkdir()
        case = write_case(folder, name, {"uncertainty": {"draws": 10, "variance_draws": 4}})
        result = sozialraum.build(case.file)
        assert result.release.details["certainty"]["draws"] == 10
        said = result.release.facts.findings
        assert any(f.startswith("Der Index wurde 10-mal gerechnet") for f in said)
