"""Values of USD attributes as plain data, so that they can be compared, listed and written as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar

from sdg.foundation.arrays import Vec3

# The attribute types that are authored, by their names in `Sdf.ValueTypeNames`; `rel` is a relationship to one prim.
UsdType: TypeAlias = Literal[
    "bool", "int2", "float", "float2", "float3", "float4", "double3", "color3f", "normal3f", "asset", "token",
    "string", "rel",
]  # fmt: skip
Plain: TypeAlias = bool | float | str | tuple[float, ...]


@dataclass(frozen=True, slots=True)
class UsdValue:
    """What an attribute holds.

    Attributes:
        type: Its type's name in USD.
        value: Numbers of vectors as a tuple; of an asset, its path from the stage's folder; of a relationship, the
            target prim's path.
    """

    type: UsdType
    value: Plain


# By the attribute's path on the stage, such as `/World/carton_3.visibility`.
UsdValues: TypeAlias = dict[str, UsdValue]
_T = TypeVar("_T")


def by_prim(values: Mapping[str, _T]) -> dict[str, dict[str, _T]]:
    """Return what is given by the paths of attributes by prim and attribute instead."""
    prims: dict[str, dict[str, _T]] = {}
    for path, value in values.items():
        prim, _, name = path.partition(".")
        prims.setdefault(prim, {})[name] = value
    return prims


def plain_json(prims: Mapping[str, Mapping[str, UsdValue]]) -> dict[str, dict[str, Any]]:
    """Return values by prim and attribute as JSON has them: vectors are lists."""
    return {
        path: {name: list(item.value) if isinstance(item.value, tuple) else item.value for name, item in values.items()}
        for path, values in prims.items()
    }


def token(value: str) -> UsdValue:
    """Return a token."""
    return UsdValue("token", value)


def number(value: float) -> UsdValue:
    """Return a float."""
    return UsdValue("float", float(value))


def color(value: Vec3) -> UsdValue:
    """Return a colour, linear sRGB."""
    return UsdValue("color3f", (float(value[0]), float(value[1]), float(value[2])))


def visibility(shown: bool) -> UsdValue:
    """Return what `visibility` holds; a prim that is shown inherits from those above it."""
    return token("inherited" if shown else "invisible")
