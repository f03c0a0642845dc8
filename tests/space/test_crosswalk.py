import hashlib

import numpy as np
import pandas as pd
import pytest
import shapely
from scipy import sparse
from shapely import box
from space.areas_on_paper import areas, chequer, keyed, mosaic, persons

from sozialraum.model.errors import DataError
from sozialraum.space.crosswalk import Crosswalk
from sozialraum.space.making import make_crosswalk

NAN = float("nan")


def by_hand() -> Crosswalk:
    """A = all of 1 and a quarter of 2; B = three quarters of 2 and all of 3."""
    matrix = sparse.csr_array([[1.0, 0.25, 0.0], [0.0, 0.75, 1.0]])
    return Crosswalk(
        matrix, ("A", "B"), ("1", "2", "3"), "areal", mass=np.array([100.0, 400.0, 100.0])
    )


def test_counts_move_by_the_shares_of_the_columns():
    counts = pd.DataFrame({"kinder": [10.0, 40.0, 7.0]}, index=["1", "2", "3"])
    moved = by_hand().apply(counts)
    assert moved["kinder"].to_dict() == {"A": 20.0, "B": 37.0}


def test_row_order_of_the_counts_does_not_matter():
    counts = pd.DataFrame({"kinder": [10.0, 40.0, 7.0]}, index=["1", "2", "3"])
    pd.testing.assert_frame_equal(by_hand().apply(counts), by_hand().apply(counts.iloc[[2, 0, 1]]))


def test_a_missing_source_makes_only_the_targets_it_gives_to_missing():
    counts = pd.DataFrame(
        {"kinder": [NAN, 40.0, 7.0], "arme": [1.0, NAN, 3.0]}, index=["1", "2", "3"]
    )
    moved = by_hand().apply(counts)
    assert np.isnan(moved.loc["A", "kinder"]) and moved.loc["B", "kinder"] == 37.0
    assert moved["arme"].isna().all()


def test_a_source_without_a_row_is_missing_not_zero():
    moved = by_hand().apply(pd.DataFrame({"kinder": [10.0, 40.0]}, index=["1", "2"]))
    assert moved.loc["A", "kinder"] == 20.0
    assert np.isnan(moved.loc["B", "kinder"])


def test_the_missing_share_is_told_in_masses():
    # A holds 100 of mass from source 1 and 0.25 * 400 = 100 from source 2: half of A is missing without source 1
    counts = pd.DataFrame({"kinder": [NAN, 40.0, 7.0]}, index=["1", "2", "3"])
    assert by_hand().missing_share(counts)["kinder"].to_dict() == {"A": 0.5, "B": 0.0}


def test_the_split_share_is_the_part_of_a_count_that_is_estimated():
    # A = 10 known + 10 of the split source; B = 30 of the split source + 7 known
    counts = pd.DataFrame({"kinder": [10.0, 40.0, 7.0]}, index=["1", "2", "3"])
    split = by_hand().split_share(counts)["kinder"]
    assert split["A"] == pytest.approx(10 / 20) and split["B"] == pytest.approx(30 / 37)


def test_shares_are_refused_without_their_denominator():
    rates = pd.DataFrame({"quote": [0.1, 0.25, 0.5]}, index=["1", "2", "3"])
    with pytest.raises(DataError, match="quote") as caught:
        by_hand().apply(rates)
    assert [p.code for p in caught.value.problems] == ["space.rate"]


def test_a_column_declared_as_percent_is_refused():
    percent = pd.DataFrame({"quote": [10.0, 25.0, 50.0]}, index=["1", "2", "3"])
    with pytest.raises(DataError, match="percent"):
        by_hand().apply(percent, units={"quote": "percent"})


def test_a_rate_with_its_denominator_moves_as_a_count():
    # A: (0.5 * 10 + 0.1 * 40 * 0.25) / (10 + 10) = 6/20, the plain mean of the rates would be 0.42
    frame = pd.DataFrame(
        {"quote": [0.5, 0.1, 0.0], "kinder": [10.0, 40.0, 0.0]}, index=["1", "2", "3"]
    )
    moved = by_hand().apply(frame, rates={"quote": "kinder"})
    assert moved.loc["A", "quote"] == pytest.approx(0.3)
    assert moved.loc["B", "quote"] == pytest.approx(3 / 30)


