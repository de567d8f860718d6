"""Ids of parts: how they are counted, and what a picture of them holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sdg.annotate.parts import part_names, part_table
from sdg.errors import RenderError
from sdg.stage.asset import Part
from sdg.stage.build import build_stage
from sdg.stage.model import Body
from tests.recipes import frame_of, recipe_of
from tests.render.mitsuba.small_world import WHITE, body, box_mesh

BOX = box_mesh()


def made_of(name: str, instance_id: int, *parts: str) -> Body:
    return replace(body(name, BOX, instance_id=instance_id), parts=tuple(Part(part, BOX, WHITE) for part in parts))


def test_ids_count_through_the_things_and_pass_over_the_environment() -> None:
    bodies = [made_of("floor", 0, "a", "b"), made_of("cart", 1, "body", "wheel"), made_of("cart", 2, "body", "wheel")]
    table = part_table(bodies)
    assert table.ids == {1: {"body": 1, "wheel": 2}, 2: {"body": 3, "wheel": 4}}
    entities = np.array([[0, 1, 1], [2, 2, 3]], np.uint32)
    numbers = np.array([[0, 1, 2], [1, 2, 2]], np.uint32)
    assert table.picture(entities, numbers).tolist() == [[0, 0, 0], [1, 2, 4]]


def test_parts_of_one_name_are_one_part() -> None:
    table = part_table([made_of("cart", 1, "body", "wheel", "wheel")])
    assert table.ids == {1: {"body": 1, "wheel": 2}}
    row = np.ones((1, 3), np.uint32)
    assert table.picture(row, np.array([[1, 2, 3]], np.uint32)).tolist() == [[1, 2, 2]]


def test_parts_of_a_robot_are_its_links() -> None:
    recipe = recipe_of("scene: {objects: [{name: human, asset: humanoid, joints: random}]}")
    (human,) = build_stage(frame_of(recipe), recipe).bodies
    assert human.articulation is not None
    names = part_names(human)
    assert len(names) == len(human.parts)
    assert set(names) <= {link.name for link in human.articulation.links}
    assert "head" in names


def test_more_parts_than_16_bits_hold_are_refused() -> None:
    many = made_of("pile", 1, *(f"p{index}" for index in range(65_536)))
    with pytest.raises(RenderError, match="65536 parts"):
        part_table([many])
