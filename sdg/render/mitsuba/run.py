"""The embedded renderer: updates the persistent scene and traces every camera of a stage."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, replace

import drjit as dr
import mitsuba as mi
import numpy as np

from sdg.camera.lens import Lens
from sdg.camera.rays import RayTable, build_ray_table
from sdg.errors import RenderError
from sdg.foundation.arrays import Float32Array
from sdg.render.api import RenderedFrame, RenderedView, RendererIdentity, ViewTruth
from sdg.render.mitsuba.alone import Alone, find_unoccluded, stacked_alone
from sdg.render.mitsuba.backend import CUDA_VARIANT
from sdg.render.mitsuba.denoise import Denoiser
from sdg.render.mitsuba.identity import describe
from sdg.render.mitsuba.labels import Labels, stacked, trace_labels
from sdg.render.mitsuba.lateral_color import LateralColor
from sdg.render.mitsuba.rays import DeviceCamera, DeviceLens
from sdg.render.mitsuba.scene import FrameTables, PersistentScene
from sdg.render.mitsuba.shutter import TimeSlice, cut
from sdg.render.mitsuba.trace import Film, TracedView, TraceKey, Tracer
from sdg.render.mitsuba.upload import aligned
from sdg.stage.model import Camera, Stage, StagePlan

_LENSES_KEPT = 8


class RendererMitsuba:
    """Renders stages of one plan; use `create_renderer`."""

    def __init__(self, plan: StagePlan, *, threads: int | None = None) -> None:
        self._scene = PersistentScene(plan)
        self._tracer = Tracer(self._scene.scene, self._scene.bsdf, self._scene.lights)
        self._threads = threads
        self._denoiser = self._open_denoiser() if plan.settings.denoise else None
        self._lenses: OrderedDict[tuple[Lens, int], tuple[RayTable, DeviceLens]] = OrderedDict()
        self._identity = describe(denoiser_on_gpu=None if self._denoiser is None else self._denoiser.on_gpu)

    @property
    def identity(self) -> RendererIdentity:
        return self._identity

    def render(self, stage: Stage) -> RenderedFrame:
        """Render every camera of the stage.

        Raises:
            RenderError: The frame could not be made.
        """
        seconds = dict.fromkeys(("update", "labels", "radiance", "denoise"), 0.0)
        try:
            tables = None
            views = {}
            for camera in stage.cameras:
                # Where things move, each camera leaves the scene as it is at the end of its own exposure.
                if tables is None or stage.moves:
                    tables = self._update(stage, seconds)
                views[camera.name] = self._view(stage, camera, tables, seconds)
        except RuntimeError as error:
            # Dr.Jit and Mitsuba report memory that ran out, and all else, as RuntimeError.
            raise RenderError(f"frame {stage.frame_index}: {error}") from error
        return RenderedFrame(stage.frame_index, views, seconds)

    def truth(self, stage: Stage) -> dict[str, ViewTruth]:
        """Return what every camera of a stage sees, without rendering, as if all stood still.

        Raises:
            RenderError: It could not be found out.
        """
        seconds = dict.fromkeys(("update", "labels"), 0.0)
        try:
            tables = self._update(stage, seconds)
            found = {}
            for camera in stage.cameras:
                still = replace(camera, motion=None, line_time_s=0.0)
                rays, lens = self._lens(still)
                take = _Take(stage, still, DeviceCamera(lens, still), mi.UInt32(aligned(tables.flags, np.uint32)))
                labels, alone = self._label(take, tables, range(lens.height), seconds)
                found[camera.name] = ViewTruth(labels.entity_ids, alone.pixels, rays.valid, alone.masks)
        except RuntimeError as error:
            raise RenderError(f"frame {stage.frame_index}: {error}") from error
        return found

    def close(self) -> None:
        """Give back memory; the renderer is not used afterwards."""
        if self._denoiser is not None:
            self._denoiser.close()
            self._denoiser = None
        self._lenses.clear()
        del self._tracer, self._scene
        dr.flush_malloc_cache()

    def _update(self, stage: Stage, seconds: dict[str, float]) -> FrameTables:
        with _timed(seconds, "update"):
            tables = self._scene.update(stage)
            dr.sync_thread()
        return tables

    def _view(self, stage: Stage, camera: Camera, tables: FrameTables, seconds: dict[str, float]) -> RenderedView:
        with _timed(seconds, "labels"):
            rays, lens = self._lens(camera)
            take = _Take(stage, camera, DeviceCamera(lens, camera), mi.UInt32(aligned(tables.flags, np.uint32)))
        film = Film(take.device, LateralColor(lens, camera) if camera.optics.splits_colors else None)
        slices = cut(camera.shutter, stage.settings.slices, rays.border_px) if stage.moves else []
        truth = []
        by_row = bool(slices) and camera.shutter.is_rolling
        if not by_row:
            truth.append(self._label(take, tables, range(lens.height), seconds))
        for time_slice in slices:
            tables = self._update(stage.at(time_slice.middle_s), seconds)
            if by_row and time_slice.labelled:
                truth.append(self._label(take, tables, time_slice.labelled, seconds))
            self._trace(take, film, time_slice, seconds)
        if not slices:
            self._trace(take, film, None, seconds)
        labels = stacked([labels for labels, _ in truth])
        alone = stacked_alone([part for _, part in truth])
        return RenderedView(
            camera=camera.name,
            radiance=self._finish(take, film.view(stage.settings.spp), rays, seconds),
            entity_ids=labels.entity_ids,
            depth_z_m=labels.depth_z_m,
            distance_m=labels.distance_m,
            normals=labels.normals,
            valid=rays.valid,
            unoccluded_px=alone.pixels,
            unoccluded=alone.masks,
            second_eye_sees=labels.second_eye_sees,
            time_step_s=slices[0].length_s if slices else 0.0,
            part_numbers=labels.part_numbers,
        )

    def _label(self, take: _Take, tables: FrameTables, rows: range, seconds: dict[str, float]) -> tuple[Labels, Alone]:
        """Return the truth of a run of rows, and which of their pixels each thing would cover alone."""
        with _timed(seconds, "labels"):
            labels = trace_labels(self._scene.scene, take.device, take.flags, tables, rows)
            amodal = take.stage.settings.amodal
            return labels, find_unoccluded(self._scene.scene, take.device, tables, rows, masks=amodal)

    def _trace(self, take: _Take, film: Film, time_slice: TimeSlice | None, seconds: dict[str, float]) -> None:
        key = TraceKey(take.stage.seed, take.stage.frame_index, take.camera.name)
        with _timed(seconds, "radiance"):
            visible = self._scene.environment_visible
            if time_slice is None:
                self._tracer.explore(take.device, take.stage.settings, key, take.flags)
            self._tracer.trace(film, take.device, take.stage.settings, key, take.flags, visible, time_slice)

    def _finish(self, take: _Take, traced: TracedView, rays: RayTable, seconds: dict[str, float]) -> Float32Array:
        """Return the radiance, denoised if so set."""
        radiance = traced.radiance
        if not np.isfinite(radiance).all():
            raise RenderError(f"frame {take.stage.frame_index}, camera {take.camera.name}: radiance is not finite")
        if traced.guides is None:
            return radiance
        with _timed(seconds, "denoise"):
            if self._denoiser is None:
                self._denoiser = self._open_denoiser()
            radiance = self._denoiser.denoise(radiance, traced.guides.albedo, traced.guides.normals)
            radiance[~rays.seen] = 0.0
        return radiance

    def _open_denoiser(self) -> Denoiser:
        return Denoiser(self._threads, gpu=mi.variant() == CUDA_VARIANT)

    def _lens(self, camera: Camera) -> tuple[RayTable, DeviceLens]:
        """Return the rays of a camera's lens; the last few are kept, as most recipes' lenses do not change."""
        key = (camera.lens, camera.optics.frame_border_px(camera.lens.resolution))
        if key not in self._lenses:
            table = build_ray_table(*key, threads=self._threads)
            self._lenses[key] = (table, DeviceLens.upload(table))
            if len(self._lenses) > _LENSES_KEPT:
                self._lenses.popitem(last=False)
        self._lenses.move_to_end(key)
        return self._lenses[key]


@dataclass(frozen=True, eq=False)
class _Take:
    """One camera of one stage; `flags` are those of its shapes, which no motion changes."""

    stage: Stage
    camera: Camera
    device: DeviceCamera
    flags: mi.UInt32


class _timed:
    """Adds the time spent inside to one entry of a table."""

    def __init__(self, seconds: dict[str, float], name: str) -> None:
        self._seconds, self._name = seconds, name

    def __enter__(self) -> None:
        self._start = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._seconds[self._name] += time.perf_counter() - self._start
