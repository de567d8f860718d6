"""A white diffuse plane under each kind of light shows luminance E rho / pi, with E from first principles."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest

from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import rotation_xyz, translation, yaw
from sdg.render.api import Renderer
from sdg.render.mitsuba import create_renderer
from sdg.stage.model import Light
from tests.render.mitsuba.small_world import body, camera, dome, light, luminance, only_view, plan_of, plane_mesh, stage

RHO = 0.8
PLANE = body("plane", plane_mesh(4.0), instance_id=0)
VIEW = camera((0.0, -0.6, 0.6), (0.0, 0.0, 0.0), size=(12, 8), focal_px=600.0)
TILTED = translation((0.4, 0.3, 1.5)) @ rotation_xyz((20.0, -15.0, 30.0))
SUN_DIRECTION = (0.5, 0.0, math.sqrt(0.75))

RECT = light("rect", "rect", TILTED, luminance_nits=5000.0, size_m=(0.8, 0.3))
DISK = light("disk", "disk", TILTED, luminance_nits=5000.0, size_m=(0.4, 0.0))
SPHERE = light("sphere", "sphere", translation((0.5, 0.0, 1.5)), luminance_nits=5000.0, size_m=(0.2, 0.0))
CYLINDER = light(
    "cylinder", "cylinder", translation((0.2, 0.5, 1.2)) @ yaw(40.0), luminance_nits=5000.0, size_m=(0.05, 1.0)
)
DISTANT = light("distant", "distant", rotation_xyz((35.0, 0.0, 0.0)), illuminance_lx=20000.0)
POINTLIKE = light("pointlike", "distant", rotation_xyz((0.0, 50.0, 0.0)), illuminance_lx=20000.0, angle_deg=0.0)
SKY = light("sky", "sun_sky", sun_direction=SUN_DIRECTION)
TEXTURE = np.ones((16, 32, 3), np.float32)
TEXTURE[:8] *= 3.0
TEXTURED = dome(200.0, texture=TEXTURE, texture_key="half")
LIGHTS = (RECT, DISK, SPHERE, CYLINDER, DISTANT, POINTLIKE, SKY, dome())


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    """One scene with every kind of light; what a test does not light must stay dark."""
    made = create_renderer(plan_of(stage([PLANE], LIGHTS, VIEW)), device="cpu")
    yield made
    made.close()


def measured(renderer: Renderer, *lights: Light) -> float:
    view = only_view(renderer, stage([PLANE], lights, VIEW, spp=256, max_depth=2))
    return float(luminance(view.radiance).mean())


def area_illuminance(points: FloatArray, normals: FloatArray, areas: FloatArray, nits: float) -> float:
    """E = sum L cos(at the light) cos(at the plane) dA / d^2 over a light's small pieces, at the origin facing +Z."""
    distance = np.linalg.norm(points, axis=1)
    at_plane = np.maximum(points[:, 2] / distance, 0.0)
    at_light = np.maximum(-(points * normals).sum(axis=1) / distance, 0.0)
    return float((nits * at_plane * at_light * areas / distance**2).sum())


def place(world: FloatArray, points: FloatArray, normals: FloatArray) -> tuple[FloatArray, FloatArray]:
    return points @ world[:3, :3].T + world[:3, 3], normals @ world[:3, :3].T


def test_a_rect_light_shines_along_its_minus_z_with_its_luminance(renderer: Renderer) -> None:
    x, y = np.meshgrid((np.arange(200) + 0.5) / 200 - 0.5, (np.arange(200) + 0.5) / 200 - 0.5)
    points = np.stack([x.ravel() * 0.8, y.ravel() * 0.3, 0 * x.ravel()], axis=1)
    placed = place(TILTED, points, np.tile([0.0, 0.0, -1.0], (len(points), 1)))
    expected = area_illuminance(*placed, np.full(len(points), 0.24 / len(points)), 5000.0)
    assert measured(renderer, RECT) == pytest.approx(expected * RHO / math.pi, rel=0.01)


def test_a_disk_light_shines_along_its_minus_z_with_its_luminance(renderer: Renderer) -> None:
    radius, turn = np.meshgrid(0.4 * np.sqrt((np.arange(200) + 0.5) / 200), 2 * math.pi * np.arange(200) / 200)
    points = np.stack([(radius * np.cos(turn)).ravel(), (radius * np.sin(turn)).ravel(), 0 * turn.ravel()], axis=1)
    placed = place(TILTED, points, np.tile([0.0, 0.0, -1.0], (len(points), 1)))
    expected = area_illuminance(*placed, np.full(len(points), math.pi * 0.16 / len(points)), 5000.0)
    assert measured(renderer, DISK) == pytest.approx(expected * RHO / math.pi, rel=0.01)


