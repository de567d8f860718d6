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
from sdg.render.mitsuba.pool import assign_entries, plan_pools
from sdg.render.mitsuba.sky import sky_radiance, sun_emitter
from sdg.render.mitsuba.surfaces import ShapeTable, build_bitmap, build_surface
from sdg.stage.model import Body, Light, Stage, StagePlan

DEFAULT_SPECULAR = 0.5
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
        self._surfaces: dict[tuple[Any, int], mi.BSDF] = {}
        self._specular: dict[tuple[Any, int], float] = {}
        objects: dict[str, Any] = {"type": "scene"}
        self.meshes = [self._build_mesh(index) for index in range(len(self.pools.surfaces))]
        objects.update({_mesh_name(index): mesh for index, mesh in enumerate(self.meshes)})
        self._lamp_slots = _lamp_slots(plan.lights)
        self.lamps = [_build_lamp(f"lamp_{index:04d}", kind) for index, (_, kind) in enumerate(self._lamp_slots)]
        objects.update({lamp.id(): lamp for lamp in self.lamps})
        self.environment_kind = environment_kind(plan.lights)
        if self.environment_kind != "none":
            objects["environment"] = _build_environment(self.environment_kind)
        # A dark light of no weight: with one, Mitsuba always chooses lights by weight, so switching lamps on and
        # off changes numbers and never the kernel.
        objects["darkness"] = mi.load_dict({"type": "point", "id": "darkness", "intensity": 0.0, "sampling_weight": 0.0})
        self.scene = mi.load_dict(objects, optimize=False)
        self._params = mi.traverse(self.scene)
        self._held: list[MeshState] = [_parked_mesh(surface.smooth, surface.is_textured) for surface in self.pools.surfaces]
        self._held_specular = [0] * len(self.meshes)
        self._lamp_states: list[EmitterState | None] = [None] * len(self.lamps)
        self._environment = ""
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
        self._update_environment(stage.lights)
        self._params.update()
        return self._tables(stage.bodies, held, lamps)

    def _build_mesh(self, index: int) -> mi.Mesh:
        surface = self.pools.surfaces[index]
        properties = mi.Properties()
        properties["bsdf"] = self._surface(surface, 0)
        mesh = mi.Mesh(
            _mesh_name(index),
            3,
            1,
            props=properties,
            has_vertex_normals=surface.smooth,
            has_vertex_texcoords=surface.is_textured,
        )
        parked = _parked_mesh(surface.smooth, surface.is_textured)
        params = mi.traverse(mesh)
        for name, values in _mesh_arrays(parked).items():
            params[name] = values
        params.update()
        return mesh

    def _surface(self, surface: Any, variant: int) -> mi.BSDF:
        key = (surface, variant)
        if key not in self._surfaces:
            self._surfaces[key] = build_surface(surface, self.table, self.bitmaps, DEFAULT_SPECULAR)
            self._specular[key] = DEFAULT_SPECULAR
        return self._surfaces[key]

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
                state = _parked_mesh(surface.smooth, surface.is_textured)
            for name, values in _mesh_arrays(state, surface.is_textured).items():
                self._params[f"{_mesh_name(index)}.{name}"] = values
            self._held[index] = state
        self._update_specular(bodies, held)

    def _update_specular(self, bodies: Sequence[Body], held: dict[int, tuple[int, int]]) -> None:
        """Give each mesh a BSDF with its own `specular`; one per surface and distinct value in the frame."""
        wanted: dict[Any, set[float]] = {}
        for index, (body, part) in held.items():
            wanted.setdefault(self.pools.surfaces[index], set()).add(bodies[body].parts[part].material.specular)
        variants = {surface: sorted(values) for surface, values in wanted.items()}
        for surface, values in variants.items():
            for variant, value in enumerate(values):
                bsdf = self._surface(surface, variant)
                if self._specular[surface, variant] != value:
                    params = mi.traverse(bsdf)
                    name = next(key for key in params.keys() if key.endswith("specular"))  # noqa: SIM118
                    params[name] = dr.opaque(mi.Float, value)
                    params.update()
                    self._specular[surface, variant] = value
        for index, (body, part) in held.items():
            surface = self.pools.surfaces[index]
            variant = variants[surface].index(bodies[body].parts[part].material.specular)
            if self._held_specular[index] != variant:
                self.meshes[index].set_bsdf(self._surface(surface, variant))
                self._held_specular[index] = variant

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
            self._params[f"{name}.to_world"] = mi.AffineTransform4f(mi.Matrix4f(state.world_from_shape))
            self._params[f"{name}.emitter.radiance.value"] = mi.Color3f(*state.radiance)
            self._params[f"{name}.emitter.sampling_weight"] = 1.0 if lit else 0.0
            self._lamp_states[index] = state
        return states

    def _update_environment(self, lights: Sequence[Light]) -> None:
        if self.environment_kind == "none":
            return
        state = lower_environment(lights)
        self.environment_visible = state.visible
        identity = f"{state.identity} {state.scale} {state.rotation.tobytes().hex()}"
        if identity == self._environment:
            return
        if self.environment_kind == "constant":
            self._params["environment.radiance.value"] = mi.Color3f(*uniform_radiance(state))
        else:
            if not self._environment.startswith(f"{state.identity} "):
                radiance = environment_map(state, sky_radiance)
                padded = np.concatenate([radiance[:, -1:], radiance, radiance[:, :1]], axis=1)
                self._params["environment.data"] = mi.TensorXf(np.ascontiguousarray(padded))
            matrix = state.rotation @ WORLD_FROM_MAP
            self._params["environment.to_world"] = mi.AffineTransform4f(mi.Matrix4f(matrix))
            self._params["environment.scale"] = state.scale
        self._params["environment.sampling_weight"] = 1.0 if state.lights else 0.0
        self._environment = identity

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


def _parked_mesh(smooth: bool, textured: bool) -> MeshState:
    """Return a triangle without area, which no ray hits."""
    return MeshState(
        identity=_PARKED,
        vertices_m=np.tile(np.asarray(PARKING_M), (3, 1)),
        faces=np.array([[0, 1, 2]], np.uint32),
        normals=np.tile(np.array([0.0, 0.0, 1.0], np.float32), (3, 1)) if smooth else None,
        uvs=np.array([[0, 0], [1, 0], [0, 1]], np.float32) if textured else None,
    )


def _mesh_arrays(state: MeshState, textured: bool | None = None) -> dict[str, Any]:
    """Return a mesh's arrays by Mitsuba's names."""
    arrays: dict[str, Any] = {
        "vertex_positions": mi.Float(state.vertices_m.astype(np.float32).ravel()),
        "faces": mi.UInt32(state.faces.ravel()),
    }
    if state.normals is not None:
        arrays["vertex_normals"] = mi.Float(state.normals.ravel())
    if textured if textured is not None else state.uvs is not None:
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


def _same_lamp(a: EmitterState, b: EmitterState) -> bool:
    return (
        a is b
        or (a.kind, a.radiance, a.is_sun, a.visible) == (b.kind, b.radiance, b.is_sun, b.visible)
        and np.array_equal(a.world_from_shape, b.world_from_shape)
    )
