"""Record a rendered frame with the cameras of its stage."""

from __future__ import annotations

from sdg.render.api import RenderedFrame, RenderedView
from sdg.sensor.develop import develop_srgb
from sdg.sensor.exposure import auto_saturation_luminance, saturation_luminance
from sdg.sensor.model import SensorFrame, SensorView
from sdg.stage.model import Exposure, Stage


def record_frame(rendered: RenderedFrame, stage: Stage) -> SensorFrame:
    """Return what each camera of the stage recorded of the rendered frame."""
    exposures = {camera.name: camera.exposure for camera in stage.cameras}
    views = {name: _record_view(view, exposures[name]) for name, view in rendered.views.items()}
    return SensorFrame(frame_index=rendered.frame_index, views=views)


def _record_view(view: RenderedView, exposure: Exposure) -> SensorView:
    if exposure.mode == "auto":
        saturation = auto_saturation_luminance(view.radiance, view.valid)
    else:
        saturation = saturation_luminance(exposure.f_number, exposure.shutter_s, exposure.iso)
    return SensorView(
        camera=view.camera,
        rgb=develop_srgb(view.radiance, saturation),
        depth_m=view.depth_z_m,
        saturation_nits=saturation,
    )
