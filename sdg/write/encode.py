"""Arrays to the bytes of PNG, JPEG and NumPy files; equal arrays give equal bytes."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt

from sdg.foundation.arrays import Float32Array, UInt8Array, UInt16Array

DEPTH_UNITS_PER_M = 1000.0
GREATEST_DEPTH_UNIT = 65535


def encode_rgb(rgb: UInt8Array) -> bytes:
    """Return an RGB picture, shape (H, W, 3), uint8, as PNG."""
    return _encode_png(np.ascontiguousarray(rgb[..., ::-1]), run_length=True)


def encode_jpeg(rgb: UInt8Array, quality: int = 85) -> bytes:
    """Return an RGB picture, shape (H, W, 3), uint8, as JPEG, for people to look at."""
    import cv2

    settings = [cv2.IMWRITE_JPEG_QUALITY, quality]
    done, buffer = cv2.imencode(".jpg", np.ascontiguousarray(rgb[..., ::-1]), settings)
    assert done
    return bytes(buffer)


def encode_raw(numbers: UInt16Array) -> bytes:
    """Return a sensor's numbers as a 16-bit PNG: grey, shape (H, W), or RGB, shape (H, W, 3)."""
    stored = numbers if numbers.ndim == 2 else np.ascontiguousarray(numbers[..., ::-1])
    return _encode_png(stored, run_length=False)


def encode_ids(ids: npt.NDArray[np.unsignedinteger[Any]]) -> bytes:
    """Return an id picture, shape (H, W), uint8 or uint16, as a greyscale PNG of the same depth."""
    return _encode_png(ids, run_length=True)


def encode_panoptic(segment_ids: npt.NDArray[np.uint32]) -> bytes:
    """Return segment ids, shape (H, W), below 2^24, as a PNG with id = R + 256 G + 65536 B (COCO panoptic)."""
    channels = [(segment_ids >> shift).astype(np.uint8) for shift in (16, 8, 0)]  # OpenCV stores B, G, R
    return _encode_png(np.stack(channels, axis=-1), run_length=True)


def encode_depth(depth_m: Float32Array) -> tuple[bytes, int]:
    """Return depth as a 16-bit PNG in millimetres, and how many pixels were too far for it.

    Args:
        depth_m: shape (H, W), float32 [m]; not finite where nothing was seen.

    Returns:
        The PNG, each value rounded to the nearest millimetre (halves to even), 0 where nothing was seen, the depth
        is beyond 65.535 m, or it is not in front of the camera (lenses of more than 180 degrees); and the number of
        those beyond.
    """
    millimetres = np.rint(depth_m.astype(np.float64) * DEPTH_UNITS_PER_M)
    seen = np.isfinite(millimetres)
    beyond = seen & (millimetres > GREATEST_DEPTH_UNIT)
    stored: UInt16Array = np.where(seen & ~beyond & (millimetres > 0), millimetres, 0.0).astype(np.uint16)
    return _encode_png(stored, run_length=False), int(np.count_nonzero(beyond))


def encode_npy(array: npt.NDArray[Any]) -> bytes:
    """Return an array as a `.npy` file, without pickles."""
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
    return stream.getvalue()


def _encode_png(pixels: npt.NDArray[Any], *, run_length: bool) -> bytes:
    # Looking for runs alone makes ids and noisy colour smaller than zlib's search for longer matches does, in less
    # time; depth is three times smaller with the search. Higher levels cost far more time than they save space.
    import cv2

    strategy = cv2.IMWRITE_PNG_STRATEGY_RLE if run_length else cv2.IMWRITE_PNG_STRATEGY_DEFAULT
    done, buffer = cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_STRATEGY, strategy])
    if not done:
        raise AssertionError(f"PNG encoder refused {pixels.shape} {pixels.dtype}")
    content: bytes = buffer.tobytes()
    return content
