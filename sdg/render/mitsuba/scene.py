"""The persistent Mitsuba scene: built once from a plan, then filled in place for each frame.

Every object has its own `load_dict`, in a fixed order: nested ones are instantiated in parallel, and the order of
emitters decides bytes. `optimize=False` keeps Mitsuba from merging shapes. What a frame does not use is parked.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import drjit as dr
import mitsuba as mi
import numpy as np

from sdg.foundation.arrays import FloatArray, UInt32Array
from sdg.foundation.transforms import scaling, translation
from sdg.render.mitsuba.atlas import Atlas
from sdg.render.mitsuba.environment import (
    WORLD_FROM_MAP,
    EnvironmentState,
    environment_kind,
    environment_map,
    lower_environment,
    uniform_radiance,
)
from sdg.render.mitsuba.lower import (
    PARKED,
    PARKING_M,
    EmitterState,
    MeshState,
    lower_light,
    lower_mesh,
    mesh_identity,
    parked_mesh,
)
from sdg.render.mitsuba.pool import assign_entries, plan_entries
from sdg.render.mitsuba.sky import sky_radiance, sun_emitter
from sdg.render.mitsuba.surface import ShapeData, SurfaceBsdf
from sdg.render.mitsuba.upload import aligned
from sdg.stage.model import Body, Light, Material, Part, Stage, StagePlan

FLAG_INVISIBLE = 1
FLAG_SUN = 2
_BLACK = Material("black", (0.0, 0.0, 0.0), specular=0.0)
_SHAPES = {"rect": "rectangle", "disk": "disk", "sphere": "sphere", "cylinder": "cylinder"}
_OFF = EmitterState("disk", translation(PARKING_M) @ scaling((1e-3, 1e-3, 1e-3)), (0.0, 0.0, 0.0), False, True)


@dataclass(frozen=True, eq=False)
class FrameTables:
    """What a frame's shapes stand for, by registry index (0 is "no shape").

    Attributes:
        entity_ids: shape (S,), uint32; 0 for lamps.
        entries: Index of the mesh entry, shape (S,), int64; -1 for lamps.
        flags: `FLAG_INVISIBLE` and `FLAG_SUN`, shape (S,), uint32.
        triangles_m: Corners of every triangle of every entry, shape (T, 3, 3), float64 [m], world frame.
        first_triangle: Where an entry's triangles begin, shape (E,), int64.
        things: Entity ids of the things, in their order.
    """

    entity_ids: UInt32Array
    entries: Any
    flags: UInt32Array
    vertices_m: FloatArray
    faces: Any
    first_face: Any
    things: tuple[int, ...]


class PersistentScene:
    """A Mitsuba scene with room for every frame of a plan."""

    def __init__(self, plan: StagePlan) -> None:
        self._entries = plan_entries(plan)
        choices = [plan.slots[slot] for slot in sorted(plan.slots)]
        self._atlas = Atlas(part.material for slot in choices for parts in slot for part in parts)
        self._data = ShapeData()
        self._bsdf = SurfaceBsdf(self._data)
        objects: dict[str, Any] = {"type": "scene"}
        self._held = [parked_mesh() for _ in range(self._entries.count)]
        self.meshes = [_build_mesh(index, state, self._bsdf) for index, state in enumerate(self._held)]
        objects.update({_mesh_name(index): mesh for index, mesh in enumerate(self.meshes)})
        self._lamp_slots = _lamp_slots(plan.lights)
        self.lamps = [
            _build_lamp(f"lamp_{index:04d}", kind, self._bsdf) for index, (_, kind) in enumerate(self._lamp_slots)
        ]
        objects.update({lamp.id(): lamp for lamp in self.lamps})
        self.environment_kind = environment_kind(plan.lights)
        if self.environment_kind != "none":
            objects["environment"] = _build_environment(self.environment_kind)
        # A dark light of no weight: with one, Mitsuba always chooses lights by weight, so switching lamps on and
        # off changes numbers and never the kernel. Where all else is off, it is what gets chosen.
        objects["darkness"] = mi.load_dict(
            {"type": "point", "id": "darkness", "intensity": 0.0, "sampling_weight": 0.0}
        )
        self.scene = mi.load_dict(objects, optimize=False)
        self._params = mi.traverse(self.scene)
        self._lamp_states: list[EmitterState | None] = [None] * len(self.lamps)
        self._map_identity = ""
        self.mesh_ids = [_registry_index(mesh) for mesh in self.meshes]
        self.lamp_ids = [_registry_index(lamp) for lamp in self.lamps]
        self.shape_count = max([0, *self.mesh_ids, *self.lamp_ids]) + 1
        self.can_hide = any(not light.visible for light in plan.lights)
        self.environment_visible = True

    def update(self, stage: Stage) -> FrameTables:
        """Make the scene show a stage; what it showed before leaves no trace."""
        held = assign_entries(self._entries, stage.bodies)
        self._update_meshes(stage.bodies, held)
        lamps = self._update_lamps(stage.lights)
        shines = self._update_environment(stage.lights)
        lit = shines or any(max(state.radiance) > 0 for state in lamps)
        self._params["darkness.sampling_weight"] = 0.0 if lit else 1.0
        self._params.update()
        return self._tables(stage.bodies, held, lamps)

    def _update_meshes(self, bodies: Sequence[Body], held: Mapping[int, tuple[int, Part]]) -> None:
        for index, before in enumerate(self._held):
            if index in held:
                body, part = bodies[held[index][0]], held[index][1]
                if before.identity == mesh_identity(body, part):
                    continue
                state = lower_mesh(body, part)
            elif before.identity == PARKED:
                continue
            else:
                state = parked_mesh()
            for name, values in _mesh_arrays(state).items():
                self._params[f"{_mesh_name(index)}.{name}"] = values
            self._held[index] = state

    def _update_lamps(self, lights: Sequence[Light]) -> list[EmitterState]:
        by_slot: dict[tuple[str, str], EmitterState] = {}
        for light in lights:
            state = sun_emitter(light) if light.kind == "sun_sky" else lower_light(light)
            if state is not None:
                by_slot[light.name, state.kind] = state
        missing = sorted(set(by_slot) - set(self._lamp_slots))
        if missing:
            raise AssertionError(f"lights {missing} are not in the stage plan")
        states = [by_slot.get(slot, _OFF) for slot in self._lamp_slots]
        for lamp, state, before, index in zip(self.lamps, states, self._lamp_states, itertools.count()):
            if before is not None and _same_lamp(before, state):
                continue
            name = lamp.id()
            lit = max(state.radiance) > 0
            self._params[f"{name}.to_world"] = _transform(state.world_from_shape)
            self._params[f"{name}.emitter.radiance.value"] = mi.Color3f(*state.radiance)
            self._params[f"{name}.emitter.sampling_weight"] = 1.0 if lit else 0.0
            self._lamp_states[index] = state
        return states

    def _update_environment(self, lights: Sequence[Light]) -> bool:
        """Update domes and skies; return whether any of them shines."""
        if self.environment_kind == "none":
            return False
        state = lower_environment(lights)
        self.environment_visible = state.visible
        if self.environment_kind == "constant":
            radiance = uniform_radiance(state)
            self._params["environment.radiance.value"] = mi.Color3f(*radiance)
            shines = max(radiance) > 0
        else:
            shines = self._update_map(state)
            self._params["environment.scale"] = state.scale if shines else 0.0
            self._params["environment.to_world"] = _transform(state.rotation @ WORLD_FROM_MAP)
        self._params["environment.sampling_weight"] = 1.0 if shines else 0.0
        return shines

    def _update_map(self, state: EnvironmentState) -> bool:
        """Load a frame's map unless it is there already; return whether it is not all black."""
        if not state.lights:
            return False
        if state.identity != self._map_identity:
            radiance = environment_map(state, sky_radiance)
            if not radiance.any():
                return False  # Mitsuba can't hold a black map; what it holds instead is switched off.
            padded = np.concatenate([radiance[:, -1:], radiance, radiance[:, :1]], axis=1)
            self._params["environment.data"] = mi.TensorXf(np.ascontiguousarray(padded))
            self._map_identity = state.identity
        return True

    def _tables(
        self, bodies: Sequence[Body], held: Mapping[int, tuple[int, Part]], lamps: Sequence[EmitterState]
    ) -> FrameTables:
        entity_ids = np.zeros(self.shape_count, np.uint32)
        entries = np.full(self.shape_count, -1, np.int64)
        flags = np.zeros(self.shape_count, np.uint32)
        rows = np.tile(self._atlas.row(_BLACK), (self.shape_count, 1))
        for index, (body, part) in held.items():
            shape = self.mesh_ids[index]
            entity_ids[shape] = body + 1
            entries[shape] = index
            rows[shape] = self._atlas.row(part.material)
        for shape, state in zip(self.lamp_ids, lamps, strict=True):
            flags[shape] = (0 if state.visible else FLAG_INVISIBLE) | (FLAG_SUN if state.is_sun else 0)
        self._data.upload_rows(rows)
        if self._atlas.is_new:
            self._data.upload_texels(self._atlas.words())
        vertex_counts = [len(state.vertices_m) for state in self._held]
        face_counts = [len(state.faces) for state in self._held]
        first_vertex = np.concatenate([[0], np.cumsum(vertex_counts)]).astype(np.int64)
        return FrameTables(
            entity_ids=entity_ids,
            entries=entries,
            flags=flags,
            vertices_m=np.concatenate([state.vertices_m for state in self._held] or [np.zeros((0, 3))]),
            faces=np.concatenate(
                [state.faces + first for state, first in zip(self._held, first_vertex, strict=False)]
                or [np.zeros((0, 3), np.int64)]
            ),
            first_face=np.concatenate([[0], np.cumsum(face_counts)]).astype(np.int64),
            things=tuple(index + 1 for index, body in enumerate(bodies) if body.is_thing),
        )


