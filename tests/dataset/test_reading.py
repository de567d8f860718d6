from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from pycocotools.coco import COCO

from sdg.dataset.folder import read_manifest_head
from sdg.dataset.masks import decode_mask
from sdg.dataset.open import open_dataset
from sdg.errors import DatasetError, UsageError
from tests.datasets import YARD, make_dataset

# pycocotools' decoder has no `copy` argument where NumPy 2 asks for one.
decoding = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@decoding
def test_a_folder_gives_what_pycocotools_and_the_pictures_give(yard: Path) -> None:
    truth = COCO(str(yard / "annotations/instances.json"))
    dataset = open_dataset(yard)
    assert (dataset.name, dataset.cameras, len(dataset)) == ("yard", ("front", "bent"), 4)
    assert [(c.id, c.name) for c in dataset.categories if c.is_thing] == [
        (entry["id"], entry["name"]) for entry in truth.loadCats(truth.getCatIds())
    ]
    seen = 0
    for frame in dataset.frames():
        for camera, view in frame.views.items():
            image = truth.loadImgs(view.image_id)[0]
            assert (image["camera"], image["frame_index"]) == (camera, frame.frame_index)
            assert view.files["rgb"] == yard / image["file_name"]
            assert view.resolution == (image["width"], image["height"])
            ids = cv2.imread(str(view.files["instance_segmentation"]), cv2.IMREAD_UNCHANGED)
            entries = truth.loadAnns(truth.getAnnIds(imgIds=view.image_id))
            for found, entry in zip(view.annotations, entries, strict=True):
                mask = found.mask()
                assert mask is not None
                assert np.array_equal(mask, truth.annToMask(entry))
                assert np.array_equal(mask, ids == found.instance_id)
                assert list(found.bbox_xywh_px or ()) == entry["bbox"]
                seen += 1
    assert seen == len(truth.getAnnIds()) > 40


def test_a_bare_coco_file_gives_the_same_pictures_and_masks(yard: Path) -> None:
    """Its pictures are found from the file's place, as the folder above it."""
    views = [view for frame in open_dataset(yard).frames() for view in frame.views.values()]
    bare = open_dataset(yard / "annotations/instances.json")
    assert len(bare) == len(views)
    for frame, view in zip(bare.frames(), views, strict=True):
        (twin,) = frame.views.values()
        assert (twin.image_id, twin.camera, twin.resolution) == (view.image_id, view.camera, view.resolution)
        assert twin.files["rgb"] == view.files["rgb"]
        for one, other in zip(twin.annotations, view.annotations, strict=True):
            assert np.array_equal(one.mask(), other.mask())  # type: ignore[arg-type]
            assert (one.bbox_xywh_px, one.category_id, one.instance_id) == (
                other.bbox_xywh_px,
                other.category_id,
                other.instance_id,
            )


def test_polygons_and_plain_run_lengths_are_decoded_too(tmp_path: Path) -> None:
    """The square [2, 4) x [1, 3), as a polygon along its edges and as column-major run lengths."""
    square = np.zeros((4, 5), bool)
    square[1:3, 2:4] = True
    kinds = [
        [[2, 1, 4, 1, 4, 3, 2, 3]],
        {"size": [4, 5], "counts": [9, 2, 2, 2, 5]},
        {"size": [4, 5], "counts": "92203"},
    ]
    document = {
        "images": [{"id": 5, "width": 5, "height": 4, "file_name": "a.jpg"}],
        "categories": [{"id": 0, "name": "square"}],
        "annotations": [
            {"id": index, "image_id": 5, "category_id": 0, "bbox": [2, 1, 2, 2], "segmentation": kind}
            for index, kind in enumerate(kinds)
        ],
    }
    (tmp_path / "coco.json").write_text(json.dumps(document))
    (view,) = open_dataset(tmp_path / "coco.json").frame(0).views.values()
    assert [np.array_equal(found.mask(), square) for found in view.annotations] == [True] * 3  # type: ignore[arg-type]
    assert view.files["rgb"] == tmp_path / "a.jpg"


def test_frames_keep_their_keys_when_frames_are_added(yard: Path, tmp_path: Path) -> None:
    more = open_dataset(make_dataset(YARD, tmp_path, "-n", "5"))
    assert len(more) == 5
    keys = [frame.key for frame in more.frames()]
    assert keys[:4] == [frame.key for frame in open_dataset(yard).frames()]
    assert len(set(keys)) == 5


