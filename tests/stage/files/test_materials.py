"""Materials and texture coordinates of OBJ, glTF, PLY and Collada."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from sdg.errors import AssetError
from sdg.stage.asset import Mesh, Texture
from sdg.stage.files import asset_digest, load_asset
from tests.stage.files import solids

# Top row first: red left, green right; below blue left, white right.
RGB = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 255, 255]]], np.uint8)
SQUARE_OBJ = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nvt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\nf 1/1 2/2 3/3 4/4\n"


def picture(path: Path) -> Path:
    cv2.imwrite(str(path), RGB[:, :, ::-1])
    return path


def color_at(mesh: Mesh, texture: Texture, corner_m: tuple[float, float, float]) -> list[int]:
    """Return the texel at a corner of the mesh, by the convention of `Texture`: (0, 0) is bottom-left."""
    at = int(np.argmin(np.linalg.norm(mesh.vertices - corner_m, axis=1)))
    u, v = np.clip(mesh.uvs[at], 0, 0.999)  # type: ignore[index]
    height, width = texture.pixels.shape[:2]
    return [int(c) for c in texture.pixels[height - 1 - int(v * height), int(u * width)]]


def assert_upright(path: Path, corners: list[tuple[float, float, float]]) -> None:
    """Check the colours at the bottom-left, bottom-right, top-right and top-left corners."""
    (part,) = load_asset(path).parts
    texture = part.material.base_color_texture
    assert texture is not None
    assert texture.color_space == "srgb"
    assert part.material.base_color == (1.0, 1.0, 1.0)
    found = [color_at(part.mesh, texture, corner) for corner in corners]
    assert found == [[0, 0, 255], [255, 255, 255], [0, 255, 0], [255, 0, 0]]


FLAT = [(0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (1.0, 1.0, 0.0), (0.0, 1.0, 0.0)]


def test_an_obj_texture_stands_upright(tmp_path: Path) -> None:
    picture(tmp_path / "skin of it.png")
    (tmp_path / "a.mtl").write_text("newmtl skin\nKd 1 1 1\nmap_Kd -s 1 1 1 skin of it.png\n")
    (tmp_path / "a.obj").write_text("mtllib a.mtl\nusemtl skin\n" + SQUARE_OBJ)
    assert_upright(tmp_path / "a.obj", FLAT)


def test_a_ply_texture_stands_upright(tmp_path: Path) -> None:
    picture(tmp_path / "skin.png")
    rows = "\n".join(f"{x} {y} 0 {x} {y}" for x, y in ((0, 0), (1, 0), (1, 1), (0, 1)))
    head = "ply\nformat ascii 1.0\ncomment TextureFile skin.png\nelement vertex 4\n"
    head += "".join(f"property float {name}\n" for name in ("x", "y", "z", "u", "v"))
    head += "element face 2\nproperty list uchar int vertex_indices\nend_header\n"
    (tmp_path / "a.ply").write_text(f"{head}{rows}\n3 0 1 2\n3 0 2 3\n")
    assert_upright(tmp_path / "a.ply", FLAT)


def gltf_square(**material: object) -> tuple[dict[str, Any], bytes]:
    """Return a square in glTF's XY plane, which faces the viewer; texture coordinates start at the top-left."""
    vertices = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], float)
    header, data = solids.gltf_header(vertices, {"TEXCOORD_0": [[0, 1], [1, 1], [1, 0], [0, 0]]})
    data = np.array([0, 1, 2, 0, 2, 3] + [0] * 6, "<u4").tobytes() + data[48:]
    header["materials"] = [{"name": "skin", **material}]
    header["textures"] = [{"source": 0}]
    header["images"] = [{"uri": "skin%20of%20it.png"}]
    header["meshes"][0]["primitives"][0]["material"] = 0
    return header, data


def test_a_gltf_texture_stands_upright(tmp_path: Path) -> None:
    """Y up becomes Z up, so the square stands in the XZ plane."""
    picture(tmp_path / "skin of it.png")
    surface = {"baseColorTexture": {"index": 0}}
    solids.save_gltf(tmp_path / "a.gltf", *gltf_square(pbrMetallicRoughness=surface))
    assert_upright(tmp_path / "a.gltf", [(0, 0, 0), (1, 0, 0), (1, 0, 1), (0, 0, 1)])


