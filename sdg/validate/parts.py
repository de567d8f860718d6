"""The part picture of one view, against the record's table of parts and the instances that they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from sdg.validate.findings import Findings
from sdg.validate.label_pictures import FIRST_STUFF_SEGMENT, ViewLabels

_IDS = 65536


def check_parts(
    parts: npt.NDArray[Any],
    instance: npt.NDArray[Any] | None,
    objects: Iterable[Mapping[str, Any]],
    labels: ViewLabels,
    findings: Findings,
) -> None:
    """Check that every pixel's part is one of the record's, and lies in the mask of the instance that it is part of.

    Args:
        parts: Part ids, shape (H, W).
        instance: Instance ids, shape (H, W); None if no picture says.
        objects: Of the frame's record.
        labels: What is written about the view.
        findings: Where findings go.
    """
    place = labels.place("part_segmentation")
    owner = np.full(_IDS, -1, np.int64)
    owner[0] = 0
    for thing in objects:
        for name, number in thing.get("parts", {}).items():
            if not 0 < number < _IDS or owner[number] >= 0:
                findings.add("V525", **place, expected=f"an id of its own for {name} of {thing['name']}", found=number)
                return
            owner[number] = thing["instance_id"]
    expected = owner[parts]
    if (unknown := expected < 0).any():
        findings.add("V525", **place, expected="0 or a part of the record", found=int(parts[unknown][0]))
        return
    if instance is None:
        return
    wrong = expected != instance
    if wrong.any():
        row, column = (int(axis[0]) for axis in np.nonzero(wrong))
        said = f"part {parts[row, column]}, of instance {expected[row, column]}"
        found = f"{said}, at ({column}, {row}), {np.count_nonzero(wrong)} pixels in all"
        findings.add("V526", **place, expected=f"a part of instance {instance[row, column]}", found=found)


def shown_instances(read: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[Any] | None:
    """Return the instance ids that a view's pictures show, shape (H, W); None if none does."""
    instance = read.get("instance_segmentation")
    panoptic = read.get("panoptic")
    if instance is not None or panoptic is None:
        return instance
    blue, green, red = (panoptic[..., channel].astype(np.int64) for channel in range(3))
    segment = red + 256 * green + 65536 * blue
    return np.where(segment < FIRST_STUFF_SEGMENT, segment, 0)
