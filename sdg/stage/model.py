"""One frame's world as plain values: SI units, Z up, metres, no renderer's type in it.

A `Stage` is a constant. Everything random has been decided by the time it exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from sdg.camera.depth_sensors.model import DepthNoise, DepthSensor
from sdg.camera.focus import Focus
from sdg.camera.lens import Lens
from sdg.camera.optics import Optics
from sdg.camera.sensors.model import Development, Sensor
from sdg.camera.shutter import Shutter
from sdg.foundation.arrays import Float32Array, FloatArray, Vec2, Vec3
from sdg.foundation.rigid_motion import RigidMotion
from sdg.stage.articulation import Articulation, KeypointScheme
from sdg.stage.asset import Part


@dataclass(frozen=True, eq=False)
class Body:
    """One placed thing, or one part of the environment: what a pixel can belong to.

    Attributes:
        name: Instance name, such as `carton[3]` or `environment.floor`.
        prim_path: Its path on the USD stage, such as `/World/carton_3`.
        label: Class name.
        category_id: From 1, fixed by the recipe.
        instance_id: From 1 for things; 0 for stuff (parts of the environment, and objects that are said to be).
        asset_key: Key of the `Asset` it was made from.
        world_from_object: 4x4; may scale, never mirrors.
        bounds_m: Box in the object's frame before `world_from_object`, shape (2, 3) [m].
        parts: Meshes and materials after the recipe's overrides.
        motion: How it moves while the picture is taken; None stands still.
        articulation: Its links and joints in the pose that its parts are in; None is rigid.
    """

    name: str
    prim_path: str
    label: str
    category_id: int
    instance_id: int
    asset_key: str
    world_from_object: FloatArray
    bounds_m: FloatArray
    parts: tuple[Part, ...]
    motion: RigidMotion | None = None
    articulation: Articulation | None = None

    @property
    def is_thing(self) -> bool:
        """Whether it is countable and belongs in `instances.json`; the environment's parts do not."""
        return self.instance_id > 0

    def at(self, time_s: float) -> Body:
        """Return the body where it is at a time, from the middle of the exposure [s]."""
        if self.motion is None or self.motion.is_rest:
            return self
        return replace(self, world_from_object=self.motion.pose_at(self.world_from_object, time_s))


LightKind = Literal["dome", "sun_sky", "rect", "sphere", "disk", "cylinder", "distant"]


@dataclass(frozen=True, eq=False)
class Light:
    """A source of light. Area lights and domes radiate from the surface that `world_from_light` places.

    Attributes:
        kind: `rect` and `disk` lie in the light's XY plane and shine along its -Z (as UsdLux); `cylinder` lies
            along its X axis; `distant` shines along its -Z; `dome` has its pole along its Z.
        color: Linear sRGB factor of luminance 1 (temperature and colour together, luminance kept). Of a `sun_sky`,
            which has no luminance of its own, the whole factor on the clear sky.
        luminance_nits: Of area lights and domes [cd/m2], texture not counted; 0 when off.
        illuminance_lx: Of `distant` lights, on a surface that faces them [lx].
        size_m: (width, height) of a rect, (radius, 0) of sphere and disk, (radius, length) of a cylinder [m].
        angle_deg: Angular diameter of a distant light [degrees].
        texture: Equirectangular radiance of a dome, shape (H, W, 3) float32 linear sRGB, top row is up; None is
            uniform. Its values multiply `luminance_nits`.
        sun_direction: Unit vector towards the sun (`sun_sky`), world frame.
        turbidity: Of the sky (`sun_sky`), 1 to 10.
        visible: Whether a camera sees the emitter itself.
    """

    name: str
    prim_path: str
    kind: LightKind
    world_from_light: FloatArray
    color: Vec3 = (1.0, 1.0, 1.0)
    luminance_nits: float = 0.0
    illuminance_lx: float = 0.0
    size_m: Vec2 = (1.0, 1.0)
    angle_deg: float = 0.53
    texture: Float32Array | None = None
    texture_key: str = ""
    sun_direction: Vec3 = (0.0, 0.0, 1.0)
    turbidity: float = 3.0
    ground_albedo: float = 0.2
    visible: bool = True


@dataclass(frozen=True)
class Exposure:
    """How radiance becomes a picture: `auto`, or f-number, shutter, and ISO (saturation-based) or a sensor's gain.

    Attributes:
        iso: Ignored where there is a gain.
        gain_db: Amplification of the camera's sensor, 20 dB are ten times; None where ISO counts.
    """

    mode: Literal["auto", "manual"] = "auto"
    f_number: float = 2.8
    shutter_s: float = 0.01
    iso: float = 100.0
    gain_db: float | None = None


@dataclass(frozen=True, eq=False)
class Mount:
    """What a camera is fixed to.

    Attributes:
        on: Name of an instance (`forklift[0]`) or of another camera.
        prim_path: Its place on the USD stage.
        carrier_from_camera: Rigid 4x4; OpenCV camera frame in the carrier's, which has no scale.
    """

    on: str
    prim_path: str
    carrier_from_camera: FloatArray


@dataclass(frozen=True)
class StereoPair:
    """Two cameras alike, the second `baseline_m` along the first's +X."""

    left: str
    right: str
    baseline_m: float


