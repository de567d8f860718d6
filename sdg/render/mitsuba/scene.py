"""The persistent Mitsuba scene: built once from a plan, then filled in place for each frame.

Every object has its own `load_dict`, in a fixed order: nested ones are instantiated in parallel, and the order of
emitters decides bytes. `optimize=False` keeps Mitsuba from merging shapes. What a frame does not use is parked.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import drjit as dr
import mitsuba as mi
import numpy as np

from sdg.foundation.arrays import FloatArray, UInt32Array
from sdg.foundation.transforms import scaling, translation
from sdg.render.mitsuba.environment import (
    WORLD_FROM_MAP,
    EnvironmentState,
    environment_kind,
    environment_map,
    lower_environment,
    uniform_radiance,
)
from sdg.render.mitsuba.lower import (
    PARKING_M,
    ROW_LENGTH,
    EmitterState,
    MeshIdentity,
    MeshState,
    lower_light,
    lower_mesh,
    material_row,
    mesh_identity,
)
from sdg.render.mitsuba.pool import Surface, assign_entries, plan_pools, surface_of
from sdg.render.mitsuba.sky import sky_radiance, sun_emitter
from sdg.render.mitsuba.surfaces import (
    LAMBERTIAN,
    Finish,
    ShapeTable,
    build_bitmap,
    build_surface,
    finish_of,
    set_finish,
)
from sdg.stage.model import Body, Light, Part, Stage, StagePlan

DEFAULT_FINISH = 0.5
FLAG_INVISIBLE = 1
FLAG_SUN = 2
_PARKED: MeshIdentity = ("", b"", (0.0, 0.0))
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
        self.pools = plan_pools(plan)
        self.table = ShapeTable()
        self.bitmaps = {key: build_bitmap(texture) for key, texture in self.pools.textures.items()}
        self._bsdfs: dict[tuple[Surface, int], tuple[mi.BSDF, Finish]] = {}
        objects: dict[str, Any] = {"type": "scene"}
        # Every kind of BSDF is there from the start: one that came later would cost a kernel.
        for parts in (parts for choices in plan.slots.values() for parts in choices):
            for part in parts:
                self._finished(surface_of(part), finish_of(part.material), 0)
        self._held_bsdfs = [self._finished(surface, DEFAULT_FINISH, 0) for surface in self.pools.surfaces]
        self.meshes = [self._build_mesh(index) for index in range(len(self.pools.surfaces))]
        objects.update({_mesh_name(index): mesh for index, mesh in enumerate(self.meshes)})
        self._lamp_slots = _lamp_slots(plan.lights)
        self.lamps = [_build_lamp(f"lamp_{index:04d}", kind) for index, (_, kind) in enumerate(self._lamp_slots)]
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
        self._held = [_parked_mesh(surface) for surface in self.pools.surfaces]
        self._lamp_states: list[EmitterState | None] = [None] * len(self.lamps)
        self._map_identity = ""
        self.mesh_ids = [_registry_index(mesh) for mesh in self.meshes]
        self.lamp_ids = [_registry_index(lamp) for lamp in self.lamps]
        self.shape_count = max([0, *self.mesh_ids, *self.lamp_ids]) + 1
        self.can_hide = any(not light.visible for light in plan.lights)
        self.environment_visible = True

    def update(self, stage: Stage) -> FrameTables:
        """Make the scene show a stage; what it showed before leaves no trace."""
        held = assign_entries(self.pools, stage.bodies)
        self._update_meshes(stage.bodies, held)
        lamps = self._update_lamps(stage.lights)
        shines = self._update_environment(stage.lights)
        lit = shines or any(max(state.radiance) > 0 for state in lamps)
        self._params["darkness.sampling_weight"] = 0.0 if lit else 1.0
        self._params.update()
        return self._tables(stage.bodies, held, lamps)

    def _build_mesh(self, index: int) -> mi.Mesh:
        surface = self.pools.surfaces[index]
        properties = mi.Properties()
        properties["bsdf"] = self._held_bsdfs[index]
        mesh = mi.Mesh(
            _mesh_name(index),
            3,
            1,
            props=properties,
            has_vertex_normals=surface.smooth,
            has_vertex_texcoords=surface.is_textured,
        )
        parked = _parked_mesh(surface)
        params = mi.traverse(mesh)
        for name, values in _mesh_arrays(parked, surface.is_textured).items():
            params[name] = values
        params.update()
        return mesh

    def _finished(self, surface: Surface, finish: Finish, index: int) -> mi.BSDF:
        """Return the BSDF of a surface with a finish; `index` tells the finishes of one frame apart."""
        key = (surface, -1 if finish == LAMBERTIAN else index)
        if key not in self._bsdfs:
            self._bsdfs[key] = (build_surface(surface, self.table, self.bitmaps, finish), finish)
        bsdf, before = self._bsdfs[key]
        if before != finish:
            set_finish(bsdf, finish)
            self._bsdfs[key] = (bsdf, finish)
        return bsdf

    def _update_meshes(self, bodies: Sequence[Body], held: dict[int, tuple[int, int]]) -> None:
        for index, surface in enumerate(self.pools.surfaces):
            if index in held:
                body = bodies[held[index][0]]
                part = body.parts[held[index][1]]
                if self._held[index].identity == mesh_identity(body, part):
                    continue
                state = lower_mesh(body, part)
            elif self._held[index].identity == _PARKED:
                continue
            else:
                state = _parked_mesh(surface)
            for name, values in _mesh_arrays(state, surface.is_textured).items():
                self._params[f"{_mesh_name(index)}.{name}"] = values
            self._held[index] = state
        self._update_finishes([(index, bodies[body].parts[part]) for index, (body, part) in held.items()])

    def _update_finishes(self, held: Sequence[tuple[int, Part]]) -> None:
        """Give each mesh a BSDF with its material's finish; there is one per surface and finish of a frame."""
        finishes: dict[Surface, set[Finish]] = {}
        for index, part in held:
            finishes.setdefault(self.pools.surfaces[index], set()).add(finish_of(part.material))
        bsdfs = {
            (surface, finish): self._finished(surface, finish, number)
            for surface, wanted in finishes.items()
            for number, finish in enumerate(sorted(wanted - {LAMBERTIAN}))
        }
        for index, part in held:
            surface, finish = self.pools.surfaces[index], finish_of(part.material)
            bsdf = bsdfs.get((surface, finish)) or self._finished(surface, LAMBERTIAN, -1)
            if self._held_bsdfs[index] is not bsdf:
                self.meshes[index].set_bsdf(bsdf)
                self._held_bsdfs[index] = bsdf

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
        self, bodies: Sequence[Body], held: dict[int, tuple[int, int]], lamps: Sequence[EmitterState]
    ) -> FrameTables:
        entity_ids = np.zeros(self.shape_count, np.uint32)
        entries = np.full(self.shape_count, -1, np.int64)
        flags = np.zeros(self.shape_count, np.uint32)
        rows = np.zeros((self.shape_count, ROW_LENGTH), np.float32)
        for index, (body, part) in held.items():
            shape = self.mesh_ids[index]
            entity_ids[shape] = body + 1
            entries[shape] = index
            rows[shape] = material_row(bodies[body].parts[part])
        for shape, state in zip(self.lamp_ids, lamps, strict=True):
            flags[shape] = (0 if state.visible else FLAG_INVISIBLE) | (FLAG_SUN if state.is_sun else 0)
        self.table.upload(rows)
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


