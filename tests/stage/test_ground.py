"""Uneven ground: things stand on its triangles, and none of their feet hovers."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdg.errors import RecipeError
from sdg.foundation.arrays import FloatArray
from sdg.stage.asset import Asset, Material, Mesh, Part, Surface
from sdg.stage.build import build_stage
from sdg.stage.footprint import convex_polygon
from sdg.stage.ground import find_ground
from sdg.stage.model import Body, Stage
from sdg.stage.surfaces import place_surface
from tests.recipes import frame_of, recipe_of

PARK = """\
scene:
  environment:
    asset: {park_terrain: {relief_m: 3.0, paths: 2, grass_density: 0.05, woods: 20}}
    position_m: [3, -2, 0.7]
    yaw_deg: 25
  objects:
    - {name: bench, asset: {bench: {length_m: 2.4}}, count: 4, place: {scatter_2d: {surface: path_side}}}
    - {name: tree, asset: tree, count: 4, place: {scatter_2d: {surface: lawn}}, yaw_deg: {uniform: [0, 360]}}
    - {name: cone, asset: traffic_cone, count: 5, place: {scatter_2d: {surface: path}}, yaw_deg: {uniform: [0, 360]}}
    - name: carton
      asset: {choice: [carton_small, carton_large]}
      count: 8
      place: {scatter_2d: {surface: ground}}
      yaw_deg: {uniform: [0, 360]}
      rotation_deg: [0, 0, {uniform: [0, 90]}]
    - {name: plate, asset: cube, size_m: [3, 2, 0.1], count: 3, place: {scatter_2d: {surface: ground}}}
    - {name: load, asset: carton_small, place: {scatter_2d: {surface: plate}}}
"""


@pytest.fixture(scope="module")
def stage() -> Stage:
    return build_stage(frame_of(recipe_of(PARK)), recipe_of(PARK))


def world_vertices(body: Body) -> FloatArray:
    local = np.concatenate([part.mesh.vertices for part in body.parts])
    world: FloatArray = local @ body.world_from_object[:3, :3].T + body.world_from_object[:3, 3]
    return world


def ground_triangles(stage: Stage, *names: str) -> FloatArray:
    bodies = [body for body in stage.bodies if body.name in {f"environment.{name}" for name in names}]
    assert len(bodies) == len(names)
    return np.concatenate([world_vertices(body)[body.parts[0].mesh.faces] for body in bodies])


def heights_over(points: FloatArray, triangles: FloatArray) -> FloatArray:
    """Return the height of the ground at each point, nan beside it, by signed areas of each triangle in turn."""
    heights = np.full(len(points), np.nan)
    low, high = points.min(axis=0), points.max(axis=0)
    near = ((triangles[:, :, :2].min(axis=1) <= high) & (triangles[:, :, :2].max(axis=1) >= low)).all(axis=1)
    for corners in triangles[near]:
        plane = np.linalg.solve(np.column_stack([corners[:, :2], np.ones(3)]), corners[:, 2])
        inside = np.ones(len(points), dtype=bool)
        for start, end in itertools.pairwise([*corners[:, :2], corners[0, :2]]):
            side = (end[0] - start[0]) * (points[:, 1] - start[1]) - (end[1] - start[1]) * (points[:, 0] - start[0])
            inside &= side >= -1e-9
        heights[inside] = points[inside] @ plane[:2] + plane[2]
    return heights


def things(stage: Stage, *names: str) -> list[Body]:
    return [body for body in stage.bodies if body.is_thing and body.name.partition("[")[0] in names]


def sampled(polygon: FloatArray) -> FloatArray:
    """Return points all over a convex outline, its corners among them."""
    share = np.linspace(0.0, 1.0, 25)
    edges = np.concatenate([a + share[:, None] * (b - a) for a, b in itertools.pairwise([*polygon, polygon[0]])])
    middle = polygon.mean(axis=0)
    return np.concatenate([middle + depth * (edges - middle) for depth in np.linspace(0.0, 1.0, 12)])


def test_no_foot_hovers_and_each_touches_the_ground(stage: Stage) -> None:
    """Sampled at over a thousand points: none of a foot is above the ground, and somewhere it is within 2 mm of it.

    Of samples a few centimetres apart on ground of moderate slope the nearest is less than 2 mm above the lowest.
    """
    triangles = ground_triangles(stage, "lawn", "path")
    standing = things(stage, "bench", "tree", "cone", "carton", "plate")
    assert len(standing) == 24
    for body in standing:
        vertices = world_vertices(body)
        foot = float(vertices[:, 2].min())
        polygon = convex_polygon(vertices[vertices[:, 2] <= foot + 0.02][:, :2])
        gaps = foot - heights_over(sampled(polygon), triangles)
        assert np.isfinite(gaps).all(), body.name
        assert gaps.max() <= 1e-6, body.name
        assert gaps.max() > -0.002, body.name


def test_things_stand_upright_on_a_slope(stage: Stage) -> None:
    for body in things(stage, "bench", "tree", "cone"):
        np.testing.assert_allclose(body.world_from_object[2, :3], [0.0, 0.0, 1.0], atol=1e-12)


def test_the_lawn_keeps_things_off_the_path_and_the_path_keeps_them_on_it(stage: Stage) -> None:
    path = ground_triangles(stage, "path")
    for body in [*things(stage, "tree"), *things(stage, "cone")]:
        vertices = world_vertices(body)
        polygon = convex_polygon(vertices[vertices[:, 2] <= vertices[:, 2].min() + 0.02][:, :2])
        on_path = np.isfinite(heights_over(sampled(polygon) * (1 - 1e-9), path))
        assert on_path.all() if body.name.startswith("cone") else not on_path.any(), body.name


def test_benches_look_at_the_path(stage: Stage) -> None:
    """A bench looks along its own -y; half a path's width and a step that way there is path."""
    path = ground_triangles(stage, "path")
    for body in things(stage, "bench"):
        ahead = body.world_from_object[:2, 3] - 1.9 * body.world_from_object[:2, 1]
        assert np.isfinite(heights_over(ahead[None], path)).all(), body.name


