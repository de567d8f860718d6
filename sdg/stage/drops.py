"""Where things fall, as their recipe says: on what, or in it."""

from __future__ import annotations

from dataclasses import dataclass

from sdg.recipe.model import DropBlock, ObjectBlock


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
    """Return where a thing falls by its own weight, None if it doesn't."""
    place = block.place
    if place is None:
        return None
    if place.drop_in is not None:
        return Drop("drop_in", place.drop_in, None)
    if place.drop_on is not None:
        on = DropBlock(surface=place.drop_on) if isinstance(place.drop_on, str) else place.drop_on
        return _on("drop_on", on.surface, on.region_m)
    if place.stacked is not None:
        return _on("stack", place.stacked.surface, place.stacked.region_m)
    return None if place.heaped is None else _on("heap", place.heaped.surface)


def _on(key: str, text: str, region_m: tuple[float, float, float, float] | None = None) -> Drop:
    owner, _, surface = text.partition(".")
    return Drop(key, owner, surface or None, region_m)
