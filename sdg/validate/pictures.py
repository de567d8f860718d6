"""What a picture file says about itself, read from its headers; nothing is decoded.

PNG: W3C PNG specification, 11.2.2 (IHDR). JPEG: ITU-T T.81, B.2.2 (frame header). GIF: GIF89a specification, 18
(logical screen). BMP: Microsoft, BITMAPCOREHEADER and BITMAPINFOHEADER. WebP: RFC 9649, 2.5 to 2.7. TIFF: revision
6.0, section 2 (first directory; tags 256 and 257).
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from sdg.validate.folder import read_some

GREATEST_PIXELS = 1 << 28
# What a file of so many pixels may have at most: 16 bytes each, and room for what else it holds; OpenCV takes no more.
_SPARE_BYTES, _BYTES_PER_PIXEL, _MOST_BYTES = 64 << 20, 16, (1 << 31) - 1
_PNG_MARK_BYTES = 8
_ENDINGS = {
    "png": ("png",),
    "jpeg": ("jpg", "jpeg", "jpe", "jfif"),
    "bmp": ("bmp", "dib"),
    "gif": ("gif",),
    "webp": ("webp",),
    "tiff": ("tif", "tiff"),
}
_KNOWN_ENDINGS = {ending for endings in _ENDINGS.values() for ending in endings}
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_MOST_SEGMENTS = 1000
_MOST_TAGS = 4096
_CHUNK = 1 << 20
_JPEG_END, _JPEG_SCAN = b"\xff\xd9", 0xDA
# In coded data, 0 follows a byte 255 that is data, and restart markers may stand.
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")


@dataclass(frozen=True)
class PictureHead:
    """A picture's own statement.

    Attributes:
        kind: `png`, `jpeg` …
        size: (width, height) [px]; None where its headers are cut off or damaged.
        bits, channels: Per channel, and how many; 0 where they aren't read.
    """

    kind: str
    size: tuple[int, int] | None = None
    bits: int = 0
    channels: int = 0

    def fits_name(self, name: str) -> bool:
        """Whether a file name's ending is one of this format's, or tells nothing."""
        ending = name.rpartition(".")[2].lower()
        return ending in _ENDINGS[self.kind] or ending not in _KNOWN_ENDINGS


def picture_head(stream: BinaryIO) -> PictureHead | None:
    """Return what a file's headers say; None if it is no picture that is known.

    Raises:
        RefusedPath: The disk refused.
    """

    def part(start: int, count: int) -> bytes:
        stream.seek(start)
        return read_some(stream, count)

    start = part(0, 16)
    for kind, mark, read in _FORMATS:
        if mark.match(start):
            try:
                return read(part)
            except struct.error:  # cut off
                return PictureHead(kind)
    return None


def head_of(content: bytes) -> PictureHead | None:
    """Return what the headers of a file's content say; None if it is no picture that is known."""
    return picture_head(io.BytesIO(content))


def most_bytes(size: tuple[int, int]) -> int:
    """Return how large a picture file of this size [px] may be."""
    return min(_SPARE_BYTES + _BYTES_PER_PIXEL * size[0] * size[1], _MOST_BYTES)


_Part = Callable[[int, int], bytes]


def _png(part: _Part) -> PictureHead:
    width, height, bits, color = struct.unpack(">IIBB", part(16, 10))
    return PictureHead("png", (width, height), bits, _CHANNELS.get(color, 0))


def _jpeg(part: _Part) -> PictureHead:
    at = 2
    for _ in range(_MOST_SEGMENTS):
        head = part(at, 10)
        if len(head) < 10 or head[0] != 0xFF:
            break
        marker = head[1]
        if marker == 0xFF:
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            bits, height, width, channels = struct.unpack(">BHHB", head[4:])
            return PictureHead("jpeg", (width, height), bits, channels)
        at += 2 + int.from_bytes(head[2:4], "big")
    return PictureHead("jpeg")


def _bmp(part: _Part) -> PictureHead:
    (header,) = struct.unpack("<I", part(14, 4))
    width, height = struct.unpack("<HH", part(18, 4)) if header == 12 else struct.unpack("<ii", part(18, 8))
    return PictureHead("bmp", (abs(width), abs(height)))  # a height below 0 says that rows come from the top


def _gif(part: _Part) -> PictureHead:
    width, height = struct.unpack("<HH", part(6, 4))
    return PictureHead("gif", (width, height))


