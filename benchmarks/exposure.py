"""Exposure of the warehouse recipe: `python -m benchmarks.exposure DATASET` over the pictures of a finished dataset.

`sdg generate recipes/warehouse.yaml -n 200 --set render.quality=low -o DATASET` makes them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np


def main() -> None:
    """Print how many pictures keep the limits: median 40 to 200, at most 5 % white, at most 20 % below 5."""
    pictures = sorted((Path(sys.argv[1]) / "rgb").rglob("*.png"))
    images = [cv2.imread(str(path)) for path in pictures]
    medians = np.array([np.median(image) for image in images])
    white = np.array([(image == 255).all(axis=2).mean() for image in images])
    clipped = np.array([(image == 255).any(axis=2).mean() for image in images])
    dark = np.array([(image.max(axis=2) < 5).mean() for image in images])
    inside = (medians >= 40) & (medians <= 200)
    print(f"{len(images)} pictures; median pixel between 40 and 200 in {inside.mean():.1%} (wanted 95 %)")
    quartiles = np.quantile(medians, [0, 0.25, 0.5, 0.75, 1])
    print("medians, quartiles: " + " ".join(f"{value:.0f}" for value in quartiles))
    print(f"clipped white: worst {white.max():.2%} (limit 5 %)")
    print(f"clipped in any channel: worst {clipped.max():.2%}")
    print(f"below 5: worst {dark.max():.2%} (limit 20 %)")


if __name__ == "__main__":
    main()
