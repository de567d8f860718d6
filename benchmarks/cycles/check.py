"""Cycles against our renderer: `python -m benchmarks.cycles.check [-o FOLDER] [RECIPE …]`.

Of small scenes with one kind of light each, Lambertian and glossy, and of recipes: the ratio of mean luminance, the
error of the pictures, and how far Cycles' instances (a ray through each pixel's middle) are where our labels say.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import cv2
import numpy as np

from benchmarks.cycles.engine import Cycles, CyclesSettings
from benchmarks.metrics import relative_mse
from benchmarks.scenes import Bench
from sdg.foundation.arrays import Float32Array, UInt8Array, UInt32Array
from sdg.foundation.color import REC709_LUMINANCE, srgb_from_linear
from sdg.sensor.exposure import auto_saturation_luminance

_LAMPS: dict[str, dict[str, Any]] = {
    "rect": {"rect": {"position_m": [1, -1, 3], "rotation_deg": [20, 10, 0], "size_m": [0.8, 0.3], "intensity": 20000}},
    "disk": {"disk": {"position_m": [1, -1, 3], "radius_m": 0.3, "intensity": 20000}},
    "sphere": {"sphere": {"position_m": [1, -1, 3], "radius_m": 0.2, "intensity": 20000}},
    "cylinder": {"cylinder": {"position_m": [1, -1, 3], "radius_m": 0.1, "length_m": 1.2, "intensity": 20000}},
    "distant": {"distant": {"illuminance_lx": 20000, "angle_deg": 5, "rotation_deg": [30, 40, 0]}},
    "sun_sky": {"sun_sky": {"hour": 10, "day": 172, "latitude_deg": 48}},
    "dome": {"dome": {"intensity": 1000, "texture": {"file": "dome.hdr"}, "yaw_deg": 30}},
}
_SURFACES: dict[str, dict[str, Any]] = {
    "matt": {"ground": {"color": [0.5, 0.5, 0.5], "specular": 0}, "body": {"color": [0.7, 0.3, 0.1], "specular": 0}},
    "glossy": {
        "ground": {"color": [0.5, 0.5, 0.5], "roughness": 0.3},
        "body": {"color": [0.7, 0.3, 0.1], "roughness": 0.5},
    },
    "metal": {
        "ground": {"color": [0.5, 0.5, 0.5], "roughness": 0.3},
        "body": {"color": [0.7, 0.5, 0.3], "metallic": 1, "roughness": 0.25},
    },
    "textured": {"ground": {"base": "concrete"}, "body": {"base": "wood"}},
}


def small_recipe(lamp: str, surface: str, folder: Path) -> Path:
    """Write a recipe of a cube, a ball and a carton on a floor, under one lamp."""
    place = [("cube", [0, 0, 0]), ("sphere", [-1.2, 0.6, 0]), ("carton_large", [0.9, 0.9, 0])]
    objects: list[dict[str, Any]] = [
        {"name": "floor_plate", "asset": "plane", "size_m": [8, 8, 1], "material": "ground"}
    ]
    objects += [{"name": f"thing_{asset}", "asset": asset, "position_m": spot, "yaw_deg": 25} for asset, spot in place]
    for one in objects[1:3]:
        one["material"] = "body"
    camera = {
        "name": "eye",
        "resolution": [160, 120],
        "lens": {"pinhole": {"fx": 170, "fy": 160, "cx": 75, "cy": 63}},
        "pose": {"look_at": {"eye_m": [2.5, -3.5, 2.2], "target": [0, 0, 0.4]}},
    }
    recipe = {
        "sdg": 1,
        "name": "check",
        "scene": {"objects": objects},
        "lighting": [_LAMPS[lamp]],
        "materials": _SURFACES[surface],
        "cameras": [camera],
        "render": {"spp": 256, "max_depth": 6, "denoise": False},
    }
    _write_dome(folder / "dome.hdr")
    path = folder / f"{lamp}_{surface}.yaml"
    path.write_text(json.dumps(recipe))
    return path


def _write_dome(path: Path) -> None:
    """Write a sky that looks different in every direction."""
    dome = np.full((64, 128, 3), 0.1, np.float32)
    dome[8:20, 16:40] = (1.0, 6.0, 20.0)  # blue, green, red
    dome[20:30, 80:90] = (12.0, 3.0, 1.0)
    dome[40:] = (0.05, 0.1, 0.05)
    cv2.imwrite(str(path), dome)


def luminance(radiance: Float32Array) -> float:
    """Return the mean luminance of a picture [nits]."""
    return float((radiance.astype(np.float64) @ np.asarray(REC709_LUMINANCE)).mean())


def intersection_over_union(ours: UInt32Array, theirs: UInt32Array) -> float:
    """Return the share of pixels on which both agree, of the pixels in which either sees a body, over all bodies."""
    numbers = sorted({*np.unique(ours).tolist(), *np.unique(theirs).tolist()} - {0})
    both = sum(int(((ours == one) & (theirs == one)).sum()) for one in numbers)
    either = sum(int(((ours == one) | (theirs == one)).sum()) for one in numbers)
    return both / either


def pictures(ours: Float32Array, theirs: Float32Array) -> UInt8Array:
    """Return both side by side under one exposure, shape (H, 2 W, 3), BGR."""
    white = auto_saturation_luminance(ours, np.ones(ours.shape[:2], bool))
    exposed = np.clip(np.hstack([ours, theirs]).astype(np.float64) / white, 0.0, 1.0)
    return np.rint(255 * srgb_from_linear(exposed)).astype(np.uint8)[:, :, ::-1]


def compare(cycles: Cycles, path: Path, overrides: list[str], frames: list[int], spp: int, output: Path | None) -> None:
    """Print the figures of some frames; denoised where the recipe is."""
    bench = Bench(path, overrides, "cpu")
    try:
        for frame in frames:
            stage = bench.stage(frame)
            settings = CyclesSettings(spp=spp, denoise=stage.settings.denoise)
            made = cycles.render(stage, settings)
            shown = cycles.entities(stage)
            stage = replace(stage, settings=replace(stage.settings, spp=spp))
            for name, view in bench.renderer.render(stage).views.items():
                theirs = made.radiance[name]
                white = auto_saturation_luminance(view.radiance, view.valid)
                print(
                    f"{path.stem} {frame}: mean luminance {luminance(theirs) / luminance(view.radiance):.4f} of ours, "
                    f"relMSE {relative_mse(theirs, view.radiance, white):.4f}, "
                    f"instances IoU {intersection_over_union(view.entity_ids, shown[name]):.4f}, "
                    f"Cycles {made.seconds['sync']:.2f} + {made.seconds['render']:.2f} s",
                    flush=True,
                )
                if output is not None:
                    output.mkdir(parents=True, exist_ok=True)
                    cv2.imwrite(str(output / f"{path.stem}_{frame}.png"), pictures(view.radiance, theirs))
    finally:
        bench.renderer.close()


@click.command()
@click.argument("recipes", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder for pictures: ours left, Cycles right.")
@click.option("--set", "overrides", multiple=True, help="As of sdg generate.")
@click.option("--frames", default="0", help="Of the recipes, with commas.")
@click.option("--spp", default=256)
def main(recipes: tuple[Path, ...], output: Path | None, overrides: tuple[str, ...], frames: str, spp: int) -> None:
    """Compare RECIPES, or else small scenes with each light and each kind of surface."""
    with Cycles() as cycles, tempfile.TemporaryDirectory() as folder:
        print(f"Cycles of Blender {cycles.version}")
        for path in recipes:
            compare(cycles, path, list(overrides), [int(one) for one in frames.split(",")], spp, output)
        if not recipes:
            for lamp, surface in [(lamp, "matt") for lamp in _LAMPS] + [("rect", one) for one in _SURFACES]:
                compare(cycles, small_recipe(lamp, surface, Path(folder)), [], [0], spp, output)


if __name__ == "__main__":
    main()
