"""Read this first: a frame's way from recipe to annotations, one call per stage.

recipe -> graph -> sample -> stage -> render -> sensor -> annotate -> write
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from types import TracebackType

from sdg.annotate.frame import annotate_frame
from sdg.annotate.model import AnnotatedFrame
from sdg.errors import RecipeError
from sdg.foundation.diagnostic import Diagnostic
from sdg.foundation.memory import release_freed_memory
from sdg.graph.build import build_graph
from sdg.graph.frame_sample import FrameSample
from sdg.graph.ir import Graph
from sdg.graph.sample import sample_frame
from sdg.recipe.model import Recipe
from sdg.render.api import Device, Renderer, RendererIdentity, RendererName
from sdg.render.capabilities import CAPABILITIES, missing_effects
from sdg.render.isaac_sim import ready_isaac_sim
from sdg.render.mitsuba import create_renderer
from sdg.sensor.record import record_frame
from sdg.stage.build import build_stage
from sdg.stage.model import Stage, StagePlan
from sdg.stage.plan import build_plan
from sdg.stage.preflight import check_assets

# Getting released memory anew takes time, so frames share it; in so few, what is held can't creep upwards.
_FRAMES_BETWEEN_RELEASES = 8


class Pipeline:
    """Makes any frame of one recipe, in any order; a context manager, because a renderer holds a device."""

    def __init__(
        self,
        recipe: Recipe,
        *,
        renderer: RendererName = "mitsuba",
        device: Device = "auto",
        threads: int | None = None,
        predecessor: Pipeline | None = None,
    ) -> None:
        """Set up a renderer, or take it over.

        Args:
            recipe: Whose frames.
            renderer: See `open_renderer`.
            device: See `open_renderer`.
            threads: See `open_renderer`.
            predecessor: Of a recipe before it was edited, with the same renderer and device; it is not used
                afterwards. Its scene is kept if all lights of this recipe have their place in it, else built anew.
        """
        self.recipe = recipe
        self.graph = build_graph(recipe)
        plan = build_plan(recipe, self.graph)
        self._light_slots = plan.light_slots
        self._renderer: Renderer
        if predecessor is not None and predecessor._light_slots == self._light_slots:
            self._renderer = predecessor._renderer
        else:
            if predecessor is not None:
                predecessor.close()
            self._renderer = _open(recipe, self.graph, plan, renderer, device, threads)
        lacking = missing_effects(recipe, CAPABILITIES[renderer])
        self._identity = replace(self._renderer.identity, missing_effects=lacking)
        self._frames_made = 0

    @property
    def identity(self) -> RendererIdentity:
        """Which renderer, device kind and library versions decide the pixels, and what they lack."""
        return self._identity

    def frame(self, frame_index: int, *, spp: int | None = None) -> AnnotatedFrame:
        """Make one frame; it depends on the recipe, its seed and this index alone.

        Args:
            frame_index: Which.
            spp: Samples per pixel, in place of the recipe's; only the embedded renderer can do that.
        """
        started = time.perf_counter()
        stage = self.stage(frame_index)
        if spp is not None:
            stage = replace(stage, settings=replace(stage.settings, spp=spp))
        staged = time.perf_counter()
        frame = self.photograph(stage)
        frame.seconds["stage"] = staged - started
        return frame

    def stage(self, frame_index: int) -> Stage:
        """Return one frame's world, drawn and placed, without rendering.

        Raises:
            RecipeError: A draw is impossible, or something finds no place; the message points at its line.
        """
        return build_stage(sample_frame(self.recipe, self.graph, frame_index), self.recipe)

    def photograph(self, stage: Stage) -> AnnotatedFrame:
        """Render, record and annotate a stage of this recipe: whole, or with fewer cameras or samples than it has.

        Raises:
            RenderError: The frame could not be made.
        """
        started = time.perf_counter()
        rendered = self._renderer.render(stage)
        traced = time.perf_counter()
        recorded = record_frame(rendered, stage)
        developed = time.perf_counter()
        frame = annotate_frame(rendered, recorded, stage, self.identity, self.recipe.specimen.output.annotators)
        finished = time.perf_counter()
        self._frames_made += 1
        if self._frames_made % _FRAMES_BETWEEN_RELEASES == 0:
            release_freed_memory()
        frame.seconds.update(rendered.seconds or {"render": traced - started})
        frame.seconds.update(sensor=developed - traced, annotate=finished - developed)
        return frame

    def close(self) -> None:
        """Give the renderer's device back."""
        self._renderer.close()

    def __enter__(self) -> Pipeline:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_renderer(
    recipe: Recipe, *, renderer: RendererName = "mitsuba", device: Device = "auto", threads: int | None = None
) -> Renderer:
    """Set up a renderer for a recipe's frames; it must be closed.

    Args:
        recipe: Whose frames.
        renderer: Which one.
        device: Where the embedded renderer runs; under RTX, where labels are checked.
        threads: CPU threads to use; None uses every core. Never changes a byte.

    Raises:
        BackendUnavailable: It can't be used here; says what cures that.
    """
    graph = build_graph(recipe)
    return _open(recipe, graph, build_plan(recipe, graph), renderer, device, threads)


def _open(
    recipe: Recipe, graph: Graph, plan: StagePlan, renderer: RendererName, device: Device, threads: int | None
) -> Renderer:
    if renderer == "mitsuba":
        return create_renderer(plan, device=device, threads=threads)
    python = ready_isaac_sim()
    from sdg.replicator.renderer import RendererReplicator, World, all_visible

    traced = replace(plan, lights=all_visible(plan.lights), settings=replace(plan.settings, denoise=False))
    tracer = create_renderer(traced, device=device, threads=threads)
    from sdg.render.mitsuba import sky

    world = World(
        plan,
        recipe.specimen.frames,
        lambda frame_index: build_stage(sample_frame(recipe, graph, frame_index), recipe),
        tracer,
        sky,
    )
    return RendererReplicator(world, python)


def check(recipe: Recipe) -> list[Diagnostic]:
    """Return warnings about what the recipe names.

    Raises:
        RecipeError: Every fault in it: missing files, unknown assets, broken meshes; with the warnings.
    """
    found = check_assets(recipe)
    if any(fault.severity == "error" for fault in found):
        raise RecipeError(found)  # with the warnings: a file of an odd size is often why nothing fits
    return found


def sample(recipe: Recipe, frame_index: int) -> FrameSample:
    """Return one frame's drawn values, without rendering."""
    return sample_frame(recipe, build_graph(recipe), frame_index)


def frames(
    recipe: Recipe, start: int = 0, stop: int | None = None, *, device: Device = "auto"
) -> Iterator[AnnotatedFrame]:
    """Yield annotated frames `start` to `stop` (exclusive; default: the recipe's `frames`)."""
    with Pipeline(recipe, device=device) as pipeline:
        for frame_index in range(start, recipe.specimen.frames if stop is None else stop):
            yield pipeline.frame(frame_index)
