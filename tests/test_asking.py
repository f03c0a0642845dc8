"""What would have to be otherwise: answers from published figures, checked by building anew."""

import pandas as pd
import pytest
from test_recipes_in_builds import write_case

import sozialraum
from sozialraum.model.errors import ConfigError, DataError
from sozialraum.workflows.build.scoring import score
from sozialraum.workflows.certainty.counterfactuals import (
    index_without,
    turning_points,
    weighing,
    what_ifs,
)
from sozialraum.workflows.show.saved import open_result

SPACE = {
    "uncertainty": {"draws": 50, "variance_draws": 8},
    "space_statistics": {
        "segregation": ["armut"], "rezoning": ["armut", "kita"], "zones": 8, "permutations": 999,
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fragen")
    case = write_case(folder, "augsburg_style", SPACE)
    built = sozialraum.build(case.file)
    built.save(folder / "out")
    return built, folder / "out"


def asked(built):
    values, table = built.current.values, built.current.table
    return built.plan, values, table["class"], built.fitted_by_day[built.plan.axis_names[0]]


def test_the_value_that_is_named_is_the_one_at_which_the_class_turns(result):
    built, _ = result
    plan, values, classes, fitted = asked(built)
    key = str(classes.dropna().index[0])
    found = what_ifs(plan, values, classes, fitted, key)
    assert [f.indicator for f in found] == ["armut", "krisen", "kita", "migration"]
    turned = [f for f in found if f.class_then is not None]
    assert turned
    for one in turned:
        moved = values.loc[[key]].copy()
        moved[one.indicator] = one.needed
        assert score(plan, "index", moved, fitted).classes.iloc[0] == one.class_then
        back = 1e-3 * (one.value - one.needed)
        moved[one.indicator] = one.needed + back
        assert score(plan, "index", moved, fitted).classes.iloc[0] == one.class_now


def test_weights_at_which_a_class_turns_agree_with_a_build_of_these_weights(result):
    built, _ = result
    plan, values, classes, fitted = asked(built)
    model = weighing(plan, values, fitted)
    indicators = plan.indicators_of("index")
    points = turning_points(model, classes, fitted.breaks.numbers, indicators)
    assert (points["stated"] == 0.25).all()
    known = points.dropna(subset=["above"])
    assert len(known) > 5
    (key, name), row = next(iter(known.iterrows()))

    def class_at(share):
        weight = [share if i.id == name else (1 - share) / 3 for i in indicators]
        import dataclasses

        changed = [
            dataclasses.replace(i, weight=w) for i, w in zip(indicators, weight, strict=True)
        ]
        other = plan.model_copy(update={"indicators": tuple(changed)})
        other._recipe = plan._recipe
        return score(other, "index", values, fitted).classes[key]

    assert class_at(row["above"]) != classes[key] == class_at(row["above"] - 0.011)


def test_leaving_an_indicator_out_is_a_build_without_it(result):
    built, _ = result
    plan, values, classes, fitted = asked(built)
    model = weighing(plan, values, fitted)
    indicators = plan.indicators_of("index")
    found = {
        i.id: n for i, n, _ in index_without(model, classes, fitted.breaks.numbers, indicators)
    }
    scale = fitted.scale
    for j, one in enumerate(indicators):
        kept = tuple(i for i in indicators if i.id != one.id)
        other = plan.model_copy(update={"indicators": kept})
        other._recipe = plan._recipe
        import dataclasses

        ids = tuple(i.id for i in kept)
        sign = tuple(s for q, s in enumerate(scale.sign) if q != j)
        used = dataclasses.replace(fitted, scale=dataclasses.replace(scale, ids=ids, sign=sign))
        moved = score(other, "index", values, used).classes.dropna()
        assert found[one.id] == (moved != classes[moved.index]).sum()


def test_the_answers_stand_beside_the_area(result):
    _, out = result
    saved = open_result(out)
    key = str(saved.table["class"].dropna().index[0])
    said = saved.counterfactuals(key)
    assert len(said) == 5
    assert all(saved.table.at[key, "name"] in s for s in said)
    assert any("müsste" in s for s in said) and "bliebe in Klasse" in said[-1]
    assert not any("{" in s for s in said)


def test_the_whole_map_is_told_in_sentences(result):
    built, _ = result
    said = " ".join(built.release.facts.findings)
    for word in ("Moran-Maß", "müssten umziehen", "durch Zufall allein", "zufälligen Zuschnitten",
                 "Andere Klasse, wenn ein einzelner Indikator fehlt"):  # fmt: skip
        assert word in said
    assert "{" not in said


def test_an_unknown_indicator_in_space_statistics_is_refused(tmp_path):
    case = write_case(tmp_path, "augsburg_style", {"space_statistics": {"segregation": ["arm"]}})
    with pytest.raises(ConfigError, match="„arm“"):
        sozialraum.build(case.file)


def test_burdened_areas_that_an_offer_hardly_reaches_are_named(tmp_path):
    offer = {"label": "Ferienprogramm", "participants": "kita_faelle", "children": "kita_alle"}
    case = write_case(tmp_path, "five_types", {"participation": offer})
    table = pd.read_csv(tmp_path / "zahlen.csv", dtype={"schluessel": str}).set_index("schluessel")
    table["kita_alle"] = 400.0
    table["kita_faelle"] = 200.0 - 150 * (table["a_faelle"] / table["a_alle"]).rank(pct=True)
    table["kita_faelle"] = table["kita_faelle"].round()
    table.to_csv(tmp_path / "zahlen.csv")
    built = sozialraum.build(case.file)
    (said,) = [s for s in built.release.facts.findings if s.startswith("Hohe Belastung und")]
    index = built.table["index"].astype(float)
    rate = built.release.layers["participation"]["rate"]
    for key, name in built.release.areas["name"].items():
        worst = index.rank(pct=True)[key] > 2 / 3 and rate.rank(pct=True)[key] <= 1 / 3
        assert (f"{name}," in said or f"{name} (" in said) == worst


def test_an_outcome_that_is_part_of_the_index_stops_the_build(tmp_path):
    circular = {"label": "einen Übergang", "cases": "armut_faelle", "children": "armut_alle"}
    case = write_case(tmp_path, "augsburg_style", {"transitions": circular})
    with pytest.raises((ConfigError, DataError), match="beweist der Vergleich nur sich selbst"):
        sozialraum.build(case.file)


def test_an_area_with_a_withheld_value_is_not_asked_about(result):
    built, _ = result
    plan, values, classes, fitted = asked(built)
    key = str(classes.dropna().index[3])
    hidden = values.copy()
    hidden.loc[key, "kita"] = float("nan")
    assert what_ifs(plan, hidden, classes, fitted, key) == []
    model = weighing(plan, hidden, fitted)
    points = turning_points(model, classes, fitted.breaks.numbers, plan.indicators_of("index"))
    assert key not in points.index.get_level_values(0)
    assert pd.notna(classes[key])


@pytest.mark.parametrize("name", ["gisd_2019", "iod_2025", "berlin_mss", "hdi"])
def test_other_recipes_answer_too(name, tmp_path):
    case = write_case(tmp_path, name)
    sozialraum.build(case.file).save(tmp_path / "out")
    saved = open_result(tmp_path / "out")
    said = [
        s for key in saved.table["class"].dropna().index[:3] for s in saved.counterfactuals(key)
    ]
    assert said and not any("{" in s for s in said)
