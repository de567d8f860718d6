"""How often each light was seen from about where a surface is, so that shadow rays are not spent on hidden ones.

Shares change which light a shadow ray goes to, and by its probability its weight; so what is learnt, well or badly,
changes the noise of a picture and never its expectation.
"""

from __future__ import annotations

import drjit as dr
import mitsuba as mi

# A cell's edge is a power of two near this share of its distance from the eye.
_EDGE_PER_DISTANCE = 1 / 16
_MOST_CELLS_LOG2 = 15
_MOST_ENTRIES_LOG2 = 22
# How many sightings the belief is worth that a light is seen.
_PRIOR = 1.0


class Sightings:
    """Shares by cell of space and light; cells are found by hash, and those that collide share theirs."""

    def __init__(self) -> None:
        self._eye = mi.Point3f(*(dr.opaque(mi.Float, 0.0) for _ in range(3)))
        self._lights = 1
        self.forget()

    def forget(self, lights: int | None = None) -> None:
        """Believe again that each light, of so many or as many as before, is seen from everywhere."""
        lights = self._lights = self._lights if lights is None else lights
        self._stride = dr.opaque(mi.UInt32, lights)
        self._mask = dr.opaque(mi.UInt32, 0)
        self._shares = dr.ones(mi.Float, lights)
        dr.make_opaque(self._shares)

    def prepare(self, eye: mi.Point3f) -> tuple[mi.UInt32, mi.UInt32]:
        """Make room for counts round an eye; return zeros for what is seen and for what is tried."""
        self._eye = mi.Point3f(eye)
        dr.make_opaque(self._eye)
        cells = min(_MOST_CELLS_LOG2, max(0, _MOST_ENTRIES_LOG2 - (self._lights - 1).bit_length()))
        self._mask = dr.opaque(mi.UInt32, (1 << cells) - 1)
        self._shares = dr.ones(mi.Float, self._lights << cells)
        size = self._lights << cells
        return dr.zeros(mi.UInt32, size), dr.zeros(mi.UInt32, size)

    def entry(self, cell: mi.UInt32, row: mi.UInt32) -> mi.UInt32:
        """Return the place of cells' lights in the counts."""
        return cell * self._stride + row

    def learn(self, seen: mi.UInt32, tried: mi.UInt32) -> None:
        """Take counts over."""
        self._shares = (mi.Float(seen) + _PRIOR) / (mi.Float(tried) + _PRIOR)
        dr.make_opaque(self._shares)

    def cell(self, point: mi.Point3f) -> mi.UInt32:
        """Return the cell that points lie in."""
        level = dr.ceil(dr.log2(dr.maximum(dr.norm(point - self._eye), 1e-3) * _EDGE_PER_DISTANCE))
        edge = dr.rcp(dr.exp2(level))
        key = mi.UInt32(mi.Int32(level)) * 0x9E3779B9
        for coordinate, factor in zip(point, (0x8DA6B343, 0xD8163841, 0xCB1AB31F), strict=True):
            key ^= mi.UInt32(mi.Int32(dr.floor(coordinate * edge))) * factor
        key ^= key >> 15
        key *= 0x846CA68B
        key ^= key >> 16
        return key & self._mask

    def share(self, cell: mi.UInt32, row: mi.UInt32, active: mi.Bool) -> mi.Float:
        """Return how much of the rays from cells to lights arrive, about; never 0."""
        return dr.gather(mi.Float, self._shares, self.entry(cell, row), active)
