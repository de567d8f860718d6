"""The pieces that builtin assets are made of: rounded boxes, bars, tubes, turned bodies, folded sheets, flat decals."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.stage.builtin.geometry import Geometry, IndexArray, Point, cross, frame_along, join, metre_uvs, split_by_side


def plain_box(size_m: Point, center_m: Point = (0.0, 0.0, 0.0), grain: int | None = None) -> Geometry:
    """Return a sharp box of 12 triangles and 24 vertices, shaded flat."""
    return rounded_box(size_m, center_m, radius_m=0.0, grain=grain)


def rounded_box(
    size_m: Point, center_m: Point = (0.0, 0.0, 0.0), radius_m: float = 0.002, grain: int | None = None
) -> Geometry:
    """Return a closed box whose edges are one chamfer wide and shade as if round.

    Args:
        size_m: (x, y, z) [m].
        center_m: Of the box [m].
        radius_m: Of the edges [m]; at most 0.45 times the shortest side; 0 gives sharp edges.
        grain: The axis along which the texture's u runs.
    """
    size = np.asarray(size_m, dtype=np.float64)
    radius = min(radius_m, 0.45 * float(size.min()))
    topology = _box_topology(chamfered=radius > 0)
    vertices = topology.signs * (size / 2 - radius * topology.inset) + np.asarray(center_m)
    uvs = metre_uvs(vertices, topology.side, grain)
    return Geometry(vertices, topology.faces, topology.normals, uvs)


@dataclass(frozen=True, eq=False)
class _BoxTopology:
    """What all boxes with chamfers, or all without, have in common.

    Attributes:
        signs: shape (V, 3), the corner that a vertex belongs to, -1 or 1 along each axis.
        inset: shape (V, 3), along which axes the chamfer moves it inwards.
        normals: shape (V, 3).
        side: shape (V,), see `metre_uvs`.
        faces: shape (F, 3), counter-clockwise seen from outside.
    """

    signs: FloatArray
    inset: FloatArray
    normals: FloatArray
    side: IndexArray
    faces: IndexArray


@cache
def _box_topology(*, chamfered: bool) -> _BoxTopology:
    # Vertex 3 c + a is corner c as the face along axis a has it.
    signs = np.repeat(np.array(list(itertools.product((-1.0, 1.0), repeat=3))), 3, axis=0)
    inset = np.tile(1.0 - np.eye(3), (8, 1))
    normals = signs * (1.0 - inset)
    vertices = signs * (0.5 - 0.1 * inset * chamfered)
    faces = _box_faces(chamfered=chamfered)
    corners = vertices[faces]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    inward = np.einsum("ij,ij->i", facing, corners.sum(1)) < 0
    faces[inward] = faces[inward][:, ::-1]
    # Which vertices the mapping splits is the same for a box of any size.
    source, side, split = split_by_side(vertices, faces)
    return _BoxTopology(signs[source], inset[source], normals[source], side, split)


def wire(start_m: Point, end_m: Point, width_m: float) -> Geometry:
    """Return a thin square bar along an axis, without its two ends, which nobody sees; shaded flat."""
    start, end = np.asarray(start_m, dtype=np.float64), np.asarray(end_m, dtype=np.float64)
    along = int(np.argmax(np.abs(end - start)))
    size = np.abs(end - start) + width_m * (1.0 - np.eye(3)[along])
    box = plain_box(size, (start + end) / 2)
    sides = np.abs(box.normals[box.faces[:, 0], along]) < 0.5
    return replace(box, faces=box.faces[sides])


def _box_faces(*, chamfered: bool) -> IndexArray:
    def corner(bits: Sequence[int]) -> int:
        return bits[0] * 4 + bits[1] * 2 + bits[2]

    quads: list[tuple[int, int, int, int]] = []
    triangles: list[tuple[int, int, int]] = []
    for axis in range(3):
        a, b = (axis + 1) % 3, (axis + 2) % 3
        for side in (0, 1):
            ring = []
            for along_a, along_b in ((0, 0), (1, 0), (1, 1), (0, 1)):
                bits = [side, side, side]
                bits[a], bits[b] = along_a, along_b
                ring.append(corner(bits) * 3 + axis)
            quads.append((ring[0], ring[1], ring[2], ring[3]))
        if chamfered:
            for side_a, side_b in itertools.product((0, 1), repeat=2):
                bits = [0, 0, 0]
                bits[a], bits[b] = side_a, side_b
                low = corner(bits) * 3
                bits[axis] = 1
                high = corner(bits) * 3
                quads.append((low + a, high + a, high + b, low + b))
    if chamfered:
        triangles = [(index * 3, index * 3 + 1, index * 3 + 2) for index in range(8)]
    split = [(q[0], q[1], q[2]) for q in quads] + [(q[0], q[2], q[3]) for q in quads]
    return np.array(split + triangles, dtype=np.int64)


def bar(start_m: Point, end_m: Point, width_m: float, depth_m: float, radius_m: float = 0.002) -> Geometry:
    """Return a rounded bar between two points; `depth_m` is measured as near to vertical as may be."""
    length = float(np.linalg.norm(np.asarray(end_m) - np.asarray(start_m)))
    box = rounded_box((length, width_m, depth_m), (length / 2, 0.0, 0.0), radius_m, grain=0)
    return box.moved(frame_along(start_m, end_m))


def tube(start_m: Point, end_m: Point, radius_m: float, sides: int = 8) -> Geometry:
    """Return a closed round bar between two points."""
    length = float(np.linalg.norm(np.asarray(end_m) - np.asarray(start_m)))
    turned = lathe([(0.0, 0.0), (radius_m, 0.0), (radius_m, length), (0.0, length)], sides)
    upright_to_x = np.array([[0.0, 0.0, 1.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]])
    return turned.moved(frame_along(start_m, end_m) @ upright_to_x)


def lathe(
    profile_m: Sequence[tuple[float, float]], segments: int, crease_deg: float = 40.0, around_m: float | None = None
) -> Geometry:
    """Return the body that a profile of (radius, z) sweeps round the z axis.

    The profile runs so that the outside lies on its right: up along an outer wall. It is closed where it begins and
    ends on the axis. Joints sharper than `crease_deg` shade as edges. `around_m` is the length that a full turn takes
    in texture coordinates, a whole number of repeats where no seam may show; None is the largest circumference [m].
    """
    points = np.asarray(profile_m, dtype=np.float64)
    steps = np.diff(points, axis=0)
    lengths = np.linalg.norm(steps, axis=1)
    facing = np.stack([steps[:, 1], -steps[:, 0]], axis=1) / lengths[:, None]
    angles = np.linspace(0.0, 2 * math.pi, segments + 1)
    around = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    around[-1] = around[0]
    # Quarter turns are exact, so that the outline reaches the stated size.
    around[np.abs(around) < 1e-12] = 0.0
    reference = float(points[:, 0].max()) if around_m is None else around_m / (2 * math.pi)
    traveled = np.concatenate([[0.0], np.cumsum(lengths)])

    # Each step is a band of its own, whose two rings take the normal of a neighbour into theirs where that is near.
    bands = len(steps)
    shading = np.repeat(facing[:, None], 2, axis=1)
    near = np.einsum("ij,ij->i", facing[:-1], facing[1:]) > math.cos(math.radians(crease_deg))
    blended = facing[:-1][near] + facing[1:][near]
    blended /= np.linalg.norm(blended, axis=1, keepdims=True)
    shading[:-1, 1][near], shading[1:, 0][near] = blended, blended
    ends = np.stack([points[:-1], points[1:]], axis=1)
    vertices = _turned(ends, around)
    level = np.abs(facing[:, 1]) > np.abs(facing[:, 0])
    flat = vertices[..., :2] * np.stack([np.ones(bands), np.copysign(1.0, facing[:, 1])], axis=1)[:, None, None]
    far = np.stack([traveled[:-1], traveled[1:]], axis=1)
    rolled = np.stack(np.broadcast_arrays(angles * reference, far[:, :, None]), axis=-1)
    uvs = np.where(level[:, None, None, None], flat, rolled)
    low = 2 * (segments + 1) * np.arange(bands)[:, None] + np.arange(segments)
    high = low + segments + 1
    faces = np.stack([np.stack([low, low + 1, high + 1], axis=2), np.stack([low, high + 1, high], axis=2)], axis=1)
    return Geometry(
        vertices.reshape(-1, 3),
        faces[ends[:, :, 0] > 0].reshape(-1, 3),
        _turned(shading, around).reshape(-1, 3),
        uvs.reshape(-1, 2),
    )


def _turned(pairs: FloatArray, around: FloatArray) -> FloatArray:
    """Return pairs of (radius, z), shape (..., 2), turned round the z axis, shape (..., N, 3)."""
    radial, height = pairs[..., 0, None], pairs[..., 1, None]
    turned = np.broadcast_arrays(radial * around[:, 0], radial * around[:, 1], height)
    return np.stack(turned, axis=-1)


def folded_sheet(path_m: FloatArray, sweep_m: Point, crease_deg: float = 30.0) -> Geometry:
    """Return the open sheet that a path, shape (N, 3), sweeps along a vector; it faces along `step x sweep`."""
    sweep = np.asarray(sweep_m, dtype=np.float64)
    steps = np.diff(path_m, axis=0)
    facing = np.cross(steps, sweep)
    facing /= np.linalg.norm(facing, axis=1, keepdims=True)
    traveled = np.concatenate([[0.0], np.cumsum(np.linalg.norm(steps, axis=1))])
    smooth = np.einsum("ij,ij->i", facing[:-1], facing[1:]) > math.cos(math.radians(crease_deg))
    blended = facing[:-1] + facing[1:]
    blended /= np.maximum(np.linalg.norm(blended, axis=1, keepdims=True), 1e-12)
    joint = np.where(smooth[:, None], blended, 0.0)
    first, last = facing.copy(), facing.copy()
    first[1:][smooth] = joint[smooth]
    last[:-1][smooth] = joint[smooth]

    strips = len(steps)
    vertices = np.stack([path_m[:-1], path_m[1:], path_m[1:] + sweep, path_m[:-1] + sweep], axis=1)
    normals = np.stack([first, last, last, first], axis=1)
    height = float(np.linalg.norm(sweep))
    near, far = traveled[:-1], traveled[1:]
    zeros, tops = np.zeros(strips), np.full(strips, height)
    uvs = np.stack([np.stack([near, far, far, near], axis=1), np.stack([zeros, zeros, tops, tops], axis=1)], axis=2)
    start = 4 * np.arange(strips)[:, None]
    faces = np.concatenate([start + np.array([[0, 1, 2]]), start + np.array([[0, 2, 3]])])
    return Geometry(vertices.reshape(-1, 3), faces, normals.reshape(-1, 3), uvs.reshape(-1, 2))


def prism(outline_m: Sequence[tuple[float, float]], width_m: float, crease_deg: float = 40.0) -> Geometry:
    """Return a closed body that a convex outline of (x, z), counter-clockwise seen along +y, sweeps along y.

    It is centred on y = 0. Joints sharper than `crease_deg` shade as edges.
    """
    outline = np.asarray(outline_m, dtype=np.float64)
    steps = np.roll(outline, -1, axis=0) - outline
    lengths = np.linalg.norm(steps, axis=1)
    facing = np.stack([steps[:, 1], -steps[:, 0]], axis=1) / lengths[:, None]
    count, half = len(outline), width_m / 2
    traveled = np.concatenate([[0.0], np.cumsum(lengths)])
    vertices, normals, uvs = [], [], []
    for index in range(count):
        for end in (0, 1):
            normal, neighbour = facing[index], facing[(index + (1 if end else -1)) % count]
            if float(normal @ neighbour) > math.cos(math.radians(crease_deg)):
                normal = (normal + neighbour) / np.linalg.norm(normal + neighbour)
            x, z = outline[(index + end) % count]
            vertices += [(x, -half, z), (x, half, z)]
            normals += [(normal[0], 0.0, normal[1])] * 2
            uvs += [(-half, traveled[index + end]), (half, traveled[index + end])]
    low = 4 * np.arange(count)[:, None]
    sides = Geometry(
        np.array(vertices),
        np.concatenate([low + np.array([[0, 3, 2]]), low + np.array([[0, 1, 3]])]),
        np.array(normals),
        np.array(uvs),
    )
    x_axis, z_axis = np.array([1.0, 0.0, 0.0]), np.array([0.0, 0.0, 1.0])
    front = polygon((0.0, -half, 0.0), x_axis, z_axis, [(float(x), float(z)) for x, z in outline])
    back = polygon((0.0, half, 0.0), -x_axis, z_axis, [(-float(x), float(z)) for x, z in outline[::-1]])
    return join([sides, front, back])


def upright_prism(
    outline_m: Sequence[tuple[float, float]], low_m: float, high_m: float, crease_deg: float = 35.0
) -> Geometry:
    """Return a closed body that a convex outline of (x, y), clockwise seen from above, sweeps from one height up."""
    body = prism([(x, -y) for x, y in outline_m], high_m - low_m, crease_deg)
    # (x, y, z) of the prism becomes (x, -z, y).
    matrix = np.array([[1.0, 0, 0, 0], [0, 0, -1.0, 0], [0, 1.0, 0, (low_m + high_m) / 2], [0, 0, 0, 1.0]])
    return body.moved(matrix)


def decal(corner_m: Point, u_m: Point, v_m: Point, *, tile: bool = False) -> Geometry:
    """Return a flat quad that faces along `u x v`; its texture coordinates are metres, or the unit square if `tile`."""
    corner, u, v = (np.asarray(vector, dtype=np.float64) for vector in (corner_m, u_m, v_m))
    normal = cross(u, v)
    extent = np.array([1.0, 1.0]) if tile else np.array([np.linalg.norm(u), np.linalg.norm(v)])
    return Geometry(
        np.stack([corner, corner + u, corner + u + v, corner + v]),
        np.array([[0, 1, 2], [0, 2, 3]], dtype=np.int64),
        np.repeat((normal / np.linalg.norm(normal))[None], 4, axis=0),
        np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]) * extent,
    )


def polygon(center_m: Point, u: Point, v: Point, outline_m: Sequence[tuple[float, float]]) -> Geometry:
    """Return a flat convex polygon; `outline_m` runs counter-clockwise in the unit vectors `u` and `v`."""
    outline = np.asarray(outline_m, dtype=np.float64)
    basis = np.stack([np.asarray(u, dtype=np.float64), np.asarray(v, dtype=np.float64)])
    fan = np.array([[0, index, index + 1] for index in range(1, len(outline) - 1)], dtype=np.int64)
    normal = cross(basis[0], basis[1])
    return Geometry(
        np.asarray(center_m) + outline @ basis, fan, np.repeat(normal[None], len(outline), axis=0), outline.copy()
    )


def disc_outline(radius_m: float, sides: int) -> list[tuple[float, float]]:
    """Return a regular polygon, counter-clockwise."""
    steps = [2 * math.pi * index / sides for index in range(sides)]
    return [(radius_m * math.cos(step), radius_m * math.sin(step)) for step in steps]
