"""Cells, strokes and courses: nearest points as a search over all finds them, and no edge anywhere."""

from __future__ import annotations

import itertools

import numpy as np

from sdg.stage.builtin.cells import cells, strokes
from sdg.stage.builtin.courses import courses
from sdg.stage.builtin.noise import white


def test_the_nearest_point_is_the_nearest_of_all_with_the_picture_repeated_all_round() -> None:
    found = cells("cells", (30, 50), (6, 5))
    stray = white("cells", (6, 10)).reshape(6, 5, 2)
    points = {
        row * 5 + column: (row + stray[row, column, 0], column + stray[row, column, 1])
        for row, column in itertools.product(range(6), range(5))
    }
    for row, column in itertools.product(range(0, 30, 4), range(0, 50, 7)):
        here = ((row + 0.5) * 6 / 30, (column + 0.5) * 5 / 50)
        distances = {
            index: min(
                np.hypot(here[0] - y - 6 * down, here[1] - x - 5 * right)
                for down, right in itertools.product((-1, 0, 1), repeat=2)
            )
            for index, (y, x) in points.items()
        }
        first, second, *_ = sorted(distances.values())
        # The second nearest may lie further than the nine cells that are searched, but not in cells so full.
        np.testing.assert_allclose([found.nearest[row, column], found.second[row, column]], [first, second], atol=1e-5)
        assert distances[int(found.index[row, column])] == first
        np.testing.assert_allclose(np.hypot(found.dx[row, column], found.dy[row, column]), first, atol=1e-5)


def test_strokes_that_leave_at_one_edge_come_in_at_the_other() -> None:
    """One stroke longer than the picture is wide covers as many pixels as it would on a picture twice as wide."""
    short = strokes("stroke", (64, 64), 1, length_px=(80.0, 80.0), width_px=(6.0, 6.0), bend=0.0)
    wide = strokes("stroke", (128, 128), 1, length_px=(80.0, 80.0), width_px=(6.0, 6.0), bend=0.0)
    assert (short.index == 0).sum() == (wide.index == 0).sum() > 200


def test_the_last_stroke_lies_on_top_whole() -> None:
    few = strokes("pile", (64, 64), 40, length_px=(30.0, 30.0), width_px=(8.0, 8.0), leaf=True)
    assert set(np.unique(few.index)) > {-1, 39}
    counts = np.bincount(few.index[few.index >= 0], minlength=40)
    assert counts[39] == counts.max()


def test_every_piece_of_a_course_has_as_many_pixels_as_any_other() -> None:
    bond = courses((96, 96), rows=8, columns=4, shift=0.5, joint=(0.1, 0.1), rim=(0.05, 0.05))
    np.testing.assert_array_equal(np.bincount(bond.index.ravel()), np.full(32, 12 * 24))
    assert bond.depth[0, 0] == 0.0
    assert bond.depth[6, 12] == 1.0
