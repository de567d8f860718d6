"""Cameras on things and on each other."""

from __future__ import annotations

import numpy as np
import pytest

from sdg.errors import RecipeError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import invert_rigid
from sdg.stage.build import build_stage
from sdg.stage.model import Camera, Stage
from tests.recipes import frame_of, recipe_of

OBJECTS = """
scene:
  objects:
    - {name: cart, asset: cube, count: 3, position_m: [{uniform: [-5, 5]}, 1, 2], yaw_deg: {uniform: [0, 360]}}
    - {name: rare, asset: cube, probability: 0.5, position_m: [9, 9, 9]}
"""
FORWARD = "position_m: [0.5, 0, 0.25], rotation_deg: [-90, 0, -90]"


def stage_of(cameras: str, frame: int = 0, objects: str = OBJECTS) -> Stage:
    recipe = recipe_of(f"{objects}\ncameras:\n{cameras}")
    return build_stage(frame_of(recipe, frame), recipe)


def cameras_of(cameras: str, frame: int = 0, objects: str = OBJECTS) -> dict[str, Camera]:
    return {camera.name: camera for camera in stage_of(cameras, frame, objects).cameras}


def world_from(stage: Stage, name: str) -> FloatArray:
    return next(body.world_from_object for body in stage.bodies if body.name == name)


def test_a_camera_on_a_thing_looks_along_its_x_axis_whatever_its_yaw() -> None:
    for frame in range(3):
        stage = stage_of(f'  - {{name: cam, mount: {{on: "cart[1]", pose: {{{FORWARD}}}}}}}', frame)
        cart, camera = world_from(stage, "cart[1]"), stage.cameras[0].world_from_camera
        np.testing.assert_allclose(camera[:3, 2], cart[:3, 0], atol=1e-12)  # forward is the thing's +X
        np.testing.assert_allclose(camera[:3, 1], [0, 0, -1], atol=1e-12)  # down is down
        np.testing.assert_allclose(camera[:3, 3], cart[:3, :3] @ [0.5, 0, 0.25] + cart[:3, 3], atol=1e-12)


def test_a_scaled_thing_carries_its_camera_in_metres() -> None:
    """Twice as large, the camera is half a metre ahead all the same, and its axes are of unit length."""
    objects = "scene: {objects: [{name: cart, asset: cube, scale: 2, rotation_deg: [0, 0, 90], position_m: [1, 2, 3]}]}"
    camera = cameras_of(f"  - {{name: cam, mount: {{on: cart, pose: {{{FORWARD}}}}}}}", objects=objects)["cam"]
    np.testing.assert_allclose(camera.world_from_camera[:3, 3], [1, 2.5, 3.25], atol=1e-12)
    np.testing.assert_allclose(np.linalg.det(camera.world_from_camera), 1)


def test_a_camera_on_an_object_rides_on_one_of_its_instances_and_says_which() -> None:
    ridden = set()
    for frame in range(12):
        stage = stage_of(f"  - {{name: cam, mount: {{on: cart, pose: {{{FORWARD}}}}}}}", frame)
        mount = stage.cameras[0].mount
        assert mount is not None
        assert stage.drawn["cameras.cam.mount.on:instance"] == mount.on
        body = next(body for body in stage.bodies if body.name == mount.on)
        assert body.prim_path == mount.prim_path
        np.testing.assert_allclose(
            stage.cameras[0].world_from_camera, body.world_from_object @ mount.carrier_from_camera, atol=1e-12
        )
        ridden.add(mount.on)
    assert ridden == {"cart[0]", "cart[1]", "cart[2]"}


def test_a_camera_takes_no_picture_in_frames_without_its_carrier() -> None:
    """So do the cameras on it, and only those; the others keep their poses."""
    text = "  - {name: cam, mount: {on: rare}}\n  - {name: top, mount: {on: cam}, stereo: {baseline_m: 0.1}}\n"
    text += "  - {name: free, pose: {transform: {position_m: [0, 0, 3]}}}"
    seen = set()
    for frame in range(12):
        stage = stage_of(text, frame)
        is_there = any(body.name == "rare[0]" for body in stage.bodies)
        names = [camera.name for camera in stage.cameras]
        assert names == (["cam", "top", "top_right", "free"] if is_there else ["free"])
        seen.add(is_there)
    assert seen == {True, False}


def test_cameras_on_cameras_go_with_them_in_any_order() -> None:
    """`last` is written first and hangs on the right eye of a pair, which hangs on the pair's left one."""
    text = (
        "  - {name: last, mount: {on: pair_right, pose: {position_m: [0, 0, 1]}}}\n"
        "  - {name: pair, stereo: {baseline_m: 0.2}, mount: {on: first, pose: {rotation_deg: [0, 90, 0]}}}\n"
        "  - {name: first, pose: {transform: {position_m: [1, 2, 3]}}}\n"
    )
    cameras = cameras_of(text)
    assert list(cameras) == ["last", "pair", "pair_right", "first"]
    # A quarter turn about +Y takes the pair's +X to -Z and its +Z to +X.
    np.testing.assert_allclose(cameras["pair_right"].world_from_camera[:3, 3], [1, 2, 2.8], atol=1e-12)
    np.testing.assert_allclose(cameras["last"].world_from_camera[:3, 3], [2, 2, 2.8], atol=1e-12)


