"""Presets of devices: files in which every number has its unit, kind and source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class PresetValue:
    """One number of a preset.

    Attributes:
        value: A number, text, a list, or a mapping of parts.
        unit: Empty for what has none.
        kind: `measured`, `derived` (from measured numbers, by the formula in `derivation`) or `typical`.
        source: Address of where it stands; for a typical value, why it was taken.
        derivation: How it follows from what was measured; empty unless derived.
        conditions: Further facts: `wavelength_nm`, `gain_db`, `temperature_c`, `note`.
    """

    value: Any
    unit: str
    kind: str
    source: str
    derivation: str
    conditions: Mapping[str, Any]


@dataclass(frozen=True)
class Preset:
    """A device as published: `values` has the keys of the recipe's block, `published` what some derive from.

    Attributes:
        title: One line on what it is.
        about: Further entries of the file that are no numbers, such as the kind of the device.
    """

    name: str
    title: str
    values: Mapping[str, PresetValue]
    published: Mapping[str, PresetValue]
    about: Mapping[str, str]


@cache
def preset_names(package: str) -> tuple[str, ...]:
    """Return the names of all presets in a package, in alphabetical order."""
    folder = resources.files(package)
    return tuple(sorted(entry.name.removesuffix(".json") for entry in folder.iterdir() if entry.name.endswith(".json")))


@cache
def read_preset(package: str, name: str) -> Preset:
    """Return a preset by name.

    Raises:
        KeyError: There is none of this name.
    """
    if name not in preset_names(package):
        raise KeyError(name)
    content = json.loads(resources.files(package).joinpath(f"{name}.json").read_text(encoding="utf-8"))
    values = {key: _value(entry) for key, entry in content["values"].items()}
    published = {key: _value(entry) for key, entry in content.get("published", {}).items()}
    about = {key: text for key, text in content.items() if key not in ("name", "title", "values", "published")}
    return Preset(name, content["title"], values, published, about)


def _value(entry: Mapping[str, Any]) -> PresetValue:
    fixed = ("value", "unit", "kind", "source", "derivation")
    conditions = {key: item for key, item in entry.items() if key not in fixed}
    return PresetValue(
        entry["value"], entry["unit"], entry["kind"], entry["source"], entry.get("derivation", ""), conditions
    )
