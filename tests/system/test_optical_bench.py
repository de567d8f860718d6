"""Rendered pictures measured as an optical laboratory would: corners of checkerboards, contrast of slanted edges."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import calibration, mtf
from benchmarks.boards import take_views
from sdg.camera.lens import LensOpenCvPinhole
from sdg.camera.opencv_distortion import OpenCvDistortion
from sdg.camera.opencv_fisheye import LensOpenCvFisheye

SMALL = LensOpenCvPinhole(
    (240, 180), 214.0, 212.0, 121.6, 88.7, OpenCvDistortion(k1=-0.24, k2=0.07, p1=0.0008, p2=-0.0006)
)


def test_corners_are_found_where_the_lens_projects_them() -> None:
    """Four views: a hundredth of a pixel more than over forty."""
    seen = calibration.residuals(take_views(calibration.BOARD, SMALL, 4, 64), np.array([SMALL.cx, SMALL.cy]))
    assert np.abs(seen.mean_px).max() < 0.02
    assert seen.rms_px < 0.06


@pytest.mark.slow
@pytest.mark.parametrize("lens", [calibration.PINHOLE, calibration.FISHEYE], ids=["pinhole", "fisheye"])
def test_calibrating_a_rendered_board_gives_the_lens_back(lens: LensOpenCvPinhole | LensOpenCvFisheye) -> None:
    report = calibration.measure(lens, 40, 256)
    assert report.faults() == [], report.lines()


@pytest.mark.parametrize("case", [mtf.CASES[0], mtf.CASES[-1]], ids=lambda case: case.name)
def test_the_contrast_of_an_edge_is_the_product_of_what_blurs_it(case: mtf.Case) -> None:
    """Few samples: a hundredth of full contrast at any frequency, not 3 % of the little that is left at Nyquist."""
    absolute, _ = mtf.worst_error(mtf.slanted_edge_mtf(mtf.edge_picture(case, 256)), mtf.expected_mtf(case))
    assert absolute < 0.01


@pytest.mark.slow
@pytest.mark.parametrize("case", mtf.CASES, ids=lambda case: case.name)
def test_contrast_is_within_three_percent_up_to_nyquist(case: mtf.Case) -> None:
    _, relative = mtf.worst_error(mtf.slanted_edge_mtf(mtf.edge_picture(case, 4096)), mtf.expected_mtf(case))
    assert relative < 0.03
