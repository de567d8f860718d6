"""How Isaac Sim is started for a recipe's frames."""

from __future__ import annotations

import pytest

from sdg.replicator.renderer import launch_config
from sdg.stage.model import RenderSettings, RtxSettings
from tests.replicator.signatures import TABLE


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            RenderSettings(12, 6, True),
            {"renderer": "PathTracing", "anti_aliasing": 0, "samples_per_pixel_per_frame": 12, "max_bounces": 6},
        ),
        (
            RenderSettings(12, 6, False, rtx=RtxSettings("real_time", 8)),
            {"renderer": "RaytracedLighting", "anti_aliasing": 2, "denoiser": False},
        ),
    ],
)
def test_the_recipes_settings_are_handed_on(settings: RenderSettings, expected: dict[str, object]) -> None:
    config = launch_config(settings, "")
    assert expected.items() <= config.items()
    assert set(config) <= set(TABLE["launch_config"])
    assert config["renderer"] in TABLE["renderers"]


@pytest.mark.parametrize(("gpu", "chosen"), [("2", 2), ("", None), ("0,1", None), ("GPU-8a6b", None)])
def test_one_gpu_by_number_is_chosen_and_all_else_is_left_to_isaac_sim(gpu: str, chosen: int | None) -> None:
    config = launch_config(RenderSettings(1, 1, False), gpu)
    assert config.get("active_gpu") == config.get("physics_gpu") == chosen
    assert config["multi_gpu"] is False
