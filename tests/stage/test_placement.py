"""Where things end up: inside their surface, clear of each other and of the hall, and always the same."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import ConvexHull, QhullError

from sdg.errors import RecipeError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import yaw
from sdg.recipe.model import Recipe
from sdg.stage.build import build_stage
from sdg.stage.footprint import convex_polygon, separation_m
from sdg.stage.model import Body, Stage
from tests.recipes import frame_of, recipe_of

HALL = "  environment: {asset: warehouse_hall, size_m: [10, 12, 5]}\n"
CROWD = recipe_of(f"""\
scene:
{HALL}  objects:
    - name: pallet
      asset: pallet
      count: {{uniform_int: [2, 5]}}
      place: {{scatter_2d: {{clearance_m: 0.25}}}}
      yaw_deg: {{uniform: [0, 360]}}
    - name: box
      asset: cube
      count: 12
      size_m: [0.6, 0.3, {{choice: [0.1, 0.5, 1.5]}}]
      place: {{scatter_2d: {{}}}}
      yaw_deg: {{uniform: [0, 360]}}
    - name: load
      asset: carton_small
      count: {{uniform_int: [2, 6]}}
      place: {{scatter_2d: {{surface: pallet}}}}
      yaw_deg: {{uniform: [-20, 20]}}
    - {{name: cone, asset: traffic_cone, count: 6, rotation_deg: [90, 0, 0], place: {{scatter_2d: {{}}}}}}
    - {{name: pillar, asset: cylinder, size_m: [0.5, 0.5, 2], position_m: [0, 0, 0]}}
""")


def stage_of(recipe: Recipe, frame: int = 0) -> Stage:
    return build_stage(frame_of(recipe, frame), recipe)


def object_of(body: Body) -> str:
    return body.name.partition("[")[0]


def things(stage: Stage, name: str = "") -> list[Body]:
    return [body for body in stage.bodies if body.is_thing and (not name or object_of(body) == name)]


def world_vertices(body: Body) -> FloatArray:
    local = np.concatenate([part.mesh.vertices for part in body.parts])
    return local @ body.world_from_object[:3, :3].T + body.world_from_object[:3, 3]


def shared_area(first: FloatArray, second: FloatArray) -> float:
    """Area common to the hulls of two point sets (N, 2), by clipping one with the other's edges: no SAT in it."""
    clipped = list(first[ConvexHull(first).vertices])
    clip = second[ConvexHull(second).vertices]
    for start, end in zip(clip, np.roll(clip, -1, axis=0), strict=True):
        edge = end - start

        def inside(point: FloatArray, start: FloatArray = start, edge: FloatArray = edge) -> float:
            return float(edge[0] * (point[1] - start[1]) - edge[1] * (point[0] - start[0]))

        kept: list[FloatArray] = []
        for a, b in itertools.pairwise([*clipped, clipped[0]] if clipped else []):
            if (inside(a) < 0) != (inside(b) < 0):
                kept.append(a + (b - a) * inside(a) / (inside(a) - inside(b)))
            if inside(b) >= 0:
                kept.append(b)
        clipped = kept
    if len(clipped) < 3:
        return 0.0
    x, y = np.array(clipped).T
    return 0.5 * abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1)))


@pytest.mark.parametrize("frame", range(8))
def test_scattered_things_never_overlap(frame: int) -> None:
    """All vertices count, in the plane and in height; what stands on a pallet is above it."""
    bodies = things(stage_of(CROWD, frame))
    assert len(bodies) > 20
    points = [world_vertices(body) for body in bodies]
    for (one, p), (other, q) in itertools.combinations(zip(bodies, points, strict=True), 2):
        apart_in_height = p[:, 2].min() >= q[:, 2].max() - 1e-9 or q[:, 2].min() >= p[:, 2].max() - 1e-9
        assert apart_in_height or shared_area(p[:, :2], q[:, :2]) < 1e-9, f"{one.name} overlaps {other.name}"


