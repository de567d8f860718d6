"""Rendered views and cameras made by hand, with nothing in them but radiance."""

from __future__ import annotations

from typing import Any

import numpy as np

from sdg.camera.lens import LensOpenCvPinhole
from sdg.foundation.arrays import Float32Array
from sdg.render.api import RenderedFrame, RenderedView
from sdg.sensor.model import SensorView
from sdg.sensor.record import record_frame
from sdg.stage.model import Camera, Exposure, RenderSettings, Stage


def uniform(nits: float | tuple[float, float, float], size: tuple[int, int] = (96, 64)) -> Float32Array:
    """Return a picture of one radiance; size is (width, height)."""
    return np.broadcast_to(np.float32(nits), (size[1], size[0], 3)).astype(np.float32)


def sphere(
    nits: float, background: float = 0.0, size: tuple[int, int] = (160, 120), radius: float = 40.0
) -> Float32Array:
    """Return a picture of a glowing sphere before a background: a Lambertian emitter looks like a flat disc."""
    u, v = np.arange(size[0]) + 0.5 - size[0] / 2, np.arange(size[1]) + 0.5 - size[1] / 2
    inside = u[None, :] ** 2 + v[:, None] ** 2 < radius**2
    return np.where(inside[..., None], np.float32(nits), np.float32(background)) * np.ones(3, np.float32)


def make_camera(radiance: Float32Array, exposure: Exposure, name: str = "cam", **more: Any) -> Camera:
    """Return a camera with a pinhole, whose picture has the size of the radiance."""
    height, width = radiance.shape[:2]
    lens = more.pop("lens", LensOpenCvPinhole((width, height), width, width, width / 2, height / 2))
    return Camera(name, f"/World/Cameras/{name}", lens, np.eye(4), (0.1, 100.0), exposure, **more)


def record(
    radiance: Float32Array, exposure: Exposure, *, seed: int = 7, frame_index: int = 0, name: str = "cam", **more: Any
) -> SensorView:
    """Return what a camera records of radiance."""
    height, width = radiance.shape[:2]
    nothing = np.full((height, width), np.inf, np.float32)
    view = RenderedView(
        camera=name,
        radiance=radiance,
        entity_ids=np.zeros((height, width), np.uint32),
        depth_z_m=nothing,
        distance_m=nothing,
        normals=np.zeros((height, width, 3), np.float32),
        valid=np.ones((height, width), bool),
        unoccluded_px={},
    )
    camera = make_camera(radiance, exposure, name, **more)
    stage = Stage(frame_index, seed, (), (), (camera,), RenderSettings(1, 1, False))
    return record_frame(RenderedFrame(frame_index, {name: view}, {}), stage).views[name]
