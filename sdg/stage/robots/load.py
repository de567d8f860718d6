"""The door to robot files: by suffix to the reader that knows it, and on to one kind of `Asset`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from sdg.errors import AssetError
from sdg.foundation.digest import digest_json
from sdg.foundation.transforms import transform_points
from sdg.stage.articulation import Articulation, Link
from sdg.stage.asset import Asset, Part
from sdg.stage.robots.keypoints import joint_keypoints, rest_poses
from sdg.stage.robots.mjcf_text import read_mjcf_text
from sdg.stage.robots.pose import articulated
from sdg.stage.robots.references import resolve_robot_reference
from sdg.stage.robots.urdf import read_urdf, urdf_references

# Digests of robots made by earlier releases must not meet those of later ones, should the readers change.
_READER_VERSION = 1
_LARGEST_COORDINATE_M = 1e7
_MOST_LINKS = 1000


def load_robot(path: Path, content_digest: str) -> Asset:
    """Read a robot file; the origin is that of its root link.

    Args:
        path: A `.urdf` file, or MJCF in a `.xml` file.
        content_digest: Of the file and all that it pulls in.

    Returns:
        Triangles in metres, Z up, at rest; its `articulation` has links, joints, and a keypoint at each joint.

    Raises:
        AssetError: The file, or one it refers to, is missing, damaged or unsupported.
    """
    links, parts = _read(path)
    if len(links) > _MOST_LINKS:
        raise AssetError(f"{path} has {len(links):,} links, more than {_MOST_LINKS:,}", "leave parts of it out")
    _check_extent(path, links, parts)
    keypoints, scheme = joint_keypoints(links, parts)
    key = digest_json({"robot_reader": _READER_VERSION, "content": content_digest})
    return articulated(Articulation(key, links, (), keypoints, scheme), parts)


def list_robot_files(path: Path) -> Mapping[str, Path]:
    """Return the files that a robot file names, by the names it gives them; what those pull in is not among them.

    Raises:
        AssetError: One is missing or not allowed.
    """
    if path.suffix.lower() == ".xml":
        return read_mjcf_text(path).sources
    return {name: resolve_robot_reference(name, path) for name in urdf_references(path)}


def _check_extent(path: Path, links: Sequence[Link], parts: Sequence[tuple[int, Part]]) -> None:
    with np.errstate(over="ignore", invalid="ignore"):
        poses = rest_poses(links)
        for link, part in parts:
            far = np.abs(transform_points(poses[link], part.mesh.vertices)).max()
            if not far <= _LARGEST_COORDINATE_M:  # nor is NaN
                hint = "check the scale of its mesh, and where its joints are"
                raise AssetError(f"{path}: {part.name} reaches beyond 10,000 km", hint)


def _read(path: Path) -> tuple[tuple[Link, ...], list[tuple[int, Part]]]:
    if path.suffix.lower() == ".xml":
        from sdg.stage.robots.mjcf import read_mjcf

        return read_mjcf(path)
    return read_urdf(path)
