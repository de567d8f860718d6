"""All a recipe author must know: every key of the language with its type, unit and default.

The classes describe *values*. In the YAML text a distribution or a `$variable` may stand for any of them; the
checks judge what it may yield, and sampling puts a value in its place, so that a sampled block is one of these
again. Fields marked with `FIXED` shape the dataset as a whole and must be written as plain values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, StringConstraints

from sdg.foundation.span import Span
from sdg.recipe.cameras import (
    CameraBlock,
    DepthOfFieldBlock,
    LookAtPose,
    ManualExposure,
    MountBlock,
    OrbitPose,
    PoseBlock,
    RequireBlock,
    StereoBlock,
    TransformPose,
    eyes,
    second_eye_name,
)
from sdg.recipe.depth import DepthNoiseBlock, DepthSensorBlock, GaussianDepthNoise
from sdg.recipe.distributions import Plain
from sdg.recipe.families import FamilyAsset
from sdg.recipe.lenses import (
    CalibrationFile,
    CenteredLens,
    Coefficient,
    DoubleSphereLens,
    EquirectangularLens,
    FocalLens,
    FocalPixels,
    FThetaLens,
    LensBlock,
    OmnidirLens,
    OpenCvFisheyeLens,
    OpenCvPinholeLens,
    OrthographicLens,
    PinholeLens,
    Pixels,
)
from sdg.recipe.lighting import (
    AreaLightBase,
    CylinderLight,
    DiskLight,
    DistantLight,
    DomeLight,
    LightBase,
    LightBlock,
    RectLight,
    SphereLight,
    SunSkyLight,
)
from sdg.recipe.materials import MaterialBlock, PerturbBlock
from sdg.recipe.physics import DropBlock, PhysicsBlock, ThingPhysicsBlock
from sdg.recipe.places import (
    COUNTED,
    NAMED_BY,
    ON_SURFACES,
    AlongBlock,
    BesideBlock,
    InBlock,
    PoissonDiscBlock,
    Side,
)
from sdg.recipe.randomize import RandomizeBlock, Word
from sdg.recipe.scene import (
    AssetRef,
    EnvironmentBlock,
    FileAsset,
    FileTexture,
    GridBlock,
    ObjectBlock,
    PlaceBlock,
    ScatterBlock,
    SceneBlock,
)
from sdg.recipe.sensors import (
    ElectronParts,
    GaussianNoise,
    JpegBlock,
    NoiseBlock,
    OpticsBlock,
    PercentParts,
    SensorBlock,
    VignettingBlock,
)
from sdg.recipe.values import (
    FIXED,
    Angle,
    Angles,
    Block,
    Cells,
    Color,
    Coordinate,
    Count,
    Finite,
    Length,
    Name,
    PathKey,
    Point,
    Unit,
)

__all__ = [
    "COUNTED",
    "DEFAULT_ANNOTATORS",
    "FIXED",
    "NAMED_BY",
    "ON_SURFACES",
    "AlongBlock",
    "Angle",
    "Angles",
    "AnnotatorName",
    "AreaLightBase",
    "AssetRef",
    "BesideBlock",
    "Block",
    "CalibrationFile",
    "CameraBlock",
    "Cells",
    "CenteredLens",
    "CocoBlock",
    "Coefficient",
    "Color",
    "Coordinate",
    "Count",
    "CylinderLight",
    "DepthNoiseBlock",
    "DepthOfFieldBlock",
    "DepthSensorBlock",
    "DiskLight",
    "DistantLight",
    "DomeLight",
    "DoubleSphereLens",
    "DropBlock",
    "ElectronParts",
    "EnvironmentBlock",
    "EquirectangularLens",
    "FThetaLens",
    "FamilyAsset",
    "FileAsset",
    "FileTexture",
    "Finite",
    "FocalLens",
    "FocalPixels",
    "GaussianDepthNoise",
    "GaussianNoise",
    "GridBlock",
    "InBlock",
    "JpegBlock",
    "Length",
    "LensBlock",
    "LightBase",
    "LightBlock",
    "LookAtPose",
    "ManualExposure",
    "MaterialBlock",
    "MountBlock",
    "Name",
    "NoiseBlock",
    "ObjectBlock",
    "OmnidirLens",
    "OpenCvFisheyeLens",
    "OpenCvPinholeLens",
    "OpticsBlock",
    "OrbitPose",
    "OrthographicLens",
    "OutputBlock",
    "PathKey",
    "PercentParts",
    "PerturbBlock",
    "PhysicsBlock",
    "PinholeLens",
    "Pixels",
    "PlaceBlock",
    "Point",
    "PoissonDiscBlock",
    "PoseBlock",
    "Recipe",
    "RecipeDocument",
    "RectLight",
    "RenderBlock",
    "RequireBlock",
    "ScatterBlock",
    "SceneBlock",
    "SensorBlock",
    "Side",
    "SphereLight",
    "StereoBlock",
    "SunSkyLight",
    "ThingPhysicsBlock",
    "TransformPose",
    "Unit",
    "VignettingBlock",
    "eyes",
    "second_eye_name",
]

AnnotatorName: TypeAlias = Literal[
    "rgb",
    "depth",
    "semantic_segmentation",
    "instance_segmentation",
    "distance_to_image_plane",
    "distance_to_camera",
    "normals",
    "motion_vectors",
    "pointcloud",
    "bounding_box_2d_tight",
    "bounding_box_2d_loose",
    "bounding_box_3d",
    "keypoints",
    "amodal_segmentation",
    "occlusion",
    "truncation",
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

    annotators: tuple[AnnotatorName, ...] = Field(default=DEFAULT_ANNOTATORS, json_schema_extra=FIXED)
    coco: CocoBlock | None = Field(default=CocoBlock(), json_schema_extra=FIXED)


class RtxBlock(Block):
    """How RTX renders: path traced with the samples above, or in real time; and sub-frames of each picture."""

    mode: Literal["path_traced", "real_time"] = Field(default="path_traced", json_schema_extra=FIXED)
    rt_subframes: Annotated[int, Field(ge=1, le=4096)] = Field(default=4, json_schema_extra=FIXED)


class RenderBlock(Block):
    """How much work a picture is worth: a quality, or samples per pixel and path length by hand.

    `slices` is in how many steps things move while a row is exposed. `rtx` is for RTX alone.
    """

    quality: Literal["low", "medium", "high"] = Field(default="medium", json_schema_extra=FIXED)
    spp: Annotated[int, Field(ge=1, le=1_048_576)] | None = Field(default=None, json_schema_extra=FIXED)
    max_depth: Annotated[int, Field(ge=1, le=128)] | None = Field(default=None, json_schema_extra=FIXED)
    denoise: bool | None = Field(default=None, json_schema_extra=FIXED)
    slices: Annotated[int, Field(ge=1, le=64)] | None = Field(default=None, json_schema_extra=FIXED)
    rtx: RtxBlock = RtxBlock()


class RecipeDocument(Block):
    """The whole recipe. What `randomize` stands for is written out where a recipe is read, and the key is gone."""

    sdg: Literal[1] = Field(json_schema_extra=FIXED)
    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=64)] = Field(
        json_schema_extra=FIXED
    )
    seed: Annotated[int, Field(ge=0, lt=2**63)] = Field(default=0, json_schema_extra=FIXED)
    frames: Annotated[int, Field(ge=1, le=1_000_000_000)] = Field(default=1, json_schema_extra=FIXED)
    license: str = Field(default="", json_schema_extra=FIXED)
    randomize: Word | RandomizeBlock | None = Field(default=None, json_schema_extra=FIXED)
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
