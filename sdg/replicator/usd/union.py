"""Lays a recipe's frames out as one stage. Names follow the order in which things first appear."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable
from functools import partial
from itertools import zip_longest
from typing import Any

import numpy as np

from sdg.camera.lens import Lens
from sdg.errors import BackendUnavailable
from sdg.replicator.usd.layout import (
    LOOKS,
    BodyPrim,
    CameraPrim,
    LightPrim,
    Shape,
    ShapeKey,
    Slot,
    UsdLayout,
    dome_key,
    lens_key,
    shape_key,
    sky_key,
    slot_of,
)
from sdg.replicator.usd.lens_schema import LutTextures, lens_model
from sdg.replicator.usd.lens_table import TablesOnce
from sdg.replicator.usd.light import Sky, SkyModel, sky_texture
from sdg.replicator.usd.look import CHANNELS, Look, LookKind, encoding, look_kind
from sdg.replicator.usd.names import Names
from sdg.replicator.usd.pictures import Pictures
from sdg.stage.asset import Material
from sdg.stage.model import Body, Light, Stage, StagePlan

# A look's numbers in one frame; what it shares with other frames is its `LookKind`.
_Numbers = tuple[Any, ...]


def lay_out(stages: Iterable[Stage], plan: StagePlan, sky: SkyModel | None = None) -> UsdLayout:
    """Return the stage that holds everything that any of these frames shows, and every lamp of the plan.

    Args:
        stages: Frames of one recipe.
        plan: What bounds them.
        sky: What clear skies are baked with; needed where a frame has one.

    Raises:
        BackendUnavailable: A frame has a clear sky, and there is no model of the sky.
    """
    union = Union()
    for stage in stages:
        union.add(stage)
    return union.layout(plan, sky)


class Union:
    """What any of many frames shows; keeps each thing once, and of each frame hardly anything."""

    def __init__(self) -> None:
        self._specimens: dict[ShapeKey, Body] = {}
        self._labels: dict[str, str] = {}
        self._shapes_of: dict[str, dict[ShapeKey, None]] = {}
        self._slots: dict[Slot, _Bearer] = {}
        self._numbers: dict[_Numbers, int] = {}
        self._lights: dict[str, LightPrim] = {}
        self._domes: dict[str, Light] = {}
        self._skies: dict[str, Light] = {}
        self._lenses: dict[str, dict[str, Lens]] = {}
        self._camera_names: dict[str, str] = {}
        self._frame_count = 0

    @property
    def has_sky(self) -> bool:
        """Whether a frame has a clear sky, so that `layout` needs a model of it."""
        return bool(self._skies)

    def add(self, stage: Stage) -> None:
        """Take a frame in."""
        for body in stage.bodies:
            key = shape_key(body)
            self._specimens.setdefault(key, body)
            self._labels.setdefault(body.prim_path, body.label)
            self._shapes_of.setdefault(body.prim_path, {})[key] = None
            for index, part in enumerate(body.parts):
                slot = slot_of(body, index)
                bearer = self._slots.setdefault(slot, _Bearer(look_kind(part), part.material))
                own = _numbers(part.material)
                number = self._numbers.setdefault(own, len(self._numbers))
                known = bearer.set(self._frame_count, number)
                assert known == number, f"{part.material.name} has two sets of numbers in frame {stage.frame_index}"
        for light in stage.lights:
            self._lights.setdefault(light.prim_path, _light_prim(light))
            if light.kind == "sun_sky":
                self._skies.setdefault(sky_key(light), light)
            if key_of_texture := dome_key(light):
                self._domes.setdefault(key_of_texture, light)
        for camera in stage.cameras:
            self._lenses.setdefault(camera.prim_path, {}).setdefault(lens_key(camera.lens), camera.lens)
            self._camera_names[camera.prim_path] = camera.name
        self._frame_count += 1

    def layout(self, plan: StagePlan, sky: SkyModel | None = None) -> UsdLayout:
        """Return the stage for all frames so far; arguments and errors are those of `lay_out`."""
        pictures = Pictures()
        shapes = self._lay_shapes()
        looks, look_of_slot = self._lay_looks(pictures)
        cameras, lens_tables = self._lay_cameras(pictures)
        domes = {
            key: pictures.add(light.name, "exr", partial(np.asarray, light.texture))
            for key, light in self._domes.items()
        }
        return UsdLayout(
            shapes=shapes,
            bodies=self._lay_bodies(shapes),
            looks=looks,
            look_of_slot=look_of_slot,
            lights=self._lay_lights(plan),
            cameras=cameras,
            dome_textures=domes,
            skies={key: _bake(sky, light, pictures) for key, light in self._skies.items()},
            lens_tables=lens_tables,
            pictures=pictures.made,
        )

    def _lay_shapes(self) -> dict[ShapeKey, Shape]:
        names = Names()
        shapes: dict[ShapeKey, Shape] = {}
        for key, body in self._specimens.items():
            parts = Names()
            meshes = tuple((parts.unique(part.name), part.mesh) for part in body.parts)
            shapes[key] = Shape(names.unique(body.label if body.is_thing else body.name), meshes)
        return shapes

    def _lay_bodies(self, shapes: dict[ShapeKey, Shape]) -> dict[str, BodyPrim]:
        return {
            path: BodyPrim(path, self._labels[path], tuple(shapes[key] for key in self._shapes_of[path]))
            for path in sorted(self._shapes_of, key=_counting)
        }

    def _lay_looks(self, pictures: Pictures) -> tuple[list[Look], dict[Slot, Look]]:
        """Give each slot a look; slots of one kind share one if their numbers never differ within a frame."""
        names = Names()
        found: list[Look] = []
        by_kind: dict[LookKind, list[tuple[Look, _Bearer]]] = {}
        look_of_slot: dict[Slot, Look] = {}
        for slot, bearer in self._slots.items():
            alike = by_kind.setdefault(bearer.kind, [])
            look = next((look for look, others in alike if others.join(bearer)), None)
            if look is None:
                name = names.unique(bearer.kind.name)
                look = _look(f"{LOOKS}/{name}", bearer.material, bearer.kind, pictures)
                alike.append((look, bearer.copy()))
                found.append(look)
            look_of_slot[slot] = look
        return found, look_of_slot

    def _lay_lights(self, plan: StagePlan) -> dict[str, LightPrim]:
        found = dict(self._lights)
        for light in plan.lights:
            found.setdefault(light.prim_path, _light_prim(light))
        return {path: found[path] for path in sorted(found, key=_counting)}

    def _lay_cameras(self, pictures: Pictures) -> tuple[dict[str, CameraPrim], dict[str, LutTextures]]:
        lenses = sorted(self._lenses.items())
        cameras = {path: CameraPrim(path, lens_model(list(own.values()))) for path, own in lenses}
        tables: dict[str, LutTextures] = {}
        for path, place in cameras.items():
            for key, lens in self._lenses[path].items() if place.lens_model == "lut" else ():
                if key not in tables:
                    once = TablesOnce(lens)
                    name = f"lens_{self._camera_names[path]}"
                    enter = pictures.add(f"{name}_enter", "exr", once.ray_enter)
                    tables[key] = LutTextures(enter, pictures.add(f"{name}_exit", "exr", once.ray_exit))
        return cameras, tables


class _Bearer:
    """What bears a look, a slot or several that share it, and which numbers it has in each frame; -1 where absent."""

    def __init__(self, kind: LookKind, material: Material) -> None:
        self.kind = kind
        self.material = material
        self._numbers = array("q")

    def set(self, frame: int, number: int) -> int:
        """Remember a frame's numbers, and return those that were remembered first."""
        self._numbers.extend([-1] * (frame + 1 - len(self._numbers)))
        if self._numbers[frame] < 0:
            self._numbers[frame] = number
        return self._numbers[frame]

    def copy(self) -> _Bearer:
        """Return one that can be joined by others."""
        other = _Bearer(self.kind, self.material)
        other._numbers = self._numbers[:]
        return other

    def join(self, other: _Bearer) -> bool:
        """Take another slot in, unless their numbers differ in a frame; return whether it was taken."""
        pairs = list(zip_longest(self._numbers, other._numbers, fillvalue=-1))
        if any(one != two and one >= 0 and two >= 0 for one, two in pairs):
            return False
        self._numbers = array("q", (max(pair) for pair in pairs))
        return True


