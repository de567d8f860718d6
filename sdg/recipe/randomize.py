"""The block of `randomize:`: one word for how much of a recipe is drawn, or one word a section."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import Field

from sdg.recipe.values import FIXED, Block

Word: TypeAlias = Literal["realistic", "aggressive"]


class RandomizeBlock(Block):
    """Words by section; a section without one stays as it is written."""

    scene: Word | None = Field(default=None, json_schema_extra=FIXED)
    lighting: Word | None = Field(default=None, json_schema_extra=FIXED)
    materials: Word | None = Field(default=None, json_schema_extra=FIXED)
    cameras: Word | None = Field(default=None, json_schema_extra=FIXED)
