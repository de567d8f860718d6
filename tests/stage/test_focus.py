"""Depth of field of a recipe on the stage: focal length, breathing, aperture."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sdg.camera.build import lens_of_kind
from sdg.camera.focus import Focus, paraxial_focal_px
from sdg.camera.lens import LensOpenCvPinhole
from sdg.camera.sensors.load import make_sensor
from sdg.errors import AssetError
from sdg.recipe.model import CameraBlock
from sdg.sensor.exposure import saturation_luminance
from sdg.stage.focus import focus_camera
from sdg.stage.lenses import build_lens
from sdg.stage.model import Camera, Exposure
from sdg.stage.sensors import camera_sensor
from tests.sensor.pictures import record, uniform
from tests.stage.test_sensors import camera, stage

PITCH_M = 3.45e-6  # of the imx273
METRIC = "lens: {opencv_pinhole: {focal_length_mm: 50, sensor_width_mm: 36, k1: -0.1}}"


def focused(*lines: str) -> tuple[Camera, Focus]:
    made = camera(*lines)
    assert made.focus is not None
    return made, made.focus


def test_without_depth_of_field_a_camera_is_a_pinhole() -> None:
    made = camera("exposure: {f_number: 2, shutter_s: 0.01, iso: 100}")
    assert made.focus is None
    assert made.working_f_number == 2.0


def test_a_lens_in_millimetres_breathes() -> None:
    """Focused at s, the lens stands v = f s / (s - f) before the sensor; the picture is larger by v / f."""
    plain = camera(METRIC).lens
    made, focus = focused(METRIC, "depth_of_field: {focus_distance_m: 0.5, f_number: 2}")
    assert isinstance(plain, LensOpenCvPinhole)
    assert isinstance(made.lens, LensOpenCvPinhole)
    growth = 0.5 / (0.5 - 0.05)
    assert (made.lens.fx, made.lens.fy) == pytest.approx((plain.fx * growth, plain.fy * growth))
    assert (made.lens.cx, made.lens.cy, made.lens.distortion) == (plain.cx, plain.cy, plain.distortion)
    assert (focus.focal_length_m, focus.f_number) == (0.05, 2.0)
    assert focus.magnification == pytest.approx(growth - 1)


def test_a_lens_in_pixels_stays_as_it_was_calibrated() -> None:
    """Its fx is the image distance, so that 1 / f = 1 / s + 1 / v gives the focal length."""
    lines = ("lens: {pinhole: {fx: 900, fy: 905}}", "sensor: {preset: imx273}")
    made, focus = focused(*lines, "depth_of_field: {focus_distance_m: 0.25}")
    assert made.lens == camera(*lines).lens
    v = 900 * PITCH_M
    assert 1 / focus.focal_length_m == pytest.approx(1 / 0.25 + 1 / v, rel=1e-9)
    assert focus.magnification == pytest.approx(v / 0.25, rel=1e-9)


def test_binned_pixels_are_larger() -> None:
    depth = "depth_of_field: {focus_distance_m: 1}"
    _, binned = focused("lens: {pinhole: {fx: 900}}", "sensor: {preset: imx273, binning: 2}", depth)
    _, twice = focused("lens: {pinhole: {fx: 1800}}", "sensor: {preset: imx273}", depth)
    assert binned.focal_length_m == pytest.approx(twice.focal_length_m)


@pytest.mark.parametrize(
    ("kind", "parameters", "focal_px"),
    [
        ("opencv_pinhole", {"fx": 500.0, "k1": -0.3, "p1": 0.001, "k4": 0.2}, 500.0),
        ("opencv_fisheye", {"fx": 140.0, "k1": 0.05}, 140.0),
        ("omnidir", {"fx": 300.0, "xi": 1.2}, 300.0 / 2.2),
        ("ftheta", {"angle_to_pixeldist": (0.0, 300.0, 0.0, 1.0, 0.0, 0.0)}, 300.0),
    ],
)
def test_next_to_the_axis_every_lens_has_a_focal_length(kind: str, parameters: dict[str, Any], focal_px: float) -> None:
    """On the axis, Mei's sphere shifts the point by xi before it is projected: fx / (1 + xi)."""
    assert paraxial_focal_px(lens_of_kind(kind, (640, 480), parameters)) == pytest.approx(focal_px, rel=1e-7)


