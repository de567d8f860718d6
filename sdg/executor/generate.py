"""Make a dataset: check first, then lock, begin, render and finish; go on where a run before was stopped."""

from __future__ import annotations

import json
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from sdg.errors import RenderError, UsageError
from sdg.executor.crew import Crew
from sdg.executor.folder import (
    FolderState,
    RunIdentity,
    clear_folder,
    finish_folder,
    inspect_folder,
    is_whole,
    refusal_to_clear,
    write_run,
)
from sdg.executor.interrupt import terminate_as_interrupt
from sdg.executor.job import PIPELINE, Job
from sdg.executor.lock import FolderLock
from sdg.executor.machine import plan_workers, visible_gpus
from sdg.executor.pool import Died, Done, Limits, Lost, Pool
from sdg.executor.processes import LocalCrew
from sdg.executor.reporting import Reporter, Summary
from sdg.executor.shard import Shard
from sdg.graph.ir import Graph
from sdg.recipe.model import Recipe
from sdg.render.api import Device, RendererName
from sdg.render.isaac_sim import rtx_gpus
from sdg.write.atomic import remove_leftovers
from sdg.write.dataset import Dataset
from sdg.write.manifest import DatasetTotals
from sdg.write.spec import DatasetSpec

ExecutorName: TypeAlias = Literal["local", "ray"]


@dataclass(frozen=True)
class Options:
    """How to run.

    Attributes:
        folder: Where to; None for `outputs/<name>` below the current folder.
        workers: How many processes; None for one per GPU, or one.
        overwrite: Whether a dataset of another recipe or seed may be deleted.
        executor: Where workers run: on this machine, or on a Ray cluster. There, `workers` None means as many as there
            is room for.
        address: Of the cluster, as Ray writes it; empty starts one on this machine.
        source: See `Job.source`.
    """

    folder: Path | None = None
    renderer: RendererName = "mitsuba"
    device: Device = "auto"
    workers: int | None = None
    shard: Shard = field(default_factory=Shard)
    overwrite: bool = False
    executor: ExecutorName = "local"
    address: str = ""
    source: str = PIPELINE
    limits: Limits = field(default_factory=Limits)


def default_folder(recipe: Recipe, shard: Shard) -> Path:
    """Return `outputs/<name>`; a shard's name says which one it is."""
    name = recipe.specimen.name
    return Path("outputs") / (name if shard.is_whole else f"{name}-shard-{shard.index}-of-{shard.count}")


def generate(recipe: Recipe, options: Options, reporter: Reporter) -> Summary:
    """Make the recipe's frames into a folder, or what is missing of them.

    Raises:
        RecipeError: Something that the recipe names can't be used; nothing was written.
        UsageError: The folder is not ours to write to; nothing was written.
        BackendUnavailable: No renderer runs here; nothing was written.
        RenderError: Some frames failed; the others are finished and kept.
        DatasetError: The disk refused; finished frames are kept.
        KeyboardInterrupt: Ctrl-C or SIGTERM; finished frames are kept.
    """
    with terminate_as_interrupt():
        return _Run(recipe, options, reporter).make()


def _digest_files(recipe: Recipe) -> str:
    if '"file"' not in json.dumps(recipe.tree, default=str):
        return ""  # and the stage need not be loaded before the workers start
    from sdg.stage.file_digests import digest_files

    return digest_files(recipe)


