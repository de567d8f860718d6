"""What pictures show, as far as numbers tell: duplicates, and pictures that are blank, black or blown out.

Near duplicates: difference hashes (Krawetz, "Kind of like that", 2013) of 64 bits that are equal, and then small grey
pictures that differ by less than one level on average.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt

from sdg.validate.findings import Findings
from sdg.validate.pictures import PictureHead

_DARK, _BRIGHT = 4, 251
_SHARE = 0.98
_SUSPICIOUS = (10.0, 245.0)  # mean levels of a picture that can't be black or blown out
_ALIKE_LEVELS = 1.0
_SMALL = 32
_FEW_LEVELS = 1.0


class PictureContent:
    """Takes in one picture after the other, and tells what is odd about each and about two of them."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._seen: set[str] = set()
        self._by_digest: dict[bytes, str] = {}
        self._by_hash: dict[bytes, list[tuple[str, npt.NDArray[np.uint8]]]] = {}

    def add(self, raw: bytes, head: PictureHead, where: dict[str, Any]) -> None:
        """Decode one picture and look at it; not again if another image, perhaps of another COCO file, has it too.

        Args:
            raw: The whole file, whose header says that it is of bounded size.
            head: That header.
            where: Its place, for findings.
        """
        if where["file"] in self._seen:
            return
        self._seen.add(where["file"])
        pixels = decode(raw)
        if pixels is None:
            self._findings.add("V502", **where, expected="a picture that decodes", found=f"a damaged {head.kind} file")
            return
        self.look(pixels, hashlib.blake2b(raw, digest_size=16).digest(), where)

    def look(self, pixels: npt.NDArray[Any], digest: bytes, where: dict[str, Any]) -> None:
        """Look at a decoded picture.

        Args:
            pixels: shape (H, W) or (H, W, C), uint8; other types are only compared.
            digest: Of the file's bytes.
            where: Its place, for findings.
        """
        name = str(where["file"])
        small = _small_grey(pixels)
        if self._odd_levels(pixels, small, where):
            return
        if (first := self._by_digest.setdefault(digest, name)) != name:
            self._findings.add("V801", **where, expected="a picture of its own", found=f"the pixels of {first}")
            return
        if small.std() < _FEW_LEVELS:  # so flat that most look alike
            return
        near = self._by_hash.setdefault(_difference_hash(small), [])
        for other, thumbnail in near[:50]:
            if np.abs(small.astype(np.int16) - thumbnail).mean() < _ALIKE_LEVELS:
                self._findings.add("V802", **where, expected="a picture of its own", found=f"nearly {other}")
                return
        near.append((name, small))

    def _odd_levels(self, pixels: npt.NDArray[Any], small: npt.NDArray[np.uint8], where: dict[str, Any]) -> bool:
        low, high = int(small.min()), int(small.max())
        if pixels.dtype != np.uint8 or (low < high and _SUSPICIOUS[0] < small.mean() < _SUSPICIOUS[1]):
            return False
        sample = pixels[::2, ::2] if pixels.shape[0] > 256 else pixels
        dark, bright = (sample <= _DARK).mean(), (sample >= _BRIGHT).mean()
        if dark > _SHARE:
            self._findings.add("V804", **where, expected="something to see", found=f"{dark:.1%} of it near 0")
        elif bright > _SHARE:
            self._findings.add("V805", **where, expected="something to see", found=f"{bright:.1%} of it near 255")
        elif (pixels == pixels[:1, :1]).all():
            self._findings.add("V803", **where, expected="something to see", found="one colour")
        else:
            return False
        return True


def decode(raw: bytes) -> npt.NDArray[Any] | None:
    """Return the pixels of a picture file as they are stored, BGR where in colour; None if it can't be decoded."""
    import cv2

    try:
        pixels: npt.NDArray[Any] | None = cv2.imdecode(np.frombuffer(raw, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    return pixels


def channels_of(pixels: npt.NDArray[Any]) -> int:
    """Return how many channels decoded pixels have, shape (H, W) or (H, W, C)."""
    return 1 if pixels.ndim == 2 else int(pixels.shape[2])


def _small_grey(pixels: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """Return a picture, reduced to 32 x 32 grey levels by mean; of other types than uint8, its range of 65535."""
    import cv2

    colors = pixels if pixels.ndim == 2 else pixels[..., :3]
    # OpenCV reduces neither whole numbers of 32 bits nor more than four channels.
    known = colors if colors.dtype in (np.uint8, np.uint16) else colors.astype(np.float32)
    small = cv2.resize(known, (_SMALL, _SMALL), interpolation=cv2.INTER_AREA)
    grey = small if small.ndim == 2 else small.mean(axis=-1)
    if pixels.dtype != np.uint8:
        grey = np.clip(np.nan_to_num(grey / 257.0), 0.0, 255.0)
    return np.asarray(grey).astype(np.uint8)


def _difference_hash(small: npt.NDArray[np.uint8]) -> bytes:
    cells = small.reshape(8, _SMALL // 8, 8, _SMALL // 8).mean(axis=(1, 3))
    return np.packbits(cells > np.roll(cells, 1, axis=1)).tobytes()
