"""Types of arrays and short vectors, and the check that stands at each stage boundary."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float64]
Float32Array: TypeAlias = npt.NDArray[np.float32]
UInt8Array: TypeAlias = npt.NDArray[np.uint8]
UInt16Array: TypeAlias = npt.NDArray[np.uint16]
UInt32Array: TypeAlias = npt.NDArray[np.uint32]
IntArray: TypeAlias = npt.NDArray[np.int64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
Vec2: TypeAlias = tuple[float, float]
Vec3: TypeAlias = tuple[float, float, float]


def check_array(name: str, array: Any, *, shape: tuple[int | str, ...], dtype: npt.DTypeLike) -> None:
    """Raise ValueError unless `array` has this dtype and shape; letters in `shape` stand for any equal length."""
    sizes: dict[str, int] = {}
    fits = (
        isinstance(array, np.ndarray)
        and array.dtype == np.dtype(dtype)
        and array.ndim == len(shape)
        and all(
            length == (sizes.setdefault(want, length) if isinstance(want, str) else want)
            for want, length in zip(shape, array.shape, strict=True)
        )
    )
    if not fits:
        found = f"{array.shape} {array.dtype}" if isinstance(array, np.ndarray) else type(array).__name__
        wanted = ", ".join(str(length) for length in shape)
        raise ValueError(f"{name}: expected shape ({wanted}) {np.dtype(dtype)}, got {found}")


def read_only(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return a C-contiguous array that can't be written to; a copy, unless `array` is such an array already."""
    if not array.flags.writeable and array.flags.c_contiguous:
        return array
    frozen = np.array(array, order="C", copy=True)
    frozen.flags.writeable = False
    return frozen
