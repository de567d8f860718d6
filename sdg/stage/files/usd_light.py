"""UsdLux's lights to `RawLight`.

Radiance is intensity x 2^exposure x colour x temperature in nits; with `normalize` it is divided by the light's area in
the stage's own units (UsdLux, "Quantities and Units"). Shaping, textures of rectangles, filters and light linking have
no counterpart: what a light has of them is left out, and said.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from pxr import Sdf, Usd, UsdLux

from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray, Vec2, Vec3
from sdg.foundation.transforms import rotation_xyz
from sdg.stage.asset import AssetLightKind
from sdg.stage.blackbody import blackbody_rgb, luminance
from sdg.stage.files.assemble import RawLight

_TIME = Usd.TimeCode.EarliestTime()
_KINDS: Mapping[str, AssetLightKind] = MappingProxyType(
    {
        "RectLight": "rect",
        "DiskLight": "disk",
        "SphereLight": "sphere",
        "CylinderLight": "cylinder",
        "DistantLight": "distant",
        "DomeLight": "dome",
        "DomeLight_1": "dome",
    }
)
# UsdLux's blackbody is defined from 1000 K to 10000 K.
_COOLEST_K, _HOTTEST_K = 1000.0, 10_000.0
# The pole of a UsdLux dome is its +Y, that of a dome here its +Z.
_USD_DOME_FROM_DOME: FloatArray = rotation_xyz((-90.0, 0.0, 0.0))
_ROUND = 1.01
_LARGEST_ANGLE_DEG = 170.0
# A million times the sun's disc [nits], and ten thousand million times its light on the ground [lx].
_BRIGHTEST = 1e15


def is_light(prim: Any) -> bool:
    """Return whether a prim is a light, of a kind that can be read or not."""
    return bool(prim.HasAPI(UsdLux.LightAPI)) or prim.GetTypeName() in _KINDS


def read_light(path: Path, prim: Any, file_from_light: FloatArray, up: str, notes: list[str]) -> RawLight | None:
    """Return a light as its file has it, or None if it can't shine here; `notes` receives what is left out.

    Args:
        path: The file, for messages.
        prim: A light.
        file_from_light: Its 4x4, which may scale, in the file's unit and axes.
        up: The file's upward axis.
        notes: Receives sentences.

    Raises:
        AssetError: A number of it is not finite, or its picture is missing.
    """
    name = str(prim.GetPath())
    kind = _KINDS.get(prim.GetTypeName())
    if kind is None:
        notes.append(f"{name} is a light of the kind {prim.GetTypeName() or 'mesh'}, which is left out")
        return None
    scale = np.linalg.norm(file_from_light[:3, :3], axis=0)
    if float(scale.min()) <= 0.0:
        notes.append(f"{name} is scaled to nothing, so it is left out")
        return None
    size, area = _size_and_area(path, prim, kind, scale, notes)
    if area <= 0.0:
        notes.append(f"{name} has no size, so it is left out")
        return None
    color, factor = _shine(path, prim, notes)
    normalize = bool(_value(prim, "normalize", False))
    angle_deg = 0.0
    if kind == "distant":
        angle_deg = min(max(_number(path, prim, "angle", 0.53), 0.0), 360.0)
        # A sun of uniform radiance L and half angle a gives E = pi L sin^2 a; a point of a sun is counted as E = L.
        half = math.radians(min(angle_deg, 180.0)) / 2
        factor *= 1.0 if normalize or angle_deg == 0.0 else math.pi * math.sin(half) ** 2
        if angle_deg > _LARGEST_ANGLE_DEG:
            notes.append(f"{name} is {angle_deg:g} degrees wide, which is taken as {_LARGEST_ANGLE_DEG:g}")
            angle_deg = _LARGEST_ANGLE_DEG
    elif normalize and kind != "dome":
        factor /= area
    if not 0.0 <= factor <= _BRIGHTEST:
        unit = "lx" if kind == "distant" else "nits"
        why = f"is of {factor:.3g} {unit}, more than {_BRIGHTEST:g}" if factor > 0 else "has a negative intensity"
        notes.append(f"{name} {why}, so it is left out")
        return None
    turned = file_from_light if kind != "dome" else _dome_pose(prim, file_from_light, up)
    _note_unsupported(prim, kind, notes)
    return RawLight(
        name=name.lstrip("/"),
        kind=kind,
        file_from_light=_rigid(turned),
        color=color,
        luminance_nits=0.0 if kind == "distant" else factor,
        illuminance_lx=factor if kind == "distant" else 0.0,
        size=size,
        angle_deg=angle_deg,
        texture_file=_texture_file(path, prim, notes) if kind == "dome" else None,
        visible=_is_visible(prim),
    )


def _shine(path: Path, prim: Any, notes: list[str]) -> tuple[Vec3, float]:
    """Return colour x temperature with luminance 1, and intensity x 2^exposure times the luminance that it had."""
    default = 50_000.0 if prim.GetTypeName() == "DistantLight" else 1.0
    exposure = min(max(_number(path, prim, "exposure", 0.0), -100.0), 100.0)
    factor = _number(path, prim, "intensity", default) * 2.0**exposure
    rgb = np.array(_value(prim, "color", (1.0, 1.0, 1.0)), np.float64).reshape(3)
    if not np.all(np.isfinite(rgb)):
        raise AssetError(f"{path}: the colour of {prim.GetPath()} is not finite", "export it again")
    if float(rgb.min()) < 0.0:
        notes.append(f"{prim.GetPath()} has a negative colour, whose negative parts are taken as 0")
        rgb = np.clip(rgb, 0.0, None)
    if _value(prim, "enableColorTemperature", False):
        kelvin = _number(path, prim, "colorTemperature", 6500.0)
        rgb = rgb * blackbody_rgb(min(max(kelvin, _COOLEST_K), _HOTTEST_K))
    bright = luminance((float(rgb[0]), float(rgb[1]), float(rgb[2])))
    if bright <= 0.0:
        return (1.0, 1.0, 1.0), 0.0
    red, green, blue = rgb / bright
    return (float(red), float(green), float(blue)), factor * bright


def _size_and_area(
    path: Path, prim: Any, kind: AssetLightKind, scale: FloatArray, notes: list[str]
) -> tuple[Vec2, float]:
    """Return a light's size and its area, as scaled, in the file's unit; a scaled round light keeps its mean radius.

    The area of a light without extent, or with a negative one, is 0.
    """
    x, y, z = (float(factor) for factor in scale)
    name = prim.GetPath()
    across: tuple[float, ...] = ()
    size, area = (1.0, 1.0), 1.0
    if kind == "rect":
        size = (_number(path, prim, "width", 1.0) * x, _number(path, prim, "height", 1.0) * y)
        area = size[0] * size[1]
    elif kind == "disk":
        across = (x, y)
        radius = _number(path, prim, "radius", 0.5) * math.sqrt(x * y)
        size, area = (radius, 0.0), math.pi * radius**2
    elif kind == "sphere":
        across = (x, y, z)
        radius = _number(path, prim, "radius", 0.5) * (x * y * z) ** (1 / 3)
        size, area = (radius, 0.0), 4 * math.pi * radius**2
    elif kind == "cylinder":
        across = (y, z)
        radius = _number(path, prim, "radius", 0.5) * math.sqrt(y * z)
        size = (radius, _number(path, prim, "length", 1.0) * x)
        area = 2 * math.pi * radius * size[1]
    if across and max(across) > _ROUND * min(across):
        notes.append(f"{name} is a {kind} light scaled unevenly, which is taken as round")
    return size, area if min(size[0], area) > 0.0 else 0.0


def _dome_pose(prim: Any, file_from_light: FloatArray, up: str) -> FloatArray:
    """Return the pose of a dome whose pole is its own +Z."""
    turned = file_from_light
    if prim.GetTypeName() == "DomeLight_1":
        pole = str(prim.GetAttribute("poleAxis").Get(_TIME) or "scene")
        if pole == "Z" or (pole == "scene" and up == "z"):
            turned = turned @ rotation_xyz((90.0, 0.0, 0.0))
    dome: FloatArray = turned @ _USD_DOME_FROM_DOME
    return dome


def _rigid(matrix: FloatArray) -> FloatArray:
    """Return a 4x4 without scale, shear and mirroring, whose Z is that of the matrix: light leaves along -Z."""
    z = matrix[:3, 2] / np.linalg.norm(matrix[:3, 2])
    x = matrix[:3, 0] - (matrix[:3, 0] @ z) * z
    x = x / np.linalg.norm(x)
    rigid = np.eye(4)
    rigid[:3, :3] = np.stack([x, np.cross(z, x), z], axis=1)
    rigid[:3, 3] = matrix[:3, 3]
    return rigid


def _texture_file(path: Path, prim: Any, notes: list[str]) -> Path | None:
    asset = _value(prim, "texture:file", None)
    if not isinstance(asset, Sdf.AssetPath) or not asset.path:
        return None
    name, layout = prim.GetPath(), str(_value(prim, "texture:format", "automatic"))
    if "://" in asset.path:
        raise AssetError(f"{path} refers to {asset.path}, and nothing is read from the network", "download it first")
    if not asset.resolvedPath:
        raise AssetError(f"{path}: its picture {asset.path} doesn't exist", "put it where the file expects it")
    if layout not in ("automatic", "latlong"):
        notes.append(f"{name} has a {layout} picture, which is left out: only latlong can be read")
        return None
    if re.search(r"\[.*\]$", asset.resolvedPath):
        notes.append(f"{name} has a picture inside a .usdz, which is left out: unpack the file to have it")
        return None
    return Path(asset.resolvedPath)


def _note_unsupported(prim: Any, kind: AssetLightKind, notes: list[str]) -> None:
    name = prim.GetPath()
    if kind != "dome" and float(_value(prim, "shaping:cone:angle", 90.0)) < 90.0:
        notes.append(f"{name} is a spot, whose cone is left out: it shines all round")
    profile = _value(prim, "shaping:ies:file", None)
    if isinstance(profile, Sdf.AssetPath) and profile.path:
        notes.append(f"{name} has an IES profile, which is left out: it shines evenly")
    picture = _value(prim, "texture:file", None) if kind == "rect" else None
    if isinstance(picture, Sdf.AssetPath) and picture.path:
        notes.append(f"{name} has a picture on its rectangle, which is left out: it shines evenly")


def _is_visible(prim: Any) -> bool:
    """Return whether cameras see the light itself: not if it stands for a point or line, or Omniverse hides it."""
    for name in ("treatAsPoint", "treatAsLine"):
        if prim.HasAttribute(name) and prim.GetAttribute(name).Get(_TIME):
            return False
    shown = prim.GetAttribute("visibleInPrimaryRay")
    return not shown or shown.Get(_TIME) is not False


def _number(path: Path, prim: Any, name: str, default: float) -> float:
    value = float(_value(prim, name, default))
    if not math.isfinite(value):
        raise AssetError(f"{path}: {name} of {prim.GetPath()} is not finite", "export it again")
    return value


def _value(prim: Any, name: str, default: Any) -> Any:
    """Return an input; files older than USD 21.02 spell it without `inputs:`."""
    for key in (f"inputs:{name}", name):
        attribute = prim.GetAttribute(key)
        if attribute and attribute.HasAuthoredValue():
            value = attribute.Get(_TIME)
            return default if value is None else value
    return default
