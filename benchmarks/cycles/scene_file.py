"""A stage as files that know no renderer: `scene.json`, and beside it a store of meshes, textures and skies.

The store is shared between frames; its files are named by digest of their content, so each is written once. Units are
SI, light is in nits and lux, colours are linear sRGB, matrices are 4x4 by row. Pinholes without distortion alone.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from sdg.camera.lens import LensOpenCvPinhole
from sdg.foundation.arrays import Float32Array, FloatArray
from sdg.foundation.digest import digest_bytes, digest_json
from sdg.render.mitsuba.environment import sample_latlong
from sdg.render.mitsuba.lower import uv_repeat_m
from sdg.stage.asset import Material, Part, Texture
from sdg.stage.model import Camera, Light, Stage

FORMAT = 1
_SKY_ROWS = 256
_UNIFORM_ROWS = 1


def write_scene(stage: Stage, path: Path, store: Path) -> None:
    """Write a stage without motion, whose cameras are plain pinholes; for a clear sky, our renderer must have started.

    Args:
        stage: What to write.
        path: Of `scene.json`.
        store: Folder of what frames share.

    Raises:
        ValueError: A camera has a lens that a pinhole can't stand for, or something moves.
    """
    if stage.moves:
        raise ValueError("the comparison renders things at rest")
    store.mkdir(parents=True, exist_ok=True)
    objects, materials = [], {}
    for index, body in enumerate(stage.bodies):
        for part in body.parts:
            if not len(part.mesh.faces):
                continue
            material = _material(part.material, store)
            materials[material["key"]] = material
            objects.append(
                {
                    "entity": index + 1,
                    "mesh": _mesh(part, store),
                    "material": material["key"],
                    "world_from_object": _rows(body.world_from_object),
                }
            )
    lights = [_light(light) for light in stage.lights if light.kind not in ("dome", "sun_sky")]
    lights += [_sun(light) for light in stage.lights if light.kind == "sun_sky"]
    scene = {
        "format": FORMAT,
        "objects": objects,
        "materials": materials,
        "lights": [light for light in lights if light["strength"] > 0],
        "sky": _sky([light for light in stage.lights if light.kind in ("dome", "sun_sky")], store),
        "cameras": [_camera(camera) for camera in stage.cameras],
    }
    path.write_text(json.dumps(scene), encoding="utf-8")


def _rows(matrix: FloatArray) -> list[list[float]]:
    return [[float(value) for value in row] for row in matrix]


def _mesh(part: Part, store: Path) -> str:
    """Write a part's mesh; texture coordinates are in repeats of the texture, v upwards."""
    mesh, repeat = part.mesh, uv_repeat_m(part)
    key = digest_json([mesh.key, *(float(length) for length in repeat)])[:24]
    path = store / f"{key}.npz"
    if not path.exists():
        arrays = {"vertices": mesh.vertices.astype(np.float32), "faces": mesh.faces}
        if mesh.normals is not None:
            arrays["normals"] = mesh.normals.astype(np.float32)
        if mesh.uvs is not None:
            arrays["uvs"] = (mesh.uvs / repeat).astype(np.float32)
        np.savez(path, **arrays)
    return path.name


