"""Bodies fall until they rest: the one place that runs MuJoCo.

One thread, a model and data of its own for every call, fixed solver settings, bodies in the order given: the result is
a function of the arguments, of MuJoCo's version and of the processor's kind. docs/decisions/0012 says how the contact
settings were chosen.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sdg.foundation.arrays import BoolArray, FloatArray
from sdg.foundation.transforms import nearest_rotation, transform_points
from sdg.physics.bodies import RigidBody, Settled
from sdg.physics.contact import damping_ratio
from sdg.physics.convex import thickness_m, volume_m3
from sdg.physics.no_log import no_log_file

# How many of the shortest steps one takes at once: a contact is as much softer as steps are longer, and what hits it
# sinks in by twice as far as it moves in a step.
_FACTORS = (6, 4, 3, 2)
# What is this thin must not move farther in a step; what is thicker, as much farther. But soft contacts last long, in
# which weight takes away from a bounce: where things bounce, thickness does not count.
_THIN_M, _FARTHEST_M = 0.004, 0.0024
_LIVELY = 0.2
# After so long one looks anew how fast things are.
_CHECK_S = 0.024
# In the end contacts have so many fast steps to grow stiff again, so that what is at rest hardly sinks in.
_LAST_STEPS = 40
# Share of a contact's force that is not left to softness, at the surface and a tenth of a millimetre below it.
_SOLIMP = (0.98, 0.995, 1e-4, 0.5, 2.0)
LONGEST_S = 8.0
# A body of which no point gets farther than this in a tenth of a second is at rest. Speeds would not do: contacts that
# come and go shake a body by micrometres, and a ball at the height of its bounce stands still.
_REST_M = 0.0008
_LOOK_S = 4 * _CHECK_S
# Spin dies away at this rate, for want of rolling resistance; after a while faster, and motion with it a little.
_SPIN_RATE = 1.0
_LATE_S = 1.5
_LATE_SPIN_RATES = (3.0, 6.0)
_LATE_RATES = (0.5, 1.5)
_BOX_SLACK_M = 1e-9
_THINNEST_M = 1e-3


class UnsettledError(Exception):
    """How bodies move can't be worked out, however small the steps."""


@dataclass(frozen=True)
class _Pace:
    """How a simulation steps.

    Attributes:
        step_s: The shortest step, while something falls fast; while nothing does, steps are up to six times as long.
        stiffness: Of the spring that a contact is, as a share of one over the step.
    """

    step_s: float
    stiffness: float


# What hits at 2 m/s sinks in by 4 mm, less than the thickness of a sheet; stiffer springs are unstable. What is
# unstable all the same is done again from the start, with the same springs in smaller steps.
_PACES = (_Pace(0.001, 0.18), _Pace(0.0005, 0.09), _Pace(0.00025, 0.045))


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
    moving = [index for index, body in enumerate(bodies) if body.mass_kg is not None]
    if not moving:
        return Settled(tuple(body.world_from_body for body in bodies), (True,) * len(bodies), 0.0)
    with no_log_file():
        simulation, at_rest = _simulated(bodies, moving, gravity_mps2, longest_s)
    poses = [body.world_from_body for body in bodies]
    is_at_rest = [True] * len(bodies)
    for index, pose, rests in zip(moving, simulation.poses(), at_rest, strict=True):
        poses[index], is_at_rest[index] = pose, bool(rests)
    return Settled(tuple(poses), tuple(is_at_rest), simulation.time_s)


def _simulated(
    bodies: Sequence[RigidBody], moving: Sequence[int], gravity_mps2: float, longest_s: float
) -> tuple[_Simulation, BoolArray]:
    """Return the first simulation that is stable, and by body whether it rests in the end."""
    faults = ""
    for pace in _PACES:
        simulation = _Simulation(bodies, moving, gravity_mps2, pace)
        at_rest = simulation.run(longest_s)
        faults = simulation.faults()
        if not faults:
            return simulation, at_rest
    raise UnsettledError(faults)


