"""What lenses of finite aperture, shutters and second eyes do; skipped where a renderer declares that it lacks it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sdg.foundation.arrays import FloatArray
from sdg.recipe.effects import EFFECTS, asked_effects
from sdg.recipe.load import load_recipe
from sdg.render.api import RendererName
from tests.contract.judge import Judge
from tests.contract.rendered import SCENES, Shot, judge_labels, open_scene
from tests.contract.shapes import Box, look, pinhole, truth_of
from tests.contract.tolerances import Tolerances

SIZE = (96, 72)
ORIGIN, AHEAD = (0, 0, 0), (0, 1, 0)


def only_shot(scene_name: str, renderer_name: RendererName, camera: str = "cam") -> Shot:
    with open_scene(scene_name, renderer_name) as scene:
        return scene.frame()[camera]


@pytest.mark.parametrize("effect", sorted(EFFECTS))
def test_every_effect_that_a_renderer_may_lack_has_a_scene_that_asks_for_it(effect: str) -> None:
    assert effect in {asked for asked, _ in asked_effects(load_recipe(SCENES / f"{effect}.yaml"))}


def spread_px2(shot: Shot) -> float:
    """Mean square distance of the light from its middle [px^2], without the lamp's own and the pixels'."""
    picture = shot.luminance
    picture = picture / picture.sum()
    u, v = np.meshgrid(np.arange(48) + 0.5, np.arange(48) + 0.5)
    middle_u, middle_v = (picture * u).sum(), (picture * v).sum()
    spread = float((picture * ((u - middle_u) ** 2 + (v - middle_v) ** 2)).sum())
    radius_px = 0.0009 / 1.5 * FOCAL_PX
    return spread - radius_px**2 / 2 - 2 / 12


# 50 mm at f/2, focused at 1 m, pixels of 20 um: pixels per radian, and the circle of confusion at 1.5 m,
# c = (f^2 / N) |z - s| / (z (s - f)).
FOCAL_PX = 0.05 / (1 - 0.05) / 20e-6
CONFUSION_PX = 0.05**2 / 2 * 0.5 / (1.5 * (1 - 0.05)) / 20e-6


def test_a_point_out_of_focus_is_spread_over_its_circle_of_confusion(renderer_name: RendererName, judge: Judge) -> None:
    """The mean square of a disc of diameter c is c^2 / 8."""
    spread = spread_px2(only_shot("focus", renderer_name))
    judge.near("mean square [px^2]", spread, CONFUSION_PX**2 / 8, judge.tolerances.share)


def test_an_aperture_with_three_blades_spreads_a_point_over_a_triangle_of_the_same_area(
    renderer_name: RendererName, judge: Judge
) -> None:
    """With corners at R the mean square is R^2 (2 + cos 120) / 6, and the area 3 R^2 sin 120 / 2 is the circle's."""
    square = 2 * math.pi * (CONFUSION_PX / 2) ** 2 / (3 * math.sin(math.radians(120)))
    spread = spread_px2(only_shot("aperture_blades", renderer_name))
    judge.near("mean square [px^2]", spread, square * 1.5 / 6, judge.tolerances.share)


def test_each_row_of_a_rolling_shutter_is_seen_from_where_the_camera_is_at_its_moment(
    renderer_name: RendererName, tolerances: Tolerances, judge: Judge
) -> None:
    """The camera moves along its right, world +X, at 10 m/s; row r is exposed r + 0.5 - 36 ms after the middle."""
    shot = only_shot("rolling_shutter", renderer_name)
    still, forward = pinhole(ORIGIN, AHEAD, 80, SIZE)

    def cast(positions: FloatArray) -> tuple[FloatArray, FloatArray]:
        _, directions = still(positions)
        origins = np.zeros_like(directions)
        origins[:, 0] = 10.0 * (np.floor(positions[:, 1]) + 0.5 - 36) * 1e-3
        return origins, directions

    world = {"near": Box((-0.5, 3, -1), (0.4, 0.4, 2)), "far": Box((1.5, 6, -1.5), (1, 1, 3))}
    judge_labels(judge, shot, list(world), truth_of(world, cast, forward, SIZE, tolerances.edge_px))


