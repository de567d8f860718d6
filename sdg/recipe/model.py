"""All a recipe author must know: every key of the language with its type, unit and default.

The classes describe *values*. In the YAML text a distribution or a `$variable` may stand for any of them; the
binder checks what it may yield, and sampling puts a value in its place, so that a sampled block is one of these
again. Fields marked with `FIXED` shape the dataset as a whole and must be written as plain values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from sdg.foundation.span import Span
from sdg.recipe.distributions import Plain

FIXED: dict[str, Any] = {"fixed": True}

PathKey: TypeAlias = tuple[str | int, ...]
Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=64)]
Finite: TypeAlias = Annotated[float, Field(allow_inf_nan=False)]
Length: TypeAlias = Annotated[float, Field(gt=0, le=10_000, allow_inf_nan=False)]
Coordinate: TypeAlias = Annotated[float, Field(ge=-100_000, le=100_000, allow_inf_nan=False)]
Unit: TypeAlias = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Angle: TypeAlias = Annotated[float, Field(ge=-36_000, le=36_000, allow_inf_nan=False)]
Count: TypeAlias = Annotated[int, Field(ge=0, le=10_000)]
Cells: TypeAlias = Annotated[int, Field(ge=1, le=1_000)]
Point: TypeAlias = tuple[Coordinate, Coordinate, Coordinate]
Angles: TypeAlias = tuple[Angle, Angle, Angle]
Color: TypeAlias = tuple[Unit, Unit, Unit]


class Block(BaseModel):
    """Base of every mapping in a recipe: frozen, strict about types, and without unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


# --- assets ---------------------------------------------------------------------------------------------------


class FileAsset(Block):
    """A mesh file of the user's: USD, OBJ, glTF/GLB, PLY, STL or Collada."""

    file: str
    unit: Literal["m", "cm", "mm", "km", "in", "ft"] | None = None
    up: Literal["y", "z"] | None = None


AssetRef: TypeAlias = str | FileAsset


class FileTexture(Block):
    """A picture file; colours are sRGB, everything else is linear."""

    file: str


# --- scene ----------------------------------------------------------------------------------------------------


class EnvironmentBlock(Block):
    """What surrounds the objects. Its parts are *stuff*; the parts of a file take the class given here."""

    asset: AssetRef
    class_name: Name = Field("environment", alias="class", json_schema_extra=FIXED)
    size_m: tuple[Length, Length, Length] | None = None
    position_m: Point = (0.0, 0.0, 0.0)
    yaw_deg: Angle = 0.0


class ScatterBlock(Block):
    """A random free place on a surface: `floor`, an object's name, or `object.surface`.

    `region_m` limits it to (x_min, y_min, x_max, y_max) in the surface's own frame.
    """

    surface: str = "floor"
    avoid_collisions: bool = True
    clearance_m: Annotated[float, Field(ge=0, le=100)] = 0.0
    region_m: tuple[Coordinate, Coordinate, Coordinate, Coordinate] | None = None


class GridBlock(Block):
    """Rows, columns and layers on a surface; on an object's surface the grid stands on each of its instances.

    `spacing_m` is the distance between centres; without it the things stand `gap_m` apart. The grid is centred
    on the surface, or on `center_m` in the surface's own frame.
    """

    surface: str = "floor"
    count: tuple[Cells, Cells] | tuple[Cells, Cells, Cells]
    spacing_m: tuple[Length, Length] | tuple[Length, Length, Length] | None = None
    gap_m: Annotated[float, Field(ge=0, le=100)] = 0.02
    center_m: tuple[Coordinate, Coordinate] | None = None
    jitter_m: Annotated[float, Field(ge=0, le=10)] = 0.0


class PlaceBlock(Block):
    """How an object finds its place; exactly one key."""

    scatter_2d: ScatterBlock | None = None
    grid: GridBlock | None = None


