"""Labels against an independent tracer: brute force, float64, over the same triangles."""

from __future__ import annotations

import numpy as np
import pytest

from sdg.camera.brown_conrady import BrownConrady
from sdg.camera.rays import build_ray_table
from sdg.foundation.arrays import BoolArray, FloatArray
from sdg.foundation.transforms import rotation_xyz, scaling, translation, yaw
from sdg.render.mitsuba import create_renderer
from sdg.stage.asset import Mesh
from sdg.stage.builtin import build_asset
from sdg.stage.model import Body, Camera, Stage
from tests.render.mitsuba.small_world import body, box_mesh, camera, dome, light, only_view, plan_of, plane_mesh, stage

FOCAL_PX = 90.0
SIZE = (96, 72)
DISTORTIONS = {
    "none": BrownConrady(),
    "barrel": BrownConrady(k1=-0.25, k2=0.06),
    "pincushion": BrownConrady(k1=0.2),
    "tangential": BrownConrady(k1=-0.1, p1=0.01, p2=-0.02),
    "all five": BrownConrady(k1=-0.2, k2=0.08, p1=-0.004, p2=0.006, k3=-0.01),
}


def triangles_of(bodies: tuple[Body, ...]) -> tuple[FloatArray, np.ndarray]:
    """Corners, shape (T, 3, 3), world frame, and the entity id of each triangle."""
    corners, ids = [], []
    for index, item in enumerate(bodies):
        for part in item.parts:
            matrix = item.world_from_object
            world = part.mesh.vertices @ matrix[:3, :3].T + matrix[:3, 3]
            corners.append(world[part.mesh.faces])
            ids += [index + 1] * len(part.mesh.faces)
    return np.concatenate(corners), np.array(ids)