def _bake(model: SkyModel | None, light: Light, pictures: Pictures) -> Sky:
    if model is None:
        raise BackendUnavailable(
            f"the clear sky of {light.name} needs the embedded renderer, whose model of the sky is baked",
            hint="pip install mitsuba, or light the scene with a dome",
        )
    file = pictures.add("sky", "exr", partial(sky_texture, model, light))
    return Sky(file, model.sun_illuminance(light), model.SUN_ANGLE_DEG)


def _counting(path: str) -> list[tuple[int, str]]:
    """Return a key that sorts `carton_10` after `carton_9`."""
    return [(int(word), "") if word.isdigit() else (-1, word) for word in re.split(r"([0-9]+)", path)]


def _light_prim(light: Light) -> LightPrim:
    return LightPrim(light.prim_path, light.kind, light.visible)


def _numbers(material: Material) -> _Numbers:
    size = material.texture_size_m
    return (*material.base_color, material.roughness, material.metallic, material.specular, *size)


def _look(path: str, material: Material, kind: LookKind, pictures: Pictures) -> Look:
    base, rough, metal, normal = (
        pictures.texture(f"{material.name}_{channel}", texture, in_color=channel in ("base_color", "normal"))
        for channel, texture in zip(CHANNELS, material.textures, strict=True)
    )
    spaces = tuple(encoding(texture) for texture in material.textures)
    return Look(path, (base, rough, metal, normal), spaces, kind.uv_unit == "metre")  # type: ignore[arg-type]
