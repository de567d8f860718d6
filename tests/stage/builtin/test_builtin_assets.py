"""Every builtin asset: size, winding, normals, texture coordinates, surfaces, sameness."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import sdg.stage.builtin as builtin
from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray
from sdg.stage.asset import Asset, Mesh
from sdg.stage.builtin.names import ASSETS

# The half million triangles of a terrain take seconds to build each time.
ALL = tuple(
    pytest.param(name, marks=pytest.mark.slow) if name == "park_terrain" else name for name in builtin.asset_names()
)
# What has joints has proportions of its own, and stands where its hips are; uneven ground reaches below its level.
FITTED = tuple(name for name in builtin.asset_names() if name not in ("humanoid", "park_terrain"))
OBJECTS = tuple(name for name in builtin.asset_names() if not builtin.asset_is_environment(name))
# Leaves and blades of grass take more triangles than boards do.
BUDGETS = {"humanoid": 40_000, "park_terrain": 600_000, "tree": 14_000, "flower_bed": 14_000}
# Decals and folded sheets are skins without a back.
CLOSED_PARTS = {
    "bench": ["slats", "stands"],
    "bollard": ["post", "bands"],
    "fence": ["posts", "filling"],
    "flower_bed": ["soil", "kerb"],
    "lamp_post": ["post", "glass"],
    "park_bin": ["liner", "slats", "metal"],
    "rock": ["body"],
    "carton_large": ["body"],
    "carton_small": ["body"],
    "carton": ["body"],
    "cube": ["body"],
    "cylinder": ["body"],
    "drum": ["body", "bung_0", "bung_1"],
    "forklift": ["chassis", "frame", "seat", "mast", "forks", "tyres", "hubs"],
    "humanoid": ["torso_chest", "head_skull", "left_thigh_shell", "right_thigh_shell", "left_hand_fingers"],
    "pallet": ["boards"],
    "pallet_jack": ["forks", "pump", "drawbar", "grip", "wheels", "hubs"],
    "picnic_table": ["boards", "frame"],
    "pallet_rack": [
        "uprights",
        "bracing",
        "beams",
    ],
    "sphere": ["body"],
    "traffic_cone": ["body", "feet", "band"],
    "warehouse_hall": ["wall_base", "columns", "purlins", "trusses", "pipes", "doors", "door_frames", "bollards"],
}


def resized_m(name: str) -> tuple[float, float, float]:
    """Return another size than the usual one, of other proportions, within what the asset allows."""
    entry = ASSETS[name]
    factors = (0.9, 1.15, 1.25)
    rows = zip(entry.size_m, factors, entry.smallest_m, entry.largest_m, strict=True)
    x, y, z = (min(max(length * factor, low), high) for length, factor, low, high in rows)
    return x, y, z


def corners(mesh: Mesh) -> FloatArray:
    return mesh.vertices[mesh.faces.astype(np.int64)]


def face_areas(mesh: Mesh) -> FloatArray:
    points = corners(mesh)
    cross: FloatArray = np.cross(points[:, 1] - points[:, 0], points[:, 2] - points[:, 0])
    return cross / 2


def uv_areas(mesh: Mesh) -> FloatArray:
    assert mesh.uvs is not None
    first, second, third = np.moveaxis(mesh.uvs[mesh.faces.astype(np.int64)], 1, 0)
    a, b = second - first, third - first
    area: FloatArray = (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) / 2
    return area


@pytest.mark.parametrize("name", FITTED)
@pytest.mark.parametrize("resized", [False, True])
def test_the_box_is_exactly_the_stated_size_and_stands_on_the_origin(name: str, resized: bool) -> None:
    size = resized_m(name) if resized else builtin.asset_size_m(name)
    asset = builtin.build_asset(name, size if resized else None)
    half_x, half_y = size[0] / 2, size[1] / 2
    np.testing.assert_allclose(asset.bounds_m, [[-half_x, -half_y, 0.0], [half_x, half_y, size[2]]], atol=2e-9)


def test_a_plane_of_any_stated_thickness_is_flat() -> None:
    """A recipe's sizes are above 0, so without this no recipe could say how large a plane is."""
    asset = builtin.build_asset("plane", (4.0, 2.0, 1.0))
    np.testing.assert_allclose(asset.bounds_m, [[-2.0, -1.0, 0.0], [2.0, 1.0, 0.0]], atol=2e-9)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("resized", [False, True])
