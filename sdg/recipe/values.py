"""The types of single values in a recipe, and the base of every block of them."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

FIXED: dict[str, Any] = {"fixed": True}

PathKey: TypeAlias = tuple[str | int, ...]
Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=64)]
Pattern: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]+$", max_length=256)]
Finite: TypeAlias = Annotated[float, Field(allow_inf_nan=False)]
Length: TypeAlias = Annotated[float, Field(gt=0, le=10_000, allow_inf_nan=False)]
Coordinate: TypeAlias = Annotated[float, Field(ge=-100_000, le=100_000, allow_inf_nan=False)]
Unit: TypeAlias = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Angle: TypeAlias = Annotated[float, Field(ge=-36_000, le=36_000, allow_inf_nan=False)]
Count: TypeAlias = Annotated[int, Field(ge=0, le=10_000)]
Cells: TypeAlias = Annotated[int, Field(ge=1, le=1_000)]
Point: TypeAlias = tuple[Coordinate, Coordinate, Coordinate]
Angles: TypeAlias = tuple[Angle, Angle, Angle]
Color: TypeAlias = tuple[Unit, Unit, Unit]


class Block(BaseModel):
    """Base of every mapping in a recipe: frozen, strict about types, and without unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)
