"""Boxes, balls and sheets whose meeting with a ray is a formula, and what a camera of rays must see of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from sdg.foundation.arrays import BoolArray, FloatArray
from sdg.foundation.transforms import rotation_xyz

# A builtin sphere is made of flat cells of 5.625 by 3.75 degrees with corners on the true one: half a diagonal.
CELL_DEG = math.hypot(5.625, 3.75) / 2
# From positions (u, v) in the picture, shape (N, 2) [px], to origins and unit directions, shape (N, 3), world frame.
Cast = Callable[[FloatArray], tuple[FloatArray, FloatArray]]


@dataclass(frozen=True, eq=False)
class Hits:
    """Where N rays meet a shape, in no order: distances, shape (N, K), inf where they don't; normals (N, K, 3)."""

    distances: FloatArray
    normals: FloatArray


class Shape(Protocol):
    """What rays can meet."""

    def meet(self, origins: FloatArray, directions: FloatArray) -> Hits: ...


@dataclass(frozen=True)
class Box:
    """An upright box; `base` is the middle of its lower face [m]."""

    base: tuple[float, float, float]
    size: tuple[float, float, float]

    def meet(self, origins: FloatArray, directions: FloatArray) -> Hits:
        low = np.array(self.base) - np.array([self.size[0] / 2, self.size[1] / 2, 0.0])
        with np.errstate(divide="ignore", invalid="ignore"):
            both = np.stack([(low - origins) / directions, (low + self.size - origins) / directions])
        entries, exits = both.min(axis=0), both.max(axis=0)
        entry, leaving = entries.max(axis=1), exits.min(axis=1)
        distances = np.stack([entry, leaving], axis=1)
        axes = np.stack([entries.argmax(axis=1), exits.argmin(axis=1)], axis=1)
        return Hits(np.where((entry <= leaving)[:, None], distances, np.inf), np.eye(3)[axes])


@dataclass(frozen=True)
class Sheet:
    """A rectangle, size along its X and Y, turned about its middle by fixed X, then Y, then Z."""

    centre: tuple[float, float, float]
    size: tuple[float, float]
    rotation_deg: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def meet(self, origins: FloatArray, directions: FloatArray) -> Hits:
        turn = rotation_xyz(self.rotation_deg)[:3, :3]
        normal = turn[:, 2]
        with np.errstate(divide="ignore", invalid="ignore"):
            distance = ((np.array(self.centre) - origins) @ normal) / (directions @ normal)
            place = (origins + directions * distance[:, None] - self.centre) @ turn
            inside = (np.abs(place[:, :2]) <= np.array(self.size) / 2).all(axis=1)
        normals = np.broadcast_to(normal, (len(origins), 1, 3))
        return Hits(np.where(inside, distance, np.inf)[:, None], normals)


@dataclass(frozen=True)
class Ball:
    """A sphere [m]."""

    centre: tuple[float, float, float]
    radius: float

    def meet(self, origins: FloatArray, directions: FloatArray) -> Hits:
        offset = origins - np.array(self.centre)
        along = (offset * directions).sum(axis=1)
        root = np.sqrt(np.maximum(along**2 - (offset**2).sum(axis=1) + self.radius**2, 0.0))
        distances = np.where((root > 0)[:, None], np.stack([-along - root, -along + root], axis=1), np.inf)
        with np.errstate(invalid="ignore"):
            places = offset[:, None, :] + directions[:, None, :] * distances[..., None]
        return Hits(distances, places / self.radius)


@dataclass(frozen=True, eq=False)
class Seen:
    """What N rays see: index of the shape, -1 for none; distance, inf for none; normal towards the camera."""

    index: FloatArray
    distance: FloatArray
    normal: FloatArray


def look(
    shapes: Mapping[str, Shape],
    origins: FloatArray,
    directions: FloatArray,
    near: FloatArray | float = 0.0,
    far: FloatArray | float = np.inf,
) -> Seen:
    """Return what each ray meets first between two distances along it."""
    index = np.full(len(origins), -1)
    distance = np.full(len(origins), np.inf)
    normal = np.zeros((len(origins), 3))
    for number, shape in enumerate(shapes.values()):
        hits = shape.meet(origins, directions)
        for each, normals in zip(hits.distances.T, hits.normals.transpose(1, 0, 2), strict=True):
            first = (each > near) & (each < far) & (each < distance)
            index[first], distance[first], normal[first] = number, each[first], normals[first]
    away = (normal * directions).sum(axis=1) > 0
    return Seen(index, distance, np.where(away[:, None], -normal, normal))