def test_what_stands_on_a_thing_stands_on_its_level_top(stage: Stage) -> None:
    (load,) = things(stage, "load")
    tops = [world_vertices(body)[:, 2].max() for body in things(stage, "plate")]
    assert min(abs(world_vertices(load)[:, 2].min() - top) for top in tops) < 1e-9


def test_a_grid_follows_the_ground_cell_by_cell() -> None:
    recipe = recipe_of("""\
scene:
  environment: {asset: {park_terrain: {relief_m: 3.0, grass_density: 0.05, woods: 20}}}
  objects:
    - name: post
      asset: bollard
      place: {grid: {surface: ground, count: [3, 3], spacing_m: [2, 6], center_m: [5, 14]}}
""")
    stage = build_stage(frame_of(recipe), recipe)
    triangles = ground_triangles(stage, "lawn", "path")
    feet = []
    for body in things(stage, "post"):
        vertices = world_vertices(body)
        feet.append(float(vertices[:, 2].min()))
        ground = heights_over(vertices[vertices[:, 2] <= feet[-1] + 0.02][:, :2], triangles)
        assert -0.05 < (feet[-1] - ground).max() <= 1e-6
    assert np.ptp(feet) > 0.02


def test_where_nothing_reaches_under_the_whole_foot_there_is_no_place() -> None:
    recipe = recipe_of("""\
scene:
  environment: {asset: {park_terrain: {path_width_m: 1.5, grass_density: 0.05, woods: 20}}}
  objects: [{name: slab, asset: cube, size_m: [0.9, 3.0, 0.1], place: {scatter_2d: {surface: path}}}]
""")
    with pytest.raises(RecipeError) as caught:
        build_stage(frame_of(recipe), recipe)
    assert caught.value.diagnostics[0].code in {"S007", "S008"}


def hilly(heights: FloatArray) -> Asset:
    """Return a sheet of two triangles a cell whose corners have the given heights, a metre apart."""
    rows, columns = heights.shape
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float64)
    vertices = np.stack([x, y, heights], axis=-1).reshape(-1, 3)
    low = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).reshape(-1)
    faces = np.concatenate(
        [np.stack([low, low + 1, low + columns + 1], 1), np.stack([low, low + columns + 1, low + columns], 1)]
    )
    part = Part("sheet", Mesh(vertices, faces.astype(np.uint32)), Material("sheet"))
    surface = Surface("ground", (0.0, 0.0), (columns - 1.0, rows - 1.0), 0.0, follows=("sheet",))
    return Asset(str(heights.tolist()), (part,), np.stack([vertices.min(0), vertices.max(0)]), (surface,))


@settings(max_examples=60, deadline=None)
@given(
    heights=st.lists(st.floats(-1.0, 1.0), min_size=16, max_size=16),
    points=st.lists(st.tuples(st.floats(0.05, 2.95), st.floats(0.05, 2.95)), min_size=3, max_size=7),
)
def test_the_lowest_place_under_an_outline_is_the_lowest_of_many_samples(
    heights: list[float], points: list[tuple[float, float]]
) -> None:
    """No sample is lower, and with slopes of at most 2 some sample within 3 cm is at most 15 cm higher."""
    asset = hilly(np.array(heights).reshape(4, 4))
    polygon = convex_polygon(np.array(points))
    lowest = find_ground(asset, ("sheet",), np.eye(4)).lowest_under(polygon)
    assert lowest is not None
    part = asset.parts[0].mesh
    found = heights_over(sampled(polygon), part.vertices[part.faces])
    assert np.nanmin(found) >= lowest - 1e-6
    assert np.nanmin(found) <= lowest + 0.35


def test_an_outline_over_the_rim_has_no_lowest_place() -> None:
    ground = find_ground(hilly(np.zeros((3, 3))), ("sheet",), np.eye(4))
    square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    assert ground.lowest_under(square * 0.5 + 0.5) == 0.0
    assert ground.lowest_under(square * 4.0 - 1.0) is None
    assert ground.lowest_under(square * 0.5 + [1.75, 0.5]) is None
    assert ground.lowest_under(square + 5.0) is None
    assert ground.height_at(1.0, 1.0) == 0.0
    assert ground.height_at(-0.1, 1.0) is None


def test_a_turned_surface_lies_where_its_origin_and_yaw_say() -> None:
    surface = Surface("side", (0.0, 0.0), (1.0, 2.0), 0.5, origin_m=(3.0, 4.0), yaw_deg=90.0)
    placed = place_surface(hilly(np.zeros((2, 2))), surface, np.eye(4))
    far = placed.world_from_surface @ [1.0, 2.0, 0.0, 1.0]
    np.testing.assert_allclose(far[:3], [3.0 - 2.0, 4.0 + 1.0, 0.5], atol=1e-12)
