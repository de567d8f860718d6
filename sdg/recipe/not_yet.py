"""Keys and words of the language that are reserved for features still to come: refused, never ignored."""

from __future__ import annotations

from collections.abc import Mapping

from sdg.recipe.model import (
    Block,
    CameraBlock,
    EnvironmentBlock,
    FileAsset,
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
    SceneBlock,
    TransformPose,
)

_ANYWHERE = frozenset({"curriculum", "level"})

_KEYS: Mapping[type[Block], str] = {
    RecipeDocument: "physics sensor robots motion rigs include extends",
    SceneBlock: "robots robot terrain humanoids",
    EnvironmentBlock: "physics classes materials labels lights cameras terrain parameters params rotation_deg",
    ObjectBlock: (
        "keypoints links robot urdf mjcf parts "
        "skeleton mount parameters params visible cast_shadows texture decals labels"
    ),
    FileAsset: "urdf mjcf classes materials",
    PlaceBlock: "stack heap pile near path scatter_3d volume circle",
    ScatterBlock: "relation min_distance_m volume",
    LightBlock: "portal ies spot point fixture",
    LightBase: "flicker ies portal motion mount off_probability shaping cone_angle_deg on",
    MaterialBlock: (
        "emission emission_nits opacity opacity_texture clearcoat sheen anisotropy transmission ior decals dirt "
        "normal_scale displacement_texture subsurface"
    ),
    LensBlock: ("file preset"),
    PinholeLens: "skew",
    CameraBlock: "calibration preset shutter crop depth",
    ManualExposure: "gain_e_per_dn ev auto",
    PoseBlock: "path along on_link sample",
    OrbitPose: "roll_deg",
    TransformPose: "parent",
    OutputBlock: (
        "raw jpeg yolo kitti bop webdataset tfrecord splits keypoints skeleton format compression report colorize "
        "licenses"
    ),
    RenderBlock: "motion_blur adaptive renderer rt_subframes caustics",
}

_TABLE = {model: frozenset(keys.split()) for model, keys in _KEYS.items()}

ANNOTATORS = frozenset(
    [
        "skeleton_data",
        "bounding_box_3d_360",
        "instance_id_segmentation",
        "part_segmentation",
        "pose_6d",
        "normals_camera",
        "raw",
        "cross_correspondence",
        "distance_to_plane",
        "hdr_color",
        "HdrColor",
        "LdrColor",
        "background_rand",
        "semantic_occlusion",
    ]
)


def is_planned_key(model: type[Block], key: str) -> bool:
    """Return whether a key is reserved in a block (or in what the block builds on)."""
    return key in _ANYWHERE or any(key in _TABLE.get(base, ()) for base in model.__mro__)


def is_planned_beside_distribution(key: str) -> bool:
    """Return whether a key is reserved beside a distribution, such as `curriculum`."""
    return key in _ANYWHERE
