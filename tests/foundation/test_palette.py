from __future__ import annotations

import colorsys
import re
from importlib.resources import files
from itertools import combinations

import cv2
import numpy as np
import pytest

from sdg.foundation.palette import (
    DEPTH_RAMP,
    VOID,
    class_color,
    contrast,
    depth_colors,
    hex_color,
    ink_on,
    instance_shade,
    stuff_color,
    thing_color,
)


def test_the_ramp_of_depth_is_viridis_with_near_at_its_bright_end() -> None:
    """OpenCV has viridis in 256 steps, dark end first; nine stops joined by straight lines stay near it."""
    truth = cv2.applyColorMap(np.arange(255, -1, -1, dtype=np.uint8)[:, None], cv2.COLORMAP_VIRIDIS)[:, 0, ::-1]
    depth_m = np.geomspace(1.0, 100.0, 256)
    off = np.abs(depth_colors(depth_m, 1.0, 100.0).astype(int) - truth.astype(int))
    assert off.max() < 20
    assert off.mean() < 3


def test_depth_beyond_the_scale_has_the_color_of_its_end_and_no_depth_has_none() -> None:
    colors = depth_colors(np.array([0.1, 1.0, 100.0, 999.0, 0.0, -2.0, np.inf, np.nan]), 1.0, 100.0)
    assert [tuple(color) for color in colors.tolist()] == [DEPTH_RAMP[0]] * 2 + [DEPTH_RAMP[-1]] * 2 + [VOID] * 4


@pytest.mark.parametrize(("package", "name"), [("sdg.preview", "page/preview.css"), ("sdg.report", "page.css")])
def test_the_pages_show_the_ramp_beside_the_range(package: str, name: str) -> None:
    style = files(package).joinpath(name).read_text()
    (stops,) = re.findall(r"linear-gradient\(90deg, ((?:#[0-9a-f]{6}(?:, )?){9})\)", style)
    assert stops.split(", ") == [hex_color(color) for color in DEPTH_RAMP]


def test_contrast_is_that_of_the_guidelines() -> None:
    """WCAG 2.2: 21 between black and white; #767676 is the lightest grey with 4.5 on white."""
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((0x76,) * 3, (255, 255, 255)) > 4.5 > contrast((0x77,) * 3, (255, 255, 255))


def test_names_are_read_on_every_shade_of_every_class() -> None:
    worst = min(
        contrast(ink_on(color), color)
        for category_id in range(1, 200)
        for color in (*(instance_shade(category_id, number) for number in range(1, 50)), stuff_color(category_id))
    )
    assert worst > 4.2


def test_instances_have_the_hue_of_their_class() -> None:
    for category_id in range(1, 30):
        hue = colorsys.rgb_to_hsv(*thing_color(category_id))[0]
        for number in range(1, 50):
            turn = abs(colorsys.rgb_to_hsv(*instance_shade(category_id, number))[0] - hue)
            assert min(turn, 1 - turn) < 0.02


def test_the_first_dozen_classes_can_be_told_apart() -> None:
    colors = [class_color(number, is_thing=True) for number in range(1, 13)]
    assert min(np.linalg.norm(np.subtract(one, other)) for one, other in combinations(colors, 2)) > 40
