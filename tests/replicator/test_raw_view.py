"""What becomes of the arrays of RTX, and which of them are refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sdg.camera.depth_sensors.model import StereoDepth
from sdg.camera.orthographic import LensOrthographic
from sdg.errors import RenderError
from sdg.render.api import RenderedView, ViewTruth
from sdg.replicator.protocol import Frame
from sdg.replicator.raw_view import array_specs, view_of
from sdg.stage.model import Camera, Stage
from tests.render.mitsuba.small_world import body, box_mesh, camera, light, stage

BACKGROUND, FLOOR, BOX = 0, 40, 17
HEIGHT, WIDTH = 24, 32


@pytest.fixture
def world() -> tuple[Stage, Camera]:
    """A floor and a box on it; entity ids 1 and 2."""
    eye = camera((0, -5, 1), (0, 0, 0), (WIDTH, HEIGHT))
    things = body("floor", box_mesh()), body("box", box_mesh(), instance_id=2)
    return stage(things, (light("lamp", "rect"),), eye), eye


def entities() -> Any:
    """Nothing above, the floor below, the box in the middle."""
    found = np.zeros((HEIGHT, WIDTH), np.uint32)
    found[8:] = 1
    found[6:18, 10:22] = 2
    return found


def frame_of(eye: Camera, entity_ids: Any, **changed: Any) -> Frame:
    ids = np.array([BACKGROUND, FLOOR, BOX], np.uint32)[entity_ids]
    depth = np.where(entity_ids > 0, np.float32(5.0), np.float32(np.inf))
    normals = np.zeros((HEIGHT, WIDTH, 4), np.float32)
    normals[..., 2] = 2.0  # not quite unit length
    arrays = {
        "HdrColor": np.full((HEIGHT, WIDTH, 4), 100.0, np.float16),
        "distance_to_image_plane": depth,
        "distance_to_camera": depth * np.float32(1.1),
        "instance_id_segmentation": ids,
        "normals": normals,
    }
    labels = {BACKGROUND: "BACKGROUND", FLOOR: "/World/floor/mesh", BOX: "/World/box/carton_2/mesh"}
    labels |= changed.pop("labels", {})
    return Frame(0, {(eye.name, name): array for name, array in (arrays | changed).items()}, {eye.name: labels})


def truth_of(entity_ids: Any) -> ViewTruth:
    return ViewTruth(entity_ids, {2: 200}, np.ones((HEIGHT, WIDTH), np.bool_))


def seen(world: tuple[Stage, Camera], exponent: int = 0, **changed: Any) -> RenderedView:
    return view_of(frame_of(world[1], entities(), **changed), *world, truth_of(entities()), exponent)


def test_ids_of_leaf_prims_become_those_of_bodies(world: tuple[Stage, Camera]):
    view = seen(world)
    assert (view.entity_ids == entities()).all()
    assert view.entity_ids.dtype == np.uint32
    assert view.unoccluded_px == {2: 200}


def test_leaf_prims_say_which_part_is_seen(world: tuple[Stage, Camera]):
    """The second part's prim is below a shape of the box, as where its shape is drawn; the floor has one part."""
    stage, eye = world
    box = replace(stage.bodies[1], parts=(stage.bodies[1].parts[0], replace(stage.bodies[1].parts[0], name="lid")))
    stage = replace(stage, bodies=(stage.bodies[0], box), settings=replace(stage.settings, parts=True))
    paths = {FLOOR: "/World/floor/part", BOX: "/World/box/carton_2/lid"}
    view = view_of(frame_of(eye, entities(), labels=paths), stage, eye, truth_of(entities()), 0)
    assert view.part_numbers is not None
    assert view.part_numbers.dtype == np.uint32
    assert (view.part_numbers == np.array([0, 1, 2])[entities()]).all()
    with pytest.raises(RenderError, match="is no part"):
        view_of(frame_of(eye, entities()), stage, eye, truth_of(entities()), 0)


def test_a_lamp_in_sight_is_no_thing(world: tuple[Stage, Camera]):
    """A pixel of it has depth and no id, as the embedded renderer has it."""
    frame = frame_of(world[1], entities(), labels={99: "/World/lamp/geometry"})
    frame.arrays[world[1].name, "instance_id_segmentation"][0, 0] = 99
    frame.arrays[world[1].name, "distance_to_image_plane"][0, 0] = 3.0
    frame.arrays[world[1].name, "distance_to_camera"][0, 0] = 3.0
    view = view_of(frame, *world, truth_of(entities()), 0)
    assert view.entity_ids[0, 0] == 0
    assert view.depth_z_m[0, 0] == 3.0


def test_a_thing_may_be_named_like_the_folder_of_looks(world: tuple[Stage, Camera]):
    things = replace(world[0].bodies[0], prim_path="/World/Looks_0"), world[0].bodies[1]
    frame = frame_of(world[1], entities(), labels={FLOOR: "/World/Looks_0/mesh"})
    view = view_of(frame, replace(world[0], bodies=things), world[1], truth_of(entities()), 0)
    assert (view.entity_ids == entities()).all()


