"""What stands in an office, and the room itself.

Takes sizes and forms. Gives assets in metres. Promises what `sdg.stage.builtin` promises. Never knows another world's
assets.
"""

from __future__ import annotations

from sdg.stage.builtin.entry import AssetEntry

ENTRIES: dict[str, AssetEntry] = {
    "desk": AssetEntry(
        "Office desk: worktop, frame, drawers, screen", "desk", (1.6, 0.8, 0.74), (0.9, 0.5, 0.5), (3.0, 1.5, 2.0)
    ),
    "monitor": AssetEntry(
        "Computer monitor, or two, on a stand", "monitor", (0.548, 0.19, 0.423), (0.1, 0.05, 0.1), (3.0, 1.0, 2.0)
    ),
    "office_chair": AssetEntry(
        "Office chair: seat, back, armrests, base", "office_chair", (0.669, 0.636, 1.07), (0.2,) * 3, (2.0,) * 3
    ),
    "office_room": AssetEntry(
        "Office room: windows, doors, suspended ceiling with lamps, radiators",
        "room",
        (9.0, 7.0, 2.9),
        (3.5, 3.5, 2.4),
        (40.0, 40.0, 6.0),
        is_environment=True,
    ),
}
