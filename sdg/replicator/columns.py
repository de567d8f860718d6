"""An attribute's value in every frame, in little memory: most never change, and most that do are numbers."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import overload

from sdg.replicator.usd.value import Plain, UsdValue


class Column(Sequence[UsdValue]):
    """Values of one attribute, from frame 0 on.

    Where a frame names none (a thing that is not there has no pose), the value before is kept; frames before the first
    that names one have that one.
    """

    def __init__(self, first: UsdValue) -> None:
        self._first = first
        self._varies = False
        # Of values that vary: numbers side by side, so many for each, or else the values, equal ones being one object.
        self._numbers = array("d")
        self._width = _width(first.value)
        self._values: list[Plain] = []
        self._last = first.value
        self._count = 0

    @property
    def varies(self) -> bool:
        """Whether any two frames differ."""
        return self._varies

    def set(self, frame: int, value: UsdValue) -> None:
        """Say what a frame has; frames must come in order."""
        plain = value.value
        if not self._varies:
            if plain == self._last:
                return
            self._varies = True
        self._extend(frame)
        if self._width or plain != self._last:
            self._last = plain
        self._extend(frame + 1)

    def finish(self, frame_count: int) -> None:
        """Keep the last value up to the last frame."""
        if self._varies:
            self._extend(frame_count)
        self._count = frame_count

    def _extend(self, frame_count: int) -> None:
        """Repeat the last value until there are so many frames."""
        missing = frame_count - self._count
        if missing <= 0:
            return
        if self._width and _width(self._last) != self._width:
            self._values = [self[frame].value for frame in range(self._count)]
            self._numbers, self._width = array("d"), 0
        if self._width:
            self._numbers.extend((self._last if isinstance(self._last, tuple) else (float(self._last),)) * missing)
        else:
            self._values.extend([self._last] * missing)
        self._count = frame_count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, frame: int) -> UsdValue: ...
    @overload
    def __getitem__(self, frame: slice) -> Sequence[UsdValue]: ...
    def __getitem__(self, frame: int | slice) -> UsdValue | Sequence[UsdValue]:
        if isinstance(frame, slice):
            return [self[index] for index in range(*frame.indices(self._count))]
        index = frame + self._count if frame < 0 else frame
        if not 0 <= index < self._count:
            raise IndexError(frame)
        if not self._varies:
            return self._first
        if not self._width:
            return UsdValue(self._first.type, self._values[index])
        numbers = self._numbers[index * self._width : (index + 1) * self._width]
        return UsdValue(self._first.type, tuple(numbers) if isinstance(self._first.value, tuple) else numbers[0])


def _width(value: Plain) -> int:
    """Return how many numbers a value is; 0 if it is anything but floating-point numbers, which read back as such."""
    if isinstance(value, tuple):
        return len(value) if all(type(part) is float for part in value) else 0
    return int(type(value) is float)
