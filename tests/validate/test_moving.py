from __future__ import annotations

from typing import Any

import pytest

from sdg.foundation.seeds import Branch, RandomStream
from sdg.validate.draws import Draws, judge
from sdg.validate.findings import Findings
from sdg.validate.moving import ramp_at

FRAMES = 400
RAMP = {"start": 1.0, "end": 11.0, "over": [0.0, 0.5], "frames": FRAMES}
GRAPH = {
    "nodes": [
        {"name": "high", "op": "distribution.ramp", "inputs": RAMP},
        {"name": "even", "op": "distribution.uniform", "inputs": {"lower": 0.0, "upper": {"ref": "high"}}},
        {"name": "log", "op": "distribution.log_uniform", "inputs": {"lower": 0.5, "upper": {"ref": "high"}}},
        {"name": "bell", "op": "distribution.normal", "inputs": {"mean": {"ref": "high"}, "std": 2.0, "min": 0.0}},
        {"name": "whole", "op": "distribution.uniform_int", "inputs": {"lower": 0, "upper": {"ref": "steps"}}},
        {"name": "steps", "op": "distribution.ramp_int", "inputs": {**RAMP, "start": 1, "end": 3}},
    ]
}


def _record(frame: int, **drawn: Any) -> dict[str, Any]:
    return {"frame_index": frame, "seed": 0, "scene_info": {"drawn": drawn}}


def _judged(findings: Findings, value: Any) -> dict[str, Any]:
    """Return what comes of a dataset in which `value(frame, share, low end, high end)` makes the draws of `even`."""
    draws = Draws(GRAPH, "graph.json", findings)
    for frame in range(FRAMES):
        share = RandomStream.named(Branch.DRAW, 0, frame, "even").unit()
        draws.add(_record(frame, even=value(share, ramp_at("distribution.ramp", RAMP, frame))), f"{frame}.json")
    return judge([draws], findings)


def _codes(findings: Findings) -> set[str]:
    return {finding.code for finding in findings.all()}


def test_draws_that_follow_a_moving_end_are_as_declared():
    findings = Findings()
    report = _judged(findings, lambda share, high: share * high)
    assert not _codes(findings)
    assert report["tests"][0]["values"] == FRAMES


def test_draws_that_fill_only_a_part_of_where_a_moving_end_is_are_found():
    findings = Findings()
    _judged(findings, lambda share, high: 0.8 * share * high)
    assert _codes(findings) == {"V812"}


def test_a_draw_beyond_where_the_end_is_in_its_frame_is_found():
    """In the first frame the end is at 1; that it comes to 11 later does not excuse a 2."""
    findings = Findings()
    Draws(GRAPH, "graph.json", findings).add(_record(0, even=2.0), "0.json")
    assert _codes(findings) == {"V811"}


@pytest.mark.parametrize(
    ("frame", "drawn", "fits"),
    [
        (0, {"high": 1.0}, True),
        (0, {"high": 1.5}, False),
        (FRAMES - 1, {"high": 11.0}, True),
        (10 * FRAMES, {"high": 11.0}, True),
        (0, {"log": 1.0}, True),
        (0, {"log": 1.1}, False),
        (0, {"bell": -0.1}, False),
        (0, {"bell": 0.1}, True),
        (0, {"whole": 2}, False),
        (FRAMES - 1, {"whole": 2}, True),
        (0, {"steps": 1}, True),
        (0, {"steps": 2}, False),
        (0, {"steps": [1]}, True),
        (0, {"high": "1"}, False),
    ],
)
def test_what_a_frame_draws_fits_where_its_ramps_are(frame, drawn, fits):
    findings = Findings()
    Draws(GRAPH, "graph.json", findings).add(_record(frame, **drawn), "x.json")
    assert _codes(findings) == (set() if fits else {"V811"})


@pytest.mark.parametrize(
    "inputs", [{}, {"start": 1}, {**RAMP, "over": [1, 0]}, {**RAMP, "frames": 0}, {**RAMP, "end": [1]}]
)
def test_a_ramp_that_says_too_little_is_a_finding_and_breaks_nothing(inputs):
    findings = Findings()
    graph = {"nodes": [{**GRAPH["nodes"][0], "inputs": inputs}, *GRAPH["nodes"][1:]]}
    draws = Draws(graph, "graph.json", findings)
    draws.add(_record(0, even=0.5, high=1.0), "0.json")
    judge([draws], findings)
    assert _codes(findings) == {"V814"}


@pytest.mark.parametrize("every_other", [False, True])
def test_first_tries_of_a_pose_whose_ends_move_are_known(every_other):
    """A pose may be drawn again: a value of another try than the first lies in the range, too."""
    name = "cameras.cam.pose.orbit.distance_m"
    own = {"name": name, "op": "distribution.uniform", "inputs": {"lower": 0.5, "upper": {"ref": "high"}}}
    findings = Findings()
    draws = Draws({"nodes": [GRAPH["nodes"][0], own]}, "graph.json", findings)
    for frame in range(FRAMES):
        again = "#1" if every_other and frame % 2 else ""
        stream = RandomStream.named(Branch.DRAW, 0, frame, name + again)
        value = stream.uniform(0.5, ramp_at("distribution.ramp", RAMP, frame))
        draws.add(_record(frame, **{name: value}), f"{frame}.json")
    (entry,) = judge([draws], findings)["rejected"]
    assert entry == {"graph": "graph.json", "name": name, "accepted": 0.5 if every_other else 1.0, "values": FRAMES}
    assert not _codes(findings)
