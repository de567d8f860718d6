"""Every builtin material: albedo, roughness, neutral textures, seamless repeats and none within one, equal bytes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import sdg.stage.builtin as builtin
from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray
from sdg.stage.asset import Material, Texture
from sdg.stage.builtin.measured import MEASURED

REC_709 = np.array([0.2126, 0.7152, 0.0722])
KEYS = Path(__file__).with_name("texture_keys.json")
TEXTURED = [name for name in builtin.material_names() if name != "grey"]
# What is woven, fluted, laid in courses or brushed has a rhythm; that is no repeat as long as no two beats are alike.
RHYTHMIC = {"block_wall", "brick", "cardboard", "cardboard_worn", "carpet", "ceramic_tile", "fabric"}
RHYTHMIC |= {"hardwood_floor", "stone_slab", "wood_varnished"}


def linear(texture: Texture) -> FloatArray:
    value = texture.pixels.astype(np.float64) / 255.0
    if texture.color_space == "srgb":
        value = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    rgb: FloatArray = np.broadcast_to(value, (*value.shape[:2], 3))
    return rgb


def textures(material: Material) -> list[Texture]:
    every = (
        material.base_color_texture,
        material.roughness_texture,
        material.metallic_texture,
        material.normal_texture,
    )
    return [texture for texture in every if texture is not None]


def albedo(name: str) -> FloatArray:
    """Return the mean linear colour."""
    material = builtin.build_material(name)
    assert material.base_color_texture is not None
    mean: FloatArray = (linear(material.base_color_texture) * np.array(material.base_color)).mean(axis=(0, 1))
    return mean


@pytest.mark.parametrize("name", builtin.material_names())
def test_every_material_builds_with_sane_numbers(name: str) -> None:
    material = builtin.build_material(name)
    assert material.name == name
    assert builtin.material_doc(name)
    assert all(0.0 <= channel <= (0.95 if material.metallic else 0.85) for channel in material.base_color)
    assert 0.0 < material.roughness <= 1.0
    assert 0.0 <= material.metallic <= 1.0
    assert min(material.texture_size_m) > 0
    assert material is builtin.build_material(name)


@pytest.mark.parametrize("name", TEXTURED)
def test_textures_repeat_without_a_seam(name: str) -> None:
    """Across the edge, neighbours differ no more than the worst pair of neighbouring rows inside."""
    for texture in textures(builtin.build_material(name)):
        picture = texture.pixels.astype(np.float64)
        for axis in (0, 1):
            steps = np.abs(np.diff(picture, axis=axis, append=np.take(picture, [0], axis=axis)))
            per_row = steps.mean(axis=tuple({0, 1, 2} - {axis}))
            assert per_row[-1] <= 1.1 * per_row[:-1].max() + 0.05


@pytest.mark.parametrize("name", TEXTURED)
def test_textures_are_not_blank(name: str) -> None:
    """A texture that is one value everywhere would be a filter gone wrong."""
    for texture in textures(builtin.build_material(name)):
        assert texture.pixels.std() > 0.3


@pytest.mark.parametrize("name", ["painted_metal", "painted_metal_worn", "plastic", "matte_paint", "floor_paint"])
def test_paint_textures_are_neutral_so_that_a_recipes_color_is_what_it_says(name: str) -> None:
    material = builtin.build_material(name)
    assert material.base_color_texture is not None
    median = np.median(linear(material.base_color_texture), axis=(0, 1))
    assert (median > 0.8).all()
    assert np.ptp(median) < 0.02


def test_kraft_cardboard_has_the_colour_of_kraft() -> None:
    np.testing.assert_allclose(albedo("cardboard"), (0.40, 0.26, 0.14), atol=0.03)


@pytest.mark.parametrize("name", TEXTURED)
def test_mean_albedo_and_roughness_lie_where_they_are_said_to_lie(name: str) -> None:
    material, measured = builtin.build_material(name), MEASURED[name]
    assert measured.albedo[0] <= albedo(name) @ REC_709 <= measured.albedo[1]
    assert material.roughness_texture is not None
    rough = float(linear(material.roughness_texture).mean()) * material.roughness
    assert measured.roughness[0] <= rough <= measured.roughness[1]


def test_every_material_says_where_its_albedo_comes_from() -> None:
    assert sorted(MEASURED) == list(builtin.material_names())
    assert all(measured.source for measured in MEASURED.values())


def luminance(name: str) -> FloatArray:
    texture = builtin.build_material(name).base_color_texture
    assert texture is not None
    picture: FloatArray = linear(texture) @ REC_709
    return picture - picture.mean()


@pytest.mark.parametrize("name", TEXTURED)
def test_a_texture_has_no_shorter_repeat_than_itself(name: str) -> None:
    """What repeats n times across has no energy but in every n-th frequency."""
    energy = np.abs(np.fft.fft2(luminance(name))) ** 2
    for axis in (0, 1):
        along = energy.sum(axis=1 - axis)
        frequency = np.arange(len(along))
        for times in range(2, 17):
            between = along[frequency % times != 0].sum() / along.sum()
            assert between > (0.01 if name in RHYTHMIC else 0.2), f"{times} times along axis {axis}"


@pytest.mark.parametrize("name", sorted(set(TEXTURED) - RHYTHMIC))
def test_no_part_of_a_texture_looks_like_another(name: str) -> None:
    """The correlation with itself, shifted by more than a sixth, stays far from the 1 of a repeat."""
    picture = luminance(name)
    correlation = np.fft.ifft2(np.abs(np.fft.fft2(picture)) ** 2).real
    correlation /= correlation[0, 0]
    rows, columns = (np.minimum(np.arange(n), n - np.arange(n)) / n for n in picture.shape)
    far = np.maximum(rows[:, None], columns[None, :]) > 1 / 6
    assert correlation[far].max() < 0.5


@pytest.mark.parametrize("name", TEXTURED)
def test_textures_are_the_same_bytes_everywhere(name: str) -> None:
    """`python -m tests.stage.builtin.test_builtin_materials` writes the keys anew, where they are meant to change."""
    assert json.loads(KEYS.read_text())[name] == keys(name)


def keys(name: str) -> list[str]:
    return ["" if texture is None else texture.key for texture in builtin.build_material(name).textures]


def test_all_textures_together_fit_in_what_a_renderer_prepares() -> None:
    """The atlas holds eight bytes a texel; a recipe that names every material stays below a third of a gigabyte."""
    texels = 0
    for name in TEXTURED:
        shapes = [texture.pixels.shape for texture in textures(builtin.build_material(name))]
        texels += max(shape[0] for shape in shapes) * max(shape[1] for shape in shapes)
    assert texels * 8 < 333_000_000


@pytest.mark.parametrize("name", builtin.material_names())
def test_normal_textures_point_outwards_on_average(name: str) -> None:
    """Between pebbles, blades and leaves slopes are steep."""
    texture = builtin.build_material(name).normal_texture
    if texture is None:
        assert name in {"floor_paint", "galvanised_metal", "grey"}
        return
    normal = texture.pixels.astype(np.float64) / 127.5 - 1.0
    mean = normal.mean(axis=(0, 1))
    assert mean[2] > (0.75 if name in {"foliage", "grass", "gravel", "soil"} else 0.9)
    assert np.abs(mean[:2]).max() < 0.02


def test_an_unknown_material_names_the_closest_one() -> None:
    with pytest.raises(AssetError) as caught:
        builtin.build_material("concret")
    assert "concrete" in caught.value.hint


def test_the_normal_of_a_rising_slope_leans_back() -> None:
    """With +y up (OpenGL) a bump's upper side, where height falls along v, has a normal with positive green."""
    from sdg.stage.builtin.noise import normal_texture

    rows = np.arange(64)[:, None] / 64
    bump = 0.05 * np.cos(2 * np.pi * (rows - 0.5)) * np.ones((1, 64))
    green = normal_texture(bump, (1.0, 1.0)).pixels[:, :, 1].astype(int)
    assert green[16].min() > 140
    assert green[48].max() < 115


if __name__ == "__main__":
    KEYS.write_text(json.dumps({name: keys(name) for name in TEXTURED}, indent=1) + "\n")
