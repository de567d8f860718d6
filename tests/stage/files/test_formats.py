"""The same solid out of every format: same metres, same axes, same winding."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sdg.errors import AssetError
from sdg.stage.files import asset_digest, load_asset, size_warning
from tests.stage.files import solids

PLAIN: dict[str, tuple[str, Callable[[Path, np.ndarray], None]]] = {
    "obj": (".obj", solids.write_obj),
    "stl": (".stl", solids.write_stl),
    "binary stl": (".stl", solids.write_binary_stl),
    "ply": (".ply", solids.write_ply),
    "binary ply": (".ply", solids.write_binary_ply),
    "gltf": (".gltf", solids.write_gltf),
    "glb": (".glb", solids.write_glb),
}


def assert_is_the_solid(asset: object) -> None:
    found = solids.triangles(asset)  # type: ignore[arg-type]
    np.testing.assert_allclose(found, solids.expected_triangles(), atol=1e-6)


@pytest.mark.parametrize("up", ["y", "z"])
@pytest.mark.parametrize("unit", sorted(solids.METRES))
@pytest.mark.parametrize("name", sorted(PLAIN))
def test_a_file_in_any_unit_and_axis_gives_metres_and_z_up(tmp_path: Path, name: str, unit: str, up: str) -> None:
    suffix, write = PLAIN[name]
    path = tmp_path / f"wedge{suffix}"
    write(path, solids.in_file(unit, up))
    assert_is_the_solid(load_asset(path, unit=unit, up=up))


@pytest.mark.parametrize(("unit", "up"), [("m", "z"), ("cm", "y"), ("in", "z")])
@pytest.mark.parametrize("suffix", [".usd", ".usda", ".usdc", ".usdz"])
def test_usd_says_its_own_unit_and_axis(tmp_path: Path, suffix: str, unit: str, up: str) -> None:
    path = tmp_path / f"wedge{suffix}"
    solids.write_usd(path, solids.in_file(unit, up), unit, up)
    assert_is_the_solid(load_asset(path))


@pytest.mark.parametrize("up", ["y", "z"])
@pytest.mark.parametrize("unit", ["m", "cm", "in"])
def test_collada_says_its_own_unit_and_axis(tmp_path: Path, unit: str, up: str) -> None:
    path = tmp_path / "wedge.dae"
    path.write_text(solids.collada_text(solids.in_file(unit, up), unit, up))
    assert_is_the_solid(load_asset(path))


def test_collada_with_x_up_stands_upright(tmp_path: Path) -> None:
    """COLLADA 1.4.1, up_axis: X_UP has +X up, -Y to the right and +Z towards the viewer; Z_UP has -Y towards him."""
    x, y, z = solids.VERTICES_M.T
    path = tmp_path / "wedge.dae"
    path.write_text(solids.collada_text(np.stack([z, -x, -y], axis=-1), "m", "x"))
    assert_is_the_solid(load_asset(path))


def test_what_the_recipe_says_overrides_what_the_file_says(tmp_path: Path) -> None:
    path = tmp_path / "wedge.usda"
    solids.write_usd(path, solids.in_file("mm", "y"), "ft", "z")
    assert_is_the_solid(load_asset(path, unit="mm", up="y"))


def test_defaults_are_metres_with_z_up_but_y_up_for_gltf(tmp_path: Path) -> None:
    for name, (suffix, write) in PLAIN.items():
        path = tmp_path / f"wedge{suffix}"
        write(path, solids.in_file("m", "y" if name.startswith("gl") else "z"))
        assert_is_the_solid(load_asset(path))


def test_a_suffix_in_capitals_is_the_same_format(tmp_path: Path) -> None:
    solids.write_obj(tmp_path / "WEDGE.OBJ", solids.VERTICES_M)
    assert_is_the_solid(load_asset(tmp_path / "WEDGE.OBJ"))


def test_meshes_without_normals_are_flat_and_their_textures_count_in_tiles(tmp_path: Path) -> None:
    path = tmp_path / "wedge.obj"
    solids.write_obj(path, solids.VERTICES_M)
    (part,) = load_asset(path).parts
    assert part.mesh.normals is None
    assert part.mesh.uv_unit == "tile"


def test_triangles_without_area_and_vertices_without_triangle_are_dropped(tmp_path: Path) -> None:
    path = tmp_path / "wedge.obj"
    solids.write_obj(path, solids.VERTICES_M)
    path.write_text(path.read_text() + "v 50 50 50\nv 1 0.25 0.125\nf 1 1 2\nf 1 6 2\n")
    asset = load_asset(path)
    assert_is_the_solid(asset)
    np.testing.assert_allclose(asset.bounds_m, [solids.VERTICES_M.min(axis=0), solids.VERTICES_M.max(axis=0)])
    assert len(asset.parts[0].mesh.vertices) == 4


@pytest.mark.parametrize(("unit", "expected"), [("km", "more than 100 m"), ("m", None), ("mm", None)])
def test_an_implausible_size_is_a_warning_that_names_the_key(tmp_path: Path, unit: str, expected: str | None) -> None:
    path = tmp_path / "wedge.obj"
    solids.write_obj(path, solids.VERTICES_M)
    warning = size_warning(load_asset(path, unit=unit), path)
    assert (warning is None) == (expected is None)
    if expected:
        assert expected in str(warning)
        assert "`unit: mm`" in str(warning)


def test_a_speck_is_a_warning_too(tmp_path: Path) -> None:
    path = tmp_path / "wedge.obj"
    solids.write_obj(path, solids.VERTICES_M / 10)
    assert "less than 1 mm" in str(size_warning(load_asset(path, unit="mm"), path))


def test_keys_depend_on_content_unit_and_axis_but_not_on_the_place(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, copy, other = tmp_path / "a" / "x.obj", tmp_path / "b" / "y.obj", tmp_path / "z.obj"
    solids.write_obj(first, solids.VERTICES_M)
    solids.write_obj(copy, solids.VERTICES_M)
    solids.write_obj(other, solids.VERTICES_M * 2)
    same = {load_asset(first).key, load_asset(copy).key}
    different = {load_asset(first, unit="mm").key, load_asset(first, up="y").key, load_asset(other).key}
    assert len(same) == 1
    assert len(same | different) == 4
    assert asset_digest(first) == asset_digest(copy) != asset_digest(other)


def test_two_processes_read_the_same_bytes(tmp_path: Path) -> None:
    """Python salts its string hashes per process, and trimesh gives random names to nodes of many primitives."""
    header, data = solids.gltf_header(solids.VERTICES_M)
    header["meshes"][0]["primitives"] *= 3
    header["nodes"] = [{"mesh": 0, "translation": [i, 0, 0]} for i in range(4)]
    header["scenes"][0]["nodes"] = [3, 1, 0, 2]
    solids.save_gltf(tmp_path / "wedge.gltf", header, data)
    code = (
        "import sys, pathlib; from sdg.stage.files import load_asset\n"
        "asset = load_asset(pathlib.Path(sys.argv[1]))\n"
        "print(asset.key, [(part.name, part.mesh.key) for part in asset.parts])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "wedge.gltf")],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[3],
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_importing_the_package_loads_no_heavy_library() -> None:
    code = (
        "import sys, sdg.stage.files\nprint({'pxr', 'trimesh', 'cv2', 'collada', 'OpenEXR', 'PIL'} & set(sys.modules))"
    )
    root = Path(__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=True).stdout == b"set()\n"


@pytest.mark.parametrize(("unit", "up"), [("yard", None), (None, "x"), ("", None)])
def test_unknown_units_and_axes_are_refused(tmp_path: Path, unit: str | None, up: str | None) -> None:
    solids.write_obj(tmp_path / "wedge.obj", solids.VERTICES_M)
    with pytest.raises(AssetError, match="unknown"):
        load_asset(tmp_path / "wedge.obj", unit=unit, up=up)
