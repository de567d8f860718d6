"""WebDataset: tar files whose neighbouring members of one name are a sample.

https://github.com/webdataset/webdataset; equal datasets give equal bytes.
"""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from sdg.errors import DatasetError
from sdg.export.model import ExportFormat, ExportPlan, Sample
from sdg.write.atomic import write_atomically
from sdg.write.json_text import compact_json, readable_json

# A shard ends before it would hold more than either.
MOST_SAMPLES = 1000
MOST_BYTES = 1_000_000_000
CATEGORIES_JSON = "categories.json"


class WebDatasetFormat(ExportFormat):
    """`<split>-000000.tar` and so on, and `categories.json`."""

    reads = None

    def __init__(self, plan: ExportPlan) -> None:
        """Begin; see `ExportFormat`."""
        super().__init__(plan)
        self._names = {category.id: category.name for category in plan.dataset.categories}
        self._shards = {split: _Shards(plan.out, split) for split in plan.splits}

    def add(self, sample: Sample) -> None:
        view = sample.view
        members = {
            path.suffix.removeprefix(".") if annotator == "rgb" else f"{annotator}{path.suffix}": path.read_bytes()
            for annotator, path in view.files.items()
        }
        try:
            members["json"] = compact_json(self._labels(sample)).encode()
        except ValueError as error:
            raise DatasetError(f"what is known of {sample.stem} is no JSON: {error}") from error
        self._shards[sample.split].add(sample.stem, members)

    def _labels(self, sample: Sample) -> dict[str, Any]:
        view, record = sample.view, sample.frame.record
        kept = {key: value for key, value in view.record.items() if key not in {"files", "annotations", "id"}}
        return {
            "frame_index": view.frame_index,
            "camera": view.camera,
            "image_id": view.image_id,
            "width": view.resolution[0],
            "height": view.resolution[1],
            **kept,
            "annotations": [{**found.record, "category": self._names[found.category_id]} for found in view.annotations],
            **({"objects": record["objects"]} if record else {}),
        }

    def finish(self) -> Mapping[str, Any]:
        categories = [
            {"id": category.id, "name": category.name, "is_thing": category.is_thing}
            for category in self.plan.dataset.categories
        ]
        write_atomically(self.plan.out / CATEGORIES_JSON, readable_json(categories, 1).encode(), resumes=False)
        return {"shards": {split: shards.close() for split, shards in self._shards.items()}}

    def close(self) -> None:
        for shards in self._shards.values():
            shards.close()


class _Shards:
    """The tar files of one split, one after the other."""

    def __init__(self, folder: Path, split: str) -> None:
        self._folder = folder
        self._split = split
        self._names: list[str] = []
        self._tar: tarfile.TarFile | None = None
        self._stream: BinaryIO | None = None
        self._samples = 0
        self._bytes = 0

    def add(self, key: str, members: Mapping[str, bytes]) -> None:
        size = sum(len(content) for content in members.values())
        if self._tar is None or self._samples == MOST_SAMPLES or self._bytes + size > MOST_BYTES:
            self._open_next()
        assert self._tar is not None
        for ending in sorted(members):
            # Owner, mode and time are those of TarInfo: 0, 0644 and 1970.
            member = tarfile.TarInfo(f"{key}.{ending}")
            member.size = len(members[ending])
            self._tar.addfile(member, io.BytesIO(members[ending]))
        self._samples += 1
        self._bytes += size

    def _open_next(self) -> None:
        self.close()
        name = f"{self._split}-{len(self._names):06d}.tar"
        self._stream = (self._folder / name).open("xb")
        self._tar = tarfile.open(fileobj=self._stream, mode="w", format=tarfile.USTAR_FORMAT)  # noqa: SIM115
        self._names.append(name)
        self._samples = self._bytes = 0

    def close(self) -> list[str]:
        """Finish the file that is open, and return the names of all."""
        if self._tar is not None and self._stream is not None:
            tar, stream = self._tar, self._stream
            self._tar = self._stream = None
            with stream:
                tar.close()
                stream.flush()
                os.fsync(stream.fileno())
        return self._names
