"""What has been measured so far, in a folder: the race takes hours, and goes on where it stopped."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from sdg.foundation.arrays import Float32Array


class Ledger:
    """Measurements by name, one JSON file for each contender, and sums of pictures as NumPy files beside them.

    To measure a contender again, delete the files that begin with its name.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def get(self, book: str, key: str, measure: Callable[[], Any]) -> Any:
        """Return what stands under `key`; measure and note it first if nothing does."""
        known = self._read(book)
        if key not in known:
            known = {**known, key: measure()}
            path = self._folder / f"{book}.json"
            unfinished = path.with_suffix(".tmp")
            unfinished.write_text(json.dumps(known, indent=1, sort_keys=True))
            unfinished.replace(path)
        return known[key]

    def mean(self, book: str, key: str, count: int, picture: Callable[[int], Float32Array]) -> Float32Array:
        """Return the mean of `count` pictures; the sum of those made so far is kept.

        Args:
            book: Whose they are.
            key: What they show; a file name.
            count: How many.
            picture: Makes the one of an index from 0.
        """
        path = self._folder / f"{book}_{key}.npz"
        done, total = 0, None
        if path.exists():
            with np.load(path) as file:
                done, total = int(file["done"]), file["total"]
        for index in range(done, count):
            radiance = picture(index).astype(np.float64)
            total = radiance if total is None else total + radiance
            unfinished = path.with_name(f"{path.stem}.tmp.npz")
            np.savez(unfinished, done=index + 1, total=total)
            unfinished.replace(path)
            print(f"  {book} reference {key}: {index + 1} of {count}", flush=True)
        assert total is not None
        mean: Float32Array = (total / max(done, count)).astype(np.float32)
        return mean

    def _read(self, book: str) -> dict[str, Any]:
        path = self._folder / f"{book}.json"
        known: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        return known
