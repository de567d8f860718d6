"""How much work a quality is worth."""

from __future__ import annotations

from sdg.recipe.model import RenderBlock
from sdg.stage.model import RenderSettings

# Samples per pixel, path length, denoiser. Chosen so that the finished radiance of the shipped recipes has a relMSE
# of at most 0.01, 0.003 and 0.001: `python -m benchmarks.quality`. All share one path length, so that they converge to
# one picture.
QUALITIES: dict[str, RenderSettings] = {
    "low": RenderSettings(spp=4, max_depth=6, denoise=True),
    "medium": RenderSettings(spp=12, max_depth=6, denoise=True),
    "high": RenderSettings(spp=1024, max_depth=6, denoise=False),
}


def render_settings(block: RenderBlock) -> RenderSettings:
    """Return what `render:` asks for: its quality, with whatever it sets by hand."""
    base = QUALITIES[block.quality]
    return RenderSettings(
        spp=base.spp if block.spp is None else block.spp,
        max_depth=base.max_depth if block.max_depth is None else block.max_depth,
        denoise=base.denoise if block.denoise is None else block.denoise,
    )
