"""Boxes round points in a picture."""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import FloatArray


def share_in_picture(pixels: FloatArray, resolution: tuple[int, int]) -> float:
    """Return which share of the box round projected points lies in the picture; 0 if one has no position.

    Args:
        pixels: Positions, shape (N, 2) [px], corner origin; NaN where the lens doesn't see the point.
        resolution: (width, height) [px].
    """
    if not np.isfinite(pixels).all():
        return 0.0
    low, high = pixels.min(axis=0), pixels.max(axis=0)
    inside = np.clip(high, 0, resolution) - np.clip(low, 0, resolution)
    whole = float(np.prod(high - low))
    return float(np.prod(inside)) / whole if whole > 0 else float(inside.any())
