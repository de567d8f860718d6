"""How long `sdg validate-dataset` takes, against reading the same files: `python -m benchmarks.validate`.

Three rows: structure and boxes of a large COCO file against `json.load`; every mask of it against a pycocotools loop;
the pixels of a dataset of `sdg` against decoding its PNGs with OpenCV. Each part runs in a process of its own, so that
its peak memory is its own.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from sdg.validate.boxes import check_boxes
from sdg.validate.coco_file import coco_tables
from sdg.validate.coco_structure import check_structure
from sdg.validate.findings import Findings
from sdg.validate.folder import Folder
from sdg.validate.json_text import read_json
from sdg.validate.masks import check_masks
from sdg.validate.run import validate

_WIDTH, _HEIGHT = 640, 480


def write_coco(path: Path, image_count: int, annotation_count: int) -> None:
    """Write a COCO file like train2017: one in nine with two polygons, one in 90 a crowd's RLE."""
    from pycocotools import mask

    random = np.random.default_rng(0)
    with path.open("w") as stream:
        stream.write('{"info":{},"licenses":[{"id":3,"name":"none"}],"categories":')
        json.dump([{"id": index, "name": f"class {index}", "supercategory": "thing"} for index in range(1, 81)], stream)
        stream.write(',"images":[')
        for index in range(1, image_count + 1):
            image = {
                "license": 3,
                "file_name": f"{index:012d}.jpg",
                "coco_url": f"http://example.org/{index:012d}.jpg",
                "height": _HEIGHT,
                "width": _WIDTH,
                "date_captured": "2013-11-14 17:02:52",
                "flickr_url": f"http://example.org/{index}_z.jpg",
                "id": index,
            }
            stream.write(("," if index > 1 else "") + json.dumps(image))
        stream.write('],"annotations":[')
        for index in range(1, annotation_count + 1):
            parts = 1 if index % 9 else 2
            shape: Any = [_blob(random) for _ in range(parts)]
            # Area and box as COCO has them: of the mask, so that the checks have something to confirm.
            code = mask.merge(mask.frPyObjects(shape, _HEIGHT, _WIDTH))
            area, box = float(mask.area(code)), [float(value) for value in mask.toBbox(code)]
            crowd = index % 90 == 0
            if crowd:
                shape = {"size": [_HEIGHT, _WIDTH], "counts": _counts(mask.decode(code))}
            annotation = {
                "segmentation": shape,
                "area": area,
                "iscrowd": int(crowd),
                "image_id": 1 + index % image_count,
                "bbox": box,
                "category_id": 1 + index % 80,
                "id": index,
            }
            stream.write(("," if index > 1 else "") + json.dumps(annotation))
        stream.write("]}")


def _blob(random: np.random.Generator) -> list[float]:
    corners = int(random.integers(5, 60))
    radius = min(200.0, random.lognormal(3.4, 0.9))
    x, y = random.uniform(0, _WIDTH), random.uniform(0, _HEIGHT)
    angle = np.sort(random.uniform(0, 2 * np.pi, corners))
    length = radius * random.uniform(0.6, 1.2, corners)
    points = np.column_stack([x + length * np.cos(angle), y + length * np.sin(angle)])
    rounded: list[float] = np.round(np.clip(points, 0, (_WIDTH, _HEIGHT)), 2).ravel().tolist()
    return rounded


def _counts(pixels: np.ndarray) -> list[int]:
    flat = pixels.ravel(order="F")
    edges = np.flatnonzero(np.diff(flat, prepend=0)).tolist()
    return [int(count) for count in np.diff([0, *edges, len(flat)])]


# --- the parts, each in a process of its own -------------------------------------------------------------------------


def part_load(path: Path) -> None:
    """Only `json.load`."""
    with path.open() as stream:
        json.load(stream)


def part_structure(path: Path) -> None:
    """Read the file, and check structure and boxes."""
    findings = Findings()
    coco = coco_tables(read_json(Folder(path.parent), path.name, findings), path.name, findings)
    assert coco is not None
    check_structure(coco, findings)
    check_boxes(coco, findings)
    _tell_findings(findings)


