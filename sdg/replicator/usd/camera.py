"""Cameras as `UsdGeom.Camera`: what its own attributes can say of a lens, and where it is sharp.

Focal lengths and apertures are in tenths of a scene unit (UsdGeomCamera, "Units of Measure for Camera Properties").
Where a lens schema is applied it decides the projection, and these attributes are as near to it as they can be.
"""

from __future__ import annotations

from sdg.camera.focus import paraxial_focal_px
from sdg.camera.lens import LensOpenCvPinhole
from sdg.camera.orthographic import LensOrthographic
from sdg.replicator.usd.lens_schema import LensModel, LutTextures, lens_values
from sdg.replicator.usd.pose import camera_pose
from sdg.replicator.usd.value import UsdValue, UsdValues, number, token
from sdg.stage.model import Camera

_PER_METRE = 10.0
# Of a camera whose sensor is not known: 35 mm film's academy aperture, UsdGeomCamera's default, in metres.
_USUAL_WIDTH_M = 20.955e-3
# A lens without a focal length next to its axis (a panorama) shows this much in a viewer that knows no lens schema.
_WIDE_FOCAL_SHARE = 0.5


def camera_values(camera: Camera, model: LensModel | None, textures: LutTextures | None = None) -> UsdValues:
    """Return every attribute of a camera's prim, by path.

    Args:
        camera: The camera in one frame.
        model: The lens schema that is applied to its prim, if any.
        textures: The tables of its lens, for the `lut` schema.
    """
    attributes = {**_projection(camera), **_focus(camera)}
    near, far = camera.clip_m
    attributes["clippingRange"] = UsdValue("float2", (float(near), float(far)))
    if model is not None:
        attributes |= lens_values(model, camera.lens, textures)
    values = camera_pose(camera.world_from_camera).values(camera.prim_path)
    return values | {f"{camera.prim_path}.{name}": value for name, value in attributes.items()}


def _projection(camera: Camera) -> dict[str, UsdValue]:
    lens = camera.lens
    width, height = lens.resolution
    if isinstance(lens, LensOrthographic):
        size = (lens.width_m, lens.pixel_m * height)
        return _aperture("orthographic", lens.width_m, size, (0.0, 0.0))
    focal_length_m, (fx, fy), (cx, cy) = _focal(camera)
    metre_x, metre_y = focal_length_m / fx, focal_length_m / fy
    # The window's middle: right of the axis if the axis is left of the middle; USD counts upwards, pixels downwards.
    offset = (width / 2 - cx) * metre_x, (cy - height / 2) * metre_y
    return _aperture("perspective", focal_length_m, (width * metre_x, height * metre_y), offset)


def _aperture(
    projection: str, focal_length_m: float, size_m: tuple[float, float], offset_m: tuple[float, float]
) -> dict[str, UsdValue]:
    return {
        "projection": token(projection),
        "focalLength": number(focal_length_m * _PER_METRE),
        "horizontalAperture": number(size_m[0] * _PER_METRE),
        "verticalAperture": number(size_m[1] * _PER_METRE),
        "horizontalApertureOffset": number(offset_m[0] * _PER_METRE),
        "verticalApertureOffset": number(offset_m[1] * _PER_METRE),
    }


def _focal(camera: Camera) -> tuple[float, tuple[float, float], tuple[float, float]]:
    """Return the focal length [m], and focal lengths and principal point [px]."""
    lens = camera.lens
    width, height = lens.resolution
    if isinstance(lens, LensOpenCvPinhole):
        focal_px, centre = (lens.fx, lens.fy), (lens.cx, lens.cy)
    else:
        paraxial = paraxial_focal_px(lens) or _WIDE_FOCAL_SHARE * width
        focal_px, centre = (paraxial, paraxial), (width / 2, height / 2)
    if camera.focus is not None:
        return camera.focus.focal_length_m, focal_px, centre
    width_m = (
        _USUAL_WIDTH_M if camera.sensor is None else width * camera.sensor.binning * camera.sensor.pixel_pitch_um * 1e-6
    )
    return focal_px[0] / width * width_m, focal_px, centre


def _focus(camera: Camera) -> dict[str, UsdValue]:
    """Return where it is sharp; an f-number of 0 means everywhere (UsdGeomCamera, `fStop`)."""
    if camera.focus is None:
        return {"focusDistance": number(0.0), "fStop": number(0.0)}
    return {"focusDistance": number(camera.focus.distance_m), "fStop": number(camera.focus.f_number)}
