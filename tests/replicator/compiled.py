"""Recipes, compiled once for all tests."""

from __future__ import annotations

import functools
import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

from sdg.executor.compile import compile_recipe
from sdg.graph.build import build_graph
from sdg.recipe.load import load_recipe
from sdg.recipe.model import Recipe

RECIPES = Path(__file__).parents[2] / "recipes"
SHIPPED = sorted(path.stem for path in RECIPES.glob("*.yaml"))
FRAMES = 3
# Draws of every kind, most of which Replicator has too.
VARIETY = """\
sdg: 1
name: variety
seed: 0
frames: 4
vars: {shared: {uniform: [1000, 2000]}, alone: {uniform: [0, 90]}}
scene:
  environment: {asset: warehouse_hall, size_m: [9, 13, 4]}
  objects:
    - {name: free, asset: cube, position_m: {uniform: [[-2, -2, 0], [2, 2, 1]]}, yaw_deg: {normal: [0, 5]}}
    - {name: kept, asset: cube, position_m: {uniform: [[-2, -2, 0], [2, 2, 1]], every: 2}}
    - {name: turned, asset: sphere, position_m: [3, 0, 0], yaw_deg: $alone, probability: 0.5}
    - name: strewn
      asset: cube
      size_m: [0.2, 0.2, 0.2]
      count: 3
      place: {scatter_2d: {}}
      yaw_deg: {uniform: [0, 9]}
      material: {choice: [red, any]}
    - {name: either, asset: {choice: [cube, sphere]}, position_m: [-3, 0, 0], yaw_deg: {normal: [0, 2], min: -1}}
lighting:
  - rect: {name: lamp, grid: [2, 1], intensity: {log_uniform: [1000, 5000]}, color: [0.5, 0.5, 0.5]}
  - rect: {name: pair, grid: [2, 1], intensity: $shared}
  - dome: {name: sky, intensity: {uniform: [10, 100]}, yaw_deg: {uniform: [0, 360]}, exposure: {ramp: [-0.5, 0.5]}}
  - sphere: {name: warm, position_m: [0, 0, 3], radius_m: 1, temperature_k: {uniform: [{ramp: [2000, 3000]}, 6000]}}
materials:
  red: {base: grey, color: [0.5, 0, 0], roughness: {uniform: [0.2, 0.4]}}
  any: {base: grey, color: {choice: [[0.1, 0.2, 0.3], [0.3, 0.2, 0.1]], weights: [1, 2]}}
cameras:
  - name: bent
    resolution: [64, 48]
    lens: {opencv_pinhole: {fx: 60, k1: {uniform: [-0.1, 0]}}}
    pose: {look_at: {eye_m: {uniform: [[-2, -5, 1], [2, -4, 2]]}, target: [0, 0, 0.5]}}
  - name: plain
    resolution: [64, 48]
    lens: {pinhole: {fx: 60}}
    pose: {look_at: {eye_m: [0, -5, 1.5], target: [0, 0, 0.5]}}
"""
# What takes a minute to compile is left to `make test-all`.
_LARGE = ("indoor_office", "outdoor_park")
CASES = [
    *(pytest.param(name, marks=pytest.mark.slow) if name in _LARGE else name for name in SHIPPED),
    "variety",
]


@dataclass(frozen=True, eq=False)
class Compiled:
    """A recipe and the folder that it was compiled into."""

    recipe: Recipe
    folder: Path

    @property
    def script(self) -> Path:
        return self.folder / "replicator.py"

    @property
    def samples(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "samples.json").read_text()))

    @property
    def graph(self) -> dict[str, Any]:
        return build_graph(self.recipe).to_json()


def _small(path: Path) -> tuple[str, ...]:
    """Return what makes a recipe quick: few frames, and small pictures, whose lenses need small tables."""
    count = len(load_recipe(path).specimen.cameras)
    return (f"frames={FRAMES}", *(f"cameras.{index}.resolution=[32,24]" for index in range(count)))


@functools.cache
def root() -> tempfile.TemporaryDirectory[str]:
    """Return a folder that is gone when the tests end."""
    return tempfile.TemporaryDirectory()


@functools.cache
def compiled(name: str, sampling: Literal["baked", "native"]) -> Compiled:
    """Return a shipped recipe, or `variety`, compiled; small and of few frames."""
    folder = Path(root().name) / f"{name}-{sampling}"
    path = RECIPES / f"{name}.yaml"
    if name == "variety":
        path = Path(root().name) / "variety.yaml"
        path.write_text(VARIETY)
    recipe = load_recipe(path, () if name == "variety" else _small(path))
    compile_recipe(recipe, folder, sampling=sampling)
    return Compiled(recipe, folder)


def changed(case: Compiled, folder: Path, name: str, pattern: str, replacement: str) -> Compiled:
    """Return a compilation, in a folder of its own, of which one file has a regular expression replaced."""
    folder.mkdir()
    for file in case.folder.iterdir():
        (folder / file.name).symlink_to(file)
    text = (folder / name).read_text()
    spoilt = re.sub(pattern, replacement, text)
    assert spoilt != text, f"{name} has no {pattern}"
    (folder / name).unlink()
    (folder / name).write_text(spoilt)
    if name != "replicator.py":
        # The script looks for its files beside itself, wherever a link to it leads.
        script = (folder / "replicator.py").read_text()
        (folder / "replicator.py").unlink()
        (folder / "replicator.py").write_text(script)
    return Compiled(case.recipe, folder)