def test_a_collada_texture_stands_upright(tmp_path: Path) -> None:
    picture(tmp_path / "skin.png")
    text = solids.collada_text(np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], float), "m", "z")
    source = """<source id="t"><float_array id="ta" count="8">0 0 1 0 1 1 0 1</float_array>
      <technique_common><accessor source="#ta" count="4" stride="2"><param name="S" type="float"/>
      <param name="T" type="float"/></accessor></technique_common></source><vertices id="v">"""
    text = text.replace('<vertices id="v">', source)
    start, end = text.index("<triangles"), text.index("</triangles>")
    text = (
        text[:start]
        + (
            '<triangles count="2" material="m"><input semantic="VERTEX" source="#v" offset="0"/>'
            '<input semantic="TEXCOORD" source="#t" offset="0" set="0"/><p>0 1 2 0 2 3</p>'
        )
        + text[end:]
    )
    text = text.replace(
        '<instance_geometry url="#wedge"/>',
        '<instance_geometry url="#wedge"><bind_material><technique_common><instance_material symbol="m" target="#skin">'
        '<bind_vertex_input semantic="UV" input_semantic="TEXCOORD" input_set="0"/>'
        "</instance_material></technique_common></bind_material></instance_geometry>",
    )
    libraries = """<library_images><image id="i"><init_from>skin.png</init_from></image></library_images>
      <library_effects><effect id="e"><profile_COMMON>
      <newparam sid="su"><surface type="2D"><init_from>i</init_from></surface></newparam>
      <newparam sid="sa"><sampler2D><source>su</source></sampler2D></newparam>
      <technique sid="common"><lambert><diffuse><texture texture="sa" texcoord="UV"/></diffuse></lambert></technique>
      </profile_COMMON></effect></library_effects>
      <library_materials><material id="skin"><instance_effect url="#e"/></material></library_materials>
      <library_geometries>"""
    (tmp_path / "a.dae").write_text(text.replace("<library_geometries>", libraries))
    assert_upright(tmp_path / "a.dae", FLAT)


def test_gltf_factors_are_exact_and_roughness_is_green_and_metallic_blue(tmp_path: Path) -> None:
    picture(tmp_path / "skin of it.png")
    surface = {
        "baseColorFactor": [0.0123, 0.5, 1, 1],
        "roughnessFactor": 0.7,
        "metallicFactor": 0.2,
        "metallicRoughnessTexture": {"index": 0},
    }
    solids.save_gltf(tmp_path / "a.gltf", *gltf_square(pbrMetallicRoughness=surface, normalTexture={"index": 0}))
    material = load_asset(tmp_path / "a.gltf").parts[0].material
    assert (material.name, material.base_color) == ("skin", (0.0123, 0.5, 1.0))
    assert (material.roughness, material.metallic) == (0.7, 0.2)
    for texture, index in ((material.roughness_texture, 1), (material.metallic_texture, 2)):
        assert texture is not None
        assert texture.color_space == "linear"
        np.testing.assert_array_equal(texture.pixels[:, :, 0], RGB[:, :, index])
    assert material.normal_texture is not None
    assert material.normal_texture.color_space == "linear"


def test_gltf_vertex_colours_are_linear_and_multiply_the_base_colour(tmp_path: Path) -> None:
    """glTF 2.0, section 3.9.2; a part has one colour here, so it is their mean."""
    header, data = solids.gltf_header(solids.VERTICES_M, {"COLOR_0": [[0.2, 0.4, 1.0]] * len(solids.VERTICES_M)})
    solids.save_gltf(tmp_path / "bare.gltf", header, data)
    assert load_asset(tmp_path / "bare.gltf").parts[0].material.base_color == pytest.approx((0.2, 0.4, 1.0), abs=0.003)
    header["materials"] = [{"pbrMetallicRoughness": {"baseColorFactor": [0.5, 0.5, 0.25, 1]}}]
    header["meshes"][0]["primitives"][0]["material"] = 0
    solids.save_gltf(tmp_path / "painted.gltf", header, data)
    painted = load_asset(tmp_path / "painted.gltf").parts[0].material
    assert painted.base_color == pytest.approx((0.1, 0.2, 0.25), abs=0.003)


