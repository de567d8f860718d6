"""Is a GPU's dataset the CPU's? `python -m benchmarks.devices CPU_DATASET GPU_DATASET`, both of the same recipe.

Counts label pixels that differ, which they may only where a centre ray grazes an edge, and compares what was drawn.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import cv2
import numpy as np


def main() -> None:
    """Compare the frames that both folders hold."""
    first, second = (Path(argument) for argument in sys.argv[1:3])
    names = sorted(set.intersection(*({path.stem for path in (f / "frames").iterdir()} for f in (first, second))))
    for name in names:
        records = [json.loads((folder / "frames" / f"{name}.json").read_text()) for folder in (first, second)]
        drawn = [record["scene_info"]["drawn"] for record in records]
        poses = [[thing["world_from_object"] for thing in record["objects"]] for record in records]
        differing = {}
        for kind in ("instance", "semantic"):
            a, b = (cv2.imread(str(folder / kind / f"{name}.png"), cv2.IMREAD_UNCHANGED) for folder in (first, second))
            differing[kind] = int((a != b).sum())
        a, b = (cv2.imread(str(folder / "depth" / f"{name}.png"), cv2.IMREAD_UNCHANGED) for folder in (first, second))
        off = np.abs(a.astype(int) - b.astype(int)) > 1
        same = drawn[0] == drawn[1] and poses[0] == poses[1]
        print(
            f"frame {name}: samples and poses {'equal' if same else 'DIFFER'}; of {a.size} pixels "
            f"{differing['instance']} instance and {differing['semantic']} semantic ids differ, "
            f"{int(off.sum())} depths by more than 1 mm"
        )


if __name__ == "__main__":
    main()
