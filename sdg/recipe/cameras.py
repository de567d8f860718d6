"""The blocks of `cameras:`: exposure, focus and pose; lens and sensor have modules of their own."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from sdg.recipe.depth import DepthNoiseBlock, DepthSensorBlock
from sdg.recipe.lenses import DistortionBlock, LensBlock, PinholeLens
from sdg.recipe.motion import MotionBlock, RollingShutterBlock
from sdg.recipe.sensors import NoiseBlock, OpticsBlock, SensorBlock
from sdg.recipe.values import (
    FIXED,
    Angle,
    Angles,
    Block,
    Finite,
    Length,
    Name,
    Point,
    Unit,
)

FNumber: TypeAlias = Annotated[
    float, Field(ge=0.5, le=128, description="no lens in air is faster than f/0.5: its cone of light would be wider")
]


class ManualExposure(Block):
    """Exposure as set on a camera: f-number, shutter, and either a saturation-based ISO speed (ISO 12232) or a gain.

    `gain_db` amplifies the signal of the camera's `sensor:`; 0 is none, 20 is ten times.
    """

    f_number: FNumber
    shutter_s: Annotated[float, Field(gt=0, le=3600, description="light needs time to be collected")]
    iso: Annotated[float, Field(ge=1, le=10_000_000)] | None = None
    gain_db: (
        Annotated[
            float,
            Field(
                ge=0, le=120, description="below 0 dB full pixels would never be white; shorten the exposure instead"
            ),
        ]
        | None
    ) = None


class DepthOfFieldBlock(Block):
    """A lens of finite aperture, sharp at `focus_distance_m` and blurred before and behind.

    The f-number is the exposure's unless given. `blades` are the corners of the aperture, round without; `turn_deg`
    turns them clockwise.
    """

    focus_distance_m: Length
    f_number: FNumber | None = None
    blades: (
        Annotated[int, Field(ge=3, le=32, description="an aperture has three corners at least, or is round")] | None
    ) = None
    turn_deg: Angle = 0.0
    probability: Unit = 1.0


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
    matrix: tuple[tuple[Finite, Finite, Finite, Finite], ...] | None = Field(default=None, min_length=4, max_length=4)


class PoseBlock(Block):
    """Where the camera is; exactly one key.

    `from_file` is a camera of the environment's USD file, by its path or name. Its lens is a pinhole by that camera's
    focal length and aperture, unless the recipe gives a `lens`.
    """

    look_at: LookAtPose | None = None
    orbit: OrbitPose | None = None
    transform: TransformPose | None = None
    from_file: str | None = None


class RequireBlock(Block):
    """What a pose must keep, whatever is drawn; it is drawn again until it does.

    Of the target: `min_in_view` is the share of the box round all of it in the picture plane that lies in the picture,
    `min_visibility` the share of its pixels in the picture that nothing hides, `min_size_px` the longer side of the box
    round those. `clearance_m` is how far the camera stays from everything.
    """

    min_in_view: Unit = 0.0
    min_visibility: Unit = 0.0
    min_size_px: Annotated[float, Field(ge=0, le=16384)] = 0.0
    clearance_m: Annotated[float, Field(ge=0, le=1000)] = 0.0


class MountBlock(Block):
    """Fixed to an object (or one of its instances, `forklift[0]`), a robot's link (`humanoid.head`), or another camera.

    It moves with what carries it.

    `pose` is of the camera's OpenCV frame in the frame of what carries it.
    """

    on: str
    pose: TransformPose = TransformPose()


class StereoBlock(Block):
    """A second eye, `baseline_m` to the right of the first (along its +X): the camera `NAME_right`."""

    baseline_m: Length


class CameraBlock(Block):
    """One camera, or a stereo pair of them; `pose` or `mount` says where it is."""

    name: Name = Field(json_schema_extra=FIXED)
    resolution: tuple[Annotated[int, Field(ge=1, le=16384)], Annotated[int, Field(ge=1, le=16384)]] = Field(
        default=(640, 480), json_schema_extra=FIXED
    )
    clip_m: tuple[Length, Length] = (0.05, 1000.0)
    lens: LensBlock = LensBlock(pinhole=PinholeLens(focal_length_mm=24.0, sensor_width_mm=36.0))
    distortion: DistortionBlock | None = None
    allow_void: Unit | None = Field(default=None, json_schema_extra=FIXED)
    exposure: Literal["auto"] | ManualExposure = "auto"
    motion: MotionBlock | None = None
    rolling_shutter: RollingShutterBlock | None = None
    sensor: SensorBlock | None = None
    optics: OpticsBlock | None = None
    depth_of_field: DepthOfFieldBlock | None = None
    noise: NoiseBlock | None = None
    depth_sensor: DepthSensorBlock | None = None
    depth_noise: DepthNoiseBlock | None = None
    pose: PoseBlock | None = None
    require: RequireBlock | None = None
    mount: MountBlock | None = None
    stereo: StereoBlock | None = Field(default=None, json_schema_extra=FIXED)


def second_eye_name(name: str) -> str:
    """Return the name of a stereo pair's second camera."""
    return f"{name}_right"


def eyes(block: CameraBlock) -> tuple[CameraBlock, ...]:
    """Return a camera, and the second of a stereo pair: alike in all but its name, and mounted on the first."""
    if block.stereo is None:
        return (block,)
    pose = TransformPose(position_m=(block.stereo.baseline_m, 0.0, 0.0))
    mount = MountBlock(on=block.name, pose=pose)
    return block, block.model_copy(
        update={"name": second_eye_name(block.name), "pose": None, "require": None, "mount": mount, "stereo": None}
    )
