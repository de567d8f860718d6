"""A COCO file as tables: what of it can be used, and findings about what can't."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sdg.foundation.arrays import BoolArray, FloatArray, IntArray
from sdg.validate.columns import NO_ID, Faults, Items, numbers, rows_of, shared, whole_numbers
from sdg.validate.findings import Findings

_SECTIONS = ("images", "annotations", "categories")


@dataclass(frozen=True)
class Positions:
    """Which annotations' ids don't say which one it is, and where in the list each stands.

    Attributes:
        ambiguous: Whether the id is another's too, or can't be used, shape (N,); empty before ids were read.
        dropped: Positions, ascending, of entries of the list that are no objects, and so have no row.
    """

    ambiguous: BoolArray = field(default_factory=lambda: np.zeros(0, dtype=bool))
    dropped: Sequence[int] = ()

    def told(self, row: int) -> str:
        """Return `annotations[3]` for an annotation that its id doesn't tell from others; else nothing."""
        if row < len(self.ambiguous) and not self.ambiguous[row]:
            return ""
        for position in self.dropped:
            row += position <= row
        return f"annotations[{row}]"


def _place_of(annotation: Mapping[str, Any], row: int, path: str, positions: Positions) -> dict[str, Any]:
    image, identifier = annotation.get("image_id"), annotation.get("id")
    return {"file": path, "image": image, "annotation": identifier, "position": positions.told(row)}


@dataclass
class CocoFile:
    """A COCO file; arrays have one entry per image, category or annotation that is a JSON object.

    Ids and rows are int64, shape (N,).

    Attributes:
        path: From the dataset's folder.
        images, categories, annotations: The objects themselves.
        licenses: Ids of the licences; None where the file has no such list.
        image_ids, category_ids, annotation_ids: `NO_ID` where there is none that can be used.
        sizes: (width, height) of each image [px], shape (N, 2), int64; 0 where unknown or senseless.
        image_rows, category_rows: For each annotation the row of its image and category; -1 where there is none.
        areas: `area` of each annotation [px²], shape (N,), float64; NaN where there is none.
        crowd: Whether `iscrowd` is 1, shape (N,).
        unsound: Annotations of which something was found already, shape (N,); what is wrong with them besides may
            follow from it.
        captions: Whether the annotations are sentences, of no category and nowhere in the picture.
        image_of_annotation, category_of_annotation: The ids that annotations name; `NO_ID` where that can't be used.
    """

    path: str
    images: Items
    categories: Items
    annotations: Items
    licenses: set[Any] | None
    image_ids: IntArray
    category_ids: IntArray
    annotation_ids: IntArray
    sizes: IntArray
    image_rows: IntArray
    category_rows: IntArray
    areas: FloatArray
    crowd: BoolArray
    unsound: BoolArray
    image_of_annotation: IntArray = field(repr=False)
    category_of_annotation: IntArray = field(repr=False)
    captions: bool = False
    positions: Positions = field(default_factory=Positions, repr=False)

    def place(self, row: int) -> dict[str, Any]:
        """Return where an annotation is, for a finding."""
        return _place_of(self.annotations[row], row, self.path, self.positions)

    def file_name(self, row: int) -> str:
        """Return an image's `file_name`, or what follows from its `coco_url`; empty if it has neither."""
        name = self.images[row].get("file_name")
        if name is None:
            return name_of_url(self.images[row])
        return name if isinstance(name, str) else ""

    def category_name(self, row: int) -> str:
        """Return a category's name; empty if it has none."""
        name = self.categories[row].get("name")
        return name if isinstance(name, str) else ""


def looks_like_coco(value: Any) -> bool:
    """Whether a JSON value has the sections of a COCO file of instances, keypoints or boxes."""
    if not isinstance(value, dict) or not all(isinstance(value.get(key), list) for key in ("images", "annotations")):
        return False
    return not looks_like_panoptic(value)


