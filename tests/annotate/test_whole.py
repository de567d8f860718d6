"""Amodal masks, loose boxes and truncation, against scenes rendered without what hides, and against geometry."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from pycocotools import mask as coco_mask

from sdg.annotate.model import AnnotatedView, InstanceAnnotation
from sdg.pipeline import Pipeline
from sdg.write.dataset import DatasetSpec
from sdg.write.record import ViewFiles, build_record
from tests.recipes import recipe_of

# pycocotools under NumPy 2
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
SIZE = (160, 120)
HEAD = """\
render: {spp: 1, max_depth: 1, denoise: false}
output: {annotators: [bounding_box_2d_loose, amodal_segmentation, occlusion, truncation], coco: null}
lighting: [{dome: {}}]
"""
LENSES = {
    "pinhole": "opencv_pinhole: {fx: 120, k1: -0.1}",
    "fisheye": "opencv_fisheye: {fx: 60, k1: 0.02}",
    "panorama": "equirectangular: {}",
    "parallel": "orthographic: {width_m: 3}",
}


def view_of(objects: str, lens: str = "pinhole: {fx: 120}", more: str = "") -> AnnotatedView:
    camera = (
        f"cameras:\n  - {{name: cam, resolution: [{SIZE[0]}, {SIZE[1]}], lens: {{{lens}}}{more},"
        " pose: {look_at: {eye_m: [3, 0.2, 1], target: [0, 0, 0.5]}}}\n"
    )
    with Pipeline(recipe_of(f"{HEAD}scene:\n  objects:\n{objects}{camera}"), device="cpu") as pipeline:
        return pipeline.frame(0).views["cam"]


def decoded(counts: str) -> Any:
    return coco_mask.decode({"size": [SIZE[1], SIZE[0]], "counts": counts})


def whole(seen: InstanceAnnotation) -> Any:
    assert seen.whole is not None
    return decoded(seen.whole.rle_counts)


BOX = "    - {name: box, asset: cube, size_m: [0.8, 0.9, 0.7], yaw_deg: 30, position_m: [0, 0.3, 0.2]}\n"
POST = "    - {name: post%s, asset: cylinder, size_m: [0.2, 0.2, 1.4], position_m: [1, %s, 0]}\n"


@pytest.mark.parametrize("lens", LENSES.values(), ids=LENSES)
def test_an_amodal_mask_is_what_the_thing_shows_alone(lens: str) -> None:
    alone = view_of(BOX, lens)
    hidden = view_of(BOX + POST % ("", "0") + POST % ("_b", "0.3"), lens)
    (expected,) = alone.instances
    found = hidden.instances[0]
    assert found.visibility < 0.9
    np.testing.assert_array_equal(whole(found), decoded(expected.rle_counts))
    assert found.whole is not None
    assert found.whole.bbox_xywh_px == expected.bbox_xywh_px
    assert found.whole.area_px == expected.area_px
    assert (decoded(found.rle_counts) <= whole(found)).all()
    assert found.area_px / found.whole.area_px == found.visibility


def test_a_rolling_shutter_joins_the_masks_of_its_rows() -> None:
    shutter = (
        ", exposure: {f_number: 2.8, shutter_s: 0.002, iso: 100}, rolling_shutter: {line_time_us: 100},"
        " motion: {velocity_mps: [8, 0, 0]}"
    )
    alone, hidden = view_of(BOX, more=shutter), view_of(BOX + POST % ("", "0"), more=shutter)
    np.testing.assert_array_equal(whole(hidden.instances[0]), decoded(alone.instances[0].rle_counts))
    assert hidden.instances[0].visibility < 0.9


def test_the_loose_box_of_a_sphere_is_that_of_its_silhouette() -> None:
    """A sphere of radius r at distance d on the axis of a pinhole spans fx tan(asin(r / d)) to each side of it.

    Its mesh lies within it by less than a pixel; a board hides its upper half.
    """
    ball = "    - {name: ball, asset: sphere, size_m: [0.8, 0.8, 0.8], position_m: [0, 0, 0.1]}\n"
    board = "    - {name: board, asset: cube, size_m: [0.02, 2, 1], position_m: [1.5, 0, 0.75]}\n"
    view = view_of(ball + board)
    seen = view.instances[0]
    distance = math.sqrt(3**2 + 0.2**2 + 0.5**2)
    radius_px = 120 * math.tan(math.asin(0.4 / distance))
    assert seen.whole is not None
    x, y, width, height = seen.whole.bbox_xywh_px
    assert (x, x + width) == pytest.approx((80 - radius_px, 80 + radius_px), abs=1)
    assert (y, y + height) == pytest.approx((60 - radius_px, 60 + radius_px), abs=1)
    assert seen.bbox_xywh_px[3] < 0.7 * height, "of the visible part the box is lower"
    assert seen.truncation == 0


@pytest.mark.parametrize(("aside", "expected"), [(0.0, 0.0), (1.0, 0.25), (1.125, 0.5), (1.2, 0.65)])
def test_truncation_is_the_share_of_the_box_that_is_cut_off(aside: float, expected: float) -> None:
    """Parallel rays over 2.5 m, 160 px: a plate of 0.5 m whose middle is so far to the right of the axis."""
    text = (
        f"{HEAD}scene:\n  objects:\n    - {{name: plate, asset: cube, size_m: [0.5, 0.5, 0.02],"
        f" position_m: [{aside}, 0, -0.01]}}\ncameras:\n  - {{name: cam, resolution: [160, 120],"
        " lens: {orthographic: {width_m: 2.25}}, pose:"
        " {look_at: {eye_m: [0, 0, 3], target: [0, 0, 0], up: [0, 1, 0]}}}\n"
    )
    with Pipeline(recipe_of(text), device="cpu") as pipeline:
        (seen,) = pipeline.frame(0).views["cam"].instances
    assert seen.truncation == pytest.approx(max(0.0, aside + 0.25 - 1.125) / 0.5, abs=1e-9)
    assert seen.truncation == pytest.approx(expected, abs=1e-6)


def test_records_hold_what_was_asked_for_and_nothing_else() -> None:
    text = f"scene:\n  objects:\n{BOX}render: {{spp: 1, max_depth: 1, denoise: false}}\nlighting: [{{dome: {{}}}}]\n"
    for name, keys in {
        "bounding_box_2d_loose": {"bbox_loose"},
        "amodal_segmentation": {"amodal_segmentation", "amodal_area"},
        "occlusion": {"occlusion"},
        "truncation": {"truncation"},
    }.items():
        recipe = recipe_of(f"{text}output: {{annotators: [{name}], coco: null}}\n")
        with Pipeline(recipe, device="cpu") as pipeline:
            frame = pipeline.frame(0)
        record = build_record(frame, DatasetSpec.of_recipe(recipe, ()), {"cam": ViewFiles({}, None)})
        (entry,) = record["cameras"]["cam"]["annotations"]
        assert set(entry) == {"instance_id", "category_id", "area", "visibility"} | keys
