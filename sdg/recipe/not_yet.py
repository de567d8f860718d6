"""Keys and words of the language that are reserved for features still to come: refused, never ignored."""

from __future__ import annotations

from collections.abc import Mapping

from sdg.recipe.model import (
    Block,
    EnvironmentBlock,
    LensBlock,
    LightBase,
    LightBlock,
    ManualExposure,
    MaterialBlock,
    ObjectBlock,
    OrbitPose,
    OutputBlock,
    PinholeLens,
    PlaceBlock,
    PoseBlock,
    RecipeDocument,
    RenderBlock,
    ScatterBlock,
)

_KEYS: Mapping[type[Block], str] = {
    RecipeDocument: "include extends",
    EnvironmentBlock: "rotation_deg",
    ObjectBlock: "keypoints parts skeleton mount visible cast_shadows decals",
    PlaceBlock: "scatter_3d volume circle",
    ScatterBlock: "volume",
    LightBlock: "portal ies spot point fixture",
    LightBase: "flicker ies portal motion mount shaping cone_angle_deg",
    MaterialBlock: (
        "emission emission_nits opacity opacity_texture clearcoat sheen anisotropy transmission ior decals "
        "normal_scale displacement_texture subsurface"
    ),
    LensBlock: "preset",
    PinholeLens: "skew",
    ManualExposure: "gain_e_per_dn ev",
    PoseBlock: "path along sample",
    OrbitPose: "roll_deg",
    OutputBlock: "raw jpeg tfrecord format compression colorize licenses",
    RenderBlock: "adaptive caustics",
}

_TABLE = {model: frozenset(keys.split()) for model, keys in _KEYS.items()}

ANNOTATORS = frozenset(
    [
        "skeleton_data",
        "bounding_box_3d_360",
        "instance_id_segmentation",
        "normals_camera",
        "raw",
        "cross_correspondence",
        "hdr_color",
        "HdrColor",
        "background_rand",
        "semantic_occlusion",
    ]
)


def is_planned_key(model: type[Block], key: str) -> bool:
    """Return whether a key is reserved in a block (or in what the block builds on)."""
    return any(key in _TABLE.get(base, ()) for base in model.__mro__)
