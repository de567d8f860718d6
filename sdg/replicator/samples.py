"""The frames' values beside the script: what each frame sets on the stage, as `samples.json`.

Values are those of USD attributes, by prim and attribute. What is the same in every frame stands once, under `fixed`,
and is on the stage already; what varies stands under each frame. `samples.schema.json` beside this module is the
file's schema.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sdg.replicator.usd.value import UsdValue, UsdValues

SAMPLES_VERSION = 1

# Prim path -> attribute name -> value.
PrimValues: TypeAlias = Mapping[str, Mapping[str, UsdValue]]


@dataclass(frozen=True, eq=False)
class Samples:
    """What the frames of a recipe set on its stage.

    Attributes:
        recipe: The recipe's name.
        seed: Its seed.
        labels: Class of every body's prim.
        fixed: What all frames agree on.
        frames: The rest, frame by frame from 0; every frame has the same prims and attributes.
    """

    recipe: str
    seed: int
    labels: Mapping[str, str]
    fixed: PrimValues
    frames: Sequence[PrimValues]

    @property
    def varying(self) -> Mapping[str, Sequence[str]]:
        """The attributes that vary, by prim, both in order."""
        return {path: tuple(values) for path, values in self.frames[0].items()}

    def column(self, path: str, name: str) -> tuple[UsdValue, ...]:
        """Return an attribute's value in every frame."""
        return tuple(frame[path][name] for frame in self.frames)

    def to_json(self) -> dict[str, Any]:
        """Return the samples as plain JSON values."""
        return {
            "version": SAMPLES_VERSION,
            "recipe": self.recipe,
            "seed": self.seed,
            "labels": dict(self.labels),
            "fixed": _plain(self.fixed),
            "frames": [{"frame": index, "prims": _plain(frame)} for index, frame in enumerate(self.frames)],
        }


def build_samples(
    recipe: str, seed: int, frames: Sequence[UsdValues], labels: Mapping[str, str] | None = None
) -> Samples:
    """Part what varies from what doesn't.

    Args:
        recipe: The recipe's name.
        seed: Its seed.
        frames: Every attribute that a frame sets, by path, from frame 0 on; at least one. An attribute that some frame
            doesn't name (a thing that is not there has no pose) keeps the value that it had before, or gets first.
        labels: Class of every body's prim.
    """
    paths = sorted({path for frame in frames for path in frame})
    columns = {path: _filled([frame.get(path) for frame in frames]) for path in paths}
    varying = [path for path in paths if any(value != columns[path][0] for value in columns[path])]
    fixed = sorted(set(paths) - set(varying))
    return Samples(
        recipe,
        seed,
        labels or {},
        _by_prim({path: columns[path][0] for path in fixed}),
        tuple(_by_prim({path: columns[path][index] for path in varying}) for index in range(len(frames))),
    )


def _filled(column: Sequence[UsdValue | None]) -> list[UsdValue]:
    known = next(value for value in column if value is not None)
    filled = []
    for value in column:
        known = known if value is None else value
        filled.append(known)
    return filled


def _by_prim(values: UsdValues) -> dict[str, dict[str, UsdValue]]:
    prims: dict[str, dict[str, UsdValue]] = {}
    for path, value in values.items():
        prim, name = path.split(".", 1)
        prims.setdefault(prim, {})[name] = value
    return prims


def _plain(prims: PrimValues) -> dict[str, dict[str, Any]]:
    return {
        path: {name: list(item.value) if isinstance(item.value, tuple) else item.value for name, item in values.items()}
        for path, values in prims.items()
    }
