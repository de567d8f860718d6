"""Single faults of COCO files; each names the code it is found under."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from tests.validate.datasets import INSTANCES, plain_coco

Plant = Callable[[Path], None]
FAULTS: list[tuple[str, str, Plant]] = []


def on_coco(code: str, name: str, change: Callable[[Any], Any]) -> None:
    """Register a change of the COCO file's content, which works in place or returns other content."""

    def plant(folder: Path) -> None:
        value = plain_coco()
        changed = change(value)
        (folder / INSTANCES).write_text(json.dumps(value if changed is None else changed))

    FAULTS.append((code, name, plant))


def on_annotation(code: str, name: str, index: int, **values: Any) -> None:
    """Register new values of one annotation; None takes a field away."""

    def change(value: Any) -> None:
        annotation = value["annotations"][index]
        for key, new in values.items():
            if new is None:
                del annotation[key]
            else:
                annotation[key] = new

    on_coco(code, name, change)


def on_text(code: str, name: str, change: Callable[[str], str | bytes]) -> None:
    """Register a change of the COCO file's text."""

    def plant(folder: Path) -> None:
        changed = change((folder / INSTANCES).read_text())
        (folder / INSTANCES).write_bytes(changed if isinstance(changed, bytes) else changed.encode())

    FAULTS.append((code, name, plant))


def on_files(code: str, name: str) -> Callable[[Plant], Plant]:
    """Register a change of the files."""

    def register(plant: Plant) -> Plant:
        FAULTS.append((code, name, plant))
        return plant

    return register


def _set(*path: Any, value: Any) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for key in path[:-1]:
            document = document[key]
        document[path[-1]] = value

    return change


def _drop(*path: Any) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for key in path[:-1]:
            document = document[key]
        del document[path[-1]]

    return change


def _url_for_name(value: Any) -> None:
    image = value["images"][2]
    image["coco_url"] = f"http://images.cocodataset.org/images/{image.pop('file_name')}"


def _again(value: Any, index: int, **values: Any) -> None:
    value["annotations"].append(copy.deepcopy(value["annotations"][index]) | values)


