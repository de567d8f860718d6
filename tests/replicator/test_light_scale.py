"""Lights are lowered by powers of two, as far as 16-bit floats need it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sdg.replicator.light_scale import GREATEST, light_exponent, scaled_lights
from sdg.replicator.usd.frame import frame_values
from sdg.replicator.usd.light import light_values
from sdg.replicator.usd.union import lay_out
from sdg.stage.model import Light, Stage
from tests.render.mitsuba.small_world import body, box_mesh, camera, light, plan_of, stage


def lit_by(*lights: Light) -> Stage:
    return stage((body("box", box_mesh()),), lights, camera((0, -5, 1), (0, 0, 0)))


def exponent_of(world: Stage) -> int:
    return light_exponent(lay_out((world,), plan_of(world)), world)


@pytest.mark.parametrize(
    ("nits", "exponent"), [(0.0, 0), (500.0, 0), (1e4, 0), (10001.0, -1), (2e4, -1), (1e5, -4), (1e9, -10)]
)
def test_the_brightest_lamp_comes_below_the_limit(nits: float, exponent: int):
    found = exponent_of(lit_by(light("lamp", "rect", luminance_nits=nits), light("dim", "rect", luminance_nits=1.0)))
    assert found == exponent
    assert nits * 2.0**found <= GREATEST or found == -10


@pytest.mark.parametrize(
    ("values", "nits"),
    [
        ({"kind": "distant", "illuminance_lx": 100_000.0}, 100_000.0 / np.pi),
        ({"kind": "disk", "luminance_nits": 80_000.0, "color": (0.5, 0.5, 0.5)}, 40_000.0),
        (
            {"kind": "dome", "luminance_nits": 100.0, "texture": np.full((2, 4, 3), 700.0, np.float32)},
            70_000.0,
        ),
    ],
)
def test_every_kind_of_light_counts_by_what_it_shows(values: dict[str, Any], nits: float):
    """A distant light shows as a white surface that it illuminates, E / pi; a dome as its brightest texel."""
    words = {"texture_key": "key", **values} if "texture" in values else values
    found = exponent_of(lit_by(light("lamp", **words)))
    assert nits * 2.0**found <= GREATEST < nits * 2.0 ** (found + 1)


def test_a_frame_is_lowered_by_the_exposures_of_its_lights():
    world = lit_by(light("lamp", "rect", luminance_nits=5e4), light("sun", "distant", illuminance_lx=1e5))
    values = frame_values(lay_out((world,), plan_of(world)), world)
    scaled = scaled_lights(values, -3)
    changed = {path: value.value for path, value in scaled.items() if values[path] != value}
    assert changed == {"/World/lamp.inputs:exposure": -3.0, "/World/sun.inputs:exposure": -3.0}
    assert light_values(world.lights[0], "", None)["/World/lamp.inputs:exposure"].value == 0.0
