"""What one frame sets on the stage: every attribute whose value may differ between frames.

The stage is authored with the values of the first frame. Set to those of any other, it becomes that frame; whatever
of them never changes need not be set again.
"""

from __future__ import annotations

from sdg.replicator.usd.camera import camera_values
from sdg.replicator.usd.layout import UsdLayout, dome_key, lens_key, sky_key
from sdg.replicator.usd.light import light_values
from sdg.replicator.usd.look import look_values
from sdg.replicator.usd.pose import pose_of
from sdg.replicator.usd.value import UsdValue, UsdValues, visibility
from sdg.stage.model import Body, Camera, Light, Stage


def frame_values(layout: UsdLayout, stage: Stage) -> UsdValues:
    """Return what a frame sets, sorted by path.

    Of what a frame doesn't show there is no more than its `visibility`.

    Args:
        layout: Of frames among which is this one.
        stage: The frame.
    """
    shown = {body.prim_path for body in stage.bodies} | {light.prim_path for light in stage.lights}
    places = (*layout.bodies, *layout.lights)
    values: UsdValues = {f"{path}.visibility": visibility(path in shown) for path in places}
    for body in stage.bodies:
        values |= _body(layout, body)
    for light in stage.lights:
        values |= _light(layout, light)
    for camera in stage.cameras:
        values |= _camera(layout, camera)
    return dict(sorted(values.items()))


def _body(layout: UsdLayout, body: Body) -> UsdValues:
    place, shape = layout.bodies[body.prim_path], layout.shape_of(body)
    values = pose_of(body.world_from_object).values(place.path)
    if len(place.shapes) > 1:
        for other in place.shapes:
            values[f"{place.shape_path(other)}.visibility"] = visibility(other is shape)
    for index, (mesh_name, _) in enumerate(shape.meshes):
        look = layout.look_of(body, index)
        values[f"{place.shape_path(shape)}/{mesh_name}.material:binding"] = UsdValue("rel", look.path)
        values |= look_values(look, body.parts[index].material)
    return values


def _light(layout: UsdLayout, light: Light) -> UsdValues:
    texture = layout.dome_textures.get(dome_key(light), "") if light.kind == "dome" else ""
    sky = layout.skies[sky_key(light)] if light.kind == "sun_sky" else None
    return light_values(light, texture, sky)


def _camera(layout: UsdLayout, camera: Camera) -> UsdValues:
    model = layout.cameras[camera.prim_path].lens_model
    tables = layout.lens_tables[lens_key(camera.lens)] if model == "lut" else None
    return camera_values(camera, model, tables)
