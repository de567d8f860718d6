"""What a USD stage can do to a mesh: transforms, instances, subsets, primvars, materials, primitives."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from pxr import Gf, Sdf, Usd, UsdGeom, UsdShade, UsdUtils

from sdg.foundation.arrays import FloatArray
from sdg.stage.asset import Part
from sdg.stage.files import asset_digest, load_asset
from sdg.stage.files.usd import read_usd
from tests.stage.files import solids


def volume(part: Part) -> float:
    """Return the enclosed volume [m3]; positive where triangles are counter-clockwise from outside."""
    corners = part.mesh.vertices[part.mesh.faces]
    return float(np.einsum("fk,fk->", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])) / 6)


WEDGE_M3 = float(
    np.einsum(
        "fk,fk->",
        solids.VERTICES_M[solids.FACES[:, 0]],
        np.cross(solids.VERTICES_M[solids.FACES[:, 1]], solids.VERTICES_M[solids.FACES[:, 2]]),
    )
    / 6
)


def attribute(values: FloatArray | None) -> FloatArray:
    assert values is not None
    return values


def saved(stage: Usd.Stage) -> Path:
    stage.Save()
    return Path(stage.GetRootLayer().realPath)


def paint(stage: Usd.Stage, name: str, **values: object) -> tuple[UsdShade.Material, UsdShade.Shader]:
    material = UsdShade.Material.Define(stage, f"/Root/{name}")
    surface = UsdShade.Shader.Define(stage, f"/Root/{name}/surface")
    surface.CreateIdAttr("UsdPreviewSurface")
    material.CreateSurfaceOutput().ConnectToSource(surface.CreateOutput("surface", Sdf.ValueTypeNames.Token))
    for key, value in values.items():
        kind = Sdf.ValueTypeNames.Color3f if key == "diffuseColor" else Sdf.ValueTypeNames.Float
        surface.CreateInput(key, kind).Set(value)
    return material, surface


def bind(prim: Usd.Prim, material: UsdShade.Material) -> None:
    UsdShade.MaterialBindingAPI.Apply(prim).Bind(material)


def texture_node(surface: UsdShade.Shader, key: str, file: str, output: str, **values: object) -> UsdShade.Shader:
    stage = surface.GetPrim().GetStage()
    node = UsdShade.Shader.Define(stage, surface.GetPath().GetParentPath().AppendChild(f"{key}_picture"))
    node.CreateIdAttr("UsdUVTexture")
    node.CreateInput("file", Sdf.ValueTypeNames.Asset).Set(file)
    for name, value in values.items():
        kind = Sdf.ValueTypeNames.Token if isinstance(value, str) else Sdf.ValueTypeNames.Float4
        node.CreateInput(name, kind).Set(value)
    kind = Sdf.ValueTypeNames.Float if len(output) == 1 else Sdf.ValueTypeNames.Float3
    surface.CreateInput(key, kind).ConnectToSource(node.CreateOutput(output, kind))
    return node


def picture(path: Path) -> np.ndarray:
    """Write four pixels that all differ, and return them as RGB, top row first."""
    rgb = np.array([[[255, 0, 10], [0, 255, 20]], [[0, 0, 255], [90, 120, 200]]], np.uint8)
    cv2.imwrite(str(path), rgb[:, :, ::-1])
    return rgb


def square(stage: Usd.Stage, path: str = "/Root/square") -> UsdGeom.Mesh:
    mesh = UsdGeom.Mesh.Define(stage, path)
    mesh.CreatePointsAttr([(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)])
    mesh.CreateFaceVertexCountsAttr([4])
    mesh.CreateFaceVertexIndicesAttr([0, 1, 2, 3])
    st = UsdGeom.PrimvarsAPI(mesh).CreatePrimvar("st", Sdf.ValueTypeNames.TexCoord2fArray, "vertex")
    st.Set([(0, 0), (1, 0), (1, 1), (0, 1)])
    return mesh


def test_transforms_stack_in_the_order_of_the_tree(tmp_path: Path) -> None:
    stage = solids.usd_stage(tmp_path / "x.usda")
    outer = UsdGeom.Xform.Define(stage, "/Root/outer")
    outer.AddTranslateOp().Set(Gf.Vec3d(10, 0, 0))
    outer.AddRotateZOp().Set(90.0)
    solids.add_wedge(stage, "/Root/outer/wedge").AddScaleOp().Set(Gf.Vec3f(2, 1, 1))
    x, y, z = solids.VERTICES_M.T
    expected = np.stack([10 - y, 2 * x, z], axis=-1)
    found = solids.triangles(load_asset(saved(stage)))
    np.testing.assert_allclose(found, solids.canonical(expected[solids.FACES]), atol=1e-6)


def test_a_mirrored_mesh_still_faces_outwards(tmp_path: Path) -> None:
    stage = solids.usd_stage(tmp_path / "x.usda")
    mesh = solids.add_wedge(stage, "/Root/wedge")
    mesh.AddScaleOp().Set(Gf.Vec3f(-1, 1, 1))
    mesh.CreateNormalsAttr([(1, 0, 0)] * 4)
    (part,) = load_asset(saved(stage)).parts
    assert volume(part) == pytest.approx(WEDGE_M3)
    np.testing.assert_allclose(attribute(part.mesh.normals), [[-1, 0, 0]] * 4, atol=1e-12)


def test_a_left_handed_mesh_faces_outwards(tmp_path: Path) -> None:
    stage = solids.usd_stage(tmp_path / "x.usda")
    mesh = solids.add_wedge(stage, "/Root/wedge")
    mesh.GetFaceVertexIndicesAttr().Set(solids.FACES[:, ::-1].ravel().tolist())
    mesh.CreateOrientationAttr("leftHanded")
    (part,) = load_asset(saved(stage)).parts
    assert volume(part) == pytest.approx(WEDGE_M3)


def test_instances_and_point_instances_are_all_there(tmp_path: Path) -> None:
    stage = solids.usd_stage(tmp_path / "x.usda")
    solids.add_wedge(stage, "/Prototype/wedge")
    UsdGeom.Xform.Define(stage, "/Prototype")
    for index in range(2):
        copy = UsdGeom.Xform.Define(stage, f"/Root/copy_{index}")
        copy.GetPrim().GetReferences().AddInternalReference("/Prototype")
        copy.GetPrim().SetInstanceable(True)
        copy.AddTranslateOp().Set(Gf.Vec3d(10.0 * index, 0, 0))
    many = UsdGeom.PointInstancer.Define(stage, "/Root/many")
    cube = UsdGeom.Cube.Define(stage, "/Root/many/cube")
    many.CreatePrototypesRel().AddTarget(cube.GetPath())
    many.CreateProtoIndicesAttr([0, 0, 0])
    many.CreatePositionsAttr([(0, 20, 0), (0, 30, 0), (0, 40, 0)])
    many.InvisId(1, Usd.TimeCode.Default())
    asset = load_asset(saved(stage))
    centres = sorted(tuple(np.round(part.mesh.vertices.mean(axis=0)).tolist()) for part in asset.parts)
    assert len({part.name for part in asset.parts}) == 4
    assert centres == [(0.0, 20.0, 0.0), (0.0, 40.0, 0.0), (1.0, 1.0, 1.0), (11.0, 1.0, 1.0)]


def test_what_is_hidden_or_not_for_rendering_is_left_out(tmp_path: Path) -> None:
    stage = solids.usd_stage(tmp_path / "x.usda")
    solids.add_wedge(stage, "/Root/seen")
    solids.add_wedge(stage, "/Root/hidden").MakeInvisible()
    solids.add_wedge(stage, "/Root/proxy").CreatePurposeAttr("proxy")
    solids.add_wedge(stage, "/Root/guide").CreatePurposeAttr("guide")
    solids.add_wedge(stage, "/Elsewhere/outside_the_default_prim")
    assert [part.name for part in load_asset(saved(stage)).parts] == ["Root/seen"]


def test_each_subset_becomes_a_part_with_its_material(tmp_path: Path) -> None:
    stage = solids.usd_stage(tmp_path / "x.usda")
    mesh = solids.add_wedge(stage, "/Root/wedge")
    red, _ = paint(stage, "red", diffuseColor=Gf.Vec3f(1, 0, 0), roughness=0.25)
    steel, _ = paint(stage, "steel", metallic=1.0)
    bind(mesh.GetPrim(), steel)
    subset = UsdGeom.Subset.CreateGeomSubset(mesh, "lid", "face", [1, 2], "materialBind")
    bind(subset.GetPrim(), red)
    parts = {part.name: part for part in load_asset(saved(stage)).parts}
    assert sorted(parts) == ["Root/wedge", "Root/wedge:lid"]
    assert len(parts["Root/wedge:lid"].mesh.faces) == len(parts["Root/wedge"].mesh.faces) == 2
    lid, rest = parts["Root/wedge:lid"].material, parts["Root/wedge"].material
    assert (lid.name, lid.base_color, lid.roughness, lid.metallic) == ("red", (1.0, 0.0, 0.0), 0.25, 0.0)
    assert (rest.name, rest.metallic, rest.roughness) == ("steel", 1.0, 0.5)


@pytest.mark.parametrize("interpolation", ["vertex", "faceVarying", "uniform", "constant"])
def test_normals_and_coordinates_of_every_interpolation_reach_the_corners(tmp_path: Path, interpolation: str) -> None:
    stage = solids.usd_stage(tmp_path / "x.usda")
    mesh = UsdGeom.Mesh.Define(stage, "/Root/strip")
    mesh.CreatePointsAttr([(0, 0, 0), (1, 0, 0), (2, 0, 0), (2, 1, 0), (1, 1, 0), (0, 1, 0)])
    mesh.CreateFaceVertexCountsAttr([4, 4])
    corners = [0, 1, 4, 5, 1, 2, 3, 4]
    mesh.CreateFaceVertexIndicesAttr(corners)
    count = {"vertex": 6, "faceVarying": 8, "uniform": 2, "constant": 1}[interpolation]
    values = [(index + 1.0, index / 8) for index in range(count)]
    UsdGeom.PrimvarsAPI(mesh).CreatePrimvar("UVMap", Sdf.ValueTypeNames.TexCoord2fArray, interpolation).Set(values)
    of_corner = {
        "vertex": corners,
        "faceVarying": list(range(8)),
        "uniform": [0] * 4 + [1] * 4,
        "constant": [0] * 8,
    }[interpolation]
    (part,) = load_asset(saved(stage)).parts
    found = {
        (tuple(part.mesh.vertices[vertex].tolist()), tuple(attribute(part.mesh.uvs)[vertex].tolist()))
        for vertex in part.mesh.faces.ravel()
    }
    points = np.array(mesh.GetPointsAttr().Get()).tolist()
    assert found == {(tuple(points[corner]), values[at]) for corner, at in zip(corners, of_corner, strict=True)}


def test_indexed_primvars_are_looked_up(tmp_path: Path) -> None:
    stage = solids.usd_stage(tmp_path / "x.usda")
    mesh = square(stage)
    normals = UsdGeom.PrimvarsAPI(mesh).CreatePrimvar("normals", Sdf.ValueTypeNames.Normal3fArray, "faceVarying")
    normals.Set([(0, 0, 2), (3, 0, 0)])
    normals.SetIndices([0, 0, 1, 1])
    (part,) = load_asset(saved(stage)).parts
    assert sorted(map(tuple, attribute(part.mesh.normals).tolist())) == [(0, 0, 1), (0, 0, 1), (1, 0, 0), (1, 0, 0)]


def test_concave_polygons_keep_their_shape_and_holes_stay_open(tmp_path: Path) -> None:
    """An L of area 3 as a hexagon, an arrowhead of area 0.5 as a quad, and a square that is declared a hole."""
    stage = solids.usd_stage(tmp_path / "x.usda")
    mesh = UsdGeom.Mesh.Define(stage, "/Root/flat")
    ell = [(1, 1, 0), (1, 2, 0), (0, 2, 0), (0, 0, 0), (2, 0, 0), (2, 1, 0)]
    arrow = [(10, 0, 0), (11, 1, 0), (10, 2, 0), (10.5, 1, 0)]
    hole = [(20, 0, 0), (21, 0, 0), (21, 1, 0), (20, 1, 0)]
    mesh.CreatePointsAttr(ell + arrow + hole)
    mesh.CreateFaceVertexCountsAttr([6, 4, 4])
    mesh.CreateFaceVertexIndicesAttr(list(range(14)))
    mesh.CreateHoleIndicesAttr([2])
    (part,) = load_asset(saved(stage)).parts
    corners = part.mesh.vertices[part.mesh.faces]
    areas = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])[:, 2] / 2
    assert np.all(areas > 0)
    assert areas.sum() == pytest.approx(3.0 + 0.5)


EXACT_M3 = {
    "Cube": 8.0,
    "Sphere": 4 / 3 * np.pi,
    "Cylinder": 2 * np.pi,
    "Cone": 2 / 3 * np.pi,
    "Capsule": np.pi * 0.25 + 4 / 3 * np.pi * 0.125,
}


@pytest.mark.parametrize("kind", sorted(EXACT_M3))
def test_primitives_have_their_volume_and_normals_outwards(tmp_path: Path, kind: str) -> None:
    """USD's default sizes: edge 2, radius 1, height 2; the capsule has radius 0.5 and height 1."""
    stage = solids.usd_stage(tmp_path / "x.usda")
    getattr(UsdGeom, kind).Define(stage, "/Root/thing")
    raw = read_usd(saved(stage)).parts[0]
    corners = raw.vertices[raw.faces]
    outward = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert np.einsum("fk,fk->", corners[:, 0], outward) / 6 == pytest.approx(EXACT_M3[kind], rel=5e-3)
    assert raw.normals is not None
    assert np.einsum("fk,fck->fc", outward, raw.normals[raw.faces]).min() > -1e-12


