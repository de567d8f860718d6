"""Depth sensors: noise after their laws, shadows, ranges, edges, and the same bytes each time."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np
import pytest

from sdg.camera.depth_sensors.load import make_depth_sensor, preset_names
from sdg.camera.depth_sensors.model import DepthNoise
from sdg.camera.equirectangular import LensEquirectangular
from sdg.foundation.arrays import Float32Array
from tests.sensor.depth_scenes import lens_of, measure, plane_view, step_view, view_of

FACING = np.array([0.0, 0.0, -1.0])
LIGHT_MPS = 299_792_458.0


def _stereo_law(focal_px: float, baseline_m: float) -> Callable[[float], float]:
    return lambda z: z * z * 0.08 / (focal_px * baseline_m)


def _kinect_law(z: float) -> float:
    return 0.0012 + 0.0019 * (z - 0.4) ** 2


def _azure_law(z: float) -> float:
    """17 mm at 3.86 m on 15 %, so half as white as the preset's 50 % would be; grows with distance, falls with root."""
    return 0.017 * (z / 3.86) * math.sqrt(0.15 / 0.5)


LAWS: dict[str, tuple[Callable[[float], float], tuple[float, float]]] = {
    "d415": (_stereo_law(1280 / 2 / math.tan(math.radians(32.5)), 0.055), (0.6, 8.0)),
    "d435": (_stereo_law(848 / 2 / math.tan(math.radians(45)), 0.05), (0.4, 8.0)),
    "kinect_v1": (_kinect_law, (0.9, 3.8)),
    "azure_kinect": (_azure_law, (0.6, 3.7)),
}


def _errors(measured: Float32Array, truth: Float32Array) -> Float32Array:
    """Return measured minus true depth in the picture's middle, where all rays meet a plane nearly at right angles."""
    middle = np.s_[20:-20, 60:-60]
    difference = measured[middle] - truth[middle]
    assert np.isfinite(difference).mean() > 0.99
    return difference[np.isfinite(difference)]


@pytest.mark.parametrize("name", preset_names())
def test_noise_follows_the_law_at_eight_distances(name: str) -> None:
    """Written apart from the code; 40,000 pixels tell a standard deviation within 0.4 %.

    The planes lean a little, so that depths fall on all parts of a rounding step.
    """
    law, (near, far) = LAWS[name]
    for z in np.linspace(near, far, 8):
        view = plane_view(z, slope=0.05)
        errors = _errors(measure(view, name).depth_m, view.depth_z_m)
        assert errors.std() == pytest.approx(law(z), rel=0.05), z
        assert errors.mean() == pytest.approx(0.0, abs=max(0.1 * law(z), 1e-4)), z


def test_every_preset_has_a_law_here() -> None:
    assert set(preset_names()) == LAWS.keys()


def test_depth_of_a_stereo_sensor_comes_in_steps_of_disparity() -> None:
    depth = measure(plane_view(2.0), "d435").depth_m
    disparity = 424 * 0.05 / depth[np.isfinite(depth)].astype(np.float64)
    np.testing.assert_allclose(disparity * 32, np.rint(disparity * 32), atol=2e-3)
    assert len(np.unique(np.rint(disparity * 32))) > 10


def test_the_step_of_a_kinect_is_the_published_one() -> None:
    """Khoshelham and Elberink 2012: 2.85e-5 z^2 in centimetres, 7 cm at 5 m."""
    depth = measure(plane_view(3.0), "kinect_v1").depth_m
    steps = np.diff(np.unique(depth[np.isfinite(depth)]))
    assert np.median(steps) == pytest.approx(2.85e-3 * 3.0**2, rel=0.03)


def test_noise_of_a_kinect_grows_on_oblique_surfaces() -> None:
    """Nguyen, Izadi and Lovell 2012, at 70 degrees: plus 0.0001 / sqrt(z) * t^2 / (pi/2 - t), seen along the axis."""
    lens = lens_of((200, 200), 8000.0)
    angle = math.radians(70)
    view = plane_view(1.0, slope=math.tan(angle), lens=lens)
    truth = view.depth_z_m
    # Depth in place of disparity: rounding off, so that the part to be seen is not drowned.
    measured = measure(view, "kinect_v1", lens=lens, disparity_step_px=0).depth_m
    expected = 0.0012 + 0.0019 * 0.6**2 + 0.0001 * angle**2 / (math.pi / 2 - angle)
    middle = np.s_[90:110, 90:110]
    assert (measured[middle] - truth[middle]).std() == pytest.approx(expected, rel=0.12)
    beyond = plane_view(1.0, slope=math.tan(math.radians(83)), lens=lens)
    assert np.isinf(measure(beyond, "kinect_v1", lens=lens).depth_m[middle]).all()


