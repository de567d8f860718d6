"""A clear sky baked with the embedded renderer's own model lights a scene as that sky does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sdg.render.mitsuba.backend import start_backend
from sdg.stage.model import StagePlan
from tests.render.mitsuba.small_world import (
    body,
    box_mesh,
    camera,
    light,
    luminance,
    only_view,
    plan_of,
    plane_mesh,
    stage,
)
from tests.replicator.usd.read_back import open_stage, read_back
from tests.replicator.usd.written import write_usd_stage

SKY = light("sky", "sun_sky", sun_direction=(0.5, 0.2, 0.8426), color=(0.5, 0.5, 0.5))


def test_sun_and_sky_light_a_plane_and_a_box_as_before(tmp_path: Path) -> None:
    """Averages over lit and shaded parts; 256 rows of sky instead of the model itself, and noise, leave 1 %."""
    start_backend("cpu", None)
    from sdg.render.mitsuba import create_renderer, sky

    things = [body("plane", plane_mesh(8.0)), body("box", box_mesh())]
    view = camera((4.0, -3.0, 3.0), (0.0, 0.0, 0.0))
    direct = stage(things, [SKY], view, spp=128, max_depth=2)
    files = write_usd_stage(tmp_path, [direct], StagePlan((SKY,), (view,), direct.settings), sky=sky)
    opened = open_stage(files[0])
    again = replace(read_back(files[0], opened, direct.settings), cameras=direct.cameras)
    pictures = []
    for each in (direct, again):
        renderer = create_renderer(plan_of(each), device="cpu")
        try:
            pictures.append(luminance(only_view(renderer, each).radiance))
        finally:
            renderer.close()
    assert pictures[1].mean() == pytest.approx(pictures[0].mean(), rel=0.01)
    assert pictures[1].min() == pytest.approx(pictures[0].min(), rel=0.15)
