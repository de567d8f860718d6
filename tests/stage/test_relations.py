"""Places by relation, along paths and a least distance apart, measured on the triangles that are rendered."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog

from sdg.errors import RecipeError
from sdg.foundation.arrays import FloatArray
from sdg.stage.model import Body
from sdg.stage.preflight import check_assets
from sdg.stage.prisms import prism_gap_m, winding
from tests.recipes import recipe_of
from tests.stage.test_placement import HALL, box_obj, shared_area, stage_of, things, world_vertices

TABLE = (
    "    - {name: table, asset: pallet, count: 2, yaw_deg: {uniform: [0, 360]},"
    " place: {scatter_2d: {region_m: [-2.5, -3.5, 2.5, 3.5], clearance_m: 1.5}}}\n"
)
# A bin of 0.6 x 0.4 x 0.3 m with walls and a floor of 2 cm: five boxes.
BIN = "".join(
    box_obj(low, high, 1 + 8 * index)
    for index, (low, high) in enumerate(
        [
            ((-0.3, -0.2, 0), (0.3, 0.2, 0.02)),
            ((-0.3, -0.2, 0.02), (-0.28, 0.2, 0.3)),
            ((0.28, -0.2, 0.02), (0.3, 0.2, 0.3)),
            ((-0.28, -0.2, 0.02), (0.28, -0.18, 0.3)),
            ((-0.28, 0.18, 0.02), (0.28, 0.2, 0.3)),
        ]
    )
)


def scene(objects: str) -> str:
    return f"scene:\n{HALL}  objects:\n{objects}"


def local_to(body: Body, points: FloatArray) -> FloatArray:
    return (points - body.world_from_object[:3, 3]) @ body.world_from_object[:3, :3]


def front(body: Body) -> FloatArray:
    return body.world_from_object[:2, 0] / np.linalg.norm(body.world_from_object[:2, 0])


def triangles_of(body: Body) -> FloatArray:
    local = np.concatenate([part.mesh.vertices[part.mesh.faces] for part in body.parts])
    return local @ body.world_from_object[:3, :3].T + body.world_from_object[:3, 3]


def separated(first: FloatArray, second: FloatArray) -> bool:
    """Whether a plane lies between two point sets, by linear programming: no separating axes in it."""
    rows = np.concatenate([np.c_[-first, np.ones(len(first))], np.c_[second, -np.ones(len(second))]])
    result = linprog(np.zeros(4), A_ub=rows, b_ub=-np.ones(len(rows)), bounds=[(None, None)] * 4)
    return bool(result.status == 0)


def test_on_an_object_is_a_scatter_on_it_by_another_key() -> None:
    box = "    - {{name: box, asset: carton_small, count: 4, place: {{{}}}}}\n"
    for frame in range(3):
        stage = stage_of(recipe_of(scene(TABLE + box.format("on: table"))), frame)
        tables = things(stage, "table")
        boxes = things(stage, "box")
        assert len(boxes) == 4
        for body in boxes:
            points = world_vertices(body)
            assert points[:, 2].min() == pytest.approx(0.144, abs=1e-9)
            assert any((np.abs(local_to(table, points)[:, :2]) <= (0.6, 0.4)).all() for table in tables)


def test_in_turn_gives_each_carrier_as_many() -> None:
    box = "    - {name: box, asset: carton_small, count: 4, place: {on: {surface: table, in_turn: true}}}\n"
    stage = stage_of(recipe_of(scene(TABLE + box)))
    on = [
        [index for index, table in enumerate(things(stage, "table")) if np.hypot(*local_to(table, p)[0, :2]) < 0.8]
        for p in (body.world_from_object[None, :3, 3] for body in things(stage, "box"))
    ]
    assert on == [[0], [1], [0], [1]]


@pytest.mark.parametrize("clearance", [0.0, 0.03])
def test_things_in_a_bin_are_within_its_walls_and_touch_nothing(tmp_path: Path, clearance: float) -> None:
    """The bin is turned, and each of its walls is a solid: nothing may lie within one either."""
    (tmp_path / "bin.obj").write_text(BIN)
    text = scene(
        "    - {name: bin, asset: {file: bin.obj}, position_m: [1, 0, 0.5], yaw_deg: {uniform: [0, 360]}}\n"
        "    - {name: part, asset: {choice: [cylinder, cube, sphere]}, count: 12, size_m: [0.05, 0.06, 0.08],"
        " rotation_deg: [{uniform: [0, 90]}, 0, 0], yaw_deg: {uniform: [0, 360]},"
        f" place: {{in: {{object: bin, clearance_m: {clearance}}}}}}}\n"
    )
    heights = []
    for frame in range(3):
        stage = stage_of(recipe_of(text, tmp_path), frame)
        (container,) = things(stage, "bin")
        parts = [world_vertices(body) for body in things(stage, "part")]
        assert len(parts) == 12
        for points in parts:
            local = local_to(container, points)
            assert (np.abs(local[:, :2]) < np.array([0.28, 0.18]) - clearance).all()
            assert local[:, 2].min() > 0.02 + clearance
            assert local[:, 2].max() < 0.3
            heights.append(local[:, 2].mean())
        assert all(separated(one, other) for one, other in itertools.combinations(parts, 2))
    assert np.ptp(heights) > 0.1, "they fill the height, not the bottom alone"


def test_things_over_a_shelf_stay_between_it_and_the_next() -> None:
    text = scene(
        "    - {name: rack, asset: pallet_rack, yaw_deg: 30}\n"
        "    - {name: ball, asset: sphere, size_m: [0.2, 0.2, 0.2], count: 8, place: {in: rack.shelf_1}}\n"
    )
    stage = stage_of(recipe_of(text))
    (rack,) = things(stage, "rack")
    walls = triangles_of(rack)
    for body in things(stage, "ball"):
        middle = body.world_from_object[:3, 3] + (0, 0, 0.1)
        nearest = np.linalg.norm(walls.reshape(-1, 3) - middle, axis=1).min()
        assert nearest > 0.1
        assert abs(winding(middle, walls)) < 0.5
    assert len(things(stage, "ball")) == 8


@pytest.mark.parametrize(
    ("side", "outwards"), [("front", (1, 0)), ("left", (0, 1)), ("back", (-1, 0)), ("right", (0, -1))]
)
def test_beside_keeps_its_side_and_its_distance(side: str, outwards: tuple[int, int]) -> None:
    """A table is 1.2 x 0.8 m; the gap is measured along the side's own normal."""
    text = scene(
        TABLE + "    - {name: drum, asset: drum, count: 2, yaw_deg: {uniform: [0, 360]},"
        f" place: {{beside: {{object: table, side: {side}, distance_m: {{uniform: [0.05, 0.4]}}, in_turn: true}}}}}}\n"
    )
    recipe = recipe_of(text)
    for frame in range(4):
        stage = stage_of(recipe, frame)
        for index, (table, drum) in enumerate(zip(things(stage, "table"), things(stage, "drum"), strict=True)):
            points = local_to(table, world_vertices(drum))
            gap = (points[:, :2] @ outwards).min() - abs(np.dot(outwards, (0.6, 0.4)))
            assert gap == pytest.approx(stage.drawn[f"scene.objects.drum[{index}].place.beside.distance_m"], abs=1e-9)
            assert points[:, 2].min() == pytest.approx(0.0, abs=1e-9)
            across = points[:, :2] @ (-outwards[1], outwards[0])
            assert abs((across.min() + across.max()) / 2) <= abs(np.dot(outwards, (0.4, 0.6))) + 1e-9


