"""One frame's world as plain values: SI units, Z up, metres, no renderer's type in it.

A `Stage` is a constant. Everything random has been decided by the time it exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from sdg.camera.depth_sensors.model import DepthNoise, DepthSensor
from sdg.camera.focus import Focus
from sdg.camera.lens import Lens
from sdg.camera.optics import Optics
from sdg.camera.sensors.model import Development, Sensor
from sdg.camera.shutter import Shutter
from sdg.foundation.arrays import Float32Array, FloatArray, UInt8Array, UInt32Array, check_array, read_only
from sdg.foundation.digest import digest_bytes
from sdg.foundation.rigid_motion import RigidMotion

ColorSpace = Literal["srgb", "linear"]
Vec2 = tuple[float, float]
Vec3 = tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class Texture:
    """A picture that varies a material over a surface; it repeats in both directions.

    Attributes:
        pixels: shape (H, W, C), uint8, C in {1, 3}, top row first. (u, v) = (0, 0) is its bottom-left corner.
        color_space: `srgb` for colours, `linear` for roughness, metallic and normals. A normal texture maps
            [0, 255] to [-1, 1] and has +y up (OpenGL convention).
        key: Digest of the content; equal keys mean equal textures.
    """

    pixels: UInt8Array
    color_space: ColorSpace
    key: str = ""

    def __post_init__(self) -> None:
        check_array("pixels", self.pixels, shape=("H", "W", self.pixels.shape[-1]), dtype=np.uint8)
        object.__setattr__(self, "pixels", read_only(self.pixels))
        if not self.key:
            header = f"{self.pixels.shape} {self.color_space} ".encode()
            object.__setattr__(self, "key", digest_bytes(header + self.pixels.tobytes()))


@dataclass(frozen=True, eq=False)
class Material:
    """A `principled` surface. Where a texture is given, its value multiplies the number beside it.

    Attributes:
        base_color: Linear sRGB, each in [0, 1].
        roughness: Perceptual roughness in [0, 1]; its square is the GGX alpha.
        metallic: 0 dielectric, 1 metal.
        specular: Dielectric reflectance, 0.5 is an index of refraction of 1.5.
        texture_size_m: Length on the surface that one repeat of the textures covers, along u and v [m]. Meshes
            carry texture coordinates in metres where `Mesh.uv_unit` is "metre"; where it is "tile" this is
            ignored and the texture covers the unit square.
    """

    name: str
    base_color: Vec3 = (0.5, 0.5, 0.5)
    roughness: float = 0.5
    metallic: float = 0.0
    specular: float = 0.5
    base_color_texture: Texture | None = None
    roughness_texture: Texture | None = None
    metallic_texture: Texture | None = None
    normal_texture: Texture | None = None
    texture_size_m: Vec2 = (1.0, 1.0)

    @property
    def textures(self) -> tuple[Texture | None, Texture | None, Texture | None, Texture | None]:
        """Its textures of base colour, roughness, metallic and normal; None where it has none."""
        return self.base_color_texture, self.roughness_texture, self.metallic_texture, self.normal_texture


@dataclass(frozen=True, eq=False)
class Mesh:
    """A triangle mesh in its object's frame.

    Attributes:
        vertices: shape (V, 3), float64 [m].
        faces: shape (F, 3), uint32, counter-clockwise seen from outside.
        normals: Shading normals per vertex, shape (V, 3), float64, unit length; None shades flat.
        uvs: Texture coordinates per vertex, shape (V, 2), float64; None where the mesh has none.
        uv_unit: `metre` (world-scale textures repeat) or `tile` (the unit square holds the texture once).
        key: Digest of the content; equal keys mean equal meshes.
    """

    vertices: FloatArray
    faces: UInt32Array
    normals: FloatArray | None = None
    uvs: FloatArray | None = None
    uv_unit: Literal["metre", "tile"] = "metre"
    key: str = ""

    def __post_init__(self) -> None:
        check_array("vertices", self.vertices, shape=("V", 3), dtype=np.float64)
        check_array("faces", self.faces, shape=("F", 3), dtype=np.uint32)
        object.__setattr__(self, "vertices", read_only(self.vertices))
        object.__setattr__(self, "faces", read_only(self.faces))
        if self.normals is not None:
            check_array("normals", self.normals, shape=(len(self.vertices), 3), dtype=np.float64)
            object.__setattr__(self, "normals", read_only(self.normals))
        if self.uvs is not None:
            check_array("uvs", self.uvs, shape=(len(self.vertices), 2), dtype=np.float64)
            object.__setattr__(self, "uvs", read_only(self.uvs))
        if not self.key:
            chunks = [self.vertices.tobytes(), self.faces.tobytes(), self.uv_unit.encode()]
            chunks += [array.tobytes() for array in (self.normals, self.uvs) if array is not None]
            object.__setattr__(self, "key", digest_bytes(b"|".join(chunks)))


@dataclass(frozen=True, eq=False)
class Part:
    """A mesh with one material; `label` is the class of an environment's part ("floor"), empty on objects."""

    name: str
    mesh: Mesh
    material: Material
    label: str = ""


