"""What COCO categories and the manifest say of keypoints.

`keypoints` and `skeleton` are COCO's; `keypoint_flip_map` is Detectron2's word for the pairs that trade places in a
mirrored picture, for which COCO has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sdg.stage.articulation import KeypointScheme
from sdg.stage.model import Category


def category_of(entry: Mapping[str, Any]) -> Category:
    """Return the category that a manifest's entry stands for."""
    scheme = None
    if "keypoints" in entry:
        scheme = KeypointScheme(
            tuple(str(name) for name in entry["keypoints"]),
            tuple((int(one) - 1, int(other) - 1) for one, other in entry["skeleton"]),
            tuple((str(left), str(right)) for left, right in entry["keypoint_flip_map"]),
        )
    return Category(int(entry["id"]), str(entry["name"]), bool(entry["is_thing"]), scheme)


def keypoint_fields(category: Category) -> dict[str, Any]:
    """Return a category's keypoints as JSON values; nothing if it has none."""
    scheme = category.keypoints
    if scheme is None:
        return {}
    return {
        "keypoints": list(scheme.names),
        "skeleton": [[one + 1, other + 1] for one, other in scheme.skeleton],
        "keypoint_flip_map": [list(pair) for pair in scheme.flip_pairs],
    }
