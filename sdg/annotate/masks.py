"""An id picture cut into runs, and masks as COCO run-length codes made from those runs.

COCO counts down columns first. One pass over the picture finds every run of every id, so that a hundred
instances cost little more than one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sdg.foundation.arrays import IntArray


@dataclass(frozen=True, eq=False)
class Runs:
    """The runs of equal non-zero id in a picture read column by column, grouped by id.

    Attributes:
        shape: (H, W) of the picture.
        ids: The ids that occur, ascending, shape (N,).
        first: Index of each id's first run, shape (N + 1,); the last entry is the number of runs.
        starts, ends: Column-major pixel index of each run's first pixel, and of the one after its last; runs of
            one id stand together, in picture order.
    """

    shape: tuple[int, int]
    ids: IntArray
    first: IntArray
    starts: IntArray
    ends: IntArray

    def areas_px(self) -> IntArray:
        """Return the number of pixels of each id, shape (N,)."""
        if not len(self.ids):
            return np.zeros(0, dtype=np.int64)
        return np.add.reduceat(self.ends - self.starts, self.first[:-1])


def find_runs(ids: npt.NDArray[np.unsignedinteger[Any]]) -> Runs:
    """Cut an id picture, shape (H, W), 0 is background, into runs."""
    height, width = ids.shape
    column_major = ids.T.ravel()
    edges = np.flatnonzero(column_major[1:] != column_major[:-1]) + 1
    starts = np.concatenate([[0], edges]).astype(np.int64)
    ends = np.concatenate([edges, [height * width]]).astype(np.int64)
    run_ids = column_major[starts].astype(np.int64)
    order = np.argsort(run_ids, kind="stable")
    order = order[np.searchsorted(run_ids[order], 1) :]
    present, first = np.unique(run_ids[order], return_index=True)
    return Runs(
        shape=(height, width),
        ids=present,
        first=np.append(first, len(order)).astype(np.int64),
        starts=starts[order],
        ends=ends[order],
    )


def encode_masks(runs: Runs) -> list[str]:
    """Return COCO's compressed run-length code of each id's mask, in the order of `runs.ids`."""
    from pycocotools import mask as coco_mask

    height, width = runs.shape
    if not len(runs.ids):
        return []
    codes = [
        {"size": [height, width], "counts": _counts(runs.starts[a:b], runs.ends[a:b], height * width)}
        for a, b in zip(runs.first[:-1], runs.first[1:], strict=True)
    ]
    return [code["counts"].decode("ascii") for code in coco_mask.frPyObjects(codes, height, width)]


def _counts(starts: IntArray, ends: IntArray, pixel_count: int) -> list[int]:
    """Return lengths of background and mask in turn, background first; no trailing zero, as COCO has it."""
    # Gap and length in turn are the steps between consecutive run borders.
    borders = np.empty(2 * len(starts) + 1, dtype=np.int64)
    borders[0], borders[1::2], borders[2::2] = 0, starts, ends
    counts: list[int] = np.diff(borders).tolist()
    rest = pixel_count - int(ends[-1])
    return [*counts, rest] if rest else counts
