"""Writes a layout: the stage, the files of its shapes, and its pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sdg.replicator.usd.author import LayerAuthor
from sdg.replicator.usd.layout import LOOKS, WORLD, BodyPrim, CameraPrim, LightPrim, Shape, UsdLayout
from sdg.replicator.usd.lens_schema import schema_name
from sdg.replicator.usd.light import LIGHT_TYPES, SKY, SUN
from sdg.replicator.usd.look import CHANNELS, COORDINATES, INPUTS, PLACEMENT, Look, fixed_values
from sdg.replicator.usd.pictures import write_picture
from sdg.replicator.usd.pose import XFORM_OPS
from sdg.replicator.usd.value import UsdValue, UsdValues, token
from sdg.stage.asset import Mesh

LABELS = "semantics:labels:class"
_LABELS_API = "SemanticsLabelsAPI:class"
_UV_PRIMVAR = "primvars:st"
_ABOUT = """Made by `sdg compile`: everything that a recipe's frames show, as the first frame has it.
Lengths are metres and Z is up. Lights are in nits (`normalize` off), distant lights in lux (`normalize` on).
What a frame lacks is invisible. Lens schemas (omni:lensdistortion) are Omniverse's; OpenUSD passes them over."""


def write_layout(folder: Path, layout: UsdLayout, first: UsdValues) -> tuple[Path, ...]:
    """Write everything, and return the files, the stage first.

    Args:
        folder: Where `stage.usda` and `assets/` go.
        layout: What stands where.
        first: What the first frame sets.

    Raises:
        DatasetError: A file can't be written.
    """
    written = [folder / "stage.usda"]
    for shape in layout.shapes.values():
        written.append(folder / shape.file)
        _shape_layer(shape).save(written[-1])
    for file, make in layout.pictures.items():
        written.append(folder / file)
        write_picture(written[-1], make())
    _stage_layer(layout, first).save(written[0])
    return tuple(written)


def _shape_layer(shape: Shape) -> LayerAuthor:
    """Return an asset's layer: its meshes; what they are made of is said on the stage."""
    author = LayerAuthor(shape.name, "A shape in metres, Z up; the stage that references it says what it is made of.")
    author.define(f"/{shape.name}", "Xform")
    for name, mesh in shape.meshes:
        _mesh(author, f"/{shape.name}/{name}", mesh)
    return author


def _mesh(author: LayerAuthor, path: str, mesh: Mesh) -> None:
    author.define(path, "Mesh", api=("MaterialBindingAPI",))
    # Both sides of a surface look alike to the embedded renderer.
    author.set_uniform(path, "doubleSided", UsdValue("bool", True))
    author.set_uniform(path, "subdivisionScheme", token("none"))
    points = mesh.vertices.astype(np.float32)
    author.set_array(path, "extent", "float3[]", np.stack([points.min(axis=0), points.max(axis=0)]))
    author.set_array(path, "faceVertexCounts", "int[]", np.full(len(mesh.faces), 3))
    author.set_array(path, "faceVertexIndices", "int[]", mesh.faces.ravel())
    author.set_array(path, "points", "point3f[]", points)
    if mesh.normals is not None:
        author.set_array(path, "normals", "normal3f[]", mesh.normals, "vertex")
    else:
        # Without normals some renderers smooth; a face's own at each of its corners says that it is flat.
        author.set_array(path, "normals", "normal3f[]", _flat_normals(mesh), "faceVarying")
    if mesh.uvs is not None:
        author.set_array(path, _UV_PRIMVAR, "texCoord2f[]", mesh.uvs, "vertex")


def _flat_normals(mesh: Mesh) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    a, b, c = (mesh.vertices[mesh.faces[:, corner]] for corner in range(3))
    normals = np.cross(b - a, c - a)
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    unit = np.where(lengths > 0, normals / np.maximum(lengths, 1e-300), (0.0, 0.0, 1.0))
    return np.repeat(unit, 3, axis=0)


def _stage_layer(layout: UsdLayout, first: UsdValues) -> LayerAuthor:
    author = LayerAuthor(WORLD.strip("/"), _ABOUT)
    author.define(WORLD, "Xform")
    for path in (*layout.bodies, *layout.lights, *layout.cameras):
        parent = path.rpartition("/")[0]
        if parent != WORLD:
            author.define(parent, "Scope")
    author.define(LOOKS, "Scope")
    for body in layout.bodies.values():
        _body(author, body)
    for light in layout.lights.values():
        _light(author, light)
    for camera in layout.cameras.values():
        _camera(author, camera)
    for look in layout.looks:
        _look(author, look)
    author.set(first)
    for path in (path for path, _, name in (key.partition(".") for key in first) if name == XFORM_OPS[0]):
        author.set_tokens(path, "xformOpOrder", XFORM_OPS, uniform=True)
    return author


def _body(author: LayerAuthor, body: BodyPrim) -> None:
    alone = body.shapes[0].file if len(body.shapes) == 1 else ""
    author.define(body.path, "Xform", api=(_LABELS_API,), reference=alone)
    author.set_tokens(body.path, LABELS, (body.label,), uniform=False)
    for shape in body.shapes:
        path = body.shape_path(shape)
        if not alone:
            author.define(path, "Xform", reference=shape.file)
        for name, _ in shape.meshes:
            author.over(f"{path}/{name}")


def _light(author: LayerAuthor, light: LightPrim) -> None:
    hidden = None if light.is_visible else {"visible": False}
    author.define(light.path, LIGHT_TYPES[light.kind], sdg=hidden)
    if light.kind == "sun_sky":
        for name, kind in ((SKY, "DomeLight"), (SUN, "DistantLight")):
            author.define(f"{light.path}/{name}", kind, sdg=hidden)


def _camera(author: LayerAuthor, camera: CameraPrim) -> None:
    api = () if camera.lens_model is None else (schema_name(camera.lens_model),)
    author.define(camera.path, "Camera", api=api)


def _look(author: LayerAuthor, look: Look) -> None:
    author.define(look.path, "Material")
    author.connect(f"{look.path}.outputs:surface", "token", f"{look.surface}.outputs:surface")
    _shader(author, look.surface, "UsdPreviewSurface", "surface", "token")
    if any(look.files):
        coordinates = _coordinates(author, look)
        for channel, file in zip(CHANNELS, look.files, strict=True):
            if not file:
                continue
            port, output, port_type, output_type = INPUTS[channel]
            shader = look.shader(channel)
            _shader(author, shader, "UsdUVTexture", output, output_type)
            author.connect(f"{shader}.inputs:st", "float2", coordinates)
            author.connect(f"{look.surface}.inputs:{port}", port_type, f"{shader}.outputs:{output}")
    author.set(fixed_values(look))


def _coordinates(author: LayerAuthor, look: Look) -> str:
    """Define what reads and scales texture coordinates; return the output that textures are connected to."""
    reader = look.shader(COORDINATES)
    _shader(author, reader, "UsdPrimvarReader_float2", "result", "float2")
    if not look.has_placement:
        return f"{reader}.outputs:result"
    placement = look.shader(PLACEMENT)
    _shader(author, placement, "UsdTransform2d", "result", "float2")
    author.connect(f"{placement}.inputs:in", "float2", f"{reader}.outputs:result")
    return f"{placement}.outputs:result"


def _shader(author: LayerAuthor, path: str, shader_id: str, output: str, output_type: str) -> None:
    author.define(path, "Shader")
    author.set_uniform(path, "info:id", token(shader_id))
    author.declare(f"{path}.outputs:{output}", output_type)
