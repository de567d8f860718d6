from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sdg.errors import DatasetError
from sdg.foundation.digest import digest_bytes, digest_file
from sdg.render.api import RendererIdentity
from sdg.write.dataset import Dataset
from sdg.write.spool import JsonSpool
from tests.annotate.synthetic import body, make_frame
from tests.write.conftest import CATEGORIES, SIZE, file_bytes, toy_frame

MakeDataset = Callable[..., Dataset]


def manifest_of(dataset: Dataset) -> dict[str, Any]:
    return json.loads((dataset.folder / "manifest.json").read_text())


def test_the_recipe_is_kept_byte_for_byte(make_dataset: MakeDataset) -> None:
    dataset = make_dataset()
    assert (dataset.folder / "recipe.yaml").read_bytes() == "sdg: 1  # naïve\r\nname: toy\n".encode()
    assert json.loads((dataset.folder / "graph.json").read_text())["nodes"][0]["name"] == "pallet.yaw_deg"


def test_semantic_labels_stand_beside_the_pictures(make_dataset: MakeDataset) -> None:
    labels = json.loads((make_dataset().folder / "semantic/labels.json").read_text())
    assert labels == {"0": "background", "1": "pallet", "2": "carton", "3": "floor", "4": "wall"}


def test_frames_added_in_any_order_by_any_worker_give_the_same_bytes(make_dataset: MakeDataset) -> None:
    ordered, shuffled = make_dataset("a"), make_dataset("b")
    workers = [pickle.loads(pickle.dumps(shuffled)) for _ in range(2)]
    for frame_index in range(4):
        ordered.add(toy_frame(frame_index))
    for turn, frame_index in enumerate((3, 0, 2, 1)):
        workers[turn % 2].add(toy_frame(frame_index))
    ordered.finish(range(4))
    shuffled.finish([2, 3, 1, 0])
    assert file_bytes(ordered.folder) == file_bytes(shuffled.folder)


def test_finishing_twice_changes_nothing_and_leaves_no_temporary_file(make_dataset: MakeDataset) -> None:
    dataset = make_dataset()
    dataset.add(toy_frame(0))
    totals = dataset.finish([0])
    first = file_bytes(dataset.folder)
    assert dataset.finish([0]) == totals
    assert file_bytes(dataset.folder) == first
    assert not [path for path in first if path.endswith(".tmp")]


@pytest.mark.parametrize("damage", ["shorter", "gone", "record half", "record of another frame", "record is a list"])
def test_a_damaged_frame_is_not_finished(make_dataset: MakeDataset, damage: str) -> None:
    dataset = make_dataset()
    for frame_index in range(3):
        dataset.add(toy_frame(frame_index))
    assert dataset.finished_frames() == {0, 1, 2}
    record = dataset.folder / "frames/000001.json"
    match damage:
        case "shorter":
            path = dataset.folder / "depth/000001.png"
            path.write_bytes(path.read_bytes()[:-1])
        case "gone":
            (dataset.folder / "normals/000001.npy").unlink()
        case "record half":
            record.write_bytes(record.read_bytes()[:500])
        case "record of another frame":
            record.write_bytes((dataset.folder / "frames/000000.json").read_bytes())
        case _:
            record.write_text("[1]")
    assert dataset.finished_frames() == {0, 2}


def test_files_that_are_no_records_are_no_frames(make_dataset: MakeDataset) -> None:
    dataset = make_dataset()
    assert dataset.finished_frames() == set()
    dataset.add(toy_frame(0))
    for name in ("7.json", "0000007.json", "notes.txt", ".000003.json.12.tmp"):
        (dataset.folder / "frames" / name).write_bytes((dataset.folder / "frames/000000.json").read_bytes())
    assert dataset.finished_frames() == {0}


def test_finishing_without_a_frame_says_which_and_leaves_no_manifest(make_dataset: MakeDataset) -> None:
    dataset = make_dataset()
    dataset.add(toy_frame(0))
    with pytest.raises(DatasetError, match="frame 1 has no readable record"):
        dataset.finish(range(2))
    assert not (dataset.folder / "manifest.json").exists()
    assert not list(dataset.folder.rglob("*.tmp"))


def test_the_manifest_names_every_file_with_its_digest(make_dataset: MakeDataset) -> None:
    dataset = make_dataset(cameras=["left", "right"])
    for frame_index in range(2):
        dataset.add(toy_frame(frame_index, cameras=["left", "right"]))
    totals = dataset.finish(range(2))
    manifest = manifest_of(dataset)
    named = {file["path"]: (file["sha256"], file["size"]) for file in manifest["files"]}
    there = {
        path: (digest_bytes(content), len(content))
        for path, content in file_bytes(dataset.folder).items()
        if path != "manifest.json"
    }
    assert named == there
    assert len(manifest["files"]) == len(named) == totals.files == manifest["totals"]["files"]
    assert totals.bytes == sum(size for _, size in there.values())


