"""What a recipe may place: meshes, materials, and where things may stand on them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from sdg.foundation.arrays import FloatArray, UInt8Array, UInt32Array, Vec2, Vec3, check_array, read_only
from sdg.foundation.digest import digest_bytes
from sdg.stage.articulation import Articulation

ColorSpace = Literal["srgb", "linear"]
AssetLightKind: TypeAlias = Literal["dome", "rect", "sphere", "disk", "cylinder", "distant"]


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
    """A mesh with one material; `label` is the class of an environment's part ("floor"), idle on objects.

    Of an environment, `blocks` says whether things and cameras keep clear of it: not of ground that they stand on,
    nor of grass.
    """

    name: str
    mesh: Mesh
    material: Material
    label: str = ""
    blocks: bool = True


@dataclass(frozen=True)
class Surface:
    """A rectangle on which things may be placed: level, or as uneven as the parts that it follows.

    Several surfaces of an environment may share a name: a scattered thing stands on one of them.

    Attributes:
        name: What a recipe calls it, such as `floor` or `top`.
        min_m, max_m: Opposite corners (x, y), surface frame [m].
        height_m: z [m]; of an uneven one, a level from which heights are counted.
        clear_m: Free height above it [m]; inf where nothing is above.
        follows: Names of the parts whose triangles, seen from above, are the ground here; empty where it is level.
        origin_m: Of the surface frame, (x, y) in the asset's frame [m].
        yaw_deg: Of the surface frame about z.
    """

    name: str
    min_m: Vec2
    max_m: Vec2
    height_m: float
    clear_m: float = float("inf")
    follows: tuple[str, ...] = ()
    origin_m: Vec2 = (0.0, 0.0)
    yaw_deg: float = 0.0


@dataclass(frozen=True, eq=False)
class AssetLight:
    """A light that a file holds; see `sdg.stage.model.Light` for each attribute that is named alike.

    Attributes:
        name: Its path in the file, without the leading slash.
        asset_from_light: Rigid 4x4.
        texture_file: Equirectangular picture of a dome; None is uniform.
    """

    name: str
    kind: AssetLightKind
    asset_from_light: FloatArray
    color: Vec3
    luminance_nits: float
    illuminance_lx: float
    size_m: Vec2
    angle_deg: float
    texture_file: Path | None
    visible: bool


@dataclass(frozen=True, eq=False)
class AssetCamera:
    """A camera that a file holds.

    Attributes:
        name: Its path in the file, without the leading slash.
        asset_from_camera: Rigid 4x4; OpenCV camera frame.
        focal_length_mm: 0 if it is no pinhole.
        aperture_mm: Width of its picture at the focal length; 0 if it is no pinhole.
        aperture_offset_mm: How far the middle of the picture lies to the right of the axis, and above it.
    """

    name: str
    asset_from_camera: FloatArray
    focal_length_mm: float
    aperture_mm: float
    aperture_offset_mm: Vec2


@dataclass(frozen=True, eq=False)
class Asset:
    """Something that a recipe may place: its parts, its extent, and where things may stand on it.

    Attributes:
        key: Digest of source and parameters; equal keys mean equal assets.
        bounds_m: Corners of the axis-aligned box round all vertices, shape (2, 3), object frame [m].
        body: The part names to which an object's `material:` applies; empty means all.
        articulation: Its links and joints, and the pose that its parts are in; None is rigid.
        pieces: Points whose convex hulls together are its solid, each of shape (N, 3), object frame [m]; empty leaves
            it to its triangles (`sdg.stage.collision`).
        lights: What shines in its file; lit only where a recipe asks for it.
        cameras: What looks on in its file.
        light_notes: What its lights lose here, as sentences.
    """

    key: str
    parts: tuple[Part, ...]
    bounds_m: FloatArray
    surfaces: tuple[Surface, ...] = ()
    body: tuple[str, ...] = ()
    articulation: Articulation | None = None
    pieces: tuple[FloatArray, ...] = ()
    lights: tuple[AssetLight, ...] = ()
    cameras: tuple[AssetCamera, ...] = ()
    light_notes: tuple[str, ...] = ()
