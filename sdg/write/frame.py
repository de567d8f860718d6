"""Write one frame: its data files first, its record last, so that a frame with a record is whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sdg.annotate.model import AnnotatedFrame, AnnotatedView
from sdg.foundation.arrays import UInt16Array
from sdg.write.atomic import write_atomically
from sdg.write.encode import encode_depth, encode_ids, encode_npy, encode_panoptic, encode_raw, encode_rgb
from sdg.write.encode_points import encode_points
from sdg.write.layout import DatasetLayout
from sdg.write.record import ViewFiles, build_record, describe_file, record_bytes

# Panoptic segments of stuff are numbered from here by category; things keep their instance id, which is lower.
FIRST_STUFF_SEGMENT = 65536


def write_frame(layout: DatasetLayout, frame: AnnotatedFrame) -> None:
    """Write everything that the dataset holds of one frame.

    Raises:
        DatasetError: The disk is full, or the folder can't be written to.
    """
    written: dict[str, ViewFiles] = {}
    for camera, view in frame.views.items():
        written[camera] = _write_view(layout, frame.frame_index, camera, view)
    record = build_record(frame, layout.spec, written)
    write_atomically(layout.absolute(layout.record(frame.frame_index)), record_bytes(record))


def stuff_segment_id(category_id: int) -> int:
    """Return the panoptic segment id of a class of stuff."""
    return FIRST_STUFF_SEGMENT + category_id


def _write_view(layout: DatasetLayout, frame_index: int, camera: str, view: AnnotatedView) -> ViewFiles:
    files: dict[str, Mapping[str, Any]] = {}
    beyond_range = None
    greatest_category = max((category.id for category in layout.spec.categories), default=0)
    for annotator, path in layout.view_files(frame_index, camera).items():
        match annotator:
            case "rgb":
                content = encode_rgb(view.rgb)
            case "depth":
                content, beyond_range = encode_depth(view.depth_m)
            case "semantic_segmentation":
                content = encode_ids(_narrow(view.semantic, greatest_category))
            case "instance_segmentation":
                content = encode_ids(view.instance)
            case "part_segmentation":
                assert view.parts is not None, camera
                content = encode_ids(view.parts)
            case "distance_to_image_plane":
                content = encode_npy(view.distance_to_image_plane)
            case "distance_to_camera":
                content = encode_npy(view.distance_to_camera)
            case "normals":
                content = encode_npy(view.normals)
            case "motion_vectors":
                assert view.motion_vectors is not None, camera
                content = encode_npy(view.motion_vectors)
            case "pointcloud":
                content = encode_points(view)
            case "raw":
                assert view.raw is not None, camera
                content = encode_raw(view.raw)
            case "panoptic":
                content = encode_panoptic(_panoptic_ids(view))
            case _:
                raise AssertionError(f"no encoder for {annotator}")
        write_atomically(layout.absolute(path), content)
        files[annotator] = describe_file(path, content)
    return ViewFiles(files, beyond_range)


def _narrow(semantic: UInt16Array, greatest_category: int) -> Any:
    """Return category ids in 8 bits if every category of the recipe fits, whatever this frame shows."""
    return semantic.astype(np.uint8) if greatest_category <= np.iinfo(np.uint8).max else semantic


def _panoptic_ids(view: AnnotatedView) -> Any:
    semantic, instance = view.semantic.astype(np.uint32), view.instance.astype(np.uint32)
    stuff = np.where(semantic > 0, semantic + np.uint32(FIRST_STUFF_SEGMENT), np.uint32(0))
    return np.where(instance > 0, instance, stuff)
