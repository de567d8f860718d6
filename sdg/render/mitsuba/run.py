"""The embedded renderer: updates the persistent scene and traces every camera of a stage."""

from __future__ import annotations

import time
from collections import OrderedDict

import drjit as dr
import mitsuba as mi
import numpy as np

from sdg.camera.lens import Lens
from sdg.camera.rays import RayTable, build_ray_table
from sdg.errors import RenderError
from sdg.render.api import RenderedFrame, RenderedView, RendererIdentity
from sdg.render.mitsuba.denoise import Denoiser
from sdg.render.mitsuba.identity import describe
from sdg.render.mitsuba.labels import count_unoccluded, trace_labels
from sdg.render.mitsuba.lateral_color import LateralColor
from sdg.render.mitsuba.rays import DeviceCamera, DeviceLens
from sdg.render.mitsuba.scene import FrameTables, PersistentScene
from sdg.render.mitsuba.trace import TraceKey, Tracer
from sdg.render.mitsuba.upload import aligned
from sdg.stage.model import Camera, Stage, StagePlan

_LENSES_KEPT = 8


class RendererMitsuba:
    """Renders stages of one plan; use `create_renderer`."""

    def __init__(self, plan: StagePlan, *, threads: int | None = None) -> None:
        self._scene = PersistentScene(plan)
        self._tracer = Tracer(self._scene.scene, self._scene.bsdf)
        self._threads = threads
        self._denoiser = Denoiser(threads) if plan.settings.denoise else None
        self._lenses: OrderedDict[tuple[Lens, int], tuple[RayTable, DeviceLens]] = OrderedDict()
        self._identity = describe()

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
            with _timed(seconds, "update"):
                tables = self._scene.update(stage)
                dr.sync_thread()
            views = {camera.name: self._view(stage, camera, tables, seconds) for camera in stage.cameras}
        except RuntimeError as error:
            # Dr.Jit and Mitsuba report memory that ran out, and all else, as RuntimeError.
            raise RenderError(f"frame {stage.frame_index}: {error}") from error
        return RenderedFrame(stage.frame_index, views, seconds)

    def close(self) -> None:
        """Give back memory; the renderer is not used afterwards."""
        if self._denoiser is not None:
            self._denoiser.close()
            self._denoiser = None
        self._lenses.clear()
        del self._tracer, self._scene
        dr.flush_malloc_cache()

    def _view(self, stage: Stage, camera: Camera, tables: FrameTables, seconds: dict[str, float]) -> RenderedView:
        flags = mi.UInt32(aligned(tables.flags, np.uint32))
        with _timed(seconds, "labels"):
            rays, lens = self._lens(camera)
            device_camera = DeviceCamera(lens, camera)
            labels = trace_labels(self._scene.scene, device_camera, flags, tables)
            unoccluded = count_unoccluded(self._scene.scene, device_camera, tables)
        key = TraceKey(stage.seed, stage.frame_index, camera.name)
        with _timed(seconds, "radiance"):
            lateral_color = LateralColor(lens, camera) if camera.optics.splits_colors else None
            traced = self._tracer.trace(
                device_camera, stage.settings, key, flags, self._scene.environment_visible, lateral_color
            )
            radiance = traced.radiance
            if not np.isfinite(radiance).all():
                raise RenderError(f"frame {stage.frame_index}, camera {camera.name}: radiance is not finite")
        if traced.guides is not None:
            with _timed(seconds, "denoise"):
                if self._denoiser is None:
                    self._denoiser = Denoiser(self._threads)
                radiance = self._denoiser.denoise(radiance, traced.guides.albedo, traced.guides.normals)
                radiance[~rays.seen] = 0.0
        return RenderedView(
            camera=camera.name,
            radiance=radiance,
            entity_ids=labels.entity_ids,
            depth_z_m=labels.depth_z_m,
            distance_m=labels.distance_m,
            normals=labels.normals,
            valid=rays.valid,
            unoccluded_px=unoccluded,
            second_eye_sees=labels.second_eye_sees,
        )

    def _lens(self, camera: Camera) -> tuple[RayTable, DeviceLens]:
        """Return the rays of a camera's lens; the last few are kept, as most recipes' lenses do not change."""
        key = (camera.lens, camera.optics.frame_border_px(camera.lens.resolution))
        if key not in self._lenses:
            table = build_ray_table(*key)
            self._lenses[key] = (table, DeviceLens.upload(table))
            if len(self._lenses) > _LENSES_KEPT:
                self._lenses.popitem(last=False)
        self._lenses.move_to_end(key)
        return self._lenses[key]


class _timed:
    """Adds the time spent inside to one entry of a table."""

    def __init__(self, seconds: dict[str, float], name: str) -> None:
        self._seconds, self._name = seconds, name

    def __enter__(self) -> None:
        self._start = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._seconds[self._name] += time.perf_counter() - self._start
