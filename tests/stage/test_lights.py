"""Light in physical units: colours, powers, poses, the sun."""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdg.errors import RecipeError
from sdg.stage.blackbody import blackbody_rgb, luminance
from sdg.stage.build import build_stage
from sdg.stage.lights import mean_luminance
from sdg.stage.model import Light
from sdg.stage.sun import sun_direction
from tests.recipes import frame_of, recipe_of


def lights_of(text: str) -> tuple[Light, ...]:
    recipe = recipe_of(text)
    return build_stage(frame_of(recipe), recipe).lights


def light(text: str) -> Light:
    return lights_of(f"lighting:\n  - {text}\n")[0]


@pytest.mark.parametrize("temperature_k", range(1000, 10001, 500))
def test_temperature_is_the_colour_that_usd_gives_it(temperature_k: int) -> None:
    """Two integrations of Planck's law over two fits of the CIE observer: within 2 % of the luminance, 1."""
    usd_lux = pytest.importorskip("pxr.UsdLux")
    assert blackbody_rgb(temperature_k) == pytest.approx(
        tuple(usd_lux.BlackbodyTemperatureAsRgb(temperature_k)), rel=0.02, abs=0.02
    )


@given(st.floats(1000, 40000))
def test_temperature_keeps_luminance(temperature_k: float) -> None:
    assert luminance(blackbody_rgb(temperature_k)) == pytest.approx(1.0, abs=1e-12)


def test_warm_light_is_redder_than_cold_light() -> None:
    ratios = [blackbody_rgb(t)[0] / blackbody_rgb(t)[2] for t in (2000, 3000, 5000, 6500, 10000, 40000)]
    assert ratios == sorted(ratios, reverse=True)


def test_radiance_is_intensity_times_exposure_times_colour() -> None:
    """UsdLux: intensity x 2^exposure x colour; the colour's luminance moves into the nits."""
    lamp = light("rect: {intensity: 100, exposure: 3, color: [0.5, 0.25, 0.0]}")
    assert lamp.luminance_nits == pytest.approx(800 * (0.2126 * 0.5 + 0.7152 * 0.25))
    assert np.array(lamp.color) * lamp.luminance_nits == pytest.approx(np.array([400, 200, 0]))
    assert luminance(lamp.color) == pytest.approx(1.0)


def test_temperature_changes_no_luminance() -> None:
    assert light("sphere: {intensity: 100, temperature_k: 2700}").luminance_nits == pytest.approx(100)


def test_a_black_light_is_off() -> None:
    assert light("rect: {color: [0, 0, 0]}").luminance_nits == 0


def test_sizes_and_kinds() -> None:
    assert light("cylinder: {radius_m: 0.1, length_m: 2}").size_m == (0.1, 2)
    assert light("disk: {radius_m: 0.3}").size_m == (0.3, 0)
    assert light("rect: {size_m: [1, 2]}").size_m == (1, 2)
    assert light("distant: {illuminance_lx: 500, exposure: 1}").illuminance_lx == 1000


def test_a_target_is_what_a_light_shines_at() -> None:
    """It shines along its own -Z, here towards +x from an asymmetric place."""
    lamp = light("rect: {position_m: [1, 2, 3], target_m: [5, 2, 3]}")
    assert -lamp.world_from_light[:3, 2] == pytest.approx([1, 0, 0], abs=1e-12)
    assert lamp.world_from_light[:3, 3] == pytest.approx([1, 2, 3])
    assert np.linalg.det(lamp.world_from_light[:3, :3]) == pytest.approx(1)


def test_a_light_at_its_own_target_is_refused() -> None:
    with pytest.raises(RecipeError, match="own target"):
        light("rect: {position_m: [1, 2, 3], target_m: [1, 2, 3]}")


def test_a_grid_hangs_in_the_middle_of_its_cells_and_shines_down() -> None:
    """A hall of 10 x 12 m has its ceiling 1 m inside: 8 x 10 m in 2 x 5 cells of 4 x 2 m."""
    lamps = lights_of(
        "scene: {environment: {asset: warehouse_hall, size_m: [10, 12, 5], yaw_deg: 90, position_m: [1, 0, 0]}}\n"
        "lighting:\n  - rect: {name: lamp, grid: [2, 5]}\n"
    )
    assert [lamp.name for lamp in lamps] == [f"lamp[{index}]" for index in range(10)]
    local = [(x, y) for x in (-2.0, 2.0) for y in (-4.0, -2.0, 0.0, 2.0, 4.0)]
    expected = np.array([(1 - y, x) for x, y in local])
    assert np.array([lamp.world_from_light[:2, 3] for lamp in lamps]) == pytest.approx(expected, abs=1e-9)
    for lamp in lamps:
        assert -lamp.world_from_light[:3, 2] == pytest.approx([0, 0, -1])
        assert 3 < lamp.world_from_light[2, 3] < 5


