"""Whose a folder is: new, a dataset begun or finished by some run, or somebody else's."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from sdg.errors import DatasetError, UsageError
from sdg.executor.lock import WORKING
from sdg.executor.shard import Shard
from sdg.foundation.digest import canonical_json, digest_bytes, digest_json
from sdg.recipe.model import Recipe
from sdg.render.api import RendererName
from sdg.write.atomic import storage_errors, write_atomically
from sdg.write.layout import ANNOTATOR_FILES, CALIBRATION, GRAPH, MANIFEST, RAW, RECIPE, REPORT, SOURCES
from sdg.write.source import SourceDataset, frame_overrides
from sdg.write.spec import TimedSamples

_RUN = "run.json"
_RUN_VERSION = 1
_EMBEDDED: Literal["mitsuba"] = "mitsuba"
# Recipes have none below 0.
_MERGED_SEED = -1

# Everything that may stand at the top of a dataset.
OURS = frozenset(
    {WORKING, RECIPE, GRAPH, SOURCES, MANIFEST, REPORT, "frames", "annotations", CALIBRATION, RAW}
    | {name for name, _ in ANNOTATOR_FILES.values()}
)

Kind: TypeAlias = Literal["new", "begun", "finished", "foreign"]


@dataclass(frozen=True)
class RunIdentity:
    """What must be equal for two runs to make the same frames into one folder.

    Attributes:
        recipe_sha256: Digest of the recipe's text.
        files_sha256: Digest of the files that the recipe names; empty if it names none.
        overrides: `--set` values in order, without `seed` and `frames`.
        seed: The seed in effect; -1 of a merged dataset, each of whose frames has its own.
        shard: Which part of the dataset.
        renderer: Which renderer.
        timed: How `--quality-for` chose the samples, which are then not among the overrides.
    """

    recipe_sha256: str
    overrides: tuple[str, ...]
    seed: int
    shard: Shard
    files_sha256: str = ""
    renderer: str = _EMBEDDED
    timed: TimedSamples | None = None

    @classmethod
    def of(
        cls,
        recipe: Recipe,
        shard: Shard,
        files_sha256: str = "",
        renderer: RendererName = _EMBEDDED,
        timed: TimedSamples | None = None,
    ) -> RunIdentity:
        """Return the identity of a run of this recipe, whose overrides are those without timed samples."""
        text = digest_bytes(recipe.text.encode())
        kept = tuple(frame_overrides(recipe.overrides))
        return cls(text, kept, recipe.specimen.seed, shard, files_sha256, renderer, timed)

    @classmethod
    def of_sources(cls, sources: Sequence[SourceDataset]) -> RunIdentity:
        """Return the identity of a merged dataset: which frames of which datasets are in it."""
        frames = [[source.key, source.source_frames] for source in sources]
        return cls(digest_json(frames), (), _MERGED_SEED, Shard())

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> RunIdentity:
        """Read an identity back; KeyError, TypeError or ValueError if it is none."""
        overrides = tuple(str(item) for item in record["overrides"])
        shard = Shard.parse(str(record["shard"])) if record.get("shard") else Shard()
        files = str(record["files_sha256"])
        renderer = str(record.get("renderer", _EMBEDDED))
        timed = TimedSamples.from_json(record["quality_for"]) if record.get("quality_for") else None
        kept = tuple(text for text in frame_overrides(overrides) if timed is None or text != timed.override)
        return cls(str(record["recipe_sha256"]), kept, int(record["seed"]), shard, files, renderer, timed)

    @classmethod
    def from_manifest(cls, manifest: Mapping[str, Any]) -> RunIdentity:
        """Read the identity of a finished dataset; KeyError, TypeError or ValueError if it is none."""
        if "merged_from" in manifest:
            return cls.of_sources([SourceDataset.from_json(entry) for entry in manifest["merged_from"]])
        recipe = manifest["recipe"]
        record = {
            "recipe_sha256": recipe["sha256"],
            "overrides": recipe["overrides"],
            "files_sha256": recipe["files_sha256"],
            "renderer": next((maker["name"] for maker in manifest["made_by"]), _EMBEDDED),
            "quality_for": manifest.get("quality_for"),
        }
        return cls.from_json(record | {"seed": manifest["seed"], "shard": manifest.get("shard")})

    def to_json(self) -> dict[str, Any]:
        """Return the identity as plain JSON values."""
        return {
            "recipe_sha256": self.recipe_sha256,
            "files_sha256": self.files_sha256,
            "overrides": list(self.overrides),
            "seed": self.seed,
            "shard": str(self.shard),
            "renderer": self.renderer,
            "quality_for": self.timed.to_json() if self.timed else None,
        }

    def differences(self, other: RunIdentity) -> list[str]:
        """Say how `other`, found in a folder, differs from this run."""
        if (self.seed == _MERGED_SEED) != (other.seed == _MERGED_SEED):
            return ["how it was made (merged from several datasets, against rendered)"]
        said = []
        if self.recipe_sha256 != other.recipe_sha256:
            said.append("the recipe's text")
        if self.files_sha256 != other.files_sha256:
            said.append("the files that the recipe names")
        if self.overrides != other.overrides:
            said.append(f"--set ({_listed(other.overrides)} there, {_listed(self.overrides)} here)")
        if self.seed != other.seed:
            said.append(f"the seed ({other.seed} there, {self.seed} here)")
        if self.shard != other.shard:
            said.append(f"the shard ({other.shard} there, {self.shard} here)")
        if self.renderer != other.renderer:
            said.append(f"the renderer ({other.renderer} there, {self.renderer} here)")
        if _differ(self.timed, other.timed):
            said.append(f"--quality-for ({other.timed or 'none'} there, {self.timed or 'none'} here)")
        return said


def _differ(one: TimedSamples | None, other: TimedSamples | None) -> bool:
    """Whether two choices of samples can't be one; a choice that is still to be made can become any."""
    if one is None or other is None or (one.spp and other.spp):
        return one != other
    return one.seconds != other.seconds


