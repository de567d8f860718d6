"""How a process that renders with RTX hands its raw arrays over: one message for each frame, on a pipe of its own.

A message is a prefix (magic, version, length of the header), a header in JSON, and in a frame's message the arrays as
they lie in memory, in the header's order, then a check sum. The reader trusts nothing: what a frame must hold is known
to it beforehand, so that a wrong message is refused before memory is taken for it.

Nothing of `sdg` is imported here, because Isaac Sim's own Python reads this file, too.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, BinaryIO, TypeAlias

import numpy as np
import numpy.typing as npt

VERSION = 1
MAX_HEADER_BYTES = 1 << 24
_PREFIX = struct.Struct("<4sII")
_TRAILER = struct.Struct("<4sI")
_BEGIN, _END = b"SDGF", b"SDGE"

# Camera and annotator.
Source: TypeAlias = tuple[str, str]
# Numerator and denominator, as Replicator's `ReferenceTime` has them.
ReferenceTime: TypeAlias = tuple[int, int]
# Gives exactly so many bytes, or raises.
Read: TypeAlias = Callable[[int], bytearray]


class ProtocolError(Exception):
    """A message is not what it must be; nothing more can be read from its pipe."""


@dataclass(frozen=True)
class ArraySpec:
    """An array that every frame must hold; `dtype` in NumPy's spelling with its byte order, such as `<f2`."""

    camera: str
    annotator: str
    shape: tuple[int, ...]
    dtype: str

    @property
    def source(self) -> Source:
        """Where it comes from."""
        return self.camera, self.annotator


@dataclass(frozen=True)
class Ready:
    """The renderer is set up; `versions` are of what decides a pixel, by name."""

    versions: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Frame:
    """A frame's raw arrays, whole and of one moment.

    Attributes:
        labels: By camera, what its ids stand for: number to leaf prim path, or BACKGROUND and the like.
    """

    frame_index: int
    arrays: Mapping[Source, npt.NDArray[Any]]
    labels: Mapping[str, Mapping[int, str]]


@dataclass(frozen=True)
class Trouble:
    """The renderer could not go on, in its own words."""

    message: str


Message: TypeAlias = Ready | Frame | Trouble


# --- the renderer's side ------------------------------------------------------------------------------------------


def write_ready(stream: BinaryIO, versions: Mapping[str, str]) -> None:
    """Tell that frames may be asked for."""
    _write(stream, {"kind": "ready", "versions": dict(versions)}, ())


def write_trouble(stream: BinaryIO, message: str) -> None:
    """Tell why nothing more will come."""
    _write(stream, {"kind": "trouble", "message": message}, ())


def write_frame(
    stream: BinaryIO,
    frame_index: int,
    arrays: Mapping[Source, npt.NDArray[Any]],
    times: Mapping[Source, ReferenceTime],
    labels: Mapping[str, Mapping[int, str]],
) -> None:
    """Hand a frame over; `times` are the reference times of the arrays, under the same keys."""
    payload = {source: np.ascontiguousarray(array, array.dtype.newbyteorder("<")) for source, array in arrays.items()}
    entries = [
        {
            "camera": camera,
            "annotator": annotator,
            "shape": list(array.shape),
            "dtype": array.dtype.str,
            "time": list(times[camera, annotator]),
        }
        for (camera, annotator), array in payload.items()
    ]
    header = {"kind": "frame", "frame_index": frame_index, "arrays": entries, "labels": labels}
    _write(stream, header, tuple(payload.values()))


def _write(stream: BinaryIO, header: Mapping[str, Any], arrays: Sequence[npt.NDArray[Any]]) -> None:
    text = json.dumps(header, sort_keys=True).encode()
    stream.write(_PREFIX.pack(_BEGIN, VERSION, len(text)) + text)
    checksum = zlib.crc32(text)
    for array in arrays:
        content = array.tobytes()
        checksum = zlib.crc32(content, checksum)
        stream.write(content)
    stream.write(_TRAILER.pack(_END, checksum))
    stream.flush()


# --- the reader's side --------------------------------------------------------------------------------------------


