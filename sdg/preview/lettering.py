"""Text on pictures, in the typeface that Pillow brings along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from sdg.foundation.arrays import UInt8Array
from sdg.foundation.palette import Rgb

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont, ImageFont

# A letter that reaches as high as any, and one as low.
_TALLEST = "dg"


@dataclass(frozen=True)
class Text:
    """A line of text.

    Attributes:
        x, y: Its top left corner [px].
        background: Colour of the plate behind it; None for none.
    """

    x: int
    y: int
    text: str
    color: Rgb
    size_px: int = 14
    background: Rgb | None = None


def write_texts(picture: UInt8Array, texts: Sequence[Text]) -> UInt8Array:
    """Return the picture, shape (H, W, 3), uint8, with texts on it; what doesn't fit is moved inside."""
    from PIL import Image, ImageDraw

    image = Image.fromarray(picture)
    pen = ImageDraw.Draw(image)
    for text in texts:
        font = _font(text.size_px)
        left, _, right, _ = (round(edge) for edge in pen.textbbox((0, 0), text.text, font=font))
        # Words without tall letters stand on the same line as those with some.
        _, top, _, bottom = (round(edge) for edge in pen.textbbox((0, 0), _TALLEST, font=font))
        pad = 2 if text.background is not None else 0
        x = max(0, min(text.x, image.width - (right - left) - 2 * pad))
        y = max(0, min(text.y, image.height - (bottom - top) - 2 * pad))
        if text.background is not None:
            pen.rectangle((x, y, x + right - left + 2 * pad, y + bottom - top + 2 * pad), fill=text.background)
        pen.text((x + pad - left, y + pad - top), text.text, fill=text.color, font=font)
    return np.array(image)


def text_width(text: str, size_px: int) -> int:
    """Return how wide a line is [px]."""
    left, _, right, _ = _font(size_px).getbbox(text)
    return round(right - left)


@cache
def _font(size_px: int) -> FreeTypeFont | ImageFont:
    from PIL import ImageFont

    return ImageFont.load_default(size_px)