def test_beside_something_on_a_table_is_on_that_table() -> None:
    text = scene(
        TABLE
        + "    - {name: jug, asset: cylinder, size_m: [0.1, 0.1, 0.2], place: {on: table}}\n"
        + "    - {name: cup, asset: cylinder, size_m: [0.06, 0.06, 0.1], count: 3,"
        " place: {beside: {object: jug, distance_m: 0.02}}}\n"
    )
    recipe = recipe_of(text)
    for frame in range(6):
        stage = stage_of(recipe, frame)
        (jug,) = things(stage, "jug")
        table = min(
            things(stage, "table"),
            key=lambda table: float(np.hypot(*(jug.world_from_object - table.world_from_object)[:2, 3])),
        )
        for cup in things(stage, "cup"):
            points = world_vertices(cup)
            assert points[:, 2].min() == pytest.approx(0.144, abs=1e-9)
            assert (np.abs(local_to(table, points)[:, :2]) <= np.array([0.6, 0.4]) + 1e-9).all()
            assert shared_area(points[:, :2], world_vertices(jug)[:, :2]) < 1e-9


def test_what_finds_no_place_beside_a_thing_is_told_of_the_edge_that_it_stuck_out_beyond() -> None:
    text = scene(
        TABLE
        + "    - {name: tray, asset: cube, size_m: [1.1, 0.7, 0.02], place: {on: table}}\n"
        + "    - {name: pot, asset: cylinder, size_m: [0.2, 0.2, 0.1], place: {beside: tray}}\n"
    )
    with pytest.raises(RecipeError, match=r"S007") as raised:
        stage_of(recipe_of(text), 0)
    assert "; 200 tries stuck out beyond the surface that tray stands on" in str(raised.value)


