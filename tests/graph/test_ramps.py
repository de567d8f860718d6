from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdg.foundation.seeds import Branch, RandomStream
from sdg.graph.build import build_graph
from sdg.graph.draw import draw
from sdg.graph.sample import sample_frame
from sdg.recipe.load import load_recipe
from sdg.recipe.ramps import ramp_value
from sdg.stage.options import written_options

TEXT = """\
sdg: 1
name: ramped
frames: 11
scene:
  objects:
    - name: cube
      asset: cube
      count: {ramp_int: [1, 4]}
      yaw_deg: {uniform: [0, {ramp: [0, 360], over: [0.2, 0.7]}]}
      position_m: {ramp: [[0, 0, 0], [1, -2, 0]]}
    - {name: ball, asset: sphere, probability: {ramp: [0, 1]}, scale: {log_uniform: [{ramp: [1, 0.1]}, 2]}}
    - name: tube
      asset: {choice: [cylinder, cube], weights: {ramp: [[1, 0], [0, 1]]}}
      yaw_deg: {normal: [0, {ramp: [0, 9]}]}
lighting:
  - dome: {}
cameras:
  - name: main
    pose: {look_at: {eye_m: [9, 9, 9], target: [0, 0, 0]}}
"""


@pytest.fixture
def drawn(tmp_path: Path) -> Any:
    """Return a function from frame, recipe text and overrides to what the frame draws."""

    def function(frame: int, *overrides: str, text: str = TEXT) -> dict[str, Any]:
        path = tmp_path / "ramped.yaml"
        path.write_text(text)
        recipe = load_recipe(path, overrides)
        return dict(sample_frame(recipe, build_graph(recipe), frame).drawn)

    return function


def test_a_ramp_starts_in_the_first_frame_and_ends_in_the_last(drawn):
    first, last = drawn(0), drawn(10)
    assert (first["scene.objects.cube.count"], last["scene.objects.cube.count"]) == (1, 4)
    assert first["scene.objects.cube[0].position_m"] == [0, 0, 0]
    assert last["scene.objects.cube[3].position_m"] == [1, -2, 0]
    assert (first["scene.objects.ball.present"], last["scene.objects.ball.present"]) == (False, True)
    assert (first["scene.objects.tube[0].asset"], last["scene.objects.tube[0].asset"]) == ("cylinder", "cube")
    assert first["scene.objects.tube[0].yaw_deg"] == 0


def test_half_way_a_ramp_is_half_way(drawn):
    """Frame 5 of 11; counts are the nearest whole number of 2.5, the higher of the two."""
    assert drawn(5)["scene.objects.cube[0].position_m"] == [0.5, -1, 0]
    assert drawn(5)["scene.objects.cube.count"] == 3


def test_an_end_moves_over_its_part_of_the_run_alone(drawn):
    """Of 0.2 to 0.7 of the run, frames 0 to 2 are before it and 7 to 10 behind it."""
    ends = [drawn(frame)["scene.objects.cube[0].yaw_deg.uniform[1]"] for frame in range(11)]
    assert ends[:3] == [0, 0, 0]
    assert ends[7:] == [360] * 4
    assert ends[3:7] == pytest.approx([72, 144, 216, 288])


def test_the_number_of_frames_that_are_made_changes_no_frame(drawn):
    for frame in (0, 3, 10):
        assert drawn(frame) == drawn(frame, "frames=2") == drawn(frame, "frames=500")


def test_frames_beyond_the_run_stay_at_its_end(drawn):
    assert drawn(400, "frames=500")["scene.objects.cube.count"] == 4


def test_a_run_of_one_frame_is_at_the_start(drawn):
    assert drawn(0, text=TEXT.replace("frames: 11", "frames: 1"))["scene.objects.cube.count"] == 1


def test_a_ramp_changes_no_draw_of_others(drawn):
    """Between fixed ends, a draw is at the same share of the way as between moving ones."""
    still = drawn(10, text=TEXT.replace("{ramp: [0, 360], over: [0.2, 0.7]}", "360"))
    moving = drawn(10)
    assert moving.pop("scene.objects.cube[0].yaw_deg.uniform[1]") == 360
    kept = {name: value for name, value in moving.items() if "yaw_deg.uniform" not in name}
    assert kept == still


def test_within_a_draw_that_is_kept_an_end_stays_too(drawn):
    kept = TEXT.replace("over: [0.2, 0.7]}]}", "over: [0.2, 0.7]}], every: 4}")
    yaws = [drawn(frame, text=kept)["scene.objects.cube[0].yaw_deg"] for frame in range(4, 8)]
    assert len(set(yaws)) == 1


def test_what_a_ramp_may_come_to_is_both_of_its_ends(tmp_path):
    path = tmp_path / "ramped.yaml"
    path.write_text(TEXT)
    recipe = load_recipe(path)
    at = ("scene", "objects", 0, "position_m")
    assert [value for value, _ in written_options(recipe, at, "lower")] == [(0, -2, 0)]
    assert [value for value, _ in written_options(recipe, at, "upper")] == [(1, 0, 0)]


_NUMBER = st.floats(-1e6, 1e6)
_OVER = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted).filter(lambda over: over[1] - over[0] > 1e-6)


@given(_NUMBER, _NUMBER, _OVER, st.integers(0, 60))
def test_a_ramp_never_leaves_its_ends_and_never_turns_back(start, end, over, last):
    inputs = {"start": start, "end": end, "over": over, "frames": last + 1}
    stream = RandomStream.named(Branch.DRAW, 0, 0, "ramp")
    values = [draw("distribution.ramp", inputs, stream, frame, lambda part: part) for frame in range(last + 3)]
    assert all(min(start, end) <= value <= max(start, end) for value in values)
    slack = 1e-9 * max(1.0, abs(start), abs(end))
    steps = [(after - before) * (1 if end >= start else -1) for before, after in itertools.pairwise(values)]
    assert min(steps) >= -slack
    assert values[last] == end or last == 0


@given(_NUMBER, _NUMBER, _OVER)
def test_a_ramp_is_exactly_its_ends_where_it_begins_and_ends(start, end, over):
    assert ramp_value(start, end, tuple(over), over[0]) == start
    assert ramp_value(start, end, tuple(over), over[1]) == end
