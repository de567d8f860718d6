"""What a second eye sees, traced; and what depth sensors make of rendered planes."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest

from sdg.camera.depth_sensors.load import make_depth_sensor
from sdg.foundation.arrays import BoolArray, FloatArray
from sdg.foundation.transforms import translation
from sdg.render.api import RenderedFrame, Renderer
from sdg.render.mitsuba import create_renderer
from sdg.sensor.record import record_frame
from sdg.stage.model import Camera, Light, Stage
from tests.render.mitsuba.small_world import body, camera, dome, light, only_view, plan_of, plane_mesh, stage

SIZE, FOCAL_PX = (96, 72), 80.0
HEIGHT_M, PLATE_M, HALF_M = 2.0, 1.0, 0.25


def _camera(preset: str = "d435", **given: object) -> Camera:
    """A camera that looks straight down, 2 m above the floor; world X is its right."""
    made = camera((0, 0, HEIGHT_M), (0, 0, 0), SIZE, FOCAL_PX)
    return dataclasses.replace(made, depth_sensor=make_depth_sensor(preset, None, None, **given))


def _world(view: Camera, lamps: Sequence[Light] = (), plate_m: float = PLATE_M) -> Stage:
    plate = body("plate", plane_mesh(2 * HALF_M), translation((0, 0, plate_m)), instance_id=2)
    return stage([body("floor", plane_mesh(40.0)), plate], [dome(), *lamps], view, spp=1, max_depth=1)


LAMP = light("lamp", "rect", translation((0.1, 0, 1.5)), luminance_nits=100.0, size_m=(3.0, 3.0), visible=False)


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = create_renderer(plan_of(_world(_camera()), _world(_camera(), [LAMP])), device="cpu")
    yield made
    made.close()


def _shadow(eye_m: float) -> tuple[BoolArray, BoolArray]:
    """Return which pixels show floor that an eye beside the camera does not see, and which are too near an edge to say.

    The camera looks down at a square plate half way to the floor. A floor point x is hidden from an eye at e if the
    middle between both lies under the plate.
    """
    u, v = np.meshgrid(np.arange(SIZE[0]) + 0.5, np.arange(SIZE[1]) + 0.5)
    x, y = (u - SIZE[0] / 2) / FOCAL_PX, (v - SIZE[1] / 2) / FOCAL_PX
    floor_x, floor_y = x * HEIGHT_M, y * HEIGHT_M
    on_plate = _inside(x * (HEIGHT_M - PLATE_M), y * (HEIGHT_M - PLATE_M))
    hidden = ~on_plate & _inside((floor_x + eye_m) / 2, floor_y / 2)
    near_edge = np.zeros_like(hidden)
    for at_x, at_y in ((x, y), ((floor_x + eye_m) / 2, floor_y / 2)):
        near_edge |= (np.abs(np.abs(at_x) - HALF_M) < 1e-3) | (np.abs(np.abs(at_y) - HALF_M) < 1e-3)
    return hidden, near_edge


def _inside(x: FloatArray, y: FloatArray) -> BoolArray:
    return (np.abs(x) < HALF_M) & (np.abs(y) < HALF_M)


@pytest.mark.parametrize("side", ["right", "left"])
@pytest.mark.parametrize("baseline_m", [0.05, 0.3])
def test_the_shadow_of_a_plate_is_where_geometry_has_it(renderer: Renderer, side: str, baseline_m: float) -> None:
    view = only_view(renderer, _world(_camera(baseline_m=baseline_m, second_eye=side)))
    hidden, near_edge = _shadow(baseline_m if side == "right" else -baseline_m)
    assert view.second_eye_sees is not None
    assert np.count_nonzero(hidden & ~near_edge) > 50
    assert np.array_equal(view.second_eye_sees | near_edge, ~hidden | near_edge)


def test_a_lamp_that_no_camera_sees_casts_no_shadow(renderer: Renderer) -> None:
    without = only_view(renderer, _world(_camera())).second_eye_sees
    assert without is not None
    np.testing.assert_array_equal(only_view(renderer, _world(_camera(), [LAMP])).second_eye_sees, without)


def test_a_camera_without_a_second_eye_has_none_traced(renderer: Renderer) -> None:
    assert only_view(renderer, _world(_camera("azure_kinect"))).second_eye_sees is None
    assert only_view(renderer, _world(dataclasses.replace(_camera(), depth_sensor=None))).second_eye_sees is None


def test_the_shadow_of_a_stereo_sensor_has_no_depth(renderer: Renderer) -> None:
    view = _camera(baseline_m=0.3)
    made = _world(view)
    rendered = renderer.render(made)
    seen = record_frame(rendered, made).views["camera"]
    hidden, near_edge = _shadow(0.3)
    assert np.isinf(seen.depth_m[hidden & ~near_edge]).all()
    truth = rendered.views["camera"].depth_z_m
    assert np.isfinite(truth).all()
    assert set(np.unique(truth.round(4)).tolist()) == {HEIGHT_M - PLATE_M, HEIGHT_M}


@pytest.mark.parametrize(
    ("preset", "law"),
    [
        ("d415", lambda z: z * z * 0.08 / (640 / math.tan(math.radians(32.5)) * 0.055)),
        ("d435", lambda z: z * z * 0.08 / (424 * 0.05)),
        ("kinect_v1", lambda z: 0.0012 + 0.0019 * (z - 0.4) ** 2),
        ("azure_kinect", lambda z: 0.017 * z / 3.86 * math.sqrt(0.15 / 0.5)),
    ],
)
def test_noise_on_rendered_planes_follows_the_law_at_eight_distances(
    renderer: Renderer, preset: str, law: Callable[[float], float]
) -> None:
    """16 frames of a plane; the standard error of a standard deviation over 16 * 2,000 pixels is 0.4 %."""
    for z in np.linspace(0.9, 3.7, 8):
        pose = translation((0, 0, z)) @ np.diag([1.0, -1.0, -1.0, 1.0])
        view = dataclasses.replace(_camera(preset), world_from_camera=pose)
        made = _world(view, plate_m=-1.0)
        rendered = renderer.render(made)
        errors = []
        for frame in range(16):
            again = RenderedFrame(frame, rendered.views, {})
            depth = record_frame(again, made).views["camera"].depth_m
            errors.append((depth - rendered.views["camera"].depth_z_m)[16:-16, 24:-24])
        spread = np.concatenate(errors)
        assert np.isfinite(spread).all()
        assert spread.std() == pytest.approx(law(z), rel=0.05), z
