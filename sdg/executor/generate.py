"""Make a dataset: check first, then lock, begin, render and finish; go on where a run before was stopped."""

from __future__ import annotations

import json
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias

from sdg.errors import RenderError, UsageError
from sdg.executor.crew import Crew
from sdg.executor.disk import DiskWatch
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
from sdg.executor.machine import WorkerPlan, plan_workers, room_per_gpu, visible_gpus
from sdg.executor.pool import Died, Done, Limits, Lost, Pool
from sdg.executor.processes import LocalCrew
from sdg.executor.profile import Profile
from sdg.executor.quality_for import (
    check_same_frames,
    one_at_a_time,
    sibling_samples,
    wanted_samples,
    with_samples,
)
from sdg.executor.reporting import Reporter, Summary
from sdg.executor.shard import Shard
from sdg.executor.worker import WRITERS
from sdg.foundation.wording import counted
from sdg.graph.ir import Graph
from sdg.recipe.model import Recipe
from sdg.render.api import Device, RendererName
from sdg.render.isaac_sim import rtx_gpus
from sdg.write.atomic import remove_leftovers
from sdg.write.dataset import Dataset
from sdg.write.manifest import DatasetTotals
from sdg.write.spec import DatasetSpec, TimedSamples

ExecutorName: TypeAlias = Literal["local", "ray"]