def test_beside_and_facing_make_a_chair_look_at_its_desk() -> None:
    text = scene(
        TABLE + "    - {name: chair, asset: cube, size_m: [0.4, 0.5, 0.9], count: 2, facing: table,"
        " place: {beside: {object: table, side: back, distance_m: 0.1, offset_m: 0, in_turn: true}}}\n"
    )
    for frame in range(3):
        stage = stage_of(recipe_of(text), frame)
        for table, chair in zip(things(stage, "table"), things(stage, "chair"), strict=True):
            assert front(chair) @ front(table) == pytest.approx(1, abs=1e-9)


def test_what_faces_a_thing_has_its_front_towards_the_nearest() -> None:
    text = scene(
        TABLE
        + "    - {name: eye, asset: cube, size_m: [0.5, 0.1, 0.2], count: 5, facing: table, place: {scatter_2d: {}}}\n"
        "    - {name: aside, asset: cube, count: 2, facing: table, yaw_deg: 90, place: {scatter_2d: {}}, scale: 0.3}\n"
    )
    stage = stage_of(recipe_of(text))
    targets = np.array([body.world_from_object[:2, 3] for body in things(stage, "table")])
    for name, expected in (("eye", 1.0), ("aside", 0.0)):
        for body in things(stage, name):
            to = targets - body.world_from_object[:2, 3]
            nearest = to[np.argmin(np.hypot(*to.T))]
            assert front(body) @ nearest / np.hypot(*nearest) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("facing", "target"), [("[2, -3, 1]", (2, -3)), ("cam", (3, 0)), ("eye", (-1, 2)), ("table", (1, 1))]
)
def test_points_cameras_and_things_can_be_faced(facing: str, target: tuple[float, float]) -> None:
    """`cam` looks from (3, 0); `eye` has a matrix."""
    cameras = (
        "cameras:\n  - {name: cam, pose: {look_at: {eye_m: [3, 0, 1.5], target: [0, 0, 0.5]}}}\n"
        "  - {name: eye, pose: {transform: {matrix: [[1, 0, 0, -1], [0, 1, 0, 2], [0, 0, 1, 1], [0, 0, 0, 1]]}}}\n"
    )
    text = scene(
        f"    - {{name: sign, asset: cube, position_m: [-2, -1, 0], facing: {facing}}}\n"
        "    - {name: table, asset: pallet, position_m: [1, 1, 0]}\n"
        f"    - {{name: row, asset: cube, scale: 0.2, facing: {facing}, place: {{grid: {{count: [3, 1]}}}}}}\n"
    )
    stage = stage_of(recipe_of(text + cameras))
    for body in [*things(stage, "sign"), *things(stage, "row")]:
        to = np.array(target) - body.world_from_object[:2, 3]
        assert front(body) @ to / np.hypot(*to) == pytest.approx(1, abs=1e-9)


