"""Convex pieces kept on disk between runs: finding them takes seconds to minutes, reading them a millisecond."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sdg.foundation.array_cache import Arrays, cached_arrays
from sdg.foundation.arrays import FloatArray

FOLDER = "pieces"


def cached_pieces(key: str, make: Callable[[], tuple[FloatArray, ...]]) -> tuple[FloatArray, ...]:
    """Return convex pieces, read if they can be, else made and kept.

    Args:
        key: Digest of all that decides them: mesh, settings, version of the library.
        make: Makes them.
    """
    kept = cached_arrays(FOLDER, key, lambda: _joined(make()))
    return tuple(np.split(kept["corners"], kept["ends"][:-1]))


def _joined(pieces: tuple[FloatArray, ...]) -> Arrays:
    return {"corners": np.concatenate(pieces), "ends": np.cumsum([len(piece) for piece in pieces])}
