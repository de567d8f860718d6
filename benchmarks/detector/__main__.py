"""All of it: `python -m benchmarks.detector FOLDER`; every step goes on where it was stopped.

Renders the test by Cycles into FOLDER/test, makes the training frames in FOLDER/data, trains and tests into
FOLDER/results. The first step needs `SDG_BPY_PYTHON`, the last PyTorch.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--test-frames", default=500, show_default=True)
@click.option("--frames", default=2000, show_default=True, help="Of each word, for training.")
@click.option("--epochs", default=30, show_default=True)
@click.option("--seeds", default="0,1,2", show_default=True)
@click.option("--device", default="auto", show_default=True, help="Where training frames are rendered.")
@click.option("--workers", default=1, show_default=True, help="Rendering processes of each word.")
def main(folder: Path, test_frames: int, frames: int, epochs: int, seeds: str, device: str, workers: int) -> None:
    """Make the test set, the training sets and the runs that FOLDER lacks."""
    steps = [
        ["test_set", f"{folder}/test", "--frames", str(test_frames)],
        ["frames", f"{folder}/data", "--frames", str(frames), "--device", device, "--workers", str(workers)],
        [
            "experiment",
            f"{folder}/data",
            f"{folder}/test",
            f"{folder}/results",
            "--epochs",
            str(epochs),
            "--seeds",
            seeds,
        ],
    ]
    for name, *arguments in steps:
        subprocess.run([sys.executable, "-m", f"benchmarks.detector.{name}", *arguments], check=True)


if __name__ == "__main__":
    main()
