"""From a recipe's blocks of a camera to its depth sensor and the noise on its depth."""

from __future__ import annotations

import math
from typing import Any, cast

from sdg.camera.depth_sensors.load import make_depth_sensor
from sdg.camera.depth_sensors.model import DepthNoise, DepthSensor
from sdg.camera.lens import Lens
from sdg.errors import AssetError
from sdg.recipe.model import CameraBlock
from sdg.recipe.rules_depth import depth_sensor_numbers


def camera_depth_sensor(block: CameraBlock, lens: Lens) -> DepthSensor | None:
    """Return the depth sensor of a camera; None if depth is the truth.

    Raises:
        AssetError: Draws left it undetermined, or it needs a focal length in pixels and the lens has none.
    """
    given = block.depth_sensor
    if given is None:
        return None
    try:
        return make_depth_sensor(
            given.preset, given.kind, _focal_length_px(lens), **depth_sensor_numbers(given.model_dump())
        )
    except KeyError:
        raise AssetError(f"there is no depth sensor {given.preset}", "sdg assets list names the presets") from None
    except ValueError as error:
        hint = "let every choice describe a whole depth sensor; focal_length_px stands for that of the lens"
        raise AssetError(str(error), hint) from None


def camera_depth_noise(block: CameraBlock) -> DepthNoise | None:
    """Return the noise on a camera's depth; None if there is none."""
    given = block.depth_noise
    if given is None:
        return None
    gaussian = given.gaussian
    return DepthNoise(
        mean_m=0.0 if gaussian is None else gaussian.mean_m,
        std_m=0.0 if gaussian is None else gaussian.std_m,
        range_m=(0.0, math.inf) if given.range_m is None else given.range_m,
    )


def _focal_length_px(lens: Lens) -> float | None:
    """Return fx of a lens that has a camera matrix."""
    matrix = cast("Any", lens.intrinsics().get("K"))
    return None if matrix is None else float(matrix[0][0])
