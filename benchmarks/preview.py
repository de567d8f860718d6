"""Time from command to a preview's first picture, kernel cache warm: `python -m benchmarks.preview`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.scenes import WAREHOUSE


def seconds_to_first_picture() -> tuple[float, float]:
    """Start `sdg preview` and return when its first picture stands on the disk [s], and what the process worked [s].

    The second counts every core's time in user code, which other programs on the machine stretch less.
    """
    folder = Path(tempfile.mkdtemp())
    picture = folder / "out" / "first.png"
    command = [sys.executable, "-m", "sdg", "preview", str(WAREHOUSE), "-n", "1", "-o", str(folder / "out")]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not picture.exists():
            if process.poll() not in (None, 0):
                raise RuntimeError(f"preview failed with status {process.returncode}")
            time.sleep(0.01)
        taken = time.perf_counter() - started
        return taken, _worked_s(process.pid)
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


def _worked_s(pid: int) -> float:
    """Return user and system time of a process so far [s]; fields 14 and 15 of /proc/PID/stat."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Warm the kernel cache once, then measure three times."""
    print(f"load average before: {os.getloadavg()[0]:.1f}")
    print("first run, cache as it was: {:.2f} s ({:.2f} s of work)".format(*seconds_to_first_picture()), flush=True)
    for _ in range(3):
        print("kernel cache warm:          {:.2f} s ({:.2f} s of work)".format(*seconds_to_first_picture()), flush=True)


if __name__ == "__main__":
    main()
