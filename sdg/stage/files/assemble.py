"""From what a file holds to an `Asset`: checked, cleaned, in metres and Z up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray, UInt32Array, Vec2, Vec3
from sdg.foundation.wording import untaken
from sdg.stage.asset import Asset, AssetCamera, AssetLight, AssetLightKind, Material, Mesh, Part
from sdg.stage.files.pictures import mean_color
from sdg.stage.files.polygons import IndexArray

UpAxis = Literal["x", "y", "z"]

LARGEST_TRIANGLE_COUNT = 20_000_000
_LARGEST_COORDINATE_M = 1e7
# Twice the area over the longest edge squared; below it, float32 tracing sees a line.
_SMALLEST_ASPECT = 1e-12

# Rows are the world's axes in the file's: the viewer's right, away from the viewer, up. For x see COLLADA 1.5,
# `up_axis`: X_UP has -Y to the right and Z towards the viewer.
ZUP_FROM: dict[UpAxis, FloatArray] = {
    "x": np.array([[0.0, -1, 0], [0, 0, -1], [1, 0, 0]]),
    "y": np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]]),
    "z": np.eye(3),
}


@dataclass(frozen=True, eq=False)
class RawPart:
    """A part as its file has it.

    Attributes:
        name: Name in the file; need not be unique.
        vertices: shape (V, 3), float64, file units and axes.
        faces: shape (F, 3), int64, counter-clockwise from outside; not yet known to be in range.
        material: Its surface.
        normals: Per vertex, shape (V, 3), of any length; None if the file has none.
        uvs: Per vertex, shape (V, 2); (0, 0) is the bottom-left of a texture.
        label: What class the file says it is of; empty if it says nothing.
    """

    name: str
    vertices: FloatArray
    faces: IndexArray
    material: Material
    normals: FloatArray | None = None
    uvs: FloatArray | None = None
    label: str = ""

    def moved(self, world_from_part: FloatArray) -> RawPart:
        """Return the part after a 4x4 transform; one that mirrors also turns the triangles round."""
        linear = world_from_part[:3, :3]
        faces, normals = self.faces, self.normals
        if np.linalg.det(linear) < 0:
            faces = faces[:, ::-1]
        if normals is not None:
            # The cofactor matrix is the inverse transpose up to a positive factor, and exists for flat scales.
            cofactor = np.stack(
                [np.cross(linear[1], linear[2]), np.cross(linear[2], linear[0]), np.cross(linear[0], linear[1])]
            )
            normals = normals @ cofactor.T * (-1.0 if np.linalg.det(linear) < 0 else 1.0)
        vertices = self.vertices @ linear.T + world_from_part[:3, 3]
        return replace(self, vertices=vertices, faces=faces, normals=normals)


@dataclass(frozen=True, eq=False)
class RawLight:
    """A light as its file has it: `file_from_light` and `size` in the file's unit, the rest as in `AssetLight`."""

    name: str
    kind: AssetLightKind
    file_from_light: FloatArray
    color: Vec3
    luminance_nits: float
    illuminance_lx: float
    size: Vec2
    angle_deg: float
    texture_file: Path | None
    visible: bool


@dataclass(frozen=True, eq=False)
class RawCamera:
    """A camera as its file has it: `file_from_camera` in the file's unit, the rest as in `AssetCamera`."""

    name: str
    file_from_camera: FloatArray
    focal_length_mm: float
    aperture_mm: float
    aperture_offset_mm: Vec2


@dataclass(frozen=True, eq=False)
class RawFixtures:
    """The lights and cameras of a file, and what the lights lose here, as sentences."""

    lights: tuple[RawLight, ...] = ()
    cameras: tuple[RawCamera, ...] = ()
    notes: tuple[str, ...] = ()


