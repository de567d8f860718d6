"""The ways in which things find their places, by the keys of `place:`; grids are a matter of placing itself."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sdg.stage.paths import place_along
from sdg.stage.placement import PlaceRule
from sdg.stage.relations import put_beside, put_inside
from sdg.stage.scatter import scatter, scatter_apart

WAYS: Mapping[str, PlaceRule] = MappingProxyType(
    {
        "scatter_2d": scatter,
        "on": scatter,
        "in": put_inside,
        "beside": put_beside,
        "along": place_along,
        "poisson_disc": scatter_apart,
    }
)
