"""The level frame of a camera, and boxes that stand upright in it: what KITTI's labels can say.

The level frame has the camera's place; its y axis points straight down, and its z axis where the camera looks,
along the horizon. For a camera that is held level it is the camera frame.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3

# A box that leans by less counts as upright; its corners are off by less than 0.2 % of its height.
_MOST_LEAN_DEG = 0.1


@dataclass(frozen=True)
class UprightBox:
    """A box with four upright edges, in the level frame.

    Attributes:
        size_hwl_m: Height, width, length; the length is along the object's own x axis, or its y where that is upright.
        bottom_m: Centre of its lower face.
        rotation_y: Turn of the length's direction from the x axis, about the y axis [rad], in [-pi, pi].
    """

    size_hwl_m: Vec3
    bottom_m: Vec3
    rotation_y: float

    @property
    def alpha(self) -> float:
        """Turn as seen from the camera: what is left of `rotation_y` after the direction to the box [rad]."""
        angle = self.rotation_y - math.atan2(self.bottom_m[0], self.bottom_m[2])
        return math.remainder(angle, 2 * math.pi)


def level_from_camera(world_from_camera: FloatArray) -> FloatArray:
    """Return the rotation, shape (4, 4), from the camera frame (OpenCV) into its level frame."""
    down = np.array([0.0, 0.0, -1.0])
    # Seen from straight above or below, what is up in the picture takes the place of the view.
    for direction in (world_from_camera[:3, 2], -world_from_camera[:3, 1]):
        forward = direction - (direction @ down) * down
        if float(np.linalg.norm(forward)) > 1e-6:
            break
    forward /= np.linalg.norm(forward)
    world_from_level = np.stack([np.cross(down, forward), down, forward], axis=1)
    rotation = np.eye(4)
    rotation[:3, :3] = world_from_level.T @ world_from_camera[:3, :3]
    return rotation


def upright_box(level_from_cuboid: FloatArray, size_m: FloatArray) -> UprightBox | None:
    """Return a cuboid as an upright box; None if it leans.

    Args:
        level_from_cuboid: Rigid, shape (4, 4); the origin is the cuboid's centre.
        size_m: Extent along the cuboid's axes, shape (3,) [m].
    """
    rotation = level_from_cuboid[:3, :3]
    up = int(np.argmax(np.abs(rotation[1])))
    if abs(rotation[1, up]) < math.cos(math.radians(_MOST_LEAN_DEG)):
        return None
    long, wide = (axis for axis in range(3) if axis != up)
    height, width, length = (float(size_m[axis]) for axis in (up, wide, long))
    x, y, z = (float(part) for part in level_from_cuboid[:3, 3])
    turn = math.atan2(-rotation[2, long], rotation[0, long])
    return UprightBox((height, width, length), (x, y + height / 2, z), turn)
