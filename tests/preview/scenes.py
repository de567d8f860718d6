"""A small recipe that renders quickly, and edits of it."""

from __future__ import annotations

from pathlib import Path

RECIPE = """\
sdg: 1
name: bench
seed: 3
frames: 2
scene:
  objects:
    - {name: red, asset: cube, class: block, size_m: [0.4, 0.4, 0.4], position_m: [0, -0.5, 0], material: paint}
    - {name: can, asset: drum, class: drum, position_m: [0, 0.6, 0], yaw_deg: {uniform: [0, 360]}}
materials:
  paint: {base: matte_paint, color: [0.8, 0.05, 0.05]}
lighting:
  - dome: {intensity: 900}
cameras:
  - name: left
    resolution: [96, 72]
    lens: {pinhole: {fx: 90}}
    pose: {look_at: {eye_m: [3, 0.4, 1.2], target: [0, 0, 0.4]}}
  - name: bent
    resolution: [80, 64]
    lens: {opencv_fisheye: {fx: 40}}
    pose: {look_at: {eye_m: [2, 0, 1], target: [0, 0, 0.4]}}
render: {spp: 2, denoise: false}
"""
RED, GREEN = "[0.8, 0.05, 0.05]", "[0.05, 0.8, 0.05]"


def write_recipe(folder: Path, text: str = RECIPE) -> Path:
    """Write a recipe into a folder and return its path."""
    path = folder / "bench.yaml"
    path.write_text(text)
    return path
