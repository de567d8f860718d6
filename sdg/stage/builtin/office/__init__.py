"""What stands in an office, and the room itself.

Takes sizes and forms. Gives assets in metres. Promises what `sdg.stage.builtin` promises. Never knows another world's
assets.
"""

from __future__ import annotations

from sdg.stage.builtin.entry import AssetEntry

ENTRIES: dict[str, AssetEntry] = {
    "bin_waste": AssetEntry(
        "Waste bin, open or with a lid", "bin_waste", (0.2884, 0.2884, 0.33), (0.1,) * 3, (1.5,) * 3
    ),
    "book": AssetEntry(
        "Books or binders in a row or a stack", "book", (0.1945, 0.1795, 0.24), (0.005, 0.02, 0.005), (2.0, 1.0, 2.0)
    ),
    "bottle": AssetEntry(
        "Drinking bottle or flask with cap and label", "bottle", (0.07, 0.07, 0.23), (0.02,) * 3, (0.5,) * 3
    ),
    "cabinet": AssetEntry(
        "Cabinet with drawers, doors or shutters", "cabinet", (0.46, 0.5, 1.3), (0.2, 0.2, 0.3), (3.0, 1.5, 3.0)
    ),
    "cup": AssetEntry("Cup, mug or tumbler", "cup", (0.1073, 0.0827, 0.095), (0.03,) * 3, (0.5,) * 3),
    "desk": AssetEntry(
        "Office desk: worktop, frame, drawers, screen", "desk", (1.6, 0.8, 0.74), (0.9, 0.5, 0.5), (3.0, 1.5, 2.0)
    ),
    "keyboard": AssetEntry(
        "Computer keyboard", "keyboard", (0.4426, 0.1332, 0.0256), (0.1, 0.04, 0.005), (1.0, 0.5, 0.2)
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
    "potted_plant": AssetEntry(
        "Plant in a pot: broad leaves, straps, palm or small tree",
        "potted_plant",
        (0.5982, 0.5446, 0.8297),
        (0.08,) * 3,
        (3.0,) * 3,
    ),
    "shelf_unit": AssetEntry(
        "Shelving of panels, steel or ladders, with doors",
        "shelf_unit",
        (0.82, 0.36, 1.88),
        (0.3, 0.15, 0.5),
        (6.0, 1.0, 4.0),
    ),
    "whiteboard": AssetEntry(
        "Whiteboard on a stand, with pens", "whiteboard", (1.6, 0.6, 1.9), (0.5, 0.2, 0.8), (4.0, 1.5, 3.0)
    ),
}
