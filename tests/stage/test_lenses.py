"""From a lens block to the lens of a frame."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from sdg.camera.brown_conrady import BrownConrady
from sdg.camera.build import LENS_KINDS
from sdg.camera.calibration.kalibr_file import kalibr_text
from sdg.camera.calibration.opencv_file import opencv_text
from sdg.camera.double_sphere import LensDoubleSphere
from sdg.camera.equirectangular import LensEquirectangular
from sdg.camera.ftheta import LensFTheta
from sdg.camera.lens import Lens, LensOpenCvPinhole
from sdg.camera.omnidir import LensOmnidir
from sdg.camera.opencv_distortion import OpenCvDistortion
from sdg.camera.opencv_fisheye import LensOpenCvFisheye
from sdg.camera.orthographic import LensOrthographic
from sdg.recipe.advice import check_warnings
from sdg.recipe.model import LensBlock, Recipe
from sdg.stage.build import build_stage
from sdg.stage.file_digests import digest_files
from sdg.stage.preflight import check_assets
from tests.recipes import frame_of, recipe_of

SIZE = (640, 480)
MIDDLE = (320.0, 240.0)
Write = Callable[..., Recipe]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function from a lens block's text (and more keys of the camera) to a recipe."""

    def function(lens: str, more: str = "") -> Recipe:
        pose = "pose: {look_at: {eye_m: [3, 0, 1.5], target: [0, 0, 0.5]}}"
        return recipe_of(f"cameras:\n  - {{name: cam, lens: {{{lens}}}, {more}{pose}}}\n", tmp_path)

    return function


def lens_of(recipe: Recipe, frame: int = 0) -> Lens:
    return build_stage(frame_of(recipe, frame), recipe).cameras[0].lens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "opencv_pinhole: {fx: 500, k4: 0.1, s2: 0.001, tau_y: 0.02}",
            LensOpenCvPinhole(SIZE, 500.0, 500.0, *MIDDLE, OpenCvDistortion(k4=0.1, s2=0.001, tau_y=0.02)),
        ),
        (
            "opencv_fisheye: {fx: 200, cx: 319, cy: 239, pixel_origin: center, k2: 0.01, alpha: 0.1, "
            "max_angle_deg: 90}",
            LensOpenCvFisheye(SIZE, 200.0, 200.0, 319.5, 239.5, k2=0.01, alpha=0.1, max_angle=math.pi / 2),
        ),
        (
            "opencv_fisheye: {focal_length_mm: 2, sensor_width_mm: 6.4}",
            LensOpenCvFisheye(SIZE, 200.0, 200.0, *MIDDLE),
        ),
        (
            "omnidir: {fx: 300, fy: 310, xi: 1.2, skew: 0.5, k1: -0.01, p2: 0.001}",
            LensOmnidir(SIZE, 300.0, 310.0, *MIDDLE, 1.2, 0.5, -0.01, 0.0, 0.0, 0.001),
        ),
        (
            "double_sphere: {fx: 250, xi: -0.2, alpha: 0.6}",
            LensDoubleSphere(SIZE, 250.0, 250.0, *MIDDLE, -0.2, 0.6),
        ),
        (
            "ftheta: {angle_to_pixeldist: [0, 300, 0, 1, 0, 0], linear_cde: [0, 0, 0]}",
            LensFTheta(SIZE, *MIDDLE, (0.0, 300.0, 0.0, 1.0, 0.0, 0.0)),
        ),
        (
            "ftheta: {pixeldist_to_angle: [0, 0.004, 0, 0, 0, 0], linear_cde: [1.1, 0, 0.01], cx: 300, "
            "max_angle_deg: 90}",
            LensFTheta(
                SIZE, 300.0, 240.0, (0.0, 0.004, 0.0, 0.0, 0.0, 0.0), True, (1.1, 0.0, 0.01), max_angle=math.pi / 2
            ),
        ),
        ("equirectangular: {}", LensEquirectangular(SIZE)),
        ("orthographic: {width_m: 4}", LensOrthographic(SIZE, 4.0)),
    ],
)
def test_a_lens_block_becomes_its_lens(write: Write, text: str, expected: Lens) -> None:
    assert lens_of(write(text)) == expected


def test_every_lens_of_the_language_can_be_built() -> None:
    assert {*LENS_KINDS, "calibration"} == set(LensBlock.model_fields)


