"""A test bench after EMVA 1288: flat fields through our sensor, evaluated by the public `emva1288` package."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from sdg.camera.sensors.model import Sensor
from sdg.foundation.arrays import UInt16Array
from sdg.sensor.digitise import NoiseKey, digitise_photons

NS_PER_S = 1e9
_LOST = "asfarray"  # the package still calls it, and NumPy 2 has it no more


def evaluate(temporal: dict[float, Any], spatial: dict[float, Any], shape: tuple[int, int]) -> Any:
    """Return the package's results; its numbers have the names of the standard."""
    if not hasattr(np, _LOST):
        setattr(np, _LOST, lambda values, dtype=float: np.asarray(values, dtype))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from emva1288.process.data import Data1288
        from emva1288.process.results import Results1288

        logging.getLogger("Results").setLevel(logging.ERROR)
        content = {"temporal": temporal, "spatial": spatial, "width": shape[1], "height": shape[0]}
        data = Data1288(content, loglevel=logging.ERROR).data
        return Results1288(data, pixel_area=1.0, loglevel=logging.ERROR)


def stack(images: list[UInt16Array]) -> dict[str, Any]:
    """Return the sums over a stack of images that the standard evaluates (its equations for sum and variance)."""
    count = len(images)
    total = np.zeros(images[0].shape, np.int64)
    squares = np.zeros(images[0].shape, np.int64)
    means = [float(image.mean()) for image in images]
    for image in images:
        total += image
        squares += image.astype(np.int64) ** 2
    return {
        "L": count,
        "sum": total,
        "pvar": count * (count * squares - total**2),
        "dmean": means[-1] - means[0],
    }


def pair(images: list[UInt16Array]) -> dict[str, Any]:
    """Return the sums over a pair of images."""
    found = stack(images)
    return {"sum": found["sum"].sum(), "pvar": found["pvar"].sum(), "dmean": found["dmean"]}


def bench(sensor: Sensor, shape: tuple[int, int], seed: int) -> Callable[[float, float], UInt16Array]:
    """Return what takes a picture of (mean photons per pixel, exposure time in seconds), each one of its own."""
    taken = iter(range(10**9))

    def take(photons: float, seconds: float) -> UInt16Array:
        light = np.full(shape, photons, np.float32)
        return digitise_photons(light, sensor, 1.0, seconds, NoiseKey(seed, next(taken), "bench"))

    return take


def measure(
    sensor: Sensor,
    *,
    shape: tuple[int, int] = (256, 320),
    points: int = 50,
    stack_size: int = 16,
    longest_s: float = 20.0,
    seed: int = 1,
) -> Any:
    """Return what a test bench with a constant lamp and varied exposure time finds of a sensor."""
    take = bench(sensor, shape, seed)
    saturating = 1.02 * sensor.full_well_e / sensor.quantum_efficiency[1]
    temporal: dict[float, Any] = {}
    for share in np.linspace(1 / points, 1.0, points):
        seconds, photons = float(share * longest_s), float(share * saturating)
        dark = pair([take(0.0, seconds) for _ in range(2)])
        temporal[seconds * NS_PER_S] = {0.0: dark, photons: pair([take(photons, seconds) for _ in range(2)])}
    return evaluate(temporal, spatial_stacks(sensor, take, stack_size), shape)


def spatial_stacks(
    sensor: Sensor, take: Callable[[float, float], UInt16Array], stack_size: int, seconds: float = 0.01
) -> dict[float, Any]:
    """Return the stacks for nonuniformity: dark, and at half of saturation."""
    half = 0.5 * sensor.full_well_e / sensor.quantum_efficiency[1]
    dark = stack([take(0.0, seconds) for _ in range(stack_size)])
    bright = stack([take(half, seconds) for _ in range(stack_size)])
    return {seconds * NS_PER_S: {0.0: dark, half: bright}}
