"""Values under areas and their order: against numpy, cell by cell."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box
from space.areas_on_paper import CRS, EAST, NORTH, keyed

from sozialraum.model import Raster
from sozialraum.space.distributions import Distribution, quantile_of
from sozialraum.space.grids.zonal import zonal_statistics


def four_cells():
    """Two by two cells of 100 m: 1 and 9 above, 4 and 7 below."""
    return Raster(np.array([[1.0, 9.0], [4.0, 7.0]]), EAST, NORTH + 200, 100.0, 100.0, CRS)


def test_the_median_lies_in_the_middle_of_the_ground_not_of_the_cells():
    # left column whole (1 and 4: 2 cells), a tenth of the right column (9 and 7: 0.2 cells);
    # half of 2.2 cells is 1.1: more than the cell with 1, so the median is 4
    area = keyed([box(EAST, NORTH, EAST + 110, NORTH + 200)])
    row = zonal_statistics(area, four_cells(), statistics=("median", "q25", "q95")).iloc[0]
    # a quarter is 0.55 (in the cell with 1), 95 % is 2.09: 1 and 4 cover 2.0, 7 up to 2.1
    assert row.tolist() == [4.0, 1.0, 7.0]


def test_between_two_halves_of_the_ground_the_median_is_their_middle():
    area = keyed([box(EAST, NORTH, EAST + 200, NORTH + 200)])
    assert zonal_statistics(area, four_cells(), statistics=("median",)).iloc[0, 0] == 5.5


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.integers(0, 100_000), st.integers(1, 30), st.sampled_from([0, 0.1, 0.25, 0.5, 0.9, 1]))
def test_quantiles_are_those_of_the_ground_laid_side_by_side(seed, n, share):
    rng = np.random.default_rng(seed)
    value, quarters = rng.integers(0, 9, n).astype(float), rng.integers(1, 5, n)
    laid_out = np.repeat(value, quarters)
    # NumPy 1.26 answers a share of 0 with the largest value
    method = {"method": "averaged_inverted_cdf"}
    expected = np.quantile(laid_out, share, **method) if share else laid_out.min()
    assert Distribution.of(value, quarters / 4).quantile(share) == expected


def test_two_parts_together_are_the_whole():
    value, ground = np.array([1.0, 2.0, 2.0, np.nan]), np.array([0.5, 1.0, 0.25, 9.0])
    whole = Distribution.of(value, ground)
    parts = Distribution.of(value[:2], ground[:2]).together(Distribution.of(value[2:], ground[2:]))
    assert whole.value.tolist() == parts.value.tolist() == [1.0, 2.0]
    assert whole.covered.tolist() == parts.covered.tolist() == [0.5, 1.25]


@pytest.mark.parametrize("name", ["min", "max", "majority", "median", "q5"])
def test_nothing_has_no_order(name):
    nothing = Distribution.of(np.array([np.nan]), np.array([1.0]))
    assert np.isnan(nothing.statistic(name))


@pytest.mark.parametrize("name", ["q", "q101", "q-5", "mean", "25", "qq25"])
def test_what_is_no_quantile_is_told(name):
    assert np.isnan(quantile_of(name))