def test_a_target_without_anyone_has_no_rate():
    frame = pd.DataFrame(
        {"quote": [NAN, 0.0, 0.0], "kinder": [0.0, 0.0, 0.0]}, index=["1", "2", "3"]
    )
    moved = by_hand().apply(frame, rates={"quote": "kinder"})
    assert moved["quote"].isna().all() and (moved["kinder"] == 0).all()


def test_a_rate_needs_a_count_that_is_there_and_is_no_rate_itself():
    frame = pd.DataFrame(
        {"a": [0.5, 0.1, 0.2], "b": [0.2, 0.1, 0.3], "kinder": 9.0}, index=["1", "2", "3"]
    )
    with pytest.raises(ValueError, match=r"Got \['personen'\]"):
        by_hand().apply(frame, rates={"a": "personen"})
    with pytest.raises(ValueError, match=r"Got \['b'\]"):
        by_hand().apply(frame, rates={"a": "b", "b": "kinder"})


def test_columns_keep_their_order_and_their_digits_in_any_layout():
    frame = pd.DataFrame(
        {"quote": [0.5, 0.1, 0.3], "kinder": [10.0, 40.0, 7.0], "alle": [11.0, 83.0, 9.0]},
        index=["1", "2", "3"],
    )
    by_rows = pd.DataFrame(
        np.ascontiguousarray(frame.to_numpy()), index=frame.index, columns=frame.columns
    )
    one, two = (by_hand().apply(f, rates={"quote": "kinder"}) for f in (frame, by_rows))
    assert list(one) == ["quote", "kinder", "alle"]
    pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_rows_that_are_no_source_are_refused_by_name():
    counts = pd.DataFrame({"kinder": [1.0, 2.0]}, index=["1", "417"])
    with pytest.raises(DataError, match="417"):
        by_hand().apply(counts)


def test_a_panel_moves_year_by_year():
    years = {"2023-12-31": [10.0, 40.0, 7.0], "2024-12-31": [NAN, 8.0, 1.0]}
    panel = pd.concat(
        {
            y: pd.DataFrame({"kinder": v, "arme": [0.0, 4.0, 0.0]}, index=["1", "2", "3"])
            for y, v in years.items()
        },
        names=["stichtag", "key"],
    )
    moved = by_hand().apply(panel)
    assert moved.index.names == ["stichtag", "key"]
    for year in years:
        pd.testing.assert_frame_equal(
            moved.xs(year), by_hand().apply(panel.xs(year)), check_names=False
        )


def test_fifty_years_of_86_variables_ask_no_geometry_again(monkeypatch):
    blocks, goals = keyed(mosaic(30, seed=1)), keyed(mosaic(7, seed=2), prefix="t")
    walk = make_crosswalk(blocks, goals)
    for name in ("intersection", "area", "is_valid", "get_coordinates", "STRtree"):
        monkeypatch.setattr(shapely, name, lambda *_, n=name, **__: pytest.fail(f"{n} was called"))
    rng = np.random.default_rng(1)
    counts = rng.integers(0, 99, (50, 30, 86)).astype(float)
    index = pd.MultiIndex.from_product([range(1975, 2025), blocks.index], names=["stichtag", "key"])
    panel = pd.DataFrame(counts.reshape(-1, 86), index=index).add_prefix("v")
    moved = walk.apply(panel).to_numpy().reshape(50, 7, 86)
    by_year = np.stack([walk.matrix.toarray() @ year for year in counts])
    np.testing.assert_allclose(moved, by_year, rtol=1e-12)
    # one indicator of one year is the same column
    alone = walk.apply(panel.loc[[2024], ["v85"]].droplevel(0))
    np.testing.assert_allclose(alone["v85"], by_year[-1, :, -1], rtol=1e-12)