def test_opening_loads_no_renderer(yard: Path) -> None:
    code = (
        "import sys, pathlib\nfrom sdg.dataset.open import open_dataset\n"
        "assert len(list(open_dataset(pathlib.Path(sys.argv[1])).frames())) == 4\n"
        "assert not {'mitsuba', 'drjit', 'pxr', 'trimesh'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(yard)], check=True)


def test_memory_stays_flat_over_thousands_of_frames(yard: Path, tmp_path: Path) -> None:
    """The records take some 14 MB on disk, and the manifest 13; reading them may take what a few records do."""
    frames = tmp_path / "frames"
    frames.mkdir()
    record = json.loads((yard / "frames/000000.json").read_text()) | {"objects": [], "scene_info": {}}
    for view in record["cameras"].values():
        del view["annotations"][1:], view["stuff"]
    for index in range(3_000):
        (frames / f"{index:06d}.json").write_text(json.dumps(record | {"frame_index": index}))
    manifest = json.loads((yard / "manifest.json").read_text())
    head = {**manifest, "frames": [[0, 2999]], "files": None}
    lines = "".join(f" {json.dumps(key)}: {json.dumps(head[key])},\n" for key in head if key != "files")
    file = json.dumps(manifest["files"][0])
    (tmp_path / "manifest.json").write_text(
        "{\n" + lines + ' "files": [\n' + ",\n".join([file] * 100_000) + "\n ]\n}\n"
    )
    # In a process of its own, whose table of interned strings is small: paths make it grow once, here to 1 MB.
    code = (
        "import sys, pathlib, tracemalloc\nfrom sdg.dataset.open import open_dataset\ntracemalloc.start()\n"
        "count = sum(len(frame.views) for frame in open_dataset(pathlib.Path(sys.argv[1])).frames())\n"
        "print(count, tracemalloc.get_traced_memory()[1])"
    )
    told = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, capture_output=True, text=True)
    count, peak = map(int, told.stdout.split())
    assert count == 6_000
    assert peak < 2_000_000


def test_the_manifest_is_read_however_it_is_spaced(yard: Path, tmp_path: Path) -> None:
    manifest = json.loads((yard / "manifest.json").read_text())
    head = read_manifest_head(yard / "manifest.json")
    del manifest["files"]
    assert head == manifest
    (tmp_path / "manifest.json").write_text(json.dumps(json.loads((yard / "manifest.json").read_text()), indent=4))
    assert read_manifest_head(tmp_path / "manifest.json") == manifest


@pytest.fixture
def copy(yard: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(yard, tmp_path / "copy"))


def test_what_is_no_dataset_is_refused(copy: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is nothing at .*nowhere"):
        open_dataset(tmp_path / "nowhere")
    (tmp_path / "photos").mkdir()
    with pytest.raises(UsageError, match="is no dataset: it has neither"):
        open_dataset(tmp_path / "photos")
    (tmp_path / "list.json").write_text("[]")
    with pytest.raises(UsageError, match="is not COCO: it has no list of images or annotations or categories"):
        open_dataset(tmp_path / "list.json")
    (copy / ".sdg").mkdir()
    with pytest.raises(UsageError, match="is not finished"):
        open_dataset(copy)
    (copy / ".sdg").rmdir()
    (copy / "manifest.json").unlink()
    (copy / "annotations/instances.json").unlink()
    with pytest.raises(UsageError, match=r"has frames and no manifest\.json"):
        open_dataset(copy)


def test_a_damaged_dataset_is_refused_where_it_is_damaged(copy: Path) -> None:
    record = copy / "frames/000001.json"
    text = record.read_text()
    dataset = open_dataset(copy)
    record.write_text(text.replace('"path":"rgb/front', '"path":"../rgb/front'))
    with pytest.raises(DatasetError, match="leads out of the dataset"):
        dataset.frame(1)
    record.write_text(text.replace('"frame_index": 1', '"frame_index": 2'))
    with pytest.raises(DatasetError, match="is not the record of frame 1"):
        dataset.frame(1)
    record.write_text(text[:-200])
    with pytest.raises(DatasetError, match="is damaged"):
        dataset.frame(1)
    record.unlink()
    with pytest.raises(DatasetError, match="can't read"):
        list(dataset.frames())
    with pytest.raises(DatasetError, match="there is no frame 4"):
        dataset.frame(4)
    manifest = json.loads((copy / "manifest.json").read_text())
    (copy / "manifest.json").write_text(json.dumps(manifest | {"sdg_manifest": 2}))
    with pytest.raises(DatasetError, match="manifest of version 2"):
        open_dataset(copy)
    (copy / "manifest.json").write_text('{"sdg_manifest": 1}')
    with pytest.raises(DatasetError, match="is damaged: KeyError"):
        open_dataset(copy)


def one_picture(folder: Path, **annotation: Any) -> Path:
    """Write a COCO file of two pictures, the first with one annotation."""
    images = [{"id": index, "width": 64, "height": 48, "file_name": f"{index}.png"} for index in (1, 2)]
    told = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 40, 30], **annotation}
    document = {"images": images, "categories": [{"id": 1, "name": "a"}], "annotations": [told]}
    (folder / "instances.json").write_text(json.dumps(document))
    return folder / "instances.json"


