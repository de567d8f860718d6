"""Replicator's BasicWriter as far as its files go: their names, and the classes that label files name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pxr import Usd, UsdGeom

from tests.replicator.signatures import TABLE, Refused

_LABELS = "semantics:labels:class"


@dataclass(frozen=True)
class WriterFaults:
    """What may go wrong without a word.

    Attributes:
        loses: Files of this annotator are never written.
        empties: Files of this annotator are written and empty.
        sees_nothing_at: In this capture nothing has a label.
    """

    loses: str = ""
    empties: str = ""
    sees_nothing_at: int | None = None


class BasicWriter:
    """Files are queued at each capture, and on disk once somebody has waited for them."""

    def __init__(self, faults: WriterFaults, *, is_blind: bool) -> None:
        """Take what goes wrong; `is_blind` is whether labels are missing from every other capture."""
        self._faults = faults
        self._is_blind = is_blind
        self._captures = 0
        self._products: list[Any] = []
        self._queue: list[tuple[Path, str]] = []

    def initialize(self, **options: Any) -> None:
        known = {*TABLE["basic_writer"]["flags"], *TABLE["basic_writer"]["options"]}
        if set(options) - known or not Path(options["output_dir"]).is_absolute():
            raise Refused(f"BasicWriter: {set(options) - known or options['output_dir']}")
        self._folder = Path(options["output_dir"])
        self._flags = [name for name in TABLE["basic_writer"]["flags"] if options.get(name)]

    def attach(self, render_products: list[Any], trigger: object = None) -> None:
        self._products = list(render_products)

    def detach(self) -> None:
        self._queue.clear()
        self._captures = -1

    def capture(self, stage: Usd.Stage) -> None:
        blind = (self._is_blind and self._captures % 2 == 1) or self._captures == self._faults.sees_nothing_at
        labels = {0: "BACKGROUND", 1: "UNLABELLED"} | dict(enumerate([] if blind else sorted(set(_labels(stage))), 2))
        text = json.dumps({str(number): {"class": label} for number, label in labels.items()})
        for product in self._products:
            for flag in self._flags:
                if flag == self._faults.loses:
                    continue
                folder = self._folder if len(self._products) == 1 else self._folder / product.name / flag
                suffix = TABLE["basic_writer"]["flags"][flag]
                content = "" if flag == self._faults.empties else "something"
                self._queue.append((folder / f"{flag}_{self._captures:04d}.{suffix}", content))
                self._queue.append((folder / f"{flag}_labels_{self._captures:04d}.json", text))
        self._captures += 1

    def finish(self) -> None:
        """Write what is queued."""
        for file, content in self._queue:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
        self._queue.clear()


def _labels(stage: Usd.Stage) -> Iterator[str]:
    """Yield the classes of the visible, as Replicator has them: with those of what is above, joined by commas."""
    for prim in stage.Traverse():
        if UsdGeom.Imageable(prim).ComputeVisibility() == UsdGeom.Tokens.invisible:
            continue
        if prim.HasAttribute(_LABELS):
            lineage = [stage.GetPrimAtPath(path) for path in prim.GetPath().GetPrefixes()]
            joined = [label for above in lineage for label in (above.GetAttribute(_LABELS).Get() or [])]
            yield ", ".join(joined)
