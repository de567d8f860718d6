"""The pure half: textures packed, bodies joined, lights placed; no Mitsuba involved."""

from __future__ import annotations

import numpy as np
import pytest

from sdg.foundation.arrays import Float32Array, FloatArray, UInt32Array
from sdg.foundation.transforms import scaling, translation
from sdg.render.mitsuba import atlas as atlas_module
from sdg.render.mitsuba.atlas import Atlas
from sdg.render.mitsuba.environment import map_directions, sample_latlong
from sdg.render.mitsuba.world import merge_bodies
from sdg.stage.asset import Material, Mesh, Texture
from tests.render.mitsuba.small_world import body, box_mesh, plane_mesh


def packed_alone(material: Material) -> UInt32Array:
    """Return a material's texels."""
    ((first, width, height),) = places((atlas := Atlas()).rows([material]))
    assert first == 0
    return atlas.words.reshape(height, width, 2)


def unpacked_color(words: UInt32Array) -> FloatArray:
    root = np.stack([words & 0x7FF, (words >> 11) & 0x7FF, words >> 22], axis=-1) / (2047.0, 2047.0, 1023.0)
    squared: FloatArray = root**2
    return squared


def test_every_srgb_level_survives_packing_within_half_a_level() -> None:
    levels = np.arange(256)
    pixels = np.repeat(levels.astype(np.uint8).reshape(1, 256, 1), 3, axis=2)
    packed = packed_alone(Material("m", base_color_texture=Texture(pixels, "srgb")))
    linear = unpacked_color(packed[0, :, 0])
    encoded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055)
    assert np.abs(encoded * 255 - levels[:, None]).max() < 0.5


def test_textures_of_different_sizes_share_one_grid_bottom_row_first() -> None:
    color = Texture(np.array([[[255], [0]]], np.uint8), "linear")
    rough = Texture(np.array([[[10]], [[20]]], np.uint8), "linear")
    packed = packed_alone(Material("m", base_color_texture=color, roughness_texture=rough))
    assert packed.shape == (2, 2, 2)
    assert unpacked_color(packed[..., 0])[..., 0].tolist() == [[1.0, 0.0], [1.0, 0.0]]
    assert (packed[..., 1] & 0xFF).tolist() == [[20, 20], [10, 10]]
    assert ((packed[..., 1] >> 8) & 0xFF).tolist() == [[255, 255], [255, 255]]
    assert not (packed[..., 1] >> 16).any()


def places(rows: Float32Array) -> list[tuple[int, int, int]]:
    """Return first texel, width and height of each row's textures."""
    words = np.ascontiguousarray(rows[:, 6:]).view(np.uint32)
    return [(int(first), int(size & 0xFFFF), int(size >> 16)) for first, size in words]


def test_materials_with_the_same_textures_share_their_place() -> None:
    texture = Texture(np.zeros((4, 8, 3), np.uint8), "srgb")
    red = Material("red", (1.0, 0.0, 0.0), base_color_texture=texture)
    plain, blue = Material("plain"), Material("blue", (0.0, 0.0, 1.0), base_color_texture=texture)
    atlas = Atlas()
    rows = atlas.rows([red, plain, blue])
    assert rows[:, :3].tolist() == [[1, 0, 0], [0.5, 0.5, 0.5], [0, 0, 1]]
    assert places(rows) == [(0, 8, 4), (32, 1, 1), (0, 8, 4)]
    words = atlas.words
    assert len(words) == 2 * 33
    atlas.rows([blue])
    assert atlas.words is words
    new = Material("new", base_color_texture=Texture(np.ones((2, 2, 3), np.uint8), "srgb"))
    assert places(atlas.rows([new, red])) == [(33, 2, 2), (0, 8, 4)]
    assert len(atlas.words) == 2 * 37
    assert np.array_equal(atlas.words[:66], words)


def test_a_frame_starts_anew_once_there_are_too_many_texels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textures that are drawn independently multiply, so what is kept of them has an end."""
    monkeypatch.setattr(atlas_module, "_MOST_TEXELS", 20)
    looks = [Material("m", base_color_texture=Texture(np.full((4, 4, 3), i, np.uint8), "srgb")) for i in range(6)]
    atlas, lengths = Atlas(), []
    for look in looks:
        first, second = places(atlas.rows([look, looks[0]]))
        for place, shown in ((first, look), (second, looks[0])):
            assert np.array_equal(atlas.words[2 * place[0] :][:32], packed_alone(shown).ravel())
        lengths.append(len(atlas.words))
    assert lengths == [32, 64, 64, 64, 64, 64]


def test_faces_know_their_body_and_flat_ones_get_their_own_normals() -> None:
    smooth = Mesh(box_mesh().vertices, box_mesh().faces, normals=np.tile([0.0, 0.0, 1.0], (8, 1)))
    bodies = [body("a", smooth, translation((5, 0, 0))), body("b", plane_mesh(2.0), scaling((1, 1, 3)))]
    world = merge_bodies(bodies, {})
    assert world.entity_ids[world.face_rows].tolist() == [1] * 12 + [2] * 2
    assert len(world.vertices_m) == 8 + 6
    assert world.vertices_m[:8, 0].mean() == pytest.approx(5.0)
    assert np.allclose(world.normals[8:], (0.0, 0.0, 1.0))
    assert merge_bodies(bodies, world.pieces).identity == world.identity
    assert len(merge_bodies([], {}).faces) == 1  # A point that no ray hits.


def test_normals_stay_perpendicular_under_uneven_scaling() -> None:
    tilted = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
    normal = np.cross(tilted[1] - tilted[0], tilted[2] - tilted[0])
    mesh = Mesh(tilted, np.array([[0, 1, 2]], np.uint32), normals=np.tile(normal / np.linalg.norm(normal), (3, 1)))
    world = merge_bodies([body("a", mesh, scaling((1.0, 2.0, 5.0)))], {})
    edges = world.vertices_m[1:] - world.vertices_m[0]
    assert np.allclose(edges @ world.normals[0], 0.0, atol=1e-6)


def test_a_dome_looked_up_in_its_texels_directions_gives_the_texels() -> None:
    texture = np.random.default_rng(3).random((6, 12, 3)).astype(np.float32)
    colatitude = np.pi * (np.arange(6) + 0.5) / 6
    longitude = np.pi - 2 * np.pi * (np.arange(12) + 0.5) / 12
    sin = np.sin(colatitude)[:, None]
    parts = (sin * np.sin(longitude), -sin * np.cos(longitude), np.cos(colatitude)[:, None] + 0 * longitude)
    seen = sample_latlong(texture, np.stack(parts, axis=-1).reshape(-1, 3))
    assert np.allclose(seen.reshape(texture.shape), texture, atol=1e-6)
    assert np.allclose(map_directions(3, 4)[:4], (0.0, 0.0, 1.0), atol=1e-12)
