"""Shards, read back by the webdataset package."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from webdataset.autodecode import Decoder, imagehandler
from webdataset.tariterators import group_by_keys, tar_file_expander

from sdg.export import webdataset as writing
from tests.executor.harness import tree
from tests.export.exporting import HALVES, export, views_of


def read(*shards: Path) -> dict[str, dict[str, Any]]:
    """Return every sample by its key; the package's own pipeline leaves closing the files to chance."""
    samples: dict[str, dict[str, Any]] = {}
    for shard in shards:
        with shard.open("rb") as stream:
            members = tar_file_expander(iter([{"url": str(shard), "stream": stream}]))
            samples |= {sample["__key__"]: sample for sample in group_by_keys(members)}
    return samples


@pytest.fixture(scope="module")
def shards(yard: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(yard, tmp_path_factory.mktemp("webdataset") / "out", "webdataset", "--split", HALVES)


def test_samples_come_back_file_for_file(yard: Path, shards: Path) -> None:
    samples = read(shards / "train-000000.tar", shards / "val-000000.tar")
    views = views_of(yard)
    assert len(samples) == len(views) == 8
    names = {entry["id"]: entry["name"] for entry in json.loads((shards / "categories.json").read_text())}
    for frame, view in views:
        sample = samples[f"{view.camera}_{view.frame_index:06d}"]
        assert sample["png"] == view.files["rgb"].read_bytes()
        for annotator in ("depth", "semantic_segmentation", "instance_segmentation", "panoptic"):
            assert sample[f"{annotator}.png"] == view.files[annotator].read_bytes()
        labels = json.loads(sample["json"])
        assert (labels["frame_index"], labels["camera"]) == (view.frame_index, view.camera)
        assert labels["intrinsics"] == view.record["intrinsics"]
        assert labels["objects"] == frame.record["objects"]
        ids = np.array(Image.open(io.BytesIO(sample["instance_segmentation.png"])))
        for thing, entry in zip(view.annotations, labels["annotations"], strict=True):
            assert entry == {**thing.record, "category": names[thing.category_id]}
            assert (ids == entry["instance_id"]).sum() == entry["area"]


def test_the_package_decodes_them(shards: Path) -> None:
    decode = Decoder([imagehandler("rgb8")])
    samples = [decode(sample) for sample in read(shards / "train-000000.tar").values()]
    assert len(samples) > 1
    for sample in samples:
        assert sample["png"].shape == (sample["json"]["height"], sample["json"]["width"], 3)


def test_bytes_are_the_same_again(yard: Path, shards: Path, tmp_path: Path) -> None:
    assert tree(export(yard, tmp_path / "again", "webdataset", "--split", HALVES)) == tree(shards)


def test_a_bare_coco_file_gives_the_same_pictures_and_labels(yard: Path, tmp_path: Path) -> None:
    out = export(yard / "annotations/instances.json", tmp_path / "out", "webdataset")
    samples = read(out / "train-000000.tar")
    for _, view in views_of(yard):
        sample = samples[f"rgb_{view.camera}_{view.frame_index:06d}"]
        assert sample["png"] == view.files["rgb"].read_bytes()
        labels = json.loads(sample["json"])
        assert [entry["bbox"] for entry in labels["annotations"]] == [
            list(thing.bbox_xywh_px or ()) for thing in view.annotations
        ]


def test_shards_end_when_they_are_full(yard: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_SAMPLES", 3)
    out = export(yard, tmp_path / "out", "webdataset")
    names = [f"train-{index:06d}.tar" for index in range(3)]
    assert sorted(path.name for path in out.glob("*.tar")) == names
    assert json.loads((out / "export.json").read_text())["shards"] == {"train": names}
    assert [len(read(out / name)) for name in names] == [3, 3, 2]
