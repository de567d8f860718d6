"""What shapes a dataset as a whole: the fixed part of a recipe, small enough to hand to every worker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sdg.recipe.model import Recipe, eyes
from sdg.stage.model import Category
from sdg.write.source import SourceDataset

_OF_THINGS = ("bounding_box_3d", "keypoints", "bounding_box_2d_loose", "amodal_segmentation", "occlusion", "truncation")


@dataclass(frozen=True)
class CameraShape:
    """A camera's name, its resolution, (width, height) [px], and whether its sensor's own numbers are kept.

    In a merged dataset, a camera may have several resolutions; None stands for them.
    """

    name: str
    resolution: tuple[int, int] | None
    raw: bool = False


@dataclass(frozen=True, slots=True)
class TimedSamples:
    """A sample count that was chosen by timing, with `--quality-for`.

    Attributes:
        seconds: What a frame may take on each worker [s].
        spp: Samples per pixel; 0 while they are not chosen yet.
    """

    seconds: float
    spp: int = 0

    @property
    def override(self) -> str:
        """The `--set` value that makes the same frames."""
        return f"render.spp={self.spp}"

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"seconds_per_frame": self.seconds, "spp": self.spp}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> TimedSamples:
        """Read it back; KeyError, TypeError or ValueError if it is none."""
        return cls(float(record["seconds_per_frame"]), int(record["spp"]))

    def __str__(self) -> str:
        return f"{self.seconds:g} s" + (f", {self.spp} samples" if self.spp else "")


@dataclass(frozen=True)
class DatasetSpec:
    """What a dataset holds, whatever its frames show; picklable.

    Attributes:
        name: The recipe's name.
        overrides: `key.path=value` strings of the command line, in order.
        license: The user's words; empty if there are none.
        annotators: What was asked for, in the recipe's order.
        coco: Whether COCO files are written.
        cameras: In the recipe's order, the second of a stereo pair after the first; it orders images everywhere.
        categories: By ascending id.
        files_sha256: Digest of the files that the recipe names; empty if it names none.
        merged_from: Of a merged dataset: what it was made of; it has no seed, overrides or files of its own.
        timed: How the sample count was chosen, which is then the last of the overrides; None if the recipe says it.
    """

    name: str
    seed: int
    overrides: tuple[str, ...]
    license: str
    annotators: tuple[str, ...]
    coco: bool
    cameras: tuple[CameraShape, ...]
    categories: tuple[Category, ...]
    files_sha256: str = ""
    merged_from: tuple[SourceDataset, ...] = ()
    timed: TimedSamples | None = None

    @classmethod
    def of_recipe(
        cls,
        recipe: Recipe,
        categories: Iterable[Category],
        files_sha256: str = "",
        timed: TimedSamples | None = None,
    ) -> DatasetSpec:
        """Return what `recipe` asks for; `categories` are the classes that it can show."""
        document = recipe.specimen
        return cls(
            name=document.name,
            seed=document.seed,
            overrides=recipe.overrides,
            license=document.license,
            annotators=tuple(document.output.annotators),
            coco=document.output.coco is not None,
            cameras=tuple(
                CameraShape(camera.name, camera.resolution, camera.sensor is not None and camera.sensor.raw)
                for block in document.cameras
                for camera in eyes(block)
            ),
            categories=tuple(sorted(categories, key=lambda category: category.id)),
            files_sha256=files_sha256,
            timed=timed,
        )

    def asks_for(self, annotator: str) -> bool:
        """Whether the recipe lists this annotator."""
        return annotator in self.annotators

    @property
    def has_annotations(self) -> bool:
        """Whether frame records say of each thing what is seen of it."""
        return self.has_masks or any(map(self.asks_for, _OF_THINGS))

    @property
    def has_masks(self) -> bool:
        """Whether frame records hold masks and boxes; COCO is made from them."""
        return self.coco or self.asks_for("bounding_box_2d_tight")
