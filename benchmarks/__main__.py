"""Measure what docs/performance.md and docs/correctness.md state, one benchmark after another; takes over an hour."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.scenes import WAREHOUSE

_COMMANDS = [
    ["-m", "benchmarks.first_frame"],
    ["-m", "benchmarks.preview"],
    ["-m", "benchmarks.overhead"],
    ["-m", "benchmarks.long_run"],
    ["-m", "benchmarks.quality", "--quality", "low", "medium"],
    ["-m", "benchmarks.quality", "--quality", "high", "--resolution", "80", "60"],
    ["-m", "benchmarks.chain"],
    ["-m", "benchmarks.objects"],
    ["-m", "benchmarks.settling"],
    ["-m", "benchmarks.report"],
    ["-m", "benchmarks.labels"],
    ["-m", "benchmarks.lenses"],
    ["-m", "benchmarks.calibration"],
    ["-m", "benchmarks.mtf"],
    ["-m", "benchmarks.sameness"],
    ["-m", "benchmarks.ray_kills"],
    ["-m", "benchmarks.validate"],
    ["-m", "benchmarks.guarantees", "benchmarks/guarantees.yaml"],
]


def main() -> int:
    """Run every benchmark; return 1 if one failed."""
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        dataset = str(Path(folder) / "exposure")
        many = ["-m", "sdg", "generate", str(WAREHOUSE), "-n", "200", "--set", "render.quality=low", "-o", dataset]
        for arguments in [*_COMMANDS, many, ["-m", "benchmarks.exposure", dataset]]:
            print(f"\n== python {' '.join(arguments)}", flush=True)
            failed |= subprocess.run([sys.executable, *arguments], check=False).returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
