"""A view of the scene: many rays per pixel, averaged over it, and what a denoiser wants to know beside the light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import drjit as dr
import mitsuba as mi
import numpy as np

from sdg.foundation.arrays import Float32Array
from sdg.foundation.seeds import Branch, seed32
from sdg.render.mitsuba.explore import explore
from sdg.render.mitsuba.lateral_color import LateralColor
from sdg.render.mitsuba.lights import LightTable
from sdg.render.mitsuba.numbers import POSITION, PictureNumbers
from sdg.render.mitsuba.paths import trace_paths
from sdg.render.mitsuba.rays import DeviceCamera, skip_hidden
from sdg.render.mitsuba.scene import FLAG_INVISIBLE
from sdg.render.mitsuba.shutter import TimeSlice
from sdg.render.mitsuba.surface import SurfaceBsdf
from sdg.stage.model import RenderSettings

# Samples in flight, which bounds memory; a constant, so that bytes do not depend on the machine.
_LANES = 1 << 22


@dataclass(frozen=True)
class TraceKey:
    """What the seeds of a view's random numbers are made of."""

    seed: int
    frame_index: int
    camera: str

    def seed32(self) -> int:
        return seed32(Branch.TRACER, self.seed, self.frame_index, f"{self.camera}/radiance")

    def explore_seed32(self) -> int:
        return seed32(Branch.TRACER, self.seed, self.frame_index, f"{self.camera}/explore")

    def time_seed32(self) -> int:
        return seed32(Branch.TRACER, self.seed, self.frame_index, f"{self.camera}/time")


@dataclass(frozen=True, eq=False)
class Guides:
    """What camera rays hit first, averaged over each pixel, for a denoiser.

    Attributes:
        albedo: Diffuse reflectance, shape (H, W, 3), float32; 1 where there is light or nothing.
        normals: Shading normals towards the camera, world frame, shape (H, W, 3), float32; 0 where there is nothing.
    """

    albedo: Float32Array
    normals: Float32Array


@dataclass(frozen=True, eq=False)
class TracedView:
    """Radiance averaged over each pixel of the wider frame, shape (H, W, 3), float32 [nits]; and guides, if wanted."""

    radiance: Float32Array
    guides: Guides | None


class Film:
    """What has been traced so far of one view: sums over samples, by channel and pixel of the wider frame."""

    def __init__(self, camera: DeviceCamera, lateral_color: LateralColor | None) -> None:
        self._shape = (camera.lens.frame_height, camera.lens.frame_width)
        self._sums: list[Float32Array] = []
        self.lateral_color = lateral_color

    def add(self, first_row: int, sums: Sequence[mi.Float]) -> None:
        """Add a band of rows, each channel flat."""
        if not self._sums:
            self._sums = [np.zeros(self._shape, np.float32) for _ in sums]
        for plane, channel in zip(self._sums, sums, strict=True):
            values = channel.numpy().reshape(-1, self._shape[1])
            plane[first_row : first_row + len(values)] += values

    def view(self, spp: int) -> TracedView:
        """Return the average over `spp` samples."""
        pictures = [np.stack(self._sums[k : k + 3], axis=-1) / np.float32(spp) for k in range(0, len(self._sums), 3)]
        radiance = pictures[0] if self.lateral_color is None else self.lateral_color.spread(pictures[0])
        return TracedView(radiance, Guides(*pictures[1:]) if len(pictures) > 1 else None)


