"""How much work a quality is worth."""

from __future__ import annotations

from sdg.recipe.model import RecipeDocument
from sdg.stage.model import RenderSettings, RtxSettings

# Samples per pixel, path length, denoiser. Chosen so that the finished radiance of the shipped recipes has a relMSE
# of at most 0.01, 0.003 and 0.001: `python -m benchmarks.quality`. All share one path length, so that they converge to
# one picture.
QUALITIES: dict[str, RenderSettings] = {
    "low": RenderSettings(spp=2, max_depth=6, denoise=True),
    "medium": RenderSettings(spp=8, max_depth=6, denoise=True),
    "high": RenderSettings(spp=512, max_depth=6, denoise=False),
}

# Annotators that need the whole masks of things.
AMODAL = frozenset({"bounding_box_2d_loose", "amodal_segmentation"})


def render_settings(document: RecipeDocument) -> RenderSettings:
    """Return what `render:` asks for: its quality, with whatever it sets by hand.

    Where a sensor's own numbers are kept, there is no denoiser unless `denoise: true` asks for it: it would leave
    errors that neighbours share, which no sensor has.
    """
    block = document.render
    base = QUALITIES[block.quality]
    keeps_raw = any(camera.sensor is not None and camera.sensor.raw for camera in document.cameras)
    denoise = base.denoise and not keeps_raw
    return RenderSettings(
        spp=base.spp if block.spp is None else block.spp,
        max_depth=base.max_depth if block.max_depth is None else block.max_depth,
        denoise=denoise if block.denoise is None else block.denoise,
        slices=base.slices if block.slices is None else block.slices,
        parts="part_segmentation" in document.output.annotators,
        amodal=not AMODAL.isdisjoint(document.output.annotators),
        rtx=RtxSettings(block.rtx.mode, block.rtx.rt_subframes),
    )