def assemble(
    path: Path,
    raw_parts: Sequence[RawPart],
    *,
    metres_per_unit: float,
    up: UpAxis,
    key: str,
    fixtures: RawFixtures = RawFixtures(),
) -> Asset:
    """Return the asset that `raw_parts` make up, with the lights and cameras in `fixtures`.

    Raises:
        AssetError: No triangle is left, there are too many, or a number is not finite or an index out of range.
    """
    if not np.isfinite(metres_per_unit) or metres_per_unit <= 0:
        raise AssetError(f"{path}: its unit is {metres_per_unit} metres", "give the unit yourself with `unit`")
    triangle_count = sum(len(raw.faces) for raw in raw_parts)
    if triangle_count > LARGEST_TRIANGLE_COUNT:
        raise AssetError(
            f"{path}: {triangle_count:,} triangles are more than {LARGEST_TRIANGLE_COUNT:,}", "simplify the mesh"
        )
    parts: list[Part] = []
    names: set[str] = set()
    for raw in raw_parts:
        mesh = _clean(path, raw, metres_per_unit * ZUP_FROM[up], ZUP_FROM[up])
        if mesh is not None:
            material = raw.material if mesh.uvs is not None else _without_textures(raw.material)
            name = untaken(raw.name or "part", names)
            parts.append(Part(name=name, mesh=mesh, material=material, label=raw.label))
    if not parts:
        raise AssetError(
            f"{path}: there is no triangle in it", "export a mesh with faces; points and lines don't count"
        )
    lower = np.min([part.mesh.vertices.min(axis=0) for part in parts], axis=0)
    upper = np.max([part.mesh.vertices.max(axis=0) for part in parts], axis=0)
    bounds = np.stack([lower, upper])
    bounds.flags.writeable = False
    return Asset(
        key=key,
        parts=tuple(parts),
        bounds_m=bounds,
        lights=tuple(_lights(fixtures, metres_per_unit, ZUP_FROM[up])),
        cameras=tuple(_cameras(fixtures, metres_per_unit, ZUP_FROM[up])),
        light_notes=fixtures.notes,
    )


def _lights(fixtures: RawFixtures, metres_per_unit: float, zup_from_file: FloatArray) -> Iterator[AssetLight]:
    for raw in fixtures.lights:
        yield AssetLight(
            name=raw.name,
            kind=raw.kind,
            asset_from_light=_placed(raw.file_from_light, metres_per_unit, zup_from_file),
            color=raw.color,
            luminance_nits=raw.luminance_nits,
            illuminance_lx=raw.illuminance_lx,
            size_m=(raw.size[0] * metres_per_unit, raw.size[1] * metres_per_unit),
            angle_deg=raw.angle_deg,
            texture_file=raw.texture_file,
            visible=raw.visible,
        )


def _cameras(fixtures: RawFixtures, metres_per_unit: float, zup_from_file: FloatArray) -> Iterator[AssetCamera]:
    for raw in fixtures.cameras:
        yield AssetCamera(
            name=raw.name,
            asset_from_camera=_placed(raw.file_from_camera, metres_per_unit, zup_from_file),
            focal_length_mm=raw.focal_length_mm,
            aperture_mm=raw.aperture_mm,
            aperture_offset_mm=raw.aperture_offset_mm,
        )


def _placed(file_from_local: FloatArray, metres_per_unit: float, zup_from_file: FloatArray) -> FloatArray:
    """Return a rigid 4x4 in metres and Z up."""
    matrix = np.eye(4)
    matrix[:3, :3] = zup_from_file @ file_from_local[:3, :3]
    matrix[:3, 3] = zup_from_file @ file_from_local[:3, 3] * metres_per_unit
    return matrix


