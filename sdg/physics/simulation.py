"""Some bodies move while all others stand fast: the one place that runs MuJoCo.

One thread, a model and data of its own, fixed solver settings, bodies in the order given: what comes of it is a
function of the arguments, of MuJoCo's version and of the processor's kind. docs/decisions/0012 says how the contact
settings were chosen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sdg.foundation.arrays import FloatArray, IntArray
from sdg.physics.bodies import RigidBody
from sdg.physics.contact import damping_ratio
from sdg.physics.pieces import prepared

# How many of the shortest steps one takes at once: a contact is as much softer as steps are longer, and what hits it
# sinks in by twice as far as it moves in a step.
_FACTORS = (6, 4, 3, 2)
# What is this thin must not move farther in a step; what is thicker, as much farther. But soft contacts last long, in
# which weight takes away from a bounce: where things bounce, thickness does not count.
_THIN_M, _FARTHEST_M = 0.004, 0.0024
_LIVELY = 0.2
# The step while nothing is slow; paces that are finer have the same springs.
_USUAL_STEP_S = 0.001
# Share of a contact's force that is not left to softness, at the surface and a tenth of a millimetre below it.
_SOLIMP = (0.98, 0.995, 1e-4, 0.5, 2.0)


class UnsettledError(Exception):
    """How bodies move can't be worked out, however small the steps."""


@dataclass(frozen=True)
class Pace:
    """How a simulation steps.

    Attributes:
        step_s: The shortest step, while something falls fast; while nothing does, steps are up to six times as long.
        stiffness: Of the spring that a contact is, as a share of one over the step.
    """

    step_s: float
    stiffness: float


@dataclass(frozen=True, eq=False)
class Motion:
    """Where bodies are and how they move.

    Attributes:
        states: Position [m] and quaternion (w, x, y, z), shape (N, 7).
        velocities: Linear in the world's frame [m/s] and angular in the body's [rad/s], shape (N, 6).
    """

    states: FloatArray
    velocities: FloatArray


def motion_at_rest(bodies: Sequence[RigidBody]) -> Motion:
    """Return bodies as they are given, standing still."""
    states = np.zeros((len(bodies), 7))
    for state, body in zip(states, bodies, strict=True):
        state[:3], state[3:] = body.world_from_body[:3, 3], _quaternion(body.world_from_body)
    return Motion(states, np.zeros((len(bodies), 6)))


class Simulation:
    """Bodies of which some are free to move."""

    def __init__(
        self, bodies: Sequence[RigidBody], free: IntArray, motion: Motion, gravity_mps2: float, pace: Pace
    ) -> None:
        """Build a model.

        Args:
            bodies: All of them; where they are comes from `motion`.
            free: Which of them move, ascending, shape (F,).
            motion: Of all bodies; the velocities of what is not free do not count.
            gravity_mps2: Along Z, so negative [m/s2].
            pace: Of the steps.

        Raises:
            UnsettledError: MuJoCo takes the bodies for impossible.
        """
        import mujoco

        self._mujoco = mujoco
        self._pace = pace
        self._overflow = ""
        spec = _world(gravity_mps2)
        scene = _Scene(spec)
        is_free = np.zeros(len(bodies), dtype=bool)
        is_free[free] = True
        for index, body in enumerate(bodies):
            scene.add(index, body, motion.states[index], is_free=bool(is_free[index]))
        try:
            self._model: Any = spec.compile()
        except (ValueError, mujoco.FatalError) as error:
            raise UnsettledError(str(error)) from None
        self._data: Any = mujoco.MjData(self._model)
        self._data.qpos[:] = motion.states[free].ravel()
        self._data.qvel[:] = motion.velocities[free].ravel()
        self._body_of_geom = np.array(
            [int(self._model.geom(i).name.partition(" ")[0]) for i in range(self._model.ngeom)]
        )
        self._damping_ratios: FloatArray = -self._model.geom_solref[:, 1].copy()
        self._masses: FloatArray = self._model.body_mass[1:].copy()
        self._inertias: FloatArray = self._model.body_inertia[1:].mean(axis=1)
        self._farthest_m = _FARTHEST_M
        if max(bodies[index].restitution for index in free) <= _LIVELY:
            self._farthest_m *= max(1.0, min(_thinnest_m(body) for body in bodies) / _THIN_M)

    def faults(self) -> str:
        """Return what went wrong in MuJoCo's words, such as BADQACC; nothing where nothing did."""
        kinds = self._mujoco.mjtWarning
        given = [
            kinds(kind).name.removeprefix("mjWARN_")
            for kind in range(kinds.mjNWARNING)
            if int(self._data.warning[kind].number)
        ]
        return ", ".join([*given, *([self._overflow] if self._overflow else [])])

    def advance(self, duration_s: float) -> None:
        """Go on for a while, in steps in which what is fastest, and falls meanwhile, gets through nothing."""
        speed = float(np.linalg.norm(self._data.qvel.reshape(-1, 6)[:, :3], axis=1).max())
        fastest = speed + abs(float(self._model.opt.gravity[2])) * duration_s
        factor = next((n for n in _FACTORS if n * _USUAL_STEP_S * fastest <= self._farthest_m), 1)
        self._step(self._pace.step_s * factor, duration_s)

    def harden(self, steps: int) -> None:
        """Go on for some of the shortest steps, in which contacts are stiffest."""
        self._step(self._pace.step_s, steps * self._pace.step_s)

    def damp(self, rate: float, spin_rate: float) -> None:
        """Let motion and spin die away at these rates from now on [1/s]."""
        damping = self._model.dof_damping.reshape(-1, 6)
        damping[:, :3] = (rate * self._masses)[:, None]
        damping[:, 3:] = (spin_rate * self._inertias)[:, None]

    def motion(self) -> Motion:
        """Return the motion of what is free, in its order."""
        return Motion(self._data.qpos.reshape(-1, 7).copy(), self._data.qvel.reshape(-1, 6).copy())

    def touching(self) -> IntArray:
        """Return which bodies touch each other, shape (C, 2)."""
        pairs: IntArray = self._body_of_geom[self._data.contact.geom].reshape(-1, 2)
        return pairs

    def _step(self, step_s: float, duration_s: float) -> None:
        frequency = self._pace.stiffness / step_s
        self._model.geom_solref[:, 0] = -(frequency**2)
        self._model.geom_solref[:, 1] = -2.0 * self._damping_ratios * frequency
        self._model.opt.timestep = step_s
        try:
            self._mujoco.mj_step(self._model, self._data, round(duration_s / step_s))
        except self._mujoco.FatalError as error:  # its memory is full
            self._overflow = str(error)


