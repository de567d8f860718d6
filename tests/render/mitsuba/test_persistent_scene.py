"""One scene serves every frame and remembers none of them; directions and textures come out the right way round."""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import UInt8Array
from sdg.foundation.transforms import rotation_xyz, translation, yaw
from sdg.render.mitsuba import create_renderer
from sdg.stage.asset import Material, Mesh, Texture
from sdg.stage.model import Light, Stage
from tests.render.mitsuba.small_world import (
    IDENTITY,
    WHITE,
    body,
    box_mesh,
    camera,
    dome,
    light,
    luminance,
    only_view,
    plan_of,
    plane_mesh,
    stage,
)

RED, GREEN, BLUE = (0.8, 0.05, 0.05), (0.05, 0.8, 0.05), (0.05, 0.05, 0.8)
AHEAD = camera((0.0, 0.0, 0.0), (0.0, 1.0, 0.0))


def checker(rng: np.random.Generator) -> Texture:
    pixels: UInt8Array = rng.integers(0, 255, (8, 8, 3)).astype(np.uint8)
    return Texture(pixels, "srgb")


def varied_frames() -> list[Stage]:
    """Four frames whose objects, shapes, materials, lamps and sky all differ, some of them absent."""
    frames = []
    texture = checker(np.random.default_rng(0))
    for index in range(4):
        rng = np.random.default_rng(index)
        bodies = [body("floor", plane_mesh(10.0), translation((0, 0, -1)), instance_id=0)]
        for number in range(index + 1):
            corners = rng.uniform(-0.5, 0.5, (6 + 3 * index, 3))
            faces = np.arange(len(corners), dtype=np.uint32).reshape(-1, 3)
            mesh = box_mesh() if number % 2 else Mesh(corners, faces)
            color = tuple(rng.uniform(0.1, 0.9, 3))
            material = Material("m", color, specular=float(rng.uniform(0.1, 0.9)), metallic=float(number % 2))
            place = translation(rng.uniform((-1, 3, -0.5), (1, 5, 1))) @ yaw(rng.uniform(0, 360))
            bodies.append(body(f"thing{number}", mesh, place, material, instance_id=number + 1))
        textured = Material("t", tuple(rng.uniform(0.5, 1.0, 3)), base_color_texture=texture)
        bodies.append(
            body("card", plane_mesh(1.0), translation((0, 3, 0)) @ yaw(40.0 * index), textured, instance_id=9)
        )
        lights = [dome(float(rng.uniform(50, 200)))]
        if index != 1:
            place = translation((rng.uniform(-1, 1), 3.0, 2.0))
            lights.append(light("lamp", "rect", place, luminance_nits=float(rng.uniform(1e3, 1e4))))
        frames.append(stage(bodies, lights, AHEAD, spp=4, denoise=True, frame_index=index))
    return frames


def as_bytes(each: Stage, frames: list[Stage], before: list[int], threads: int | None = None) -> list[bytes]:
    renderer = create_renderer(plan_of(*frames), device="cpu", threads=threads)
    for index in before:
        renderer.render(frames[index])
    seen = only_view(renderer, each)
    renderer.close()
    return [
        seen.radiance.tobytes(),
        seen.entity_ids.tobytes(),
        seen.depth_z_m.tobytes(),
        seen.distance_m.tobytes(),
        seen.normals.tobytes(),
        repr(seen.unoccluded_px).encode(),
    ]


def test_a_frame_is_the_same_to_the_byte_alone_after_others_and_on_one_thread() -> None:
    frames = varied_frames()
    for last in (3, 1):
        alone = as_bytes(frames[last], frames, [])
        assert as_bytes(frames[last], frames, [0, 1, 2]) == alone
        assert as_bytes(frames[last], frames, [3, 3, 0], threads=1) == alone
    assert as_bytes(frames[0], frames, []) != as_bytes(frames[1], frames, [])


def test_a_later_frame_compiles_no_new_kernel() -> None:
    import drjit as dr

    frames = varied_frames()
    renderer = create_renderer(plan_of(*frames), device="cpu")
    renderer.render(frames[3])
    with dr.scoped_set_flag(dr.JitFlag.KernelHistory, True):
        dr.kernel_history_clear()
        for index in (0, 1, 2):
            renderer.render(frames[index])
        misses = [entry for entry in dr.kernel_history() if not entry.get("cache_hit", True)]
    renderer.close()
    assert misses == []


