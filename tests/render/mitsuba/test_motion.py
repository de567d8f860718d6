"""Moving things and cameras: pictures and labels against what geometry says of steady motion."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sdg.annotate.motion import motion_vectors, project_moving, slice_error_px
from sdg.camera.equirectangular import LensEquirectangular
from sdg.camera.lens import LensOpenCvPinhole
from sdg.foundation.arrays import FloatArray
from sdg.foundation.rigid_motion import RigidMotion
from sdg.foundation.transforms import rotation_xyz, translation
from sdg.render.api import RenderedView
from sdg.render.mitsuba import create_renderer
from sdg.stage.model import Body, Camera, Exposure, Light, Stage
from tests.render.mitsuba.small_world import body, box_mesh, camera, dome, light, only_view, plan_of, plane_mesh, stage

SIZE = (64, 48)
FOCAL_PX = 60.0
OPEN_S = 0.02
LINE_S = 0.0005
SPEED = RigidMotion((3.0, 0.0, 0.0))
TOWARDS_CAMERA = rotation_xyz((180.0, 0.0, 0.0))


def axis_camera(motion: RigidMotion | None = None, line_time_s: float = 0.0) -> Camera:
    """At the origin, along world +Z with +Y down: world and camera frame are one."""
    made = camera((0, 0, 0), (0, 0, 1), SIZE)
    return replace(
        made,
        lens=LensOpenCvPinhole(SIZE, FOCAL_PX, FOCAL_PX, SIZE[0] / 2, SIZE[1] / 2),
        world_from_camera=np.eye(4),
        exposure=Exposure("manual", 2.8, OPEN_S, 100.0),
        motion=motion,
        line_time_s=line_time_s,
    )


def render(bodies: list[Body], view: Camera, spp: int = 64, lights: list[Light] | None = None) -> RenderedView:
    each = stage(bodies, [dome()] if lights is None else lights, view, spp=spp)
    return look(each)


def look(each: Stage) -> RenderedView:
    renderer = create_renderer(plan_of(each), device="cpu")
    view = only_view(renderer, each)
    renderer.close()
    return view


def square(z_m: float = 2.0, motion: RigidMotion | None = None) -> Body:
    """A metre wide, across the axis, its left and right edge at 30 pixels from each other."""
    return replace(body("square", plane_mesh(1.0), translation((0, 0, z_m)) @ TOWARDS_CAMERA), motion=motion)


def lamp_profile(view: RenderedView) -> FloatArray:
    """The middle row's share of the exposure in which a lamp was seen."""
    row: FloatArray = view.radiance[SIZE[1] // 2, :, 1].astype(np.float64) / 100.0
    return row


def trapezium(travel_px: float) -> FloatArray:
    """A bar of 30 pixels round the middle that moves evenly by so much, averaged over each pixel and over time."""
    edges = np.arange(SIZE[0] + 1) - SIZE[0] / 2
    times = (np.arange(4000) + 0.5) / 4000 - 0.5
    low = np.maximum(edges[None, :-1], -15.0 + travel_px * times[:, None])
    high = np.minimum(edges[None, 1:], 15.0 + travel_px * times[:, None])
    return np.asarray(np.clip(high - low, 0.0, None).mean(axis=0))


def test_a_camera_that_moves_sideways_smears_a_lamp_over_its_travel() -> None:
    """3 m/s for 20 ms, seen 2 m away at 60 px: 1.8 px; the lamp goes to the left. The samples' time is stratified."""
    bar = light("bar", "rect", translation((0, 0, 2)), luminance_nits=100.0, size_m=(1.0, 1.0))
    view = render([], axis_camera(RigidMotion((10.0, 0.0, 0.0))), spp=1024, lights=[bar])
    travel = 10.0 * OPEN_S * FOCAL_PX / 2
    np.testing.assert_allclose(lamp_profile(view), trapezium(travel), atol=0.01)


def test_a_camera_that_turns_sees_what_a_turned_camera_sees() -> None:
    """Labels at mid-exposure are those of the camera at rest; a rolling one has each row's own."""
    turning = RigidMotion(angular_dps=(0.0, 300.0, 0.0))
    rolling = render([square()], axis_camera(turning, LINE_S))
    for row in (8, 24, 40):
        time = (row + 0.5 - SIZE[1] / 2) * LINE_S
        still = replace(axis_camera(), world_from_camera=turning.pose_at(np.eye(4), time))
        there = render([square()], still)
        np.testing.assert_array_equal(rolling.entity_ids[row], there.entity_ids[row])
        np.testing.assert_allclose(rolling.depth_z_m[row], there.depth_z_m[row], rtol=1e-6)


def test_things_that_move_with_the_camera_stay_sharp() -> None:
    """The camera and the square share one velocity: all that is left is the square's slices."""
    still = render([square()], axis_camera())
    both = render([square(motion=RigidMotion((3.0, 0.0, 0.0)))], axis_camera(SPEED))
    np.testing.assert_array_equal(both.entity_ids, still.entity_ids)
    differs = np.abs((both.radiance - still.radiance)[12:36].mean(axis=(0, 2))) > 1.0
    assert differs.sum() <= 4  # the two edges, a slice is 0.2 px


def test_an_object_that_moves_smears_as_its_slices_do() -> None:
    travel = 10.0 * OPEN_S * FOCAL_PX / 2
    still = render([square()], axis_camera(), spp=256)
    moving = render([square(motion=RigidMotion((10.0, 0.0, 0.0)))], axis_camera(), spp=256)
    np.testing.assert_array_equal(moving.entity_ids, still.entity_ids)
    ground = still.radiance[24, 2, 1]
    top = still.radiance[24, 32, 1]
    share = (moving.radiance[24, :, 1].astype(np.float64) - ground) / (top - ground)
    # Eight slices instead of all times: no pixel is off by more than half a slice of travel.
    np.testing.assert_allclose(share, trapezium(travel), atol=travel / 16 + 0.02)


def test_rows_of_a_rolling_shutter_see_a_moving_thing_where_it_is_then() -> None:
    """Edges of a thing at 3 m/s lean by 3 m/s x line time x 60 px / 2 m for each row."""
    moving = square(motion=SPEED)
    view = render([moving], axis_camera(line_time_s=LINE_S))
    bound = slice_error_px(view, axis_camera(line_time_s=LINE_S), [moving])
    assert 0 < bound < 0.2
    centers = np.arange(SIZE[0]) + 0.5 - SIZE[0] / 2
    for row in range(12, 36):
        shift = 3.0 * (row + 0.5 - SIZE[1] / 2) * LINE_S * FOCAL_PX / 2
        far = np.abs(np.abs(centers - shift) - 15.0) > bound
        expected = np.abs(centers - shift) < 15.0
        np.testing.assert_array_equal((view.entity_ids[row] == 1)[far], expected[far])


def test_corners_are_projected_at_the_time_of_their_row() -> None:
    """Against a search over all times for the one at which the point is met by its row."""
    motion = RigidMotion((2.0, 1.0, -0.5), (50.0, -80.0, 200.0))
    view = axis_camera(RigidMotion((-0.5, 0.2, 0.1), (10.0, 20.0, -30.0)), LINE_S)
    pose = translation((0.2, 0.1, 2.0)) @ rotation_xyz((20.0, 30.0, 40.0))
    points = np.array([[0.1, 0.2, 2.1], [-0.3, 0.0, 1.9], [0.4, -0.3, 2.2]])
    found = project_moving(points, view, motion, pose)
    assert view.motion is not None
    for point, pixel in zip(points, found, strict=True):
        times = np.linspace(-0.02, 0.02, 200_001)
        there = motion.carry(np.repeat(point[None], len(times), axis=0), pose, np.zeros_like(times), times)
        seen = view.motion.carry(there, np.eye(4), times, np.zeros_like(times))
        pixels, _ = view.lens.project(seen)
        best = np.argmin(np.abs(view.shutter.time_at_s(pixels[:, 1]) - times))
        np.testing.assert_allclose(pixel, pixels[best], atol=1e-3)


@pytest.mark.parametrize("line_time_s", [0.0, LINE_S])
def test_motion_vectors_lead_from_where_a_point_is_at_the_start_to_where_it_is_at_the_end(line_time_s: float) -> None:
    motion = RigidMotion((1.0, -0.5, 0.3), (0.0, 0.0, 200.0))
    own = RigidMotion((-0.4, 0.2, 0.1), (30.0, -50.0, 10.0))
    moving, still = square(motion=motion), replace(square(4.0), name="wall", instance_id=2)
    viewer = axis_camera(own, line_time_s)
    view = render([moving, still], viewer, spp=4)
    vectors = motion_vectors(view, viewer, [moving, still])
    assert vectors.dtype == np.float32
    for row, column in [(24, 32), (15, 25), (30, 40), (5, 5)]:
        time = viewer.shutter.middle_s(row)
        ray, _ = viewer.lens.unproject(np.array([[column + 0.5, row + 0.5]]))
        pose = own.pose_at(viewer.world_from_camera, time)
        distance = float(view.distance_m[row, column])
        point = pose @ np.append(ray[0] * (distance if np.isfinite(distance) else 1e5), 1.0)
        ends = []
        for end in (time - OPEN_S / 2, time + OPEN_S / 2):
            there = point
            if view.entity_ids[row, column] == 1:
                there = motion.displacement(moving.world_from_object, end) @ np.linalg.solve(
                    motion.displacement(moving.world_from_object, time), point
                )
            seen = np.linalg.solve(own.pose_at(viewer.world_from_camera, end), there)
            ends.append(viewer.lens.project(seen[None, :3])[0][0])
        np.testing.assert_allclose(vectors[row, column], ends[1] - ends[0], atol=1e-3)


def test_motion_vectors_of_a_panorama_cross_its_seam() -> None:
    """Turning right at 400 degrees a second for 20 ms moves all by 8 of 360 degrees to the left, seam and all."""
    viewer = replace(
        axis_camera(RigidMotion(angular_dps=(0.0, 400.0, 0.0))), lens=LensEquirectangular(SIZE), clip_m=(0.05, 100.0)
    )
    vectors = motion_vectors(render([square()], viewer, spp=4), viewer, [square()])
    np.testing.assert_allclose(vectors[..., 0], -SIZE[0] * 400.0 * OPEN_S / 360.0, atol=1e-3)
    np.testing.assert_allclose(vectors[..., 1], 0.0, atol=1e-3)


def test_nothing_moves_where_nothing_has_a_motion() -> None:
    view = render([square()], axis_camera(), spp=4)
    assert not motion_vectors(view, axis_camera(), [square()]).any()
    assert slice_error_px(view, axis_camera(), [square()]) == 0.0


def test_a_moving_stage_gives_the_same_bytes_twice() -> None:
    each = stage([square(motion=SPEED), body("box", box_mesh((0.2, 0.2, 0.2)), translation((0, 0, 1.5)))], [dome()],
                 axis_camera(line_time_s=LINE_S), denoise=True)  # fmt: skip
    first, second = look(each), look(each)
    assert first.radiance.tobytes() == second.radiance.tobytes()
    assert first.entity_ids.tobytes() == second.entity_ids.tobytes()
