from __future__ import annotations

from sdg.foundation.wording import by, counted


def test_one_is_singular_and_all_else_plural() -> None:
    assert [counted(count, "frame") for count in (0, 1, 2, 12_345)] == [
        "0 frames",
        "1 frame",
        "2 frames",
        "12,345 frames",
    ]
    assert counted(1, "class", "classes") == "1 class"
    assert counted(3, "class", "classes") == "3 classes"


def test_sizes_are_written_with_a_true_multiplication_sign() -> None:
    assert by(640, 480) == "640 \N{MULTIPLICATION SIGN} 480"
