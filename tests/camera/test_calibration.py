from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from sdg.camera.brown_conrady import BrownConrady
from sdg.camera.calibration.kalibr_file import kalibr_text
from sdg.camera.calibration.opencv_file import opencv_text
from sdg.camera.calibration.read import read_calibration
from sdg.camera.calibration.ros_file import ros_text
from sdg.camera.double_sphere import LensDoubleSphere
from sdg.camera.equirectangular import LensEquirectangular
from sdg.camera.lens import Lens, LensOpenCvPinhole
from sdg.camera.omnidir import LensOmnidir
from sdg.camera.opencv_distortion import OpenCvDistortion
from sdg.camera.opencv_fisheye import LensOpenCvFisheye
from sdg.errors import AssetError

SIZE = (752, 480)
PINHOLE = LensOpenCvPinhole(
    SIZE, 458.654, 457.296, 367.715, 248.875, OpenCvDistortion(-0.28340811, 0.07395907, 1e-4, 1e-5)
)
FIVE = LensOpenCvPinhole(SIZE, 458.0, 457.0, 367.0, 248.0, OpenCvDistortion(-0.2, 0.05, 1e-4, 1e-5, -0.004))
RATIONAL = LensOpenCvPinhole(SIZE, 458.0, 457.0, 367.0, 248.0, OpenCvDistortion(0.2, 0.1, 0.0, 0.0, 0.01, 0.3, 0.02))
TILTED = LensOpenCvPinhole(SIZE, 458.0, 457.0, 367.0, 248.0, OpenCvDistortion(0.2, tau_x=0.01, s1=1e-5))
FISHEYE = LensOpenCvFisheye(SIZE, 190.0, 191.0, 370.1, 240.2, 0.0034, 0.0007, -0.0020, 0.0002)
SKEWED = LensOpenCvFisheye(SIZE, 200.0, 191.0, 370.1, 240.2, 0.0034, alpha=0.125)
OMNIDIR = LensOmnidir(SIZE, 800.0, 801.0, 370.0, 240.0, 1.8, 0.0, -0.1, 0.02, 1e-4, 2e-4)
SPHERES = LensDoubleSphere(SIZE, 157.0, 157.5, 370.0, 240.0, -0.18, 0.59)


def read(tmp_path: Path, text: str, camera: str | None = None) -> Lens:
    path = tmp_path / "calibration.yaml"
    path.write_text(text)
    return read_calibration(path, camera)


@pytest.mark.parametrize("lens", [PINHOLE, FIVE, RATIONAL, TILTED, FISHEYE, SKEWED, OMNIDIR])
def test_what_is_written_for_opencv_is_what_opencv_reads(tmp_path: Path, lens: Lens) -> None:
    text = opencv_text(lens)
    assert text is not None
    assert read(tmp_path, text) == lens
    storage = cv2.FileStorage(str(tmp_path / "calibration.yaml"), cv2.FILE_STORAGE_READ)
    matrix = storage.getNode("camera_matrix").mat()
    assert isinstance(lens, LensOpenCvPinhole | LensOpenCvFisheye | LensOmnidir)
    np.testing.assert_array_equal(np.diag(matrix), [lens.fx, lens.fy, 1.0])
    np.testing.assert_array_equal(matrix[:2, 2], [lens.cx - 0.5, lens.cy - 0.5])
    storage.release()


@pytest.mark.parametrize("name", ["written.yaml", "written.xml"])
def test_what_opencv_writes_is_read(tmp_path: Path, name: str) -> None:
    """As OpenCV's calibration sample writes it; a principal point at 319.5 is the centre of 640 pixels."""
    path = tmp_path / name
    storage = cv2.FileStorage(str(path), cv2.FILE_STORAGE_WRITE)
    storage.write("calibration_time", "today")
    storage.write("image_width", 640)
    storage.write("image_height", 480)
    storage.write("camera_matrix", np.array([[500.0, 0, 319.5], [0, 501.0, 239.5], [0, 0, 1]]))
    storage.write("distortion_coefficients", np.array([[-0.1], [0.01], [0.001], [0.002], [0.003]]))
    storage.release()
    lens = read_calibration(path)
    assert lens == LensOpenCvPinhole(
        (640, 480), 500.0, 501.0, 320.0, 240.0, OpenCvDistortion(-0.1, 0.01, 1e-3, 2e-3, 3e-3)
    )


@pytest.mark.parametrize("lens", [PINHOLE, FIVE, RATIONAL, FISHEYE])
def test_what_is_written_for_ros_reads_back(tmp_path: Path, lens: Lens) -> None:
    text = ros_text(lens, "front")
    assert text is not None
    assert read(tmp_path, text) == lens


