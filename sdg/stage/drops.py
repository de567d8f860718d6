"""Where a thing is dropped, as its recipe says."""

from __future__ import annotations

from dataclasses import dataclass

from sdg.recipe.model import ObjectBlock


@dataclass(frozen=True)
class Drop:
    """Where a thing falls: on `owner`, or in it; the key that says so, which surface, and a part of that surface."""

    key: str
    owner: str
    surface: str | None
    region_m: tuple[float, float, float, float] | None = None

    @property
    def is_inside(self) -> bool:
        return self.key == "drop_in"


def drop_of(block: ObjectBlock) -> Drop | None:
    """Return where a thing is dropped, None if it isn't."""
    place = block.place
    if place is None or (place.drop_on is None and place.drop_in is None):
        return None
    if place.drop_in is not None:
        return Drop("drop_in", place.drop_in, None)
    on = place.drop_on
    assert on is not None
    text, region = (on, None) if isinstance(on, str) else (on.surface, on.region_m)
    owner, _, surface = text.partition(".")
    return Drop("drop_on", owner, surface or None, region)
