"""What cameras promise, against labels that the renderer makes and against geometry that can be written down."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.guarantees import judge
from sdg.camera.lens import Lens, LensOpenCvPinhole
from sdg.camera.opencv_fisheye import LensOpenCvFisheye
from sdg.camera.orthographic import LensOrthographic
from sdg.errors import RecipeError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.boxes import share_in_picture
from sdg.foundation.triangles import segments_pass
from sdg.stage.build import build_stage
from sdg.stage.casting import is_blocked, nearest_hits_m, pixel_rays
from tests.recipes import frame_of, recipe_of
from tests.stage.test_cameras import HALL, stage_of

THICKET = f"""\
{HALL}    - {{name: post, asset: cube, count: 24, yaw_deg: {{uniform: [0, 360]}},
       size_m: [{{uniform: [0.05, 0.2]}}, {{uniform: [0.05, 0.5]}}, {{uniform: [0.3, 1.5]}}],
       place: {{scatter_2d: {{region_m: [-2, -2, 2, 2]}}}}}}
    - {{name: cone, asset: traffic_cone, count: 3, place: {{scatter_2d: {{region_m: [-2, -2, 2, 2]}}}}}}
"""
ORBIT = (
    "orbit: {target: cone, distance_m: {uniform: [0.6, 4]}, azimuth_deg: {uniform: [0, 360]},"
    " elevation_deg: {uniform: [0, 50]}, target_offset_m: {uniform: [[-0.6, -0.6, -0.2], [0.6, 0.6, 0.2]]}}"
)
LENSES = {
    "pinhole": "opencv_pinhole: {fx: 130, k1: {uniform: [-0.2, 0.1]}}",
    "fisheye": "opencv_fisheye: {fx: 50, k1: -0.01}",
    "panorama": "equirectangular: {}",
    "parallel": "orthographic: {width_m: 3}",
}


def cameras(require: str, lens: str = LENSES["pinhole"], pose: str = ORBIT) -> str:
    return (
        f"cameras:\n  - {{name: cam, resolution: [160, 120], lens: {{{lens}}}, pose: {{{pose}}},"
        f" require: {{{require}}}}}\n"
    )


@pytest.mark.parametrize("lens", LENSES.values(), ids=LENSES)
def test_every_promise_is_kept_in_the_labels(lens: str) -> None:
    """The judge takes visibility and sizes from the tracer's ids, clearance from trimesh: nothing from the search."""
    in_view = "" if lens.startswith("equi") else "min_in_view: 0.9, "
    recipe = recipe_of(
        THICKET + cameras(f"{in_view}min_visibility: {{choice: [0.3, 0.6]}}, min_size_px: 15, clearance_m: 0.3", lens)
    )
    tallies, refused = judge(recipe, range(6))
    assert not refused
    assert {key.removeprefix("cam: ") for key in tallies} >= {"min_visibility", "min_size_px", "clearance_m"}
    for tally in tallies.values():
        assert tally.views == 6
        assert not tally.broken


def test_a_promise_moves_its_camera_and_nothing_else() -> None:
    """Without the harder promise most first poses break it; things are where they are either way."""
    easy = recipe_of(THICKET + cameras("clearance_m: 0.1"))
    hard = recipe_of(THICKET + cameras("min_in_view: 0.9, min_visibility: 0.6, min_size_px: 40, clearance_m: 0.5"))
    moved = 0
    for frame in range(6):
        one, other = build_stage(frame_of(easy, frame), easy), build_stage(frame_of(hard, frame), hard)
        moved += not np.array_equal(one.cameras[0].world_from_camera, other.cameras[0].world_from_camera)
        for body, same in zip(one.bodies, other.bodies, strict=True):
            np.testing.assert_array_equal(body.world_from_object, same.world_from_object)
    assert moved >= 3


