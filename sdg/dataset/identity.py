"""Names of frames that stay the same in whatever dataset a frame is: of a shard, the whole, or a merged one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sdg.foundation.digest import canonical_json, digest_bytes, digest_json
from sdg.write.source import frame_overrides


def frame_key(manifest: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    """Return the name of a frame: what it was made of, and its index there.

    Raises:
        KeyError, TypeError, ValueError: Manifest or record lack what they must have.
    """
    recipe, frame_index = manifest.get("recipe"), record["frame_index"]
    if recipe is None:
        recipe = manifest["merged_from"][record["merged"]["source"]]["recipe"]
        frame_index = record["merged"]["frame_index"]
    # The seed counts as it was used, wherever it was set.
    made_of = [recipe["sha256"], recipe["files_sha256"], frame_overrides(recipe["overrides"]), record["seed"]]
    return digest_json([made_of, frame_index])


def image_key(file_name: str) -> str:
    """Return the name of a picture of a bare COCO file, by the only thing that stays when pictures are added."""
    # A name may be no proper text; it is one all the same.
    return digest_bytes(canonical_json(file_name).encode(errors="surrogatepass"))
