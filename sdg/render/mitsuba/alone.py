"""Which pixels each thing would cover with nothing in front of it: one ray through each centre, behind every hit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import drjit as dr
import mitsuba as mi
import numpy as np

from sdg.foundation.arrays import UInt8Array
from sdg.render.mitsuba.rays import DeviceCamera, advance
from sdg.render.mitsuba.scene import FrameTables
from sdg.render.mitsuba.upload import aligned

_NO_THING = 0xFFFFFFFF
_WORD_BITS = 32
_BITSET_BYTES = 1 << 28
_MARGIN_M = 1e-3  # far more than float32 loses in a world of a kilometre


@dataclass(frozen=True, eq=False)
class Alone:
    """What things would cover, by entity id.

    Attributes:
        pixels: How many pixels.
        masks: Which, as `RenderedView.unoccluded` has them; None where they were not asked for.
    """

    pixels: dict[int, int]
    masks: dict[int, UInt8Array] | None


def stacked_alone(parts: Sequence[Alone]) -> Alone:
    """Return what runs of rows hold, one below the other, as that of one picture."""
    pixels = Counter[int]()
    for part in parts:
        pixels.update(part.pixels)
    masks = [part.masks for part in parts if part.masks is not None]
    whole = {entity: np.concatenate([mask[entity] for mask in masks]) for entity in masks[0]} if masks else None
    return Alone(dict(pixels), whole)


def find_unoccluded(
    scene: mi.Scene,
    camera: DeviceCamera,
    tables: FrameTables,
    picture_rows: range | None = None,
    *,
    masks: bool = False,
) -> Alone:
    """Return, for each thing's entity id, which centre rays meet it anywhere between the limits.

    Of all rows, or of a run of them. Each ray goes on behind every hit until nothing is left, and marks what it met in
    a row of bits.
    """
    if not tables.things:
        return Alone({}, {} if masks else None)
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
    marked = []
    for first in range(0, pixels, batch):
        size = min(batch, pixels - first)
        bits = dr.zeros(mi.UInt32, words * size)
        pixel = dr.arange(mi.UInt32, size)
        first_pixel, stride = dr.opaque(mi.UInt32, start + first), dr.opaque(mi.UInt32, size)
        _mark_things(scene, camera, pixel, first_pixel, stride, bounds, world_shape, thing_of_face, bits)
        rows = bits.numpy().reshape(words, size)
        for index in range(len(tables.things)):
            counts[index] += np.count_nonzero(rows[index // _WORD_BITS] & np.uint32(1 << index % _WORD_BITS))
        if masks:
            marked.append(rows)
    pixels_of = {entity: int(counts[index]) for entity, index in ordinal.items()}
    if not masks:
        return Alone(pixels_of, None)
    bits_of = np.concatenate(marked, axis=1).reshape(words, len(picture_rows), camera.lens.width)
    return Alone(
        pixels_of,
        {
            entity: np.packbits((bits_of[index // _WORD_BITS] >> np.uint32(index % _WORD_BITS)) & 1, axis=1)
            for entity, index in ordinal.items()
        },
    )


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
