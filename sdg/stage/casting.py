"""Rays of a lens's pixels cast on triangles, in float64: which pixels show a thing, and from which it is hidden.

What a picture's labels will say is decided here before anything is rendered. Rays are those through pixel centres, as
labels have them. Which rays come near which triangles is found on a grid of cells on the sides of a cube round the
camera, where triangles are flat whatever the lens.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sdg.camera.lens import Lens, is_planar
from sdg.foundation.arrays import BoolArray, FloatArray, IntArray

# Pairs of a ray and a triangle that are held at once.
_PAIRS = 1 << 18
# Cells by which a triangle's box is larger than it must be.
_CELL_MARGIN = 1e-3
_MARGIN = 1e-9
_NEAREST_M = 1e-9
_ROUNDING = 1e-9
_PARALLEL = 1e-15


@dataclass(frozen=True, eq=False)
class PixelRays:
    """Rays through the centres of some pixels, camera frame.

    Attributes:
        directions: Unit, shape (N, 3).
        origins_m: Where they start, shape (N, 3); None if all start at the camera.
        near_m, far_m: Between which distances they see, shape (N,).
    """

    directions: FloatArray
    origins_m: FloatArray | None
    near_m: FloatArray
    far_m: FloatArray

    def at(self, index: BoolArray | IntArray) -> PixelRays:
        """Return some of them."""
        origins = None if self.origins_m is None else self.origins_m[index]
        return PixelRays(self.directions[index], origins, self.near_m[index], self.far_m[index])


def pixel_rays(lens: Lens, pixels: IntArray, clip_m: tuple[float, float]) -> tuple[PixelRays, BoolArray]:
    """Return the rays of pixels (column, row), shape (N, 2), that have one; and which have.

    A pixel has a ray if its centre and its four corners do, as in pictures.
    """
    corners = pixels[:, None] + np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
    valid = lens.unproject(corners.reshape(-1, 2).astype(np.float64))[1].reshape(-1, 4).all(axis=1)
    centres: FloatArray = pixels.astype(np.float64) + 0.5
    directions, exists = lens.unproject(centres)
    valid &= exists
    directions = directions[valid]
    origins = lens.origins_m(centres)
    # Of planar lenses the limits are planes, of all others distances.
    slope = directions[:, 2] if is_planar(lens) else np.ones(len(directions))
    rays = PixelRays(directions, None if origins is None else origins[valid], clip_m[0] / slope, clip_m[1] / slope)
    return rays, valid


def nearest_hits_m(rays: PixelRays, triangles: FloatArray) -> FloatArray:
    """Return how far along each ray, shape (N,), triangles, shape (T, 3, 3), camera frame, are met; inf if nowhere."""
    nearest = np.full(len(rays.directions), np.inf)
    for ray, distance in _hits(rays, triangles):
        np.minimum.at(nearest, ray, distance)
    return nearest


def is_blocked(rays: PixelRays, before_m: FloatArray, triangles: FloatArray) -> BoolArray:
    """Return whether each ray meets a triangle, shape (T, 3, 3), camera frame, before a distance, shape (N,)."""
    blocked = np.zeros(len(rays.directions), dtype=bool)
    for ray, distance in _hits(rays, triangles):
        blocked[ray[distance < before_m[ray] * (1 - _ROUNDING)]] = True
    return blocked


def _hits(rays: PixelRays, triangles: FloatArray) -> Iterator[tuple[IntArray, FloatArray]]:
    """Yield pairs of a ray and a distance between its limits at which it meets a triangle, some at a time."""
    for plane in _planes(rays, triangles):
        for ray, triangle in _pairs(plane):
            yield from _exact(rays, triangles, ray, triangle)


class _Plane(NamedTuple):
    """Rays through one side of a cube round the camera, and triangles as they appear on it.

    Attributes:
        rays: Which, shape (M,).
        points: Where they go through, shape (M, 2).
        depths: How far in front of the camera each triangle's corners are, shape (T, 3).
        across: These corners along the plane, not yet divided by their depths, shape (T, 3, 2).
    """

    rays: IntArray
    points: FloatArray
    depths: FloatArray
    across: FloatArray


def _planes(rays: PixelRays, triangles: FloatArray) -> Iterator[_Plane]:
    """Yield the sides of a cube round the camera through which rays go; parallel rays have one plane."""
    if not len(rays.directions):
        return
    if rays.origins_m is not None:
        everyone = np.arange(len(rays.directions))
        yield _Plane(everyone, rays.origins_m[:, :2], np.ones(triangles.shape[:2]), triangles[..., :2])
        return
    side = np.argmax(np.abs(rays.directions), axis=1)
    for axis in range(3):
        others = [other for other in range(3) if other != axis]
        for sign in (1.0, -1.0):
            index = np.flatnonzero((side == axis) & (rays.directions[:, axis] * sign > 0))
            if not len(index):
                continue
            direction = rays.directions[index]
            points = direction[:, others] / (sign * direction[:, axis, None])
            yield _Plane(index, points, sign * triangles[..., axis], triangles[..., others])


def _pairs(plane: _Plane) -> Iterator[tuple[IntArray, IntArray]]:
    """Yield pairs of a ray and a triangle whose box on the plane comes near where the ray goes through, some at a time.

    What reaches behind the camera has no box; it is left out where it lies beyond one edge of all points as a whole.
    """
    points, (low, high) = plane.points, (plane.points.min(axis=0), plane.points.max(axis=0))
    inside = (plane.depths > 0).any(axis=1)
    inside &= (plane.across >= (low - _MARGIN) * plane.depths[..., None]).any(axis=1).all(axis=1)
    inside &= (plane.across <= (high + _MARGIN) * plane.depths[..., None]).any(axis=1).all(axis=1)
    kept = np.flatnonzero(inside)
    depths, in_front = plane.depths[kept], plane.depths[kept] > _NEAREST_M
    corners = plane.across[kept] / np.where(in_front, depths, 1.0)[..., None]
    cells = max(1, min(256, math.isqrt(len(points))))
    scale = cells / np.maximum(high - low, _MARGIN)
    scaled = (points - low) * scale
    column, row = np.clip(scaled.astype(np.int64), 0, cells - 1).T
    order = np.argsort(row * cells + column, kind="stable")
    starts = np.searchsorted((row * cells + column)[order], np.arange(cells * cells + 1))

    is_whole = np.asarray(in_front.all(axis=1))[:, None]
    first = np.where(is_whole, (corners.min(axis=1) - low) * scale - _CELL_MARGIN, -np.inf)
    last = np.where(is_whole, (corners.max(axis=1) - low) * scale + _CELL_MARGIN, np.inf)
    met = np.flatnonzero((last >= 0).all(axis=1) & (first <= cells).all(axis=1))
    begin, end = (np.clip(edge[met], 0, cells - 1).astype(np.int64) for edge in (first, last))
    # One strip for each row of cells that a triangle's box covers; its points stand together in the order.
    strip, offset = _expanded(end[:, 1] - begin[:, 1] + 1)
    head = (begin[strip, 1] + offset) * cells
    start, stop = starts[head + begin[strip, 0]], starts[head + end[strip, 0] + 1]
    filled = np.flatnonzero(stop > start)
    strip, start, counts = strip[filled], start[filled], (stop - start)[filled]
    ends = np.cumsum(counts)
    cuts = [0, *np.searchsorted(ends, np.arange(_PAIRS, ends[-1], _PAIRS)).tolist(), len(strip)] if len(ends) else []
    for part in (slice(*cut) for cut in itertools.pairwise(cuts)):
        one, step = _expanded(counts[part])
        ray, triangle = order[start[part][one] + step], met[strip[part][one]]
        near = np.ones(len(ray), dtype=bool)
        for axis in range(2):
            at = scaled[ray, axis]
            near &= (at >= first[triangle, axis]) & (at <= last[triangle, axis])
        yield plane.rays[ray[near]], kept[triangle[near]]


def _expanded(counts: IntArray) -> tuple[IntArray, IntArray]:
    """Return each index as often as its count says, and a number that counts up from 0 for each."""
    index = np.repeat(np.arange(len(counts)), counts)
    return index, np.arange(len(index)) - np.repeat(np.cumsum(counts) - counts, counts)


def bounding_spheres(triangles: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the middle, shape (T, 3), and the radius, shape (T,), of a sphere round each triangle, shape (T, 3, 3)."""
    middles = (triangles.min(axis=1) + triangles.max(axis=1)) / 2
    radii = np.linalg.norm(triangles - middles[:, None], axis=2).max(axis=1)
    return middles, radii * (1 + _ROUNDING) + _ROUNDING


