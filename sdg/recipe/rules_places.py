"""Rules over several values of how things find their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sdg.recipe.circles import find_circles
from sdg.recipe.distributions import Plain, is_distribution, is_variable
from sdg.recipe.document import Place, lookup
from sdg.recipe.places import NAMED_BY, ON_SURFACES
from sdg.recipe.rules_camera import INSTANCE
from sdg.recipe.scene import PlaceBlock
from sdg.recipe.view import View, is_numeric, is_sound
from sdg.recipe.wording import nearest


def named(view: View, index: int, kind: str) -> Iterator[tuple[str, Place]]:
    """Yield the texts by which a way of placing an object may name a surface or another object, and where."""
    for value, place in view.values("scene", "objects", index, "place", kind):
        if isinstance(value, str):
            yield value, place
        elif isinstance(value, Mapping):
            yield from ((text, at) for text, at in view.inside(value, place, NAMED_BY[kind]) if isinstance(text, str))


def surfaces_under(view: View, index: int) -> Iterator[tuple[str, Place]]:
    """Yield the surfaces and objects by which an object may find its place, and where each is written."""
    for kind in NAMED_BY:
        yield from named(view, index, kind)


def check_relations(view: View) -> None:
    """R065: a thing is placed in or beside an object that does not exist."""
    names = view.object_names()
    for index, _ in view.objects():
        for kind in ("in", "beside"):
            for text, place in named(view, index, kind):
                owner, _, part = text.partition(".")
                if owner not in names or (part and kind == "beside"):
                    view.fault(
                        "R065",
                        f"there is no object {text} to be {kind}",
                        place,
                        expected="an object's name" + (", or object.surface" if kind == "in" else ""),
                        found=f'text "{text}"',
                        hint=nearest(owner, names) or "add an object of this name to scene.objects",
                    )


def check_facing(view: View) -> None:
    """R064: a thing faces what does not exist; R083: it faces a camera that finds its place after the things."""
    names = view.object_names()
    cameras = {block["name"]: index for index, block in view.entries("cameras") if isinstance(block.get("name"), str)}
    for index, _ in view.objects():
        for target, place in view.texts("scene", "objects", index, "facing"):
            if INSTANCE.sub("", target) in names:
                continue
            if target not in cameras:
                view.fault(
                    "R064",
                    f"there is no object or camera {target} to face",
                    place,
                    expected="the name of an object or a camera, or a point [x, y, z]",
                    found=f'text "{target}"',
                    hint=nearest(target, [*names, *cameras]),
                )
            elif not _stands_alone(lookup(view.document.tree, ("cameras", cameras[target], "pose"))):
                view.fault(
                    "R083",
                    f"camera {target} finds its place after the things do",
                    place,
                    expected="a camera with a transform pose, or a look_at pose without draws",
                    found=target,
                    hint="face a point, or write the camera's pose as transform",
                    related=view.note("camera at", ("cameras", cameras[target])),
                )


def _stands_alone(pose: Plain) -> bool:
    """Return whether a pose is known before anything has its place."""
    if not isinstance(pose, Mapping):
        return False
    return "transform" in pose or ("look_at" in pose and not _draws(pose["look_at"]))


def _draws(value: Plain) -> bool:
    if is_variable(value) or is_distribution(value):
        return True
    if isinstance(value, Mapping):
        return any(_draws(item) for item in value.values())
    return isinstance(value, list) and any(_draws(item) for item in value)


def check_placement_circles(view: View) -> None:
    """R066: things find their places by each other in a circle."""
    names = view.object_names()
    placed_by = {name: list(_placed_by(view, index)) for name, index in names.items()}
    for chain, place in find_circles(placed_by):
        view.fault(
            "R066",
            "things find their places by each other in a circle",
            place,
            found=" by ".join(chain),
            hint="let one of them stand on the floor, and face no other",
        )


def _placed_by(view: View, index: int) -> Iterator[tuple[str, Place]]:
    """Yield the objects by which one finds its place, and where that is written."""
    names = view.object_names()
    for kind in NAMED_BY:
        for text, place in named(view, index, kind):
            owner = view.owner(text) if kind in ON_SURFACES else text.partition(".")[0]
            if owner in names:
                yield owner, place
    for text, place in view.texts("scene", "objects", index, "facing"):
        if INSTANCE.sub("", text) in names:
            yield INSTANCE.sub("", text), place


def check_counts(view: View) -> None:
    """R084: nothing says how many things there are."""
    for index, block in view.objects():
        if block.get("count") is not None:
            continue
        for kind, key in (("along", "spacing_m"), ("poisson_disc", "region_m")):
            for value, place in view.values("scene", "objects", index, "place", kind):
                if isinstance(value, Mapping) and value.get(key) is None:
                    view.fault(
                        "R084",
                        f"nothing says how many {block.get('name')} there are",
                        place,
                        head=True,
                        expected=f"{key} here, or count beside place",
                        hint=f"add count: 10, say, or {key}",
                    )


def most_placed(view: View, index: int) -> int:
    """Return how many instances a path, or a least distance apart, may place without `count`."""
    most = 0
    for kind in ("along", "poisson_disc"):
        for value, _ in view.values("scene", "objects", index, "place", kind):
            if is_sound(value) and isinstance(value, Mapping) and value.keys() & {"path_m", "radius_m"}:
                ends = (PlaceBlock.model_validate({kind: plain}) for plain in view.extremes(value))
                most = max([most, *(end.most for end in ends)])
    return most


def check_regions(view: View) -> None:
    """R079: a region's minimum is not below its maximum."""
    for index, _ in view.objects():
        for kind in ("scatter_2d", "on", "poisson_disc", "drop_on", "stack"):
            for region, place in view.values("scene", "objects", index, "place", kind, "region_m"):
                for plain in view.extremes(region):
                    if is_numeric(plain, 4) and (plain[0] >= plain[2] or plain[1] >= plain[3]):
                        view.fault(
                            "R079",
                            "region_m is empty",
                            place,
                            expected="[x_min, y_min, x_max, y_max], each minimum below its maximum",
                            found=str(plain),
                            hint="corners, not a centre and a size",
                        )
                        break
