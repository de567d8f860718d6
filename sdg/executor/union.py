"""Join whole datasets, of different recipes or seeds, into one.

Sources come in an order of their own, by name and seed, so the order of the command line changes nothing, and joining
step by step makes the same as joining at once. Categories and cameras are joined by name.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sdg.errors import UsageError
from sdg.executor.folder import RunIdentity, finish_folder, write_run
from sdg.executor.lock import FolderLock
from sdg.executor.parts import Part, check_target
from sdg.executor.reporting import Reporter, Summary
from sdg.executor.shard import Shard
from sdg.stage.model import Category
from sdg.write.atomic import remove_leftovers, write_atomically
from sdg.write.dataset import Dataset
from sdg.write.json_text import readable_json
from sdg.write.layout import GRAPH, RECIPE, SEMANTIC_LABELS, source_file
from sdg.write.place import place_file
from sdg.write.record import record_bytes
from sdg.write.renumber import SEMANTIC, Renumbering, renamed
from sdg.write.source import SourceDataset, frame_indices
from sdg.write.spec import CameraShape, DatasetSpec


@dataclass(frozen=True)
class _Source:
    """A dataset of one recipe, and where its files are.

    Attributes:
        part: The dataset that was named, which may be a merged one.
        told: What is to be told of it; `frames` are indices in `part`.
        recipe, graph: Paths in `part`.
    """

    part: Part
    told: SourceDataset
    recipe: str = RECIPE
    graph: str = GRAPH


def are_whole(parts: Sequence[Part]) -> bool:
    """Return whether these are several datasets, or a merged one, rather than shards or a copy of one dataset."""
    if any(part.run.shard != Shard() for part in parts):
        return False
    return len(parts) > 1 or "merged_from" in parts[0].manifest


def join_datasets(folder: Path, parts: Sequence[Part], reporter: Reporter) -> Summary:
    """Join finished datasets into `folder`; killed halfway, the same call goes on.

    Raises:
        UsageError: A dataset is named twice, or the folder holds something else; nothing was written.
        DatasetError: A dataset is damaged, or the disk refused.
    """
    started = time.monotonic()
    sources = _in_order([source for part in parts for source in _sources_of(part)])
    joined = _renumbered(sources)
    spec = _spec_of(sources, joined)
    identity = RunIdentity.of_sources(joined)
    count = sum(1 for source in joined for _ in frame_indices(source.frames))
    if check_target(folder, identity, count):
        return Summary(folder, count, 0, 0.0)
    for text in _dropped(parts, spec):
        reporter.note(text)
    dataset = Dataset(folder, spec)
    with FolderLock(folder):
        check_target(folder, identity, count)
        write_run(folder, identity)
        _begin(dataset, sources)
        finished = dataset.finished_frames() & set(range(count))
        reporter.start(count, len(finished))
        for number, (source, told) in enumerate(zip(sources, joined, strict=True)):
            renumbering = Renumbering(spec, number, _category_ids(source.part, spec))
            indices = (frame_indices(told.frames), frame_indices(source.told.frames), frame_indices(told.source_frames))
            for frame_index, part_index, own_index in zip(*indices, strict=True):
                if frame_index not in finished:
                    _add_frame(dataset, source.part, renumbering, frame_index, part_index, own_index)
                    reporter.advance(frame_index)
        remove_leftovers(folder)  # of a call that was killed
        dataset.finish(range(count))
        finish_folder(folder)
    return Summary(folder, count, count - len(finished), time.monotonic() - started)


# --- what is joined -----------------------------------------------------------------------------------------------


def _sources_of(part: Part) -> list[_Source]:
    """Return the datasets of one recipe that are in a dataset: itself, or those that it was merged from."""
    manifest = part.manifest
    if "merged_from" not in manifest:
        return [_Source(part, SourceDataset.of_manifest(manifest))]
    return [
        _Source(part, SourceDataset.from_json(entry), entry["recipe"]["path"], entry["graph"])
        for entry in manifest["merged_from"]
    ]


def _in_order(sources: Sequence[_Source]) -> list[_Source]:
    seen: dict[str, _Source] = {}
    for source in sources:
        twin = seen.setdefault(source.told.key, source)
        if twin is not source:
            what = f"{source.told.name} with the seed {source.told.seed}"
            where = [str(each.part.folder) for each in (twin, source)]
            raise UsageError(f"{where[0]} and {where[1]} both hold {what}", "name each dataset once")
    return sorted(sources, key=lambda source: (source.told.name, source.told.seed, source.told.key))


def _renumbered(sources: Sequence[_Source]) -> tuple[SourceDataset, ...]:
    """Return the sources with their frames counted through."""
    joined, first = [], 0
    for source in sources:
        count = sum(1 for _ in frame_indices(source.told.frames))
        joined.append(replace(source.told, frames=((first, first + count - 1),) if count else ()))
        first += count
    return tuple(joined)


def _spec_of(sources: Sequence[_Source], joined: tuple[SourceDataset, ...]) -> DatasetSpec:
    manifests = [source.part.manifest for source in sources]
    common = set.intersection(*(set(manifest["annotators"]) for manifest in manifests))
    licenses = {source.license for source in joined}
    return DatasetSpec(
        name="+".join(dict.fromkeys(source.name for source in joined)),
        seed=0,
        overrides=(),
        license=licenses.pop() if len(licenses) == 1 else "",
        annotators=tuple(annotator for annotator in manifests[0]["annotators"] if annotator in common),
        coco=all(manifest["coco"] for manifest in manifests),
        cameras=_cameras(joined),
        categories=_categories(sources),
        merged_from=joined,
    )


def _cameras(joined: Sequence[SourceDataset]) -> tuple[CameraShape, ...]:
    """Return every camera once, by its name, as each source adds to those before."""
    resolutions: dict[str, set[tuple[int, int]]] = {}
    for source in joined:
        for name, resolution in source.cameras:
            resolutions.setdefault(name, set()).add(resolution)
    # A sensor's own numbers are kept where there are any, so every camera may have some.
    return tuple(
        CameraShape(name, sizes.pop() if len(sizes) == 1 else None, raw=True) for name, sizes in resolutions.items()
    )


def _categories(sources: Sequence[_Source]) -> tuple[Category, ...]:
    """Return every category once, by its name, as each source adds to those before.

    Raises:
        UsageError: One is of things in one source and stuff in another; its pixels there belong to no instance.
    """
    first: dict[str, tuple[Category, _Source]] = {}
    for source in sources:
        for category in source.told.categories:
            before, owner = first.setdefault(category.name, (category, source))
            if before.is_thing != category.is_thing:
                thing, stuff = (owner, source) if before.is_thing else (source, owner)
                raise UsageError(
                    f"{category.name} is a class of things in {thing.part.folder}, and stuff in {stuff.part.folder}",
                    "give one of them another name in its recipe, and generate that dataset again",
                )
    return tuple(
        Category(number, name, each.is_thing) for number, (name, (each, _)) in enumerate(first.items(), start=1)
    )


def _category_ids(part: Part, spec: DatasetSpec) -> dict[int, int]:
    """Return the joined id of each category id in a dataset."""
    ids = {category.name: category.id for category in spec.categories}
    return {entry["id"]: ids[entry["name"]] for entry in part.manifest["categories"]}


def _dropped(parts: Sequence[Part], spec: DatasetSpec) -> list[str]:
    """Say what some datasets have and others don't, which the joined one is therefore without."""
    asked = dict.fromkeys(annotator for part in parts for annotator in part.manifest["annotators"])
    lost = [annotator for annotator in asked if not spec.asks_for(annotator)]
    if not spec.coco and any(part.manifest["coco"] for part in parts):
        lost.append("coco")
    return [f"{name} is left out: not every dataset has it" for name in lost]


