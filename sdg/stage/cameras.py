"""The cameras of a frame: where they are, and what they are made of.

A mounted camera goes with its carrier, wherever that is (`sdg.stage.rigs`); every other stands on its own
(`sdg.stage.viewpoints`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sdg.camera.focus import Focus
from sdg.camera.lens import Lens
from sdg.camera.sensors.model import Sensor
from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.seeds import Branch, RandomStream
from sdg.graph.frame_sample import CameraSample
from sdg.recipe.model import CameraBlock
from sdg.stage.cameras_from_file import find_camera, with_file_lens
from sdg.stage.depth_sensors import camera_depth_noise, camera_depth_sensor
from sdg.stage.focus import focus_camera
from sdg.stage.lenses import build_lens
from sdg.stage.model import Camera, Mount
from sdg.stage.motion import camera_motions
from sdg.stage.prims import camera_path
from sdg.stage.promises import Promises
from sdg.stage.rigs import carriers_first, place_mounted, stereo_pairs
from sdg.stage.sensors import camera_development, camera_exposure, camera_optics, camera_sensor
from sdg.stage.viewpoints import Viewpoints
from sdg.stage.world import World

_EFFECTS = ("distortion", "optics", "depth_of_field", "noise", "depth_noise")


def place_cameras(world: World) -> tuple[tuple[Camera, ...], dict[str, Any]]:
    """Return the cameras in the world, and what was drawn for them on the way.

    Raises:
        RecipeError: No free pose is found (S012), or none that keeps what is required (S021), a pose is degenerate
            (S013), a lens is not determined (S014), or a sensor (S016), a depth of field (S018) or a depth sensor
            (S020) can't be used.
    """
    viewpoints = Viewpoints(world)
    drawn: dict[str, Any] = {}
    poses: dict[str, FloatArray | None] = {}
    mounts: dict[str, Mount] = {}
    for sample in carriers_first(world.sample.cameras):
        if sample.block.mount is None:
            promises = _promises(world, sample)
            poses[sample.name], more = viewpoints.find(sample, promises)
            drawn |= more
        elif (mounted := place_mounted(world, sample, poses, drawn)) is not None:
            poses[sample.name], mounts[sample.name] = mounted
        else:
            poses[sample.name] = None
    pairs = stereo_pairs(world.sample.cameras)
    motions = camera_motions(world, poses, mounts)
    cameras = []
    for sample in world.sample.cameras:
        pose = poses[sample.name]
        if pose is not None:
            camera = _camera(world, sample, pose, drawn)
            mount, pair = mounts.get(sample.name), pairs.get(sample.name)
            cameras.append(replace(camera, mount=mount, stereo=pair, motion=motions[sample.name]))
    return tuple(cameras), drawn


def _camera(world: World, sample: CameraSample, world_from_camera: FloatArray, drawn: dict[str, Any]) -> Camera:
    """Return a camera at rest that stands on its own; `drawn` receives whether effects with a probability are there."""
    block = _with_lens(world, sample, _present(world, sample, drawn))
    lens, sensor, focus = _eye(world, sample, block)
    with _blamed(world, sample, "depth_sensor", "S020"):
        depth_sensor = camera_depth_sensor(block, lens)
    return Camera(
        name=sample.name,
        prim_path=camera_path(sample.name),
        lens=lens,
        world_from_camera=world_from_camera,
        clip_m=block.clip_m,
        exposure=camera_exposure(block),
        sensor=sensor,
        development=camera_development(block),
        optics=camera_optics(block),
        focus=focus,
        depth_sensor=depth_sensor,
        depth_noise=camera_depth_noise(block),
        line_time_s=0.0 if block.rolling_shutter is None else block.rolling_shutter.line_time_us * 1e-6,
    )


def _eye(world: World, sample: CameraSample, block: CameraBlock) -> tuple[Lens, Sensor | None, Focus | None]:
    """Return the lens as it is when focused, the sensor, and the focus."""
    with _blamed(world, sample, "lens", "S014"):
        lens = build_lens(block, world.catalog)
    with _blamed(world, sample, "sensor", "S016"):
        sensor = camera_sensor(block, is_second_eye=bool(sample.first_eye))
    with _blamed(world, sample, "depth_of_field", "S018"):
        lens, focus = focus_camera(block, lens, sensor)
    return lens, sensor, focus


def _with_lens(world: World, sample: CameraSample, block: CameraBlock) -> CameraBlock:
    """Return a camera's block with the lens of the file's camera that it stands for, if it does."""
    if block.pose is None or block.pose.from_file is None:
        return block
    with _blamed(world, sample, "pose", "S083"):
        return with_file_lens(block, find_camera(world.environment, block.pose.from_file))


def _promises(world: World, sample: CameraSample) -> Promises | None:
    """Return what judges the poses of a camera that must keep something."""
    require = sample.block.require
    if require is None:
        return None
    block = _with_lens(world, sample, _present(world, sample, {}))
    return Promises(world, require, _eye(world, sample, block)[0], block.clip_m)


@contextmanager
def _blamed(world: World, sample: CameraSample, key: str, code: str) -> Iterator[None]:
    """Point at a key of the camera if something inside can't be used."""
    try:
        yield
    except AssetError as error:
        where = (*sample.path, key)
        raise world.fault(where, code, f"{sample.name}: {error.message}", hint=error.hint) from None


def _present(world: World, sample: CameraSample, drawn: dict[str, Any]) -> CameraBlock:
    """Return the camera's block without the effects that are not there in this frame."""
    block = sample.block
    absent = {
        effect: None
        for effect in _EFFECTS
        if (given := getattr(block, effect)) is not None
        and not _is_present(world, sample, effect, given.probability, drawn)
    }
    return block.model_copy(update=absent) if absent else block


def _is_present(world: World, sample: CameraSample, effect: str, probability: float, drawn: dict[str, Any]) -> bool:
    """Return whether an effect of a camera is there in this frame, and note it if that was drawn."""
    if probability == 1:
        return True
    name = f"cameras.{sample.first_eye or sample.name}.{effect}.present"
    stream = RandomStream.named(Branch.DRAW, world.sample.seed, world.sample.frame_index, name)
    drawn[name] = stream.unit() < probability
    return bool(drawn[name])
