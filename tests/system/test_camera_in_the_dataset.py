"""Cameras of a recipe, from the light they look at to the files they leave."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from sdg.cli.main import main
from tests.sensor.test_record import mean_number

SPHERE_NITS = 5000.0
EXPOSURES = [(2.8, 1e-4, 700), (1.4, 5e-5, 700), (8.0, 1e-3, 700), (5.6, 2e-4, 1400), (8.0, 1e-4, 3200)]

_HEAD = "sdg: 1\nname: spheres\nseed: 3\nframes: 1\n"
_POSE = "pose: {look_at: {eye_m: [0, -2, 1], target: [0, 0, 1]}}"


def generate(folder: Path, text: str) -> Path:
    """Return the dataset that a recipe makes."""
    recipe = folder / "recipe.yaml"
    recipe.write_text(text)
    assert main(["generate", str(recipe), "-o", str(folder / "out"), "--device", "cpu"]) == 0
    return folder / "out"


def test_a_rendered_sphere_of_known_luminance_gives_the_calculated_numbers(tmp_path: Path) -> None:
    """Five apertures, shutters and speeds look at one glowing sphere; its middle is flat, and 2,000 pixels wide."""
    cameras = "".join(
        f"  - name: cam{index}\n    resolution: [96, 72]\n    lens: {{pinhole: {{fx: 120}}}}\n    {_POSE}\n"
        f"    exposure: {{f_number: {f_number}, shutter_s: {shutter_s}, iso: {iso}}}\n"
        "    sensor: {preset: imx273, color_filter: mono, dark_current_e_per_s: 0, raw: true}\n"
        for index, (f_number, shutter_s, iso) in enumerate(EXPOSURES)
    )
    lamp = f"lighting:\n  - sphere: {{radius_m: 0.5, position_m: [0, 0, 1], intensity: {SPHERE_NITS}}}\n"
    dataset = generate(tmp_path, f"{_HEAD}{lamp}cameras:\n{cameras}render: {{quality: low}}\n")
    u, v = np.meshgrid(np.arange(96) - 47.5, np.arange(72) - 35.5)
    middle = np.hypot(u, v) < 26
    for index, (f_number, shutter_s, iso) in enumerate(EXPOSURES):
        raw = cv2.imread(str(dataset / f"raw/cam{index}/000000.png"), cv2.IMREAD_UNCHANGED)
        expected = mean_number(SPHERE_NITS, f_number, shutter_s, iso, pitch_m=3.45e-6, efficiency=0.65, well_e=10471)
        assert 300 < expected < 3500, "neither dark nor full"
        assert raw[middle].mean() - 64 == pytest.approx(expected - 64, rel=0.01), (f_number, shutter_s, iso)


@pytest.mark.parametrize("exposure", ["auto", "{f_number: 4, shutter_s: 0.01, iso: 200}"])
def test_a_camera_without_a_sensor_and_one_with_the_ideal_one_leave_the_same_file(
    tmp_path: Path, exposure: str
) -> None:
    files = []
    for name, sensor in (("without", ""), ("ideal", "    sensor: {preset: ideal}\n")):
        (tmp_path / name).mkdir()
        scene = "scene:\n  objects:\n    - {name: box, asset: carton_small, position_m: [0, 0, 0.8]}\n"
        text = (
            f"{_HEAD}{scene}lighting:\n  - dome: {{intensity: 300}}\ncameras:\n"
            f"  - name: cam\n    resolution: [64, 48]\n    {_POSE}\n    exposure: {exposure}\n{sensor}"
            "render: {quality: low}\n"
        )
        files.append((generate(tmp_path / name, text) / "rgb/000000.png").read_bytes())
    assert files[0] == files[1]
