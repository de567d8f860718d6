"""Frames made from small id pictures, without a renderer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from sdg.annotate.frame import annotate_frame
from sdg.annotate.model import AnnotatedFrame
from sdg.camera.lens import LensOpenCvPinhole
from sdg.foundation.transforms import look_at, translation
from sdg.render.api import RenderedFrame, RenderedView, RendererIdentity
from sdg.sensor.model import SensorFrame, SensorView
from sdg.stage.model import Body, Camera, Exposure, Light, RenderSettings, Stage

IDENTITY = RendererIdentity("synthetic", "test-device", {"synthetic": "1.0"})

# Entity ids 1 to 3 of `world()` are stuff, the others things; categories alternate among the things.
STUFF = ("floor", "wall", "floor")
THING_CLASSES = ("pallet", "carton")


def body(
    name: str, category_id: int, instance_id: int, *, label: str = "", pose: npt.NDArray[np.float64] | None = None
) -> Body:
    return Body(
        name=name,
        prim_path=f"/World/{name.replace('[', '_').rstrip(']')}",
        label=label or name,
        category_id=category_id,
        instance_id=instance_id,
        asset_key=f"{category_id:064x}",
        world_from_object=np.eye(4) if pose is None else pose,
        bounds_m=np.array([[-0.5, -0.25, 0.0], [0.5, 0.25, 1.0]]),
        parts=(),
    )


def world(things: int) -> tuple[Body, ...]:
    """Return floor, wall and a second floor part, then `things` bodies of classes 1 and 2 with ids from 1."""
    stuff = [body(f"environment.{k}", 3 + STUFF.index(label), 0, label=label) for k, label in enumerate(STUFF)]
    placed = [
        body(
            f"{THING_CLASSES[k % 2]}[{k + 1}]",
            1 + k % 2,
            k + 1,
            label=THING_CLASSES[k % 2],
            pose=translation((0.3 * k, 2.0, 0.0)),
        )
        for k in range(things)
    ]
    return (*stuff, *placed)


def camera(name: str, size: tuple[int, int], exposure: Exposure | None = None) -> Camera:
    width, height = size
    return Camera(
        name=name,
        prim_path=f"/World/{name}",
        lens=LensOpenCvPinhole(size, fx=width, fy=width, cx=width / 2, cy=height / 2),
        world_from_camera=look_at((0.0, -3.0, 1.0), (0.0, 2.0, 0.5)),
        clip_m=(0.1, 100.0),
        exposure=exposure or Exposure(),
    )


def render_stage(
    pictures: Mapping[str, npt.NDArray[np.uint32]],
    bodies: Sequence[Body],
    *,
    frame_index: int = 0,
    lights: tuple[Light, ...] = (),
    depth_m: float = 4.0,
    unoccluded_px: Mapping[int, int] | None = None,
    exposure: Exposure | None = None,
) -> tuple[RenderedFrame, SensorFrame, Stage]:
    """Return what the stages before annotation would hand on for these entity ids per camera."""
    cameras = tuple(camera(name, ids.shape[::-1], exposure) for name, ids in pictures.items())
    stage = Stage(
        frame_index, 7, tuple(bodies), lights, cameras, RenderSettings(1, 1, False), {"pallet.yaw_deg": 1 / 3}
    )
    views, recordings = {}, {}
    for name, ids in pictures.items():
        generator = np.random.default_rng(frame_index)
        depth = np.where(ids > 0, depth_m, np.inf).astype(np.float32)
        entities = [k + 1 for k, thing in enumerate(bodies) if thing.is_thing]
        covered = {entity: int((ids == entity).sum()) * 2 for entity in entities}
        views[name] = RenderedView(
            camera=name,
            radiance=np.zeros((*ids.shape, 3), np.float32),
            entity_ids=ids,
            depth_z_m=depth,
            distance_m=depth * np.float32(1.25),
            normals=np.where(ids[..., None] > 0, np.float32([0, 0, 1]), np.float32(0)),
            valid=np.ones(ids.shape, bool),
            unoccluded_px=covered if unoccluded_px is None else unoccluded_px,
        )
        rgb = generator.integers(0, 256, (*ids.shape, 3), dtype=np.uint8)
        recordings[name] = SensorView(name, rgb, depth, saturation_nits=100.0)
    return RenderedFrame(frame_index, views, {}), SensorFrame(frame_index, recordings), stage


def make_frame(
    pictures: Mapping[str, npt.NDArray[np.uint32]], bodies: Sequence[Body], **options: Any
) -> AnnotatedFrame:
    """Return an annotated frame that shows these entity ids."""
    rendered, recorded, stage = render_stage(pictures, bodies, **options)
    return annotate_frame(rendered, recorded, stage, IDENTITY)


def scattered_ids(size: tuple[int, int], entities: int, seed: int, *, speckle: float = 0.02) -> npt.NDArray[np.uint32]:
    """Return entity ids, shape (H, W): overlapping rectangles with speckles, so that masks have holes and parts."""
    width, height = size
    generator = np.random.default_rng(seed)
    ids = np.zeros((height, width), np.uint32)
    for entity in range(1, entities + 1):
        x, y = generator.integers(0, width), generator.integers(0, height)
        ids[y : y + generator.integers(1, height), x : x + generator.integers(1, width)] = entity
    noisy = generator.random(ids.shape) < speckle
    ids[noisy] = generator.integers(0, entities + 1, int(noisy.sum()))
    return ids
