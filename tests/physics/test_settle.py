"""Bodies at rest against what mechanics says, worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

import sdg.physics.settle as settle_module
from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import box_corners, rotation_xyz, translation
from sdg.physics.bodies import RigidBody, Settled
from sdg.physics.settle import settle
from sdg.physics.simulation import UnsettledError

GRAVITY = -9.81


def box(size_m: tuple[float, float, float]) -> FloatArray:
    half = np.array(size_m) / 2
    return box_corners(np.stack([-half, half]))


def ground(tilt_deg: float = 0.0, friction: float = 0.0, restitution: float = 1.0) -> RigidBody:
    """A slab whose top goes through the origin, tilted about x."""
    slab = box((4.0, 4.0, 0.2)) - np.array([0.0, 0.0, 0.1])
    return RigidBody((slab,), rotation_xyz((tilt_deg, 0.0, 0.0)), friction=friction, restitution=restitution)


def ball(radius_m: float) -> FloatArray:
    turn, tilt = np.meshgrid(np.linspace(0, 2 * np.pi, 64, endpoint=False), np.linspace(-np.pi / 2, np.pi / 2, 49))
    return radius_m * np.stack([np.cos(tilt) * np.cos(turn), np.cos(tilt) * np.sin(turn), np.sin(tilt)], -1).reshape(
        -1, 3
    )


def settle_one(body: RigidBody, *fixed: RigidBody) -> tuple[FloatArray, Settled]:
    result = settle([*fixed, body], GRAVITY)
    return result.world_from_body[-1], result


@pytest.mark.parametrize("mass_kg", [0.001, 1.0, 500.0])
@pytest.mark.parametrize("tilt", [(0.0, 0.0, 0.0), (10.0, 20.0, 30.0)])
def test_a_box_rests_on_a_plane_at_half_its_height(mass_kg, tilt):
    """Contacts are springs in acceleration, so that how far they give does not depend on the mass."""
    start = translation((0.0, 0.0, 0.2)) @ rotation_xyz(tilt)
    pose, result = settle_one(RigidBody((box((0.3, 0.2, 0.1)),), start, mass_kg, 0.5), ground())
    assert result.is_at_rest == (True, True)
    assert pose[2, 3] == pytest.approx(0.05, abs=1e-4)
    assert abs(pose[2, 2]) == pytest.approx(1.0, abs=1e-6)


def test_a_ball_rests_in_a_groove_where_two_planes_hold_it():
    """Between planes at 45 degrees a ball's centre is sqrt(2) radii above their common edge."""
    radius = 0.05
    sides = []
    for angle in (45.0, -45.0):
        slab = box((1.0, 1.0, 0.2)) - np.array([0.0, 0.0, 0.1])
        sides.append(RigidBody((slab,), rotation_xyz((angle, 0.0, 0.0)), friction=0.3))
    start = translation((0.0, 0.01, 0.15))
    pose, result = settle_one(RigidBody((ball(radius),), start, 0.2, 0.3), *sides)
    assert result.is_at_rest[-1]
    assert pose[1, 3] == pytest.approx(0.0, abs=2e-4)
    assert pose[2, 3] == pytest.approx(radius * math.sqrt(2), abs=3e-4)


@pytest.mark.parametrize("friction", [0.2, 0.5, 0.9])
def test_a_box_on_a_slope_stays_below_the_angle_of_friction_and_slides_above_it(friction):
    """The tangent of the angle of friction is the coefficient (Coulomb)."""
    critical = math.degrees(math.atan(friction))
    for angle, slides in ((critical - 1.5, False), (critical + 1.5, True)):
        start = rotation_xyz((angle, 0.0, 0.0)) @ translation((0.0, 0.0, 0.0205))
        pose, result = settle_one(RigidBody((box((0.2, 0.2, 0.04)),), start, 1.0, friction), ground(angle))
        moved = float(np.linalg.norm(pose[:3, 3] - start[:3, 3]))
        assert (moved > 0.5) == slides, (angle, moved)
        assert slides or (moved < 0.002 and result.is_at_rest[-1])


def test_the_same_bodies_settle_to_the_same_bytes_after_others_have():
    bodies = [ground(friction=0.4)]
    for index in range(12):
        start = translation((0.01 * index, 0.0, 0.1 + 0.12 * index)) @ rotation_xyz((31.0 * index, 17.0 * index, 0.0))
        bodies.append(RigidBody((box((0.1, 0.06, 0.04)),), start, 0.3, 0.4))
    first = settle(bodies, GRAVITY)
    settle(bodies[:5], -3.0)
    second = settle(bodies, GRAVITY)
    assert all(np.array_equal(a, b) for a, b in zip(first.world_from_body, second.world_from_body, strict=True))
    assert all(first.is_at_rest)


@pytest.mark.parametrize(("restitution", "time_s"), [(0.3, 0.4), (0.5, 0.5), (0.8, 0.5)])
def test_a_ball_bounces_as_high_as_its_restitution_says(restitution, time_s):
    """After an impact at speed v it is at e v t - g t^2 / 2; at this speed its own weight hardly lengthens the impact,
    which takes a fortieth of a second. A tenth of restitution more or less would be 30 mm."""
    height = 0.5
    body = RigidBody((ball(0.05),), translation((0.0, 0.0, 0.05 + height)), 0.2, 0.3, restitution)
    result = settle([ground(restitution=0.9), body], GRAVITY, longest_s=time_s)
    speed = math.sqrt(2 * height * -GRAVITY)
    since = result.simulated_s - speed / -GRAVITY
    expected = restitution * speed * since + GRAVITY * since**2 / 2
    assert result.world_from_body[1][2, 3] - 0.05 == pytest.approx(expected, abs=0.02)


def test_the_smaller_restitution_of_two_bodies_counts():
    dull, lively = (
        settle([ground(restitution=of_ground), RigidBody((ball(0.05),), translation((0.0, 0.0, 0.55)), 0.2, 0.3, 0.8)],
               GRAVITY, longest_s=0.5).world_from_body[1][2, 3]
        for of_ground in (0.1, 0.9)
    )  # fmt: skip
    assert dull < 0.06 < 0.2 < lively


def test_an_unstable_simulation_is_an_error_and_leaves_no_file(tmp_path, monkeypatch):
    """MuJoCo gives up at accelerations of 1e10 m/s2, and would log that in the working folder."""
    monkeypatch.chdir(tmp_path)
    body = RigidBody((box((0.1, 0.1, 0.1)),), translation((0.0, 0.0, 0.2)), 1.0)
    with pytest.raises(UnsettledError, match="BADQACC"):
        settle([ground(), body], -1e12)
    assert not list(tmp_path.iterdir())


def test_what_is_unstable_is_settled_again_in_smaller_steps(monkeypatch):
    """The first pace is made absurd here: its contacts are springs a hundred times too stiff for their steps."""
    bodies = [ground()]
    for index in range(4):
        bodies.append(RigidBody((box((0.1, 0.1, 0.1)),), translation((0.02 * index, 0.0, 0.06 + 0.12 * index)), 1.0))
    usual = settle(bodies, GRAVITY)
    paces = settle_module._PACES
    wild = replace(paces[0], stiffness=1e7)
    monkeypatch.setattr(settle_module, "_PACES", (wild,))
    with pytest.raises(UnsettledError):
        settle(bodies, GRAVITY)
    monkeypatch.setattr(settle_module, "_PACES", (wild, *paces))
    again = settle(bodies, GRAVITY)
    assert all(
        np.array_equal(one, other) for one, other in zip(usual.world_from_body, again.world_from_body, strict=True)
    )
