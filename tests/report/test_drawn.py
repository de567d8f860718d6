from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from sdg.report.drawn import BINS, DrawnChoices, DrawnNode, DrawnNumbers, Draws


def draws_of(op: str, inputs: dict[str, Any], values: list[Any], name: str = "vars.x") -> DrawnNode:
    draws = Draws({"nodes": [{"name": name, "op": f"distribution.{op}", "inputs": inputs}]})
    for frame_index, value in enumerate(values):
        draws.add({name: value}, frame_index)
    return draws.nodes[name]


def numbers(node: DrawnNode, index: int = 0) -> DrawnNumbers:
    element = node.elements[index]
    assert isinstance(element, DrawnNumbers)
    return element


def choices(node: DrawnNode) -> DrawnChoices:
    (element,) = node.elements
    assert isinstance(element, DrawnChoices)
    return element


@pytest.mark.parametrize(
    ("op", "inputs", "truth"),
    [
        ("uniform", {"lower": -2.0, "upper": 6.0}, stats.uniform(-2, 8)),
        ("log_uniform", {"lower": 0.01, "upper": 100.0}, stats.loguniform(0.01, 100)),
        ("normal", {"mean": 3.0, "std": 2.0, "min": 0.0, "max": 5.0}, stats.truncnorm(-1.5, 1.0, 3, 2)),
        ("normal", {"mean": 3.0, "std": 2.0}, stats.truncnorm(-4, 4, 3, 2)),
    ],
)
def test_bins_and_declared_shares_are_scipys(op: str, inputs: dict[str, Any], truth: Any) -> None:
    values = truth.rvs(5_000, random_state=np.random.default_rng(1))
    node = draws_of(op, inputs, values.tolist())
    drawn = numbers(node)
    low, high = truth.support()
    edges = np.geomspace(low, high, BINS + 1) if op == "log_uniform" else np.linspace(low, high, BINS + 1)
    assert (drawn.low, drawn.high) == pytest.approx((low, high))
    assert drawn.declared == pytest.approx(np.diff(truth.cdf(edges)), abs=1e-9)
    assert drawn.counts == pytest.approx(np.histogram(values, edges)[0], abs=1)
    assert sum(drawn.counts) == node.count == 5_000
    assert drawn.outside == 0


def test_values_that_cannot_come_are_counted_apart() -> None:
    drawn = numbers(draws_of("uniform", {"lower": 0.0, "upper": 1.0}, [0.0, 0.5, 1.0, 1.01, -3.0, "x", True]))
    assert (sum(drawn.counts), drawn.outside) == (3, 4)
    counted = choices(draws_of("choice", {"choices": ["a", "b"], "weights": [3, 1]}, ["a", "a", "c"]))
    assert (counted.declared, counted.outside) == ({"a": 0.75, "b": 0.25}, 1)


def test_of_many_whole_numbers_none_is_blamed() -> None:
    values = np.random.default_rng(1).integers(0, 1_000_000, 500).tolist()
    drawn = numbers(draws_of("uniform_int", {"lower": 0, "upper": 999_999}, [*values, 1_000_000, -1]))
    assert (drawn.outside, sum(drawn.counts)) == (2, 500)
    assert drawn.counts == np.histogram(values, BINS, (-0.5, 999_999.5))[0].tolist()


@pytest.mark.parametrize(
    ("limits", "outside"),
    [({"min": -9.0, "max": 9.0}, 1), ({"min": -9.0}, 0), ({"min": -2.0}, 1), ({"max": 9.0}, 1), ({}, 0)],
)
def test_limits_of_a_normal_are_those_that_were_set(limits: dict[str, float], outside: int) -> None:
    """-5 and 5 are beyond what is shown, and can be drawn; 9.5 and -2.5 are beyond some of the limits."""
    values = [0.0, 5.0, -5.0 if limits.get("min") != -2.0 else -2.5, 9.5 if "max" in limits else 4.5]
    drawn = numbers(draws_of("normal", {"mean": 0.0, "std": 1.0, **limits}, values))
    assert (drawn.outside, sum(drawn.counts)) == (outside, 4 - outside)


def test_a_normal_without_limits_can_give_anything() -> None:
    drawn = numbers(draws_of("normal", {"mean": 0.0, "std": 1.0}, [-9.0, 9.0]))
    assert (drawn.counts[0], drawn.counts[-1], drawn.outside) == (1, 1, 0)


def test_each_element_of_a_list_has_its_own_bins() -> None:
    node = draws_of("uniform", {"lower": [0.0, 10.0], "upper": [1.0, 20.0]}, [[0.5, 19.9], [0.9, 10.1]])
    assert [(each.low, each.high) for each in (numbers(node, 0), numbers(node, 1))] == [(0, 1), (10, 20)]
    assert [sum(numbers(node, index).counts) for index in (0, 1)] == [2, 2]


