"""From the arrays of RTX to a `RenderedView`: units, ids, and what it must agree with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from sdg.camera.lens import is_planar
from sdg.camera.orthographic import LensOrthographic
from sdg.errors import RenderError
from sdg.foundation.arrays import BoolArray, UInt32Array
from sdg.render.api import RenderedView, ViewTruth
from sdg.replicator.protocol import ArraySpec, Frame
from sdg.replicator.usd.layout import LOOKS, WORLD
from sdg.replicator.usd.names import Names
from sdg.stage.model import Body, Camera, Stage

GREATEST_HALF = float(np.finfo(np.float16).max)
# Ids of nothing; the rest are leaf prims.
_NOTHING = frozenset({"BACKGROUND", "UNLABELLED", "INVALID", ""})
# Within a thing's outline, RTX and the embedded tracer must see the same; at outlines both may be right.
_GREATEST_DISAGREEMENT = 0.01
_LEAST_INTERIOR_PX = 100


def array_specs(cameras: Sequence[Camera]) -> tuple[ArraySpec, ...]:
    """Return what a frame from RTX must hold of these cameras: what the worker captures."""
    specs = []
    for camera in cameras:
        width, height = camera.lens.resolution
        specs += [
            ArraySpec(camera.name, "HdrColor", (height, width, 4), "<f2"),
            ArraySpec(camera.name, "distance_to_image_plane", (height, width), "<f4"),
            ArraySpec(camera.name, "distance_to_camera", (height, width), "<f4"),
            ArraySpec(camera.name, "instance_id_segmentation", (height, width), "<u4"),
            ArraySpec(camera.name, "normals", (height, width, 4), "<f4"),
        ]
    return tuple(specs)


def view_of(frame: Frame, stage: Stage, camera: Camera, truth: ViewTruth, exponent: int) -> RenderedView:
    """Return what a camera received.

    Args:
        frame: From RTX.
        stage: What it shows.
        camera: One of its cameras.
        truth: What the embedded tracer says of it.
        exponent: Lights were multiplied by 2 to this power.

    Raises:
        RenderError: The frame shows prims that the stage doesn't have, or its labels are those of another world: of
            another frame, seen through another lens, or with things missing.
    """
    arrays = {name: frame.arrays[camera.name, name] for name in ("HdrColor", "normals", "instance_id_segmentation")}
    found = arrays["instance_id_segmentation"]
    entities, parts = _entity_ids(found, frame.labels.get(camera.name, {}), stage, camera)
    entity_ids = np.where(truth.valid, entities, 0)
    _compare(entity_ids.astype(np.uint32), truth, stage, camera)
    depth, distance = _depths(frame, camera, truth.valid)
    hit = np.isfinite(depth)
    radiance, clipped = _radiance(
        arrays["HdrColor"], truth.valid, exponent, f"frame {stage.frame_index}, {camera.name}"
    )
    return RenderedView(
        camera=camera.name,
        radiance=radiance,
        entity_ids=np.where(hit, entity_ids, 0).astype(np.uint32),
        depth_z_m=depth,
        distance_m=distance,
        normals=_normals(arrays["normals"], hit),
        valid=truth.valid,
        unoccluded_px=truth.unoccluded_px,
        unoccluded=truth.unoccluded,
        # RTX lacks second eyes, as the record says: nothing is hidden from one.
        second_eye_sees=None if camera.second_eye_m is None else hit,
        clipped_px=clipped,
        part_numbers=np.where(truth.valid & hit, parts, 0).astype(np.uint32) if stage.settings.parts else None,
    )


def _entity_ids(
    ids: npt.NDArray[np.uint32], names: Mapping[int, str], stage: Stage, camera: Camera
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Return entity ids and part numbers, the latter 0 unless asked for.

    RTX's own ids stand for leaf prims, of which a body has one for each part, and may mean something else in the next
    frame.
    """
    entity_of = {body.prim_path: index for index, body in enumerate(stage.bodies, start=1)}
    lights = tuple(light.prim_path for light in stage.lights)
    present, place = np.unique(ids, return_inverse=True)
    entities, parts = np.zeros(len(present), np.uint32), np.zeros(len(present), np.uint32)
    for index, number in enumerate(present.tolist()):
        path = names.get(number, "" if number == 0 else None)
        if path is None:
            raise RenderError(f"frame {stage.frame_index}, {camera.name}: RTX doesn't say what id {number} is")
        if path.upper() in _NOTHING or path.startswith(lights):
            continue
        entity = _owner(path, entity_of)
        if entity is None:
            raise RenderError(f"frame {stage.frame_index}, {camera.name}: RTX shows {path}, which is not in this frame")
        entities[index] = entity
        if stage.settings.parts:
            number = _part_number(path, stage.bodies[entity - 1])
            if number is None:
                raise RenderError(f"frame {stage.frame_index}, {camera.name}: RTX shows {path}, which is no part")
            parts[index] = number
    return entities[place].reshape(ids.shape), parts[place].reshape(ids.shape)


