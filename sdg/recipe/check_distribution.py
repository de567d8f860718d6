"""Is a distribution spelt soundly, and which values stand at the ends of what it yields?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from sdg.recipe.check_ramp import ramp_is_sound
from sdg.recipe.distributions import DISTRIBUTION_KEYS, Plain
from sdg.recipe.document import BROKEN, Document, Place
from sdg.recipe.normals import normal_parts, share_within
from sdg.recipe.ramps import RAMPS, frozen, inner_ramps
from sdg.recipe.reporting import Faults
from sdg.recipe.wording import describe, nearest

BESIDE = {
    "uniform": ("every",),
    "uniform_int": ("every",),
    "normal": ("min", "max", "every"),
    "log_uniform": ("every",),
    "choice": ("weights", "every"),
    "sequence": ("every",),
    "combine": ("every",),
    "ramp": ("over",),
    "ramp_int": ("over",),
}
WHOLE_LIMIT = 2**53


# Draws outside the bounds are drawn again; below this share that takes too long.
ACCEPTED_SHARE = 1e-3


def distribution_key(value: Mapping[str, Plain]) -> str:
    """Return which distribution a mapping spells (the first, if it spells several)."""
    return next(key for key in value if key in DISTRIBUTION_KEYS)


class DistributionCheck:
    """Checks the form of distributions, whatever field they stand in.

    Args:
        document: Where the distributions are written.
        faults: Receives what is wrong.
    """

    def __init__(self, document: Document, faults: Faults) -> None:
        self._document = document
        self._faults = faults

    def is_sound(self, value: Mapping[str, Plain], place: Place) -> bool:
        """Report what is wrong with a distribution's form; False if its values can't be looked at further."""
        kinds = [key for key in value if key in DISTRIBUTION_KEYS]
        kind = kinds[0]
        if len(kinds) > 1:
            self._fault(
                "R040",
                "two distributions in one place",
                place / kinds[1],
                head=True,
                expected="one of them",
                found=", ".join(kinds),
                hint="keep one, or put both into a choice",
            )
            return False
        self._check_beside(kind, value, place)
        self._check_every(value, place)
        inner = value[kind]
        if inner is BROKEN:
            return False
        if kind in RAMPS:
            return ramp_is_sound(value, place, self._fault)
        ramps = list(inner_ramps(value, place))
        sound = [ramp_is_sound(ramp, at, self._fault) for _, ramp, at in ramps]
        if all(sound):
            sound += [self._parts_are_sound(kind, still, place, bool(ramps)) for still in frozen(value)]
        return all(sound)

    def _parts_are_sound(self, kind: str, value: Mapping[str, Plain], place: Place, moves: bool) -> bool:
        if kind in ("choice", "sequence", "combine"):
            return self._items_are_sound(kind, value, place)
        if kind == "normal":
            return self._normal_is_sound(value, place)
        return self._range_is_sound(kind, value[kind], place / kind, moves)

    def _check_beside(self, kind: str, value: Mapping[str, Plain], place: Place) -> None:
        for key in value:
            if key == kind or key in BESIDE[kind]:
                continue
            allowed = BESIDE[kind]
            self._fault(
                "R041",
                f"{key} can't stand beside {kind}",
                place / key,
                head=True,
                expected=" or ".join(allowed),
                found=key,
                hint=nearest(key, allowed),
            )

    def _check_every(self, value: Mapping[str, Plain], place: Place) -> None:
        every = value.get("every", 1)
        if every is BROKEN or every == "dataset":
            return
        if isinstance(every, bool) or not isinstance(every, int) or not 1 <= every <= WHOLE_LIMIT:
            self._fault(
                "R045",
                "every must say for how long a draw is kept",
                place / "every",
                expected="a whole number of frames from 1, or dataset",
                found=describe(every),
                hint="every: 100 keeps a draw for 100 frames, every: dataset for the whole run",
            )

    def _items_are_sound(self, kind: str, value: Mapping[str, Plain], place: Place) -> bool:
        items = value[kind]
        if not isinstance(items, list):
            self._fault(
                "R040",
                f"{kind} needs a list",
                place / kind,
                expected="a list of values",
                found=describe(items),
                hint=f"write {kind}: [a, b]",
            )
            return False
        if not items:
            self._fault(
                "R044",
                f"{kind} has nothing to offer",
                place / kind,
                expected="at least one value",
                found="an empty list",
            )
            return False
        if "weights" in value and kind == "choice":
            self._check_weights(value["weights"], len(items), place / "weights")
        return True

    def _check_weights(self, weights: Plain, count: int, place: Place) -> None:
        if weights is BROKEN:
            return
        if not isinstance(weights, list) or len(weights) != count:
            self._fault(
                "R043",
                "a choice needs one weight for each of its values",
                place,
                expected=f"a list of {count} numbers",
                found=describe(weights),
            )
            return
        bad = [index for index, weight in enumerate(weights) if not _is_number(weight) or weight < 0]
        for index in bad:
            if weights[index] is not BROKEN:
                self._fault(
                    "R043",
                    "a weight must be a number from 0",
                    place / index,
                    expected="a number from 0",
                    found=describe(weights[index]),
                    hint="weights are relative: [3, 1] draws the first three times as often",
                )
        if not bad and not math.isfinite(sum(weights)):
            self._fault("R043", "the weights are too large to add up", place, hint="only their ratios matter")
        elif not bad and sum(weights) == 0:
            self._fault("R043", "all weights are 0", place, expected="at least one above 0", hint="leave weights out")

    def _range_is_sound(self, kind: str, bounds: Plain, place: Place, moves: bool) -> bool:
        if not isinstance(bounds, list) or len(bounds) != 2:
            self._fault(
                "R040",
                f"{kind} needs a lower and an upper end",
                place,
                expected="[low, high]",
                found=describe(bounds),
                hint=_range_hint(kind, bounds),
            )
            return False
        plain = [self._is_quantity(kind, end, place / index) for index, end in enumerate(bounds)]
        if not all(plain):
            return False
        low, high = bounds
        if not self._same_shape(kind, "the ends", low, high, place):
            return False
        sound = True
        for lower, upper, at in _pairs(low, high, place / 1):
            if lower == upper and not moves:
                self._fault(
                    "R042",
                    f"both ends of {kind} are {describe(lower)}",
                    at,
                    expected=f"more than {describe(lower)}",
                    found=describe(upper),
                    hint="write the value without a distribution"
                    if not isinstance(low, list)
                    else "use combine, with the plain value in this position",
                )
                sound = False
            elif lower > upper:
                self._fault(
                    "R042",
                    f"the ends of {kind} are the wrong way round",
                    at,
                    expected=f"more than {describe(lower)}",
                    found=describe(upper),
                    hint=f"write [{describe(upper)}, {describe(lower)}]" if not isinstance(low, list) else "swap them",
                )
                sound = False
        if kind == "log_uniform" and sound:
            for lower, _, at in _pairs(low, high, place / 0):
                if lower <= 0:
                    self._fault(
                        "R042",
                        "log_uniform needs ends above 0",
                        at,
                        expected="a number above 0",
                        found=describe(lower),
                        hint="use uniform, or start at a small positive number",
                    )
                    sound = False
        return sound

    def _normal_is_sound(self, value: Mapping[str, Plain], place: Place) -> bool:
        parts = dict(normal_parts(value, place))
        inner = value["normal"]
        if isinstance(inner, Mapping):
            for key in inner:
                if key not in ("mean", "std", "min", "max"):
                    self._fault(
                        "R041",
                        f"{key} is not a part of normal",
                        place / "normal" / key,
                        head=True,
                        expected="mean, std, min or max",
                        found=key,
                        hint=nearest(str(key), ("mean", "std", "min", "max")),
                    )
            for key in ("min", "max"):
                if key in value and key in inner:
                    self._fault("R041", f"{key} is given twice", place / key, head=True, hint="keep one of the two")
        if "mean" not in parts or "std" not in parts:
            self._fault(
                "R040",
                "normal needs a mean and a standard deviation",
                place / "normal",
                expected="[mean, std] or {mean: ..., std: ...}",
                found=describe(inner),
                hint="bounds go beside it: {normal: [0, 1], min: -2, max: 2}",
            )
            return False
        plain = [self._is_quantity("normal", part, at) for part, at in parts.values()]
        if not all(plain):
            return False
        mean, _ = parts["mean"]
        for name, (part, at) in parts.items():
            if not self._same_shape("normal", f"mean and {name}", mean, part, at):
                return False
        return self._normal_can_be_drawn(parts)

    def _normal_can_be_drawn(self, parts: Mapping[str, tuple[Plain, Place]]) -> bool:
        mean, _ = parts["mean"]
        deviation, std_place = parts["std"]
        sound = True
        for index, centre in enumerate(mean if isinstance(mean, list) else [mean]):

            def pick(name: str, default: float, index: int = index) -> float:
                part = parts[name][0] if name in parts else default
                return float(part[index] if isinstance(part, list) else part)

            std, low, high = pick("std", 0.0), pick("min", -math.inf), pick("max", math.inf)
            if std < 0:
                at = std_place / index if isinstance(deviation, list) else std_place
                self._fault(
                    "R046",
                    "a standard deviation can't be negative",
                    at,
                    expected="a number from 0",
                    found=describe(std),
                    hint=f"write {describe(-std)}",
                )
                sound = False
            elif low > high:
                self._fault(
                    "R042",
                    "min is above max",
                    parts["max"][1],
                    expected=f"at least {describe(low)}",
                    found=describe(high),
                    hint="swap them",
                )
                sound = False
            elif share_within(float(centre), std, low, high) < ACCEPTED_SHARE:
                self._fault(
                    "R046",
                    "min and max leave almost nothing of this normal distribution",
                    parts["min" if "min" in parts and centre < low else "max" if "max" in parts else "min"][1],
                    expected=f"bounds that hold at least {ACCEPTED_SHARE:.1%} of it",
                    found=f"mean {describe(centre)}, std {describe(std)}, from {describe(low)} to {describe(high)}",
                    hint="move the mean between the bounds, or use uniform",
                )
                sound = False
        return sound

    def _is_quantity(self, kind: str, value: Plain, place: Place) -> bool:
        """Return whether an end is a finite number or a list of them, and report it if not."""
        if value is BROKEN:
            return False
        if isinstance(value, list) and value and kind != "uniform_int":
            plain = [self._is_quantity_item(kind, item, place / index) for index, item in enumerate(value)]
            return all(plain)
        return self._is_quantity_item(kind, value, place)

    def _is_quantity_item(self, kind: str, value: Plain, place: Place) -> bool:
        whole = kind == "uniform_int"
        if value is BROKEN:
            return False
        if _is_number(value) and not (whole and (isinstance(value, float) or abs(value) > WHOLE_LIMIT)):
            return True
        expected = "a whole number" if whole else "a finite number, or a list of them"
        hint = "uniform_int draws one whole number; for a list use combine" if whole and isinstance(value, list) else ""
        if isinstance(value, str) and value.startswith("$"):
            hint = "the parts of a distribution are plain numbers; use choice or combine to mix in variables"
        elif isinstance(value, Mapping):
            hint = "the parts of a distribution are plain numbers; put the distributions into a choice"
        elif whole and isinstance(value, float):
            hint = "write whole numbers; an end that moves with the run is a ramp_int"
        self._fault("R040", f"{kind} needs plain numbers", place, expected=expected, found=describe(value), hint=hint)
        return False

    def _same_shape(self, kind: str, what: str, first: Plain, second: Plain, place: Place) -> bool:
        sizes = [len(item) if isinstance(item, list) else 0 for item in (first, second)]
        if sizes[0] == sizes[1]:
            return True
        self._fault(
            "R040",
            f"{what} of {kind} differ in length",
            place,
            expected="numbers, or lists of the same length",
            found=f"{describe(first)} and {describe(second)}",
            hint="give each the length of the field",
        )
        return False

    def _fault(
        self,
        code: str,
        message: str,
        place: Place,
        *,
        head: bool = False,
        expected: str = "",
        found: str = "",
        hint: str = "",
    ) -> None:
        self._faults.at(self._document, code, message, place, head=head, expected=expected, found=found, hint=hint)


def _pairs(low: Plain, high: Plain, place: Place) -> Iterator[tuple[float, float, Place]]:
    if isinstance(low, list):
        for index, (lower, upper) in enumerate(zip(low, high, strict=True)):
            yield lower, upper, place / index
    else:
        yield low, high, place


def _is_number(value: Plain) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= 1e300  # ends and their difference stay finite


def _range_hint(kind: str, bounds: Plain) -> str:
    if isinstance(bounds, Mapping) and len(bounds) == 2 and kind != "combine":
        return f"write {kind}: [low, high]"
    if isinstance(bounds, list) and len(bounds) > 2:
        return "to draw one of several values, use choice"
    return f"write {kind}: [low, high]"