class ObjectBlock(Block):
    """One kind of thing, present `count` times."""

    name: Name = Field(json_schema_extra=FIXED)
    asset: AssetRef
    class_name: Name | None = Field(None, alias="class", json_schema_extra=FIXED)
    count: Count = 1
    probability: Unit = 1.0
    place: PlaceBlock | None = None
    position_m: Point = (0.0, 0.0, 0.0)
    rotation_deg: Angles = (0.0, 0.0, 0.0)
    yaw_deg: Angle = 0.0
    size_m: tuple[Length, Length, Length] | None = None
    scale: Annotated[float, Field(gt=0, le=1000)] = 1.0
    material: str | None = None


class SceneBlock(Block):
    """The environment and the objects in it."""

    environment: EnvironmentBlock | None = None
    objects: tuple[ObjectBlock, ...] = ()


# --- lighting -------------------------------------------------------------------------------------------------


class LightBase(Block):
    """What all lights share. Radiant colour is color x temperature, with luminance kept."""

    name: Name | None = Field(None, json_schema_extra=FIXED)
    probability: Unit = 1.0
    color: tuple[Unit, Unit, Unit] = (1.0, 1.0, 1.0)
    temperature_k: Annotated[float, Field(ge=1000, le=40_000)] | None = None


class AreaLightBase(LightBase):
    """Lights with an extent; `intensity` in nits, times 2^exposure. They shine along their own -Z.

    Without `grid`, at `position_m`; with it, spread evenly over `surface` of the environment.
    """

    intensity: Annotated[float, Field(ge=0, le=1e10)] = 10_000.0
    exposure: Annotated[float, Field(ge=-30, le=30)] = 0.0
    position_m: Point = (0.0, 0.0, 0.0)
    rotation_deg: Angles = (0.0, 0.0, 0.0)
    target_m: Point | None = None
    grid: tuple[Cells, Cells] | None = None
    surface: str = "ceiling"
    visible: bool = True


class RectLight(AreaLightBase):
    """A rectangle, (width, height) along its X and Y."""

    size_m: tuple[Length, Length] = (1.0, 1.0)


class SphereLight(AreaLightBase):
    """A ball."""

    radius_m: Length = 0.1


class DiskLight(AreaLightBase):
    """A disk in its XY plane."""

    radius_m: Length = 0.5


class CylinderLight(AreaLightBase):
    """A tube along its X axis, without caps."""

    radius_m: Length = 0.02
    length_m: Length = 1.2


class DistantLight(LightBase):
    """Light from infinitely far, such as the sun, along its own -Z; illuminance on a surface that faces it."""

    illuminance_lx: Annotated[float, Field(ge=0, le=1e9)] = 100_000.0
    exposure: Annotated[float, Field(ge=-30, le=30)] = 0.0
    angle_deg: Annotated[float, Field(ge=0, le=60)] = 0.53
    rotation_deg: Angles = (0.0, 0.0, 0.0)


class DomeLight(LightBase):
    """Light from all around: uniform, or an equirectangular picture (top row up, nits times its values)."""

    intensity: Annotated[float, Field(ge=0, le=1e10)] = 1_000.0
    exposure: Annotated[float, Field(ge=-30, le=30)] = 0.0
    texture: FileTexture | None = None
    normalize_hdri: bool = False
    yaw_deg: Angle = 0.0


class SunSkyLight(LightBase):
    """A clear sky with its sun. North is world +Y, east +X; solar time."""

    hour: Annotated[float, Field(ge=0, le=24)] = 12.0
    day: Annotated[int, Field(ge=1, le=366)] = 172
    latitude_deg: Annotated[float, Field(ge=-90, le=90)] = 48.0
    turbidity: Annotated[float, Field(ge=1, le=10)] = 3.0
    ground_albedo: Unit = 0.2
    exposure: Annotated[float, Field(ge=-30, le=30)] = 0.0
    yaw_deg: Angle = 0.0


