"""The scalars of YAML 1.2's core schema: `no` is text, `1e6` a number, `0o17` fifteen (YAML 1.2.2, section 10.3)."""

from __future__ import annotations

import re

from sdg.recipe.distributions import Plain

DIGITS_LIMIT = 400

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITY = re.compile(r"([-+]?)\.(inf|Inf|INF)")
_NAN = frozenset({".nan", ".NaN", ".NAN"})


class TooManyDigits(ValueError):
    """A number with more digits than anyone means."""


def parse_scalar(text: str) -> Plain:
    """Return what a plain (unquoted) scalar means.

    Raises:
        TooManyDigits: It is an integer of more than `DIGITS_LIMIT` digits.
    """
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    for pattern, base in ((_INT, 10), (_OCTAL, 8), (_HEX, 16)):
        if pattern.fullmatch(text):
            if len(text) > DIGITS_LIMIT:
                raise TooManyDigits(text)
            return int(text if base == 10 else text[2:], base)
    if _FLOAT.fullmatch(text):
        return float(text)
    if match := _INFINITY.fullmatch(text):
        return float("-inf" if match[1] == "-" else "inf")
    if text in _NAN:
        return float("nan")
    return text
