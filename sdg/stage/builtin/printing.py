"""What is printed on builtin assets: shipping labels, door numbers, stroke letters."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from sdg.foundation.arrays import FloatArray, UInt8Array
from sdg.foundation.seeds import RandomStream
from sdg.stage.asset import Texture
from sdg.stage.builtin.assembly import variation
from sdg.stage.builtin.geometry import Geometry, Point, join
from sdg.stage.builtin.noise import fractal

# Strokes of capitals on a grid 2 wide and 4 high.
_STROKES: dict[str, tuple[tuple[float, float, float, float], ...]] = {
    "A": ((0, 0, 0.8, 4), (2, 0, 1.2, 4), (0.8, 3.8, 1.2, 3.8), (0.5, 1.4, 1.5, 1.4)),
    "E": ((0.2, 0, 0.2, 4), (0.5, 0.2, 2, 0.2), (0.5, 2, 1.7, 2), (0.5, 3.8, 2, 3.8)),
    "F": ((0.2, 0, 0.2, 4), (0.5, 2, 1.7, 2), (0.5, 3.8, 2, 3.8)),
    "G": ((0.2, 0.4, 0.2, 3.6), (0.2, 3.8, 2, 3.8), (0.2, 0.2, 2, 0.2), (1.8, 0.4, 1.8, 1.8), (1.1, 2, 2, 2)),
    "I": ((1, 0, 1, 4),),
    "L": ((0.2, 0, 0.2, 4), (0.5, 0.2, 2, 0.2)),
    "R": ((0.2, 0, 0.2, 4), (0.5, 3.8, 1.9, 3.8), (1.8, 2.2, 1.8, 3.6), (0.5, 2, 1.9, 2), (0.9, 1.8, 1.9, 0)),
}


def stroke_text(text: str, corner_m: Point, u: Point, v: Point, height_m: float) -> Geometry:
    """Return flat letters whose lower left corner is `corner_m`, along the unit vectors `u` and `v`."""
    unit = height_m / 4
    pieces = []
    for index, letter in enumerate(text):
        for x0, y0, x1, y1 in _STROKES[letter]:
            pieces.append(
                _stroke(np.array([x0 + 2.7 * index, y0]) * unit, np.array([x1 + 2.7 * index, y1]) * unit, 0.4 * unit)
            )
    flat = join(pieces)
    basis = np.stack([np.asarray(u, dtype=np.float64), np.asarray(v, dtype=np.float64)])
    normal = np.cross(basis[0], basis[1])
    vertices = np.asarray(corner_m) + flat.uvs @ basis
    return Geometry(vertices, flat.faces, np.repeat(normal[None], len(vertices), axis=0), flat.uvs)


def _stroke(start: FloatArray, end: FloatArray, width: float) -> Geometry:
    along = (end - start) / np.linalg.norm(end - start)
    beside = np.array([-along[1], along[0]]) * width / 2
    uvs = np.stack([start - beside, end - beside, end + beside, start + beside])
    flat = np.concatenate([uvs, np.zeros((4, 1))], axis=1)
    return Geometry(flat, np.array([[0, 1, 2], [0, 2, 3]], dtype=np.int64), np.tile([0.0, 0.0, 1.0], (4, 1)), uvs)


@cache
def label_texture(name: str) -> Texture:
    """Return a shipping label of 3:2, 600 x 400 pixels, with addresses, rules, a barcode and a square code."""
    stream = variation(f"label {name}")
    page: UInt8Array = np.full((400, 600), 238, dtype=np.uint8)
    cv2.rectangle(page, (8, 8), (591, 391), 30, 3)
    for y in (92, 214, 256):
        cv2.line(page, (8, y), (591, y), 30, 2)
    cv2.line(page, (380, 92), (380, 214), 30, 2)
    _write(page, "FROM  DISTRIBUTION CENTRE 4", (20, 36), 0.6)
    _write(page, "DOCK 7  GATE B  LINE 12", (20, 64), 0.6)
    _write(page, f"TO  {_code(stream, 3)}", (20, 132), 1.1, 2)
    _write(page, f"BAY {stream.integer(10, 99)}-{_code(stream, 2)}", (20, 166), 0.8)
    _write(page, f"QTY {stream.integer(4, 96)}  KG {stream.integer(2, 28)}.{stream.integer(0, 9)}", (20, 198), 0.7)
    _write(page, f"ORDER {stream.integer(1000000, 9999999)}", (20, 244), 0.7)
    _write(page, _code(stream, 2), (500, 248), 1.0, 2)
    _square_code(page[104:204, 436:536], stream)
    _barcode(page[270:352, 40:560], stream)
    _write(page, f"{stream.integer(10**11, 10**12 - 1)}", (170, 380), 0.7)
    wear = fractal("label wear", page.shape, slope=1.5, low=2, high=100)
    pixels = np.clip(page + 2.5 * wear, 0, 255).astype(np.uint8)
    return Texture(pixels[:, :, None], "srgb")


@cache
def number_texture(number: int) -> Texture:
    """Return a square sign with a number, dark on white."""
    page: UInt8Array = np.full((192, 192), 232, dtype=np.uint8)
    text = str(number)
    (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 5.0, 16)
    cv2.putText(
        page, text, ((192 - width) // 2, (192 + height) // 2), cv2.FONT_HERSHEY_SIMPLEX, 5.0, 25, 16, cv2.LINE_AA
    )
    return Texture(page[:, :, None], "srgb")


@cache
def extinguisher_texture() -> Texture:
    """Return a square safety sign: a white extinguisher and flame on red."""
    white = (238, 238, 238)
    page: UInt8Array = np.empty((192, 192, 3), dtype=np.uint8)
    page[:] = (170, 22, 24)
    cv2.rectangle(page, (5, 5), (186, 186), white, 4)
    cv2.rectangle(page, (52, 72), (92, 160), white, -1, cv2.LINE_AA)
    cv2.ellipse(page, (72, 72), (20, 16), 0, 180, 360, white, -1, cv2.LINE_AA)
    cv2.rectangle(page, (66, 42), (78, 60), white, -1)
    cv2.line(page, (72, 44), (104, 36), white, 7, cv2.LINE_AA)
    flame = np.array([(140, 160), (118, 128), (128, 98), (136, 112), (146, 66), (164, 118), (162, 142)], dtype=np.int32)
    cv2.fillPoly(page, [flame], white, cv2.LINE_AA)
    return Texture(page, "srgb")


def _write(page: UInt8Array, text: str, place: tuple[int, int], scale: float, weight: int = 1) -> None:
    cv2.putText(page, text, place, cv2.FONT_HERSHEY_SIMPLEX, scale, 25, weight, cv2.LINE_AA)


def _code(stream: RandomStream, length: int) -> str:
    return "".join("ABCDEFGHKLMNPRSTUVWXZ"[stream.integer(0, 20)] for _ in range(length))


def _barcode(area: UInt8Array, stream: RandomStream) -> None:
    x = 0
    while x < area.shape[1] - 8:
        bar, gap = stream.integer(1, 4) * 2, stream.integer(1, 3) * 2
        area[:, x : x + bar] = 25
        x += bar + gap


def _square_code(area: UInt8Array, stream: RandomStream) -> None:
    cell = area.shape[0] // 20
    for row in range(20):
        for column in range(20):
            border = row in (0, 19) or column in (0, 19)
            if stream.unit() < 0.5 or (border and (row + column) % 2 == 0) or column == 0 or row == 19:
                area[row * cell : (row + 1) * cell, column * cell : (column + 1) * cell] = 25
