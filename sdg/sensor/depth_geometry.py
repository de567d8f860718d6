"""Surfaces as a depth sensor meets them: where they are, at which angle, and where one ends and another begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, cast

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
        directions: Unit ray, shape (H, W, 3), float32, camera frame.
        origins_m: Where rays start, shape (H, W, 3), float32 [m], camera frame; None if all start at its origin.
        world_normals: Towards the camera, shape (H, W, 3), float32, world frame; 0 where nothing is met.
        camera_from_world: Rotation, shape (3, 3), float32.
    """

    hit: BoolArray
    depth_m: Float32Array
    distance_m: Float32Array
    directions: Float32Array
    origins_m: Float32Array | None
    world_normals: Float32Array
    camera_from_world: Float32Array

    @classmethod
    def of(cls, view: RenderedView, camera: Camera) -> Surfaces:
        hit: BoolArray = np.isfinite(view.depth_z_m)
        depth, distance = (np.where(hit, length, np.float32(1.0)) for length in (view.depth_z_m, view.distance_m))
        origins, directions = _center_rays(cast("Any", camera.lens))
        rotation = np.ascontiguousarray(camera.world_from_camera[:3, :3].T, dtype=np.float32)
        return cls(hit, depth, distance, directions, origins, view.normals, rotation)

    def points_of(self, rows: slice) -> Float32Array:
        """Return what the rays of some rows meet, shape (rows, W, 3), float32 [m], camera frame."""
        points = self.directions[rows] * self.distance_m[rows, :, None]
        if self.origins_m is not None:
            points += self.origins_m[rows]
        return np.asarray(points, dtype=np.float32)

    @cached_property
    def points_m(self) -> Float32Array:
        """What the rays meet, shape (H, W, 3), float32 [m], camera frame."""
        return self.points_of(slice(None))

    @cached_property
    def normals(self) -> Float32Array:
        """Towards the camera, shape (H, W, 3), float32, camera frame; 0 where nothing is met."""
        import cv2

        return np.asarray(cv2.transform(self.world_normals, self.camera_from_world), dtype=np.float32)

    @cached_property
    def cosine(self) -> Float32Array:
        """Of the angle between normal and ray, shape (H, W), float32, in [0, 1]."""
        return np.clip(-_dot(self.normals, self.directions), np.float32(0.0), np.float32(1.0))

    @cached_property
    def angle_rad(self) -> Float32Array:
        """Between normal and ray, shape (H, W) [rad]."""
        return np.asarray(np.arccos(self.cosine), dtype=np.float32)

    def faces_within(self, angle_deg: float) -> BoolArray:
        """Return whether surfaces are seen at no more than an angle to their normals, shape (H, W)."""
        return np.asarray(self.cosine >= np.float32(np.cos(np.radians(angle_deg))) if angle_deg < 90 else self.hit)

    def edges_along(self, axis: int) -> BoolArray:
        """Return whether an edge lies between each pixel and the next along an axis, the axis last.

        Nothing is a surface of its own.
        """
        first = self._patches(lambda array: np.moveaxis(array, axis, 1)[:, :-1])
        second = self._patches(lambda array: np.moveaxis(array, axis, 1)[:, 1:])
        return _edges(first, second)

    def edges_to(self, other: npt.NDArray[np.intp]) -> BoolArray:
        """Return whether an edge lies between each pixel and another, by flat index, shape (H, W)."""
        return _edges(
            self._patches(lambda array: array), self._patches(lambda array: array.reshape(-1, *array.shape[2:])[other])
        )

    def _patches(self, pick: Callable[[Any], Any]) -> _Patches:
        return _Patches(pick(self.points_m), pick(self.normals), pick(self.distance_m), pick(self.hit))


class _Patches(NamedTuple):
    """Pieces of surface, by pixel: where, facing where, how far from the camera, and whether there is one."""

    points_m: Float32Array
    normals: Float32Array
    distance_m: Float32Array
    hit: BoolArray


def _edges(one: _Patches, other: _Patches) -> BoolArray:
    """Return whether two patches are of different surfaces: both lie far off the other's plane."""
    apart = other.points_m - one.points_m
    off = np.minimum(np.abs(_dot(one.normals, apart)), np.abs(_dot(other.normals, apart)))
    jump = off > _EDGE_SHARE * np.minimum(one.distance_m, other.distance_m)
    return np.asarray((jump & one.hit & other.hit) | (one.hit != other.hit))


def _dot(first: Float32Array, second: Float32Array) -> Float32Array:
    return np.asarray(np.einsum("ijk,ijk->ij", first, second), dtype=np.float32)


@lru_cache(maxsize=4)
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
