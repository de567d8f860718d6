"""The persistent Mitsuba scene: built once from a plan, then filled in place for each frame.

Every object has its own `load_dict`, in a fixed order: nested ones are instantiated in parallel, and the order of
emitters decides bytes. `optimize=False` keeps Mitsuba from merging shapes. A lamp that a frame lacks is parked far
away and dark.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import drjit as dr
import mitsuba as mi
import numpy as np

from sdg.foundation.arrays import FloatArray, UInt32Array
from sdg.foundation.color import REC709_LUMINANCE
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
from sdg.render.mitsuba.lights import LightTable
from sdg.render.mitsuba.lower import PARKING_M, EmitterState, lower_light
from sdg.render.mitsuba.sky import sky_radiance, sun_emitter
from sdg.render.mitsuba.surface import SurfaceBsdf, SurfaceData
from sdg.render.mitsuba.upload import aligned
from sdg.render.mitsuba.world import WorldMesh, merge_bodies
from sdg.stage.asset import Material
from sdg.stage.model import Body, Light, Stage, StagePlan

_WORLD = "world"
FLAG_INVISIBLE = 1
FLAG_SUN = 2
_BLACK = Material("black", (0.0, 0.0, 0.0), specular=0.0)
_SHAPES = {"rect": "rectangle", "disk": "disk", "sphere": "sphere", "cylinder": "cylinder"}
_OFF = EmitterState("disk", translation(PARKING_M) @ scaling((1e-3, 1e-3, 1e-3)), (0.0, 0.0, 0.0), False, True)


@dataclass(frozen=True, eq=False)
class DeviceGeometry:
    """The triangles of all bodies on the device, for exact work.

    Attributes:
        vertices_m: shape (3 V,), float64 [m].
        faces: shape (3 F,), uint32.
        entity_of_face: shape (F,), uint32.
        part_of_face: 1 + index into the body's parts, shape (F,), uint32; None unless asked for.
    """

    vertices_m: mi.Float64
    faces: mi.UInt32
    entity_of_face: mi.UInt32
    part_of_face: mi.UInt32 | None = None

    @classmethod
    def upload(cls, world: WorldMesh, *, with_parts: bool = False) -> DeviceGeometry:
        return cls(
            mi.Float64(aligned(world.vertices_m, np.float64)),
            mi.UInt32(aligned(world.faces, np.uint32)),
            mi.UInt32(aligned(world.entity_ids[world.face_rows], np.uint32)),
            mi.UInt32(aligned(world.part_numbers[world.face_rows], np.uint32)) if with_parts else None,
        )

    def corners(self, face: mi.UInt32, which: int, active: mi.Bool) -> mi.Point3d:
        """Return one of the three corners of faces [m]."""
        return dr.gather(
            mi.Point3d, self.vertices_m, dr.gather(mi.UInt32, self.faces, 3 * face + which, active), active
        )


@dataclass(frozen=True, eq=False)
class FrameTables:
    """What a frame's shapes and faces stand for.

    Attributes:
        world: The triangles of all bodies.
        geometry: The same, on the device.
        world_shape: Registry index of the shape that holds them; all other shapes are lamps.
        flags: `FLAG_INVISIBLE` and `FLAG_SUN` by registry index (0 is "no shape"), shape (S,), uint32.
        things: Entity ids of the things, in their order.
    """

    world: WorldMesh
    geometry: DeviceGeometry
    world_shape: int
    flags: UInt32Array
    things: tuple[int, ...]


class PersistentScene:
    """A Mitsuba scene for every frame of a plan."""

    def __init__(self, plan: StagePlan) -> None:
        self._atlas = Atlas()
        self._texels = self._atlas.words
        self._data = SurfaceData()
        self.bsdf = SurfaceBsdf(self._data)
        self._world = merge_bodies([], {})
        mesh = _build_mesh(self._world, self.bsdf)
        # Otherwise Embree lets a ray that meets the very edge of two triangles slip through between them.
        objects: dict[str, Any] = {"type": "scene", "embree_use_robust_intersections": True, _WORLD: mesh}
        self._lamp_slots = _lamp_slots(plan.lights)
        self._lamps = [
            _build_lamp(f"lamp_{index:04d}", kind, self.bsdf) for index, (_, kind) in enumerate(self._lamp_slots)
        ]
        objects.update({lamp.id(): lamp for lamp in self._lamps})
        self._environment_kind = environment_kind(plan.lights)
        if self._environment_kind != "none":
            objects["environment"] = _build_environment(self._environment_kind)
        # So that there is a light at all, and something that the scene can be told has changed.
        objects["darkness"] = mi.load_dict({"type": "point", "id": "darkness", "intensity": 0.0})
        self.scene = mi.load_dict(objects, optimize=False)
        self._params = mi.traverse(self.scene)
        self._lamp_states: list[EmitterState | None] = [None] * len(self._lamps)
        self._map_identity = ""
        self._map_luminance = 0.0
        self._world_shape = _registry_index(mesh)
        self._lamp_shapes = [_registry_index(lamp) for lamp in self._lamps]
        self._data.set_world_shape(self._world_shape)
        self.environment_visible = True
        self.lights = LightTable(self.scene, self._lamps, self.scene.environment())

    def update(self, stage: Stage) -> FrameTables:
        """Make the scene show a stage; what it showed before leaves no trace."""
        self._update_world(stage.bodies)
        lamps = self._update_lamps(stage.lights)
        # The environment learns how large the world is when the scene is told of a change, from the shapes as they are
        # then: it has to come second, or its rays would end where the frame before ended.
        self._tell_scene()
        self.lights.update(dict(enumerate(lamps)), self._update_environment(stage.lights))
        self._tell_scene()
        things = tuple(index + 1 for index, body in enumerate(stage.bodies) if body.is_thing)
        geometry = DeviceGeometry.upload(self._world, with_parts=stage.settings.parts)
        return FrameTables(self._world, geometry, self._world_shape, self._flags(lamps), things)

    def _tell_scene(self) -> None:
        self._params.set_dirty("darkness.sampling_weight")
        self._params.update()

    def _update_world(self, bodies: Sequence[Body]) -> None:
        world = merge_bodies(bodies, self._world.pieces)
        if world.identity != self._world.identity:
            for name, values in _mesh_arrays(world).items():
                self._params[f"{_WORLD}.{name}"] = values
        self._world = world
        materials = [_BLACK if material is None else material for material in world.materials]
        self._data.upload_rows(self._atlas.rows(materials), world.face_rows)
        if self._atlas.words is not self._texels:
            self._texels = self._atlas.words
            self._data.upload_texels(self._texels)

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
        for lamp, state, before, index in zip(self._lamps, states, self._lamp_states, itertools.count()):
            if before is not None and _same_lamp(before, state):
                continue
            name = lamp.id()
            self._params[f"{name}.to_world"] = _transform(state.world_from_shape)
            self._params[f"{name}.emitter.radiance.value"] = mi.Color3f(*state.radiance)
            self._lamp_states[index] = state
        return states

    def _update_environment(self, lights: Sequence[Light]) -> float:
        """Update domes and skies; return about how much light a surface gets from them [lx]."""
        if self._environment_kind == "none":
            return 0.0
        state = lower_environment(lights)
        self.environment_visible = state.visible
        if self._environment_kind == "constant":
            radiance = uniform_radiance(state)
            self._params["environment.radiance.value"] = mi.Color3f(*radiance)
            mean = float(np.dot(REC709_LUMINANCE, radiance))
        else:
            mean = self._update_map(state)
            self._params["environment.scale"] = state.scale if mean > 0 else 0.0
            self._params["environment.to_world"] = _transform(state.rotation @ WORLD_FROM_MAP)
        return math.pi * mean

    def _update_map(self, state: EnvironmentState) -> float:
        """Load a frame's map unless it is there already; return its mean luminance, 0 if it is all black."""
        if not state.lights:
            return 0.0
        if state.identity != self._map_identity:
            radiance = environment_map(state, sky_radiance)
            if not radiance.any():
                return 0.0  # Mitsuba can't hold a black map; what it holds instead is switched off.
            padded = np.concatenate([radiance[:, -1:], radiance, radiance[:, :1]], axis=1)
            self._params["environment.data"] = mi.TensorXf(np.ascontiguousarray(padded))
            self._map_identity = state.identity
            rows = np.sin(np.linspace(0.0, math.pi, len(radiance)))
            self._map_luminance = float(rows @ (radiance @ REC709_LUMINANCE).mean(axis=1) / rows.sum())
        return self._map_luminance * state.scale

    def _flags(self, lamps: Sequence[EmitterState]) -> UInt32Array:
        flags = np.zeros(max([self._world_shape, *self._lamp_shapes]) + 1, np.uint32)
        for shape, state in zip(self._lamp_shapes, lamps, strict=True):
            flags[shape] = (0 if state.visible else FLAG_INVISIBLE) | (FLAG_SUN if state.is_sun else 0)
        return flags


def _build_mesh(world: WorldMesh, bsdf: mi.BSDF) -> mi.Mesh:
    properties = mi.Properties()
    properties["bsdf"] = bsdf
    mesh = mi.Mesh(_WORLD, 3, 1, props=properties, has_vertex_normals=True, has_vertex_texcoords=True)
    params = mi.traverse(mesh)
    for name, values in _mesh_arrays(world).items():
        params[name] = values
    params.update()
    return mesh


def _mesh_arrays(world: WorldMesh) -> dict[str, Any]:
    """Return the mesh's arrays by Mitsuba's names."""
    return {
        "vertex_positions": mi.Float(aligned(world.vertices_m, np.float32)),
        "faces": mi.UInt32(aligned(world.faces, np.uint32)),
        "vertex_normals": mi.Float(aligned(world.normals, np.float32)),
        "vertex_texcoords": mi.Float(aligned(world.uvs, np.float32)),
    }


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
