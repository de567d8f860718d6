"""What stands and grows outdoors, and the park itself.

Takes sizes and forms. Gives assets in metres. Promises what `sdg.stage.builtin` promises. Never knows another world's
assets.
"""

from __future__ import annotations

from sdg.stage.builtin.entry import AssetEntry

ENTRIES: dict[str, AssetEntry] = {
    "bench": AssetEntry("Park bench of slats", "bench", (1.8, 0.622, 0.848), (0.9, 0.35, 0.35), (3.5, 1.2, 1.4)),
    "bollard": AssetEntry("Bollard", "bollard", (0.11, 0.11, 0.95), (0.06, 0.06, 0.3), (0.6, 0.6, 2.0)),
    "fence": AssetEntry("Fence along x", "fence", (2.4, 0.15, 1.0), (0.8, 0.02, 0.4), (8.0, 0.6, 3.0)),
    "flower_bed": AssetEntry(
        "Bed of flowers with an edging", "flower_bed", (2.225, 1.6248, 0.474), (0.5, 0.3, 0.1), (8.0, 8.0, 2.0)
    ),
    "lamp_post": AssetEntry("Park lamp on a post", "lamp_post", (0.4, 0.4, 3.8), (0.25, 0.25, 2.0), (1.5, 1.5, 8.0)),
    "park_bin": AssetEntry("Litter bin", "park_bin", (0.48, 0.48, 0.82), (0.25, 0.25, 0.5), (1.2, 1.2, 1.8)),
    "picnic_table": AssetEntry(
        "Picnic table with seats", "picnic_table", (1.8, 1.53, 0.74), (0.8, 0.5, 0.4), (4.0, 4.0, 1.2)
    ),
    "rock": AssetEntry("Rock", "rock", (0.7, 0.546, 0.328), (0.05, 0.05, 0.03), (6.0, 6.0, 5.0)),
    "shrub": AssetEntry("Shrub or hedge", "shrub", (1.32, 1.32, 1.1), (0.25, 0.25, 0.25), (8.0, 8.0, 5.0)),
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