def _clean(path: Path, raw: RawPart, metres_from_file: FloatArray, zup_from_file: FloatArray) -> Mesh | None:
    if len(raw.faces) == 0:
        return None
    if raw.faces.min() < 0 or raw.faces.max() >= len(raw.vertices):
        raise AssetError(
            f"{path}: a face of {raw.name!r} names vertex {_first_outside(raw)}, but there are {len(raw.vertices)}",
            "the file is damaged; export it again",
        )
    with np.errstate(over="ignore", invalid="ignore"):
        vertices = raw.vertices @ metres_from_file.T
    used, faces = _used(raw.faces)
    vertices = vertices[used]
    if not np.all(np.isfinite(vertices)):
        raise AssetError(f"{path}: a vertex of {raw.name!r} is not a finite number", "export it again")
    if np.abs(vertices).max() > _LARGEST_COORDINATE_M:
        raise AssetError(f"{path}: {raw.name!r} reaches beyond 10,000 km", "give its unit with `unit`, such as mm")
    cross, solid = _face_areas(vertices, faces)
    if not np.any(solid):
        return None
    faces, cross = faces[solid], cross[solid]
    normals = None if raw.normals is None else _unit_normals(raw.normals[used] @ zup_from_file.T, faces, cross)
    uvs = None if raw.uvs is None else raw.uvs[used]
    if uvs is not None and not np.all(np.isfinite(uvs)):
        raise AssetError(f"{path}: a texture coordinate of {raw.name!r} is not a finite number", "export it again")
    kept, faces = _used(faces)
    return Mesh(
        vertices=vertices[kept],
        faces=_as_uint32(faces),
        normals=None if normals is None else normals[kept],
        uvs=None if uvs is None else np.asarray(uvs[kept], np.float64),
        uv_unit="tile",
    )


def _first_outside(raw: RawPart) -> int:
    flat = raw.faces.ravel()
    return int(flat[(flat < 0) | (flat >= len(raw.vertices))][0])


def _used(faces: IndexArray) -> tuple[IndexArray, IndexArray]:
    used, inverse = np.unique(faces, return_inverse=True)
    return used, inverse.reshape(-1, 3).astype(np.int64)


def _as_uint32(faces: IndexArray) -> UInt32Array:
    return faces.astype(np.uint32)


def _face_areas(
    vertices: FloatArray, faces: IndexArray
) -> tuple[FloatArray, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    corners = vertices[faces]
    edges = np.roll(corners, -1, axis=1) - corners
    cross = np.cross(edges[:, 0], edges[:, 1])
    longest_squared = np.einsum("fck,fck->fc", edges, edges).max(axis=1)
    return cross, np.linalg.norm(cross, axis=1) > _SMALLEST_ASPECT * longest_squared


def _unit_normals(normals: FloatArray, faces: IndexArray, cross: FloatArray) -> FloatArray:
    """Scale to unit length; a normal that is zero or not finite becomes the mean of its faces'."""
    with np.errstate(over="ignore", invalid="ignore"):
        length = np.linalg.norm(normals, axis=1)
    bad = ~np.isfinite(length) | (length < 1e-30)
    if np.any(bad):
        means = np.zeros_like(normals)
        for corner in range(3):
            np.add.at(means, faces[:, corner], cross)
        normals = np.where(bad[:, None], means, normals)
        length = np.linalg.norm(normals, axis=1)
    up = np.array([0.0, 0.0, 1.0])
    unit: FloatArray = np.where(length[:, None] > 0, normals / np.where(length > 0, length, 1.0)[:, None], up)
    return unit


def _without_textures(material: Material) -> Material:
    """Return the material for a mesh without texture coordinates, with the mean in place of each texture."""
    color, roughness, metallic = material.base_color, material.roughness, material.metallic
    if material.base_color_texture is not None:
        mean = mean_color(material.base_color_texture)
        color = (color[0] * mean[0], color[1] * mean[1], color[2] * mean[2])
    if material.roughness_texture is not None:
        roughness *= mean_color(material.roughness_texture)[0]
    if material.metallic_texture is not None:
        metallic *= mean_color(material.metallic_texture)[0]
    return Material(material.name, base_color=color, roughness=roughness, metallic=metallic, specular=material.specular)
