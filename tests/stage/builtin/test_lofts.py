"""Lofted bodies against volumes and lengths known from geometry."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sdg.stage.builtin.geometry import Geometry
from sdg.stage.builtin.lofts import bent_tube, bevelled_prism, circle, rounded_outline, rounded_path, tapered


def volume(body: Geometry) -> float:
    points = body.vertices[body.faces]
    return float(np.einsum("ij,ij->", points[:, 0], np.cross(points[:, 1], points[:, 2])) / 6)


def test_a_prism_without_bevel_to_speak_of_has_the_volume_of_its_outline() -> None:
    """A rectangle of 0.6 x 0.4 m whose corners have a radius of 0.1 m covers 0.24 - (4 - pi) 0.01 m2."""
    body = bevelled_prism(rounded_outline(0.6, 0.4, 0.1, steps=40), 0.1, 0.4, bevel_m=1e-6)
    assert volume(body) == pytest.approx(0.3 * (0.24 - (4 - math.pi) * 0.01), rel=1e-3)
    np.testing.assert_allclose(body.bounds(), [[-0.3, -0.2, 0.1], [0.3, 0.2, 0.4]], atol=1e-9)


def test_a_tapered_body_has_the_volume_of_a_frustum() -> None:
    """A cone's frustum holds pi h (R2 + R r + r2) / 3."""
    body = tapered([(circle(0.1, 256), 0.0), (circle(0.3, 256), 0.5)])
    assert volume(body) == pytest.approx(math.pi * 0.5 * (0.09 + 0.03 + 0.01) / 3, rel=1e-3)


def test_a_tube_round_a_corner_has_the_volume_of_its_path() -> None:
    """By Pappus a tube holds its section times the length of its path, as long as it does not meet itself."""
    path = rounded_path([(0, 0, 0), (0, 0, 1), (0.8, 0, 1), (0.8, 0.5, 1)], 0.2, steps=24)
    length = np.linalg.norm(np.diff(path, axis=0), axis=1).sum()
    assert volume(bent_tube(path, 0.02, sides=64)) == pytest.approx(math.pi * 0.02**2 * length, rel=5e-3)


def test_a_rounded_path_keeps_its_ends_and_rounds_what_is_between() -> None:
    """A parabola that touches both arms at r from a right-angled corner passes it at r / sqrt 8."""
    path = rounded_path([(0, 0, 0), (1, 0, 0), (1, 1, 0)], 0.25)
    np.testing.assert_allclose(path[[0, -1]], [[0, 0, 0], [1, 1, 0]])
    assert np.linalg.norm(path - [1, 0, 0], axis=1).min() == pytest.approx(0.25 / math.sqrt(8))


def test_texture_coordinates_of_a_prism_are_metres() -> None:
    body = bevelled_prism(rounded_outline(0.6, 0.4, 0.02), 0.0, 0.3)
    corners, uvs = body.vertices[body.faces], body.uvs[body.faces]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    a, b = uvs[:, 1] - uvs[:, 0], uvs[:, 2] - uvs[:, 0]
    assert np.median((a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) / area) == pytest.approx(1.0, abs=0.02)
