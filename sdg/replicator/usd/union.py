"""Lays a recipe's frames out as one stage. Names follow the order in which things first appear."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from sdg.camera.lens import Lens
from sdg.errors import BackendUnavailable
from sdg.foundation.arrays import Float32Array
from sdg.foundation.digest import canonical_json, digest_bytes
from sdg.replicator.usd.layout import (
    LOOKS,
    BodyPrim,
    CameraPrim,
    LightPrim,
    Shape,
    ShapeKey,
    Slot,
    UsdLayout,
    shape_key,
    slot_of,
)
from sdg.replicator.usd.lens_schema import LutTextures, lens_model
from sdg.replicator.usd.lens_table import LensTable, lens_table
from sdg.replicator.usd.light import Sky, SkyModel, sky_texture
from sdg.replicator.usd.look import CHANNELS, Look, LookKind, encoding, look_kind
from sdg.stage.asset import Material, Texture
from sdg.stage.model import Body, Light, Stage, StagePlan
from sdg.stage.prims import prim_name

TEXTURES = "./assets/textures"
# A look's numbers in one frame; what it shares with other frames is its `LookKind`.
_Numbers = tuple[Any, ...]


def lay_out(stages: Sequence[Stage], plan: StagePlan, sky: SkyModel | None = None) -> UsdLayout:
    """Return the stage that holds everything that any of these frames shows, and every lamp of the plan.

    Args:
        stages: Frames of one recipe.
        plan: What bounds them.
        sky: What clear skies are baked with; needed where a frame has one.

    Raises:
        BackendUnavailable: A frame has a clear sky, and there is no model of the sky.
    """
    pictures = _Pictures()
    shapes = _shapes(stages)
    looks, look_of_slot = _looks(stages, pictures)
    skies = _Skies(sky, pictures)
    cameras, lens_tables = _cameras(stages, pictures)
    return UsdLayout(
        shapes=shapes,
        bodies=_bodies(stages, shapes),
        looks=looks,
        look_of_slot=look_of_slot,
        lights=_lights(stages, plan),
        cameras=cameras,
        dome_textures=_dome_textures(stages, pictures),
        skies={sky_key(light): skies.bake(light) for light in _all_lights(stages) if light.kind == "sun_sky"},
        lens_tables=lens_tables,
        pictures=pictures.made,
    )


def sky_key(light: Light) -> str:
    """Return what a clear sky's picture depends on."""
    return canonical_json([list(light.sun_direction), light.turbidity, light.ground_albedo])


def dome_key(light: Light) -> str:
    """Return what names a dome's texture; empty if it has none."""
    if light.texture is None:
        return ""
    return light.texture_key or digest_bytes(np.ascontiguousarray(light.texture).tobytes())


def lens_key(lens: Lens) -> str:
    """Return what a lens's tables depend on."""
    return canonical_json(lens.intrinsics())


