"""What a monitor shows: a text, a listing, a chart. Drawn, with no letter that could be read."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from sdg.foundation.arrays import UInt8Array
from sdg.foundation.seeds import RandomStream
from sdg.stage.asset import Texture
from sdg.stage.builtin.assembly import variation

_WIDTH, _HEIGHT = 640, 360
_INK = ((86, 156, 214), (206, 145, 120), (106, 153, 85), (220, 220, 170), (197, 134, 192), (212, 212, 212))


@cache
def screen_texture(picture: str) -> Texture:
    """Return a picture of 640 x 360 pixels: `document`, `code` or `chart`."""
    stream = variation(f"screen {picture}")
    page: UInt8Array = np.empty((_HEIGHT, _WIDTH, 3), dtype=np.uint8)
    {"document": _document, "code": _code, "chart": _chart}[picture](page, stream)
    return Texture(page, "srgb")


def _words(
    page: UInt8Array, stream: RandomStream, left: int, right: int, y: int, color: tuple[int, int, int], tall: int = 4
) -> None:
    x = left
    while x < right:
        end = min(right, x + stream.integer(8, 38))
        cv2.rectangle(page, (x, y), (end, y + tall), color, -1)
        x = end + 6


def _document(page: UInt8Array, stream: RandomStream) -> None:
    page[:] = (214, 217, 222)
    cv2.rectangle(page, (0, 0), (_WIDTH, 34), (43, 87, 154), -1)
    cv2.rectangle(page, (0, 34), (_WIDTH, 62), (240, 241, 243), -1)
    for x in range(16, 420, 34):
        cv2.rectangle(page, (x, 42), (x + 18, 54), (120, 126, 134), -1)
    cv2.rectangle(page, (150, 76), (490, _HEIGHT), (250, 250, 250), -1)
    _words(page, stream, 186, 360, 100, (40, 42, 46), 9)
    for line in range(18):
        if line % 6 == 5:
            continue
        right = 454 if line % 6 < 4 else 186 + stream.integer(60, 200)
        _words(page, stream, 186, right, 126 + 13 * line, (92, 95, 100))


def _code(page: UInt8Array, stream: RandomStream) -> None:
    page[:] = (30, 30, 32)
    cv2.rectangle(page, (0, 0), (120, _HEIGHT), (37, 37, 40), -1)
    cv2.rectangle(page, (0, _HEIGHT - 14), (_WIDTH, _HEIGHT), (0, 110, 180), -1)
    for line in range(14):
        cv2.rectangle(page, (18, 22 + 17 * line), (18 + stream.integer(30, 84), 27 + 17 * line), (150, 150, 152), -1)
    depth = 0
    for line in range(24):
        depth = int(np.clip(depth + stream.integer(-1, 1), 0, 4))
        x = 160 + 18 * depth
        if stream.integer(0, 6) == 0:
            continue
        for _ in range(stream.integer(2, 6)):
            end = x + stream.integer(12, 58)
            cv2.rectangle(page, (x, 16 + 13 * line), (end, 21 + 13 * line), _INK[stream.integer(0, 5)], -1)
            x = end + 6
        cv2.rectangle(page, (134, 16 + 13 * line), (142, 21 + 13 * line), (90, 90, 92), -1)


def _chart(page: UInt8Array, stream: RandomStream) -> None:
    page[:] = (246, 247, 249)
    cv2.rectangle(page, (0, 0), (70, _HEIGHT), (32, 58, 67), -1)
    for index, (x, y, wide, tall) in enumerate(((86, 20, 260, 150), (362, 20, 262, 150), (86, 186, 538, 156))):
        cv2.rectangle(page, (x, y), (x + wide, y + tall), (255, 255, 255), -1)
        cv2.rectangle(page, (x, y), (x + wide, y + tall), (214, 218, 224), 1)
        _words(page, stream, x + 12, x + 110, y + 10, (90, 96, 104), 6)
        if index == 1:
            for bar in range(9):
                high = stream.integer(20, 104)
                left = x + 18 + 26 * bar
                cv2.rectangle(page, (left, y + tall - 12 - high), (left + 16, y + tall - 12), (46, 134, 171), -1)
        else:
            for color in ((230, 120, 60), (60, 150, 110)):
                level = stream.uniform(0.3, 0.7)
                points = []
                for place in range(16):
                    level = float(np.clip(level + stream.uniform(-0.14, 0.15), 0.08, 0.92))
                    points.append((x + 14 + place * (wide - 28) // 15, int(y + 26 + (tall - 40) * (1 - level))))
                cv2.polylines(page, [np.array(points, dtype=np.int32)], False, color, 3, cv2.LINE_AA)