@pytest.mark.parametrize(("axis", "extent"), [("X", (0.0, 3.0, 2.0)), ("Y", (2.0, 0.0, 3.0)), ("Z", (2.0, 3.0, 0.0))])
def test_a_plane_lies_as_its_axis_says(tmp_path: Path, axis: str, extent: tuple[float, float, float]) -> None:
    """UsdGeomPlane: the width lies along X, or along Z for axis X; the length along Y, or along Z for axis Y."""
    stage = solids.usd_stage(tmp_path / "x.usda")
    plane = UsdGeom.Plane.Define(stage, "/Root/plane")
    plane.CreateWidthAttr(2.0)
    plane.CreateLengthAttr(3.0)
    plane.CreateAxisAttr(axis)
    raw = read_usd(saved(stage)).parts[0]
    np.testing.assert_allclose(np.ptp(raw.vertices, axis=0), extent)
    assert raw.normals is not None
    np.testing.assert_allclose(raw.normals[0], np.eye(3)["XYZ".index(axis)])


def test_textures_are_read_with_their_channel_colour_space_and_scale(tmp_path: Path) -> None:
    rgb = picture(tmp_path / "skin.png")
    stage = solids.usd_stage(tmp_path / "x.usda")
    material, surface = paint(stage, "skin")
    texture_node(surface, "diffuseColor", "./skin.png", "rgb", scale=Gf.Vec4f(0.5, 0.25, 1, 1))
    texture_node(surface, "roughness", "./skin.png", "g", sourceColorSpace="raw")
    texture_node(surface, "metallic", "./skin.png", "b")
    texture_node(surface, "normal", "./skin.png", "rgb", scale=Gf.Vec4f(2, -2, 2, 1), bias=Gf.Vec4f(-1, 1, -1, 0))
    bind(square(stage).GetPrim(), material)
    skin = read_usd(saved(stage)).parts[0].material
    assert skin.base_color == (0.5, 0.25, 1.0)
    assert skin.base_color_texture is not None
    assert skin.base_color_texture.color_space == "srgb"
    np.testing.assert_array_equal(skin.base_color_texture.pixels, rgb)
    assert skin.roughness_texture is not None
    np.testing.assert_array_equal(skin.roughness_texture.pixels[:, :, 0], rgb[:, :, 1])
    assert skin.metallic_texture is not None
    np.testing.assert_array_equal(skin.metallic_texture.pixels[:, :, 0], rgb[:, :, 2])
    assert skin.normal_texture is not None
    # A scale of -2 in green is the DirectX convention; ours is OpenGL's, so green turns round.
    np.testing.assert_array_equal(skin.normal_texture.pixels[:, :, 1], 255 - rgb[:, :, 1])
    np.testing.assert_array_equal(skin.normal_texture.pixels[:, :, ::2], rgb[:, :, ::2])


