"""Mounted cameras in the graph: children of what carries them, in Replicator's vocabulary."""

from __future__ import annotations

from sdg.graph.build import build_graph
from sdg.graph.ir import Ref
from tests.recipes import recipe_of

RECIPE = """
scene:
  objects:
    - {name: cart, asset: cube, count: 3}
cameras:
  - name: eye
    lens: {opencv_pinhole: {fx: {uniform: [400, 500]}, cx: 320}}
    mount: {on: "cart[0]", pose: {position_m: [0, 0, {uniform: [1, 2]}]}}
    stereo: {baseline_m: {uniform: [0.1, 0.2]}}
  - {name: top, mount: {on: eye_right}}
  - {name: either, mount: {on: {choice: [cart, eye]}}}
"""


def test_a_camera_is_the_child_of_its_carrier() -> None:
    nodes = build_graph(recipe_of(RECIPE)).by_name
    assert nodes["cameras.eye"].op == "create.camera"
    assert nodes["cameras.eye"].inputs["parent"] == Ref("scene.objects.cart")
    assert nodes["cameras.eye_right"].inputs["parent"] == Ref("cameras.eye")
    assert nodes["cameras.top"].inputs["parent"] == Ref("cameras.eye_right")
    pose = nodes["cameras.eye:pose"]
    assert (pose.op, pose.inputs["on"]) == ("modify.pose", "cart[0]")
    assert pose.inputs["position_m"] == [0, 0, Ref("cameras.eye.mount.pose.position_m[2]")]


def test_a_carrier_that_is_drawn_feeds_the_pose() -> None:
    nodes = build_graph(recipe_of(RECIPE)).by_name
    assert "parent" not in nodes["cameras.either"].inputs
    assert nodes["cameras.either:pose"].inputs["on"] == Ref("cameras.either.mount.on")


def test_both_eyes_of_a_pair_follow_the_same_draws() -> None:
    nodes = build_graph(recipe_of(RECIPE)).by_name
    driven = [nodes[f"cameras.{eye}:lens.opencv_pinhole.fx"].inputs["value"] for eye in ("eye", "eye_right")]
    assert driven == [Ref("cameras.eye.lens.opencv_pinhole.fx")] * 2
    assert nodes["cameras.eye_right:pose"].inputs["position_m"] == [Ref("cameras.eye.stereo.baseline_m"), 0.0, 0.0]