@dataclass(frozen=True, eq=False)
class Truth:
    """What a picture must hold, by pixel; shape (H, W) each.

    Attributes:
        index: Of the shape, in the order of the shapes; -1 for none.
        nearest, farthest: Bounds of the distance along the ray [m]; apart for balls, which are made of flat cells.
        cosine: Between the ray and the optical axis.
        normal: shape (H, W, 3), world frame; of the true ball for balls.
        is_ball: Whether a ball is seen.
        clear: Whether nothing else is seen `edge_px` away.
        smooth: Whether it is clear and the normal is much the same `edge_px` away.
    """

    index: FloatArray
    nearest: FloatArray
    farthest: FloatArray
    cosine: FloatArray
    normal: FloatArray
    is_ball: BoolArray
    clear: BoolArray
    smooth: BoolArray


def truth_of(
    shapes: Mapping[str, Shape],
    cast: Cast,
    forward: FloatArray,
    size: tuple[int, int],
    edge_px: float,
    clip_z_m: tuple[float, float] = (0.0, np.inf),
) -> Truth:
    """Return what a picture of (width, height) must hold, by rays through its pixels' centres and round them."""
    u, v = np.meshgrid(np.arange(size[0]) + 0.5, np.arange(size[1]) + 0.5)
    centres = np.stack([u.ravel(), v.ravel()], axis=1)
    shrunk = {name: _within_cells(shape) for name, shape in shapes.items()}

    def see(world: Mapping[str, Shape], offset: tuple[float, float]) -> tuple[Seen, FloatArray]:
        origins, directions = cast(centres + offset)
        cosine = directions @ forward
        with np.errstate(divide="ignore", invalid="ignore"):
            near, far = clip_z_m[0] / cosine, clip_z_m[1] / cosine
        limits = (near, far) if clip_z_m != (0.0, np.inf) else (0.0, np.inf)
        return look(world, origins, directions, *limits), cosine

    seen, cosine = see(shapes, (0.0, 0.0))
    inner, _ = see(shrunk, (0.0, 0.0))
    clear = seen.index == inner.index
    smooth = clear.copy()
    for turn in np.arange(8) * math.pi / 4:
        for world in (shapes, shrunk):
            beside, _ = see(world, (edge_px * math.cos(turn), edge_px * math.sin(turn)))
            clear &= beside.index == seen.index
            smooth &= (beside.normal * seen.normal).sum(axis=1) > 0.95
    is_ball = np.array([isinstance(shape, Ball) for shape in shapes.values()] + [False])  # the last for index -1
    grid = (size[1], size[0])
    return Truth(
        seen.index.reshape(grid),
        seen.distance.reshape(grid),
        inner.distance.reshape(grid),
        cosine.reshape(grid),
        seen.normal.reshape(*grid, 3),
        is_ball[seen.index].reshape(grid),
        clear.reshape(grid),
        (clear & smooth).reshape(grid),
    )


def _within_cells(shape: Shape) -> Shape:
    """Return the ball that the flat cells of a builtin sphere all lie outside of; other shapes as they are."""
    if isinstance(shape, Ball):
        return replace(shape, radius=shape.radius * math.cos(math.radians(CELL_DEG)))
    return shape


def pinhole(
    eye: tuple[float, float, float], target: tuple[float, float, float], focal_px: float, size: tuple[int, int]
) -> tuple[Cast, FloatArray]:
    """Return the rays of an upright pinhole, by its definition, and its unit axis.

    Right is forward x up and down is forward x right; u grows to the right and v downwards from the picture's corner.
    """
    forward = np.array(target, float) - eye
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, (0.0, 0.0, 1.0))
    right /= np.linalg.norm(right)
    down = np.cross(forward, right)

    def cast(positions: FloatArray) -> tuple[FloatArray, FloatArray]:
        across = (positions - np.array(size) / 2) / focal_px
        directions = forward + across[:, :1] * right + across[:, 1:] * down
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        return np.broadcast_to(np.array(eye, float), directions.shape), directions

    return cast, forward
