"""Which links touch: by their convex hulls first, and where those meet by their triangles.

A link's hull holds its triangles, so links whose hulls are apart are apart. Links that carry each other, links of one
rigid piece, and pairs that touch at rest are passed over.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import invert_rigid, transform_points
from sdg.foundation.triangles import triangles_cross
from sdg.physics.convex import hull_corners
from sdg.stage.articulation import Articulation
from sdg.stage.asset import Asset
from sdg.stage.keyed import KeyedAsset

# Hulls that overlap by less are not told from hulls that touch [m].
_GAP_M = 1e-6


def first_contact(rest: Asset, pose: Articulation) -> tuple[str, str] | None:
    """Return the names of the first two links that touch in a pose; None if none do.

    Args:
        rest: The asset at rest.
        pose: Its articulation in another pose.
    """
    keyed = KeyedAsset.of(rest)
    placed = _placed_hulls(keyed, pose)
    for one, other in _watched_pairs(keyed):
        if _touch(keyed, pose, placed, one, other):
            return pose.links[one].name, pose.links[other].name
    return None


def _touch(keyed: KeyedAsset, pose: Articulation, hulls: dict[int, FloatArray], one: int, other: int) -> bool:
    if np.any(hulls[one].min(axis=0) > hulls[other].max(axis=0)):
        return False
    if np.any(hulls[other].min(axis=0) > hulls[one].max(axis=0)):
        return False
    if not hulls_touch(hulls[one], hulls[other]):
        return False
    shapes = _link_shapes(keyed)
    first, second = (
        transform_points(pose.object_from_link[link], shapes[link].triangles.reshape(-1, 3)).reshape(-1, 3, 3)
        for link in (one, other)
    )
    return triangles_cross(first, second)


def _placed_hulls(keyed: KeyedAsset, pose: Articulation) -> dict[int, FloatArray]:
    return {
        link: transform_points(pose.object_from_link[link], shape.hull) for link, shape in _link_shapes(keyed).items()
    }


@dataclass(frozen=True, eq=False)
class _LinkShape:
    """A link's triangles, shape (T, 3, 3), and the corners of its convex hull, shape (N, 3), link frame [m]."""

    triangles: FloatArray
    hull: FloatArray


@lru_cache(maxsize=32)
def _link_shapes(keyed: KeyedAsset) -> dict[int, _LinkShape]:
    """Return the shape of each link; links without triangles have none."""
    articulation = keyed.asset.articulation
    assert articulation is not None
    pieces: dict[int, list[FloatArray]] = {}
    for part, link in zip(keyed.asset.parts, articulation.part_links, strict=True):
        back = invert_rigid(articulation.object_from_link[link])
        pieces.setdefault(link, []).append(transform_points(back, part.mesh.vertices)[part.mesh.faces])
    shapes = {}
    for link, found in sorted(pieces.items()):
        triangles = np.concatenate(found)
        shapes[link] = _LinkShape(triangles, hull_corners(triangles.reshape(-1, 3)))
    return shapes


@lru_cache(maxsize=32)
def _watched_pairs(keyed: KeyedAsset) -> tuple[tuple[int, int], ...]:
    """Return the pairs of links that may not touch."""
    rest = keyed.asset.articulation
    assert rest is not None
    piece = _rigid_pieces(rest)
    carrier = {piece[i]: piece[link.parent] for i, link in enumerate(rest.links) if link.joints and link.parent >= 0}
    hulls = _placed_hulls(keyed, rest)
    return tuple(
        (one, other)
        for one, other in itertools.combinations(sorted(hulls), 2)
        if piece[one] != piece[other]
        and carrier.get(piece[one]) != piece[other]
        and carrier.get(piece[other]) != piece[one]
        and not _touch(keyed, rest, hulls, one, other)
    )


def _rigid_pieces(articulation: Articulation) -> list[int]:
    """Return, of each link, the first link that it is fixed to."""
    piece: list[int] = []
    for index, link in enumerate(articulation.links):
        piece.append(index if link.joints or link.parent < 0 else piece[link.parent])
    return piece


def hulls_touch(first: FloatArray, second: FloatArray) -> bool:
    """Return whether the convex hulls of two sets of points, shapes (N, 3) and (M, 3), touch.

    Walks towards the plane that separates them best: the nearest points of the difference of the two hulls to the
    origin, by E. G. Gilbert, D. W. Johnson and S. S. Keerthi, "A fast procedure for computing the distance between
    complex objects in three-dimensional space", IEEE J. Robotics and Automation 4(2), 1988.
    """
    direction = first.mean(axis=0) - second.mean(axis=0)
    simplex = np.zeros((0, 3))
    for _ in range(64):
        length = float(np.linalg.norm(direction))
        if length < _GAP_M:
            return True
        towards = -direction / length
        corner = first[np.argmax(first @ towards)] - second[np.argmin(second @ towards)]
        # The corner farthest against the direction is still on its side: a plane lies between.
        if float(corner @ towards) < -_GAP_M:
            return False
        if len(simplex) and bool((np.abs(simplex - corner) < 1e-12).all(axis=1).any()):
            return length < _GAP_M
        direction, simplex = _nearest_to_origin(np.concatenate([simplex, corner[None]]))
        if len(simplex) == 4:
            return True
    return True


def _nearest_to_origin(simplex: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the point of a simplex nearest to the origin, and the fewest of its corners that hold it."""
    best: tuple[float, FloatArray, FloatArray] | None = None
    count = len(simplex)
    for size in range(1, count + 1):
        for chosen in itertools.combinations(range(count), size):
            corners = simplex[list(chosen)]
            weights = _weights(corners)
            if weights is None:
                continue
            point = weights @ corners
            distance = float(point @ point)
            if best is None or distance < best[0] - 1e-18:
                best = distance, point, corners
    assert best is not None
    return best[1], best[2]


def _weights(corners: FloatArray) -> FloatArray | None:
    """Return the weights of the point nearest to the origin on the flat through corners; None if it lies outside."""
    if len(corners) == 1:
        return np.ones(1)
    edges = (corners[1:] - corners[0]).T
    gram = edges.T @ edges
    if np.linalg.det(gram) < 1e-24:
        return None
    rest = np.linalg.solve(gram, -edges.T @ corners[0])
    weights = np.concatenate([[1.0 - rest.sum()], rest])
    return weights if bool((weights > 0).all()) else None
