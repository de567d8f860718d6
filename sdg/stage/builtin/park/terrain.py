"""A park: lawn, paths with edging, grass, and woods round it all."""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.recipe.families.park import ParkTerrainForm
from sdg.stage.asset import Asset, Surface
from sdg.stage.builtin.assembly import Piece, assemble
from sdg.stage.builtin.copies import copies
from sdg.stage.builtin.draws import Draws
from sdg.stage.builtin.geometry import Geometry
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.park.ground import LIP_M, Sheet, lay_ground
from sdg.stage.builtin.park.growth import blade_pieces, wood_pieces
from sdg.stage.builtin.park.paths import STATION_M, Paths, left_of, plan_paths
from sdg.stage.builtin.solids import plain_box

# The lawn on which things stand: this share of the shorter side, and at most so large from its middle [m].
_INNER_SHARE, _MOST_INNER_M = 0.3, 32.0
_RIM_SHARE = 0.22
_LAWN = (0.60, 0.63, 0.25)
_PAVING = {
    "gravel": ("gravel", (0.72, 0.68, 0.62)),
    "asphalt": ("asphalt", (0.42, 0.40, 0.38)),
    "slabs": ("stone_slab", None),
}
# Surfaces beside a path: how deep, how far apart, and how far from its edge [m].
_SEAT_DEPTH_M, _SEAT_PITCH_M, _SEAT_GAP_M = 1.1, 4.0, 0.35


def build_park_terrain(size_m: Vec3, form: ParkTerrainForm) -> Asset:
    """Return a park; its ground's lowest place is at z = 0, and its highest treetop as high as the size says."""
    half = (size_m[0] / 2, size_m[1] / 2)
    inner = min(_INNER_SHARE * min(size_m[:2]), _MOST_INNER_M)
    paths = plan_paths(min(size_m[:2]), inner, form)
    sheet = lay_ground(half, inner, _RIM_SHARE * size_m[2], paths, form)
    material, color = _PAVING[form.paving]
    pieces = [
        Piece("lawn", sheet.part(of_path=False, form=form), slot("lawn", "grass", _LAWN), "grass", blocks=False),
        Piece("path", sheet.part(of_path=True, form=form), slot("path", material, color), "path", blocks=False),
        *_edging(sheet, paths, inner, form),
        *blade_pieces(sheet, paths, inner + 5.0, form),
        *wood_pieces(sheet, paths, half, inner, size_m[2], form),
    ]
    # Made to size: the ground's corners and the highest treetop are exact.
    return assemble("park_terrain", size_m, pieces, _surfaces(paths, inner))


def _surfaces(paths: Paths, inner: float) -> list[Surface]:
    ground, corner = ("lawn", "path"), (inner, inner)
    whole = [
        Surface("ground", (-inner, -inner), corner, 0.0, follows=ground),
        Surface("lawn", (-inner, -inner), corner, 0.0, follows=("lawn",)),
    ]
    return [*whole, *_along(paths, inner, "path"), *_along(paths, inner, "path_side")]


def _along(paths: Paths, inner: float, name: str) -> list[Surface]:
    """Return rectangles on the paths, or to both sides of them, whose -y looks at the path."""
    surfaces = []
    step = round(_SEAT_PITCH_M / STATION_M)
    for line in paths.lines:
        left = left_of(line)
        for index in range(step, len(line) - step, step):
            middle, beside = line[index], left[index]
            if np.abs(middle).max() > inner - 3.0:
                continue
            turn = float(np.degrees(np.arctan2(-beside[0], beside[1])))
            length = _SEAT_PITCH_M / 2 - 0.1
            if name == "path":
                half = paths.half_m - 0.25
                surfaces.append(_turned(name, (-length, -half), (length, half), ("path",), middle, turn))
                continue
            for side in (1.0, -1.0):
                origin = middle + side * beside * (paths.half_m + LIP_M + _SEAT_GAP_M)
                yaw = turn if side > 0 else turn + 180.0
                surfaces.append(_turned(name, (-length, 0.0), (length, _SEAT_DEPTH_M), ("lawn",), origin, yaw))
    return surfaces


def _turned(
    name: str, low: tuple[float, float], high: tuple[float, float], follows: tuple[str, ...], at: FloatArray, yaw: float
) -> Surface:
    origin = (round(float(at[0]), 6), round(float(at[1]), 6))
    return Surface(name, low, high, 0.0, follows=follows, origin_m=origin, yaw_deg=round(yaw, 6))


def _edging(sheet: Sheet, paths: Paths, inner: float, form: ParkTerrainForm) -> list[Piece]:
    """Return kerb stones or planks along both edges of the paths, as far as anybody looks."""
    if form.edging == "none":
        return []
    draws = Draws("park edging", form.variant)
    deep, wide = (0.16, 0.06) if form.edging == "stone" else (0.14, 0.035)
    shown = 0.035 if form.edging == "stone" else 0.03
    rows: list[FloatArray] = []
    for line in paths.lines:
        left = left_of(line)
        for side in (1.0, -1.0):
            ends = line + side * (paths.half_m + LIP_M * 0.6) * left
            start, end = ends[:-1], ends[1:]
            middle = (start + end) / 2
            seen = (np.abs(middle).max(axis=1) < inner + 15.0) & ~paths.within(middle, LIP_M * 0.6 - 0.03)
            rows.append(np.concatenate([start, end], axis=1)[seen])
    ends = np.concatenate(rows)
    start, end = ends[:, :2], ends[:, 2:]
    along = end - start
    length = np.linalg.norm(along, axis=1)
    middle = (start + end) / 2
    z = sheet.heights(middle) + shown - deep / 2 + draws.bell(0.003, len(ends))
    level = (sheet.heights(end) - sheet.heights(start)) / length
    matrices = np.tile(np.eye(4), (len(ends), 1, 1))
    gap = 0.985 if form.edging == "stone" else 0.999
    forward = np.column_stack([along / length[:, None], level])
    matrices[:, :3, 0] = forward * (length * gap / STATION_M)[:, None]
    matrices[:, 0, 1], matrices[:, 1, 1] = -along[:, 1] / length, along[:, 0] / length
    matrices[:, :3, 3] = np.column_stack([middle, z])
    stone = plain_box((STATION_M, wide, deep))
    kept = _above(copies(stone, matrices, draws.uniform(0.0, 3.0, len(ends), 2)))
    material = ("concrete", (0.52, 0.50, 0.47)) if form.edging == "stone" else ("wood", (0.42, 0.30, 0.20))
    return [Piece("edging", kept, slot("path_edging", *material), "edging", blocks=False)]


def _above(geometry: Geometry) -> Geometry:
    """Return geometry without what would lie below z = 0, the lowest place of the ground; nobody sees it."""
    vertices = geometry.vertices.copy()
    vertices[:, 2] = np.maximum(vertices[:, 2], 0.0)
    return Geometry(vertices, geometry.faces, geometry.normals, geometry.uvs)
