"""Camera rays on the device: exact ones through pixel centres, interpolated ones anywhere in a pixel."""

from __future__ import annotations

from dataclasses import dataclass

import drjit as dr
import mitsuba as mi
import numpy as np

from sdg.camera.rays import RayTable
from sdg.foundation.arrays import FloatArray
from sdg.render.mitsuba.upload import aligned
from sdg.stage.model import Camera

# A ray at right angles to the axis, or beyond, has no depth to clip at.
_SMALLEST_COSINE = 1e-4


@dataclass(frozen=True, eq=False)
class DeviceLens:
    """A ray table on the device; the same for every frame with the same lens."""

    width: int
    height: int
    centers: mi.Float
    centers64: mi.Float64
    corners: mi.Float
    valid: mi.UInt8

    @classmethod
    def upload(cls, table: RayTable) -> DeviceLens:
        height, width = table.valid.shape
        return cls(
            width,
            height,
            mi.Float(aligned(table.centers, np.float32)),
            mi.Float64(aligned(table.centers, np.float64)),
            mi.Float(aligned(table.corners, np.float32)),
            mi.UInt8(aligned(table.valid, np.uint8)),
        )


class DeviceCamera:
    """A lens at a place; poses and clip limits are data, so a new pose needs no new kernel."""

    def __init__(self, lens: DeviceLens, camera: Camera) -> None:
        self.lens = lens
        world_from_camera: FloatArray = camera.world_from_camera
        self._rows = [[dr.opaque(mi.Float, float(v)) for v in row[:3]] for row in world_from_camera[:3]]
        self._origin = mi.Point3f(*(dr.opaque(mi.Float, float(row[3])) for row in world_from_camera[:3]))
        self._rows64 = [[dr.opaque(mi.Float64, float(v)) for v in row[:3]] for row in world_from_camera[:3]]
        self.origin64 = mi.Point3d(*(dr.opaque(mi.Float64, float(row[3])) for row in world_from_camera[:3]))
        self._near, self._far = (dr.opaque(mi.Float, float(limit)) for limit in camera.clip_m)

    def is_valid(self, pixel: mi.UInt32) -> mi.Bool:
        """Return whether pixels, by row-major index, have rays."""
        return mi.Bool(dr.gather(mi.UInt8, self.lens.valid, pixel) != 0)

    def center_rays(self, pixel: mi.UInt32) -> mi.Ray3f:
        """Return the ray through each pixel's centre, from the near to the far limit."""
        return self._world_ray(dr.gather(mi.Vector3f, self.lens.centers, pixel))

    def center_directions64(self, pixel: mi.UInt32) -> tuple[mi.Vector3d, mi.Float64]:
        """Return the unit ray through each pixel's centre, world frame, and its cosine with the axis, in float64."""
        direction = dr.gather(mi.Vector3d, self.lens.centers64, pixel)
        world = mi.Vector3d(*(dr.dot(mi.Vector3d(*row), direction) for row in self._rows64))
        return world, direction.z

    def rays_within(self, pixel: mi.UInt32, position: mi.Point2f) -> mi.Ray3f:
        """Return rays through positions in [0, 1)^2 of pixels, from the near to the far limit."""
        row = pixel // self.lens.width
        corner = pixel + row  # One more corner than pixels in each row.
        below = corner + (self.lens.width + 1)
        top = dr.lerp(self._corner(corner), self._corner(corner + 1), position.x)
        bottom = dr.lerp(self._corner(below), self._corner(below + 1), position.x)
        return self._world_ray(dr.normalize(dr.lerp(top, bottom, position.y)))

    def _corner(self, index: mi.UInt32) -> mi.Vector3f:
        return dr.gather(mi.Vector3f, self.lens.corners, index)

    def _world_ray(self, direction: mi.Vector3f) -> mi.Ray3f:
        world = mi.Vector3f(*(dr.dot(mi.Vector3f(*row), direction) for row in self._rows))
        clipped = direction.z > _SMALLEST_COSINE
        near = dr.select(clipped, self._near / direction.z, 0.0)
        reach = dr.select(clipped, (self._far - self._near) / direction.z, dr.largest(mi.Float))
        ray = mi.Ray3f(dr.fma(world, near, self._origin), world)
        ray.maxt = reach
        return ray


def advance(ray: mi.Ray3f, t: mi.Float) -> mi.Ray3f:
    """Return the ray that goes on just behind a hit at `t`; a few units of float32 precision further."""
    reach = dr.maximum(dr.max(dr.abs(ray.o)), t)
    step = t + 4e-6 * (1.0 + reach)
    onward = mi.Ray3f(dr.fma(ray.d, step, ray.o), ray.d)
    onward.maxt = ray.maxt - step
    return onward


@dr.syntax  # type: ignore[untyped-decorator]
def skip_hidden(
    scene: mi.Scene, ray: mi.Ray3f, flags: mi.UInt32, hidden: int, active: mi.Bool
) -> tuple[mi.Ray3f, mi.PreliminaryIntersection3f]:
    """Move rays past shapes that a camera does not see.

    Args:
        scene: What is hit.
        ray: Where they start.
        flags: By shape registry index.
        hidden: The flags that hide a shape.
        active: Which rays to trace.

    Returns:
        The rays, and what each hits first.
    """
    ray = mi.Ray3f(ray)
    active = mi.Bool(active)
    hit = scene.ray_intersect_preliminary(ray, True, active)
    active &= hit.is_valid() & ((dr.gather(mi.UInt32, flags, dr.reinterpret_array(mi.UInt32, hit.shape)) & hidden) != 0)
    while active:
        moved = advance(ray, hit.t)
        ray.o = moved.o
        ray.maxt = moved.maxt
        hit = scene.ray_intersect_preliminary(ray, True, active)
        shape = dr.reinterpret_array(mi.UInt32, hit.shape)
        active &= hit.is_valid() & ((dr.gather(mi.UInt32, flags, shape, active) & hidden) != 0)
    return ray, hit
