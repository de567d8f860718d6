"""One frame with everything that is known about it, as NumPy arrays and plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sdg.foundation.arrays import BoolArray, Float32Array, FloatArray, UInt8Array, UInt16Array
from sdg.foundation.rigid_motion import RigidMotion
from sdg.render.api import RendererIdentity
from sdg.stage.model import Camera


@dataclass(frozen=True, eq=False)
class ObjectAnnotation:
    """A thing in the world, seen or not.

    Attributes:
        name: Instance name, such as `carton[3]`.
        instance_id: From 1, as in the instance picture.
        world_from_object: 4x4.
        cuboid_size_m: Extent of its box along the object's own axes, scale included, shape (3,) [m].
        world_from_cuboid: Rigid 4x4 from the cuboid's frame (origin at its centre, axes along the object's).
        motion: How it moves while pictures are taken; None stands still.
        part_ids: Ids of its parts in the part picture, by name; None unless asked for.
    """

    name: str
    prim_path: str
    label: str
    category_id: int
    instance_id: int
    asset_key: str
    world_from_object: FloatArray
    world_from_cuboid: FloatArray
    cuboid_size_m: tuple[float, float, float]
    motion: RigidMotion | None = None
    part_ids: Mapping[str, int] | None = None


@dataclass(frozen=True)
class WholeMask:
    """The pixels inside the picture that a thing would cover with nothing in front of it: its amodal mask.

    Attributes:
        rle_counts: COCO's compressed run-length code.
        area_px: How many pixels.
        bbox_xywh_px: Box round them, corner convention: the loose box.
    """

    rle_counts: str
    area_px: int
    bbox_xywh_px: tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class InstanceAnnotation:
    """A thing as one camera sees it, with at least one visible pixel.

    Attributes:
        instance_id: Of the object.
        category_id: Of its class.
        rle_counts: COCO's compressed run-length code of the visible pixels.
        area_px: Number of visible pixels.
        bbox_xywh_px: Tight box round the visible pixels, corner convention: a single pixel is 1 x 1.
        visibility: Visible pixels / pixels it would cover inside the picture with nothing in front, in (0, 1].
        corners_px: The cuboid's eight corners in the picture, shape (8, 2), float64; NaN where the lens doesn't
            see the corner.
        camera_from_cuboid: Rigid 4x4, OpenCV camera frame.
        keypoints: As COCO has them, shape (K, 3), see `sdg.annotate.keypoints`; None where there are none.
        whole: What it would show with nothing in front of it; None unless asked for.
        truncation: Share of the box round all its vertices in the picture plane that lies outside the picture; 1
            where the lens doesn't see one of them. None unless asked for.
    """

    instance_id: int
    category_id: int
    rle_counts: str
    area_px: int
    bbox_xywh_px: tuple[int, int, int, int]
    visibility: float
    corners_px: FloatArray
    camera_from_cuboid: FloatArray
    keypoints: FloatArray | None = None
    whole: WholeMask | None = None
    truncation: float | None = None


@dataclass(frozen=True)
class SegmentAnnotation:
    """A panoptic segment of stuff: every visible pixel of one class."""

    category_id: int
    area_px: int
    bbox_xywh_px: tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class AnnotatedView:
    """What one camera recorded, and the truth about it.

    Attributes:
        rgb: shape (H, W, 3), uint8, sRGB.
        depth_m: Sensor depth, shape (H, W), float32 [m], inf where nothing was seen.
        semantic: Category id per pixel, shape (H, W), uint16; 0 is background.
        instance: Instance id per pixel, shape (H, W), uint16; 0 is background and stuff.
        distance_to_image_plane, distance_to_camera: shape (H, W), float32 [m]; inf where nothing was hit.
        normals: World frame, shape (H, W, 3), float32; 0 where nothing was hit.
        valid: Whether the lens has a ray, shape (H, W).
        saturation_nits: Luminance that became white [cd/m2].
        raw: The sensor's own numbers, shape (H, W) or (H, W, 3), uint16; None unless asked for.
        recording: What the sensor was set to, as plain JSON values; empty for an ideal one.
        depth_recording: What became of the depth sensor's pixels, as plain JSON values; empty for an ideal one.
        motion_vectors: See `sdg.annotate.motion`; None unless asked for.
        points_m: Where the centre ray of each pixel that shows something of a class ends, row by row; shape (N, 3),
            float32, world frame [m]. None unless asked for.
        parts: Part id per pixel, shape (H, W), uint16; 0 is background and stuff. None unless asked for.
        clipped_px: How many pixels were brighter than the renderer can say.
        slice_error_px: A bound on how far from its true place anything moving is drawn or labelled [px].
    """

    camera: Camera
    rgb: UInt8Array
    depth_m: Float32Array
    semantic: UInt16Array
    instance: UInt16Array
    distance_to_image_plane: Float32Array
    distance_to_camera: Float32Array
    normals: Float32Array
    valid: BoolArray
    saturation_nits: float
    instances: tuple[InstanceAnnotation, ...]
    stuff: tuple[SegmentAnnotation, ...]
    raw: UInt16Array | None = None
    recording: Mapping[str, Any] = field(default_factory=dict)
    depth_recording: Mapping[str, Any] = field(default_factory=dict)
    motion_vectors: Float32Array | None = None
    points_m: Float32Array | None = None
    parts: UInt16Array | None = None
    slice_error_px: float = 0.0
    clipped_px: int = 0

    @property
    def has_point(self) -> BoolArray:
        """Whether a pixel shows something of a class, and so has a point in the cloud; shape (H, W)."""
        return (self.semantic > 0) & np.isfinite(self.distance_to_camera)


@dataclass(frozen=True, eq=False)
class AnnotatedFrame:
    """A finished frame.

    Attributes:
        views: By camera name, in the recipe's order.
        objects: Every thing on the stage.
        lights: Plain record of each lit light.
        drawn: Every drawn value by node name.
        seconds: Where time went, by step; never written to a data file.
        environment: Plain record of each part of the environment (stuff).
        poses: Plain record of the joints and links of each articulated thing.
        physics: With what forces things fell; None if nothing did.
    """

    frame_index: int
    seed: int
    views: Mapping[str, AnnotatedView]
    objects: tuple[ObjectAnnotation, ...]
    lights: tuple[Mapping[str, Any], ...]
    drawn: Mapping[str, Any]
    identity: RendererIdentity
    seconds: dict[str, float]
    environment: tuple[Mapping[str, Any], ...] = ()
    poses: tuple[Mapping[str, Any], ...] = ()
    physics: Mapping[str, Any] | None = None