def test_things_along_a_path_are_evenly_spaced_and_turned_with_it() -> None:
    text = scene(
        "    - {name: a, asset: cube, scale: 0.2, place: {along: {path_m: [[-3, 0], [1, 0], [1, 3]],"
        " spacing_m: 0.5}}}\n"
        "    - {name: b, asset: cube, scale: 0.2, count: 4, yaw_deg: 90,"
        " place: {along: {path_m: [[-3, -3], [3, -3]], offset_m: 1}}}\n"
    )
    stage = stage_of(recipe_of(text))
    places = np.array([body.world_from_object[:2, 3] for body in things(stage, "a")])
    expected = [(-3 + 0.5 * i, 0) for i in range(9)] + [(1, 0.5 * i) for i in range(1, 7)]
    np.testing.assert_allclose(places, expected, atol=1e-9)
    fronts = np.array([front(body) for body in things(stage, "a")])
    np.testing.assert_allclose(fronts, [(1, 0)] * 8 + [(0, 1)] * 7, atol=1e-9)
    places = np.array([body.world_from_object[:2, 3] for body in things(stage, "b")])
    np.testing.assert_allclose(places, [(-3, -2), (-1, -2), (1, -2), (3, -2)], atol=1e-9)
    np.testing.assert_allclose(front(things(stage, "b")[0]), (0, 1), atol=1e-9)


def test_a_jittered_path_goes_round_what_is_there() -> None:
    text = scene(
        "    - {name: post, asset: cube, size_m: [0.3, 0.3, 1], position_m: [0, 0, 0]}\n"
        "    - {name: cone, asset: cube, scale: 0.2, place: {along: {path_m: [[-2, 0], [2, 0]], spacing_m: 1, %s}}}\n"
    )
    for frame in range(4):
        stage = stage_of(recipe_of(text % "jitter_m: 0.5, clearance_m: 0.05"), frame)
        post = world_vertices(things(stage, "post")[0])[:, :2]
        for body, at in zip(things(stage, "cone"), range(-2, 3), strict=True):
            assert shared_area(post, world_vertices(body)[:, :2]) < 1e-9
            assert (np.abs(body.world_from_object[:2, 3] - (at, 0)) <= 0.5).all()
    with pytest.raises(RecipeError, match=r"S007.*no free place for cone\[2\] along its path"):
        stage_of(recipe_of(text % "offset_m: 0"))


def test_poisson_discs_keep_their_distance_and_leave_no_hole() -> None:
    """Maximal sampling leaves no point farther than the radius from all; 200 misses in a row leave few."""
    text = scene(
        "    - {name: stone, asset: sphere, size_m: [0.05, 0.05, 0.05],"
        " place: {poisson_disc: {radius_m: 0.5, region_m: [-3, -3, 3, 3]}}}\n"
    )
    grid = np.stack(np.meshgrid(np.linspace(-2.9, 2.9, 60), np.linspace(-2.9, 2.9, 60)), axis=-1).reshape(-1, 2)
    for frame in range(2):
        places = np.array([body.world_from_object[:2, 3] for body in things(stage_of(recipe_of(text), frame))])
        apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
        assert apart[~np.eye(len(places), dtype=bool)].min() >= 0.5
        holes = np.hypot(*(grid[:, None] - places[None]).transpose(2, 0, 1)).min(axis=1) > 0.5
        assert holes.mean() < 0.02


def test_a_count_of_poisson_discs_is_kept_or_refused() -> None:
    text = scene(
        "    - {name: stone, asset: sphere, size_m: [0.05, 0.05, 0.05], count: %d,"
        " place: {poisson_disc: {radius_m: 1, region_m: [-2, -2, 2, 2]}}}\n"
    )
    assert len(things(stage_of(recipe_of(text % 8)))) == 8
    with pytest.raises(RecipeError, match=r"S007.*no free place for stone"):
        stage_of(recipe_of(text % 40))


