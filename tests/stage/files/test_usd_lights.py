"""UsdLux's lights and UsdGeom's cameras, as files hold them."""

from __future__ import annotations

import math
from pathlib import Path

import mujoco
import numpy as np
import pytest
from pxr import Gf, Sdf, Usd, UsdGeom, UsdLux, UsdSemantics

from sdg.errors import AssetError
from sdg.stage.asset import Asset, AssetLight
from sdg.stage.files import load_asset
from tests.stage.files import solids
from tests.stage.files.test_usd import saved


@pytest.fixture
def stage(tmp_path: Path) -> Usd.Stage:
    stage = solids.usd_stage(tmp_path / "hall.usda")
    solids.add_wedge(stage, "/Root/wedge")
    return stage


def only_light(stage: Usd.Stage) -> AssetLight:
    (light,) = load_asset(saved(stage)).lights
    return light


def shine(light: UsdLux.NonboundableLightBase | UsdLux.BoundableLightBase, **values: object) -> None:
    for name, value in values.items():
        getattr(light, f"Create{name}Attr")(value)


def test_radiance_is_intensity_times_exposure_times_colour(stage: Usd.Stage) -> None:
    """UsdLux, `inputs:exposure`: 2^exposure; the colour's luminance moves into the nits."""
    shine(UsdLux.SphereLight.Define(stage, "/Root/lamp"), Intensity=100.0, Exposure=3.0, Color=Gf.Vec3f(0.5, 0.25, 0))
    light = only_light(stage)
    assert light.luminance_nits == pytest.approx(800 * (0.2126 * 0.5 + 0.7152 * 0.25))
    assert np.array(light.color) * light.luminance_nits == pytest.approx(np.array([400, 200, 0]))


@pytest.mark.parametrize("kelvin", [2000.0, 3000.0, 6500.0, 9000.0])
def test_a_temperature_colours_as_usd_says(stage: Usd.Stage, kelvin: float) -> None:
    """Against `UsdLux.BlackbodyTemperatureAsRgb`: two fits of the CIE observer differ by up to 2 %."""
    lamp = UsdLux.DiskLight.Define(stage, "/Root/lamp")
    shine(lamp, Intensity=100.0, EnableColorTemperature=True, ColorTemperature=kelvin)
    light = only_light(stage)
    assert light.luminance_nits == pytest.approx(100.0)
    assert light.color == pytest.approx(tuple(UsdLux.BlackbodyTemperatureAsRgb(kelvin)), rel=0.02, abs=0.02)


def test_an_idle_temperature_has_no_effect(stage: Usd.Stage) -> None:
    shine(UsdLux.DiskLight.Define(stage, "/Root/lamp"), Intensity=100.0, ColorTemperature=2000.0)
    assert only_light(stage).color == pytest.approx((1.0, 1.0, 1.0))


AREAS = {
    "RectLight": ({"Width": 2.0, "Height": 3.0}, 6.0 * 4),
    "DiskLight": ({"Radius": 0.5}, math.pi * 0.25 * 4),
    "SphereLight": ({"Radius": 0.5}, 4 * math.pi * 0.25 * 4),
    "CylinderLight": ({"Radius": 0.5, "Length": 3.0}, 2 * math.pi * 0.5 * 3.0 * 4),
}


@pytest.mark.parametrize("kind", AREAS)
def test_normalize_divides_by_the_area_as_scaled(stage: Usd.Stage, kind: str) -> None:
    """UsdLux, `inputs:normalize`: the surface area in world space, scaling included; twice as large is four times."""
    sizes, area = AREAS[kind]
    lamp = getattr(UsdLux, kind).Define(stage, "/Root/lamp")
    shine(lamp, Intensity=1000.0, Normalize=True, **sizes)
    lamp.AddScaleOp().Set(Gf.Vec3f(2, 2, 2))
    assert only_light(stage).luminance_nits == pytest.approx(1000.0 / area)


