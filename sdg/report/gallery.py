"""The pictures that a report shows: which ones, and what is drawn over them."""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from sdg.dataset.model import DatasetFrame, DatasetReader, DatasetView
from sdg.errors import DatasetError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.cores import core_count
from sdg.foundation.digest import digest_json
from sdg.report.model import PlacedFinding
from sdg.report.overlays import describe
from sdg.report.pictures import RASTERS, depth_picture, id_picture, instance_colors, photograph, semantic_colors
from sdg.write.layout import frame_stem

MOST_PICTURES = 48
# So many may be there because something was found about them; the others show what the dataset is like.
MOST_BLAMED = 24
# Beyond, lines hide what they are drawn over.
_MOST_ANNOTATIONS = 400


@dataclass(frozen=True)
class PictureName:
    """A picture's place in the dataset: frame, camera, its path from the dataset's root, and COCO's id.

    `first_annotation` is how many annotations stand before its own; COCO files of ours count them from 1.
    """

    frame_index: int
    camera: str
    path: str
    image_id: int
    first_annotation: int


@dataclass
class Choice:
    """Chooses pictures by digest, and those that something was found about; takes in frame by frame.

    Attributes:
        names: Every picture's path, in the dataset's order.
    """

    root: Path
    findings: Sequence[PlacedFinding] = ()
    names: list[str] = field(default_factory=list)
    _annotations: int = 0
    _drawn: list[tuple[int, int, PictureName]] = field(default_factory=list)
    _blamed: dict[tuple[str, int | str], PictureName] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._wanted = {key for finding in self.findings for key in _keys_of(finding)}

    def add(self, frame: DatasetFrame) -> None:
        """Take in one frame."""
        for view in frame.views.values():
            path = picture_path(view, self.root)
            name = PictureName(frame.frame_index, view.camera, path, view.image_id, self._annotations)
            self._annotations += len(view.annotations)
            self.names.append(name.path)
            # The heap's first is the one to give up: the greatest digest.
            rank = int(digest_json([frame.key, view.camera]), 16)
            heapq.heappush(self._drawn, (-rank, len(self.names), name))
            if len(self._drawn) > MOST_PICTURES:
                heapq.heappop(self._drawn)
            if self._wanted:
                self._note_blame(view, name)

    def chosen(self) -> list[PictureName]:
        """Return the pictures to show, in the dataset's order."""
        blamed: dict[PictureName, None] = {}
        for finding in self.findings:
            name = self.picture_of(finding)
            if name is not None and len(blamed) < MOST_BLAMED:
                blamed[name] = None
        for _, _, name in sorted(self._drawn, reverse=True):
            if len(blamed) >= MOST_PICTURES:
                break
            blamed[name] = None
        return sorted(blamed, key=lambda name: (name.frame_index, name.image_id))

    def picture_of(self, finding: PlacedFinding) -> PictureName | None:
        """Return the picture that a finding is about; None if it is about none."""
        return next((self._blamed[key] for key in _keys_of(finding) if key in self._blamed), None)

    def _note_blame(self, view: DatasetView, name: PictureName) -> None:
        keys: list[tuple[str, int | str]] = [("image", view.image_id), ("file", name.path)]
        keys += [("file", _relative(path, self.root)) for path in view.files.values()]
        keys.append(("file", f"frames/{frame_stem(view.frame_index)}.json"))
        for key in keys:
            if key in self._wanted:
                self._blamed.setdefault(key, name)


@dataclass(frozen=True)
class Gallery:
    """What is shown of the pictures that were chosen.

    Attributes:
        pictures: As the page's script reads them, with `photo` and the rasters as URIs, `parts` the categories of the
            semantic picture, `unread` where there is a photograph that can't be read, `named` what the caption says.
        depth_m: Depths of their pixels, a sample.
        layers: What there is to switch, in order.
    """

    pictures: list[dict[str, Any]]
    depth_m: list[float]
    layers: tuple[str, ...]


