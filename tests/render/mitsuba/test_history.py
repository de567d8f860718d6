"""What a renderer showed before leaves no trace in a picture."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sdg.foundation.arrays import Float32Array
from sdg.foundation.transforms import translation
from sdg.render.mitsuba import create_renderer
from sdg.stage.model import Stage
from tests.render.mitsuba.small_world import body, box_mesh, camera, dome, light, only_view, plan_of, plane_mesh, stage

SKIES: dict[str, dict[str, Any]] = {
    "uniform dome": {},
    "textured dome": {
        "texture": np.linspace(0.5, 2.0, 8 * 16 * 3, dtype=np.float32).reshape(8, 16, 3),
        "texture_key": "ramp",
    },
}


def world(sky: dict[str, Any], wall_at_m: float, lamp_nits: float) -> Stage:
    """A plate that a wall, as high as it is far away, hides from half of the sky."""
    plate = body("plate", plane_mesh(1.0))
    size = 2.0 * wall_at_m
    wall = body("wall", box_mesh((0.1, size, size)), translation((wall_at_m, 0.0, 0.0)), instance_id=2)
    lamp = light("lamp", "rect", translation((0.0, 0.0, 0.8)), size_m=(0.1, 0.1), luminance_nits=lamp_nits)
    return stage((plate, wall), (dome(100.0, **sky), lamp), camera((0, -1.5, 1), (0, 0, 0)), spp=16)


def pictures(plan: tuple[Stage, ...], *shown: Stage) -> list[Float32Array]:
    renderer = create_renderer(plan_of(*plan), device="cpu")
    try:
        return [only_view(renderer, each).radiance for each in shown]
    finally:
        renderer.close()


@pytest.mark.parametrize("sky", SKIES.values(), ids=SKIES)
def test_a_picture_is_the_same_after_a_smaller_and_a_larger_world(sky: dict[str, Any]):
    """Rays to the sky end where the world ends: the size of the world before must not be used."""
    small, middle, large = world(sky, 1.0, 500.0), world(sky, 6.0, 0.0), world(sky, 40.0, 500.0)
    every = (small, middle, large)
    alone, again = pictures(every, middle, middle)
    _, after_small, _, after_large = pictures(every, small, middle, large, middle)
    assert alone.any()
    for other in (again, after_small, after_large):
        assert (other == alone).all()
