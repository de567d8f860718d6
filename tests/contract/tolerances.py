"""How exact each renderer has to be: all that the contract forgives, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sdg.render.api import RendererName


@dataclass(frozen=True)
class Tolerances:
    """What the contract forgives.

    Attributes:
        edge_px: A pixel whose centre is nearer to an edge may show either side [px].
        wrong_px: How many of a picture's other pixels may have a wrong id, or none.
        distance: Of depth and distance, relative.
        normal_deg: Between a normal and the true one [degrees].
        light: Of a surface's luminance, relative.
        share: Of what blurs and colours do to a picture, as a share of the whole, or in pixels.
    """

    edge_px: float
    wrong_px: int
    distance: float
    normal_deg: float
    light: float
    share: float


# Those of `replicator` are chosen, not measured: RTX has recorded nothing yet. A shift of half a pixel, a plane
# of depth taken for a distance, or a light without its factor pi passes none of them.
TOLERANCES: Mapping[RendererName, Tolerances] = {
    "mitsuba": Tolerances(edge_px=0.002, wrong_px=0, distance=1e-5, normal_deg=0.01, light=0.01, share=0.02),
    "replicator": Tolerances(edge_px=0.1, wrong_px=3, distance=1e-3, normal_deg=0.5, light=0.03, share=0.05),
}