@pytest.mark.parametrize(
    ("op", "inputs", "values", "declared"),
    [
        ("uniform_int", {"lower": 2, "upper": 4}, [2, 4, 4], {"2": 1 / 3, "3": 1 / 3, "4": 1 / 3}),
        ("choice", {"choices": [[1, 2], {"a": 1}]}, [[1, 2]], {"[1, 2]": 0.5, '{"a": 1}': 0.5}),
        ("choice", {"choices": ["a", "a", "b"]}, ["a"], {"a": 2 / 3, "b": 1 / 3}),
        ("bernoulli", {"probability": 0.2}, [True], {"true": 0.2, "false": 0.8}),
    ],
)
def test_single_values_have_their_declared_share(
    op: str, inputs: dict[str, Any], values: list[Any], declared: dict[str, float]
) -> None:
    counted = choices(draws_of(op, inputs, values))
    assert counted.declared == pytest.approx(declared)
    assert sum(counted.counts.values()) == len(values)
    assert counted.counts.keys() <= declared.keys()


def test_files_are_called_by_their_paths() -> None:
    files = [{"file": "props/mug.glb"}, {"file": "props/mug.obj", "unit": "cm"}]
    counted = choices(draws_of("choice", {"choices": files}, [files[0], files[1], files[1]]))
    assert counted.counts == {"props/mug.glb": 1, 'props/mug.obj {"unit": "cm"}': 2}
    assert counted.outside == 0


@pytest.mark.parametrize(
    ("name", "rejected"),
    [
        ("cameras.main.pose.orbit.azimuth_deg", True),
        ("scene.objects.human.joints.left_hip", True),
        ("scene.objects.arm.joints_m.lift", True),
        ("scene.objects.human.yaw_deg", False),
    ],
)
def test_poses_that_may_be_drawn_again_are_known_by_their_names(name: str, rejected: bool) -> None:
    node = draws_of("uniform", {"lower": 0.0, "upper": 1.0}, [0.5], name)
    assert node.rejected is rejected


def test_a_draw_that_is_kept_counts_once() -> None:
    """`every: 3`: frames 0 to 2 share a value, 3 to 5 the next, 6 has a third."""
    node = draws_of("uniform", {"lower": 0.0, "upper": 1.0, "every": 3}, [0.1] * 3 + [0.7] * 3 + [0.7])
    assert node.count == sum(numbers(node).counts) == 3
    assert draws_of("uniform", {"lower": 0.0, "upper": 1.0, "every": "dataset"}, [0.1] * 5).count == 1


def test_instances_and_carriers_belong_to_their_node() -> None:
    nodes = [
        {"name": "scene.objects.a.yaw_deg", "op": "distribution.uniform", "inputs": {"lower": 0, "upper": 9}},
        {
            "name": "scene.objects.a.place.count[2]",
            "op": "distribution.uniform_int",
            "inputs": {"lower": 1, "upper": 3},
        },
    ]
    draws = Draws({"nodes": nodes})
    draws.add({"scene.objects.a[0].yaw_deg": 1.0, "scene.objects.a[17].yaw_deg": 2.0}, 0)
    draws.add({"scene.objects.a.place.count[2]@b[3]": 2, "scene.objects.a.place.count[2]": 1, "else": 5}, 0)
    assert [node.count for node in draws.nodes.values()] == [2, 2]


def test_parameters_that_are_drawn_themselves_declare_nothing() -> None:
    node = draws_of("uniform", {"lower": 0.0, "upper": {"ref": "vars.y"}}, [0.5, 3.0])
    assert choices(node).declared == {}
    assert choices(node).counts == {"0.5": 1, "3": 1}


def node(op: str, inputs: Any) -> dict[str, Any]:
    return {"name": "a", "op": f"distribution.{op}", "inputs": inputs}


@pytest.mark.parametrize(
    "graph",
    [
        None,
        3,
        {"nodes": "x"},
        {"nodes": [3, {"op": "distribution.uniform"}, node("uniform", {})]},
        {"nodes": [node("normal", {"mean": "x", "std": float("nan")})]},
        {"nodes": [node("choice", {"choices": [1], "weights": [0]})]},
    ],
)
def test_a_graph_that_is_none_costs_only_the_comparison(graph: Any) -> None:
    draws = Draws(graph)
    draws.add({"a": 1.0}, 0)
    draws.add("nothing", 1)
    assert all(node.count == 1 for node in draws.nodes.values())


@pytest.mark.parametrize(
    ("name", "is_rejected"),
    [
        ("cameras.cam.pose.orbit.distance_m", True),
        ("scene.objects.robot.joints.left_elbow", True),
        ("scene.objects.robot.joints_m.lift", True),
        ("scene.objects.robot.yaw_deg", False),
        ("cameras.cam.exposure.iso", False),
    ],
)
def test_values_of_poses_need_not_follow_what_is_declared(name: str, is_rejected: bool) -> None:
    assert draws_of("uniform", {"lower": 0.0, "upper": 1.0}, [0.5], name).rejected == is_rejected
