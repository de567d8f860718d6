"""Things as a whole, hidden and cut off parts included: amodal masks, loose boxes and truncation."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sdg.annotate.boxes import tight_boxes
from sdg.annotate.masks import encode_masks, find_runs
from sdg.annotate.model import InstanceAnnotation, WholeMask
from sdg.annotate.motion import project_moving
from sdg.foundation.arrays import UInt8Array, UInt16Array
from sdg.foundation.boxes import share_in_picture
from sdg.foundation.transforms import transform_points
from sdg.stage.model import Body, Camera


def whole_mask(
    instance: UInt16Array,
    entity_of: Mapping[int, int],
    seen: InstanceAnnotation,
    unoccluded: Mapping[int, UInt8Array],
) -> WholeMask:
    """Return what a thing would show with nothing in front of it.

    Args:
        instance: Instance id per pixel, shape (H, W).
        entity_of: Instance id to entity id.
        seen: The thing.
        unoccluded: See `RenderedView.unoccluded`.
    """
    bits = np.unpackbits(unoccluded[entity_of[seen.instance_id]], axis=1, count=instance.shape[1])
    # What is visible is covered, even where a grazing ray missed the thing when it was traced alone.
    runs = find_runs(bits | (instance == seen.instance_id))
    (area,), (box,), (code,) = runs.areas_px().tolist(), tight_boxes(runs), encode_masks(runs)
    return WholeMask(code, area, box)


def truncation(body: Body, camera: Camera) -> float:
    """Return which share of the box round a thing's projected vertices lies outside the picture, from 0 to 1."""
    vertices = np.concatenate([part.mesh.vertices for part in body.parts])
    world = transform_points(body.world_from_object, vertices)
    pixels = project_moving(world, camera, body.motion, body.world_from_object)
    return 1.0 - share_in_picture(pixels, camera.lens.resolution)
