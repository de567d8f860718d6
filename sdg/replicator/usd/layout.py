"""What stands where on the stage: the union of what a recipe's frames show, with one place for each thing.

A body has one prim in all frames. Where it is made from the same shape in every frame, that prim references the shape's
file. Where the shape is drawn, it has one child for each shape that it ever takes, and `visibility` says which is
there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from sdg.camera.lens import Lens
from sdg.foundation.digest import canonical_json, digest_bytes
from sdg.replicator.usd.lens_schema import LensModel, LutTextures
from sdg.replicator.usd.light import Sky
from sdg.replicator.usd.look import Look
from sdg.stage.asset import Mesh, Part
from sdg.stage.model import Body, Light, LightKind

WORLD, LOOKS = "/World", "/World/Looks"

# A shape by the asset it comes from and the meshes it has of that: parts of an environment share an asset.
ShapeKey: TypeAlias = tuple[str, tuple[tuple[str, str], ...]]
# A part of a shape under one material: (shape, part's index, material's name, texture keys).
Slot: TypeAlias = tuple[ShapeKey, int, str, tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class Shape:
    """The geometry of an asset, in a file of its own.

    Attributes:
        name: Of the file's stem and its root prim.
        meshes: Prim name and mesh of each part.
    """

    name: str
    meshes: tuple[tuple[str, Mesh], ...]

    @property
    def file(self) -> str:
        """Its file, from the stage's folder."""
        return f"./assets/{self.name}.usda"


@dataclass(frozen=True, eq=False)
class BodyPrim:
    """A body's place on the stage.

    Attributes:
        path: Its prim.
        label: Its class.
        shapes: Those that it takes, in the order of their first frames.
    """

    path: str
    label: str
    shapes: tuple[Shape, ...]

    def shape_path(self, shape: Shape) -> str:
        """Return the prim that references a shape."""
        return self.path if len(self.shapes) == 1 else f"{self.path}/{shape.name}"


@dataclass(frozen=True, eq=False)
class LightPrim:
    """A light's place on the stage; `is_visible` is whether a camera sees the emitter."""

    path: str
    kind: LightKind
    is_visible: bool


@dataclass(frozen=True)
class CameraPrim:
    """A camera's place on the stage, and the lens schema that is applied to it, if any."""

    path: str
    lens_model: LensModel | None


@dataclass(frozen=True, eq=False)
class UsdLayout:
    """The stage's structure; `frame_values` says what a frame sets on it.

    Attributes:
        shapes: Every shape, by key.
        bodies: By path.
        looks: In the order in which they first appear.
        look_of_slot: Which look a part bears.
        lights: By path.
        cameras: By path.
        dome_textures: File of a dome's texture, by its key.
        skies: What each clear sky was baked to, by `sky_key`.
        lens_tables: Tables of a lens, by its `Lens.intrinsics` as canonical JSON.
        pictures: Every picture by file, from the stage's folder; made when they are written.
    """

    shapes: Mapping[ShapeKey, Shape]
    bodies: Mapping[str, BodyPrim]
    looks: Sequence[Look]
    look_of_slot: Mapping[Slot, Look]
    lights: Mapping[str, LightPrim]
    cameras: Mapping[str, CameraPrim]
    dome_textures: Mapping[str, str] = field(default_factory=dict)
    skies: Mapping[str, Sky] = field(default_factory=dict)
    lens_tables: Mapping[str, LutTextures] = field(default_factory=dict)
    pictures: Mapping[str, Callable[[], npt.NDArray[Any]]] = field(default_factory=dict)

    @property
    def files(self) -> Sequence[str]:
        """Every file beside the stage, from its folder: shapes, then pictures."""
        return [*(shape.file for shape in self.shapes.values()), *self.pictures]

    def shape_of(self, body: Body) -> Shape:
        """Return the shape that a body has in its frame."""
        return self.shapes[shape_key(body)]

    def look_of(self, body: Body, index: int) -> Look:
        """Return the look that one of a body's parts bears in its frame."""
        return self.look_of_slot[slot_of(body, index)]


def shape_key(body: Body) -> ShapeKey:
    """Return which shape a body has."""
    return body.asset_key, tuple((part.name, part.mesh.key) for part in body.parts)


def slot_of(body: Body, index: int) -> Slot:
    """Return the slot of one of a body's parts."""
    part: Part = body.parts[index]
    keys = tuple("" if texture is None else texture.key for texture in part.material.textures)
    return shape_key(body), index, part.material.name, keys


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