@pytest.mark.parametrize(("ior", "factor", "specular"), [(1.5, 1.0, 0.5), (1.33, 1.0, 0.2507), (1.5, 0.5, 0.25)])
def test_a_gltf_index_of_refraction_is_the_reflectance(
    tmp_path: Path, ior: float, factor: float, specular: float
) -> None:
    """Fresnel's ((n - 1) / (n + 1))^2 over 0.08, times the factor."""
    picture(tmp_path / "skin of it.png")
    extensions = {"KHR_materials_ior": {"ior": ior}, "KHR_materials_specular": {"specularFactor": factor}}
    solids.save_gltf(tmp_path / "a.gltf", *gltf_square(extensions=extensions))
    assert load_asset(tmp_path / "a.gltf").parts[0].material.specular == pytest.approx(specular, abs=1e-4)


def test_gltf_nodes_place_mirror_and_repeat_their_mesh(tmp_path: Path) -> None:
    header, data = solids.gltf_header(solids.in_file("m", "y"))
    header["nodes"] = [
        {"children": [1, 2], "translation": [5, 0, 0]},
        {"mesh": 0, "scale": [-1, 1, 1]},
        {"mesh": 0, "camera": 0, "translation": [0, 0, -1]},
    ]
    header["cameras"] = [{"type": "perspective", "perspective": {"yfov": 1, "znear": 0.1, "aspectRatio": 1}}]
    solids.save_gltf(tmp_path / "a.gltf", header, data)
    mirrored = (solids.VERTICES_M * np.array([-1, 1, 1]) + np.array([5, 0, 0]))[solids.FACES[:, ::-1]]
    shifted = (solids.VERTICES_M + np.array([5, 1, 0]))[solids.FACES]
    found = solids.triangles(load_asset(tmp_path / "a.gltf"))
    np.testing.assert_allclose(found, solids.canonical(np.concatenate([mirrored, shifted])), atol=1e-6)


def test_mtl_gives_colour_roughness_and_metallic(tmp_path: Path) -> None:
    """Ns 30 is alpha² = 2/32 = 1/16, alpha 1/4, roughness 1/2."""
    (tmp_path / "a.mtl").write_text("newmtl dull  red\nKd 0.8 0.1 0.2\nNs 30\n\nnewmtl steel\nKd 1 1 1\nPr 0.3\nPm 1\n")
    (tmp_path / "a.obj").write_text("mtllib a.mtl\nusemtl dull  red\n" + SQUARE_OBJ + "usemtl steel\nf 4 3 2\n")
    materials = {part.material.name: part.material for part in load_asset(tmp_path / "a.obj").parts}
    assert materials["dull red"].base_color == (0.8, 0.1, 0.2)
    assert materials["dull red"].roughness == pytest.approx(0.5)
    assert (materials["steel"].roughness, materials["steel"].metallic) == (0.3, 1.0)


def test_negative_indices_count_back_from_where_they_stand(tmp_path: Path) -> None:
    first = "v 0 0 0\nv 1 0 0\nv 0 1 0\nf -3 -2 -1\n"
    second = "v 0 0 5\nv 1 0 5\nv 0 1 5\nf -3 -2 -1\n"
    (tmp_path / "a.obj").write_text(first + second)
    corners = solids.triangles(load_asset(tmp_path / "a.obj"))
    assert sorted({float(height) for height in corners[:, :, 2].ravel()}) == [0.0, 5.0]
    assert len(corners) == 2