class _Simulation:
    def __init__(self, bodies: Sequence[RigidBody], moving: Sequence[int], gravity_mps2: float, pace: _Pace) -> None:
        import mujoco

        self._mujoco = mujoco
        self._pace = pace
        self._overflow = ""
        spec = _world(gravity_mps2)
        scene = _Scene(spec)
        for body in bodies:
            scene.add(body)
        try:
            self._model: Any = spec.compile()
        except (ValueError, mujoco.FatalError) as error:
            raise UnsettledError(str(error)) from None
        self._data: Any = mujoco.MjData(self._model)
        self._damping_ratios: FloatArray = -self._model.geom_solref[:, 1].copy()
        self._reach_m = np.array([_reach_m(bodies[index]) for index in moving])
        self._masses: FloatArray = self._model.body_mass[1:].copy()
        self._inertias: FloatArray = self._model.body_inertia[1:].mean(axis=1)
        self._farthest_m = _FARTHEST_M
        if max(bodies[index].restitution for index in moving) <= _LIVELY:
            self._farthest_m *= max(1.0, min(_thinnest_m(body) for body in bodies) / _THIN_M)

    @property
    def time_s(self) -> float:
        return float(self._data.time)

    def faults(self) -> str:
        """Return what went wrong in MuJoCo's words, such as BADQACC; nothing where nothing did."""
        kinds = self._mujoco.mjtWarning
        given = [
            kinds(kind).name.removeprefix("mjWARN_")
            for kind in range(kinds.mjNWARNING)
            if int(self._data.warning[kind].number)
        ]
        return ", ".join([*given, *([self._overflow] if self._overflow else [])])

    def run(self, longest_s: float) -> BoolArray:
        """Step until everything rests, or something goes wrong, and return by body whether it rests."""
        looks, late = round(longest_s / _LOOK_S), round(_LATE_S / _LOOK_S)
        self._damp(0.0, _SPIN_RATE)
        before = self._states()
        rests: BoolArray = np.zeros(len(before), dtype=bool)
        for look in range(1, looks + 1):
            for _ in range(round(_LOOK_S / _CHECK_S)):
                self._step(self._step_s(), _CHECK_S)
            if self.faults():
                return np.zeros(len(before), dtype=bool)
            now = self._states()
            rests = self._moved_m(before, now) < _REST_M
            if rests.all():
                break
            before = now
            if look in (late, 2 * late):
                self._damp(_LATE_RATES[look // late - 1], _LATE_SPIN_RATES[look // late - 1])
        if rests.all():
            self._step(self._pace.step_s, _LAST_STEPS * self._pace.step_s)
        return rests

    def _step(self, step_s: float, duration_s: float) -> None:
        frequency = self._pace.stiffness / step_s
        self._model.geom_solref[:, 0] = -(frequency**2)
        self._model.geom_solref[:, 1] = -2.0 * self._damping_ratios * frequency
        self._model.opt.timestep = step_s
        try:
            self._mujoco.mj_step(self._model, self._data, round(duration_s / step_s))
        except self._mujoco.FatalError as error:  # its memory is full
            self._overflow = str(error)

    def _step_s(self) -> float:
        """Return the longest step in which what is fastest, and falls until one looks again, gets through nothing."""
        speed = float(np.linalg.norm(self._data.qvel.reshape(-1, 6)[:, :3], axis=1).max())
        fastest = speed + abs(float(self._model.opt.gravity[2])) * _CHECK_S
        shortest = _PACES[0].step_s
        return self._pace.step_s * next((n for n in _FACTORS if n * shortest * fastest <= self._farthest_m), 1)

    def _states(self) -> FloatArray:
        """Return position and quaternion of every body that moves, shape (B, 7)."""
        states: FloatArray = self._data.qpos.reshape(-1, 7).copy()
        return states

    def _moved_m(self, before: FloatArray, now: FloatArray) -> FloatArray:
        """Return by how much the farthest point of every body has moved, at most [m]."""
        first, second = before[:, 3:], now[:, 3:]
        # Half of a small turn is how far apart the quaternions are; both signs of one mean the same.
        apart = np.minimum(np.linalg.norm(first - second, axis=1), np.linalg.norm(first + second, axis=1))
        moved: FloatArray = np.linalg.norm(before[:, :3] - now[:, :3], axis=1) + 2.0 * apart * self._reach_m
        return moved

    def poses(self) -> list[FloatArray]:
        """Return world_from_body of every body that moves."""
        poses = []
        rotation = np.zeros(9)
        for state in self._states():
            pose = np.eye(4)
            self._mujoco.mju_quat2Mat(rotation, state[3:])
            pose[:3, :3] = nearest_rotation(rotation.reshape(3, 3))
            pose[:3, 3] = state[:3]
            poses.append(pose)
        return poses

    def _damp(self, rate: float, spin_rate: float) -> None:
        """Let motion and spin die away at these rates [1/s]."""
        damping = self._model.dof_damping.reshape(-1, 6)
        damping[:, :3] = (rate * self._masses)[:, None]
        damping[:, 3:] = (spin_rate * self._inertias)[:, None]


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
    """Bodies on their way into a model; equal pieces share a mesh."""

    def __init__(self, spec: Any) -> None:
        import mujoco

        self._mujoco = mujoco
        self._spec = spec
        self._meshes: dict[bytes, str] = {}

    def add(self, body: RigidBody) -> None:
        owner = self._spec.worldbody
        if body.mass_kg is not None:
            owner = self._spec.worldbody.add_body(
                pos=body.world_from_body[:3, 3], quat=self._quaternion(body.world_from_body)
            )
            owner.add_freejoint()
        prepared = [_prepared(piece.tobytes()) for piece in body.pieces]
        volume = sum(piece.volume_m3 for piece in prepared)
        common = {
            "friction": [body.friction, 0.0, 0.0],
            "solref": [-1.0, -damping_ratio(body.restitution)],  # until a step sets it
            "solimp": _SOLIMP,
        }
        pose = body.world_from_body if body.mass_kg is None else np.eye(4)
        turn = self._quaternion(pose)
        for piece in prepared:
            mass = 0.0 if body.mass_kg is None else body.mass_kg * piece.volume_m3 / volume
            position = transform_points(pose, piece.middle_m[None])[0] if piece.is_box else pose[:3, 3]
            geom = owner.add_geom(pos=position, quat=turn, mass=mass, **common)
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

    def _quaternion(self, pose: FloatArray) -> FloatArray:
        quaternion = np.zeros(4)
        self._mujoco.mju_mat2Quat(quaternion, np.ascontiguousarray(pose[:3, :3]).ravel())
        return quaternion


def _reach_m(body: RigidBody) -> float:
    return max(float(np.linalg.norm(piece, axis=1).max()) for piece in body.pieces)


def _thinnest_m(body: RigidBody) -> float:
    """Return how thin the thinnest piece of a body is that something could get through [m]."""
    if body.is_backed:
        return math.inf
    return min(_prepared(piece.tobytes()).thickness_m for piece in body.pieces)


def _is_box(piece: FloatArray, middle: FloatArray, half: FloatArray) -> bool:
    """Return whether a piece is the whole box round it, so that boxes can collide as boxes."""
    if len(piece) != 8:
        return False
    signs = np.sign(piece - middle)
    is_corner = bool(np.all(np.abs(np.abs(piece - middle) - half) < _BOX_SLACK_M))
    return is_corner and len(np.unique(signs, axis=0)) == 8


@dataclass(frozen=True, eq=False)
class _Piece:
    """A piece with a thickness.

    Attributes:
        middle_m, half_m: Of the box round it, shape (3,).
        is_box: Whether it is that box.
    """

    corners_m: FloatArray
    volume_m3: float
    thickness_m: float
    middle_m: FloatArray
    half_m: FloatArray
    is_box: bool


@functools.lru_cache(maxsize=8192)
def _prepared(content: bytes) -> _Piece:
    """Return what a piece is to MuJoCo; frame after frame it is the same."""
    piece = _solid(np.frombuffer(content).reshape(-1, 3))
    low, high = piece.min(axis=0), piece.max(axis=0)
    middle, half = (low + high) / 2, (high - low) / 2
    return _Piece(piece, volume_m3(piece), thickness_m(piece), middle, half, _is_box(piece, middle, half))


def _solid(piece: FloatArray) -> FloatArray:
    """Return a piece with a thickness: what is flat gets a millimetre, half on either side."""
    middle = piece.mean(axis=0)
    _, _, axes = np.linalg.svd(piece - middle, full_matrices=len(piece) < 3)
    across = (piece - middle) @ axes.T
    flat = np.flatnonzero(across.max(axis=0) - across.min(axis=0) < _THINNEST_M / 10)
    for axis in flat:
        offset = axes[axis] * (_THINNEST_M / 2)
        piece = np.concatenate([piece - offset, piece + offset])
    return piece