def _build_mesh(index: int, state: MeshState, bsdf: mi.BSDF) -> mi.Mesh:
    properties = mi.Properties()
    properties["bsdf"] = bsdf
    mesh = mi.Mesh(_mesh_name(index), 3, 1, props=properties, has_vertex_normals=True, has_vertex_texcoords=True)
    params = mi.traverse(mesh)
    for name, values in _mesh_arrays(state).items():
        params[name] = values
    params.update()
    return mesh


def _mesh_arrays(state: MeshState) -> dict[str, Any]:
    """Return a mesh's arrays by Mitsuba's names."""
    return {
        "vertex_positions": mi.Float(aligned(state.vertices_m, np.float32)),
        "faces": mi.UInt32(aligned(state.faces, np.uint32)),
        "vertex_normals": mi.Float(aligned(state.normals, np.float32)),
        "vertex_texcoords": mi.Float(aligned(state.uvs, np.float32)),
    }


def _mesh_name(index: int) -> str:
    return f"mesh_{index:05d}"


def _lamp_slots(lights: Sequence[Light]) -> list[tuple[str, str]]:
    """Return (light name, Mitsuba shape) for every light that is a shape, in order, each once."""
    slots = [(light.name, _SHAPES.get(light.kind, "disk")) for light in lights if light.kind != "dome"]
    return list(dict.fromkeys(slots))


