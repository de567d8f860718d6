"""Handing NumPy arrays to Dr.Jit in the one alignment that keeps its kernels the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

# Dr.Jit's CPU back end uses NumPy's memory in place, and reads several values at once only where it is aligned. NumPy
# aligns to 16 bytes, by chance to more: without this, kernels differ, and are compiled, from frame to frame.
_ALIGNMENT_BYTES = 64


def aligned(array: npt.NDArray[Any], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Return a flat copy of an array, of this dtype, that begins at a multiple of 64 bytes."""
    flat = aligned_space(array.size, dtype)
    flat[:] = array.reshape(-1)
    return flat


def aligned_space(size: int, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Return a flat array of so many values, not yet set, that begins at a multiple of 64 bytes."""
    item = np.dtype(dtype)
    space = np.empty(size * item.itemsize + _ALIGNMENT_BYTES, np.uint8)
    offset = -space.ctypes.data % _ALIGNMENT_BYTES
    return space[offset : offset + size * item.itemsize].view(item)
