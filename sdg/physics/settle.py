"""Bodies fall until they rest.

Most of a heap soon lies still while a few things topple on. They go on alone, with what they touch, and all else stands
fast meanwhile; then everything is free again, and has to rest so.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sdg.foundation.arrays import BoolArray, FloatArray, IntArray
from sdg.foundation.transforms import nearest_rotation
from sdg.physics.bodies import RigidBody, Settled
from sdg.physics.no_log import no_log_file
from sdg.physics.simulation import Motion, Pace, Simulation, UnsettledError, motion_at_rest, rotation

LONGEST_S = 8.0
# After so long one looks anew how fast things are.
_CHECK_S = 0.024
# A body of which no point gets farther than this in a tenth of a second is at rest. Speeds would not do: contacts that
# come and go shake a body by micrometres, and a ball at the height of its bounce stands still.
_REST_M = 0.0008
_LOOK_S = 4 * _CHECK_S
# Spin dies away at this rate, for want of rolling resistance; after a while faster, and motion with it a little.
_SPIN_RATE = 1.0
_LATE_S = 1.5
_LATE_SPIN_RATES = (3.0, 6.0)
_LATE_RATES = (0.5, 1.5)
# In the end contacts have so many fast steps to grow stiff again, so that what is at rest hardly sinks in.
_LAST_STEPS = 24
# What moves goes on alone where it is at most this share of all that is free, and so many fewer: a model takes a while.
_FEW, _FEWER = 0.6, 12
# Being held disturbs a heap a little; after so many times everything stays free until it rests.
_MOST_HOLDS = 4

# What hits at 2 m/s sinks in by 4 mm, less than the thickness of a sheet; stiffer springs are unstable. What is
# unstable all the same is done again from the start, with the same springs in smaller steps.
_PACES = (Pace(0.001, 0.18), Pace(0.0005, 0.09), Pace(0.00025, 0.045))


def settle(bodies: Sequence[RigidBody], gravity_mps2: float, longest_s: float = LONGEST_S) -> Settled:
    """Let bodies fall until all rest.

    Args:
        bodies: What falls, and what stands fast; at the start they should not interpenetrate.
        gravity_mps2: Along Z, so negative [m/s2].
        longest_s: Stop after about so much of their time, whether they rest or not [s].

    Raises:
        UnsettledError: MuJoCo takes the bodies for impossible; or the simulation is unstable, or has more contacts
            than memory, with the smallest steps too.
    """
    if all(body.mass_kg is None for body in bodies):
        return Settled(tuple(body.world_from_body for body in bodies), (True,) * len(bodies), 0.0)
    faults = ""
    with no_log_file():
        for pace in _PACES:
            course = _Course(bodies, gravity_mps2, pace)
            faults = course.run(longest_s)
            if not faults:
                return course.settled()
    raise UnsettledError(faults)


class _Course:
    """What bodies go through from their start to their rest, at one pace."""

    def __init__(self, bodies: Sequence[RigidBody], gravity_mps2: float, pace: Pace) -> None:
        self._bodies = bodies
        self._gravity_mps2 = gravity_mps2
        self._pace = pace
        self._reach_m = np.array([_reach_m(body) for body in bodies])
        self._movable: IntArray = np.array([i for i, body in enumerate(bodies) if body.mass_kg is not None])
        self._motion = motion_at_rest(bodies)
        self._moved_m = np.zeros(len(bodies))
        self._damping = (0.0, _SPIN_RATE)
        self._time_s = 0.0
        self._holds = 0

    def run(self, longest_s: float) -> str:
        """Go on until everything rests or time is up; return what went wrong, in MuJoCo's words, if anything did."""
        looks, late = round(longest_s / _LOOK_S), round(_LATE_S / _LOOK_S)
        free = self._movable
        simulation = self._simulation(free)
        for look in range(1, looks + 1):
            before = self._motion.states[free]
            for _ in range(round(_LOOK_S / _CHECK_S)):
                simulation.advance(_CHECK_S)
            self._time_s += _LOOK_S
            if faults := simulation.faults():
                return faults
            self._keep(free, simulation.motion())
            self._moved_m[:] = 0.0
            self._moved_m[free] = self._farthest_m(free, before)
            if look in (late, 2 * late):
                self._damping = (_LATE_RATES[look // late - 1], _LATE_SPIN_RATES[look // late - 1])
                simulation.damp(*self._damping)
            if self._is_at_rest.all() and len(free) == len(self._movable):
                return self._harden(simulation)
            wanted = self._to_go_on(simulation, free)
            if len(wanted) != len(free):
                free = wanted
                simulation = self._simulation(free)
        return ""

    @property
    def _is_at_rest(self) -> BoolArray:
        return self._moved_m < _REST_M

    def settled(self) -> Settled:
        """Return where all are."""
        poses = [body.world_from_body for body in self._bodies]
        for index in self._movable:
            state, pose = self._motion.states[index], np.eye(4)
            pose[:3, :3], pose[:3, 3] = nearest_rotation(rotation(state[3:])), state[:3]
            poses[index] = pose
        return Settled(tuple(poses), tuple(bool(rests) for rests in self._is_at_rest), self._time_s)

    def _simulation(self, free: IntArray) -> Simulation:
        simulation = Simulation(self._bodies, free, self._motion, self._gravity_mps2, self._pace)
        simulation.damp(*self._damping)
        return simulation

    def _harden(self, simulation: Simulation) -> str:
        simulation.harden(_LAST_STEPS)
        self._time_s += _LAST_STEPS * self._pace.step_s
        self._keep(self._movable, simulation.motion())
        return simulation.faults()

    def _keep(self, free: IntArray, motion: Motion) -> None:
        self._motion.states[free] = motion.states
        self._motion.velocities[:] = 0.0
        self._motion.velocities[free] = motion.velocities

    def _to_go_on(self, simulation: Simulation, free: IntArray) -> IntArray:
        """Return which bodies are to be free from now on."""
        if self._is_at_rest.all():
            return self._movable
        pairs = simulation.touching()
        is_wanted = ~self._is_at_rest
        is_wanted[pairs[is_wanted[pairs].any(axis=1)]] = True
        wanted = np.intersect1d(np.flatnonzero(is_wanted), free)
        if self._holds == _MOST_HOLDS or len(wanted) > min(_FEW * len(free), len(free) - _FEWER):
            return free
        self._holds += len(free) == len(self._movable)
        return wanted

    def _farthest_m(self, free: IntArray, before: FloatArray) -> FloatArray:
        """Return by how much the farthest point of every free body has moved, at most [m]."""
        now = self._motion.states[free]
        first, second = before[:, 3:], now[:, 3:]
        # Half of a small turn is how far apart the quaternions are; both signs of one mean the same.
        apart = np.minimum(np.linalg.norm(first - second, axis=1), np.linalg.norm(first + second, axis=1))
        moved: FloatArray = np.linalg.norm(before[:, :3] - now[:, :3], axis=1) + 2.0 * apart * self._reach_m[free]
        return moved


def _reach_m(body: RigidBody) -> float:
    return max(float(np.linalg.norm(piece, axis=1).max()) for piece in body.pieces)