def test_a_scale_becomes_part_of_the_size(stage: Usd.Stage) -> None:
    rect = UsdLux.RectLight.Define(stage, "/Root/lamp")
    shine(rect, Width=2.0, Height=3.0)
    rect.AddScaleOp().Set(Gf.Vec3f(0.5, 2, 7))
    light = only_light(stage)
    assert light.size_m == pytest.approx((1.0, 6.0))
    np.testing.assert_allclose(light.asset_from_light[:3, :3], np.eye(3), atol=1e-12)


def test_a_ball_scaled_unevenly_stays_a_ball_and_that_is_said(stage: Usd.Stage) -> None:
    ball = UsdLux.SphereLight.Define(stage, "/Root/lamp")
    ball.AddScaleOp().Set(Gf.Vec3f(1, 1, 8))
    asset = load_asset(saved(stage))
    assert asset.lights[0].size_m[0] == pytest.approx(0.5 * 2)
    assert asset.light_notes == ("/Root/lamp is a sphere light scaled unevenly, which is taken as round",)


@pytest.mark.parametrize(("unit", "up"), [("m", "z"), ("cm", "y"), ("mm", "z")])
def test_lights_and_cameras_stand_where_meshes_do(tmp_path: Path, unit: str, up: str) -> None:
    """A cube under the same prim shares their frame: its middle and its sides say where they are and look."""
    stage = solids.usd_stage(tmp_path / "hall.usda", unit, up)
    holder = UsdGeom.Xform.Define(stage, "/Root/holder")
    holder.AddTranslateOp().Set(Gf.Vec3d(1 / solids.METRES[unit], 2 / solids.METRES[unit], 3 / solids.METRES[unit]))
    holder.AddRotateXYZOp().Set(Gf.Vec3f(20, 30, 40))
    cube = UsdGeom.Cube.Define(stage, "/Root/holder/cube")
    cube.CreateSizeAttr(0.2 / solids.METRES[unit])
    shine(UsdLux.RectLight.Define(stage, "/Root/holder/lamp"), Width=1 / solids.METRES[unit])
    UsdGeom.Camera.Define(stage, "/Root/holder/camera")
    asset = load_asset(saved(stage))
    middle = asset.parts[0].mesh.vertices.mean(axis=0)
    (light,), (camera,) = asset.lights, asset.cameras
    np.testing.assert_allclose(light.asset_from_light[:3, 3], middle, atol=1e-9)
    np.testing.assert_allclose(camera.asset_from_camera[:3, 3], middle, atol=1e-9)
    assert light.size_m[0] == pytest.approx(1.0)
    # Both look along their own -Z: one of the cube's sides is 0.1 m that way.
    ahead = middle - 0.1 * light.asset_from_light[:3, 2]
    normals, points = asset.parts[0].mesh.normals, asset.parts[0].mesh.vertices
    assert normals is not None
    side = np.argmin(np.linalg.norm(normals + light.asset_from_light[:3, 2], axis=1))
    assert normals[side] @ (points[side] - ahead) == pytest.approx(0.0, abs=1e-9)
    np.testing.assert_allclose(camera.asset_from_camera[:3, 2], -light.asset_from_light[:3, 2], atol=1e-9)
    np.testing.assert_allclose(camera.asset_from_camera[:3, 1], -light.asset_from_light[:3, 1], atol=1e-9)


def test_a_mirrored_light_still_shines_along_its_own_z(stage: Usd.Stage) -> None:
    lamp = UsdLux.RectLight.Define(stage, "/Root/lamp")
    lamp.AddScaleOp().Set(Gf.Vec3f(1, 1, -2))
    matrix = only_light(stage).asset_from_light
    np.testing.assert_allclose(matrix[:3, 2], [0, 0, -1], atol=1e-12)
    assert np.linalg.det(matrix[:3, :3]) == pytest.approx(1.0)


