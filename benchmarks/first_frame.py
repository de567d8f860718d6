"""Time from command to first finished frame, kernel cache warm: `python -m benchmarks.first_frame`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.scenes import WAREHOUSE


def seconds_to_first_frame() -> float:
    """Start `sdg generate` in an empty folder and return when the first frame's record stands there [s]."""
    folder = Path(tempfile.mkdtemp())
    record = folder / "out" / "frames" / "000000.json"
    command = [sys.executable, "-m", "sdg", "generate", str(WAREHOUSE), "-n", "2", "-o", str(folder / "out")]
    started = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        while not record.exists():
            if process.poll() not in (None, 0):
                raise RuntimeError(f"generate failed with status {process.returncode}")
            time.sleep(0.01)
        return time.perf_counter() - started
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


def main() -> None:
    """Warm the kernel cache once, then measure three times."""
    print(f"first run, cache as it was: {seconds_to_first_frame():.2f} s", flush=True)
    for _ in range(3):
        print(f"kernel cache warm:          {seconds_to_first_frame():.2f} s", flush=True)


if __name__ == "__main__":
    main()
