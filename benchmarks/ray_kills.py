"""Is a dataset whole although nodes are killed? `python -m benchmarks.ray_kills [--every 30] [--frames 240]`.

A Ray cluster of two nodes of one core each, all on this machine; every so many seconds one is killed with all its
processes, and another started. Frames are of 320x240, at `quality: low`, of the warehouse. Afterwards every file is
compared with an undisturbed run without Ray.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.sameness import run, sdg, tree
from benchmarks.scenes import WAREHOUSE

_SETTINGS = {
    "cameras.0.resolution": "[320, 240]",
    "cameras.0.lens.opencv_pinhole.fx": "240",
    "render.quality": "low",
}
_STORE_BYTES = 128 << 20


class Nodes:
    """A cluster whose head takes no work, and nodes of one core each."""

    def __init__(self) -> None:
        # Said before Ray is imported.
        os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "PYTHONPATH": str(Path(__file__).parents[1])}
        from ray.cluster_utils import Cluster

        head = {"num_cpus": 0, "object_store_memory": _STORE_BYTES, "include_dashboard": False}
        self._cluster: Any = Cluster(initialize_head=True, head_node_args=head)
        self.address = str(self._cluster.address)
        self._nodes: list[Any] = []

    def add(self) -> None:
        """Start a node."""
        self._nodes.append(self._cluster.add_node(num_cpus=1, object_store_memory=_STORE_BYTES))

    def kill_oldest(self) -> None:
        """Kill a node with all its processes, without a word."""
        self._cluster.remove_node(self._nodes.pop(0), allow_graceful=False)

    def close(self) -> None:
        """End the cluster."""
        self._cluster.shutdown()


def generate(folder: Path, frame_count: int, *arguments: str) -> list[str]:
    """Return the command line that makes the dataset."""
    settings = [word for key, value in _SETTINGS.items() for word in ("--set", f"{key}={value}")]
    return sdg("generate", str(WAREHOUSE), "-n", str(frame_count), "-o", str(folder), *settings, *arguments)


def disturb(folder: Path, frame_count: int, every_s: float) -> tuple[int, float, str]:
    """Make the dataset on a cluster that loses nodes; return how many, the seconds taken, and what was said."""
    nodes = Nodes()
    try:
        nodes.add()
        nodes.add()
        started = last = time.monotonic()
        kills = 0
        command = generate(folder, frame_count, "--executor", "ray", "--address", nodes.address, "--device", "cpu")
        with tempfile.TemporaryFile("w+") as notes:  # a pipe that nobody reads would fill
            with subprocess.Popen(command, stderr=notes, stdout=subprocess.DEVNULL) as process:
                try:
                    while process.poll() is None:
                        time.sleep(0.5)
                        if time.monotonic() - last >= every_s:
                            last = time.monotonic()
                            nodes.kill_oldest()
                            nodes.add()
                            kills += 1
                finally:
                    process.terminate()
            seconds = time.monotonic() - started
            notes.seek(0)
            said = notes.read()
    finally:
        nodes.close()
    if process.returncode:
        sys.exit(said)
    return kills, seconds, said


def main() -> int:
    """Make both datasets and compare; return 1 if they differ, or if no node was killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=float, default=30.0, metavar="SECONDS")
    parser.add_argument("--frames", type=int, default=240)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        kills, seconds, said = disturb(base / "disturbed", arguments.frames, arguments.every)
        print(said, flush=True)
        run(generate(base / "undisturbed", arguments.frames, "--device", "cpu"))
        disturbed, undisturbed = tree(base / "disturbed"), tree(base / "undisturbed")
    differing = sorted(path for path in disturbed | undisturbed if disturbed.get(path) != undisturbed.get(path))
    lost = said.count("was lost with its Ray actor")
    print(
        f"{arguments.frames} frames in {seconds:.0f} s, 2 nodes, one killed every {arguments.every:g} s: {kills} "
        f"killed, {lost} workers lost with them; of {len(disturbed)} files {len(differing)} differ {differing[:5]}"
    )
    return int(bool(differing) or kills == 0)


if __name__ == "__main__":
    sys.exit(main())