def _exact(
    rays: PixelRays, triangles: FloatArray, ray: IntArray, triangle: IntArray
) -> Iterator[tuple[IntArray, FloatArray]]:
    """Yield the pairs that do meet (Möller and Trumbore 1997, from both sides)."""
    if not len(ray):
        return
    corner, along, up = triangles[:, 0], triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    along, up = along[triangle], up[triangle]
    direction = rays.directions[ray]
    offset = -corner[triangle] if rays.origins_m is None else rays.origins_m[ray] - corner[triangle]
    across = _cross(direction, up)
    determinant = np.einsum("ij,ij->i", along, across)
    usable = np.abs(determinant) > _PARALLEL
    inverse = 1.0 / np.where(usable, determinant, 1.0)
    u = np.einsum("ij,ij->i", offset, across) * inverse
    turned = _cross(offset, along)
    v = np.einsum("ij,ij->i", direction, turned) * inverse
    distance = np.einsum("ij,ij->i", up, turned) * inverse
    met = usable & (u >= 0) & (v >= 0) & (u + v <= 1)
    met &= (distance >= rays.near_m[ray]) & (distance <= rays.far_m[ray])
    yield ray[met], distance[met]


def _cross(first: FloatArray, second: FloatArray) -> FloatArray:
    """Return the cross products of vectors, shape (N, 3); `np.cross` takes three times as long."""
    x, y, z = first.T
    a, b, c = second.T
    return np.stack([y * c - z * b, z * a - x * c, x * b - y * a], axis=1)
