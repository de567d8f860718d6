"""The manifest: what a dataset was made from, by what, and the digest of every file in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from sdg.foundation.digest import canonical_json, digest_file
from sdg.write.keypoints import keypoint_fields
from sdg.write.layout import GRAPH, MANIFEST, RECIPE, DatasetLayout, source_file
from sdg.write.ranges import FrameRanges
from sdg.write.source import SourceDataset
from sdg.write.spool import JsonSpool

MANIFEST_VERSION = 1


@dataclass
class DatasetTotals:
    """What a finished dataset holds.

    Attributes:
        annotations: Things seen, once per picture; 0 where no annotator asks for them.
        files: Without the manifest itself.
        depth_beyond_range_px: Pixels that were too far for the depth pictures.
        device_kinds: On what its frames were rendered, sorted; several kinds may differ in their last bits.
    """

    frames: int = 0
    images: int = 0
    annotations: int = 0
    files: int = 0
    bytes: int = 0
    depth_beyond_range_px: int = 0
    device_kinds: tuple[str, ...] = ()


@dataclass
class _Maker:
    """A renderer with its versions, and the frames that it made."""

    identity: dict[str, Any]
    frames: FrameRanges = field(default_factory=FrameRanges)


class ManifestAssembly:
    """The manifest of a dataset, growing frame by frame; a context manager, for its temporary file."""

    def __init__(self, layout: DatasetLayout) -> None:
        self._layout = layout
        self._spool = JsonSpool(layout.absolute(MANIFEST), ("files",))
        self._frames = FrameRanges()
        self._makers: dict[str, _Maker] = {}
        self._assets: set[str] = set()
        self._annotations_by_category: dict[int, int] = {}
        self._totals = DatasetTotals()

    def add(self, record: Mapping[str, Any], record_file: Mapping[str, Any]) -> None:
        """Append one frame; frames come in ascending order.

        Args:
            record: The frame's record.
            record_file: Path, digest and size of the record itself.
        """
        frame_index = record["frame_index"]
        self._frames.add(frame_index)
        self._totals.frames += 1
        identity = {**record["renderer"], "versions": record["versions"]}
        self._makers.setdefault(canonical_json(identity), _Maker(identity)).frames.add(frame_index)
        placed = [*record["objects"], *record["scene_info"]["environment"]]
        self._assets.update(thing["asset_digest"] for thing in placed)
        for view in record["cameras"].values():
            self._totals.images += 1
            self._totals.depth_beyond_range_px += view.get("depth_beyond_range_px", 0)
            for seen in view.get("annotations", ()):
                category_id = seen["category_id"]
                self._annotations_by_category[category_id] = self._annotations_by_category.get(category_id, 0) + 1
            for file in view["files"].values():
                self._add_file(file)
        self._add_file(record_file)

    def finish(self, shard: str = "", more_files: Iterable[str] = ()) -> DatasetTotals:
        """Write the manifest; all other files of the dataset are in place, `more_files` among them."""
        layout, spec, totals = self._layout, self._layout.spec, self._totals
        for path in [*layout.dataset_files(), *more_files]:
            absolute = layout.absolute(path)
            self._add_file({"path": path, "sha256": digest_file(absolute), "size": absolute.stat().st_size})
        totals.annotations = sum(self._annotations_by_category.values())
        totals.device_kinds = tuple(sorted({maker.identity["device_kind"] for maker in self._makers.values()}))
        self._spool.finish(
            {
                "sdg_manifest": MANIFEST_VERSION,
                "name": spec.name,
                **self._origin(),
                **({"shard": shard} if shard else {}),
                "frames": self._frames.pairs,
                "annotators": list(spec.annotators),
                "coco": spec.coco,
                "cameras": [
                    {"name": shape.name, "resolution": shape.resolution and list(shape.resolution)}
                    for shape in spec.cameras
                ],
                "categories": [
                    {
                        "id": category.id,
                        "name": category.name,
                        "is_thing": category.is_thing,
                        "annotations": self._annotations_by_category.get(category.id, 0),
                        **keypoint_fields(category),
                    }
                    for category in spec.categories
                ],
                "assets": sorted(self._assets),
                "made_by": [
                    {**self._makers[key].identity, "frames": self._makers[key].frames.pairs}
                    for key in sorted(self._makers)
                ],
                "totals": {
                    "frames": totals.frames,
                    "images": totals.images,
                    "annotations": totals.annotations,
                    "files": totals.files,
                    "bytes": totals.bytes,
                    "depth_beyond_range_px": totals.depth_beyond_range_px,
                },
            }
        )
        return totals

    def _origin(self) -> dict[str, Any]:
        """Return what the frames were made of: a recipe, or several datasets."""
        spec = self._layout.spec
        if spec.merged_from:
            sources = [_source_entry(number, source) for number, source in enumerate(spec.merged_from)]
            return {"license": spec.license, "merged_from": sources}
        return {
            "seed": spec.seed,
            "license": spec.license,
            "recipe": {
                "path": RECIPE,
                "sha256": digest_file(self._layout.absolute(RECIPE)),
                "files_sha256": spec.files_sha256,
                "overrides": list(spec.overrides),
            },
            **({"quality_for": spec.timed.to_json()} if spec.timed else {}),
        }

    def _add_file(self, file: Mapping[str, Any]) -> None:
        self._spool.add("files", file)
        self._totals.files += 1
        self._totals.bytes += file["size"]

    def __enter__(self) -> ManifestAssembly:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._spool.__exit__(kind, error, trace)


def _source_entry(number: int, source: SourceDataset) -> dict[str, Any]:
    """Return an entry of `merged_from`; `SourceDataset.from_json` reads it back."""
    return {
        "name": source.name,
        "seed": source.seed,
        "license": source.license,
        "recipe": {
            "path": source_file(number, RECIPE),
            "sha256": source.recipe_sha256,
            "files_sha256": source.files_sha256,
            "overrides": list(source.overrides),
        },
        "graph": source_file(number, GRAPH),
        "renderers": list(source.renderers),
        "frames": [list(pair) for pair in source.frames],
        "source_frames": [list(pair) for pair in source.source_frames],
        "cameras": [{"name": name, "resolution": list(resolution)} for name, resolution in source.cameras],
        "categories": [
            {"id": category.id, "name": category.name, "is_thing": category.is_thing, **keypoint_fields(category)}
            for category in source.categories
        ],
    }
