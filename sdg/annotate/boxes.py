"""Tight boxes round the pixels of each id."""

from __future__ import annotations

import numpy as np

from sdg.annotate.masks import Runs

BoxXywh = tuple[int, int, int, int]


def tight_boxes(runs: Runs) -> list[BoxXywh]:
    """Return (x, y, width, height) round each id's pixels, in the order of `runs.ids`.

    Corner convention: x and y are the left and upper edge of the outermost pixels, so that a single pixel is
    1 x 1.
    """
    if not len(runs.ids):
        return []
    height, _ = runs.shape
    last = runs.ends - 1
    left, right = runs.starts // height, last // height
    # A run that goes on into the next column touches both the lowest and the topmost row.
    spans_columns = right > left
    top = np.where(spans_columns, 0, runs.starts % height)
    bottom = np.where(spans_columns, height - 1, last % height)
    heads = runs.first[:-1]
    x0, y0 = np.minimum.reduceat(left, heads), np.minimum.reduceat(top, heads)
    x1, y1 = np.maximum.reduceat(right, heads), np.maximum.reduceat(bottom, heads)
    columns = (x0, y0, x1 - x0 + 1, y1 - y0 + 1)
    return list(zip(*(column.tolist() for column in columns), strict=True))
