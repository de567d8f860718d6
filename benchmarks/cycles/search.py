"""How much effort a renderer needs for an error, and which of Cycles' settings gets there first."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property, partial
from itertools import pairwise

import numpy as np

from benchmarks.cycles.contenders import Case, Contender, Setting
from benchmarks.cycles.ledger import Ledger
from benchmarks.metrics import relative_mse_by_halves
from sdg.foundation.arrays import Float32Array
from sdg.sensor.exposure import auto_saturation_luminance
from sdg.stage.model import Stage

_REFERENCE_SEED = 90_000
_CHUNK = 64
_STEP = 2.0
_MOST_STEPS = 14
_PATIENCE = 1.5
_MANY_SAMPLES = 64


@dataclass(frozen=True)
class Target:
    """An error to reach, with the denoiser or without."""

    denoise: bool
    error: float

    @classmethod
    def parse(cls, text: str) -> Target:
        """Read `raw:0.003` or `denoised:0.001`."""
        kind, _, error = text.partition(":")
        if kind not in ("raw", "denoised"):
            raise ValueError(f"{text}: raw:ERROR or denoised:ERROR")
        return cls(kind == "denoised", float(error))

    def __str__(self) -> str:
        return f"{'denoised' if self.denoise else 'raw'}:{self.error:g}"


@dataclass(frozen=True)
class Point:
    """Mean error and mean seconds over frames and seeds, at an effort."""

    effort: float
    error: float
    seconds: float


class Judge:
    """Errors of one contender's pictures in one case, each frame against the contender's own reference."""

    def __init__(
        self, ledger: Ledger, case: Case, contender: Contender, stages: Sequence[Stage], reference_spp: int
    ) -> None:
        self.ledger, self.case, self.contender, self.stages = ledger, case, contender, stages
        self._spp = reference_spp

    @cached_property
    def halves(self) -> list[tuple[Float32Array, Float32Array]]:
        """Two independent halves of each frame's reference: without denoiser, of other seeds than any picture."""
        chunk = min(_CHUNK, self._spp // 2)
        setting = Setting(chunk, denoise=False)
        found = []
        for stage in self.stages:
            halves = []
            for half in range(2):
                first = _REFERENCE_SEED + 1000 * half
                halves.append(
                    self.ledger.mean(
                        self.contender.name,
                        f"{self.case.name.replace(' ', '_')}_{stage.frame_index}_{half}_{chunk}spp",
                        max(1, self._spp // 2 // chunk),
                        partial(self._sample, stage, setting, first),
                    )
                )
            found.append((halves[0], halves[1]))
        return found

    def reference(self, index: int) -> Float32Array:
        """Return the whole reference of a frame."""
        first, second = self.halves[index]
        mean: Float32Array = (first + second) / np.float32(2)
        return mean

    def error(self, index: int, radiance: Float32Array) -> float:
        """Return the relMSE of a picture of the `index`-th frame."""
        reference = self.reference(index)
        white = auto_saturation_luminance(reference, np.ones(reference.shape[:2], bool))
        return relative_mse_by_halves(radiance, *self.halves[index], white)

    def point(self, setting: Setting, seeds: int) -> Point:
        """Return mean error and time of a setting; frames take turns, so that the world changes each time."""
        measured = []
        for seed in range(seeds):
            for index, stage in enumerate(self.stages):
                key = f"{self.case.name} frame {stage.frame_index} seed {seed} {json.dumps(asdict(setting))}"
                measured.append(self.ledger.get(self.contender.name, key, partial(self._measure, index, setting, seed)))
        errors, seconds = np.mean(measured, axis=0)
        print(
            f"  {self.contender.name} {self.case.name} {_words(self.contender, setting)}: {errors:.5f}, {seconds:.2f} s"
        )
        return Point(setting.effort, float(errors), float(seconds))

    def _sample(self, stage: Stage, setting: Setting, first: int, index: int) -> Float32Array:
        return self.contender.picture(stage, setting, first + index).radiance

    def _measure(self, index: int, setting: Setting, seed: int) -> list[float]:
        picture = self.contender.picture(self.stages[index], setting, seed + 1)
        return [self.error(index, picture.radiance), picture.seconds]

    def climb(
        self, setting: Setting, target: float, seeds: int, start: float, patience_s: float = math.inf
    ) -> list[Point]:
        """Double the effort, from `start`, until the error is below the target; or halve it until it isn't.

        Args:
            setting: All but the effort.
            target: The error.
            seeds: Pictures of each frame.
            start: First effort.
            patience_s: Give up where a picture takes longer, and the error is still above the target.
        """
        points = [self.point(setting.at(_whole(setting, start)), seeds)]
        while points[-1].error > target and points[-1].seconds < patience_s and len(points) < _MOST_STEPS:
            points.append(self.point(setting.at(_whole(setting, points[-1].effort * _STEP)), seeds))
        while points[0].error <= target and points[0].effort > 1:
            points.insert(0, self.point(setting.at(_whole(setting, points[0].effort / _STEP)), seeds))
        return points


def effort_for(points: Sequence[Point], target: float) -> float:
    """Return the effort at which the error is the target: straight lines between logarithms; inf if none reaches it."""
    if points[0].error <= target:
        return points[0].effort
    for low, high in pairwise(points):
        if low.error > target >= high.error:
            share = math.log(low.error / target) / math.log(low.error / max(high.error, 1e-12))
            return float(low.effort * (high.effort / low.effort) ** share)
    return math.inf


def extended(points: Sequence[Point], target: float) -> float:
    """Return the effort at which the error is the target: on the straight line through two logarithms."""
    low, high = points
    slope = math.log(low.error / high.error) / math.log(high.effort / low.effort)
    return float(high.effort * (high.error / target) ** (1 / slope))


def seconds_for(points: Sequence[Point], effort: float) -> float:
    """Return the time at an effort, between those measured."""
    efforts = [math.log(point.effort) for point in points]
    return float(np.interp(math.log(effort), efforts, [point.seconds for point in points]))


def candidates(denoise: bool) -> list[Setting]:
    """Return Cycles' settings that compete, at the effort from which each is tried."""
    start = 4.0 if denoise else 64.0
    fixed = [
        Setting(start, denoise, light_tree, pattern)
        for pattern in ("TABULATED_SOBOL", "BLUE_NOISE")
        for light_tree in (False, True)
    ]
    threshold = 0.5 if denoise else 0.1
    adaptive = [Setting(threshold**-2, denoise, light_tree, adaptive=True) for light_tree in (False, True)]
    return [*fixed, *adaptive]


def best_setting(judge: Judge, target: Target, seeds: int, pixel_ratio: float) -> Setting:
    """Return Cycles' quickest setting for a target, with the effort it needs, by small pictures.

    Error hardly depends on the resolution, but for the denoiser, and which setting is quickest even less. Times are
    those of the small pictures; what is above that of a single sample is scaled to the pixels of large ones. What takes
    much longer than the best so far is given up. Last, the best is tried with a tree over all triangles, which changes
    no error.
    """
    fixed = judge.point(Setting(1.0, target.denoise), seeds).seconds
    ranked: list[tuple[float, Setting]] = []
    patience_s = math.inf
    for candidate in candidates(target.denoise):
        points = judge.climb(candidate, target.error, seeds, candidate.effort, patience_s)
        effort = effort_for(points, target.error)
        if math.isfinite(effort):
            small = seconds_for(points, effort)
            ranked.append((fixed + pixel_ratio * max(small - fixed, 0.0), candidate.at(effort)))
            patience_s = min(patience_s, _PATIENCE * small)
    ranked.sort(key=lambda one: one[0])
    for seconds, setting in ranked:
        print(f"  {target}: about {seconds:.2f} s by {setting.words()}", flush=True)
    best = ranked[0][1]
    trees = [replace(best.at(_whole(best, best.effort)), static_bvh=one) for one in (False, True)]
    dynamic, static = (judge.point(setting, seeds).seconds for setting in trees)
    return replace(best, static_bvh=static < dynamic)


def needed(judge: Judge, guess: Setting, target: Target, seeds: int) -> Setting:
    """Return a setting with the effort that just reaches a target; samples are whole.

    Raw pictures have an error that falls as a power of the samples: an eighth and a quarter of the guess tell which,
    and the race shows what came of it. Others are tried from below the target to above it, then one by one.
    """
    if not target.denoise and not guess.adaptive and guess.effort >= _MANY_SAMPLES:
        points = [judge.point(guess.at(_whole(guess, guess.effort / parts)), seeds) for parts in (8, 4)]
        return guess.at(float(math.ceil(extended(points, target.error))))
    points = judge.climb(guess, target.error, seeds, guess.effort / math.sqrt(_STEP))
    effort = effort_for(points, target.error)
    if math.isinf(effort):
        raise RuntimeError(f"{judge.contender.name} does not reach {target} in {judge.case.name}")
    if guess.adaptive:
        return guess.at(effort)
    samples = math.ceil(effort - 1e-9)
    while judge.point(guess.at(float(samples)), seeds).error > target.error:
        samples += max(1, samples // _MANY_SAMPLES)
    return guess.at(float(samples))


def _whole(setting: Setting, effort: float) -> float:
    return max(1.0, effort if setting.adaptive else float(round(effort)))


def _words(contender: Contender, setting: Setting) -> str:
    what = setting.words() if contender.name == "cycles" else f"{setting.effort:.0f} spp"
    return what + (", denoised" if setting.denoise else "")