def test_a_lens_is_drawn_anew_in_each_frame(write: Write) -> None:
    recipe = write("double_sphere: {fx: {uniform: [240, 260]}, xi: {uniform: [-0.3, 0]}, alpha: 0.6}")
    first, second = lens_of(recipe, 0), lens_of(recipe, 1)
    assert isinstance(first, LensDoubleSphere)
    assert first != second
    assert 240 <= first.fx <= 260


def test_a_distortion_in_few_words_bends_a_pinhole_in_some_frames(write: Write) -> None:
    recipe = write("pinhole: {fx: 500}", "distortion: {k1: -0.1, k2: 0.01, probability: 0.5}, ")
    stages = [build_stage(frame_of(recipe, frame), recipe) for frame in range(12)]
    bent = LensOpenCvPinhole(SIZE, 500.0, 500.0, *MIDDLE, BrownConrady(k1=-0.1, k2=0.01))
    straight = LensOpenCvPinhole(SIZE, 500.0, 500.0, *MIDDLE)
    assert {stage.cameras[0].lens for stage in stages} == {bent, straight}
    for stage in stages:
        assert stage.drawn["cameras.cam.distortion.present"] == (stage.cameras[0].lens == bent)


def test_models_may_be_chosen_between(write: Write) -> None:
    text = "\n".join(
        [
            "cameras:",
            "  - name: cam",
            "    lens: {choice: [{equirectangular: {}}, {orthographic: {width_m: {uniform: [2, 4]}}}]}",
            "    pose: {transform: {}}",
        ]
    )
    recipe = recipe_of(text)
    assert {lens_of(recipe, frame).model for frame in range(12)} == {"equirectangular", "orthographic"}


CALIBRATED = LensOpenCvPinhole(SIZE, 500.0, 501.0, 321.0, 238.0, BrownConrady(-0.1, 0.01))
FISHEYE = LensOpenCvFisheye(SIZE, 140.0, 140.0, *MIDDLE)


def test_a_calibration_file_beside_the_recipe_is_the_lens(write: Write, tmp_path: Path) -> None:
    (tmp_path / "cam.yaml").write_text(opencv_text(CALIBRATED) or "")
    recipe = write("calibration: cam.yaml")
    assert not check_assets(recipe)
    assert lens_of(recipe) == CALIBRATED


def test_a_camera_of_a_chain_is_the_lens(write: Write, tmp_path: Path) -> None:
    (tmp_path / "chain.yaml").write_text(kalibr_text({"cam0": CALIBRATED, "cam1": FISHEYE}) or "")
    recipe = write("calibration: {file: chain.yaml, camera: cam1}", "allow_void: 0.5, ")
    assert lens_of(recipe) == FISHEYE


def test_a_changed_calibration_changes_the_digest_of_the_recipes_files(write: Write, tmp_path: Path) -> None:
    for text in ("calibration: cam.yaml", "calibration: {file: cam.yaml}"):
        (tmp_path / "cam.yaml").write_text(opencv_text(CALIBRATED) or "")
        before = digest_files(write(text))
        (tmp_path / "cam.yaml").write_text(opencv_text(FISHEYE) or "")
        assert before != digest_files(write(text))


def test_pixels_without_rays_are_told_as_a_share(write: Write, tmp_path: Path) -> None:
    """A circle of radius 140 * pi px around the middle of 640x480 touches nothing; of 140 * 100 degrees, it does."""
    assert check_warnings(write("opencv_fisheye: {fx: 140}"))[-1].code != "R093"
    told = check_warnings(write("opencv_fisheye: {fx: 140, max_angle_deg: 90}", "allow_void: 0.7, "))[-1]
    seen = math.pi * (140 * math.pi / 2) ** 2 / (640 * 480)
    assert told.code == "R093"
    assert float(told.message.partition("%")[0]) / 100 == pytest.approx(1 - seen, abs=0.01)


def test_a_calibrations_pixels_without_rays_are_told_too(write: Write, tmp_path: Path) -> None:
    short = LensOpenCvFisheye(SIZE, 95.0, 95.0, *MIDDLE)
    (tmp_path / "cam.yaml").write_text(opencv_text(short) or "")
    (told,) = check_assets(write("calibration: cam.yaml"))
    assert (told.code, told.severity) == ("R093", "warning")
    (refused,) = check_assets(write("calibration: cam.yaml", "allow_void: 0.02, "))
    assert (refused.code, refused.severity) == ("R063", "error")
