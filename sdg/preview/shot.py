"""One camera's picture of one frame, with all that can be shown of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sdg.annotate.cuboids import CORNER_SIGNS
from sdg.annotate.model import AnnotatedFrame, AnnotatedView, ObjectAnnotation
from sdg.annotate.motion import project_moving
from sdg.foundation.arrays import FloatArray, UInt8Array
from sdg.foundation.palette import Rgb, class_color, instance_shade, thing_color
from sdg.foundation.transforms import transform_points
from sdg.preview.colors import color_depth, color_ids, color_normals, mask_overlay
from sdg.stage.model import Category

# Pictures that a view is shown as, by name.
BASES = ("rgb", "depth", "semantic", "instance", "normals")

# The twelve edges of a box: pairs of corners whose numbers differ in one bit.
_EDGES = tuple((k, k | bit) for bit in (1, 2, 4) for k in range(8) if not k & bit)
_STEPS = 12  # a straight edge is a curve behind a lens; so many pieces show it as one


@dataclass(frozen=True, eq=False)
class SeenThing:
    """A thing with at least one visible pixel.

    Attributes:
        color: A shade of its class's colour.
        box: x, y, width, height of its visible pixels [px].
        edges: Its cuboid's edges as the lens bends them: runs of points, each of shape (N, 2) [px], corner origin.
        visible: Visible part of the pixels that it would cover alone, in (0, 1].
    """

    name: str
    label: str
    color: Rgb
    box: tuple[int, int, int, int]
    edges: tuple[FloatArray, ...]
    visible: float


@dataclass(frozen=True, eq=False)
class SeenClass:
    """A class that is in the picture, and the share of pixels that it has, in (0, 1]."""

    name: str
    color: Rgb
    share: float


@dataclass(frozen=True, eq=False)
class Shot:
    """A view, ready to be shown.

    Attributes:
        spp: Samples per pixel that it was traced with.
        pictures: By the names of `BASES`, shape (H, W, 3), uint8, sRGB; `masks` beside them, shape (H, W, 4).
        depth_ends_m: What the depth picture's scale goes from and to; None if nothing has depth.
    """

    camera: str
    spp: int
    pictures: Mapping[str, UInt8Array]
    things: tuple[SeenThing, ...]
    classes: tuple[SeenClass, ...]
    depth_ends_m: tuple[float, float] | None

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) [px]."""
        height, width = self.pictures["rgb"].shape[:2]
        return width, height


def build_shot(frame: AnnotatedFrame, view: AnnotatedView, categories: Sequence[Category], spp: int) -> Shot:
    """Return what can be shown of a view."""
    depth = color_depth(view.depth_m)
    by_id = {thing.instance_id: thing for thing in frame.objects}
    class_colors = {c.id: class_color(c.id, is_thing=c.is_thing) for c in categories}
    instance_colors = {number: thing_color(number) for number in by_id}
    # Masks and lines show classes, as the legend does; shades of them tell neighbours apart.
    shades = {number: instance_shade(thing.category_id, number) for number, thing in by_id.items()}
    return Shot(
        camera=view.camera.name,
        spp=spp,
        pictures={
            "rgb": view.rgb,
            "depth": depth.pixels,
            "semantic": color_ids(view.semantic, class_colors),
            "instance": color_ids(view.instance, instance_colors),
            "normals": color_normals(view.normals),
            "masks": mask_overlay(view.instance, shades),
        },
        things=tuple(
            SeenThing(
                name=by_id[seen.instance_id].name,
                label=by_id[seen.instance_id].label,
                color=shades[seen.instance_id],
                box=seen.bbox_xywh_px,
                edges=cuboid_edges(by_id[seen.instance_id], view),
                visible=seen.visibility,
            )
            for seen in view.instances
        ),
        classes=_classes(view, categories, class_colors),
        depth_ends_m=None if depth.near_m is None or depth.far_m is None else (depth.near_m, depth.far_m),
    )


def cuboid_edges(thing: ObjectAnnotation, view: AnnotatedView) -> tuple[FloatArray, ...]:
    """Return a thing's twelve cuboid edges in the picture, in runs of points that the lens sees, of two or more."""
    corners = CORNER_SIGNS * (np.asarray(thing.cuboid_size_m) / 2)
    ends = np.array([[corners[a], corners[b]] for a, b in _EDGES])
    parts = np.linspace(0.0, 1.0, _STEPS + 1)[:, None]
    points = ends[:, :1] + parts * (ends[:, 1:] - ends[:, :1])
    world = transform_points(thing.world_from_cuboid, points.reshape(-1, 3))
    pixels = project_moving(world, view.camera, thing.motion, thing.world_from_object).reshape(len(_EDGES), -1, 2)
    return tuple(run for edge in pixels for run in _seen_runs(edge, view.camera.lens.resolution))


def _seen_runs(points: FloatArray, size: tuple[int, int]) -> list[FloatArray]:
    """Return the runs of points that are seen, and not absurdly far outside the picture."""
    reach = 4 * max(size)
    seen = np.isfinite(points).all(axis=1) & (np.abs(np.nan_to_num(points)) < reach).all(axis=1)
    # A panorama's edge goes on at the other side of the picture.
    jumps = np.abs(np.diff(np.nan_to_num(points[:, 0]))) > size[0] / 2
    breaks = np.flatnonzero(np.diff(seen.astype(np.int8)).astype(bool) | jumps) + 1
    runs = zip(np.split(points, breaks), np.split(seen, breaks), strict=True)
    return [run for run, ok in runs if ok[0] and len(run) > 1]


def _classes(view: AnnotatedView, categories: Sequence[Category], colors: Mapping[int, Rgb]) -> tuple[SeenClass, ...]:
    counts = np.bincount(view.semantic.ravel(), minlength=len(categories) + 1)
    return tuple(
        SeenClass(category.name, colors[category.id], float(counts[category.id] / view.semantic.size))
        for category in categories
        if counts[category.id]
    )
