"""COCO files that other programs wrote have no error; nor have files with the habits of COCO's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from sdg.validate.run import Validation, validate

CLASSES = ["dog", "cat"]
SIZE = (120, 90)


@pytest.fixture
def yolo(tmp_path: Path) -> Path:
    """Four pictures with boxes in YOLO's format."""
    folder = tmp_path / "yolo"
    (folder / "images").mkdir(parents=True)
    (folder / "labels").mkdir()
    (folder / "classes.txt").write_text("\n".join(CLASSES))
    random = np.random.default_rng(3)
    for index in range(4):
        picture = cv2.resize(random.integers(0, 256, (9, 12, 3), dtype=np.uint8), SIZE)
        cv2.imwrite(str(folder / f"images/{index:04d}.png"), picture)
        rows = []
        for _ in range(3):
            x, y, width, height = (*random.uniform(0.3, 0.7, 2), *random.uniform(0.1, 0.5, 2))
            rows.append(f"{random.integers(2)} {x:.6f} {y:.6f} {width:.6f} {height:.6f}")
        (folder / f"labels/{index:04d}.txt").write_text("\n".join(rows))
    return folder


def written_by_globox(yolo: Path) -> Path:
    from globox import AnnotationSet

    boxes = AnnotationSet.from_yolo_v5(yolo / "labels", image_folder=yolo / "images", image_extension=".png")
    boxes.save_coco(yolo / "coco.json", auto_ids=True)
    return yolo / "coco.json"


def written_by_supervision(yolo: Path) -> Path:
    import supervision

    pictures, labels = {}, {}
    random = np.random.default_rng(4)
    for path in sorted((yolo / "images").iterdir()):
        mask = np.zeros((2, SIZE[1], SIZE[0]), dtype=bool)
        for one in mask:
            x, y = random.integers(0, 60, 2)
            cv2.ellipse(
                canvas := np.zeros(one.shape, np.uint8), (int(x) + 20, int(y) + 15), (18, 11), 20, 0, 360, 1, -1
            )
            one |= canvas > 0
        mask[1, ::2] = False  # many parts: a run-length code
        boxes = supervision.mask_to_xyxy(mask)
        pictures[str(path)] = cv2.imread(str(path))
        labels[str(path)] = supervision.Detections(xyxy=boxes.astype(float), mask=mask, class_id=np.array([0, 1]))
    dataset = supervision.DetectionDataset(CLASSES, pictures, labels)
    dataset.as_coco(str(yolo / "out"), str(yolo / "out/annotations.json"))
    return yolo / "out/annotations.json"


def written_by_pycocowriter(yolo: Path) -> Path:
    from pycocowriter.coco import COCOAnnotation, COCOCategories, COCOData, COCOImages, COCOInfo

    categories, images, annotations = COCOCategories(), COCOImages(), []
    for path in sorted((yolo / "labels").glob("0*.txt")):
        image = images.add(f"{path.stem}.png", width=SIZE[0], height=SIZE[1])
        for row in path.read_text().splitlines():
            kind, x, y, width, height = (float(value) for value in row.split())
            category = categories.add(CLASSES[int(kind)])
            box = ((x - width / 2) * SIZE[0], (y - height / 2) * SIZE[1], width * SIZE[0], height * SIZE[1])
            identifier = getattr(category, "id", category)
            annotations.append(COCOAnnotation(image, len(annotations) + 1, identifier, bbox=box))
    data = COCOData(COCOInfo(year=2024), images.images, annotations, [], categories.categories)
    data.to_json(str(yolo / "coco.json"))
    return yolo / "coco.json"


def written_by_vision_synth(yolo: Path) -> Path:
    from synth_datasets import generate_dataset

    generate_dataset(str(yolo / "synth"), num_images=8, fmt="coco", task="segmentation", seed=0)
    return next(path for path in sorted((yolo / "synth").rglob("*.json")) if "train" in str(path))


def written_by_datasetsconverter(yolo: Path) -> Path:
    from datasetsconverter import yolo_to_coco

    yolo_to_coco(str(yolo), str(yolo / "out/coco.json"), str(yolo / "images"))
    return yolo / "out/coco.json"


def written_by_cvannotate(yolo: Path) -> Path:
    from cvannotate.convert import read_annotation, write_annotation

    read = []
    for path in sorted((yolo / "labels").glob("0*.txt")):
        annotation = read_annotation(path, "yolo", *SIZE)[0]
        annotation.filename = f"{path.stem}.png"
        read.append(annotation)
    write_annotation(read, yolo, "coco", CLASSES)
    return yolo / "annotations.json"


WRITERS = [
    written_by_supervision,
    written_by_pycocowriter,
    written_by_vision_synth,
    written_by_datasetsconverter,
    written_by_cvannotate,
]


@pytest.mark.filterwarnings("ignore")  # theirs
@pytest.mark.parametrize("write", WRITERS, ids=[write.__name__ for write in WRITERS])
def test_what_other_programs_write_has_no_error(write: Callable[[Path], Path], yolo: Path) -> None:
    path = write(yolo)
    assert len(json.loads(path.read_text())["annotations"]) >= 8
    validation = validate(path, pictures=None)
    assert validation.examined.files
    assert _errors(validation) == []


def test_annotation_id_0_of_globox_is_the_one_error_told(yolo: Path) -> None:
    """It counts from 0, and pycocotools' evaluation never matches that annotation."""
    validation = validate(written_by_globox(yolo))
    assert {code for code in validation.findings.counts if validation.findings.severity(code) == "error"} == {"V209"}
    assert validation.findings.counts["V209"] == 1


