"""Convex pieces: what is convex stays whole, what is concave is taken apart, and the cache gives back what it got."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import trimesh

import sdg.stage.builtin as builtin
from sdg.foundation.array_cache import cache_folder
from sdg.foundation.transforms import box_corners
from sdg.physics.convex import depth_m, is_closed, volume_m3
from sdg.physics.decompose import decompose
from sdg.physics.piece_cache import FOLDER, cached_pieces
from sdg.stage.collision import asset_pieces
from sdg.stage.robots.pose import pose_asset


def test_the_middle_of_a_bore_lies_as_deep_as_its_wall_is_thick() -> None:
    """All corners of a ring lie on the ends of its hull, so its bore shows in the middles of triangles alone."""
    ring = trimesh.creation.annulus(0.02, 0.05, height=0.1)
    faces = np.asarray(ring.faces, dtype=np.uint32)
    assert depth_m(np.asarray(ring.vertices), faces) == pytest.approx(0.03, abs=0.002)
    assert is_closed(faces)
    assert not is_closed(faces[1:])


def test_a_box_is_convex_and_has_its_volume() -> None:
    box = trimesh.creation.box((0.1, 0.2, 0.3))
    assert depth_m(np.asarray(box.vertices), np.asarray(box.faces, dtype=np.uint32)) == pytest.approx(0.0, abs=1e-12)
    assert volume_m3(np.asarray(box.vertices)) == pytest.approx(0.006)


@pytest.mark.slow
def test_an_angle_is_taken_apart_into_pieces_that_fill_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    legs = [trimesh.creation.box((0.1, 0.1, 0.02)), trimesh.creation.box((0.02, 0.1, 0.1))]
    legs[0].apply_translation((0.05, 0.0, 0.01))
    legs[1].apply_translation((0.01, 0.0, 0.07))
    angle = trimesh.Trimesh(*trimesh.util.append_faces([leg.vertices for leg in legs], [leg.faces for leg in legs]))
    pieces = decompose(np.asarray(angle.vertices), np.asarray(angle.faces, dtype=np.uint32))
    assert len(pieces) >= 2
    assert sum(volume_m3(piece) for piece in pieces) == pytest.approx(0.0002 + 0.0002, rel=0.1)
    assert len(list(cache_folder(FOLDER).iterdir())) == 1


def test_pieces_are_read_back_as_they_were_and_damaged_files_are_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made = []

    def make() -> tuple[np.ndarray, ...]:
        made.append(1)
        return box_corners(np.array([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]])), np.eye(3)

    first, second = cached_pieces("a", make), cached_pieces("a", make)
    assert len(made) == 1
    assert all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))
    (file,) = cache_folder(FOLDER).iterdir()
    file.write_bytes(file.read_bytes()[:-40])
    assert len(cached_pieces("a", make)) == 2
    assert len(made) == 2


@pytest.mark.parametrize(
    "name", ["bracket", "flange", "gear", "hex_bolt", "hex_nut", "parts_bin", "pipe_elbow", "pipe_tee", "drum"]
)
def test_the_solids_of_a_builtin_asset_hold_all_of_it(name: str) -> None:
    """What stuck out by more would be seen to lie in other things."""
    from scipy.spatial import ConvexHull

    asset = builtin.build_asset(name)
    vertices = np.concatenate([part.mesh.vertices for part in asset.parts])
    outside = np.full(len(vertices), np.inf)
    for piece in asset_pieces(asset, np.ones(3)):
        planes = ConvexHull(piece).equations
        outside = np.minimum(outside, (vertices @ planes[:, :3].T + planes[:, 3]).max(axis=1))
    assert outside.max() < 0.001


def test_a_robot_collides_by_hulls_that_hold_it_in_every_pose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hulls turn with their links, so their volumes are those at rest; and nothing is decomposed, let alone kept."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    rest = builtin.build_asset("humanoid")
    posed = pose_asset(rest, {"left_knee": 1.1, "right_shoulder": -0.8, "neck_yaw": 0.4})
    volumes = []
    for asset in (rest, posed):
        pieces = asset_pieces(asset, np.ones(3))
        volumes.append(sorted(volume_m3(piece) for piece in pieces))
        low = np.min([piece.min(axis=0) for piece in pieces], axis=0)
        high = np.max([piece.max(axis=0) for piece in pieces], axis=0)
        np.testing.assert_allclose([low, high], asset.bounds_m, atol=1e-9)
    assert sum(volumes[0]) == pytest.approx(sum(volumes[1]), rel=0.02)
    assert not cache_folder(FOLDER).exists()