def test_a_saved_crosswalk_comes_back_the_same(tmp_path):
    blocks, goals = keyed(mosaic(30, seed=1)), keyed(mosaic(7, seed=2), prefix="t")
    walk = make_crosswalk(blocks, goals)
    path = walk.save(tmp_path)
    again = Crosswalk.load(path)
    assert path.stem == walk.content_hash == again.content_hash
    assert (again.matrix != walk.matrix).nnz == 0
    assert again.source_keys == walk.source_keys and again.target_keys == walk.target_keys
    assert again.details == walk.details


def test_saving_twice_writes_the_same_bytes(tmp_path):
    walk = by_hand()
    first = walk.save(tmp_path / "a")
    second = walk.save(tmp_path / "b")
    for suffix in (".npz", ".json"):
        one, two = (
            hashlib.sha256(p.with_suffix(suffix).read_bytes()).hexdigest() for p in (first, second)
        )
        assert one == two


def test_a_changed_file_is_not_loaded(tmp_path):
    path = by_hand().save(tmp_path)
    words = path.with_suffix(".json")
    words.write_text(words.read_text().replace('"A"', '"C"'))
    with pytest.raises(DataError, match="beschädigt"):
        Crosswalk.load(path)
    path.write_bytes(b"no archive")
    with pytest.raises(DataError, match="beschädigt"):
        Crosswalk.load(path)


def test_a_chain_moves_like_its_links():
    first = make_crosswalk(keyed(mosaic(40, seed=3)), keyed(mosaic(9, seed=4), prefix="m"))
    then = make_crosswalk(
        keyed(mosaic(9, seed=4), prefix="m"), keyed(mosaic(4, seed=5), prefix="t")
    )
    counts = persons(keyed(mosaic(40, seed=3)))
    chained = first.then(then).apply(counts)
    pd.testing.assert_frame_equal(chained, then.apply(first.apply(counts)), rtol=1e-12)
    assert chained.sum().to_numpy() == pytest.approx(counts.sum().to_numpy(), rel=1e-12)


def test_links_that_do_not_fit_are_refused():
    first = Crosswalk(sparse.csr_array([[1.0]]), ("A",), ("1",), "nested")
    other = Crosswalk(sparse.csr_array([[1.0]]), ("X",), ("B",), "nested")
    with pytest.raises(DataError, match="A"):
        first.then(other)


def test_an_unknown_method_is_told_the_known_ones():
    squares = keyed(chequer(2, 100.0))
    with pytest.raises(ValueError, match="must be one of"):
        make_crosswalk(squares, squares, method="magic")


def test_all_problems_of_both_sides_come_together():
    good = areas(a=box(0, 0, 1, 1))
    no_crs = good.set_crs(None, allow_override=True)
    degrees = good.set_crs("EPSG:4326", allow_override=True)
    with pytest.raises(DataError) as caught:
        make_crosswalk(no_crs, degrees)
    assert [p.code for p in caught.value.problems] == ["space.no_crs", "space.not_projected"]


def test_a_panel_tells_outside_missing_and_split_shares_per_year():
    half = Crosswalk(
        sparse.csr_array([[1.0, 0.25, 0.0], [0.0, 0.25, 1.0]]), ("A", "B"), ("1", "2", "3"), "areal"
    )
    years = {"2023": [10.0, 40.0, 7.0], "2024": [NAN, 8.0, 1.0], "2025": [1.0, NAN, 1.0]}
    panel = pd.concat(
        {y: pd.DataFrame({"n": v}, index=["1", "2", "3"]) for y, v in years.items()},
        names=["stichtag", "key"],
    )
    outside = half.outside(panel)["n"]
    assert outside["2023"] == 20.0 and outside["2024"] == 4.0 and np.isnan(outside["2025"])
    split = half.split_share(panel)["n"]
    assert split[("2023", "A")] == 0.5 and np.isnan(split[("2024", "A")])
    assert split[("2024", "B")] == pytest.approx(2 / 3)
    assert half.missing_share(panel)["n"][("2024", "A")] == pytest.approx(0.8)