def _listed(overrides: tuple[str, ...]) -> str:
    return " ".join(overrides) or "none"


@dataclass(frozen=True)
class FolderState:
    """What a look at the folder told.

    Attributes:
        run: Of `begun` and `finished` folders.
        clearing: A run was killed while it emptied the folder for `--overwrite`.
        barren: Of `begun` folders: no frame is finished, so that nothing of value is in it.
        stranger: Name of something that made the folder `foreign`.
        frame_count: Of `finished` folders.
    """

    kind: Kind
    run: RunIdentity | None = None
    clearing: bool = False
    barren: bool = False
    stranger: str = ""
    frame_count: int = 0


def is_whole(folder: Path) -> bool:
    """Return whether the report, and every file that a finished dataset's manifest lists, is there with its size."""
    if not (folder / REPORT).is_file():
        return False
    files = (_read_json(folder / MANIFEST) or {}).get("files", ())
    try:
        return bool(files) and all((folder / file["path"]).stat().st_size == file["size"] for file in files)
    except (KeyError, TypeError, OSError):
        return False


def inspect_folder(folder: Path) -> FolderState:
    """Look at a folder without touching it.

    Raises:
        UsageError: It is a file, or can't be read.
    """
    try:
        names = sorted(entry.name for entry in os.scandir(folder))
    except FileNotFoundError:
        if folder.is_symlink():
            raise UsageError(f"{folder} is a link to nowhere", "remove the link, or choose another folder") from None
        return FolderState("new")
    except NotADirectoryError:
        raise UsageError(f"{folder} is a file, or lies below one", "choose a folder with -o") from None
    except OSError as error:
        raise UsageError(f"can't look into {folder}: {error.strerror}", "choose another folder with -o") from None
    working = _read_json(folder / WORKING / _RUN)
    if working is not None:
        with suppress(KeyError, TypeError, ValueError, UsageError):
            run = RunIdentity.from_json(working)
            return FolderState("begun", run, clearing=bool(working.get("clearing")), barren=_is_barren(folder))
    manifest = _read_json(folder / MANIFEST)
    if manifest is not None:
        with suppress(KeyError, TypeError, ValueError, UsageError):
            run = RunIdentity.from_manifest(manifest)
            # A run that was killed while it removed its working folder has that left to do.
            kind: Kind = "begun" if WORKING in names else "finished"
            return FolderState(kind, run, frame_count=int(manifest["totals"]["frames"]))
    strangers = [name for name in names if name != WORKING]
    if strangers:
        return FolderState("foreign", stranger=strangers[0])
    return FolderState("new")


def _is_barren(folder: Path) -> bool:
    """Return whether no frame has a record, and nothing but parts of a dataset is there."""
    return not any((folder / "frames").glob("*.json")) and refusal_to_clear(folder) is None


def write_run(folder: Path, run: RunIdentity, *, clearing: bool = False) -> None:
    """Leave word of which run this folder belongs to, until its manifest says so."""
    record = {"version": _RUN_VERSION, "clearing": clearing, **run.to_json()}
    write_atomically(folder / WORKING / _RUN, canonical_json(record).encode())


def clear_folder(folder: Path, run: RunIdentity) -> None:
    """Empty a folder of ours for `run`, except for its lock. Killed halfway, the next run goes on clearing."""
    write_run(folder, run, clearing=True)
    with storage_errors(folder):
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            if entry.name == WORKING:
                continue
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path)
            else:
                Path(entry.path).unlink()


def refusal_to_clear(folder: Path) -> UsageError | None:
    """Return why a dataset's folder must not be emptied, if so: it is a link, or holds more than a dataset."""
    hint = "choose another folder with -o"
    if folder.is_symlink():
        return UsageError(f"--overwrite doesn't follow links: {folder} is one", hint)
    resolved = folder.resolve()
    precious = {"the home folder": Path.home().resolve(), "the current folder": Path.cwd().resolve()}
    for what, path in precious.items():
        if path.is_relative_to(resolved):
            return UsageError(f"--overwrite would delete {what}: {resolved}", hint)
    strangers = sorted(entry.name for entry in os.scandir(folder) if entry.name not in OURS)
    if strangers:
        return UsageError(f"--overwrite would delete what is not part of a dataset: {folder / strangers[0]}", hint)
    return None


def finish_folder(folder: Path) -> None:
    """Write the report of a dataset whose manifest is there, and remove the working folder.

    Raises:
        DatasetError: The disk refused.
    """
    from sdg.dataset.folder import FolderDataset
    from sdg.report.build import build_report

    write_atomically(folder / REPORT, build_report(FolderDataset(folder)))
    remove_working(folder)


def remove_working(folder: Path) -> None:
    """Remove the working folder, so that nothing but the dataset is left."""
    with storage_errors(folder / WORKING):
        shutil.rmtree(folder / WORKING)


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    except OSError as error:
        raise DatasetError(f"can't read {path}: {error.strerror}") from None
    return record if isinstance(record, dict) else None
