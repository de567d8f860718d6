"""Cameras that are mounted on things and on each other.

A camera on `pallet` is on one of the pallets present, drawn per frame; on `pallet[2]` it is on that one; on
`humanoid.head` or `humanoid[2].head` it is on that link. Where its carrier is not there in a frame, neither is the
camera.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.seeds import Branch, RandomStream
from sdg.foundation.spelling import closest
from sdg.foundation.transforms import is_orthonormal, nearest_rotation, rotation_xyz, translation, without_scale
from sdg.graph.frame_sample import CameraSample
from sdg.recipe.model import PathKey, TransformPose
from sdg.stage.articulation import Articulation
from sdg.stage.asset import Asset
from sdg.stage.model import Mount, StereoPair
from sdg.stage.prims import camera_path, object_path
from sdg.stage.world import PlacedObject, World


def carriers_first(cameras: Iterable[CameraSample]) -> list[CameraSample]:
    """Return cameras so that none comes before the one that carries it; otherwise in their order."""
    by_name = {sample.name: sample for sample in cameras}

    def depth(sample: CameraSample) -> int:
        mount = sample.block.mount
        return 0 if mount is None or mount.on not in by_name else 1 + depth(by_name[mount.on])

    return sorted(by_name.values(), key=depth)


def place_mounted(
    world: World, sample: CameraSample, cameras: Mapping[str, FloatArray | None], drawn: dict[str, Any]
) -> tuple[FloatArray, Mount] | None:
    """Return world_from_camera of a mounted camera and what it is on; None if that is not there.

    Args:
        world: With all things in their places.
        sample: The camera.
        cameras: world_from_camera by name of the cameras that may carry it; None for one that is not there.
        drawn: Receives which of several instances it is on.

    Raises:
        RecipeError: Its pose is not rigid (S013), or there is no such link (S063).
    """
    block = sample.block.mount
    assert block is not None, sample.name
    if block.on in cameras:
        world_from_carrier, name, prim_path = cameras[block.on], block.on, camera_path(block.on)
    else:
        on, _, link = block.on.partition(".")
        thing = _carrier(world, sample, on, drawn)
        if thing is None:
            return None
        world_from_carrier, name = without_scale(thing.world_from_object), thing.sample.name
        if link:
            world_from_carrier, name = _link_pose(world, sample, thing, link), f"{name}.{link}"
        prim_path = object_path(thing.sample)
    if world_from_carrier is None:
        return None
    carrier_from_camera = rigid_pose(world, sample.name, block.pose, (*sample.path, "mount", "pose"))
    return world_from_carrier @ carrier_from_camera, Mount(name, prim_path, carrier_from_camera)


def rigid_pose(world: World, camera: str, pose: TransformPose, path: PathKey) -> FloatArray:
    """Return the matrix of a pose; the nearest rigid one to what is written with a few digits.

    Raises:
        RecipeError: Its matrix is no rotation and translation (S013).
    """
    if pose.matrix is None:
        return translation(pose.position_m) @ rotation_xyz(pose.rotation_deg)
    matrix = np.array(pose.matrix, dtype=np.float64)
    rotation = matrix[:3, :3]
    is_rotation = is_orthonormal(rotation) and np.linalg.det(rotation) > 0
    if not is_rotation or not np.array_equal(matrix[3], [0.0, 0.0, 0.0, 1.0]):
        message = f"the matrix of camera {camera} is no rotation and translation"
        hint = "its upper left 3x3 must be a rotation (determinant 1), its last row 0 0 0 1"
        raise world.fault((*path, "matrix"), "S013", message, hint=hint)
    matrix[:3, :3] = nearest_rotation(rotation)
    return matrix


def stereo_pairs(cameras: Iterable[CameraSample]) -> dict[str, StereoPair]:
    """Return the pairs by the name of either camera."""
    pairs: dict[str, StereoPair] = {}
    for sample in cameras:
        mount = sample.block.mount
        if sample.first_eye and mount is not None:
            pair = StereoPair(sample.first_eye, sample.name, mount.pose.position_m[0])
            pairs |= {pair.left: pair, pair.right: pair}
    return pairs


def _link_pose(world: World, sample: CameraSample, thing: PlacedObject, link: str) -> FloatArray:
    """Return world_from_link of a thing, without its scale."""
    try:
        index, articulation = find_link(thing.asset, link)
    except AssetError as error:
        where = (*sample.path, "mount", "on")
        message = f"{sample.name} can't be on {thing.sample.name}.{link}: {error.message}"
        raise world.fault(where, "S063", message, hint=error.hint) from None
    return without_scale(thing.world_from_object @ articulation.object_from_link[index])


def find_link(asset: Asset, link: str) -> tuple[int, Articulation]:
    """Return the index of an asset's link, and the links that it is one of.

    Raises:
        AssetError: It has no links, or none of this name.
    """
    articulation = asset.articulation
    if articulation is None:
        raise AssetError("it has no links", "name a robot, or leave the link out")
    index = articulation.link_index(link)
    if index is None:
        known = [each.name for each in articulation.links]
        meant = closest(link, known)
        raise AssetError(
            f"there is no link {link}", f"did you mean {meant}?" if meant else f"links: {', '.join(known)}"
        )
    return index, articulation


def _carrier(world: World, sample: CameraSample, on: str, drawn: dict[str, Any]) -> PlacedObject | None:
    """Return the thing that carries a camera; None if there is none in this frame."""
    if on in world.placed:
        return world.placed[on]
    things = world.by_object.get(on, [])
    if not things:
        return None
    name = f"cameras.{sample.name}.mount.on"
    stream = RandomStream.named(Branch.PLACEMENT, world.sample.seed, world.sample.frame_index, name)
    thing = things[stream.integer(0, len(things) - 1)]
    drawn[f"{name}:instance"] = thing.sample.name
    return thing
