from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from sdg.dataset.masks import decode_mask
from sdg.dataset.outline import outline, rings
from sdg.foundation.arrays import BoolArray

masks = hnp.array_shapes(min_dims=2, max_dims=2, max_side=9).flatmap(lambda shape: hnp.arrays(np.bool_, shape))


def filled(points: np.ndarray, shape: tuple[int, int]) -> BoolArray:
    """Pixels whose centre is inside, counted by the corners' edges that a ray to the right of it crosses."""
    v, u = np.indices(shape) + 0.5
    inside = np.zeros(shape, bool)
    for (x0, y0), (x1, y1) in zip(points, np.roll(points, -1, axis=0), strict=True):
        crosses = (y0 > v) != (y1 > v)
        with np.errstate(divide="ignore", invalid="ignore"):
            inside ^= crosses & (u < (x1 - x0) * (v - y0) / (y1 - y0) + x0)
    return inside


@given(masks.filter(np.any))
def test_an_outline_encloses_the_mask_to_the_pixel(mask: BoolArray) -> None:
    """Parts, holes, and parts that touch at a point: all in one line."""
    assert np.array_equal(filled(outline(mask), mask.shape), mask)  # type: ignore[arg-type]


@given(masks.filter(np.any))
def test_pycocotools_fills_the_rings_of_parts_without_holes_alike(mask: BoolArray) -> None:
    """Its polygons are joined, so holes are beyond it; a mask whose holes are filled up has none."""
    grown = np.maximum.accumulate(mask, axis=0)  # every column is filled below its first pixel
    polygons = [ring.ravel().tolist() for ring in rings(grown)]
    assert np.array_equal(decode_mask(polygons, mask.shape[::-1]), grown)


@given(masks.filter(np.any), st.booleans())
def test_pycocotools_fills_the_one_outline_alike(mask: BoolArray, tall: bool) -> None:
    mask = np.repeat(mask, 3 if tall else 1, axis=0)
    assert np.array_equal(decode_mask([outline(mask).ravel().tolist()], mask.shape[::-1]), mask)


def test_a_pixel_has_four_corners() -> None:
    mask = np.zeros((3, 4), bool)
    mask[1, 2] = True
    assert sorted(map(tuple, outline(mask).tolist())) == [(2, 1), (2, 2), (3, 1), (3, 2)]
