"""What a camera recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sdg.foundation.arrays import Float32Array, UInt8Array, UInt16Array


@dataclass(frozen=True, eq=False)
class SensorView:
    """The recording of one camera.

    Attributes:
        camera: Name of the camera.
        rgb: shape (H, W, 3), uint8, sRGB unless the recipe asks for another tone curve, display-referred. Where the
            lens has no ray there is no light: black, but for a sensor's own noise.
        depth_m: What the depth sensor measured along the optical axis, shape (H, W), float32 [m]; inf where it
            saw nothing.
        saturation_nits: Luminance that the exposure maps to white [cd/m2].
        raw: The sensor's digital numbers, shape (H, W), uint16 (mosaic or grey), or (H, W, 3) of a sensor without
            filters that sees all colours; None unless the recipe asks for them.
        recording: What was set and found while recording, as plain JSON values: exposure, gain, white balance, and
            what is needed to read `raw`. Empty for an ideal sensor.
        depth_recording: How many pixels the depth sensor measured, and why others not, as plain JSON values. Empty
            where depth is the truth.
    """

    camera: str
    rgb: UInt8Array
    depth_m: Float32Array
    saturation_nits: float
    raw: UInt16Array | None = None
    recording: Mapping[str, object] = field(default_factory=dict)
    depth_recording: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class SensorFrame:
    """The recordings of all cameras of one frame, by camera name."""

    frame_index: int
    views: Mapping[str, SensorView]
