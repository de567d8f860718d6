"""A USD file as the environment: its classes and materials by patterns, its lights, its cameras."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pxr import Gf, Usd, UsdGeom, UsdLux, UsdSemantics

from sdg.errors import RecipeError
from sdg.executor.compile import compile_recipe
from sdg.graph.build import build_graph
from sdg.recipe.model import Recipe
from sdg.stage.build import build_stage
from sdg.stage.categories import categories
from sdg.stage.model import Body, Stage
from sdg.stage.plan import build_plan
from sdg.stage.preflight import check_assets
from tests.recipes import frame_of, recipe_of
from tests.stage.files import solids
from tests.stage.files.test_usd import bind, paint, saved, square

CAMERA = "cameras: [{name: cam, resolution: [640, 480], pose: {from_file: Door}}]\n"


@pytest.fixture
def hall(tmp_path: Path) -> Path:
    """Return the folder of a hall: a floor, a wall, two racks of two parts, a lamp and two cameras."""
    stage = solids.usd_stage(tmp_path / "hall.usda")
    steel, _ = paint(stage, "blue_steel", diffuseColor=Gf.Vec3f(0, 0, 1))
    square(stage, "/Root/Floor").AddScaleOp().Set(Gf.Vec3f(4, 4, 1))
    wall = UsdGeom.Cube.Define(stage, "/Root/Shell/Wall_01").GetPrim()
    UsdSemantics.LabelsAPI.Apply(wall, "class").CreateLabelsAttr(["wall"])
    for number in (1, 2):
        for name in ("beam", "post"):
            part = UsdGeom.Cube.Define(stage, f"/Root/Rack_{number}/{name}")
            bind(part.GetPrim(), steel)
    lamp = UsdLux.RectLight.Define(stage, "/Root/Lamps/key")
    lamp.CreateIntensityAttr(500.0)
    lamp.AddTranslateOp().Set(Gf.Vec3d(0, 0, 5))
    camera = UsdGeom.Camera.Define(stage, "/Root/Cameras/Door")
    camera.AddTranslateOp().Set(Gf.Vec3d(-6, 0, 2))
    camera.AddRotateXYZOp().Set(Gf.Vec3f(90, 0, -90))
    camera.CreateFocalLengthAttr(18.0)
    camera.CreateHorizontalApertureAttr(36.0)
    camera.CreateHorizontalApertureOffsetAttr(3.6)
    camera.CreateVerticalApertureOffsetAttr(1.8)
    flat = UsdGeom.Camera.Define(stage, "/Root/Cameras/Plan")
    flat.CreateProjectionAttr(UsdGeom.Tokens.orthographic)
    saved(stage)
    return tmp_path


def hall_recipe(hall: Path, beside: str = "", rest: str = CAMERA) -> Recipe:
    return recipe_of(f"scene: {{environment: {{asset: {{file: hall.usda}}{beside}}}}}\n{rest}", hall)


def staged(recipe: Recipe) -> Stage:
    return build_stage(frame_of(recipe), recipe)


def labels(stage: Stage) -> dict[str, str]:
    return {body.name.removeprefix("environment.Root/"): body.label for body in stage.bodies}


def body(stage: Stage, ending: str) -> Body:
    return next(one for one in stage.bodies if one.name.endswith(ending))


def codes(recipe: Recipe) -> list[tuple[str, str]]:
    return [(fault.code, fault.severity) for fault in check_assets(recipe)]


def test_the_first_pattern_that_fits_says_the_class(hall: Path) -> None:
    """A pattern with a slash goes by paths, one without by single names, and both for all that lies within."""
    recipe = hall_recipe(hall, ', classes: {"/Root/Rack_2": depot, "Rack*": rack, "p?st": never, "/Root/F*": floor}')
    assert labels(staged(recipe)) == {
        "Floor": "floor",
        "Shell/Wall_01": "wall",
        "Rack_1/beam": "rack",
        "Rack_1/post": "rack",
        "Rack_2/beam": "depot",
        "Rack_2/post": "depot",
    }
    assert not any(category.is_thing for category in categories(recipe))


def test_the_label_of_the_file_counts_where_no_pattern_fits(hall: Path) -> None:
    found = labels(staged(hall_recipe(hall, ", class: shell")))
    assert found["Shell/Wall_01"] == "wall"
    assert found["Floor"] == "shell"
    assert labels(staged(hall_recipe(hall, ', classes: {"Wall*": brick}')))["Shell/Wall_01"] == "brick"


def test_case_counts_in_a_pattern(hall: Path) -> None:
    recipe = hall_recipe(hall, ', classes: {"rack*": rack}')
    (fault,) = check_assets(recipe)
    assert (fault.code, fault.severity) == ("S080", "error")
    assert "Rack_1" in fault.hint


def test_patterns_over_the_file_s_materials_replace_them(hall: Path) -> None:
    """The builtin is textured in metres, so the file's parts are laid out in metres; the others stay as they are."""
    stage = staged(hall_recipe(hall, ', materials: {"Rack_2": concrete, "*steel*": painted_metal}'))
    (beam,), (post,), (floor,) = (body(stage, name).parts for name in ("Rack_1/beam", "Rack_2/post", "Floor"))
    assert (beam.material.name, post.material.name) == ("painted_metal", "concrete")
    assert floor.material.base_color == (0.18, 0.18, 0.18)
    assert post.mesh.uv_unit == "metre"
    assert post.mesh.uvs is not None
    # A side of the cube is 2 m wide, and so are its texture coordinates.
    np.testing.assert_allclose(np.ptp(post.mesh.uvs, axis=0), [2.0, 2.0])


