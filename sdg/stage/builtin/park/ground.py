"""The ground of a park: one sheet of triangles, rolling where it is lawn, level across where it is path.

The sheet is the Delaunay triangulation of points that lie in rows along the paths and loosely elsewhere, so that a
path's edges are edges of triangles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sdg.foundation.arrays import BoolArray, FloatArray
from sdg.recipe.families.park import ParkTerrainForm
from sdg.stage.builtin.draws import Draws
from sdg.stage.builtin.geometry import Geometry, IndexArray
from sdg.stage.builtin.noise import fractal
from sdg.stage.builtin.park.paths import Paths, left_of

# A path lies this much below its edges, which slope down to it over this width [m].
_SUNK_M, LIP_M = 0.025, 0.07
_CELL_M, _FAR_CELL_M = 0.75, 5.0
_PERIOD_M = 110.0
# Faces are looked up by cells of this size [m].
_BIN_M = 1.0
# Beside a path the lawn turns level over this distance, so that a bench stands straight [m].
_SHOULDER_M = 3.5


@dataclass(frozen=True, eq=False)
class Sheet:
    """The ground.

    Attributes:
        vertices: shape (V, 3), the lowest at z = 0 [m].
        faces: Counter-clockwise seen from above, shape (F, 3).
        is_path: Of each face, shape (F,).
    """

    vertices: FloatArray
    faces: IndexArray
    is_path: BoolArray

    def heights(self, points: FloatArray) -> FloatArray:
        """Return the height of the ground at points on it, shape (N, 2): shape (N,) [m]."""
        corners = self.vertices[self.faces]
        first, a, b = corners[:, 0], corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
        det = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
        starts, faces, cell = self._binned(points)
        heights = np.zeros(len(points))
        best = np.full(len(points), -np.inf)
        left, turn = np.arange(len(points)), 0
        while len(left):
            left = left[starts[cell[left]] + turn < starts[cell[left] + 1]]
            face = faces[starts[cell[left]] + turn]
            x, y = (points[left] - first[face, :2]).T
            s = (x * b[face, 1] - y * b[face, 0]) / det[face]
            t = (a[face, 0] * y - a[face, 1] * x) / det[face]
            # Nobody is missed for rounding: the triangle that a point is deepest in, or least outside of, has it.
            depth = np.minimum(np.minimum(s, t), 1.0 - s - t)
            better = depth > best[left]
            best[left[better]] = depth[better]
            heights[left[better]] = (first[face, 2] + s * a[face, 2] + t * b[face, 2])[better]
            left, turn = left[best[left] < 0], turn + 1
        return heights

    def _binned(self, points: FloatArray) -> tuple[IndexArray, IndexArray, IndexArray]:
        """Return where each cell's faces start, shape (C + 1,), the faces cell by cell, and each point's cell."""
        low = self.vertices[:, :2].min(axis=0)
        columns, rows = (np.floor((self.vertices[:, :2].max(axis=0) - low) / _BIN_M) + 1).astype(np.int64)
        flat = (self.vertices[self.faces, :2] - low) / _BIN_M
        least, most = np.floor(flat.min(axis=1)).astype(np.int64), np.floor(flat.max(axis=1)).astype(np.int64)
        across, down = (most - least + 1).T
        owner = np.repeat(np.arange(len(self.faces)), across * down)
        order = np.arange(len(owner)) - np.repeat(np.cumsum(across * down) - across * down, across * down)
        cells = (least[owner, 1] + order // across[owner]) * columns + least[owner, 0] + order % across[owner]
        sort = np.argsort(cells, kind="stable")
        starts = np.searchsorted(cells[sort], np.arange(columns * rows + 1))
        at = np.floor((points - low) / _BIN_M).astype(np.int64)
        return starts, owner[sort], at[:, 1] * columns + at[:, 0]

    def part(self, of_path: bool, form: ParkTerrainForm) -> Geometry:
        """Return the path, or all but the path, with texture coordinates in metres."""
        faces = self.faces[self.is_path == of_path]
        used, faces = np.unique(faces, return_inverse=True)
        vertices = self.vertices[used]
        uvs = vertices[:, :2] if of_path else vertices[:, :2] + _warp(vertices[:, :2], form)
        return Geometry(vertices, faces.reshape(-1, 3), self._normals()[used], uvs)

    def _normals(self) -> FloatArray:
        corners = self.vertices[self.faces]
        facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        normals = np.zeros_like(self.vertices)
        for corner in range(3):
            for axis in range(3):
                normals[:, axis] += np.bincount(self.faces[:, corner], facing[:, axis], len(normals))
        normals /= np.linalg.norm(normals, axis=1, keepdims=True)
        return normals


def lay_ground(half_m: tuple[float, float], inner_m: float, rim_m: float, paths: Paths, form: ParkTerrainForm) -> Sheet:
    """Return the ground of a park.

    Args:
        half_m: Half its sides.
        inner_m: Half the side of its lawn, which has the form's relief; beyond, the ground rises.
        rim_m: By how much, up to the corners.
        paths: What it makes room for.
        form: The park's.
    """
    from scipy.spatial import Delaunay

    rows, background = _rows(paths, half_m), _background(half_m, inner_m, form)
    points = np.concatenate([*rows, background[~paths.within(background, LIP_M + 0.4)]])
    faces = Delaunay(points).simplices.astype(np.int64)
    a, b, c = (points[faces[:, corner]] for corner in range(3))
    turn = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    # Points along a straight rim or row leave slivers without area.
    faces, turn = faces[np.abs(turn) > 1e-9], turn[np.abs(turn) > 1e-9]
    faces = np.where((turn < 0)[:, None], faces[:, ::-1], faces)
    is_path = paths.within(points[faces].mean(axis=1), 0.0)
    heights = _heights(points, inner_m, rim_m, half_m, paths, form)
    return Sheet(np.column_stack([points, heights - heights.min()]), faces, is_path)


def _rows(paths: Paths, half_m: tuple[float, float]) -> list[FloatArray]:
    """Return points in rows along each path, without those on a path that was laid before."""
    half = paths.half_m
    offsets = np.array([-half - LIP_M, -half, -half / 2, 0.0, half / 2, half, half + LIP_M])
    rows: list[FloatArray] = []
    for index, line in enumerate(paths.lines):
        points = (line[:, None] + offsets[None, :, None] * left_of(line)[:, None]).reshape(-1, 2)
        points = points[(np.abs(points) < np.array(half_m) - 0.3).all(axis=1)]
        if index:
            earlier = Paths(paths.lines[:index], half)
            points = points[~earlier.within(points, LIP_M + 0.12)]
        rows.append(points)
    return rows


def _background(half_m: tuple[float, float], inner_m: float, form: ParkTerrainForm) -> FloatArray:
    """Return points all over: near each other on the lawn, ever farther apart towards the rim; corners exact."""
    draws = Draws("park ground", form.variant)
    x, y = half_m
    reach = min(inner_m + 6.0, x - 1.0, y - 1.0)
    points = [_loose(np.arange(-reach, reach, _CELL_M), np.arange(-reach, reach, _CELL_M), 0.3 * _CELL_M, draws)]
    far = _loose(np.arange(-x + 2, x - 2, _FAR_CELL_M), np.arange(-y + 2, y - 2, _FAR_CELL_M), 1.2, draws)
    points.append(far[np.abs(far).max(axis=1) > reach + 1.0])
    for side in (-1.0, 1.0):
        along_x, along_y = np.linspace(-x, x, 33), np.linspace(-y, y, 33)[1:-1]
        points.append(np.stack([along_x, np.full_like(along_x, side * y)], axis=1))
        points.append(np.stack([np.full_like(along_y, side * x), along_y], axis=1))
    return np.concatenate(points)


def _loose(x: FloatArray, y: FloatArray, jitter_m: float, draws: Draws) -> FloatArray:
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    return grid + draws.uniform(-jitter_m, jitter_m, len(grid), 2)


def _heights(
    points: FloatArray,
    inner_m: float,
    rim_m: float,
    half_m: tuple[float, float],
    paths: Paths,
    form: ParkTerrainForm,
) -> FloatArray:
    on_lawn = np.abs(points).max(axis=1) < inner_m
    low, high = np.percentile(_rolling(points[on_lawn], form), [0.0, 100.0])

    def relief(places: FloatArray) -> FloatArray:
        rolling = form.relief_m * (_rolling(places, form) - low) / max(float(high - low), 1e-9)
        outside = np.maximum(np.abs(places).max(axis=1) - inner_m, 0.0) / max(max(half_m) - inner_m, 1e-9)
        raised: FloatArray = rolling * (1.0 - 0.5 * _eased(3 * outside)) + rim_m * outside**1.5
        return raised

    away, nearest = paths.nearest(points)
    weights = 1.0 / (away**4 + 1e-6)
    level = sum(weight * relief(place) for weight, place in zip(weights, nearest, strict=True)) / weights.sum(axis=0)
    beside = away.min(axis=0) - paths.half_m
    blend = _eased((beside - 1.6) / _SHOULDER_M)
    heights: FloatArray = level + blend * (relief(points) - level)
    return heights - np.where(beside < 1e-6, _SUNK_M, 0.0)


def _rolling(points: FloatArray, form: ParkTerrainForm) -> FloatArray:
    """Return rolling ground of mean 0, in no unit."""
    return _sampled(f"park relief#{form.variant}", points, high=9.0, slope=1.9)


def _warp(points: FloatArray, form: ParkTerrainForm) -> FloatArray:
    """Return offsets of texture coordinates, shape (N, 2) [m], that bend rows of repeats out of sight."""
    bends = [_sampled(f"park warp {axis}#{form.variant}", points, high=6.0, slope=1.4) for axis in "uv"]
    return 0.6 * np.stack(bends, axis=1)


def _sampled(name: str, points: FloatArray, high: float, slope: float) -> FloatArray:
    from scipy import ndimage

    field = fractal(name, (128, 128), slope=slope, low=1, high=high)
    at = points.T[::-1] / _PERIOD_M * field.shape[0]
    sampled: FloatArray = ndimage.map_coordinates(field, at, order=3, mode="grid-wrap")
    return sampled


def _eased(share: FloatArray) -> FloatArray:
    t = np.clip(share, 0.0, 1.0)
    eased: FloatArray = t * t * (3.0 - 2.0 * t)
    return eased
