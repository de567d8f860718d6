"""Semantic, instance and panoptic picture of one view, against each other and against what is written about them.

All three are cut into runs of pixels of equal ids, down the columns; everything after that looks at runs, of which
there are hundreds of times fewer than pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sdg.foundation.arrays import FloatArray, IntArray
from sdg.validate.findings import Findings
from sdg.validate.intervals import Intervals
from sdg.validate.rle import decode_strings

# Panoptic segments of stuff, by the format: this and the category.
FIRST_STUFF_SEGMENT = 65536


@dataclass(frozen=True)
class LabelRuns:
    """Runs of pixels down the columns; ids are -1 where there is no such picture.

    Attributes:
        start, length: First position and number of pixels, shape (R,).
        instance, semantic, panoptic: Ids of each run, shape (R,).
        height: Of the picture [px].
    """

    start: IntArray
    length: IntArray
    instance: IntArray | None
    semantic: IntArray | None
    panoptic: IntArray | None
    height: int


@dataclass(frozen=True)
class Segments:
    """The distinct ids of a picture, ascending, without 0; with area [px] and tight box (x, y, width, height) [px]."""

    ids: IntArray
    areas: IntArray
    boxes: FloatArray

    def of(self, wanted: int) -> tuple[int, list[int]] | None:
        """Return area and box of one id; None if it isn't there."""
        index = int(np.searchsorted(self.ids, wanted))
        if index == len(self.ids) or self.ids[index] != wanted:
            return None
        return int(self.areas[index]), [int(value) for value in self.boxes[index]]


def label_runs(
    instance: npt.NDArray[Any] | None, semantic: npt.NDArray[Any] | None, panoptic: npt.NDArray[Any] | None
) -> LabelRuns | None:
    """Cut the id pictures of a view into runs.

    Args:
        instance: Shape (H, W), or None if there is none.
        semantic: Likewise.
        panoptic: Shape (H, W, 3), uint8, B G R as OpenCV reads it, or None.

    Returns:
        None without any picture.
    """
    import cv2

    packed = None
    if instance is not None:
        packed = instance.astype(np.int32) << 16 if semantic is not None else instance.astype(np.int32)
    if semantic is not None:
        packed = semantic.astype(np.int32) if packed is None else packed | semantic
    flat = [] if packed is None else [cv2.transpose(packed).ravel()]
    if panoptic is not None:
        # As R G B and 255 the bytes of a pixel are its segment id, in the order of this machine.
        rgba = cv2.cvtColor(panoptic, cv2.COLOR_BGR2RGBA)
        flat.append(cv2.transpose(rgba.view("<i4")[..., 0]).ravel())
    if not flat:
        return None
    changes = flat[0][1:] != flat[0][:-1]
    for other in flat[1:]:
        changes |= other[1:] != other[:-1]
    start = np.append(0, np.flatnonzero(changes) + 1)
    length = np.diff(np.append(start, len(flat[0])))
    height = next(p for p in (instance, semantic, panoptic) if p is not None).shape[0]
    ids: dict[str, IntArray | None] = {"instance": None, "semantic": None, "panoptic": None}
    if packed is not None:
        key = flat[0][start].astype(np.int64) & 0xFFFFFFFF
        if instance is not None and semantic is not None:
            ids["instance"], ids["semantic"] = key >> 16, key & 0xFFFF
        else:
            ids["instance" if instance is not None else "semantic"] = key
    if panoptic is not None:
        ids["panoptic"] = flat[-1][start].astype(np.int64) & 0xFFFFFF
    return LabelRuns(start, length, height=height, **ids)


def segments(runs: LabelRuns, ids: IntArray) -> Segments:
    """Return area and box of every id but 0."""
    chosen = np.flatnonzero(ids > 0)
    order = chosen[np.argsort(ids[chosen], kind="stable")]
    distinct, owner = np.unique(ids[order], return_inverse=True)
    start = runs.start[order]
    found = Intervals(owner.astype(np.int64), start, start + runs.length[order], len(distinct))
    return Segments(distinct, found.areas(), found.boxes(np.full(len(distinct), runs.height)))


@dataclass(frozen=True)
class ViewLabels:
    """What is written about a view: its part of the record, with files, annotations and stuff; and its image id."""

    view: Mapping[str, Any]
    image: int | None

    def place(self, annotator: str) -> dict[str, Any]:
        """Return where one of its pictures is, for a finding."""
        return {"file": self.view["files"][annotator]["path"], "image": self.image}


def check_labels(
    runs: LabelRuns, labels: ViewLabels, categories: Mapping[int, Mapping[str, Any]], findings: Findings
) -> None:
    """Check the id pictures of a view; the first kind of fault is told, as the others would follow from it.

    Args:
        runs: Of its pictures.
        labels: What is written about it.
        categories: The manifest's, by id.
        findings: Where findings go.
    """
    annotations = labels.view.get("annotations")
    by_instance = {entry["instance_id"]: entry["category_id"] for entry in annotations or ()}
    if runs.semantic is not None and categories:
        unknown = sorted(set(np.unique(runs.semantic).tolist()) - {0} - categories.keys())
        if unknown:
            findings.add(
                "V511", **labels.place("semantic_segmentation"), expected="0 or a category id", found=unknown[0]
            )
            return
    if (
        runs.instance is not None
        and annotations is not None
        and not _instances_match(runs, by_instance, labels, findings)
    ):
        return
    if (
        runs.instance is not None
        and runs.semantic is not None
        and not _classes_match(runs, by_instance, categories, labels, findings)
    ):
        return
    if runs.panoptic is not None and runs.instance is not None and runs.semantic is not None:
        stuff = np.where(runs.semantic > 0, runs.semantic + FIRST_STUFF_SEGMENT, 0)
        wrong = np.flatnonzero(np.where(runs.instance > 0, runs.instance, stuff) != runs.panoptic)
        if len(wrong):
            found = f"{runs.length[wrong].sum()} others, such as {runs.panoptic[wrong[0]]} at {_at(runs, wrong[0])}"
            findings.add(
                "V516", **labels.place("panoptic"), expected="instance id, or 65536 + category id", found=found
            )
            return
    ids = runs.instance if runs.instance is not None else _things(runs)
    shown_by = "panoptic" if runs.instance is None else "instance_segmentation"
    if ids is not None and annotations and not _masks_match(runs, ids, annotations, labels.place(shown_by), findings):
        return
    # Without instances it can't be told which pixels are stuff.
    if runs.semantic is not None and runs.instance is not None and "stuff" in labels.view:
        _compare_stuff(runs, labels, findings)