@dataclass(frozen=True, eq=False)
class Camera:
    """A camera with its pose.

    Attributes:
        world_from_camera: Rigid 4x4; OpenCV camera frame.
        clip_m: Near and far limit [m]; what is outside can't be seen. Along the optical axis for a pinhole and parallel
            rays, from the camera for every other lens.
        sensor: What turns light into numbers; None is ideal: no noise, no colour filters, one rounding at the end.
        development: From linear values to the picture.
        optics: What the lens does to the light besides bending it.
        focus: Where it is sharp; None is a pinhole, sharp everywhere.
        depth_sensor: What measures depth; None is ideal: the truth.
        depth_noise: Noise on what it measures; None is none.
        mount: What it is fixed to; None stands on its own.
        stereo: The pair that it is one of.
        motion: How it moves while the picture is taken; None stands still.
        line_time_s: How much later each row is exposed than the one above it [s]; 0 is a global shutter.
    """

    name: str
    prim_path: str
    lens: Lens
    world_from_camera: FloatArray
    clip_m: Vec2
    exposure: Exposure
    sensor: Sensor | None = None
    development: Development = field(default_factory=Development)
    optics: Optics = field(default_factory=Optics)
    focus: Focus | None = None
    depth_sensor: DepthSensor | None = None
    depth_noise: DepthNoise | None = None
    mount: Mount | None = None
    stereo: StereoPair | None = None
    motion: RigidMotion | None = None
    line_time_s: float = 0.0

    @property
    def shutter(self) -> Shutter:
        """When each of its rows is exposed."""
        return Shutter(self.exposure.shutter_s, self.line_time_s, self.lens.resolution[1])

    @property
    def second_eye_m(self) -> Vec3 | None:
        """Where the depth sensor's second eye or projector is, camera frame [m]; None if it has none."""
        return None if self.depth_sensor is None else self.depth_sensor.second_eye_m

    @property
    def working_f_number(self) -> float:
        """N (1 + m) of the exposure: what brightness and diffraction go by; N for a pinhole or a distant scene."""
        return self.exposure.f_number * (1.0 + (0.0 if self.focus is None else self.focus.magnification))


@dataclass(frozen=True)
class RtxSettings:
    """What only RTX is asked for.

    Attributes:
        mode: Path traced, or in real time.
        rt_subframes: Sub-frames of each picture: temporal effects and late materials need some to settle. At least 2
            by NVIDIA's troubleshooting page; four is a judgement.
    """

    mode: Literal["path_traced", "real_time"] = "path_traced"
    rt_subframes: int = 4


@dataclass(frozen=True)
class RenderSettings:
    """What the recipe's `render:` asks for: samples per pixel, path length, denoiser, and time slices.

    `slices` is in how many steps things move while a row is exposed, where any of them moves. `amodal` asks for the
    whole masks of things, as they would be with nothing in front; `parts` for the part of the body in each pixel.
    """

    spp: int
    max_depth: int
    denoise: bool
    slices: int = 8
    amodal: bool = False
    parts: bool = False
    rtx: RtxSettings = RtxSettings()


@dataclass(frozen=True, eq=False)
class Stage:
    """One frame's world. `bodies[i]` is what entity id `i + 1` of a `RenderedFrame` stands for.

    Attributes:
        frame_index: Which frame.
        seed: The recipe's seed.
        drawn: Every drawn value by node name, as plain JSON values, for the frame record.
        physics: With what forces things fell, as plain JSON values, for the frame record; None if nothing did.
    """

    frame_index: int
    seed: int
    bodies: tuple[Body, ...]
    lights: tuple[Light, ...]
    cameras: tuple[Camera, ...]
    settings: RenderSettings
    drawn: Mapping[str, object] = field(default_factory=dict)
    physics: Mapping[str, object] | None = None

    @property
    def moves(self) -> bool:
        """Whether any body moves while pictures are taken; cameras may, too, and don't count."""
        return any(body.motion is not None and not body.motion.is_rest for body in self.bodies)

    def at(self, time_s: float) -> Stage:
        """Return the stage with its bodies where they are at a time, from the middle of the exposure [s]."""
        return replace(self, bodies=tuple(body.at(time_s) for body in self.bodies))


@dataclass(frozen=True)
class Category:
    """A class of the recipe; ids count from 1 and depend on the recipe alone, 0 is background.

    Attributes:
        is_thing: Whether it is countable (an object's class) rather than stuff (an environment part's).
        keypoints: What its keypoints are called; None if it has none, or the recipe doesn't ask for them.
    """

    id: int
    name: str
    is_thing: bool
    keypoints: KeypointScheme | None = None


@dataclass(frozen=True, eq=False)
class StagePlan:
    """What bounds every frame of a recipe, so that a renderer can set up once and never rebuild.

    Attributes:
        lights: For each light that may ever be lit, one specimen (its kind and texture count; values change).
        cameras: One specimen per camera (resolution and lens kind are fixed; values change).
    """

    lights: tuple[Light, ...]
    cameras: tuple[Camera, ...]
    settings: RenderSettings

    @property
    def light_slots(self) -> tuple[tuple[str, LightKind, bool], ...]:
        """Name, kind and whether there is a texture, of each light: what a renderer's scene is built for."""
        return tuple((light.name, light.kind, light.texture is not None) for light in self.lights)