class BruteForce:
    """Every ray against every triangle, by the signed volumes that a ray spans with a triangle's edges."""

    def __init__(self, each: Stage, view: Camera) -> None:
        self.triangles, self.ids = triangles_of(each.bodies)
        self.rays = build_ray_table(view.lens)
        self.camera_directions = self.rays.centers.reshape(-1, 3)
        matrix = view.world_from_camera
        self.directions = self.camera_directions @ matrix[:3, :3].T
        self.near, self.far = view.clip_m
        a, b, c = (self.triangles[:, corner] - matrix[:3, 3] for corner in range(3))
        planes = [np.cross(first, second) for first, second in ((a, b), (b, c), (c, a))]
        volumes = np.stack([self.directions @ plane.T for plane in planes])
        self.margin_px = self.edge_margin(volumes, planes)
        inside: BoolArray = np.logical_or((volumes >= 0).all(axis=0), (volumes <= 0).all(axis=0))
        normals = np.cross(b - a, c - a)
        self.normals = normals / np.linalg.norm(normals, axis=1, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            t = (normals * a).sum(axis=1) / (self.directions @ normals.T)
        depth = t * self.camera_directions[:, 2:]
        inside &= (depth > self.near) & (depth < self.far) & (self.camera_directions[:, 2:] > 0)
        self.t = np.where(inside, t, np.inf)

    def edge_margin(self, volumes: FloatArray, planes: list[FloatArray]) -> FloatArray:
        """A lower bound on each ray's distance from each triangle's nearest edge plane [px], shape (N, T)."""
        lengths = np.stack([np.linalg.norm(plane, axis=1) for plane in planes])
        with np.errstate(divide="ignore", invalid="ignore"):
            angles = np.abs(volumes) / lengths[:, None, :]
        margin: FloatArray = angles.min(axis=0) * FOCAL_PX * 0.3
        return margin

    def nearest(self) -> tuple[np.ndarray, FloatArray, FloatArray]:
        first = self.t.argmin(axis=1)
        distance = self.t[np.arange(len(self.t)), first]
        hit = np.isfinite(distance)
        normals = np.where(hit[:, None], self.normals[first], 0.0)
        facing = np.where((normals * self.directions).sum(axis=1, keepdims=True) > 0, -normals, normals)
        return np.where(hit, self.ids[first], 0), distance, facing

    def is_clear(self) -> BoolArray:
        """Whether a ray is further than 1e-3 px from every edge, and its hits from the clip limits."""
        result: BoolArray = np.min(self.margin_px, axis=1) > 1e-3
        return result


def cluttered_stage(view: Camera, count: int = 14) -> Stage:
    rng = np.random.default_rng(5)
    bodies = [body("floor", plane_mesh(30.0), instance_id=0)]
    for index in range(count):
        place = translation((*rng.uniform(-2.0, 2.0, 2), rng.uniform(0.2, 1.8))) @ rotation_xyz(rng.uniform(0, 360, 3))
        if index % 2:
            mesh = box_mesh(rng.uniform(0.2, 1.0, 3))
        else:
            mesh = Mesh(rng.uniform(-0.8, 0.8, (12, 3)), np.arange(12, dtype=np.uint32).reshape(4, 3))
        bodies.append(body(f"thing{index}", mesh, place @ scaling((1.0, 1.1, 0.9)), instance_id=index + 1))
    return stage(bodies, [dome()], view, spp=1, max_depth=1)


@pytest.mark.parametrize("name", DISTORTIONS)
def test_labels_equal_those_of_a_float64_tracer_under_distortion(name: str) -> None:
    view = camera((3.0, -4.0, 2.5), (0.0, 0.0, 0.7), SIZE, FOCAL_PX, DISTORTIONS[name], clip_m=(0.1, 40.0))
    each = cluttered_stage(view)
    truth = BruteForce(each, view)
    ids, distance, normals = truth.nearest()
    renderer = create_renderer(plan_of(each), device="cpu")
    seen = only_view(renderer, each)
    renderer.close()
    clear: BoolArray = truth.is_clear() & seen.valid.ravel()
    assert clear.mean() > 0.9
    assert np.array_equal(seen.entity_ids.ravel()[clear], ids[clear])
    hit = clear & (ids > 0)
    depth = distance * truth.camera_directions[:, 2]
    assert np.allclose(seen.distance_m.ravel()[hit], distance[hit], rtol=1e-5, atol=0)
    assert np.allclose(seen.depth_z_m.ravel()[hit], depth[hit], rtol=1e-5, atol=0)
    assert np.isinf(seen.depth_z_m.ravel()[clear & (ids == 0)]).all()
    assert np.allclose(seen.normals.reshape(-1, 3)[hit], normals[hit], atol=1e-5)
    for entity, pixels in seen.unoccluded_px.items():
        alone = np.isfinite(truth.t[:, truth.ids == entity]).any(axis=1) & seen.valid.ravel()
        doubtful = ~truth.is_clear()
        assert abs(pixels - int(alone.sum())) <= int((alone & doubtful).sum()) + int(doubtful.sum())
        assert abs(pixels - int(alone.sum())) <= 2


def test_unoccluded_pixels_are_those_of_the_thing_rendered_alone() -> None:
    view = camera((3.0, -4.0, 2.5), (0.0, 0.0, 0.7), SIZE, FOCAL_PX)
    together = cluttered_stage(view)
    alone = [stage([item], [dome()], view, spp=1, max_depth=1) for item in together.bodies]
    renderer = create_renderer(plan_of(together), device="cpu")
    seen = only_view(renderer, together)
    assert set(seen.unoccluded_px) == set(range(2, len(together.bodies) + 1))
    for entity, pixels in seen.unoccluded_px.items():
        assert pixels == int((only_view(renderer, alone[entity - 1]).entity_ids == 1).sum())
        assert pixels >= int((seen.entity_ids == entity).sum())
    assert any(pixels > (seen.entity_ids == entity).sum() for entity, pixels in seen.unoccluded_px.items())
    renderer.close()


def test_what_is_nearer_than_the_near_limit_or_beyond_the_far_one_is_not_seen() -> None:
    """Three walls across the view at 1, 2 and 4 m; the limits leave only the middle one."""
    facing = rotation_xyz((90.0, 0.0, 0.0))
    walls = [
        body(f"wall{y}", plane_mesh(20.0), translation((0.0, y, 0.0)) @ facing, instance_id=index + 1)
        for index, y in enumerate((1.0, 2.0, 4.0))
    ]
    view = camera((0.0, 0.0, 0.0), (0.0, 1.0, 0.0), SIZE, 40.0, clip_m=(1.5, 3.0))
    each = stage(walls, [dome()], view, max_depth=2)
    renderer = create_renderer(plan_of(each), device="cpu")
    seen = only_view(renderer, each)
    assert (seen.entity_ids == 2).all()
    assert np.allclose(seen.depth_z_m, 2.0, rtol=1e-6)
    assert seen.unoccluded_px == {1: 0, 2: SIZE[0] * SIZE[1], 3: 0}
    far_only = stage(walls, [dome()], camera((0.0, 0.0, 0.0), (0.0, 1.0, 0.0), SIZE, 40.0, clip_m=(2.5, 3.0)))
    empty = only_view(renderer, far_only)
    assert not empty.entity_ids.any()
    assert np.isinf(empty.distance_m).all()
    assert np.allclose(empty.radiance, 100.0, rtol=1e-4)  # The dome, through all walls.
    renderer.close()


def test_two_identical_objects_keep_two_ids_and_a_lamp_has_none() -> None:
    bodies = [body(f"cube{x}", box_mesh(), translation((x, 3.0, 0.0)), instance_id=x + 2) for x in (-1, 1)]
    lamp = light("lamp", "sphere", translation((0.0, 3.0, 0.0)), luminance_nits=500.0, size_m=(0.3, 0.0))
    each = stage(bodies, [lamp], camera((0.0, 0.0, 0.0), (0.0, 1.0, 0.0), SIZE, FOCAL_PX))
    renderer = create_renderer(plan_of(each), device="cpu")
    seen = only_view(renderer, each)
    renderer.close()
    middle = seen.entity_ids[SIZE[1] // 2]
    left, centre, right = SIZE[0] // 2 - 30, SIZE[0] // 2, SIZE[0] // 2 + 30
    assert (middle[left], middle[centre], middle[right]) == (1, 0, 2)
    assert seen.depth_z_m[SIZE[1] // 2, centre] == pytest.approx(2.7, abs=2e-3)


def test_pixels_without_a_ray_are_black_and_empty() -> None:
    """A strong barrel lens has no ray for the corners of the picture."""
    folded = BrownConrady(k1=-0.6)
    view = camera((0.0, 0.0, 2.0), (0.0, 1.0, 0.0), SIZE, 50.0, folded)
    each = stage([body("floor", plane_mesh(40.0), yaw(10.0))], [dome()], view, denoise=True)
    renderer = create_renderer(plan_of(each), device="cpu")
    seen = only_view(renderer, each)
    renderer.close()
    assert 0.05 < (~seen.valid).mean() < 0.9
    assert not seen.radiance[~seen.valid].any()
    assert not seen.entity_ids[~seen.valid].any()
    assert np.isinf(seen.depth_z_m[~seen.valid]).all()
    assert not seen.normals[~seen.valid].any()
    assert (seen.radiance[seen.valid] > 0).all()


def test_no_ray_slips_through_between_two_triangles() -> None:
    """The near face's diagonal goes through the centres of pixels; what lies behind it is the far face, at 4.2 m."""
    view = camera((0.0, 0.0, 0.0), (0.0, 1.0, 0.0), SIZE, 80.0)
    (wall,) = build_asset("cube", (20.0, 0.2, 20.0)).parts
    each = stage([body("wall", wall.mesh, translation((0.0, 4.1, -10.0)))], [dome()], view)
    renderer = create_renderer(plan_of(each), device="cpu")
    seen = only_view(renderer, each)
    renderer.close()
    assert np.allclose(seen.depth_z_m, 4.0, rtol=1e-6)
