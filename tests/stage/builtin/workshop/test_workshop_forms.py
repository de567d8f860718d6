"""Forms of machine parts: sizes follow from them, meshes are sound, and solids to collide by enclose what is seen."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.spatial import ConvexHull

from benchmarks.gallery import drawn_forms
from sdg.recipe.families import FamilyAsset
from sdg.stage.asset import Asset
from sdg.stage.builtin import asset_size_m, build_asset

FAMILIES = ("bracket", "flange", "gear", "hex_bolt", "hex_nut", "parts_bin", "pipe_elbow", "pipe_tee")


def built(family: str, size_m: tuple[float, float, float] | None = None, **form: Any) -> Asset:
    return build_asset(family, size_m, FamilyAsset.model_validate({family: form}).chosen()[1])


@pytest.mark.parametrize("family", FAMILIES)
def test_drawn_forms_stand_on_the_origin_with_sound_triangles(family: str) -> None:
    for form in drawn_forms(family, 12):
        asset = built(family, **form)
        low, high = asset.bounds_m
        np.testing.assert_allclose([*(low + high)[:2], low[2]], 0.0, atol=4e-9)
        for part in asset.parts:
            faces = part.mesh.faces.astype(np.int64)
            corners = part.mesh.vertices[faces]
            facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
            assert (np.linalg.norm(facing, axis=1) > 0).all(), form
            assert part.mesh.normals is not None
            assert (np.einsum("ij,ij->i", facing, part.mesh.normals[faces].mean(axis=1)) > 0).all(), form


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_seen_lies_within_the_hull_of_the_solids(family: str) -> None:
    """To a third of a millimetre, what threads and bevels may differ by at the largest."""
    for form in drawn_forms(family, 8):
        asset = built(family, **form)
        hull = ConvexHull(np.concatenate(asset.pieces)).equations
        vertices = np.concatenate([part.mesh.vertices for part in asset.parts])
        extent = float(np.ptp(asset.bounds_m, axis=0).max())
        assert (vertices @ hull[:, :3].T + hull[:, 3]).max() < 0.012 * extent, form


@pytest.mark.parametrize("family", ["hex_nut", "pipe_elbow", "pipe_tee"])
def test_the_usual_form_has_the_usual_size(family: str) -> None:
    np.testing.assert_allclose(np.ptp(built(family).bounds_m, axis=0), asset_size_m(family), atol=4e-9)


def test_a_nut_measures_what_its_form_says() -> None:
    """ISO 4032: an M12 nut is 18 mm over the flats and 10.8 mm high, and so 20.8 mm over the corners."""
    nut = built("hex_nut", diameter_m=0.012, height_share=0.9)
    np.testing.assert_allclose(np.ptp(nut.bounds_m, axis=0), [0.018 / math.cos(math.pi / 6), 0.018, 0.0108], atol=6e-5)


def test_an_elbow_of_45_degrees_is_lower_than_it_is_long_along_its_bend() -> None:
    right, half = (np.ptp(built("pipe_elbow", angle_deg=angle).bounds_m, axis=0) for angle in (90.0, 45.0))
    assert half[0] < right[0]


def test_a_cross_is_as_deep_below_its_run_as_above() -> None:
    vertices = built("pipe_tee", branches=2).parts[0].mesh.vertices
    middle = np.ptp(vertices[:, 2]) / 2
    run = vertices[np.abs(vertices[:, 0]) > 0.04]
    assert (run[:, 2].min() + run[:, 2].max()) / 2 == pytest.approx(middle, abs=1e-6)


@pytest.mark.parametrize(
    ("family", "form"),
    [
        ("hex_nut", {"kind": "flange"}),
        ("hex_nut", {"kind": "cap"}),
        ("hex_nut", {"kind": "castle"}),
        ("hex_nut", {"height_share": 0.5}),
        ("hex_nut", {"across_share": 2.0}),
        ("pipe_elbow", {"angle_deg": 45.0}),
        ("pipe_elbow", {"bend_m": 0.06}),
        ("pipe_elbow", {"ends": "flange"}),
        ("pipe_elbow", {"ends": "thread"}),
        ("pipe_tee", {"run_m": 0.14}),
        ("pipe_tee", {"branch_m": 0.08}),
        ("pipe_tee", {"branch_share": 0.7}),
        ("pipe_tee", {"branches": 2}),
        ("pipe_tee", {"ends": "hexagon"}),
    ],
    ids=str,
)
def test_every_key_changes_the_shape(family: str, form: dict[str, Any]) -> None:
    assert built(family, **form).parts[0].mesh.key != built(family).parts[0].mesh.key
