"""When each row of a picture is exposed."""

from __future__ import annotations

from dataclasses import dataclass

from sdg.foundation.arrays import FloatArray


@dataclass(frozen=True)
class Shutter:
    """Times of a camera; 0 is the middle of the frame, when its middle row is half exposed.

    Attributes:
        open_s: How long each row is exposed [s].
        line_time_s: How much later each row is exposed than the one above it [s]; 0 is a global shutter.
        rows: Of the picture.
    """

    open_s: float
    line_time_s: float
    rows: int

    @property
    def is_rolling(self) -> bool:
        return self.line_time_s != 0

    def middle_s(self, row: int) -> float:
        """Return the middle of a row's exposure [s]; rows beyond the picture go on in the same step."""
        return (row + 0.5 - self.rows / 2) * self.line_time_s

    def time_at_s(self, v_px: FloatArray) -> FloatArray:
        """Return the time that goes with places in the picture [s]: in the middle of a row, that of its exposure.

        Args:
            v_px: From the picture's upper edge [px]; any shape.
        """
        return (v_px - self.rows / 2) * self.line_time_s
