"""What stands on the stage, as records: things with their boxes, joints and links, parts of the environment, lights."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from sdg.annotate.cuboids import build_cuboid
from sdg.annotate.model import ObjectAnnotation
from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import transform_points, without_scale
from sdg.stage.articulation import Articulation
from sdg.stage.model import Body, Light, Stage


def describe_objects(stage: Stage) -> tuple[ObjectAnnotation, ...]:
    """Return every thing on the stage, seen or not, in the stage's order."""
    return tuple(_describe_object(body) for body in stage.bodies if body.is_thing)


def _describe_object(body: Body) -> ObjectAnnotation:
    world_from_cuboid, size_m = build_cuboid(body.bounds_m, body.world_from_object)
    return ObjectAnnotation(
        name=body.name,
        prim_path=body.prim_path,
        label=body.label,
        category_id=body.category_id,
        instance_id=body.instance_id,
        asset_key=body.asset_key,
        world_from_object=body.world_from_object,
        world_from_cuboid=world_from_cuboid,
        cuboid_size_m=size_m,
        motion=body.motion,
    )


def describe_environment(stage: Stage) -> tuple[Mapping[str, Any], ...]:
    """Return each part of the environment as plain JSON values, in the stage's order."""
    return tuple(
        {
            "name": body.name,
            "prim_path": body.prim_path,
            "class": body.label,
            "category_id": body.category_id,
            "asset_digest": body.asset_key,
            "world_from_object": body.world_from_object.tolist(),
        }
        for body in stage.bodies
        if not body.is_thing
    )


def describe_poses(stage: Stage) -> tuple[Mapping[str, Any], ...]:
    """Return joints, links and keypoints of each articulated thing as plain JSON values, in the stage's order."""
    return tuple(_describe_pose(body, body.articulation) for body in stage.bodies if body.articulation is not None)


def _describe_pose(body: Body, articulation: Articulation) -> Mapping[str, Any]:
    joints = articulation.joints
    world_from_link = without_scale(body.world_from_object) @ _scaled(articulation.object_from_link, body)
    places_m = transform_points(body.world_from_object, articulation.keypoints_m())
    hinges = {name: math.degrees(value) for name, value in articulation.values.items() if joints[name].kind == "hinge"}
    slides = {name: value for name, value in articulation.values.items() if joints[name].kind == "slide"}
    return {
        "name": body.name,
        "instance_id": body.instance_id,
        "joints_deg": hinges,
        "joints_m": slides,
        "links": {link.name: pose.tolist() for link, pose in zip(articulation.links, world_from_link, strict=True)},
        "keypoints_m": {
            point.name: place for point, place in zip(articulation.keypoints, places_m.tolist(), strict=True)
        },
    }


def _scaled(object_from_link: FloatArray, body: Body) -> FloatArray:
    """Return link poses in the object's frame with the object's scale on their positions, not on their axes."""
    scaled = object_from_link.copy()
    scaled[:, :3, 3] *= np.linalg.norm(body.world_from_object[:3, :3], axis=0)
    return scaled


def describe_lights(stage: Stage) -> tuple[Mapping[str, Any], ...]:
    """Return each lit light as plain JSON values, in the stage's order; units stand in the keys."""
    return tuple(
        {
            "name": light.name,
            "prim_path": light.prim_path,
            "kind": light.kind,
            "world_from_light": light.world_from_light.tolist(),
            "color": [float(value) for value in light.color],
            **_describe_emission(light),
        }
        for light in stage.lights
        if light.kind == "sun_sky" or light.luminance_nits > 0 or light.illuminance_lx > 0
    )


def _describe_emission(light: Light) -> dict[str, Any]:
    first, second = (float(value) for value in light.size_m)
    area = {"luminance_nits": float(light.luminance_nits), "visible": light.visible}
    match light.kind:
        case "rect":
            return {**area, "size_m": [first, second]}
        case "sphere" | "disk":
            return {**area, "radius_m": first}
        case "cylinder":
            return {**area, "radius_m": first, "length_m": second}
        case "distant":
            return {"illuminance_lx": float(light.illuminance_lx), "angle_deg": float(light.angle_deg)}
        case "dome":
            return {"luminance_nits": float(light.luminance_nits), "texture_digest": light.texture_key or None}
        case "sun_sky":
            return {
                "sun_direction": [float(value) for value in light.sun_direction],
                "turbidity": float(light.turbidity),
                "ground_albedo": float(light.ground_albedo),
            }