def _texture(texture: Texture | None, store: Path) -> dict[str, str] | None:
    if texture is None:
        return None
    path = store / f"{texture.key[:24]}.png"
    if not path.exists():
        pixels = texture.pixels if texture.pixels.shape[2] == 1 else texture.pixels[:, :, ::-1]
        cv2.imwrite(str(path), pixels, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    return {"file": path.name, "color_space": texture.color_space}


def _material(material: Material, store: Path) -> dict[str, Any]:
    names = ("base_color_texture", "roughness_texture", "metallic_texture", "normal_texture")
    content: dict[str, Any] = {
        "base_color": [float(part) for part in material.base_color],
        "roughness": float(material.roughness),
        "metallic": float(material.metallic),
        "specular": float(material.specular),
        **{name: _texture(texture, store) for name, texture in zip(names, material.textures, strict=True)},
    }
    return {"key": digest_json(content)[:24], **content}


def _light(light: Light) -> dict[str, Any]:
    """Return a light; `strength` is luminance [nits], of a distant one illuminance of what faces it [lx]."""
    scales = np.linalg.norm(light.world_from_light[:3, :3], axis=0)
    rotation = np.array(light.world_from_light)
    rotation[:3, :3] /= scales
    first, second = light.size_m
    if light.kind == "rect":
        size = (first * scales[0], second * scales[1])
    elif light.kind == "disk":
        size = (first * scales[0], first * scales[1])
    elif light.kind == "cylinder":
        size = (first * scales[1], second * scales[0])
    else:
        size = (first * float(np.prod(scales)) ** (1 / 3), 0.0)
    return {
        "kind": light.kind,
        "color": [float(part) for part in light.color],
        "strength": float(light.illuminance_lx if light.kind == "distant" else light.luminance_nits),
        "size_m": [float(length) for length in size],
        "angle_deg": float(light.angle_deg),
        "world_from_light": _rows(rotation),
        "visible": light.visible,
    }


def _sun(light: Light) -> dict[str, Any]:
    """Return the sun of a sky as a distant light."""
    from sdg.render.mitsuba.sky import SUN_ANGLE_DEG, sun_illuminance

    rgb = [channel * factor for channel, factor in zip(sun_illuminance(light), light.color, strict=True)]
    strength = max(rgb)
    towards = np.asarray(light.sun_direction) / np.linalg.norm(light.sun_direction)
    side = np.cross((0.0, 0.0, 1.0) if abs(towards[2]) < 0.9 else (1.0, 0.0, 0.0), towards)
    side /= np.linalg.norm(side)
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 2] = side, np.cross(towards, side), towards
    return {
        "kind": "distant",
        "color": [channel / strength for channel in rgb] if strength else [1.0, 1.0, 1.0],
        "strength": float(strength),
        "size_m": [0.0, 0.0],
        "angle_deg": SUN_ANGLE_DEG,
        "world_from_light": _rows(matrix),
        "visible": light.visible,
    }


def _sky(lights: list[Light], store: Path) -> dict[str, Any] | None:
    """Write the sum of domes and skies as a map of radiance [nits]: top row up, middle column +X, left of it +Y."""
    lit = [light for light in lights if light.kind == "sun_sky" or light.luminance_nits > 0]
    if not lit:
        return None
    rows = max(_sky_rows(light) for light in lit)
    directions = _sky_directions(rows, 2 * rows)
    total = np.zeros_like(directions)
    for light in lit:
        color = np.asarray(light.color)
        if light.kind == "sun_sky":
            from sdg.render.mitsuba.sky import sky_radiance

            total += color * sky_radiance(light, directions)
        elif light.texture is None:
            total += color * light.luminance_nits
        else:
            matrix = light.world_from_light[:3, :3]
            turned = directions @ (matrix / np.linalg.norm(matrix, axis=0))
            total += color * light.luminance_nits * sample_latlong(light.texture, turned)
    sky: Float32Array = total.reshape(rows, 2 * rows, 3).astype(np.float32)
    path = store / f"{digest_bytes(sky.tobytes())[:24]}.npy"
    if not path.exists():
        np.save(path, sky)
    return {"file": path.name, "visible": all(light.visible for light in lit)}


def _sky_rows(light: Light) -> int:
    if light.kind == "sun_sky":
        return _SKY_ROWS
    return _UNIFORM_ROWS if light.texture is None else int(light.texture.shape[0])


def _sky_directions(rows: int, columns: int) -> FloatArray:
    """Return the direction of each texel's centre, shape (rows * columns, 3), row by row."""
    colatitude = math.pi * (np.arange(rows) + 0.5)[:, None] / rows
    longitude = math.pi - 2 * math.pi * (np.arange(columns) + 0.5)[None, :] / columns
    sin = np.sin(colatitude)
    parts = (sin * np.cos(longitude), sin * np.sin(longitude), np.cos(colatitude) + 0 * longitude)
    return np.stack(parts, axis=-1).reshape(-1, 3)


def _camera(camera: Camera) -> dict[str, Any]:
    lens = camera.lens
    if not isinstance(lens, LensOpenCvPinhole) or not lens.distortion.is_identity or camera.focus is not None:
        raise ValueError(f"camera {camera.name!r} is not a plain pinhole")
    return {
        "name": camera.name,
        "resolution": list(lens.resolution),
        "focal_px": [lens.fx, lens.fy],
        "center_px": [lens.cx, lens.cy],
        "clip_m": [float(limit) for limit in camera.clip_m],
        "world_from_camera": _rows(camera.world_from_camera),
    }