def test_normals_are_unit_and_agree_with_outward_winding(name: str, resized: bool) -> None:
    for part in builtin.build_asset(name, resized_m(name) if resized else None).parts:
        mesh = part.mesh
        assert mesh.normals is not None
        assert np.isfinite(mesh.normals).all(), part.name
        np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1.0, atol=1e-8, err_msg=part.name)
        facing = face_areas(mesh)
        area = np.linalg.norm(facing, axis=1)
        assert (area > 1e-12).all(), f"{part.name} has degenerate triangles"
        shading = mesh.normals[mesh.faces.astype(np.int64)].mean(axis=1)
        agreement = np.einsum("ij,ij->i", facing / area[:, None], shading)
        assert (agreement > 0.2).all(), part.name


@pytest.mark.parametrize("name", FITTED)
def test_the_smallest_and_largest_sizes_keep_outward_winding_and_bounds(name: str) -> None:
    """Details of fixed size must neither turn inside out nor leave a small asset's box."""
    for size in (ASSETS[name].smallest_m, ASSETS[name].largest_m):
        asset = builtin.build_asset(name, size)
        np.testing.assert_allclose(asset.bounds_m[1] - asset.bounds_m[0], size, atol=4e-9)
        for part in asset.parts:
            assert part.mesh.normals is not None
            shading = part.mesh.normals[part.mesh.faces.astype(np.int64)].mean(axis=1)
            assert (np.einsum("ij,ij->i", face_areas(part.mesh), shading) >= 0).all(), part.name
            assert (uv_areas(part.mesh) >= 0).all(), part.name


@pytest.mark.parametrize("name", ALL)
def test_texture_coordinates_are_present_and_never_mirrored(name: str) -> None:
    """A mirrored map would turn bumps of a normal texture into dents, and print backwards."""
    for part in builtin.build_asset(name).parts:
        assert part.mesh.uvs is not None
        assert np.isfinite(part.mesh.uvs).all()
        assert (uv_areas(part.mesh) > 0).all(), part.name


@pytest.mark.parametrize("name", [name for name in ALL if name not in ("sphere", "traffic_cone")])
def test_texture_coordinates_are_metres(name: str) -> None:
    """Chamfers are seen at 45 degrees, so the median tells; sphere and cone taper and are left out."""
    for part in builtin.build_asset(name).parts:
        if part.mesh.uv_unit == "metre" and part.name != "nails":
            ratio = np.median(uv_areas(part.mesh) / np.linalg.norm(face_areas(part.mesh), axis=1))
            assert 0.65 < ratio < 1.35, part.name


@pytest.mark.parametrize("name", sorted(CLOSED_PARTS))
@pytest.mark.parametrize("resized", [False, True])
def test_solid_parts_are_closed_and_enclose_a_positive_volume(name: str, resized: bool) -> None:
    """In a closed surface every edge is walked as often one way as the other."""
    parts = {part.name: part for part in builtin.build_asset(name, resized_m(name) if resized else None).parts}
    for part_name in CLOSED_PARTS[name]:
        mesh = parts[part_name].mesh
        _, welded = np.unique(np.round(mesh.vertices, 7), axis=0, return_inverse=True)
        faces = welded.reshape(-1)[mesh.faces.astype(np.int64)]
        walks = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
        balance: Counter[tuple[int, int]] = Counter()
        for start, end in walks.tolist():
            balance[min(start, end), max(start, end)] += 1 if start < end else -1
        assert not [edge for edge, count in balance.items() if count], part_name
        points = corners(mesh)
        volume = np.einsum("ij,ij->", points[:, 0], np.cross(points[:, 1], points[:, 2])) / 6
        assert volume > 0, part_name


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("resized", [False, True])
def test_surfaces_lie_within_the_box_and_have_room_above(name: str, resized: bool) -> None:
    asset = builtin.build_asset(name, resized_m(name) if resized else None)
    low, high = asset.bounds_m + np.array([[-1e-8], [1e-8]])
    for surface in asset.surfaces:
        assert surface.min_m[0] < surface.max_m[0]
        assert surface.min_m[1] < surface.max_m[1]
        turn = np.radians(surface.yaw_deg)
        for x, y in itertools.product(*zip(surface.min_m, surface.max_m, strict=True)):
            at = np.array([x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)])
            assert (low[:2] <= at + surface.origin_m).all()
            assert (at + surface.origin_m <= high[:2]).all()
        assert low[2] <= surface.height_m <= high[2]
        assert surface.clear_m > 0


