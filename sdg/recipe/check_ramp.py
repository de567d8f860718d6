"""Is a ramp spelt soundly?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sdg.recipe.distributions import Plain
from sdg.recipe.document import BROKEN, Place
from sdg.recipe.ramps import ramp_key
from sdg.recipe.wording import describe

_LARGEST = 1e300


def ramp_is_sound(value: Mapping[str, Plain], place: Place, fault: Callable[..., None]) -> bool:
    """Report what is wrong with a ramp's ends, and over which part of the run it goes; False if anything is."""
    key = ramp_key(value)
    ends, sound = value[key], True
    if ends is BROKEN:
        return False
    if not isinstance(ends, list) or len(ends) != 2:
        hint = f"write {key}: [from, to]"
        message = f"{key} needs a value to start from and one to end at"
        fault("R040", message, place / key, expected="[from, to]", found=describe(ends), hint=hint)
        return False
    for index, end in enumerate(ends):
        numbers = end if isinstance(end, list) and end else [end]
        if not all(_is_number(number, key == "ramp_int") for number in numbers):
            what = "a whole number" if key == "ramp_int" else "a finite number"
            found, hint = describe(end), "the ends of a ramp are plain numbers; ramp the ends of a distribution instead"
            if all(number is not BROKEN for number in numbers):
                at = place / key / index
                fault(
                    "R040",
                    f"{key} needs plain numbers",
                    at,
                    expected=f"{what}, or a list of them",
                    found=found,
                    hint=hint,
                )
            sound = False
    lengths = {len(end) if isinstance(end, list) else 0 for end in ends}
    if sound and len(lengths) > 1:
        found = f"{describe(ends[0])} and {describe(ends[1])}"
        fault("R040", f"the ends of {key} differ in length", place / key, expected="ends of one length", found=found)
        sound = False
    return ("over" not in value or _over_is_sound(value["over"], place / "over", fault)) and sound


def _over_is_sound(over: Plain, place: Place, fault: Callable[..., None]) -> bool:
    if over is BROKEN:
        return False
    numbers = isinstance(over, list) and len(over) == 2 and all(_is_number(end, False) for end in over)
    if numbers and 0 <= over[0] < over[1] <= 1:
        return True
    expected, hint = "[a, b] with 0 <= a < b <= 1", "shares of the run: [0.2, 0.8] leaves out the first and last fifth"
    fault("R042", "over is no part of the run", place, expected=expected, found=describe(over), hint=hint)
    return False


def _is_number(value: Plain, whole: bool) -> bool:
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        return False
    return abs(value) <= (2**53 if whole else _LARGEST)