def test_other_light_adds_to_the_noise_of_time_of_flight() -> None:
    """Sigma = c / (4 sqrt(2) pi f) sqrt(A + B) / (contrast A), all factors away from 1."""
    lens = lens_of(focal_px=2000.0)
    view = plane_view(2.0, lens=lens, nits=300.0)
    given = {"modulation_mhz": 30.0, "signal_e": 60000.0, "modulation_contrast": 0.6, "reflectivity": 0.7}
    measured = measure(view, lens=lens, kind="time_of_flight", ambient_e_per_nit=50.0, **given).depth_m
    own, other = 60000 * 0.7 / 4, 50 * 300
    expected = LIGHT_MPS / (4 * math.sqrt(2) * math.pi * 30e6) * math.sqrt(own + other) / (0.6 * own)
    assert _errors(measured, view.depth_z_m).std() == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize("name", preset_names())
def test_nothing_is_measured_outside_the_range(name: str) -> None:
    near, far = make_depth_sensor(name, None, None).range_m
    for z in (near * 0.8, far * 1.2):
        seen = measure(plane_view(z), name)
        assert np.isinf(seen.depth_m).mean() > 0.99
        assert seen.depth_recording["measured_px"] == np.isfinite(seen.depth_m).sum()
    assert np.isfinite(measure(plane_view((near + far) / 2), name).depth_m).mean() > 0.9


def test_the_search_range_of_disparity_sets_the_least_depth() -> None:
    """D435: 424 px * 0.05 m / 126 px = 0.168 m; at 10 % less there is nothing, at 10 % more all that both see."""
    lens = lens_of(focal_px=100.0)
    assert np.isinf(measure(plane_view(0.151, lens=lens), "d435", lens=lens).depth_m).all()
    seen = measure(plane_view(0.185, lens=lens), "d435", lens=lens)
    assert seen.depth_recording["too_near_px"] == 0


def test_what_lies_beside_the_second_picture_is_not_measured() -> None:
    """The eye 5 cm to the right has f B / z = 400 * 0.05 / 1 = 20 columns less of the left side of the scene."""
    depth = measure(plane_view(1.0), "d435").depth_m
    assert np.isinf(depth[:, :20]).all()
    assert np.isfinite(depth[:, 20:]).all()
    other_side = measure(plane_view(1.0), "d435", second_eye="left").depth_m
    assert np.isinf(other_side[:, -20:]).all()
    assert np.isfinite(other_side[:, :-20]).all()


@pytest.mark.parametrize(("fill", "expected"), [("none", math.inf), ("left", 1.0), ("background", 3.0)])
def test_holes_are_filled_as_asked(fill: str, expected: float) -> None:
    lens = lens_of()
    z = np.full((240, 320), 3.0)
    z[:, :160] = 1.0
    hidden = np.ones_like(z, dtype=bool)
    hidden[:, 160:180] = False
    view = view_of(z, FACING, lens, second_eye_sees=hidden)
    seen = measure(view, "d435", fill=fill, disparity_noise_px=0.0, disparity_step_px=0.0)
    np.testing.assert_allclose(seen.depth_m[:, 160:180], expected, rtol=1e-5)
    np.testing.assert_allclose(seen.depth_m[:, 181:], 3.0, rtol=1e-5)
    assert seen.depth_recording["occluded_px"] == 20 * 240


def test_pixels_fly_only_at_edges() -> None:
    """An edge crosses one of the two pixels beside it, anywhere; depth there lies between both surfaces."""
    view = step_view(1.0, 2.0, 160)
    quiet = {"kind": "time_of_flight", "modulation_mhz": 100.0, "signal_e": 1e12, "ambiguity_m": "none"}
    depth = measure(view, **quiet).depth_m
    away = np.ones(320, bool)
    away[159:161] = False
    np.testing.assert_allclose(depth[:, away], view.depth_z_m[:, away], rtol=1e-4)
    beside = depth[:, 159:161]
    between = (beside > 1.001) & (beside < 1.999)
    assert (between.sum(axis=1) <= 1).all()
    assert between.mean() == pytest.approx(0.5, abs=0.02)
    dropped = measure(view, **quiet, mixed="drop")
    assert dropped.depth_recording["mixed_px"] == np.isinf(dropped.depth_m).sum() == 240


def test_no_pixel_flies_on_a_steep_plane() -> None:
    """Depth changes fast there, but the surface goes on."""
    quiet = {"kind": "time_of_flight", "modulation_mhz": 100.0, "signal_e": 1e12, "mixed": "drop", "ambiguity_m": 50.0}
    lens = lens_of(focal_px=1000.0)
    steep = plane_view(2.0, slope=math.tan(math.radians(80)), lens=lens)
    assert np.isfinite(steep.depth_z_m).all()
    assert measure(steep, lens=lens, **quiet).depth_recording["mixed_px"] == 0


