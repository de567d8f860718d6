"""Truth per pixel: one ray through each centre, what a second eye sees of it, and how much things would show alone.

Which triangle a ray meets is found in float32; where it meets it is then computed in float64.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import drjit as dr
import mitsuba as mi
import numpy as np

from sdg.foundation.arrays import BoolArray, Float32Array, UInt32Array
from sdg.render.mitsuba.rays import DeviceCamera, advance, skip_hidden
from sdg.render.mitsuba.scene import FLAG_INVISIBLE, FLAG_SUN, FrameTables
from sdg.render.mitsuba.upload import aligned

_NO_THING = 0xFFFFFFFF
_WORD_BITS = 32
_BITSET_BYTES = 1 << 28
_MARGIN_M = 1e-3  # far more than float32 loses in a world of a kilometre
_MARGIN = 1e-4  # a ray to a point ends this much before it, in shares of its length and in metres
# A ray this near to lying in its triangle's plane meets it nowhere in particular: the hit's corner stands for it.
_GRAZING = 1e-12


@dataclass(frozen=True, eq=False)
class Labels:
    """Truth of one view; see `RenderedView` for each."""

    entity_ids: UInt32Array
    depth_z_m: Float32Array
    distance_m: Float32Array
    normals: Float32Array
    second_eye_sees: BoolArray | None


def trace_labels(
    scene: mi.Scene, camera: DeviceCamera, flags: mi.UInt32, tables: FrameTables, rows: range | None = None
) -> Labels:
    """Return what each pixel's centre ray meets between the near and far limits, in all rows or in a run of them."""
    rows = range(camera.lens.height) if rows is None else rows
    width, height = camera.lens.width, len(rows)
    pixel = dr.arange(mi.UInt32, height * width) + dr.opaque(mi.UInt32, rows.start * width)
    active = camera.is_valid(pixel)
    ray, hit = skip_hidden(scene, camera.center_rays(pixel), flags, FLAG_INVISIBLE | FLAG_SUN, active)
    active &= hit.is_valid()
    in_world = active & (dr.reinterpret_array(mi.UInt32, hit.shape) == tables.world_shape)
    lamp = hit.compute_surface_interaction(ray, mi.RayFlags.Minimal, active & ~in_world)

    first, second, third = (tables.geometry.corners(hit.prim_index, corner, in_world) for corner in range(3))
    corner = dr.select(in_world, first, mi.Point3d(lamp.p))
    facing = dr.select(in_world, dr.cross(second - first, third - first), mi.Vector3d(mi.Vector3f(lamp.n)))
    facing *= dr.rsqrt(dr.maximum(dr.squared_norm(facing), 1e-300))
    origin, direction, cosine = camera.center_rays64(pixel)
    towards = corner - origin
    along = dr.dot(direction, facing)
    grazing = dr.abs(along) < _GRAZING
    distance = dr.select(
        grazing, dr.dot(direction, towards), dr.dot(towards, facing) / dr.select(grazing, mi.Float64(1.0), along)
    )
    normal = dr.select(along > 0, -facing, facing)

    entity_ids = dr.gather(mi.UInt32, tables.geometry.entity_of_face, hit.prim_index, in_world)
    nothing = dr.inf
    channels = [
        entity_ids,
        mi.Float(dr.select(active, distance * cosine, nothing)),
        mi.Float(dr.select(active, distance, nothing)),
        *(mi.Float(dr.select(active, axis, 0.0)) for axis in (normal.x, normal.y, normal.z)),
    ]
    second_eye = camera.second_eyes64(pixel)
    if second_eye is not None:
        channels.append(_is_seen_from(scene, origin + second_eye, origin + direction * distance, normal, flags, active))
    dr.eval(channels)
    ids, depth, length, x, y, z, *seen = (channel.numpy().reshape(height, width) for channel in channels)
    return Labels(ids, depth, length, np.stack([x, y, z], axis=-1), seen[0] if seen else None)


def stacked(parts: Sequence[Labels]) -> Labels:
    """Return the labels of runs of rows, one below the other, as those of one picture."""
    eyes = [part.second_eye_sees for part in parts if part.second_eye_sees is not None]
    return Labels(
        entity_ids=np.concatenate([part.entity_ids for part in parts]),
        depth_z_m=np.concatenate([part.depth_z_m for part in parts]),
        distance_m=np.concatenate([part.distance_m for part in parts]),
        normals=np.concatenate([part.normals for part in parts]),
        second_eye_sees=np.concatenate(eyes) if eyes else None,
    )


