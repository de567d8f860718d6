"""Cameras of a file's environment, as a recipe's `pose: {from_file: ...}` names them."""

from __future__ import annotations

from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.spelling import similar
from sdg.recipe.model import CameraBlock, LensBlock, PinholeLens
from sdg.stage.asset import Asset, AssetCamera

_SHOWN = 4


def find_camera(asset: Asset | None, name: str) -> AssetCamera:
    """Return the camera of an environment that is called so, by its whole path or by the end of it.

    Raises:
        AssetError: There is none, or there are several.
    """
    cameras = {} if asset is None else {camera.name: camera for camera in asset.cameras}
    wanted = name.strip("/")
    if wanted in cameras:
        return cameras[wanted]
    ending = [camera for path, camera in cameras.items() if f"/{path}".endswith(f"/{wanted}")]
    if len(ending) == 1:
        return ending[0]
    if ending:
        paths = ", ".join(f"/{camera.name}" for camera in ending[:_SHOWN])
        raise AssetError(f"several cameras of the environment are called {name}", f"write the whole path: {paths}")
    if not cameras:
        raise AssetError("the environment has no camera", "cameras are read from USD files; write the pose yourself")
    names = [path.rpartition("/")[2] for path in cameras]
    meant = similar(wanted, cameras if "/" in wanted else names)
    known = ", ".join(f"/{path}" for path in list(cameras)[:_SHOWN])
    raise AssetError(
        f"the environment has no camera {name}", f"did you mean {meant[0]}?" if meant else f"it has {known}"
    )


def world_from_file_camera(camera: AssetCamera, world_from_environment: FloatArray) -> FloatArray:
    """Return world_from_camera of a file's camera, rigid 4x4, OpenCV camera frame."""
    matrix: FloatArray = world_from_environment @ camera.asset_from_camera
    return matrix


def with_file_lens(block: CameraBlock, camera: AssetCamera) -> CameraBlock:
    """Return a camera's block with the lens of a file's camera, unless it has one of its own.

    The picture's width spans the aperture's; its height follows from square pixels, as for every pinhole here. UsdGeom
    moves the picture's middle by the aperture's offsets, so the principal point moves the other way.

    Raises:
        AssetError: That camera is no pinhole.
    """
    if "lens" in block.model_fields_set:
        return block
    if camera.focal_length_mm <= 0 or camera.aperture_mm <= 0:
        hint = "write a lens, such as lens: {orthographic: {width_m: 5}}"
        raise AssetError(f"/{camera.name} is no pinhole, and the recipe gives no lens", hint)
    width, height = block.resolution
    pixels_per_mm = width / camera.aperture_mm
    right, above = camera.aperture_offset_mm
    lens = PinholeLens(
        focal_length_mm=camera.focal_length_mm,
        sensor_width_mm=camera.aperture_mm,
        cx=width / 2 - right * pixels_per_mm,
        cy=height / 2 + above * pixels_per_mm,
    )
    return block.model_copy(update={"lens": LensBlock(pinhole=lens)})
