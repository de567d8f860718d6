"""The RTX renderer: a child process that is Isaac Sim, fed with what each frame sets on a stage.

Frames come in stretches, each on a stage of its own: the stage is the union of its frames, which must fit into memory,
and Isaac Sim had better not run for days.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sdg.errors import BackendUnavailable, DatasetError, RenderError
from sdg.render.api import RenderedFrame, RendererIdentity, Tracer
from sdg.render.isaac_sim import rtx_device_kind, rtx_gpus
from sdg.replicator.light_scale import light_exponent, scaled_lights
from sdg.replicator.protocol import Frame
from sdg.replicator.raw_view import array_specs, view_of
from sdg.replicator.script import ANTI_ALIASING, RENDERERS
from sdg.replicator.usd.layout import UsdLayout
from sdg.replicator.usd.lens_schema import schema_name
from sdg.replicator.usd.light import SkyModel
from sdg.replicator.usd.stage import defaults, frame_values, lay_out, write_layout
from sdg.replicator.usd.value import by_prim, plain_json
from sdg.replicator.worker_process import WorkerProcess
from sdg.stage.model import Light, RenderSettings, Stage, StagePlan

FRAMES_PER_STAGE = 1000
# The first start compiles shaders, for a quarter of an hour and more.
START_TIMEOUT_S = 3600.0
FRAME_TIMEOUT_S = 1800.0
_ATTEMPTS = 2
_SESSION = "session.json"


@dataclass(frozen=True, eq=False)
class World:
    """What the renderer may ask about the recipe.

    Attributes:
        plan: What bounds its frames.
        frame_count: How many it has.
        stage: Gives any frame's stage.
        tracer: What a frame is checked against, and takes what RTX doesn't give from; closed with the renderer.
        sky: What clear skies are baked with.
    """

    plan: StagePlan
    frame_count: int
    stage: Callable[[int], Stage]
    tracer: Tracer
    sky: SkyModel


class RendererReplicator:
    """Renders a recipe's frames with Isaac Sim; closes with its process."""

    def __init__(self, world: World, python: Path) -> None:
        """Start Isaac Sim and wait until it runs.

        Args:
            world: The recipe's frames.
            python: The interpreter that runs Isaac Sim.

        Raises:
            BackendUnavailable: It does not start.
        """
        self._world = world
        self._python = python
        self._folder = tempfile.TemporaryDirectory(prefix="sdg-rtx-")
        self._process: WorkerProcess | None = None
        self._is_open = False
        self._layout: UsdLayout | None = None
        self._stretch = range(0)
        try:
            versions = self._start()
        except RenderError as error:
            self.close()
            raise BackendUnavailable(f"Isaac Sim can't be used: {error.message}", error.hint) from None
        self._identity = RendererIdentity("replicator", rtx_device_kind(_gpu()), dict(sorted(versions.items())))

    @property
    def identity(self) -> RendererIdentity:
        return self._identity

    def render(self, stage: Stage) -> RenderedFrame:
        """Render every camera of one of the recipe's frames.

        Raises:
            RenderError: The frame could not be made, twice.
        """
        # RTX shows every lamp.
        truth = self._world.tracer.truth(replace(stage, lights=all_visible(stage.lights)))
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                frame, exponent = self._capture(stage)
                views = {
                    camera.name: view_of(frame, stage, camera, truth[camera.name], exponent) for camera in stage.cameras
                }
            except RenderError:
                # Whatever it was, Isaac Sim is not to be trusted any more, nor is a temporary folder to stay.
                self._stop()
                if not (Path(self._folder.name) / _SESSION).exists():
                    self._stretch = range(0)
                if attempt == _ATTEMPTS:
                    raise
            else:
                return RenderedFrame(stage.frame_index, views, {})
        raise AssertionError("unreachable")

    def close(self) -> None:
        """End Isaac Sim, and delete the stage."""
        self._stop()
        self._folder.cleanup()
        self._world.tracer.close()

    def _capture(self, stage: Stage) -> tuple[Frame, int]:
        if stage.frame_index not in self._stretch:
            self._stop()
            self._lay_out(stage.frame_index)
        assert self._layout is not None
        if self._process is None:
            self._start()
        assert self._process is not None
        if not self._is_open:
            cameras = [camera for camera in self._world.plan.cameras if camera.prim_path in self._layout.cameras]
            self._process.open(Path(self._folder.name), array_specs(cameras))
            self._is_open = True
        exponent = light_exponent(self._layout, stage)
        values = scaled_lights(frame_values(self._layout, stage), exponent)
        return self._process.frame(stage.frame_index, plain_json(by_prim(values))), exponent

    def _lay_out(self, frame_index: int) -> None:
        """Write the stage of the stretch that a frame is in; which one that is depends on the recipe alone."""
        first = frame_index // FRAMES_PER_STAGE * FRAMES_PER_STAGE
        last = min(first + FRAMES_PER_STAGE, max(self._world.frame_count, frame_index + 1))
        stretch = range(first, last)
        # Twice over the frames, so that not all of them have to be in memory: what they share must be known first.
        layout = lay_out((self._world.stage(index) for index in stretch), self._world.plan, self._world.sky)
        folder = Path(self._folder.name)
        try:
            write_layout(folder, layout, defaults(layout, (self._world.stage(index) for index in stretch)))
            (folder / _SESSION).write_text(json.dumps(session(layout, self._world.plan)), encoding="utf-8")
        except (DatasetError, OSError) as error:
            said = f"the stage for Isaac Sim can't be written: {error}".splitlines()[0]
            raise DatasetError(said, "free some space there, or let TMPDIR name another folder") from None
        self._layout, self._stretch = layout, stretch

    def _start(self) -> Mapping[str, str]:
        settings = self._world.plan.settings
        worker = Path(__file__).with_name("isaac_worker.py")
        command = [str(self._python), str(worker), json.dumps(launch_config(settings, _gpu()))]
        self._is_open = False
        self._process = WorkerProcess(
            command,
            start_timeout_s=START_TIMEOUT_S,
            frame_timeout_s=FRAME_TIMEOUT_S,
            environment=_environment(),
            scratch=Path(self._folder.name),
        )
        return self._process.wait_until_ready()

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.close()