def _part_number(path: str, body: Body) -> int | None:
    """Return 1 + the index of the part that a leaf prim of a body stands for; None if it stands for none."""
    names = Names()
    number_of = {names.unique(part.name): number for number, part in enumerate(body.parts, start=1)}
    steps = path.removeprefix(body.prim_path).strip("/").split("/")
    return next((number_of[step] for step in reversed(steps) if step in number_of), None)


def _owner(path: str, entity_of: Mapping[str, int]) -> int | None:
    while path.startswith(f"{WORLD}/") and not path.startswith(f"{LOOKS}/"):
        if path in entity_of:
            return entity_of[path]
        path = path.rpartition("/")[0]
    return None


def _compare(entity_ids: UInt32Array, truth: ViewTruth, stage: Stage, camera: Camera) -> None:
    """Refuse labels of another world: where the embedded tracer sees one thing all round, RTX must see it too."""
    expected = truth.entity_ids
    inside = truth.valid.copy()
    inside[0, :] = inside[-1, :] = inside[:, 0] = inside[:, -1] = False
    core = expected[1:-1, 1:-1]
    height, width = expected.shape
    for row in range(3):
        for column in range(3):
            inside[1:-1, 1:-1] &= expected[row : height - 2 + row, column : width - 2 + column] == core
    count = np.count_nonzero(inside)
    wrong = inside & (entity_ids != expected)
    share = np.count_nonzero(wrong) / count if count >= _LEAST_INTERIOR_PX else 0.0
    if share > _GREATEST_DISAGREEMENT:
        paths = ["nothing", *(body.prim_path for body in stage.bodies)]
        pairs, often = np.unique(np.stack([expected[wrong], entity_ids[wrong]]), axis=1, return_counts=True)
        first, second = pairs[:, often.argmax()]
        raise RenderError(
            f"frame {stage.frame_index}, {camera.name}: {share:.1%} of RTX's labels are not what is there, mostly "
            f"{paths[second]} instead of {paths[first]}",
            "raise render.rtx.rt_subframes if this comes and goes; report it with versions and driver if it stays",
        )


def _depths(frame: Frame, camera: Camera, valid: BoolArray) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return depth along the axis and along the ray; what is not between the camera's limits is infinitely far."""
    depth = frame.arrays[camera.name, "distance_to_image_plane"].astype(np.float32)
    distance = frame.arrays[camera.name, "distance_to_camera"].astype(np.float32)
    if isinstance(camera.lens, LensOrthographic):
        distance = depth.copy()  # parallel rays start on the image plane
    near, far = camera.clip_m
    limited = depth if is_planar(camera.lens) else distance
    # Where nothing is, depth is infinite or 0, by version.
    hit = valid & np.isfinite(depth) & np.isfinite(distance) & (limited >= near) & (limited <= far)
    nothing = np.float32(np.inf)
    return np.where(hit, depth, nothing), np.where(hit, distance, nothing)


def _normals(found: npt.NDArray[Any], hit: BoolArray) -> npt.NDArray[np.float32]:
    normals = found[..., :3].astype(np.float32)
    length = np.linalg.norm(normals, axis=-1, keepdims=True)
    unit = np.divide(normals, length, out=np.zeros_like(normals), where=length > 0)
    return np.where(hit[..., None], unit, np.float32(0.0))


def _radiance(
    found: npt.NDArray[Any], valid: BoolArray, exponent: int, place: str
) -> tuple[npt.NDArray[np.float32], int]:
    """Return radiance in nits, and how many pixels were too bright for a 16-bit float."""
    raw = found[..., :3].astype(np.float32)
    if np.isnan(raw).any():
        raise RenderError(f"{place}: radiance is not a number")
    too_bright = (raw >= GREATEST_HALF).any(axis=-1) & valid
    radiance = np.clip(raw, 0.0, GREATEST_HALF) * np.float32(2.0**-exponent)
    return np.where(valid[..., None], radiance, np.float32(0.0)), int(np.count_nonzero(too_bright))
