"""The distributions that a dataset's recipe declares, or those of each dataset that it was merged from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sdg.dataset.model import DatasetFrame, DatasetReader, inside
from sdg.errors import DatasetError
from sdg.report.drawn import Draws
from sdg.write.layout import GRAPH

_MOST_BYTES = 50_000_000


class Declared:
    """What the recipes of a dataset declare, and what was drawn; takes in frame by frame.

    Attributes:
        draws: By the recipe's name; a dataset of one recipe has one, a COCO file none.
    """

    def __init__(self, dataset: DatasetReader) -> None:
        self._sources: list[tuple[str, Draws]] = []
        manifest = dataset.manifest
        if manifest and "merged_from" in manifest:
            for entry in manifest["merged_from"]:
                name = f"{entry['name']}, seed {entry['seed']}"
                self._sources.append((name, Draws(_graph(dataset.path, str(entry["graph"])))))
        elif manifest:
            self._sources.append((dataset.name, Draws(_graph(dataset.path, GRAPH))))

    @property
    def draws(self) -> list[tuple[str, Draws]]:
        """What was drawn, recipe by recipe."""
        return self._sources

    def add(self, frame: DatasetFrame) -> None:
        """Take in one frame."""
        if not self._sources:
            return
        merged = frame.record.get("merged")
        source, frame_index = (merged["source"], merged["frame_index"]) if merged else (0, frame.frame_index)
        drawn = frame.record.get("scene_info", {}).get("drawn")
        if 0 <= source < len(self._sources):
            self._sources[source][1].add(drawn, frame_index)


def _graph(folder: Path, path: str) -> Any:
    """Return a graph; None if it can't be read, which only costs the comparison."""
    try:
        file = inside(folder, path)
        return json.loads(file.read_bytes()) if file.stat().st_size <= _MOST_BYTES else None
    except (DatasetError, OSError, ValueError, RecursionError):
        return None