class _Run:
    def __init__(self, recipe: Recipe, options: Options, reporter: Reporter) -> None:
        self._recipe = recipe
        self._options = options
        self._reporter = reporter
        self._folder = (options.folder or default_folder(recipe, options.shard)).absolute()
        self._files_sha256 = _digest_files(recipe)
        self._identity = RunIdentity.of(recipe, options.shard, self._files_sha256, options.renderer)
        self._asked = options.shard.frames(recipe.specimen.frames)
        self._made = 0

    def make(self) -> Summary:
        started = time.monotonic()
        state = inspect_folder(self._folder)
        refusal = self._refusal(state)
        if refusal is not None:
            self._check_assets()  # a fault in the recipe is the more useful news
            raise refusal
        enough = state.kind == "finished" and state.frame_count >= len(self._asked)
        if enough and not self._options.overwrite and is_whole(self._folder):
            return Summary(self._folder, state.frame_count, 0, 0.0)
        with ExitStack() as stack:
            continues = state.kind == "begun"
            if continues:
                stack.enter_context(FolderLock(self._folder))
            # While the workers load the renderer, this process checks what the recipe names.
            pool = stack.enter_context(self._start_workers())
            self._check_assets()
            graph, spec = self._describe()
            dataset = Dataset(self._folder, spec)
            if not continues:
                # Without a renderer there is no reason to leave a folder behind.
                pool.wait_until_ready()
                stack.enter_context(FolderLock(self._folder))
            frames, finished = self._begin(dataset, graph)
            self._render(pool, dataset, frames, finished)
            remove_leftovers(self._folder)  # of workers that died, now or in a run before
            shard = self._options.shard
            totals = dataset.finish(frames, shard="" if shard.is_whole else str(shard))
            finish_folder(self._folder)
        self._report(totals)
        return Summary(self._folder, len(frames), self._made, time.monotonic() - started)

    # --- before anything is written ---------------------------------------------------------------------------

    def _refusal(self, state: FolderState) -> UsageError | None:
        """Return why this run may not write to a folder in this state, if it may not."""
        if state.kind == "new":
            return None
        if state.kind == "foreign":
            return UsageError(
                f"{self._folder} holds something else than a dataset of ours: {state.stranger}",
                "choose an empty or new folder with -o",
            )
        if self._options.overwrite:
            return refusal_to_clear(self._folder)
        assert state.run is not None
        differences = self._identity.differences(state.run)
        if differences and not self._starts_afresh(state):
            return UsageError(
                f"{self._folder} holds a dataset of another run; what differs: {'; '.join(differences)}",
                "choose another folder with -o, or --overwrite it",
            )
        if state.clearing:
            return UsageError(f"{self._folder} was being overwritten when a run was killed", "add --overwrite again")
        return None

    def _starts_afresh(self, state: FolderState) -> bool:
        """Return whether another run began here and came to nothing, as with a recipe that had to be mended first."""
        other = state.run is not None and bool(self._identity.differences(state.run))
        return other and state.barren and not state.clearing

    def _start_workers(self) -> Pool:
        options = self._options
        if options.executor == "ray":
            return Pool(self._cluster_crew(), options.limits)
        gpus = tuple(map(str, rtx_gpus())) if options.renderer == "replicator" else visible_gpus(options.device)
        plan = plan_workers(gpus, options.workers, len(self._asked))
        job = Job(self._recipe, options.device, plan.threads, options.renderer, options.source)
        return Pool(LocalCrew(job, plan.gpus), options.limits)

    def _cluster_crew(self) -> Crew:
        from sdg.executor.cluster.crew import ClusterCrew

        options = self._options
        if options.renderer != "mitsuba":
            raise UsageError("the Ray executor has the embedded renderer only", "drop --renderer, or --executor ray")
        job = Job(self._recipe, options.device, 1, options.renderer, options.source)
        return ClusterCrew(job, options.address, options.workers, len(self._asked), self._reporter.note)

    # The stages are imported where they are used: the workers' interpreters start meanwhile.

    def _check_assets(self) -> None:
        from sdg.pipeline import check

        for warning in check(self._recipe):
            self._reporter.note(str(warning))

    def _describe(self) -> tuple[Graph, DatasetSpec]:
        from sdg.graph.build import build_graph
        from sdg.stage.categories import categories

        spec = DatasetSpec.of_recipe(self._recipe, categories(self._recipe), self._files_sha256)
        return build_graph(self._recipe), spec

    # --- with the folder locked -------------------------------------------------------------------------------

    def _begin(self, dataset: Dataset, graph: Graph) -> tuple[range, set[int]]:
        """Make the folder ours; return the frames of the dataset, and those which are finished."""
        state = inspect_folder(self._folder)  # again, now that nobody else can change it
        refusal = self._refusal(state)
        if refusal is not None:
            raise refusal
        if state.kind != "new" and (self._options.overwrite or self._starts_afresh(state)):
            clear_folder(self._folder, self._identity)
        write_run(self._folder, self._identity)
        dataset.begin(self._recipe, graph)
        finished = dataset.finished_frames()
        # No finished frame is given up, even if fewer are asked for than when the run began.
        frames = self._options.shard.frames(max(self._recipe.specimen.frames, max(finished, default=-1) + 1))
        if len(frames) > len(self._asked):
            self._reporter.note(f"frames up to {frames[-1]} are finished already, and are kept")
        return frames, finished

    def _render(self, pool: Pool, dataset: Dataset, frames: range, finished: set[int]) -> None:
        if len(finished) == len(frames):
            return
        self._reporter.start(len(frames), len(finished))
        lost: dict[int, RenderError] = {}
        for event in pool.run(dataset, (index for index in frames if index not in finished)):
            match event:
                case Done(frame_index):
                    self._made += 1
                    self._reporter.advance(frame_index)
                case Died(frame_index, reason):
                    again = "" if frame_index is None else f"; frame {frame_index} is tried again"
                    self._reporter.note(f"a renderer's process {reason}{again}")
                case Lost(frame_index, error):
                    lost[frame_index] = error
                    self._reporter.note(f"frame {frame_index} failed: {error.message}")
        if lost:
            first = lost[min(lost)]
            names = ", ".join(str(index) for index in sorted(lost))
            raise RenderError(
                f"frame{'s' if len(lost) > 1 else ''} {names} could not be made: {first.message}",
                first.hint or "every other frame is finished and kept; the same command tries again",
            )

    def _report(self, totals: DatasetTotals) -> None:
        if len(totals.device_kinds) > 1:
            kinds = ", ".join(totals.device_kinds)
            self._reporter.note(f"frames were rendered on several kinds of device, which differ in last bits: {kinds}")
        if totals.depth_beyond_range_px:
            count = totals.depth_beyond_range_px
            self._reporter.note(f"{count} pixels are beyond the 65.535 m that a depth picture holds, and are 0 there")
