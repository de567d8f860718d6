from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from sdg.camera.calibration.read import read_calibration
from sdg.camera.double_sphere import LensDoubleSphere
from sdg.camera.equirectangular import LensEquirectangular
from sdg.camera.lens import Lens, LensOpenCvPinhole
from sdg.write.calibration import CalibrationAssembly
from sdg.write.dataset import Dataset
from tests.write.conftest import SIZE, toy_frame

CAM = LensOpenCvPinhole(SIZE, 40.0, 41.0, 24.5, 18.25)


@pytest.fixture
def assemble(make_dataset: Callable[..., Dataset]) -> Callable[..., dict[str, Path]]:
    """Return a function from the lenses of frames to the calibration files, by name."""

    def function(*lenses: Lens) -> dict[str, Path]:
        dataset = make_dataset()
        assembly = CalibrationAssembly(dataset.layout)
        for lens in lenses:
            assembly.add({"cameras": {"cam": {"intrinsics": lens.intrinsics()}}})
        paths = [dataset.layout.absolute(path) for path in assembly.finish()]
        assert sorted(paths) == sorted((dataset.folder / "calibration").glob("*"))
        return {path.name: path for path in paths}

    return function


def test_a_lens_that_stays_is_written_for_each_program_and_reads_back(assemble: Callable[..., dict[str, Path]]) -> None:
    files = assemble(CAM, CAM)
    assert set(files) == {"cam.opencv.yaml", "cam.ros.yaml", "cam.kalibr.yaml"}
    assert all(read_calibration(path) == CAM for path in files.values())


def test_opencv_reads_the_principal_point_from_the_centre_of_the_first_pixel(
    assemble: Callable[..., dict[str, Path]],
) -> None:
    storage = cv2.FileStorage(str(assemble(CAM)["cam.opencv.yaml"]), cv2.FILE_STORAGE_READ)
    np.testing.assert_array_equal(storage.getNode("camera_matrix").mat()[:2, 2], [24.0, 17.75])
    storage.release()


def test_a_lens_that_changes_has_no_file_and_an_old_one_goes(assemble: Callable[..., dict[str, Path]]) -> None:
    assert len(assemble(CAM)) == 3
    assert not assemble(CAM, LensOpenCvPinhole(SIZE, 39.0, 41.0, 24.5, 18.25))


def test_only_formats_that_know_the_model_are_written(assemble: Callable[..., dict[str, Path]]) -> None:
    assert set(assemble(LensDoubleSphere(SIZE, 20.0, 20.0, 24.0, 18.0, 0.1, 0.6))) == {"cam.kalibr.yaml"}
    assert not assemble(LensEquirectangular(SIZE))


def test_a_finished_dataset_holds_its_calibrations(make_dataset: Callable[..., Dataset]) -> None:
    dataset = make_dataset()
    dataset.add(toy_frame(0))
    dataset.finish([0])
    assert read_calibration(dataset.folder / "calibration/cam.ros.yaml") == toy_frame(0).views["cam"].camera.lens
