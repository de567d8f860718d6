"""What motion during the exposure does to labels: how far points move, where corners are met, how far slices err.

Times are in seconds from the middle of the exposure of the picture's middle row.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sdg.foundation.arrays import BoolArray, Float32Array, FloatArray, UInt32Array
from sdg.foundation.rigid_motion import RigidMotion
from sdg.foundation.transforms import box_corners, invert_rigid, transform_points
from sdg.render.api import RenderedView
from sdg.stage.model import Body, Camera

_ROUNDS = 30
_CONVERGED_S = 1e-12


def project_moving(
    points_m: FloatArray, camera: Camera, motion: RigidMotion | None, world_from_body: FloatArray
) -> FloatArray:
    """Return where points of a body appear, each at the time when its row is exposed.

    Args:
        points_m: Where they are at time 0, shape (N, 3), world frame [m].
        camera: Which sees them.
        motion: Of the body; None is rest.
        world_from_body: The body's pose at time 0.

    Returns:
        shape (N, 2), float64 [px]; NaN where the lens doesn't see the point, or no row meets it.
    """
    times = np.zeros(len(points_m))
    pixels = _seen_at(points_m, camera, motion, world_from_body, times)
    if not camera.shutter.is_rolling:
        return pixels
    for _ in range(_ROUNDS):
        expected = np.where(np.isnan(pixels[:, 1]), 0.0, camera.shutter.time_at_s(pixels[:, 1]))
        change = np.abs(expected - times)
        times = expected
        pixels = _seen_at(points_m, camera, motion, world_from_body, times)
        if (change < _CONVERGED_S).all():
            break
    return np.where((change < camera.shutter.line_time_s * 1e-3)[:, None], pixels, np.nan)


def _seen_at(
    points_m: FloatArray, camera: Camera, motion: RigidMotion | None, world_from_body: FloatArray, times_s: FloatArray
) -> FloatArray:
    """Return where points of a body appear at given times; `points_m` are their places at time 0."""
    if motion is not None:
        points_m = motion.carry(points_m, world_from_body, np.zeros_like(times_s), times_s)
    return _project(points_m, camera, times_s)


def _project(points_m: FloatArray, camera: Camera, times_s: FloatArray) -> FloatArray:
    """Return where places in the world appear to the camera as it is at given times, shape (N, 2) [px]."""
    if camera.motion is not None:
        points_m = camera.motion.carry(points_m, camera.world_from_camera, times_s, np.zeros_like(times_s))
    pixels, _ = camera.lens.project(transform_points(invert_rigid(camera.world_from_camera), points_m))
    return pixels


def motion_vectors(view: RenderedView, camera: Camera, bodies: Sequence[Body]) -> Float32Array:
    """Return how far what each centre ray meets moves across the picture while the pixel's row is exposed.

    Args:
        view: The truth per pixel.
        camera: Of the view.
        bodies: Of the stage; entity id i + 1 is `bodies[i]`.

    Returns:
        shape (H, W, 2), float32 [px]: to the right and down, from the beginning of the row's exposure to its end. NaN
        where there is no ray, or the lens loses the point on its way. What was not hit is infinitely far away. Over
        the seam of a panorama they lead the short way round, out of the picture.
    """
    height, width = view.entity_ids.shape
    result = np.zeros((height, width, 2), np.float32)
    result[~view.valid] = np.nan
    movers = np.array([False, *(body.motion is not None for body in bodies)])
    affected = view.valid & (True if camera.motion is not None else movers[view.entity_ids])
    if affected.any():
        places, rows = meeting_points(view, camera, affected)
        ids = view.entity_ids[affected]
        ends = [_moved(places, rows, ids, camera, bodies, sign * camera.shutter.open_s / 2) for sign in (-1.0, 1.0)]
        moved = ends[1] - ends[0]
        if camera.lens.model == "equirectangular":
            moved[:, 0] -= width * np.round(moved[:, 0] / width)
        result[affected] = moved
    return result


def _moved(
    places_m: FloatArray, times_s: FloatArray, ids: UInt32Array, camera: Camera, bodies: Sequence[Body], later_s: float
) -> FloatArray:
    """Return where points appear some time later than they were met, shape (N, 2) [px]."""
    there, then = places_m.copy(), times_s + later_s
    for entity in np.unique(ids[ids > 0]).tolist():
        body = bodies[entity - 1]
        if body.motion is not None:
            own = ids == entity
            there[own] = body.motion.carry(places_m[own], body.world_from_object, times_s[own], then[own])
    return _project(there, camera, then)


def meeting_points(view: RenderedView, camera: Camera, chosen: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return where the centre rays of chosen pixels end, shape (N, 3), world frame [m], and their times, shape (N,).

    Pixels go row by row; where nothing was hit, the end is a thousand times the farthest visible depth away.
    """
    rows, columns = np.nonzero(chosen)
    centers = np.stack([columns + 0.5, rows + 0.5], axis=1)
    distance = view.distance_m[chosen].astype(np.float64)
    points = _along(camera, centers, np.where(np.isfinite(distance), distance, camera.clip_m[1] * 1e3))
    times = camera.shutter.time_at_s(centers[:, 1])
    places = transform_points(camera.world_from_camera, points)
    if camera.motion is not None:
        places = camera.motion.carry(places, camera.world_from_camera, np.zeros_like(times), times)
    return places, times


def _along(camera: Camera, pixels: FloatArray, distance_m: FloatArray) -> FloatArray:
    """Return points on the rays through positions, shape (N, 3), camera frame [m]; NaN where there is no ray."""
    directions, _ = camera.lens.unproject(pixels)
    origins = camera.lens.origins_m(pixels)
    points: FloatArray = directions * distance_m[:, None]
    return points if origins is None else points + origins


def slice_error_px(view: RenderedView, camera: Camera, bodies: Sequence[Body]) -> float:
    """Return a bound on how far from its true place anything moving is drawn or labelled, to first order [px].

    Things stand still for `view.time_step_s`, where they are in the middle of it, so that they are at most half of it
    ahead or behind. The greatest over the visible pixels of moving things; 0 where none is seen.
    """
    if view.time_step_s == 0.0:
        return 0.0
    greatest = 0.0
    for index, body in enumerate(bodies):
        seen = view.valid & (view.entity_ids == index + 1)
        if body.motion is not None and seen.any():
            corners = transform_points(body.world_from_object, box_corners(body.bounds_m))
            reach = np.linalg.norm(corners - body.motion.world_center_m(body.world_from_object), axis=1).max()
            shift = body.motion.farthest_m(float(reach), view.time_step_s / 2)
            greatest = max(greatest, shift * _finest_px_per_m(view, camera, seen))
    return greatest


def _finest_px_per_m(view: RenderedView, camera: Camera, seen: BoolArray) -> float:
    """Return how many pixels a metre across the line of sight covers, in the pixel where it covers most."""
    rows, columns = np.nonzero(seen)
    centers = np.stack([columns + 0.5, rows + 0.5], axis=1)
    distance = view.distance_m[seen].astype(np.float64)
    here, right, below = (_along(camera, centers + step, distance) for step in ((0, 0), (0.5, 0), (0, 0.5)))
    across, down = 2 * (right - here), 2 * (below - here)
    a, b, c = ((p * q).sum(axis=1) for p, q in ((across, across), (across, down), (down, down)))
    least = (a + c) / 2 - np.sqrt(((a - c) / 2) ** 2 + b * b)  # the smaller eigenvalue of the Gram matrix
    known = least[np.isfinite(least) & (least > 0)]
    return float(1.0 / np.sqrt(known.min())) if len(known) else 0.0
