"""Labels as COCO's own evaluation reads them."""

from __future__ import annotations

from typing import Any

from benchmarks.detector.classes import CLASSES, HEIGHT, WIDTH, counts


def coco(labels: list[tuple[str, list[dict[str, Any]]]]) -> dict[str, Any]:
    """Return a COCO data set of pictures' names and the things in them; what does not count is a crowd."""
    images, annotations = [], []
    for number, (name, things) in enumerate(labels, start=1):
        images.append({"id": number, "file_name": name, "width": WIDTH, "height": HEIGHT})
        for thing in things:
            box = thing["bbox"]
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": number,
                    "category_id": CLASSES.index(thing["class"]) + 1,
                    "bbox": box,
                    "area": box[2] * box[3],
                    "iscrowd": int(not counts(box, thing["visibility"])),
                }
            )
    categories = [{"id": index, "name": name} for index, name in enumerate(CLASSES, start=1)]
    return {"info": {}, "images": images, "annotations": annotations, "categories": categories}
