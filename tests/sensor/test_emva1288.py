"""The sensor measures as its datasheet says, by the reference evaluation of EMVA 1288."""

from __future__ import annotations

import numpy as np
import pytest

from sdg.camera.sensors.load import make_sensor
from sdg.camera.sensors.model import Nonuniformity, Sensor
from sdg.foundation.arrays import FloatArray
from tests.sensor.emva_bench import bench, evaluate, measure, pair, spatial_stacks

_MEASURED_CAMERA = "emva_ccd_001"  # row 001 of the standard's reference sets: every figure measured on a real camera
_CAMERAS = ["imx249", "imx273", "icx625", _MEASURED_CAMERA]


def _preset(name: str) -> Sensor:
    """Return the grey-scale version; the reference set doesn't tell a pitch, and photons per pixel need none."""
    pitch = 5.0 if name == _MEASURED_CAMERA else None
    return make_sensor(name, color_filter="mono", pixel_pitch_um=pitch)


@pytest.mark.parametrize("name", _CAMERAS)
def test_the_reference_evaluation_finds_the_preset(name: str) -> None:
    """Linear model: gain, quantum efficiency, dark noise, dark current, full well, linearity."""
    sensor = _preset(name)
    found = measure(sensor)
    assert pytest.approx(sensor.gain_dn_per_e, rel=0.01) == found.K
    assert pytest.approx(100 * sensor.quantum_efficiency[1], rel=0.01) == found.QE
    assert found.sigma_d == pytest.approx(sensor.read_noise_e, rel=0.02)
    current = sensor.dark_current_e_per_s * sensor.dark_factor
    assert found.u_I_mean == pytest.approx(current, rel=0.05)
    assert -0.1 < found.LE_min < found.LE_max < 0.1
    # The evaluation takes a point of the grid below the full well, where no pixel is full yet: noise and uneven
    # response make the first pixels full some steps (2 % each) before the mean is.
    assert 0.9 * sensor.full_well_e < found.u_e_sat < sensor.full_well_e
    total = 100 * sensor.prnu.total
    assert pytest.approx(total, rel=3 * _relative_error(sensor.prnu, (256, 320))) == found.PRNU1288


def test_the_dark_current_doubles_with_temperature() -> None:
    warm = make_sensor("imx273", color_filter="mono", temperature_c=25.0 + 2 * 7.0)
    found = measure(warm, shape=(128, 160), points=12, stack_size=4)
    assert found.u_I_mean == pytest.approx(4 * 2.0, rel=0.05)


def _relative_error(parts: Nonuniformity, shape: tuple[int, int]) -> float:
    """Return the standard error of a measured total, as a share of it: its variance is a sum of sample variances.

    A variance estimated from n draws has a relative standard error sqrt(2 / (n - 1)); a standard deviation half that.
    """
    rows, columns = shape
    counts = {"row": rows, "column": columns, "pixel": rows * columns}
    variances = {name: getattr(parts, name) ** 2 for name in counts}
    error = sum((variances[name] * np.sqrt(2 / (counts[name] - 1))) ** 2 for name in counts) ** 0.5
    return float(max(error / (2 * sum(variances.values())), 0.003))


_PARTS = ("row", "column", "pixel")
_SHORT = {"row": "_row", "column": "_col", "pixel": "_pixel", "total": ""}
_SPLIT = {
    "prnu_percent": {"row": 0.323, "column": 0.111, "pixel": 0.265},
    "dsnu_e": {"row": 0.6, "column": 0.9, "pixel": 1.5},
}


def _split_sensor(name: str, **given: object) -> Sensor:
    pitch = 5.0 if name == _MEASURED_CAMERA else None
    return make_sensor(name, color_filter="mono", pixel_pitch_um=pitch, **_SPLIT, **given)


def _split_errors(parts: Nonuniformity, noise: float, shape: tuple[int, int], stack_size: int) -> dict[str, float]:
    """Return the relative standard error of each part, as one serial shows it.

    A row's mean over N columns holds the row part, 1/N of the pixel part's variance, and the temporal noise over N
    columns and L images; its variance over M rows is estimated with M - 1 degrees of freedom. Columns likewise.
    """
    rows, columns = shape
    pixel = parts.pixel**2 + noise**2 / stack_size
    found = {}
    for name, own, others, count in (
        ("row", parts.row, pixel / columns, rows),
        ("column", parts.column, pixel / rows, columns),
        ("pixel", parts.pixel, noise**2 / stack_size, rows * columns),
    ):
        found[name] = (own**2 + others) / own**2 * np.sqrt(2 / (count - 1)) / 2
    return found