def _webp(part: _Part) -> PictureHead:
    form, head = part(12, 4), part(20, 10).ljust(10, b"\0")
    size = None
    if form == b"VP8X":
        size = 1 + int.from_bytes(head[4:7], "little"), 1 + int.from_bytes(head[7:10], "little")
    elif form == b"VP8L":
        (packed,) = struct.unpack("<I", head[1:5])
        size = 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF)
    elif form == b"VP8 ":
        width, height = struct.unpack("<HH", head[6:10])
        size = width & 0x3FFF, height & 0x3FFF
    return PictureHead("webp", size)


def _tiff(part: _Part) -> PictureHead:
    order = "<" if part(0, 2) == b"II" else ">"
    (directory,) = struct.unpack(f"{order}I", part(4, 4))
    (count,) = struct.unpack(f"{order}H", part(directory, 2))
    found: dict[int, int] = {}
    entries = part(directory + 2, 12 * min(count, _MOST_TAGS))
    for tag, kind, _, value in struct.iter_unpack(f"{order}HHI4s", entries[: len(entries) // 12 * 12]):
        if tag in (256, 257) and kind in (3, 4):  # width and height, of 16 or 32 bits
            (found[tag],) = struct.unpack(f"{order}{'H' if kind == 3 else 'I'}", value[: 2 if kind == 3 else 4])
    return PictureHead("tiff", (found[256], found[257]) if len(found) == 2 else None)


_FORMATS: tuple[tuple[str, re.Pattern[bytes], Callable[[_Part], PictureHead]], ...] = (
    ("png", re.compile(rb"\x89PNG\r\n\x1a\n.{4}IHDR", re.DOTALL), _png),
    ("jpeg", re.compile(rb"\xff\xd8"), _jpeg),
    ("bmp", re.compile(rb"BM"), _bmp),
    ("gif", re.compile(rb"GIF8[79]a"), _gif),
    ("webp", re.compile(rb"RIFF.{4}WEBP", re.DOTALL), _webp),
    ("tiff", re.compile(rb"II\*\0|MM\0\*"), _tiff),
)


def png_damage(content: bytes, *, checksums: bool = True) -> str:
    """Return how a PNG is cut off or damaged; empty if it isn't.

    Args:
        content: The whole file.
        checksums: Whether each chunk's CRC is computed; not needed where a digest covers the file.
    """
    at = _PNG_MARK_BYTES
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        end = at + 12 + length
        if end > len(content):
            return f"ends within a chunk, after {len(content)} bytes"
        if checksums and zlib.crc32(memoryview(content)[at + 4 : end - 4]) != int.from_bytes(
            content[end - 4 : end], "big"
        ):
            return f"checksum of the chunk at byte {at} is wrong"
        if content[at + 4 : at + 8] == b"IEND":
            return ""
        at = end
    return f"ends without its last chunk, after {len(content)} bytes"


def is_cut_jpeg(stream: BinaryIO, size: int) -> bool:
    """Whether a JPEG's coded data ends without an end marker (ITU-T T.81, B.1.1).

    Anything may follow the marker: phones append a second picture or a film. And an end marker near the end of the file
    may be that of such a picture, or of a thumbnail in the header. So segments are followed from the start, unless the
    file ends in the marker: that can't be in coded data.
    """
    stream.seek(max(0, size - 2))
    if read_some(stream, 2) == _JPEG_END:
        return False
    at = 2
    for _ in range(_MOST_SEGMENTS):
        stream.seek(at)
        head = read_some(stream, 4)
        if head[:2] == _JPEG_END:
            return False
        if len(head) < 4 or head[0] != 0xFF:
            return True
        if head[1] == 0xFF:  # fill
            at += 1
            continue
        at += 2 + int.from_bytes(head[2:4], "big")
        if head[1] == _JPEG_SCAN:
            at = _end_of_scan(stream, at)
    return False  # the decoder will tell


def _end_of_scan(stream: BinaryIO, at: int) -> int:
    """Return where the first marker after coded data is, or the end of the file."""
    stream.seek(at)
    tail = b""
    while chunk := read_some(stream, _CHUNK):
        found = _MARKER.search(tail + chunk)
        if found:
            return at - len(tail) + found.start()
        tail = chunk[-1:]
        at += len(chunk)
    return at
