"""What stands in a warehouse, and the hall itself.

Takes sizes and forms. Gives assets in metres. Promises what `sdg.stage.builtin` promises. Never knows another world's
assets.
"""

from __future__ import annotations

from sdg.stage.builtin.entry import AssetEntry

ENTRIES: dict[str, AssetEntry] = {
    "carton_large": AssetEntry(
        "Shipping carton, taped, with label and print", "carton", (0.6, 0.4, 0.4), (0.12,) * 3, (3.0,) * 3
    ),
    "carton_small": AssetEntry(
        "Small shipping carton, taped, with label", "carton", (0.4, 0.3, 0.25), (0.12,) * 3, (3.0,) * 3
    ),
    "drum": AssetEntry(
        "Steel drum of 200 litres with hoops and bungs", "drum", (0.585, 0.585, 0.88), (0.1,) * 3, (5.0,) * 3
    ),
    "pallet": AssetEntry(
        "EUR pallet of boards and blocks", "pallet", (1.2, 0.8, 0.144), (0.4, 0.4, 0.1), (3.0, 3.0, 0.4)
    ),
    "pallet_rack": AssetEntry(
        "Bays of pallet racking with wire-mesh shelves", "pallet_rack", (2.7, 1.1, 4.0), (1.0, 0.4, 1.0), (24, 3, 15)
    ),
    "traffic_cone": AssetEntry(
        "Orange traffic cone with a reflective band", "traffic_cone", (0.38, 0.38, 0.75), (0.1,) * 3, (3.0,) * 3
    ),
    "warehouse_hall": AssetEntry(
        "Hall with concrete floor, clad walls, steel roof, columns and dock doors",
        "hall",
        (18.0, 24.0, 6.0),
        (6.0, 6.0, 3.5),
        (80.0, 120.0, 20.0),
        is_environment=True,
    ),
}