@pytest.mark.parametrize(("angle", "share"), [(0.53, None), (90.0, math.pi / 2), (0.0, 1.0)])
def test_a_distant_light_gives_what_its_disc_gives(stage: Usd.Stage, angle: float, share: float | None) -> None:
    """E = pi L sin^2 a of a disc of half angle a (UsdLux, `inputs:normalize`); of a point, E is the intensity."""
    shine(UsdLux.DistantLight.Define(stage, "/Root/sun"), Intensity=10.0, Angle=angle)
    share = math.pi * math.sin(math.radians(angle / 2)) ** 2 if share is None else share
    assert only_light(stage).illuminance_lx == pytest.approx(10.0 * share, rel=1e-6)


def test_a_normalized_distant_light_has_its_illuminance_as_intensity(stage: Usd.Stage) -> None:
    shine(UsdLux.DistantLight.Define(stage, "/Root/sun"), Intensity=50_000.0, Normalize=True, Angle=2.0)
    assert only_light(stage).illuminance_lx == pytest.approx(50_000.0)


def dome_directions(asset: Asset) -> tuple[list[float], list[float]]:
    """Return where the top and the middle of a dome's picture are; here the pole is +Z, and the middle faces -Y."""
    matrix = asset.lights[0].asset_from_light[:3, :3]
    return np.round(matrix @ [0, 0, 1], 6).tolist(), np.round(matrix @ [0, -1, 0], 6).tolist()


def test_a_dome_lies_as_openexr_has_it(stage: Usd.Stage) -> None:
    """UsdLux, DomeLight: the top row is +Y and the middle +Z, whichever way the stage is up."""
    UsdLux.DomeLight.Define(stage, "/Root/sky")
    assert dome_directions(load_asset(saved(stage))) == ([0, 1, 0], [0, 0, 1])


def test_a_dome_that_is_turned_to_the_stage_s_up_axis_stands_upright(stage: Usd.Stage) -> None:
    UsdLux.DomeLight.Define(stage, "/Root/sky").OrientToStageUpAxis()
    assert dome_directions(load_asset(saved(stage)))[0] == [0, 0, 1]


@pytest.mark.parametrize(
    ("pole", "top", "middle"),
    [("scene", [0, 0, 1], [0, -1, 0]), ("Z", [0, 0, 1], [0, -1, 0]), ("Y", [0, 1, 0], [0, 0, 1])],
)
def test_the_pole_of_a_newer_dome_is_where_it_says(
    stage: Usd.Stage, pole: str, top: list[int], middle: list[int]
) -> None:
    """UsdLux, DomeLight_1 on a stage that is Z up: the pole is +Z, and the picture's middle faces -Y."""
    UsdLux.DomeLight_1.Define(stage, "/Root/sky").CreatePoleAxisAttr(pole)
    assert dome_directions(load_asset(saved(stage))) == (top, middle)


def test_lights_beside_the_default_prim_shine_and_hidden_ones_do_not(stage: Usd.Stage) -> None:
    UsdLux.SphereLight.Define(stage, "/Environment/lamp")
    UsdLux.SphereLight.Define(stage, "/Environment/off").MakeInvisible()
    assert only_light(stage).name == "Environment/lamp"


def test_a_light_of_a_point_is_not_seen_itself(stage: Usd.Stage) -> None:
    UsdLux.SphereLight.Define(stage, "/Root/lamp").CreateTreatAsPointAttr(True)
    assert not only_light(stage).visible


def test_lights_older_than_usd_21_02_are_read(stage: Usd.Stage) -> None:
    lamp = UsdLux.SphereLight.Define(stage, "/Root/lamp").GetPrim()
    lamp.CreateAttribute("intensity", Sdf.ValueTypeNames.Float).Set(70.0)
    assert only_light(stage).luminance_nits == pytest.approx(70.0)


def broken_dome(stage: Usd.Stage) -> None:
    UsdLux.DomeLight.Define(stage, "/Root/lamp").CreateTextureFileAttr("omniverse://server/sky.hdr")


def broken_number(stage: Usd.Stage) -> None:
    UsdLux.SphereLight.Define(stage, "/Root/lamp").CreateRadiusAttr(float("nan"))


