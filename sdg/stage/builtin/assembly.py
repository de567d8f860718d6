"""From pieces of geometry to an `Asset`: parts, exact size, key, and small named variation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.foundation.digest import digest_bytes, digest_json
from sdg.foundation.seeds import Branch, RandomStream
from sdg.stage.asset import Asset, Material, Mesh, Part, Surface
from sdg.stage.builtin.geometry import Geometry, join

# A nanometre: below what anybody sees, above what one CPU's sine differs by from another's.
_DECIMALS = 9


@dataclass(frozen=True, eq=False)
class Piece:
    """Geometry on its way to become a `Part`; `tile` says that its texture coordinates are the unit square."""

    name: str
    geometry: Geometry
    material: Material
    label: str = ""
    tile: bool = False
    blocks: bool = True


def variation(name: str, variant: int = 0) -> RandomStream:
    """Return the stream from which a variant of a builtin asset takes its small irregularities."""
    return RandomStream.named(Branch.DRAW, 0, "builtin", f"{name}#{variant}" if variant else name)


def scattered(piece: Geometry, stream: RandomStream) -> Geometry:
    """Return a piece whose texture begins at a place of its own."""
    return piece.with_uv_offset(stream.uniform(0.0, 8.0), stream.uniform(0.0, 8.0))


def varied(pieces: Sequence[Piece], stream: RandomStream) -> list[Piece]:
    """Return pieces whose textures begin elsewhere, so that no two of a kind are worn alike."""
    return [piece if piece.tile else replace(piece, geometry=scattered(piece.geometry, stream)) for piece in pieces]


def fitting(pieces: Sequence[Piece], size_m: Vec3) -> FloatArray:
    """Return the 4x4 that scales the pieces to fill `size_m` exactly, standing on z = 0 over the origin."""
    low, high = join(piece.geometry for piece in pieces).bounds()
    extent = high - low
    size = np.asarray(size_m)
    factors = np.where(extent > 1e-9, size / np.where(extent > 1e-9, extent, 1.0), 1.0)
    matrix = np.diag([*factors, 1.0])
    matrix[:3, 3] = np.array([-size[0] / 2, -size[1] / 2, 0.0]) - low * factors
    return matrix


def fitted(pieces: Sequence[Piece], size_m: Vec3) -> list[Piece]:
    """Return the pieces scaled to fill `size_m` exactly, standing on z = 0 over the origin."""
    matrix = fitting(pieces, size_m)
    return [replace(piece, geometry=piece.geometry.moved(matrix)) for piece in pieces]


def assemble(
    name: str,
    size_m: Vec3,
    pieces: Sequence[Piece],
    surfaces: Sequence[Surface] = (),
    body: Sequence[str] = (),
    solids: Sequence[FloatArray] = (),
) -> Asset:
    """Return the finished asset; its key covers geometry, materials and where things may stand.

    `solids` are the convex pieces by which it collides, where its own pieces of geometry are not convex.
    """
    parts = tuple(as_part(piece) for piece in pieces)
    vertices = np.concatenate([part.mesh.vertices for part in parts])
    bounds: FloatArray = np.stack([vertices.min(axis=0), vertices.max(axis=0)])
    key = digest_json(
        {
            "builtin": name,
            "size_m": list(size_m),
            "parts": [
                [part.name, part.label, part.blocks, part.mesh.key, _fingerprint(part.material)] for part in parts
            ],
            "surfaces": [repr(surface) for surface in surfaces],
            "body": list(body),
            **({"solids": [digest_bytes(_tidy(solid).tobytes()) for solid in solids]} if solids else {}),
        }
    )
    return Asset(key, parts, bounds, tuple(surfaces), tuple(body), pieces=tuple(_tidy(solid) for solid in solids))


def as_part(piece: Piece) -> Part:
    """Return the finished part, its numbers rounded so that every CPU has the same."""
    return Part(piece.name, _mesh(piece), piece.material, piece.label, piece.blocks)


def _mesh(piece: Piece) -> Mesh:
    geometry = piece.geometry
    return Mesh(
        _tidy(geometry.vertices),
        geometry.faces.astype(np.uint32),
        _tidy(geometry.normals),
        _tidy(geometry.uvs),
        "tile" if piece.tile else "metre",
    )


def _tidy(values: FloatArray) -> FloatArray:
    rounded: FloatArray = np.round(values, _DECIMALS) + 0.0
    return rounded


def _fingerprint(material: Material) -> list[object]:
    return [
        material.name,
        list(material.base_color),
        material.roughness,
        material.metallic,
        material.specular,
        list(material.texture_size_m),
        [texture.key if texture is not None else "" for texture in material.textures],
    ]
