"""BOP's object ids: one for each model, which is an asset at a size, as one class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

_MM_PER_M = 1000.0
# Sizes that agree so far are the same: scales are multiplied out in floating point.
_MM_DIGITS = 3

_Model: TypeAlias = tuple[int, str, tuple[float, float, float]]


class BopObjects:
    """Numbers models from 1, in the order in which they first appear: frames that are added change no number."""

    def __init__(self, names: Mapping[int, str]) -> None:
        self._names = names
        self._ids: dict[_Model, int] = {}

    def __len__(self) -> int:
        return len(self._ids)

    def id_of(self, thing: Mapping[str, Any]) -> int:
        """Return the number of an object's model, from its entry in the frame record."""
        x, y, z = (round(length * _MM_PER_M, _MM_DIGITS) for length in thing["cuboid"]["size_m"])
        model = (thing["category_id"], thing["asset_digest"], (x, y, z))
        return self._ids.setdefault(model, len(self._ids) + 1)

    def table(self) -> dict[str, Any]:
        """Return what each number stands for."""
        return {
            str(number): {"class": self._names[category], "category_id": category, "asset_digest": digest}
            for (category, digest, _), number in self._ids.items()
        }

    def models_info(self) -> dict[str, Any]:
        """Return BOP's `models_info.json` [mm]: boxes about the origin; diameters would take the meshes."""
        return {
            str(number): {
                **{f"min_{axis}": -length / 2 for axis, length in zip("xyz", size, strict=True)},
                **{f"size_{axis}": length for axis, length in zip("xyz", size, strict=True)},
            }
            for (_, _, size), number in self._ids.items()
        }
