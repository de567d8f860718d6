"""How a rigid body moves while a picture is taken."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3


@dataclass(frozen=True)
class RigidMotion:
    """Constant velocity and constant turning about one point of the body; time 0 is the middle of the exposure.

    Attributes:
        velocity_mps: Of that point, in the body's own directions at time 0 [m/s].
        angular_dps: Rotation vector in the body's own frame: its axis, as long as the degrees turned in a second.
        center_m: The point, in the body's own directions from its origin [m].
    """

    velocity_mps: Vec3 = (0.0, 0.0, 0.0)
    angular_dps: Vec3 = (0.0, 0.0, 0.0)
    center_m: Vec3 = (0.0, 0.0, 0.0)

    @property
    def is_rest(self) -> bool:
        return not any((*self.velocity_mps, *self.angular_dps))

    @property
    def rotation_vector_rps(self) -> FloatArray:
        """The rotation vector, shape (3,) [rad/s]."""
        return np.radians(self.angular_dps)

    def world_velocity_mps(self, world_from_body: FloatArray) -> FloatArray:
        """Return the centre's velocity in the world, shape (3,) [m/s].

        Args:
            world_from_body: The pose at time 0, 4x4; it may scale, which the velocity ignores.
        """
        return np.asarray(_directions(world_from_body) @ np.array(self.velocity_mps))

    def world_center_m(self, world_from_body: FloatArray) -> FloatArray:
        """Return where the centre is at time 0, shape (3,), world frame [m]."""
        return np.asarray(world_from_body[:3, 3] + _directions(world_from_body) @ np.array(self.center_m))

    def pose_at(self, world_from_body: FloatArray, time_s: float) -> FloatArray:
        """Return the pose at a time.

        Args:
            world_from_body: The pose at time 0, 4x4; it may scale.
            time_s: From the middle of the exposure [s].
        """
        return np.asarray(self.displacement(world_from_body, time_s) @ world_from_body)

    def displacement(self, world_from_body: FloatArray, time_s: float) -> FloatArray:
        """Return what takes the body's points from where they are at time 0 to where they are at a time, rigid 4x4."""
        directions = _directions(world_from_body)
        center = self.world_center_m(world_from_body)
        moved = np.eye(4)
        moved[:3, :3] = directions @ rotation_about(self.rotation_vector_rps * time_s) @ directions.T
        moved[:3, 3] = center + self.world_velocity_mps(world_from_body) * time_s - moved[:3, :3] @ center
        return moved

    def carry(
        self, points_m: FloatArray, world_from_body: FloatArray, since_s: FloatArray, until_s: FloatArray
    ) -> FloatArray:
        """Return where points of the body are at other times, shape (N, 3), world frame [m].

        Args:
            points_m: Where each is at its own first time, shape (N, 3), world frame [m].
            world_from_body: The pose at time 0, 4x4.
            since_s: The first times, from the middle of the exposure, shape (N,) [s].
            until_s: The other times.
        """
        center, velocity = self.world_center_m(world_from_body), self.world_velocity_mps(world_from_body)
        rotation = _directions(world_from_body) @ self.rotation_vector_rps
        rate = float(np.linalg.norm(rotation))
        axis = rotation / rate if rate > 0 else np.array([0.0, 0.0, 1.0])
        arm = points_m - center - velocity * since_s[:, None]
        angle = (rate * (until_s - since_s))[:, None]
        along = (arm @ axis)[:, None] * axis
        turned = along + (arm - along) * np.cos(angle) + np.cross(axis, arm) * np.sin(angle)
        return np.asarray(center + velocity * until_s[:, None] + turned)

    def farthest_m(self, reach_m: float, duration_s: float) -> float:
        """Return a bound on how far any point moves in a time, of those at most `reach_m` from the centre [m]."""
        angle = min(math.pi, float(np.linalg.norm(self.rotation_vector_rps)) * duration_s)
        return float(np.linalg.norm(self.velocity_mps)) * duration_s + 2.0 * reach_m * math.sin(angle / 2)

    def of_rider(self, world_from_body: FloatArray, world_from_rider: FloatArray) -> RigidMotion:
        """Return the motion of something fixed to the body, in its own frame; neither pose's scale counts."""
        turn = _directions(world_from_rider).T @ _directions(world_from_body)
        center = _directions(world_from_rider).T @ (self.world_center_m(world_from_body) - world_from_rider[:3, 3])
        return RigidMotion(_vector(turn @ self.velocity_mps), _vector(turn @ self.angular_dps), _vector(center))


def rotation_about(vector: FloatArray) -> FloatArray:
    """Return the 3x3 rotation about a vector by its length [rad] (Rodrigues)."""
    angle = float(np.linalg.norm(vector))
    if angle == 0.0:
        return np.eye(3)
    x, y, z = vector / angle
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.asarray(np.eye(3) + math.sin(angle) * cross + (1.0 - math.cos(angle)) * (cross @ cross))


def _directions(world_from_body: FloatArray) -> FloatArray:
    """Return the body's axes in the world at unit length, shape (3, 3)."""
    axes = world_from_body[:3, :3]
    return np.asarray(axes / np.linalg.norm(axes, axis=0))


def _vector(values: FloatArray) -> Vec3:
    x, y, z = (float(value) for value in values)
    return x, y, z