def test_the_manifest_tells_recipe_assets_categories_and_totals(make_dataset: MakeDataset) -> None:
    dataset = make_dataset()
    for frame_index in range(3):
        dataset.add(toy_frame(frame_index, depth_m=100.0))
    totals = dataset.finish(range(3))
    manifest = manifest_of(dataset)
    assert manifest["recipe"] == {
        "path": "recipe.yaml",
        "sha256": digest_file(dataset.folder / "recipe.yaml"),
        "files_sha256": "",
        "overrides": ["frames=3"],
    }
    assert (manifest["name"], manifest["seed"], manifest["frames"]) == ("toy", 7, [[0, 2]])
    assert manifest["assets"] == [f"{number:064x}" for number in (1, 2, 3, 4)]
    assert [entry["name"] for entry in manifest["categories"]] == [category.name for category in CATEGORIES]
    annotations = json.loads((dataset.folder / "annotations/instances.json").read_text())["annotations"]
    assert totals.annotations == len(annotations) == sum(entry["annotations"] for entry in manifest["categories"])
    assert totals.frames == totals.images == 3
    far = sum(int((toy_frame(k).views["cam"].semantic > 0).sum()) for k in range(3))
    assert totals.depth_beyond_range_px == manifest["totals"]["depth_beyond_range_px"] == far


def test_the_manifest_lists_each_device_kind_once_with_its_frames(make_dataset: MakeDataset) -> None:
    dataset = make_dataset()
    for frame_index in (0, 1, 3, 4, 5):
        frame = toy_frame(frame_index)
        if frame_index in (3, 5):
            object.__setattr__(frame, "identity", RendererIdentity("synthetic", "other-device", {"synthetic": "1.0"}))
        dataset.add(frame)
    totals = dataset.finish([0, 1, 3, 4, 5])
    assert [(maker["device_kind"], maker["frames"]) for maker in manifest_of(dataset)["made_by"]] == [
        ("other-device", [[3, 3], [5, 5]]),
        ("test-device", [[0, 1], [4, 4]]),
    ]
    assert totals.device_kinds == ("other-device", "test-device")


def test_what_a_renderer_lacks_is_told_by_record_and_manifest(make_dataset: MakeDataset) -> None:
    dataset = make_dataset()
    for frame_index in (0, 1):
        frame = toy_frame(frame_index)
        if frame_index == 1:
            lacking = replace(frame.identity, missing_effects=("lateral_color", "rolling_shutter"))
            object.__setattr__(frame, "identity", lacking)
        dataset.add(frame)
    dataset.finish([0, 1])
    records = [json.loads((dataset.folder / f"frames/{index:06d}.json").read_text()) for index in (0, 1)]
    assert "missing_effects" not in records[0]["renderer"]
    assert records[1]["renderer"]["missing_effects"] == ["lateral_color", "rolling_shutter"]
    told = {maker["frames"][0][0]: maker.get("missing_effects") for maker in manifest_of(dataset)["made_by"]}
    assert told == {0: None, 1: ["lateral_color", "rolling_shutter"]}


def test_no_data_file_knows_the_machines_paths(make_dataset: MakeDataset) -> None:
    dataset = make_dataset()
    dataset.add(toy_frame(0))
    dataset.finish([0])
    for path, content in file_bytes(dataset.folder).items():
        if path.endswith(".json"):
            assert str(dataset.folder).encode() not in content
            assert b"/somewhere/private" not in content


def test_a_value_that_json_cannot_hold_is_a_bug_and_never_written(make_dataset: MakeDataset) -> None:
    dataset = make_dataset()
    frame = make_frame({"cam": np.zeros(SIZE[::-1], np.uint32)}, (body("a[1]", 1, 1, pose=np.full((4, 4), np.nan)),))
    with pytest.raises(ValueError, match="not JSON compliant"):
        dataset.add(frame)
    assert not (dataset.folder / "frames").exists() or not list((dataset.folder / "frames").iterdir())


def test_a_spool_writes_what_json_would(tmp_path: Path) -> None:
    with JsonSpool(tmp_path / "list.json", ("first", "second", "none")) as spool:
        for number in range(3):
            spool.add("second", {"id": number, "x": 0.1})
            spool.add("first", [number])
        spool.finish({"head": {"é": None}})
    assert json.loads((tmp_path / "list.json").read_text()) == {
        "head": {"é": None},
        "first": [[0], [1], [2]],
        "second": [{"id": number, "x": 0.1} for number in range(3)],
        "none": [],
    }
    assert [path.name for path in tmp_path.iterdir()] == ["list.json"]