def test_obj_normals_are_kept_and_made_unit(tmp_path: Path) -> None:
    (tmp_path / "a.obj").write_text("v 0 0 0\nv 1 0 0\nv 0 1 0\nvn 0 0 2\nvn 0 3 0\nvn 0 0 0\nf 1//1 2//2 3//3\n")
    (part,) = load_asset(tmp_path / "a.obj").parts
    assert part.mesh.normals is not None
    normals = {tuple(v): tuple(n) for v, n in zip(part.mesh.vertices.tolist(), part.mesh.normals.tolist(), strict=True)}
    # The third normal has no length; the triangle's own takes its place.
    assert normals == {(0, 0, 0): (0, 0, 1), (1, 0, 0): (0, 1, 0), (0, 1, 0): (0, 0, 1)}


def test_vertex_colours_become_their_mean(tmp_path: Path) -> None:
    solids.write_ply(tmp_path / "a.ply", solids.VERTICES_M)
    text = (tmp_path / "a.ply").read_text()
    text = text.replace(
        "property double z\n",
        "property double z\n" + "".join(f"property uchar {c}\n" for c in ("red", "green", "blue")),
    )
    lines = text.split("\n")
    start = lines.index("end_header") + 1
    lines[start : start + 4] = [
        f"{line} {color}" for line, color in zip(lines[start : start + 4], ["255 0 0"] * 2 + ["0 0 0"] * 2, strict=True)
    ]
    (tmp_path / "a.ply").write_text("\n".join(lines))
    assert load_asset(tmp_path / "a.ply").parts[0].material.base_color == (0.5, 0.0, 0.0)


def test_textures_of_a_mesh_without_coordinates_become_their_mean(tmp_path: Path) -> None:
    """Each channel of the picture is full in two pixels of four."""
    picture(tmp_path / "skin.png")
    (tmp_path / "a.mtl").write_text("newmtl skin\nKd 1 0.5 1\nmap_Kd skin.png\n")
    solids.write_obj(tmp_path / "a.obj", solids.VERTICES_M)
    (tmp_path / "a.obj").write_text("mtllib a.mtl\nusemtl skin\n" + (tmp_path / "a.obj").read_text())
    material = load_asset(tmp_path / "a.obj").parts[0].material
    assert material.base_color == (0.5, 0.25, 0.5)
    assert material.base_color_texture is None


def test_the_digest_covers_libraries_and_textures(tmp_path: Path) -> None:
    picture(tmp_path / "skin.png")
    (tmp_path / "a.mtl").write_text("newmtl skin\nmap_Kd skin.png\n")
    (tmp_path / "a.obj").write_text("mtllib a.mtl\nusemtl skin\n" + SQUARE_OBJ)
    digests = [asset_digest(tmp_path / "a.obj")]
    (tmp_path / "skin.png").write_bytes((tmp_path / "skin.png").read_bytes() + b"\0")
    digests.append(asset_digest(tmp_path / "a.obj"))
    (tmp_path / "a.mtl").write_text("newmtl skin\nmap_Kd skin.png\nNs 3\n")
    digests.append(asset_digest(tmp_path / "a.obj"))
    assert len(set(digests)) == 3


def test_a_texture_may_lie_in_a_sibling_folder(tmp_path: Path) -> None:
    for name in ("meshes", "textures"):
        (tmp_path / name).mkdir()
    picture(tmp_path / "textures" / "skin.png")
    (tmp_path / "meshes" / "a.mtl").write_text("newmtl skin\nKd 1 1 1\nmap_Kd ..\\textures\\skin.png\n")
    (tmp_path / "meshes" / "a.obj").write_text("mtllib a.mtl\nusemtl skin\n" + SQUARE_OBJ)
    assert_upright(tmp_path / "meshes" / "a.obj", FLAT)


def test_a_moved_gltf_texture_is_refused_rather_than_misplaced(tmp_path: Path) -> None:
    picture(tmp_path / "skin of it.png")
    moved = {"index": 0, "extensions": {"KHR_texture_transform": {"scale": [2, 2]}}}
    solids.save_gltf(tmp_path / "a.gltf", *gltf_square(pbrMetallicRoughness={"baseColorTexture": moved}))
    with pytest.raises(AssetError, match="KHR_texture_transform"):
        load_asset(tmp_path / "a.gltf")