def test_distances_fold_at_the_ambiguity() -> None:
    """c / 2f of 30 MHz is 4.9965 m: a wall at 6 m looks 1.0035 m away along the axis."""
    lens = lens_of(focal_px=4000.0)
    given = {"modulation_mhz": 30.0, "signal_e": 1e9}
    depth = measure(plane_view(6.0, lens=lens), kind="time_of_flight", lens=lens, **given).depth_m
    assert depth[120, 160] == pytest.approx(6.0 - LIGHT_MPS / 60e6, abs=2e-3)
    unfolded = measure(plane_view(6.0, lens=lens), kind="time_of_flight", lens=lens, ambiguity_m="none", **given)
    assert unfolded.depth_m[120, 160] == pytest.approx(6.0, abs=2e-3)


def test_full_wells_are_not_measured() -> None:
    given = {"kind": "time_of_flight", "modulation_mhz": 30.0, "signal_e": 1e5, "reflectivity": 1.0}
    near = measure(plane_view(0.5), full_well_e=2e5, **given)
    assert np.isinf(near.depth_m[120, 160])
    assert near.depth_recording["saturated_px"] > 0
    assert np.isfinite(measure(plane_view(1.0), full_well_e=2e5, **given).depth_m).all()


def test_edges_of_structured_light_are_frayed_and_nothing_else_is() -> None:
    view = step_view(1.0, 2.0, 160)
    depth = measure(view, "kinect_v1", axial_noise=[0, 0, 0], disparity_step_px=0).depth_m
    moved = np.abs(depth - view.depth_z_m) > 0.01
    assert not moved[:, :154].any()
    assert not moved[:, 166:].any()
    assert moved[:, 158:162].mean() > 0.1
    values = depth[np.isfinite(depth)]
    assert ((np.abs(values - 1) < 1e-3) | (np.abs(values - 2) < 1e-3)).all()


def test_simple_noise_is_gaussian_and_ends_at_its_range() -> None:
    view = step_view(1.0, 5.0, 160)
    seen = measure(view, camera={"depth_noise": DepthNoise(mean_m=0.02, std_m=0.05, range_m=(0.1, 4.0))})
    near = seen.depth_m[:, :160]
    assert near.mean() == pytest.approx(1.02, abs=1e-3)
    assert near.std() == pytest.approx(0.05, rel=0.02)
    assert np.isinf(seen.depth_m[:, 160:]).all()
    assert seen.depth_recording == {"measured_px": 160 * 240, "nothing_px": 0, "outside_noise_range_px": 160 * 240}


@pytest.mark.parametrize("name", preset_names())
def test_depth_depends_on_seed_frame_and_nothing_else(name: str) -> None:
    view = plane_view(1.5)
    first = measure(view, name).depth_m.tobytes()
    assert measure(view, name).depth_m.tobytes() == first
    assert measure(view, name, seed=8).depth_m.tobytes() != first
    assert measure(view, name, frame_index=1).depth_m.tobytes() != first


def test_a_depth_sensor_changes_no_picture_and_no_truth() -> None:
    view = plane_view(1.5)
    truth = view.depth_z_m.copy()
    plain = measure(view)
    np.testing.assert_array_equal(measure(view, "azure_kinect").rgb, plain.rgb)
    np.testing.assert_array_equal(plain.depth_m, truth)
    np.testing.assert_array_equal(view.depth_z_m, truth)
    assert plain.depth_recording == {}


def test_where_there_is_nothing_nothing_is_measured() -> None:
    z = np.full((240, 320), np.inf)
    for name in preset_names():
        seen = measure(view_of(z, FACING, lens_of()), name)
        assert np.isinf(seen.depth_m).all()
        assert seen.depth_recording["nothing_px"] == z.size


@pytest.mark.parametrize("name", preset_names())
def test_what_lies_behind_a_wide_lens_has_no_depth(name: str) -> None:
    """A wall all round at 2 m through a panorama: half of it lies behind the camera, where depth is negative."""
    lens = LensEquirectangular((128, 64))
    grid = np.stack(np.meshgrid(np.arange(128) + 0.5, np.arange(64) + 0.5), axis=-1).reshape(-1, 2)
    directions = lens.unproject(grid)[0].reshape(64, 128, 3)
    view = dataclasses.replace(
        view_of(2 * directions[..., 2], FACING, lens_of((128, 64))),
        distance_m=np.full((64, 128), 2.0, np.float32),
        normals=-directions.astype(np.float32),
    )
    seen = measure(view, name, lens=lens)
    assert np.isinf(seen.depth_m[directions[..., 2] < 0.04]).all()
    near_the_axis = directions[..., 2] > 0.8
    assert np.isfinite(seen.depth_m[near_the_axis]).mean() > 0.9
