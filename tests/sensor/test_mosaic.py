from __future__ import annotations

import numpy as np
import pytest

from sdg.sensor.mosaic import demosaic, filter_channels

FILTERS = ["rggb", "bggr", "grbg", "gbrg"]
METHODS = ["bilinear", "edge_aware"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (2, 2), (2, 3), (3, 3), (3, 9)])
def test_a_grey_surface_is_grey_however_small_the_picture(size, method):
    """OpenCV leaves pictures black that are too small to have an inside."""
    found = demosaic(np.full(size, 1000, np.uint16), "rggb", method)
    np.testing.assert_array_equal(found, np.full((*size, 3), 1000))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("color_filter", FILTERS)
@pytest.mark.parametrize("size", [(2, 2), (3, 3), (8, 10)])
def test_a_surface_of_one_colour_keeps_it(size, color_filter, method):
    colour = np.array([3000, 2000, 1000], np.uint16)
    cell = colour[np.array(filter_channels(color_filter))]
    mosaic = np.tile(cell, (5, 5))[: size[0], : size[1]]
    found = demosaic(mosaic, color_filter, method)
    np.testing.assert_array_equal(found, np.broadcast_to(colour, (*size, 3)))