def part_masks(path: Path) -> None:
    """Check every mask; only that is timed."""
    findings = Findings()
    coco = coco_tables(read_json(Folder(path.parent), path.name, findings), path.name, findings)
    assert coco is not None
    check_structure(coco, findings)
    boxes = check_boxes(coco, findings)
    started = time.process_time()
    check_masks(coco, boxes, findings, lambda _: None)
    print(f"core seconds {time.process_time() - started:.2f}")
    _tell_findings(findings)


def part_pycocotools(path: Path) -> None:
    """Decode every mask with pycocotools, one after the other, and compare; only that is timed."""
    from pycocotools import mask

    with path.open() as stream:
        annotations = json.load(stream)["annotations"]
    wrong = 0
    started = time.process_time()
    for annotation in annotations:
        shape = annotation["segmentation"]
        code = mask.frPyObjects(shape, _HEIGHT, _WIDTH)
        if isinstance(shape, list):
            code = mask.merge(code)
        wrong += float(mask.area(code)) != annotation["area"]
        wrong += mask.toBbox(code).tolist() != annotation["bbox"]
    print(f"core seconds {time.process_time() - started:.2f}")
    print(f"findings {wrong}")


def part_pixels(path: Path) -> None:
    """Validate a dataset of `sdg`."""
    started = time.process_time()
    validation = validate(path)
    print(f"core seconds {time.process_time() - started:.2f}")
    _tell_findings(validation.findings)


def part_decode(path: Path) -> None:
    """Only decode every PNG of a dataset."""
    import cv2

    started = time.process_time()
    for picture in sorted(path.rglob("*.png")):
        cv2.imread(str(picture), cv2.IMREAD_UNCHANGED)
    print(f"core seconds {time.process_time() - started:.2f}")


def _tell_findings(findings: Findings) -> None:
    print(f"findings {dict(findings.counts)}")


PARTS = {name.removeprefix("part_"): part for name, part in list(globals().items()) if name.startswith("part_")}


def measure(part: str, path: Path) -> None:
    """Run one part in a process of its own on one core, and print what it took."""
    command = [sys.executable, "-m", "benchmarks.validate", "--part", part, "--path", str(path)]
    one_core = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OPENCV_FOR_THREADS_NUM": "1"}
    started = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=one_core)
    seconds = time.perf_counter() - started
    print(f"{part:<12} {seconds:8.2f} s in all; {'; '.join(done.stdout.split(chr(10))[:-1])}", flush=True)


def main() -> None:
    """Make the inputs and measure each part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=sorted(PARTS))
    parser.add_argument("--path", type=Path)
    parser.add_argument("--images", type=int, default=118_000)
    parser.add_argument("--annotations", type=int, default=860_000)
    parser.add_argument("--frames", type=int, default=1000, help="0 leaves the pixels out")
    parser.add_argument("--things", type=int, default=30)
    arguments = parser.parse_args()
    if arguments.part:
        PARTS[arguments.part](arguments.path)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{time.process_time():.1f} core seconds with reading; peak {peak:.0f} MiB")
        return
    with tempfile.TemporaryDirectory() as name:
        if arguments.annotations:
            path = Path(name) / "instances.json"
            write_coco(path, arguments.images, arguments.annotations)
            print(f"{arguments.images} images, {arguments.annotations} annotations, {path.stat().st_size >> 20} MiB")
            for part in ("load", "structure", "masks", "pycocotools"):
                measure(part, path)
            path.unlink()
        if arguments.frames:
            from benchmarks.validate_frames import write_dataset

            folder = Path(name) / "dataset"
            write_dataset(folder, arguments.frames, arguments.things)
            size = sum(path.stat().st_size for path in folder.rglob("*.png")) >> 20
            print(f"{arguments.frames} frames of 1280x720, {arguments.things} things each, {size} MiB of PNG")
            for part in ("decode", "pixels"):
                measure(part, folder)


if __name__ == "__main__":
    main()
