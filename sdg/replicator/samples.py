"""The frames' values beside the script: what each frame sets on the stage, as `samples.json`.

Values are those of USD attributes, by prim and attribute. What is the same in every frame stands once, under `fixed`,
and is on the stage already; what varies stands under each frame. `samples.schema.json` beside this module is the
file's schema.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, overload

from sdg.replicator.columns import Column
from sdg.replicator.usd.value import UsdValue, UsdValues, by_prim, plain_json

SAMPLES_VERSION = 1

# Prim path -> attribute name -> value.
PrimValues: TypeAlias = Mapping[str, Mapping[str, UsdValue]]


class Frames(Sequence[PrimValues]):
    """What varies, frame by frame; every frame has the same prims and attributes."""

    def __init__(self, columns: Mapping[str, Mapping[str, Column]], count: int) -> None:
        self._columns = columns
        self._count = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, frame: int) -> PrimValues: ...
    @overload
    def __getitem__(self, frame: slice) -> Sequence[PrimValues]: ...
    def __getitem__(self, frame: int | slice) -> PrimValues | Sequence[PrimValues]:
        if isinstance(frame, slice):
            return [self[index] for index in range(*frame.indices(self._count))]
        if not -self._count <= frame < self._count:
            raise IndexError(frame)
        return {prim: {name: column[frame] for name, column in own.items()} for prim, own in self._columns.items()}


@dataclass(frozen=True, eq=False)
class Samples:
    """What the frames of a recipe set on its stage.

    Attributes:
        recipe: The recipe's name.
        seed: Its seed.
        labels: Class of every body's prim.
        fixed: What all frames agree on.
        columns: The rest, by prim and attribute, both in order.
        frame_count: How many frames there are.
        absent_cameras: Cameras that a frame doesn't have, though others do, by frame; only of frames that lack any.
    """

    recipe: str
    seed: int
    labels: Mapping[str, str]
    fixed: PrimValues
    columns: Mapping[str, Mapping[str, Column]]
    frame_count: int
    absent_cameras: Mapping[int, Sequence[str]] = field(default_factory=dict)

    @property
    def frames(self) -> Frames:
        """What varies, frame by frame."""
        return Frames(self.columns, self.frame_count)

    @property
    def varying(self) -> Mapping[str, Sequence[str]]:
        """The attributes that vary, by prim, both in order."""
        return {path: tuple(columns) for path, columns in self.columns.items()}

    @property
    def paths(self) -> Sequence[str]:
        """Every prim of which something is set, in order."""
        return sorted({*self.fixed, *self.columns})

    @property
    def first(self) -> UsdValues:
        """What the stage has before any frame is played: everything of frame 0, by path."""
        varying = {path: {name: column[0] for name, column in own.items()} for path, own in self.columns.items()}
        both = (*self.fixed.items(), *varying.items())
        return dict(sorted((f"{prim}.{name}", value) for prim, own in both for name, value in own.items()))

    def values(self, path: str, name: str) -> Sequence[UsdValue]:
        """Return an attribute's value in every frame, or the one that all have; nothing if no frame sets it."""
        if name in self.fixed.get(path, {}):
            return (self.fixed[path][name],)
        return self.columns.get(path, {}).get(name, ())

    def head_json(self) -> dict[str, Any]:
        """Return all of the samples but their frames as plain JSON values."""
        return {
            "version": SAMPLES_VERSION,
            "recipe": self.recipe,
            "seed": self.seed,
            "labels": dict(self.labels),
            "fixed": plain_json(self.fixed),
        }

    def frame_json(self, frame: int) -> dict[str, Any]:
        """Return one frame as plain JSON values."""
        absent = {"absent_cameras": list(self.absent_cameras[frame])} if frame in self.absent_cameras else {}
        return {"frame": frame, **absent, "prims": plain_json(self.frames[frame])}

    def to_json(self) -> dict[str, Any]:
        """Return the samples as plain JSON values."""
        return {**self.head_json(), "frames": [self.frame_json(frame) for frame in range(self.frame_count)]}


class SamplesBuilder:
    """Takes frames in one after another, and parts what varies from what doesn't."""

    def __init__(self) -> None:
        self._columns: dict[str, Column] = {}
        self._absent_cameras: dict[int, Sequence[str]] = {}
        self._frame_count = 0

    def add(self, values: UsdValues, absent_cameras: Sequence[str] = ()) -> None:
        """Take in every attribute that the next frame sets, by path, and which cameras it lacks."""
        if absent_cameras:
            self._absent_cameras[self._frame_count] = absent_cameras
        for path, value in values.items():
            column = self._columns.get(path)
            if column is None:
                column = self._columns.setdefault(path, Column(value))
            column.set(self._frame_count, value)
        self._frame_count += 1

    def build(self, recipe: str, seed: int, labels: Mapping[str, str] | None = None) -> Samples:
        """Return the samples of the frames so far, of which there must be one.

        Args:
            recipe: The recipe's name.
            seed: Its seed.
            labels: Class of every body's prim.
        """
        assert self._frame_count
        columns = sorted(self._columns.items())
        for _, column in columns:
            column.finish(self._frame_count)
        fixed = {path: column[0] for path, column in columns if not column.varies}
        varying = {path: column for path, column in columns if column.varies}
        columns_of, fixed_of = by_prim(varying), by_prim(fixed)
        return Samples(recipe, seed, labels or {}, fixed_of, columns_of, self._frame_count, self._absent_cameras)
