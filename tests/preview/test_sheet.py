from __future__ import annotations

from dataclasses import replace

import numpy as np

from sdg.foundation.arrays import UInt8Array
from sdg.foundation.palette import DEPTH_RAMP, instance_shade
from sdg.preview.colors import color_depth, color_normals, mask_overlay
from sdg.preview.lettering import Text, write_texts
from sdg.preview.overlay import with_cuboids, with_masks_and_boxes
from sdg.preview.sheet import SheetFrame, build_sheet
from sdg.preview.shot import SeenClass, SeenThing, Shot

SIZE = (360, 240)
SHADE = instance_shade(1, 1)
COLORS = {"rgb": 40, "depth": 80, "semantic": 120, "instance": 160, "normals": 200}


def make_shot(camera: str = "front") -> Shot:
    """A shot whose pictures are flat greys that tell them apart, with one thing in a box."""
    width, height = SIZE
    pictures: dict[str, UInt8Array] = {
        name: np.full((height, width, 3), grey, np.uint8) for name, grey in COLORS.items()
    }
    instance = np.zeros((height, width), np.uint16)
    instance[100:150, 60:160] = 1
    edge = np.array([[200.0, 60.0], [300.0, 60.0]])
    thing = SeenThing("box[0]", "box", SHADE, (60, 100, 100, 50), (edge,), 1.0)
    classes = (SeenClass("box", (250, 10, 10), 0.1), SeenClass("floor", (10, 250, 10), 0.9))
    return Shot(camera, 4, {**pictures, "masks": mask_overlay(instance, {1: SHADE})}, (thing,), classes, (1.0, 9.0))


def count(sheet: UInt8Array, color: tuple[int, int, int]) -> int:
    return int((sheet == color).all(axis=-1).sum())


def test_every_picture_of_every_camera_is_on_the_sheet() -> None:
    """Cells are as large as the pictures here, so each flat picture has its own pixels on it, undisturbed."""
    sheet = build_sheet("title", [SheetFrame(k, (make_shot("a"), make_shot("b"))) for k in range(3)])
    for name in ("depth", "semantic", "instance", "normals"):
        assert count(sheet, 3 * (COLORS[name],)) == 6 * SIZE[0] * SIZE[1], name
    # Three columns show the picture: as it is, under masks, and with cuboids.
    assert count(sheet, 3 * (COLORS["rgb"],)) > 6 * 2.5 * SIZE[0] * SIZE[1]


def test_the_legend_has_every_class() -> None:
    sheet = build_sheet("title", [SheetFrame(0, (make_shot(),))])
    assert count(sheet, (250, 10, 10)) == count(sheet, (10, 250, 10)) == 14 * 14


def test_many_rows_get_narrower_cells() -> None:
    one, many = (build_sheet("t", [SheetFrame(k, (make_shot(),)) for k in range(n)]) for n in (1, 60))
    assert many.shape[1] < one.shape[1]
    assert many.shape[0] * many.shape[1] < 37_000_000


def test_masks_lie_on_their_pixels_and_boxes_round_them() -> None:
    picture = with_masks_and_boxes(make_shot(), SIZE)
    color = np.array(SHADE)
    inside = picture[110:140, 70:150].reshape(-1, 3)
    assert (np.abs(inside - (40 + (color - 40) * 140 / 255)) <= 1).all()
    assert (picture[200:, 200:] == 40).all()
    for u, v in ((60, 125), (159, 125), (110, 149)):
        assert np.abs(picture[v - 1 : v + 2, u - 1 : u + 2].astype(int) - color).sum(axis=-1).min() < 110, (u, v)


def test_cuboids_are_drawn_where_their_edges_are() -> None:
    picture = with_cuboids(make_shot(), (720, 480))
    line = picture[116:124, 500].astype(int)
    # Between two pixels, so that each has some of it; its colour is blue, the ground grey.
    assert (line[:, 2] - line[:, 0]).max() > 60 > (picture[110:116, 500].astype(int).std(axis=-1)).max()
    assert (picture[200:, :] == 40).all()


def test_near_is_bright_far_is_blue_and_nothing_is_dark() -> None:
    depth = np.array([[1.0, 4.0, 16.0, np.inf]], np.float32)
    picture = color_depth(depth)
    near, middle, far, none = picture.pixels[0].astype(int)
    assert near.sum() > middle.sum() > far.sum() > none.sum()
    assert near[0] > near[2]
    assert np.abs(middle - DEPTH_RAMP[4]).max() < 5  # the middle of the scale, which is logarithmic
    assert far[2] > far[0]
    assert none.max() < 40
    assert picture.near_m is not None
    assert picture.far_m is not None
    assert 1.0 <= picture.near_m < picture.far_m <= 16.0
    empty = color_depth(np.full((2, 2), np.inf, np.float32))
    assert (empty.near_m, empty.far_m) == (None, None)


def test_normals_are_coloured_by_their_axes() -> None:
    normals = np.array([[[1, 0, 0], [0, -1, 0], [0, 0, 0]]], np.float32)
    assert color_normals(normals)[0, :2].tolist() == [[255, 128, 128], [128, 0, 128]]


def test_words_stand_on_one_line_whatever_their_letters() -> None:
    """The bar of a T and the foot of an x are where they are without the letters beside them that reach farther."""
    rows = []
    for text in ("x", "xdg", "x.", "xT"):
        picture = write_texts(np.full((40, 80, 3), 255, np.uint8), [Text(4, 10, text, (0, 0, 0), 14)])
        letter = picture[:, 4:11].min(axis=(1, 2)) < 128
        rows.append((int(np.flatnonzero(letter)[0]), int(np.flatnonzero(letter)[-1])))
    assert len(set(rows)) == 1


def test_no_name_covers_another_and_the_larger_thing_is_named() -> None:
    shot = make_shot()
    (thing,) = shot.things
    behind = replace(thing, label="rear", box=(62, 98, 90, 40))
    alone, both = (with_masks_and_boxes(replace(shot, things=things), SIZE) for things in ((thing,), (behind, thing)))
    name = np.s_[84:99, 60:84]
    assert np.array_equal(alone[name], both[name])