@pytest.mark.parametrize("frame", range(4))
def test_scattered_things_stand_on_their_surface_and_inside_it(frame: int) -> None:
    stage = stage_of(CROWD, frame)
    for body in [*things(stage, "box"), *things(stage, "pallet"), *things(stage, "cone")]:
        points = world_vertices(body)
        assert points[:, 2].min() == pytest.approx(0.0, abs=1e-9)
        assert (np.abs(points[:, :2]) <= np.array([5.0, 6.0]) - 0.8 + 1e-9).all(), "the hall's floor ends 0.8 m inside"
    pallets = {body.name: body for body in things(stage, "pallet")}
    for body in things(stage, "load"):
        points = world_vertices(body)
        assert points[:, 2].min() == pytest.approx(0.144, abs=1e-9)
        on = [
            np.linalg.solve(pallet.world_from_object, np.c_[points, np.ones(len(points))].T).T
            for pallet in pallets.values()
        ]
        assert any((np.abs(local[:, :2]) <= np.array([0.6, 0.4]) + 1e-9).all() for local in on)


@pytest.mark.parametrize("frame", range(4))
def test_clearance_is_kept(frame: int) -> None:
    pallets = [world_vertices(body)[:, :2] for body in things(stage_of(CROWD, frame), "pallet")]
    for one, other in itertools.combinations(pallets, 2):
        assert np.linalg.norm(one[:, None] - other[None], axis=2).min() >= 0.25


def box_obj(low: tuple[float, float, float], high: tuple[float, float, float], first: int = 1) -> str:
    """Return a closed box as Wavefront OBJ, faces outward."""
    corners = [(x, y, z) for z in (low[2], high[2]) for y in (low[1], high[1]) for x in (low[0], high[0])]
    faces = ["1 3 4 2", "5 6 8 7", "1 2 6 5", "3 7 8 4", "1 5 7 3", "2 4 8 6"]
    lines = [f"v {x} {y} {z}" for x, y, z in corners]
    return "\n".join(lines + ["f " + " ".join(str(int(i) + first - 1) for i in face.split()) for face in faces]) + "\n"


@pytest.mark.parametrize("column", [0.5, 2.5], ids=["slender column", "block larger than two metres"])
def test_solid_things_in_an_environment_are_not_stood_in(tmp_path: Path, column: float) -> None:
    """A room of the user's own, 8 x 8 m, with one column from floor to ceiling: 200 boxes smaller than it."""
    half = column / 2
    room = box_obj((-4, -4, -0.2), (4, 4, 0)) + box_obj((1 - half, -half, 0), (1 + half, half, 3), 9)
    (tmp_path / "room.obj").write_text(room)
    recipe = recipe_of(
        "scene:\n  environment: {asset: {file: room.obj}}\n  objects:\n"
        "    - {name: a, asset: cube, size_m: [0.1, 0.1, 0.3], count: 100, place: {scatter_2d: {}}}\n",
        tmp_path,
    )
    beside = 0
    for frame in range(2):
        for body in things(stage_of(recipe, frame)):
            distance = np.abs(world_vertices(body)[:, :2] - (1, 0)).max(axis=1)
            assert distance.min() >= half - 1e-9
            beside += bool(distance.min() < half + 0.5)
            assert body.world_from_object[2, 3] == pytest.approx(0.0, abs=1e-9)
    assert beside > 3, "no box came near the column, so nothing was tried"


def test_a_frame_is_placed_the_same_alone_and_after_others() -> None:
    alone = [body.world_from_object.tolist() for body in stage_of(CROWD, 3).bodies]
    stage_of(CROWD, 1)
    stage_of(CROWD, 2)
    assert [body.world_from_object.tolist() for body in stage_of(CROWD, 3).bodies] == alone


def test_instance_ids_count_from_one_in_recipe_order() -> None:
    bodies = things(stage_of(CROWD, 2))
    assert [body.instance_id for body in bodies] == list(range(1, len(bodies) + 1))
    objects = list(dict.fromkeys(object_of(body) for body in bodies))
    assert objects == ["pallet", "box", "load", "cone", "pillar"]


def test_things_without_collision_avoidance_may_overlap_and_are_placed_at_once() -> None:
    recipe = recipe_of(
        f"scene:\n{HALL}  objects:\n    - {{name: a, asset: cube, count: 60, "
        "place: {scatter_2d: {avoid_collisions: false}}}\n"
    )
    corners = [world_vertices(body)[:, :2] for body in things(stage_of(recipe))]
    assert len(corners) == 60
    assert any(shared_area(one, other) > 0.1 for one, other in itertools.combinations(corners, 2))


