"""A dataset of `sdg`: every file in its folder, to the byte and to the pixel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from sdg.validate.coco_dataset import Examined, check_tables
from sdg.validate.coco_file import CocoFile
from sdg.validate.coco_records import CocoAgainstRecords, check_categories
from sdg.validate.content import PictureContent
from sdg.validate.draws import Draws, judge
from sdg.validate.findings import Findings
from sdg.validate.folder import Folder
from sdg.validate.json_text import read_json
from sdg.validate.manifest import (
    GRAPH,
    MANIFEST,
    Manifest,
    check_presence,
    check_remaining,
    check_totals,
    read_manifest,
)
from sdg.validate.panoptic import panoptic_by_image
from sdg.validate.progress import Progress
from sdg.validate.records import check_record, read_record
from sdg.validate.statistics import describe
from sdg.validate.views import ViewChecker

_INSTANCES, _PANOPTIC = "annotations/instances.json", "annotations/panoptic.json"
_LABELS = "semantic/labels.json"
_RECORD = re.compile(r"frames/([0-9]{6,})\.json")


def check_dataset(folder: Folder, findings: Findings, progress: Progress, *, fast: bool) -> Examined:
    """Check a dataset's folder.

    Args:
        folder: The dataset's.
        findings: Where findings go; every rule is exact.
        progress: Hears how far it is.
        fast: Leave out decoding masks and pictures, and all digests but those of records.
    """
    examined = Examined()
    if fast:
        examined.left_out.append(
            "--fast: masks, pictures and arrays were not decoded; of digests, only records' computed"
        )
    manifest = read_manifest(folder, findings)
    if manifest is not None:
        check_presence(folder, manifest, findings)
    coco, panoptic = _check_coco_files(folder, manifest, findings, progress, examined, fast=fast)
    frames = sorted(
        (int(match[1]), path)
        for path, kind in folder.files("frames", levels=1)
        if kind == "file" and (match := _RECORD.fullmatch(path))
    )
    _Frames(folder, manifest, findings, coco, panoptic, fast=fast).check(
        [path for _, path in frames], progress, examined
    )
    if manifest is not None:
        _check_frame_list(manifest, [index for index, _ in frames], findings)
        check_remaining(folder, manifest, findings, fast=fast)
    return examined


def _check_coco_files(
    folder: Folder, manifest: Manifest | None, findings: Findings, progress: Progress, examined: Examined, *, fast: bool
) -> tuple[CocoFile | None, dict[int, Mapping[str, Any]] | None]:
    """Check both COCO files by themselves and their categories; return what of them can be used."""
    there = [path for path in (_INSTANCES, _PANOPTIC, _LABELS) if folder.has(path)]
    things, everything, labels = (
        read_json(folder, path, findings) if path in there else None for path in (_INSTANCES, _PANOPTIC, _LABELS)
    )
    coco = None
    if things is not None:
        examined.files.append(_INSTANCES)
        checked = check_tables(things, _INSTANCES, findings, progress, fast=fast)
        if checked is not None:
            coco, boxes = checked
            examined.statistics[_INSTANCES] = describe(coco, boxes, findings)
    panoptic = None
    if everything is not None:
        examined.files.append(_PANOPTIC)
        panoptic = panoptic_by_image(everything, _PANOPTIC, findings)
    if manifest is not None:
        check_categories(manifest, things, everything, labels, (_INSTANCES, _PANOPTIC, _LABELS), findings)
    return coco, panoptic


class _Frames:
    """Goes through the frames, and counts what the manifest's totals say."""

    def __init__(
        self,
        folder: Folder,
        manifest: Manifest | None,
        findings: Findings,
        coco: CocoFile | None,
        panoptic: dict[int, Mapping[str, Any]] | None,
        *,
        fast: bool,
    ) -> None:
        self._folder, self._manifest, self._findings, self._fast = folder, manifest, findings, fast
        self._against = None if coco is None or manifest is None else CocoAgainstRecords(coco, manifest, findings)
        self._views = ViewChecker(folder, manifest, findings, panoptic, _PANOPTIC, PictureContent(findings))
        self._draws = self._read_graphs()
        self._counted = {"frames": 0, "images": 0, "annotations": 0, "depth_beyond_range_px": 0}
        self._kinds: set[str] = set()

    def _read_graphs(self) -> dict[int, Draws]:
        """Return what takes in draws, by the source whose graph declares them."""
        sources = [{"graph": GRAPH}] if self._manifest is None else self._manifest.sources
        draws = {}
        for number, path in enumerate(source["graph"] for source in sources):
            graph = read_json(self._folder, path, self._findings) if self._folder.has(path) else None
            if graph is not None:
                draws[number] = Draws(graph, path, self._findings)
        return draws

    def check(self, paths: list[str], progress: Progress, examined: Examined) -> None:
        progress.start("frames", len(paths))
        whole = not any(self._findings.is_blamed(file=path) for path in self._listed())
        for path in paths:
            whole &= self._check_frame(path)
            progress.advance(1)
        if self._against is not None and whole:
            self._against.finish()
        if self._draws:
            examined.statistics["draws"] = judge(list(self._draws.values()), self._findings)
        examined.statistics["device_kinds"] = sorted(self._kinds)
        if len(self._kinds) > 1:
            self._findings.add("V723", expected="one kind of device", found=", ".join(sorted(self._kinds)))
        if self._manifest is not None and whole:
            check_totals(self._manifest, self._counted, self._findings)

    def _listed(self) -> list[str]:
        return [] if self._manifest is None else [path for path in self._manifest.files if _RECORD.fullmatch(path)]

    def _check_frame(self, path: str) -> bool:
        """Check one frame; whether its record could be read."""
        record = read_record(self._folder, path, self._manifest, self._findings)
        if record is None:
            return False
        check_record(record, path, self._manifest, self._findings)
        self._count(record)
        if self._findings.is_blamed(file=path):
            if self._against is not None:
                self._against.skip(path)
            return True
        draws = self._draws.get(0 if self._manifest is None else self._manifest.source_of(record) or 0)
        if draws is not None:
            draws.add(record, path)
        if self._against is not None:
            self._against.compare(record)
        if not self._fast and not self._findings.is_blamed(file=path):
            for name, view in record["cameras"].items():
                image = self._against.image_id(record["frame_index"], name) if self._against is not None else None
                self._views.check(record, view, image)
        return True

    def _count(self, record: Mapping[str, Any]) -> None:
        self._kinds.add(record["renderer"]["device_kind"])
        self._counted["frames"] += 1
        for view in record["cameras"].values():
            self._counted["images"] += 1
            self._counted["annotations"] += len(view.get("annotations", ()))
            self._counted["depth_beyond_range_px"] += view.get("depth_beyond_range_px", 0)


def _check_frame_list(manifest: Manifest, there: list[int], findings: Findings) -> None:
    present, lost, first = set(there), 0, -1
    for start, stop in manifest.ranges:
        for index in range(start, stop + 1):
            if index not in present and not findings.is_blamed(file=f"frames/{index:06d}.json"):
                lost += 1
                first = index if first < 0 else first
    if lost:
        findings.add("V725", file=MANIFEST, expected=f"the record of frame {first}", found=f"{lost} without one")
    if "shard" in manifest.content:
        findings.add("V722", file=MANIFEST, expected="all shards, joined by sdg merge", found=manifest.content["shard"])
        return
    for (_, end), (begin, _) in pairwise(manifest.ranges):
        if end + 1 < begin:
            findings.add("V709", file=MANIFEST, expected="frames without gaps", found=f"none of index {end + 1}")
            return
