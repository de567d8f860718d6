"""What a worker process is told, and what it tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from sdg.annotate.model import AnnotatedFrame
from sdg.recipe.model import Recipe
from sdg.render.api import Device, RendererName

# The callable that makes frames; see `Job.source`.
PIPELINE = "sdg.pipeline:Pipeline"


class FrameSource(Protocol):
    """What makes frames in a worker: the pipeline, or whatever stands in for it."""

    def frame(self, frame_index: int, *, spp: int | None = None) -> AnnotatedFrame:
        """Make one frame, which depends on the recipe and this index alone; `spp` replaces the recipe's samples."""
        ...

    def close(self) -> None:
        """Give devices back."""
        ...


@dataclass(frozen=True, eq=False)
class Job:
    """One run's work, as every worker receives it.

    Attributes:
        threads: How many threads a renderer may use; it changes no byte.
        renderer: Which renderer.
        source: `module:callable`, called as `callable(recipe, renderer=..., device=..., threads=...)`, gives a
            `FrameSource`.
    """

    recipe: Recipe
    device: Device
    threads: int
    renderer: RendererName = "mitsuba"
    source: str = PIPELINE


@dataclass(frozen=True, slots=True)
class Ready:
    """The renderer is set up; frames may be handed out."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A frame is made and waits to be written; another one may be handed out."""

    frame_index: int


@dataclass(frozen=True, slots=True)
class Finished:
    """A frame's record stands under its final name.

    Attributes:
        resident_bytes: The worker's memory.
        seconds: Where the frame's time went, by step; see `sdg.executor.profile`.
    """

    frame_index: int
    resident_bytes: int
    seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """Something raised: while setting up (no frame), or while a frame was made or written."""

    frame_index: int | None
    error: Exception


Message: TypeAlias = Ready | Rendered | Finished | Failed


class WorkerBug(Exception):
    """An exception in a worker that nobody raised on purpose; the worker's traceback hangs on it as a note."""
