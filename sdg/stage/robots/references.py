"""Which file a robot file means by a name, and that it may mean it.

A robot file may name files in its own folder, in the folder above, and below these two; and in a package: the folder
that bears the name after `package://`, at most five folders above or beside one of those. So a robot that came from
elsewhere can't pull arbitrary files of this machine into a dataset.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sdg.errors import AssetError

_LEVELS = 5
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")


def resolve_robot_reference(name: str, referrer: Path) -> Path:
    """Return the file that a robot file means by `name`: relative, `package://` or `model://`.

    Raises:
        AssetError: It is a web address, an absolute path, outside those folders, or nowhere.
    """
    relative = name.strip().replace("\\", "/")
    scheme = _SCHEME.match(relative)
    if scheme is not None and scheme[1].lower() in ("package", "model"):
        return _in_package(relative[scheme.end() :].lstrip("/"), name, referrer)
    if scheme is not None and scheme[1].lower() == "file":
        relative = relative[scheme.end() :].removeprefix("//")
    elif scheme is not None:
        raise AssetError(f"{referrer} refers to {name}, and nothing is read from the network", "download it first")
    if "$(" in relative:
        raise AssetError(f"{referrer} refers to {name}, which is xacro's", "expand it: xacro robot.xacro > robot.urdf")
    if relative.startswith("/") or re.match(r"[A-Za-z]:", relative) or "\0" in relative:
        raise AssetError(f"{referrer} refers to the absolute path {name!r}", "write a relative path there")
    inside = referrer.parent.resolve().parent
    targets = [folder / relative for folder in (referrer.parent, referrer.parent.parent)]
    allowed = [target for target in targets if target.resolve().is_relative_to(inside)]
    if not allowed:
        raise AssetError(f"{referrer} refers to {name}, which is outside its folder", "move both into one folder")
    return _first(allowed, name, referrer)


def _in_package(relative: str, name: str, referrer: Path) -> Path:
    package, _, rest = relative.partition("/")
    if not rest or package in ("", ".", "..") or "\0" in relative:
        raise AssetError(f"{referrer} refers to {name!r}, which names no file of a package", "correct it there")
    targets = []
    for root in _package_folders(package, referrer):
        target = root / rest
        if not target.resolve().is_relative_to(root.resolve()):
            raise AssetError(f"{referrer} refers to {name}, which is outside its package", "correct it there")
        targets.append(target)
    if not targets:
        hint = f"put the folder {package} beside {referrer.name} or at most {_LEVELS} folders above it"
        raise AssetError(f"{referrer} refers to {name}, and there is no package {package}", hint)
    return _first(targets, name, referrer)


def _package_folders(package: str, referrer: Path) -> Iterator[Path]:
    folder = referrer.parent.resolve()
    for above in [folder, *folder.parents][: _LEVELS + 1]:
        if above.name == package:
            yield above
        if (above / package).is_dir():
            yield above / package


def _first(targets: list[Path], name: str, referrer: Path) -> Path:
    for target in targets:
        if target.is_file():
            return target
    tried = "; ".join(str(target) for target in targets)
    raise AssetError(f"{referrer} refers to {name}, which doesn't exist", f"tried {tried}")
