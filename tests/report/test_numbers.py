from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import Params

from sdg.dataset.open import open_dataset
from sdg.report.build import build_report
from tests.report.reading import Report, first_number, text_of


@pytest.fixture(scope="module")
def report(yard: Path) -> Report:
    return Report((yard / "report.html").read_bytes())


@pytest.fixture(scope="module")
def truth(yard: Path) -> COCO:
    return COCO(str(yard / "annotations/instances.json"))


@pytest.fixture(scope="module", params=["folder", "file"])
def either(request: pytest.FixtureRequest, yard: Path, report: Report) -> Report:
    """The report of the folder, and that of its COCO file alone."""
    if request.param == "folder":
        return report
    return Report(build_report(open_dataset(yard / "annotations/instances.json")))


def test_the_numbers_at_the_top_are_pycocotools(either: Report, truth: COCO) -> None:
    tiles = either.tiles()
    assert tiles["pictures"] == str(len(truth.getImgIds()))
    assert tiles["objects"] == str(len(truth.getAnnIds()))
    assert tiles["classes"] == str(len(truth.getCatIds()))


def test_classes_are_counted_as_pycocotools_counts_them(either: Report, truth: COCO) -> None:
    rows = either.bars("objects of each class")
    assert len(rows) == 4
    for category in truth.loadCats(truth.getCatIds()):
        annotations = len(truth.getAnnIds(catIds=[category["id"]]))
        share = len(truth.getImgIds(catIds=[category["id"]])) / len(truth.getImgIds())
        assert rows[category["name"]] == f"{annotations} · in {100 * share:.0f}\N{NO-BREAK SPACE}% of pictures"


def test_sizes_are_those_of_cocos_evaluation(either: Report, truth: COCO) -> None:
    """Its ranges touch at their bounds; no area here is one of them."""
    ranges = dict(zip(Params(iouType="bbox").areaRngLbl, Params(iouType="bbox").areaRng, strict=True))
    shares = either.one("div", aria_label="objects by size")
    said = {text_of(row[1]).split()[0]: int(text_of(row[2])) for row in shares.iter("li")}
    assert said == {name: len(truth.getAnnIds(areaRng=ranges[name])) for name in ("small", "medium", "large")}
    assert sum(said.values()) == len(truth.getAnnIds())


def test_objects_in_a_picture_are_counted(either: Report, truth: COCO) -> None:
    counts = Counter(len(truth.getAnnIds(imgIds=[image])) for image in truth.getImgIds())
    assert either.bins("pictures by number of objects") == {
        f"{count} objects": number for count, number in counts.items()
    }


def test_visibility_and_distance_fall_into_bins_as_numpy_has_it(either: Report, truth: COCO) -> None:
    entries = truth.loadAnns(truth.getAnnIds())
    visible, _ = np.histogram([entry["visibility"] for entry in entries], bins=20, range=(0, 1))
    assert list(either.bins("objects by visibility").values()) == [count for count in visible if count]
    distances = [entry["bbox_3d"]["camera_from_cuboid"][2][3] for entry in entries]
    assert sum(either.bins("objects by depth").values()) == len(distances)
    middle = f"median {np.median([float(f'{distance:.3g}') for distance in distances]):#.3g} m"
    assert any(middle in text_of(caption) for caption in either.all("figcaption"))


def test_the_heat_map_counts_every_centre(either: Report, truth: COCO) -> None:
    counts = np.zeros((24, 32), int)
    for entry in truth.loadAnns(truth.getAnnIds()):
        image, (x, y, width, height) = truth.imgs[entry["image_id"]], entry["bbox"]
        counts[int(24 * (y + height / 2) / image["height"]), int(32 * (x + width / 2) / image["width"])] += 1
    chart = either.one("svg", class_="heat")
    assert [int(text_of(title)) for title in chart.iter("title")] == [count for count in counts.flat if count]


def test_depth_is_that_of_the_depth_pictures(report: Report, yard: Path) -> None:
    depth_m = np.concatenate([
        (picture[::7, ::7][picture[::7, ::7] > 0] / np.float32(1000)).astype(float)
        for picture in (cv2.imread(str(path), cv2.IMREAD_UNCHANGED) for path in sorted((yard / "depth").rglob("*.png")))
    ])  # fmt: skip
    assert sum(report.bins("pixels by depth").values()) == len(depth_m)
    assert any(f"median {np.median(depth_m):#.3g} m" in text_of(caption) for caption in report.all("figcaption"))


def test_what_was_drawn_is_what_the_records_say(report: Report, yard: Path) -> None:
    records = [json.loads(path.read_text()) for path in sorted((yard / "frames").glob("*.json"))]
    yaws = [
        value
        for record in records
        for key, value in record["scene_info"]["drawn"].items()
        if key.startswith("scene.objects.box[")
    ]
    assert len(yaws) == 12
    counts, _ = np.histogram(yaws, bins=6, range=(0, 360))
    assert list(report.bins("scene.objects.box.yaw_deg").values()) == [count for count in counts if count]
    said = [text_of(caption) for caption in report.all("figcaption")]
    assert any(text.startswith("uniform [0, 360]12 draws") for text in said)


def test_it_says_what_it_was_made_from(report: Report, yard: Path) -> None:
    manifest = json.loads((yard / "manifest.json").read_text())
    facts = {text_of(row[0]): text_of(row[1]) for row in report.one("dl", class_="facts")}
    assert facts["seed"] == "11"
    assert facts["licence"] == "CC-BY-4.0"
    assert facts["recipe"] == f"recipe.yaml {manifest['recipe']['sha256'][:12]}"
    assert facts["cameras"] == "front 160 \N{MULTIPLICATION SIGN} 120bent 128 \N{MULTIPLICATION SIGN} 96"
    (maker,) = manifest["made_by"]
    assert maker["device_kind"] in facts["rendered by"]
    assert all(f"{name} {version}" in facts["rendered by"] for name, version in maker["versions"].items())
    assert first_number(report.tiles()["frames"]) == 4