@dataclass(frozen=True)
class Options:
    """How to run.

    Attributes:
        folder: Where to; None for `outputs/<name>` below the current folder.
        workers: How many processes; None for as many as suit the GPUs, or one without.
        overwrite: Whether a dataset of another recipe or seed may be deleted.
        quality_for: Seconds that a frame may take on each worker, for which samples per pixel are chosen by timing a
            few frames; or the folder of a dataset whose samples were chosen so, and are taken over. None leaves
            them to the recipe.
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
    quality_for: float | Path | None = None
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
        timed = wanted_samples(options.quality_for, recipe, options.renderer)
        self._identity = RunIdentity.of(recipe, options.shard, self._files_sha256, options.renderer, timed)
        if isinstance(options.quality_for, Path):
            check_same_frames(options.quality_for, self._identity)
        self._checked = False
        self._asked = options.shard.frames(recipe.specimen.frames)
        self._profile = Profile()
        self._started = time.monotonic()

    def make(self) -> Summary:
        state = inspect_folder(self._folder)
        refusal = self._refusal(state)
        if refusal is not None:
            self._check_assets()  # a fault in the recipe is the more useful news
            raise refusal
        enough = state.kind == "finished" and state.frame_count >= len(self._asked)
        if enough and not self._options.overwrite and is_whole(self._folder):
            return Summary(self._folder, state.frame_count, 0, 0.0)
        with ExitStack() as stack:
            choosing = stack.enter_context(ExitStack())
            self._choose_samples(state, choosing)
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
            choosing.close()
            self._render(pool, dataset, frames, finished)
            rendered = time.monotonic()
            remove_leftovers(self._folder)  # of workers that died, now or in a run before
            shard = self._options.shard
            totals = dataset.finish(frames, shard="" if shard.is_whole else str(shard))
            finish_folder(self._folder)
        self._report(totals)
        ended = time.monotonic()
        profile = self._profile
        profile.rendering_s = rendered - self._started - profile.starting_s - profile.timing_s
        profile.finishing_s = ended - rendered
        return Summary(self._folder, len(frames), profile.frames, ended - self._started, profile)

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

    def _choose_samples(self, state: FolderState, choosing: ExitStack) -> None:
        """Give the recipe the samples that `--quality-for` asks for, whoever knows them; without it, do nothing.

        Args:
            state: Of the folder.
            choosing: To be closed once the folder says which samples were chosen: other shards wait for that.
        """
        timed = self._identity.timed
        if timed is None:
            return
        if not timed.spp:
            timed = self._known_samples(state, choosing) or self._time_frames(timed.seconds)
        self._recipe = with_samples(self._recipe, timed)
        self._identity = replace(self._identity, timed=timed)

    def _known_samples(self, state: FolderState, choosing: ExitStack) -> TimedSamples | None:
        """Return what was chosen for this dataset before, by a run into this folder or by another shard."""
        if state.run is not None and not self._options.overwrite and not self._starts_afresh(state):
            return state.run.timed
        self._check_assets()
        if self._options.shard.is_whole:
            return None
        choosing.enter_context(one_at_a_time(self._folder.parent))
        found = sibling_samples(self._folder, self._identity, self._recipe)
        if found is None:
            return None
        sibling, timed = found
        self._reporter.note(f"{timed.spp} samples a pixel, as in {sibling}")
        return timed

    def _time_frames(self, seconds: float) -> TimedSamples:
        if self._options.executor == "ray":
            raise UsageError(
                "--quality-for SECONDS times frames on this machine, which a cluster's nodes need not be like",
                "pass --quality-for DIR of a dataset that was timed on such a node, or --set render.spp=N",
            )
        from sdg.executor.timing import choose_samples

        _, spec = self._describe()
        plan = self._plan
        frames = self._recipe.specimen.frames
        self._reporter.note("timing a few frames …")
        began = time.monotonic()
        choice = choose_samples(seconds, self._job(plan), spec, plan.gpus, frames)
        self._profile.timing_s = time.monotonic() - began
        timed = TimedSamples(seconds, choice.spp)
        measured = ", ".join(f"{value:.3g} s with {spp}" for spp, value in sorted(choice.measured.items()))
        whole = len(self._asked) * choice.seconds / len(plan.gpus)
        self._reporter.note(
            f"{choice.spp} samples a pixel: a frame takes about {choice.seconds:.3g} s on each worker ({measured}), "
            f"{counted(len(self._asked), 'frame')} about {whole:,.0f} s"
        )
        if not self._options.shard.is_whole:
            self._reporter.note(
                "the other shards take that over if they are made beside this one; elsewhere they need "
                f"--quality-for DIR, a copy of {self._folder}, or --set {timed.override}"
            )
        return timed

    @cached_property
    def _plan(self) -> WorkerPlan:
        """Made once: frames are timed in as many processes as the run will have."""
        options = self._options
        if options.renderer == "replicator":
            return plan_workers(tuple(map(str, rtx_gpus())), options.workers, len(self._asked))
        gpus = visible_gpus(options.device)
        per_gpu = room_per_gpu(gpus) if gpus and options.workers is None else 1
        return plan_workers(gpus, options.workers, len(self._asked), per_gpu=per_gpu)

    def _job(self, plan: WorkerPlan) -> Job:
        options = self._options
        return Job(self._recipe, options.device, plan.threads, options.renderer, options.source)

    def _start_workers(self) -> Pool:
        if self._options.executor == "ray":
            return Pool(self._cluster_crew(), self._options.limits)
        plan = self._plan
        self._profile.workers = len(plan.gpus)
        return Pool(LocalCrew(self._job(plan), plan.gpus), self._options.limits)

    def _cluster_crew(self) -> Crew:
        from sdg.executor.cluster.crew import ClusterCrew

        options = self._options
        if options.renderer != "mitsuba":
            raise UsageError("the Ray executor has the embedded renderer only", "drop --renderer, or --executor ray")
        job = Job(self._recipe, options.device, 1, options.renderer, options.source)
        return ClusterCrew(job, options.address, options.workers, len(self._asked), self._reporter.note)

    # The stages are imported where they are used: the workers' interpreters start meanwhile.

    def _check_assets(self) -> None:
        if self._checked:
            return
        from sdg.pipeline import check

        self._checked = True
        for warning in check(self._recipe):
            self._reporter.note(str(warning))

    def _describe(self) -> tuple[Graph, DatasetSpec]:
        from sdg.graph.build import build_graph
        from sdg.stage.categories import categories

        spec = DatasetSpec.of_recipe(self._recipe, categories(self._recipe), self._files_sha256, self._identity.timed)
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
        self._profile.workers = max(self._profile.workers, pool.most_workers)
        disk = DiskWatch(dataset, len(frames), self._profile.workers * (WRITERS + 1), self._reporter)
        disk.begin(finished)
        pool.wait_until_ready()
        self._profile.starting_s = time.monotonic() - self._started - self._profile.timing_s
        lost: dict[int, RenderError] = {}
        for event in pool.run(dataset, (index for index in frames if index not in finished)):
            match event:
                case Done(frame_index, seconds):
                    self._profile.add(seconds)
                    self._reporter.advance(frame_index)
                    disk.advance(frame_index)
                case Died(frame_index, reason):
                    again = "" if frame_index is None else f"; frame {frame_index} is tried again"
                    self._reporter.note(f"a renderer's process {reason}{again}")
                case Lost(frame_index, error):
                    lost[frame_index] = error
                    self._reporter.note(f"frame {frame_index} failed: {error.message}")
        self._profile.workers = max(self._profile.workers, pool.most_workers)
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
