"""Rules over what cameras are mounted on."""

from __future__ import annotations

from collections.abc import Iterator

from sdg.recipe.circles import find_circles
from sdg.recipe.document import Place
from sdg.recipe.model import second_eye_name
from sdg.recipe.rules_camera import INSTANCE
from sdg.recipe.rules_scene import most_instances
from sdg.recipe.view import View
from sdg.recipe.wording import nearest


def check_mounts(view: View) -> None:
    """R120: a camera is mounted on what doesn't exist, on an instance that never does, or on one of two."""
    objects, cameras = view.object_names(), _camera_names(view)
    for _, carrier, place in _mounts(view):
        # Which links an object has is known once its file is read.
        base = carrier.partition(".")[0]
        name, ordinal = INSTANCE.sub("", base), INSTANCE.search(base)
        if name not in objects and carrier not in cameras:
            known = [*objects, *cameras]
            view.fault(
                "R120",
                f"there is nothing called {carrier} to be mounted on",
                place,
                expected="the name of an object, one of its instances such as name[0], a link such as name.link, "
                "or another camera",
                found=f'text "{carrier}"',
                hint=nearest(carrier, known) or "add an object of this name to scene.objects",
            )
        elif name in objects and carrier in cameras:
            view.fault(
                "R120",
                f"{carrier} is an object and a camera",
                place,
                hint="rename one of the two",
                related=view.note("object at", ("scene", "objects", objects[name], "name")),
            )
        elif ordinal is not None and int(ordinal[1]) >= most_instances(view, name):
            view.fault(
                "R120",
                f"there never is a {carrier}",
                place,
                expected=f"at most {name}[{most_instances(view, name) - 1}]",
                found=carrier,
                hint="instances count from 0",
            )


def check_mount_circles(view: View) -> None:
    """R121: cameras are mounted on each other in a circle."""
    cameras = _camera_names(view)
    carriers: dict[str, list[tuple[str, Place]]] = {}
    for camera, carrier, place in _mounts(view):
        if carrier in cameras:
            carriers.setdefault(camera, []).append((cameras[carrier], place))
    for chain, place in find_circles(carriers):
        view.fault(
            "R121",
            "cameras are mounted on each other in a circle",
            place,
            found=" on ".join(chain),
            hint="give one of them a pose",
        )


def _mounts(view: View) -> Iterator[tuple[str, str, Place]]:
    """Yield (camera, what it may be mounted on, where that is written)."""
    for index, block in view.entries("cameras"):
        for carrier, place in view.texts("cameras", index, "mount", "on"):
            yield str(block.get("name")), carrier, place


def _camera_names(view: View) -> dict[str, str]:
    """Return the names of cameras, second eyes among them, with the name of the block that makes each."""
    names = {str(block["name"]): str(block["name"]) for _, block in view.entries("cameras") if "name" in block}
    second = {
        second_eye_name(str(block["name"])): str(block["name"])
        for _, block in view.entries("cameras")
        if "name" in block and block.get("stereo") is not None
    }
    return {**second, **names}