def _instances_match(runs: LabelRuns, by_instance: Mapping[int, int], labels: ViewLabels, findings: Findings) -> bool:
    assert runs.instance is not None
    present = set(np.unique(runs.instance).tolist()) - {0}
    unknown, unseen = sorted(present - by_instance.keys()), sorted(by_instance.keys() - present)
    if unknown:
        findings.add(
            "V512", **labels.place("instance_segmentation"), expected="an annotated instance", found=unknown[0]
        )
    if unseen:
        findings.add(
            "V513", **labels.place("instance_segmentation"), expected=f"pixels of instance {unseen[0]}", found="none"
        )
    return not unknown and not unseen


def _classes_match(
    runs: LabelRuns,
    by_instance: Mapping[int, int],
    categories: Mapping[int, Mapping[str, Any]],
    labels: ViewLabels,
    findings: Findings,
) -> bool:
    assert runs.instance is not None
    assert runs.semantic is not None
    table = np.zeros(int(runs.instance.max()) + 1, dtype=np.int64)
    for instance, category in by_instance.items():
        if instance < len(table):
            table[instance] = category
    known = table[runs.instance] > 0
    wrong = np.flatnonzero(known & (table[runs.instance] != runs.semantic))
    if len(wrong):
        at = wrong[0]
        expected = f"category {table[runs.instance[at]]} where instance {runs.instance[at]} is"
        found = f"{runs.semantic[at]} at {_at(runs, at)}, {runs.length[wrong].sum()} pixels in all"
        findings.add("V515", **labels.place("semantic_segmentation"), expected=expected, found=found)
        return False
    things = [identifier for identifier, category in categories.items() if category.get("is_thing")]
    stray = np.flatnonzero((runs.instance == 0) & np.isin(runs.semantic, things))
    if len(stray):
        expected = f"an instance where category {runs.semantic[stray[0]]} is"
        found = f"none at {_at(runs, stray[0])}, {runs.length[stray].sum()} pixels in all"
        findings.add("V515", **labels.place("semantic_segmentation"), expected=expected, found=found)
        return False
    return True


def _things(runs: LabelRuns) -> IntArray | None:
    """Return instance ids out of the panoptic picture, where there is no instance picture."""
    return None if runs.panoptic is None else np.where(runs.panoptic < FIRST_STUFF_SEGMENT, runs.panoptic, 0)


def _masks_match(
    runs: LabelRuns,
    ids: IntArray,
    annotations: Iterable[Mapping[str, Any]],
    place: Mapping[str, Any],
    findings: Findings,
) -> bool:
    """Compare every annotation's mask, run by run, with the pixels of its instance."""
    entries = [entry for entry in annotations if "segmentation" in entry]
    if not entries:
        return True
    decoded = decode_strings([entry["segmentation"]["counts"] for entry in entries])
    masks = decoded.intervals
    instance = np.array([entry["instance_id"] for entry in entries], dtype=np.int64)
    # A run may go on in the next one where only another picture's id changed.
    joined = np.append(True, ids[1:] != ids[:-1])
    start = runs.start[joined]
    stop = np.append(start[1:], runs.start[-1] + runs.length[-1])
    owner = ids[joined]
    seen = owner > 0
    drawn = np.stack([instance[masks.owner], masks.start, masks.stop])
    there = np.stack([owner[seen], start[seen], stop[seen]])
    drawn, there = (rows[:, np.lexsort((rows[1], rows[0]))] for rows in (drawn, there))
    if drawn.shape == there.shape and (drawn == there).all():
        return True
    for entry in entries:
        one, other = drawn[1:, drawn[0] == entry["instance_id"]], there[1:, there[0] == entry["instance_id"]]
        if one.shape != other.shape or (one != other).any():
            found = f"a mask of {int((one[1] - one[0]).sum())} pixels that are not the same"
            expected = f"the {int((other[1] - other[0]).sum())} pixels of instance {entry['instance_id']}"
            findings.add("V514", **place, expected=expected, found=found)
            return False
    return True


def _compare_stuff(runs: LabelRuns, labels: ViewLabels, findings: Findings) -> None:
    assert runs.semantic is not None
    assert runs.instance is not None
    there = segments(runs, np.where(runs.instance > 0, 0, runs.semantic))
    stated = {entry["category_id"]: (entry["area"], entry["bbox"]) for entry in labels.view["stuff"]}
    for identifier in sorted(stated.keys() | set(there.ids.tolist())):
        actual = there.of(identifier)
        if actual != stated.get(identifier):
            findings.add(
                "V524",
                **labels.place("semantic_segmentation"),
                expected=f"stuff of category {identifier}: area and box {actual}",
                found=stated.get(identifier, "nothing"),
            )
            return


def _at(runs: LabelRuns, run: Any) -> str:
    x, y = divmod(int(runs.start[run]), runs.height)
    return f"({x}, {y})"
