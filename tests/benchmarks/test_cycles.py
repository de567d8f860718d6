from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.cycles.check import intersection_over_union
from benchmarks.cycles.scene_file import write_scene
from sdg.pipeline import sample
from sdg.recipe.load import load_recipe
from sdg.render.mitsuba.backend import start_backend
from sdg.stage.build import build_stage
from sdg.stage.model import Stage

RECIPE = {
    "sdg": 1,
    "name": "bridge",
    "scene": {
        "objects": [
            {"name": "box", "asset": "cube", "position_m": [1, 2, 0]},
            {"name": "other", "asset": "cube", "position_m": [-1, 2, 0]},
        ]
    },
    "lighting": [
        {"rect": {"position_m": [0, 0, 3], "size_m": [0.5, 0.25], "intensity": 1000}},
        {"sun_sky": {"hour": 9, "day": 172, "latitude_deg": 48}},
    ],
    "cameras": [
        {
            "name": "eye",
            "resolution": [160, 120],
            "lens": {"pinhole": {"fx": 170, "cx": 75, "cy": 63}},
            "pose": {"look_at": {"eye_m": [4, 0, 2], "target": [0, 0, 0]}},
        }
    ],
}


@pytest.fixture(autouse=True, scope="module")
def _renderer() -> None:
    """The sky's model is the renderer's."""
    start_backend("cpu", None)


def _stage(folder: Path, **changes: object) -> Stage:
    path = folder / "recipe.yaml"
    path.write_text(json.dumps(RECIPE | changes))
    recipe = load_recipe(path, [])
    return build_stage(sample(recipe, 0), recipe)


def test_the_file_has_each_thing_its_pinhole_and_its_lamps(tmp_path: Path) -> None:
    write_scene(_stage(tmp_path), tmp_path / "scene.json", tmp_path / "store")
    scene = json.loads((tmp_path / "scene.json").read_text())
    assert [one["entity"] for one in scene["objects"]] == [1, 2]
    assert len({one["mesh"] for one in scene["objects"]}) == 1  # alike things share one file
    assert scene["cameras"][0]["focal_px"] == [170, 170]
    assert scene["cameras"][0]["center_px"] == [75, 63]
    assert [one["kind"] for one in scene["lights"]] == ["rect", "distant"]
    assert scene["lights"][0]["size_m"] == pytest.approx([0.5, 0.25])


def test_the_sky_is_brightest_on_the_suns_side_where_cycles_looks_it_up(tmp_path: Path) -> None:
    """Cycles takes the middle column for +X and the quarter left of it for +Y, rows from the zenith down.

    A clear sky is brightest above the horizon, below the sun.
    """
    stage = _stage(tmp_path)
    write_scene(stage, tmp_path / "scene.json", tmp_path / "store")
    scene = json.loads((tmp_path / "scene.json").read_text())
    sky = np.load(tmp_path / "store" / scene["sky"]["file"])
    rows, columns, _ = sky.shape
    row, column = np.unravel_index(int(sky.sum(axis=2).argmax()), (rows, columns))
    azimuth = np.pi - 2 * np.pi * (column + 0.5) / columns
    (sun,) = (light.sun_direction for light in stage.lights if light.kind == "sun_sky")
    towards = np.array(sun[:2]) / np.hypot(*sun[:2])
    assert np.dot((np.cos(azimuth), np.sin(azimuth)), towards) > np.cos(np.radians(3))
    assert rows / 4 < row < rows / 2


def test_a_lens_that_bends_is_refused(tmp_path: Path) -> None:
    bent = [{**RECIPE["cameras"][0], "lens": {"opencv_pinhole": {"fx": 170, "k1": -0.1}}}]  # type: ignore[index]
    with pytest.raises(ValueError, match="plain pinhole"):
        write_scene(_stage(tmp_path, cameras=bent), tmp_path / "scene.json", tmp_path / "store")


def test_instances_that_agree_overlap_by_one_and_a_shift_costs() -> None:
    ours = np.zeros((10, 10), np.uint32)
    ours[2:6, 2:6] = 3
    assert intersection_over_union(ours, ours) == 1.0
    assert intersection_over_union(ours, np.roll(ours, 1, axis=1)) == pytest.approx(12 / 20)