class Tracer:
    """Traces views of one scene."""

    def __init__(self, scene: mi.Scene, bsdf: SurfaceBsdf, lights: LightTable) -> None:
        self._scene = scene
        self._bsdf = bsdf
        self._lights = lights

    def explore(self, camera: DeviceCamera, settings: RenderSettings, key: TraceKey, flags: mi.UInt32) -> None:
        """Learn which lights a view's surfaces see; needed before each view is traced, lest the one before shows."""
        samples = camera.lens.frame_width * camera.lens.frame_height * settings.spp
        explore(self._scene, self._lights, camera, flags, samples, key.explore_seed32())

    def trace(
        self,
        film: Film,
        camera: DeviceCamera,
        settings: RenderSettings,
        key: TraceKey,
        flags: mi.UInt32,
        environment_visible: bool,
        time_slice: TimeSlice | None = None,
    ) -> None:
        """Add the samples of a view (a box filter over each pixel), in bands of rows that fit in memory.

        Args:
            film: What to add them to.
            camera: Whose view.
            settings: Samples, path length, and whether guides are wanted.
            key: What the random numbers depend on.
            flags: By shape registry index.
            environment_visible: Whether the camera sees domes and skies.
            time_slice: Only those samples whose time lies in it; None takes all.
        """
        spp = settings.spp
        width, height = camera.lens.frame_width, camera.lens.frame_height
        border = (height - camera.lens.height) // 2
        band = max(1, _LANES // (width * spp))
        keep_environment = dr.opaque(mi.Bool, environment_visible)
        max_depth = dr.opaque(mi.UInt32, settings.max_depth)
        shutter_s = dr.opaque(mi.Float, camera.shutter.open_s)
        seed, time_seed = dr.opaque(mi.UInt32, key.seed32()), dr.opaque(mi.UInt32, key.time_seed32())
        exposed = range(height) if time_slice is None else _shifted(time_slice.exposed, border)
        for first_row in range(exposed.start, exposed.stop, band):
            rows = range(first_row, min(first_row + band, exposed.stop))
            lane = dr.arange(mi.UInt32, width * len(rows) * spp)
            pixel = lane // spp + dr.opaque(mi.UInt32, first_row * width)
            active = camera.is_seen(pixel)
            row = pixel // width
            numbers = PictureNumbers(pixel - row * width, row, lane % spp, spp, seed)
            position = numbers.two(POSITION)
            time = mi.Float(0.0)
            if camera.is_timed or time_slice is not None:
                # Each sample has its own part of the exposure, whichever slice is being traced.
                moment = mi.sample_tea_float32(pixel * spp + lane % spp, time_seed)
                part = (mi.Float(lane % spp) + moment) / spp - 0.5
                time = mi.Float(camera.row_times(mi.Int32(row) - border)) + part * shutter_s
            if time_slice is not None:
                since, until = (dr.opaque(mi.Float, limit) for limit in (time_slice.from_s, time_slice.until_s))
                active &= (time >= since) & (time < until)
            counted = mi.Bool(active)
            ray = camera.rays_within(pixel, position, time, numbers)
            ray, hit = skip_hidden(self._scene, ray, flags, FLAG_INVISIBLE, active)
            active &= hit.is_valid() | keep_environment
            si = hit.compute_surface_interaction(ray, mi.RayFlags.All, active)
            color = trace_paths(self._scene, self._bsdf, self._lights, numbers, si, max_depth, active)
            samples = [color.x, color.y, color.z]
            if settings.denoise:
                samples += [dr.select(counted, guide, 0.0) for guide in self._guides(si, ray)]
            # All channels at once: a reduction evaluates its argument, and would trace the paths for each anew.
            dr.eval(samples, position, counted)
            if film.lateral_color is not None:
                film.lateral_color.add(pixel, position, counted, color)
            sums = [dr.block_reduce(dr.ReduceOp.Add, channel, spp) for channel in samples]
            dr.eval(sums)
            film.add(first_row, sums)

    def _guides(self, si: mi.SurfaceInteraction3f, ray: mi.Ray3f) -> list[mi.Float]:
        """Return diffuse reflectance and shading normal where camera rays end."""
        surface = si.is_valid() & (dr.reinterpret_array(mi.UInt32, si.emitter(self._scene)) == 0)
        # The base colour, of metals too; and OIDN's advice for what shines by itself: 1.
        albedo = dr.select(surface, dr.clip(self._bsdf.look(si, surface).base, 0.0, 1.0), 1.0)
        normal = dr.select(si.is_valid(), mi.Vector3f(si.sh_frame.n), 0.0)
        normal = dr.select(dr.dot(normal, ray.d) > 0, -normal, normal)
        return [albedo.x, albedo.y, albedo.z, normal.x, normal.y, normal.z]


def _shifted(rows: range, by: int) -> range:
    """Return rows counted from the picture's first as rows of the wider frame."""
    return range(rows.start + by, rows.stop + by)
