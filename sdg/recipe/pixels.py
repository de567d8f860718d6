"""The pixels that a camera's sensor may have, as far as its lens needs to know them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sdg.camera.sensors.load import IDEAL, load_preset
from sdg.camera.window import Pixels
from sdg.recipe.distributions import Plain
from sdg.recipe.document import Place
from sdg.recipe.specimens import Variables, extremes, options_at

_KEYS = ("preset", "pixel_pitch_um", "binning")


def sensor_pixels(block: Mapping[str, Any]) -> Pixels:
    """Return the pixels of a plain `sensor:` block; an ideal sensor and an unknown preset have no pitch."""
    binning, preset, pitch_um = (block.get(key) for key in ("binning", "preset", "pixel_pitch_um"))
    if pitch_um is None and preset is not None and preset != IDEAL:
        try:
            pitch_um = float(load_preset(preset).values["pixel_pitch_um"].value)
        except KeyError:
            pitch_um = None  # R100 reports it
    return Pixels(1 if binning is None else int(binning), pitch_um)


def possible_pixels(tree: Mapping[str, Plain], camera: int, variables: Variables) -> list[Pixels]:
    """Return the pixels of a camera at the ends of what its `sensor:` may be, each once."""
    found: dict[Pixels, None] = {}
    for block, _ in options_at(tree, Place(()), ("cameras", camera, "sensor"), variables):
        if isinstance(block, Mapping):
            written = {key: block[key] for key in _KEYS if key in block}
            found |= dict.fromkeys(sensor_pixels(plain) for plain in extremes(written, variables))
        else:
            found[Pixels()] = None
    return list(found) or [Pixels()]
