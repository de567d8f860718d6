"""Rules must not refuse what is right."""

from __future__ import annotations

import pytest

from tests.system.malformed.case import BASE

_LENS = "{opencv_pinhole: {fx: 50, k1: {uniform: [-0.1, 0.0]}}}"
_ORBIT = "{orbit: {target: pallet, distance_m: {uniform: [2, 8]}}}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (_LENS, "{pinhole: {focal_length_mm: 8, sensor_width_mm: 6, cx: 30}}"),
        (_LENS, "{choice: [{pinhole: {fx: 40}}, {opencv_pinhole: {fx: 40, k1: 0.2}}]}"),
        ("clip_m: [0.1, 60]", "clip_m: [{uniform: [0.1, 1]}, {uniform: [1.5, 60]}]"),
        ("target: pallet", 'target: "pallet[1]"'),
        ("target: pallet", "target: {choice: [pallet, carton, [0, 0, 1]]}"),
        ("surface: pallet", "surface: {choice: [pallet, floor]}"),
        (_ORBIT, "{look_at: {eye_m: [0, 0, 5], target: [0, 0, 0], up: [0, 1, 0]}}"),
        (_ORBIT, "{look_at: {eye_m: [0, 0, 5], target: [{uniform: [0, 1]}, 0, 0]}}"),
        (_ORBIT, "{transform: {matrix: [[0, 0, 1, 2], [-1, 0, 0, 3], [0, -1, 0, 1], [0, 0, 0, 1]]}}"),
        ("surface: pallet, count: [3, 2]}}", "surface: pallet, count: [3, 2]}}\n      count: 4"),
        ("class: box", "class: pallet"),
    ],
)
def test_what_is_right_is_accepted(load, old, new):
    assert BASE.count(old) == 1
    load(BASE.replace(old, new))


def test_a_variable_used_twice_has_one_value_in_every_judgement(load, faults):
    """Near and far both follow $d, so near < far always holds; with two draws it need not."""
    shared = BASE.replace("vars:\n", "vars:\n  ends: {choice: [[0.1, 1], [2, 20]]}\n")
    load(shared.replace("clip_m: [0.1, 60]", "clip_m: $ends"))
    apart = BASE.replace("clip_m: [0.1, 60]", "clip_m: [{choice: [0.1, 2]}, {choice: [1, 20]}]")
    assert [fault.code for fault in faults(apart)] == ["R061"]


def test_distortions_that_cancel_only_together_are_judged_together(load):
    """k1 = -0.6 folds back alone; k2 = 0.6 with it does not, and a choice between whole lenses keeps them together."""
    lenses = "{choice: [{opencv_pinhole: {fx: 50}}, {opencv_pinhole: {fx: 50, k1: -0.6, k2: 0.6}}]}"
    load(BASE.replace(_LENS, lenses))
