from __future__ import annotations

import os
from pathlib import Path

from sdg.preview.watch import Watcher


def settled(watcher: Watcher) -> bool:
    """Look twice, as a change counts at the second look that finds the same."""
    first = watcher.changed()
    return watcher.changed() or first


def test_a_file_that_stays_as_it_is_has_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text("a")
    watcher = Watcher([path])
    assert not settled(watcher)


def test_a_change_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text("a")
    watcher = Watcher([path])
    path.write_text("longer")
    assert settled(watcher)
    assert not settled(watcher)


def test_a_change_counts_only_once_the_file_is_at_rest(tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text("whole")
    watcher = Watcher([path])
    path.write_text("")
    assert not watcher.changed()
    path.write_text("whole again")
    assert not watcher.changed()
    assert watcher.changed()


def test_a_file_that_is_renamed_over_it_is_a_change_even_with_the_same_size_and_time(tmp_path: Path) -> None:
    """Editors write a new file and rename it; one that restores times leaves only the inode to tell them apart."""
    path, new = tmp_path / "recipe.yaml", tmp_path / "new"
    path.write_text("a")
    watcher = Watcher([path])
    new.write_text("b")
    os.utime(new, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    new.replace(path)
    assert settled(watcher)


def test_deleting_and_making_a_file_are_changes(tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text("a")
    watcher = Watcher([path])
    path.unlink()
    assert settled(watcher)
    path.write_text("a")
    assert settled(watcher)


def test_watching_more_files_loses_no_change_of_those_known_before(tmp_path: Path) -> None:
    recipe, asset = tmp_path / "recipe.yaml", tmp_path / "part.obj"
    recipe.write_text("a")
    watcher = Watcher([recipe])
    recipe.write_text("changed while it was being read")
    asset.write_text("mesh")
    watcher.watch([recipe, asset])
    assert settled(watcher)
    asset.write_text("another mesh")
    assert settled(watcher)
