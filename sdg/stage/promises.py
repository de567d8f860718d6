"""Whether a camera's pose keeps what its recipe requires, decided on the stage's own triangles.

The pixels that show the target are found by casting the camera's own rays, at most some thousands, on a regular
lattice. What they show is then an estimate of what the labels will say, and is held to the requirement with a margin:
each cell of the lattice that an edge passes through may be wrong by up to half, independently, so four standard
deviations of a sum of that many. Where every pixel is cast there is no margin but one pixel.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sdg.camera.lens import Lens
from sdg.foundation.arrays import BoolArray, FloatArray, IntArray
from sdg.foundation.boxes import share_in_picture
from sdg.foundation.transforms import invert_rigid, transform_points
from sdg.recipe.model import RequireBlock
from sdg.stage.casting import bounding_spheres, is_blocked, nearest_hits_m, pixel_rays
from sdg.stage.lamps import lamp_triangles
from sdg.stage.world import PlacedObject, World

# Rays of a first look, which refuses most poses, and of the one that decides.
_FIRST_RAYS = 400
_RAYS = 4_096
_FIRST_SLACK = 0.15
_DEVIATIONS = 4.0
_CELL_DEVIATION = 0.5


@dataclass(frozen=True)
class _Showing:
    """What is seen of a target: its pixels in the picture, those of them that nothing hides, and a margin [shares]."""

    alone: BoolArray
    seen: BoolArray
    step: int

    @property
    def visibility(self) -> float:
        """The share that is seen, at least."""
        alone, seen = int(self.alone.sum()), int(self.seen.sum())
        if not alone or seen == alone:
            return float(alone > 0)
        if self.step == 1:
            return max(0.0, (seen - 1) / alone)
        return seen / alone - _DEVIATIONS * _CELL_DEVIATION * math.sqrt(_edge_cells(self.alone, self.seen)) / alone

    @property
    def size_px(self) -> int:
        """The longer side of the box round what is seen, at least."""
        rows, columns = np.flatnonzero(self.seen.any(axis=1)), np.flatnonzero(self.seen.any(axis=0))
        if not len(rows):
            return 0
        return self.step * int(max(np.ptp(rows), np.ptp(columns)))


class Promises:
    """Judges poses of one camera in one world."""

    def __init__(self, world: World, require: RequireBlock, lens: Lens, clip_m: tuple[float, float]) -> None:
        self._world = world
        self._require = require
        self._lens = lens
        self._clip_m = clip_m
        self._lamps = lamp_triangles(world)

    def broken(self, world_from_camera: FloatArray, thing: PlacedObject) -> str:
        """Return the first key of `require` that a pose doesn't keep for a target; empty if it keeps all."""
        require = self._require
        camera_from_world = invert_rigid(world_from_camera)
        own = _moved(camera_from_world, self._world.triangles(thing))
        pixels, projected = self._lens.project(own.reshape(-1, 3))
        if require.min_in_view > 0 and share_in_picture(pixels, self._lens.resolution) < require.min_in_view:
            return "min_in_view"
        low, high = self._window(pixels, bool(projected.all()))
        if require.min_visibility == 0 and require.min_size_px == 0:
            return ""
        if np.any(low >= high) or (high - low).max() < require.min_size_px:
            return "min_size_px" if require.min_size_px > 0 else "min_visibility"
        for rays, slack in ((_FIRST_RAYS, _FIRST_SLACK), (_RAYS, 0.0)):
            showing = self._look(camera_from_world, own, thing, (low, high), rays)
            share = showing.seen.sum() / max(1, showing.alone.sum()) if slack else showing.visibility
            if showing.step > 1 and slack and showing.alone.sum() < _FIRST_RAYS / 20:
                continue  # too few to tell
            if share < require.min_visibility - slack or not showing.seen.any():
                return "min_visibility"
            if showing.size_px + (2 * showing.step if slack else 0) < require.min_size_px:
                return "min_size_px"
            if showing.step == 1 and not slack:
                break
        return ""

    def _window(self, pixels: FloatArray, whole: bool) -> tuple[IntArray, IntArray]:
        """Return the corners of the box of pixels that may show the target, the upper exclusive."""
        size = np.array(self._lens.resolution)
        if not whole:
            return np.zeros(2, dtype=np.int64), size
        low = np.clip(np.floor(pixels.min(axis=0)) - 1, 0, size).astype(np.int64)
        high = np.clip(np.ceil(pixels.max(axis=0)) + 1, 0, size).astype(np.int64)
        return low, high

    def _look(
        self,
        camera_from_world: FloatArray,
        own: FloatArray,
        thing: PlacedObject,
        window: tuple[IntArray, IntArray],
        most: int,
    ) -> _Showing:
        """Return what a lattice of at most so many pixels of a window shows of a target."""
        low, high = window
        step = max(1, math.ceil(math.sqrt(float(np.prod(high - low)) / most)))
        columns, rows = (np.arange(low[axis] + (step - 1) // 2, high[axis], step) for axis in range(2))
        lattice = np.stack(np.meshgrid(columns, rows), axis=-1)
        rays, valid = pixel_rays(self._lens, lattice.reshape(-1, 2), self._clip_m)
        distance = nearest_hits_m(rays, own)
        met = np.isfinite(distance)
        rays, distance = rays.at(met), distance[met]
        blocked = np.zeros(len(distance), dtype=bool)
        for triangles in self._others(thing, distance.max(initial=0.0), own, camera_from_world):
            open_ = np.flatnonzero(~blocked)
            blocked[open_] = is_blocked(rays.at(open_), distance[open_], triangles)
        alone = np.zeros(len(valid), dtype=bool)
        alone[np.flatnonzero(valid)[met]] = True
        seen = alone.copy()
        seen[alone] = ~blocked
        shape = lattice.shape[:2]
        return _Showing(alone.reshape(shape), seen.reshape(shape), step)

    def _others(
        self, thing: PlacedObject, farthest_m: float, own: FloatArray, camera_from_world: FloatArray
    ) -> list[FloatArray]:
        """Return the triangles of whatever may stand in front of a target, camera frame, thing by thing."""
        world, planes = self._world, self._lens.origins_m(np.zeros((1, 2))) is not None
        is_near = _cone(own, farthest_m) if not planes else _anywhere
        found = []
        for other in world.placed.values():
            middle = (other.low_m + other.high_m) / 2
            radius = float(np.linalg.norm(other.high_m - other.low_m)) / 2
            if other is not thing and is_near(_moved(camera_from_world, middle[None]), np.array([radius]))[0]:
                found.append(_moved(camera_from_world, world.triangles(other)))
        still = [] if world.obstacles is None else [world.obstacles.triangles]
        for triangles in (*still, self._lamps):
            moved = _moved(camera_from_world, triangles)
            near = moved[is_near(*bounding_spheres(moved))]
            if len(near):
                found.append(near)
        return found


def _edge_cells(alone: BoolArray, seen: BoolArray) -> int:
    """Return how many cells of a lattice have a neighbour of another kind: void, hidden or seen."""
    kind = alone.astype(np.int8) + seen
    edge = np.zeros(kind.shape, dtype=bool)
    across, down = kind[:, 1:] != kind[:, :-1], kind[1:] != kind[:-1]
    edge[:, 1:] |= across
    edge[:, :-1] |= across
    edge[1:] |= down
    edge[:-1] |= down
    return int(edge.sum())


def _cone(own: FloatArray, farthest_m: float) -> Callable[[FloatArray, FloatArray], BoolArray]:
    """Return what tells which spheres reach into the cone from the camera round a target."""
    middle = (own.reshape(-1, 3).min(axis=0) + own.reshape(-1, 3).max(axis=0)) / 2
    radius = float(np.linalg.norm(own.reshape(-1, 3) - middle, axis=1).max())
    distance = float(np.linalg.norm(middle))
    if distance <= radius:
        return _anywhere
    half_angle = math.asin(radius / distance)

    def reaches(middles: FloatArray, radii: FloatArray) -> BoolArray:
        away = np.linalg.norm(middles, axis=1)
        cosine = middles @ middle / np.maximum(away * distance, 1e-12)
        own_angle = np.arcsin(np.clip(radii / np.maximum(away, 1e-12), 0.0, 1.0))
        near: BoolArray = (np.arccos(np.clip(cosine, -1.0, 1.0)) <= half_angle + own_angle) | (away <= radii)
        near &= away - radii <= farthest_m
        return near

    return reaches


def _anywhere(middles: FloatArray, radii: FloatArray) -> BoolArray:
    return np.ones(len(middles), dtype=bool)


def _moved(matrix: FloatArray, points: FloatArray) -> FloatArray:
    return transform_points(matrix, points.reshape(-1, 3)).reshape(points.shape)
