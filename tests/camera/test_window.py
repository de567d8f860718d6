"""Lenses of pictures that are the middle of an array, its pixels binned."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from sdg.camera.build import lens_of_kind
from sdg.camera.equirectangular import LensEquirectangular
from sdg.camera.window import Pixels, windowed_lens

ARRAY = (103, 81)
PICTURE = (40, 31)
KINDS: dict[str, dict[str, Any]] = {
    "opencv_pinhole": {"fx": 90, "fy": 88, "cx": 50.3, "cy": 41.7, "k1": -0.1, "p1": 0.002, "tau_x": 0.02},
    "opencv_fisheye": {"fx": 60, "cx": 50.3, "cy": 41.7, "k1": 0.01, "alpha": 0.01},
    "omnidir": {"fx": 90, "fy": 88, "cx": 50.3, "cy": 41.7, "xi": 0.8, "skew": 0.7, "k1": -0.1},
    "double_sphere": {"fx": 60, "fy": 58, "cx": 50.3, "cy": 41.7, "xi": -0.2, "alpha": 0.6},
    "ftheta": {"angle_to_pixeldist": [0, 60, 1, -2, 0, 0], "cx": 50.3, "cy": 41.7, "linear_cde": [1.01, 0.002, -0.003]},
    "ftheta of pixels": {"pixeldist_to_angle": [0, 0.016, 1e-5, 2e-7, 0, 0], "cx": 50.3, "cy": 41.7},
}


@pytest.mark.parametrize("binning", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_a_pixel_of_the_picture_looks_where_the_mean_of_its_array_pixels_lies(kind: str, binning: int) -> None:
    """OpenCV averages pictures of the array's pixel indices as binning does; the middle is cut out of them."""
    lens = lens_of_kind(kind.partition(" ")[0], ARRAY, KINDS[kind])
    rows, columns = np.mgrid[: ARRAY[1], : ARRAY[0]].astype(np.float64)
    size = (ARRAY[0] // binning, ARRAY[1] // binning)
    left, top = (size[0] - PICTURE[0]) // 2, (size[1] - PICTURE[1]) // 2
    middle = (slice(top, top + PICTURE[1]), slice(left, left + PICTURE[0]))
    whole = (slice(0, size[1] * binning), slice(0, size[0] * binning))
    on_array = np.stack(
        [cv2.resize(index[whole], size, interpolation=cv2.INTER_AREA)[middle].ravel() for index in (columns, rows)], 1
    )
    expected, _ = lens.unproject(on_array + 0.5)

    cut = windowed_lens(lens, PICTURE, binning)
    v, u = np.mgrid[: PICTURE[1], : PICTURE[0]].reshape(2, -1) + 0.5
    rays, valid = cut.unproject(np.stack([u, v], axis=1))
    assert cut.resolution == PICTURE
    assert valid.all()
    np.testing.assert_allclose(rays, expected, atol=1e-12)
    np.testing.assert_allclose(cut.project(rays * 3.0)[0], np.stack([u, v], axis=1), atol=1e-9)


def test_what_a_smaller_picture_loses_it_loses_on_all_sides() -> None:
    """Of 103 - 40 columns, 31 go on the left; of 81 - 31 rows, 25 above."""
    lens = windowed_lens(lens_of_kind("pinhole", ARRAY, {"fx": 90, "cx": 50.3, "cy": 41.7}), PICTURE)
    assert lens.intrinsics()["K"] == [[90, 0, pytest.approx(19.3)], [0, 90, pytest.approx(16.7)], [0, 0, 1]]


def test_a_picture_as_large_as_the_array_has_its_lens_whatever_the_model() -> None:
    lens = LensEquirectangular((64, 32))
    assert windowed_lens(lens, (64, 32)) is lens


@pytest.mark.parametrize(("resolution", "binning"), [((104, 81), 1), ((103, 82), 1), ((52, 40), 2)])
def test_a_picture_larger_than_the_array_is_refused(resolution: tuple[int, int], binning: int) -> None:
    lens = lens_of_kind("pinhole", ARRAY, {"fx": 90})
    with pytest.raises(ValueError, match="103 x 81 pixels, the picture has"):
        windowed_lens(lens, resolution, binning)


def test_a_focal_length_goes_by_the_pitch_where_no_width_is_given() -> None:
    """8 mm over pixels of 3.45 um are 2318.8 px, of binned ones half as many; a smaller picture sees less."""
    focal_px = 8e-3 / 3.45e-6
    for size in ((1280, 720), (640, 360)):
        lens = lens_of_kind("pinhole", size, {"focal_length_mm": 8}, Pixels(pitch_um=3.45))
        assert lens.intrinsics()["K"] == [
            [pytest.approx(focal_px), 0, size[0] / 2],
            [0, pytest.approx(focal_px), size[1] / 2],
            [0, 0, 1],
        ]
    binned = lens_of_kind("pinhole", (640, 360), {"focal_length_mm": 8}, Pixels(2, 3.45))
    array = {"focal_length_mm": 8, "calibrated_at": (1456, 1088)}
    for lens in (binned, lens_of_kind("pinhole", (640, 360), array, Pixels(2, 3.45))):
        assert lens.intrinsics()["K"] == [
            [pytest.approx(focal_px / 2), 0, 320],
            [0, pytest.approx(focal_px / 2), 180],
            [0, 0, 1],
        ]
