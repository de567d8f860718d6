from __future__ import annotations

import pytest

from sdg.recipe.distribution_syntax import parse_distribution
from sdg.recipe.distributions import Choice, Combine, LogUniform, Normal, Sequence, Uniform, UniformInt


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"uniform": [0, 360]}, Uniform(0.0, 360.0)),
        ({"uniform": [[0, 0], [1, 2]], "every": 5}, Uniform((0.0, 0.0), (1.0, 2.0), 5)),
        ({"uniform_int": [2, 6], "every": "dataset"}, UniformInt(2, 6, "dataset")),
        ({"normal": [1, 2]}, Normal(1.0, 2.0)),
        ({"normal": [1, 2], "min": 0, "max": 4}, Normal(1.0, 2.0, 0.0, 4.0)),
        ({"normal": {"mean": 1, "std": 2, "max": 4}}, Normal(1.0, 2.0, None, 4.0)),
        ({"log_uniform": [1, 100]}, LogUniform(1.0, 100.0)),
        ({"choice": ["a", {"uniform": [0, 1]}], "weights": [3, 1]}, Choice(("a", {"uniform": [0, 1]}), (3.0, 1.0))),
        ({"sequence": [1, 2], "every": 3}, Sequence((1, 2), 3)),
        ({"combine": [1, "$x"]}, Combine((1, "$x"))),
    ],
)
def test_a_distribution_means_what_it_spells(written, meant):
    assert parse_distribution(written) == meant
