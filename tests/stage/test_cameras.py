"""Cameras: lenses in pixels, poses on asymmetric set-ups, and where they may stand."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from sdg.camera.lens import LensOpenCvPinhole
from sdg.errors import RecipeError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.triangles import segments_pass
from sdg.stage.build import build_stage
from sdg.stage.model import Camera, Stage
from tests.recipes import frame_of, recipe_of
from tests.stage.test_placement import box_obj

HALL = "scene:\n  environment: {asset: warehouse_hall, size_m: [10, 12, 5]}\n  objects:\n"


def stage_of(text: str, frame: int = 0) -> Stage:
    recipe = recipe_of(text)
    return build_stage(frame_of(recipe, frame), recipe)


def camera(pose: str, lens: str = "pinhole: {fx: 500}", more: str = "", before: str = "", frame: int = 0) -> Camera:
    text = f"{before}cameras:\n  - {{name: cam, lens: {{{lens}}}, pose: {{{pose}}}{more}}}\n"
    return stage_of(text, frame).cameras[0]


def pixel_of(camera: Camera, point: tuple[float, float, float]) -> FloatArray:
    local = np.linalg.inv(camera.world_from_camera) @ [*point, 1.0]
    pixel: FloatArray = camera.lens.project(local[None, :3])[0][0]
    return pixel


# --- lenses ---------------------------------------------------------------------------------------------------


def lens(text: str, more: str = "") -> LensOpenCvPinhole:
    made = camera("transform: {}", text, more).lens
    assert isinstance(made, LensOpenCvPinhole)
    return made


def test_a_focal_length_in_millimetres_becomes_pixels() -> None:
    """640 px over 36 mm: 24 mm are 426.67 px, up and across alike."""
    made = lens("pinhole: {focal_length_mm: 24, sensor_width_mm: 36}")
    assert (made.fx, made.fy) == pytest.approx((24 / 36 * 640,) * 2)
    assert (made.cx, made.cy) == (320, 240)


def test_one_focal_length_stands_for_both() -> None:
    assert (lens("pinhole: {fx: 500}").fx, lens("pinhole: {fx: 500}").fy) == (500, 500)


def test_pixel_centres_as_origin_move_the_principal_point_by_half_a_pixel() -> None:
    made = lens(
        "opencv_pinhole: {fx: 500, fy: 510, cx: 300, cy: 200, pixel_origin: center, k1: -0.1, p2: 0.01, k3: 0.2}"
    )
    assert (made.cx, made.cy) == (300.5, 200.5)
    assert made.distortion.coefficients() == [-0.1, 0, 0, 0.01, 0.2]
    assert (lens("pinhole: {fx: 500, cx: 300, cy: 200}").cx, lens("pinhole: {fx: 500, cx: 300}").cy) == (300, 240)


def test_a_lens_that_is_drawn_without_a_focal_length_is_refused() -> None:
    with pytest.raises(RecipeError, match=r"S014.*the focal length is missing"):
        [camera("transform: {}", "pinhole: {fx: {choice: [500, null]}}", frame=frame) for frame in range(20)]


def test_exposure_is_handed_on() -> None:
    manual = camera("transform: {}", more=", exposure: {f_number: 4, shutter_s: 0.01, iso: 200}").exposure
    assert (manual.mode, manual.f_number, manual.shutter_s, manual.iso) == ("manual", 4, 0.01, 200)
    assert camera("transform: {}").exposure.mode == "auto"


# --- poses ----------------------------------------------------------------------------------------------------


def test_look_at_puts_the_target_in_the_middle_and_up_up() -> None:
    """From +x, looking along -x: the world's +y is to the right, +z is up, which is towards smaller v."""
    made = camera("look_at: {eye_m: [5, 1, 2], target: [0, 1, 2]}")
    assert pixel_of(made, (0, 1, 2)) == pytest.approx([320, 240])
    assert pixel_of(made, (0, 2, 2)) == pytest.approx([420, 240])
    assert pixel_of(made, (0, 1, 3)) == pytest.approx([320, 140])


@pytest.mark.parametrize(
    ("azimuth", "elevation", "expected"),
    [
        (0, 0, (3, 1, 1)),
        (90, 0, (1, 3, 1)),
        (180, 0, (-1, 1, 1)),
        (0, 90, (1, 1, 3)),
        (90, 30, (1, 1 + math.sqrt(3), 2)),
    ],
)
def test_orbit_counts_azimuth_from_x_counter_clockwise(
    azimuth: float, elevation: float, expected: tuple[float, float, float]
) -> None:
    made = camera(f"orbit: {{target: [1, 1, 1], distance_m: 2, azimuth_deg: {azimuth}, elevation_deg: {elevation}}}")
    assert made.world_from_camera[:3, 3] == pytest.approx(expected, abs=1e-12)
    assert pixel_of(made, (1, 1, 1)) == pytest.approx([320, 240])


