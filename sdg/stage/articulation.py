"""Bodies of links and joints: what moves against what, and where every link is for given joint values.

Angles are radians and lengths metres inside; recipes and records have degrees.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec2, Vec3
from sdg.foundation.transforms import translation

JointKind = Literal["hinge", "slide"]


@dataclass(frozen=True)
class Mimic:
    """A joint that follows another: its value is `factor` times that joint's, plus `offset`."""

    joint: str
    factor: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True)
class Joint:
    """One degree of freedom of a link against its parent.

    Attributes:
        name: Letters, digits and underscores.
        kind: `hinge` turns about `axis`, `slide` moves along it.
        axis: Unit vector, link frame.
        anchor_m: A point on a hinge's axis, link frame [m].
        limits: Least and greatest value [rad or m]; infinite where there is none.
        rest: Its value where nobody asks for another [rad or m].
        zero: The value at which it does nothing [rad or m].
        mimic: What it follows; None is free.
    """

    name: str
    kind: JointKind
    axis: Vec3
    anchor_m: Vec3 = (0.0, 0.0, 0.0)
    limits: Vec2 = (-math.inf, math.inf)
    rest: float = 0.0
    zero: float = 0.0
    mimic: Mimic | None = None

    def motion(self, value: float) -> FloatArray:
        """Return the 4x4 by which a value moves the link, link frame."""
        axis = np.asarray(self.axis)
        if self.kind == "slide":
            return translation(axis * (value - self.zero))
        turned = translation(self.anchor_m)
        turned[:3, :3] = rotation_about(axis, value - self.zero)
        return turned @ translation(-np.asarray(self.anchor_m))


@dataclass(frozen=True, eq=False)
class Link:
    """A rigid piece.

    Attributes:
        name: Letters, digits and underscores.
        parent: Index of the link that carries it; -1 for the root.
        parent_from_link: Rigid 4x4 with every joint at its zero.
        joints: What moves it against its parent, the first nearest to the parent.
    """

    name: str
    parent: int
    parent_from_link: FloatArray
    joints: tuple[Joint, ...] = ()


@dataclass(frozen=True)
class Keypoint:
    """A named point of a link.

    Attributes:
        link: Index of the link that it moves with.
        point_m: Link frame [m].
        surface_links: Indices of the links whose surface shows it.
        reach_m: How far from the point such a surface still shows it [m].
    """

    name: str
    link: int
    point_m: Vec3
    surface_links: tuple[int, ...]
    reach_m: float


@dataclass(frozen=True)
class KeypointScheme:
    """What a class's keypoints are called and how they hang together.

    Attributes:
        names: In the order in which they are written.
        skeleton: Pairs of indices from 0.
        flip_pairs: Pairs of names that trade places in a mirrored picture: (left, right).
    """

    names: tuple[str, ...]
    skeleton: tuple[tuple[int, int], ...] = ()
    flip_pairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Articulation:
    """Links and joints of an asset, and the pose in which its meshes are.

    Attributes:
        asset_key: Digest of what it is, whatever its pose.
        links: Parents before children; the first is the root, in the asset's frame.
        part_links: Index of the link that each of the asset's parts belongs to.
        keypoints: In the order of `scheme.names`.
        values: By joint name, those that follow others among them [rad or m].
        object_from_link: shape (L, 4, 4), rigid.
        grounded: Whether every pose stands on z = 0, whatever its legs do.
    """

    asset_key: str
    links: tuple[Link, ...]
    part_links: tuple[int, ...] = ()
    keypoints: tuple[Keypoint, ...] = ()
    scheme: KeypointScheme = KeypointScheme(())
    values: Mapping[str, float] = field(default_factory=dict)
    object_from_link: FloatArray = field(default_factory=lambda: np.zeros((0, 4, 4)))
    grounded: bool = False

    @property
    def joints(self) -> dict[str, Joint]:
        """All joints by name, in the order of the links."""
        return {joint.name: joint for link in self.links for joint in link.joints}

    @property
    def free_joints(self) -> dict[str, Joint]:
        """The joints that follow no other, by name."""
        return {name: joint for name, joint in self.joints.items() if joint.mimic is None}

    def link_index(self, name: str) -> int | None:
        """Return the index of a link, or None if there is none of this name."""
        return next((index for index, link in enumerate(self.links) if link.name == name), None)

    def keypoints_m(self) -> FloatArray:
        """Return where the keypoints are, shape (K, 3), object frame [m]."""
        points = [
            self.object_from_link[point.link][:3, :3] @ np.asarray(point.point_m)
            + self.object_from_link[point.link][:3, 3]
            for point in self.keypoints
        ]
        return np.array(points, dtype=np.float64).reshape(-1, 3)

    def posed(self, values: Mapping[str, float]) -> Articulation:
        """Return it with other joint values; joints that are not named are at rest [rad or m]."""
        complete = complete_values(self, values)
        return replace(self, values=complete, object_from_link=link_poses(self.links, complete))


def complete_values(articulation: Articulation, values: Mapping[str, float]) -> dict[str, float]:
    """Return a value for every joint: the given one, its rest, or what it follows from [rad or m]."""
    joints = articulation.joints
    complete: dict[str, float] = {}

    def value_of(joint: Joint, depth: int) -> float:
        if joint.mimic is None or depth > len(joints):
            return float(values.get(joint.name, joint.rest))
        return joint.mimic.factor * value_of(joints[joint.mimic.joint], depth + 1) + joint.mimic.offset

    for joint in joints.values():
        complete[joint.name] = value_of(joint, 0)
    return complete


def link_poses(links: tuple[Link, ...], values: Mapping[str, float]) -> FloatArray:
    """Return root_from_link of every link for given joint values [rad or m], shape (L, 4, 4)."""
    poses = np.zeros((len(links), 4, 4))
    for index, link in enumerate(links):
        pose = link.parent_from_link if link.parent < 0 else poses[link.parent] @ link.parent_from_link
        for joint in link.joints:
            pose = pose @ joint.motion(values[joint.name])
        poses[index] = pose
    return poses


def rotation_about(axis: FloatArray, angle_rad: float) -> FloatArray:
    """Return the 3x3 rotation about a unit vector (O. Rodrigues, 1840)."""
    x, y, z = axis.tolist()
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    turned: FloatArray = np.eye(3) + math.sin(angle_rad) * cross + (1.0 - math.cos(angle_rad)) * (cross @ cross)
    return turned
