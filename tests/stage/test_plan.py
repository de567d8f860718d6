from pathlib import Path

import cv2
import numpy as np

from sdg.graph.build import build_graph
from sdg.recipe.model import Recipe
from sdg.stage.build import build_stage
from sdg.stage.model import StagePlan
from sdg.stage.plan import build_plan
from sdg.stage.preflight import check_assets
from tests.recipes import frame_of, recipe_of
from tests.stage.test_build import VARIED


def plan_of(recipe: Recipe) -> StagePlan:
    return build_plan(recipe, build_graph(recipe))


def test_a_plan_holds_every_frame() -> None:
    """Each lamp is foreseen, over frames that vary it all."""
    recipe = recipe_of(VARIED)
    plan = plan_of(recipe)
    lamps = {(light.name, light.kind) for light in plan.lights}
    for frame in range(25):
        stage = build_stage(frame_of(recipe, frame), recipe)
        assert {(light.name, light.kind) for light in stage.lights} <= lamps
    assert any(not light.visible for light in plan.lights)
    assert [camera.name for camera in plan.cameras] == ["cam"]


def test_a_grid_of_lights_that_may_be_a_single_light_is_foreseen_as_both() -> None:
    """Frames draw between a lamp and four, and every one of them has its place."""
    lamp = "{rect: {name: lamp, grid: {choice: [null, [1, {choice: [1, 3]}], [2, 2]]}}}"
    recipe = recipe_of(f"scene: {{environment: {{asset: warehouse_hall}}}}\nlighting: [{lamp}]\n")
    planned = {light.name for light in plan_of(recipe).lights}
    shown = {light.name for frame in range(20) for light in build_stage(frame_of(recipe, frame), recipe).lights}
    # 2 columns at most, 3 rows at most.
    assert planned == {"lamp", *(f"lamp[{ordinal}]" for ordinal in range(6))}
    assert shown == {"lamp", *(f"lamp[{ordinal}]" for ordinal in range(4))}


def write_textures(folder: Path, count: int) -> str:
    for index in range(count):
        picture = np.full((2, 3, 3), index, np.uint8)
        assert cv2.imwrite(str(folder / f"{index}.png"), picture)
    return "{choice: [" + ", ".join(f"{{file: {index}.png}}" for index in range(count)) + "]}"


def test_the_last_of_thousands_of_choices_is_checked(tmp_path: Path) -> None:
    """5,000 choices of one value, 8,000 sizes by the choices of each edge, and 70,000 looks by independent draws."""
    (write_textures(tmp_path, 1), (tmp_path / "broken.png").write_text("no picture"))
    sides = "{choice: [" + ", ".join(f"{0.1 + index / 100}" for index in range(20)) + "]}"
    too_long = "{choice: [1, 2, 3, 900]}"
    files = ", ".join(["{file: 0.png}"] * 5000)
    text = (
        "scene:\n  objects:\n"
        f"    - {{name: a, asset: {{choice: [{', '.join(['cube'] * 5000)}, cuboid]}}, size_m: [1, 1, 1]}}\n"
        f"    - {{name: b, asset: cube, size_m: [{sides}, {sides}, {sides}]}}\n"
        f"    - {{name: c, asset: cube, size_m: [{sides}, {sides}, {too_long}], material: paint}}\n"
        "materials:\n"
        f"  paint: {{color_texture: {{choice: [{files}, {{file: broken.png}}]}}}}\n"
    )
    found = check_assets(recipe_of(text, tmp_path))
    assert [fault.code for fault in found] == ["S001", "S001", "S002"]
    assert "cuboid" in found[0].message
    assert "broken.png" in found[2].message
