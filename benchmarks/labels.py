"""Labels of the warehouse against an independent float64 tracer, five lenses: `python -m benchmarks.labels`.

The tracer below shares nothing with the renderer but the triangles: it intersects each triangle with the centre rays
that pass near it, in the plane z = 1 of the camera, and keeps the nearest hit.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.scenes import WAREHOUSE, Bench, with_samples
from sdg.camera.brown_conrady import BrownConrady
from sdg.camera.lens import LensOpenCvPinhole
from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import invert_rigid, transform_points
from sdg.stage.model import Stage

LENSES = {
    "no distortion": BrownConrady(),
    "mild barrel": BrownConrady(-0.1, 0.01),
    "strong barrel": BrownConrady(-0.28340811, 0.07395907, 0.00019359, 1.76187114e-05),
    "pincushion": BrownConrady(0.15, 0.05),
    "tangential": BrownConrady(-0.05, 0.0, 0.01, -0.008, 0.002),
}
_EDGE_PX = 1e-3
_CELLS = 160


@dataclass
class Truth:
    """What the tracer found per ray: depth along z [m], entity, and whether an edge is too near to tell."""

    depth_z_m: FloatArray
    entity: FloatArray
    grazing: FloatArray


def camera_triangles(stage: Stage) -> tuple[FloatArray, FloatArray]:
    """Return every triangle of a stage in the camera's frame, shape (T, 3, 3), and its entity id, shape (T,)."""
    camera_from_world = invert_rigid(stage.cameras[0].world_from_camera)
    corners, owners = [], []
    for entity, body in enumerate(stage.bodies, 1):
        for part in body.parts:
            # The renderer holds vertices in single precision; so that the same triangles are compared, so do we.
            world = transform_points(body.world_from_object, part.mesh.vertices).astype(np.float32).astype(np.float64)
            vertices = transform_points(camera_from_world, world)
            corners.append(vertices[part.mesh.faces])
            owners.append(np.full(len(part.mesh.faces), entity))
    return np.concatenate(corners), np.concatenate(owners)


def within_view(
    corners: FloatArray, owners: FloatArray, low: FloatArray, high: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Drop triangles that lie behind the camera, or beside the rectangle `low` to `high` of the plane z = 1."""
    z = corners[:, :, 2:]
    ahead = (z > 1e-6).any(axis=(1, 2))
    beside = (corners[:, :, :2] < low * z).all(axis=1) | (corners[:, :, :2] > high * z).all(axis=1)
    kept = ahead & ~beside.any(axis=1)
    return corners[kept], owners[kept]


def trace(stage: Stage) -> Truth:
    """Trace the centre rays of the first camera in float64."""
    camera = stage.cameras[0]
    lens = camera.lens
    assert isinstance(lens, LensOpenCvPinhole)
    width, height = lens.resolution
    grid = np.stack(np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5), axis=-1).reshape(-1, 2)
    directions, valid = lens.unproject(grid)
    rays = np.where(valid[:, None], directions[:, :2] / directions[:, 2:], np.inf)
    near, far = camera.clip_m
    finite = rays[valid]
    low, high = finite.min(axis=0), finite.max(axis=0)
    cell_size = (high - low) / _CELLS
    cells = np.clip(((np.where(valid[:, None], rays, low) - low) / cell_size).astype(int), 0, _CELLS - 1)
    order = np.argsort(cells[:, 1] * _CELLS + cells[:, 0], kind="stable")
    order = order[valid[order]]
    starts = np.searchsorted(cells[order, 1] * _CELLS + cells[order, 0], np.arange(_CELLS * _CELLS + 1))

    depth = np.full(len(rays), np.inf)
    entity = np.zeros(len(rays), int)
    edge_depth = np.full(len(rays), np.inf)
    corners, owners = camera_triangles(stage)
    corners, owners = within_view(corners, owners, low, high)
    for triangle, owner in zip(corners, owners, strict=True):
        if (triangle[:, 2] < 1e-6).all():
            continue
        if (triangle[:, 2] < 1e-6).any():
            first, last = np.zeros(2, int), np.full(2, _CELLS - 1)
        else:
            flat = triangle[:, :2] / triangle[:, 2:]
            first = np.floor((flat.min(axis=0) - low) / cell_size).astype(int) - 1
            last = np.floor((flat.max(axis=0) - low) / cell_size).astype(int) + 1
            if (last < 0).any() or (first >= _CELLS).any():
                continue
            first, last = np.clip(first, 0, _CELLS - 1), np.clip(last, 0, _CELLS - 1)
        rows = np.arange(first[1], last[1] + 1) * _CELLS
        chosen = np.concatenate([order[starts[row + first[0]] : starts[row + last[0] + 1]] for row in rows])
        if not len(chosen):
            continue
        ray = np.column_stack([rays[chosen], np.ones(len(chosen))])
        a, b, c = triangle
        # Signed volumes: positive on the inner side of each edge plane through the eye.
        sides = np.stack([ray @ np.cross(a, b), ray @ np.cross(b, c), ray @ np.cross(c, a)], axis=1)
        lengths = np.stack([np.linalg.norm(np.cross(p, q)[:2]) for p, q in ((a, b), (b, c), (c, a))])
        normal = np.cross(b - a, c - a)
        slope = ray @ normal
        with np.errstate(divide="ignore", invalid="ignore"):
            z = (a @ normal) / slope
            distance_px = np.abs(sides) / np.maximum(lengths, 1e-30) * lens.fx
        inside = (sides >= 0).all(axis=1) | (sides <= 0).all(axis=1)
        hit = inside & (z > near) & (z < far)
        close = (distance_px < _EDGE_PX).any(axis=1)
        nearer = hit & (z < depth[chosen])
        depth[chosen[nearer]] = z[nearer]
        entity[chosen[nearer]] = owner
        # Within a thousandth of a pixel of an edge's line, and of the triangle: whether it is hit can't be told.
        sign = np.sign(sides.sum(axis=1))[:, None]
        loose = close & ((sides * sign >= 0) | (distance_px < _EDGE_PX)).all(axis=1)
        reach = chosen[loose]
        at = np.where(np.isfinite(z[loose]) & (z[loose] > 0), z[loose], 0.0)
        edge_depth[reach] = np.minimum(edge_depth[reach], at)
    grazing = edge_depth <= depth * (1 + 1e-3)
    shape = (height, width)
    return Truth(depth.reshape(shape), entity.reshape(shape), (grazing | ~valid).reshape(shape))


def main() -> None:
    """Compare one frame under each lens."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frame", type=int, default=3)
    frame_index = parser.parse_args().frame
    bench = Bench(WAREHOUSE, [])
    base = with_samples(bench.stage(frame_index), 1, denoise=False, tracer_seed=0)
    for name, distortion in LENSES.items():
        camera = base.cameras[0]
        lens = replace(camera.lens, distortion=distortion)  # type: ignore[type-var]
        stage = replace(base, cameras=(replace(camera, lens=lens),))
        view = bench.renderer.render(stage).views[camera.name]
        truth = trace(stage)
        sure = ~truth.grazing
        wrong = int((view.entity_ids != truth.entity)[sure].sum())
        both = sure & np.isfinite(truth.depth_z_m) & (view.entity_ids == truth.entity)
        error = np.abs(view.depth_z_m[both] / truth.depth_z_m[both] - 1).max()
        print(
            f"{name:<14} {sure.sum()} of {sure.size} pixels more than {_EDGE_PX} px from an edge; "
            f"wrong ids {wrong}; largest relative depth error {error:.1e}",
            flush=True,
        )


if __name__ == "__main__":
    main()
