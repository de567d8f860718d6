"""The pure half: textures packed, bodies joined, lights placed; no Mitsuba involved."""

from __future__ import annotations

import numpy as np
import pytest

from sdg.foundation.arrays import FloatArray, UInt32Array
from sdg.foundation.transforms import scaling, translation
from sdg.render.mitsuba.atlas import Atlas, pack_textures
from sdg.render.mitsuba.environment import map_directions, sample_latlong
from sdg.render.mitsuba.world import merge_bodies
from sdg.stage.asset import Material, Mesh, Texture
from tests.render.mitsuba.small_world import body, box_mesh, plane_mesh


def unpacked_color(words: UInt32Array) -> FloatArray:
    root = np.stack([words & 0x7FF, (words >> 11) & 0x7FF, words >> 22], axis=-1) / (2047.0, 2047.0, 1023.0)
    squared: FloatArray = root**2
    return squared


def test_every_srgb_level_survives_packing_within_half_a_level() -> None:
    levels = np.arange(256)
    pixels = np.repeat(levels.astype(np.uint8).reshape(1, 256, 1), 3, axis=2)
    packed = pack_textures(Material("m", base_color_texture=Texture(pixels, "srgb")))
    linear = unpacked_color(packed[0, :, 0])
    encoded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055)
    assert np.abs(encoded * 255 - levels[:, None]).max() < 0.5


def test_textures_of_different_sizes_share_one_grid_bottom_row_first() -> None:
    color = Texture(np.array([[[255], [0]]], np.uint8), "linear")
    rough = Texture(np.array([[[10]], [[20]]], np.uint8), "linear")
    packed = pack_textures(Material("m", base_color_texture=color, roughness_texture=rough))
    assert packed.shape == (2, 2, 2)
    assert unpacked_color(packed[..., 0])[..., 0].tolist() == [[1.0, 0.0], [1.0, 0.0]]
    assert (packed[..., 1] & 0xFF).tolist() == [[20, 20], [10, 10]]
    assert ((packed[..., 1] >> 8) & 0xFF).tolist() == [[255, 255], [255, 255]]
    assert not (packed[..., 1] >> 16).any()


def test_materials_with_the_same_textures_share_their_place() -> None:
    texture = Texture(np.zeros((4, 8, 3), np.uint8), "srgb")
    red = Material("red", (1.0, 0.0, 0.0), base_color_texture=texture)
    plain, blue = Material("plain"), Material("blue", (0.0, 0.0, 1.0), base_color_texture=texture)
    atlas = Atlas([red, plain, blue])
    assert atlas.place(red) == atlas.place(blue) == (0, 8, 4)
    assert atlas.place(plain) == (32, 1, 1)
    assert len(atlas.words()) == 2 * 33
    atlas.place(blue)
    before = atlas.is_new
    atlas.place(Material("new", base_color_texture=Texture(np.ones((2, 2, 3), np.uint8), "srgb")))
    assert [before, atlas.is_new] == [False, True]
    assert len(atlas.words()) == 2 * 37


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
