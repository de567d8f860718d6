"""The graph as data: Replicator's words, names made of names, references that lead somewhere, bytes that stay."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sdg.graph.build import build_graph
from sdg.graph.ir import Graph, Node, Ref
from sdg.graph.passes import check_graph, possible_values, upper_bound
from tests.graph.test_sample import RECIPE, full
from tests.recipes import recipe_of

GOLDEN = Path(__file__).parent / "golden_graph.json"


def written(graph: Graph) -> str:
    return json.dumps(graph.to_json(), indent=1) + "\n"


def test_the_graph_of_a_known_recipe_is_known_to_the_byte() -> None:
    """`golden_graph.json` was read by a person once; graph.json files of datasets rely on it."""
    assert written(build_graph(RECIPE)) == GOLDEN.read_text()


def test_the_same_recipe_gives_the_same_graph() -> None:
    assert written(build_graph(recipe_of(full()))) == written(build_graph(RECIPE))


def test_every_edge_leads_from_node_to_node() -> None:
    plain = build_graph(RECIPE).to_json()
    names = {node["name"] for node in plain["nodes"]}
    assert len(names) == len(plain["nodes"])
    assert {name for source, target, _ in plain["edges"] for name in (source, target)} <= names
    assert len(plain["edges"]) > 20


def test_words_are_those_of_replicator() -> None:
    known = {
        "trigger.on_frame",
        *(f"create.{what}" for what in ("from_usd", "cube", "light", "camera", "material_omnipbr")),
        *(f"modify.{what}" for what in ("pose", "pose_orbit", "semantics", "visibility", "attribute")),
        *(f"distribution.{kind}" for kind in ("uniform", "uniform_int", "normal", "choice")),
        "randomizer.scatter_2d",
    }
    ops = {node.op for node in build_graph(RECIPE).nodes}
    assert ops <= known
    assert sum(node.op == "trigger.on_frame" for node in build_graph(RECIPE).nodes) == 1


def test_one_variable_feeds_all_who_use_it() -> None:
    recipe = recipe_of(
        "vars: {a: {uniform: [0, 1]}, b: [$a, 2.0, 3.0]}\n"
        "scene: {objects: [{name: x, asset: cube, yaw_deg: $a, position_m: $b}]}\n"
    )
    pose = build_graph(recipe).by_name["scene.objects.x:pose"].inputs
    assert pose["yaw_deg"] == Ref("vars.a")
    assert pose["position_m"] == [Ref("vars.a"), 2.0, 3.0]


def test_spans_live_on_in_nodes() -> None:
    node = build_graph(RECIPE).by_name["scene.objects.pallet.yaw_deg"]
    assert node.span is not None
    assert RECIPE.text.splitlines()[node.span.line - 1].strip() == "yaw_deg: {uniform: [0, 360]}"


def test_a_graph_with_a_loose_end_is_a_bug() -> None:
    with pytest.raises(AssertionError, match="no node"):
        check_graph(Graph((Node("a", "modify.pose", {"x": [Ref("b")]}),)))
    late = Node("b", "distribution.uniform", {"lower": 0, "upper": 1})
    with pytest.raises(AssertionError, match="drawn before"):
        check_graph(Graph((Node("a", "distribution.combine", {"distributions": [Ref("b")]}), late)))
    with pytest.raises(AssertionError, match="share a name"):
        check_graph(Graph((late, late)))


def test_possible_values_list_every_choice_and_bounds_are_reached() -> None:
    recipe = recipe_of(
        "vars: {size: {choice: [1, {uniform_int: [2, 7]}, {sequence: [3, 9]}]}, "
        "file: {choice: [a.glb, {choice: [b.glb, c.glb]}]}, word: {combine: [{choice: [x, y]}, z]}}\n"
    )
    graph = build_graph(recipe)
    assert upper_bound(Ref("vars.size"), graph) == 9
    assert possible_values({"file": Ref("vars.file")}, graph) == [{"file": f"{name}.glb"} for name in "abc"]
    assert possible_values(Ref("vars.word"), graph) == [["x", "z"], ["y", "z"]]
