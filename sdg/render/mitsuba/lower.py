"""From a `Stage` to plain arrays and numbers for Mitsuba; knows no Mitsuba type.

Vertices are moved to the world in float64 and rounded to float32 once. The float64 ones stay beside them, because
depth is computed from those.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from sdg.foundation.arrays import Float32Array, FloatArray, UInt32Array, Vec3
from sdg.foundation.transforms import rotation_xyz, scaling, transform_points, translation
from sdg.stage.asset import Part
from sdg.stage.model import Body, Light

# Far enough that a sun's direction changes by less than 0.06 degrees over 100 m, near enough for float32.
SUN_DISTANCE_M = 1e5
_SMALLEST_SUN_DEG = 0.02
_LARGEST_SUN_DEG = 170.0
# An unused shape is a point here: no ray hits it, and it stretches no box that matters.
PARKING_M = (0.0, 0.0, -1000.0)

MeshIdentity = tuple[str, bytes, tuple[float, float]]
PARKED: MeshIdentity = ("", b"", (0.0, 0.0))
ShapeKind = Literal["rectangle", "disk", "sphere", "cylinder"]


@dataclass(frozen=True, eq=False)
class MeshState:
    """What one mesh entry holds in a frame.

    Attributes:
        identity: Equal identities mean equal arrays.
        vertices_m: World frame, shape (V, 3), float64 [m].
        faces: shape (F, 3), uint32.
        normals: Shading normals, world frame, shape (V, 3), float32.
        uvs: shape (V, 2), float32, one texture per unit square, v upwards; 0 where the mesh has none.
    """

    identity: MeshIdentity
    vertices_m: FloatArray
    faces: UInt32Array
    normals: Float32Array
    uvs: Float32Array

    @cached_property
    def bounds_m(self) -> tuple[FloatArray, FloatArray]:
        """Lowest and highest corner, world frame, each of shape (3,), float64 [m]."""
        return self.vertices_m.min(axis=0), self.vertices_m.max(axis=0)


@dataclass(frozen=True, eq=False)
class EmitterState:
    """A shape that shines, as Mitsuba wants it.

    Attributes:
        kind: Mitsuba's shape; radiance leaves along its normals.
        world_from_shape: 4x4, from Mitsuba's unit shape.
        radiance: Linear sRGB whose luminance is in nits.
        is_sun: It stands for a direction, not for a place: depth and labels do not see it.
        visible: Whether camera rays see it.
    """

    kind: ShapeKind
    world_from_shape: FloatArray
    radiance: Vec3
    is_sun: bool
    visible: bool


def mesh_identity(body: Body, part: Part) -> MeshIdentity:
    """Return what a part's arrays depend on, without computing them."""
    return (part.mesh.key, body.world_from_object.tobytes(), uv_repeat_m(part))


def uv_repeat_m(part: Part) -> tuple[float, float]:
    """Return the units of the mesh's texture coordinates that one repeat of the texture covers, along u and v."""
    return part.material.texture_size_m if part.mesh.uv_unit == "metre" else (1.0, 1.0)


def lower_mesh(body: Body, part: Part) -> MeshState:
    """Place a part in the world; where it shades flat, each face gets vertices and normals of its own."""
    mesh = part.mesh
    vertices, faces = transform_points(body.world_from_object, mesh.vertices), mesh.faces
    uvs = np.zeros((len(vertices), 2)) if mesh.uvs is None else mesh.uvs / uv_repeat_m(part)
    if mesh.normals is not None:
        # Normals go by the inverse transpose, so that they stay perpendicular under scaling.
        normals = _unit(mesh.normals @ np.linalg.inv(body.world_from_object[:3, :3]))
    else:
        vertices, uvs = vertices[faces].reshape(-1, 3), uvs[faces].reshape(-1, 2)
        a, b, c = vertices[0::3], vertices[1::3], vertices[2::3]
        normals = np.repeat(_unit(np.cross(b - a, c - a)), 3, axis=0)
        faces = np.arange(len(vertices), dtype=np.uint32).reshape(-1, 3)
    identity = mesh_identity(body, part)
    return MeshState(identity, vertices, faces, normals.astype(np.float32), uvs.astype(np.float32))


def parked_mesh() -> MeshState:
    """Return a triangle without area, which no ray hits."""
    up = np.tile(np.array([0.0, 0.0, 1.0], np.float32), (3, 1))
    uvs = np.array([[0, 0], [1, 0], [0, 1]], np.float32)
    return MeshState(PARKED, np.tile(np.asarray(PARKING_M), (3, 1)), np.array([[0, 1, 2]], np.uint32), up, uvs)


def lower_light(light: Light) -> EmitterState | None:
    """Return the shape of an area or distant light; None for domes and skies, which have none."""
    if light.kind == "distant":
        return _lower_distant(light)
    if light.kind in ("dome", "sun_sky"):
        return None
    radiance = scaled(light.color, light.luminance_nits)
    first, second = light.size_m
    # Mitsuba's rectangle and disk shine along +Z, ours along -Z; its cylinder stands along Z from 0 to 1.
    turned = rotation_xyz((180.0, 0.0, 0.0))
    kind: ShapeKind
    if light.kind == "rect":
        kind, shape = "rectangle", scaling((first / 2, second / 2, 1.0)) @ turned
    elif light.kind == "disk":
        kind, shape = "disk", scaling((first, first, 1.0)) @ turned
    elif light.kind == "sphere":
        scale = abs(float(np.linalg.det(light.world_from_light[:3, :3]))) ** (1 / 3)
        centre = translation(light.world_from_light[:3, 3])
        return EmitterState("sphere", centre @ scaling([first * scale] * 3), radiance, False, light.visible)
    else:
        along_x = rotation_xyz((0.0, 90.0, 0.0))
        kind, shape = "cylinder", along_x @ scaling((first, first, second)) @ translation((0.0, 0.0, -0.5))
    return EmitterState(kind, light.world_from_light @ shape, radiance, False, light.visible)


def sun_shape(towards: FloatArray, angle_deg: float, illuminance_rgb: Vec3, visible: bool) -> EmitterState:
    """Return a far disc of the given angular diameter that lights a facing surface with `illuminance_rgb`.

    A disc of uniform radiance L and half angle a gives E = pi L sin^2 a.
    """
    half = math.radians(min(max(angle_deg, _SMALLEST_SUN_DEG), _LARGEST_SUN_DEG)) / 2
    radius = SUN_DISTANCE_M * math.tan(half)
    forward = -towards / np.linalg.norm(towards)
    side = np.cross((0.0, 0.0, 1.0) if abs(forward[2]) < 0.9 else (1.0, 0.0, 0.0), forward)
    side /= np.linalg.norm(side)
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 2] = side * radius, np.cross(forward, side) * radius, forward
    matrix[:3, 3] = -forward * SUN_DISTANCE_M
    radiance = scaled(illuminance_rgb, 1.0 / (math.pi * math.sin(half) ** 2))
    return EmitterState("disk", matrix, radiance, True, visible)


def scaled(color: Vec3, factor: float) -> Vec3:
    """Return a colour times a number."""
    return (color[0] * factor, color[1] * factor, color[2] * factor)


def _unit(vectors: FloatArray) -> FloatArray:
    """Return vectors at length 1; +Z where they have none."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.where(lengths > 0, vectors / np.maximum(lengths, 1e-300), (0.0, 0.0, 1.0))


def _lower_distant(light: Light) -> EmitterState:
    towards = light.world_from_light[:3, 2]
    return sun_shape(towards, light.angle_deg, scaled(light.color, light.illuminance_lx), light.visible)
