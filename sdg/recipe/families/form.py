"""What the forms of all families have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sdg.recipe.values import Block


class Form(Block):
    """The form of a builtin asset. `variant` chooses among its small irregularities, such as boards a little askew."""

    variant: Annotated[int, Field(ge=0, le=9999)] = 0