@pytest.mark.parametrize(("build", "word"), [(broken_dome, "network"), (broken_number, "finite")])
def test_a_light_that_cannot_be_read_spoils_nothing_else(stage: Usd.Stage, build: object, word: str) -> None:
    assert callable(build)
    build(stage)
    asset = load_asset(saved(stage))
    assert not asset.lights
    assert len(asset.parts) == 1
    assert word in asset.light_notes[0]


def spot(stage: Usd.Stage) -> None:
    UsdLux.ShapingAPI.Apply(UsdLux.SphereLight.Define(stage, "/Root/lamp").GetPrim()).CreateShapingConeAngleAttr(30.0)


def screen(stage: Usd.Stage) -> None:
    UsdLux.RectLight.Define(stage, "/Root/lamp").CreateTextureFileAttr("a.png")


def portal(stage: Usd.Stage) -> None:
    UsdLux.PortalLight.Define(stage, "/Root/lamp")


def vanishing(stage: Usd.Stage) -> None:
    UsdLux.SphereLight.Define(stage, "/Root/lamp").AddScaleOp().Set(Gf.Vec3f(1, 0, 1))


def dot(stage: Usd.Stage) -> None:
    UsdLux.SphereLight.Define(stage, "/Root/lamp").CreateRadiusAttr(0.0)


def strip(stage: Usd.Stage) -> None:
    shine(UsdLux.RectLight.Define(stage, "/Root/lamp"), Width=-1.0, Height=-2.0)


def hole(stage: Usd.Stage) -> None:
    UsdLux.DiskLight.Define(stage, "/Root/lamp").CreateIntensityAttr(-5.0)


def blaze(stage: Usd.Stage) -> None:
    shine(UsdLux.DistantLight.Define(stage, "/Root/lamp"), Intensity=1e20, Normalize=True)


def overexposed(stage: Usd.Stage) -> None:
    shine(UsdLux.DomeLight.Define(stage, "/Root/lamp"), Exposure=1e4)


LOST = {
    "scaled to nothing": vanishing,
    "no radius": dot,
    "negative extent": strip,
    "negative intensity": hole,
    "absurd intensity": blaze,
    "absurd exposure": overexposed,
}
SAID = {"scaled to nothing": "nothing", "no radius": "no size", "negative extent": "no size"}


@pytest.mark.parametrize("case", LOST)
def test_a_light_that_no_lamp_could_be_is_left_out_and_that_is_said(stage: Usd.Stage, case: str) -> None:
    LOST[case](stage)
    asset = load_asset(saved(stage))
    (note,) = asset.light_notes
    assert not asset.lights
    assert note.startswith("/Root/lamp ")
    assert note.endswith("so it is left out")
    assert SAID.get(case, "negative intensity" if case == "negative intensity" else "more than 1e+15") in note


def test_lights_of_instanced_references_shine_where_each_stands(stage: Usd.Stage) -> None:
    UsdLux.SphereLight.Define(stage, "/Lamp/bulb").CreateRadiusAttr(0.1)
    UsdGeom.Xform.Define(stage, "/Lamp").MakeInvisible()
    for number in (1, 2):
        copy = UsdGeom.Xform.Define(stage, f"/Root/lamp_{number}")
        copy.AddTranslateOp().Set(Gf.Vec3d(number, 0, 3))
        copy.GetPrim().GetReferences().AddInternalReference("/Lamp")
        copy.GetPrim().SetInstanceable(True)
        copy.MakeVisible()
    lights = load_asset(saved(stage)).lights
    assert [light.name for light in lights] == ["Root/lamp_1/bulb", "Root/lamp_2/bulb"]
    assert [light.asset_from_light[:3, 3].tolist() for light in lights] == [[1, 0, 3], [2, 0, 3]]


def test_lights_of_a_point_instancer_are_left_out_and_that_is_said(stage: Usd.Stage) -> None:
    instancer = UsdGeom.PointInstancer.Define(stage, "/Root/many")
    solids.add_wedge(stage, "/Root/many/lamp/shade")
    UsdLux.SphereLight.Define(stage, "/Root/many/lamp/bulb")
    instancer.CreatePrototypesRel().SetTargets(["/Root/many/lamp"])
    instancer.CreateProtoIndicesAttr([0, 0])
    instancer.CreatePositionsAttr([(0, 0, 0), (5, 0, 0)])
    asset = load_asset(saved(stage))
    assert not asset.lights
    assert len(asset.parts) == 3
    (note,) = asset.light_notes
    assert note == "/Root/many/lamp/bulb is a light of a point instancer, so it is left out"


