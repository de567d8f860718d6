"""Whole datasets of different recipes and seeds, joined into one."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import cv2
import jsonschema
import numpy as np
import pytest
from pycocotools.coco import COCO

import sdg.write
from sdg.cli.main import main
from sdg.dataset.open import open_dataset
from sdg.errors import DatasetError, UsageError
from sdg.executor import union
from sdg.executor.merge import merge
from sdg.executor.shard import Shard
from sdg.export.split import parse_splits, split_of
from sdg.foundation.digest import digest_file
from sdg.validate.present import text_lines
from sdg.validate.run import validate
from tests.datasets import SHELF, YARD, make_dataset
from tests.executor.harness import Ears, run, tree, write_recipe
from tests.validate.datasets import SdgDataset


@pytest.fixture(scope="module")
def reseeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shelf with another seed and more annotators."""
    text = SHELF.replace("render:", "output: {annotators: [rgb, bounding_box_2d_tight, normals], coco: {}}\nrender:")
    return make_dataset(text, tmp_path_factory.mktemp("reseeded"), "--seed", "9", "-n", "2")


@pytest.fixture(scope="module")
def joined(yard: Path, shelf: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shelf (3 frames of 1 camera), then yard (4 frames of 2), whatever the order of the command line."""
    folder = tmp_path_factory.mktemp("joined") / "data"
    assert main(["merge", str(folder), str(yard), str(shelf)]) == 0
    return folder


def manifest_of(folder: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return manifest


def names_of(folder: Path) -> dict[int, str]:
    return {entry["id"]: entry["name"] for entry in manifest_of(folder)["categories"]} | {0: "background"}


def test_the_manifest_says_what_came_from_where(yard: Path, shelf: Path, joined: Path) -> None:
    manifest = manifest_of(joined)
    assert manifest["name"] == "shelf+yard"
    assert not {"seed", "recipe", "shard"} & manifest.keys()
    assert manifest["frames"] == [[0, 6]]
    assert [
        (entry["name"], entry["seed"], entry["frames"], entry["source_frames"]) for entry in manifest["merged_from"]
    ] == [
        ("shelf", 4, [[0, 2]], [[0, 2]]),
        ("yard", 11, [[3, 6]], [[0, 3]]),
    ]
    assert manifest["cameras"] == [{"name": "front", "resolution": None}, {"name": "bent", "resolution": [128, 96]}]
    for source, entry in zip((shelf, yard), manifest["merged_from"], strict=True):
        own = manifest_of(source)
        assert {**entry["recipe"], "path": "recipe.yaml"} == own["recipe"]
        assert (joined / entry["recipe"]["path"]).read_bytes() == (source / "recipe.yaml").read_bytes()
        assert (joined / entry["graph"]).read_bytes() == (source / "graph.json").read_bytes()
        assert entry["cameras"] == own["cameras"]
    for key in ("frames", "images", "annotations"):
        assert manifest["totals"][key] == sum(manifest_of(source)["totals"][key] for source in (yard, shelf))
    listed = {file["path"]: file["sha256"] for file in manifest["files"]}
    assert listed == {
        path: digest for path, digest in tree(joined).items() if path not in ("manifest.json", "report.html")
    }


def test_records_fit_their_schema_and_name_their_source(joined: Path) -> None:
    schema = json.loads(Path(sdg.write.__path__[0], "frame_record.schema.json").read_text())
    origins = []
    for frame in open_dataset(joined).frames():
        jsonschema.validate(frame.record, schema)
        origins.append((frame.record["name"], frame.record["merged"]))
        for view in frame.views.values():
            for file in view.record["files"].values():
                assert digest_file(joined / file["path"]) == file["sha256"]
    assert origins == [("shelf", {"source": 0, "frame_index": index}) for index in range(3)] + [
        ("yard", {"source": 1, "frame_index": index}) for index in range(4)
    ]


def test_the_joined_dataset_is_sound(joined: Path, yard: Path, reseeded: Path, tmp_path: Path) -> None:
    merge(tmp_path / "steps", [joined, reseeded], Ears())
    for folder in (joined, tmp_path / "steps"):
        validation = validate(folder)
        assert validation.sound(strict=True), "\n".join(text_lines(validation))
        assert validation.kind == "sdg"
    graphs = {test["graph"] for test in validation.examined.statistics["draws"]["rejected"]}
    assert graphs <= {f"sources/{number:03d}/graph.json" for number in range(3)}
    assert graphs


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda record: record.update(seed=5), "V719"),
        (lambda record: record.update(name="yard"), "V719"),
        (lambda record: record["merged"].update(source=7), "V719"),
        (lambda record: record.pop("merged"), "V719"),
    ],
)
def test_a_record_of_another_source_is_found(joined: Path, tmp_path: Path, change: Any, code: str) -> None:
    copy = SdgDataset(shutil.copytree(joined, tmp_path / "copy", copy_function=os.link))
    copy.edit("frames/000000.json", change)
    copy.seal()
    counts = validate(copy.root, fast=True).findings.counts
    assert code in counts
    assert counts.keys() <= {code, "V806"}


def test_a_class_of_things_here_and_stuff_there_is_refused(yard: Path, tmp_path: Path) -> None:
    """The yard's floor is stuff; here it is a thing."""
    floor = next(name for name in names_of(yard).values() if name == "floor")
    other = make_dataset(SHELF.replace("class: cone", f"class: {floor}"), tmp_path / "other", "-n", "1")
    with pytest.raises(UsageError, match=f"{floor} is a class of things in {other}, and stuff in {yard}"):
        merge(tmp_path / "data", [yard, other], Ears())
    assert not (tmp_path / "data").exists()


def pictures(folder: Path) -> list[dict[str, Any]]:
    """Every picture with all that is said about it, in names instead of ids."""
    names, told = names_of(folder), []
    for frame in open_dataset(folder).frames():
        for view in frame.views.values():
            semantic = cv2.imread(str(view.files["semantic_segmentation"]), cv2.IMREAD_UNCHANGED)
            panoptic = cv2.imread(str(view.files["panoptic"]))[..., ::-1].astype(np.int64) @ [1, 256, 65536]
            told.append(
                {
                    "camera": view.camera,
                    "rgb": view.files["rgb"].read_bytes(),
                    "depth": view.files["depth"].read_bytes(),
                    "instance": view.files["instance_segmentation"].read_bytes(),
                    "semantic": {names[int(value)]: (semantic == value).tobytes() for value in np.unique(semantic)},
                    "panoptic": {
                        int(value) if value < 65536 else names[int(value) - 65536]: (panoptic == value).tobytes()
                        for value in np.unique(panoptic)
                    },
                    "seen": [{**seen.record, "category_id": names[seen.category_id]} for seen in view.annotations],
                    "stuff": [{**part, "category_id": names[part["category_id"]]} for part in view.record["stuff"]],
                    "intrinsics": view.record["intrinsics"],
                    "drawn": frame.record["scene_info"]["drawn"],
                    "objects": [
                        {**thing, "category_id": names[thing["category_id"]]} for thing in frame.record["objects"]
                    ],
                }
            )
    return told


def test_every_picture_and_label_is_what_it_was(yard: Path, shelf: Path, joined: Path) -> None:
    """Categories are compared by name: both recipes have cartons, under different ids."""
    ids = [{name: number for number, name in names_of(folder).items()} for folder in (yard, shelf, joined)]
    assert ids[0]["carton"] != ids[1]["carton"]
    assert set(ids[2]) == set(ids[0]) | set(ids[1])
    assert pictures(joined) == pictures(shelf) + pictures(yard)


def test_pycocotools_reads_it(yard: Path, shelf: Path, joined: Path) -> None:
    whole = COCO(str(joined / "annotations/instances.json"))
    assert sorted(whole.anns) == list(range(1, len(whole.anns) + 1))
    assert len(whole.anns) == sum(len(COCO(str(part / "annotations/instances.json")).anns) for part in (yard, shelf))
    names = {entry["name"]: entry["id"] for entry in whole.cats.values()}
    assert len(names) == len(whole.cats)
    drums = whole.getImgIds(catIds=[names["drum"]])
    assert {Path(image["file_name"]).parts[1] for image in whole.loadImgs(drums)} == {"front", "bent"}
    for image in whole.imgs.values():
        height, width = cv2.imread(str(joined / image["file_name"])).shape[:2]
        assert (image["width"], image["height"]) == (width, height)
    panoptic = json.loads((joined / "annotations/panoptic.json").read_text())
    for entry in panoptic["annotations"]:
        segments = cv2.imread(str(joined / "annotations/panoptic" / entry["file_name"]))[..., ::-1].astype(np.int64)
        values, counts = np.unique(segments @ [1, 256, 65536], return_counts=True)
        found = dict(zip(values.tolist(), counts.tolist(), strict=True))
        found.pop(0, None)
        assert found == {segment["id"]: segment["area"] for segment in entry["segments_info"]}


def test_each_picture_keeps_its_licence(joined: Path) -> None:
    document = json.loads((joined / "annotations/instances.json").read_text())
    assert document["licenses"] == [{"id": 1, "name": "CC-BY-4.0", "url": ""}]
    assert [image.get("license") for image in document["images"]] == [None] * 3 + [1] * 8
    assert manifest_of(joined)["license"] == "", "the shelf has none, so nobody may say that all is CC-BY-4.0"


def test_order_and_steps_change_nothing(yard: Path, shelf: Path, reseeded: Path, tmp_path: Path) -> None:
    parts = [yard, reseeded, shelf]
    merge(tmp_path / "at_once", parts, Ears())
    merge(tmp_path / "reversed", parts[::-1], Ears())
    merge(tmp_path / "pair", [yard, shelf], Ears())
    merge(tmp_path / "steps", [tmp_path / "pair", reseeded], Ears())
    merge(tmp_path / "copy", [tmp_path / "steps"], Ears())
    at_once = tree(tmp_path / "at_once")
    for name in ("reversed", "steps", "copy"):
        assert tree(tmp_path / name) == at_once, name
    assert [entry["seed"] for entry in manifest_of(tmp_path / "at_once")["merged_from"]] == [4, 9, 11]


def test_what_not_every_dataset_has_is_left_out_and_told(yard: Path, reseeded: Path, tmp_path: Path) -> None:
    ears = Ears()
    merge(tmp_path / "data", [yard, reseeded], ears)
    assert manifest_of(tmp_path / "data")["annotators"] == ["rgb", "bounding_box_2d_tight"]
    lost = ("depth", "semantic_segmentation", "instance_segmentation", "bounding_box_3d", "camera_params", "normals")
    assert ears.notes == [f"{name} is left out: not every dataset has it" for name in lost]
    assert {path.name for path in (tmp_path / "data").iterdir()} == {
        "rgb", "annotations", "frames", "calibration", "sources", "manifest.json", "report.html",
    }  # fmt: skip
    schema = json.loads(Path(sdg.write.__path__[0], "frame_record.schema.json").read_text())
    for frame in open_dataset(tmp_path / "data").frames():
        jsonschema.validate(frame.record, schema)
        for view in frame.views.values():
            assert sorted(view.files) == ["panoptic", "rgb"]
            assert all("cuboid" not in seen.record for seen in view.annotations)


def test_files_that_stay_the_same_are_linked(shelf: Path, joined: Path) -> None:
    for name, source in (("rgb/front/000001.png", "rgb/000001.png"), ("sources/000/recipe.yaml", "recipe.yaml")):
        assert (joined / name).samefile(shelf / source)


def test_frames_stay_in_their_splits(yard: Path, shelf: Path, joined: Path) -> None:
    splits = parse_splits("train=0.5,val=0.5")
    apart = [split_of(frame.key, splits) for folder in (shelf, yard) for frame in open_dataset(folder).frames()]
    assert [split_of(frame.key, splits) for frame in open_dataset(joined).frames()] == apart
    assert len({frame.key for frame in open_dataset(joined).frames()}) == 7


def test_a_killed_merge_goes_on(
    yard: Path, shelf: Path, joined: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = union.place_file
    calls = 0

    def die_halfway(source: Path, target: Path) -> None:
        nonlocal calls
        calls += 1
        if calls == 20:
            raise KeyboardInterrupt
        place(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(union, "place_file", die_halfway)
        with pytest.raises(KeyboardInterrupt):
            merge(tmp_path / "data", [yard, shelf], Ears())
    with pytest.raises(UsageError, match="holds something else: another dataset"):
        merge(tmp_path / "data", [yard], Ears())
    ears = Ears()
    merge(tmp_path / "data", [shelf, yard], ears)
    assert 0 < len(ears.frames) < 7
    assert tree(tmp_path / "data") == tree(joined)
    assert merge(tmp_path / "data", [shelf, yard], Ears()).made == 0


def test_a_dataset_that_would_be_in_it_twice_is_refused(yard: Path, shelf: Path, joined: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(yard, tmp_path / "copy")
    for parts in ([yard, copy], [joined, shelf], [shelf, yard, shelf]):
        with pytest.raises(UsageError, match=r"both hold (yard|shelf) with the seed (11|4)\n.*name each dataset once"):
            merge(tmp_path / "data", parts, Ears())
    assert not (tmp_path / "data").exists()


def test_a_dataset_is_not_joined_into_itself(yard: Path, shelf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tree(yard)
    assert main(["merge", str(yard / "sub"), str(yard), str(shelf)]) == 2
    assert "lies in, one of the datasets" in capsys.readouterr().err
    assert tree(yard) == before


def test_shards_are_joined_first(yard: Path, tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path)
    run(recipe, tmp_path / "shard", shard=Shard(1, 2))
    with pytest.raises(UsageError, match="join the shards of each dataset first, then the datasets"):
        merge(tmp_path / "data", [yard, tmp_path / "shard"], Ears())


def test_damage_is_found(yard: Path, shelf: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(yard, tmp_path / "copy")
    content = bytearray((copy / "depth/front/000002.png").read_bytes())
    content[-20] ^= 1
    (copy / "depth/front/000002.png").write_bytes(content)
    with pytest.raises(DatasetError, match=r"depth/front/000002\.png is damaged"):
        merge(tmp_path / "data", [copy, shelf], Ears())


def test_generate_leaves_a_merged_dataset_alone(
    joined: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = shutil.copytree(joined, tmp_path / "copy")
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(SHELF)
    arguments = ["generate", str(recipe), "-o", str(copy), "--device", "cpu"]
    assert main(arguments) == 2
    assert "merged from several datasets" in capsys.readouterr().err
    assert tree(copy) == tree(joined)
    assert main([*arguments, "--overwrite"]) == 0
    assert manifest_of(copy)["seed"] == 4
    assert not (copy / "sources").exists()


def test_a_merged_dataset_is_exported_like_any_other(joined: Path, tmp_path: Path) -> None:
    for to in ("yolo", "webdataset", "kitti", "bop"):
        arguments = ["export", str(joined), "--to", to, "-o", str(tmp_path / to), "--camera", "front"]
        assert main(arguments) == 0
    assert "cone" in (tmp_path / "yolo/data.yaml").read_text()
    assert len(list((tmp_path / "kitti/training/label_2").iterdir())) == 7


def test_yards_of_two_seeds_make_one_dataset(yard: Path, tmp_path: Path) -> None:
    """Same recipe, same ids: nothing but records and tables is written anew."""
    other = make_dataset(YARD, tmp_path, "--seed", "12", "-n", "1")
    merge(tmp_path / "both", [other, yard], Ears())
    assert manifest_of(tmp_path / "both")["name"] == "yard"
    assert names_of(tmp_path / "both") == names_of(yard)
    assert (tmp_path / "both/semantic/bent/000000.png").samefile(yard / "semantic/bent/000000.png")
    assert pictures(tmp_path / "both") == pictures(yard) + pictures(other)
