from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sdg.stage.builtin.texture_cache import cached_textures
from sdg.stage.builtin.textures import polymer
from sdg.stage.builtin.textures.model import TextureSet


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


def keys(made: TextureSet) -> list[str | None]:
    return [None if texture is None else texture.key for texture in (made.color, made.roughness, made.metallic)]


def never() -> TextureSet:
    raise AssertionError("made although it was kept")


def kept_file(cache: Path) -> Path:
    (path,) = cache.rglob("*.npz")
    return path


def test_what_is_read_is_what_was_made(empty_cache: Path) -> None:
    made = cached_textures("rubber", polymer.rubber)
    again = cached_textures("rubber", never)
    assert keys(again) == keys(made) == keys(polymer.rubber())
    assert again.size_m == made.size_m
    assert made.normal is not None
    assert again.normal is not None
    np.testing.assert_array_equal(again.normal.pixels, made.normal.pixels)


@pytest.mark.parametrize("at", [0, 10, 2000, -30])
def test_a_damaged_file_is_made_anew(empty_cache: Path, at: int) -> None:
    made = cached_textures("rubber", polymer.rubber)
    content = bytearray(kept_file(empty_cache).read_bytes())
    content[at] ^= 0xFF
    kept_file(empty_cache).write_bytes(content)
    assert keys(cached_textures("rubber", polymer.rubber)) == keys(made)
    assert keys(cached_textures("rubber", never)) == keys(made)
