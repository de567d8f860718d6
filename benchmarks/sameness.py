"""Do all ways of making a dataset give the same bytes? `python -m benchmarks.sameness [--kills 10]`.

Once, again, with two workers, in three shards, and after kill -9 at random moments; every file is compared.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.scenes import WAREHOUSE

_FRAMES = 12
_SETTINGS = ["--set", "cameras.0.resolution=[160, 120]", "--set", "cameras.0.lens.opencv_pinhole.fx=120"]


def sdg(*arguments: str) -> list[str]:
    """Return the command line of one `sdg` call."""
    return [sys.executable, "-m", "sdg", *arguments]


def generate(folder: Path, *arguments: str) -> list[str]:
    """Return the command line that makes the dataset."""
    return sdg("generate", str(WAREHOUSE), "-n", str(_FRAMES), "-o", str(folder), *_SETTINGS, *arguments)


def run(command: list[str]) -> None:
    """Run a command to its end, which must be a good one."""
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def tree(folder: Path) -> dict[str, str]:
    """Return the digest of every file below a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def compare(name: str, folder: Path, reference: dict[str, str]) -> None:
    """Print whether a folder holds the reference's files, and which differ."""
    found = tree(folder)
    differing = sorted(path for path in found.keys() | reference.keys() if found.get(path) != reference.get(path))
    print(f"{name}: {'same' if not differing else 'DIFFERS'}, {len(found)} files {differing[:5]}", flush=True)


def main() -> None:
    """Make the dataset in every way and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10)
    kills = parser.parse_args().kills
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        started = time.perf_counter()
        run(generate(base / "once"))
        whole = time.perf_counter() - started
        reference = tree(base / "once")
        run(generate(base / "again"))
        compare("again", base / "again", reference)
        run(generate(base / "two", "--workers", "2"))
        compare("two workers", base / "two", reference)
        shards = [base / f"shard{index}" for index in (1, 2, 3)]
        for index, shard in enumerate(shards, 1):
            run(generate(shard, "--shard", f"{index}/3"))
        run(sdg("merge", str(base / "joined"), *map(str, shards)))
        compare("three shards", base / "joined", reference)
        moments = random.Random(1)
        for _ in range(kills):
            process = subprocess.Popen(
                generate(base / "killed"), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
            )
            time.sleep(moments.uniform(0.2, whole * 0.6))
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        run(generate(base / "killed"))
        compare(f"after {kills} times kill -9", base / "killed", reference)


if __name__ == "__main__":
    main()
