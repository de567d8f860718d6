"""A robot in a pose on the USD stage: one labelled prim, its links' meshes where each frame has them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sdg.foundation.transforms import transform_points
from sdg.graph.build import build_graph
from sdg.replicator.usd.stage import frame_values, lay_out
from sdg.stage.build import build_stage
from sdg.stage.plan import build_plan
from tests.recipes import frame_of, recipe_of
from tests.replicator.usd.read_back import apply_values, open_stage, read_back
from tests.replicator.usd.written import write_usd_stage
from tests.stage.robots.robot_files import ARM, written

TEXT = """
scene:
  objects:
    - {name: humanoid, asset: humanoid, scale: 1.2, joints: {left_hip: {uniform: [0, 60]}, neck: 20}}
    - {name: arm, asset: {file: robot.urdf}, position_m: [1, 2, 0], yaw_deg: 40, joints: random}
cameras:
  - {name: cam, lens: {pinhole: {fx: 500}}, mount: {on: humanoid.head, pose: {rotation_deg: [-90, 0, -90]}}}
"""


def test_every_frame_has_the_links_where_the_recipe_has_them(tmp_path: Path) -> None:
    written(tmp_path, ARM)
    recipe = recipe_of(TEXT, tmp_path)
    plan = build_plan(recipe, build_graph(recipe))
    stages = [build_stage(frame_of(recipe, index), recipe) for index in range(2)]
    file = write_usd_stage(tmp_path / "usd", stages, plan)[0]
    layout = lay_out(stages, plan)
    for index, direct in enumerate(stages):
        usd = open_stage(file)
        if index:
            apply_values(usd, frame_values(layout, direct))
        again = read_back(file, usd, direct.settings)
        found = {body.prim_path: body for body in again.bodies}
        assert {path: body.label for path, body in found.items()} == {b.prim_path: b.label for b in direct.bodies}
        for body in direct.bodies:
            expected = [transform_points(body.world_from_object, part.mesh.vertices) for part in body.parts]
            other = found[body.prim_path]
            there = [transform_points(other.world_from_object, part.mesh.vertices) for part in other.parts]
            assert len(there) == len(expected)
            for one, two in zip(expected, there, strict=True):
                np.testing.assert_allclose(
                    [two.min(axis=0), two.max(axis=0)], [one.min(axis=0), one.max(axis=0)], atol=1e-5
                )
        np.testing.assert_allclose(again.cameras[0].world_from_camera, direct.cameras[0].world_from_camera, atol=1e-6)
