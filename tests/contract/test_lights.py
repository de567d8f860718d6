"""Every kind of light by its unit: its own luminance, and what it gives a white diffuse plate, by closed formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import rotation_xyz, translation, yaw
from sdg.render.api import RendererName
from tests.contract.judge import Judge
from tests.contract.rendered import Shot, open_scene

RHO = 0.8
FRAMES = ("rect", "disk", "sphere", "cylinder", "distant", "dome", "compass", "sky", "dark")
DISK_COLOR = np.array([1.0, 0.5, 0.25])
REC709 = np.array([0.2126, 0.7152, 0.0722])
# Nits of each emitter; the disk's are 1000 x 2^2, times the luminance of its colour.
NITS = {"rect": 5000.0, "disk": 4000.0 * float(DISK_COLOR @ REC709), "sphere": 5000.0, "cylinder": 5000.0}


@pytest.fixture(scope="module")
def frames(renderer_name: RendererName) -> dict[str, dict[str, Shot]]:
    with open_scene("lights", renderer_name) as scene:
        return {name: scene.frame(index) for index, name in enumerate(FRAMES)}


def pieces_give(points: FloatArray, normals: FloatArray, area: float, nits: float) -> float:
    """E = sum of L cos(at the light) cos(at the plate) dA / d^2 over small pieces, at the origin facing +Z."""
    distance = np.linalg.norm(points, axis=1)
    at_plate = np.maximum(points[:, 2] / distance, 0.0)
    at_light = np.maximum(-(points * normals).sum(axis=1) / distance, 0.0)
    return float((nits * at_plate * at_light * area / distance**2).sum())


def rect_illuminance() -> float:
    """Lambert's polygon: E = L / 2 times the sum of each side's angle times the cosine of its plane's normal."""
    world = translation((0.4, 0.3, 1.5)) @ rotation_xyz((20.0, -15.0, 30.0))
    corners = np.array([[-0.4, -0.15, 0, 1], [0.4, -0.15, 0, 1], [0.4, 0.15, 0, 1], [-0.4, 0.15, 0, 1]]) @ world.T
    rays = corners[:, :3] / np.linalg.norm(corners[:, :3], axis=1, keepdims=True)
    total = 0.0
    for first, second in zip(rays, np.roll(rays, -1, axis=0), strict=True):
        normal = np.cross(first, second)
        total += math.acos(float(first @ second)) * float(normal[2] / np.linalg.norm(normal))
    return NITS["rect"] / 2 * abs(total)


def cylinder_illuminance() -> float:
    x, turn = np.meshgrid((np.arange(300) + 0.5) / 300 - 0.5, 2 * math.pi * (np.arange(200) + 0.5) / 200)
    normals = np.stack([0 * x.ravel(), np.cos(turn).ravel(), np.sin(turn).ravel()], axis=1)
    turned = yaw(40.0)[:3, :3]
    points = (normals * 0.05 + np.outer(x.ravel(), (1.0, 0.0, 0.0))) @ turned.T + (0.2, 0.5, 1.2)
    return pieces_give(points, normals @ turned.T, 2 * math.pi * 0.05 / x.size, NITS["cylinder"])


def compass_illuminance() -> float:
    """The upper quarter of the rows (8, 8, 8), then four directions with one of three channels or two at 4, or 1."""
    sides = [np.array(color, float) @ REC709 for color in ((4, 1, 1), (1, 4, 1), (1, 1, 4), (4, 4, 1))]
    # A cap down to 45 degrees from the zenith has pi sin^2 of projected solid angle; the rest of the sky, as much.
    return 100.0 * math.pi * (0.5 * 8.0 + 0.5 * float(np.mean(sides)))


ILLUMINANCE_LX = {
    "rect": rect_illuminance(),
    # Coaxial, parallel: pi L r^2 / (r^2 + h^2).
    "disk": math.pi * NITS["disk"] * 0.4**2 / (0.4**2 + 1.5**2),
    # Wholly above the horizon: pi L (r / d)^2 cos.
    "sphere": math.pi * NITS["sphere"] * 0.2**2 / (0.5**2 + 1.5**2) * 1.5 / math.hypot(0.5, 1.5),
    "cylinder": cylinder_illuminance(),
    "distant": 20000.0 * math.cos(math.radians(35.0)),
    "dome": math.pi * 300.0,
    "compass": compass_illuminance(),
}


