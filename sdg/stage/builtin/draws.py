"""Many independent numbers at once, for what grows by the thousand."""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.foundation.seeds import Branch, stream_key


class Draws:
    """Arrays of numbers from one named stream, built from raw words so that a NumPy upgrade changes none."""

    def __init__(self, name: str, variant: int = 0) -> None:
        text = f"{name}#{variant}" if variant else name
        self._bits = np.random.Philox(key=stream_key(Branch.DRAW, 0, "builtin", text))

    def uniform(self, low: float, high: float, *shape: int) -> FloatArray:
        """Return numbers drawn uniformly from [low, high)."""
        words = self._bits.random_raw(int(np.prod(shape)))
        units: FloatArray = (words >> np.uint64(11)).astype(np.float64).reshape(shape) * 2.0**-53
        drawn: FloatArray = low + (high - low) * units
        return drawn

    def bell(self, std: float, *shape: int) -> FloatArray:
        """Return numbers of mean 0 that lie about as a normal distribution's do, and within 3.5 `std`.

        The sum of four uniform numbers (Irwin-Hall) is near enough for plants, and needs no inverse.
        """
        sums: FloatArray = self.uniform(-1.0, 1.0, 4, *shape).sum(axis=0)
        scaled: FloatArray = sums * (std * 0.5 * 3.0**0.5)
        return scaled

    def directions(self, *shape: int) -> FloatArray:
        """Return unit vectors spread evenly over the sphere, shape (*shape, 3)."""
        z = self.uniform(-1.0, 1.0, *shape)
        turn = self.uniform(0.0, 2 * np.pi, *shape)
        level = np.sqrt(1.0 - z**2)
        return np.stack([level * np.cos(turn), level * np.sin(turn), z], axis=-1)
