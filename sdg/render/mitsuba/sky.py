"""The clear sky and its sun, from Mitsuba's Hosek-Wilkie model, in nits.

Hosek and Wilkie, "An analytic model for full spectral sky-dome radiance" (2012) and "Adding a solar-radiance
function" (2013). The plugin's RGB is radiometric (W m-2 sr-1 nm-1 integrated with the CIE curves) divided by the
area of the CIE ybar curve, so luminance in nits is 683.002 times that area times its Rec. 709 luminance. With a
turbidity of 3 and the sun at the zenith that gives about 96,000 lx from the sun and 19,000 lx from the sky.
"""

from __future__ import annotations

import math

import drjit as dr
import mitsuba as mi
import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.render.mitsuba.lower import EmitterState, sun_shape
from sdg.stage.model import Light

# Mitsuba's MI_CIE_Y_NORMALIZATION is one over this; 683.002 lm/W is the luminous efficacy at 555 nm.
_CIE_Y_AREA = 106.7502593994140625
NITS_PER_UNIT = 683.002 * _CIE_Y_AREA
SUN_ANGLE_DEG = 0.5358
# The model ends at the horizon. Illuminance falls from some 700 lx at sunset to 3.4 lx at -6 degrees, the end of
# civil twilight: 10^(0.386 per degree). From -18 degrees, the end of astronomical twilight, the sky is black.
_TWILIGHT_DECADES_PER_DEG = 0.386
_NIGHT_DEG = -18.0
_RINGS = 16
_SPOKES = 16


def sky_radiance(light: Light, directions: FloatArray) -> FloatArray:
    """Return the radiance of the sky without its sun, linear sRGB in nits.

    Below the horizon lies Lambertian ground of `ground_albedo`, lit by this sky and its sun.

    Args:
        light: A `sun_sky`.
        directions: Unit, world frame, shape (N, 3).
    """
    fade = _twilight(light)
    if fade == 0.0:
        return np.zeros_like(directions)
    plugin = _plugin(light, sun=False)
    radiance = _evaluate(plugin, directions) * fade
    ground = light.ground_albedo * _horizontal_illuminance(light, plugin, fade) / math.pi
    result: FloatArray = np.where(directions[:, 2:] >= 0, radiance, ground)
    return result


def sun_emitter(light: Light) -> EmitterState | None:
    """Return the sun of a `sun_sky` light as a far disc; None while it is below the horizon."""
    illuminance = sun_illuminance(light)
    if max(illuminance) <= 0.0:
        return None
    color = (light.color[0] * illuminance[0], light.color[1] * illuminance[1], light.color[2] * illuminance[2])
    return sun_shape(np.asarray(light.sun_direction), SUN_ANGLE_DEG, color, light.visible)


def sun_illuminance(light: Light) -> Vec3:
    """Return what the sun alone gives a surface that faces it, linear sRGB whose luminance is in lux.

    The integral of the model's limb-darkened disc, by equal-area rings.
    """
    if _elevation_deg(light) <= 0.0:
        return (0.0, 0.0, 0.0)
    sun = np.asarray(light.sun_direction) / np.linalg.norm(light.sun_direction)
    side = np.cross(sun, (1.0, 0.0, 0.0) if abs(sun[0]) < 0.9 else (0.0, 1.0, 0.0))
    side /= np.linalg.norm(side)
    half = math.radians(SUN_ANGLE_DEG / 2)
    ring, spoke = np.meshgrid(np.arange(_RINGS) + 0.5, np.arange(_SPOKES) + 0.5)
    angle = half * np.sqrt(ring.ravel() / _RINGS) * (1 - 1e-3)
    turn = 2 * math.pi * spoke.ravel() / _SPOKES
    sideways = np.cos(turn)[:, None] * side + np.sin(turn)[:, None] * np.cross(sun, side)
    directions = np.cos(angle)[:, None] * sun + np.sin(angle)[:, None] * sideways
    directions = directions[directions[:, 2] > 0]
    solid_angle = math.pi * math.sin(half) ** 2 * len(directions) / len(angle)
    with_sun, without = (_evaluate(_plugin(light, sun=on), directions) for on in (True, False))
    red, green, blue = np.maximum((with_sun - without).mean(axis=0), 0.0) * solid_angle
    return (float(red), float(green), float(blue))


def _elevation_deg(light: Light) -> float:
    direction = np.asarray(light.sun_direction) / np.linalg.norm(light.sun_direction)
    return math.degrees(math.asin(float(np.clip(direction[2], -1.0, 1.0))))


def _twilight(light: Light) -> float:
    elevation = _elevation_deg(light)
    if elevation >= 0.0:
        return 1.0
    return 0.0 if elevation < _NIGHT_DEG else float(10.0 ** (_TWILIGHT_DECADES_PER_DEG * elevation))


def _plugin(light: Light, *, sun: bool) -> mi.Emitter:
    x, y, z = light.sun_direction
    # Just above the horizon when it has set: the plugin's tables begin there.
    direction = np.array([x, y, max(z, 1e-4)])
    direction /= np.linalg.norm(direction)
    return mi.load_dict(
        {
            "type": "sunsky",
            "sun_direction": [float(part) for part in direction],
            "turbidity": float(min(max(light.turbidity, 1.0), 10.0)),
            "albedo": float(min(max(light.ground_albedo, 0.0), 1.0)),
            "sun_scale": 1.0 if sun else 0.0,
            "sun_aperture": SUN_ANGLE_DEG,
        }
    )


def _evaluate(plugin: mi.Emitter, directions: FloatArray) -> FloatArray:
    """Return the plugin's radiance in nits; Rec. 709 can't hold the deepest colours, whose negative parts become 0."""
    interaction = dr.zeros(mi.SurfaceInteraction3f, len(directions))
    interaction.wi = mi.Vector3f(np.ascontiguousarray(-directions.T, dtype=np.float32))
    radiance = np.asarray(plugin.eval(interaction), dtype=np.float64).T
    return np.maximum(radiance, 0.0) * NITS_PER_UNIT


def _horizontal_illuminance(light: Light, plugin: mi.Emitter, fade: float) -> FloatArray:
    """Integrate sky and sun over the upper half, shape (3,), lux in linear sRGB."""
    rows, columns = 64, 128
    height = (np.arange(rows) + 0.5) / rows  # Equal steps of sin^2(elevation) carry equal cosine-weighted angle.
    up, turn = np.meshgrid(np.sqrt(height), 2 * math.pi * (np.arange(columns) + 0.5) / columns)
    level = np.sqrt(1 - up**2)
    directions = np.stack([level * np.cos(turn), level * np.sin(turn), up], axis=-1).reshape(-1, 3)
    sky = _evaluate(plugin, directions).mean(axis=0) * math.pi * fade
    facing = max(math.sin(math.radians(_elevation_deg(light))), 0.0)
    total: FloatArray = sky + np.asarray(sun_illuminance(light)) * facing
    return total
