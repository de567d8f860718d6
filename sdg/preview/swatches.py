"""Materials on a contact sheet: each on a floor, a ball and a block, under a low sun, an overcast sky and a warm panel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from sdg.foundation.arrays import UInt8Array
from sdg.pipeline import Pipeline
from sdg.preview.colors import Rgb
from sdg.preview.lettering import Text, write_texts
from sdg.recipe.load import load_recipe
from sdg.render.api import Device

LIGHTS = ("low sun", "overcast sky", "warm panel")
_RECIPE = Path(__file__).with_name("swatches.yaml")
_PAPER: Rgb = (250, 250, 248)
_INK: Rgb = (24, 26, 30)
_MARGIN, _GAP, _CAPTION, _TEXT_PX = 20, 18, 22, 13
# Their textures are in memory together.
_AT_ONCE = 8


def material_pictures(
    names: Sequence[str], *, resolution: tuple[int, int] = (240, 180), spp: int = 32, device: Device = "auto"
) -> Iterator[tuple[str, tuple[UInt8Array, ...]]]:
    """Yield builtin materials by name, each with its pictures under `LIGHTS`, shape (H, W, 3), uint8, sRGB.

    Args:
        names: Of materials.
        resolution: (width, height) of a picture [px].
        spp: Samples per pixel.
        device: See `sdg.pipeline.open_renderer`.

    Raises:
        AssetError: There is no material of a name.
        BackendUnavailable: No renderer runs here.
    """
    predecessor: Pipeline | None = None
    try:
        for first in range(0, len(names), _AT_ONCE):
            some = names[first : first + _AT_ONCE]
            surfaces = ", ".join(name for name in some for _ in LIGHTS)
            recipe = load_recipe(
                _RECIPE,
                [
                    f"vars.surface={{sequence: [{surfaces}]}}",
                    f"cameras.0.resolution=[{resolution[0]}, {resolution[1]}]",
                    f"render.spp={spp}",
                    f"frames={len(some) * len(LIGHTS)}",
                ],
            )
            if predecessor is not None:
                predecessor.close()
            predecessor = Pipeline(recipe, device=device)
            for index, name in enumerate(some):
                frames = [predecessor.frame(index * len(LIGHTS) + light) for light in range(len(LIGHTS))]
                yield name, tuple(frame.views["main"].rgb for frame in frames)
    finally:
        if predecessor is not None:
            predecessor.close()


def build_swatches(swatches: Sequence[tuple[str, tuple[UInt8Array, ...]]], columns: int = 3) -> UInt8Array:
    """Return the contact sheet, shape (H, W, 3), uint8: the pictures of each material side by side under its name."""
    height, width = swatches[0][1][0].shape[:2]
    cell_width = width * len(LIGHTS)
    columns = min(columns, len(swatches))
    rows = -(-len(swatches) // columns)
    sheet: UInt8Array = np.full(
        (2 * _MARGIN + rows * (height + _CAPTION + _GAP) - _GAP, 2 * _MARGIN + columns * (cell_width + _GAP) - _GAP, 3),
        _PAPER,
        np.uint8,
    )
    texts = []
    for place, (name, pictures) in enumerate(swatches):
        row, column = divmod(place, columns)
        x, y = _MARGIN + column * (cell_width + _GAP), _MARGIN + row * (height + _CAPTION + _GAP)
        texts.append(Text(x, y, name, _INK, _TEXT_PX))
        sheet[y + _CAPTION : y + _CAPTION + height, x : x + cell_width] = np.concatenate(pictures, axis=1)
    return write_texts(sheet, texts)