def test_a_pair_has_one_lens_one_draw_of_everything_and_two_fixed_patterns() -> None:
    text = (
        "  - name: eye\n"
        "    lens: {opencv_pinhole: {fx: {uniform: [400, 500]}, k1: {uniform: [-0.1, 0]}}}\n"
        "    sensor: {preset: imx273, temperature_c: {uniform: [10, 50]}, serial: 5}\n"
        "    optics: {blur_px: 0.5, probability: 0.5}\n"
        "    stereo: {baseline_m: {uniform: [0.1, 0.2]}}\n"
        "    pose: {transform: {rotation_deg: [{uniform: [-180, 180]}, 30, 40]}}\n"
    )
    blurred = set()
    for frame in range(8):
        left, right = cameras_of(text, frame).values()
        assert left.lens == right.lens
        assert left.optics == right.optics
        blurred.add(left.optics.blur_px)
        assert left.sensor is not None
        assert right.sensor is not None
        assert left.sensor.temperature_c == right.sensor.temperature_c
        assert (left.sensor.serial, right.sensor.serial) == ("5", "5_right")
        assert left.stereo is not None
        assert left.stereo == right.stereo
        apart = invert_rigid(left.world_from_camera) @ right.world_from_camera
        expected = np.eye(4)
        expected[0, 3] = left.stereo.baseline_m
        np.testing.assert_allclose(apart, expected, atol=1e-12)
    assert blurred == {0.0, 0.5}


def test_a_sensor_without_serial_is_named_after_its_eye() -> None:
    pair = "  - {name: eye, sensor: {preset: imx273}, stereo: {baseline_m: 0.1}, pose: {transform: {}}}"
    serials = [camera.sensor.serial for camera in cameras_of(pair).values() if camera.sensor is not None]
    assert serials == ["eye", "eye_right"]


def test_a_mount_changes_no_other_draw() -> None:
    """Neither do a second eye, or one object more."""
    orbit = "pose: {orbit: {target: cart, distance_m: {uniform: [3, 6]}, azimuth_deg: {uniform: [0, 360]}}}"
    alone = stage_of(f"  - {{name: cam, {orbit}}}", 3)
    mounted = "  - {name: rider, mount: {on: cart, pose: {position_m: [0, 0, {uniform: [0, 1]}]}}}"
    more = OBJECTS + "    - {name: far, asset: cube, position_m: [50, 50, {uniform: [0, 1]}]}\n"
    rigged = stage_of(f"{mounted}\n  - {{name: cam, stereo: {{baseline_m: 0.1}}, {orbit}}}", 3)
    larger = stage_of(f"{mounted}\n  - {{name: cam, stereo: {{baseline_m: 0.1}}, {orbit}}}", 3, more)
    assert alone.drawn.items() <= rigged.drawn.items() <= larger.drawn.items()
    for stage in (rigged, larger):
        np.testing.assert_array_equal(alone.cameras[0].world_from_camera, stage.cameras[1].world_from_camera)
    np.testing.assert_array_equal(rigged.cameras[0].world_from_camera, larger.cameras[0].world_from_camera)


def test_a_carrier_may_be_drawn() -> None:
    text = '  - {name: cam, mount: {on: {choice: ["cart[0]", other]}}}\n  - {name: other, pose: {transform: {}}}'
    carriers = [camera.mount.on for frame in range(10) for camera in stage_of(text, frame).cameras if camera.mount]
    assert set(carriers) == {"cart[0]", "other"}


def test_a_matrix_of_four_digits_stands_for_the_nearest_rotation() -> None:
    """A turn by 45 degrees about X; the recipe's check lets it pass, so that frames must take it."""
    matrix = "matrix: [[1, 0, 0, 3], [0, 0.7071, -0.7071, 2], [0, 0.7071, 0.7071, 1], [0, 0, 0, 1]]"
    pose = cameras_of(f"  - {{name: cam, pose: {{transform: {{{matrix}}}}}}}")["cam"].world_from_camera
    half = 0.5**0.5
    np.testing.assert_allclose(pose[:3, :3], [[1, 0, 0], [0, half, -half], [0, half, half]], rtol=0, atol=1e-15)
    np.testing.assert_array_equal(pose[:, 3], [3, 2, 1, 1])


def test_a_drawn_matrix_that_scales_is_refused_at_its_line() -> None:
    """Each number of it is allowed; what is drawn together is no rotation."""
    row = "[{uniform: [1.01, 1.02]}, 0, 0, 0]"
    matrix = f"matrix: [{row}, [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]"
    with pytest.raises(RecipeError, match=r"S013.*no rotation"):
        cameras_of(f'  - {{name: cam, mount: {{on: "cart[0]", pose: {{{matrix}}}}}}}')
