"""Parts of things in every pixel, against an independent tracer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sdg.camera.rays import build_ray_table
from sdg.foundation.transforms import rotation_xyz, translation, yaw
from sdg.render.mitsuba import create_renderer
from sdg.stage.asset import Mesh, Part
from sdg.stage.model import Body, Camera, Stage
from tests.render.mitsuba.small_world import WHITE, body, box_mesh, camera, dome, only_view, plan_of, plane_mesh, stage
from tests.render.mitsuba.test_labels import FOCAL_PX, SIZE, BruteForce

EMPTY = Mesh(np.zeros((0, 3)), np.zeros((0, 3), np.uint32))


def in_pieces(item: Body, seed: int) -> Body:
    """Return a thing of four boxes in different places, of which the second part has no triangle."""
    rng = np.random.default_rng(seed)
    parts = [Part("whole", box_mesh(rng.uniform(0.2, 0.5, 3)), WHITE), Part("none", EMPTY, WHITE)]
    for name in ("arm", "leg"):
        box = box_mesh(rng.uniform(0.1, 0.6, 3))
        parts.append(Part(name, Mesh(box.vertices + rng.uniform(-0.4, 0.4, 3), box.faces), WHITE))
    return replace(item, parts=tuple(parts))


def world(view: Camera) -> Stage:
    things = [body("floor", plane_mesh(30.0), instance_id=0)]
    for index, (x, y) in enumerate(((0.0, 0.0), (0.8, 0.6), (-0.9, 0.3), (0.1, 1.2))):
        place = translation((x, y, 0.6)) @ yaw(37.0 * index) @ rotation_xyz((10.0 * index, 20.0, 0.0))
        things.append(in_pieces(body(f"thing{index}", box_mesh(), place, instance_id=index + 1), index))
    each = stage(things, [dome()], view, spp=1, max_depth=1)
    return replace(each, settings=replace(each.settings, parts=True))


class PartsByForce(BruteForce):
    """Ids are 100 x entity id + part number."""

    def __init__(self, each: Stage, view: Camera) -> None:
        super().__init__(each, view)
        numbers = [
            100 * entity + number
            for entity, item in enumerate(each.bodies, start=1)
            for number, part in enumerate(item.parts, start=1)
            for _ in part.mesh.faces
        ]
        self.ids = np.array(numbers)


def test_the_part_in_a_pixel_is_that_of_a_float64_tracer() -> None:
    view = camera((2.4, -3.0, 2.2), (0.0, 0.4, 0.6), SIZE, FOCAL_PX, clip_m=(0.1, 40.0))
    each = world(view)
    truth = PartsByForce(each, view)
    found, _, _ = truth.nearest()
    renderer = create_renderer(plan_of(each), device="cpu")
    seen = only_view(renderer, each)
    renderer.close()
    assert seen.part_numbers is not None
    assert seen.part_numbers.dtype == np.uint32
    clear = truth.is_clear()
    assert clear.mean() > 0.9
    codes = 100 * seen.entity_ids.astype(np.int64) + seen.part_numbers
    assert np.array_equal(codes.ravel()[clear], found[clear])
    # Things in front of things and parts in front of parts: otherwise little is proved.
    assert len(np.unique(found[clear])) >= 10


def test_asking_for_parts_changes_nothing_else() -> None:
    view = camera((2.4, -3.0, 2.2), (0.0, 0.4, 0.6), SIZE, FOCAL_PX)
    each = world(view)
    plain = replace(each, settings=replace(each.settings, parts=False))
    renderer = create_renderer(plan_of(each), device="cpu")
    with_parts, without = only_view(renderer, each), only_view(renderer, plain)
    renderer.close()
    assert without.part_numbers is None
    for name in ("radiance", "entity_ids", "depth_z_m", "distance_m", "normals"):
        assert np.array_equal(getattr(with_parts, name), getattr(without, name)), name


def test_where_the_lens_sees_nothing_there_is_no_part() -> None:
    view = camera((0.0, -3.0, 0.6), (0.0, 0.0, 4.0), SIZE, FOCAL_PX)
    each = world(view)
    renderer = create_renderer(plan_of(each), device="cpu")
    seen = only_view(renderer, each)
    renderer.close()
    assert seen.part_numbers is not None
    assert (seen.entity_ids == 0).any()
    assert np.array_equal(seen.part_numbers == 0, seen.entity_ids == 0)
    assert build_ray_table(view.lens).valid.all()
