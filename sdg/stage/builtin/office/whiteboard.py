"""Whiteboards on stands, with what was last drawn on them, pens and an eraser."""

from __future__ import annotations

import itertools
import math
from functools import cache

import cv2
import numpy as np

from sdg.foundation.arrays import UInt8Array, Vec3
from sdg.foundation.seeds import RandomStream
from sdg.foundation.transforms import rotation_xyz, translation
from sdg.recipe.families.office_things import WhiteboardForm
from sdg.stage.asset import Asset, Material, Texture
from sdg.stage.builtin.assembly import Piece, assemble, fitted, scattered, variation
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.office import finishes
from sdg.stage.builtin.solids import bar, decal, rounded_box, tube

_RIM = 0.022
_SIDES = (-1.0, 1.0)
_PENS = ((0.03, 0.03, 0.035), (0.45, 0.03, 0.03), (0.02, 0.08, 0.4), (0.03, 0.25, 0.08))


def build_whiteboard(size_m: Vec3, form: WhiteboardForm) -> Asset:
    """Return a whiteboard on its stand."""
    width, depth, height = size_m
    stream = variation("whiteboard", form.variant)
    tall = form.board_share * height
    wide = width - (0.08 if form.stand != "easel" else 0.0)
    middle = height - tall / 2
    lean = translation((0.0, 0.0, middle)) @ rotation_xyz((-form.lean_deg, 0.0, 0.0))
    panel = rounded_box((wide - 2 * _RIM, 0.012, tall - 2 * _RIM), (0.0, 0.0, 0.0), 0.001).moved(lean)
    face = decal(
        (-wide / 2 + _RIM, -0.0075, -tall / 2 + _RIM), (wide - 2 * _RIM, 0, 0), (0, 0, tall - 2 * _RIM), tile=True
    )
    rims = [rounded_box((wide, 0.022, _RIM), (0.0, 0.0, sz * (tall - _RIM) / 2), 0.004, grain=0) for sz in _SIDES]
    rims += [
        rounded_box((_RIM, 0.0218, tall - 2 * _RIM), (sx * (wide - _RIM) / 2, 0.0, 0.0), 0.004, grain=2)
        for sx in _SIDES
    ]
    # What leans back takes the legs behind it along.
    back = math.tan(math.radians(form.lean_deg)) * tall / 2
    stand, rubber = _STANDS[form.stand](width, depth, height, back)
    white = Material("whiteboard", (0.84, 0.85, 0.85), 0.18)
    if form.picture != "clean":
        white = Material("whiteboard", (0.84, 0.85, 0.85), 0.18, base_color_texture=drawing_texture(form.picture))
    pieces = [
        Piece("face", face.moved(lean), white, tile=True),
        Piece("panel", scattered(panel, stream), finishes.lacquer("board_back", (0.55, 0.55, 0.54))),
        Piece("rim", join(rims).moved(lean), finishes.chrome("board_rim")),
        Piece("stand", join(stand), finishes.lacquer("board_stand", (0.45, 0.46, 0.47))),
        Piece("feet", join(rubber), finishes.moulded("board_foot")),
    ]
    if form.tray:
        low = -tall / 2 + 0.004
        tray = rounded_box((0.5 * wide, 0.06, 0.008), (0.0, -0.038, low), 0.003, grain=0)
        lip = rounded_box((0.5 * wide, 0.004, 0.016), (0.0, -0.067, low + 0.006), 0.001, grain=0)
        pieces.append(Piece("tray", join([tray, lip]).moved(lean), finishes.chrome("board_tray")))
        eraser = rounded_box((0.13, 0.045, 0.03), (-0.14 * wide, -0.036, low + 0.0192), 0.006)
        pieces.append(Piece("eraser", eraser.moved(lean), finishes.felt("eraser", (0.05, 0.08, 0.16))))
        for index, color in enumerate(_PENS):
            x = 0.02 * wide + 0.055 * wide * index + stream.uniform(-0.004, 0.004)
            pen = tube((x - 0.062, -0.034, low + 0.0132), (x + 0.062, -0.034, low + 0.0132), 0.009, 10)
            y = stream.uniform(-0.012, 0.012)
            pieces.append(
                Piece(f"pen_{index}", pen.shifted(0.0, y, 0.0).moved(lean), finishes.moulded(f"pen_{index}", color))
            )
    return assemble("whiteboard", size_m, fitted(pieces, size_m), body=["rim", "stand"])


def _mobile(width: float, depth: float, height: float, back: float) -> tuple[list[Geometry], list[Geometry]]:
    """Return two posts on long feet with castors, and a rail between."""
    x = width / 2 - 0.02
    metal, rubber = [], []
    for sx in _SIDES:
        metal.append(
            rounded_box((0.03, 0.04, height - 0.1), (sx * x, 0.018, (height - 0.1) / 2 + 0.085), 0.004, grain=2)
        )
        metal.append(rounded_box((0.04, depth - 0.02, 0.03), (sx * x, 0.0, 0.085), 0.006, grain=1))
        for sy in _SIDES:
            y = sy * (depth / 2 - 0.03)
            rubber.append(tube((sx * x - 0.01, y, 0.03), (sx * x + 0.01, y, 0.03), 0.03, 16))
            rubber.append(rounded_box((0.03, 0.03, 0.03), (sx * x, y, 0.062), 0.006))
    metal.append(rounded_box((2 * x, 0.03, 0.03), (0.0, 0.018, 0.2), 0.004, grain=0))
    return metal, rubber


