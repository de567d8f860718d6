from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from sdg.errors import DatasetError
from sdg.write.atomic import remove_leftovers, temporary_path, write_atomically
from sdg.write.dataset import Dataset
from tests.write.conftest import toy_frame


def fail_to_sync(number: int) -> Callable[[int], None]:
    def sync(_: int) -> None:
        raise OSError(number, os.strerror(number))

    return sync


def test_a_file_is_written_with_its_folders_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "file.bin"
    write_atomically(path, b"old")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


def test_files_get_the_permissions_that_the_umask_leaves(tmp_path: Path) -> None:
    """Others must be able to read a dataset; temporary-file functions would make it private."""
    previous = os.umask(0o022)
    try:
        write_atomically(tmp_path / "file", b"x")
    finally:
        os.umask(previous)
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_and_leaves_the_old_file_and_no_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")
    monkeypatch.setattr(os, "fsync", fail_to_sync(number))
    with pytest.raises(DatasetError, match="no space left") as caught:
        write_atomically(path, b"new")
    assert "run the same command again" in caught.value.hint
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_write_that_the_kernel_refuses_for_lack_of_space_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_full(self: Path, _: str) -> BinaryIO:
        self.touch()
        return open("/dev/full", "wb")  # noqa: PTH123

    monkeypatch.setattr(Path, "open", open_full)
    with pytest.raises(DatasetError, match="no space left"):
        write_atomically(tmp_path / "file", b"x" * 100_000)
    assert list(tmp_path.iterdir()) == []


def test_a_leftover_that_is_a_link_to_another_file_is_not_written_through(tmp_path: Path) -> None:
    other, path = tmp_path / "other", tmp_path / "file"
    other.write_bytes(b"kept")
    temporary_path(path).hardlink_to(other)
    write_atomically(path, b"new")
    assert other.read_bytes() == b"kept"
    assert path.read_bytes() == b"new"


def test_a_frame_that_met_a_full_disk_does_not_count_and_can_be_written_again(
    make_dataset: Callable[..., Dataset], monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = make_dataset()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail_to_sync(errno.ENOSPC))
        with pytest.raises(DatasetError):
            dataset.add(toy_frame(0))
    assert dataset.finished_frames() == set()
    dataset.add(toy_frame(0))
    assert dataset.finished_frames() == {0}


def test_a_folder_that_is_a_file_is_told_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "rgb").write_text("in the way")
    with pytest.raises(DatasetError, match="can't write"):
        write_atomically(tmp_path / "rgb" / "000000.png", b"x")


def test_an_exception_while_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "file", b"x")
    assert list(tmp_path.iterdir()) == []


def test_leftovers_of_killed_runs_are_removed_and_other_files_stay(tmp_path: Path) -> None:
    leftover = temporary_path(tmp_path / "rgb" / "000000.png")
    kept = [tmp_path / "rgb" / name for name in ("000000.png", ".hidden", "notes.tmp", ".mine.tmp")]
    leftover.parent.mkdir()
    for path in (leftover, *kept):
        path.write_bytes(b"x")
    assert remove_leftovers(tmp_path) == [leftover]
    assert sorted(leftover.parent.iterdir()) == sorted(kept)
