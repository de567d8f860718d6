"""Truth per pixel: one ray through each centre, and what a second eye sees of it.

Which triangle a ray meets is found in float32; where it meets it is then computed in float64.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import drjit as dr
import mitsuba as mi
import numpy as np

from sdg.foundation.arrays import BoolArray, Float32Array, UInt32Array
from sdg.render.mitsuba.rays import DeviceCamera, skip_hidden
from sdg.render.mitsuba.scene import FLAG_INVISIBLE, FLAG_SUN, FrameTables

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
    part_numbers: UInt32Array | None = None


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
    if tables.geometry.part_of_face is not None:
        channels.append(dr.gather(mi.UInt32, tables.geometry.part_of_face, hit.prim_index, in_world))
    dr.eval(channels)
    ids, depth, length, x, y, z, *more = (channel.numpy().reshape(height, width) for channel in channels)
    seen = None if second_eye is None else more[0]
    parts = None if tables.geometry.part_of_face is None else more[-1]
    return Labels(ids, depth, length, np.stack([x, y, z], axis=-1), seen, parts)


def stacked(parts: Sequence[Labels]) -> Labels:
    """Return the labels of runs of rows, one below the other, as those of one picture."""
    numbers = [part.part_numbers for part in parts if part.part_numbers is not None]
    eyes = [part.second_eye_sees for part in parts if part.second_eye_sees is not None]
    return Labels(
        entity_ids=np.concatenate([part.entity_ids for part in parts]),
        depth_z_m=np.concatenate([part.depth_z_m for part in parts]),
        distance_m=np.concatenate([part.distance_m for part in parts]),
        normals=np.concatenate([part.normals for part in parts]),
        second_eye_sees=np.concatenate(eyes) if eyes else None,
        part_numbers=np.concatenate(numbers) if numbers else None,
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
