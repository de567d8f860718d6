"""What a value of the wrong type probably means, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from sdg.foundation.spelling import closest
from sdg.recipe.distributions import DISTRIBUTION_KEYS, Plain
from sdg.recipe.kinds import BlockKind, Kind, ListKind, ManyKind, MapKind, NumberKind, SwitchKind, TextKind, options
from sdg.recipe.wording import describe

_NUMBER_WITH_UNIT = re.compile(r"\s*[-+]?[0-9][0-9_.,eE+-]*\s*[A-Za-z%°/]+[0-9]*\s*")
_OTHER_NAMES: Mapping[str, str] = {
    "brown_conrady": "opencv_pinhole",
    "rational": "opencv_pinhole",
    "thin_prism": "opencv_pinhole",
    "fisheye": "opencv_fisheye",
    "kannala_brandt": "opencv_fisheye",
    "equidistant": "opencv_fisheye",
    "mei": "omnidir",
    "f_theta": "ftheta",
    "panorama": "equirectangular",
    "chromatic_aberration": "lateral_color",
    "lateral_chromatic_aberration": "lateral_color",
    "aperture": "f_number",
    "aperture_blades": "blades",
    "focus": "depth_of_field",
    "focus_distance_m": "depth_of_field",
    "dof": "depth_of_field",
    "depth": "depth_sensor",
    "shutter": "rolling_shutter",
    "robots": "objects",
    "robot": "asset",
    "urdf": "file",
    "mjcf": "file",
    "labels": "classes",
    "texture": "material",
    "dirt": "wear",
    "off_probability": "probability",
    "pile": "heap",
    "near": "beside",
    "path": "along",
}
_YAML11_SWITCHES = {"yes": "true", "on": "true", "no": "false", "off": "false"}


def type_hint(kind: Kind, value: Plain) -> str:
    """Return what to do about a value that no alternative of a kind admits; empty if nothing comes to mind."""
    kinds = options(kind)
    blocks = [option for option in kinds if isinstance(option, BlockKind)]
    if isinstance(value, str):
        return _text_hint(kind, value)
    if value is None:
        has_defaults = any(not any(entry.required for entry in block.fields.values()) for block in blocks)
        return f"write {'{} for the defaults' if has_defaults else 'a value'}, or remove the key"
    if isinstance(value, Mapping):
        return _mapping_hint(kind, value)
    if isinstance(value, list):
        return "remove the dashes: this is one mapping, not a list" if blocks else ""
    if any(isinstance(option, TextKind) for option in kinds):
        return "put it in quotation marks if it is a name"
    lists = [option.items for option in kinds if isinstance(option, ListKind)]
    # Sizes and colours are often alike along all axes; positions and velocities hardly ever.
    alike = bool(lists) and all(_has_no_sign(item) for item in lists[0])
    return f"write [{', '.join([describe(value)] * len(lists[0]))}]" if alike else ""


def _has_no_sign(kind: Kind) -> bool:
    bounds = [(one.minimum, one.above) for one in options(kind) if isinstance(one, NumberKind)]
    return bool(bounds) and all(any(end is not None and end >= 0 for end in ends) for ends in bounds)


def other_name(key: str, known: Iterable[str]) -> str:
    """Return the known key that goes by this name elsewhere; empty if there is none."""
    name = _OTHER_NAMES.get(key, "")
    return name if name in known else ""


def block_with(key: str, block: BlockKind) -> str:
    """Return the key of a block inside a block that knows a key; empty if there is none."""
    inner = (
        name
        for name, entry in block.fields.items()
        for option in options(entry.kind)
        if isinstance(option, BlockKind) and key in option.fields
    )
    return next(inner, "")


def block_meant(blocks: Sequence[BlockKind], value: Mapping[str, Plain]) -> BlockKind:
    """Return the block whose keys a mapping has, or nearly has; the first if it is like none of them."""
    known = [sum(key in block.fields for key in value) for block in blocks]
    similar = [sum(bool(closest(key, block.fields)) for key in value) for block in blocks]
    return max(zip(known, similar, range(0, -len(blocks), -1), blocks, strict=True), key=lambda row: row[:3])[3]


def name_hint(value: str) -> str:
    """Return the nearest text that is a name."""
    cleaned = re.sub(r"[^A-Za-z0-9]+", "_", value).strip("_")
    return f"write {cleaned[:64]}" if cleaned and cleaned[0].isalpha() else "start with a letter"


def _text_hint(kind: Kind, value: str) -> str:
    """Say what a text that stands in the wrong place probably means."""
    if any(isinstance(option, SwitchKind) for option in options(kind)):
        return f"write {_YAML11_SWITCHES.get(value.lower(), 'true or false')}"
    if any(isinstance(option, NumberKind) for option in options(kind)):
        if _NUMBER_WITH_UNIT.fullmatch(value):
            return "write the number alone; the unit is in the key"
        if re.fullmatch(r"\s*[-+]?[0-9][0-9_,]*\s*", value) and not value.strip().isdigit():
            return "write the digits alone, without separators"
        if re.fullmatch(r"\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\s*", value):
            return "remove the quotation marks"
    if any(isinstance(option, BlockKind) and value in option.fields for option in options(kind)):
        return f"write {value}: {{...}}"
    return ""


def _mapping_hint(kind: Kind, value: Mapping[str, Plain]) -> str:
    """Recognise a misspelt distribution, or a block where a list of blocks belongs."""
    if any(isinstance(option, ManyKind) for option in options(kind)):
        return "start each entry with '- '"
    for key in value:
        if meant := closest(key, DISTRIBUTION_KEYS):
            return f"did you mean {meant}?"
    return f"distributions here: {', '.join(DISTRIBUTION_KEYS)}" if not isinstance(kind, MapKind) else ""
