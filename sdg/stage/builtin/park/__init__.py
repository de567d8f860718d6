"""What stands and grows outdoors, and the park itself.

Takes sizes and forms. Gives assets in metres. Promises what `sdg.stage.builtin` promises. Never knows another world's
assets.
"""

from __future__ import annotations

from sdg.stage.builtin.entry import AssetEntry

ENTRIES: dict[str, AssetEntry] = {
    "park_terrain": AssetEntry(
        "Park with rolling lawn, paths, grass and woods round it",
        "terrain",
        (220.0, 220.0, 17.0),
        (60.0, 60.0, 8.0),
        (600.0, 600.0, 40.0),
        is_environment=True,
    ),
    "tree": AssetEntry(
        "Tree with trunk, boughs and leaves", "tree", (6.0, 6.0, 8.0), (0.8, 0.8, 1.5), (16.0, 16.0, 30.0)
    ),
}
