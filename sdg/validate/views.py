"""The files of one view, read once each: their bytes, their form, and what they show."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sdg.validate.array_files import BrokenArray, read_array
from sdg.validate.content import PictureContent, channels_of, decode
from sdg.validate.distances import ViewArrays, check_arrays
from sdg.validate.findings import Findings
from sdg.validate.folder import Folder, RefusedPath, read_whole
from sdg.validate.label_pictures import ViewLabels, check_labels, label_runs
from sdg.validate.manifest import Manifest, compare_bytes
from sdg.validate.panoptic import compare_segments
from sdg.validate.parts import check_parts, shown_instances
from sdg.validate.pictures import GREATEST_PIXELS, head_of, most_bytes, png_damage
from sdg.validate.points import check_points, read_points
from sdg.validate.refusals import tell_refusal

# Bits and channels that each picture may have.
_PICTURES: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "rgb": ((8,), (3,)),
    "depth": ((16,), (1,)),
    "semantic_segmentation": ((8, 16), (1,)),
    "instance_segmentation": ((16,), (1,)),
    "part_segmentation": ((16,), (1,)),
    "panoptic": ((8,), (3,)),
    "raw": ((16,), (1, 3)),
}
_ARRAYS: dict[str, tuple[int, ...]] = {
    "distance_to_image_plane": (),
    "distance_to_camera": (),
    "normals": (3,),
    "motion_vectors": (2,),
}


@dataclass
class ViewChecker:
    """Checks views against the records they belong to.

    Attributes:
        folder, manifest, findings: Of the dataset.
        panoptic: Annotations of `panoptic_path` by image id; None where there is no such file.
        content: Takes in what the cameras recorded.
    """

    folder: Folder
    manifest: Manifest | None
    findings: Findings
    panoptic: Mapping[int, Mapping[str, Any]] | None
    panoptic_path: str
    content: PictureContent

    def check(self, record: Mapping[str, Any], view: Mapping[str, Any], image: int | None) -> None:
        """Read every file of a view, and check them one by one and together."""
        read: dict[str, npt.NDArray[Any]] = {}
        whole = True
        for annotator, file in view["files"].items():
            array = self._read(annotator, file["path"], tuple(view["resolution"]), image)
            if array is None:
                whole = False
            else:
                read[annotator] = array
        if not whole or self.findings.is_blamed(image=image):
            return  # whatever does not fit together now follows from that
        instance, semantic = read.get("instance_segmentation"), read.get("semantic_segmentation")
        runs = label_runs(instance, semantic, read.get("panoptic"))
        if runs is not None:
            categories = self.manifest.categories if self.manifest is not None else {}
            check_labels(runs, ViewLabels(view, image), categories, self.findings)
            entry = None if self.panoptic is None or image is None else self.panoptic.get(image)
            if entry is not None and runs.panoptic is not None and not self.findings.is_blamed(image=image):
                picture = view["files"]["panoptic"]["path"]
                compare_segments(entry, runs, runs.panoptic, self.panoptic_path, picture, self.findings)
        parts = read.get("part_segmentation")
        if parts is not None and not self.findings.is_blamed(image=image):
            check_parts(parts, shown_instances(read), record["objects"], ViewLabels(view, image), self.findings)
        if self.findings.is_blamed(image=image):
            return
        objects = {thing["instance_id"]: thing for thing in record["objects"]}
        check_arrays(
            ViewArrays(
                view,
                objects,
                image,
                read.get("depth"),
                read.get("distance_to_image_plane"),
                read.get("distance_to_camera"),
                read.get("normals"),
                read.get("motion_vectors"),
                instance,
            ),
            self.findings,
        )
        points = read.get("pointcloud")
        if points is not None and not self.findings.is_blamed(image=image):
            path = view["files"]["pointcloud"]["path"]

            def tell(expected: str, found: object) -> None:
                self.findings.add("V615", file=path, image=image, expected=expected, found=found)

            check_points(points, view, read, tell)

    def _read(self, annotator: str, path: str, size: tuple[int, int], image: int | None) -> npt.NDArray[Any] | None:
        """Return what one file holds, or None after a finding (or where one was made before)."""
        if self.findings.is_blamed(file=path):
            return None
        try:
            with self.folder.open(path) as stream:
                raw = read_whole(stream, most_bytes(size))
        except RefusedPath as refused:
            tell_refusal(refused, path, self.findings, f"a file of {annotator}", image=image, missing="V703")
            return None
        if self.manifest is not None and not compare_bytes(self.manifest, path, raw, self.findings, image):
            return None
        if annotator == "pointcloud":
            try:
                return read_points(raw)
            except BrokenArray as broken:
                expected = "a binary .ply file with the properties of sdg's clouds"
                self.findings.add("V601", file=path, image=image, expected=expected, found=str(broken))
                return None
        if annotator in _ARRAYS:
            return self._array(annotator, raw, path, size, image)
        return self._picture(annotator, raw, path, size, image)

    def _array(
        self, annotator: str, raw: bytes, path: str, size: tuple[int, int], image: int | None
    ) -> npt.NDArray[Any] | None:
        try:
            array = read_array(raw)
        except BrokenArray as broken:
            self.findings.add("V601", file=path, image=image, expected="a .npy file of numbers", found=str(broken))
            return None
        shape = (size[1], size[0], *_ARRAYS[annotator])
        if array.shape != shape or array.dtype != np.float32:
            found = f"{array.shape} {array.dtype}"
            self.findings.add("V602", file=path, image=image, expected=f"{shape} float32", found=found)
            return None
        return array

    def _picture(
        self, annotator: str, raw: bytes, path: str, size: tuple[int, int], image: int | None
    ) -> npt.NDArray[Any] | None:
        def tell(code: str, expected: str, found: object) -> None:
            self.findings.add(code, file=path, image=image, expected=expected, found=found)

        head = head_of(raw)
        if head is None:
            tell("V502", "a PNG", "a file of no known format")
            return None
        if head.kind != "png":
            tell("V505", "a PNG, as its name says", head.kind)
            return None
        if head.size is not None and head.size[0] * head.size[1] > GREATEST_PIXELS:
            tell("V111", f"at most {GREATEST_PIXELS} pixels", f"{head.size[0]} x {head.size[1]}")
            return None
        if head.size != size:
            tell("V504", f"{size[0]} x {size[1]} px", f"{head.size}")
            return None
        bits, channels = _PICTURES[annotator]
        if head.bits not in bits or head.channels not in channels:
            tell("V507", f"{bits} bits, {channels} channels", f"{head.bits} bits, {head.channels} channels")
            return None
        if damage := png_damage(raw, checksums=False):
            tell("V503", "a whole PNG", damage)
            return None
        pixels = decode(raw)
        if pixels is None or pixels.shape[:2] != (size[1], size[0]):
            tell("V502", "a picture that decodes", "a damaged PNG")
            return None
        if channels_of(pixels) != head.channels:  # a palette, or a colour that stands for transparent
            tell("V507", f"{head.channels} channels, as its header says", f"{channels_of(pixels)} once decoded")
            return None
        if annotator == "rgb":
            digest = hashlib.blake2b(raw, digest_size=16).digest()
            self.content.look(pixels, digest, {"file": path, "image": image})
        return pixels