# --- how it is joined ---------------------------------------------------------------------------------------------


def _begin(dataset: Dataset, sources: Sequence[_Source]) -> None:
    for number, source in enumerate(sources):
        for path, name in ((source.recipe, RECIPE), (source.graph, GRAPH)):
            place_file(source.part.checked(path), dataset.folder / source_file(number, name))
    if dataset.spec.asks_for(SEMANTIC):
        labels = {"0": "background"} | {str(category.id): category.name for category in dataset.spec.categories}
        write_atomically(dataset.folder / SEMANTIC_LABELS, readable_json(labels, 1).encode())


def _add_frame(
    dataset: Dataset, part: Part, renumbering: Renumbering, frame_index: int, part_index: int, own_index: int
) -> None:
    """Put one frame's files under their new names, then its record."""
    record = json.loads(part.checked(dataset.layout.record(part_index)).read_bytes())
    files: dict[str, dict[str, dict[str, Any]]] = {}
    for camera, view in record["cameras"].items():
        paths = dataset.layout.view_files(frame_index, camera)
        files[camera] = {}
        for annotator, entry in view["files"].items():
            if annotator not in paths:
                continue
            source, target = part.checked(entry["path"]), paths[annotator]
            content = renumbering.content(annotator, source)
            if content is None:
                place_file(source, dataset.folder / target)
            else:
                write_atomically(dataset.folder / target, content)
            files[camera][annotator] = renamed(entry, target, content)
    changed = renumbering.record(record, frame_index, own_index, files)
    write_atomically(dataset.folder / dataset.layout.record(frame_index), record_bytes(changed))
