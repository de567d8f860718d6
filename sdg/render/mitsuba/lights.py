"""Which lamp lights a point: chosen by how much each could give it, were nothing between.

Mitsuba chooses lights by numbers that are the same everywhere. In a hall of many lamps most of them are far from any
point, or shine the other way, and shadow rays to them find little.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import drjit as dr
import mitsuba as mi
import numpy as np

from sdg.foundation.color import REC709_LUMINANCE
from sdg.render.mitsuba.lower import EmitterState
from sdg.render.mitsuba.sightings import Sightings
from sdg.render.mitsuba.upload import aligned

# Numbers of a row: centre, radius of a ball round it, direction it shines in, intensity along that [cd].
ROW_LENGTH = 8
# A lamp's ball may be near while its middle is far; nearer than this share of its radius, it is no brighter.
_NEAREST = 0.5
_NONE = 0xFFFFFFFF
_BELOW_ONE = 1.0 - 2.0**-24


@dataclass
class LightView:
    """What surfaces know of the lights: where they are, which way they face, and what all lights could give [lx]."""

    point: mi.Point3f
    normal: mi.Normal3f
    cell: mi.UInt32
    total: mi.Float


class LightTable:
    """The lamps that are lit, and the environment, on the device; filled for each frame."""

    def __init__(self, scene: mi.Scene, lamps: Sequence[mi.Shape], environment: mi.Emitter | None) -> None:
        self._emitters = scene.emitters_dr()
        self._identities = _identities(self._emitters)
        self._lamps = [self._place(lamp.emitter()) for lamp in lamps]
        self._environment = None if environment is None else self._place(environment)
        self.sightings = Sightings()
        self.update({}, 0.0)

    def update(self, lamps: Mapping[int, EmitterState], environment_lx: float) -> None:
        """Take what shines in a frame.

        Args:
            lamps: By their numbers among those given at the start.
            environment_lx: About how much light a surface gets from the environment.
        """
        lit = {self._lamps[index]: _row(state) for index, state in lamps.items() if max(state.radiance) > 0}
        rows = np.array([*lit.values()] or [[0.0] * ROW_LENGTH], np.float32)
        places = [*lit]
        if self._environment is not None and environment_lx > 0:
            places.append(self._environment)
        row_of = np.full(max(self._identities) + 1, _NONE, np.uint32)
        for row, place in enumerate(places):
            row_of[self._identities[place]] = row
        self._rows = mi.Float(aligned(rows, np.float32))
        self._row_of = mi.UInt32(aligned(row_of, np.uint32))
        self._place_of = mi.UInt32(aligned(np.array(places or [0], np.uint32), np.uint32))
        dr.make_opaque(self._rows, self._row_of, self._place_of)
        self._count = dr.opaque(mi.UInt32, len(lit))
        self.sightings.forget(len(lit) + 1)
        self._everywhere = dr.opaque(mi.Float, environment_lx if len(places) > len(lit) else 0.0)

    def _place(self, emitter: mi.Emitter) -> int:
        return self._identities.index(_identities(mi.EmitterPtr(emitter))[0])

    def choose(
        self, si: mi.SurfaceInteraction3f, pick: mi.Float, active: mi.Bool
    ) -> tuple[LightView, mi.UInt32, mi.Float]:
        """Choose a light for each surface, in proportion to what it could give on the side that is seen.

        Args:
            si: The surfaces.
            pick: In [0, 1); equal parts of it lead to equal parts of the light.
            active: Which lanes need one.

        Returns:
            What the surfaces know of the lights; the row of the one chosen, and how probable that was: 0 if none can
            give anything.
        """
        normal = dr.select(si.wi.z < 0, -si.sh_frame.n, si.sh_frame.n)
        view = LightView(si.p, mi.Normal3f(normal), self.sightings.cell(si.p), mi.Float(0.0))
        view.total, row, given = self._reservoir(view, pick, active)
        return view, row, dr.select(view.total > 0, given / view.total, 0.0)

    @dr.syntax  # type: ignore[untyped-decorator]
    def _reservoir(self, view: LightView, pick: mi.Float, active: mi.Bool) -> tuple[mi.Float, mi.UInt32, mi.Float]:
        """Return what all lights could give, the row of the one chosen, and what that one could give.

        Each takes the place of those before it with a probability in proportion. One number decides every time: what
        is left of it on either side of the threshold is uniform again.
        """
        total = self._everywhere * self.sightings.share(view.cell, self._count, active)
        chosen, chosen_gives = mi.UInt32(self._count), mi.Float(total)
        left = mi.Float(pick)
        row = mi.UInt32(0)
        while active & (row < self._count):
            given = self._could_give(row, view, active)
            total += given
            part = dr.select(given > 0, given / total, 0.0)
            taken = left < part
            left = dr.minimum(dr.select(taken, left / part, (left - part) / (1.0 - part)), _BELOW_ONE)
            chosen = dr.select(taken, row, chosen)
            chosen_gives = dr.select(taken, given, chosen_gives)
            row += 1
        return total, chosen, chosen_gives

    def emitter(self, row: mi.UInt32, active: mi.Bool) -> mi.EmitterPtr:
        """Return the light of each row."""
        return dr.gather(mi.EmitterPtr, self._emitters, dr.gather(mi.UInt32, self._place_of, row, active), active)

    def probability(self, light: mi.EmitterPtr, view: LightView, active: mi.Bool) -> mi.Float:
        """Return how probable `choose` makes a light."""
        row = dr.gather(mi.UInt32, self._row_of, dr.reinterpret_array(mi.UInt32, light), active)
        known = active & (row != _NONE)
        everywhere = self._everywhere * self.sightings.share(view.cell, self._count, active)
        given = dr.select(row == self._count, everywhere, self._could_give(row, view, known & (row < self._count)))
        return dr.select(known & (view.total > 0), given / view.total, 0.0)

    def _could_give(self, row: mi.UInt32, view: LightView, active: mi.Bool) -> mi.Float:
        """Return about the illuminance that a lamp gives a surface [lx]: never 0 where it gives any."""
        where = dr.gather(mi.Vector4f, self._rows, 2 * row, active)
        how = dr.gather(mi.Vector4f, self._rows, 2 * row + 1, active)
        way = mi.Point3f(where.x, where.y, where.z) - view.point
        radius = where.w
        square = dr.squared_norm(way)
        inverse = dr.rsqrt(dr.maximum(square, 1e-12))
        width = radius * inverse
        facing = dr.clip(dr.dot(view.normal, way) * inverse + width, 0.0, 1.0)
        # Flat lamps shine to one side only; all others have no axis.
        along = -dr.dot(mi.Vector3f(how.x, how.y, how.z), way) * inverse
        flat = dr.select(along > 0, dr.minimum(along + _NEAREST * width, 1.0), 0.0)
        shining = dr.select(mi.Bool(how.x == 0) & (how.y == 0) & (how.z == 0), 1.0, flat)
        given = facing * shining * how.w / dr.maximum(square, dr.square(_NEAREST * radius))
        return given * self.sightings.share(view.cell, row, active)


def _row(state: EmitterState) -> list[float]:
    """Return a lamp's row."""
    matrix = state.world_from_shape
    luminance = float(np.dot(REC709_LUMINANCE, state.radiance))
    lengths = np.linalg.norm(matrix[:3, :3], axis=0)
    center, axis = matrix[:3, 3], np.zeros(3)
    if state.kind == "sphere":
        radius, seen_m2 = float(lengths[0]), math.pi * float(lengths[0]) ** 2
    elif state.kind == "cylinder":
        center = center + matrix[:3, 2] / 2
        across = float(lengths[:2].max())
        radius, seen_m2 = math.hypot(float(lengths[2]) / 2, across), 2 * across * float(lengths[2])
    else:
        normal = np.cross(matrix[:3, 0], matrix[:3, 1])
        area = float(np.linalg.norm(normal))
        axis = normal / area if area > 0 else axis
        round_ = state.kind == "disk"
        radius = float(lengths[:2].max() if round_ else np.linalg.norm(lengths[:2]))
        seen_m2 = (math.pi if round_ else 4.0) * area
    return [*center.tolist(), radius, *axis.tolist(), luminance * seen_m2]


def _identities(emitters: mi.EmitterPtr) -> list[int]:
    return [int(identity) for identity in dr.reinterpret_array(mi.UInt32, emitters).numpy()]
