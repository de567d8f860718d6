"""Where the samples of a dataset that is made with `--quality-for` come from: its folder, a shard beside it, or timing.

They are chosen once. A frame's bytes depend on them, so everything that belongs together has to have the same ones.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from sdg.errors import SdgError, UsageError
from sdg.executor.folder import FolderState, RunIdentity, inspect_folder
from sdg.recipe.load import load_recipe
from sdg.recipe.model import Recipe
from sdg.write.layout import RECIPE
from sdg.write.spec import TimedSamples

_KEY = "render.spp"


def wanted_samples(quality_for: float | Path | None, recipe: Recipe, renderer: str) -> TimedSamples | None:
    """Return what `--quality-for` asks for: samples still to be chosen, or those of another dataset.

    Raises:
        UsageError: The folder has no such samples, or the option doesn't go with others.
    """
    if quality_for is None:
        return None
    if renderer != "mitsuba":
        raise UsageError("--quality-for times the embedded renderer", f"set {_KEY} by hand for another one")
    if any(text.partition("=")[0].strip() == _KEY for text in recipe.overrides):
        raise UsageError(f"--quality-for chooses {_KEY}, which --set gives too", "drop one of the two")
    if isinstance(quality_for, Path):
        return _samples_in(quality_for)
    return TimedSamples(quality_for)


def _samples_in(folder: Path) -> TimedSamples:
    state = inspect_folder(folder)
    timed = state.run.timed if state.run is not None else None
    if timed is None:
        what = "no dataset" if state.run is None else "a dataset that was made without --quality-for"
        raise UsageError(f"there are no samples to take over: {folder} holds {what}", "give it seconds")
    return timed


def check_same_frames(folder: Path, identity: RunIdentity) -> None:
    """Refuse to take over samples that were timed for other frames; seed and shard may differ.

    Raises:
        UsageError: Something else differs.
    """
    run = inspect_folder(folder).run
    assert run is not None
    differences = replace(run, seed=identity.seed, shard=identity.shard).differences(identity)
    if differences:
        raise UsageError(
            f"the samples of {folder} were timed for other frames; what differs: {'; '.join(differences)}",
            "give --quality-for seconds instead",
        )


def with_samples(recipe: Recipe, timed: TimedSamples) -> Recipe:
    """Return the recipe as `--set render.spp=...` would have it.

    Raises:
        RecipeError: A picture would take too many samples.
        UsageError: The file has changed since it was read.
    """
    sampled = load_recipe(recipe.path, (*recipe.overrides, timed.override))
    if sampled.text != recipe.text:
        raise UsageError(f"{recipe.path} was changed while frames were timed", "run the same command again")
    return sampled


def sibling_samples(folder: Path, identity: RunIdentity, recipe: Recipe) -> tuple[Path, TimedSamples] | None:
    """Return the first shard beside `folder` whose samples were chosen for this dataset, with them; None if none is."""
    for other in sorted(folder.parent.iterdir()):
        if other == folder or not _holds(other / RECIPE, recipe.text.encode()):
            continue
        with suppress(SdgError):
            timed = _of_sibling(inspect_folder(other), identity)
            if timed is not None:
                return other, timed
    return None


def _of_sibling(state: FolderState, identity: RunIdentity) -> TimedSamples | None:
    run = state.run
    if run is None or run.timed is None or state.clearing or run.shard.count != identity.shard.count:
        return None
    return run.timed if not replace(run, shard=identity.shard).differences(identity) else None


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Let one of the shards that are begun side by side choose, while the others wait for it.

    Where the file system has no locks for folders, as NFS has none, nobody waits.

    Raises:
        UsageError: The folder that they are in can't be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise UsageError(f"can't write to {folder}: {error.strerror}", "choose another folder with -o") from None
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
