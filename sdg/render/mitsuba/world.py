"""All bodies of a frame as one triangle mesh, with what each face belongs to; knows no Mitsuba type.

One mesh rather than one per part: Embree builds a single tree over all triangles, which traces faster than many
overlapping ones; Mitsuba spends a millisecond on each mesh that changes; and any number of objects fits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sdg.foundation.arrays import Float32Array, FloatArray, UInt32Array
from sdg.render.mitsuba.lower import MeshIdentity, MeshState, lower_mesh, mesh_identity, parked_mesh
from sdg.stage.asset import Material
from sdg.stage.model import Body


@dataclass(frozen=True, eq=False)
class WorldMesh:
    """The triangles of a frame.

    Attributes:
        identity: Equal identities mean equal geometry.
        pieces: The placed parts by identity, so that the next frame need not place them again.
        vertices_m: shape (V, 3), float64 [m].
        faces: shape (F, 3), uint32.
        normals: Shading normals per vertex, shape (V, 3), float32.
        uvs: shape (V, 2), float32.
        face_rows: For each face, its row of `materials` and `entity_ids`, shape (F,), uint32; never 0.
        materials: One per placed part; row 0 stands for no part and has none.
        entity_ids: shape (R,), uint32; 0 in row 0.
        part_numbers: 1 + index into the body's parts, shape (R,), uint32; 0 in row 0.
    """

    identity: tuple[MeshIdentity, ...]
    pieces: Mapping[MeshIdentity, MeshState]
    vertices_m: FloatArray
    faces: UInt32Array
    normals: Float32Array
    uvs: Float32Array
    face_rows: UInt32Array
    materials: tuple[Material | None, ...]
    entity_ids: UInt32Array
    part_numbers: UInt32Array

    def bounds_of(self, rows: npt.NDArray[np.intp]) -> tuple[FloatArray, FloatArray]:
        """Return the lowest and the highest corner of the parts in some rows, each of shape (3,) [m]."""
        bounds = [self.pieces[self.identity[row - 1]].bounds_m for row in rows]
        lows, highs = zip(*bounds, strict=True)
        return np.min(lows, axis=0), np.max(highs, axis=0)


def merge_bodies(bodies: Sequence[Body], placed: Mapping[MeshIdentity, MeshState]) -> WorldMesh:
    """Place every part of every body and join them, in their order.

    Args:
        bodies: What a frame shows.
        placed: Parts that have been placed before; only saves time.
    """
    pieces: list[MeshState] = []
    materials: list[Material | None] = [None]
    entity_ids, part_numbers = [0], [0]
    for index, body in enumerate(bodies):
        for number, part in enumerate(body.parts, start=1):
            if len(part.mesh.faces):
                pieces.append(placed.get(mesh_identity(body, part)) or lower_mesh(body, part))
                materials.append(part.material)
                entity_ids.append(index + 1)
                part_numbers.append(number)
    if not pieces:
        pieces, materials, entity_ids, part_numbers = [parked_mesh()], [None, None], [0, 0], [0, 0]
    first_vertex = np.concatenate([[0], np.cumsum([len(piece.vertices_m) for piece in pieces])]).astype(np.uint32)
    counts = [len(piece.faces) for piece in pieces]
    return WorldMesh(
        identity=tuple(piece.identity for piece in pieces),
        pieces={piece.identity: piece for piece in pieces},
        vertices_m=np.concatenate([piece.vertices_m for piece in pieces]),
        faces=np.concatenate([piece.faces + first for piece, first in zip(pieces, first_vertex, strict=False)]),
        normals=np.concatenate([piece.normals for piece in pieces]),
        uvs=np.concatenate([piece.uvs for piece in pieces]),
        face_rows=np.repeat(np.arange(1, len(pieces) + 1, dtype=np.uint32), counts),
        materials=tuple(materials),
        entity_ids=np.array(entity_ids, np.uint32),
        part_numbers=np.array(part_numbers, np.uint32),
    )