def _world(gravity_mps2: float) -> Any:
    import mujoco

    spec = mujoco.MjSpec()
    spec.compiler.usethread = False
    spec.memory = 1 << 30  # only what is used is taken from the system
    option = spec.option
    option.gravity = [0.0, 0.0, gravity_mps2]
    option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    option.cone = mujoco.mjtCone.mjCONE_ELLIPTIC
    option.solver = mujoco.mjtSolver.mjSOL_NEWTON
    option.iterations = 20
    option.tolerance = 1e-6
    option.disableflags |= mujoco.mjtDisableBit.mjDSBL_AUTORESET
    return spec


class _Scene:
    """Bodies on their way into a model; equal pieces share a mesh. Geoms are named by their body."""

    def __init__(self, spec: Any) -> None:
        import mujoco

        self._mujoco = mujoco
        self._spec = spec
        self._meshes: dict[bytes, str] = {}

    def add(self, index: int, body: RigidBody, state: FloatArray, *, is_free: bool) -> None:
        owner, position, turn = self._spec.worldbody, state[:3], state[3:]
        if is_free:
            owner = self._spec.worldbody.add_body(pos=position, quat=turn)
            owner.add_freejoint()
            position, turn = np.zeros(3), np.array([1.0, 0.0, 0.0, 0.0])
        pieces = [prepared(piece) for piece in body.pieces]
        volume = sum(piece.volume_m3 for piece in pieces)
        common = {
            "friction": [body.friction, 0.0, 0.0],
            "solref": [-1.0, -damping_ratio(body.restitution)],  # until a step sets it
            "solimp": _SOLIMP,
        }
        for ordinal, piece in enumerate(pieces):
            mass = 0.0 if body.mass_kg is None else body.mass_kg * piece.volume_m3 / volume
            middle = position + rotation(turn) @ piece.middle_m if piece.is_box else position
            geom = owner.add_geom(name=f"{index} {ordinal}", pos=middle, quat=turn, mass=mass, **common)
            if piece.is_box:
                geom.type, geom.size = self._mujoco.mjtGeom.mjGEOM_BOX, piece.half_m
            else:
                geom.type, geom.meshname = self._mujoco.mjtGeom.mjGEOM_MESH, self._mesh(piece.corners_m)

    def _mesh(self, piece: FloatArray) -> str:
        key = piece.tobytes()
        if key not in self._meshes:
            name = f"piece_{len(self._meshes)}"
            mesh = self._spec.add_mesh(name=name)
            mesh.uservert = piece.ravel()
            mesh.inertia = self._mujoco.mjtMeshInertia.mjMESH_INERTIA_CONVEX
            self._meshes[key] = name
        return self._meshes[key]


def rotation(quaternion: FloatArray) -> FloatArray:
    """Return the matrix of a quaternion (w, x, y, z), shape (3, 3)."""
    import mujoco

    matrix = np.zeros(9)
    mujoco.mju_quat2Mat(matrix, np.ascontiguousarray(quaternion))
    return matrix.reshape(3, 3)


def _quaternion(pose: FloatArray) -> FloatArray:
    import mujoco

    quaternion = np.zeros(4)
    mujoco.mju_mat2Quat(quaternion, np.ascontiguousarray(pose[:3, :3]).ravel())
    return quaternion


def _thinnest_m(body: RigidBody) -> float:
    """Return how thin the thinnest piece of a body is that something could get through [m]."""
    if body.is_backed:
        return math.inf
    return min(prepared(piece).thickness_m for piece in body.pieces)