def test_a_sphere_light_gives_pi_l_r2_over_d2_cosine(renderer: Renderer) -> None:
    """A uniform sphere wholly above the horizon: E = pi L (r / d)^2 cos(angle to its centre), exactly."""
    distance2 = 0.5**2 + 1.5**2
    expected = math.pi * 5000.0 * 0.2**2 / distance2 * 1.5 / math.sqrt(distance2)
    assert measured(renderer, SPHERE) == pytest.approx(expected * RHO / math.pi, rel=0.01)


def test_a_cylinder_light_lies_along_its_x_axis_and_shines_from_its_side(renderer: Renderer) -> None:
    x, turn = np.meshgrid((np.arange(300) + 0.5) / 300 - 0.5, 2 * math.pi * (np.arange(200) + 0.5) / 200)
    normals = np.stack([0 * x.ravel(), np.cos(turn).ravel(), np.sin(turn).ravel()], axis=1)
    points = normals * 0.05 + np.stack([x.ravel(), 0 * x.ravel(), 0 * x.ravel()], axis=1)
    area = 2 * math.pi * 0.05 * 1.0 / len(points)
    placed = place(CYLINDER.world_from_light, points, normals)
    expected = area_illuminance(*placed, np.full(len(points), area), 5000.0)
    assert measured(renderer, CYLINDER) == pytest.approx(expected * RHO / math.pi, rel=0.01)


@pytest.mark.parametrize(("lamp", "tilt_deg"), [(DISTANT, 35.0), (POINTLIKE, 50.0)])
def test_a_distant_light_gives_its_illuminance_times_the_cosine(
    renderer: Renderer, lamp: Light, tilt_deg: float
) -> None:
    expected = 20000.0 * math.cos(math.radians(tilt_deg))
    assert measured(renderer, lamp) == pytest.approx(expected * RHO / math.pi, rel=0.01)


def test_a_uniform_dome_gives_pi_times_its_luminance(renderer: Renderer) -> None:
    assert measured(renderer, dome(300.0)) == pytest.approx(300.0 * RHO, rel=0.01)


def test_a_textured_dome_gives_its_upper_half_to_a_level_plane(renderer: Renderer) -> None:
    """The upper half holds 3 and the lower half 1; the plane faces the upper one."""
    assert measured(renderer, TEXTURED) == pytest.approx(3 * 200.0 * RHO, rel=0.01)


def test_sun_and_sky_give_the_integral_of_the_models_radiance(renderer: Renderer) -> None:
    """The sky's radiance is summed over the hemisphere here; the sun's share is its disc times the cosine."""
    from sdg.render.mitsuba.sky import sky_radiance, sun_illuminance

    up, turn = np.meshgrid((np.arange(400) + 0.5) / 400, 2 * math.pi * (np.arange(400) + 0.5) / 400)
    level = np.sqrt(1 - up**2)
    directions = np.stack([level * np.cos(turn), level * np.sin(turn), up], axis=-1).reshape(-1, 3)
    sky = (sky_radiance(SKY, directions) * directions[:, 2:]).mean(axis=0) * 2 * math.pi
    sun = np.asarray(sun_illuminance(SKY)) * SUN_DIRECTION[2]
    expected = float(luminance(sky + sun)) * RHO / math.pi
    assert measured(renderer, SKY) == pytest.approx(expected, rel=0.01)


def test_a_clear_day_has_the_illuminance_of_a_clear_day(renderer: Renderer) -> None:
    """Full daylight with the sun high is about 100,000 lx (Engineering Toolbox, CIE S 011: 90 to 130 klx)."""
    from sdg.render.mitsuba.sky import sun_illuminance

    high = light("sky", "sun_sky", sun_direction=(0.1, 0.0, math.sqrt(0.99)))
    total = measured(renderer, high) * math.pi / RHO
    assert 90e3 < total < 130e3
    assert float(luminance(np.asarray(sun_illuminance(high)))) > 0.7 * total


def test_lights_add_up(renderer: Renderer) -> None:
    """Lights that cover none of each other; the sky and a dome share one environment map."""
    apart = sum(measured(renderer, lamp) for lamp in (DISTANT, POINTLIKE, SKY, dome(5000.0)))
    assert measured(renderer, DISTANT, POINTLIKE, SKY, dome(5000.0)) == pytest.approx(apart, rel=0.01)


def test_without_light_the_picture_is_black(renderer: Renderer) -> None:
    assert measured(renderer) == 0.0


def test_below_the_horizon_the_sun_gives_nothing_and_the_sky_little(renderer: Renderer) -> None:
    below = math.radians(-6.0)
    dusk = light("sky", "sun_sky", sun_direction=(math.cos(below), 0.0, math.sin(below)))
    illuminance = measured(renderer, dusk) * math.pi / RHO
    assert 0.5 < illuminance < 30.0