# --- text ---
on_text("V102", "an empty file", lambda text: "")
on_text("V102", "cut off in the middle", lambda text: text[: len(text) // 2])
on_text("V102", "Latin-1", lambda text: text.replace("person", "pers\u00f6n").encode("latin-1"))
on_text("V102", "a number of five thousand digits", lambda text: text.replace('"area": 60', '"area": ' + "9" * 5000))
on_text("V103", "a hundred thousand brackets", lambda text: "[" * 100_000)
on_text("V105", "two keys of one name", lambda text: text.replace('"id": 4,', '"id": 77, "id": 4,'))
on_text("V106", "NaN where nobody looks", lambda text: text.replace('"info": {}', '"info": {"version": NaN}'))
on_coco("V113", "an id of a hundred digits", _set("annotations", 4, "id", value=10**100))

# --- structure ---
on_coco("V201", "no images", _drop("images"))
on_coco("V201", "categories as an object", _set("categories", value={}))
on_text("V201", "a list of annotations alone", lambda text: json.dumps(json.loads(text)["annotations"]))
on_coco("V202", "an image without file name", _drop("images", 2, "file_name"))
on_coco("V202", "an image without width", _drop("images", 2, "width"))
on_annotation("V202", "an annotation without image", 4, image_id=None)
on_coco("V202", "a category without name", _drop("categories", 1, "name"))
on_coco("V203", "an id as text", _set("annotations", 4, "id", value="5"))
on_coco("V203", "true for an id", _set("annotations", 4, "id", value=True))
on_annotation("V203", "an area as text", 4, area="50")
on_coco("V203", "a number among annotations", lambda value: value["annotations"].append(7))
on_coco("V203", "a file name of null", _set("images", 2, "file_name", value=None))
on_coco("V205", "one annotation id twice", _set("annotations", 4, "id", value=4))
on_coco("V206", "one category id twice", lambda value: value["categories"].append({"id": 2, "name": "wolf"}))
on_annotation("V207", "an annotation of no image", 4, image_id=99)
on_annotation("V208", "an annotation of no category", 4, category_id=99)
on_annotation("V209", "annotation id 0", 4, id=0)
on_coco("V210", "category id 0", lambda value: value["categories"].append({"id": 0, "name": "none"}))
on_coco("V211", "a gap between category ids", lambda value: value["categories"].append({"id": 9, "name": "cat"}))
on_coco("V212", "a category without annotations", lambda value: value["categories"].append({"id": 3, "name": "cat"}))
on_coco("V213", "two categories of one name", lambda value: value["categories"].append({"id": 3, "name": "dog"}))
on_coco("V214", "an image without annotations", _drop("annotations", 4))
on_coco("V215", "two images of one file", _set("images", 2, "file_name", value="001.png"))
on_coco("V216", "an image of no width", _set("images", 2, "width", value=0))
on_coco("V217", "an unknown licence", _set("images", 2, "license", value=5))
on_annotation("V218", "a negative annotation id", 4, id=-5)
on_annotation("V219", "iscrowd 2", 4, iscrowd=2)
on_annotation("V219", "iscrowd as text", 4, iscrowd="no")
on_annotation("V220", "a crowd of polygons", 0, iscrowd=1)
on_coco("V223", "no annotations", _set("annotations", value=[]))
on_annotation("V224", "an annotation without area", 4, area=None)
on_annotation("V224", "an annotation without iscrowd", 4, iscrowd=None)
on_coco("V226", "an image of LVIS", _url_for_name)
on_annotation("V225", "an annotation of nothing", 4, bbox=None)

# --- boxes and masks ---
on_annotation("V301", "a box of three numbers", 4, bbox=[1, 2, 3])
on_annotation("V301", "a box of text", 4, bbox=["1", "2", "3", "4"])
on_text("V302", "infinity in a box", lambda text: text.replace("[5.5, 6.25, 10, 5]", "[5.5, 1e999, 10, 5]"))
on_annotation("V303", "a box of no width", 4, bbox=[5, 5, 0, 5])
on_annotation("V320", "a box of negative height", 4, bbox=[5, 5, 5, -3])
on_annotation("V304", "a box beyond the right side", 4, bbox=[60, 5, 10, 5])
on_annotation("V304", "a box left of the picture", 4, bbox=[-9, 5, 10, 5])
on_annotation("V305", "a box too large for its polygon", 0, bbox=[10, 10, 26, 20])
on_annotation("V305", "a box beside its run-length code", 3, bbox=[24, 20, 8, 8], keypoints=None, num_keypoints=None)
on_text("V306", "an infinite area", lambda text: text.replace('"area": 50.0', '"area": 1e999'))
on_annotation("V307", "a negative area", 4, area=-50)
on_annotation("V308", "the box's area for two polygons", 1, area=15 * 33)
on_annotation("V308", "a sixth of the area of a run-length code", 2, area=10)
on_annotation("V309", "a polygon that is not in a list", 0, segmentation=[10, 10, 30, 10, 30, 30])
on_annotation("V309", "a mask as text", 0, segmentation="10 10 30 10 30 30")
on_annotation("V309", "a run-length code without counts", 3, segmentation={"size": [48, 64]})
on_annotation("V309", "a run-length code without size", 3, segmentation={"counts": "dn08X10000000000000\\e1"})
on_annotation("V310", "a polygon of two points", 0, segmentation=[[10, 10, 30, 30]])
on_annotation("V310", "an odd number of coordinates", 0, segmentation=[[10, 10, 30, 10, 30, 30, 10]])
on_annotation("V311", "text among coordinates", 0, segmentation=[[10, 10, 30, "10", 30, 30]])
on_annotation("V311", "true among coordinates", 0, segmentation=[[True, 10, 30, 10, 30, 30, 1, 30]])
on_text("V311", "infinity among coordinates", lambda text: text.replace("[[10, 10, 30, 10", "[[10, 10, 1e999, 10"))
on_annotation("V312", "a polygon beyond the picture", 0, segmentation=[[10, 10, 90, 10, 90, 30, 10, 30]], area=1600)
on_annotation("V313", "a polygon without an inside", 0, segmentation=[[10, 10, 30, 10, 20, 10]])
on_annotation(
    "V314",
    "a run-length code of width by height",
    3,
    segmentation={"size": [64, 48], "counts": "dn08X10000000000000\\e1"},
)
on_annotation("V315", "a character that is none of the code", 3, segmentation={"size": [48, 64], "counts": "dn08X1~~"})
on_annotation(
    "V315", "a code that ends in the middle of a number", 3, segmentation={"size": [48, 64], "counts": "dn08X"}
)
on_annotation("V315", "negative counts", 2, segmentation={"size": [48, 64], "counts": [100, -30, 3002]})
on_annotation(
    "V316", "counts that leave some of the picture", 3, segmentation={"size": [48, 64], "counts": "dn08X1000"}
)
on_annotation("V316", "counts of more than the picture", 2, segmentation={"size": [48, 64], "counts": [100, 30, 9000]})
on_annotation("V317", "an empty mask", 2, segmentation={"size": [48, 64], "counts": [48 * 64]})
on_coco("V319", "one annotation twice", lambda value: _again(value, 0, id=99))
on_coco("V319", "one box twice", lambda value: _again(value, 4, id=99))
on_annotation(
    "V112",
    "a run-length code of ten thousand million pixels",
    3,
    segmentation={"size": [100000, 100000], "counts": [10**10]},
)


@on_files("V114", "polygons that cross every column a million times")
def _zigzag(folder: Path) -> None:
    value = plain_coco()
    value["images"][0] |= {"width": 100_000, "height": 48, "file_name": "004.png"}
    value["images"].pop()
    value["annotations"] = value["annotations"][:4]
    zigzag = [number for turn in range(100) for number in (0, turn % 48, 99_999, turn % 48)]
    value["annotations"][0] |= {"segmentation": [zigzag], "bbox": [0, 0, 100_000, 48]}
    del value["annotations"][1]
    (folder / INSTANCES).write_text(json.dumps(value))
    (folder / "images/001.png").unlink()
    (folder / "images/003.png").unlink()
    random = np.random.default_rng(2).integers(0, 256, (4, 1000, 3), dtype=np.uint8)
    cv2.imwrite(
        str(folder / "images/004.png"), cv2.resize(random, (100_000 // 2, 24)).repeat(2, axis=0).repeat(2, axis=1)
    )


# --- keypoints ---
on_annotation("V401", "a keypoint of two numbers", 3, keypoints=[22, 22, 2, 26, 26])
on_annotation("V401", "text among keypoints", 3, keypoints=[22, 22, 2, 26, "26", 1])
on_text("V402", "an infinite keypoint", lambda text: text.replace("[22, 22, 2,", "[22, 1e999, 2,"))
on_coco("V403", "keypoints of a category without any", _drop("categories", 0, "keypoints"))
on_annotation("V404", "one keypoint too many", 3, keypoints=[22, 22, 2, 26, 26, 1, 0, 0, 0])
on_annotation("V405", "keypoint flag 3", 3, keypoints=[22, 22, 2, 26, 26, 3])
on_annotation("V406", "a wrong num_keypoints", 3, num_keypoints=1)
on_annotation("V407", "coordinates without a label", 3, keypoints=[22, 22, 2, 26, 26, 0], num_keypoints=1)
on_coco("V408", "a bone to nowhere", _set("categories", 0, "skeleton", value=[[1, 3]]))
on_coco("V408", "a skeleton counted from 0", _set("categories", 0, "skeleton", value=[[0, 1]]))
on_annotation("V409", "a keypoint outside the picture", 3, keypoints=[22, 22, 2, 70, 26, 1])
on_annotation("V410", "a visible keypoint outside the box", 3, keypoints=[50, 40, 2, 26, 26, 1])


# --- pictures ---
def _encode(folder: Path, name: str, pixels: Any, ending: str = ".png") -> None:
    done, content = cv2.imencode(ending, pixels)
    assert done
    (folder / f"images/{name}").write_bytes(content.tobytes())


def _picture(folder: Path, index: int) -> Any:
    return cv2.imread(str(folder / f"images/{index:03d}.png"))


@on_files("V204", "one image id twice")
def _doubled(folder: Path) -> None:
    value = plain_coco()
    value["images"].append(value["images"][0] | {"file_name": "004.png"})
    (folder / INSTANCES).write_text(json.dumps(value))
    _encode(folder, "004.png", _picture(folder, 1)[::-1])


@on_files("V501", "a picture that is gone")
def _gone(folder: Path) -> None:
    (folder / "images/003.png").unlink()


@on_files("V502", "text in place of a picture")
def _text(folder: Path) -> None:
    (folder / "images/003.png").write_text("<html>404</html>")


@on_files("V502", "a whole PNG whose pixels are nonsense")
def _nonsense(folder: Path) -> None:
    import zlib

    content = (folder / "images/003.png").read_bytes()
    at = content.index(b"IDAT") - 4
    data = zlib.compress(b"\xff" * 100)
    chunk = len(data).to_bytes(4, "big") + b"IDAT" + data + zlib.crc32(b"IDAT" + data).to_bytes(4, "big")
    (folder / "images/003.png").write_bytes(content[:at] + chunk + content[content.index(b"IEND") - 4 :])


@on_files("V503", "a PNG cut off")
def _cut(folder: Path) -> None:
    content = (folder / "images/003.png").read_bytes()
    (folder / "images/003.png").write_bytes(content[: len(content) * 2 // 3])


@on_files("V503", "a flipped bit in a PNG")
def _flipped(folder: Path) -> None:
    content = bytearray((folder / "images/003.png").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "images/003.png").write_bytes(bytes(content))


@on_files("V503", "a JPEG cut off")
def _cut_jpeg(folder: Path) -> None:
    value = plain_coco()
    value["images"][2]["file_name"] = "003.jpg"
    (folder / INSTANCES).write_text(json.dumps(value))
    content = cv2.imencode(".jpg", _picture(folder, 3))[1].tobytes()
    (folder / "images/003.png").unlink()
    (folder / "images/003.jpg").write_bytes(content[: len(content) // 2])


@on_files("V504", "a picture of another size")
def _size(folder: Path) -> None:
    _encode(folder, "003.png", _picture(folder, 3)[:40])


@on_files("V505", "a JPEG named PNG")
def _misnamed(folder: Path) -> None:
    _encode(folder, "003.png", _picture(folder, 3), ".jpg")


@on_files("V506", "a picture that nothing refers to")
def _orphan(folder: Path) -> None:
    _encode(folder, "004.png", _picture(folder, 3))


@on_files("V508", "no pictures at all")
def _none(folder: Path) -> None:
    for path in (folder / "images").iterdir():
        path.unlink()


@on_files("V111", "a PNG of ten thousand million pixels")
def _bomb(folder: Path) -> None:
    import zlib

    content = (folder / "images/003.png").read_bytes()
    head = b"IHDR" + (100_000).to_bytes(4, "big") * 2 + content[24:29]
    (folder / "images/003.png").write_bytes(content[:12] + head + zlib.crc32(head).to_bytes(4, "big") + content[33:])


@on_files("V801", "one picture twice")
def _twice(folder: Path) -> None:
    (folder / "images/003.png").write_bytes((folder / "images/001.png").read_bytes())


@on_files("V802", "one picture nearly twice")
def _nearly(folder: Path) -> None:
    pixels = _picture(folder, 1)
    pixels[0, 0] ^= 1
    _encode(folder, "003.png", pixels)


@on_files("V803", "a picture of one colour")
def _blank(folder: Path) -> None:
    _encode(folder, "003.png", np.full((48, 64, 3), 90, np.uint8))


@on_files("V804", "a black picture")
def _black(folder: Path) -> None:
    _encode(folder, "003.png", np.random.default_rng(3).integers(0, 4, (48, 64, 3), dtype=np.uint8))


@on_files("V805", "a blown-out picture")
def _bright(folder: Path) -> None:
    _encode(folder, "003.png", np.random.default_rng(3).integers(252, 256, (48, 64, 3), dtype=np.uint8))


# --- paths ---
on_coco("V101", "a name that no file system takes", _set("images", 2, "file_name", value="x" * 5000))
on_coco("V107", "an absolute path", _set("images", 2, "file_name", value="/etc/passwd"))
on_coco("V107", "a path of another system", _set("images", 2, "file_name", value="C:\\pictures\\003.png"))
on_coco("V108", "a path out of the folder", _set("images", 2, "file_name", value="../../003.png"))


@on_files("V109", "a link to a picture elsewhere")
def _link(folder: Path) -> None:
    (folder / "images/003.png").rename(folder.parent / "elsewhere.png")
    (folder / "images/003.png").symlink_to(folder.parent / "elsewhere.png")


@on_files("V109", "a folder that is a link")
def _linked_folder(folder: Path) -> None:
    value = plain_coco()
    value["images"][2]["file_name"] = "more/003.png"
    (folder / INSTANCES).write_text(json.dumps(value))
    (folder.parent / "more").mkdir()
    (folder / "images/003.png").rename(folder.parent / "more/003.png")
    (folder / "images/more").symlink_to(folder.parent / "more")


@on_files("V110", "a pipe in place of a picture")
def _pipe(folder: Path) -> None:
    (folder / "images/003.png").unlink()
    os.mkfifo(folder / "images/003.png")


@on_files("V110", "a folder in place of a picture")
def _folder(folder: Path) -> None:
    (folder / "images/003.png").unlink()
    (folder / "images/003.png").mkdir()


# --- spread ---
def _many(value: Any, boxes: list[list[float]], category: int = 2) -> None:
    for index, box in enumerate(boxes):
        value["annotations"].append(
            {
                "id": 100 + index,
                "image_id": 3,
                "category_id": category,
                "iscrowd": 0,
                "area": box[2] * box[3],
                "bbox": box,
            }
        )


def _grid(size: float, step: float = 0.01) -> list[list[float]]:
    return [[1 + (i % 40), 1 + (i // 40) % 30, size + step * i, size + step * i] for i in range(1200)]


on_coco("V807", "one class a thousand times as often", lambda value: _many(value, _grid(3)))
on_coco("V809", "all of one size", lambda value: _many(value, _grid(3)[:250]))
on_coco("V808", "all in one place", lambda value: _many(value, [[20 + i / 1000, 15, 4, 4] for i in range(900)]))