def test_a_camera_info_message_as_text_is_read(tmp_path: Path) -> None:
    text = (
        "header: {frame_id: cam}\nheight: 480\nwidth: 752\ndistortion_model: plumb_bob\n"
        "D: [-0.1, 0.01, 0.0, 0.0, 0.0]\nK: [400, 0, 375.5, 0, 401, 239.5, 0, 0, 1]\n"
        "R: [1, 0, 0, 0, 1, 0, 0, 0, 1]\nP: [400, 0, 375.5, 0, 0, 401, 239.5, 0, 0, 0, 1, 0]\n"
    )
    for written in (text, text.replace("D:", "d:").replace("K:", "k:")):
        lens = read(tmp_path, written)
        assert lens == LensOpenCvPinhole(SIZE, 400.0, 401.0, 376.0, 240.0, BrownConrady(-0.1, 0.01))


@pytest.mark.parametrize("lens", [PINHOLE, FISHEYE, OMNIDIR, SPHERES])
def test_what_is_written_for_kalibr_reads_back(tmp_path: Path, lens: Lens) -> None:
    text = kalibr_text({"cam0": lens})
    assert text is not None
    assert read(tmp_path, text) == lens


def test_a_camera_of_a_chain_is_chosen_by_name(tmp_path: Path) -> None:
    text = kalibr_text({"cam0": PINHOLE, "cam1": FISHEYE})
    assert text is not None
    assert read(tmp_path, text, "cam1") == FISHEYE
    with pytest.raises(AssetError, match="several cameras: cam0, cam1"):
        read(tmp_path, text)
    with pytest.raises(AssetError, match="no camera cam2"):
        read(tmp_path, text, "cam2")


def test_a_chain_as_kalibr_writes_it_is_read(tmp_path: Path) -> None:
    text = """\
cam0:
  cam_overlaps: [1]
  camera_model: omni
  distortion_coeffs: [-0.1, 0.02, 0.0001, 0.0002]
  distortion_model: radtan
  intrinsics: [1.8, 800.0, 801.0, 369.5, 239.5]
  resolution: [752, 480]
  rostopic: /cam0/image_raw
"""
    assert read(tmp_path, text) == OMNIDIR


def test_what_a_format_has_no_model_for_is_not_written() -> None:
    panorama = LensEquirectangular((200, 100))
    assert opencv_text(panorama) is None
    assert opencv_text(SPHERES) is None
    assert ros_text(OMNIDIR, "x") is None
    assert ros_text(SKEWED, "x") is None
    assert ros_text(TILTED, "x") is None
    assert kalibr_text({"cam0": PINHOLE, "cam1": FIVE}) is None


_OPENCV = opencv_text(PINHOLE) or ""
_ROS = ros_text(FISHEYE, "front") or ""
_KALIBR = kalibr_text({"cam0": SPHERES}) or ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no calibration of a known kind"),
        ("just words", "no calibration of a known kind"),
        ("a: [1, 2", "is no YAML"),
        ("fx: 3", "no calibration of a known kind"),
        ("%YAML:1.0\n---\nimage_width: [", "OpenCV can't read"),
        (_OPENCV.replace("image_width: 752\n", ""), "has no image_width"),
        (_OPENCV.replace("image_width: 752", "image_width: -752"), "impossible image size"),
        (_OPENCV.replace("458.654", "-458.654"), "not positive"),
        (_OPENCV.replace("camera_matrix", "some_matrix"), "has no camera_matrix"),
        (_OPENCV.replace("rows: 5", "rows: 3").replace(", 1.0e-05, 0.0 ]", " ]"), "3 distortion coefficients"),
        (_ROS.replace("equidistant", "equisolid"), "equisolid of the calibration is unknown"),
        (_ROS.replace("[190.0", "[.nan"), "no finite number"),
        (_ROS.replace("[190.0", "[0.0"), "uncalibrated"),
        (_ROS.replace("image_height: 480\n", ""), "has no image_height"),
        (_KALIBR.replace("ds", "eucm"), "eucm of the calibration is unknown"),
        (_KALIBR.replace("-0.18, ", ""), "has 5 numbers, not 6"),
        (_KALIBR.replace("0.59", "1.59"), "out of range"),
        (_KALIBR.replace("resolution: [752, 480]", "resolution: 752"), "no resolution"),
        (_KALIBR.replace("distortion_model: none", "distortion_model: fov"), "distortion_coeffs"),
    ],
)
def test_a_broken_calibration_is_refused_with_a_reason(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(AssetError, match=why):
        read(tmp_path, text)
