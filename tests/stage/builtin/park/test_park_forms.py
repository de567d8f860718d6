"""Forms of outdoor families: whatever is drawn, sizes are exact and meshes sound, and every key changes the shape."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from benchmarks.gallery import drawn_forms
from sdg.recipe.families import FamilyAsset
from sdg.stage.asset import Asset
from sdg.stage.builtin import build_asset

FAMILIES = (
    "bench",
    "bollard",
    "fence",
    "flower_bed",
    "lamp_post",
    "park_bin",
    "picnic_table",
    "rock",
    "shrub",
    "tree",
)


def built(family: str, form: dict[str, Any], size_m: tuple[float, float, float] | None = None) -> Asset:
    return build_asset(family, size_m, FamilyAsset.model_validate({family: form}).chosen()[1])


@pytest.mark.parametrize("family", FAMILIES)
def test_drawn_forms_stand_on_the_origin_with_sound_triangles(family: str) -> None:
    for form in drawn_forms(family, 12):
        asset = built(family, form)
        low, high = asset.bounds_m
        np.testing.assert_allclose([*(low + high)[:2], low[2]], 0.0, atol=4e-9)
        for part in asset.parts:
            corners = part.mesh.vertices[part.mesh.faces]
            facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
            assert (np.linalg.norm(facing, axis=1) > 0).all(), (form, part.name)
            assert part.mesh.normals is not None
            shading = part.mesh.normals[part.mesh.faces].mean(axis=1)
            assert (np.einsum("ij,ij->i", facing, shading) > 0).all(), (form, part.name)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_stated_size_is_exact_whatever_the_form(family: str) -> None:
    usual = np.ptp(built(family, {}).bounds_m, axis=0)
    size = (float(usual[0] * 1.1), float(usual[1] * 0.95), float(usual[2] * 1.2))
    for form in drawn_forms(family, 5):
        np.testing.assert_allclose(np.ptp(built(family, form, size).bounds_m, axis=0), size, atol=4e-9)


@pytest.mark.parametrize(
    ("family", "form"),
    [
        ("bench", {"legs": "tube"}),
        ("bench", {"seat_slats": 3}),
        ("bench", {"back_slats": 0}),
        ("bench", {"back_angle_deg": 22.0}),
        ("bench", {"arms": 3}),
        ("bollard", {"kind": "timber"}),
        ("bollard", {"cap": "ball"}),
        ("bollard", {"bands": 3}),
        ("bollard", {"taper": 0.6}),
        ("fence", {"kind": "rails"}),
        ("fence", {"bays": 4}),
        ("fence", {"per_m": 12.0}),
        ("fence", {"rails": 4}),
        ("fence", {"top": "round"}),
        ("fence", {"kind": "railing", "top": "round"}),
        ("flower_bed", {"outline": "kidney"}),
        ("flower_bed", {"edging": "none"}),
        ("flower_bed", {"width": 1.0}),
        ("flower_bed", {"planting": 0.3}),
        ("flower_bed", {"blossom": "tulip"}),
        ("flower_bed", {"pattern": "rings"}),
        ("flower_bed", {"leafy": 1.0}),
        ("lamp_post", {"head": "globe"}),
        ("lamp_post", {"heads": 3}),
        ("lamp_post", {"base_m": 1.2}),
        ("park_bin", {"wall": "post"}),
        ("park_bin", {"slats": 12}),
        ("park_bin", {"taper": 0.7}),
        ("park_bin", {"lid": "dome"}),
        ("picnic_table", {"frame": "tube"}),
        ("picnic_table", {"top_boards": 8}),
        ("picnic_table", {"seat_boards": 3}),
        ("picnic_table", {"sides": 1}),
        ("picnic_table", {"overhang_m": 0.4}),
        ("rock", {"flat": 0.9}),
        ("rock", {"angular": 1.0}),
        ("rock", {"roughness": 1.0}),
        ("shrub", {"habit": "hedge"}),
        ("shrub", {"width": 2.0}),
        ("shrub", {"leaf_density": 0.3}),
        ("shrub", {"flowers": 1.0}),
        ("tree", {"species": "conifer"}),
        ("tree", {"season": "winter"}),
        ("tree", {"stem": 0.5}),
        ("tree", {"lean_deg": 14.0}),
        ("tree", {"leaf_density": 0.2}),
    ],
)
def test_every_key_changes_the_shape(family: str, form: dict[str, Any]) -> None:
    assert {part.mesh.key for part in built(family, form).parts} != {part.mesh.key for part in built(family, {}).parts}


@pytest.mark.parametrize("variant", [0, 3, 11])
def test_a_conifer_ends_in_a_point(variant: int) -> None:
    leaves = built("tree", {"species": "conifer", "variant": variant, "lean_deg": 0.0}).parts[-1].mesh.vertices
    height = leaves[:, 2].max()
    away = np.linalg.norm(leaves[:, :2] - np.median(leaves[leaves[:, 2] > 0.9 * height][:, :2], axis=0), axis=1)
    low, high = (leaves[:, 2] > 0.3 * height) & (leaves[:, 2] < 0.5 * height), leaves[:, 2] > 0.9 * height
    assert np.quantile(away[high], 0.9) < 0.25 * np.quantile(away[low], 0.9)


@pytest.mark.parametrize("form", drawn_forms("picnic_table", 10), ids=lambda form: form.get("frame", "usual"))
def test_boards_lie_under_all_of_the_surfaces_of_a_picnic_table(form: dict[str, Any]) -> None:
    asset = built("picnic_table", form)
    boards = next(part.mesh.vertices for part in asset.parts if part.name == "boards")
    assert {"top", "seat_0"} <= {surface.name for surface in asset.surfaces}
    for surface in asset.surfaces:
        level = boards[np.abs(boards[:, 2] - surface.height_m) < 1e-6]
        assert (level[:, :2].min(axis=0) <= np.array(surface.min_m) + 0.03).all(), surface.name
        assert (level[:, :2].max(axis=0) >= np.array(surface.max_m) - 0.03).all(), surface.name


def test_flowers_stand_within_the_edging_of_their_bed() -> None:
    for form in drawn_forms("flower_bed", 6):
        parts = {part.name: part.mesh for part in built("flower_bed", form | {"edging": "stone"}).parts}
        low, high = parts["soil"].vertices.min(axis=0)[:2], parts["soil"].vertices.max(axis=0)[:2]
        stalks = parts["stalks"].vertices
        foot = stalks[stalks[:, 2] < 0.09][:, :2]
        assert ((foot > low) & (foot < high)).all()


def test_a_tree_stands_on_its_trunk() -> None:
    """Within 20 mm of the ground there is nothing but the roots' collar, less than a tenth of the crown."""
    for form in drawn_forms("tree", 6):
        vertices = np.concatenate([part.mesh.vertices for part in built("tree", form).parts])
        foot = vertices[vertices[:, 2] < 0.02]
        assert np.ptp(foot[:, :2], axis=0).max() < 1.0