class LightBlock(Block):
    """One entry of `lighting:`; exactly one key."""

    dome: DomeLight | None = None
    sun_sky: SunSkyLight | None = None
    rect: RectLight | None = None
    sphere: SphereLight | None = None
    disk: DiskLight | None = None
    cylinder: CylinderLight | None = None
    distant: DistantLight | None = None


# --- materials ------------------------------------------------------------------------------------------------


class MaterialBlock(Block):
    """A surface: a builtin `base`, and what differs from it. Numbers multiply the texture beside them."""

    base: str | None = None
    color: Color | None = None
    roughness: Unit | None = None
    metallic: Unit | None = None
    specular: Unit | None = None
    color_texture: FileTexture | None = None
    roughness_texture: FileTexture | None = None
    metallic_texture: FileTexture | None = None
    normal_texture: FileTexture | None = None
    texture_size_m: tuple[Length, Length] | None = None


# --- cameras --------------------------------------------------------------------------------------------------

Pixels: TypeAlias = Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]
FocalPixels: TypeAlias = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]
Coefficient: TypeAlias = Annotated[float, Field(ge=-1e4, le=1e4, allow_inf_nan=False)]


class PinholeLens(Block):
    """An ideal pinhole, by focal length and sensor width, or by fx, fy, cx, cy in pixels.

    The sensor's height follows from the resolution (square pixels). cx and cy default to the centre.
    """

    focal_length_mm: Length | None = None
    sensor_width_mm: Length | None = None
    fx: FocalPixels | None = None
    fy: FocalPixels | None = None
    cx: Pixels | None = None
    cy: Pixels | None = None
    pixel_origin: Literal["corner", "center"] = "corner"


class OpenCvPinholeLens(PinholeLens):
    """A pinhole with Brown-Conrady distortion in OpenCV's terms."""

    k1: Coefficient = 0.0
    k2: Coefficient = 0.0
    p1: Coefficient = 0.0
    p2: Coefficient = 0.0
    k3: Coefficient = 0.0


class LensBlock(Block):
    """The lens; exactly one key."""

    pinhole: PinholeLens | None = None
    opencv_pinhole: OpenCvPinholeLens | None = None


class ManualExposure(Block):
    """Exposure as set on a camera; saturation-based ISO speed (ISO 12232)."""

    f_number: Annotated[float, Field(ge=0.5, le=128)]
    shutter_s: Annotated[float, Field(gt=0, le=3600)]
    iso: Annotated[float, Field(ge=1, le=10_000_000)]


class LookAtPose(Block):
    """Stand at `eye_m` and look at a point, or at an object by name."""

    eye_m: Point
    target: Point | str
    up: Point = (0.0, 0.0, 1.0)


class OrbitPose(Block):
    """Circle round a point or an object. Azimuth counts from world +X, counter-clockwise; elevation from level."""

    target: Point | str
    distance_m: Length
    azimuth_deg: Angle = 0.0
    elevation_deg: Annotated[float, Field(ge=-90, le=90)] = 20.0
    target_offset_m: Point = (0.0, 0.0, 0.0)


class TransformPose(Block):
    """`world_from_camera` by position and rotation of the OpenCV camera frame, or as a 4x4 matrix, row by row."""

    position_m: Point = (0.0, 0.0, 0.0)
    rotation_deg: Angles = (0.0, 0.0, 0.0)
    matrix: tuple[tuple[Finite, Finite, Finite, Finite], ...] | None = Field(None, min_length=4, max_length=4)


class PoseBlock(Block):
    """Where the camera is; exactly one key."""

    look_at: LookAtPose | None = None
    orbit: OrbitPose | None = None
    transform: TransformPose | None = None


