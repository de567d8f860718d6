"""Randomness keyed by name: a value is a function of (seed, frame, name), and of nothing else.

Every random number in `sdg` comes from a Philox stream whose 128-bit key is a digest of the recipe seed, the
frame and the name of what is drawn. So frame 812 can be made alone, and adding a node to a recipe changes no
other node's values. NumPy promises the bits of `Philox.random_raw`, not those of its distributions; the few
distributions that a recipe has are built here from the raw bits, and golden values in the tests hold them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from enum import StrEnum
from statistics import NormalDist

import numpy as np

from sdg.foundation.digest import canonical_json

_STANDARD_NORMAL = NormalDist()


class Branch(StrEnum):
    """The places where randomness may enter; streams of different branches never meet."""

    DRAW = "draw"
    PLACEMENT = "placement"
    TRACER = "tracer"
    SENSOR_NOISE = "sensor_noise"


def stream_key(branch: Branch, seed: int, frame: int | str, name: str) -> int:
    """Return the 128-bit Philox key of one named stream."""
    text = canonical_json([str(branch), seed, frame, name])
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest(), "little")


def seed32(branch: Branch, seed: int, frame: int | str, name: str) -> int:
    """Return a 32-bit seed for a component that takes no larger one, such as a Mitsuba sampler."""
    return stream_key(branch, seed, frame, name) & 0xFFFFFFFF


def noise_generator(seed: int, frame: int | str, name: str) -> np.random.Generator:
    """Return NumPy's generator on a named stream, for sensor noise."""
    return np.random.Generator(np.random.Philox(key=stream_key(Branch.SENSOR_NOISE, seed, frame, name)))


class RandomStream:
    """One named stream of random numbers, built from raw 64-bit words so that a NumPy upgrade changes none."""

    def __init__(self, key: int) -> None:
        self._bits = np.random.Philox(key=key)

    @classmethod
    def named(cls, branch: Branch, seed: int, frame: int | str, name: str) -> RandomStream:
        return cls(stream_key(branch, seed, frame, name))

    def _word(self) -> int:
        return int(self._bits.random_raw())

    def unit(self) -> float:
        """Draw uniformly from [0, 1), in steps of 2^-53."""
        return (self._word() >> 11) * 2.0**-53

    def uniform(self, low: float, high: float) -> float:
        """Draw uniformly from [low, high)."""
        return low + (high - low) * self.unit()

    def integer(self, low: int, high: int) -> int:
        """Draw an integer from low to high, both included, without modulo bias."""
        size = high - low + 1
        limit = (1 << 64) - (1 << 64) % size
        word = self._word()
        while word >= limit:
            word = self._word()
        return low + word % size

    def normal(self, mean: float, std: float) -> float:
        """Draw from a normal distribution, by its inverse cumulative distribution."""
        # Half a step up keeps the argument inside (0, 1): the inverse is infinite at both ends.
        return mean + std * _STANDARD_NORMAL.inv_cdf(self.unit() + 2.0**-54)

    def choice(self, weights: Sequence[float]) -> int:
        """Draw an index with probability proportional to its weight."""
        threshold = self.unit() * sum(weights)
        cumulative = 0.0
        for index, weight in enumerate(weights):
            cumulative += weight
            if threshold < cumulative:
                return index
        return max(index for index, weight in enumerate(weights) if weight > 0)
