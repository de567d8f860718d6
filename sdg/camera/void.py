"""How much of a picture a lens leaves without rays."""

from __future__ import annotations

import numpy as np

from sdg.camera.lens import Lens


def void_share(lens: Lens, side: int) -> float:
    """Return the share of the picture's pixels that have no ray, 0 to 1.

    At most `side` cells along each axis are looked at. A cell, like a pixel, has a ray if its centre and its corners
    have one; the picture's border is always looked at.
    """
    width, height = lens.resolution
    columns, rows = min(width, side), min(height, side)
    corners = _has_rays(lens, np.linspace(0.0, width, columns + 1), np.linspace(0.0, height, rows + 1))
    centers = _has_rays(lens, (np.arange(columns) + 0.5) * width / columns, (np.arange(rows) + 0.5) * height / rows)
    seen = centers & corners[:-1, :-1] & corners[:-1, 1:] & corners[1:, :-1] & corners[1:, 1:]
    return float(1.0 - seen.mean())


def _has_rays(lens: Lens, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    positions = np.stack(np.meshgrid(u, v), axis=-1).reshape(-1, 2)
    _, valid = lens.unproject(positions)
    return valid.reshape(len(v), len(u))
