"""What a renderer is: it takes a `Stage` and the rays of its cameras, and gives linear radiance and truth per pixel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from sdg.foundation.arrays import BoolArray, Float32Array, UInt8Array, UInt32Array
from sdg.stage.model import Stage

# Where to render; `auto` is the GPU where one works, else the CPU.
Device: TypeAlias = Literal["auto", "cpu", "cuda"]
# Who renders: the embedded path tracer, or RTX in Isaac Sim.
RendererName: TypeAlias = Literal["mitsuba", "replicator"]


@dataclass(frozen=True, eq=False)
class RenderedView:
    """What one camera received. All truth comes from the ray through each pixel's centre.

    Attributes:
        camera: Name of the camera.
        radiance: shape (H + 2 b, W + 2 b, 3), float32, linear sRGB, scene-referred; its Rec. 709 luminance is in
            nits [cd/m2]. The picture with a border of b pixels round it, from which the lens's blur brings light; b
            is 0 or `Optics.frame_border_px`. 0 where the lens has no ray. Averaged over the pixel (box filter),
            denoised if so set.
        entity_ids: shape (H, W), uint32; 0 where nothing was hit, else 1 + index into `Stage.bodies`.
        part_numbers: shape (H, W), uint32; 0 where nothing was hit, else 1 + index into the body's `parts`. None
            unless the stage's settings ask for them (`parts`).
        depth_z_m: Along the optical axis, shape (H, W), float32 [m]; inf where nothing was hit.
        distance_m: Along the ray, shape (H, W), float32 [m]; inf where nothing was hit.
        normals: Geometric normal towards the camera, shape (H, W, 3), float32, unit length, world frame; 0
            where nothing was hit.
        valid: shape (H, W), bool; False where the lens has no ray.
        unoccluded_px: For each entity id of a thing, the number of pixels inside the picture that it would cover
            with nothing in front of it.
        unoccluded: Those pixels, by entity id, as `numpy.packbits` packs rows of bits, shape (H, ceil(W / 8)), uint8;
            None unless the stage's settings ask for them (`amodal`).
        second_eye_sees: Whether what each centre ray hits is also seen from `Camera.second_eye_m`, shape (H, W), bool;
            False where nothing was hit. None if the camera has no second eye.
        clipped_px: How many pixels were brighter than the renderer can say; they have the most that it can.
        time_step_s: How long moving things stand still before they are drawn farther on [s]; 0 where nothing moves. A
            moving camera has no steps: each ray has its own time.
    """

    camera: str
    radiance: Float32Array
    entity_ids: UInt32Array
    depth_z_m: Float32Array
    distance_m: Float32Array
    normals: Float32Array
    valid: BoolArray
    unoccluded_px: Mapping[int, int]
    unoccluded: Mapping[int, UInt8Array] | None = None
    second_eye_sees: BoolArray | None = None
    time_step_s: float = 0.0
    clipped_px: int = 0
    part_numbers: UInt32Array | None = None


@dataclass(frozen=True, eq=False)
class ViewTruth:
    """What the embedded tracer says of a view that another renderer makes; see `RenderedView` for each.

    Things that move, and cameras, stand where they are in the middle of the exposure.
    """

    entity_ids: UInt32Array
    unoccluded_px: Mapping[int, int]
    valid: BoolArray
    unoccluded: Mapping[int, UInt8Array] | None = None


@dataclass(frozen=True, eq=False)
class RenderedFrame:
    """The views of all cameras of one frame, by camera name; `seconds` says where time went, by step."""

    frame_index: int
    views: Mapping[str, RenderedView]
    seconds: Mapping[str, float]


@dataclass(frozen=True)
class RendererIdentity:
    """Who rendered, for frame records and the manifest; nothing in it depends on time or place.

    Attributes:
        renderer: `mitsuba` or another registered name.
        device_kind: What must be equal for bytes to be equal: CPU and its vector instructions, or GPU and its driver.
        versions: Library name to version, of what decides a pixel.
        missing_effects: What the recipe asks for and the renderer lacks, sorted; see `sdg.recipe.effects`.
    """

    renderer: str
    device_kind: str
    versions: Mapping[str, str]
    missing_effects: tuple[str, ...] = ()


class Renderer(Protocol):
    """Renders stages of one recipe, one after another; holds a scene and must be closed."""

    @property
    def identity(self) -> RendererIdentity: ...

    def render(self, stage: Stage) -> RenderedFrame:
        """Render every camera of the stage.

        Raises:
            RenderError: The frame could not be made.
        """
        ...

    def close(self) -> None:
        """Give back memory and devices; the renderer is not used afterwards."""
        ...


class Tracer(Protocol):
    """Knows what is to be seen, and renders nothing; must be closed."""

    def truth(self, stage: Stage) -> Mapping[str, ViewTruth]:
        """Return what every camera of the stage sees, by name.

        Raises:
            RenderError: It could not be found out.
        """
        ...

    def close(self) -> None:
        """Give back memory and devices; the tracer is not used afterwards."""
        ...
