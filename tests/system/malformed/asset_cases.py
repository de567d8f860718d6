"""Recipes that name what does not exist or can't be read."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

from tests.system.malformed.case import Case, edit

_ASSET = "asset: cube\n"
_FILE = "asset: {file: «part.%s}\n"
_DOME = "- sun_sky: {hour: $hour, day: 172}"


def _holding(name: str, data: bytes) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / name).write_bytes(data)

    return make


def _folder(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).mkdir()


def _mesh(name: str, kind: str, data: bytes) -> Case:
    case = edit(name, "S", _ASSET, _FILE % kind)
    return Case(case.name, case.code, case.text, files=_holding(f"part.{kind}", data))


def _picture(name: str, file: str, data: bytes | None) -> Case:
    case = edit(name, "S", "roughness: $shade", f"color_texture: {{file: «{file}}}")
    return Case(case.name, case.code, case.text, files=None if data is None else _holding(file, data))


def _sky(name: str, file: str, data: bytes | None) -> Case:
    case = edit(name, "S", _DOME, f"- dome: {{texture: {{file: «{file}}}}}")
    return Case(case.name, case.code, case.text, files=None if data is None else _holding(file, data))


_STL_COUNT_LIES = b"\0" * 80 + struct.pack("<I", 1_000_000) + b"\0" * 50
_PLY_CUT = (
    b"ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nend_header\n0 0"
)
_OBJ_OUT_OF_RANGE = b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 9\n"
_OBJ_NAN = b"v nan 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n"
_USD_BROKEN = b'#usda 1.0\ndef Mesh "part" {\n  point3f[] points = [(0, 0, 0), (1,\n'
_USD_EMPTY = b'#usda 1.0\n(\n    metersPerUnit = 1\n    upAxis = "Z"\n)\ndef Xform "nothing" {\n}\n'
_PNG_CUT = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x08\x00\x00\x00\x08\x08\x02"

_CALIBRATED = (
    b"image_width: 64\nimage_height: %d\ncamera_matrix: {rows: 3, cols: 3, data: [20, 0, 31.5, 0, 20, 23.5, 0, 0, 1]}\n"
    b"distortion_model: plumb_bob\ndistortion_coefficients: {rows: 1, cols: 5, data: [%s, 0, 0, 0, 0]}\n"
)
_CHAIN = b"".join(
    b"%s: {camera_model: pinhole, intrinsics: [50, 50, 31.5, 23.5], distortion_model: none, resolution: [64, 48]}\n"
    % name
    for name in (b"cam0", b"cam1")
)


def _calibration(name: str, code: str, lens: str, data: bytes | None) -> Case:
    case = edit(name, code, "{opencv_pinhole: {fx: 50, k1: {uniform: [-0.1, 0.0]}}}", lens)
    return Case(case.name, case.code, case.text, files=None if data is None else _holding("cam.yaml", data))


CASES = [
    _calibration("a_missing_calibration", "S017", "{calibration: «cam.yaml}", None),
    _calibration("a_missing_calibration_by_file", "S017", "{calibration: {file: «cam.yaml}}", None),
    _calibration("a_calibration_of_words", "S017", "{calibration: «cam.yaml}", b"hello"),
    _calibration("a_calibration_of_bytes", "S017", "{calibration: «cam.yaml}", b"\xff\xfe\x00"),
    _calibration("a_calibration_of_another_resolution", "S017", "{calibration: «cam.yaml}", _CALIBRATED % (40, b"0")),
    _calibration("a_calibration_that_folds_back", "R063", "{calibration: «cam.yaml}", _CALIBRATED % (48, b"-0.6")),
    _calibration(
        "one_of_two_calibrations_folds_back",
        "R063",
        "{choice: [{pinhole: {fx: 50}}, {calibration: {file: «cam.yaml}}]}",
        _CALIBRATED % (48, b"-0.6"),
    ),
    _calibration("a_chain_without_choice", "S017", "{calibration: «cam.yaml}", _CHAIN),
    _calibration("a_chain_without_this_camera", "S017", "{calibration: {file: «cam.yaml, camera: cam2}}", _CHAIN),
    edit("a_folder_that_is_not_there", "R070", "[cube, cylinder]", "{folder: «props}"),
    edit("a_folder_without_matches", "R070", "[cube, cylinder]", '{folder: ., match: «"*.glb"}'),
    edit("a_folder_without_a_choice", "R020", "{choice: [cube, cylinder]}", "{«folder: props}"),
    edit("a_number_for_a_folder", "R022", "[cube, cylinder]", "{folder: «3}"),
    edit("a_number_to_match", "R022", "[cube, cylinder]", "{folder: ., match: «3}"),
    edit("an_unknown_builtin", "S", _ASSET, "asset: «cuba\n"),
    edit("an_unknown_builtin_in_a_choice", "S", "[cube, cylinder]", "[cube, «cuboid]"),
    edit("an_unknown_environment", "S", "asset: warehouse_hall", "asset: «warehouse_hell"),
    edit("an_unknown_material", "S", "material: paint", "material: «pain"),
    edit("an_unknown_base", "S", "base: painted_metal", "base: «painted_meta"),
    edit("an_unknown_surface_of_an_object", "S", "surface: pallet", "surface: «pallet.underside"),
    edit("an_unknown_surface_of_the_environment", "S", "surface: floor", "surface: «cellar"),
    edit("a_missing_mesh", "S", _ASSET, _FILE % "obj"),
    edit("a_missing_mesh_in_a_choice", "S", "cylinder]", "{file: «props/box.glb, unit: mm}]"),
    edit("a_mesh_of_an_unknown_format", "S", _ASSET, _FILE % "xyz"),
    Case("a_folder_for_a_mesh", "S", edit("", "", _ASSET, _FILE % "obj").text, files=_folder("part.obj")),
    _mesh("an_empty_obj", "obj", b""),
    _mesh("an_obj_of_noise", "obj", bytes(range(256)) * 8),
    _mesh("an_obj_with_an_index_out_of_range", "obj", _OBJ_OUT_OF_RANGE),
    _mesh("an_obj_with_nan", "obj", _OBJ_NAN),
    _mesh("an_obj_without_faces", "obj", b"v 0 0 0\nv 1 0 0\nv 0 1 0\n"),
    _mesh("a_truncated_ply", "ply", _PLY_CUT),
    _mesh("a_ply_that_is_none", "ply", b"not a ply\n"),
    _mesh("an_stl_that_lies_about_its_size", "stl", _STL_COUNT_LIES),
    _mesh("an_empty_stl", "stl", b""),
    _mesh("a_glb_that_is_none", "glb", b"glTF\x02\x00\x00\x00 and nothing else"),
    _mesh("a_gltf_that_is_no_json", "gltf", b"{"),
    _mesh("a_broken_usd", "usda", _USD_BROKEN),
    _mesh("a_usd_without_meshes", "usda", _USD_EMPTY),
    _mesh("a_usdc_of_noise", "usdc", b"PXR-USDC" + bytes(range(200))),
    _mesh("a_broken_usdz", "usdz", b"PK\x03\x04 no archive"),
    _mesh("a_broken_collada_file", "dae", b"<COLLADA"),
    _picture("a_missing_texture", "wood.png", None),
    _picture("a_truncated_png", "wood.png", _PNG_CUT),
    _picture("an_empty_png", "wood.png", b""),
    _picture("a_text_for_a_texture", "wood.png", b"this is not a picture"),
    _sky("a_missing_sky", "sky.hdr", None),
    _sky("a_broken_sky", "sky.hdr", b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 8 +X"),
    _sky("an_empty_sky", "sky.exr", b""),
]