def name_of_url(image: Mapping[str, Any]) -> str:
    """Return the file name of an image of LVIS, which has `coco_url` in its place; empty where there is none.

    It is the last folder and the name, `train2017/000000391895.jpg`, as detectron2 and mmdetection read it.
    """
    url = image.get("coco_url")
    if "file_name" in image or not isinstance(url, str) or "://" not in url:
        return ""
    parts = url.partition("://")[2].split("/")[1:]
    return "/".join(parts[-2:])


def looks_like_captions(value: Any) -> bool:
    """Whether a JSON value is a COCO file of captions: sentences about pictures, and no categories."""
    if not isinstance(value, dict) or "categories" in value:
        return False
    if not all(isinstance(value.get(key), list) for key in ("images", "annotations")):
        return False
    some = [entry for entry in value["annotations"][:100] if isinstance(entry, dict)]
    return any("caption" in entry for entry in some) and not any("category_id" in entry for entry in some)


def looks_like_panoptic(value: Any) -> bool:
    """Whether a JSON value is a COCO panoptic file."""
    if not isinstance(value, dict) or not isinstance(value.get("annotations"), list):
        return False
    return any(isinstance(entry, dict) and "segments_info" in entry for entry in value["annotations"][:100])


def coco_tables(value: Any, path: str, findings: Findings) -> CocoFile | None:
    """Return the tables of a COCO file, or None after a finding if it isn't one."""
    if not isinstance(value, dict):
        findings.add("V201", file=path, expected="an object", found=type(value).__name__)
        return None
    usable = True
    captions = looks_like_captions(value)
    for key in _SECTIONS[:2] if captions else _SECTIONS:
        if not isinstance(value.get(key), list):
            found = type(value[key]).__name__ if key in value else "nothing"
            findings.add("V201", file=path, expected=f"a list under {key!r}", found=found)
            usable = False
    if not usable:
        return None
    images, categories, annotations = (
        _objects(value.get(key, []), key, path, findings) for key in ("images", "categories", "annotations")
    )
    dropped = []
    if len(annotations) < len(value["annotations"]):
        dropped = [index for index, entry in enumerate(value["annotations"]) if not isinstance(entry, dict)]
    reader = _Reader(path, findings, Positions(dropped=dropped))
    image_ids = reader.ids(images, "id", "image")
    category_ids = reader.ids(categories, "id", "category")
    unsound = np.zeros(len(annotations), dtype=bool)
    annotation_ids = reader.ids(annotations, "id", "annotation", unsound)
    reader.positions = Positions(shared(annotation_ids), dropped)
    of_image = reader.ids(annotations, "image_id", "annotation", unsound)
    if captions:
        of_category = np.full(len(annotations), NO_ID, dtype=np.int64)
    else:
        of_category = reader.ids(annotations, "category_id", "annotation", unsound)
    sizes = np.stack([reader.size(images, key) for key in ("width", "height")], axis=-1)
    measured = [] if captions else annotations
    areas = reader.areas(measured, unsound[: len(measured)])
    crowd = reader.crowd(measured, unsound[: len(measured)])
    licenses = value.get("licenses")
    return CocoFile(
        path,
        images,
        categories,
        annotations,
        {entry["id"] for entry in licenses if isinstance(entry, dict) and type(entry.get("id")) in (int, str)}
        if isinstance(licenses, list)
        else None,
        image_ids,
        category_ids,
        annotation_ids,
        sizes,
        rows_of(of_image, image_ids),
        rows_of(of_category, category_ids),
        areas,
        crowd,
        unsound,
        of_image,
        of_category,
        captions,
        reader.positions,
    )


