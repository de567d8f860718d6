"""Rules over several values of the cameras, the outputs and the rendering."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np

from sdg.foundation.transforms import is_orthonormal
from sdg.recipe.distributions import Plain
from sdg.recipe.document import Place, lookup
from sdg.recipe.model import PathKey, second_eye_name
from sdg.recipe.view import View, is_numeric
from sdg.recipe.wording import nearest

SAMPLES_LIMIT = 2**33

_OF_TARGET = ("min_in_view", "min_visibility", "min_size_px")
INSTANCE = re.compile(r"\[([0-9]+)\]$")


def check_camera_names(view: View) -> None:
    """R060: two cameras bear one name, or names of one folder on a file system that is blind to case."""
    first: dict[str, tuple[str, PathKey]] = {}
    for name, path in _bearers(view):
        other, at = first.setdefault(name.lower(), (name, path))
        if at == path:
            continue
        is_second_eye = "stereo" in (path[-1], at[-1])
        view.fault(
            "R060",
            f"two cameras are named {name}" if name == other else f"{name} and {other} differ only by case",
            path,
            head=path[-1] == "stereo",
            hint="the second camera of a stereo pair is called NAME_right; rename one of the two"
            if is_second_eye
            else "give each a name of its own: it names a folder, and some systems take no notice of case",
            related=view.note("first at", at),
        )


def _bearers(view: View) -> Iterator[tuple[str, PathKey]]:
    """Yield the names of all cameras and what gives them: those that are written, then second eyes."""
    named = [
        (index, block, block["name"]) for index, block in view.entries("cameras") if isinstance(block.get("name"), str)
    ]
    for index, _, name in named:
        yield name, ("cameras", index, "name")
    for index, block, name in named:
        if block.get("stereo") is not None:
            yield second_eye_name(name), ("cameras", index, "stereo")


def check_clip(view: View) -> None:
    """R061: the near clip is not nearer than the far one."""
    for index, _ in view.entries("cameras"):
        for clip, place in view.values("cameras", index, "clip_m"):
            for plain in view.extremes(clip):
                if is_numeric(plain, 2) and plain[0] >= plain[1]:
                    view.fault(
                        "R061",
                        "the near clip is not nearer than the far clip",
                        place,
                        expected="[near, far] with near below far",
                        found=f"[{plain[0]}, {plain[1]}]",
                        hint="swap them" if plain[0] > plain[1] else "move the far clip out",
                    )
                    break


def check_targets(view: View) -> None:
    """R064: a camera looks at an object that does not exist."""
    names = view.object_names()
    for index, _ in view.entries("cameras"):
        for kind in ("look_at", "orbit"):
            for target, place in view.texts("cameras", index, "pose", kind, "target"):
                if INSTANCE.sub("", target) not in names:
                    view.fault(
                        "R064",
                        f"there is no object {target} to look at",
                        place,
                        expected="the name of an object, one of its instances such as name[0], or a point [x, y, z]",
                        found=f'text "{target}"',
                        hint=nearest(target, names) or "add an object of this name to scene.objects",
                    )


def check_look_at(view: View) -> None:
    """R067: a camera stands at its target, or its up direction points along its view."""
    for index, _ in view.entries("cameras"):
        for pose, place in view.values("cameras", index, "pose", "look_at"):
            if not isinstance(pose, Mapping):
                continue
            eyes = [item for item in view.inside(pose, place, "eye_m") if is_numeric(item[0], 3)]
            targets = [item for item in view.inside(pose, place, "target") if is_numeric(item[0], 3)]
            ups = [item for item in view.inside(pose, place, "up") if is_numeric(item[0], 3)]
            if any(np.allclose(eye, target, rtol=0, atol=1e-9) for eye, _ in eyes for target, _ in targets):
                view.fault(
                    "R067",
                    "the camera stands at its own target",
                    place / "eye_m",
                    expected="a point away from the target",
                    found=str(eyes[0][0]),
                    hint="move eye_m, or use orbit with a distance_m",
                )
                continue
            for up, up_place in ups or [([0.0, 0.0, 1.0], place / "eye_m")]:
                _check_up(view, up, up_place, [np.subtract(t, e) for e, _ in eyes for t, _ in targets])


def _check_up(view: View, up: Plain, place: Place, directions: list[np.ndarray]) -> None:
    length = float(np.linalg.norm(up))
    along = any(
        float(np.linalg.norm(np.cross(direction, up))) < 1e-6 * length * float(np.linalg.norm(direction))
        for direction in directions
    )
    if length == 0 or along:
        view.fault(
            "R067",
            "up points along the view" if length else "up has no direction",
            place,
            expected="a direction across the view",
            found=str(up),
            hint="for a camera that looks straight down, write up: [0, 1, 0]",
        )


def check_requirements(view: View) -> None:
    """R085: a pose is required to keep what it can't be looked for, or what is about no object."""
    for index, block in view.entries("cameras"):
        if block.get("require") is None:
            continue
        path: PathKey = ("cameras", index, "require")
        searched = [kind for kind in ("look_at", "orbit") for _ in view.values("cameras", index, "pose", kind)]
        given = [kind for kind in ("transform", "from_file") for _ in view.values("cameras", index, "pose", kind)]
        if not searched and not given and block.get("mount") is None:
            continue  # the pose itself is at fault
        if not searched or given:
            view.fault(
                "R085",
                "nothing can be required of this camera: its place is given",
                path,
                head=True,
                expected="pose: {orbit: ...} or pose: {look_at: ...}",
                found=given[0] if given else "mount",
                hint="remove require, or write the pose as look_at",
            )
            continue
        resolution = lookup(view.document.tree, ("cameras", index, "resolution")) or [640, 480]
        for size, place in view.values("cameras", index, "require", "min_size_px"):
            if is_numeric(resolution, 2) and any(end > max(resolution) for end in view.extremes(size)):
                view.fault(
                    "R085",
                    "no thing can be larger than the picture",
                    place,
                    expected=f"at most {max(resolution)} pixels",
                    found=str(size),
                    hint="lower min_size_px",
                )
        wanted = [key for key in _OF_TARGET if (lookup(view.document.tree, (*path, key)) or 0) != 0]
        for kind in ("look_at", "orbit"):
            for target, place in view.values("cameras", index, "pose", kind, "target"):
                if wanted and not isinstance(target, str):
                    view.fault(
                        "R085",
                        f"{wanted[0]} is about an object, and the camera looks at a point",
                        place,
                        expected="the name of an object",
                        found=str(target),
                        hint="name an object as the target, or require clearance_m alone",
                        related=view.note("required at", (*path, wanted[0])),
                    )