@pytest.mark.parametrize("annotation", [{"bbox": [1, 2, 3]}, {"area": 10**400}, {"bbox": 7}, {"category_id": {}}])
def test_a_damaged_annotation_spoils_no_other_frame(annotation: dict[str, Any], tmp_path: Path) -> None:
    dataset = open_dataset(one_picture(tmp_path, **annotation))
    with pytest.raises(DatasetError, match=r"image 1 of .* is damaged"):
        dataset.frame(0)
    assert dataset.frame(1).views


@pytest.mark.parametrize(
    "change",
    [{"categories": ["a"]}, {"images": [7]}, {"annotations": [{"image_id": 1e999}]}, {"images": [{"id": 1e999}]}],
)
def test_a_table_of_other_things_is_damaged(change: dict[str, Any], tmp_path: Path) -> None:
    path = one_picture(tmp_path)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(DatasetError, match="is damaged"):
        open_dataset(path)


def test_a_width_without_end_is_damaged(tmp_path: Path) -> None:
    path = one_picture(tmp_path)
    path.write_text(path.read_text().replace('"width": 64', '"width": 1e999'))
    with pytest.raises(DatasetError, match="is damaged"):
        open_dataset(path).frame(0)


def test_an_annotation_without_area_has_its_boxs(tmp_path: Path) -> None:
    (view,) = open_dataset(one_picture(tmp_path)).frame(0).views.values()
    assert view.annotations[0].area_px == 40 * 30


def test_pictures_of_lvis_are_found_by_their_urls(tmp_path: Path) -> None:
    path = one_picture(tmp_path)
    coco = json.loads(path.read_text())
    name = coco["images"][0].pop("file_name")
    coco["images"][0]["coco_url"] = f"http://images.cocodataset.org/train2017/{name}"
    path.write_text(json.dumps(coco))
    (tmp_path / "train2017").mkdir()
    assert not open_dataset(path).has_pictures()
    (tmp_path / "train2017" / name).write_bytes(b"")
    dataset = open_dataset(path)
    assert dataset.has_pictures()
    (view,) = dataset.frame(0).views.values()
    assert view.files["rgb"] == tmp_path / "train2017" / name


@pytest.mark.parametrize(
    "segmentation",
    [
        {"size": [48, 64], "counts": [2**70]},
        {"size": [48, 64], "counts": [2**62, 2**62, 2**62, 2**62 + 48 * 64]},
        [[0, 0, 1e300, 0, 1e300, 1e300]],
        [[0, 0, 1e6, 0, 1e6, 1e6] * 1000],
        [[float("nan")] * 6],
        [[1, 2, 3, 4]],
        ["text"],
        [{}],
    ],
)
def test_a_mask_that_is_none_is_refused(segmentation: Any) -> None:
    with pytest.raises(DatasetError, match="a mask"):
        decode_mask(segmentation, (64, 48))


def test_a_mask_of_a_huge_picture_is_refused() -> None:
    with pytest.raises(DatasetError, match="too large"):
        decode_mask({"size": [30_000, 20_000], "counts": [600_000_000]}, (20_000, 30_000))


def test_a_manifest_of_a_billion_frames_is_refused(yard: Path, tmp_path: Path) -> None:
    manifest = json.loads((yard / "manifest.json").read_text())
    for frames in ([[0, 999_999_998]], [[0, 10**30]]):
        (tmp_path / "manifest.json").write_text(json.dumps(manifest | {"frames": frames}))
        with pytest.raises(DatasetError, match=r"speaks of [0-9]+ frames"):
            open_dataset(tmp_path)
