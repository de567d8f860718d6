"""Rules over several values of the scene and its lights."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from sdg.recipe.distributions import Plain
from sdg.recipe.document import Place, lookup
from sdg.recipe.model import PathKey
from sdg.recipe.places import ON_SURFACES
from sdg.recipe.rules_places import most_placed, named
from sdg.recipe.view import ENVIRONMENT_SURFACES, View, is_numeric
from sdg.recipe.wording import nearest

INSTANCES_LIMIT = 65_535  # instance ids are written as 16 bits, and 0 is the background

_SAME_M = 1e-6
_SURFACE = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)?")


def check_object_names(view: View) -> None:
    """R060: two objects, or an object and a surface of the environment, bear one name."""
    first = view.object_names()
    for index, block in view.objects():
        name = block.get("name")
        path = ("scene", "objects", index, "name")
        if isinstance(name, str) and first[name] != index:
            related = view.note("first at", ("scene", "objects", first[name], "name"))
            view.fault(
                "R060", f"two objects are named {name}", path, hint="give each a name of its own", related=related
            )
        elif name in ENVIRONMENT_SURFACES and view.has_environment():
            view.fault(
                "R060",
                f"{name} is a surface of the environment",
                path,
                expected="another name",
                found=str(name),
                hint=f"call it {name}_object, say",
            )


def check_light_names(view: View) -> None:
    """R060: two lights bear one name."""
    first: dict[str, tuple[str | int, ...]] = {}
    for path, _, block in view.lights():
        name = block.get("name")
        if not isinstance(name, str):
            continue
        if name in first:
            related = view.note("first at", first[name])
            view.fault(
                "R060",
                f"two lights are named {name}",
                (*path, "name"),
                hint="give each a name of its own",
                related=related,
            )
        first.setdefault(name, (*path, "name"))


def check_position_or_place(view: View) -> None:
    """R073: an object has a position and a way to find one."""
    for index, block in view.objects():
        if "position_m" in block and block.get("place") is not None:
            view.fault(
                "R073",
                "position_m and place both say where it stands",
                ("scene", "objects", index, "position_m"),
                head=True,
                hint="keep one of the two",
                related=view.note("place at", ("scene", "objects", index, "place")),
            )


def check_classes(view: View) -> None:
    """R074: a class is a thing (of an object) and stuff (of the environment, or of an object that is said to be)."""
    stuff: dict[str, PathKey] = {}
    environment = lookup(view.document.tree, ("scene", "environment"))
    if isinstance(environment, Mapping) and isinstance(name := environment.get("class", "environment"), str):
        stuff[name] = ("scene", "environment")
    for index, block in view.objects():
        if block.get("stuff") is True and isinstance(name := block.get("class", block.get("name")), str):
            stuff.setdefault(name, ("scene", "objects", index))
    for index, block in view.objects():
        written = isinstance(block.get("class"), str)
        label = block["class"] if written else block.get("name")
        if label in stuff and block.get("stuff") is not True:
            view.fault(
                "R074",
                f"the class {label} is both a thing and stuff",
                ("scene", "objects", index, "class" if written else "name"),
                expected="a class that the environment does not have"
                if len(stuff[label]) == 2
                else "a class that no stuff has",
                found=str(label),
                hint="rename one of the two; parts of the environment are stuff, objects are things",
                related=view.note("environment at" if len(stuff[label]) == 2 else "stuff at", stuff[label]),
            )


def check_object_surfaces(view: View) -> None:
    """R065: an object is placed on something that can't exist."""
    for index, _ in view.objects():
        for kind in (*ON_SURFACES, "drop_in"):
            for surface, place in named(view, index, kind):
                _check_surface(view, surface, place)


def check_light_surfaces(view: View) -> None:
    """R065, R071: a grid of lights without an environment to hang from; R072: a key that the grid decides about."""
    for path, _, block in view.lights():
        if block.get("grid") is None:
            if "surface" in block:
                view.fault(
                    "R072",
                    "surface has no effect without grid",
                    (*path, "surface"),
                    head=True,
                    hint="add grid: [columns, rows], or remove surface",
                )
            continue
        if not view.has_environment():
            view.fault(
                "R071",
                "a grid of lights needs an environment",
                (*path, "grid"),
                head=True,
                hint="add scene.environment, or give the light a position_m",
            )
        if "position_m" in block:
            view.fault(
                "R072",
                "position_m has no effect beside grid",
                (*path, "position_m"),
                head=True,
                hint="keep one of the two",
                related=view.note("grid at", (*path, "grid")),
            )
        for surface, place in view.texts(*path, "surface"):
            if not _SURFACE.fullmatch(surface):
                _refuse_surface_spelling(view, surface, place)


