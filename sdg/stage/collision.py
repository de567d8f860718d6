"""What things collide by: convex pieces, declared by the asset or found from its triangles.

A robot collides by the convex hulls of the connected pieces of its links.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from sdg.foundation.arrays import FloatArray, UInt32Array
from sdg.foundation.transforms import box_corners, transform_points
from sdg.physics.convex import FLUSH_M, connected_pieces, depth_m, hull_corners, is_closed, is_within, volume_m3
from sdg.physics.decompose import decompose
from sdg.stage.asset import Asset
from sdg.stage.keyed import KeyedAsset

# A skin of so many triangles may collide triangle by triangle; with more it is taken for a solid.
_MOST_TRIANGLES = 500
# How thick a triangle of the environment is, behind its face: what hits it must not get through.
_BEHIND_M = 0.05
_SMALLEST_M2 = 1e-8
_THINNEST_M3 = 1e-9
_FLAT_M = 1e-6
_SAME_AREA = 1e-6


def asset_pieces(asset: Asset, scale: FloatArray) -> tuple[FloatArray, ...]:
    """Return points whose convex hulls an asset collides by; kept.

    Args:
        asset: Which.
        scale: Factors along its axes, shape (3,).

    Returns:
        Pieces of shape (N, 3), object frame after scaling [m].
    """
    return _scaled(KeyedAsset.of(asset), np.asarray(scale, dtype=np.float64).tobytes())


@functools.lru_cache(maxsize=256)
def _scaled(keyed: KeyedAsset, scale: bytes) -> tuple[FloatArray, ...]:
    factors = np.frombuffer(scale)
    return tuple(np.ascontiguousarray(piece * factors) for piece in _pieces(keyed))


@functools.lru_cache(maxsize=256)
def _pieces(keyed: KeyedAsset) -> tuple[FloatArray, ...]:
    asset = keyed.asset
    if asset.pieces:
        return tuple(hull_corners(piece) for piece in asset.pieces)
    starts = np.cumsum([0, *(len(part.mesh.vertices) for part in asset.parts)])
    vertices = np.concatenate([part.mesh.vertices for part in asset.parts])
    faces = np.concatenate(
        [part.mesh.faces + np.uint32(start) for part, start in zip(asset.parts, starts[:-1], strict=True)]
    )
    if depth_m(vertices, faces) <= FLUSH_M:
        return (hull_corners(vertices),)
    found: list[FloatArray] = []
    for part in asset.parts:
        for points, triangles in connected_pieces(part.mesh.vertices, part.mesh.faces):
            # A robot has a shape for every pose; finding pieces of each anew would take minutes.
            whole = asset.articulation is not None
            found += [hull_corners(points)] if whole else _convex_pieces(points, triangles)
    return tuple(_outermost(found))


def _convex_pieces(vertices: FloatArray, faces: UInt32Array) -> list[FloatArray]:
    if depth_m(vertices, faces) <= FLUSH_M:
        return [hull_corners(vertices)]
    if not is_closed(faces) and len(faces) <= _MOST_TRIANGLES:
        return [vertices[face] for face in faces]
    return list(decompose(vertices, faces))


def _outermost(pieces: list[FloatArray]) -> list[FloatArray]:
    """Return the pieces that don't lie inside another one, such as nails in a board."""
    lows, highs = (np.array([corner(piece, axis=0) for piece in pieces]) for corner in (np.min, np.max))
    kept = []
    for index, piece in enumerate(pieces):
        around = np.all((lows <= lows[index] + FLUSH_M) & (highs >= highs[index] - FLUSH_M), axis=1)
        around[index] = False
        if not any(is_within(piece, pieces[other]) for other in np.flatnonzero(around)):
            kept.append(piece)
    return kept


