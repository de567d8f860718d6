"""The renderer contract refuses pictures that are wrong in the ways in which renderers usually are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sdg.camera.lens import LensOpenCvPinhole
from sdg.executor.compile import compile_recipe
from sdg.recipe.load import load_recipe
from sdg.render.api import RenderedView
from sdg.render.capabilities import RTX, missing_effects
from tests.contract.judge import Judge
from tests.contract.rendered import SCENES, Scene, Shot, judge_labels, open_scene
from tests.contract.shapes import pinhole, truth_of
from tests.contract.test_frames import EYES, SIZE, WORLDS
from tests.contract.tolerances import TOLERANCES, Tolerances


def mirrored(view: RenderedView) -> RenderedView:
    return replace(
        view,
        entity_ids=view.entity_ids[:, ::-1],
        depth_z_m=view.depth_z_m[:, ::-1],
        distance_m=view.distance_m[:, ::-1],
        normals=view.normals[:, ::-1],
    )


def upside_down(view: RenderedView) -> RenderedView:
    return replace(view, entity_ids=view.entity_ids[::-1], distance_m=view.distance_m[::-1])


def with_distance_as_depth(view: RenderedView) -> RenderedView:
    return replace(view, depth_z_m=view.distance_m)


def with_depth_as_distance(view: RenderedView) -> RenderedView:
    return replace(view, distance_m=view.depth_z_m)


def with_normals_turned_away(view: RenderedView) -> RenderedView:
    return replace(view, normals=-view.normals)


def with_normals_of_a_y_up_world(view: RenderedView) -> RenderedView:
    return replace(view, normals=view.normals[..., [0, 2, 1]])


def with_one_id_for_all(view: RenderedView) -> RenderedView:
    return replace(view, entity_ids=np.minimum(view.entity_ids, np.uint32(1)))


def with_zero_where_nothing_is(view: RenderedView) -> RenderedView:
    return replace(view, depth_z_m=np.where(np.isinf(view.depth_z_m), np.float32(0), view.depth_z_m))


def in_centimetres(view: RenderedView) -> RenderedView:
    return replace(view, depth_z_m=view.depth_z_m * np.float32(100), distance_m=view.distance_m * np.float32(100))


SPOILED: list[Callable[[RenderedView], RenderedView]] = [
    mirrored,
    upside_down,
    with_distance_as_depth,
    with_depth_as_distance,
    with_normals_turned_away,
    with_normals_of_a_y_up_world,
    with_one_id_for_all,
    with_zero_where_nothing_is,
    in_centimetres,
]


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with open_scene("frames", "mitsuba") as opened:
        yield opened


@pytest.fixture(scope="module")
def shot(scene: Scene) -> Shot:
    return scene.frame(0)["cam"]


def judged(shot: Shot, allowed: Tolerances) -> None:
    cast, forward = pinhole(EYES[0], (0, 0, 0.7), 90, SIZE)
    truth = truth_of(WORLDS[0], cast, forward, SIZE, allowed.edge_px)
    judge_labels(Judge(allowed, lambda what, figure: None), shot, list(WORLDS[0]), truth)


@pytest.mark.parametrize("renderer", TOLERANCES)
@pytest.mark.parametrize("spoil", SPOILED, ids=lambda spoil: spoil.__name__)
def test_a_spoiled_picture_is_refused(spoil: Callable[[RenderedView], RenderedView], renderer: str, shot: Shot) -> None:
    judged(shot, TOLERANCES[renderer])
    with pytest.raises(AssertionError):
        judged(replace(shot, view=spoil(shot.view)), TOLERANCES[renderer])


@pytest.mark.parametrize("renderer", TOLERANCES)
@pytest.mark.parametrize("shift_px", [-0.5, 0.5])
def test_a_picture_that_is_half_a_pixel_aside_is_refused(
    shift_px: float, renderer: str, scene: Scene, shot: Shot
) -> None:
    lens = shot.camera.lens
    assert isinstance(lens, LensOpenCvPinhole)
    camera = replace(shot.camera, lens=replace(lens, cx=lens.cx + shift_px))
    view = scene.renderer.render(replace(shot.stage, cameras=(camera,))).views["cam"]
    with pytest.raises(AssertionError):
        judged(replace(shot, view=view), TOLERANCES[renderer])


@pytest.mark.parametrize("renderer", TOLERANCES)
def test_the_frame_before_is_refused(renderer: str, scene: Scene, shot: Shot) -> None:
    with pytest.raises(AssertionError):
        judged(replace(shot, view=scene.frame(1)["cam"].view), TOLERANCES[renderer])


@pytest.mark.parametrize("name", ["focus", "frames", "geometry", "lenses", "lights"])
def test_a_scene_that_rtx_is_asked_for_compiles_for_it(name: str, tmp_path: Path) -> None:
    recipe = load_recipe(SCENES / f"{name}.yaml")
    assert not missing_effects(recipe, RTX)
    compile_recipe(recipe, tmp_path / name)
    assert (tmp_path / name / "stage.usda").exists()
