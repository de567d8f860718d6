"""What a lens of finite aperture does to pictures, against the thin lens; and what lateral colour does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from sdg.camera.focus import Focus
from sdg.camera.lens import LensOpenCvPinhole
from sdg.camera.optics import Optics
from sdg.foundation.arrays import Float32Array, FloatArray
from sdg.foundation.transforms import translation, yaw
from sdg.render.api import RenderedView
from sdg.render.mitsuba import create_renderer
from sdg.stage.model import Camera, Light
from tests.render.mitsuba.small_world import body, box_mesh, camera, dome, light, only_view, plan_of, stage

F_M, N, S_M = 0.05, 2.0, 1.0
PITCH_M = 20e-6
FOCAL_PX = F_M * S_M / (S_M - F_M) / PITCH_M  # v / pitch, for the lens as it is focused
NITS = 100.0
POINT_PX = 1.5


def axis_camera(size: tuple[int, int], cx: float, focus: Focus | None = None) -> Camera:
    """At the origin, along world +Z with +Y down: world and camera frame are one."""
    lens = LensOpenCvPinhole(size, FOCAL_PX, FOCAL_PX, cx, size[1] / 2)
    made = camera((0, 0, 0), (0, 0, 1), size)
    return replace(made, lens=lens, world_from_camera=np.eye(4), focus=focus)


def look(lights: Sequence[Light], view: Camera, spp: int) -> Float32Array:
    """Radiance of lamps before black; of the picture without its border."""
    each = stage([], lights, view, spp=spp)
    renderer = create_renderer(plan_of(each), device="cpu")
    radiance = only_view(renderer, each).radiance
    renderer.close()
    width, height = view.lens.resolution
    border = (radiance.shape[1] - width) // 2
    return radiance[border : border + height, border : border + width]


def spot(z_m: float, blades: int = 0, turn_deg: float = 0.0) -> FloatArray:
    """The picture of a small glowing sphere on the axis, shape (48, 48), in units of its luminance."""
    point = light(
        "point", "sphere", translation((0, 0, z_m)), luminance_nits=NITS, size_m=(POINT_PX * z_m / FOCAL_PX, 0)
    )
    view = axis_camera((48, 48), 24.0, Focus(S_M, F_M, N, blades, turn_deg))
    return look([point], view, 1024)[..., 1].astype(np.float64) / NITS


def moment(picture: FloatArray, u_power: int, v_power: int) -> float:
    """Mean of u^a v^b over the light, about its middle [px]."""
    u = np.arange(48) + 0.5 - 24.0
    return float((picture * u[None, :] ** u_power * u[:, None] ** v_power).sum() / picture.sum())


def confusion_px(z_m: float) -> float:
    """c = (f^2 / N) |z - s| / (z (s - f))."""
    return F_M**2 / N * abs(z_m - S_M) / (z_m * (S_M - F_M)) / PITCH_M


@pytest.mark.parametrize("z_m", [0.75, 1.5])
def test_a_point_is_spread_over_the_circle_of_confusion(z_m: float) -> None:
    """Mean squares add: c^2/8 of the circle, r^2/2 of the point, 1/12 a side of the pixel; 7,000 paths tell 1 %."""
    picture = spot(z_m)
    found = moment(picture, 2, 0) + moment(picture, 0, 2) - POINT_PX**2 / 2 - 1 / 6
    assert math.sqrt(8 * found) == pytest.approx(confusion_px(z_m), rel=0.02)
    assert picture.sum() == pytest.approx(math.pi * POINT_PX**2, rel=0.03)
    inside = np.hypot(*np.meshgrid(np.arange(48) - 23.5, np.arange(48) - 23.5)) < confusion_px(z_m) / 2 + POINT_PX + 1
    assert not picture[~inside].any()


@pytest.mark.parametrize("blades", [3, 6])
def test_an_aperture_with_corners_spreads_as_much_light_over_the_same_area(blades: int) -> None:
    """Of n corners on a circle of radius R: mean square R^2 (2 + cos(2 pi/n)) / 6, area n R^2 sin(2 pi/n) / 2."""
    picture = spot(1.5, blades)
    angle = 2 * math.pi / blades
    square = 2 * math.pi * (confusion_px(1.5) / 2) ** 2 / (blades * math.sin(angle))
    found = moment(picture, 2, 0) + moment(picture, 0, 2) - POINT_PX**2 / 2 - 1 / 6
    assert found == pytest.approx(square * (2 + math.cos(angle)) / 6, rel=0.04)
    assert picture.sum() == pytest.approx(math.pi * POINT_PX**2, rel=0.03)


def test_corners_turn_clockwise_and_are_inverted_before_the_focus() -> None:
    """The third moment of a triangle points to its corner: to the right, turned by 90 degrees down."""
    right, down, near = spot(1.5, 3), spot(1.5, 3, 90.0), spot(0.75, 3)
    assert moment(right, 3, 0) > 100
    assert moment(down, 0, 3) > 100
    assert moment(near, 3, 0) < -100
    assert abs(moment(right, 0, 3)) + abs(moment(down, 3, 0)) < 0.2 * moment(right, 3, 0)


def edge_positions(picture: Float32Array) -> FloatArray:
    """Where each colour of an upright edge lies, dark on its left [px]; shape (3,)."""
    width = picture.shape[1]
    return np.asarray(width - picture.astype(np.float64).mean(axis=0).sum(axis=0) / NITS)


def half_plane(z_m: float, edge_px: float, cx: float) -> Light:
    """A lamp that faces the camera and fills all to the right of a column."""
    side = 40 * z_m / FOCAL_PX * 10
    left = (edge_px - cx) * z_m / FOCAL_PX
    place = translation((left + side / 2, 0, z_m))
    return light("half", "rect", place, luminance_nits=NITS, size_m=(side, side))


def test_what_lies_in_the_focus_plane_is_as_sharp_as_through_a_pinhole() -> None:
    blurred = axis_camera((32, 8), 16.0, Focus(S_M, F_M, N))
    sharp = replace(blurred, focus=None)
    lamp = half_plane(S_M, 16.4, 16.0)
    pinhole, thin_lens = (look([lamp], view, 256) for view in (sharp, blurred))
    np.testing.assert_allclose(thin_lens, pinhole, atol=0.02 * NITS)
    assert not thin_lens[:, :16].any()
    behind = look([half_plane(1.5, 16.4, 16.0)], blurred, 256)
    assert ((behind > 0) & (behind < NITS)).any(axis=2).sum(axis=1).min() >= 20


def test_red_and_blue_lie_where_lateral_colour_moves_them() -> None:
    """An edge 432 px from the axis: 1.002 times that is 0.86 px further out, 0.999 times that 0.43 px nearer."""
    plain = axis_camera((64, 8), -400.0)
    lamp = half_plane(1.0, 32.3, -400.0)
    view = replace(plain, optics=Optics(lateral_color=(1.002, 0.999)))
    found = edge_positions(look([lamp], view, 256))
    expected = -400.0 + 432.3 * np.array([1.002, 1.0, 0.999])
    np.testing.assert_allclose(found, expected, atol=0.02)


def test_labels_depend_neither_on_the_aperture_nor_on_lateral_colour() -> None:
    """They follow the ray through the aperture's middle, to the byte."""
    boxes = [
        body(
            f"box{index}",
            box_mesh(),
            translation((index - 1.0, 3.0 + index, 0)) @ yaw(20.0 * index),
            instance_id=index + 1,
        )
        for index in range(3)
    ]
    plain = camera((0, 0, 0.3), (0, 4, 0))
    views = [
        plain,
        replace(plain, focus=Focus(3.0, 0.05, 1.4, 6, 15.0)),
        replace(plain, optics=Optics(lateral_color=(1.02, 0.98))),
    ]
    renderer = create_renderer(plan_of(stage(boxes, [dome()], plain)), device="cpu")
    seen: list[RenderedView] = [only_view(renderer, stage(boxes, [dome()], view, spp=16)) for view in views]
    renderer.close()

    def labels(view: RenderedView) -> list[bytes]:
        pictures = (view.entity_ids, view.depth_z_m, view.distance_m, view.normals, view.valid)
        return [*(picture.tobytes() for picture in pictures), repr(view.unoccluded_px).encode()]

    assert labels(seen[0]) == labels(seen[1]) == labels(seen[2])
    assert len({view.radiance.tobytes() for view in seen}) == 3
