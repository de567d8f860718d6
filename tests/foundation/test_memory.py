import os
import sys
from pathlib import Path

import pytest

from sdg.foundation import memory
from sdg.foundation.memory import release_freed_memory

_BLOCK_BYTES = 100_000
_BLOCKS = 1_500


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(memory._malloc_trim() is None, reason="glibc only")
def test_holes_in_the_heap_go_back_to_the_system() -> None:
    """Blocks below the mapping threshold lie on the heap; small ones between them keep it from shrinking."""
    blocks = [(bytearray(_BLOCK_BYTES), bytearray(2_000)) for _ in range(_BLOCKS)]
    pins = [pin for _, pin in blocks]
    del blocks
    before = _resident_bytes()
    release_freed_memory()
    # A page or two at each end of a hole can't go.
    assert before - _resident_bytes() > _BLOCKS * _BLOCK_BYTES * 0.8
    assert len(pins) == _BLOCKS


def test_a_system_without_glibc_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    memory._malloc_trim.cache_clear()
    try:
        assert memory._malloc_trim() is None
        release_freed_memory()
    finally:
        memory._malloc_trim.cache_clear()