def bright_columns(shot: Shot, channel: int = 1) -> FloatArray:
    """Share of the dome's 100 nits in each column, mean of its rows."""
    share: FloatArray = shot.radiance[..., channel].mean(axis=0, dtype=np.float64) / 100.0
    return share


def test_a_moving_camera_smears_an_edge_over_the_way_that_it_moves(renderer_name: RendererName, judge: Judge) -> None:
    """The board begins at u = 48 + 100 * 0.16 / 4 = 52; the smear is 8 px, and labels are those of its middle."""
    shot = only_shot("motion_blur", renderer_name)
    u = np.arange(SIZE[0]) + 0.5
    judge.at_most(
        "columns",
        np.abs(bright_columns(shot) - np.clip((56 - u) / 8, 0, 1)).max(),
        judge.tolerances.share,
    )
    board = shot.shows("board")
    assert board[:, 52:].all()
    assert not board[:, :52].any()


def test_lateral_colour_enlarges_the_pictures_of_red_and_blue(renderer_name: RendererName, judge: Judge) -> None:
    """The board begins 100 * 1.2 / 4 = 30 px right of the middle for green; red is 2 % larger, blue 2 % smaller."""
    shot = only_shot("lateral_color", renderer_name)
    for channel, larger in enumerate((1.02, 1.0, 0.98)):
        edge = bright_columns(shot, channel).sum()
        judge.at_most(f"edge of channel {channel} [px]", abs(edge - (48 + 30 * larger)), judge.tolerances.share)


def test_a_second_eye_sees_what_nothing_hides_from_it(
    renderer_name: RendererName, tolerances: Tolerances, judge: Judge
) -> None:
    """Its eye is 0.2 m along +X; a hit is seen from there if nothing is met before it on the way."""
    shot = only_shot("second_eye", renderer_name)
    seen = shot.view.second_eye_sees
    assert seen is not None
    world = {"wall": Box((0, 4.1, -10), (20, 0.2, 20)), "plate": Box((0.1, 2.01, -0.5), (0.8, 0.02, 0.8))}
    cast, _ = pinhole(ORIGIN, AHEAD, 80, SIZE)
    u, v = np.meshgrid(np.arange(SIZE[0]) + 0.5, np.arange(SIZE[1]) + 0.5)
    centres = np.stack([u.ravel(), v.ravel()], axis=1)
    views = []
    for offset in [(0.0, 0.0)] + [(x * tolerances.edge_px, y * tolerances.edge_px) for x in (-1, 1) for y in (-1, 1)]:
        origins, directions = cast(centres + offset)
        hits = origins + directions * look(world, origins, directions).distance[:, None]
        back = hits - (0.2, 0, 0)
        length = np.linalg.norm(back, axis=1)
        met = look(world, np.broadcast_to((0.2, 0.0, 0.0), back.shape), back / length[:, None])
        views.append(met.distance > length * (1 - 1e-6))
    clear = np.all([view == views[0] for view in views], axis=0)
    assert 0.01 < (~views[0]).mean() < 0.2
    judge.at_most("wrong [px]", (clear & (views[0] != seen.ravel())).sum(), tolerances.wrong_px)


def test_a_lamp_that_cameras_do_not_see_shines_all_the_same(renderer_name: RendererName, judge: Judge) -> None:
    """Of the hemisphere's projected solid angle a coaxial disk takes the share r^2 / (r^2 + h^2), the dome the rest."""
    with open_scene("invisible_light", renderer_name) as scene:
        shots = scene.frame()
    judge.near("luminance behind it [nits]", shots["at_lamp"].luminance.mean(), 100.0, judge.tolerances.light)
    share = 0.4**2 / (0.4**2 + 1.5**2)
    expected = 0.8 * (5000.0 * share + 100.0 * (1 - share))
    judge.near("luminance of the plate [nits]", shots["at_plate"].luminance.mean(), expected, judge.tolerances.light)