def test_the_texture_transform_moves_the_coordinates(tmp_path: Path) -> None:
    picture(tmp_path / "skin.png")
    stage = solids.usd_stage(tmp_path / "x.usda")
    material, surface = paint(stage, "skin")
    node = texture_node(surface, "diffuseColor", "./skin.png", "rgb")
    mover = UsdShade.Shader.Define(stage, "/Root/skin/mover")
    mover.CreateIdAttr("UsdTransform2d")
    mover.CreateInput("scale", Sdf.ValueTypeNames.Float2).Set(Gf.Vec2f(2, 3))
    mover.CreateInput("rotation", Sdf.ValueTypeNames.Float).Set(90.0)
    mover.CreateInput("translation", Sdf.ValueTypeNames.Float2).Set(Gf.Vec2f(0.5, 0))
    output = mover.CreateOutput("result", Sdf.ValueTypeNames.Float2)
    node.CreateInput("st", Sdf.ValueTypeNames.Float2).ConnectToSource(output)
    bind(square(stage).GetPrim(), material)
    mesh = load_asset(saved(stage)).parts[0].mesh
    x, y = mesh.vertices[:, 0], mesh.vertices[:, 1]
    np.testing.assert_allclose(attribute(mesh.uvs), np.stack([0.5 - 3 * y, 2 * x], axis=-1), atol=1e-6)