def read_message(read: Read, expected: Sequence[ArraySpec], frame_index: int | None) -> Message:
    """Read one message.

    Args:
        read: Gives exactly so many bytes from the pipe; what it raises is passed on.
        expected: What a frame must hold, in any order.
        frame_index: The frame that was asked for; None before any was.

    Raises:
        ProtocolError: The message is not in this format, is another frame's, lacks an array or has one too many, has
            one of another shape or type, holds arrays of different moments, or was damaged.
    """
    magic, version, length = _PREFIX.unpack(read(_PREFIX.size))
    if magic != _BEGIN:
        raise ProtocolError(f"a message begins with {bytes(magic)!r}: the one before it was too short or too long")
    if version != VERSION:
        raise ProtocolError(f"the message has version {version} of the format, {VERSION} is wanted")
    if length > MAX_HEADER_BYTES:
        raise ProtocolError(f"the message's header would be {length} bytes long")
    text = bytes(read(length))
    try:
        header = json.loads(text)
        message, specs = _understand(header, expected, frame_index)
    except (ValueError, KeyError, TypeError) as error:
        raise ProtocolError(f"the message's header can't be understood: {type(error).__name__}: {error}") from error
    checksum = zlib.crc32(text)
    arrays: dict[Source, npt.NDArray[Any]] = {}
    for spec in specs:
        array: npt.NDArray[Any] = np.empty(spec.shape, spec.dtype)
        content = read(array.nbytes)
        checksum = zlib.crc32(content, checksum)
        arrays[spec.source] = np.frombuffer(content, spec.dtype).reshape(spec.shape)
    end, told = _TRAILER.unpack(read(_TRAILER.size))
    if end != _END or told != checksum:
        raise ProtocolError("the message was damaged: its check sum is wrong")
    if isinstance(message, Ready | Trouble):
        return message
    return Frame(message.frame_index, arrays, message.labels)


def _understand(
    header: Mapping[str, Any], expected: Sequence[ArraySpec], frame_index: int | None
) -> tuple[Message, Sequence[ArraySpec]]:
    """Return the message, and the arrays that follow it; a frame is still without them."""
    match header["kind"]:
        case "ready":
            return Ready({str(name): str(version) for name, version in header["versions"].items()}), ()
        case "trouble":
            return Trouble(str(header["message"])), ()
        case "frame":
            _check_index(int(header["frame_index"]), frame_index)
            specs = [
                ArraySpec(entry["camera"], entry["annotator"], tuple(entry["shape"]), entry["dtype"])
                for entry in header["arrays"]
            ]
            _check_arrays(specs, expected)
            _check_times({spec.source: entry["time"] for spec, entry in zip(specs, header["arrays"], strict=True)})
            labels = {
                str(camera): {int(number): str(path) for number, path in names.items()}
                for camera, names in header["labels"].items()
            }
            return Frame(int(header["frame_index"]), {}, labels), specs
        case kind:
            raise ProtocolError(f"a message of the unknown kind {kind!r} came")


def _check_index(found: int, asked: int | None) -> None:
    if asked is None:
        raise ProtocolError(f"frame {found} came before any was asked for")
    if found != asked:
        raise ProtocolError(f"frame {asked} was asked for and frame {found} came: frames were repeated or left out")


def _check_arrays(found: Sequence[ArraySpec], expected: Sequence[ArraySpec]) -> None:
    wanted = {spec.source: spec for spec in expected}
    sources = [spec.source for spec in found]
    if sorted(sources) != sorted(wanted):
        raise ProtocolError(f"the frame holds {_named(sources)}; wanted are {_named(list(wanted))}")
    for spec in found:
        want = wanted[spec.source]
        if (spec.shape, spec.dtype) != (want.shape, want.dtype):
            raise ProtocolError(
                f"{_named([spec.source])} is {spec.dtype} of shape {spec.shape}; wanted is {want.dtype} of {want.shape}"
            )


def _check_times(times: Mapping[Source, Sequence[int]]) -> None:
    """Refuse arrays of different moments: a picture and its labels would belong to different frames."""
    moments: dict[Source, Fraction] = {}
    for source, (numerator, denominator) in times.items():
        if denominator == 0:
            raise ProtocolError(f"{_named([source])} has no reference time: {numerator}/{denominator}")
        moments[source] = Fraction(numerator, denominator)
    if len(set(moments.values())) > 1:
        told = ", ".join(f"{_named([source])} {moment}" for source, moment in moments.items())
        raise ProtocolError(f"the frame's arrays are of different reference times: {told}")


def _named(sources: Sequence[Source]) -> str:
    return ", ".join(f"{camera}'s {annotator}" for camera, annotator in sources) or "nothing"
