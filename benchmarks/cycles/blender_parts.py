"""Blender's meshes, surfaces and lamps, made of the pieces of a scene file; imported by scripts that `bpy` runs."""

# ruff: noqa: D103 - what a function builds of its piece of the file stands in its name

from __future__ import annotations

import math
from typing import Any

import bpy
import numpy as np

_TUBE_SIDES = 64


def build_mesh(name: str, arrays: Any) -> Any:
    vertices, faces = arrays["vertices"], arrays["faces"].astype(np.int32)
    mesh = bpy.data.meshes.new(name)
    mesh.vertices.add(len(vertices))
    mesh.vertices.foreach_set("co", vertices.ravel())
    mesh.loops.add(faces.size)
    mesh.loops.foreach_set("vertex_index", faces.ravel())
    mesh.polygons.add(len(faces))
    mesh.polygons.foreach_set("loop_start", np.arange(0, faces.size, 3, dtype=np.int32))
    smooth = "normals" in arrays
    mesh.polygons.foreach_set("use_smooth", np.full(len(faces), smooth))
    coordinates = np.zeros((faces.size, 2), np.float32) if "uvs" not in arrays else arrays["uvs"][faces.ravel()]
    mesh.uv_layers.new(name="uv").data.foreach_set("uv", coordinates.ravel())
    mesh.update(calc_edges=True)
    if smooth:
        mesh.normals_split_custom_set_from_vertices(arrays["normals"])
    mesh.materials.append(None)
    return mesh


def build_material(content: dict[str, Any], images: dict[str, Any]) -> Any:
    """Build Blender's principled surface; its `Specular IOR Level` of 0.5 leaves the index of 1.5 as it is, as ours."""
    material = bpy.data.materials.new(content["key"])
    tree = material.node_tree
    surface = tree.nodes["Principled BSDF"]
    surface.distribution = "GGX"
    color = (*content["base_color"], 1.0)
    surface.inputs["Specular IOR Level"].default_value = content["specular"]
    surface.inputs["IOR"].default_value = 1.5
    surface.inputs["Base Color"].default_value = color
    for key, socket in (("roughness", "Roughness"), ("metallic", "Metallic")):
        surface.inputs[socket].default_value = content[key]
        if images[f"{key}_texture"]:
            times = tree.nodes.new("ShaderNodeMath")
            times.operation = "MULTIPLY"
            times.inputs[1].default_value = content[key]
            tree.links.new(_lookup(tree, images[f"{key}_texture"]), times.inputs[0])
            tree.links.new(times.outputs[0], surface.inputs[socket])
    if images["base_color_texture"]:
        tint = tree.nodes.new("ShaderNodeVectorMath")
        tint.operation = "MULTIPLY"
        tint.inputs[1].default_value = content["base_color"]
        tree.links.new(_lookup(tree, images["base_color_texture"]), tint.inputs[0])
        tree.links.new(tint.outputs[0], surface.inputs["Base Color"])
    if images["normal_texture"]:
        lean = tree.nodes.new("ShaderNodeNormalMap")
        lean.uv_map = "uv"
        tree.links.new(_lookup(tree, images["normal_texture"]), lean.inputs["Color"])
        tree.links.new(lean.outputs["Normal"], surface.inputs["Normal"])
    return material


def _lookup(tree: Any, image: Any) -> Any:
    place, picture = tree.nodes.new("ShaderNodeUVMap"), tree.nodes.new("ShaderNodeTexImage")
    place.uv_map = "uv"
    picture.image = image
    tree.links.new(place.outputs["UV"], picture.inputs["Vector"])
    return picture.outputs["Color"]


def build_lamp(light: dict[str, Any]) -> Any:
    kind = {"distant": "SUN", "sphere": "POINT"}.get(light["kind"], "AREA")
    return bpy.data.lights.new(light["kind"], kind)


def set_lamp(lamp: Any, light: dict[str, Any]) -> None:
    first, second = light["size_m"]
    if light["kind"] == "distant":
        lamp.energy = light["strength"]
        lamp.angle = math.radians(light["angle_deg"])
    elif light["kind"] == "sphere":
        lamp.use_soft_falloff = False
        lamp.shadow_soft_size = first
        lamp.energy = 4 * math.pi**2 * first**2 * light["strength"]
    else:
        round_ = light["kind"] == "disk"
        lamp.shape = "ELLIPSE" if round_ else "RECTANGLE"
        lamp.size, lamp.size_y = (2 * first, 2 * second) if round_ else (first, second)
        area = math.pi * first * second if round_ else first * second
        lamp.energy = math.pi * area * light["strength"]
    lamp.color = light["color"]


def build_tube(light: dict[str, Any]) -> Any:
    """Build a shining tube along X: Cycles has no lamp of that shape."""
    radius, length = light["size_m"]
    turn = 2 * math.pi * np.arange(_TUBE_SIDES) / _TUBE_SIDES
    ring = np.stack([0 * turn, radius * np.cos(turn), radius * np.sin(turn)], axis=1)
    half = np.array([length / 2, 0.0, 0.0])
    ends = [ring - half, ring + half]
    following = np.roll(np.arange(_TUBE_SIDES), -1)
    faces = [(i, j, j + _TUBE_SIDES, i + _TUBE_SIDES) for i, j in enumerate(following.tolist())]
    mesh = bpy.data.meshes.new("tube")
    mesh.from_pydata(np.concatenate(ends).tolist(), [], faces)
    material = bpy.data.materials.new("tube")
    tree = material.node_tree
    tree.nodes.clear()
    shine, output = tree.nodes.new("ShaderNodeEmission"), tree.nodes.new("ShaderNodeOutputMaterial")
    shine.inputs["Color"].default_value = (*light["color"], 1.0)
    shine.inputs["Strength"].default_value = light["strength"]
    tree.links.new(shine.outputs[0], output.inputs["Surface"])
    mesh.materials.append(material)
    return mesh