@dataclass(frozen=True, eq=False)
class _EnvironmentPiece:
    """A connected piece of an environment, its own frame."""

    vertices: FloatArray
    faces: UInt32Array

    @functools.cached_property
    def is_convex(self) -> bool:
        """Whether it is a solid that its hull stands for; a sheet is none."""
        return volume_m3(self.vertices) > _THINNEST_M3 and depth_m(self.vertices, self.faces) <= FLUSH_M

    @functools.cached_property
    def is_convex_sheet(self) -> bool:
        """Whether it is flat and fills the hull of its corners, all triangles facing one way."""
        corners = self.vertices[self.faces]
        across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        normal = across.sum(axis=0) / max(float(np.linalg.norm(across.sum(axis=0))), 1e-12)
        apart = (self.vertices - self.vertices[0]) @ normal
        if float(np.abs(apart).max()) > _FLAT_M or np.any(across @ normal <= 0):
            return False
        area = float((across @ normal).sum()) / 2
        # A prism on its hull has the hull's area times its height.
        return volume_m3(np.concatenate([self.vertices, self.vertices - normal])) < area * (1 + _SAME_AREA)


@functools.lru_cache(maxsize=4)
def _environment(keyed: KeyedAsset) -> tuple[tuple[_EnvironmentPiece, ...], FloatArray]:
    """Return the pieces of an environment that hold anything, and the corners of their boxes, shape (P, 8, 3)."""
    ground = {name for surface in keyed.asset.surfaces for name in surface.follows}
    pieces = tuple(
        _EnvironmentPiece(vertices, faces)
        for part in keyed.asset.parts
        if part.blocks or part.name in ground
        for vertices, faces in connected_pieces(part.mesh.vertices, part.mesh.faces)
    )
    bounds = [np.stack([piece.vertices.min(axis=0), piece.vertices.max(axis=0)]) for piece in pieces]
    return pieces, np.array([box_corners(each) for each in bounds]).reshape(-1, 8, 3)


def environment_pieces(
    asset: Asset, world_from_environment: FloatArray, low_m: FloatArray, high_m: FloatArray
) -> tuple[FloatArray, ...]:
    """Return convex pieces of an environment that reach into an upright prism.

    A convex piece is one hull, and so is a flat one that fills its outline, with what is a little behind it; of any
    other every triangle is one, a little thick behind its face.

    Args:
        asset: Which.
        world_from_environment: Rigid 4x4.
        low_m: Least corner (x, y) of the prism's outline, world frame [m].
        high_m: Its greatest.

    Returns:
        Pieces of shape (N, 3), world frame [m].
    """
    found: list[FloatArray] = []
    pieces, boxes = _environment(KeyedAsset.of(asset))
    near = _reaches(transform_points(world_from_environment, boxes.reshape(-1, 3)).reshape(-1, 8, 3), low_m, high_m)
    for piece in (pieces[index] for index in np.flatnonzero(near)):
        points = transform_points(world_from_environment, piece.vertices)
        if not _reaches(points[None], low_m, high_m)[0]:
            continue
        if piece.is_convex:
            found.append(hull_corners(points))
            continue
        triangles = points[piece.faces]
        if piece.is_convex_sheet:
            across = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]).sum(axis=0)
            behind = across / np.linalg.norm(across) * _BEHIND_M
            found.append(np.concatenate([points, points - behind]))
            continue
        triangles = triangles[_reaches(triangles, low_m, high_m)]
        across = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
        areas = np.linalg.norm(across, axis=1) / 2
        whole = areas > _SMALLEST_M2
        behind = across[whole] / (2 * areas[whole, None]) * _BEHIND_M
        found += list(np.concatenate([triangles[whole], triangles[whole] - behind[:, None]], axis=1))
    return tuple(found)


def _reaches(points: FloatArray, low_m: FloatArray, high_m: FloatArray) -> FloatArray:
    """Return which groups of points, shape (G, N, 3), have a box that meets an outline."""
    least, greatest = points[..., :2].min(axis=1), points[..., :2].max(axis=1)
    meets: FloatArray = np.all((least <= high_m) & (greatest >= low_m), axis=1)
    return meets
