"""How things and cameras move while a picture is taken."""

from __future__ import annotations

from collections.abc import Mapping

from sdg.foundation.arrays import FloatArray
from sdg.foundation.rigid_motion import RigidMotion
from sdg.foundation.transforms import invert_rigid, without_scale
from sdg.recipe.motion import MotionBlock
from sdg.stage.model import Mount
from sdg.stage.rigs import carriers_first
from sdg.stage.world import World


def rigid_motion(block: MotionBlock | None) -> RigidMotion | None:
    """Return the motion that a block describes; None is rest."""
    motion = None if block is None else RigidMotion(block.velocity_mps, block.angular_dps)
    return None if motion is None or motion.is_rest else motion


def motion_of(world: World, name: str) -> RigidMotion | None:
    """Return how an instance moves: by its own motion, or with the nearest thing under it that has one."""
    pose = world.placed[name].world_from_object
    for carrier in world.carriers(name):
        thing = world.placed[carrier]
        if thing.sample.block.motion is not None:
            motion = rigid_motion(thing.sample.block.motion)
            return motion if motion is None or carrier == name else motion.of_rider(thing.world_from_object, pose)
    return None


def camera_motions(
    world: World, poses: Mapping[str, FloatArray | None], mounts: Mapping[str, Mount]
) -> dict[str, RigidMotion | None]:
    """Return how each camera moves: by its own motion, or with what carries it; a second eye always with the first.

    Args:
        world: With all things in their places.
        poses: world_from_camera by name; None for a camera that is not there.
        mounts: By name, of those that are mounted.
    """
    motions: dict[str, RigidMotion | None] = {}
    for sample in carriers_first(world.sample.cameras):
        pose, mount = poses[sample.name], mounts.get(sample.name)
        if mount is None or pose is None or (sample.block.motion is not None and not sample.first_eye):
            motions[sample.name] = rigid_motion(sample.block.motion)
            continue
        thing, _, link = mount.on.partition(".")
        motion = motions[mount.on] if mount.on in poses else motion_of(world, thing)
        world_from_carrier = pose @ invert_rigid(mount.carrier_from_camera)
        if link:  # a link moves as its whole robot does
            world_from_carrier = without_scale(world.placed[thing].world_from_object)
        motions[sample.name] = None if motion is None else motion.of_rider(world_from_carrier, pose)
    return motions
