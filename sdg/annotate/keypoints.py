"""Keypoints of articulated things: where a camera has them, and whether it sees them.

Flags are COCO's. 0: the lens doesn't see the point, or it lies outside the picture. 2: what the centre ray of its pixel
meets is a link that shows it, at most the keypoint's reach nearer or farther than the point along the ray. 1: it is in
the picture, and hidden by something else or by its own body.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sdg.annotate.motion import meeting_points, project_moving
from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import transform_points
from sdg.foundation.triangles import distances_to_triangles_m
from sdg.render.api import RenderedView
from sdg.stage.articulation import Articulation
from sdg.stage.model import Body, Camera

# How far a place that a ray met may be from the triangle that it met: float32 distances [m, share of the distance].
_SURFACE_M, _SURFACE_SHARE = 1e-3, 1e-5


def annotate_keypoints(view: RenderedView, camera: Camera, body: Body, entity_id: int) -> FloatArray:
    """Return a body's keypoints as COCO has them.

    Args:
        view: The truth per pixel.
        camera: Of the view.
        body: An articulated body.
        entity_id: Its id in the view.

    Returns:
        shape (K, 3): x and y [px] counted from the centre of the top-left pixel, and the flag; x and y are 0 where the
        flag is.
    """
    articulation = body.articulation
    assert articulation is not None, body.name
    points_m = transform_points(body.world_from_object, articulation.keypoints_m())
    pixels = project_moving(points_m, camera, body.motion, body.world_from_object)
    height, width = view.entity_ids.shape
    with np.errstate(invalid="ignore"):
        inside = (pixels >= 0).all(axis=1) & (pixels[:, 0] < width) & (pixels[:, 1] < height)
    columns, rows = (np.where(inside, pixels[:, axis], 0.0).astype(np.int64) for axis in (0, 1))
    inside &= view.valid[rows, columns]
    flags = inside.astype(np.float64)
    candidates = np.flatnonzero(inside & (view.entity_ids[rows, columns] == entity_id))
    if len(candidates):
        met, along = _met(view, camera, body, rows[candidates], columns[candidates])
        scale = float(np.linalg.norm(body.world_from_object[:3, 0]))
        distances = view.distance_m[rows[candidates], columns[candidates]].astype(np.float64)
        for index, place, direction, distance_m in zip(candidates, met, along, distances, strict=True):
            keypoint = articulation.keypoints[index]
            apart = abs(float((points_m[index] - place) @ direction))
            slack_m = _SURFACE_M + _SURFACE_SHARE * float(distance_m)
            if apart <= keypoint.reach_m * scale + slack_m and _is_on(
                place, slack_m, keypoint.surface_links, body, articulation
            ):
                flags[index] = 2.0
    result = np.zeros((len(points_m), 3))
    result[inside, :2] = pixels[inside] - 0.5
    result[:, 2] = flags
    return result


def _met(
    view: RenderedView, camera: Camera, body: Body, rows: np.ndarray, columns: np.ndarray
) -> tuple[FloatArray, FloatArray]:
    """Return where the centre rays of pixels end, each place where the body has it at time 0, and the rays' directions.

    Returns:
        Both of shape (N, 3), world frame; places in [m], directions of unit length.
    """
    chosen = np.zeros(view.entity_ids.shape, dtype=bool)
    chosen[rows, columns] = True
    places, times = meeting_points(view, camera, chosen)
    if body.motion is not None:
        places = body.motion.carry(places, body.world_from_object, times, np.zeros_like(times))
    # `meeting_points` goes by rows; several keypoints may share a pixel.
    order = {pixel: number for number, pixel in enumerate(zip(*np.nonzero(chosen), strict=True))}
    picked = [order[pixel] for pixel in zip(rows, columns, strict=True)]
    directions, _ = camera.lens.unproject(np.stack([columns + 0.5, rows + 0.5], axis=1))
    return places[picked], directions @ camera.world_from_camera[:3, :3].T


def _is_on(place_m: FloatArray, slack_m: float, links: Sequence[int], body: Body, articulation: Articulation) -> bool:
    """Return whether a place, world frame, lies on the surface of any of these links."""
    for part, link in zip(body.parts, articulation.part_links, strict=True):
        if link not in links:
            continue
        triangles = transform_points(body.world_from_object, part.mesh.vertices)[part.mesh.faces]
        near = (triangles.min(axis=1) <= place_m + slack_m).all(axis=1)
        near &= (triangles.max(axis=1) >= place_m - slack_m).all(axis=1)
        if near.any() and distances_to_triangles_m(place_m, triangles[near]).min() <= slack_m:
            return True
    return False
