"""Truth per pixel: one ray through each centre, and how much each thing would show with nothing before it.

Which triangle a ray meets is found in float32; where it meets it is then computed in float64.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import drjit as dr
import mitsuba as mi
import numpy as np
import numpy.typing as npt

from sdg.camera.rays import RayTable
from sdg.foundation.arrays import BoolArray, Float32Array, FloatArray, UInt32Array
from sdg.render.mitsuba.rays import DeviceCamera, advance, skip_hidden
from sdg.render.mitsuba.scene import FLAG_INVISIBLE, FLAG_SUN, FrameTables
from sdg.render.mitsuba.upload import aligned
from sdg.render.mitsuba.world import WorldMesh
from sdg.stage.model import Camera

_NO_THING = 0xFFFFFFFF
_WORD_BITS = 32
_BITSET_BYTES = 1 << 28


@dataclass(frozen=True, eq=False)
class Labels:
    """Truth of one view; see `RenderedView` for each."""

    entity_ids: UInt32Array
    depth_z_m: Float32Array
    distance_m: Float32Array
    normals: Float32Array


def trace_labels(
    scene: mi.Scene, device_camera: DeviceCamera, camera: Camera, rays: RayTable, tables: FrameTables
) -> Labels:
    """Return what each pixel's centre ray meets between the near and far limits."""
    height, width = rays.valid.shape
    pixel = dr.arange(mi.UInt32, height * width)
    active = device_camera.is_valid(pixel)
    flags = mi.UInt32(aligned(tables.flags, np.uint32))
    start = device_camera.center_rays(pixel)
    ray, hit = skip_hidden(scene, start, flags, FLAG_INVISIBLE | FLAG_SUN, active)
    si = hit.compute_surface_interaction(ray, mi.RayFlags.Minimal, active & hit.is_valid())
    shape = dr.select(hit.is_valid() & active, dr.reinterpret_array(mi.UInt32, hit.shape), 0)
    prim = hit.prim_index
    position, normal = mi.Point3f(si.p), mi.Normal3f(si.n)
    dr.eval(shape, prim, position, normal)
    shapes = shape.numpy()
    shown = np.flatnonzero(shapes)
    faces, positions, facings = prim.numpy(), position.numpy(), normal.numpy()
    directions_camera = rays.centers.reshape(-1, 3)
    entity_ids = np.zeros(height * width, np.uint32)
    depth = np.full(height * width, np.inf, np.float32)
    distance = np.full(height * width, np.inf, np.float32)
    normals = np.zeros((height * width, 3), np.float32)

    right, down, forward = camera.world_from_camera[:3, :3].T

    def resolve(part: npt.NDArray[np.intp]) -> None:
        """Work out the truth of some of the pixels that show something, from their triangles in float64."""
        # Not a matrix product: its last bits depend on how many rows are multiplied at once.
        x, y, z = directions_camera[part].T[:, :, None]
        directions = x * right + y * down + z * forward
        in_world = shapes[part] == tables.world_shape
        points, facing = _triangle_planes(tables.world, faces[part], in_world)
        lamps = part[~in_world]
        points[~in_world] = positions[:, lamps].T
        facing[~in_world] = facings[:, lamps].T
        points -= camera.world_from_camera[:3, 3]
        along = _dot(directions, facing)
        flat = np.abs(along) < 1e-12 * np.sqrt(_dot(facing, facing))
        distances = np.where(flat, _dot(points, directions), _dot(points, facing) / np.where(flat, 1.0, along))
        lengths = np.maximum(np.sqrt(_dot(facing, facing)), 1e-300)
        entity_ids[part[in_world]] = tables.world.entity_ids[tables.world.face_rows[faces[part[in_world]]]]
        depth[part] = distances * directions_camera[part, 2]
        distance[part] = distances
        normals[part] = facing * (np.where(along > 0, -1.0, 1.0) / lengths)[:, None]

    with ThreadPoolExecutor() as pool:
        list(pool.map(resolve, np.array_split(shown, os.cpu_count() or 1)))
    size = (height, width)
    return Labels(entity_ids.reshape(size), depth.reshape(size), distance.reshape(size), normals.reshape(*size, 3))