def test_an_entry_without_base_keeps_the_file_s_material_and_coordinates(hall: Path) -> None:
    rest = f"materials: {{worn: {{roughness: 0.9}}}}\n{CAMERA}"
    (beam,) = body(staged(hall_recipe(hall, ', materials: {"*steel*": worn}', rest)), "Rack_1/beam").parts
    assert beam.material.base_color == (0.0, 0.0, 1.0)
    assert beam.material.roughness == 0.9
    assert beam.mesh.uv_unit == "tile"


def test_patterns_hold_for_the_parts_of_an_object_too(hall: Path) -> None:
    scene = '{name: hall, asset: {file: hall.usda}, material: wood, materials: {"Rack*": concrete}}'
    rest = "cameras: [{name: cam, pose: {look_at: {eye_m: [9, 0, 2], target: hall}}}]\n"
    (thing,) = staged(recipe_of(f"scene: {{objects: [{scene}]}}\n{rest}", hall)).bodies
    found = {part.name: part.material.name for part in thing.parts}
    assert found["Root/Rack_1/beam"] == "concrete"
    assert found["Root/Floor"] == "wood"


def test_a_drawn_material_takes_each_of_its_values(hall: Path) -> None:
    recipe = hall_recipe(hall, ', materials: {"*steel*": {choice: [concrete, painted_metal]}}')
    drawn = {
        body(build_stage(frame_of(recipe, index), recipe), "Rack_1/beam").parts[0].material.name for index in range(20)
    }
    assert drawn == {"concrete", "painted_metal"}


def test_the_file_s_lights_shine_only_when_asked_for(hall: Path) -> None:
    assert not staged(hall_recipe(hall)).lights
    (lamp,) = staged(hall_recipe(hall, ", lights: true, position_m: [1, 2, 3], yaw_deg: 90")).lights
    assert lamp.name == "environment.Root/Lamps/key"
    assert lamp.luminance_nits == pytest.approx(500.0)
    np.testing.assert_allclose(lamp.world_from_light[:3, 3], [1, 2, 8], atol=1e-12)


def test_a_plan_holds_every_light_that_may_be_lit(hall: Path) -> None:
    recipe = hall_recipe(hall, ", lights: {choice: [true, false]}", f"lighting: [{{dome: {{}}}}]\n{CAMERA}")
    slots = set(build_plan(recipe, build_graph(recipe)).light_slots)
    counts = set()
    for index in range(20):
        lights = build_stage(frame_of(recipe, index), recipe).lights
        assert {(light.name, light.kind, light.texture is not None) for light in lights} <= slots
        counts.add(len(lights))
    assert counts == {1, 2}


