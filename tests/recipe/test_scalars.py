from __future__ import annotations

import math

import pytest

from sdg.recipe.scalars import DIGITS_LIMIT, TooManyDigits, parse_scalar


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("Off", "Off"),
        ("y", "y"),
        ("true", True),
        ("FALSE", False),
        ("tRUE", "tRUE"),
        ("", None),
        ("~", None),
        ("null", None),
        ("nULL", "nULL"),
        ("0", 0),
        ("-12", -12),
        ("+12", 12),
        ("0o17", 15),
        ("017", 17),
        ("0x1F", 31),
        ("0b11", "0b11"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("1e6", 1e6),
        ("1.", 1.0),
        (".5", 0.5),
        ("-1.5E-3", -1.5e-3),
        ("1e", "1e"),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("inf", "inf"),
        ("nan", "nan"),
        ("2026-01-01", "2026-01-01"),
        ("=", "="),
    ],
)
def test_a_plain_scalar_means_what_yaml_1_2_says(text, value):
    """Section 10.3.2 of YAML 1.2.2: neither YAML 1.1's yes/no, nor its octals, sexagesimals or dates."""
    assert parse_scalar(text) == value
    assert type(parse_scalar(text)) is type(value)


def test_nan_is_a_number():
    assert math.isnan(parse_scalar(".nan"))


def test_an_integer_with_absurd_digits_is_refused():
    assert parse_scalar("1" * DIGITS_LIMIT) > 0
    with pytest.raises(TooManyDigits):
        parse_scalar("1" * (DIGITS_LIMIT + 1))
