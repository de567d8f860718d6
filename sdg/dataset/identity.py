"""Names of frames that stay the same in whatever dataset a frame is: of a shard, the whole, or a merged one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sdg.foundation.digest import digest_json


def frame_key(manifest: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    """Return the name of a frame: what it was made of, and its index there.

    Raises:
        KeyError, TypeError, ValueError: Manifest or record lack what they must have.
    """
    recipe = manifest["recipe"]
    # The number of frames changes no frame; the seed counts as it was used, wherever it was set.
    overrides = [text for text in recipe["overrides"] if text.partition("=")[0].strip() not in {"seed", "frames"}]
    made_of = [recipe["sha256"], recipe["files_sha256"], overrides, record["seed"]]
    return digest_json([made_of, record["frame_index"]])


def image_key(file_name: str) -> str:
    """Return the name of a picture of a bare COCO file, by the only thing that stays when pictures are added."""
    return digest_json(file_name)
