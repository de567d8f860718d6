"""What lenses have in common whose rays all start at one point."""

from __future__ import annotations

from sdg.foundation.arrays import FloatArray


class CentralLens:
    """A lens with a single viewpoint: the camera's origin."""

    def origins_m(self, pixels: FloatArray) -> FloatArray | None:
        """Return None: every ray starts at the camera's origin; see `Lens.origins_m`."""
        return None