def launch_config(settings: RenderSettings, gpu: str) -> dict[str, Any]:
    """Return how Isaac Sim is started.

    Args:
        settings: What the recipe asks for.
        gpu: The GPU's number; "" leaves the choice to Isaac Sim.
    """
    config: dict[str, Any] = {
        "headless": True,
        "multi_gpu": False,  # with several GPUs, annotators come back empty now and then
        "renderer": RENDERERS[settings.rtx.mode],
        "samples_per_pixel_per_frame": settings.spp,
        "max_bounces": settings.max_depth,
        "denoiser": settings.denoise,
        "anti_aliasing": ANTI_ALIASING[settings.rtx.mode],
        "disable_viewport_updates": True,  # nobody looks, and in 6.0.0 it takes seconds for each frame
    }
    return config | {"active_gpu": int(gpu), "physics_gpu": int(gpu)} if gpu.isdecimal() else config


def all_visible(lights: Sequence[Light]) -> tuple[Light, ...]:
    """Return lights as RTX has them: cameras see their lamps."""
    return tuple(replace(light, visible=True) for light in lights)


def session(layout: UsdLayout, plan: StagePlan) -> dict[str, Any]:
    """Return what `session.json` tells the worker about the stage beside it."""
    cameras = [
        {
            "name": camera.name,
            "path": camera.prim_path,
            "resolution": list(camera.lens.resolution),
            "lens_schema": _schema(layout, camera.prim_path),
        }
        for camera in plan.cameras
        if camera.prim_path in layout.cameras  # one that rides on a thing may be absent with it
    ]
    return {
        "mode": plan.settings.rtx.mode,
        "rt_subframes": plan.settings.rtx.rt_subframes,
        "cameras": cameras,
        "labels": {path: body.label for path, body in layout.bodies.items()},
    }


def _schema(layout: UsdLayout, path: str) -> str:
    model = layout.cameras[path].lens_model
    return "" if model is None else schema_name(model)


def _gpu() -> str:
    """Return the number of the GPU that this process renders on; "" leaves the choice to Isaac Sim."""
    return next((str(number) for number in rtx_gpus()), "")


def _environment() -> dict[str, str]:
    """Return the environment of Isaac Sim, whose GPU is chosen by number among all: CUDA must count as Vulkan does."""
    left_out = ("CUDA_VISIBLE_DEVICES", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**kept, "CUDA_DEVICE_ORDER": "PCI_BUS_ID"}
