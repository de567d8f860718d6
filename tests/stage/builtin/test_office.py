"""The office families over all that their forms may be: sound meshes, and surfaces on which things can stand."""

from __future__ import annotations

import types
from collections import Counter
from typing import Any, Literal, get_args, get_origin, get_type_hints

import annotated_types
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sdg.foundation.arrays import FloatArray, UInt32Array
from sdg.recipe.families import FamilyAsset, Form
from sdg.recipe.families.office import DeskForm, OfficeFamilies, OfficeRoomForm
from sdg.recipe.families.office_things import OfficeThingFamilies, ShelfUnitForm
from sdg.stage.asset import Asset, Surface
from sdg.stage.builtin import build_asset
from sdg.stage.builtin.names import ASSETS

FAMILIES = sorted({*OfficeFamilies.model_fields, *OfficeThingFamilies.model_fields})
# Decals, what is drunk, and floors and ceilings are skins without a back.
OPEN_PARTS = {"screen", "label", "stripe", "drink", "titles", "face", "floor", "ceiling", "lamp_diffusers"}


def drawn(form: type[Form]) -> st.SearchStrategy[Form]:
    """Return any form of a family."""
    keys: dict[str, st.SearchStrategy[Any]] = {}
    hints = get_type_hints(form)
    for name, field in form.model_fields.items():
        if get_origin(hints[name]) is Literal:
            keys[name] = st.sampled_from(get_args(hints[name]))
        elif hints[name] is bool:
            keys[name] = st.booleans()
        else:
            (low,) = (float(str(one.ge)) for one in field.metadata if isinstance(one, annotated_types.Ge))
            (high,) = (float(str(one.le)) for one in field.metadata if isinstance(one, annotated_types.Le))
            keys[name] = st.integers(int(low), int(high)) if hints[name] is int else st.floats(low, high)
    return st.builds(form, **keys)


def form_of(name: str) -> type[Form]:
    return next(
        one
        for one in get_args(FamilyAsset.model_fields[name].annotation)
        if isinstance(one, type) and one is not types.NoneType
    )


def triangles(asset: Asset) -> FloatArray:
    return np.concatenate([part.mesh.vertices[part.mesh.faces.astype(np.int64)] for part in asset.parts])


def open_edges(faces: UInt32Array, vertices: FloatArray) -> int:
    _, welded = np.unique(np.round(vertices, 7), axis=0, return_inverse=True)
    corners = welded.reshape(-1)[faces.astype(np.int64)]
    walks = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    balance: Counter[tuple[int, int]] = Counter()
    for start, end in walks.tolist():
        balance[min(start, end), max(start, end)] += 1 if start < end else -1
    return sum(count != 0 for count in balance.values())


def highest_under(asset: Asset, x: float, y: float, below: float) -> float:
    """Return the height of the topmost triangle over (x, y) that is not above `below`; -inf where there is none."""
    corners = triangles(asset)
    flat = corners[:, :, :2] - [x, y]
    cross = flat[:, :, 0] * np.roll(flat, -1, axis=1)[:, :, 1] - flat[:, :, 1] * np.roll(flat, -1, axis=1)[:, :, 0]
    total = cross.sum(axis=1)
    over = (np.abs(total) > 1e-12) & ((cross >= 0).all(axis=1) | (cross <= 0).all(axis=1))
    weights = np.roll(cross[over], -1, axis=1) / total[over][:, None]
    heights = np.einsum("ni,ni->n", weights, corners[over][:, :, 2])
    return float(max(heights[heights <= below + 1e-6], default=-np.inf))


@pytest.mark.parametrize("name", FAMILIES)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_form_is_a_sound_mesh(name: str, data: st.DataObject) -> None:
    form = data.draw(drawn(form_of(name)))
    asset = build_asset(name, None, form)
    extent = asset.bounds_m[1] - asset.bounds_m[0]
    np.testing.assert_allclose(asset.bounds_m[0], [-extent[0] / 2, -extent[1] / 2, 0.0], atol=2e-9)
    assert (extent >= ASSETS[name].smallest_m).all()
    assert (extent <= ASSETS[name].largest_m).all()
    for part in asset.parts:
        mesh = part.mesh
        corners = mesh.vertices[mesh.faces.astype(np.int64)]
        facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]) / 2
        area = np.linalg.norm(facing, axis=1)
        assert (area > 1e-12).all(), part.name
        assert mesh.normals is not None
        shading = mesh.normals[mesh.faces.astype(np.int64)].mean(axis=1)
        assert (np.einsum("ij,ij->i", facing / area[:, None], shading) > 0.15).all(), part.name
        if part.name not in OPEN_PARTS:
            assert open_edges(mesh.faces, mesh.vertices) == 0, part.name


