from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from sdg.errors import RenderError
from sdg.stage.model import Light
from tests.annotate.synthetic import body, make_frame, world


def test_category_and_instance_pictures_follow_the_bodies_and_stuff_has_no_instance() -> None:
    ids = np.array([[0, 1, 2], [3, 4, 5]], np.uint32)
    view = make_frame({"cam": ids}, world(2)).views["cam"]
    assert view.semantic.tolist() == [[0, 3, 4], [3, 1, 2]]
    assert view.instance.tolist() == [[0, 0, 0], [0, 1, 2]]
    assert view.semantic.dtype == view.instance.dtype == np.uint16


def test_visibility_is_visible_over_unoccluded_pixels() -> None:
    ids = np.zeros((4, 4), np.uint32)
    ids[0, :3] = 4
    view = make_frame({"cam": ids}, world(1), unoccluded_px={4: 12}).views["cam"]
    assert view.instances[0].visibility == 0.25


def test_visibility_never_exceeds_one() -> None:
    """A grazing ray may hit a thing in the scene and miss it alone; what is visible is covered all the same."""
    ids = np.full((2, 2), 4, np.uint32)
    assert make_frame({"cam": ids}, world(1), unoccluded_px={4: 3}).views["cam"].instances[0].visibility == 1.0


def test_things_out_of_sight_are_objects_but_not_instances() -> None:
    frame = make_frame({"cam": np.full((3, 3), 5, np.uint32)}, world(3))
    assert [thing.instance_id for thing in frame.objects] == [1, 2, 3]
    assert [seen.instance_id for seen in frame.views["cam"].instances] == [2]
    assert [seen.category_id for seen in frame.views["cam"].instances] == [2]


def test_parts_of_one_class_of_stuff_are_one_segment() -> None:
    ids = np.array([[1, 0, 3, 2], [4, 4, 3, 2]], np.uint32)
    stuff = make_frame({"cam": ids}, world(1)).views["cam"].stuff
    assert [(part.category_id, part.area_px, part.bbox_xywh_px) for part in stuff] == [
        (3, 3, (0, 0, 3, 2)),
        (4, 2, (3, 0, 1, 2)),
    ]


def test_a_thing_that_shares_its_class_with_stuff_is_no_part_of_the_segment() -> None:
    bodies = (body("environment.floor", 1, 0), body("mat[1]", 1, 1))
    view = make_frame({"cam": np.array([[1, 2, 2]], np.uint32)}, bodies).views["cam"]
    assert [part.area_px for part in view.stuff] == [1]
    assert [seen.area_px for seen in view.instances] == [2]


def test_an_instance_id_that_16_bits_cannot_hold_is_refused() -> None:
    with pytest.raises(RenderError, match="65536"):
        make_frame({"cam": np.zeros((2, 2), np.uint32)}, (body("carton[1]", 1, 65536),))


def test_the_greatest_instance_id_keeps_its_value() -> None:
    view = make_frame({"cam": np.ones((2, 2), np.uint32)}, (body("carton[1]", 1, 65535),)).views["cam"]
    assert view.instance.max() == 65535
    assert view.instances[0].instance_id == 65535


def test_a_frame_that_shows_nothing_has_no_annotations() -> None:
    view = make_frame({"cam": np.zeros((3, 4), np.uint32)}, ()).views["cam"]
    assert view.instances == ()
    assert view.stuff == ()


def test_light_records_are_json_with_units_and_leave_out_what_is_off() -> None:
    on = Light("lamp", "/World/lamp", "rect", np.eye(4), luminance_nits=500.0, size_m=(2.0, 1.0))
    off = replace(on, name="dark", luminance_nits=0.0)
    sun = Light("sun", "/World/sun", "distant", np.eye(4), illuminance_lx=9e4)
    others = tuple(
        Light(kind, f"/World/{kind}", kind, np.eye(4), luminance_nits=1.0)
        for kind in ("sphere", "disk", "cylinder", "dome", "sun_sky")
    )
    frame = make_frame({"cam": np.zeros((2, 2), np.uint32)}, (), lights=(on, off, sun, *others))
    records = json.loads(json.dumps(frame.lights, allow_nan=False))
    assert [record["name"] for record in records] == ["lamp", "sun", "sphere", "disk", "cylinder", "dome", "sun_sky"]
    assert records[0]["luminance_nits"] == 500.0
    assert records[0]["size_m"] == [2.0, 1.0]
    assert records[1]["illuminance_lx"] == 9e4


def test_views_keep_the_order_of_the_cameras() -> None:
    ids = np.zeros((2, 2), np.uint32)
    assert list(make_frame({"zed": ids, "ant": ids}, ()).views) == ["zed", "ant"]
