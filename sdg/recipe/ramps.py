"""Curriculum: `{ramp: [from, to], over: [0.2, 0.8]}`, a number or a part of a distribution that moves with the run.

Everything that bounds a distribution's parts is linear in them, and they are linear in between where their ramps begin
and end. So what holds at those places of the run holds everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sdg.recipe.distributions import Plain
from sdg.recipe.document import Place

RAMPS = ("ramp", "ramp_int")
WHOLE_RUN = (0.0, 1.0)


def is_ramp(value: Plain) -> bool:
    """Return whether a plain value is written as a ramp (which may still be a faulty one)."""
    return isinstance(value, Mapping) and any(key in value for key in RAMPS)


def ramp_key(value: Mapping[str, Plain]) -> str:
    """Return which ramp a mapping spells (the first, if it spells both)."""
    return next(key for key in value if key in RAMPS)


def ramp_value(start: float, end: float, over: tuple[float, float], share: float) -> float:
    """Return the value of a ramp.

    Args:
        start: Up to the first of `over`.
        end: From the second of `over` on.
        over: Shares of the run, rising.
        share: Of the run that is over, 0 in the first frame and 1 in the last.
    """
    place = min(1.0, max(0.0, (share - over[0]) / (over[1] - over[0])))
    value = start * (1.0 - place) + end * place
    return min(max(value, min(start, end)), max(start, end))


def nearest_whole(value: float) -> int:
    """Return the whole number nearest to a value; the higher of two that are as near."""
    return int((value + 0.5) // 1)


def inner_ramps(value: Mapping[str, Plain], place: Place) -> Iterator[tuple[str, Mapping[str, Plain], Place]]:
    """Yield the ramps among a distribution's own parts: the part's key, the ramp, and where it is written."""
    for key, part in value.items():
        if key in ("uniform", "uniform_int", "log_uniform", "normal") and isinstance(part, list | Mapping):
            parts = part.items() if isinstance(part, Mapping) else enumerate(part)
            yield from ((key, item, place / key / step) for step, item in parts if is_ramp(item))
        elif key in ("min", "max", "weights") and is_ramp(part):
            yield key, part, place / key


def frozen(value: Mapping[str, Plain]) -> list[Mapping[str, Plain]]:
    """Return a distribution of sound ramps as it is wherever in the run one of its ramps begins or ends.

    A distribution without ramps among its own parts is returned as it is.
    """
    overs = [ramp.get("over", WHOLE_RUN) for _, ramp, _ in inner_ramps(value, Place(()))]
    if not overs:
        return [value]
    return [_at(value, share) for share in sorted({0.0, 1.0, *(end for over in overs for end in over)})]


def _at(value: Mapping[str, Plain], share: float) -> dict[str, Plain]:
    result: dict[str, Plain] = {}
    for key, part in value.items():
        if is_ramp(part):
            result[key] = _plain_at(part, share)
        elif key in ("choice", "sequence", "combine"):
            result[key] = part
        elif isinstance(part, list):
            result[key] = [_plain_at(item, share) if is_ramp(item) else item for item in part]
        elif isinstance(part, Mapping):
            result[key] = {name: _plain_at(item, share) if is_ramp(item) else item for name, item in part.items()}
        else:
            result[key] = part
    return result


def _plain_at(ramp: Mapping[str, Plain], share: float) -> Plain:
    key = ramp_key(ramp)
    start, end = ramp[key]
    over = ramp.get("over", WHOLE_RUN)
    starts, ends = (end if isinstance(end, list) else [end] for end in (start, end))
    values: list[float] = [ramp_value(a, b, over, share) for a, b in zip(starts, ends, strict=True)]
    if key == "ramp_int":
        values = [nearest_whole(value) for value in values]
    return values if isinstance(start, list) else values[0]