def test_an_orbit_aims_at_the_middle_of_its_target_plus_the_offset() -> None:
    before = "scene:\n  objects:\n    - {name: a, asset: cube, size_m: [1, 2, 3], position_m: [4, 5, 0]}\n"
    made = camera("orbit: {target: a, distance_m: 9, target_offset_m: [0, 0, 0.25]}", before=before)
    assert pixel_of(made, (4, 5, 1.75)) == pytest.approx([320, 240])


def test_a_transform_places_the_opencv_frame_itself() -> None:
    """Turned by -90 degrees about x, the camera's z (forward) is the world's y, and its y (down) the world's -z."""
    made = camera("transform: {position_m: [1, 2, 3], rotation_deg: [-90, 0, 0]}")
    assert made.world_from_camera[:3, 2] == pytest.approx([0, 1, 0])
    assert made.world_from_camera[:3, 1] == pytest.approx([0, 0, -1])
    rows = "[[1, 0, 0, 7], [0, 0, 1, 8], [0, -1, 0, 9], [0, 0, 0, 1]]"
    assert camera(f"transform: {{matrix: {rows}}}").world_from_camera[:3, 3].tolist() == [7, 8, 9]


def test_a_target_is_drawn_among_the_present_and_written_down() -> None:
    before = "scene:\n  objects:\n    - {name: a, asset: cube, count: 4, position_m: [{uniform: [-9, 9]}, 0, 0]}\n"
    text = (
        before + "cameras:\n  - {name: cam, lens: {pinhole: {fx: 500}}, pose: {orbit: {target: a, distance_m: 50}}}\n"
    )
    chosen = set()
    for frame in range(24):
        stage = stage_of(text, frame)
        name = str(stage.drawn["cameras.cam.pose.orbit.target:instance"])
        middle = next(body for body in stage.bodies if body.name == name).world_from_object[:3, 3] + (0, 0, 0.5)
        assert pixel_of(stage.cameras[0], tuple(middle)) == pytest.approx([320, 240])
        chosen.add(name)
    assert chosen == {"a[0]", "a[1]", "a[2]", "a[3]"}


def test_without_its_target_a_camera_looks_at_the_middle_of_the_hall() -> None:
    before = f"{HALL}    - {{name: a, asset: cube, probability: 0}}\n"
    made = camera("orbit: {target: a, distance_m: 3}", before=before)
    assert pixel_of(made, (0, 0, 1)) == pytest.approx([320, 240])


# --- free places ----------------------------------------------------------------------------------------------

DRAWN = "azimuth_deg: {uniform: [0, 360]}, elevation_deg: {uniform: [2, 60]}"


def drawn_orbit(distance_m: str) -> str:
    orbit = f"{{target: a, distance_m: {distance_m}, {DRAWN}}}"
    return f"cameras:\n  - {{name: cam, lens: {{pinhole: {{fx: 500}}}}, pose: {{orbit: {orbit}}}}}\n"


def test_drawn_orbits_stay_in_the_hall() -> None:
    """The target stands near a wall, so most orbits of 4 m would end outside."""
    before = f"{HALL}    - {{name: a, asset: cube, position_m: [3.5, 4.5, 0]}}\n"
    for frame in range(25):
        eye = camera(f"orbit: {{target: a, distance_m: 4, {DRAWN}}}", before=before, frame=frame).world_from_camera[
            :3, 3
        ]
        assert (np.abs(eye) <= (4.8, 5.8, 4.8)).all()
        assert eye[2] >= 0.2


def test_drawn_orbits_stand_in_nothing_and_see_their_target() -> None:
    """Four walls of boxes round the target leave open one side and the view from above."""
    walls = "".join(
        f"    - {{name: w{index}, asset: cube, size_m: {size}, position_m: {where}}}\n"
        for index, (size, where) in enumerate(
            [("[4, 0.4, 2]", "[0, 1.5, 0]"), ("[4, 0.4, 2]", "[0, -1.5, 0]"), ("[0.4, 3, 2]", "[-1.8, 0, 0]")]
        )
    )
    before = f"{HALL}    - {{name: a, asset: cube, size_m: [0.4, 0.4, 0.4]}}\n{walls}"
    text = before + drawn_orbit("{uniform: [1.2, 4]}")
    for frame in range(15):
        stage = stage_of(text, frame)
        eye, target = stage.cameras[0].world_from_camera[:3, 3], np.array([0, 0, 0.2])
        for body in stage.bodies:
            if body.is_thing and body.name != "a[0]":
                triangles = np.concatenate([part.mesh.vertices[part.mesh.faces] for part in body.parts])
                world = triangles @ body.world_from_object[:3, :3].T + body.world_from_object[:3, 3]
                assert not blocked(eye, eye + 0.9 * (target - eye), world), f"{body.name} hides the target"
                assert (
                    not (world.min(axis=(0, 1)) - 0.1 <= eye).all() or not (eye <= world.max(axis=(0, 1)) + 0.1).all()
                )