def count_unoccluded(scene: mi.Scene, camera: DeviceCamera, tables: FrameTables) -> dict[int, int]:
    """Return, for each thing's entity id, how many centre rays meet it anywhere between the limits.

    Each ray goes on behind every hit until nothing is left, and marks what it met in a row of bits.
    """
    if not tables.things:
        return {}
    ordinal = {entity: index for index, entity in enumerate(tables.things)}
    thing_of_row = np.array([ordinal.get(int(entity), _NO_THING) for entity in tables.world.entity_ids], np.uint32)
    thing_of_face = mi.UInt32(aligned(thing_of_row[tables.world.face_rows], np.uint32))
    world_shape = dr.opaque(mi.UInt32, tables.world_shape)
    words = -(-len(tables.things) // _WORD_BITS)
    pixels = camera.lens.width * camera.lens.height
    batch = max(1, min(pixels, _BITSET_BYTES // (4 * words)))
    counts = np.zeros(words * _WORD_BITS, np.int64)
    for first in range(0, pixels, batch):
        size = min(batch, pixels - first)
        bits = dr.zeros(mi.UInt32, words * size)
        pixel = dr.arange(mi.UInt32, size)
        first_pixel, stride = dr.opaque(mi.UInt32, first), dr.opaque(mi.UInt32, size)
        _mark_things(scene, camera, pixel, first_pixel, stride, world_shape, thing_of_face, bits)
        for word, row in enumerate(bits.numpy().reshape(words, size)):
            for bit in range(_WORD_BITS):
                counts[word * _WORD_BITS + bit] += np.count_nonzero(row & np.uint32(1 << bit))
    return {entity: int(counts[index]) for entity, index in ordinal.items()}


@dr.syntax  # type: ignore[untyped-decorator]
def _mark_things(
    scene: mi.Scene,
    camera: DeviceCamera,
    pixel: mi.UInt32,
    first: mi.UInt32,
    size: mi.UInt32,
    world_shape: mi.UInt32,
    thing_of_face: mi.UInt32,
    bits: mi.UInt32,
) -> None:
    """Set bit `thing % 32` of word `thing // 32` for every thing that a pixel's ray meets."""
    active = camera.is_valid(pixel + first)
    ray = mi.Ray3f(camera.center_rays(pixel + first))
    while active:
        hit = scene.ray_intersect_preliminary(ray, True, active)
        active &= hit.is_valid()
        in_world = active & (dr.reinterpret_array(mi.UInt32, hit.shape) == world_shape)
        thing = dr.gather(mi.UInt32, thing_of_face, hit.prim_index, in_world)
        counted = in_world & (thing != _NO_THING)
        mark = mi.UInt32(1) << (thing & (_WORD_BITS - 1))
        dr.scatter_reduce(dr.ReduceOp.Or, bits, mark, (thing >> 5) * size + pixel, counted)
        onward = advance(ray, hit.t)
        ray.o = dr.select(active, onward.o, ray.o)
        ray.maxt = dr.select(active, onward.maxt, ray.maxt)
        active &= ray.maxt > 0
    dr.eval(bits)


def _triangle_planes(world: WorldMesh, faces: UInt32Array, in_world: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return a corner and a normal, of any length, of the triangle of each hit; what is not in the world gets any."""
    corners = world.vertices_m[world.faces[np.where(in_world, faces, 0)]]
    points = corners[:, 0]
    a, b = corners[:, 1] - points, corners[:, 2] - points
    normals = np.empty_like(points)
    for axis in range(3):
        u, v = (axis + 1) % 3, (axis + 2) % 3
        normals[:, axis] = a[:, u] * b[:, v] - a[:, v] * b[:, u]
    return points.copy(), normals


def _dot(a: FloatArray, b: FloatArray) -> FloatArray:
    product: FloatArray = a[:, 0] * b[:, 0] + a[:, 1] * b[:, 1] + a[:, 2] * b[:, 2]
    return product
