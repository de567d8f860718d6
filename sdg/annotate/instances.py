"""Things and stuff as one camera sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sdg.annotate.boxes import tight_boxes
from sdg.annotate.cuboids import cuboid_corners
from sdg.annotate.masks import encode_masks, find_runs
from sdg.annotate.model import InstanceAnnotation, ObjectAnnotation, SegmentAnnotation
from sdg.annotate.motion import project_moving
from sdg.foundation.arrays import UInt16Array
from sdg.foundation.transforms import invert_rigid
from sdg.stage.model import Camera


def annotate_instances(
    instance: UInt16Array,
    objects: Sequence[ObjectAnnotation],
    unoccluded_px: Mapping[int, int],
    camera: Camera,
) -> tuple[InstanceAnnotation, ...]:
    """Return every thing with at least one visible pixel, by ascending instance id.

    Args:
        instance: Instance id per pixel, shape (H, W), 0 is background and stuff.
        objects: The things on the stage.
        unoccluded_px: By instance id, the pixels that the thing would cover with nothing in front of it.
        camera: The camera that saw them.
    """
    by_id = {thing.instance_id: thing for thing in objects}
    camera_from_world = invert_rigid(camera.world_from_camera)
    runs = find_runs(instance)
    annotations = []
    for instance_id, area_px, box, code in zip(
        runs.ids.tolist(), runs.areas_px().tolist(), tight_boxes(runs), encode_masks(runs), strict=True
    ):
        thing = by_id[instance_id]
        camera_from_cuboid = camera_from_world @ thing.world_from_cuboid
        corners = cuboid_corners(thing.world_from_cuboid, thing.cuboid_size_m)
        annotations.append(
            InstanceAnnotation(
                instance_id=instance_id,
                category_id=thing.category_id,
                rle_counts=code,
                area_px=area_px,
                bbox_xywh_px=box,
                # What is visible is covered, even where a grazing ray missed the thing when it was traced alone.
                visibility=area_px / max(unoccluded_px[instance_id], area_px),
                corners_px=project_moving(corners, camera, thing.motion, thing.world_from_object),
                camera_from_cuboid=camera_from_cuboid,
            )
        )
    return tuple(annotations)


def annotate_stuff(semantic: UInt16Array, instance: UInt16Array) -> tuple[SegmentAnnotation, ...]:
    """Return one segment per class of stuff that is visible, by ascending category id.

    Args:
        semantic: Category id per pixel, shape (H, W), 0 is background.
        instance: Instance id per pixel, shape (H, W), 0 is background and stuff.
    """
    runs = find_runs(np.where(instance == 0, semantic, np.uint16(0)))
    return tuple(
        SegmentAnnotation(category_id=category_id, area_px=area_px, bbox_xywh_px=box)
        for category_id, area_px, box in zip(
            runs.ids.tolist(), runs.areas_px().tolist(), tight_boxes(runs), strict=True
        )
    )
