"""Sends a few paths through a view before it is traced, to learn which lights are seen from where."""

from __future__ import annotations

import math

import drjit as dr
import mitsuba as mi

from sdg.render.mitsuba.lights import LightTable
from sdg.render.mitsuba.numbers import DIRECTION, LIGHT, LIGHT_PLACE, PATH, PER_POINT, POSITION, PictureNumbers
from sdg.render.mitsuba.rays import DeviceCamera, skip_hidden
from sdg.render.mitsuba.scene import FLAG_INVISIBLE

# Their share of the samples that the picture gets, and the most of them.
_SHARE = 1 / 16
_MOST = 1 << 16
# From how many points of each path lights are looked for.
_POINTS = 3


def explore(
    scene: mi.Scene, lights: LightTable, camera: DeviceCamera, flags: mi.UInt32, samples: int, seed: int
) -> None:
    """Learn how often each light is seen from where the paths of a view go.

    Args:
        scene: What lies between.
        lights: What shines; learns.
        camera: Whose view.
        flags: By shape registry index.
        samples: How many the picture gets in all.
        seed: Of the paths.
    """
    side = math.isqrt(min(_MOST, int(samples * _SHARE)))
    if side == 0:
        lights.sightings.forget()
        return
    lane = dr.arange(mi.UInt32, side * side)
    row = lane // dr.opaque(mi.UInt32, side)
    column = lane - row * dr.opaque(mi.UInt32, side)
    numbers = PictureNumbers(column, row, mi.UInt32(0), 1, dr.opaque(mi.UInt32, seed))
    width, height = camera.lens.frame_width, camera.lens.frame_height
    place = numbers.two(POSITION)
    across = (mi.Float(column) + place.x) * dr.opaque(mi.Float, width / side)
    down = (mi.Float(row) + place.y) * dr.opaque(mi.Float, height / side)
    x, y = dr.minimum(mi.UInt32(across), width - 1), dr.minimum(mi.UInt32(down), height - 1)
    pixel = y * width + x
    active = camera.is_seen(pixel)
    within = mi.Point2f(across - mi.Float(x), down - mi.Float(y))
    ray = camera.rays_within(pixel, within, mi.Float(0.0), numbers)
    ray, hit = skip_hidden(scene, ray, flags, FLAG_INVISIBLE, active)
    active &= hit.is_valid()
    si = hit.compute_surface_interaction(ray, mi.RayFlags.All, active)
    seen, tried = lights.sightings.prepare(camera.place)
    _walk(scene, lights, numbers, si, active, seen, tried)
    dr.eval(seen, tried)
    lights.sightings.learn(seen, tried)


@dr.syntax  # type: ignore[untyped-decorator]
def _walk(
    scene: mi.Scene,
    lights: LightTable,
    numbers: PictureNumbers,
    si: mi.SurfaceInteraction3f,
    active: mi.Bool,
    seen: mi.UInt32,
    tried: mi.UInt32,
) -> None:
    """Look for one light from each point of paths that matt surfaces scatter; counts are whole, in whatever order."""
    depth = mi.UInt32(0)
    while active:
        dimension = PATH + depth * PER_POINT
        view, row, probability = lights.choose(si, numbers.one(dimension + LIGHT), active)
        able = active & (probability > 0)
        found, _ = lights.emitter(row, able).sample_direction(si, numbers.two(dimension + LIGHT_PLACE), able)
        # From behind a lamp nothing comes, whatever lies between.
        able &= found.pdf > 0
        entry = lights.sightings.entry(view.cell, row)
        dr.scatter_reduce(dr.ReduceOp.Add, tried, mi.UInt32(1), entry, able)
        clear = able & ~scene.ray_test(si.spawn_ray_to(found.p), able)
        dr.scatter_reduce(dr.ReduceOp.Add, seen, mi.UInt32(1), entry, clear)
        depth += 1
        active &= depth < _POINTS
        onward = mi.warp.square_to_cosine_hemisphere(numbers.two(dimension + DIRECTION))
        onward.z = dr.select(si.wi.z < 0, -onward.z, onward.z)
        si = scene.ray_intersect(si.spawn_ray(si.to_world(onward)), mi.RayFlags.All, False, active)
        active &= si.is_valid()
