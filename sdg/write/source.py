"""One of the datasets that a merged one was made of, as its manifest tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sdg.foundation.digest import digest_json
from sdg.stage.model import Category
from sdg.write.keypoints import category_of

Ranges: TypeAlias = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class SourceDataset:
    """A dataset of one recipe, within a merged one.

    Attributes:
        name, seed, license: Of its recipe, overrides applied.
        recipe_sha256: Digest of the recipe's text.
        files_sha256: Digest of the files that the recipe names; empty if it names none.
        overrides: `--set` values in order.
        renderers: Who made its frames, sorted.
        cameras: Its own, in their order: name and resolution, (width, height) [px].
        categories: Its own, by ascending id.
        frames: Their indices in the merged dataset, as [first, last] ranges.
        source_frames: Their indices in the dataset of their own, in the same order.
    """

    name: str
    seed: int
    license: str
    recipe_sha256: str
    files_sha256: str
    overrides: tuple[str, ...]
    renderers: tuple[str, ...]
    cameras: tuple[tuple[str, tuple[int, int]], ...]
    categories: tuple[Category, ...]
    frames: Ranges
    source_frames: Ranges

    @classmethod
    def of_manifest(cls, manifest: Mapping[str, Any]) -> SourceDataset:
        """Return a dataset of one recipe as a source of its own, from its manifest."""
        recipe = manifest["recipe"]
        return cls(
            name=manifest["name"],
            seed=manifest["seed"],
            license=manifest["license"],
            recipe_sha256=recipe["sha256"],
            files_sha256=recipe["files_sha256"],
            overrides=tuple(recipe["overrides"]),
            renderers=tuple(sorted({maker["name"] for maker in manifest["made_by"]})),
            cameras=_cameras(manifest["cameras"]),
            categories=_categories(manifest["categories"]),
            frames=_ranges(manifest["frames"]),
            source_frames=_ranges(manifest["frames"]),
        )

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> SourceDataset:
        """Read an entry of `merged_from` back; KeyError, TypeError or ValueError if it is none."""
        recipe = entry["recipe"]
        return cls(
            name=str(entry["name"]),
            seed=int(entry["seed"]),
            license=str(entry["license"]),
            recipe_sha256=str(recipe["sha256"]),
            files_sha256=str(recipe["files_sha256"]),
            overrides=tuple(recipe["overrides"]),
            renderers=tuple(entry["renderers"]),
            cameras=_cameras(entry["cameras"]),
            categories=_categories(entry["categories"]),
            frames=_ranges(entry["frames"]),
            source_frames=_ranges(entry["source_frames"]),
        )

    @property
    def key(self) -> str:
        """What its frames were made of, and by whom; the same for any number of frames."""
        made_of = [self.recipe_sha256, self.files_sha256, frame_overrides(self.overrides), self.seed]
        return digest_json([made_of, list(self.renderers)])


def frame_overrides(overrides: Sequence[str]) -> list[str]:
    """Return `--set` values without `frames`, which changes no frame, and `seed`, which is told by itself."""
    return [text for text in overrides if text.partition("=")[0].strip() not in {"seed", "frames"}]


def frame_indices(ranges: Ranges) -> Iterator[int]:
    """Return every index of [first, last] ranges."""
    for first, last in ranges:
        yield from range(first, last + 1)


def _ranges(pairs: Iterable[Sequence[int]]) -> Ranges:
    return tuple((int(first), int(last)) for first, last in pairs)


def _categories(entries: Iterable[Mapping[str, Any]]) -> tuple[Category, ...]:
    return tuple(category_of(entry) for entry in entries)


def _cameras(entries: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, tuple[int, int]], ...]:
    sizes = ((str(entry["name"]), entry["resolution"]) for entry in entries)
    return tuple((name, (int(width), int(height))) for name, (width, height) in sizes)
