"""The one BSDF of every surface: a Lambertian base under a GGX reflection, its numbers and textures read by face.

The metallic-roughness model that UsdPreviewSurface, glTF and OmniPBR share (glTF 2.0, appendix B): alpha is the
square of roughness; a dielectric reflects 0.08 specular at normal incidence (0.5 is an index of 1.5), a metal its base
colour; Schlick's Fresnel; the base gets what the reflection leaves. With `specular` 0 and no metal nothing is
reflected at any angle, and the surface is exactly Lambertian. Both sides look alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import drjit as dr
import mitsuba as mi
import numpy as np

from sdg.foundation.arrays import Float32Array, UInt32Array
from sdg.foundation.color import REC709_LUMINANCE
from sdg.render.mitsuba.upload import aligned

# Smaller lobes are invisible in a picture and only make fireflies.
_SMALLEST_ALPHA = 2e-3


class SurfaceData:
    """Rows of numbers, the row of each face, and the texels that rows point to; on the device."""

    def __init__(self) -> None:
        self.rows = mi.Float(0.0)
        self.face_rows = mi.UInt32(0)
        self.texels = mi.UInt32(0)
        self.world_shape = mi.UInt32(0)

    def set_world_shape(self, registry_index: int) -> None:
        """Say which shape has rows by face; every other shape has row 0."""
        self.world_shape = dr.opaque(mi.UInt32, registry_index)

    def upload_rows(self, rows: Float32Array, face_rows: UInt32Array) -> None:
        """Replace all rows, shape (R, ROW_LENGTH), and the row of each face, shape (F,)."""
        self.rows = mi.Float(aligned(rows, np.float32))
        self.face_rows = mi.UInt32(aligned(face_rows, np.uint32))
        dr.make_opaque(self.rows, self.face_rows)

    def upload_texels(self, words: UInt32Array) -> None:
        """Replace all texels, shape (2 T,), in `aligned_space`; they must not change afterwards."""
        self.texels = mi.UInt32(words)
        dr.make_opaque(self.texels)


@dataclass
class Look:
    """A surface at a point: reflectances, roughness, and the frame that its normal texture leans.

    Directions are in the frame of the shading normal, whichever side they are on.
    """

    base: mi.Color3f
    diffuse: mi.Color3f
    f0: mi.Color3f
    f90: mi.Float
    alpha: mi.Float
    frame: mi.Frame3f

    def scatter(
        self, seen_from: mi.Vector3f, lobe: mi.Float, towards: mi.Point2f
    ) -> tuple[mi.Vector3f, mi.Float, mi.Color3f]:
        """Return a direction that light may come from, its density, and BSDF times cosine over that; 0 if none."""
        side, wi = _upwards(seen_from)
        local_wi = _to(self.frame, wi)
        reflect = self._reflect_probability(local_wi)
        normals = mi.MicrofacetDistribution(mi.MicrofacetType.GGX, self.alpha, True)
        half, _ = normals.sample(local_wi, towards)
        base = mi.warp.square_to_cosine_hemisphere(towards)
        local_wo = dr.select(lobe < reflect, mi.reflect(local_wi, half), base)
        wo = self.frame.to_world(local_wo)
        value, density = self._value_and_density(local_wi, local_wo, wo)
        scattered = (wi.z > 0) & (density > 0)
        direction = mi.Vector3f(wo.x, wo.y, wo.z * side)
        return direction, dr.select(scattered, density, 0.0), dr.select(scattered, value / density, 0.0)

    def value_and_density(self, seen_from: mi.Vector3f, towards: mi.Vector3f) -> tuple[mi.Color3f, mi.Float]:
        """Return BSDF times cosine for light from a direction, and the density with which `scatter` finds that."""
        side, wi = _upwards(seen_from)
        wo = mi.Vector3f(towards.x, towards.y, towards.z * side)
        value, density = self._value_and_density(_to(self.frame, wi), _to(self.frame, wo), wo)
        return dr.select(wi.z > 0, value, 0.0), dr.select(wi.z > 0, density, 0.0)

    def _reflect_probability(self, wi: mi.Vector3f) -> mi.Float:
        reflected = dr.dot(_fresnel(self, wi.z), mi.Color3f(*REC709_LUMINANCE))
        base = dr.dot(self.diffuse, mi.Color3f(*REC709_LUMINANCE))
        share = reflected / dr.maximum(reflected + base, 1e-8)
        return dr.select(self.f90 > 0, dr.clip(share, 0.05, 1.0), 0.0)

    def _value_and_density(
        self, wi: mi.Vector3f, wo: mi.Vector3f, wo_shading: mi.Vector3f
    ) -> tuple[mi.Color3f, mi.Float]:
        """Return f times the cosine, and the density, for directions in the leaning frame."""
        above = (wi.z > 0) & (wo.z > 0) & (wo_shading.z > 0)
        half = dr.normalize(wi + wo)
        facing = dr.dot(wi, half)
        normals = mi.MicrofacetDistribution(mi.MicrofacetType.GGX, self.alpha, True)
        fresnel = _fresnel(self, facing)
        density = normals.eval(half)
        glossy = fresnel * (density * normals.G(wi, wo, half) / (4.0 * wi.z))
        left = 1.0 - dr.dot(fresnel, mi.Color3f(*REC709_LUMINANCE))
        value = glossy + self.diffuse * (left * dr.inv_pi * wo.z)
        reflect = self._reflect_probability(wi)
        glossy_pdf = density * normals.smith_g1(wi, half) / (4.0 * wi.z)
        pdf = reflect * glossy_pdf + (1.0 - reflect) * dr.inv_pi * wo.z
        return dr.select(above, value, 0.0), dr.select(above, pdf, 0.0)


class SurfaceBsdf(mi.BSDF):  # type: ignore[misc]
    """See the module.

    Every shape of a scene has to have a BSDF of Mitsuba's, which this is; but paths ask `look` alone, so it has none of
    the methods by which Mitsuba's own integrators would.
    """

    def __init__(self, data: SurfaceData) -> None:
        mi.BSDF.__init__(self, mi.Properties())
        self._data = data
        sides = mi.BSDFFlags.FrontSide | mi.BSDFFlags.BackSide
        self.m_components = [mi.BSDFFlags.DiffuseReflection | sides, mi.BSDFFlags.GlossyReflection | sides]
        self.m_flags = self.m_components[0] | self.m_components[1]

    def to_string(self) -> str:
        return "SurfaceBsdf[]"

    def look(self, si: mi.SurfaceInteraction3f, active: mi.Bool) -> Look:
        """Return what surfaces look like where they were met."""
        in_world = active & (dr.reinterpret_array(mi.UInt32, si.shape) == self._data.world_shape)
        row = dr.gather(mi.UInt32, self._data.face_rows, si.prim_index, in_world) * 2
        first = dr.gather(mi.Vector4f, self._data.rows, row, active)
        second = dr.gather(mi.Vector4f, self._data.rows, row + 1, active)
        place, size = (dr.reinterpret_array(mi.UInt32, part) for part in (second.z, second.w))
        tint, rough, metal, slope = self._texture(si.uv, place, size & 0xFFFF, size >> 16, active)
        base = mi.Color3f(first.x, first.y, first.z) * tint
        metallic = second.x * metal
        dielectric = 0.08 * second.y
        roughness = first.w * rough
        return Look(
            base=base,
            diffuse=base * (1.0 - metallic),
            f0=dr.lerp(mi.Color3f(dielectric), base, metallic),
            # Nothing reflects less than 2 %; below, Schlick's rise to 1 at grazing angles fades out.
            f90=dr.minimum(1.0, 50.0 * dr.lerp(dielectric, 1.0, metallic)),
            alpha=dr.maximum(roughness * roughness, _SMALLEST_ALPHA),
            frame=_leaning_frame(slope, _upwards(si.wi)[1]),
        )

    def _texture(
        self, uv: mi.Point2f, place: mi.UInt32, width: mi.UInt32, height: mi.UInt32, active: mi.Bool
    ) -> tuple[mi.Color3f, mi.Float, mi.Float, mi.Vector2f]:
        """Return colour, roughness and metallic factors and the normal's slope, bilinear, repeating."""
        x = (uv.x - dr.floor(uv.x)) * mi.Float(width) - 0.5
        y = (uv.y - dr.floor(uv.y)) * mi.Float(height) - 0.5
        left, bottom = mi.Int32(dr.floor(x)), mi.Int32(dr.floor(y))
        across, up = x - mi.Float(left), y - mi.Float(bottom)
        columns, rows = mi.Int32(width), mi.Int32(height)
        right, top = left + 1, bottom + 1
        left = dr.select(left < 0, columns - 1, left)
        bottom = dr.select(bottom < 0, rows - 1, bottom)
        right = dr.select(right >= columns, 0, right)
        top = dr.select(top >= rows, 0, top)
        color, rough, metal, slope = mi.Color3f(0.0), mi.Float(0.0), mi.Float(0.0), mi.Vector2f(0.0)
        for row, down_weight in ((bottom, 1.0 - up), (top, up)):
            for column, weight in ((left, (1.0 - across) * down_weight), (right, across * down_weight)):
                texel = place + mi.UInt32(row * columns + column)
                words = dr.gather(mi.Vector2u, self._data.texels, texel, active)
                root = mi.Color3f(
                    mi.Float(words.x & 0x7FF) * (1 / 2047),
                    mi.Float((words.x >> 11) & 0x7FF) * (1 / 2047),
                    mi.Float(words.x >> 22) * (1 / 1023),
                )
                color += weight * root * root
                rough += weight * (1 / 255) * mi.Float(words.y & 0xFF)
                metal += weight * (1 / 255) * mi.Float((words.y >> 8) & 0xFF)
                lean = mi.Vector2f(mi.Float((words.y >> 16) & 0xFF), mi.Float(words.y >> 24)) * (2 / 255) - 1.0
                slope += weight * dr.select((words.y >> 16) == 0, mi.Vector2f(0.0), lean)
        return color, rough, metal, slope


