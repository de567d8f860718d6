"""Which lamp a shadow ray goes to, and that it never shows in a picture's expectation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from sdg.foundation.transforms import rotation_xyz, translation
from sdg.render.api import Renderer
from sdg.render.mitsuba import create_renderer
from sdg.stage.model import Light
from tests.render.mitsuba.small_world import body, box_mesh, camera, dome, light, luminance, plan_of, plane_mesh, stage

FLOOR = body("floor", plane_mesh(6.0), instance_id=0)
WALL = body("wall", box_mesh((0.1, 4.0, 2.0)), translation((0.0, 0.0, 1.0)))
VIEW = camera((0.0, -3.0, 4.0), (0.0, 0.0, 0.0), size=(48, 32), focal_px=40.0)
# Unequal lamps on either side of the wall, where they shade nothing that is seen; one shines upwards, one from below
# the floor.
UPWARDS = translation((-2.5, 2.5, 0.5)) @ rotation_xyz((180.0, 0.0, 0.0))
LAMPS = tuple(
    replace(lamp, visible=False)
    for lamp in (
        light("left", "rect", translation((-1.5, 0.0, 2.5)), luminance_nits=2000.0, size_m=(0.5, 0.2)),
        light("right", "sphere", translation((2.8, 2.5, 0.6)), luminance_nits=5000.0, size_m=(0.1, 0.0)),
        light("tube", "cylinder", translation((2.8, -2.0, 1.5)), luminance_nits=3000.0, size_m=(0.02, 1.0)),
        light("up", "disk", UPWARDS, luminance_nits=9000.0, size_m=(0.1, 0.0)),
        light("below", "sphere", translation((0.5, 0.5, -2.0)), luminance_nits=90000.0, size_m=(0.5, 0.0)),
        light("sun", "distant", rotation_xyz((0.0, 50.0, 0.0)), illuminance_lx=500.0),
        dome(20.0),
    )
)


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = create_renderer(plan_of(stage([FLOOR, WALL], LAMPS, VIEW)), device="cpu")
    yield made
    made.close()


def radiance(renderer: Renderer, lamps: tuple[Light, ...], spp: int) -> np.ndarray:
    rendered = renderer.render(stage([FLOOR, WALL], lamps, VIEW, spp=spp, max_depth=4))
    return luminance(rendered.views[VIEW.name].radiance)


def test_all_lamps_together_give_what_each_gives_alone(renderer: Renderer) -> None:
    """Alone a lamp is always chosen; among others by what was learnt of them."""
    together = radiance(renderer, LAMPS, 1024)
    alone = sum(radiance(renderer, (lamp,), 1024) for lamp in LAMPS)
    assert np.isclose(together.mean(), np.mean(alone), rtol=2e-3)
    # In the shadow of the wall, and out of it.
    blocks = [array.reshape(4, 8, 6, 8).mean(axis=(1, 3)) for array in (together, np.asarray(alone))]
    assert np.allclose(blocks[0], blocks[1], rtol=0.03)


def test_what_is_learnt_lessens_noise_behind_a_wall(renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the shadow of a strong lamp, where only a weak one lights the floor."""
    strong = replace(LAMPS[1], world_from_light=translation((1.0, 0.0, 0.3)), luminance_nits=1e5)
    lamps = (replace(LAMPS[0], luminance_nits=200.0), strong)
    truth = radiance(renderer, lamps, 4096)
    dark = (radiance(renderer, (strong,), 64) < 0.1 * truth) & (truth > 0)
    learnt = ((radiance(renderer, lamps, 64) - truth)[dark] ** 2).mean()
    monkeypatch.setattr("sdg.render.mitsuba.trace.explore", lambda *_: None)
    unlearnt = ((radiance(renderer, lamps, 64) - truth)[dark] ** 2).mean()
    assert learnt < 0.7 * unlearnt


def test_a_view_learns_nothing_from_the_one_before(renderer: Renderer) -> None:
    first = radiance(renderer, LAMPS, 4)
    radiance(renderer, LAMPS[:2], 4)
    assert np.array_equal(radiance(renderer, LAMPS, 4), first)
