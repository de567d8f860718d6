"""Join the shards of a dataset into what one run would have made, byte for byte; or whole datasets into one."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sdg.errors import DatasetError, RecipeError, UsageError
from sdg.executor.folder import RunIdentity, finish_folder, write_run
from sdg.executor.interrupt import terminate_as_interrupt
from sdg.executor.lock import FolderLock
from sdg.executor.parts import Part, check_target, named, open_part
from sdg.executor.reporting import Reporter, Summary
from sdg.executor.shard import Shard
from sdg.executor.union import are_whole, join_datasets
from sdg.recipe.load import load_recipe
from sdg.recipe.model import Recipe
from sdg.write.atomic import remove_leftovers
from sdg.write.dataset import Dataset
from sdg.write.keypoints import category_of
from sdg.write.layout import GRAPH, RECIPE, SEMANTIC_LABELS
from sdg.write.place import place_file
from sdg.write.spec import DatasetSpec, TimedSamples

# What must be equal for shards to belong together, and what people call it.
_SHARED = {
    "sdg_manifest": "the version of the format",
    "name": "the name",
    "seed": "the seed",
    "license": "the license",
    "recipe": "the recipe or its --set values",
    "annotators": "the annotators",
    "coco": "whether there is COCO",
    "cameras": "the cameras",
}


def merge(folder: Path, shards: Sequence[Path], reporter: Reporter) -> Summary:
    """Join finished shards, or whole datasets, into `folder`; killed halfway, the same call goes on.

    Files are hard links where the file system can do that, and copies elsewhere; the shards stay as they are.

    Raises:
        UsageError: The shards don't belong together, a dataset is named twice, or the folder holds something else;
            nothing was written.
        DatasetError: Frames are missing or doubled, a shard is damaged, or the disk refused.
        KeyboardInterrupt: Ctrl-C or SIGTERM; what is joined is kept.
    """
    with terminate_as_interrupt():
        return _merge(folder.absolute(), shards, reporter)


def _merge(folder: Path, shards: Sequence[Path], reporter: Reporter) -> Summary:
    started = time.monotonic()
    parts = [open_part(shard) for shard in shards]
    for part in parts:
        if folder.resolve().is_relative_to(part.folder.resolve()):
            raise UsageError(f"{folder} is, or lies in, one of the datasets", "join them into a folder of its own")
    if are_whole(parts):
        return join_datasets(folder, parts, reporter)
    _check_belonging(parts)
    head = parts[0]
    recipe = _recipe_of(head)
    holders = _assign_frames(parts, recipe.specimen.frames)
    identity = _identity_of(parts)
    if check_target(folder, identity, len(holders)):
        return Summary(folder, len(holders), 0, 0.0)
    dataset = Dataset(folder, _spec_of(recipe, head.manifest, identity.timed))
    with FolderLock(folder):
        check_target(folder, identity, len(holders))
        write_run(folder, identity)
        for path in (RECIPE, GRAPH, *([SEMANTIC_LABELS] if (head.folder / SEMANTIC_LABELS).exists() else [])):
            _place(head, path, folder)
        finished = dataset.finished_frames()
        reporter.start(len(holders), len(finished & set(holders)))
        for frame_index in sorted(set(holders) - finished):
            _place_frame(dataset, holders[frame_index], frame_index)
            reporter.advance(frame_index)
        remove_leftovers(folder)  # of a call that was killed
        dataset.finish(holders)
        finish_folder(folder)
    return Summary(folder, len(holders), len(holders) - len(finished & set(holders)), time.monotonic() - started)


# --- what the shards say ------------------------------------------------------------------------------------------


def _check_belonging(parts: Sequence[Part]) -> None:
    first = parts[0]
    for part in parts[1:]:
        if part.run.timed and first.run.timed and part.run.timed.spp != first.run.timed.spp:
            counts = part.run.timed.spp, first.run.timed.spp
            raise UsageError(
                f"{part.folder} has {counts[0]} samples a pixel, and {first.folder} {counts[1]}: they were timed apart",
                "make one of them anew, with --quality-for and the folder of the other",
            )
        for key, what in _SHARED.items():
            if part.manifest.get(key) != first.manifest.get(key):
                raise UsageError(
                    f"{part.folder} and {first.folder} don't belong together: {what} differs",
                    "join the shards of each dataset first, then the datasets",
                )
        if part.run.shard.count != first.run.shard.count:
            raise UsageError(
                f"{part.folder} is shard {part.run.shard}, and {first.folder} is shard {first.run.shard}",
                "shards of one split belong together",
            )
    seen: dict[Shard, Path] = {}
    for part in parts:
        if part.run.shard in seen:
            raise UsageError(f"{part.folder} and {seen[part.run.shard]} are both shard {part.run.shard}")
        seen[part.run.shard] = part.folder
    count = first.run.shard.count
    missing = [str(shard) for shard in (Shard(index, count) for index in range(1, count + 1)) if shard not in seen]
    if missing:
        raise UsageError(f"missing: shard {named(missing)}", "name every shard of the dataset")


def _recipe_of(part: Part) -> Recipe:
    """Return the recipe that a shard was made of."""
    try:
        return load_recipe(part.folder / RECIPE, part.manifest["recipe"]["overrides"], folders_exist=False)
    except RecipeError as error:
        raise DatasetError(f"the recipe of {part.folder} can't be read: {error.diagnostics[0].message}") from error


def _assign_frames(parts: Sequence[Part], asked: int) -> dict[int, Part]:
    """Return which part holds each frame, by ascending index; `asked` is how many the recipe wants."""
    holders: dict[int, Part] = {}
    for part in parts:
        for frame_index in part.frames():
            twin = holders.setdefault(frame_index, part)
            if twin is not part:
                raise DatasetError(f"frame {frame_index} is in {part.folder} and in {twin.folder}")
    frame_count = max(asked, max(holders, default=-1) + 1)
    missing = [str(index) for index in range(frame_count) if index not in holders]
    if missing:
        raise DatasetError(f"no shard has frame {named(missing)}", "finish every shard with the same -n, then merge")
    return dict(sorted(holders.items()))


def _identity_of(parts: Sequence[Part]) -> RunIdentity:
    """Return what a run of the whole would be; samples that only some shards timed count as set by hand."""
    run = replace(parts[0].run, shard=Shard())
    if run.timed is None or all(part.run.timed == run.timed for part in parts):
        return run
    return replace(run, timed=None, overrides=(*run.overrides, run.timed.override))


def _spec_of(recipe: Recipe, manifest: Mapping[str, Any], timed: TimedSamples | None) -> DatasetSpec:
    categories = [category_of(entry) for entry in manifest["categories"]]
    return DatasetSpec.of_recipe(recipe, categories, manifest["recipe"]["files_sha256"], timed)


# --- the folder they are joined in --------------------------------------------------------------------------------


def _place_frame(dataset: Dataset, part: Part, frame_index: int) -> None:
    layout = dataset.layout
    for camera in dataset.spec.cameras:
        paths = layout.view_files(frame_index, camera.name).values()
        # A mounted camera takes no picture where its carrier is missing; it has all files of a frame, or none.
        if any(path in part.digests for path in paths):
            for path in paths:
                _place(part, path, dataset.folder)
    _place(part, layout.record(frame_index), dataset.folder)


def _place(part: Part, path: str, folder: Path) -> None:
    """Put a shard's file under the same path of a folder, whole or not at all."""
    place_file(part.checked(path), folder / path)
