"""What an environment puts in the way of things and cameras.

An environment is one mesh to its author, so it is taken apart into connected pieces. A small or solid piece, such as
a column, blocks its whole outline; of a large hollow one, such as the shell of a hall, every triangle blocks by itself.
Ground that things stand on blocks no thing, but a view; grass blocks neither.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from sdg.foundation.arrays import BoolArray, FloatArray, IntArray, UInt32Array
from sdg.foundation.connected import triangles_by_piece
from sdg.foundation.rows import distinct_rows
from sdg.foundation.transforms import transform_points
from sdg.stage.asset import Asset
from sdg.stage.footprint import convex_polygon, polygon_area, separation_m
from sdg.stage.keyed import KeyedAsset

# A piece this small can't hold a thing inside without touching it in any way that matters.
_SMALL_M = 2.0
# Share of its convex hull that a piece must fill to count as solid.
_SOLID_FILL = 0.8
# Floor markings, joints and seams are no obstacles.
_FLAT_M = 0.02
_WELD_M = 1e-5
# What hovers right under a ceiling touches it, to rounding.
_TOUCH_M = 1e-9


@dataclass(frozen=True, eq=False)
class Obstacles:
    """The pieces of one environment, world frame.

    Attributes:
        triangles: Every triangle, shape (T, 3, 3) [m].
        triangle_low_m, triangle_high_m: Corners of the box round each triangle, shape (T, 3).
        low_m, high_m: Corners of the box round each blocking piece, shape (P, 3).
        corners: Points whose outline each blocking piece covers.
        is_box: shape (P,), whether a piece blocks the whole of its box to a camera.
    """

    triangles: FloatArray
    triangle_low_m: FloatArray
    triangle_high_m: FloatArray
    low_m: FloatArray
    high_m: FloatArray
    corners: tuple[FloatArray, ...]
    is_box: BoolArray

    def blocks(self, polygon: FloatArray, bottom_m: float, top_m: float, clearance_m: float) -> bool:
        """Return whether anything stands within `clearance_m` of an outline between two heights."""
        low, high = polygon.min(axis=0) - clearance_m, polygon.max(axis=0) + clearance_m
        # One comparison after another is far faster here than `all` over rows of three.
        near = (self.low_m[:, 2] < top_m - _TOUCH_M) & (self.high_m[:, 2] > bottom_m + _FLAT_M)
        near &= (self.low_m[:, 0] <= high[0]) & (self.high_m[:, 0] >= low[0])
        near &= (self.low_m[:, 1] <= high[1]) & (self.high_m[:, 1] >= low[1])
        return any(
            separation_m(polygon, convex_polygon(self.corners[index][:, :2])) < clearance_m
            for index in np.flatnonzero(near)
        )


def find_obstacles(asset: Asset, world_from_environment: FloatArray) -> Obstacles:
    """Return the obstacles of an environment as it stands in the world; kept from frame to frame."""
    return _moved(KeyedAsset.of(asset), world_from_environment.tobytes())


@functools.lru_cache(maxsize=4)
def _moved(keyed: KeyedAsset, matrix: bytes) -> Obstacles:
    triangles, pieces, is_box = _taken_apart(keyed)
    world_from_environment = np.frombuffer(matrix).reshape(4, 4)
    if pieces:
        ends = np.cumsum([len(piece) for piece in pieces])
        corners = np.split(transform_points(world_from_environment, np.concatenate(pieces)), ends[:-1])
        starts = ends - [len(piece) for piece in pieces]
        low, high = (over.reduceat(np.concatenate(corners), starts) for over in (np.minimum, np.maximum))
    else:
        corners, low, high = [], np.zeros((0, 3)), np.zeros((0, 3))
    every = transform_points(world_from_environment, triangles.reshape(-1, 3))
    return Obstacles(
        every.reshape(-1, 3, 3),
        np.asfortranarray(every.reshape(-1, 3, 3).min(axis=1)),
        np.asfortranarray(every.reshape(-1, 3, 3).max(axis=1)),
        # One coordinate after another is how they are compared.
        np.asfortranarray(low),
        np.asfortranarray(high),
        tuple(corners),
        is_box,
    )


@functools.lru_cache(maxsize=4)
def _taken_apart(keyed: KeyedAsset) -> tuple[FloatArray, tuple[FloatArray, ...], BoolArray]:
    """Return all triangles of an environment, the corners of its blocking pieces, and which of these are compact."""
    triangles: list[FloatArray] = []
    pieces: list[FloatArray] = []
    is_box: list[bool] = []
    ground = {name for surface in keyed.asset.surfaces for name in surface.follows}
    for part in keyed.asset.parts:
        if part.blocks or part.name in ground:
            triangles.append(part.mesh.vertices[part.mesh.faces])
        if not part.blocks or not len(part.mesh.faces):
            continue
        faces, starts = _by_piece(part.mesh.vertices, part.mesh.faces)
        own = part.mesh.vertices[faces]
        points = _points_by_piece(part.mesh.vertices, faces, starts)
        compact = _are_compact(own, starts)
        for covered, piece, is_compact in zip(points, np.split(own, starts[1:]), compact, strict=True):
            pieces += [covered] if is_compact else list(piece)
            is_box += [True] if is_compact else [False] * len(piece)
    every = np.concatenate(triangles) if triangles else np.zeros((0, 3, 3))
    return every, tuple(pieces), np.array(is_box, dtype=bool)


def _by_piece(vertices: FloatArray, faces: UInt32Array) -> tuple[UInt32Array, IntArray]:
    """Return faces in the order of the connected pieces that they belong to, and where each piece begins."""
    # Vertices are doubled where normals or texture coordinates break; welded they show what hangs together.
    corners = distinct_rows(np.round(vertices / _WELD_M).astype(np.int64)).inverse[faces]
    order, starts = triangles_by_piece(corners)
    return faces[order], starts


def _points_by_piece(vertices: FloatArray, faces: UInt32Array, starts: IntArray) -> list[FloatArray]:
    """Return the vertices of each piece, each once, in their order."""
    counts = 3 * np.diff(starts, append=len(faces))
    keys = np.unique(np.repeat(np.arange(len(starts)), counts) * len(vertices) + faces.ravel())
    piece, vertex = np.divmod(keys, len(vertices))
    return np.split(vertices[vertex], np.flatnonzero(np.diff(piece)) + 1)


def _are_compact(triangles: FloatArray, starts: IntArray) -> list[bool]:
    """Return of each piece whether it blocks its whole box.

    Args:
        triangles: Of all pieces, shape (T, 3, 3).
        starts: Where each piece begins, shape (P,).
    """
    low = np.minimum.reduceat(triangles.min(axis=1), starts)
    high = np.maximum.reduceat(triangles.max(axis=1), starts)
    extents = high - low
    # The divergence theorem; a shell that is seen from inside has a negative volume, and is not solid.
    signed = np.einsum("ij,ij->i", triangles[:, 0], np.cross(triangles[:, 1], triangles[:, 2])) / 6
    volumes = np.add.reduceat(signed, starts)
    compact = []
    for piece, extent, volume in zip(np.split(triangles, starts[1:]), extents, volumes, strict=True):
        if float(np.hypot(extent[0], extent[1])) <= _SMALL_M:
            compact.append(True)
        elif float(extent.min()) <= _WELD_M or volume <= 0.0:
            compact.append(False)
        else:
            compact.append(_fills_hull(piece.reshape(-1, 3), extent, float(volume)))
    return compact


def _fills_hull(points: FloatArray, extent: FloatArray, volume: float) -> bool:
    """Return whether a volume is that of something solid with these points, shape (N, 3)."""
    wanted = volume / _SOLID_FILL
    if wanted > float(extent.prod()):
        return True  # its box holds its hull
    points = distinct_rows(points).rows
    for axis in range(3):
        least, most = _hull_bounds_m3(points, axis, float(extent[axis]))
        if not least <= wanted < most:
            return wanted >= most
    return wanted > _hull_m3(points)


def _hull_bounds_m3(points: FloatArray, axis: int, length: float) -> tuple[float, float]:
    """Return what the volume of a hull is at least and at most [m3], by its ends and its outline along an axis.

    The root of a section's area is concave along it (Brunn-Minkowski), so the hull holds at least what is between both
    ends with a root that changes evenly; and it fits the prism over its outline.
    """
    along, across = points[:, axis], np.delete(points, axis, axis=1)
    ends = (np.abs(along - along.min()) < _WELD_M, np.abs(along - along.max()) < _WELD_M)
    first, last = (polygon_area(convex_polygon(across[end])) for end in ends)
    outline = polygon_area(convex_polygon(across))
    # What has no area, such as a single point at an end, counts with the width of a hair.
    return length * (first + float(np.sqrt(first * last)) + last) / 3, length * outline


def _hull_m3(points: FloatArray) -> float:
    """Return the volume of a convex hull [m3]; inf of points that have none."""
    from scipy.spatial import ConvexHull, QhullError

    try:
        return float(ConvexHull(points).volume)
    except (QhullError, ValueError):
        return float("inf")