def _fresnel(look: Look, cosine: mi.Float) -> mi.Color3f:
    """Schlick's approximation."""
    rest = 1.0 - dr.clip(cosine, 0.0, 1.0)
    fifth = dr.square(dr.square(rest)) * rest
    return look.f0 + (look.f90 - look.f0) * fifth


def _upwards(direction: mi.Vector3f) -> tuple[mi.Float, mi.Vector3f]:
    """Return the side (1 or -1) that a direction lies on, and the direction mirrored to the upper one."""
    side = dr.select(direction.z < 0, mi.Float(-1.0), mi.Float(1.0))
    return side, mi.Vector3f(direction.x, direction.y, direction.z * side)


def _leaning_frame(slope: mi.Vector2f, wi: mi.Vector3f) -> mi.Frame3f:
    """Return the frame of a normal texture's normal, unless that would face away from the viewer."""
    steepness = dr.minimum(dr.squared_norm(slope), 0.98)
    normal = dr.normalize(mi.Vector3f(slope.x, slope.y, dr.sqrt(1.0 - steepness)))
    usable = dr.dot(normal, wi) > 1e-3
    return mi.Frame3f(dr.select(usable, normal, mi.Vector3f(0.0, 0.0, 1.0)))


def _to(frame: mi.Frame3f, direction: mi.Vector3f) -> mi.Vector3f:
    return mi.Vector3f(frame.to_local(direction))
