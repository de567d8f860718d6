"""The validator's own lens formulas against OpenCV's, and against the cameras', of which it shares nothing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from sdg.camera.intrinsics import lens_of_intrinsics
from sdg.validate.projection import project

K = [[420.0, 0.0, 322.0], [0.0, 415.0, 243.0], [0.0, 0.0, 1.0]]
BASE = {"resolution": [640, 480], "pixel_origin": "corner"}
INTRINSICS = [
    {"model": "opencv_pinhole", "K": K, "distortion": [-0.1, 0.02, 0.001, -0.002, 0.003]},
    {"model": "opencv_pinhole", "K": K, "distortion": [-0.1, 0.02, 0.001, -0.002, 0.003, 0.01, 0.02, 0.001]},
    {"model": "opencv_pinhole", "K": K, "distortion": [0.1, 0.02, 0.001, 0, 0, 0, 0, 0, 0.01, 0.02, 0.01, 0.003]},
    {"model": "opencv_pinhole", "K": K, "distortion": [0.1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.05, -0.03]},
    {"model": "opencv_fisheye", "K": K, "distortion": [0.02, -0.004, 0.001, 0.0], "angle_limit_deg": 100.0},
    {"model": "omnidir", "K": K, "distortion": [-0.05, 0.01, 0.001, 0.0], "xi": 0.8},
    {"model": "double_sphere", "K": K, "xi": -0.2, "alpha": 0.6},
    {
        "model": "ftheta",
        "principal_point": [322.0, 243.0],
        "angle_to_pixeldist": [0.0, 300.0, 0.0, -4.0],
        "linear_cde": [1.01, 0.001, -0.002],
        "angle_limit_deg": 90.0,
    },
    {"model": "orthographic", "width_m": 4.0, "pixel_m": 4.0 / 640},
    {"model": "equirectangular"},
]


@pytest.fixture
def points() -> np.ndarray:
    random = np.random.default_rng(0)
    return np.column_stack([random.uniform(-1.2, 1.2, (200, 2)), random.uniform(2.0, 6.0, 200)])


@pytest.mark.parametrize("intrinsics", INTRINSICS, ids=[f"{entry['model']}{n}" for n, entry in enumerate(INTRINSICS)])
def test_the_formulas_agree_with_the_cameras(intrinsics: dict[str, object], points: np.ndarray) -> None:
    described = BASE | intrinsics
    expected, seen = lens_of_intrinsics(described).project(points)
    assert seen.mean() > 0.9
    found = project(described, points)
    assert found is not None
    np.testing.assert_allclose(found[seen], expected[seen], atol=1e-7)


@pytest.mark.parametrize("intrinsics", INTRINSICS[:4])
def test_the_pinhole_agrees_with_opencv(intrinsics: dict[str, object], points: np.ndarray) -> None:
    expected, _ = cv2.projectPoints(points, np.zeros(3), np.zeros(3), np.array(K), np.array(intrinsics["distortion"]))
    np.testing.assert_allclose(project(BASE | intrinsics, points), expected[:, 0], atol=1e-7)


def test_the_fisheye_agrees_with_opencv(points: np.ndarray) -> None:
    intrinsics = INTRINSICS[4]
    expected, _ = cv2.fisheye.projectPoints(
        points[:, None], np.zeros(3), np.zeros(3), np.array(K), np.array(intrinsics["distortion"])
    )
    np.testing.assert_allclose(project(BASE | intrinsics, points), expected[:, 0], atol=1e-7)


def test_an_unknown_or_broken_lens_has_no_projection(points: np.ndarray) -> None:
    assert project(BASE | {"model": "periscope"}, points) is None
    assert project(BASE | {"model": "opencv_pinhole", "K": [[1]], "distortion": []}, points) is None
