"""From matrices to USD's translate, rotate and scale, and from our frames to USD's.

The one place where an OpenCV camera becomes a USD camera, and where a dome's pole is turned.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.foundation.transforms import rotation_xyz, scaling, translation
from sdg.replicator.usd.value import UsdValue, UsdValues

# A USD camera looks along -Z with Y up, an OpenCV camera along +Z with Y down.
OPENCV_FROM_USD_CAMERA: FloatArray = np.diag([1.0, -1.0, -1.0, 1.0])
# A UsdLux dome has its pole along its own +Y (OpenEXR's latitude and longitude), whichever way the stage is up; ours
# has it along +Z. `UsdLuxDomeLight::OrientToStageUpAxis` makes the same quarter turn on a stage that is Z up.
DOME_FROM_USD_DOME: FloatArray = rotation_xyz((90.0, 0.0, 0.0))
XFORM_OPS = ("xformOp:translate", "xformOp:rotateXYZ", "xformOp:scale")

# Next to a pitch of 90 degrees roll and yaw can't be told apart; below this cosine, yaw is taken to be 0.
_GIMBAL_LOCK = 1e-9
_LARGEST_SHEAR = 1e-6
# A rotation's columns miss length 1 by so much, which would read as a scale.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Pose:
    """A placement as scaling, then rotation, then translation.

    Attributes:
        translate_m: [m].
        rotate_xyz_deg: About the fixed axes X, then Y, then Z, as `xformOp:rotateXYZ` has it [degrees].
        scale: Along the axes of what is placed.
    """

    translate_m: Vec3
    rotate_xyz_deg: Vec3
    scale: Vec3

    @property
    def matrix(self) -> FloatArray:
        """The 4x4 transform that it stands for, acting on column vectors."""
        return translation(self.translate_m) @ rotation_xyz(self.rotate_xyz_deg) @ scaling(self.scale)

    def values(self, prim_path: str) -> UsdValues:
        """Return it as the attributes of a prim."""
        parts = (self.translate_m, self.rotate_xyz_deg, self.scale)
        return {f"{prim_path}.{name}": UsdValue("double3", part) for name, part in zip(XFORM_OPS, parts, strict=True)}


def pose_of(world_from_local: FloatArray) -> Pose:
    """Return a 4x4 transform, which neither shears nor mirrors, as a `Pose`.

    The Euler angles are those of R = Rz Ry Rx: R[2, 0] = -sin y.
    """
    linear = world_from_local[:3, :3]
    scale = np.linalg.norm(linear, axis=0)
    rotation = linear / scale
    scale = np.where(np.abs(scale - 1.0) < _ROUNDING, 1.0, scale)
    assert np.allclose(rotation.T @ rotation, np.eye(3), atol=_LARGEST_SHEAR), "a shear has no rotation and scale"
    assert np.linalg.det(rotation) > 0, "a mirroring transform has no rotation and positive scale"
    level = math.hypot(rotation[0, 0], rotation[1, 0])
    about_y = math.atan2(-rotation[2, 0], level)
    if level > _GIMBAL_LOCK:
        about_x = math.atan2(rotation[2, 1], rotation[2, 2])
        about_z = math.atan2(rotation[1, 0], rotation[0, 0])
    else:
        about_x, about_z = math.atan2(-rotation[1, 2], rotation[1, 1]), 0.0
    degrees = (math.degrees(about_x), math.degrees(about_y), math.degrees(about_z))
    return Pose(_vec3(world_from_local[:3, 3]), _vec3(np.array(degrees)), _vec3(scale))


def camera_pose(world_from_camera: FloatArray) -> Pose:
    """Return the pose of the `UsdGeom.Camera` that sees what an OpenCV camera sees."""
    return pose_of(world_from_camera @ OPENCV_FROM_USD_CAMERA)


def dome_pose(world_from_dome: FloatArray) -> Pose:
    """Return the pose of the `UsdLux.DomeLight` whose texture lies as ours does; scaling means nothing to a dome."""
    rigid = np.eye(4)
    rigid[:3, :3] = world_from_dome[:3, :3] / np.linalg.norm(world_from_dome[:3, :3], axis=0)
    return pose_of(rigid @ DOME_FROM_USD_DOME)


def towards_pose(direction: Vec3) -> Pose:
    """Return the pose of a distant light, which shines along its -Z, from a unit direction towards it."""
    x, y, z = direction
    polar = math.degrees(math.atan2(math.hypot(x, y), z))
    azimuth = math.degrees(math.atan2(y, x)) if math.hypot(x, y) > 0 else 0.0
    return Pose((0.0, 0.0, 0.0), (0.0, polar, azimuth), (1.0, 1.0, 1.0))


def _vec3(values: FloatArray) -> Vec3:
    # Adding 0 turns -0 into 0, which reads better.
    x, y, z = (float(value) + 0.0 for value in values)
    return (x, y, z)
