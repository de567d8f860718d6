"""What office things are made of, under the slot names that a recipe may override."""

from __future__ import annotations

from sdg.recipe.families.office import OfficeRoomForm
from sdg.stage.asset import Material
from sdg.stage.builtin.assembly import variation
from sdg.stage.builtin.materials import slot

PAINTS = (
    (0.40, 0.42, 0.43),
    (0.66, 0.66, 0.64),
    (0.05, 0.055, 0.06),
    (0.10, 0.20, 0.26),
    (0.30, 0.36, 0.28),
    (0.45, 0.30, 0.16),
)
PLASTICS = (
    (0.07, 0.20, 0.30),
    (0.55, 0.56, 0.55),
    (0.03, 0.03, 0.033),
    (0.32, 0.06, 0.05),
    (0.10, 0.26, 0.15),
    (0.60, 0.40, 0.06),
    (0.36, 0.14, 0.26),
)
GLAZES = (
    (0.62, 0.61, 0.58),
    (0.05, 0.11, 0.22),
    (0.42, 0.12, 0.07),
    (0.10, 0.16, 0.12),
    (0.06, 0.06, 0.062),
    (0.62, 0.46, 0.14),
    (0.42, 0.50, 0.52),
)
POTS = (
    (0.50, 0.49, 0.47),
    (0.40, 0.15, 0.07),
    (0.06, 0.06, 0.063),
    (0.62, 0.60, 0.56),
    (0.16, 0.24, 0.25),
)
Palette = tuple[tuple[float, float, float], ...]


def variant_color(palette: Palette, name: str, variant: int) -> tuple[float, float, float]:
    """Return the colour of a variant: the usual one is the palette's first."""
    if variant == 0:
        return palette[0]
    return palette[variation(f"{name} colour", variant).integer(0, len(palette) - 1)]


def floor_finish(form: OfficeRoomForm) -> Material:
    """Return what the floor is covered with."""
    if form.floor == "wood":
        return slot("floor", "hardwood_floor")
    if form.floor == "terrazzo":
        return slot("floor", "terrazzo")
    return slot("floor", "carpet", (0.15, 0.16, 0.18))


def feature_wall(form: OfficeRoomForm) -> Material:
    """Return what the wall towards -x is finished with."""
    if form.walls == "accent":
        return slot("feature_wall", "matte_paint", (0.10, 0.22, 0.27))
    if form.walls == "brick":
        return slot("feature_wall", "brick")
    if form.walls == "panelled":
        return slot("feature_wall", "matte_paint", (0.05, 0.05, 0.052))
    return wall_paint()


def wall_paint() -> Material:
    """Return the paint of walls."""
    return slot("wall", "matte_paint", (0.74, 0.73, 0.70))


def ceiling_tile() -> Material:
    """Return the white of a suspended ceiling."""
    return slot("ceiling", "matte_paint", (0.80, 0.80, 0.79))


def lacquer(name: str, color: tuple[float, float, float]) -> Material:
    """Return powder-coated metal of a colour."""
    return slot(name, "painted_metal", color)


def laminate(name: str, color: tuple[float, float, float]) -> Material:
    """Return a smooth board of a colour."""
    return slot(name, "plastic", color, 0.5)


def veneer(name: str) -> Material:
    """Return light wood, grain along u."""
    return slot(name, "plywood")


def chrome(name: str) -> Material:
    """Return polished metal."""
    return slot(name, "stainless_steel")


def moulded(name: str, color: tuple[float, float, float] = (0.03, 0.03, 0.032)) -> Material:
    """Return moulded plastic."""
    return slot(name, "plastic", color, 0.45)


def upholstery(name: str, color: tuple[float, float, float]) -> Material:
    """Return woven cloth of a colour."""
    return slot(name, "fabric", color)


def leaf(name: str, *, woody: bool = False) -> Material:
    """Return the green of leaves and stalks, or the brown of woody ones."""
    return slot(name, "bark" if woody else "leaf")


def glazed(name: str, color: tuple[float, float, float]) -> Material:
    """Return glazed stoneware of a colour."""
    return slot(name, "plastic", color, 0.2)


def felt(name: str, color: tuple[float, float, float]) -> Material:
    """Return wool felt of a colour."""
    return slot(name, "felt", color)
