"""Masks, boxes and cuboids drawn into a picture, at the size at which it will be looked at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sdg.foundation.arrays import FloatArray, UInt8Array
from sdg.foundation.palette import DARK_INK, Rgb, ink_on
from sdg.preview.lettering import Text, text_width, write_texts
from sdg.preview.shot import SeenThing, Shot

_SUBPIXELS = 4  # bits after the point in OpenCV's drawing
_LABEL_PX = 11
# What a name's plate needs: its height, and its edges left and right together.
_LINE_PX, _PAD_PX = 16, 5


def resized(picture: UInt8Array, size: tuple[int, int], *, ids: bool = False) -> UInt8Array:
    """Return a picture at (width, height); pictures of ids keep their colours unmixed."""
    import cv2

    if (picture.shape[1], picture.shape[0]) == size:
        return picture
    shrinks = size[0] < picture.shape[1]
    method = cv2.INTER_NEAREST if ids else cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    smaller: UInt8Array = cv2.resize(picture, size, interpolation=method)
    return smaller


def with_masks_and_boxes(shot: Shot, size: tuple[int, int]) -> UInt8Array:
    """Return the picture at (width, height) under its masks, boxes and class names."""
    masks = resized(shot.pictures["masks"], size, ids=True)
    picture = _blend(resized(shot.pictures["rgb"], size), masks)
    scale = size[0] / shot.size[0]
    for thing in shot.things:
        x, y, width, height = thing.box
        corners = np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)], np.float64)
        _draw(picture, [corners * scale], thing.color)
    return write_texts(picture, _labels(shot.things, scale))


def with_cuboids(shot: Shot, size: tuple[int, int]) -> UInt8Array:
    """Return the picture at (width, height) with the cuboid of every visible thing."""
    picture = resized(shot.pictures["rgb"], size).copy()
    scale = size[0] / shot.size[0]
    for thing in shot.things:
        _draw(picture, [run * scale for run in thing.edges], thing.color)
    return picture


def _blend(picture: UInt8Array, overlay: UInt8Array) -> UInt8Array:
    alpha = overlay[..., 3:].astype(np.float32) / 255
    mixed: UInt8Array = np.rint(picture * (1 - alpha) + overlay[..., :3] * alpha).astype(np.uint8)
    return mixed


def _draw(picture: UInt8Array, runs: Sequence[FloatArray], color: Rgb) -> None:
    """Draw lines with a dark rim, so that they show on any ground."""
    import cv2

    # OpenCV counts from pixel centres.
    points = [np.rint((run - 0.5) * (1 << _SUBPIXELS)).astype(np.int32) for run in runs]
    for shade, thickness in ((DARK_INK, 2), (color, 1)):
        cv2.polylines(picture, points, False, shade, thickness, cv2.LINE_AA, _SUBPIXELS)


def _labels(things: Sequence[SeenThing], scale: float) -> list[Text]:
    """Return the class names of things whose box is wide enough for them, above it; larger things come first.

    A name that would cover another is left out.
    """
    texts: list[Text] = []
    taken: list[tuple[int, int, int]] = []
    for thing in sorted(things, key=lambda thing: -thing.box[2] * thing.box[3]):
        x, y, width, _ = thing.box
        wide = text_width(thing.label, _LABEL_PX)
        left, top = round(x * scale), max(0, round(y * scale) - _LABEL_PX - 2)
        if wide > max(1.6 * width * scale, 24):
            continue
        if any(abs(top - t) < _LINE_PX and left < right and other < left + wide + _PAD_PX for other, right, t in taken):
            continue
        taken.append((left, left + wide + _PAD_PX, top))
        texts.append(Text(left, top, thing.label, ink_on(thing.color), _LABEL_PX, thing.color))
    return texts
