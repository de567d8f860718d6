"""Rules over what falls: into what, onto what, and how heavy it is."""

from __future__ import annotations

from collections.abc import Mapping

from sdg.recipe.places import FALLING
from sdg.recipe.rules_places import surfaces_under
from sdg.recipe.view import View, is_sound


def check_containers(view: View) -> None:
    """R065: a thing is dropped in a surface of the environment, or in one surface of an object."""
    for index, _ in view.objects():
        for container, place in view.texts("scene", "objects", index, "place", "drop_in"):
            if container not in view.object_names():
                view.fault(
                    "R065",
                    f"there is no object {container} to drop things in",
                    place,
                    expected="the name of an object that is open at the top",
                    found=container,
                    hint="to drop things on a surface write drop_on",
                )


def check_resting_on_dropped(view: View) -> None:
    """R140: a thing is placed on what is itself dropped, so that nobody knows where its surface will be."""
    dropped = {
        index
        for index, _ in view.objects()
        for kind in FALLING
        if any(True for _ in view.values("scene", "objects", index, "place", kind))
    }
    names = view.object_names()
    for index, _ in view.objects():
        for surface, place in surfaces_under(view, index):
            owner = view.owner(surface)
            if owner and names[owner] in dropped:
                view.fault(
                    "R140",
                    f"{owner} is dropped, so nothing can be placed on it",
                    place,
                    expected="something that stands still",
                    found=surface,
                    hint=f"drop both on what {owner} falls on: they come to rest on each other",
                )


def check_stacks(view: View) -> None:
    """R072: a stack's region where its place is given."""
    for index, _ in view.objects():
        for block, place in view.values("scene", "objects", index, "place", "stack"):
            if isinstance(block, Mapping) and block.get("center_m") is not None and block.get("region_m") is not None:
                view.fault(
                    "R072",
                    "region_m has no effect beside center_m",
                    place / "region_m",
                    head=True,
                    hint="keep one of the two",
                    related=view.note("center_m at", (*place.use, "center_m")),
                )


def check_mass(view: View) -> None:
    """R141: a thing has a mass and a density."""
    for index, _ in view.objects():
        for block, place in view.values("scene", "objects", index, "physics"):
            if isinstance(block, Mapping) and is_sound(block) and {"mass_kg", "density_kgpm3"} <= block.keys():
                view.fault(
                    "R141",
                    "mass_kg and density_kgpm3 both say how heavy it is",
                    place / "mass_kg",
                    head=True,
                    hint="keep one of the two",
                )
