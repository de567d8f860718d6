"""Exact shapes under an ideal pinhole: handedness, planes, spheres, pixel centres, occlusion, two alike."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sdg.foundation.arrays import BoolArray, FloatArray
from sdg.render.api import RendererName
from tests.contract.judge import Judge
from tests.contract.rendered import Shot, judge_labels, open_scene
from tests.contract.shapes import CELL_DEG, Truth, pinhole, truth_of
from tests.contract.tolerances import Tolerances
from tests.contract.worlds import GEOMETRY

SIZE = (96, 72)
# Eye and target [m], focal length [px].
VIEWS = {
    "axes": ((6, 6, 4.5), (0.5, 0.5, 1.5), 90),
    "plane": ((0, 22, 3), (0, 30, 2), 90),
    "sphere": ((28, 0, 1), (32, 0, 1), 60),
    "edges": ((-30, 0, 2), (-30, 4, 2), 100),
    "twins": ((0, -36, 2), (0, -30, 0.3), 130),
    "clipped": ((0, 9, 1), (0, 0, 1), 90),
}
CLIP_M = {"clipped": (7.0, 20.0)}
# Where edges lie, from the centre of pixel 20 along u (by row) and along v (by column) [px].
LEFT_EDGES = {"left_far_before": (-0.2, 10), "left_just_before": (-0.01, 22)}
LEFT_EDGES |= {"left_just_after": (0.01, 34), "left_far_after": (0.2, 46)}
TOP_EDGES = {"top_far_before": (-0.2, 57), "top_just_before": (-0.01, 65)}
TOP_EDGES |= {"top_just_after": (0.01, 73), "top_far_after": (0.2, 81)}


@pytest.fixture(scope="module")
def shots(renderer_name: RendererName) -> dict[str, Shot]:
    with open_scene("geometry", renderer_name) as scene:
        return scene.frame()


def truth(name: str, allowed: Tolerances, shapes: list[str] | None = None) -> Truth:
    """What a camera must see of the world, or of some of its shapes alone."""
    eye, target, focal_px = VIEWS[name]
    cast, forward = pinhole(eye, target, focal_px, SIZE)
    world = {key: shape for key, shape in GEOMETRY.items() if shapes is None or key in shapes}
    return truth_of(world, cast, forward, SIZE, allowed.edge_px, CLIP_M.get(name, (0.0, np.inf)))


@pytest.mark.parametrize("name", VIEWS)
def test_every_pixel_has_the_id_depth_distance_and_normal_of_the_ray_through_its_centre(
    name: str, shots: dict[str, Shot], tolerances: Tolerances, judge: Judge
) -> None:
    judge_labels(judge, shots[name], list(GEOMETRY), truth(name, tolerances))


def middle(seen: BoolArray) -> FloatArray:
    """Mean (u, v) of the pixels that are set [px]."""
    v, u = np.nonzero(seen)
    return np.array([u.mean() + 0.5, v.mean() + 0.5])


def test_the_world_is_right_handed_and_pictures_are_not_mirrored(shots: dict[str, Shot]) -> None:
    """From (6, 6, 4.5), a camera that looks at the origin has +X to its left, +Y to its right and +Z upwards."""
    shot = shots["axes"]
    east, north, up = (middle(shot.shows(name)) for name in ("east", "north", "up"))
    assert east[0] < up[0] < north[0]
    assert up[1] < min(east[1], north[1])


@pytest.mark.parametrize(("name", "channel"), [("east", 0), ("north", 1), ("up", 2)])
def test_the_picture_shows_each_thing_where_the_labels_do_in_its_own_colour(
    name: str, channel: int, shots: dict[str, Shot], judge: Judge
) -> None:
    """Colours are 0.8 in one channel and 0.1 in the others; light between the things changes that a little."""
    shot = shots["axes"]
    mean = shot.radiance[shot.shows(name)].mean(axis=0, dtype=np.float64)
    others = np.delete(mean, channel).max()
    judge.at_least("own channel over the others", mean[channel] / others, 5.0)


def test_a_plane_has_the_depth_of_its_equation_at_every_pixel_centre(shots: dict[str, Shot], judge: Judge) -> None:
    """With n the normal and p a point of the plane: z = n.(p - eye) / (n.d), where d has length 1 along the axis."""
    shot = shots["plane"]
    x, y, z = np.radians((60, 10, 20))
    # The third column of Rz Ry Rx, written out.
    normal = np.array(
        [
            math.cos(z) * math.sin(y) * math.cos(x) + math.sin(z) * math.sin(x),
            math.sin(z) * math.sin(y) * math.cos(x) - math.cos(z) * math.sin(x),
            math.cos(y) * math.cos(x),
        ]
    )
    eye, target, focal_px = VIEWS["plane"]
    cast, forward = pinhole(eye, target, focal_px, SIZE)
    v, u = np.nonzero(shot.shows("sheet"))
    _, rays = cast(np.stack([u + 0.5, v + 0.5], axis=1))
    along = rays / (rays @ forward)[:, None]
    expected = (np.array([0, 30, 2]) - eye) @ normal / (along @ normal)
    assert len(u) > 1000
    depth, distance = shot.view.depth_z_m[v, u], shot.view.distance_m[v, u]
    judge.at_most("depth, relative", np.abs(depth / expected - 1).max(), judge.tolerances.distance)
    judge.at_most(
        "distance over depth, relative",
        np.abs(distance / depth / np.linalg.norm(along, axis=1) - 1).max(),
        judge.tolerances.distance,
    )
    assert (distance > 1.02 * depth).any(), "depth and distance must be told apart"


def test_a_sphere_is_an_ellipse_with_the_centre_and_axes_of_its_cone(shots: dict[str, Shot], judge: Judge) -> None:
    """A ball at the angle a from the axis, with the half angle b of its cone, spans tan(a - b) to tan(a + b) along the
    line through the principal point; across it, half the short axis is sin b / sqrt(cos^2 b - sin^2 a).
    """
    shot = shots["sphere"]
    towards = np.array([4.0, 1.6, 0.7])  # forward, left, up
    a = math.acos(towards[0] / np.linalg.norm(towards))
    # Flat cells take a little off, at most as much as an inscribed sphere would.
    half = [math.asin(radius / np.linalg.norm(towards)) for radius in (1.0, math.cos(math.radians(CELL_DEG)))]
    bearing = np.array([-1.6, -0.7]) / math.hypot(1.6, 0.7)
    spans = [(math.tan(a - b), math.tan(a + b)) for b in half]
    areas = [
        math.pi * (high - low) / 2 * math.sin(b) / math.sqrt(math.cos(b) ** 2 - math.sin(a) ** 2) * 60**2
        for (low, high), b in zip(spans, half, strict=True)
    ]
    centre = np.array([48.0, 36.0]) + bearing * sum(spans[0]) / 2 * 60
    seen = shot.shows("ball")
    # A picture of n pixels round an outline tells its middle to about 0.05 px and its area to a few pixels.
    judge.at_most("centre [px]", np.abs(middle(seen) - centre).max(), 0.1 + judge.tolerances.edge_px)
    judge.at_most("area, relative", abs(seen.sum() / np.mean(areas) - 1), 0.01 + judge.tolerances.edge_px / 10)


def test_an_edge_just_beside_a_pixels_centre_decides_the_pixel(shots: dict[str, Shot], judge: Judge) -> None:
    """Bars begin so far before or after the centre of pixel 20; those within the tolerance of it decide nothing."""
    shot = shots["edges"]
    ids = shot.view.entity_ids
    wrong = judged = 0
    for edges, pick in ((LEFT_EDGES, lambda along, at: ids[at, along]), (TOP_EDGES, lambda along, at: ids[along, at])):
        for name, (offset_px, at) in edges.items():
            if abs(offset_px) > judge.tolerances.edge_px:
                first = 20 if offset_px < 0 else 21
                judged += 1
                wrong += bool(pick(first, at) != shot.entity(name) or pick(first - 1, at) != 0)
    assert judged >= 4
    judge.at_most("wrong edges", wrong, 0)


def test_two_alike_have_two_ids_and_what_is_in_front_hides_what_is_behind(
    shots: dict[str, Shot], tolerances: Tolerances, judge: Judge
) -> None:
    shot = shots["twins"]
    bodies = {body.name: body for body in shot.stage.bodies}
    assert bodies["twin[0]"].label == bodies["twin[1]"].label
    left, right, screen = (shot.shows(name) for name in ("twin[0]", "twin[1]", "screen"))
    assert middle(left)[0] < SIZE[0] / 2 < middle(right)[0]
    assert 0.2 * right.sum() < left.sum() < 0.8 * right.sum()
    expected = truth("twins", tolerances)
    behind = list(GEOMETRY).index("screen")
    assert (screen[expected.clear] == (expected.index == behind)[expected.clear]).mean() > 0.999


@pytest.mark.parametrize("name", ["twin[0]", "twin[1]", "screen"])
def test_unoccluded_pixels_are_those_that_a_thing_would_cover_alone(
    name: str, shots: dict[str, Shot], tolerances: Tolerances, judge: Judge
) -> None:
    shot = shots["twins"]
    alone = truth("twins", tolerances, [name])
    counted = shot.view.unoccluded_px[shot.entity(name)]
    doubtful = int((~alone.clear).sum())
    judge.at_most("difference [px]", abs(counted - int((alone.index == 0).sum())), doubtful + tolerances.wrong_px)


def test_what_lies_beyond_the_limits_of_a_camera_is_not_seen_and_hides_nothing(shots: dict[str, Shot]) -> None:
    """`north` stands 6 m away, before `up` at 9 m; table and twins 38 m away."""
    shot = shots["clipped"]
    for name in ("north", "table", "twin[0]", "twin[1]"):
        assert not shot.shows(name).any()
    assert shot.shows("east").any()
    assert shot.shows("up").any()