class CameraBlock(Block):
    """One camera."""

    name: Name = Field(json_schema_extra=FIXED)
    resolution: tuple[Annotated[int, Field(ge=1, le=16384)], Annotated[int, Field(ge=1, le=16384)]] = Field(
        (640, 480), json_schema_extra=FIXED
    )
    clip_m: tuple[Length, Length] = (0.05, 1000.0)
    lens: LensBlock = LensBlock(pinhole=PinholeLens(focal_length_mm=24.0, sensor_width_mm=36.0))
    exposure: Literal["auto"] | ManualExposure = "auto"
    pose: PoseBlock


# --- run and output -------------------------------------------------------------------------------------------

AnnotatorName: TypeAlias = Literal[
    "rgb",
    "depth",
    "semantic_segmentation",
    "instance_segmentation",
    "distance_to_image_plane",
    "distance_to_camera",
    "normals",
    "bounding_box_2d_tight",
    "bounding_box_3d",
    "camera_params",
]
DEFAULT_ANNOTATORS: tuple[AnnotatorName, ...] = (
    "rgb",
    "depth",
    "semantic_segmentation",
    "instance_segmentation",
    "bounding_box_2d_tight",
    "bounding_box_3d",
    "camera_params",
)


class CocoBlock(Block):
    """COCO `instances.json` and `panoptic.json`; no options yet."""


class OutputBlock(Block):
    """What is written."""

    annotators: tuple[AnnotatorName, ...] = Field(DEFAULT_ANNOTATORS, json_schema_extra=FIXED)
    coco: CocoBlock | None = Field(CocoBlock(), json_schema_extra=FIXED)


class RenderBlock(Block):
    """How much work a picture is worth: a quality, or samples per pixel and path length by hand."""

    quality: Literal["low", "medium", "high"] = Field("medium", json_schema_extra=FIXED)
    spp: Annotated[int, Field(ge=1, le=1_048_576)] | None = Field(None, json_schema_extra=FIXED)
    max_depth: Annotated[int, Field(ge=1, le=128)] | None = Field(None, json_schema_extra=FIXED)
    denoise: bool | None = Field(None, json_schema_extra=FIXED)


class RecipeDocument(Block):
    """The whole recipe."""

    sdg: Literal[1] = Field(json_schema_extra=FIXED)
    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=64)] = Field(
        json_schema_extra=FIXED
    )
    seed: Annotated[int, Field(ge=0, lt=2**63)] = Field(0, json_schema_extra=FIXED)
    frames: Annotated[int, Field(ge=1, le=1_000_000_000)] = Field(1, json_schema_extra=FIXED)
    license: str = Field("", json_schema_extra=FIXED)
    vars: dict[Name, Any] = Field(default_factory=dict)
    scene: SceneBlock = SceneBlock()
    lighting: tuple[LightBlock, ...] = ()
    materials: dict[Name, MaterialBlock] = Field(default_factory=dict)
    cameras: tuple[CameraBlock, ...] = Field(min_length=1)
    output: OutputBlock = OutputBlock()
    render: RenderBlock = RenderBlock()


@dataclass(frozen=True, eq=False)
class Recipe:
    """A sound recipe.

    Attributes:
        path: The file it was read from.
        text: The file's text, byte for byte.
        overrides: `key.path=value` strings from the command line, in order.
        tree: The document as plain values after overrides, merges and aliases; distributions and `$variables`
            as written. This is what the graph is built from.
        specimen: The document with every distribution replaced by one value it may yield; right for every
            fixed field.
        spans: Where each value was written, by its path in `tree`.
        key_spans: Where each key was written, by the path of its value.
    """

    path: Path
    text: str
    overrides: tuple[str, ...]
    tree: Mapping[str, Plain]
    specimen: RecipeDocument
    spans: Mapping[PathKey, Span]
    key_spans: Mapping[PathKey, Span]

    def span(self, path: PathKey) -> Span | None:
        """Return the place of a value, or of the nearest value round it."""
        while path and path not in self.spans:
            path = path[:-1]
        return self.spans.get(path)
