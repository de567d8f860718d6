"""Masks as runs, against pycocotools, which decodes them one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask

from sdg.validate.intervals import union
from sdg.validate.polygons import Polygons, areas_and_boxes
from sdg.validate.rle import decode_lists, decode_strings

WIDTH, HEIGHT = 64, 48


def drawn(shapes: list[list[list[float]]], width: int = WIDTH, height: int = HEIGHT) -> tuple[np.ndarray, np.ndarray]:
    """Return areas and boxes of masks, each a list of polygons, by our drawing."""
    parts = [np.array(part).reshape(-1, 2) for shape in shapes for part in shape]
    sizes = np.array([len(part) for part in parts])
    owner = np.repeat(np.arange(len(shapes)), [len(shape) for shape in shapes])
    extent = np.ones(len(parts), dtype=np.int64)
    polygons = Polygons(np.concatenate(parts), np.cumsum(sizes) - sizes, owner, width * extent, height * extent)
    return areas_and_boxes(polygons, len(shapes))


def by_pycocotools(shape: list[list[float]], width: int = WIDTH, height: int = HEIGHT) -> tuple[int, list[float]]:
    code = mask.merge(mask.frPyObjects(shape, height, width))
    return int(mask.area(code)), mask.toBbox(code).tolist()


# Quarters of pixels hit every tie of the rounding.
COORDINATE = st.one_of(st.integers(-40, 300).map(lambda n: n / 4), st.floats(-10, 80))
POLYGON = st.lists(st.tuples(COORDINATE, COORDINATE), min_size=3, max_size=12).map(
    lambda points: [value for point in points for value in point]
)


@given(st.lists(st.lists(POLYGON, min_size=1, max_size=3), min_size=1, max_size=4))
def test_polygons_have_the_pixels_that_pycocotools_draws(shapes: list[list[list[float]]]) -> None:
    areas, boxes = drawn(shapes)
    for shape, area, box in zip(shapes, areas, boxes, strict=True):
        expected_area, expected_box = by_pycocotools(shape)
        assert area == expected_area
        if area:
            assert box.tolist() == expected_box


def test_large_polygons_have_the_pixels_that_pycocotools_draws() -> None:
    random = np.random.default_rng(0)
    shapes = [[(random.uniform(-0.1, 1.1, (30, 2)) * (1920, 1080)).ravel().tolist()] for _ in range(40)]
    areas, boxes = drawn(shapes, 1920, 1080)
    for shape, area, box in zip(shapes, areas, boxes, strict=True):
        assert (area, box.tolist()) == by_pycocotools(shape, 1920, 1080)


def test_polygons_without_pixels_leave_their_neighbours_alone() -> None:
    speck, square = [3.0, 3.0, 3.1, 3.0, 3.1, 3.1], [10.0, 10.0, 20.0, 10.0, 20.0, 20.0, 10.0, 20.0]
    areas, boxes = drawn([[speck, speck], [square], [speck], [square, square], [speck, square]])
    assert areas.tolist() == [0, 100, 0, 100, 100]
    assert np.isnan(boxes[[0, 2]]).all()
    assert (boxes[[1, 3, 4]] == by_pycocotools([square])[1]).all()


def test_masks_beyond_one_block_and_of_several_sizes_have_the_pixels_that_pycocotools_draws() -> None:
    """More passages than are drawn at a time, of pictures too large for polygon, column and row to fit into 32 bits."""
    random = np.random.default_rng(1)
    for width, height in ((4000, 3000), (20_000, 17_000)):
        shapes = [
            [(random.uniform(0, 1, (8, 2)) * (width, height)).ravel().tolist() for _ in range(1 + index % 2)]
            for index in range(12)
        ]
        areas, boxes = drawn(shapes, width, height)
        for shape, area, box in zip(shapes, areas, boxes, strict=True):
            assert (area, box.tolist()) == by_pycocotools(shape, width, height)


@given(st.lists(st.integers(0, 2**20), min_size=1, max_size=6))
def test_run_length_codes_have_the_area_and_box_of_their_pixels(seeds: list[int]) -> None:
    pictures = []
    for seed in seeds:
        random = np.random.default_rng(seed)
        coarse = random.random((HEIGHT, WIDTH)) < random.choice([0.0, 0.01, 0.5, 0.99, 1.0])
        pictures.append(np.asfortranarray(coarse, dtype=np.uint8))
    codes = [mask.encode(picture) for picture in pictures]
    flat = [picture.ravel(order="F") for picture in pictures]
    counts = [np.diff([0, *np.flatnonzero(np.diff(one, prepend=0)), one.size]).tolist() for one in flat]
    for decoded in (decode_strings([code["counts"].decode() for code in codes]), decode_lists(counts)):
        assert decoded.sound.all()
        assert (decoded.totals == WIDTH * HEIGHT).all()
        assert decoded.intervals.areas().tolist() == [int(mask.area(code)) for code in codes]
        boxes = decoded.intervals.boxes(np.full(len(codes), HEIGHT))
        for code, box in zip(codes, boxes, strict=True):
            if mask.area(code):
                assert box.tolist() == mask.toBbox(code).tolist()


@given(st.lists(st.text(max_size=30), min_size=1, max_size=8))
def test_any_text_is_decoded_or_refused(texts: list[str]) -> None:
    decoded = decode_strings(texts)
    assert len(decoded.sound) == len(texts)
    for text, sound in zip(texts, decoded.sound, strict=True):
        if any(not 48 <= ord(character) < 112 for character in text):
            assert not sound


def test_a_refused_code_leaves_its_neighbours_alone() -> None:
    codes = ["dn08X10000000000000\\e1", "~~~", "dn08X", "", "dn08X10000000000000\\e1", "oooooooooooooo"]
    decoded = decode_strings(codes)
    assert decoded.sound.tolist() == [True, False, False, False, True, False]
    assert decoded.intervals.areas()[[0, 4]].tolist() == [64, 64]


def test_a_union_counts_shared_pixels_once() -> None:
    start, stop = union(np.array([105, 230, 200, 208, 210, 220]), np.array([109, 231, 210, 209, 212, 225]))
    assert start.tolist() == [105, 200, 220, 230]
    assert stop.tolist() == [109, 212, 225, 231]


@pytest.mark.parametrize("count", [10**13, -5])
def test_absurd_counts_are_refused(count: int) -> None:
    assert not decode_lists([[10, count, 5]]).sound[0]
