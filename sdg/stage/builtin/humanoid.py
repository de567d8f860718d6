"""A humanoid robot of about 1.7 m: nine kinds of links, 29 joints, and the 17 keypoints of COCO's people.

Joints bear the names of people's joints. Positive is: hips, shoulders and elbows swing forward, knees bend, toes and
hands rise, neck and waist bow; `_roll` spreads a limb outwards (waist: to the right), `_yaw` turns it outwards (neck
and waist: to the left).
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from sdg.foundation.arrays import Vec3
from sdg.foundation.digest import digest_json
from sdg.foundation.transforms import translation
from sdg.stage.articulation import Articulation, Joint, Keypoint, KeypointScheme, Link
from sdg.stage.asset import Asset, Mesh, Part
from sdg.stage.builtin.assembly import Piece, as_part
from sdg.stage.builtin.humanoid_shells import (
    ANKLE_M,
    FOREARM_M,
    HIP_Y_M,
    NECK_Z_M,
    SHIN_M,
    SHOULDER_Y_M,
    SHOULDER_Z_M,
    THIGH_M,
    UPPER_ARM_M,
    WAIST_Z_M,
    humanoid_pieces,
)
from sdg.stage.robots.keypoints import rest_poses, with_reach
from sdg.stage.robots.pose import articulated

_PELVIS_Z_M = ANKLE_M + SHIN_M + THIGH_M
_X, _Y, _Z = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)

# Order and skeleton of COCO's person keypoints (Lin et al. 2014; `person_keypoints` annotation files, 2017).
_NAMES = (
    "nose",
    *(
        f"{side}_{part}"
        for part in ("eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")
        for side in ("left", "right")
    ),
)
_LEGS = ((15, 13), (13, 11), (16, 14), (14, 12), (11, 12), (5, 11), (6, 12))
_ARMS = ((5, 6), (5, 7), (6, 8), (7, 9), (8, 10))
_HEAD = ((1, 2), (0, 1), (0, 2), (1, 3), (2, 4), (3, 5), (4, 6))
_FACE: dict[str, Vec3] = {
    "nose": (0.1, 0.0, 0.1),
    "left_eye": (0.1, 0.034, 0.14),
    "right_eye": (0.1, -0.034, 0.14),
    "left_ear": (-0.004, 0.092, 0.12),
    "right_ear": (-0.004, -0.092, 0.12),
}
_LIMB_LINKS = {
    "shoulder": "upper_arm",
    "elbow": "forearm",
    "wrist": "hand",
    "hip": "thigh",
    "knee": "shin",
    "ankle": "foot",
}


def build_humanoid(size_m: Vec3) -> Asset:
    """Return the humanoid at rest, standing on z = 0; whatever its pose, its lowest point is there."""
    links = _links()
    index = {link.name: number for number, link in enumerate(links)}
    parts = [
        (index[name], part)
        for kind, pieces in humanoid_pieces().items()
        for name in index
        for part in _parts(kind, name, pieces)
    ]
    parts.sort(key=lambda entry: entry[0])
    poses = rest_poses(links)
    keypoints = tuple(with_reach(point, poses, parts) for point in _keypoints(links, index))
    flips = tuple((name, name.replace("left", "right", 1)) for name in _NAMES if name.startswith("left"))
    key = digest_json(
        {
            "builtin": "humanoid",
            "size_m": list(size_m),
            "parts": [[part.name, part.mesh.key, part.material.name] for _, part in parts],
            "joints": [repr(joint) for link in links for joint in link.joints],
        }
    )
    scheme = KeypointScheme(_NAMES, (*_LEGS, *_ARMS, *_HEAD), flips)
    body = [part.name for _, part in parts if part.material.name == "humanoid_shell"]
    return articulated(Articulation(key, links, (), keypoints, scheme, grounded=True), parts, body)


# --- links ----------------------------------------------------------------------------------------------------------


def _links() -> tuple[Link, ...]:
    links = [Link("pelvis", -1, translation((0.0, 0.0, _PELVIS_Z_M)))]
    waist = (_joint("waist_yaw", _Z, -60, 60), _joint("waist_roll", _X, -20, 20), _joint("waist", _Y, -15, 60))
    links.append(Link("torso", 0, translation((0.0, 0.0, WAIST_Z_M)), waist))
    neck = (_joint("neck_yaw", _Z, -75, 75), _joint("neck", _Y, -30, 40))
    links.append(Link("head", 1, translation((0.0, 0.0, NECK_Z_M)), neck))
    for side, sign in (("left", 1.0), ("right", -1.0)):
        links += _arm(side, sign, len(links)) + _leg(side, sign, len(links) + 3)
    return tuple(links)


def _arm(side: str, sign: float, first: int) -> list[Link]:
    back, out, turn = (0.0, -1.0, 0.0), (sign, 0.0, 0.0), (0.0, 0.0, sign)
    shoulder = (
        _joint(f"{side}_shoulder", back, -60, 170),
        _joint(f"{side}_shoulder_roll", out, -5, 140, rest=7),
        _joint(f"{side}_shoulder_yaw", turn, -70, 70),
    )
    wrist = (_joint(f"{side}_wrist_yaw", turn, -80, 80), _joint(f"{side}_wrist", out, -50, 50))
    return [
        Link(f"{side}_upper_arm", 1, translation((0.0, sign * SHOULDER_Y_M, SHOULDER_Z_M)), shoulder),
        Link(
            f"{side}_forearm",
            first,
            translation((0.0, 0.0, -UPPER_ARM_M)),
            (_joint(f"{side}_elbow", back, 0, 140, rest=12),),
        ),
        Link(f"{side}_hand", first + 1, translation((0.0, 0.0, -FOREARM_M)), wrist),
    ]


def _leg(side: str, sign: float, first: int) -> list[Link]:
    back, out, turn = (0.0, -1.0, 0.0), (sign, 0.0, 0.0), (0.0, 0.0, sign)
    hip = (
        _joint(f"{side}_hip_yaw", turn, -25, 45),
        _joint(f"{side}_hip_roll", out, -10, 45),
        _joint(f"{side}_hip", back, -45, 115),
    )
    ankle = (_joint(f"{side}_ankle", back, -45, 30), _joint(f"{side}_ankle_roll", out, -20, 20))
    return [
        Link(f"{side}_thigh", 0, translation((0.0, sign * HIP_Y_M, 0.0)), hip),
        Link(f"{side}_shin", first, translation((0.0, 0.0, -THIGH_M)), (_joint(f"{side}_knee", _Y, 0, 135),)),
        Link(f"{side}_foot", first + 1, translation((0.0, 0.0, -SHIN_M)), ankle),
    ]


def _joint(name: str, axis: Vec3, low_deg: float, high_deg: float, rest: float = 0.0) -> Joint:
    limits = (math.radians(low_deg), math.radians(high_deg))
    return Joint(name, "hinge", axis, limits=limits, rest=math.radians(rest))


# --- parts and keypoints --------------------------------------------------------------------------------------------


def _parts(kind: str, link: str, pieces: list[Piece]) -> list[Part]:
    if link == kind:
        return [as_part(replace(piece, name=f"{link}_{piece.name}")) for piece in pieces]
    if link == f"left_{kind}":
        return [as_part(replace(piece, name=f"{link}_{piece.name}")) for piece in pieces]
    if link == f"right_{kind}":
        return [
            replace(part, mesh=_mirrored(part.mesh))
            for part in (as_part(replace(piece, name=f"{link}_{piece.name}")) for piece in pieces)
        ]
    return []


def _mirrored(mesh: Mesh) -> Mesh:
    """Return a mesh mirrored at y = 0, facing outwards as before; its texture is not mirrored."""
    assert mesh.normals is not None
    assert mesh.uvs is not None
    flip = np.array([1.0, -1.0, 1.0])
    faces = mesh.faces[:, ::-1].copy()
    return Mesh(mesh.vertices * flip, faces, mesh.normals * flip, mesh.uvs * [-1.0, 1.0], mesh.uv_unit)


def _keypoints(links: tuple[Link, ...], index: dict[str, int]) -> list[Keypoint]:
    points = []
    for name in _NAMES:
        if name in _FACE:
            points.append(Keypoint(name, index["head"], _FACE[name], (index["head"],), 0.0))
            continue
        side, _, joint = name.partition("_")
        link = index[f"{side}_{_LIMB_LINKS[joint]}"]
        points.append(Keypoint(name, link, (0.0, 0.0, 0.0), (links[link].parent, link), 0.0))
    return points
