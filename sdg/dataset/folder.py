"""Dataset folders: the manifest's head, and frame records read one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sdg.dataset.identity import frame_key
from sdg.dataset.model import DAMAGE, MOST_FRAMES, DatasetAnnotation, DatasetCategory, DatasetFrame, DatasetView, inside
from sdg.errors import DatasetError
from sdg.write.coco import image_id
from sdg.write.layout import MANIFEST, frame_stem
from sdg.write.manifest import MANIFEST_VERSION
from sdg.write.record import RECORD_VERSION

_AGAIN = "get the dataset anew; or delete the file and run its `sdg generate` again"


class FolderDataset:
    """A finished dataset in its folder; a `DatasetReader`."""

    conflicts: Sequence[str] = ()

    def __init__(self, path: Path) -> None:
        """Open a folder with a manifest.

        Raises:
            DatasetError: The manifest can't be read, or is of another version.
        """
        self.path = self.root = path
        self.manifest: Mapping[str, Any] = read_manifest_head(path / MANIFEST)
        try:
            self.name = str(self.manifest["name"])
            self.cameras = tuple(str(camera["name"]) for camera in self.manifest["cameras"])
            self.categories = tuple(
                DatasetCategory(int(entry["id"]), str(entry["name"]), bool(entry["is_thing"]))
                for entry in self.manifest["categories"]
            )
            self.ranges = tuple((int(first), int(last)) for first, last in self.manifest["frames"])
        except DAMAGE as error:
            raise DatasetError(f"{path / MANIFEST} is damaged: {error!r}", "get the dataset anew") from error
        count = sum(max(0, last - first + 1) for first, last in self.ranges)
        if count > MOST_FRAMES:
            raise DatasetError(f"{path / MANIFEST} speaks of {count} frames", f"at most {MOST_FRAMES} can be read")

    def __len__(self) -> int:
        return sum(max(0, last - first + 1) for first, last in self.ranges)

    def frames(self) -> Iterator[DatasetFrame]:
        for first, last in self.ranges:
            for frame_index in range(first, last + 1):
                yield self._read(frame_index)

    def frame(self, frame_index: int) -> DatasetFrame:
        if not any(first <= frame_index <= last for first, last in self.ranges):
            raise DatasetError(f"there is no frame {frame_index} in {self.path}")
        return self._read(frame_index)

    def _read(self, frame_index: int) -> DatasetFrame:
        path = self.path / f"frames/{frame_stem(frame_index)}.json"
        try:
            record = json.loads(path.read_bytes())
            if record["sdg_frame"] != RECORD_VERSION or record["frame_index"] != frame_index:
                raise DatasetError(f"{path} is not the record of frame {frame_index}", _AGAIN)
            views = {name: self._view(frame_index, name, record["cameras"][name]) for name in self._seen_by(record)}
            key = frame_key(self.manifest, record)
        except OSError as error:
            raise DatasetError(f"can't read {path}: {error.strerror}", _AGAIN) from error
        except (*DAMAGE, RecursionError) as error:
            raise DatasetError(f"{path} is damaged: {error!r}", _AGAIN) from error
        return DatasetFrame(frame_index, key, views, record)

    def _seen_by(self, record: Mapping[str, Any]) -> list[str]:
        return [name for name in self.cameras if name in record["cameras"]]

    def _view(self, frame_index: int, camera: str, record: Mapping[str, Any]) -> DatasetView:
        width, height = (int(length) for length in record["resolution"])
        return DatasetView(
            frame_index=frame_index,
            camera=camera,
            image_id=image_id(frame_index, self.cameras.index(camera), len(self.cameras)),
            resolution=(width, height),
            files={annotator: inside(self.path, file["path"]) for annotator, file in record["files"].items()},
            annotations=tuple(_annotation(entry, (width, height)) for entry in record.get("annotations", ())),
            record=record,
        )


def _annotation(entry: Mapping[str, Any], resolution: tuple[int, int]) -> DatasetAnnotation:
    bbox = entry.get("bbox")
    return DatasetAnnotation(
        instance_id=int(entry["instance_id"]),
        category_id=int(entry["category_id"]),
        area_px=float(entry["area"]),
        bbox_xywh_px=None if bbox is None else (bbox[0], bbox[1], bbox[2], bbox[3]),
        visibility=float(entry["visibility"]),
        is_crowd=False,
        segmentation=entry.get("segmentation"),
        resolution=resolution,
        record=entry,
    )


def read_manifest_head(path: Path) -> dict[str, Any]:
    """Return a manifest without its list of files, which may be longer than all else is together.

    Raises:
        DatasetError: It can't be read, or is no manifest of a version that we know.
    """
    head: list[str] = []
    try:
        with path.open(encoding="utf-8") as stream:
            for line in stream:
                # One entry per line, the files last: that is how manifests are written.
                if line.startswith(' "files": ['):
                    head = ["".join(head).rstrip().removesuffix(","), "}"]
                    break
                head.append(line)
        manifest = json.loads("".join(head))
    except OSError as error:
        raise DatasetError(f"can't read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{path} is damaged: {error}", "get the dataset anew") from error
    if not isinstance(manifest, dict) or "sdg_manifest" not in manifest:
        raise DatasetError(f"{path} is not the manifest of a dataset of ours")
    if manifest["sdg_manifest"] != MANIFEST_VERSION:
        version = manifest["sdg_manifest"]
        raise DatasetError(
            f"{path} is a manifest of version {version}", f"this sdg reads version {MANIFEST_VERSION}; install another"
        )
    manifest.pop("files", None)
    return manifest