def test_a_region_limits_where_things_go() -> None:
    recipe = recipe_of(
        f"scene:\n{HALL}  objects:\n    - {{name: a, asset: cube, size_m: [0.2, 0.2, 0.2], count: 20, "
        "place: {scatter_2d: {region_m: [1, -3, 3, -1]}}}\n"
    )
    for body in things(stage_of(recipe)):
        points = world_vertices(body)
        assert (points[:, :2] >= (1, -3)).all()
        assert (points[:, :2] <= (3, -1)).all()


def test_no_free_place_names_the_instance_the_frame_and_the_line() -> None:
    recipe = recipe_of(
        f"scene:\n{HALL}  objects:\n    - {{name: big, asset: cube, size_m: [3, 3, 1], count: 40, "
        "place: {scatter_2d: {}}}\n"
    )
    with pytest.raises(RecipeError) as caught:
        stage_of(recipe, 5)
    fault = caught.value.diagnostics[0]
    assert fault.code == "S007"
    assert "frame 5" in fault.message
    assert "big[" in fault.message
    assert fault.span is not None
    assert "name: big" in recipe.text.splitlines()[fault.span.line - 1]
    assert fault.hint


@pytest.mark.parametrize(
    ("size", "code"),
    [("[20, 1, 1]", "S008"), ("[1, 1, 9]", "S008")],
    ids=["longer than the floor", "higher than the hall"],
)
def test_what_can_never_fit_is_said_to_be_too_large(size: str, code: str) -> None:
    recipe = recipe_of(
        f"scene:\n{HALL}  objects:\n    - {{name: a, asset: cube, size_m: {size}, place: {{scatter_2d: {{}}}}}}\n"
    )
    with pytest.raises(RecipeError) as caught:
        stage_of(recipe)
    assert caught.value.diagnostics[0].code == code


# --- grids ----------------------------------------------------------------------------------------------------


def test_a_grid_stands_where_its_numbers_say() -> None:
    """Hand-computed: 2 x 3 cells, 1.5 and 2 m apart, about (1, -1)."""
    recipe = recipe_of(
        f"scene:\n{HALL}  objects:\n    - {{name: a, asset: cube, size_m: [1, 1, 1], place: "
        "{grid: {count: [2, 3], spacing_m: [1.5, 2], center_m: [1, -1]}}}\n"
    )
    positions = [body.world_from_object[:3, 3].tolist() for body in things(stage_of(recipe))]
    assert positions == [[x, y, 0.0] for y in (-3.0, -1.0, 1.0) for x in (0.25, 1.75)]


def test_layers_lie_on_each_other_and_a_grid_turns_with_what_carries_it() -> None:
    """The carrier is turned by 90 degrees, so its x is the world's y; layers are as high as what they stand on."""
    recipe = recipe_of(
        "scene:\n  objects:\n    - {name: base, asset: cube, size_m: [2, 1, 0.5], yaw_deg: 90, position_m: [3, 0, 0]}\n"
        "    - name: a\n      asset: cube\n      size_m: [0.4, 0.4, 0.3]\n"
        "      place: {grid: {surface: base, count: [2, 1, 2], gap_m: 0.1}}\n"
    )
    positions = np.array([body.world_from_object[:3, 3] for body in things(stage_of(recipe), "a")])
    expected = [[3, -0.25, 0.5], [3, 0.25, 0.5], [3, -0.25, 0.8], [3, 0.25, 0.8]]
    assert positions == pytest.approx(np.array(expected), abs=1e-12)


def test_jitter_moves_things_by_no_more_than_it_says() -> None:
    recipe = recipe_of(
        f"scene:\n{HALL}  objects:\n    - {{name: a, asset: cube, place: {{grid: {{count: [2, 2], spacing_m: [2, 2], "
        "jitter_m: 0.1}}}\n"
    )
    ideal = np.array([[x, y] for y in (-1.0, 1.0) for x in (-1.0, 1.0)])
    moved = np.array([body.world_from_object[:2, 3] for body in things(stage_of(recipe))]) - ideal
    assert (np.abs(moved) <= 0.1).all()
    assert len(np.unique(moved)) == 8