def _easel(width: float, depth: float, height: float, back: float) -> tuple[list[Geometry], list[Geometry]]:
    """Return two legs in front of one behind."""
    metal, rubber = [], []
    y = back + 0.034
    tops = ((-0.12, y), (0.12, y), (0.0, y + 0.012))
    # The board hangs before its two legs, so that these stay behind its plane.
    feet = ((-width / 2 + 0.03, y), (width / 2 - 0.03, y), (0.0, depth - 0.1))
    for (tx, ty), (fx, fy) in zip(tops, feet, strict=True):
        low = (fx, fy, 0.012)
        metal.append(bar(low, (tx, ty, height - 0.03), 0.03, 0.02, 0.004))
        rubber.append(rounded_box((0.034, 0.03, 0.024), (low[0], low[1], 0.012), 0.004))
    metal.append(rounded_box((0.6 * width, 0.02, 0.03), (0.0, y + 0.006, 0.12 * height), 0.003, grain=0))
    return metal, rubber


def _columns(width: float, depth: float, height: float, back: float) -> tuple[list[Geometry], list[Geometry]]:
    """Return two round columns on splayed feet."""
    x = width / 2 - 0.02
    metal = [tube((sx * x, 0.0, 0.03), (sx * x, 0.0, height - 0.01), 0.016, 14) for sx in _SIDES]
    rubber = []
    for sx in _SIDES:
        for sy in _SIDES:
            metal.append(bar((sx * x, 0.0, 0.05), (sx * x, sy * (depth / 2 - 0.02), 0.02), 0.03, 0.024, 0.005))
            rubber.append(rounded_box((0.034, 0.03, 0.014), (sx * x, sy * (depth / 2 - 0.02), 0.007), 0.003))
    metal.append(tube((-x, 0.0, 0.28), (x, 0.0, 0.28), 0.012, 12))
    return metal, rubber


_STANDS = {"mobile": _mobile, "easel": _easel, "columns": _columns}


@cache
def drawing_texture(picture: str) -> Texture:
    """Return what is drawn on a board, 768 x 512 pixels: a `diagram` or `notes`, near white where it is clean."""
    stream = variation(f"whiteboard {picture}")
    page: UInt8Array = np.full((512, 768, 3), 247, dtype=np.uint8)
    inks = ((28, 30, 36), (24, 60, 150), (170, 30, 32), (20, 110, 60))
    if picture == "diagram":
        places = [(90 + 210 * (index % 3), 80 + 190 * (index // 3)) for index in range(6)]
        for index, (x, y) in enumerate(places):
            ink = inks[stream.integer(0, 3)]
            wide, tall = stream.integer(110, 150), stream.integer(60, 90)
            _wobbly(page, stream, [(x, y), (x + wide, y), (x + wide, y + tall), (x, y + tall), (x, y)], ink)
            _scribble(page, stream, x + 14, x + wide - 14, y + tall // 2, ink)
            if index % 3 < 2:
                start, end = x + wide + 6, places[index + 1][0] - 8
                _wobbly(page, stream, [(start, y + 34), (end, y + 34), (end - 12, y + 26)], inks[0])
        _scribble(page, stream, 60, 420, 40, inks[0])
    else:
        for line in range(9):
            ink = inks[0] if line % 4 else inks[1]
            x = 60 if line % 4 == 0 else 92
            if line % 4:
                cv2.circle(page, (76, 66 + 48 * line), 4, ink, -1, cv2.LINE_AA)
            _scribble(page, stream, x, x + stream.integer(200, 560), 66 + 48 * line, ink)
        _wobbly(page, stream, [(560, 330), (700, 330), (700, 450), (560, 450), (560, 330)], inks[2])
    smear = cv2.GaussianBlur(page, (0, 0), 9)
    return Texture(cv2.addWeighted(page, 0.94, smear, 0.06, 0.0).astype(np.uint8), "srgb")


def _wobbly(page: UInt8Array, stream: RandomStream, corners: list[tuple[int, int]], ink: tuple[int, int, int]) -> None:
    points = []
    for (x0, y0), (x1, y1) in itertools.pairwise(corners):
        for t in np.linspace(0.0, 1.0, 7):
            points.append(
                (x0 + (x1 - x0) * t + stream.uniform(-1.8, 1.8), y0 + (y1 - y0) * t + stream.uniform(-1.8, 1.8))
            )
    cv2.polylines(page, [np.array(points, dtype=np.int32)], False, ink, 3, cv2.LINE_AA)


def _scribble(page: UInt8Array, stream: RandomStream, left: int, right: int, y: int, ink: tuple[int, int, int]) -> None:
    """Draw what looks like a line of handwriting from afar."""
    x = float(left)
    points: list[tuple[float, float]] = []
    while x < right:
        if stream.unit() < 0.14 and len(points) > 4:
            cv2.polylines(page, [np.array(points, dtype=np.int32)], False, ink, 2, cv2.LINE_AA)
            points, x = [], x + 14
        points.append((x, y + 8 * math.sin(0.9 * x) * stream.uniform(0.3, 1.0) - 6 * (stream.unit() < 0.15)))
        x += stream.uniform(2.5, 5.0)
    if len(points) > 1:
        cv2.polylines(page, [np.array(points, dtype=np.int32)], False, ink, 2, cv2.LINE_AA)
