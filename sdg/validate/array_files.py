"""`.npy` files from anyone: shape and type from the header, and never a pickle.

The format is that of NumPy's NEP 1; only version 1.0 with plain little-endian numbers is taken.
"""

from __future__ import annotations

import ast
from typing import Any

import numpy as np
import numpy.typing as npt

_MAGIC = b"\x93NUMPY\x01\x00"
_LONGEST_HEADER = 1024


class BrokenArray(Exception):
    """What is wrong with an array file; says it in words."""


def read_array(raw: bytes) -> npt.NDArray[Any]:
    """Return the array that a file holds; its memory is the file's own.

    Raises:
        BrokenArray: It is no such file, too short or too long, or holds something other than numbers.
    """
    if not raw.startswith(_MAGIC) or len(raw) < 10:
        raise BrokenArray("not a .npy file of version 1.0")
    length = int.from_bytes(raw[8:10], "little")
    if length > _LONGEST_HEADER or 10 + length > len(raw):
        raise BrokenArray(f"a header of {length} bytes")
    try:
        header = ast.literal_eval(raw[10 : 10 + length].decode("ascii").strip())
        kind, order, shape = header["descr"], header["fortran_order"], header["shape"]
    except (ValueError, SyntaxError, KeyError, TypeError, RecursionError, MemoryError):
        raise BrokenArray("a header that can't be read") from None
    if kind not in ("<f4", "<f8") or order is not False or not isinstance(shape, tuple):
        raise BrokenArray(f"{kind!s:.20}, fortran_order {order!s:.20}")
    if not all(type(extent) is int and 0 <= extent < 1 << 31 for extent in shape):
        raise BrokenArray(f"shape {shape!s:.80}")
    dtype = np.dtype(kind)
    expected = dtype.itemsize
    for extent in shape:
        expected *= extent
    if expected != len(raw) - 10 - length:
        raise BrokenArray(f"{len(raw) - 10 - length} bytes of data where shape {shape} needs {expected}")
    return np.frombuffer(raw, dtype=dtype, offset=10 + length).reshape(shape)