def gather(dataset: DatasetReader, chosen: Iterable[PictureName]) -> Gallery:
    """Read the pictures that were chosen; what can't be read is left out."""
    # OpenCV decodes and encodes without Python's lock; results come in order.
    with ThreadPoolExecutor(core_count()) as threads:
        taken = [each for each in threads.map(partial(_take, dataset), chosen) if each is not None]
    pictures = [picture for picture, _ in taken]
    depth_m = [float(each) for _, sample_m in taken for each in sample_m]
    return Gallery(pictures, depth_m, _layers(pictures))


def picture_path(view: DatasetView, root: Path) -> str:
    """Return a picture's path from the root, with forward slashes; of a view without one, its record's."""
    path = view.files.get("rgb") or next(iter(view.files.values()), None)
    return f"frames/{frame_stem(view.frame_index)}.json" if path is None else _relative(path, root)


def _take(dataset: DatasetReader, name: PictureName) -> tuple[dict[str, Any], FloatArray] | None:
    """Return a picture as the page's script reads it, and a sample of its depth; None if its frame can't be read."""
    try:
        view = dataset.frame(name.frame_index).views[name.camera]
    except (DatasetError, KeyError):
        return None
    things = [describe(found) for found in view.annotations[:_MOST_ANNOTATIONS]]
    if dataset.manifest:
        things = [{**thing, "n": number} for number, thing in enumerate(things, name.first_annotation + 1)]
    told: dict[str, Any] = {
        "name": name.path,
        "id": view.image_id,
        "frame": view.frame_index,
        "camera": view.camera,
        "size": list(view.resolution),
        "photo": photograph(view.files["rgb"], view.resolution) if "rgb" in view.files else None,
        "named": _caption(view, name.path, dataset),
        "things": things,
        "count": len(view.annotations),
    }
    if "rgb" in view.files and told["photo"] is None:
        told["unread"] = True
    depth_m: FloatArray = np.zeros(0)
    of_things = {category.id for category in dataset.categories if category.is_thing}
    for layer, annotators in RASTERS.items():
        path = next((view.files[annotator] for annotator in annotators if annotator in view.files), None)
        if path is None:
            continue
        if layer == "depth":
            depth = depth_picture(path)
            if depth is not None:
                told |= {"depth": depth.uri, "range": [round(end, 2) for end in depth.range_m]}
                depth_m = depth.sample_m
        elif layer == "semantic":
            semantic = id_picture(path, semantic_colors(of_things))
            if semantic is not None:
                told |= {"semantic": semantic.uri, "parts": semantic.ids}
        else:
            instance = id_picture(path, instance_colors)
            told[layer] = None if instance is None else instance.uri
    return {key: value for key, value in told.items() if value is not None}, depth_m


def _caption(view: DatasetView, path: str, dataset: DatasetReader) -> str:
    """Return what tells a picture from its neighbours: the frame and the camera of our datasets, else its name."""
    if not dataset.manifest:
        return path
    number = f"{view.frame_index:06d}"
    return f"{number} · {view.camera}" if len(dataset.cameras) > 1 else number


def _layers(pictures: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Return what the pictures have: lines over them first, then pictures instead of them."""
    keys = {key for picture in pictures for thing in picture["things"] for key in thing}
    rasters = {key for picture in pictures for key in picture}
    lines = {"masks": "m", "boxes": "b", "cuboids": "q", "keypoints": "k"}
    return (*(name for name, key in lines.items() if key in keys), *(name for name in RASTERS if name in rasters))


def _relative(path: Path, root: Path) -> str:
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return Path(os.path.relpath(path, root)).as_posix()


def _keys_of(placed: PlacedFinding) -> list[tuple[str, int | str]]:
    keys: list[tuple[str, int | str]] = []
    if placed.finding.image_id is not None:
        keys.append(("image", placed.finding.image_id))
    if placed.path:
        keys.append(("file", placed.path))
    return keys
