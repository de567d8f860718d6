"""Uneven ground: how high it lies at a point, and where the lowest place under an outline is; exact on its triangles.

Ground is single-valued: seen from above, no two of its triangles overlap, and none is upright.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from sdg.foundation.arrays import BoolArray, FloatArray, IntArray
from sdg.foundation.rows import distinct_rows
from sdg.foundation.transforms import transform_points
from sdg.stage.asset import Asset
from sdg.stage.keyed import KeyedAsset

# Points this far outside a triangle still count as on it, so that none falls between two neighbours [m].
_SLACK_M = 1e-9


@dataclass(frozen=True, eq=False)
class Ground:
    """The triangles on which things stand, world frame.

    Attributes:
        triangles: shape (T, 3, 3) [m], counter-clockwise seen from above.
        low_m, high_m: Corners of the outline's box of each triangle, shape (T, 2).
        faces: Numbers of the triangles' corners, shape (T, 3), int64; equal corners are one.
    """

    triangles: FloatArray
    low_m: FloatArray
    high_m: FloatArray
    faces: IntArray

    @functools.cached_property
    def rim(self) -> FloatArray:
        """Edges that belong to one triangle only, seen from above, shape (E, 2, 2) [m]."""
        sides = ([0, 1], [1, 2], [2, 0])
        ends = np.sort(np.concatenate([self.faces[:, side] for side in sides]), axis=1)
        keys = ends[:, 0] * (int(ends.max(initial=0)) + 1) + ends[:, 1]
        _, first, count = np.unique(keys, return_index=True, return_counts=True)
        edges = np.concatenate([self.triangles[:, side, :2] for side in sides])
        rim: FloatArray = edges[np.sort(first[count == 1])]
        return rim

    def height_at(self, x: float, y: float) -> float | None:
        """Return the height of the ground at a point [m]; None beside it."""
        point = np.array([[x, y]])
        heights = _heights(point, self._near(point[0], point[0]))[0]
        return float(heights.min()) if len(heights) and np.isfinite(heights.min()) else None

    def lowest_under(self, polygon: FloatArray) -> float | None:
        """Return the least height of the ground under a convex outline; None where it does not reach under all of it.

        Args:
            polygon: Counter-clockwise, shape (N, 2) [m].
        """
        heights = self._heights_under(polygon)
        return None if heights is None else float(heights.min())

    def highest_under(self, polygon: FloatArray) -> float | None:
        """Return the greatest height of the ground under a convex outline; as `lowest_under`."""
        heights = self._heights_under(polygon)
        return None if heights is None else float(heights.max())

    def _heights_under(self, polygon: FloatArray) -> FloatArray | None:
        """Return the heights among which are the least and the greatest under a convex outline.

        Heights are linear on each triangle, so these are at corners of what the outline cuts out of a triangle: a
        corner of the outline, a corner of the triangle, or where their edges cross.
        """
        if len(_clipped(self.rim, polygon)):
            return None
        near = self._near(polygon.min(axis=0), polygon.max(axis=0))
        at_corners = _heights(polygon, near)
        if not len(near) or not np.isfinite(at_corners.min(axis=1)).all():
            return None
        edges = np.concatenate([near[:, [0, 1]], near[:, [1, 2]], near[:, [2, 0]]])
        # What is left of a triangle's edge inside the outline ends at its own corners or on the outline.
        inside = _clipped(edges, polygon)
        return np.concatenate([at_corners.min(axis=1), inside[:, :, 2].ravel()])

    def _near(self, low: FloatArray, high: FloatArray) -> FloatArray:
        meets = (self.low_m[:, 0] <= high[0] + _SLACK_M) & (self.high_m[:, 0] >= low[0] - _SLACK_M)
        meets &= (self.low_m[:, 1] <= high[1] + _SLACK_M) & (self.high_m[:, 1] >= low[1] - _SLACK_M)
        near: FloatArray = self.triangles[meets]
        return near


def find_ground(asset: Asset, parts: tuple[str, ...], world_from_object: FloatArray) -> Ground:
    """Return the ground that some of an asset's parts make, as the asset stands in the world; kept."""
    return _moved(KeyedAsset.of(asset), parts, world_from_object.tobytes())


# Checking a recipe asks for every ground that may be drawn, object by object.
@functools.lru_cache(maxsize=16)
def _moved(keyed: KeyedAsset, parts: tuple[str, ...], matrix: bytes) -> Ground:
    meshes = [part.mesh for part in keyed.asset.parts if part.name in parts]
    starts = np.cumsum([0, *(len(mesh.vertices) for mesh in meshes)])
    faces = np.concatenate([mesh.faces + start for mesh, start in zip(meshes, starts[:-1], strict=True)])
    vertices = np.concatenate([mesh.vertices for mesh in meshes])
    triangles = transform_points(np.frombuffer(matrix).reshape(4, 4), vertices)[faces]
    flat = triangles[:, :, :2]
    return Ground(
        triangles,
        np.asfortranarray(flat.min(axis=1)),
        np.asfortranarray(flat.max(axis=1)),
        distinct_rows(vertices).inverse[faces],
    )


def _heights(points: FloatArray, triangles: FloatArray) -> FloatArray:
    """Return the height of each triangle, shape (T, 3, 3), at each point, shape (N, 2): shape (N, T), inf beside it."""
    first, a, b = triangles[:, 0], triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    det = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    usable = det > 1e-12
    scale = np.where(usable, det, 1.0)
    x, y = points[:, 0, None] - first[:, 0], points[:, 1, None] - first[:, 1]
    s, t = (x * b[:, 1] - y * b[:, 0]) / scale, (a[:, 0] * y - a[:, 1] * x) / scale
    slack = _SLACK_M / np.sqrt(scale)
    on_it: BoolArray = usable & (s >= -slack) & (t >= -slack) & (s + t <= 1 + slack)
    heights: FloatArray = np.where(on_it, first[:, 2] + s * a[:, 2] + t * b[:, 2], np.inf)
    return heights


def _clipped(segments: FloatArray, polygon: FloatArray) -> FloatArray:
    """Return what lies inside a convex outline of segments, shape (E, 2, D): shape (F, 2, D) with F <= E.

    M. Cyrus and J. Beck, "Generalized two- and three-dimensional clipping", Computers & Graphics 3(1), 1978.
    """
    low, high = polygon.min(axis=0), polygon.max(axis=0)
    meets = np.ones(len(segments), dtype=bool)
    for axis in range(2):
        meets &= (segments[:, :, axis].min(axis=1) <= high[axis]) & (segments[:, :, axis].max(axis=1) >= low[axis])
    segments = segments[meets]
    start, along = segments[:, 0], segments[:, 1] - segments[:, 0]
    sides = np.roll(polygon, -1, axis=0) - polygon
    inward = np.stack([-sides[:, 1], sides[:, 0]], axis=1)
    depth = np.einsum("esd,sd->es", start[:, None, :2] - polygon[None], inward)
    rate = along[:, :2] @ inward.T
    with np.errstate(divide="ignore", invalid="ignore"):
        where = -depth / rate
    enter = np.where(rate > 0, where, 0.0).max(axis=1, initial=0.0)
    leave = np.where(rate < 0, where, 1.0).min(axis=1, initial=1.0)
    inside = (enter < leave) & ~((rate == 0) & (depth < 0)).any(axis=1)
    ends = np.stack([enter, leave], axis=1)[inside]
    clipped: FloatArray = start[inside, None] + ends[:, :, None] * along[inside, None]
    return clipped
