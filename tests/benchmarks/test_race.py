from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from benchmarks.chart import Line, line_chart
from benchmarks.cycles.ledger import Ledger
from benchmarks.cycles.search import Point, Target, effort_for, extended, seconds_for
from benchmarks.metrics import relative_mse, relative_mse_by_halves
from sdg.foundation.arrays import Float32Array


def test_a_noisy_reference_gives_the_error_against_the_truth() -> None:
    """Picture and halves all have the same noise of 5 %; the halves' mean has half its square, and adds that."""
    random = np.random.default_rng(1)
    truth = np.full((200, 300, 3), 0.5, np.float32)

    def noisy(deviation: float) -> Float32Array:
        return np.asarray(truth + random.normal(0, deviation, truth.shape), np.float32)

    image, first, second = noisy(0.025), noisy(0.025), noisy(0.025)
    wanted = relative_mse(image, truth, 1.0)
    assert relative_mse(image, (first + second) / np.float32(2), 1.0) > 1.4 * wanted
    assert relative_mse_by_halves(image, first, second, 1.0) == pytest.approx(wanted, rel=0.03)


def test_samples_for_an_error_lie_on_the_line_between_logarithms() -> None:
    points = [Point(8, 0.04, 1.0), Point(16, 0.02, 2.0), Point(32, 0.01, 4.0)]
    assert effort_for(points, 0.01 * math.sqrt(2)) == pytest.approx(16 * math.sqrt(2))
    assert seconds_for(points, 16 * math.sqrt(2)) == pytest.approx(3.0)
    assert effort_for(points, 0.005) == math.inf
    assert effort_for(points, 0.1) == 8
    assert extended(points[:2], 0.005) == pytest.approx(64)


def test_a_target_reads_as_it_is_written() -> None:
    assert str(Target.parse("denoised:0.0005")) == "denoised:0.0005"
    with pytest.raises(ValueError, match="raw:ERROR"):
        Target.parse("smooth:0.1")


def test_a_ledger_measures_once_and_goes_on_with_a_sum(tmp_path: Path) -> None:
    asked: list[int] = []

    def picture(index: int) -> Float32Array:
        asked.append(index)
        return np.full((2, 2, 3), float(index), np.float32)

    assert Ledger(tmp_path).mean("ours", "view", 2, picture)[0, 0, 0] == 0.5
    assert Ledger(tmp_path).mean("ours", "view", 4, picture)[0, 0, 0] == 1.5
    assert asked == [0, 1, 2, 3]
    assert [Ledger(tmp_path).get("ours", "time", lambda: len(asked)) for _ in range(2)] == [4, 4]
    asked.clear()
    assert Ledger(tmp_path).get("ours", "time", lambda: len(asked)) == 4
    assert json.loads((tmp_path / "ours.json").read_text()) == {"time": 4}


def test_a_chart_puts_ten_times_as_far_up_by_equal_steps() -> None:
    chart = line_chart([Line("a & b", [10, 100, 1000], [1, 10, 100])], "x", "y")
    assert "a &amp; b" in chart
    (path,) = [line for line in chart.splitlines() if 'stroke-width="2"' in line]
    points = [tuple(map(float, pair.split())) for pair in path.split('"')[1][1:].split("L")]
    steps = np.diff(np.array(points), axis=0)
    assert steps[0] == pytest.approx(steps[1], abs=0.11)
    assert steps[0][0] > 0 > steps[0][1]
