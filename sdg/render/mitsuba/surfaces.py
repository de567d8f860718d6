"""Surfaces whose numbers are read from a table by shape, so that one BSDF serves every shape with its textures.

Tracing a frame's kernel visits each BSDF once; with one per texture set instead of one per shape that takes 0.03 s
instead of 0.12 s at 100 shapes, and the kernel runs as fast. The table is data: new numbers need no new kernel.
"""

from __future__ import annotations

from typing import Any

import drjit as dr
import mitsuba as mi
import numpy as np

from sdg.foundation.arrays import Float32Array
from sdg.render.mitsuba.lower import ROW_LENGTH
from sdg.render.mitsuba.pool import Surface
from sdg.stage.model import Material, Texture

# The `specular` of a `principled` surface, or `LAMBERTIAN`: with neither specular reflection nor metal only the
# diffuse lobe is left, and Disney's has a rim (3 to 4 % too bright or dark); such a surface is made exact instead.
Finish = float
LAMBERTIAN: Finish = 0.0


class ShapeTable:
    """Rows of numbers by shape, on the device."""

    def __init__(self) -> None:
        self.values = mi.Float(0.0)

    def upload(self, rows: Float32Array) -> None:
        """Replace all rows, shape (S, ROW_LENGTH); row i belongs to the shape with registry index i."""
        self.values = mi.Float(np.ascontiguousarray(rows, dtype=np.float32).ravel())
        dr.make_opaque(self.values)


class TableTexture(mi.Texture):  # type: ignore[misc]
    """A number or colour from the table's row of the shape that is hit, times a nested texture if there is one."""

    def __init__(self, table: ShapeTable, column: int, nested: mi.Texture | None) -> None:
        mi.Texture.__init__(self, mi.Properties())
        self.table = table
        self.column = column
        self.nested = nested

    def _number(self, si: mi.SurfaceInteraction3f, offset: int, active: mi.Bool) -> mi.Float:
        row = dr.reinterpret_array(mi.UInt32, si.shape) * ROW_LENGTH
        return dr.gather(mi.Float, self.table.values, row + (self.column + offset), active)

    def eval(self, si: mi.SurfaceInteraction3f, active: mi.Bool = True) -> mi.Color3f:
        color = mi.Color3f(*(self._number(si, offset, active) for offset in range(3)))
        return color if self.nested is None else color * self.nested.eval(si, active)

    def eval_3(self, si: mi.SurfaceInteraction3f, active: mi.Bool = True) -> mi.Color3f:
        return self.eval(si, active)

    def eval_1(self, si: mi.SurfaceInteraction3f, active: mi.Bool = True) -> mi.Float:
        number = self._number(si, 0, active)
        return number if self.nested is None else number * self.nested.eval_1(si, active)

    def mean(self) -> mi.Float:
        return mi.Float(0.5)

    def is_spatially_varying(self) -> bool:
        return True

    def to_string(self) -> str:
        return f"TableTexture[column={self.column}]"


def build_bitmap(texture: Texture) -> mi.Texture:
    """Return a repeating, bilinear texture with (0, 0) at its bottom left; sRGB is linearised here."""
    values = texture.pixels.astype(np.float32) / 255.0
    if texture.color_space == "srgb":
        # IEC 61966-2-1.
        values = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4).astype(np.float32)
    bitmap = mi.Bitmap(np.ascontiguousarray(values[::-1]))
    return mi.load_dict({"type": "bitmap", "bitmap": bitmap, "raw": True, "wrap_mode": "repeat"})


def build_surface(surface: Surface, table: ShapeTable, bitmaps: dict[str, mi.Texture], finish: Finish) -> mi.BSDF:
    """Return the BSDF of a surface, both sides alike, its numbers from the table."""
    base_color = TableTexture(table, 0, bitmaps.get(surface.base_color))
    description: dict[str, Any] = {"type": "diffuse", "reflectance": base_color}
    if finish != LAMBERTIAN:
        description = {
            "type": "principled",
            "base_color": base_color,
            "roughness": TableTexture(table, 3, bitmaps.get(surface.roughness)),
            "metallic": TableTexture(table, 4, bitmaps.get(surface.metallic)),
            "specular": finish,
        }
    bsdf = mi.load_dict(description)
    if surface.normal:
        bsdf = mi.load_dict({"type": "normalmap", "normalmap": bitmaps[surface.normal], "bsdf": bsdf})
    return mi.load_dict({"type": "twosided", "bsdf": bsdf})


def finish_of(material: Material) -> Finish:
    """Return what a BSDF can't read from the table; 0 is an exact Lambertian."""
    return LAMBERTIAN if material.specular <= 0.0 and material.metallic <= 0.0 else max(material.specular, 1e-3)


def set_finish(bsdf: mi.BSDF, finish: Finish) -> None:
    """Change the finish of a `principled` surface."""
    params = mi.traverse(bsdf)
    name = next(key for key in params.keys() if key.endswith("specular"))  # noqa: SIM118 - not a mapping
    params[name] = dr.opaque(mi.Float, finish)
    params.update()
