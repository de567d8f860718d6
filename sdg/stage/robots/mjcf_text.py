"""MJCF as one text with every file that it names beside it, so that MuJoCo's compiler never looks at the disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from sdg.errors import AssetError
from sdg.stage.robots.references import resolve_robot_reference
from sdg.stage.robots.xml_text import read_xml

_DEEPEST_INCLUDE = 20
# What names files, the attributes that do, and the folder that `compiler` gives for them.
_FILES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "mesh": (("file",), "meshdir"),
    "hfield": (("file",), "meshdir"),
    "skin": (("file",), "meshdir"),
    "texture": (
        ("file", "fileright", "fileleft", "fileup", "filedown", "filefront", "fileback"),
        "texturedir",
    ),
}
# What MuJoCo multiplies by a number in the file, which may be any; and how many of all it may make here.
_MULTIPLIED = ("replicate", "composite", "flexcomp")
_MOST_COPIES = 10_000
_NOT_SUPPORTED = {"model": "a model inside a model", "plugin": "a plugin"}


@dataclass(frozen=True)
class MjcfText:
    """One MJCF file with what it includes.

    Attributes:
        text: The whole model; files are named by keys of `files`.
        files: By the name that `text` has for it.
        sources: Every file that was pulled in, by the name that the model has for it.
    """

    text: str
    files: Mapping[str, Path]
    sources: Mapping[str, Path]


def read_mjcf_text(path: Path) -> MjcfText:
    """Return an MJCF file with its includes in place.

    Raises:
        AssetError: It or an include is no XML, a file is missing or not allowed, or it needs what is not supported.
    """
    root = read_xml(path)
    if root.tag != "mujoco":
        hint = "a .xml file must be MJCF, which begins with <mujoco>; name URDF robot.urdf"
        raise AssetError(f"{path} is not MJCF: its root is <{root.tag}>", hint)
    sources: dict[str, Path] = {}
    _include(path, path, root, sources, 0)
    _check_copies(path, root, 1)
    folders = _folders(root)
    files: dict[str, Path] = {}
    known: dict[Path, str] = {}
    for element in root.iter():
        if element.tag in _NOT_SUPPORTED:
            raise AssetError(f"{path} holds {_NOT_SUPPORTED[element.tag]}, which is not supported", "flatten it first")
        if element.tag not in _FILES:
            continue
        attributes, folder = _FILES[element.tag]
        for attribute in attributes:
            name = element.get(attribute)
            if not name:
                continue
            inside = Path(name).name if folders["strippath"] else name
            target = resolve_robot_reference(f"{folders[folder]}{inside}", path)
            sources[f"{folders[folder]}{inside}"] = target
            place = known.setdefault(target.resolve(), f"file{len(known)}{target.suffix.lower()}")
            files[place] = target
            if attribute == "file" and not element.get("name"):
                element.set("name", Path(name).stem)
            element.set(attribute, place)
    return MjcfText(ElementTree.tostring(root, encoding="unicode"), files, sources)


def _check_copies(path: Path, element: Element, copies: int) -> None:
    for child in element:
        made = copies
        if child.tag in _MULTIPLIED:
            for word in child.get("count", "").split():
                made *= int(word) if word.isdecimal() else 1  # MuJoCo's compiler refuses what is no number
        if made > _MOST_COPIES:
            raise AssetError(
                f"{path}: <{child.tag}> makes {made:,} copies, more than {_MOST_COPIES:,}", "lower its count"
            )
        _check_copies(path, child, made)


def _include(path: Path, referrer: Path, parent: Element, sources: dict[str, Path], depth: int) -> None:
    """Replace every <include> below an element by what it includes."""
    if depth > _DEEPEST_INCLUDE:
        raise AssetError(f"{path} includes files more than {_DEEPEST_INCLUDE} deep", "do they include each other?")
    children = list(parent)
    for child in children:
        if child.tag != "include":
            _include(path, referrer, child, sources, depth)
            continue
        name = child.get("file", "")
        try:
            target = resolve_robot_reference(name, referrer)
        except AssetError:
            target = resolve_robot_reference(name, path)
        sources[name] = target
        included = read_xml(target, referrer)
        _include(path, target, included, sources, depth + 1)
        place = list(parent).index(child)
        parent.remove(child)
        for offset, element in enumerate(included):
            parent.insert(place + offset, element)


def _folders(root: Element) -> dict[str, str]:
    """Return the folders that <compiler> gives, with a slash behind each, and remove them; the last one counts."""
    found = {"meshdir": "", "texturedir": "", "strippath": ""}
    for compiler in root.iter("compiler"):
        if (both := compiler.attrib.pop("assetdir", None)) is not None:
            found |= {"meshdir": both, "texturedir": both}
        for key in ("meshdir", "texturedir"):
            found[key] = compiler.attrib.pop(key, found[key])
        found["strippath"] = compiler.attrib.pop("strippath", found["strippath"])
    found["strippath"] = "yes" if found["strippath"] == "true" else ""
    for key in ("meshdir", "texturedir"):
        found[key] = f"{found[key].rstrip('/')}/" if found[key] else ""
    return found
