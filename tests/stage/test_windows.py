"""Pictures smaller than what a lens was calibrated for, from recipe to lens and sensor."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdg.camera.lens import LensOpenCvPinhole
from sdg.errors import RecipeError
from sdg.stage.build import build_stage
from sdg.stage.model import Camera
from sdg.stage.preflight import check_assets
from tests.recipes import frame_of, recipe_of

ROS = (
    "image_width: 1456\nimage_height: 1088\n"
    "camera_matrix: {rows: 3, cols: 3, data: [1500, 0, 730.5, 0, 1510, 540.5, 0, 0, 1]}\n"
    "distortion_model: plumb_bob\ndistortion_coefficients: {rows: 1, cols: 5, data: [-0.05, 0, 0, 0, 0]}\n"
)


def camera_of(lens: str, more: str, folder: Path) -> Camera:
    (folder / "cam.yaml").write_text(ROS)
    recipe = recipe_of(f"cameras:\n  - {{name: cam, lens: {{{lens}}}, {more}, pose: {{transform: {{}}}}}}\n", folder)
    assert [fault for fault in check_assets(recipe) if fault.severity == "error"] == []
    return build_stage(frame_of(recipe), recipe).cameras[0]


def numbers_of(camera: Camera) -> tuple[float, ...]:
    lens = camera.lens
    assert isinstance(lens, LensOpenCvPinhole)
    return (*lens.resolution, lens.fx, lens.fy, lens.cx, lens.cy, lens.distortion.coefficients()[0])


TYPED = "opencv_pinhole: {fx: 1500, fy: 1510, cx: 731, cy: 541, k1: -0.05, calibrated_at: [1456, 1088]}"


@pytest.mark.parametrize("lens", ["calibration: cam.yaml", TYPED])
@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("resolution: [1456, 1088]", (1456, 1088, 1500, 1510, 731, 541, -0.05)),
        # 88 columns and 184 rows are cut off before the picture begins.
        ("resolution: [1280, 720]", (1280, 720, 1500, 1510, 643, 357, -0.05)),
        ("resolution: [728, 544], sensor: {binning: 2}", (728, 544, 750, 755, 365.5, 270.5, -0.05)),
        ("resolution: [640, 360], sensor: {preset: imx273, binning: 2}", (640, 360, 750, 755, 321.5, 178.5, -0.05)),
    ],
)
def test_a_smaller_picture_is_the_middle_of_what_was_calibrated(
    lens: str, more: str, expected: tuple[float, ...], tmp_path: Path
) -> None:
    assert numbers_of(camera_of(lens, more, tmp_path)) == expected


def test_numbers_without_an_array_are_the_pictures_own(tmp_path: Path) -> None:
    lens = "opencv_pinhole: {fx: 910, cx: 630, cy: 350, k1: -0.05}"
    made = numbers_of(camera_of(lens, "resolution: [1280, 720], sensor: {preset: imx273}", tmp_path))
    assert made == (1280, 720, 910, 910, 630, 350, -0.05)


def test_a_lens_in_millimetres_needs_no_width_beside_a_sensor(tmp_path: Path) -> None:
    """The IMX273's pixels are 3.45 um apart, 2 x 2 binned ones 6.9 um; depth of field is of the same lens."""
    focus = "depth_of_field: {focus_distance_m: 1000, f_number: 4}"
    made = camera_of(
        "pinhole: {focal_length_mm: 8}", f"resolution: [1280, 720], sensor: {{preset: imx273}}, {focus}", tmp_path
    )
    assert numbers_of(made)[2] == pytest.approx(8 / 3.45e-3, rel=1e-4)
    assert made.focus is not None
    assert made.focus.focal_length_m == 8e-3
    made = camera_of(
        "pinhole: {focal_length_mm: 8}", "resolution: [640, 360], sensor: {preset: imx273, binning: 2}", tmp_path
    )
    assert numbers_of(made)[2] == pytest.approx(8 / 6.9e-3)


def test_every_binning_that_may_be_drawn_is_checked_against_the_calibration(tmp_path: Path) -> None:
    (tmp_path / "cam.yaml").write_text(ROS)
    sensor = "sensor: {binning: {choice: [1, 2]}}"
    size_and_lens = "resolution: [1280, 720], lens: {calibration: cam.yaml}"
    text = f"cameras: [{{name: cam, {size_and_lens}, {sensor}, pose: {{transform: {{}}}}}}]"
    (fault,) = check_assets(recipe_of(text, tmp_path))
    assert fault.code == "S017"
    assert "the lens is given for 1456 x 1088 pixels, the picture has 1280 x 720 of 2 x 2 each" in fault.message
    with pytest.raises(RecipeError, match="S014"):
        [build_stage(frame_of(recipe_of(text, tmp_path), frame), recipe_of(text, tmp_path)) for frame in range(8)]