def _measured_split(
    name: str, shape: tuple[int, int], stack_size: int, serials: int
) -> dict[str, dict[str, FloatArray]]:
    """Return each serial's parts, as EMVA 1288 R4.0 separates their variances, over what was set."""
    shares: dict[str, dict[str, list[float]]] = {kind: {part: [] for part in _SHORT} for kind in ("PRNU", "DSNU")}
    for serial in range(serials):
        sensor = _split_sensor(name, array_size=shape[::-1], serial=f"{name} {serial}")
        take = bench(sensor, shape, 100 + serial)
        spatial = spatial_stacks(sensor, take, stack_size)
        # Two exposures are enough where only nonuniformity is evaluated.
        light = 0.3 * sensor.full_well_e / sensor.quantum_efficiency[1]
        temporal = {
            1e7: {p: pair([take(p, 0.01) for _ in range(2)]) for p in (0.0, 0.5 * light, light)},
        }
        found = evaluate(temporal, spatial, shape)
        gain = sensor.gain_dn_per_e
        bright = found.spatial["avg_mean"] - found.spatial["avg_mean_dark"]
        for part, suffix in _SHORT.items():
            dark = getattr(found, f"s_2_y{suffix}_dark")
            light_variance = (getattr(found, f"s_2_y{suffix}") - dark) / bright**2
            shares["DSNU"][part].append(dark / gain**2 / getattr(sensor.dsnu_e, part) ** 2)
            shares["PRNU"][part].append(light_variance / getattr(sensor.prnu, part) ** 2)
    return {kind: {part: np.array(values) for part, values in parts.items()} for kind, parts in shares.items()}


def _check_split(name: str, shape: tuple[int, int], stack_size: int, serials: int) -> dict[str, dict[str, float]]:
    """Return the root mean square of each part over the serials, after holding it against its standard error."""
    shares = _measured_split(name, shape, stack_size, serials)
    sensor = _split_sensor(name)
    half = 0.5 * sensor.full_well_e
    dark = sensor.read_noise_e**2 + 1 / (12 * sensor.gain_dn_per_e**2)
    ratios: dict[str, dict[str, float]] = {}
    for kind, parts, noise in (
        ("PRNU", sensor.prnu, (half + dark) ** 0.5 / half),
        ("DSNU", sensor.dsnu_e, dark**0.5),
    ):
        errors = _split_errors(parts, noise, shape, stack_size)
        variances = {part: getattr(parts, part) ** 2 for part in _PARTS}
        errors["total"] = sum((variances[part] * errors[part]) ** 2 for part in _PARTS) ** 0.5 / sum(variances.values())
        ratios[kind] = {part: float(values.mean() ** 0.5) for part, values in shares[kind].items()}
        for part, ratio in ratios[kind].items():
            assert ratio == pytest.approx(1.0, abs=3 * errors[part] / serials**0.5), (kind, part)
            # Each serial by itself too: of some 200 figures, one beyond three standard errors is to be expected.
            single = np.abs(np.sqrt(shares[kind][part]) - 1)
            assert (single < 3 * errors[part]).mean() >= 0.9, (kind, part)
            assert (single < 4.5 * errors[part]).all(), (kind, part)
        assert (np.abs(np.sqrt(shares[kind]["pixel"]) - 1) < 0.02).all(), kind
    return ratios


def test_nonuniformity_splits_into_the_parts_that_were_set() -> None:
    _check_split(_MEASURED_CAMERA, (240, 320), 16, 4)


@pytest.mark.slow
@pytest.mark.parametrize("name", _CAMERAS)
def test_nonuniformity_over_forty_serials_is_within_one_percent(name: str) -> None:
    """A thousand rows tell their part within 2.2 %; only forty sensors bring 1 % to three standard errors."""
    for parts in _check_split(name, (1024, 1280), 8, 40).values():
        for ratio in parts.values():
            assert ratio == pytest.approx(1.0, abs=0.01)
