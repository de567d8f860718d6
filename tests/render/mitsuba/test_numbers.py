"""Numbers of samples against SciPy's Sobol sequence and against what makes a sequence even."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest, qmc

from sdg.foundation.arrays import FloatArray
from sdg.render.mitsuba.backend import start_backend

start_backend("cpu", None)

import drjit as dr  # noqa: E402 - only now there is a variant
import mitsuba as mi  # noqa: E402

from sdg.render.mitsuba.numbers import PictureNumbers, _second_dimension  # noqa: E402


def pixels_of(side: int, spp: int, seed: int, first: tuple[int, int] = (0, 0)) -> PictureNumbers:
    lane = dr.arange(mi.UInt32, side * side * spp)
    pixel = lane // spp
    return PictureNumbers(first[0] + pixel % side, first[1] + pixel // side, lane % spp, spp, mi.UInt32(seed))


def array_of(places: Any, *shape: int) -> FloatArray:
    """Return places with their two coordinates last."""
    return np.stack([places.x.numpy(), places.y.numpy()], axis=-1).astype(np.float64).reshape(*shape, 2)


def test_both_dimensions_are_those_of_scipy() -> None:
    index = dr.arange(mi.UInt32, 1024)
    ours = np.stack([dr.brev(index).numpy(), dr.brev(_second_dimension(index)).numpy()], axis=1) / 2.0**32
    theirs = qmc.Sobol(2, scramble=False).random(1024)
    # SciPy counts in Gray's code, which takes the same points in another order.
    assert sorted(map(tuple, ours)) == sorted(map(tuple, theirs))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), dimension=st.integers(0, 60), log2_spp=st.integers(0, 5))
def test_samples_of_a_pixel_are_a_net_and_those_of_a_block_of_pixels_too(
    seed: int, dimension: int, log2_spp: int
) -> None:
    """Every way to cut the square into as many equal boxes as there are samples leaves one in each."""
    side, spp = 4, 1 << log2_spp
    places = array_of(pixels_of(side, spp, seed).two(dimension), side, side, spp)
    for cells in (places.reshape(-1, spp, 2), places[:2, :2].reshape(1, 4 * spp, 2), places.reshape(1, -1, 2)):
        bits = (cells.shape[1] - 1).bit_length()
        for across in range(bits + 1):
            columns = np.floor(cells[..., 0] * 2**across).astype(int)
            rows = np.floor(cells[..., 1] * 2 ** (bits - across)).astype(int)
            box = np.sort(columns * 2 ** (bits - across) + rows, axis=1)
            assert (box == np.arange(cells.shape[1])).all()


@pytest.mark.parametrize("spp", [1, 3, 12])
def test_numbers_are_uniform_for_any_count(spp: int) -> None:
    """Over pixels with seeds of their own, so that the numbers are independent of each other."""
    lane = dr.arange(mi.UInt32, 4000)
    numbers = PictureNumbers(mi.UInt32(7), mi.UInt32(9), mi.UInt32(spp - 1), spp, lane * 77)
    places = array_of(numbers.two(3), 4000)
    for values in (numbers.one(2).numpy(), places[:, 0], places[:, 1]):
        assert values.min() >= 0
        assert values.max() < 1
        assert kstest(values, "uniform").pvalue > 1e-6


def test_dimensions_know_nothing_of_each_other() -> None:
    numbers = pixels_of(64, 4, seed=5)
    columns = [numbers.one(dimension).numpy() for dimension in range(4)] + [numbers.two(9).x.numpy()]
    between = np.corrcoef(columns) - np.eye(len(columns))
    assert np.abs(between).max() < 0.02


def test_pixels_that_share_an_index_have_other_numbers() -> None:
    """With 4,096 samples each, the index has room for 1,024 by 1,024 pixels."""
    here, there = (pixels_of(1, 4096, 3, first) for first in ((5, 6), (5 + 1024, 6)))
    assert not np.array_equal(here.one(0).numpy(), there.one(0).numpy())