def test_a_negative_colour_shines_with_what_is_left_of_it(stage: Usd.Stage) -> None:
    shine(UsdLux.SphereLight.Define(stage, "/Root/lamp"), Intensity=100.0, Color=Gf.Vec3f(1, -1, 0))
    asset = load_asset(saved(stage))
    assert asset.lights[0].luminance_nits == pytest.approx(21.26)
    assert "negative colour" in asset.light_notes[0]


@pytest.mark.parametrize(("build", "word"), [(spot, "cone"), (screen, "picture"), (portal, "PortalLight")])
def test_what_a_light_loses_is_said(stage: Usd.Stage, build: object, word: str) -> None:
    assert callable(build)
    build(stage)
    (note,) = load_asset(saved(stage)).light_notes
    assert word in note
    assert note.startswith("/Root/lamp ")


def test_labels_hold_for_what_lies_below(stage: Usd.Stage) -> None:
    """UsdSemantics first, then Omniverse's older schema; the nearest one above counts."""
    UsdSemantics.LabelsAPI.Apply(stage.GetPrimAtPath("/Root"), "class").CreateLabelsAttr(["Wall Panel", "wall"])
    inner = UsdGeom.Xform.Define(stage, "/Root/inner").GetPrim()
    inner.CreateAttribute("semantic:Semantics_ab:params:semanticType", Sdf.ValueTypeNames.String).Set("class")
    inner.CreateAttribute("semantic:Semantics_ab:params:semanticData", Sdf.ValueTypeNames.String).Set("rack")
    solids.add_wedge(stage, "/Root/inner/wedge")
    labels = {part.name: part.label for part in load_asset(saved(stage)).parts}
    assert labels == {"Root/wedge": "Wall_Panel", "Root/inner/wedge": "rack"}


def test_a_stage_pulls_in_nothing_from_elsewhere(tmp_path: Path) -> None:
    elsewhere = tmp_path / "private"
    elsewhere.mkdir()
    other = solids.usd_stage(elsewhere / "other.usda")
    solids.add_wedge(other, "/Root/wedge")
    saved(other)
    (tmp_path / "a" / "b").mkdir(parents=True)
    stage = solids.usd_stage(tmp_path / "a" / "b" / "hall.usda")
    stage.GetPrimAtPath("/Root").GetReferences().AddReference("../../private/other.usda", "/Root")
    with pytest.raises(AssetError, match="outside its folder"):
        load_asset(saved(stage))


def test_a_stage_written_by_mujoco_comes_with_its_light_and_camera() -> None:
    """A file of MuJoCo's wheel: a ball of 0.3 m and grey 0.4 that is normalised, and a camera whose transform changes.

    The camera stands at y = -6 and looks along +Y, a little down: its -Z is (0, 1, -0.01).
    """
    asset = load_asset(Path(mujoco.__file__).parent / "testdata" / "usd_golden.usda", unit="m")
    (light,), (camera,) = asset.lights, asset.cameras
    assert light.kind == "sphere"
    assert light.size_m[0] == pytest.approx(0.3)
    assert light.luminance_nits == pytest.approx(0.4 * 10_000 / (4 * math.pi * 0.09), rel=1e-6)
    np.testing.assert_allclose(light.asset_from_light[:3, 3], [0, -3.674234628677368, 3.674234628677368])
    np.testing.assert_allclose(camera.asset_from_camera[:3, 3], [0, -6, 0])
    np.testing.assert_allclose(camera.asset_from_camera[:3, 2], [0, 0.99995, -0.01], atol=1e-6)
    assert (camera.focal_length_mm, camera.aperture_mm) == (12.0, 12.0)