def _is_seen_from(
    scene: mi.Scene, eye: mi.Point3d, point: mi.Point3d, normal: mi.Vector3d, flags: mi.UInt32, active: mi.Bool
) -> mi.Bool:
    """Return whether nothing that a camera sees lies between an eye and points, and their surfaces face it."""
    towards = point - eye
    distance = dr.norm(towards)
    active = active & (dr.dot(normal, towards) < 0)
    ray = mi.Ray3f(mi.Point3f(eye), mi.Vector3f(towards / distance))
    ray.maxt = mi.Float(distance) * (1.0 - _MARGIN) - _MARGIN
    active &= ray.maxt > 0
    _, blocker = skip_hidden(scene, ray, flags, FLAG_INVISIBLE | FLAG_SUN, active)
    return mi.Bool(active & ~blocker.is_valid())


def count_unoccluded(
    scene: mi.Scene, camera: DeviceCamera, tables: FrameTables, picture_rows: range | None = None
) -> dict[int, int]:
    """Return, for each thing's entity id, how many centre rays meet it anywhere between the limits.

    Of all rows, or of a run of them. Each ray goes on behind every hit until nothing is left, and marks what it met in
    a row of bits.
    """
    if not tables.things:
        return {}
    ordinal = {entity: index for index, entity in enumerate(tables.things)}
    world = tables.world
    thing_of_row = np.array([ordinal.get(int(entity), _NO_THING) for entity in world.entity_ids], np.uint32)
    thing_of_face = mi.UInt32(aligned(thing_of_row[world.face_rows], np.uint32))
    low, high = world.bounds_of(np.flatnonzero(thing_of_row != _NO_THING))
    bounds = [dr.opaque(mi.Float, float(limit)) for limit in (*low - _MARGIN_M, *high + _MARGIN_M)]
    world_shape = dr.opaque(mi.UInt32, tables.world_shape)
    words = -(-len(tables.things) // _WORD_BITS)
    picture_rows = range(camera.lens.height) if picture_rows is None else picture_rows
    start, pixels = camera.lens.width * picture_rows.start, camera.lens.width * len(picture_rows)
    batch = max(1, min(pixels, _BITSET_BYTES // (4 * words)))
    counts = np.zeros(len(tables.things), np.int64)
    for first in range(0, pixels, batch):
        size = min(batch, pixels - first)
        bits = dr.zeros(mi.UInt32, words * size)
        pixel = dr.arange(mi.UInt32, size)
        first_pixel, stride = dr.opaque(mi.UInt32, start + first), dr.opaque(mi.UInt32, size)
        _mark_things(scene, camera, pixel, first_pixel, stride, bounds, world_shape, thing_of_face, bits)
        rows = bits.numpy().reshape(words, size)
        for index in range(len(tables.things)):
            counts[index] += np.count_nonzero(rows[index // _WORD_BITS] & np.uint32(1 << index % _WORD_BITS))
    return {entity: int(counts[index]) for entity, index in ordinal.items()}


@dr.syntax  # type: ignore[untyped-decorator]
def _mark_things(
    scene: mi.Scene,
    camera: DeviceCamera,
    pixel: mi.UInt32,
    first: mi.UInt32,
    size: mi.UInt32,
    bounds: list[mi.Float],
    world_shape: mi.UInt32,
    thing_of_face: mi.UInt32,
    bits: mi.UInt32,
) -> None:
    """Set bit `thing % 32` of word `thing // 32` for every thing that a pixel's ray meets."""
    active = camera.is_valid(pixel + first)
    # Only the stretch of the ray inside the box around all things: walls and roofs beyond take as long as things do.
    ray = _clipped(camera.center_rays(pixel + first), mi.Point3f(*bounds[:3]), mi.Point3f(*bounds[3:]))
    active &= ray.maxt > 0
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


def _clipped(ray: mi.Ray3f, low: mi.Point3f, high: mi.Point3f) -> mi.Ray3f:
    """Return the part of a ray inside a box; its `maxt` is negative where there is none."""
    slope = dr.rcp(dr.select(dr.abs(ray.d) < 1e-20, mi.Vector3f(1e-20), ray.d))
    one, other = (low - ray.o) * slope, (high - ray.o) * slope
    enter = dr.maximum(dr.max(dr.minimum(one, other)), 0.0)
    leave = dr.minimum(dr.min(dr.maximum(one, other)), ray.maxt)
    part = mi.Ray3f(dr.fma(ray.d, enter, ray.o), ray.d)
    part.maxt = leave - enter
    return part
