"""Materials on a contact sheet: each on a floor, a ball and a block, photographed under three lights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from sdg.errors import UsageError
from sdg.foundation.arrays import UInt8Array
from sdg.foundation.palette import Rgb
from sdg.pipeline import Pipeline
from sdg.preview.lettering import Text, write_texts
from sdg.recipe.load import load_recipe
from sdg.render.api import Device
from sdg.write.atomic import write_atomically
from sdg.write.encode import encode_jpeg, encode_rgb

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
    for first in range(0, len(names), _AT_ONCE):
        some = names[first : first + _AT_ONCE]
        surfaces = ", ".join(name for name in some for _ in LIGHTS)
        overrides = [
            f"vars.surface={{sequence: [{surfaces}]}}",
            f"cameras.0.resolution=[{resolution[0]}, {resolution[1]}]",
            f"render.spp={spp}",
            f"frames={len(some) * len(LIGHTS)}",
        ]
        with Pipeline(load_recipe(_RECIPE, overrides), device=device) as pipeline:
            for index, name in enumerate(some):
                frames = [pipeline.frame(index * len(LIGHTS) + light) for light in range(len(LIGHTS))]
                yield name, tuple(frame.views["main"].rgb for frame in frames)


def write_swatches(
    path: Path,
    names: Sequence[str],
    *,
    width_px: int,
    spp: int,
    device: Device = "auto",
    tell: Callable[[str], None] = lambda _: None,
) -> None:
    """Write the contact sheet of builtin materials.

    Args:
        path: A file with a name in .png, .jpg or .jpeg.
        names: Of materials.
        width_px: Of each picture; four to three.
        spp: Samples per pixel.
        device: See `sdg.pipeline.open_renderer`.
        tell: Is told how far it is.

    Raises:
        UsageError: The file's name says no format that can be written.
        DatasetError: The file can't be written.
    """
    if path.suffix.lower() not in (".png", ".jpg", ".jpeg"):
        raise UsageError(f"{path} is no name of a picture", "let it end in .png or .jpg")
    swatches = []
    for name, pictures in material_pictures(names, resolution=(width_px, width_px * 3 // 4), spp=spp, device=device):
        swatches.append((name, pictures))
        tell(f"{len(swatches)} of {len(names)}: {name}")
    sheet = build_swatches(swatches)
    write_atomically(path, encode_rgb(sheet) if path.suffix.lower() == ".png" else encode_jpeg(sheet), resumes=False)


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
