"""What a camera recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sdg.foundation.arrays import Float32Array, UInt8Array


@dataclass(frozen=True, eq=False)
class SensorView:
    """The recording of one camera.

    Attributes:
        camera: Name of the camera.
        rgb: shape (H, W, 3), uint8, sRGB, display-referred; black where the lens has no ray.
        depth_m: What the depth sensor measured along the optical axis, shape (H, W), float32 [m]; inf where it
            saw nothing.
        saturation_nits: Luminance that the exposure maps to white [cd/m2].
    """

    camera: str
    rgb: UInt8Array
    depth_m: Float32Array
    saturation_nits: float


@dataclass(frozen=True, eq=False)
class SensorFrame:
    """The recordings of all cameras of one frame, by camera name."""

    frame_index: int
    views: Mapping[str, SensorView]