@pytest.mark.parametrize("name", ALL)
def test_triangle_counts_keep_the_budget(name: str) -> None:
    count = sum(len(part.mesh.faces) for part in builtin.build_asset(name).parts)
    assert count <= BUDGETS.get(name, 40_000 if builtin.asset_is_environment(name) else 10_000)


def test_parts_of_environments_carry_labels_and_objects_carry_none() -> None:
    for name in builtin.asset_names():
        labels = [part.label for part in builtin.build_asset(name).parts]
        assert all(labels) if builtin.asset_is_environment(name) else not any(labels), name
    hall = {part.label for part in builtin.build_asset("warehouse_hall").parts}
    assert hall >= {"floor", "wall", "ceiling", "column", "door", "beam", "floor_marking"}


def test_the_body_of_an_object_is_some_of_its_parts() -> None:
    for name in OBJECTS:
        asset = builtin.build_asset(name)
        assert set(asset.body) <= {part.name for part in asset.parts}
        assert asset.body, name


def test_part_names_are_unique_within_an_asset() -> None:
    for name in builtin.asset_names():
        part_names = [part.name for part in builtin.build_asset(name).parts]
        assert len(set(part_names)) == len(part_names), name


@pytest.mark.parametrize(
    ("name", "slots"),
    [
        ("warehouse_hall", {"floor", "wall", "ceiling", "column", "beam", "door", "floor_marking"}),
        ("pallet", {"pallet_wood"}),
        ("carton_small", {"cardboard", "packing_tape", "carton_label"}),
        ("pallet_rack", {"rack_paint", "rack_beam_paint", "galvanised"}),
    ],
)
def test_materials_have_the_slot_names_that_recipes_use(name: str, slots: set[str]) -> None:
    assert slots <= {part.material.name for part in builtin.build_asset(name).parts}


def test_the_sphere_has_exact_normals_at_any_scale() -> None:
    size = np.array(resized_m("sphere"))
    mesh = builtin.build_asset("sphere", resized_m("sphere")).parts[0].mesh
    assert mesh.normals is not None
    centered = mesh.vertices - np.array([0.0, 0.0, size[2] / 2])
    np.testing.assert_allclose((centered**2 / (size / 2) ** 2).sum(axis=1), 1.0, atol=1e-7)
    gradient = centered / (size / 2) ** 2
    gradient /= np.linalg.norm(gradient, axis=1, keepdims=True)
    np.testing.assert_allclose(mesh.normals, gradient, atol=1e-7)


def test_the_cube_is_a_clean_box_of_twelve_triangles() -> None:
    mesh = builtin.build_asset("cube").parts[0].mesh
    assert len(mesh.faces) == 12
    assert len(np.unique(mesh.vertices, axis=0)) == 8


def test_flat_decals_of_the_hall_lie_a_millimetre_apart_and_none_in_the_floor() -> None:
    parts = {part.name: part for part in builtin.build_asset("warehouse_hall").parts}
    heights = [float(parts[name].mesh.vertices[:, 2].max()) for name in ("floor", "joints", "markings")]
    assert heights[0] == 0.0
    assert np.all(np.diff(heights) >= 0.001)


@pytest.mark.parametrize("name", ["carton_large", "carton_small"])
def test_label_and_print_stand_proud_of_the_bulging_carton(name: str) -> None:
    """Sampled over the label, the nearest cardboard along y lies inside it."""
    parts = {part.name: part.mesh for part in builtin.build_asset(name).parts}
    box = corners(parts["body"])
    for decal in ("label", "print"):
        for triangle in corners(parts[decal]):
            for weights in ((1 / 3, 1 / 3, 1 / 3), (0.5, 0.5, 0.0), (0.05, 0.9, 0.05), (0.0, 0.5, 0.5)):
                point = np.array(weights) @ triangle
                assert outermost(box, point, 1.0 if point[1] > 0 else -1.0) < abs(point[1]) - 2e-4


