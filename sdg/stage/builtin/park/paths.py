"""Where a park's paths run, and how far a place is from them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sdg.foundation.arrays import BoolArray, FloatArray
from sdg.recipe.families.park import ParkTerrainForm
from sdg.stage.builtin.draws import Draws

STATION_M = 0.45
_WAVE_M = 62.0


@dataclass(frozen=True, eq=False)
class Paths:
    """Middles of the paths, seen from above.

    Attributes:
        lines: One each, at stations `STATION_M` apart, shape (S, 2) [m].
        half_m: Half their width.
    """

    lines: tuple[FloatArray, ...]
    half_m: float

    def nearest(self, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return how far points, shape (N, 2), are from each path's middle, and where that is nearest.

        Returns:
            Distances, shape (L, N) [m], and places, shape (L, N, 2).
        """
        from scipy.spatial import cKDTree

        distances, places = [], []
        for line in self.lines:
            fine = _refined(line, 6)
            away, index = cKDTree(fine).query(points)
            distances.append(away)
            places.append(fine[index])
        return np.stack(distances), np.stack(places)

    def within(self, points: FloatArray, margin_m: float) -> BoolArray:
        """Return which points, shape (N, 2), lie on a path or less than a margin beside one, shape (N,)."""
        from scipy.spatial import cKDTree

        middles = np.concatenate([_refined(line, 6) for line in self.lines])
        away, _ = cKDTree(middles).query(points, distance_upper_bound=self.half_m + margin_m)
        is_near: BoolArray = np.isfinite(away)
        return is_near


def plan_paths(length_m: float, inner_m: float, form: ParkTerrainForm) -> Paths:
    """Return paths from one side of a park to the other.

    Args:
        length_m: Of the park's shorter side.
        inner_m: Half the side of the lawn on which things stand; a path swings within it.
        form: The park's.
    """
    draws = Draws("park paths", form.variant)
    lines = []
    for index in range(form.paths):
        along = np.arange(-length_m / 2 + 0.5, length_m / 2 - 0.5, STATION_M / 4)
        phase = draws.uniform(0.0, 2 * math.pi, 3)
        wave = min(_WAVE_M, 2.2 * inner_m)
        swing = form.winding * 0.14 * wave
        aside = swing * (
            np.sin(2 * math.pi * along / wave + phase[0])
            + 0.35 * np.sin(4.6 * math.pi * along / wave + phase[1])
            + 0.12 * np.sin(9.4 * math.pi * along / wave + phase[2])
        )
        middle = aside[np.abs(along) < inner_m].mean()
        line = np.stack([along, aside - middle], axis=1)
        lines.append(_even(line if index == 0 else line[:, ::-1]))
    return Paths(tuple(lines), form.path_width_m / 2)


def left_of(line: FloatArray) -> FloatArray:
    """Return unit vectors to the left of a line, shape (S, 2), at its stations."""
    forward = np.gradient(line, axis=0)
    forward /= np.linalg.norm(forward, axis=1, keepdims=True)
    return np.stack([-forward[:, 1], forward[:, 0]], axis=1)


def _even(line: FloatArray) -> FloatArray:
    """Return a line at stations equally far apart."""
    travelled = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    stations = np.linspace(0.0, travelled[-1], round(travelled[-1] / STATION_M) + 1)
    return np.stack([np.interp(stations, travelled, line[:, axis]) for axis in range(2)], axis=1)


def _refined(line: FloatArray, factor: int) -> FloatArray:
    at = np.linspace(0.0, len(line) - 1, (len(line) - 1) * factor + 1)
    return np.stack([np.interp(at, np.arange(len(line)), line[:, axis]) for axis in range(2)], axis=1)
