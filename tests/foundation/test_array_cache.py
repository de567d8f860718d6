"""The cache gives back what it was given, or makes it anew, whatever has become of its files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sdg.foundation.array_cache import Arrays, cache_folder, cached_arrays


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


def made() -> Arrays:
    return {"corners": np.array([[0.5, 1.5]]), "name": np.array("a"), "ends": np.array([1, 2], dtype=np.uint8)}


def never() -> Arrays:
    raise AssertionError("made although it was kept")


def other() -> Arrays:
    return {"corners": np.zeros((1, 2))}


def same(one: Arrays, another: Arrays) -> bool:
    return sorted(one) == sorted(another) and all(
        one[name].dtype == another[name].dtype and np.array_equal(one[name], another[name]) for name in one
    )


def test_what_is_read_is_what_was_made() -> None:
    assert same(cached_arrays("things", "one", made), made())
    assert same(cached_arrays("things", "one", never), made())


def test_names_and_kinds_are_kept_apart() -> None:
    cached_arrays("things", "one", made)
    assert same(cached_arrays("things", "two", other), other())
    assert same(cached_arrays("others", "one", other), other())


def test_whichever_byte_of_a_file_changes_nothing_wrong_is_read() -> None:
    """A byte that no one reads, such as a date, may change without harm; any other must be found out."""
    cached_arrays("things", "one", made)
    path = cache_folder("things") / "one.npz"
    content = path.read_bytes()
    anew = 0
    for at in range(len(content)):
        path.write_bytes(content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
        found = cached_arrays("things", "one", other)
        assert same(found, made()) or same(found, other())
        anew += same(found, other())
    assert anew > len(content) / 4


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_part_of_a_file_is_made_anew(share: float) -> None:
    cached_arrays("things", "one", made)
    path = cache_folder("things") / "one.npz"
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    assert same(cached_arrays("things", "one", other), other())
    assert same(cached_arrays("things", "one", never), other())


def test_a_cache_that_cannot_be_written_does_no_harm(empty_cache: Path) -> None:
    """A file stands where the folder would be."""
    (empty_cache / "sdg").write_text("in the way")
    assert same(cached_arrays("things", "one", made), made())


def test_no_unfinished_file_stays(empty_cache: Path) -> None:
    cached_arrays("things", "one", made)
    assert [path.name for path in (empty_cache / "sdg" / "things").iterdir()] == ["one.npz"]


def test_a_relative_cache_folder_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """The XDG specification says so."""
    monkeypatch.setenv("XDG_CACHE_HOME", "somewhere")
    assert cache_folder("things") == Path("~/.cache/sdg/things").expanduser()
