"""Forms of the warehouse hall: docks, holes and paint are where they are said to be, and all else stays as it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from benchmarks.gallery import drawn_forms
from sdg.foundation.arrays import FloatArray
from sdg.recipe.families import FamilyAsset
from sdg.stage.asset import Asset
from sdg.stage.builtin import build_asset

SIZE = (14.0, 18.0, 6.0)
# The clear width between the plinths, which are 0.2 m thick.
INNER_X, INNER_Y = 6.8, 8.8


def hall(size_m: tuple[float, float, float] = SIZE, **form: Any) -> Asset:
    return build_asset("warehouse_hall", size_m, FamilyAsset.model_validate({"warehouse_hall": form}).chosen()[1])


def corners(asset: Asset, *names: str) -> FloatArray:
    parts = [part for part in asset.parts if not names or part.name in names]
    return np.concatenate([part.mesh.vertices[part.mesh.faces.astype(np.int64)] for part in parts])


def painted_m2(asset: Asset) -> float:
    points = corners(asset, *(part.name for part in asset.parts if part.label == "floor_marking"))
    return float(np.linalg.norm(np.cross(points[:, 1] - points[:, 0], points[:, 2] - points[:, 0]), axis=1).sum() / 2)


def is_open(asset: Asset, start: tuple[float, float, float], way: tuple[float, float, float]) -> bool:
    """Return whether a ray leaves the hall: whether it crosses no triangle (Möller and Trumbore's test)."""
    points, direction = corners(asset), np.array(way)
    first, a, b = points[:, 0], points[:, 1] - points[:, 0], points[:, 2] - points[:, 0]
    side = np.cross(direction, b)
    det = np.einsum("ij,ij->i", a, side)
    scale = np.where(np.abs(det) > 1e-12, det, np.inf)
    away = np.array(start) - first
    u = np.einsum("ij,ij->i", away, side) / scale
    turned = np.cross(away, a)
    v = turned @ direction / scale
    ahead = np.einsum("ij,ij->i", b, turned) / scale
    return not ((u >= 0) & (v >= 0) & (u + v <= 1) & (ahead > 0) & np.isfinite(scale)).any()


@pytest.mark.parametrize("form", drawn_forms("warehouse_hall", 10)[1:], ids=lambda form: str(form["variant"]))
def test_drawn_forms_have_the_stated_size_and_sound_triangles(form: dict[str, Any]) -> None:
    asset = hall(**form)
    np.testing.assert_allclose(asset.bounds_m, [[-7, -9, 0], [7, 9, 6]], atol=2e-9)
    for part in asset.parts:
        mesh, faces = part.mesh, part.mesh.faces.astype(np.int64)
        points = mesh.vertices[faces]
        facing = np.cross(points[:, 1] - points[:, 0], points[:, 2] - points[:, 0])
        area = np.linalg.norm(facing, axis=1)
        assert (area > 1e-12).all(), part.name
        assert mesh.normals is not None
        assert mesh.uvs is not None
        assert (np.einsum("ij,ij->i", facing / area[:, None], mesh.normals[faces].mean(axis=1)) > 0.2).all(), part.name
        first, second, third = np.moveaxis(mesh.uvs[faces], 1, 0)
        a, b = second - first, third - first
        assert (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0] > 0).all(), part.name


@pytest.mark.parametrize("docks", [0, 1, 4])
def test_there_are_as_many_docks_as_said(docks: int) -> None:
    names = [part.name for part in hall(docks=docks).parts]
    assert sum(name.startswith("sign_") and name != "sign_plates" for name in names) == docks


def test_a_narrow_hall_has_as_many_docks_as_fit() -> None:
    """(14 - 1.5) m hold four doors of 2.7 m with what stands between them."""
    assert sum(part.name.startswith("sign_") for part in hall(docks=8).parts) == 4 + 1


def test_a_raised_door_leaves_its_opening_to_a_lorry() -> None:
    closed, raised = hall(docks=1), hall(docks=1, open_docks=1.0)
    low = corners(raised, "doors")[:, :, 2].min()
    assert corners(closed, "doors")[:, :, 2].min() < 0.1
    assert low > 2.5
    assert {"lorry_fittings", "dock_seals"} <= {part.name for part in raised.parts}
    assert corners(raised, "wall_base")[:, :, 0].shape[0] > 12 * 4, "the plinth is in two beside the opening"
    assert not is_open(raised, (0.1, 5.0, 1.3), (0.0, 1.0, 0.0))


def test_skylights_and_windows_let_light_in_and_nothing_else_does() -> None:
    plain, holed = hall(), hall(skylights=2, windows=1)
    up, out = (0.0, 0.0, 1.0), (1.0, 0.0, 0.0)
    spots = [(x, y, 1.5) for x in np.linspace(-6.0, 6.0, 49) for y in np.linspace(-8.0, 8.0, 33)]
    assert not any(is_open(plain, spot, up) for spot in spots[::7])
    opened = np.mean([is_open(holed, spot, up) for spot in spots])
    # Two skylights of about 1.7 x 2.5 m in each of three bays of 14 x 6 m, less what hangs under them.
    assert 0.02 < opened < 2 * 1.75 * 2.5 / (14 * 6)
    walls = [(5.0, y, 4.0) for y in np.linspace(-8.5, 8.5, 35)]
    assert not any(is_open(plain, spot, out) for spot in walls)
    assert 0.4 < np.mean([is_open(holed, spot, out) for spot in walls]) < 0.9


def test_worn_paint_covers_less_by_the_share_that_is_worn() -> None:
    whole, half = painted_m2(hall(marking="lanes")), painted_m2(hall(marking="lanes", marking_wear=0.5))
    assert half == pytest.approx(0.5 * whole, rel=0.06)


def test_rows_of_columns_stand_beside_the_aisle() -> None:
    asset = hall(column_rows=1, marking="aisle")
    columns = corners(asset, "columns")
    middle = columns[np.abs(columns[:, :, 0]).max(axis=1) < 1.0]
    assert len(middle) > 0
    lines = corners(asset, "markings").reshape(-1, 3)
    aisle = lines[lines[:, 1] < 0][:, 0]
    assert aisle.min() > middle[:, :, 0].max()


@pytest.mark.parametrize(
    "form",
    [
        {"docks": 4},
        {"open_docks": 1.0},
        {"levellers": True},
        {"wall": "panels"},
        {"wall": "blocks"},
        {"plinth_m": 2.4},
        {"column_rows": 2},
        {"skylights": 1},
        {"windows": 2},
        {"marking": "none"},
        {"marking": "lanes"},
        {"marking": "bays"},
        {"marking_wear": 0.4},
    ],
    ids=str,
)
def test_every_key_changes_the_hall(form: dict[str, Any]) -> None:
    usual, other = hall(), hall(**form)
    shapes = [sorted(part.mesh.key for part in asset.parts) for asset in (usual, other)]
    assert shapes[0] != shapes[1]
    assert other.surfaces == usual.surfaces


def test_paint_lies_above_the_floor_and_below_what_a_wheel_would_notice() -> None:
    asset = hall(marking="lanes", levellers=True, marking_wear=0.2)
    for part in asset.parts:
        if part.label == "floor_marking" or part.name.startswith("leveller"):
            assert 0.001 < part.mesh.vertices[:, 2].min() <= part.mesh.vertices[:, 2].max() < 0.003