def check_transform(view: View) -> None:
    """R075: a matrix is not a rigid transform, or stands beside a position."""
    for index, _ in view.entries("cameras"):
        for pose, place in (
            *view.values("cameras", index, "pose", "transform"),
            *view.values("cameras", index, "mount", "pose"),
        ):
            if not isinstance(pose, Mapping) or pose.get("matrix") is None:
                continue
            for key in ("position_m", "rotation_deg"):
                if key in pose:
                    view.fault(
                        "R075",
                        f"matrix and {key} both place the camera",
                        place / key,
                        head=True,
                        hint="keep one of the two",
                    )
            for matrix, at in view.inside(pose, place, "matrix"):
                if isinstance(matrix, list) and len(matrix) == 4 and all(is_numeric(row, 4) for row in matrix):
                    _check_rigid(view, np.array(matrix, dtype=np.float64), at)


def _check_rigid(view: View, matrix: np.ndarray, place: Place) -> None:
    rotation = matrix[:3, :3]
    problem = ""
    if not np.array_equal(matrix[3], (0.0, 0.0, 0.0, 1.0)):
        problem = "its last row is not 0, 0, 0, 1"
    elif not is_orthonormal(rotation):
        problem = "its rotation scales or shears"
    elif np.linalg.det(rotation) < 0:
        problem = "its rotation mirrors"
    elif np.abs(matrix[:3, 3]).max() > 100_000:
        problem = "it lies beyond 100000 m"
    if problem:
        view.fault(
            "R075",
            f"matrix is no rigid transform: {problem}",
            place,
            expected="rotation and position in metres, row by row, last row 0, 0, 0, 1",
            hint="its columns are the camera's right, down, forward and position in the world, or in what carries it",
        )


def check_annotators(view: View) -> None:
    """R078: an annotator is asked for twice."""
    seen: dict[str, int] = {}
    names = lookup(view.document.tree, ("output", "annotators"))
    for index, name in enumerate(names if isinstance(names, list) else []):
        if isinstance(name, str) and name in seen:
            path = ("output", "annotators", index)
            view.fault("R078", f"{name} is listed twice", path, hint="keep one of the two")
        elif isinstance(name, str):
            seen[name] = index


def check_samples(view: View) -> None:
    """R070: a picture would take an absurd number of samples."""
    spp = lookup(view.document.tree, ("render", "spp"))
    samples = spp if isinstance(spp, int) and not isinstance(spp, bool) else 1
    for index, _ in view.entries("cameras"):
        resolution = lookup(view.document.tree, ("cameras", index, "resolution"))
        if is_numeric(resolution, 2) and resolution[0] * resolution[1] * samples > SAMPLES_LIMIT:
            view.fault(
                "R070",
                "a picture takes too many samples",
                ("cameras", index, "resolution"),
                expected=f"at most {SAMPLES_LIMIT} samples a picture",
                found=f"{resolution[0]} x {resolution[1]} x {samples}",
                hint="lower the resolution or render.spp",
            )