def _build_lamp(name: str, kind: str, bsdf: mi.BSDF) -> mi.Shape:
    emitter = mi.load_dict({"type": "area", "radiance": {"type": "rgb", "value": [0.0, 0.0, 0.0]}})
    to_world = mi.ScalarTransform4f(_OFF.world_from_shape)
    return mi.load_dict({"type": kind, "id": name, "to_world": to_world, "emitter": emitter, "bsdf": bsdf})


def _build_environment(kind: str) -> mi.Emitter:
    if kind == "constant":
        return mi.load_dict(
            {"type": "constant", "id": "environment", "radiance": {"type": "rgb", "value": [0.0, 0.0, 0.0]}}
        )
    bitmap = mi.Bitmap(np.ones((16, 32, 3), np.float32))
    return mi.load_dict({"type": "envmap", "id": "environment", "bitmap": bitmap})


def _registry_index(shape: mi.Shape) -> int:
    return int(dr.reinterpret_array(mi.UInt32, mi.ShapePtr(shape))[0])


def _transform(matrix: FloatArray) -> mi.AffineTransform4f:
    return mi.AffineTransform4f(mi.Matrix4f(matrix))


def _same_lamp(a: EmitterState, b: EmitterState) -> bool:
    return (
        a.radiance == b.radiance
        and a.is_sun == b.is_sun
        and a.visible == b.visible
        and np.array_equal(a.world_from_shape, b.world_from_shape)
    )
