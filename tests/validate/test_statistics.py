"""What a COCO file's numbers say."""

from __future__ import annotations

import json
from pathlib import Path

from sdg.validate.run import validate
from tests.validate.datasets import INSTANCES, plain_coco


def test_an_unknown_image_is_none_in_which_a_category_is_seen(plain: Path) -> None:
    value = plain_coco()
    seen = {(one["category_id"], one["image_id"]) for one in value["annotations"]}
    value["annotations"].append(value["annotations"][0] | {"id": 99, "image_id": 77})
    (plain / INSTANCES).write_text(json.dumps(value))
    categories = validate(plain).examined.statistics[INSTANCES]["categories"]
    assert [entry["images"] for entry in categories] == [
        sum(category == one["id"] for category, _ in seen) for one in value["categories"]
    ]
