"""Which split a frame belongs to, decided by the frame alone: no other frame, and no order, has a say."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from sdg.errors import UsageError
from sdg.foundation.digest import digest_json

_NAME = re.compile(r"[A-Za-z0-9_]+")
_HINT = "write it like train=0.8,val=0.2"
_DIGITS = 13  # hexadecimal ones, 52 bits: what a float holds exactly


def parse_splits(text: str) -> dict[str, float]:
    """Return the share of each split, from `train=0.8,val=0.2`.

    Raises:
        UsageError: A name or share is missing or wrong, or the shares don't make 1.
    """
    splits: dict[str, float] = {}
    for part in text.split(","):
        name, _, share = (word.strip() for word in part.partition("="))
        if not _NAME.fullmatch(name):
            raise UsageError(f"--split: {name!r} is no name of a split", f"letters, digits and _; {_HINT}")
        if name in splits:
            raise UsageError(f"--split names {name} twice", _HINT)
        try:
            splits[name] = float(share)
        except ValueError:
            raise UsageError(f"--split: the share of {name} is {share!r}, not a number", _HINT) from None
        if not 0 < splits[name] <= 1:
            raise UsageError(f"--split: the share of {name} is {share}, not above 0 and at most 1", _HINT)
    if not math.isclose(sum(splits.values()), 1, abs_tol=1e-6):
        raise UsageError(f"--split: the shares make {sum(splits.values()):g}, not 1", _HINT)
    return splits


def split_of(key: str, splits: Mapping[str, float]) -> str:
    """Return the split of a frame, from its key; the shares are kept on average."""
    place = int(digest_json(["split", key])[:_DIGITS], 16) / 16**_DIGITS
    for name, share in splits.items():
        if place < share:
            return name
        place -= share
    return list(splits)[-1]  # the shares' sum was rounded