def test_what_is_placed_by_something_absent_is_absent() -> None:
    """In a frame without the table neither what is on, in nor beside it is there."""
    text = scene(
        "    - {name: rack, asset: pallet_rack, probability: 0.5, place: {scatter_2d: {}}}\n"
        "    - {name: a, asset: cube, scale: 0.1, place: {on: rack.shelf_1}}\n"
        "    - {name: b, asset: cube, scale: 0.1, place: {in: rack.shelf_1}}\n"
        "    - {name: c, asset: cube, scale: 0.1, place: {beside: rack}}\n"
        "    - {name: d, asset: cube, scale: 0.1, facing: rack, place: {scatter_2d: {}}}\n"
    )
    recipe = recipe_of(text)
    seen = {tuple(sorted(body.name[0] for body in things(stage_of(recipe, frame)))) for frame in range(8)}
    assert seen == {("d",), ("a", "b", "c", "d", "r")}


def test_a_draw_may_choose_between_ways_of_placing() -> None:
    text = scene(
        TABLE + "    - {name: box, asset: carton_small, count: 12,"
        " place: {choice: [{on: table}, {beside: table}, {scatter_2d: {}}]}}\n"
    )
    stage = stage_of(recipe_of(text))
    heights = {round(float(world_vertices(body)[:, 2].min()), 3) for body in things(stage, "box")}
    assert heights == {0.0, 0.144}


def test_the_same_frame_is_placed_the_same_whatever_else_is_in_the_recipe() -> None:
    rest = (
        TABLE + "    - {name: box, asset: carton_small, count: 2, place: {on: table}}\n"
        "    - {name: drum, asset: drum, place: {beside: table}, facing: box}\n"
    )
    more = "    - {name: far, asset: cube, scale: 0.1, position_m: [3.9, 4.9, 0]}\n"
    one, other = stage_of(recipe_of(scene(rest))), stage_of(recipe_of(scene(rest + more)))
    for body, again in zip(things(one), things(other), strict=False):
        np.testing.assert_array_equal(body.world_from_object, again.world_from_object)


@pytest.mark.parametrize("seed", range(20))
def test_the_gap_of_a_prism_is_that_of_a_separating_plane(seed: int) -> None:
    """Against linear programming: a random box and a random triangle, whether they meet."""
    random = np.random.default_rng(seed)
    turn = random.uniform(0, 2 * np.pi)
    square = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * random.uniform(0.2, 1, 2)
    polygon = square @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    triangle = random.normal(size=(3, 3)) * 1.2
    corners = np.concatenate([np.c_[polygon, np.full(4, z)] for z in (-0.5, 0.7)])
    assert (prism_gap_m(polygon, -0.5, 0.7, triangle[None], 10.0) > 0) == separated(corners, triangle)


@pytest.mark.parametrize(
    ("code", "objects", "said"),
    [
        ("S004", "{name: a, asset: cube, scale: 0.1, place: {in: block}}", "it is solid"),
        ("S004", "{name: a, asset: cube, scale: 0.1, place: {in: table.top}}", "nothing is above"),
        ("S008", "{name: a, asset: cube, scale: 2, place: {in: rack.shelf_1}}", "too tall for rack.shelf_1"),
        ("S008", "{name: a, asset: cube, size_m: [9, 0.1, 0.1], place: {in: rack}}", "too large for rack"),
        ("S008", "{name: a, asset: cube, scale: 2, place: {on: table}}", "too large for table"),
        ("S009", "{name: a, asset: cube, place: {along: {path_m: [[0, 0], [9, 0]], spacing_m: 1}}}", "leaves the surf"),
        (
            "S004",
            "{name: a, asset: cube, count: 2, place: {along: {path_m: [[0, 0], [1, 0]], surface: roof}}}",
            "no surf",
        ),
        (
            "S008",
            "{name: a, asset: cube, place: {poisson_disc: {radius_m: 1, region_m: [9, 9, 10, 10]}}}",
            "lies outside",
        ),
    ],
)
def test_what_fits_by_no_relation_is_found_before_any_frame(code: str, objects: str, said: str) -> None:
    text = scene(
        "    - {name: block, asset: cube}\n    - {name: rack, asset: pallet_rack}\n    - {name: table, asset: pallet}\n"
        f"    - {objects}\n"
    )
    found = [fault for fault in check_assets(recipe_of(text)) if fault.severity == "error"]
    assert [fault.code for fault in found] == [code], found
    assert said in found[0].message