class _Reader:
    """Reads columns, and tells what can't be read."""

    def __init__(self, path: str, findings: Findings, positions: Positions) -> None:
        self._path = path
        self.positions = positions
        self._findings = findings

    def ids(self, items: Items, key: str, owner: str, unsound: BoolArray | None = None) -> IntArray:
        column, faults = whole_numbers(items, key)
        self._tell(items, key, owner, faults, "a whole number")
        if unsound is not None:
            unsound[faults.missing + faults.wrong + faults.large] = True
        return column

    def size(self, images: Items, key: str) -> IntArray:
        column, faults = whole_numbers(images, key, 0)
        # Some write 640.0.
        for row in list(faults.wrong):
            value = images[row][key]
            if isinstance(value, float) and value.is_integer() and 0 < value < 1 << 31:
                column[row] = int(value)
                faults.wrong.remove(row)
        self._tell(images, key, "image", faults, "a whole number of pixels")
        bad = np.setdiff1d(np.flatnonzero(column <= 0), faults.missing + faults.wrong + faults.large)
        self._findings.add_rows(
            "V216",
            bad,
            lambda row: {
                "file": self._path,
                "image": images[row].get("id"),
                "expected": f"a {key} of at least 1 pixel",
                "found": column[row].item(),
            },
        )
        return np.maximum(column, 0)

    def areas(self, annotations: Items, unsound: BoolArray) -> FloatArray:
        column, faults = numbers(annotations, "area")
        self._tell(annotations, "area", "annotation", Faults([], faults.wrong, []), "a number")
        self._tell_lacking(annotations, "area", faults.missing)
        unsound[faults.wrong] = True
        bad = np.isnan(column)
        bad[faults.missing + faults.wrong] = False
        bad |= np.isinf(column)
        self._findings.add_rows(
            "V306",
            np.flatnonzero(bad),
            lambda row: self._place(annotations, row) | {"expected": "a finite number", "found": column[row].item()},
        )
        negative = column < 0
        self._findings.add_rows(
            "V307",
            np.flatnonzero(negative & ~bad),
            lambda row: self._place(annotations, row) | {"expected": "at least 0", "found": column[row].item()},
        )
        unsound |= bad | negative
        return np.where(bad | negative, np.nan, column)

    def crowd(self, annotations: Items, unsound: BoolArray) -> BoolArray:
        values = [annotation.get("iscrowd", None) for annotation in annotations]
        kinds = set(map(type, values))
        column = np.zeros(len(values), dtype=bool)
        if kinds <= {int} and not set(values) - {0, 1}:
            return np.array(values, dtype=bool)
        lacking = []
        for row, value in enumerate(values):
            if value is None and "iscrowd" not in annotations[row]:
                lacking.append(row)
            elif isinstance(value, int | float) and value in (0, 1):
                column[row] = bool(value)
            else:
                unsound[row] = True
                self._findings.add("V219", **self._place(annotations, row), expected="0 or 1", found=value)
        self._tell_lacking(annotations, "iscrowd", lacking)
        return column

    def _tell(self, items: Items, key: str, owner: str, faults: Faults, expected: str) -> None:
        for code, rows in (("V202", faults.missing), ("V203", faults.wrong), ("V113", faults.large)):
            self._findings.add_rows(
                code,
                rows,
                lambda row, code=code: (
                    self._place(items, row, owner)  # type: ignore[misc]
                    | {
                        "expected": f"{owner} {key}: {expected}",
                        "found": "nothing" if code == "V202" else items[row].get(key),
                    }
                ),
            )

    def _tell_lacking(self, annotations: Items, key: str, rows: list[int]) -> None:
        if rows:
            count = f"{len(rows)} of {len(annotations)} annotations lack it"
            self._findings.add("V224", file=self._path, expected=f"annotation {key}", found=count)

    def _place(self, items: Items, row: int, owner: str = "annotation") -> dict[str, Any]:
        if owner == "annotation":
            return _place_of(items[row], row, self._path, self.positions)
        return {"file": self._path, "image": items[row].get("id") if owner == "image" else None}


def _objects(values: list[Any], key: str, path: str, findings: Findings) -> Items:
    if set(map(type, values)) <= {dict}:
        return values
    for index, value in enumerate(values):
        if not isinstance(value, dict):
            findings.add("V203", file=path, expected=f"{key}[{index}]: an object", found=value)
    return [value for value in values if isinstance(value, dict)]
