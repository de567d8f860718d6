from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.stage.builtin.geometry import Geometry
from sdg.stage.builtin.solids import rounded_box


def test_a_turned_texture_keeps_its_size_and_its_handedness() -> None:
    """A quarter turn of the coordinates leaves signed areas, so normal maps keep their sign; four turns are none."""
    box = rounded_box((0.3, 0.2, 0.5), (0.0, 0.0, 0.0), 0.01)
    turned = box.with_uv_turn()
    np.testing.assert_array_equal(turned.uvs[:, 0], box.uvs[:, 1])
    np.testing.assert_allclose(_areas(turned), _areas(box), rtol=1e-12, atol=1e-15)
    assert np.abs(_areas(box)).max() > 0.01
    for quarters in (3, -1):
        np.testing.assert_array_equal(turned.with_uv_turn(quarters).uvs, box.uvs)


def _areas(geometry: Geometry) -> FloatArray:
    first, second, third = (geometry.uvs[geometry.faces[:, corner]] for corner in range(3))
    (a, b), (c, d) = (second - first).T, (third - first).T
    areas: FloatArray = (a * d - b * c) / 2
    return areas
