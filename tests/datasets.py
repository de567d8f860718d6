"""Small datasets that are really rendered, for tests of what reads, exports and joins them."""

from __future__ import annotations

from pathlib import Path

from sdg.cli.main import main

# Two cameras, one of them bent; boxes that stand, one that is tilted; things that hide each other or leave the picture.
YARD = """
sdg: 1
name: yard
seed: 11
frames: 4
license: CC-BY-4.0
scene:
  environment: {asset: warehouse_hall, size_m: [10, 12, 5]}
  objects:
    - name: box
      asset: carton_large
      class: carton
      count: 3
      place: {scatter_2d: {surface: floor, region_m: [-2, -2, 2, 2]}}
      yaw_deg: {uniform: [0, 360]}
    - {name: drum, asset: drum, count: 2, place: {scatter_2d: {surface: floor, region_m: [-2, -2, 2, 2]}}}
    - {name: ring, asset: pallet, position_m: [0, 0, 0.3], yaw_deg: {uniform: [0, 360]}}
    - {name: tilted, asset: cube, size_m: [0.3, 0.5, 0.2], position_m: [0.2, 0.4, 1.2], rotation_deg: [20, 35, 10]}
lighting:
  - rect: {grid: [2, 2], intensity: 30000}
cameras:
  - name: front
    resolution: [160, 120]
    lens: {pinhole: {fx: 140}}
    pose:
      orbit:
        target: ring
        distance_m: {uniform: [2, 3.5]}
        azimuth_deg: {uniform: [0, 360]}
        elevation_deg: {uniform: [15, 40]}
  - name: bent
    resolution: [128, 96]
    lens: {opencv_pinhole: {fx: 100, k1: -0.1}}
    pose: {look_at: {eye_m: [3, 0, 2], target: [0, 0, 0.5]}}
render: {spp: 1, denoise: false}
"""

# Another recipe: one camera of the same name and other size, a class in common, other ids, no semantic pictures.
SHELF = """
sdg: 1
name: shelf
seed: 4
frames: 3
scene:
  objects:
    - {name: cone, asset: traffic_cone, class: cone, position_m: [0, 0.4, 0]}
    - {name: can, asset: drum, class: drum, position_m: [{uniform: [-0.2, 0.2]}, -0.5, 0]}
    - {name: parcel, asset: carton_small, class: carton, position_m: [0.5, 0, 0], yaw_deg: {uniform: [0, 360]}}
lighting:
  - dome: {intensity: 900}
cameras:
  - name: front
    resolution: [96, 72]
    lens: {pinhole: {fx: 90}}
    pose: {look_at: {eye_m: [2.6, 0.3, 0.45], target: [0, 0, 0.45]}}
render: {spp: 1, denoise: false}
"""


def make_dataset(text: str, folder: Path, *arguments: str) -> Path:
    """Return the dataset that a recipe makes, in `folder`/data."""
    folder.mkdir(parents=True, exist_ok=True)
    recipe = folder / "recipe.yaml"
    recipe.write_text(text)
    assert main(["generate", str(recipe), "-o", str(folder / "data"), "--device", "cpu", *arguments]) == 0
    return folder / "data"