@pytest.mark.parametrize("name", ILLUMINANCE_LX)
def test_a_white_diffuse_plate_has_the_luminance_e_rho_over_pi(
    name: str, frames: dict[str, dict[str, Shot]], judge: Judge
) -> None:
    measured = frames[name]["plate"].luminance.mean()
    judge.near("luminance of the plate [nits]", measured, ILLUMINANCE_LX[name] * RHO / math.pi, judge.tolerances.light)


@pytest.mark.parametrize("name", NITS)
def test_an_area_light_itself_has_its_luminance(name: str, frames: dict[str, dict[str, Shot]], judge: Judge) -> None:
    shot = frames[name][f"at_{name}"]
    judge.near("luminance of the light [nits]", shot.luminance.mean(), NITS[name], judge.tolerances.light)
    assert not shot.view.entity_ids.any(), "a light is no body"


@pytest.mark.parametrize("channel", [0, 1, 2])
def test_the_colour_of_a_light_arrives_in_its_channels(
    channel: int, frames: dict[str, dict[str, Shot]], judge: Judge
) -> None:
    expected = 4000.0 * DISK_COLOR[channel]
    measured = frames["disk"]["at_disk"].radiance[..., channel].mean()
    judge.near("radiance of the channel", measured, expected, judge.tolerances.light)


@pytest.mark.parametrize(
    ("camera", "color"),
    [
        ("to_north", (4, 1, 1)),
        ("to_east", (1, 4, 1)),
        ("to_south", (1, 1, 4)),
        ("to_west", (4, 4, 1)),
        ("to_zenith", (8, 8, 8)),
    ],
)
def test_a_dome_has_its_pole_upwards_and_the_left_edge_of_its_picture_at_plus_y(
    camera: str, color: tuple[float, float, float], frames: dict[str, dict[str, Shot]], judge: Judge
) -> None:
    """From the left edge on, columns face +Y, +X, -Y and -X, as in OpenEXR's latitude-longitude maps turned to Z up."""
    mean = frames["compass"][camera].radiance.mean(axis=(0, 1), dtype=np.float64)
    worst = np.abs(mean / (100.0 * np.array(color)) - 1).max()
    judge.at_most("worst channel, relative", worst, judge.tolerances.light)


@pytest.mark.parametrize("camera", ["to_north", "to_zenith"])
def test_a_uniform_dome_itself_has_its_luminance(camera: str, frames: dict[str, dict[str, Shot]], judge: Judge) -> None:
    judge.near("luminance of the dome [nits]", frames["dome"][camera].luminance.mean(), 300.0, judge.tolerances.light)


def test_sun_and_sky_give_the_integral_of_the_models_radiance(frames: dict[str, dict[str, Shot]], judge: Judge) -> None:
    """Hosek and Wilkie's sky, summed over the hemisphere, and their sun times the cosine.

    All renderers get the same model, so that it is the units and the sun's direction which are judged here.
    """
    from sdg.render.mitsuba.backend import start_backend

    start_backend("cpu", None)
    from sdg.render.mitsuba.sky import sky_radiance, sun_illuminance

    shot = frames["sky"]["plate"]
    (light,) = (lamp for lamp in shot.stage.lights if lamp.kind == "sun_sky")
    up, turn = np.meshgrid((np.arange(400) + 0.5) / 400, 2 * math.pi * (np.arange(400) + 0.5) / 400)
    level = np.sqrt(1 - up**2)
    directions = np.stack([level * np.cos(turn), level * np.sin(turn), up], axis=-1).reshape(-1, 3)
    sky = (sky_radiance(light, directions) * directions[:, 2:]).mean(axis=0) * 2 * math.pi
    sun = np.asarray(sun_illuminance(light)) * light.sun_direction[2]
    expected = float((sky + sun) @ REC709) * RHO / math.pi
    assert 0.5 < light.sun_direction[2] < 0.9, "the sun is neither at the horizon nor at the zenith"
    judge.near("luminance of the plate [nits]", shot.luminance.mean(), expected, judge.tolerances.light)


@pytest.mark.parametrize("camera", ["plate", "at_rect", "to_north", "to_zenith"])
def test_where_no_light_is_lit_every_picture_is_black(camera: str, frames: dict[str, dict[str, Shot]]) -> None:
    """No light of the renderer's own, and none left over from a frame before."""
    assert not frames["dark"][camera].radiance.any()
