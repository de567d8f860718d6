import numpy as np
import pytest

from sdg.foundation.rows import distinct_rows


@pytest.mark.parametrize("count", [0, 1, 500])
@pytest.mark.parametrize("dtype", [np.float64, np.int64])
def test_distinct_rows_are_those_of_numpy(count: int, dtype: type) -> None:
    rows = np.random.default_rng(4).integers(-3, 3, (count, 3)).astype(dtype)
    expected, first, inverse = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    found = distinct_rows(rows)
    assert np.array_equal(found.rows, expected)
    assert np.array_equal(found.first, first)
    assert np.array_equal(found.inverse, inverse.reshape(-1))


def test_zeros_of_either_sign_are_equal() -> None:
    assert distinct_rows(np.array([[0.0, 1.0], [-0.0, 1.0]])).inverse.tolist() == [0, 0]
