"""Hidden and cut off parts of things in frame records: what is seen of a thing is part of the whole of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sdg.validate.findings import Findings
from sdg.validate.rle import RunLengths, decode_strings

_ROUNDING = 1e-9


def check_whole(entry: Mapping[str, Any], where: str, path: str, findings: Findings) -> None:
    """Check what an annotation says of a thing as a whole: V417 its masks and boxes, V418 its occlusion.

    Args:
        entry: Sound by the schema.
        where: Of which camera and thing it is, in words.
        path: Of the record.
        findings: Where findings go.
    """
    fault = _mask_fault(entry) or _box_fault(entry)
    if fault is not None:
        findings.add("V417", file=path, expected=f"{where}: {fault[0]}", found=fault[1])
    occlusion = entry.get("occlusion")
    if occlusion is not None and abs(1.0 - entry["visibility"] - occlusion) > _ROUNDING:
        expected = f"{where}: occlusion {1.0 - entry['visibility']:.6f}, as visibility {entry['visibility']:.6f} says"
        findings.add("V418", file=path, expected=expected, found=occlusion)


def _mask_fault(entry: Mapping[str, Any]) -> tuple[str, object] | None:
    """Return what an amodal mask should be and is; None if it is sound, or there is none."""
    mask = entry.get("amodal_segmentation")
    if mask is None:
        return None
    height, width = mask["size"]
    decoded, whole = _decoded(mask["counts"])
    if not decoded.sound[0] or decoded.totals[0] != height * width:
        return f"an amodal mask of {height} x {width} pixels", f"runs of {int(decoded.totals[0])} in all"
    area = int((whole[1] - whole[0]).sum())
    if area != entry["amodal_area"]:
        return f"amodal_area {area}, as the mask has", entry["amodal_area"]
    if "segmentation" in entry:
        if entry["segmentation"]["size"] != mask["size"]:
            return f"an amodal mask of size {entry['segmentation']['size']}", mask["size"]
        _, seen = _decoded(entry["segmentation"]["counts"])
        run = np.searchsorted(whole[0], seen[0], side="right") - 1
        outside = (run < 0) | (seen[1] > whole[1][np.maximum(run, 0)])
        if len(whole[0]) and outside.any():
            return "an amodal mask that holds all that is seen", f"{int(outside.sum())} runs outside of it"
    box = entry.get("bbox_loose")
    if box is not None and box != (tight := decoded.intervals.boxes(np.array([height]))[0].tolist()):
        return f"bbox_loose {tight}, round the amodal mask", box
    return None


def _box_fault(entry: Mapping[str, Any]) -> tuple[str, object] | None:
    """Return what a loose box or an amodal area should be and is; None if it is sound, or there is none."""
    if entry.get("amodal_area", entry["area"]) < entry["area"]:
        return f"amodal_area {entry['area']} or more, as much as is seen", entry["amodal_area"]
    loose, tight = entry.get("bbox_loose"), entry.get("bbox")
    if loose is None or tight is None:
        return None
    holds = all(
        loose[axis] <= tight[axis] and tight[axis] + tight[axis + 2] <= loose[axis] + loose[axis + 2]
        for axis in range(2)
    )
    return None if holds else (f"bbox_loose that holds the box {tight}", loose)


def _decoded(counts: str) -> tuple[RunLengths, tuple[Any, Any]]:
    decoded = decode_strings([counts])
    return decoded, (decoded.intervals.start, decoded.intervals.stop)