def test_what_a_frame_lacks_is_not_seen() -> None:
    frames = varied_frames()
    empty = stage([], [dome(80.0)], AHEAD, frame_index=9)
    renderer = create_renderer(plan_of(*frames, empty), device="cpu")
    renderer.render(frames[3])
    seen = only_view(renderer, empty)
    renderer.close()
    assert not seen.entity_ids.any()
    assert np.allclose(seen.radiance, 80.0, rtol=1e-4)


def test_red_on_the_right_green_on_the_left_blue_on_top() -> None:
    """Looking along world +Y with Z up, +X is on the right."""
    at = {"red": (2.0, 6.0, 0.0), "green": (-2.0, 6.0, 0.0), "blue": (0.0, 6.0, 1.5)}
    colors = {"red": RED, "green": GREEN, "blue": BLUE}
    bodies = [
        body(name, box_mesh(), translation(at[name]), Material(name, colors[name], specular=0.0), instance_id=index + 1)
        for index, name in enumerate(at)
    ]
    renderer = create_renderer(plan_of(each := stage(bodies, [dome()], AHEAD, spp=16)), device="cpu")
    seen = only_view(renderer, each)
    renderer.close()
    for row, column, channel in ((12, 27, 0), (12, 5, 1), (3, 16, 2)):
        assert seen.entity_ids[row, column] == channel + 1
        assert seen.radiance[row, column].argmax() == channel


def test_a_texture_has_its_first_row_at_the_top_and_zero_zero_at_the_bottom_left() -> None:
    """A card that stands facing the camera: u to the right, v up. Top row red green, bottom row blue white."""
    pixels = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 255, 255]]], np.uint8).repeat(8, 0).repeat(8, 1)
    material = Material("t", (1.0, 1.0, 1.0), base_color_texture=Texture(pixels, "srgb"), specular=0.0)
    standing = translation((0.0, 2.0, 0.0)) @ rotation_xyz((90.0, 0.0, 0.0))
    each = stage([body("card", plane_mesh(1.4), standing, material)], [dome()], AHEAD, spp=16)
    renderer = create_renderer(plan_of(each), device="cpu")
    seen = only_view(renderer, each).radiance
    renderer.close()
    quarters = {(8, 12): RED, (8, 20): GREEN, (16, 12): BLUE}
    for (row, column), color in quarters.items():
        assert seen[row, column].argmax() == int(np.argmax(color))
        assert seen[row, column].max() > 20 * np.sort(seen[row, column])[1]
    assert seen[16, 20].min() > 60.0


def test_metre_textures_repeat_by_their_size_and_tiles_do_not() -> None:
    """Half black, half white per repeat of 0.5 m, on a 2 m card: the same mean as once per card, but four stripes."""
    pixels = np.zeros((8, 8, 3), np.uint8)
    pixels[:, 4:] = 255
    texture = Texture(pixels, "srgb")
    standing = translation((0.0, 2.0, 0.0)) @ rotation_xyz((90.0, 0.0, 0.0))
    stripes = []
    for unit in ("metre", "tile"):
        material = Material("t", WHITE.base_color, base_color_texture=texture, texture_size_m=(0.5, 0.5), specular=0.0)
        item = body("card", plane_mesh(2.0, uv_unit=unit), standing, material)
        each = stage([item], [dome()], camera((0, 0, 0), (0, 1, 0), (64, 8), 64.0), spp=16)
        renderer = create_renderer(plan_of(each), device="cpu")
        row = only_view(renderer, each).radiance[4, :, 1] > 40.0
        renderer.close()
        stripes.append(int((row[1:] & ~row[:-1]).sum()))
    assert stripes == [4, 1]


def test_a_normal_texture_leans_the_surface_towards_u_and_v() -> None:
    """Blue-right leans to +u: it catches a light from +u and misses one from -u; likewise green to +v."""
    lean = 90
    texture = {
        "u": Texture(np.full((4, 4, 3), (128 + lean, 128, 218), np.uint8), "linear"),
        "v": Texture(np.full((4, 4, 3), (128, 128 + lean, 218), np.uint8), "linear"),
    }
    towards = {"u": (0.0, 45.0, 0.0), "v": (-45.0, 0.0, 0.0)}
    above = camera((0.0, 0.0, 2.0), (0.0, 0.0, 0.0))
    for axis, angles in towards.items():
        material = Material("n", WHITE.base_color, normal_texture=texture[axis], specular=0.0)
        seen = []
        for sign in (1.0, -1.0):
            turn = rotation_xyz([sign * angle for angle in angles])
            sun = light("sun", "distant", turn, illuminance_lx=1000.0)
            each = stage([body("floor", plane_mesh(8.0), IDENTITY, material)], [sun], above, spp=4)
            renderer = create_renderer(plan_of(each), device="cpu")
            seen.append(float(luminance(only_view(renderer, each).radiance).mean()))
            renderer.close()
        assert seen[0] > 2 * seen[1]