def test_a_camera_of_the_file_brings_its_pose_and_lens(hall: Path) -> None:
    """Turned by 90 about X and -90 about Z, a USD camera looks along +X; fx is 18 / 36 x 640.

    UsdGeom moves the picture by its offsets, 3.6 mm right and 1.8 mm up: the axis is 64 pixels left of the middle and
    32 below it.
    """
    (camera,) = staged(hall_recipe(hall)).cameras
    np.testing.assert_allclose(camera.world_from_camera[:3, 3], [-6, 0, 2])
    np.testing.assert_allclose(camera.world_from_camera[:3, 2], [1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(camera.world_from_camera[:3, 1], [0, 0, -1], atol=1e-12)
    pixels, _ = camera.lens.project(np.array([[0.0, 0.0, 1.0], [0.1, 0.2, 1.0]]))
    np.testing.assert_allclose(pixels, [[256, 272], [256 + 32, 272 + 64]], atol=1e-6)


def test_a_lens_of_the_recipe_wins_over_the_file_s(hall: Path) -> None:
    rest = "cameras: [{name: cam, lens: {pinhole: {fx: 500}}, pose: {from_file: /Root/Cameras/Plan}}]\n"
    (camera,) = staged(hall_recipe(hall, rest=rest)).cameras
    pixels, _ = camera.lens.project(np.array([[0.1, 0.0, 1.0]]))
    np.testing.assert_allclose(pixels, [[320 + 50, 240]], atol=1e-9)


FAULTS = {
    "an unknown camera": ("", "{from_file: Dor}", "S083", "error"),
    "a camera that is no pinhole": ("", "{from_file: Plan}", "S083", "error"),
    "no material": (', materials: {"*steel*": cheese}', "{from_file: Door}", "S003", "error"),
    "a pattern of materials that fits nothing": (', materials: {"*gold*": wood}', "{from_file: Door}", "S080", "error"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_what_the_file_does_not_have_is_a_fault(hall: Path, case: str) -> None:
    beside, pose, code, severity = FAULTS[case]
    recipe = hall_recipe(hall, beside, f"cameras: [{{name: cam, pose: {pose}}}]\n")
    assert codes(recipe) == [(code, severity)]


WRITTEN_WRONGLY = {
    "an empty pattern": (', classes: {"": rack}', "R026", ""),
    "a class that is no name": (', classes: {"Rack*": "steel rack"}', "R026", "steel_rack"),
    "a class that is drawn": (', classes: {"Rack*": {choice: [rack, depot]}}', "R028", ""),
}


@pytest.mark.parametrize("case", WRITTEN_WRONGLY)
def test_patterns_that_are_written_wrongly_are_faults_of_the_recipe(hall: Path, case: str) -> None:
    beside, code, hint = WRITTEN_WRONGLY[case]
    with pytest.raises(RecipeError) as caught:
        hall_recipe(hall, beside)
    (fault,) = caught.value.diagnostics
    assert fault.code == code
    assert hint in fault.hint


def test_what_belongs_beside_the_asset_is_pointed_there(hall: Path) -> None:
    with pytest.raises(RecipeError, match="write lights beside asset"):
        recipe_of(f"scene: {{environment: {{asset: {{file: hall.usda, lights: true}}}}}}\n{CAMERA}", hall)


def test_an_unknown_camera_is_a_fault_in_a_frame_too(hall: Path) -> None:
    with pytest.raises(RecipeError, match="did you mean Door"):
        staged(hall_recipe(hall, rest="cameras: [{name: cam, pose: {from_file: Dor}}]\n"))


def test_things_hover_right_under_a_file_s_ceiling(tmp_path: Path) -> None:
    """Where 2.8 m less a thing's height and the height again is more than 2.8 m, by rounding."""
    stage = solids.usd_stage(tmp_path / "hall.usda")
    for name, height in (("Floor", 0.0), ("Ceiling", 2.8)):
        part = square(stage, f"/Root/{name}")
        part.AddTranslateOp().Set(Gf.Vec3d(0, 0, height))
        part.AddScaleOp().Set(Gf.Vec3f(4, 4, 1))
    saved(stage)
    classes = "asset: {file: hall.usda}, classes: {Floor: floor}"
    sizes = "size_m: {uniform: [[0.1, 0.1, 0.1], [0.4, 0.4, 0.4]]}, rotation_deg: {uniform: [[0, 0, 0], [90, 90, 90]]}"
    place = "place: {scatter_2d: {height_m: 9}}"
    scene = (
        f"scene: {{environment: {{{classes}}}, objects: [{{name: box, asset: cube, count: 30, {sizes}, {place}}}]}}\n"
    )
    bodies = staged(recipe_of(scene, tmp_path)).bodies
    boxes = [one for one in bodies if one.label == "box"]
    corners = [np.concatenate([part.mesh.vertices for part in one.parts]) for one in boxes]
    heights = [(own @ one.world_from_object[2, :3]).max() for one, own in zip(boxes, corners, strict=True)]
    tops = [one.world_from_object[2, 3] + height for one, height in zip(boxes, heights, strict=True)]
    assert tops == pytest.approx([2.8] * 30)


def test_an_environment_without_lights_cannot_light_them(hall: Path) -> None:
    recipe = recipe_of("scene: {environment: {asset: warehouse_hall, lights: true}}", hall)
    assert ("S081", "error") in codes(recipe)


def test_a_light_of_negative_intensity_is_a_warning(hall: Path) -> None:
    stage = Usd.Stage.Open(str(hall / "hall.usda"))
    UsdLux.SphereLight.Define(stage, "/Root/Lamps/hole").CreateIntensityAttr(-1.0)
    stage.GetRootLayer().Save()
    recipe = hall_recipe(hall, ", lights: true")
    (fault,) = check_assets(recipe)
    assert (fault.code, fault.severity) == ("S082", "warning")
    assert "/Root/Lamps/hole has a negative intensity" in fault.message
    assert [light.name for light in staged(recipe).lights] == ["environment.Root/Lamps/key"]


def test_more_lights_than_can_be_lit_are_a_fault_before_and_in_a_frame(hall: Path) -> None:
    stage = Usd.Stage.Open(str(hall / "hall.usda"))
    for number in range(1024):
        UsdLux.SphereLight.Define(stage, f"/Root/Lamps/lamp_{number}")
    stage.GetRootLayer().Save()
    recipe = hall_recipe(hall, ", lights: true")
    (fault,) = check_assets(recipe)
    assert fault.code == "S081"
    assert "1,025 lights, more than 1,024" in fault.message
    with pytest.raises(RecipeError, match="1,025 lights, more than 1,024"):
        staged(recipe)


def test_what_compiles_to_usd_reads_back_as_the_same_world(tmp_path: Path) -> None:
    """The RTX side's stage, taken as an environment: lights, cameras, classes and places are what they were."""
    lamps = """
lighting:
  - rect: {name: a, position_m: [1, 2, 3], rotation_deg: [10, 20, 30], size_m: [1.5, 0.5], color: [1, 0.5, 0.2]}
  - disk: {name: b, position_m: [1, -2, 3], rotation_deg: [0, 40, 0], radius_m: 0.3, intensity: 700, exposure: 2}
  - sphere: {name: c, position_m: [-1, 2, 3], radius_m: 0.2, temperature_k: 3000}
  - cylinder: {name: d, position_m: [-1, -2, 3], rotation_deg: [0, 30, 70], length_m: 2, radius_m: 0.05}
  - distant: {name: e, rotation_deg: [30, 20, 0], illuminance_lx: 20000, angle_deg: 2}
  - dome: {name: f, intensity: 30, yaw_deg: 25}
"""
    scene = "scene: {objects: [{name: box, class: crate, asset: cube, position_m: [0.5, 0, 0], yaw_deg: 20}]}\n"
    camera = (
        "cameras: [{name: cam, lens: {pinhole: {fx: 500}}, pose: {look_at: {eye_m: [3, 1, 2], target: [0, 0, 0]}}}]\n"
    )
    before = recipe_of(f"{scene}{lamps}{camera}", tmp_path)
    compile_recipe(before, tmp_path / "compiled")
    old = staged(before)
    environment = "scene: {environment: {asset: {file: compiled/stage.usda}, lights: true}}\n"
    new = staged(
        recipe_of(f"{environment}cameras: [{{name: cam, pose: {{from_file: /World/Cameras/cam}}}}]\n", tmp_path)
    )
    for light in old.lights:
        (twin,) = [one for one in new.lights if one.kind == light.kind]
        np.testing.assert_allclose(twin.world_from_light, light.world_from_light, atol=1e-6)
        np.testing.assert_allclose(twin.color, light.color, rtol=1e-6)
        assert twin.luminance_nits == pytest.approx(light.luminance_nits, rel=1e-6)
        assert twin.illuminance_lx == pytest.approx(light.illuminance_lx, rel=1e-6)
        if light.kind not in ("distant", "dome"):
            assert twin.size_m == pytest.approx(light.size_m)
    np.testing.assert_allclose(new.cameras[0].world_from_camera, old.cameras[0].world_from_camera, atol=1e-6)
    (crate,) = [one for one in new.bodies if one.label == "crate"]
    vertices = [part.mesh.vertices for part in old.bodies[0].parts]
    corners = np.concatenate(vertices) @ old.bodies[0].world_from_object[:3, :3].T
    expected = corners + old.bodies[0].world_from_object[:3, 3]
    np.testing.assert_allclose(crate.bounds_m, [expected.min(axis=0), expected.max(axis=0)], atol=1e-6)
