"""Camera rays on the device: exact ones through pixel centres, interpolated ones anywhere in a pixel."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, TypeVar

import drjit as dr
import mitsuba as mi
import numpy as np

from sdg.camera.focus import Focus
from sdg.camera.lens import is_planar
from sdg.camera.rays import RayTable
from sdg.foundation.arrays import FloatArray
from sdg.render.mitsuba.numbers import APERTURE, PictureNumbers
from sdg.render.mitsuba.upload import aligned
from sdg.stage.model import Camera

# A ray nearly at right angles to the axis reaches a plane across it only in the far distance.
_SMALLEST_COSINE = 1e-4
_Vector = TypeVar("_Vector", bound=Any)  # mi.Vector3f or mi.Vector3d


@dataclass(frozen=True, eq=False)
class DeviceLens:
    """A ray table on the device; the same for every frame with the same lens.

    Pixels of the picture are counted in `width` and `height`; pixels of the wider frame, border included, in
    `frame_width` and `frame_height`. Origins are None where all rays start at the camera's own.
    """

    width: int
    height: int
    frame_width: int
    frame_height: int
    centers: mi.Float
    centers64: mi.Float64
    center_origins: mi.Float64 | None
    valid: mi.UInt8
    corners: mi.Float
    corner_origins: mi.Float | None
    seen: mi.UInt8

    @classmethod
    def upload(cls, table: RayTable) -> DeviceLens:
        height, width = table.valid.shape
        frame_height, frame_width = table.seen.shape
        starts, corner_starts = table.center_origins_m, table.corner_origins_m
        return cls(
            width=width,
            height=height,
            frame_width=frame_width,
            frame_height=frame_height,
            centers=mi.Float(aligned(table.centers, np.float32)),
            centers64=mi.Float64(aligned(table.centers, np.float64)),
            center_origins=None if starts is None else mi.Float64(aligned(starts, np.float64)),
            valid=mi.UInt8(aligned(table.valid, np.uint8)),
            corners=mi.Float(aligned(table.corners, np.float32)),
            corner_origins=None if corner_starts is None else mi.Float(aligned(corner_starts, np.float32)),
            seen=mi.UInt8(aligned(table.seen, np.uint8)),
        )


class DeviceCamera:
    """A lens at a place; poses and clip limits are data, so a new pose needs no new kernel.

    A ray starts where the camera is at the ray's own time, in seconds from the middle of the frame; times count only
    for cameras that move.
    """

    def __init__(self, lens: DeviceLens, camera: Camera) -> None:
        self.lens = lens
        pose: FloatArray = camera.world_from_camera
        self._rows = [[dr.opaque(mi.Float, float(v)) for v in row[:3]] for row in pose[:3]]
        self._origin = mi.Point3f(*(dr.opaque(mi.Float, float(row[3])) for row in pose[:3]))
        self._rows64 = [[dr.opaque(mi.Float64, float(v)) for v in row[:3]] for row in pose[:3]]
        self._origin64 = mi.Point3d(*(dr.opaque(mi.Float64, float(row[3])) for row in pose[:3]))
        self.shutter = camera.shutter
        self._travel = None if camera.motion is None or camera.motion.is_rest else _Travel(camera)
        self._line_time = dr.opaque(mi.Float64, camera.line_time_s)
        self._opening = None if camera.focus is None else _Opening(camera.focus)
        self._planar = is_planar(camera.lens)
        self._second_eye = None
        if camera.second_eye_m is not None:
            self._second_eye = mi.Vector3d(*(dr.opaque(mi.Float64, float(v)) for v in camera.second_eye_m))
        self._near, self._far = (dr.opaque(mi.Float, float(limit)) for limit in camera.clip_m)

    @property
    def place(self) -> mi.Point3f:
        """Where the camera is in the middle of the frame, world frame [m]."""
        return self._origin

    @property
    def is_timed(self) -> bool:
        """Whether rays differ by their times."""
        return self._travel is not None

    def is_valid(self, pixel: mi.UInt32) -> mi.Bool:
        """Return whether pixels of the picture, by row-major index, have rays."""
        return mi.Bool(dr.gather(mi.UInt8, self.lens.valid, pixel) != 0)

    def is_seen(self, pixel: mi.UInt32) -> mi.Bool:
        """Return whether pixels of the wider frame, by row-major index, have rays."""
        return mi.Bool(dr.gather(mi.UInt8, self.lens.seen, pixel) != 0)

    def row_times(self, row: mi.Int32) -> mi.Float64:
        """Return the middle of the exposure of rows of the picture, or beyond it [s]."""
        return (mi.Float64(row) + 0.5 - self.lens.height / 2) * self._line_time

    def center_rays(self, pixel: mi.UInt32) -> mi.Ray3f:
        """Return the ray through the centre of each pixel of the picture, from the near to the far limit."""
        starts = self.lens.center_origins
        origin = None if starts is None else mi.Vector3f(dr.gather(mi.Vector3d, starts, pixel))
        time = mi.Float(self._center_times(pixel))
        return self._world_ray(dr.gather(mi.Vector3f, self.lens.centers, pixel), origin, time)

    def center_rays64(self, pixel: mi.UInt32) -> tuple[mi.Point3d, mi.Vector3d, mi.Float64]:
        """Return the same rays in float64: origin, unit direction, and that one's cosine with the axis."""
        time = self._center_times(pixel)
        direction = dr.gather(mi.Vector3d, self.lens.centers64, pixel)
        origin = self._place64(time)
        if self.lens.center_origins is not None:
            origin = origin + self._turned64(dr.gather(mi.Vector3d, self.lens.center_origins, pixel), time)
        return origin, self._turned64(direction, time), direction.z

    def second_eyes64(self, pixel: mi.UInt32) -> mi.Vector3d | None:
        """Return, for each pixel, the way from where its ray starts to the depth sensor's second eye, world frame [m].

        None if there is no second eye.
        """
        return None if self._second_eye is None else self._turned64(self._second_eye, self._center_times(pixel))

    def rays_within(self, pixel: mi.UInt32, position: mi.Point2f, time: mi.Float, numbers: PictureNumbers) -> mi.Ray3f:
        """Return rays through places of pixels of the wider frame, from the near to the far limit.

        Args:
            pixel: Row-major indices in the wider frame.
            position: In [0, 1)^2 of each pixel.
            time: When each ray is cast [s].
            numbers: Choose the place in the aperture, if there is one.
        """
        row = pixel // self.lens.frame_width
        corner = pixel + row  # One more corner than pixels in each row.
        direction = dr.normalize(self._between(self.lens.corners, corner, position))
        starts = self.lens.corner_origins
        origin = None if starts is None else self._between(starts, corner, position)
        if self._opening is not None:
            origin, direction = self._opening.through(direction, origin, numbers.two(APERTURE))
        return self._world_ray(direction, origin, time)

    def _center_times(self, pixel: mi.UInt32) -> mi.Float64:
        return self.row_times(mi.Int32(pixel // self.lens.width))

    def _between(self, table: mi.Float, corner: mi.UInt32, position: mi.Point2f) -> mi.Vector3f:
        """Return the bilinear interpolation of a table of corners, from each pixel's top left one."""
        below = corner + (self.lens.frame_width + 1)
        top, bottom = (
            dr.lerp(dr.gather(mi.Vector3f, table, left), dr.gather(mi.Vector3f, table, left + 1), position.x)
            for left in (corner, below)
        )
        return dr.lerp(top, bottom, position.y)

    def _world_ray(self, direction: mi.Vector3f, origin: mi.Vector3f | None, time: mi.Float) -> mi.Ray3f:
        """Return a camera frame's ray in the world, clipped; `origin` None is the camera's own."""
        world = self._turned(direction, time)
        place = self._place(time)
        start = place if origin is None else place + self._turned(origin, time)
        cosine = dr.maximum(direction.z, _SMALLEST_COSINE) if self._planar else mi.Float(1.0)
        ray = mi.Ray3f(dr.fma(world, self._near / cosine, start), world)
        ray.maxt = (self._far - self._near) / cosine
        return ray

    def _place(self, time: mi.Float) -> mi.Point3f:
        """Return where the camera is: as far from the centre of its turning as ever, and that one goes straight on."""
        if self._travel is None:
            return self._origin
        return self._travel.center + self._travel.velocity * time + self._turned(self._travel.from_center, time)

    def _place64(self, time: mi.Float64) -> mi.Point3d:
        if self._travel is None:
            return self._origin64
        return self._travel.center64 + self._travel.velocity64 * time + self._turned64(self._travel.from_center64, time)

    def _turned(self, vector: mi.Vector3f, time: mi.Float) -> mi.Vector3f:
        if self._travel is not None:
            vector = _rotated(vector, self._travel.axis, self._travel.rate * time)
        return mi.Vector3f(*(dr.dot(mi.Vector3f(*row), vector) for row in self._rows))

    def _turned64(self, vector: mi.Vector3d, time: mi.Float64) -> mi.Vector3d:
        if self._travel is not None:
            vector = _rotated(vector, self._travel.axis64, self._travel.rate64 * time)
        return mi.Vector3d(*(dr.dot(mi.Vector3d(*row), vector) for row in self._rows64))


class _Travel:
    """How a camera moves: centre of turning and its velocity, in the world; axis and rate of turning, in its own frame.

    `from_center` is the way from that centre to the camera's origin, camera frame.
    """

    def __init__(self, camera: Camera) -> None:
        assert camera.motion is not None
        pose = camera.world_from_camera
        rotation = camera.motion.rotation_vector_rps
        rate = float(np.linalg.norm(rotation))
        axis = rotation / rate if rate > 0 else np.array([0.0, 0.0, 1.0])
        from_center = -np.array(camera.motion.center_m)
        self.velocity, self.velocity64 = _both(camera.motion.world_velocity_mps(pose))
        self.center, self.center64 = _both(camera.motion.world_center_m(pose))
        self.from_center, self.from_center64 = _both(from_center)
        self.axis, self.axis64 = _both(axis)
        self.rate, self.rate64 = dr.opaque(mi.Float, rate), dr.opaque(mi.Float64, rate)


def _both(vector: FloatArray) -> tuple[mi.Vector3f, mi.Vector3d]:
    """Return a vector on the device in both precisions."""
    return (
        mi.Vector3f(*(dr.opaque(mi.Float, float(v)) for v in vector)),
        mi.Vector3d(*(dr.opaque(mi.Float64, float(v)) for v in vector)),
    )


def _rotated(vector: _Vector, axis: _Vector, angle: Any) -> _Vector:
    """Return vectors turned about a unit axis by angles [rad] (Rodrigues)."""
    sine, cosine = dr.sincos(angle)
    along = dr.dot(axis, vector) * (1.0 - cosine)
    turned: _Vector = vector * cosine + dr.cross(axis, vector) * sine + axis * along
    return turned


class _Opening:
    """The aperture of a camera; its numbers are data, its kind is not."""

    def __init__(self, focus: Focus) -> None:
        self._distance = dr.opaque(mi.Float, focus.distance_m)
        self._radius = dr.opaque(mi.Float, focus.aperture_radius_m)
        self._round = focus.blades == 0
        self._corners = dr.opaque(mi.Float, float(max(focus.blades, 1)))
        self._turn = dr.opaque(mi.Float, math.radians(focus.turn_deg))

    def through(
        self, direction: mi.Vector3f, origin: mi.Vector3f | None, sample: mi.Point2f
    ) -> tuple[mi.Vector3f, mi.Vector3f]:
        """Return origin and direction of rays through places of the opening, from those through its middle.

        All that come from one point of the plane in focus meet at one place of the picture. What a lens sees sideways
        or behind has no such plane, and stays as it is.
        """
        middle = mi.Vector3f(0.0) if origin is None else origin
        place = self._place(sample) * self._radius
        start = middle + mi.Vector3f(place.x, place.y, 0.0)
        sharp = middle + direction * (self._distance / dr.maximum(direction.z, _SMALLEST_COSINE))
        ahead = direction.z > _SMALLEST_COSINE
        return dr.select(ahead, start, middle), dr.select(ahead, dr.normalize(sharp - start), direction)

    def _place(self, sample: mi.Point2f) -> mi.Point2f:
        """Return places spread evenly over the opening, in units of its radius."""
        if self._round:
            return mi.Point2f(mi.warp.square_to_uniform_disk_concentric(sample))
        # One of the triangles between the middle and two corners, then a place in it.
        scaled = sample.x * self._corners
        corner = dr.floor(scaled)
        along, out = scaled - corner, dr.sqrt(sample.y)
        step = dr.two_pi / self._corners
        (sin_a, cos_a), (sin_b, cos_b) = (dr.sincos(self._turn + step * (corner + k)) for k in (0, 1))
        return mi.Point2f(dr.lerp(cos_a, cos_b, along) * out, dr.lerp(sin_a, sin_b, along) * out)


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
