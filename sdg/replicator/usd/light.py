"""Lights as UsdLux: radiance is intensity x 2^exposure x colour, in nits, with `normalize` off.

A distant light has `normalize` on, so that its intensity is the illuminance of a surface that faces it (UsdLux,
"Quantities and Units"). Colour temperature is part of the colour already, so that renderers agree on it. The exposure
is 0, free for whoever wants to scale the light by a power of two.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import numpy as np

from sdg.foundation.arrays import Float32Array, FloatArray, Vec3
from sdg.foundation.color import REC709_LUMINANCE
from sdg.replicator.usd.pose import Pose, dome_pose, pose_of, towards_pose
from sdg.replicator.usd.value import UsdValue, UsdValues, color, number, token
from sdg.stage.model import Light, LightKind

# A sky is two lights below an `Xform`: a dome of this name and a sun.
LIGHT_TYPES: Mapping[LightKind, str] = MappingProxyType(
    {
        "dome": "DomeLight",
        "sun_sky": "Xform",
        "rect": "RectLight",
        "sphere": "SphereLight",
        "disk": "DiskLight",
        "cylinder": "CylinderLight",
        "distant": "DistantLight",
    }
)
SKY, SUN = "sky", "sun"
SKY_ROWS = 256
_ORIGIN = Pose((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))


class SkyModel(Protocol):
    """What knows the clear sky; the embedded renderer's `sky` module does."""

    @property
    def SUN_ANGLE_DEG(self) -> float:
        """Angular diameter of the sun [degrees]."""
        ...

    def sky_radiance(self, light: Light, directions: FloatArray) -> FloatArray:
        """Return the sky without its sun, linear sRGB in nits, for unit directions, world frame, shape (N, 3)."""
        ...

    def sun_illuminance(self, light: Light) -> Vec3:
        """Return what the sun gives a surface that faces it, linear sRGB whose luminance is in lux."""
        ...


@dataclass(frozen=True)
class Sky:
    """A clear sky as lights.

    Attributes:
        texture: The sky's picture, from the stage's folder.
        sun_lux: Illuminance of its sun, linear sRGB; 0 at night.
        sun_angle_deg: Angular diameter of the sun [degrees].
    """

    texture: str
    sun_lux: Vec3
    sun_angle_deg: float


def light_values(light: Light, texture: str, sky: Sky | None) -> UsdValues:
    """Return every attribute of a light's prims but `visibility`, by path.

    Args:
        light: The light in one frame.
        texture: A dome's picture, from the stage's folder; empty is none.
        sky: What a `sun_sky` was baked to.
    """
    path = light.prim_path
    if light.kind == "sun_sky":
        assert sky is not None, "a sky needs a model of the sky"
        return _ORIGIN.values(path) | _dome(f"{path}/{SKY}", light, 1.0, sky.texture) | _sun(light, sky)
    if light.kind == "dome":
        return _dome(path, light, light.luminance_nits, texture)
    if light.kind == "distant":
        pose = pose_of(light.world_from_light)
        return _distant(path, pose, light.color, light.illuminance_lx, light.angle_deg)
    first, second = (number(length) for length in light.size_m)
    radius, diameter = number(light.size_m[0]), {"inputs:width": first, "inputs:height": second}
    sizes: Mapping[LightKind, Mapping[str, UsdValue]] = {
        "rect": diameter,
        "sphere": {"inputs:radius": radius},
        "disk": {"inputs:radius": radius},
        "cylinder": {"inputs:radius": radius, "inputs:length": second},
    }
    attributes = {**_shine(light.color, light.luminance_nits, normalize=False), **sizes[light.kind]}
    return pose_of(light.world_from_light).values(path) | _at(path, attributes)


def sky_texture(model: SkyModel, light: Light, rows: int = SKY_ROWS) -> Float32Array:
    """Return a sky without its sun as a dome's texture, shape (rows, 2 rows, 3), float32, in nits."""
    columns = 2 * rows
    u, v = np.meshgrid((np.arange(columns) + 0.5) / columns, (np.arange(rows) + 0.5) / rows)
    level = np.sin(np.pi * v)
    # The left edge faces +Y, a quarter further +X, as in `Light.texture`.
    directions = np.stack([level * np.sin(2 * np.pi * u), level * np.cos(2 * np.pi * u), np.cos(np.pi * v)], axis=-1)
    return model.sky_radiance(light, directions.reshape(-1, 3)).reshape(rows, columns, 3).astype(np.float32)


def _dome(path: str, light: Light, nits: float, texture: str) -> UsdValues:
    # A sky's texture lies in the world's frame already.
    pose = dome_pose(np.eye(4) if light.kind == "sun_sky" else light.world_from_light)
    attributes = _shine(light.color, nits, normalize=False)
    if light.kind == "sun_sky" or light.texture is not None:
        attributes |= {"inputs:texture:file": UsdValue("asset", texture), "inputs:texture:format": token("latlong")}
    return pose.values(path) | _at(path, attributes)


def _sun(light: Light, sky: Sky) -> UsdValues:
    lux = np.asarray(sky.sun_lux) * light.color
    total = float(lux @ REC709_LUMINANCE)
    tint: Vec3 = (1.0, 1.0, 1.0)
    if total > 0:
        tint = (float(lux[0] / total), float(lux[1] / total), float(lux[2] / total))
    path = f"{light.prim_path}/{SUN}"
    return _distant(path, towards_pose(light.sun_direction), tint, total, sky.sun_angle_deg)


def _distant(path: str, pose: Pose, tint: Vec3, lux: float, angle_deg: float) -> UsdValues:
    attributes = {**_shine(tint, lux, normalize=True), "inputs:angle": number(angle_deg)}
    return pose.values(path) | _at(path, attributes)


def _shine(tint: Vec3, intensity: float, *, normalize: bool) -> dict[str, UsdValue]:
    assert math.isfinite(intensity), intensity
    return {
        "inputs:color": color(tint),
        "inputs:enableColorTemperature": UsdValue("bool", False),
        "inputs:exposure": number(0.0),
        "inputs:intensity": number(intensity),
        "inputs:normalize": UsdValue("bool", normalize),
    }


def _at(path: str, attributes: Mapping[str, UsdValue]) -> UsdValues:
    return {f"{path}.{name}": value for name, value in attributes.items()}