# --- the sun --------------------------------------------------------------------------------------------------


def elevation_deg(hour: float, day: float, latitude_deg: float) -> float:
    return math.degrees(math.asin(sun_direction(hour, day, latitude_deg)[2]))


@pytest.mark.parametrize(
    ("day", "declination_deg"), [(172, 23.44), (355, -23.44), (80, 0.0), (266, 0.0), (36, -16.2), (125, 16.1)]
)
def test_the_noon_sun_stands_where_the_almanac_has_it(day: int, declination_deg: float) -> None:
    """Noon elevation = 90 - |latitude - declination|. Solstices, equinoxes, and 5 February and 5 May as in almanacs."""
    assert elevation_deg(12, day, 48) == pytest.approx(90 - (48 - declination_deg), abs=0.5)


def test_the_sun_rises_in_the_east_and_stands_south_at_noon() -> None:
    morning, noon, evening = (sun_direction(hour, 80, 48) for hour in (6.2, 12, 17.8))
    assert morning[0] > 0.99
    assert evening[0] < -0.99
    assert noon[1] < -0.7
    assert abs(noon[0]) < 1e-12
    assert sun_direction(12, 80, -48)[1] > 0.7


def test_midsummer_has_a_midnight_sun_only_beyond_the_polar_circle() -> None:
    assert elevation_deg(0, 172, 68) > 0 > elevation_deg(0, 172, 65)


@given(st.floats(0, 24), st.floats(1, 366), st.floats(-90, 90))
def test_the_sun_direction_is_a_unit_vector(hour: float, day: float, latitude: float) -> None:
    assert math.hypot(*sun_direction(hour, day, latitude)) == pytest.approx(1.0)


def test_yaw_turns_the_sun_and_exposure_scales_the_sky() -> None:
    sky = light("sun_sky: {hour: 12, day: 80, latitude_deg: 48, yaw_deg: 90, exposure: 1, color: [1, 1, 0]}")
    assert sky.sun_direction[0] > 0.7, "south, turned counter-clockwise, is east"
    assert sky.color == pytest.approx((2, 2, 0))


# --- domes ----------------------------------------------------------------------------------------------------


def test_mean_luminance_weighs_rows_by_their_area_on_the_sphere() -> None:
    """Only the upper hemisphere shines: half of the sphere, whatever the resolution."""
    for rows in (2, 8, 64):
        picture = np.zeros((rows, 4, 3), dtype=np.float32)
        picture[: rows // 2] = 3.0
        assert mean_luminance(picture) == pytest.approx(1.5)


def test_a_bright_pole_counts_little() -> None:
    """The cap within 180/8 degrees of the pole covers (1 - cos 22.5 deg) / 2 of the sphere."""
    picture = np.zeros((8, 16, 3), dtype=np.float32)
    picture[0] = 1.0
    assert mean_luminance(picture) == pytest.approx((1 - math.cos(math.radians(22.5))) / 2)


def test_normalised_hdri_has_mean_luminance_one_and_keeps_its_pixels(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    cv2.imwrite(str(tmp_path / "sky.hdr"), rng.uniform(0, 9, (16, 32, 3)).astype(np.float32))
    text = "lighting:\n  - dome: {{intensity: 10, texture: {{file: sky.hdr}}{}}}\n"
    both = []
    for more in ("", ", normalize_hdri: true"):
        recipe = recipe_of(text.format(more), tmp_path)
        both.append(build_stage(frame_of(recipe), recipe).lights[0])
    plain, normalised = both
    assert plain.luminance_nits == 10
    assert plain.texture is not None
    assert normalised.texture is not None
    assert np.array_equal(plain.texture, normalised.texture)
    assert normalised.luminance_nits * mean_luminance(normalised.texture) == pytest.approx(10)