def _check_surface(view: View, surface: str, place: Place) -> None:
    names = view.object_names()
    owner, _, part = surface.partition(".")
    if not _SURFACE.fullmatch(surface):
        _refuse_surface_spelling(view, surface, place)
    elif owner not in names and owner not in ENVIRONMENT_SURFACES and (part or not view.has_environment()):
        view.fault(
            "R065",
            f"there is no object {owner} to stand on",
            place,
            expected="floor, an object's name, or object.surface",
            found=surface,
            hint=nearest(owner, [*names, "floor"]),
        )


def _refuse_surface_spelling(view: View, surface: str, place: Place) -> None:
    view.fault(
        "R065",
        "not the name of a surface",
        place,
        expected="floor, an object's name, or object.surface",
        found=f'text "{surface}"',
        hint="for example floor, pallet, or rack.shelf_0",
    )


def check_instances(view: View) -> None:
    """R068: more instances than ids; R069: more instances than the grid has cells."""
    names = view.object_names()
    counts: dict[str, int] = {}
    total = 0
    for name, index in names.items():
        count = _instances(view, name, names, counts, ())
        total += count
        if total > INSTANCES_LIMIT:
            path = ("scene", "objects", index)
            counted = lookup(view.document.tree, (*path, "count")) is not None
            view.fault(
                "R068",
                "a frame may hold too many objects",
                (*path, "count" if counted else "place"),
                head=True,
                expected=f"at most {INSTANCES_LIMIT} instances in all",
                found=f"up to {total} with {name}",
                hint="lower the count",
            )
            return


def most_instances(view: View, name: str) -> int:
    """Return the greatest number of instances of an object that a frame may have."""
    return _instances(view, name, view.object_names(), {}, ())


def _instances(view: View, name: str, names: Mapping[str, int], counts: dict[str, int], trail: tuple[str, ...]) -> int:
    """Return the greatest number of instances of an object."""
    if name in counts:
        return counts[name]
    if name in trail:
        return 0
    index = names[name]
    count = lookup(view.document.tree, ("scene", "objects", index, "count"))
    counted = _greatest(view, 1 if count is None else count)
    most = counted
    for grid, place in view.values("scene", "objects", index, "place", "grid"):
        if not isinstance(grid, Mapping):
            continue
        cells = _cells(view, grid)
        carriers = 1
        for surface, _ in view.texts("scene", "objects", index, "place", "grid", "surface"):
            owner = view.owner(surface)
            if owner:
                carriers = max(carriers, _instances(view, owner, names, counts, (*trail, name)))
        most = max(most, cells * carriers) if count is None else most
        if count is not None and carriers == 1 and 0 < cells < counted:
            view.fault(
                "R069",
                "the grid has fewer cells than count asks for",
                ("scene", "objects", index, "count"),
                expected=f"at most {cells}",
                found=str(counted),
                hint="leave count out to fill the grid",
                related=view.note("grid at", place.use),
            )
    most = max(most, most_placed(view, index)) if count is None else most
    counts[name] = most
    return most


def _greatest(view: View, value: Plain) -> int:
    ends = [end for end in view.extremes(value) if isinstance(end, int) and not isinstance(end, bool)]
    return max(ends, default=0)


def _cells(view: View, grid: Mapping[str, Plain]) -> int:
    cells = 0
    for counts in view.extremes(grid.get("count")):
        if is_numeric(counts, 2) or is_numeric(counts, 3):
            product = 1
            for number in counts:
                product *= int(number)
            cells = max(cells, product)
    return cells


def check_domes(view: View) -> None:
    """R072: `normalize_hdri` without a picture to normalise."""
    for path, kind, block in view.lights():
        if kind == "dome" and block.get("normalize_hdri") is True and block.get("texture") is None:
            view.fault(
                "R072",
                "normalize_hdri has no effect without texture",
                (*path, "normalize_hdri"),
                head=True,
                hint="add texture: {file: sky.hdr}, or remove it",
            )


def check_lamp_targets(view: View) -> None:
    """R067: a light stands at its own target."""
    for path, _, block in view.lights():
        if block.get("target_m") is None or block.get("grid") is not None:
            continue
        start = (
            [([0.0, 0.0, 0.0], None)] if "position_m" not in block else view.inside(block, Place(path), "position_m")
        )
        positions = [position for position, _ in start if is_numeric(position, 3)]
        for target, place in view.inside(block, Place(path), "target_m"):
            if is_numeric(target, 3) and any(math.dist(position, target) < _SAME_M for position in positions):
                view.fault(
                    "R067",
                    "the light stands at its own target",
                    place,
                    expected="a point away from position_m",
                    found=str(target),
                    hint="move one of the two, or aim it with rotation_deg",
                )
                break
