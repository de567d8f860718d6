"""Branches: where they run, and the bark round them. All branches of one order are made at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.stage.builtin.draws import Draws
from sdg.stage.builtin.geometry import Geometry, IndexArray


@dataclass(frozen=True, eq=False)
class Limbs:
    """Branches of one order.

    Attributes:
        points: Their middles from foot to tip, shape (B, P, 3) [m].
        radii: shape (B, P) [m].
    """

    points: FloatArray
    radii: FloatArray

    @property
    def lengths(self) -> FloatArray:
        """Distance from foot to tip, shape (B,) [m]."""
        lengths: FloatArray = np.linalg.norm(self.points[:, -1] - self.points[:, 0], axis=1)
        return lengths

    def at(self, index: IndexArray, share: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return place, direction and radius of a branch at a share of its length, shapes (N, 3), (N, 3), (N,)."""
        steps = self.points.shape[1] - 1
        position = np.clip(share, 0.0, 1.0) * steps
        below = np.minimum(position.astype(np.int64), steps - 1)
        rest = position - below
        start, end = self.points[index, below], self.points[index, below + 1]
        radius = self.radii[index, below] * (1 - rest) + self.radii[index, below + 1] * rest
        return start + rest[:, None] * (end - start), unit(end - start), radius


def unit(vectors: FloatArray) -> FloatArray:
    """Return vectors, shape (..., 3), at length 1."""
    lengths: FloatArray = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.maximum(lengths, 1e-12)


def grown(
    start: FloatArray,
    direction: FloatArray,
    length: FloatArray,
    radius: FloatArray,
    draws: Draws,
    *,
    steps: int,
    rise: float = 0.0,
    wobble: float = 0.1,
    tip: float = 0.3,
) -> Limbs:
    """Return branches that leave their start along a direction and bend on their way.

    Args:
        start: shape (B, 3) [m].
        direction: Unit, shape (B, 3).
        length: shape (B,) [m].
        radius: At the start, shape (B,) [m].
        draws: Of the small bends.
        steps: Pieces that each is made of.
        rise: How much it turns up on its way, as a share of its length; down if negative.
        wobble: Bends to either side, as a share of its length.
        tip: Radius at the tip, as a share of that at the start.
    """
    count = len(start)
    along = np.linspace(0.0, 1.0, steps + 1)
    bends = draws.directions(count, steps) * (wobble / steps)
    straight = direction[:, None] * along[None, :, None]
    drift = np.concatenate([np.zeros((count, 1, 3)), np.cumsum(bends, axis=1)], axis=1)
    drift[:, :, 2] += rise * along**2
    points = start[:, None] + (straight + drift) * length[:, None, None]
    return Limbs(points, radius[:, None] * (1.0 + (tip - 1.0) * along))


def branched(
    parents: Limbs,
    count: int,
    draws: Draws,
    *,
    share: tuple[float, float],
    spread_deg: tuple[float, float],
    length: tuple[float, float],
    steps: int,
    rise: float,
    thickness: float = 0.6,
) -> Limbs:
    """Return `count` branches on each parent.

    Args:
        parents: What they grow from.
        count: How many on each.
        draws: Of their places and directions.
        share: Where along its parent the first and the last starts.
        spread_deg: Between a branch and its parent, least and most.
        length: As a share of its parent's length, at the first place and at the last.
        steps: See `grown`.
        rise: See `grown`.
        thickness: At most so much of its parent's radius there.
    """
    every = len(parents.points) * count
    index = np.repeat(np.arange(len(parents.points)), count)
    order = np.tile((np.arange(count) + 0.5) / count, len(parents.points))
    where = share[0] + (share[1] - share[0]) * np.clip(order + draws.uniform(-0.5, 0.5, every) / count, 0.0, 1.0)
    start, forward, radius = parents.at(index, where)
    beside = unit(np.cross(forward, draws.directions(every)))
    # Neighbours leave to opposite sides, so that no side of a branch stays empty.
    beside *= np.where(np.arange(every) % 2 == 0, 1.0, -1.0)[:, None]
    spread = np.radians(draws.uniform(*spread_deg, every))[:, None]
    direction = forward * np.cos(spread) + beside * np.sin(spread)
    reach = (length[0] + (length[1] - length[0]) * order) * draws.uniform(0.75, 1.25, every)
    return grown(start, direction, parents.lengths[index] * reach, radius * thickness, draws, steps=steps, rise=rise)


def bark(limbs: Limbs, sides: int) -> Geometry:
    """Return round skins of branches, open at both ends; v runs along a branch."""
    points, radii = limbs.points, limbs.radii
    tangent = np.empty_like(points)
    tangent[:, 1:-1] = points[:, 2:] - points[:, :-2]
    tangent[:, 0], tangent[:, -1] = points[:, 1] - points[:, 0], points[:, -1] - points[:, -2]
    tangent = unit(tangent)
    whole = unit(points[:, -1] - points[:, 0])
    least = np.eye(3)[np.argmin(np.abs(whole), axis=1)]
    aside = np.cross(whole, least)
    first = unit(aside[:, None] - np.einsum("bi,bpi->bp", aside, tangent)[:, :, None] * tangent)
    second = np.cross(tangent, first)
    turn = np.linspace(0.0, 2 * np.pi, sides + 1)
    cos, sin = np.cos(turn)[None, None, :, None], np.sin(turn)[None, None, :, None]
    outward = first[:, :, None] * cos + second[:, :, None] * sin
    outward[:, :, -1] = outward[:, :, 0]
    vertices = points[:, :, None] + outward * radii[:, :, None, None]
    travelled = np.concatenate(
        [np.zeros((len(points), 1)), np.cumsum(np.linalg.norm(np.diff(points, axis=1), axis=2), axis=1)], axis=1
    )
    girth = np.broadcast_to(radii.mean(axis=1)[:, None, None] * turn, vertices.shape[:3])
    uvs = np.stack([girth, np.broadcast_to(travelled[:, :, None], girth.shape)], axis=-1)
    branches, rings, ring = vertices.shape[:3]
    cell = np.arange(branches)[:, None, None] * rings * ring + np.arange(rings - 1)[:, None] * ring + np.arange(sides)
    low = cell.reshape(-1)
    faces = np.concatenate(
        [np.stack([low, low + 1, low + ring + 1], axis=1), np.stack([low, low + ring + 1, low + ring], axis=1)]
    )
    return Geometry(vertices.reshape(-1, 3), faces, outward.reshape(-1, 3), uvs.reshape(-1, 2))