@dataclass(frozen=True)
class Surface:
    """A level rectangle on which things may be placed, in the asset's frame.

    Attributes:
        name: What a recipe calls it, such as `floor` or `top`.
        min_m, max_m: Opposite corners (x, y) [m].
        height_m: z [m].
        clear_m: Free height above it [m]; inf where nothing is above.
    """

    name: str
    min_m: Vec2
    max_m: Vec2
    height_m: float
    clear_m: float = float("inf")


@dataclass(frozen=True, eq=False)
class Asset:
    """Something that a recipe may place: its parts, its extent, and where things may stand on it.

    Attributes:
        key: Digest of source and parameters; equal keys mean equal assets.
        bounds_m: Corners of the axis-aligned box round all vertices, shape (2, 3), object frame [m].
        body: The part names to which an object's `material:` applies; empty means all.
    """

    key: str
    parts: tuple[Part, ...]
    bounds_m: FloatArray
    surfaces: tuple[Surface, ...] = ()
    body: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Body:
    """One placed thing, or one part of the environment: what a pixel can belong to.

    Attributes:
        name: Instance name, such as `carton[3]` or `environment.floor`.
        prim_path: Its path on the USD stage, such as `/World/carton_3`.
        label: Class name.
        category_id: From 1, fixed by the recipe.
        instance_id: From 1 for things; 0 for stuff (parts of the environment).
        asset_key: Key of the `Asset` it was made from.
        world_from_object: 4x4; may scale, never mirrors.
        bounds_m: Box in the object's frame before `world_from_object`, shape (2, 3) [m].
        parts: Meshes and materials after the recipe's overrides.
        motion: How it moves while the picture is taken; None stands still.
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
            along its X axis; `distant` shines along its -Z; `dome` has its pole along world Z.
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
class RenderSettings:
    """What the recipe's `render:` asks for: samples per pixel, path length, denoiser, and time slices.

    `slices` is in how many steps things move while a row is exposed, where any of them moves.
    """

    spp: int
    max_depth: int
    denoise: bool
    slices: int = 8


@dataclass(frozen=True, eq=False)
class Stage:
    """One frame's world. `bodies[i]` is what entity id `i + 1` of a `RenderedFrame` stands for.

    Attributes:
        frame_index: Which frame.
        seed: The recipe's seed.
        drawn: Every drawn value by node name, as plain JSON values, for the frame record.
    """

    frame_index: int
    seed: int
    bodies: tuple[Body, ...]
    lights: tuple[Light, ...]
    cameras: tuple[Camera, ...]
    settings: RenderSettings
    drawn: Mapping[str, object] = field(default_factory=dict)

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
    """

    id: int
    name: str
    is_thing: bool


@dataclass(frozen=True, eq=False)
class StagePlan:
    """What bounds every frame of a recipe, so that a renderer can set up once and never rebuild.

    Attributes:
        materials: One for each set of textures that a frame may show, so that they can be prepared ahead; numbers
            vary. Where textures chosen independently multiply, only as many as memory holds: others come with the
            frames that show them.
        lights: For each light that may ever be lit, one specimen (its kind and texture count; values change).
        cameras: One specimen per camera (resolution and lens kind are fixed; values change).
    """

    materials: tuple[Material, ...]
    lights: tuple[Light, ...]
    cameras: tuple[Camera, ...]
    settings: RenderSettings