def blocked(start: FloatArray, end: FloatArray, triangles: FloatArray) -> bool:
    """Walk the way in small steps and ask on which side of each triangle's plane it is: no ray formula in it."""
    normals = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    sides = np.array([np.einsum("ij,ij->i", normals, point - triangles[:, 0]) for point in (start, end)])
    for index in np.flatnonzero(sides[0] * sides[1] < 0):
        share = sides[0, index] / (sides[0, index] - sides[1, index])
        point, corners = start + share * (end - start), triangles[index]
        turns = [normals[index] @ np.cross(corners[(i + 1) % 3] - corners[i], point - corners[i]) for i in range(3)]
        if min(turns) >= 0:
            return True
    return False


def test_open_ground_limits_no_camera_but_from_below(tmp_path: Path) -> None:
    """A slab without walls or roof: nobody is outside of it, and only what is under it is refused."""
    (tmp_path / "yard.obj").write_text(box_obj((-1, -1, -0.2), (1, 1, 0)))
    text = (
        "scene:\n  environment: {asset: {file: yard.obj}}\n  objects: [{name: a, asset: cube}]\n"
        "cameras:\n  - name: cam\n    lens: {pinhole: {fx: 500}}\n    pose: {orbit: {target: a, distance_m: 6, "
        "azimuth_deg: {uniform: [0, 360]}, elevation_deg: {uniform: [-60, 60]}}}\n"
    )
    recipe = recipe_of(text, tmp_path)
    eyes = [build_stage(frame_of(recipe, frame), recipe).cameras[0].world_from_camera[:3, 3] for frame in range(10)]
    assert min(eye[2] for eye in eyes) >= 0.2
    assert max(abs(eye[0]) for eye in eyes) > 2


def test_no_free_pose_names_camera_and_line() -> None:
    before = f"{HALL}    - {{name: a, asset: cube}}\n"
    with pytest.raises(RecipeError) as caught:
        camera(f"orbit: {{target: a, distance_m: {{uniform: [40, 50]}}, {DRAWN}}}", before=before, frame=3)
    fault = caught.value.diagnostics[0]
    assert fault.code == "S012"
    assert "cam" in fault.message
    assert "frame 3" in fault.message
    assert fault.span is not None


def test_a_pose_in_constants_is_taken_as_it_is() -> None:
    before = f"{HALL}    - {{name: a, asset: cube}}\n"
    made = camera("orbit: {target: a, distance_m: 40, elevation_deg: 0}", before=before)
    assert made.world_from_camera[:3, 3] == pytest.approx([40, 0, 0.5])


def test_the_pose_written_down_is_the_pose_taken() -> None:
    before = f"{HALL}    - {{name: a, asset: cube, position_m: [3.5, 4.5, 0]}}\n"
    text = before + drawn_orbit("4")
    redrawn = 0
    for frame in range(10):
        stage, first = stage_of(text, frame), frame_of(recipe_of(text), frame).drawn
        azimuth = math.radians(float(str(stage.drawn["cameras.cam.pose.orbit.azimuth_deg"])))
        eye = stage.cameras[0].world_from_camera[:3, 3] - (3.5, 4.5, 0.5)
        assert math.atan2(eye[1], eye[0]) % math.tau == pytest.approx(azimuth % math.tau, abs=1e-9)
        redrawn += stage.drawn["cameras.cam.pose.orbit.azimuth_deg"] != first["cameras.cam.pose.orbit.azimuth_deg"]
    assert redrawn > 0


def test_a_segment_hits_triangles_between_its_ends_only() -> None:
    triangle = np.array([[[0.0, 0, 0], [1, 0, 0], [0, 1, 0]]])
    inside, above, below = np.array([0.2, 0.2, 1.0]), np.array([0.2, 0.2, 0.5]), np.array([0.2, 0.2, -1.0])
    assert segments_pass(inside, below, triangle).tolist() == [True]
    assert segments_pass(inside, above, triangle).tolist() == [False]
    assert segments_pass(below, inside, triangle).tolist() == [True]
    assert segments_pass(np.array([0.9, 0.9, 1.0]), np.array([0.9, 0.9, -1.0]), triangle).tolist() == [False]