def test_a_single_sheet_looks_the_same_from_both_sides() -> None:
    turned = [IDENTITY, rotation_xyz((180.0, 0.0, 0.0))]
    means = []
    for side in turned:
        each = stage([body("sheet", plane_mesh(8.0), side)], [dome()], camera((0, 0, 2), (0, 0, 0)), spp=16)
        renderer = create_renderer(plan_of(each), device="cpu")
        means.append(float(only_view(renderer, each).radiance.mean()))
        renderer.close()
    assert means[0] > 70.0
    assert abs(means[0] - means[1]) < 0.01 * means[0]


def sky_color(lights: list[Light], towards: tuple[float, float, float]) -> list[float]:
    each = stage([], lights, camera((0, 0, 0), towards, (4, 4), 40.0), spp=4)
    renderer = create_renderer(plan_of(each), device="cpu")
    seen = only_view(renderer, each).radiance.mean(axis=(0, 1))
    renderer.close()
    return [float(value) for value in seen]


def test_a_dome_texture_faces_as_documented_and_turns_with_its_light() -> None:
    """From the left edge: +Y, +X (u = 0.25), -Y (0.5), -X (0.75); the top row is +Z."""
    texture = np.zeros((64, 128, 3), np.float32)
    texture[:, 24:40, 0] = 1.0  # u = 0.25
    texture[:, 56:72, 1] = 1.0  # u = 0.5
    texture[:, 88:104, 2] = 1.0  # u = 0.75
    texture[:8] = 5.0
    painted = [dome(10.0, texture=texture, texture_key="painted")]
    assert np.allclose(sky_color(painted, (1, 0, 0)), (10, 0, 0), atol=0.01)
    assert np.allclose(sky_color(painted, (0, -1, 0)), (0, 10, 0), atol=0.01)
    assert np.allclose(sky_color(painted, (-1, 0, 0)), (0, 0, 10), atol=0.01)
    assert np.allclose(sky_color(painted, (0, 1, 0)), 0.0, atol=0.01)
    assert np.allclose(sky_color(painted, (0, 1e-4, 1)), 50.0, atol=0.1)
    turned = [light("dome", "dome", yaw(90.0), luminance_nits=10.0, texture=texture, texture_key="painted")]
    assert np.allclose(sky_color(turned, (0, 1, 0)), (10, 0, 0), atol=0.01)
    mixed = [*turned, light("fill", "dome", luminance_nits=1.0)]
    assert np.allclose(sky_color(mixed, (0, 1, 0)), (11, 1, 1), atol=0.05)


def test_an_invisible_lamp_lights_but_is_not_seen() -> None:
    def look(visible: bool) -> tuple[float, float, int]:
        lamp = light(
            "lamp", "sphere", translation((0, 2, 0)), luminance_nits=9000.0, size_m=(0.2, 0.0), visible=visible
        )
        wall = body("wall", plane_mesh(8.0), translation((0, 3, 0)) @ rotation_xyz((90.0, 0.0, 0.0)))
        each = stage([wall], [lamp], AHEAD, spp=16)
        renderer = create_renderer(plan_of(each), device="cpu")
        seen = only_view(renderer, each)
        renderer.close()
        return float(seen.radiance[12, 16, 1]), float(seen.radiance[2, 2, 1]), int(seen.entity_ids[12, 16])

    bright, lit, nothing = look(visible=True)
    behind, also_lit, wall = look(visible=False)
    assert abs(bright - 9000.0) < 1.0
    assert nothing == 0
    assert wall == 1
    assert 0.0 < behind < 4500.0
    assert abs(lit - also_lit) < 0.1 * lit


def test_a_plan_without_any_light_renders_black_with_labels() -> None:
    """Mitsuba refuses a scene whose lights all have no weight, and without lamps only the dark light is left."""
    dark = stage([body("card", plane_mesh(1.0), translation((0, 3, 0)) @ rotation_xyz((90, 0, 0)))], [], AHEAD, spp=1)
    view = only_view(create_renderer(plan_of(dark), device="cpu"), dark)
    assert not view.radiance.any()
    assert view.entity_ids.any()