def test_a_grid_larger_than_its_surface_is_refused() -> None:
    recipe = recipe_of(
        "scene:\n  objects:\n    - {name: base, asset: cube}\n"
        "    - {name: a, asset: cube, place: {grid: {surface: base, count: [3, 1]}}}\n"
    )
    with pytest.raises(RecipeError) as caught:
        stage_of(recipe)
    assert caught.value.diagnostics[0].code == "S009"


def test_what_stands_on_an_absent_thing_is_absent_too() -> None:
    recipe = recipe_of(
        f"scene:\n{HALL}  objects:\n    - {{name: base, asset: pallet, probability: 0}}\n"
        "    - {name: a, asset: carton_small, count: 3, place: {scatter_2d: {surface: base}}}\n"
        "    - {name: b, asset: cube, size_m: [0.1, 0.1, 0.1], place: {grid: {surface: a, count: [1, 1]}}}\n"
        "    - {name: c, asset: cube}\n"
    )
    assert [body.name for body in things(stage_of(recipe))] == ["c[0]"]


def test_nothing_stands_on_what_is_tilted() -> None:
    recipe = recipe_of(
        "scene:\n  objects:\n    - {name: base, asset: cube, rotation_deg: [10, 0, 0]}\n"
        "    - {name: a, asset: cube, scale: 0.1, place: {scatter_2d: {surface: base}}}\n"
    )
    with pytest.raises(RecipeError, match="tilted"):
        stage_of(recipe)


# --- transforms and outlines ----------------------------------------------------------------------------------


def test_object_to_world_is_translate_yaw_rotate_scale() -> None:
    """By hand on an asymmetric point: (1, 0, 0) x 2, about y by 90 degrees -> (0, 0, -2); yaw leaves it; moved."""
    recipe = recipe_of(
        "scene:\n  objects:\n    - {name: a, asset: cube, scale: 2, rotation_deg: [0, 90, 0], yaw_deg: 90, "
        "position_m: [1, 2, 3]}\n"
    )
    matrix = things(stage_of(recipe))[0].world_from_object
    assert (matrix @ [1, 0, 0, 1])[:3] == pytest.approx([1, 2, 1], abs=1e-12)
    assert (matrix @ [0, 1, 0, 1])[:3] == pytest.approx([-1, 2, 3], abs=1e-12)


coordinates = st.floats(-5, 5).map(lambda value: round(value, 3))
polygons = st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=8, unique=True)


@settings(max_examples=60)
@given(polygons, polygons)
def test_separation_agrees_with_clipping(first: list[tuple[float, float]], second: list[tuple[float, float]]) -> None:
    a, b = convex_polygon(np.array(first)), convex_polygon(np.array(second))
    try:
        area = shared_area(a, b)
    except QhullError:  # too thin for Qhull
        return
    if area > 1e-6:
        assert separation_m(a, b) < 0
    elif area == 0:
        assert separation_m(a, b) > -1e-4


@given(st.floats(0, 360), st.tuples(coordinates, coordinates))
def test_corners_that_are_one_but_for_rounding_separate_nothing(turn_deg: float, at: tuple[float, float]) -> None:
    """A ring that was turned in a file has corners 1e-17 m apart, which are one point farther from the origin."""
    angles = np.linspace(0, 2 * np.pi, 33)
    ring = 0.1 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    turn = yaw(turn_deg)[:2, :2]
    twice = np.concatenate([ring, ring + np.array([0, 6e-18])])
    first = convex_polygon(twice) @ turn.T + at
    assert separation_m(first, first + np.array([0.02, 0.03])) < 0
    assert separation_m(first, first + np.array([0.3, 0.0])) == pytest.approx(0.1, abs=0.002)


@given(polygons)
def test_an_outline_holds_its_points_and_turns_left(points: list[tuple[float, float]]) -> None:
    outline = convex_polygon(np.array(points))
    edges = np.roll(outline, -1, axis=0) - outline
    for start, edge in zip(outline, edges, strict=True):
        offsets = np.array(points) - start
        assert (edge[0] * offsets[:, 1] - edge[1] * offsets[:, 0] >= -1e-6).all()
