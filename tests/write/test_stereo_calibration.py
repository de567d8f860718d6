"""What the calibration files say of a stereo pair, against OpenCV's own rectification and projection."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml

from sdg.camera.calibration.read import read_calibration
from sdg.camera.equirectangular import LensEquirectangular
from sdg.camera.lens import Lens, LensOpenCvPinhole
from sdg.camera.opencv_distortion import OpenCvDistortion
from sdg.camera.opencv_fisheye import LensOpenCvFisheye
from sdg.write.calibration import CalibrationAssembly
from sdg.write.dataset import Dataset
from tests.write.conftest import SIZE

BENT = LensOpenCvPinhole(SIZE, 40.0, 41.0, 24.5, 18.25, OpenCvDistortion(-0.1, 0.02, 0.001, -0.002))
BASELINE_M = 0.12

Assemble = Callable[..., dict[str, Path]]


@pytest.fixture
def assemble(make_dataset: Callable[..., Dataset]) -> Assemble:
    """Return a function from a lens and the baselines of frames to the calibration files, by name."""

    def function(lens: Lens, *baselines_m: float) -> dict[str, Path]:
        dataset = make_dataset(cameras=("cam", "cam_right"))
        assembly = CalibrationAssembly(dataset.layout)
        for baseline_m in baselines_m:
            pair = {"left": "cam", "right": "cam_right", "baseline_m": baseline_m}
            view = {"intrinsics": lens.intrinsics(), "stereo": pair}
            assembly.add({"cameras": {"cam": view, "cam_right": view}})
        return {Path(path).name: dataset.layout.absolute(path) for path in assembly.finish()}

    return function


def matrix_of(path: Path, name: str) -> Any:
    entry = yaml.safe_load(path.read_text())[name]
    return np.reshape(entry["data"], (entry["rows"], entry["cols"]))


def test_the_projection_of_the_right_eye_is_that_of_opencvs_rectification(assemble: Assemble) -> None:
    """OpenCV picks a focal length of its own for the rectified pair; Tx over it is minus the baseline in both."""
    files = assemble(BENT, BASELINE_M, BASELINE_M)
    left, right = (matrix_of(files[f"{name}.ros.yaml"], "projection_matrix") for name in ("cam", "cam_right"))
    camera = matrix_of(files["cam.ros.yaml"], "camera_matrix")
    bent = matrix_of(files["cam.ros.yaml"], "distortion_coefficients")
    right_from_left = np.array([[-BASELINE_M], [0.0], [0.0]])
    turn_1, turn_2, projection_1, projection_2, *_ = cv2.stereoRectify(
        camera, bent, camera, bent, SIZE, np.eye(3), right_from_left, flags=cv2.CALIB_ZERO_DISPARITY
    )
    for turn in (turn_1, turn_2):
        np.testing.assert_allclose(turn, np.eye(3), atol=1e-12)
    assert right[0, 3] / right[0, 0] == pytest.approx(projection_2[0, 3] / projection_2[0, 0], rel=1e-12)
    assert left[0, 3] == projection_1[0, 3] == 0
    np.testing.assert_array_equal(left[:, :3], right[:, :3])


def test_opencv_triangulates_a_point_from_the_projection_matrices(assemble: Assemble) -> None:
    files = assemble(BENT, BASELINE_M)
    left, right = (matrix_of(files[f"{name}.ros.yaml"], "projection_matrix") for name in ("cam", "cam_right"))
    point = np.array([0.3, -0.2, 2.5])
    ideal = LensOpenCvPinhole(SIZE, BENT.fx, BENT.fy, BENT.cx, BENT.cy)
    seen = [ideal.project((point - [x, 0, 0])[None])[0][0] - 0.5 for x in (0.0, BASELINE_M)]
    homogeneous = cv2.triangulatePoints(left, right, seen[0][:, None], seen[1][:, None])[:, 0]
    np.testing.assert_allclose(homogeneous[:3] / homogeneous[3], point, atol=1e-9)


@pytest.mark.parametrize("lens", [BENT, LensOpenCvFisheye(SIZE, 15.0, 15.0, 24.0, 18.0, 0.01, 0.0, 0.0, 0.0)])
def test_the_chain_takes_points_from_the_left_eye_into_the_right_one(assemble: Assemble, lens: Lens) -> None:
    """Through the second camera of the chain, posed by T_cn_cnm1, cv2 projects a point where the right eye sees it."""
    path = assemble(lens, BASELINE_M)["cam.stereo.kalibr.yaml"]
    chain = yaml.safe_load(path.read_text())
    assert list(chain) == ["cam0", "cam1"]
    assert "T_cn_cnm1" not in chain["cam0"]
    pose = np.array(chain["cam1"]["T_cn_cnm1"])
    point = np.array([[[0.3, -0.2, 2.5]]])
    fx, fy, cx, cy = chain["cam1"]["intrinsics"]
    camera, bent = np.array([[fx, 0, cx], [0, fy, cy], [0, 0, 1]]), np.array(chain["cam1"]["distortion_coeffs"])
    turn, _ = cv2.Rodrigues(pose[:3, :3])
    project = cv2.fisheye.projectPoints if isinstance(lens, LensOpenCvFisheye) else cv2.projectPoints
    pixels = project(point, turn, pose[:3, 3], camera, bent)[0].ravel()
    expected = lens.project(point[0] - [BASELINE_M, 0, 0])[0][0]
    np.testing.assert_allclose(pixels + 0.5, expected, atol=1e-9)
    assert read_calibration(path, "cam0") == read_calibration(path, "cam1") == lens


def test_a_baseline_that_changes_is_in_no_file(assemble: Assemble) -> None:
    files = assemble(BENT, 0.1, 0.2)
    assert "cam.stereo.kalibr.yaml" not in files
    assert matrix_of(files["cam_right.ros.yaml"], "projection_matrix")[0, 3] == 0


def test_a_pair_of_a_lens_that_no_format_knows_has_no_files(assemble: Assemble) -> None:
    assert not assemble(LensEquirectangular(SIZE), BASELINE_M)
