"""From build file to result on the example city, and what must hold whatever the city."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sozialraum
import sozialraum as sr
from sozialraum.model.errors import ConfigError, DataError
from sozialraum.workflows.build.building import build_for_office
from sozialraum.workflows.build.finishing import internal
from sozialraum.workflows.compare.comparing import compare
from sozialraum.workflows.show.saved import open_result
from sozialraum.workflows.verify.verifying import verify_folder

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "config" / "musterstadt.toml"


@pytest.fixture(scope="module")
def both():
    return build_for_office(BUILD)


@pytest.fixture(scope="module")
def result(both):
    return both.result


@pytest.fixture(scope="module")
def office(both):
    return both.office


@pytest.fixture(scope="module")
def folder(result, tmp_path_factory):
    place = tmp_path_factory.mktemp("ergebnis") / "musterstadt"
    result.save(place)
    return place


def test_every_catchment_has_a_row_and_the_inhabited_ones_an_index(result):
    assert len(result.table) == 26
    assert result.table["index"].notna().all()
    assert set(result.table["class"].dropna()) <= {1, 2, 3, 4, 5}


def test_no_child_is_lost_on_the_way_to_the_catchments(office):
    day = office.plan.stichtag.isoformat()
    delivered = office.delivery.tables[day]["bloecke"]
    moved = office.counted[day].counts
    for column in ("einwohner", "kinder_u15", "sgb2_u15"):
        assert moved[column].sum() == pytest.approx(delivered[column].sum(), rel=1e-9)


def test_shares_are_formed_after_the_move(result, office):
    day = result.plan.stichtag.isoformat()
    counts = office.counted[day].counts
    exact = internal(office).measured[day]
    by_hand = counts["sgb2_u15"] / counts["kinder_u15"]
    np.testing.assert_allclose(exact.value["armut"], by_hand, rtol=1e-12)


def test_a_share_is_the_middle_of_a_window_that_holds_the_true_count(result, office):
    day = result.plan.stichtag.isoformat()
    counts, table = office.counted[day].counts, result.measured[day].table
    for i in result.plan.indicators:
        cases, base = counts[i.numerator], counts[i.denominator]
        assert (table.low[i.id] - 0.5 <= cases).all() and (cases <= table.high[i.id] + 0.5).all()
        middle = (table.low[i.id] + table.high[i.id]) / 2
        np.testing.assert_allclose(result.measured[day].value[i.id], middle / base, rtol=1e-9)


def test_nothing_of_a_result_is_a_true_count(result):
    assert result.delivery.tables == {} and result.delivery.totals == {}
    assert not {"raw", "counts"} & set(dir(result.measured["2024-12-31"]))


def test_protection_moves_at_most_one_class_of_the_example_city(result, office):
    moved = result.table["class"].ne(internal(office).table["class"]).sum()
    assert moved <= 1


def test_the_index_is_what_the_method_says(result):
    # Augsburg style: min-max of each share, burdens mirrored, plain mean
    day = result.plan.stichtag.isoformat()
    value, scale = result.measured[day].value, result.fitted_by_day["index"].scale
    parts = []
    for indicator in result.plan.indicators:
        low, high = (scale.params[indicator.id][end] for end in ("low", "high"))
        assert low <= value[indicator.id].min() and high >= value[indicator.id].max()
        stretched = (value[indicator.id] - low) / (high - low)
        parts.append(1 - stretched if indicator.direction == "burden" else stretched)
    by_hand = sum(parts) / len(parts)
    np.testing.assert_allclose(result.scored[day]["index"].index, by_hand, atol=1e-12)


def test_contributions_add_up_to_the_published_index(result):
    for key in result.table.index:
        parts = result.explain(key)["contribution"]
        assert parts.sum() == pytest.approx(result.table.at[key, "index"], abs=1e-12)


def test_true_contributions_add_up_to_the_true_index(result):
    for scored in result.scored.values():
        for one in scored.values():
            np.testing.assert_allclose(one.contributions.sum(axis=1), one.index, atol=1e-12)


def test_the_earlier_year_is_measured_on_the_same_scale(result):
    first, last = result.release.editions
    assert (first.stichtag, last.stichtag) == ("2023-12-31", "2024-12-31")
    assert set(result.release.scales) >= {"index"}


def test_an_unknown_area_is_a_key_error(result):
    with pytest.raises(KeyError, match="no area 'nirgends'"):
        result.explain("nirgends")


def test_no_true_share_stands_in_any_byte_of_any_output(tmp_path):
    hagen, office = build_for_office(ROOT / "config" / "musterstadt_hagen.toml")
    edition, counts = hagen.current, office.counted["2024-12-31"].counts
    secrets = set()
    for i in hagen.plan.indicators:
        true = counts[i.numerator] / counts[i.denominator]
        other = (true - edition.values[i.id]).abs() > 1e-6  # a middle may be the count itself
        for share in true[other & (true > 0) & (true < 1)]:
            secrets |= {f"{share:.12g}", f"{share * 100:.12g}"}
    secrets = {s for s in secrets if len(s) >= 12}
    assert secrets
    hagen.save(tmp_path / "out")
    for path in sorted((tmp_path / "out").iterdir()):
        raw = path.read_bytes()
        for secret in secrets:
            assert secret.encode() not in raw, path.name
            assert secret.replace(".", ",").encode() not in raw, path.name


def test_the_same_build_gives_the_same_bytes_in_another_process_with_other_threads(
    folder, tmp_path
):
    again = tmp_path / "nochmal"
    code = f"import sozialraum; sozialraum.build({str(BUILD)!r}).save({str(again)!r})"
    environment = {
        "PYTHONHASHSEED": "7", "NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "TZ": "Asia/Tokyo",
    }  # fmt: skip
    import os

    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, **environment})
    names = sorted(p.name for p in folder.iterdir())
    assert names == sorted(p.name for p in again.iterdir())
    for name in names:
        assert (folder / name).read_bytes() == (again / name).read_bytes(), name


def test_the_manifest_names_every_file_and_no_path_of_the_machine(folder):
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert set(manifest["outputs"]) == {p.name for p in folder.iterdir()} - {"manifest.json"}
    assert "kleinraum_2024.csv" in manifest["input_files"]
    for path in folder.iterdir():
        assert str(ROOT).encode() not in path.read_bytes(), path.name


def test_verify_finds_changed_lost_and_foreign_files_and_needs_the_ledger_for_inputs(
    folder, tmp_path
):
    copy = tmp_path / "kopie"
    shutil.copytree(folder, copy)
    data = ROOT / "shapes" / "musterstadt"
    count, problems = verify_folder(copy, data=data, secret=True)
    assert problems == [] and count > 5
    assert [p.code for p in verify_folder(copy, data=data)[1]] == ["pipeline.inputs_secret"]
    (copy / "index.csv").write_text("anders", encoding="utf-8")
    (copy / "karte.html").unlink()
    (copy / "notiz.txt").write_text("gehört nicht dazu", encoding="utf-8")
    codes = {p.file: p.code for p in verify_folder(copy, secret=True)[1] if p.file}
    assert codes == {
        "index.csv": "pipeline.changed_file",
        "karte.html": "pipeline.gone_file",
        "notiz.txt": "pipeline.extra_file",
    }


def test_a_saved_result_tells_the_same_as_the_fresh_one(result, folder):
    saved = open_result(folder)
    for key in ("01", "02", "26"):
        fresh, read = result.explain(key), saved.explain(key)
        np.testing.assert_allclose(
            fresh["contribution"].astype(float), read["contribution"].astype(float), atol=1e-12
        )
        assert saved.table.at[key, "index"] == result.table.at[key, "index"]


def test_an_area_is_found_by_key_and_by_name(folder):
    saved = open_result(folder)
    name = saved.table.at["01", "name"]
    assert saved.find("01") == saved.find(name) == saved.find(name.upper()) == "01"
    with pytest.raises(DataError, match="Gemeint ist vielleicht"):
        saved.find(name[:-2])


def with_keys(tmp_path: Path, text: str, name: str = "bau.toml") -> Path:
    """Write a changed copy of the example build file beside nothing else."""
    path = tmp_path / name
    data = (ROOT / "shapes" / "musterstadt").as_posix()
    path.write_text(text.replace('"../shapes/musterstadt"', f'"{data}"'), encoding="utf-8")
    return path


def test_a_reference_keeps_last_years_scale_and_limits(folder, tmp_path):
    text = BUILD.read_text("utf-8").replace(
        'recipe      = "augsburg_style"',
        f'reference = "{folder.as_posix()}"\nrecipe = "augsburg_style"',
    )
    again = sozialraum.build(with_keys(tmp_path, text))
    assert again.fitted_by_day["index"] == open_result(folder).fitted()


def test_a_reference_with_other_indicators_is_refused(folder, tmp_path):
    text = BUILD.read_text("utf-8").replace('id          = "armut"', 'id = "not"')
    text = text.replace("recipe      =", f'reference = "{folder.as_posix()}"\nrecipe      =')
    with pytest.raises(ConfigError, match="armut"):
        sozialraum.build(with_keys(tmp_path, text))


def test_a_change_of_class_is_split_into_data_scale_and_cut(folder, tmp_path):
    text = (
        BUILD.read_text("utf-8")
        + "\n[classes]\nk = 4\n"
        + 'labels = ["a", "b", "c", "d"]\nnumbers = [1, 2, 3, 4]\n'
    )
    other = tmp_path / "vier"
    sozialraum.build(with_keys(tmp_path, text)).save(other)
    comparison = compare(open_result(folder), open_result(other))
    split = comparison.table.drop(index=list(comparison.unclear))
    assert not comparison.same_scale
    assert (split["data"] == 0).all() and (split["scale"] == 0).all()
    assert (split["cut"] == split["total"]).all()
    assert (split["total"] != 0).any()


def test_a_broken_build_leaves_the_old_result_as_it_was(folder, tmp_path, monkeypatch):
    place = tmp_path / "ergebnis"
    shutil.copytree(folder, place)
    before = {p.name: p.read_bytes() for p in place.iterdir()}
    result = sozialraum.build(BUILD)
    from sozialraum.publish import bundle

    def fails(release, path):
        path.write_text("halb")
        message = "Platte voll"
        raise OSError(message)

    monkeypatch.setitem(bundle.WRITERS, "xlsx", ("index.xlsx", fails))
    with pytest.raises(DataError) as caught:
        result.save(place)
    assert isinstance(caught.value.__cause__, OSError)
    assert {p.name: p.read_bytes() for p in place.iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["ergebnis"]


def test_the_repr_of_a_result_shows_no_value(result):
    assert repr(result) == (
        "Result('Bildungsteilhabeindex Musterstadt 2024', 26 areas, Stichtage 2023-12-31, 2024-12-31)"
    )


def test_a_share_whose_count_is_no_whole_number_is_refused(tmp_path):
    # half of the children of a block of seven is no number of children
    text = BUILD.read_text("utf-8") + (
        '\n[[derived]]\nname = "halbe"\nformula = "kinder_u15 / 2"\nareas = "bloecke"\nwhole = true\n'
    )
    with pytest.raises(DataError, match="keine ganze Zahl"):
        sozialraum.build(with_keys(tmp_path, text))


def test_check_reports_instead_of_raising(tmp_path):
    problems = sr.check_build(tmp_path / "fehlt.toml")
    assert [p.severity for p in problems] == ["error"]


def test_internal_papers_are_made_of_true_counts_and_say_so(both, tmp_path):
    public, office = both
    inside = internal(office)
    assert inside.release.level == "intern"
    assert (inside.current.values["armut"] != public.current.values["armut"]).any()
    inside.save(tmp_path / "intern", files=("karte",))
    page = (tmp_path / "intern" / "karte.html").read_text("utf-8")
    assert 'class="intern"' in page
    public.save(tmp_path / "public", files=("karte",))
    assert 'class="intern"' not in (tmp_path / "public" / "karte.html").read_text("utf-8")


def test_every_paper_a_build_file_can_ask_for_is_written(result, tmp_path):
    words = (
        "karte", "csv", "parquet", "xlsx", "geopackage", "methode", "bericht", "steckbriefe",
        "karten", "kommonitor", "metadaten",
    )  # fmt: skip
    names = set(result.save(tmp_path / "alles", files=words))
    assert {
        "karte.html", "index.csv", "index.parquet", "index.xlsx", "index.gpkg", "methode.md",
        "bericht.pdf", "steckbriefe.pdf", "karten/karte_index.pdf", "kommonitor/index.csv",
        "metadaten.json", "manifest.json", "pruefbericht.html",
    } <= names  # fmt: skip
    count, problems = verify_folder(tmp_path / "alles")
    assert [p.severity for p in problems] == ["note"] and count >= len(names) - 1


def test_the_findings_speak_of_participation_and_of_what_becomes_of_the_children(result):
    said = result.release.facts.findings
    table = result.measured["2024-12-31"].table
    classes = result.scored["2024-12-31"]["index"].classes
    worst, name = classes == 1, "[participation]"
    rate = table.middle[name][worst].sum() / table.base[name][worst].sum()
    assert any(f"{round(100 * rate)} von 100 Kindern" in line for line in said)
    assert any("Gymnasium" in line and "weniger als halb so hoch" in line for line in said)
    assert any("nicht einzelne Kinder" in line for line in said)


@pytest.mark.parametrize(
    "how",
    [
        'method = "areal"',
        'method = "dasymetric"\nraster = ["kinder_100m.tif", "kinder_100m.tif"]',
        'method = "dasymetric"\nmask = "binary"\nraster = "kinder_100m.tif"',
        'method = "points"\npoints = "schulen.gpkg"\nweight = "schueler_2024"',
    ],
)
def test_no_person_is_lost_whatever_the_join(how, tmp_path):
    text = BUILD.read_text("utf-8")
    start = text.index('method = "dasymetric"')
    end = text.index("[population]")
    build = with_keys(tmp_path, text[:start] + how + "\n\n" + text[end:])
    result, office = build_for_office(build)
    day = result.plan.stichtag.isoformat()
    delivered = office.delivery.tables[day]["bloecke"]["einwohner"].sum()
    assert office.counted[day].counts["einwohner"].sum() == pytest.approx(delivered, rel=1e-9)
    assert result.crosswalk.method == how.split('"')[1]


def test_points_without_a_file_are_refused(tmp_path):
    text = BUILD.read_text("utf-8").replace('method = "dasymetric"', 'method = "points"')
    with pytest.raises(ConfigError, match="points"):
        sozialraum.build(with_keys(tmp_path, text))


def test_clusters_of_burden_are_those_of_an_independent_count():
    # an oracle: esda on the same index and the same neighbours, without correction
    import esda
    import libpysal

    text = (ROOT / "config" / "musterstadt_hagen.toml").read_text("utf-8")
    hagen = sozialraum.build(ROOT / "config" / "musterstadt_hagen.toml")
    assert "[clusters]" in text
    index = hagen.scored["2024-12-31"]["index"].index.dropna()
    areas = hagen.delivery.areas[hagen.plan.join.target].loc[index.index]
    weights = libpysal.graph.Graph.build_contiguity(areas, rook=False).transform("R")
    local = esda.Moran_Local(index.to_numpy(), weights.to_W(), permutations=0)
    side = pd.Series(np.array(["", "HH", "LH", "LL", "HL"])[local.q], index.index)
    ours = hagen.release.layers["clusters"]["cluster"].reindex(index.index)
    found = ours.isin(["HH", "LL", "HL", "LH"])
    assert found.any()
    assert (ours[found] == side[found]).all()


def test_true_counts_show_themselves_neither_in_print_nor_in_a_traceback(result, office):
    day = office.counted["2024-12-31"]
    shown = repr(day) + repr(day.raw) + repr(office) + repr(result) + f"{day.raw}"
    share = day.counts["sgb2_u15"].iloc[0] / day.counts["kinder_u15"].iloc[0]
    assert str(int(day.counts["einwohner"].iloc[0])) not in shown
    assert f"{share:.6f}" not in shown
    with pytest.raises(AttributeError):
        day.raw.to_csv("x.csv")
