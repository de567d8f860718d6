from __future__ import annotations

import pytest

from sdg.recipe.wording import label


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (("scene", "objects", 0, "size_m", 1), "size_m[1]"),
        (("scene", "objects", 0, "yaw_deg", "uniform", 1), "yaw_deg"),
        (("scene", "objects", 0, "yaw_deg", "normal", "std"), "yaw_deg"),
        (("scene", "objects", 0, "yaw_deg", "min"), "yaw_deg"),
        (("cameras", 0, "noise", "gaussian", "std"), "std"),
        (("cameras", 0, "noise", "gaussian", "mean", "normal", 0), "mean"),
        ((), "the recipe"),
    ],
)
def test_a_value_is_named_by_its_key_and_not_by_the_parts_of_its_distribution(path, name):
    assert label(path) == name