def test_a_package_brings_its_textures(tmp_path: Path) -> None:
    rgb = picture(tmp_path / "skin.png")
    stage = solids.usd_stage(tmp_path / "x.usdc")
    material, surface = paint(stage, "skin")
    texture_node(surface, "diffuseColor", "./skin.png", "rgb")
    bind(square(stage).GetPrim(), material)
    layer = saved(stage)
    assert UsdUtils.CreateNewUsdzPackage(str(layer), str(tmp_path / "x.usdz"))
    for path in (layer, tmp_path / "skin.png"):
        path.unlink()
    texture = load_asset(tmp_path / "x.usdz").parts[0].material.base_color_texture
    assert texture is not None
    np.testing.assert_array_equal(texture.pixels, rgb)
    assert not texture.pixels.flags.writeable


def test_display_colour_stands_in_for_a_material(tmp_path: Path) -> None:
    stage = solids.usd_stage(tmp_path / "x.usda")
    solids.add_wedge(stage, "/Root/wedge").CreateDisplayColorAttr([(0.25, 0.5, 0.75)])
    assert load_asset(saved(stage)).parts[0].material.base_color == (0.25, 0.5, 0.75)


def test_the_digest_covers_layers_and_textures(tmp_path: Path) -> None:
    picture(tmp_path / "skin.png")
    part = solids.usd_stage(tmp_path / "part.usda")
    material, surface = paint(part, "skin")
    texture_node(surface, "diffuseColor", "./skin.png", "rgb")
    bind(square(part).GetPrim(), material)
    saved(part)
    whole = solids.usd_stage(tmp_path / "whole.usda")
    whole.DefinePrim("/Root/part").GetReferences().AddReference("./part.usda")
    path = saved(whole)
    digests = [asset_digest(path)]
    (tmp_path / "skin.png").write_bytes((tmp_path / "skin.png").read_bytes() + b"\0")
    digests.append(asset_digest(path))
    UsdGeom.Mesh(part.GetPrimAtPath("/Root/square")).AddTranslateOp().Set(Gf.Vec3d(1, 0, 0))
    saved(part)
    digests.append(asset_digest(path))
    assert len(set(digests)) == 3