@pytest.mark.parametrize("name", ["cabinet", "desk", "office_room", "shelf_unit"])
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_surfaces_lie_on_what_carries_them(name: str, data: st.DataObject) -> None:
    asset = build_asset(name, None, data.draw(drawn(form_of(name))))
    for surface in asset.surfaces:
        if surface.name in ("seat", "ceiling"):
            continue
        x, y = (np.array(surface.min_m) * 0.37 + np.array(surface.max_m) * 0.63).tolist()
        assert highest_under(asset, x, y, surface.height_m) == pytest.approx(surface.height_m, abs=2e-3), surface.name


def inside(points: FloatArray, surface: Surface, high: float) -> FloatArray:
    low_x, low_y = surface.min_m
    high_x, high_y = surface.max_m
    x, y, z = points.T
    found: FloatArray = points[(x > low_x) & (x < high_x) & (y > low_y) & (y < high_y) & (z > 0.001) & (z < high)]
    return found


@settings(max_examples=25, deadline=None)
@given(form=drawn(DeskForm))
def test_a_chair_finds_room_under_any_desk(form: DeskForm) -> None:
    """A star base is 0.66 m wide, so there is that much between what stands under the worktop."""
    desk = build_asset("desk", None, form)
    seat = next(surface for surface in desk.surfaces if surface.name == "seat")
    assert seat.max_m[0] - seat.min_m[0] > 0.66
    corners = triangles(desk)
    sampled = np.concatenate([corners.reshape(-1, 3), corners.mean(axis=1)])
    assert not len(inside(sampled, seat, 0.6))


@settings(max_examples=15, deadline=None)
@given(drawn_form=drawn(OfficeRoomForm), lamps=st.sampled_from(["panel", "troffer", "pendant"]))
def test_lamps_hang_where_a_grid_of_lights_puts_them(drawn_form: OfficeRoomForm, lamps: str) -> None:
    form = drawn_form.model_copy(update={"lamps": lamps})
    room = build_asset("office_room", (9.6, 7.8, 3.0), form)
    ceiling = next(surface for surface in room.surfaces if surface.name == "ceiling")
    diffusers = next(part.mesh.vertices for part in room.parts if part.name == "lamp_diffusers").reshape(-1, 4, 3)
    middles = {tuple(np.round(quad.mean(axis=0)[:2], 6)) for quad in diffusers}
    low, high = np.array(ceiling.min_m), np.array(ceiling.max_m)
    grid = (form.lamp_columns, form.lamp_rows)
    cells = {
        tuple(np.round(low + (np.array([column, row]) + 0.5) / grid * (high - low), 6) + 0.0)
        for column in range(grid[0])
        for row in range(grid[1])
    }
    assert len(middles) == grid[0] * grid[1]
    np.testing.assert_allclose(sorted(middles), sorted(cells), atol=2e-6)
    assert (diffusers[:, :, 2] > ceiling.height_m).all()
    assert (diffusers[:, :, 2] < ceiling.height_m + 0.01).all()


def test_windows_have_no_pane_that_would_keep_the_light_out() -> None:
    room = build_asset("office_room", None, OfficeRoomForm(windows=3, glazing="plain"))
    corners = triangles(room)
    # A ray along +y through the middle one.
    flat = corners[:, :, [0, 2]] - [0.1, 1.6]
    cross = flat[:, :, 0] * np.roll(flat, -1, axis=1)[:, :, 1] - flat[:, :, 1] * np.roll(flat, -1, axis=1)[:, :, 0]
    hit = (np.abs(cross.sum(axis=1)) > 1e-12) & ((cross > 0).all(axis=1) | (cross < 0).all(axis=1))
    assert (corners[hit][:, :, 1] < 0).all()


def test_more_windows_bays_and_leaves_mean_more_of_them() -> None:
    def count(name: str, form: Form, part: str) -> int:
        return next(len(one.mesh.faces) for one in build_asset(name, None, form).parts if one.name == part)

    few, many = (count("office_room", OfficeRoomForm(windows=number), "window_sills") for number in (1, 4))
    assert many == 4 * few
    assert len(build_asset("shelf_unit", None, ShelfUnitForm(bays=3, shelves=4)).surfaces) == 3 * 4 + 1


def test_doors_take_the_lowest_shelves() -> None:
    shelf = build_asset("shelf_unit", None, ShelfUnitForm(shelves=5, doors=2))
    assert [surface.name for surface in shelf.surfaces] == ["shelf_2", "shelf_3", "shelf_4", "top"]
