"""What lies in the bins of a workshop, and the bins: fasteners, machine parts, pipe fittings.

Takes sizes and forms. Gives assets in metres, which declare the convex solids that they collide by. Promises what
`sdg.stage.builtin` promises. Never knows another world's assets.
"""

from __future__ import annotations

from sdg.stage.builtin.entry import AssetEntry

_SMALL, _LARGE = (0.004,) * 3, (1.0,) * 3

ENTRIES: dict[str, AssetEntry] = {
    "bracket": AssetEntry("Bent steel angle bracket with bolt holes", "bracket", (0.06, 0.05, 0.06), _SMALL, _LARGE),
    "flange": AssetEntry("Pipe flange with a neck and bolt holes", "flange", (0.09, 0.09, 0.032), _SMALL, _LARGE),
    "gear": AssetEntry("Spur gear with a hub", "gear", (0.07, 0.07, 0.026), _SMALL, _LARGE),
    "hex_bolt": AssetEntry("Hexagon bolt, on its head", "hex_bolt", (0.027712813, 0.024, 0.07524), _SMALL, _LARGE),
    "hex_nut": AssetEntry("Hexagon nut", "hex_nut", (0.0346, 0.03, 0.016), _SMALL, _LARGE),
    "parts_bin": AssetEntry(
        "Open plastic bin with ribs and a rim", "parts_bin", (0.6, 0.4, 0.2), (0.1, 0.1, 0.04), (2.0,) * 3
    ),
    "pipe_elbow": AssetEntry("Pipe elbow", "pipe_elbow", (0.06, 0.032, 0.06), _SMALL, _LARGE),
    "pipe_tee": AssetEntry("Pipe tee or cross", "pipe_tee", (0.09, 0.034, 0.06), _SMALL, _LARGE),
}