@pytest.mark.parametrize(
    ("exposure", "depth", "f_number", "exposed"),
    [
        ("exposure: auto", "", 2.8, 2.8),
        ("exposure: auto", ", f_number: 1.4", 1.4, 1.4),
        ("exposure: {f_number: 4, shutter_s: 0.01, iso: 100}", "", 4.0, 4.0),
        ("exposure: {f_number: 4, shutter_s: 0.01, iso: 100}", ", f_number: 1.4", 1.4, 4.0),
    ],
)
def test_the_aperture_is_the_exposures_unless_given(exposure: str, depth: str, f_number: float, exposed: float) -> None:
    made, focus = focused(METRIC, exposure, f"depth_of_field: {{focus_distance_m: 2{depth}}}")
    assert (focus.f_number, made.exposure.f_number) == (f_number, exposed)


def test_light_falls_by_the_square_of_one_plus_the_magnification() -> None:
    """At f/4 and a magnification of 1, a lens is as dark as at f/8; with a sensor and without."""
    depth = Focus(0.1, 0.05, 4.0)
    assert depth.magnification == pytest.approx(1.0)
    for sensor in (None, make_sensor("imx273")):
        near = record(uniform(900), Exposure("manual", 4.0, 0.01, 400), sensor=sensor, focus=depth)
        far = record(uniform(900), Exposure("manual", 8.0, 0.01, 400), sensor=sensor)
        assert near.saturation_nits == pytest.approx(saturation_luminance(8.0, 0.01, 400))
        np.testing.assert_array_equal(near.rgb, far.rgb)


def test_an_aperture_with_corners_has_the_area_of_the_round_one() -> None:
    """Shoelace over the corners."""
    area = np.pi * (0.05 / 1.4 / 2) ** 2
    for blades in (3, 5, 6, 9):
        radius = Focus(2.0, 0.05, 1.4, blades).aperture_radius_m
        angles = 2 * np.pi * np.arange(blades) / blades
        x, y = radius * np.cos(angles), radius * np.sin(angles)
        assert abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2 == pytest.approx(area)


def test_any_number_may_be_drawn_and_the_block_be_absent() -> None:
    lines = (
        METRIC,
        "depth_of_field: {focus_distance_m: {uniform: [1, 3]}, f_number: {uniform: [1.4, 8]},"
        " blades: {uniform_int: [5, 9]}, turn_deg: {uniform: [0, 60]}, probability: 0.5}",
        "optics: {lateral_color: {uniform: [[0.999, 1.0], [1.0, 1.001]]}, probability: 0.5}",
    )
    stages = [stage(*lines, frame=frame) for frame in range(40)]
    foci = [made.cameras[0].focus for made in stages]
    assert len(set(foci) - {None}) == sum(focus is not None for focus in foci) > 0
    for made in stages:
        assert made.drawn["cameras.cam.depth_of_field.present"] == (made.cameras[0].focus is not None)
        assert made.drawn["cameras.cam.optics.present"] == made.cameras[0].optics.splits_colors
    assert {focus is None for focus in foci} == {True, False}


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"lens": {"pinhole": {"fx": 500.0}}}, "focal length of the lens is not known"),
        ({"lens": {"orthographic": {"width_m": 2.0}}}, "no depth of field: parallel rays"),
        ({"lens": {"equirectangular": {}}}, "no depth of field: a panorama"),
        ({"lens": {"pinhole": {"focal_length_mm": 1200.0, "sensor_width_mm": 36.0}}}, "1200 mm can't focus at 1 m"),
    ],
)
def test_draws_that_leave_no_usable_focus_are_told(more: dict[str, Any], message: str) -> None:
    block = CameraBlock.model_validate(
        {"name": "cam", "pose": {"transform": {}}, "depth_of_field": {"focus_distance_m": 1.0}, **more}
    )
    lens = build_lens(block, None)  # type: ignore[arg-type]
    with pytest.raises(AssetError, match=message):
        focus_camera(block, lens, camera_sensor(block))
