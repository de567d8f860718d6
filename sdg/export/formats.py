"""The formats there are. A new one is a module with an `ExportFormat`, and a line here."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sdg.export.model import ExportFormat

# Format -> module of `sdg.export`, and its class; imported when it is asked for.
FORMATS = {
    "yolo": ("yolo", "YoloFormat"),
    "kitti": ("kitti", "KittiFormat"),
    "bop": ("bop", "BopFormat"),
    "webdataset": ("webdataset", "WebDatasetFormat"),
}


def load_format(name: str) -> type[ExportFormat]:
    """Return the class that writes a format, by a key of `FORMATS`."""
    module, kind = FORMATS[name]
    found: type[ExportFormat] = getattr(importlib.import_module(f"sdg.export.{module}"), kind)
    return found
