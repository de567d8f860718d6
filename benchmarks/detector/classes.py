"""What is looked for, and which of it counts."""

from __future__ import annotations

from pathlib import Path

CLASSES = ("pallet", "carton", "drum", "traffic_cone", "forklift")
RECIPES = Path(__file__).parent / "recipes"
WORDS = ("fixed", "realistic", "aggressive")
TESTS = ("test_yard", "test_hall")
WIDTH, HEIGHT = 256, 192

_LEAST_SIDE_PX = 6
_LEAST_VISIBILITY = 0.25


def counts(bbox_xywh_px: tuple[float, float, float, float], visibility: float) -> bool:
    """Return whether a thing must be found; what is smaller or more hidden neither has to be found nor is a mistake."""
    return min(bbox_xywh_px[2:]) >= _LEAST_SIDE_PX and visibility >= _LEAST_VISIBILITY
