"""Concave meshes as convex pieces: the one door to CoACD.

X. Wei, M. Liu, Z. Ling and H. Su, "Approximate convex decomposition for 3D meshes with collision-aware concavity and
tree search", ACM Transactions on Graphics 41(4), 2022. It takes seconds, so pieces are kept on disk.
"""

from __future__ import annotations

from importlib.metadata import version

import numpy as np

from sdg.foundation.arrays import FloatArray, UInt32Array
from sdg.foundation.digest import digest_bytes
from sdg.physics.convex import hull_corners
from sdg.physics.piece_cache import cached_pieces

# How deep the hollows of a piece may be, as a share of half the mesh's longest side; with less the pieces are many.
_CONCAVITY = 0.02
_SEED = 0
_MOST_PIECES = 32


def decompose(vertices: FloatArray, faces: UInt32Array) -> tuple[FloatArray, ...]:
    """Return convex pieces that together are nearly a mesh: within about a fiftieth of half its longest side.

    Args:
        vertices: shape (V, 3) [m].
        faces: shape (F, 3); should enclose a volume, and is closed first if it does not.

    Returns:
        The corners of each piece, shape (N, 3) [m].
    """
    settings = f"coacd {version('coacd')} {_CONCAVITY} {_SEED} {_MOST_PIECES}".encode()
    key = digest_bytes(b"|".join([settings, vertices.tobytes(), faces.tobytes()]))
    return cached_pieces(key, lambda: _decompose(vertices, faces))


def _decompose(vertices: FloatArray, faces: UInt32Array) -> tuple[FloatArray, ...]:
    import coacd

    coacd.set_log_level("error")
    found = coacd.run_coacd(
        coacd.Mesh(vertices, faces.astype(np.int32)),
        threshold=_CONCAVITY,
        max_convex_hull=_MOST_PIECES,
        seed=_SEED,
    )
    return tuple(hull_corners(np.asarray(corners, dtype=np.float64)) for corners, _ in found)