class _Names:
    """Gives each name out once; a second asker gets it with an ordinal."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def unique(self, name: str) -> str:
        wanted = prim_name(name)
        candidate, ordinal = wanted, 1
        # Files of names that differ in case only would be one file on some disks.
        while candidate.lower() in self._taken:
            ordinal += 1
            candidate = f"{wanted}_{ordinal}"
        self._taken.add(candidate.lower())
        return candidate


class _Pictures:
    """The pictures of a stage, each with a file name of its own."""

    def __init__(self) -> None:
        self.made: dict[str, Callable[[], npt.NDArray[Any]]] = {}
        self._names = _Names()
        self._known: dict[tuple[str, bool], str] = {}

    def add(self, name: str, suffix: str, make: Callable[[], npt.NDArray[Any]]) -> str:
        file = f"{TEXTURES}/{self._names.unique(name)}.{suffix}"
        self.made[file] = make
        return file

    def texture(self, name: str, texture: Texture | None, *, in_color: bool) -> str:
        """Return the file of a texture, which several looks may share; colours and normals get three channels."""
        if texture is None:
            return ""
        key = (texture.key, in_color)
        if key not in self._known:
            pixels = texture.pixels
            if in_color and pixels.shape[2] == 1:
                pixels = np.repeat(pixels, 3, axis=2)
            self._known[key] = self.add(name, "png", partial(_itself, pixels))
        return self._known[key]


class _Skies:
    """Clear skies as pictures, one for each place of the sun."""

    def __init__(self, model: SkyModel | None, pictures: _Pictures) -> None:
        self._model = model
        self._pictures = pictures
        self._known: dict[str, Sky] = {}

    def bake(self, light: Light) -> Sky:
        model = self._model
        if model is None:
            raise BackendUnavailable(
                f"the clear sky of {light.name} needs the embedded renderer, whose model of the sky is baked",
                hint="pip install mitsuba, or light the scene with a dome",
            )
        key = sky_key(light)
        if key not in self._known:
            file = self._pictures.add("sky", "exr", partial(sky_texture, model, light))
            self._known[key] = Sky(file, model.sun_illuminance(light), model.SUN_ANGLE_DEG)
        return self._known[key]


def _itself(pixels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return pixels


def _counting(path: str) -> list[tuple[int, str]]:
    """Return a key that sorts `carton_10` after `carton_9`."""
    return [(int(word), "") if word.isdigit() else (-1, word) for word in re.split(r"([0-9]+)", path)]


def _all_bodies(stages: Sequence[Stage]) -> Iterator[Body]:
    return (body for stage in stages for body in stage.bodies)


def _all_lights(stages: Sequence[Stage]) -> Iterator[Light]:
    return (light for stage in stages for light in stage.lights)


def _shapes(stages: Sequence[Stage]) -> dict[ShapeKey, Shape]:
    names = _Names()
    shapes: dict[ShapeKey, Shape] = {}
    for body in _all_bodies(stages):
        key = shape_key(body)
        if key in shapes:
            continue
        parts = _Names()
        meshes = tuple((parts.unique(part.name), part.mesh) for part in body.parts)
        shapes[key] = Shape(names.unique(body.label if body.is_thing else body.name), meshes)
    return shapes


def _bodies(stages: Sequence[Stage], shapes: dict[ShapeKey, Shape]) -> dict[str, BodyPrim]:
    labels: dict[str, str] = {}
    taken: dict[str, list[Shape]] = {}
    for body in _all_bodies(stages):
        labels.setdefault(body.prim_path, body.label)
        own, shape = taken.setdefault(body.prim_path, []), shapes[shape_key(body)]
        if shape not in own:
            own.append(shape)
    return {path: BodyPrim(path, labels[path], tuple(taken[path])) for path in sorted(taken, key=_counting)}


def _looks(stages: Sequence[Stage], pictures: _Pictures) -> tuple[list[Look], dict[Slot, Look]]:
    """Give each slot a look; slots of one kind share one if their numbers never differ within a frame."""
    kinds: dict[Slot, LookKind] = {}
    materials: dict[Slot, Material] = {}
    numbers: dict[Slot, dict[int, _Numbers]] = {}
    for stage in stages:
        for body in stage.bodies:
            for index, part in enumerate(body.parts):
                slot = slot_of(body, index)
                kinds.setdefault(slot, look_kind(part))
                materials.setdefault(slot, part.material)
                own = _numbers(part.material)
                known = numbers.setdefault(slot, {}).setdefault(stage.frame_index, own)
                assert known == own, f"{part.material.name} has two sets of numbers in frame {stage.frame_index}"
    names = _Names()
    found: list[Look] = []
    by_kind: dict[LookKind, list[tuple[Look, dict[int, _Numbers]]]] = {}
    look_of_slot: dict[Slot, Look] = {}
    for slot, kind in kinds.items():
        alike = by_kind.setdefault(kind, [])
        fitting = next((entry for entry in alike if _agree(entry[1], numbers[slot])), None)
        if fitting is None:
            fitting = (_look(f"{LOOKS}/{names.unique(kind.name)}", materials[slot], kind, pictures), {})
            alike.append(fitting)
            found.append(fitting[0])
        fitting[1].update(numbers[slot])
        look_of_slot[slot] = fitting[0]
    return found, look_of_slot


def _numbers(material: Material) -> _Numbers:
    size = material.texture_size_m
    return (*material.base_color, material.roughness, material.metallic, material.specular, *size)


def _agree(one: dict[int, _Numbers], other: dict[int, _Numbers]) -> bool:
    return all(one[frame] == own for frame, own in other.items() if frame in one)


def _look(path: str, material: Material, kind: LookKind, pictures: _Pictures) -> Look:
    base, rough, metal, normal = (
        pictures.texture(f"{material.name}_{channel}", texture, in_color=channel in ("base_color", "normal"))
        for channel, texture in zip(CHANNELS, material.textures, strict=True)
    )
    spaces = tuple(encoding(texture) for texture in material.textures)
    return Look(path, (base, rough, metal, normal), spaces, kind.uv_unit == "metre")  # type: ignore[arg-type]


def _lights(stages: Sequence[Stage], plan: StagePlan) -> dict[str, LightPrim]:
    found: dict[str, LightPrim] = {}
    for light in (*_all_lights(stages), *plan.lights):
        found.setdefault(light.prim_path, LightPrim(light.prim_path, light.kind, light.visible))
    return {path: found[path] for path in sorted(found, key=_counting)}


def _dome_textures(stages: Sequence[Stage], pictures: _Pictures) -> dict[str, str]:
    files: dict[str, str] = {}
    for light in _all_lights(stages):
        key = dome_key(light)
        if key and key not in files:
            files[key] = pictures.add(light.name, "exr", partial(_itself, np.asarray(light.texture)))
    return files


def _cameras(stages: Sequence[Stage], pictures: _Pictures) -> tuple[dict[str, CameraPrim], dict[str, LutTextures]]:
    lenses: dict[str, list[Lens]] = {}
    names: dict[str, str] = {}
    for stage in stages:
        for camera in stage.cameras:
            lenses.setdefault(camera.prim_path, []).append(camera.lens)
            names[camera.prim_path] = camera.name
    cameras = {path: CameraPrim(path, lens_model(own)) for path, own in sorted(lenses.items())}
    tables: dict[str, LutTextures] = {}
    for path, place in cameras.items():
        for lens in lenses[path] if place.lens_model == "lut" else ():
            key = lens_key(lens)
            if key not in tables:
                once = _Once(lens)
                name = f"lens_{names[path]}"
                enter = pictures.add(f"{name}_enter", "exr", once.ray_enter)
                tables[key] = LutTextures(enter, pictures.add(f"{name}_exit", "exr", once.ray_exit))
    return cameras, tables


class _Once:
    """A lens's tables, computed when the first of the two is written, and let go with the second."""

    def __init__(self, lens: Lens) -> None:
        self._lens = lens
        self._table: LensTable | None = None

    def ray_enter(self) -> Float32Array:
        self._table = lens_table(self._lens)
        return self._table.ray_enter

    def ray_exit(self) -> Float32Array:
        table, self._table = self._table or lens_table(self._lens), None
        return table.ray_exit
