"""Surfaces as a depth sensor meets them: where they are, at which angle, and where one ends and another begins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from sdg.camera.lens import Lens
from sdg.foundation.arrays import BoolArray, Float32Array
from sdg.render.api import RenderedView
from sdg.stage.model import Camera

# Two neighbours are of one surface unless each lies this far off the other's plane, in shares of their distance.
_EDGE_SHARE = np.float32(0.01)


@dataclass(frozen=True, eq=False)
class Surfaces:
    """What the centre rays of a view meet.

    Attributes:
        hit: Where they meet anything, shape (H, W).
        depth_m: Along the axis, shape (H, W), float32 [m]; 1 where nothing is met.
        distance_m: Along the ray, shape (H, W), float32 [m]; 1 where nothing is met.
        points_m: shape (H, W, 3), float32 [m], camera frame.
        normals: Towards the camera, shape (H, W, 3), float32, camera frame; 0 where nothing is met.
        cosine: Of the angle between normal and ray, shape (H, W), float32, in [0, 1].
    """

    hit: BoolArray
    depth_m: Float32Array
    distance_m: Float32Array
    points_m: Float32Array
    normals: Float32Array
    cosine: Float32Array

    @classmethod
    def of(cls, view: RenderedView, camera: Camera) -> Surfaces:
        hit: BoolArray = np.isfinite(view.depth_z_m)
        distance = np.where(hit, view.distance_m, np.float32(1.0))
        origins, directions = _center_rays(cast("Any", camera.lens))
        points = directions * distance[..., None]
        if origins is not None:
            points += origins
        normals = view.normals @ camera.world_from_camera[:3, :3].astype(np.float32)
        cosine = np.clip(-(normals * directions).sum(axis=-1), np.float32(0.0), np.float32(1.0))
        return cls(hit, np.where(hit, view.depth_z_m, np.float32(1.0)), distance, points, normals, cosine)

    @cached_property
    def angle_rad(self) -> Float32Array:
        """Between normal and ray, shape (H, W) [rad]."""
        return np.asarray(np.arccos(self.cosine), dtype=np.float32)

    def edges_to(self, index: npt.NDArray[np.intp], other: npt.NDArray[np.intp]) -> BoolArray:
        """Return whether an edge lies between pairs of pixels, by flat index; nothing is a surface of its own."""
        points, normals = self.points_m.reshape(-1, 3), self.normals.reshape(-1, 3)
        apart = points[other] - points[index]
        off_one = np.abs((normals[index] * apart).sum(axis=-1))
        off_other = np.abs((normals[other] * apart).sum(axis=-1))
        nearer = np.minimum(self.distance_m.reshape(-1)[index], self.distance_m.reshape(-1)[other])
        hit = self.hit.reshape(-1)
        both = hit[index] & hit[other]
        jump = both & (np.minimum(off_one, off_other) > _EDGE_SHARE * nearer)
        return np.asarray(jump | (hit[index] != hit[other]))


@lru_cache(maxsize=8)
def _center_rays(lens: Lens) -> tuple[Float32Array | None, Float32Array]:
    """Return origin (None: the camera's) and direction of the rays through all pixel centres, camera frame.

    Directions are 0 where there is no ray.
    """
    width, height = lens.resolution
    grid = np.stack(np.meshgrid(np.arange(0.5, width), np.arange(0.5, height)), axis=-1).reshape(-1, 2)
    directions, valid = lens.unproject(grid)
    directions = np.where(valid[:, None], directions, 0.0)
    origins = lens.origins_m(grid)
    shape = (height, width, 3)
    starts = None if origins is None else origins.reshape(shape).astype(np.float32)
    return starts, directions.reshape(shape).astype(np.float32)