def test_files_with_the_habits_of_coco_itself_have_no_error(tmp_path: Path) -> None:
    """As instances_val2017.json: gaps between category ids, polygons with their own area, float boxes to the picture's
    edge, crowds as uncompressed codes, images without annotations, ids in no order."""
    from pycocotools import mask

    random = np.random.default_rng(5)
    annotations: list[dict[str, Any]] = []
    for index in range(300):
        corners = np.clip(random.uniform(-20, 660, 2) + random.normal(0, 40, (12, 2)), 0, (640, 480))
        hull = cv2.convexHull(corners.astype(np.float32))[:, 0]
        if len(hull) < 3 or cv2.contourArea(hull) < 20:
            continue
        low, high = hull.min(axis=0), hull.max(axis=0)
        annotations.append(
            {
                "segmentation": [[round(float(value), 2) for value in hull.ravel()]],
                "area": float(cv2.contourArea(hull)),
                "iscrowd": 0,
                "image_id": int(random.integers(1, 60)) * 7919,
                "bbox": [round(float(value), 2) for value in (*low, *(high - low))],
                "category_id": int(random.choice([1, 3, 90])),
                "id": 900_000 - 17 * index,
            }
        )
    crowd = np.zeros((480, 640), np.uint8, order="F")
    crowd[100:200, 50:600:3] = 1
    edges = np.flatnonzero(np.diff(crowd.ravel(order="F"), prepend=0)).tolist()
    code = mask.encode(crowd)
    annotations.append(
        {
            "segmentation": {"size": [480, 640], "counts": np.diff([0, *edges, crowd.size]).tolist()},
            "area": int(mask.area(code)),
            "iscrowd": 1,
            "image_id": 7919,
            "bbox": mask.toBbox(code).astype(int).tolist(),
            "category_id": 1,
            "id": 900_100_000_001,
        }
    )
    value = {
        "info": {"year": 2017},
        "licenses": [{"id": 1, "name": "CC"}],
        "images": [
            {"id": index * 7919, "file_name": f"{index:012d}.jpg", "width": 640, "height": 480, "license": 1}
            for index in range(1, 70)
        ],
        "annotations": annotations,
        "categories": [{"id": index, "name": f"class {index}", "supercategory": "x"} for index in (1, 2, 3, 90)],
    }
    (tmp_path / "instances_val2017.json").write_text(json.dumps(value))
    validation = validate(tmp_path / "instances_val2017.json")
    assert _errors(validation) == []
    assert validation.findings.count("warning") == 0, list(validation.findings.all())


def _errors(validation: Validation) -> list[str]:
    return [str(finding) for finding in validation.findings.all() if finding.severity == "error"]


def _captions() -> dict[str, Any]:
    """Return a file as captions_val2017.json is: no categories, neither boxes nor areas."""
    return {
        "info": {"year": 2017},
        "licenses": [{"id": 3, "name": "CC"}],
        "images": [
            {"id": 1, "file_name": "001.png", "width": 64, "height": 48, "license": 3},
            {"id": 2, "file_name": "002.png", "width": 64, "height": 48, "license": 3},
            {"id": 3, "file_name": "003.png", "width": 64, "height": 48, "license": 3},
        ],
        "annotations": [{"image_id": 1 + i % 3, "id": 38 + i, "caption": "A bicycle by a wall."} for i in range(5)],
    }


def test_captions_beside_instances_have_no_finding(plain: Path) -> None:
    (plain / "annotations/captions_val.json").write_text(json.dumps(_captions()))
    validation = validate(plain)
    assert validation.examined.files == ["annotations/captions_val.json", "annotations/instances.json"]
    assert list(validation.findings.all()) == []
    assert list(validation.examined.pictures) == ["annotations/instances.json"], "a page needs boxes"


def test_captions_are_held_to_what_they_have(plain: Path) -> None:
    value = _captions()
    value["annotations"][0]["image_id"] = 99
    value["annotations"][1]["id"] = value["annotations"][2]["id"]
    value["annotations"][3]["caption"] = 7
    del value["annotations"][4]["caption"]
    value["images"][0]["width"] = 63
    (plain / "captions_val.json").write_text(json.dumps(value))
    counts = validate(plain / "captions_val.json").findings.counts
    assert counts == {"V202": 1, "V203": 1, "V205": 1, "V207": 1, "V504": 1}


@pytest.mark.parametrize("folder", ["images/train2017", "images", "train2017"])
def test_file_names_of_lvis_follow_from_its_urls(plain: Path, folder: str) -> None:
    """lvis_v1_train.json has no `file_name`; detectron2 reads the last two parts of `coco_url`, lvis-api the last."""
    value = json.loads((plain / "annotations/instances.json").read_text())
    for image in value["images"]:
        image["coco_url"] = f"http://images.cocodataset.org/train2017/{image.pop('file_name')}"
    (plain / "annotations/instances.json").unlink()
    (plain / "annotations/lvis_v1_train.json").write_text(json.dumps(value))
    (plain / "images").rename(plain / "put")
    (plain / folder).parent.mkdir(parents=True, exist_ok=True)
    (plain / "put").rename(plain / folder)
    findings = validate(plain).findings
    assert findings.counts == {"V226": 1}, list(findings.all())
    assert findings.severity("V226") == "note"
    assert "train2017/001.png" in findings.kept["V226"][0].found
    (plain / folder / "001.png").unlink()
    assert "V501" in validate(plain).findings.counts
