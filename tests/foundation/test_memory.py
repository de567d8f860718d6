import subprocess
import sys

import pytest

from sdg.foundation import memory
from sdg.foundation.memory import release_freed_memory

# In a process of its own: what others left on a heap decides where blocks lie.
_HOLES = """
import os
from pathlib import Path

from sdg.foundation.memory import release_freed_memory


def resident_bytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


blocks = [(bytearray(100_000), bytearray(2_000)) for _ in range(1_500)]
pins = [pin for _, pin in blocks]
del blocks
before = resident_bytes()
release_freed_memory()
print(before - resident_bytes())
assert len(pins) == 1_500
"""


@pytest.mark.skipif(memory._malloc_trim() is None, reason="glibc only")
def test_holes_in_the_heap_go_back_to_the_system() -> None:
    """Blocks below the mapping threshold lie on the heap; small ones between them keep it from shrinking."""
    done = subprocess.run([sys.executable, "-c", _HOLES], capture_output=True, text=True, check=True)
    # A page or two at each end of a hole can't go.
    assert int(done.stdout) > 1_500 * 100_000 * 0.8


def test_a_system_without_glibc_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    memory._malloc_trim.cache_clear()
    try:
        assert memory._malloc_trim() is None
        release_freed_memory()
    finally:
        memory._malloc_trim.cache_clear()