def outermost(triangles: FloatArray, point: FloatArray, side: float) -> float:
    """Return how far out along `side` * y a box's skin lies over the point's (x, z)."""
    first, a, b = triangles[:, 0], triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    det = a[:, 0] * b[:, 2] - a[:, 2] * b[:, 0]
    usable = np.abs(det) > 1e-12
    scale = np.where(usable, det, 1.0)
    x, z = point[0] - first[:, 0], point[2] - first[:, 2]
    s, t = (x * b[:, 2] - z * b[:, 0]) / scale, (a[:, 0] * z - a[:, 2] * x) / scale
    inside = usable & (s >= 0) & (t >= 0) & (s + t <= 1)
    return float((side * (first[:, 1] + s * a[:, 1] + t * b[:, 1]))[inside].max())


def test_two_euro_pallets_fit_abreast_on_a_shelf_and_three_lengthwise() -> None:
    for surface in builtin.build_asset("pallet_rack").surfaces:
        width = surface.max_m[0] - surface.min_m[0]
        assert width >= 2 * 1.2
        assert width >= 3 * 0.8
        assert surface.max_m[1] - surface.min_m[1] >= 0.8
        assert surface.clear_m > 1.0


def test_a_taller_rack_has_more_shelves_and_a_larger_hall_more_columns() -> None:
    assert len(builtin.build_asset("pallet_rack", (2.7, 1.1, 6.5)).surfaces) > 3
    large = builtin.build_asset("warehouse_hall", (40.0, 60.0, 9.0))

    def columns(hall: Asset) -> int:
        return next(len(part.mesh.faces) for part in hall.parts if part.name == "columns")

    assert columns(large) > columns(builtin.build_asset("warehouse_hall"))


def test_the_smallest_and_largest_hall_can_be_built() -> None:
    for size in ((6.0, 6.0, 3.5), (80.0, 120.0, 20.0)):
        hall = builtin.build_asset("warehouse_hall", size)
        ceiling = next(surface for surface in hall.surfaces if surface.name == "ceiling")
        assert 2.5 < ceiling.height_m < size[2]


def test_equal_arguments_give_the_same_object_and_other_sizes_another_key() -> None:
    assert builtin.build_asset("drum") is builtin.build_asset("drum", builtin.asset_size_m("drum"))
    assert builtin.build_asset("drum").key != builtin.build_asset("drum", resized_m("drum")).key


def test_an_unknown_asset_names_the_closest_one() -> None:
    with pytest.raises(AssetError) as caught:
        builtin.build_asset("palet")
    assert "pallet" in caught.value.hint


@pytest.mark.parametrize(
    "size", [(0.0, 1.0, 1.0), (-1.0, 1.0, 1.0), (float("nan"), 1.0, 1.0), (float("inf"), 1.0, 1.0), (1e4, 1e4, 1e4)]
)
def test_a_size_that_makes_no_sense_is_refused(size: tuple[float, float, float]) -> None:
    for name in builtin.asset_names():
        with pytest.raises(AssetError):
            builtin.build_asset(name, size)


def test_two_processes_build_equal_keys() -> None:
    """Asset keys cover every vertex and texture; Python's hash seed differs between the two."""
    script = (
        "import sdg.stage.builtin as b\n"
        "print([b.build_asset(n).key for n in b.asset_names()])\n"
        "ms = [b.build_material(n) for n in b.material_names()]\n"
        "print([t.key for m in ms for t in (m.base_color_texture, m.roughness_texture, m.normal_texture) if t])\n"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(builtin.__file__).parents[3],
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert outputs[0].count("'") > 60


def test_listing_assets_loads_no_image_library() -> None:
    script = (
        "import sys, sdg.stage.builtin as b\n"
        "b.asset_names(), b.asset_doc('drum'), b.material_names(), b.asset_size_m('drum')\n"
        "sys.exit(int(bool({'cv2', 'scipy'} & set(sys.modules))))"
    )
    root = Path(builtin.__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", script], check=False, cwd=root).returncode == 0


def test_the_package_holds_nothing_but_code() -> None:
    """What is made by procedure needs no files, so a wheel can't lack one."""
    folder = Path(builtin.__file__).parent
    assert {path.suffix for path in folder.iterdir() if path.is_file()} == {".py"}