def test_a_promise_that_can_not_be_kept_says_what_was_hard_and_how_often() -> None:
    """A cone of 0.5 m at 3 m or more is never 200 px high in a picture of 160 x 120."""
    far = "orbit: {target: cone, distance_m: {uniform: [3, 4]}, azimuth_deg: {uniform: [0, 360]}}"
    with pytest.raises(RecipeError) as caught:
        stage_of(THICKET + cameras("min_visibility: 0.1, min_size_px: 100", pose=far))
    (fault,) = caught.value.diagnostics
    assert fault.code == "S021"
    assert "camera cam in 500 tries" in fault.message
    assert "min_size_px broken" in fault.found
    counts = [int(word) for word in fault.found.replace(",", "").split() if word.isdigit()]
    assert sum(counts) == 500
    assert fault.span is not None
    text = (THICKET + cameras("min_visibility: 0.1, min_size_px: 100", pose=far)).splitlines()
    assert text[fault.span.line - 4][fault.span.column - 1 :].startswith("100")


def test_a_pose_in_constants_is_held_to_its_promise() -> None:
    scene = (
        f"{HALL}    - {{name: cone, asset: cube, position_m: [0, 0, 0], scale: 0.5}}\n"
        "    - {name: wall, asset: cube, size_m: [0.1, 4, 2], position_m: [1, %s, 0]}\n"
    )
    pose = "look_at: {eye_m: [3, 0, 0.5], target: cone}"
    text = cameras("min_visibility: 0.5", "pinhole: {fx: 130}", pose)
    assert stage_of(scene % "3" + text).cameras
    with pytest.raises(RecipeError, match=r"S021.*in 1 tries keeps"):
        stage_of(scene % "0" + text)


def test_a_target_that_is_not_there_has_nothing_to_keep() -> None:
    scene = f"{HALL}    - {{name: cone, asset: cube, count: 0}}\n"
    stage = stage_of(scene + cameras("min_visibility: 1", pose="orbit: {target: cone, distance_m: {uniform: [1, 2]}}"))
    assert len(stage.cameras) == 1


def test_the_share_in_view_is_that_of_the_box_round_all_points() -> None:
    """A box from (-50, 20) to (50, 40) in a picture of 100 x 30: half its width and half its height."""
    points = np.array([[-50.0, 20.0], [50.0, 40.0]])
    assert share_in_picture(points, (100, 30)) == pytest.approx(0.25)
    assert share_in_picture(points, (100, 100)) == pytest.approx(0.5)
    assert share_in_picture(points, (10, 10)) == 0
    assert share_in_picture(np.array([[1.0, 2.0], [np.nan, np.nan]]), (10, 10)) == 0


@pytest.mark.parametrize(
    "lens",
    [
        LensOpenCvPinhole((40, 30), 30.0, 30.0, 20.0, 15.0),
        LensOpenCvFisheye((40, 30), 9.0, 9.0, 20.0, 15.0),
        LensOrthographic((40, 30), 3.0),
    ],
    ids=["pinhole", "fisheye", "parallel"],
)
def test_rays_meet_what_segments_meet(lens: Lens) -> None:
    """Against the plain loop over segments: 300 triangles all round the camera, some of them reaching behind it."""
    random = np.random.default_rng(3)
    triangles = random.normal(size=(300, 1, 3)) * 2 + random.normal(size=(300, 3, 3)) * 0.8
    pixels = np.stack(np.meshgrid(np.arange(40), np.arange(30)), axis=-1).reshape(-1, 2)
    rays, valid = pixel_rays(lens, pixels, (0.1, 5.0))
    found = nearest_hits_m(rays, triangles)
    blocked = is_blocked(rays, np.full(len(found), 2.0), triangles)
    assert valid.any()
    assert np.isfinite(found).any()
    for index in range(0, len(found), 7):
        start: FloatArray = np.zeros(3) if rays.origins_m is None else rays.origins_m[index]
        direction = rays.directions[index]
        near, far = float(rays.near_m[index]), float(rays.far_m[index])
        met = triangles[segments_pass(start + near * direction, start + far * direction, triangles)]
        normals = np.cross(met[:, 1] - met[:, 0], met[:, 2] - met[:, 0])
        distances = np.einsum("ij,ij->i", met[:, 0] - start, normals) / (normals @ direction)
        assert found[index] == pytest.approx(distances.min(initial=np.inf), abs=1e-9)
        assert blocked[index] == (distances.min(initial=np.inf) < 2.0)
