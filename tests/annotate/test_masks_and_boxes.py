from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pycocotools import mask as coco_mask

from sdg.annotate.boxes import tight_boxes
from sdg.annotate.masks import encode_masks, find_runs

small_id_pictures = hnp.arrays(
    np.uint16, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=14), elements=st.integers(0, 3)
)


@given(small_id_pictures)
@settings(max_examples=300, deadline=None)
def test_masks_areas_and_boxes_equal_what_pycocotools_makes_of_each_full_mask(ids: npt.NDArray[np.uint16]) -> None:
    runs = find_runs(ids)
    present = np.setdiff1d(ids, [0])
    expected = [coco_mask.encode(np.asfortranarray(ids == one).astype(np.uint8)) for one in present]
    assert runs.ids.tolist() == present.tolist()
    assert encode_masks(runs) == [code["counts"].decode() for code in expected]
    assert runs.areas_px().tolist() == [int(coco_mask.area(code)) for code in expected]
    assert [list(box) for box in tight_boxes(runs)] == [coco_mask.toBbox(code).tolist() for code in expected]


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # pycocotools under NumPy 2
def test_a_mask_decodes_to_the_pixels_of_its_instance_in_a_large_picture() -> None:
    generator = np.random.default_rng(3)
    ids = generator.integers(0, 200, (60, 80)).repeat(8, axis=0).repeat(8, axis=1).astype(np.uint16)
    runs = find_runs(ids)
    for one, counts in zip(runs.ids, encode_masks(runs), strict=True):
        mask = coco_mask.decode({"size": list(ids.shape), "counts": counts})
        np.testing.assert_array_equal(mask, ids == one)


def test_the_box_of_a_single_pixel_is_one_by_one_and_starts_at_the_pixels_corner() -> None:
    ids = np.zeros((5, 7), np.uint16)
    ids[3, 2] = 9
    assert tight_boxes(find_runs(ids)) == [(2, 3, 1, 1)]


def test_the_worked_example_of_the_coco_format_encodes_to_its_known_string() -> None:
    """A 4x5 mask of rows 1-2, columns 2-3 has counts 9 2 2 2 5, which COCO writes as 92203."""
    ids = np.zeros((4, 5), np.uint16)
    ids[1:3, 2:4] = 1
    runs = find_runs(ids)
    assert encode_masks(runs) == ["92203"]
    assert runs.areas_px().tolist() == [4]
    assert tight_boxes(runs) == [(2, 1, 2, 2)]


def test_an_empty_picture_has_no_masks_and_no_boxes() -> None:
    runs = find_runs(np.zeros((4, 5), np.uint16))
    assert encode_masks(runs) == []
    assert tight_boxes(runs) == []
    assert runs.areas_px().tolist() == []
