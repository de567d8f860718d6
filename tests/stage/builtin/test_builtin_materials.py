"""Every builtin material: albedo, neutral textures, seamless repeats, sizes."""

from __future__ import annotations

import numpy as np
import pytest

import sdg.stage.builtin as builtin
from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray
from sdg.stage.asset import Material, Texture

REC_709 = np.array([0.2126, 0.7152, 0.0722])


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
    assert all(0.0 <= channel <= 0.85 for channel in material.base_color)
    assert 0.0 < material.roughness <= 1.0
    assert 0.0 <= material.metallic <= 1.0
    assert min(material.texture_size_m) > 0
    assert material is builtin.build_material(name)


@pytest.mark.parametrize("name", [name for name in builtin.material_names() if name != "grey"])
def test_textures_repeat_without_a_seam(name: str) -> None:
    """Across the edge, neighbours differ no more than the worst pair of neighbouring rows inside."""
    for texture in textures(builtin.build_material(name)):
        picture = texture.pixels.astype(np.float64)
        for axis in (0, 1):
            steps = np.abs(np.diff(picture, axis=axis, append=np.take(picture, [0], axis=axis)))
            per_row = steps.mean(axis=tuple({0, 1, 2} - {axis}))
            assert per_row[-1] <= 1.1 * per_row[:-1].max() + 0.05


@pytest.mark.parametrize("name", [name for name in builtin.material_names() if name != "grey"])
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


def test_albedos_are_as_measured_ones() -> None:
    """Concrete reflects a third to a half, kraft cardboard (0.40, 0.26, 0.14), white wall paint 0.7."""
    assert 0.3 < albedo("concrete") @ REC_709 < 0.5
    assert 0.28 < albedo("concrete_floor") @ REC_709 < 0.5
    np.testing.assert_allclose(albedo("cardboard"), (0.40, 0.26, 0.14), atol=0.03)
    assert 0.6 < albedo("matte_paint") @ REC_709 < 0.75
    assert albedo("rubber") @ REC_709 < 0.06


@pytest.mark.parametrize("name", builtin.material_names())
def test_normal_textures_point_outwards_on_average(name: str) -> None:
    texture = builtin.build_material(name).normal_texture
    if texture is None:
        assert name in {"floor_paint", "galvanised_metal", "grey"}
        return
    normal = texture.pixels.astype(np.float64) / 127.5 - 1.0
    mean = normal.mean(axis=(0, 1))
    assert mean[2] > 0.9
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
