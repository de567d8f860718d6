"""Keypoints of imported robots: one at every joint, named after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import transform_points
from sdg.stage.articulation import Keypoint, KeypointScheme, Link, link_poses
from sdg.stage.asset import Part

# A surface shows a point inside it from this many times its depth, and a little more.
_REACH = 2.0
_LEAST_REACH_M = 0.02
_SIDES = {"left": "right", "Left": "Right", "LEFT": "RIGHT", "l": "r", "L": "R", "lh": "rh"}


def joint_keypoints(
    links: Sequence[Link], parts: Sequence[tuple[int, Part]]
) -> tuple[tuple[Keypoint, ...], KeypointScheme]:
    """Return a keypoint at each joint that follows no other, and how they hang together.

    Args:
        links: Of the robot.
        parts: Index of its link and the part, link frame.
    """
    poses = rest_poses(links)
    points: list[Keypoint] = []
    first_of_link: dict[int, int] = {}
    skeleton: list[tuple[int, int]] = []
    for index, link in enumerate(links):
        for joint in link.joints:
            if joint.mimic is not None:
                continue
            above = _ancestor_with(first_of_link, links, index)
            if above is not None:
                skeleton.append((above, len(points)))
            first_of_link[index] = len(points)
            surfaces = _surfaces(links, parts, index)
            x, y, z = joint.anchor_m
            point = Keypoint(joint.name, index, (x, y, z), surfaces, 0.0)
            points.append(with_reach(point, poses, parts))
    names = tuple(point.name for point in points)
    return tuple(points), KeypointScheme(names, tuple(skeleton), flip_pairs(names))


def rest_poses(links: Sequence[Link]) -> FloatArray:
    """Return root_from_link of every link at rest, shape (L, 4, 4)."""
    return link_poses(tuple(links), {joint.name: joint.rest for link in links for joint in link.joints})


def with_reach(point: Keypoint, poses: FloatArray, parts: Sequence[tuple[int, Part]]) -> Keypoint:
    """Return a keypoint whose `reach_m` is twice its depth in the hull of its surface at rest, plus 2 cm.

    Args:
        point: Whose surface is known.
        poses: root_from_link of every link at rest, shape (L, 4, 4).
        parts: Index of its link and the part, link frame.
    """
    place = transform_points(poses[point.link], np.asarray(point.point_m)[None])[0]
    surface = [
        transform_points(poses[owner], part.mesh.vertices) for owner, part in parts if owner in point.surface_links
    ]
    depth_m = max(0.0, _depth_m(place, np.concatenate(surface))) if surface else 0.0
    return replace(point, reach_m=_REACH * depth_m + _LEAST_REACH_M)


def _depth_m(point: FloatArray, vertices: FloatArray) -> float:
    """Return how deep a point lies in the convex hull of others, shape (N, 3); negative outside [m]."""
    from scipy.spatial import ConvexHull, QhullError

    try:
        planes = ConvexHull(vertices).equations
    except (QhullError, ValueError):
        return 0.0  # flat
    return -float((planes[:, :3] @ point + planes[:, 3]).max())


def flip_pairs(names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return the pairs of names that differ in a word for left and right: `left_knee`, `right_knee`."""
    pairs = []
    for name in names:
        words = name.split("_")
        mirrored = "_".join(_SIDES.get(word, word) for word in words)
        if mirrored != name and mirrored in names:
            pairs.append((name, mirrored))
    return tuple(pairs)


def _ancestor_with(known: dict[int, int], links: Sequence[Link], index: int) -> int | None:
    while index >= 0:
        if index in known:
            return known[index]
        index = links[index].parent
    return None


def _surfaces(links: Sequence[Link], parts: Sequence[tuple[int, Part]], index: int) -> tuple[int, ...]:
    """Return the links that a link's joint joins; where one has nothing to see, the next that has."""
    visible = {link for link, _ in parts}
    found = []
    above = links[index].parent
    while above >= 0 and above not in visible:
        above = links[above].parent
    if above >= 0:
        found.append(above)
    below = [index]
    while below:
        seen = [link for link in below if link in visible]
        if seen:
            found += seen
            break
        below = [child for child, link in enumerate(links) if link.parent in below]
    return tuple(sorted(set(found)))
