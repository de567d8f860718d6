"""Frames: each shows its own world, whichever was rendered before, and always the same."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from sdg.render.api import RendererName
from tests.contract.judge import Judge
from tests.contract.rendered import Shot, judge_labels, open_scene
from tests.contract.shapes import Box, Shape, pinhole, truth_of
from tests.contract.tolerances import Tolerances

SIZE = (96, 72)
FIRST = Box((-1, 0, 0), (1, 1, 1)), Box((1, 0, 0), (1, 1, 1)), Box((0, 0, 1), (1, 1, 1))
SECOND = Box((0, -2, 0), (0.5, 0.5, 0.5))
THIRD = Box((1.5, 0, 1), (0.6, 0.6, 0.6)), Box((-1.5, 0, 1), (0.6, 0.6, 0.6)), Box((2, 0, 0), (0.6, 0.6, 0.6))
EYES = (0, -7, 2), (1, -6, 2), (-1, -7, 1)
WORLDS: tuple[Mapping[str, Shape], ...] = (
    {"first": FIRST[0], "second": SECOND, "third": THIRD[0]},
    {"first": FIRST[1], "third": THIRD[1]},
    {"first": FIRST[2], "second": SECOND, "third": THIRD[2]},
)
# Frame 1 comes three times: after the first, after the last, and after itself.
ORDER = (0, 1, 2, 1, 1)


@pytest.fixture(scope="module")
def shots(renderer_name: RendererName) -> list[Shot]:
    with open_scene("frames", renderer_name) as scene:
        return [scene.frame(index)["cam"] for index in ORDER]


@pytest.mark.parametrize("turn", range(len(ORDER)))
def test_a_frame_shows_its_own_world_whichever_came_before(
    turn: int, shots: list[Shot], tolerances: Tolerances, judge: Judge
) -> None:
    world = WORLDS[ORDER[turn]]
    cast, forward = pinhole(EYES[ORDER[turn]], (0, 0, 0.7), 90, SIZE)
    judge_labels(judge, shots[turn], list(world), truth_of(world, cast, forward, SIZE, tolerances.edge_px))


@pytest.mark.parametrize("turn", [3, 4])
def test_a_frame_has_the_same_labels_each_time(turn: int, shots: list[Shot]) -> None:
    once, again = shots[1].view, shots[turn].view
    assert np.array_equal(once.entity_ids, again.entity_ids)
    assert np.array_equal(once.depth_z_m, again.depth_z_m)
    assert once.unoccluded_px == again.unoccluded_px
