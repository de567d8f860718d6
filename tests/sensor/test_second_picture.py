from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from sdg.camera.brown_conrady import BrownConrady
from sdg.camera.equirectangular import LensEquirectangular
from sdg.camera.lens import LensOpenCvPinhole
from sdg.sensor.depth_geometry import Surfaces
from sdg.sensor.second_picture import _surely_inside, in_second_picture
from sdg.stage.model import Exposure
from tests.sensor.depth_scenes import plane_view
from tests.sensor.pictures import make_camera

SIZE = (160, 120)
PINHOLE = LensOpenCvPinhole(SIZE, 110.0, 110.0, 80.0, 60.0)
BARREL = dataclasses.replace(PINHOLE, distortion=BrownConrady(k1=-0.15, k2=0.01, p1=0.002))
PANORAMA = LensEquirectangular(SIZE)


@pytest.mark.parametrize("lens", [PINHOLE, BARREL, PANORAMA], ids=["pinhole", "barrel", "panorama"])
@pytest.mark.parametrize("second_eye_m", [(0.1, 0.0, 0.0), (0.0, -0.3, 0.2), (2.5, 0.0, -1.0)])
def test_points_are_in_the_second_picture_where_the_lens_projects_them(
    lens: Any, second_eye_m: tuple[float, float, float]
) -> None:
    """Every point is projected here; the code leaves out those that are sure to be inside."""
    width, height = SIZE
    distances = np.random.default_rng(2).uniform(0.3, 8.0, (height, width)).astype(np.float32)
    view = dataclasses.replace(plane_view(1.0, lens=PINHOLE), depth_z_m=distances, distance_m=distances)
    surfaces = Surfaces.of(view, make_camera(np.zeros((height, width, 3), np.float32), Exposure(), lens=lens))
    pixels, valid = lens.project(surfaces.points_m.reshape(-1, 3).astype(np.float64) - second_eye_m)
    with np.errstate(invalid="ignore"):
        expected = valid & ((pixels >= 0) & (pixels <= SIZE)).all(axis=1)
    found = in_second_picture(surfaces, lens, second_eye_m)
    np.testing.assert_array_equal(found, expected.reshape(height, width))
    assert found.any()


def test_most_directions_need_no_projection() -> None:
    left, top, right, bottom = _surely_inside(BARREL) or (0.0, 0.0, 0.0, 0.0)
    assert right - left > 0.95 * 160 / 110
    assert bottom - top > 0.95 * 120 / 110
    assert _surely_inside(PANORAMA) is None