def test_nothing_is_hidden_from_a_second_eye_that_rtx_lacks(world: tuple[Stage, Camera]):
    """A depth sensor then measures all that the first eye sees, and the record lists `second_eye` as missing."""
    eye = replace(world[1], depth_sensor=StereoDepth("", 0.05, 600.0, 0.1))
    seen_by_it = view_of(frame_of(eye, entities()), world[0], eye, truth_of(entities()), 0).second_eye_sees
    assert seen_by_it is not None
    assert (seen_by_it == (entities() > 0)).all()
    assert seen(world).second_eye_sees is None


def test_radiance_is_scaled_back_by_the_power_of_two(world: tuple[Stage, Camera]):
    assert (seen(world, exponent=-4).radiance == 1600.0).all()


def test_what_a_16_bit_float_can_not_hold_is_clipped_and_counted(world: tuple[Stage, Camera]):
    color = np.full((HEIGHT, WIDTH, 4), 1.0, np.float16)
    color[3, :5, 1] = np.inf
    color[4, 4, 0] = -1.0
    view = seen(world, exponent=-1, HdrColor=color)
    assert view.clipped_px == 5
    assert view.radiance[3, 0].tolist() == [2.0, 2.0 * 65504.0, 2.0]
    assert view.radiance[4, 4, 0] == 0.0


def test_depth_that_is_0_infinite_or_beyond_the_limits_is_no_depth(world: tuple[Stage, Camera]):
    near, far = world[1].clip_m
    depth = np.full((HEIGHT, WIDTH), 5.0, np.float32)
    depth[20, :4] = [0.0, np.inf, near / 2, far * 2]
    view = seen(world, distance_to_image_plane=depth, distance_to_camera=depth)
    assert np.isinf(view.depth_z_m[20, :4]).all()
    assert np.isinf(view.distance_m[20, :4]).all()
    assert (view.entity_ids[20, :4] == 0).all()
    assert (view.normals[20, :4] == 0).all()
    assert view.entity_ids[20, 4] == 1


def test_normals_have_unit_length(world: tuple[Stage, Camera]):
    assert (seen(world).normals[10, 12] == [0, 0, 1]).all()


def test_parallel_rays_start_on_the_image_plane(world: tuple[Stage, Camera]):
    """RTX measures the distance to a camera from its origin, which parallel rays don't start at."""
    eye = replace(world[1], lens=LensOrthographic((WIDTH, HEIGHT), 4.0))
    view = view_of(frame_of(eye, entities()), world[0], eye, truth_of(entities()), 0)
    assert (view.distance_m == view.depth_z_m).all()


def test_labels_that_differ_at_outlines_are_taken(world: tuple[Stage, Camera]):
    found = np.roll(entities(), 1, axis=1)
    view = view_of(frame_of(world[1], found), *world, truth_of(entities()), 0)
    assert (view.entity_ids == found).all()


def test_labels_of_another_frame_are_refused(world: tuple[Stage, Camera]):
    found = np.roll(entities(), 5, axis=1)
    with pytest.raises(RenderError, match=r"% of RTX's labels are not what is there, mostly /World/box instead of"):
        view_of(frame_of(world[1], found), *world, truth_of(entities()), 0)


def test_no_labels_at_all_are_refused(world: tuple[Stage, Camera]):
    """Replicator has given empty labels on machines with several GPUs."""
    with pytest.raises(RenderError, match="mostly nothing instead of /World/floor"):
        view_of(frame_of(world[1], np.zeros_like(entities())), *world, truth_of(entities()), 0)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"labels": {BOX: "/World/elsewhere/mesh"}}, "RTX shows /World/elsewhere/mesh, which is not in this frame"),
        ({"labels": {BOX: "/Replicator/Ref"}}, "RTX shows /Replicator/Ref"),
        ({"HdrColor": np.full((HEIGHT, WIDTH, 4), np.nan, np.float16)}, "radiance is not a number"),
        ({"instance_id_segmentation": np.full((HEIGHT, WIDTH), 3, np.uint32)}, "RTX doesn't say what id 3 is"),
    ],
)
def test_what_can_not_be_is_refused(world: tuple[Stage, Camera], changed: dict[str, Any], said: str):
    with pytest.raises(RenderError, match=said):
        seen(world, **changed)


def test_every_camera_must_give_every_array(world: tuple[Stage, Camera]):
    specs = array_specs((world[1], replace(world[1], name="other")))
    assert len(specs) == 10
    assert {spec.camera for spec in specs} == {world[1].name, "other"}
    color = next(spec for spec in specs if spec.annotator == "HdrColor")
    assert (color.shape, color.dtype) == ((HEIGHT, WIDTH, 4), "<f2")
