"""Rendered views of planes, made by hand, and what depth sensors measure of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from sdg.camera.depth_sensors.load import make_depth_sensor
from sdg.camera.lens import Lens, LensOpenCvPinhole
from sdg.foundation.arrays import BoolArray, FloatArray
from sdg.render.api import RenderedFrame, RenderedView
from sdg.sensor.model import SensorView
from sdg.sensor.record import record_frame
from sdg.stage.model import Camera, Exposure, RenderSettings, Stage

SIZE = (320, 240)


def lens_of(size: tuple[int, int] = SIZE, focal_px: float = 400.0) -> LensOpenCvPinhole:
    return LensOpenCvPinhole(size, focal_px, focal_px, size[0] / 2, size[1] / 2)


def plane_view(
    depth_m: float, *, slope: float = 0.0, lens: LensOpenCvPinhole | None = None, nits: float = 100.0
) -> RenderedView:
    """Return the view of a plane z = depth_m + slope * x, seen from the camera's origin."""
    lens = lens or lens_of()
    x, _ = _directions(lens)
    z = depth_m / (1 - slope * x)
    normal = np.array([slope, 0.0, -1.0]) / np.hypot(slope, 1.0)
    return view_of(np.where(z > 0, z, np.inf), normal, lens, nits=nits)


def step_view(near_m: float, far_m: float, column: int, lens: LensOpenCvPinhole | None = None) -> RenderedView:
    """Return the view of a near plane left of a column, and a far one right of it, both facing the camera."""
    lens = lens or lens_of()
    width, height = lens.resolution
    z = np.full((height, width), far_m)
    z[:, :column] = near_m
    return view_of(z, np.array([0.0, 0.0, -1.0]), lens)


def view_of(
    z_m: FloatArray,
    normal: FloatArray,
    lens: LensOpenCvPinhole,
    *,
    nits: float = 100.0,
    second_eye_sees: BoolArray | None = None,
) -> RenderedView:
    """Return a view of so much depth with one normal; the second eye sees all of it unless told."""
    height, width = z_m.shape
    x, y = _directions(lens)
    hit = np.isfinite(z_m)
    distance = np.where(hit, z_m * np.sqrt(1 + x * x + y * y), np.inf)
    return RenderedView(
        camera="cam",
        radiance=np.full((height, width, 3), nits, np.float32),
        entity_ids=hit.astype(np.uint32),
        depth_z_m=z_m.astype(np.float32),
        distance_m=distance.astype(np.float32),
        normals=np.where(hit[..., None], normal, 0.0).astype(np.float32),
        valid=np.ones((height, width), bool),
        unoccluded_px={},
        second_eye_sees=hit if second_eye_sees is None else second_eye_sees,
    )


def measure(
    view: RenderedView,
    preset: str | None = None,
    *,
    lens: Lens | None = None,
    seed: int = 7,
    frame_index: int = 0,
    camera: dict[str, Any] | None = None,
    **given: Any,
) -> SensorView:
    """Return what a camera with a depth sensor records; without preset and numbers, one without."""
    lens = lens or lens_of()
    kind = given.pop("kind", None)
    sensor = make_depth_sensor(preset, kind, None, **given) if preset or kind else None
    made = Camera(
        "cam", "/World/cam", lens, np.eye(4), (0.05, 100.0), Exposure(), depth_sensor=sensor, **(camera or {})
    )
    stage = Stage(frame_index, seed, (), (), (made,), RenderSettings(1, 1, False))
    return record_frame(RenderedFrame(frame_index, {"cam": view}, {}), stage).views["cam"]


def _directions(lens: LensOpenCvPinhole) -> tuple[FloatArray, FloatArray]:
    width, height = lens.resolution
    u, v = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    return (u - lens.cx) / lens.fx, (v - lens.cy) / lens.fy