def _parked_mesh(surface: Surface) -> MeshState:
    """Return a triangle without area, which no ray hits."""
    return MeshState(
        identity=_PARKED,
        vertices_m=np.tile(np.asarray(PARKING_M), (3, 1)),
        faces=np.array([[0, 1, 2]], np.uint32),
        normals=np.tile(np.array([0.0, 0.0, 1.0], np.float32), (3, 1)) if surface.smooth else None,
        uvs=np.array([[0, 0], [1, 0], [0, 1]], np.float32) if surface.is_textured else None,
    )


def _mesh_arrays(state: MeshState, textured: bool) -> dict[str, Any]:
    """Return a mesh's arrays by Mitsuba's names."""
    arrays: dict[str, Any] = {
        "vertex_positions": mi.Float(state.vertices_m.astype(np.float32).ravel()),
        "faces": mi.UInt32(state.faces.ravel()),
    }
    if state.normals is not None:
        arrays["vertex_normals"] = mi.Float(state.normals.ravel())
    if textured:
        uvs = state.uvs if state.uvs is not None else np.zeros((len(state.vertices_m), 2), np.float32)
        arrays["vertex_texcoords"] = mi.Float(uvs.ravel())
    return arrays


def _mesh_name(index: int) -> str:
    return f"mesh_{index:05d}"


def _lamp_slots(lights: Sequence[Light]) -> list[tuple[str, str]]:
    """Return (light name, Mitsuba shape) for every light that is a shape, in order, each once."""
    slots = [(light.name, _SHAPES.get(light.kind, "disk")) for light in lights if light.kind != "dome"]
    return list(dict.fromkeys(slots))


def _build_lamp(name: str, kind: str) -> mi.Shape:
    emitter = mi.load_dict({"type": "area", "radiance": {"type": "rgb", "value": [0.0, 0.0, 0.0]}})
    to_world = mi.ScalarTransform4f(_OFF.world_from_shape)
    return mi.load_dict({"type": kind, "id": name, "to_world": to_world, "emitter": emitter})


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
