"""What a picture file says about itself, read from its first bytes; nothing is decoded.

PNG: W3C PNG specification, 11.2.2 (IHDR). JPEG: ITU-T T.81, B.2.2 (frame header). BMP, GIF, WebP and TIFF are known,
and their size is left to whoever decodes them.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import BinaryIO

GREATEST_PIXELS = 1 << 28
HEAD_BYTES = 1 << 16
_PNG = b"\x89PNG\r\n\x1a\n"
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


@dataclass(frozen=True)
class PictureHead:
    """A picture's own statement.

    Attributes:
        kind: `png`, `jpeg` …
        size: (width, height) [px]; None where the first bytes don't tell.
        bits, channels: Per channel, and how many; 0 where they don't tell.
    """

    kind: str
    size: tuple[int, int] | None = None
    bits: int = 0
    channels: int = 0

    def fits_name(self, name: str) -> bool:
        """Whether a file name's ending is one of this format's, or tells nothing."""
        ending = name.rpartition(".")[2].lower()
        return ending in _ENDINGS[self.kind] or ending not in _KNOWN_ENDINGS


def picture_head(head: bytes) -> PictureHead | None:
    """Return what the first `HEAD_BYTES` of a file say; None if it is no picture that is known."""
    if head.startswith(_PNG) and len(head) >= 33 and head[12:16] == b"IHDR":
        width, height, bits, color = struct.unpack(">IIBB", head[16:26])
        return PictureHead("png", (width, height), bits, _CHANNELS.get(color, 0))
    if head.startswith(b"\xff\xd8"):
        return _jpeg(head)
    if head.startswith(b"BM"):
        return PictureHead("bmp")
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return PictureHead("gif")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return PictureHead("webp")
    if head[:4] in (b"II*\0", b"MM\0*"):
        return PictureHead("tiff")
    return None


def _jpeg(head: bytes) -> PictureHead:
    at = 2
    while at + 9 < len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            bits, height, width, channels = struct.unpack(">BHHB", head[at + 4 : at + 10])
            return PictureHead("jpeg", (width, height), bits, channels)
        at += 2 + int.from_bytes(head[at + 2 : at + 4], "big")
    return PictureHead("jpeg")


def png_damage(content: bytes, *, checksums: bool = True) -> str:
    """Return how a PNG is cut off or damaged; empty if it isn't.

    Args:
        content: The whole file.
        checksums: Whether each chunk's CRC is computed; not needed where a digest covers the file.
    """
    at = len(_PNG)
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
    """Whether a JPEG lacks its end marker; a few bytes may follow it."""
    stream.seek(max(0, size - 4096))
    return b"\xff\xd9" not in stream.read(4096)
