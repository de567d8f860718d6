"""Who moves with whom: loads with what they stand on, cameras with what carries them."""

from __future__ import annotations

import numpy as np

from sdg.stage.build import build_stage
from sdg.stage.model import Stage
from tests.recipes import frame_of, recipe_of

RECIPE = """\
scene:
  environment: {asset: warehouse_hall, size_m: [10, 12, 5]}
  objects:
    - name: cart
      asset: pallet
      yaw_deg: 90
      motion: {velocity_mps: [2, 0, 0], angular_dps: [0, 0, 90]}
    - name: load
      asset: carton_large
      place: {grid: {surface: cart, count: [1, 1], center_m: [0.2, 0.1]}}
    - name: runner
      asset: cube
      size_m: [0.1, 0.1, 0.1]
      place: {grid: {surface: load, count: [1, 1]}}
      motion: {velocity_mps: [0, 1, 0]}
lighting:
  - rect: {intensity: 20000}
cameras:
  - name: rider
    exposure: {f_number: 2.8, shutter_s: 0.01, iso: 100}
    mount: {on: cart, pose: {position_m: [0.5, 0, 1], rotation_deg: [-90, 0, -90]}}
    stereo: {baseline_m: 0.12}
render: {quality: low}
"""
DURATION_S = 0.3


def build() -> Stage:
    recipe = recipe_of(RECIPE)
    return build_stage(frame_of(recipe), recipe)


def test_a_load_moves_with_what_it_stands_on() -> None:
    """What is rigidly joined keeps its relative pose at every time."""
    bodies = {body.name: body for body in build().bodies}
    cart, load = bodies["cart[0]"], bodies["load[0]"]
    before = np.linalg.solve(cart.world_from_object, load.world_from_object)
    after = np.linalg.solve(cart.at(DURATION_S).world_from_object, load.at(DURATION_S).world_from_object)
    np.testing.assert_allclose(after, before, atol=1e-12)
    assert not np.allclose(cart.at(DURATION_S).world_from_object, cart.world_from_object)


def test_a_thing_with_a_motion_of_its_own_leaves_what_it_stands_on() -> None:
    bodies = {body.name: body for body in build().bodies}
    before = bodies["runner[0]"].world_from_object
    own_y = before[:3, 1] / np.linalg.norm(before[:3, 1])
    moved = bodies["runner[0]"].at(DURATION_S).world_from_object[:3, 3] - before[:3, 3]
    np.testing.assert_allclose(moved, own_y * DURATION_S, atol=1e-12)


def test_both_eyes_of_a_mounted_pair_ride_on_what_carries_them() -> None:
    stage = build()
    cart = next(body for body in stage.bodies if body.name == "cart[0]")
    for camera in stage.cameras:
        assert camera.motion is not None
        moved = camera.motion.pose_at(camera.world_from_camera, DURATION_S)
        before = np.linalg.solve(cart.world_from_object, camera.world_from_camera)
        after = np.linalg.solve(cart.at(DURATION_S).world_from_object, moved)
        np.testing.assert_allclose(after, before, atol=1e-12)
    assert len(stage.cameras) == 2
