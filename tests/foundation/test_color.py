from __future__ import annotations

import numpy as np
import pytest

from sdg.foundation.color import linear_from_srgb, srgb_from_linear


@pytest.mark.parametrize(
    ("encoded", "linear"), [(0, 0.0), (10, 0.003035), (119, 0.184475), (188, 0.502886), (255, 1.0)]
)
def test_the_curve_goes_through_known_values(encoded: int, linear: float) -> None:
    """8-bit values and their linear light, worked out by hand from the formulas of IEC 61966-2-1."""
    assert float(linear_from_srgb(np.array(encoded / 255))) == pytest.approx(linear, abs=1e-6)
    assert float(srgb_from_linear(np.array(linear))) == pytest.approx(encoded / 255, abs=1e-5)


def test_the_curve_and_its_inverse_agree() -> None:
    levels = np.linspace(0, 1, 1001)
    np.testing.assert_allclose(srgb_from_linear(linear_from_srgb(levels)), levels, atol=1e-6)
