"""Lights in UsdLux's units, and domes by UsdLux's own convention."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pxr import UsdGeom, UsdLux

from sdg.camera.lens import LensOpenCvPinhole
from sdg.errors import BackendUnavailable
from sdg.foundation.arrays import FloatArray, Vec3
from sdg.foundation.transforms import look_at, rotation_xyz, translation, yaw
from sdg.render.mitsuba import create_renderer
from sdg.replicator.usd.light import SkyModel
from sdg.replicator.usd.stage import frame_values, lay_out
from sdg.stage.files.pictures import load_hdri
from sdg.stage.model import Camera, Exposure, Light, RenderSettings, Stage, StagePlan
from tests.render.mitsuba.small_world import light, luminance, only_view, plan_of
from tests.replicator.usd.read_back import get, open_stage, world_from
from tests.replicator.usd.written import write_usd_stage

SETTINGS = RenderSettings(16, 1, False)
PLACE = translation((1.0, 2.0, 3.0)) @ rotation_xyz((20.0, -15.0, 130.0))
SUN_DIRECTION = (0.36, -0.48, 0.8)
BRIGHT_ROW, BRIGHT_COLUMN, ROWS = 9, 5, 32


class StubSky:
    """A sky that is bluer towards +X, with a sun of its own colour."""

    SUN_ANGLE_DEG = 0.5

    def sky_radiance(self, light: Light, directions: FloatArray) -> FloatArray:
        return np.stack(
            [np.full(len(directions), 1000.0), 2000.0 + 0 * directions[:, 0], 3000 + 500 * directions[:, 0]], 1
        )

    def sun_illuminance(self, light: Light) -> Vec3:
        return (90000.0, 80000.0, 60000.0)


def written(folder: Path, lights: Sequence[Light], sky: SkyModel | None = None) -> tuple[Any, tuple[Path, ...]]:
    stages = [Stage(0, 7, (), tuple(lights), (), SETTINGS)]
    files = write_usd_stage(folder, stages, StagePlan(tuple(lights), (), SETTINGS), sky=sky)
    return open_stage(files[0]), files


def test_area_lights_radiate_in_nits_without_normalize(tmp_path: Path) -> None:
    """UsdLux: L = intensity x 2^exposure x colour; with `normalize`, it would be divided by the area."""
    lamps = [
        light("rect", "rect", PLACE, luminance_nits=5000.0, size_m=(0.8, 0.3), color=(1.1, 1.0, 0.7)),
        light("disk", "disk", PLACE, luminance_nits=6000.0, size_m=(0.4, 0.0)),
        light("sphere", "sphere", PLACE, luminance_nits=7000.0, size_m=(0.2, 0.0)),
        light("tube", "cylinder", PLACE, luminance_nits=8000.0, size_m=(0.05, 1.5)),
    ]
    stage, _ = written(tmp_path, lamps)
    sizes = {
        "rect": ("RectLight", {"inputs:width": 0.8, "inputs:height": 0.3}),
        "disk": ("DiskLight", {"inputs:radius": 0.4}),
        "sphere": ("SphereLight", {"inputs:radius": 0.2}),
        "tube": ("CylinderLight", {"inputs:radius": 0.05, "inputs:length": 1.5}),
    }
    for lamp in lamps:
        prim = stage.GetPrimAtPath(lamp.prim_path)
        kind, attributes = sizes[lamp.name]
        assert prim.GetTypeName() == kind
        api = UsdLux.LightAPI(prim)
        assert api.GetIntensityAttr().Get() * 2 ** api.GetExposureAttr().Get() == pytest.approx(lamp.luminance_nits)
        assert not api.GetNormalizeAttr().Get()
        assert not api.GetEnableColorTemperatureAttr().Get()
        assert tuple(api.GetColorAttr().Get()) == pytest.approx(lamp.color)
        for name, value in attributes.items():
            assert get(prim, name) == pytest.approx(value)
        np.testing.assert_allclose(world_from(prim), PLACE, atol=1e-12)


def test_a_distant_light_gives_its_illuminance_with_normalize(tmp_path: Path) -> None:
    stage, _ = written(tmp_path, [light("far", "distant", PLACE, illuminance_lx=20000.0, angle_deg=2.0)])
    prim = stage.GetPrimAtPath("/World/far")
    assert get(prim, "inputs:intensity") == 20000.0
    assert get(prim, "inputs:normalize") is True
    assert get(prim, "inputs:angle") == 2.0


def test_a_lamp_that_no_camera_sees_says_so(tmp_path: Path) -> None:
    stage, _ = written(tmp_path, [light("hidden", "rect", luminance_nits=1.0, visible=False)])
    assert stage.GetPrimAtPath("/World/hidden").GetCustomDataByKey("sdg:visible") is False


def test_a_lamp_of_the_plan_that_no_frame_lights_is_there_and_off(tmp_path: Path) -> None:
    lit, unlit = light("lit", "rect", luminance_nits=1.0), light("unlit", "rect")
    stages = [Stage(0, 7, (), (lit,), (), SETTINGS)]
    files = write_usd_stage(tmp_path, stages, StagePlan((lit, unlit), (), SETTINGS))
    stage = open_stage(files[0])
    prim = stage.GetPrimAtPath("/World/unlit")
    assert UsdGeom.Imageable(prim).ComputeVisibility() == UsdGeom.Tokens.invisible


def one_bright_texel() -> Light:
    texture = np.full((ROWS, 2 * ROWS, 3), 1.0, np.float32)
    texture[BRIGHT_ROW, BRIGHT_COLUMN] = 500.0
    return light("dome", "dome", yaw(50.0), luminance_nits=10.0, texture=texture, texture_key="one texel")


def test_a_dome_turns_the_same_texel_to_the_same_direction_as_the_embedded_renderer(tmp_path: Path) -> None:
    """The texel's direction comes from OpenEXR's rule, as UsdLux has it, and USD's transform; the picture from ours.

    From the file's (row, column): longitude falls from +pi at the left edge to -pi, latitude from +pi/2 at the top;
    longitude 0 is +Z, pi/2 is +X, and the pole is +Y (OpenEXR, "Environment Maps").
    """
    dome = one_bright_texel()
    stage, _ = written(tmp_path, [dome])
    prim = stage.GetPrimAtPath(dome.prim_path)
    texture, _ = load_hdri(Path(get(prim, "inputs:texture:file").resolvedPath))
    assert divmod(int(texture[:, :, 0].argmax()), 2 * ROWS) == (BRIGHT_ROW, BRIGHT_COLUMN)
    longitude = math.pi - 2 * math.pi * (BRIGHT_COLUMN + 0.5) / (2 * ROWS)
    latitude = math.pi / 2 - math.pi * (BRIGHT_ROW + 0.5) / ROWS
    local = np.array(
        [math.cos(latitude) * math.sin(longitude), math.sin(latitude), math.cos(latitude) * math.cos(longitude)]
    )
    direction = world_from(prim)[:3, :3] @ local
    lens = LensOpenCvPinhole((9, 9), 60.0, 60.0, 4.5, 4.5)
    views = [
        Stage(
            0,
            7,
            (),
            (dome,),
            (Camera("eye", "/World/eye", lens, look_at((0, 0, 0), at), (0.1, 9.0), Exposure()),),
            SETTINGS,
        )
        for at in (direction, -direction, direction * (1, 1, -1), direction * (-1, 1, 1), direction * (1, -1, 1))
    ]
    renderer = create_renderer(plan_of(*views), device="cpu")
    try:
        seen = [float(luminance(only_view(renderer, view).radiance)[4, 4]) for view in views]
    finally:
        renderer.close()
    # Texels are 5.6 degrees wide, and the embedded renderer's rows lie up to half a row off.
    assert seen[0] > 2000.0
    assert max(seen[1:]) < 20.0


def test_a_dome_stands_upright_on_a_stage_with_z_up(tmp_path: Path) -> None:
    stage, _ = written(tmp_path, [light("plain", "dome", luminance_nits=100.0)])
    np.testing.assert_allclose(world_from(stage.GetPrimAtPath("/World/plain"))[:3, 1], (0, 0, 1), atol=1e-12)


def test_a_clear_sky_becomes_a_dome_and_a_sun(tmp_path: Path) -> None:
    sky = light("sky", "sun_sky", yaw(30.0), sun_direction=SUN_DIRECTION, color=(0.5, 0.5, 0.5))
    stage, files = written(tmp_path, [sky], StubSky())
    dome, sun = (stage.GetPrimAtPath(f"/World/sky/{name}") for name in ("sky", "sun"))
    np.testing.assert_allclose(world_from(sun)[:3, 2], SUN_DIRECTION, atol=1e-9)
    lux = np.array(get(sun, "inputs:color")) * get(sun, "inputs:intensity")
    np.testing.assert_allclose(lux, np.array(StubSky().sun_illuminance(sky)) * 0.5, rtol=1e-5)
    assert get(sun, "inputs:angle") == 0.5
    assert get(dome, "inputs:intensity") == 1.0
    assert tuple(get(dome, "inputs:color")) == (0.5, 0.5, 0.5)
    texture, _ = load_hdri(files[1])
    # A quarter from the left edge faces +X, where this sky is bluest.
    assert texture[128, :, 2].argmax() in (127, 128)
    np.testing.assert_allclose(texture[128, 128, 2], 3500.0, atol=1.0)


def test_a_sky_that_changes_has_a_picture_for_each_place_of_the_sun() -> None:
    skies = [
        light("sky", "sun_sky", sun_direction=direction) for direction in (SUN_DIRECTION, (0, 0, 1), SUN_DIRECTION)
    ]
    stages = [Stage(index, 7, (), (sky,), (), SETTINGS) for index, sky in enumerate(skies)]
    layout = lay_out(stages, StagePlan((skies[0],), (), SETTINGS), StubSky())
    files = [frame_values(layout, stage)["/World/sky/sky.inputs:texture:file"].value for stage in stages]
    assert files[0] == files[2] != files[1]
    assert sorted(layout.pictures) == sorted({str(file) for file in files})


def test_a_clear_sky_without_a_model_of_it_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(BackendUnavailable, match="clear sky of sky"):
        written(tmp_path, [light("sky", "sun_sky")])


def test_the_sky_at_night_has_a_sun_without_light(tmp_path: Path) -> None:
    class Night(StubSky):
        def sun_illuminance(self, light: Light) -> Vec3:
            return (0.0, 0.0, 0.0)

    below = replace(light("sky", "sun_sky"), sun_direction=(0.0, math.sqrt(0.75), -0.5))
    stage, _ = written(tmp_path, [below], Night())
    assert get(stage.GetPrimAtPath("/World/sky/sun"), "inputs:intensity") == 0.0
