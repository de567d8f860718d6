"""What grows and lies on a park's ground: blades of grass, the woods round the lawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sdg.foundation.arrays import BoolArray, FloatArray
from sdg.recipe.families.park import ParkTerrainForm, TreeForm
from sdg.stage.asset import Material
from sdg.stage.builtin.assembly import Piece
from sdg.stage.builtin.copies import copies, scaled_uvs, standing
from sdg.stage.builtin.draws import Draws
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.park.ground import Sheet
from sdg.stage.builtin.park.limbs import unit
from sdg.stage.builtin.park.paths import Paths
from sdg.stage.builtin.park.tree import leaf_material, tree_geometry

_MOST_BLADES = 260_000
_BLADES = {
    "grass_fresh": (0.16, 0.25, 0.045),
    "grass_dark": (0.085, 0.145, 0.03),
    "grass_dry": (0.30, 0.27, 0.10),
}
_WOODS: tuple[TreeForm, ...] = (
    TreeForm(species="broadleaf", stem=0.12, crown=1.1, leaf_density=1.0),
    TreeForm(species="broadleaf", stem=0.18, leaf_density=1.0, variant=1),
    TreeForm(species="birch", stem=0.12, leaf_density=1.0),
    TreeForm(species="conifer", stem=0.05, leaf_density=1.0),
    TreeForm(species="broadleaf", stem=0.05, leaf_density=1.0, variant=2),
)
# Of a tree that stands near the lawn, and of one farther off.
_WOODS_LEAVES = (2000, 600)
_MODEL_M = 12.0
_NEAR_M = 22.0


def blade_pieces(sheet: Sheet, paths: Paths, reach_m: float, form: ParkTerrainForm) -> list[Piece]:
    """Return blades of grass, in tufts and between them, in three greens; one triangle each."""
    draws = Draws("park grass", form.variant)
    count = round(_MOST_BLADES * form.grass_density)
    tufts = max(1, count // 14)
    hearts = draws.uniform(-reach_m, reach_m, tufts, 2)
    # More stand near the middle, where cameras are: a quarter of all, within a third of the lawn.
    near = draws.uniform(0.0, 1.0, tufts) < 0.3
    hearts = np.where(near[:, None], hearts * 0.4, hearts)
    owner = np.minimum((draws.uniform(0.0, 1.0, count) * tufts).astype(np.int64), tufts - 1)
    lone = draws.uniform(0.0, 1.0, count) < 0.35
    places = hearts[owner] + draws.bell(0.07, count, 2)
    places = np.where(lone[:, None], draws.uniform(-reach_m, reach_m, count, 2), places)
    kept = ~paths.within(places, 0.12)
    places, owner, lone = places[kept], owner[kept], lone[kept]
    count = len(places)
    vigour = draws.uniform(0.75, 1.7, tufts)[owner]
    height = form.grass_height_m * np.where(lone, 0.8, vigour) * draws.uniform(0.6, 1.25, count)
    tint = (draws.uniform(0.0, 1.0, tufts)[owner] * 0.7 + draws.uniform(0.0, 1.0, count) * 0.3) * 2.6
    sort = np.clip(tint.astype(np.int64), 0, 2)
    blades = _blades(np.column_stack([places, sheet.heights(places)]), height, draws)
    return [
        Piece(name, _some(blades, sort == index), Material(name, color, 0.55, specular=0.3), "grass", blocks=False)
        for index, (name, color) in enumerate(_BLADES.items())
        if (sort == index).any()
    ]


def _blades(places: FloatArray, heights: FloatArray, draws: Draws) -> Geometry:
    count = len(places)
    turn = draws.uniform(0.0, 2 * np.pi, count)
    across = np.stack([np.cos(turn), np.sin(turn), np.zeros(count)], axis=1)
    facing = np.stack([np.sin(turn), -np.cos(turn), np.zeros(count)], axis=1)
    half = (0.003 + 0.02 * heights) * draws.uniform(0.8, 1.3, count)
    lean = draws.uniform(0.15, 0.9, count)[:, None] * heights[:, None] * -facing
    tip = places + lean + np.stack([np.zeros(count), np.zeros(count), heights], axis=1)
    side = across * half[:, None]
    # Lit like the lawn that they stand for: leaning a third towards the sky, as blades in a sward do.
    normals = unit(facing + np.array([0.0, 0.0, 1.6]))
    length = np.linalg.norm(tip - places, axis=1)
    zeros = np.zeros(count)
    uvs = np.stack([np.stack([-half, zeros], 1), np.stack([half, zeros], 1), np.stack([zeros, length], 1)], axis=1)
    vertices = np.stack([places - side, places + side, tip], axis=1)
    return Geometry(
        vertices.reshape(-1, 3), np.arange(3 * count).reshape(-1, 3), np.repeat(normals, 3, axis=0), uvs.reshape(-1, 2)
    )


def _some(blades: Geometry, kept: BoolArray) -> Geometry:
    """Return some of the triangles of geometry whose triangles share no vertex."""
    corners = np.repeat(kept, 3)
    return Geometry(
        blades.vertices[corners],
        np.arange(3 * int(kept.sum())).reshape(-1, 3),
        blades.normals[corners],
        blades.uvs[corners],
    )


def wood_pieces(
    sheet: Sheet, paths: Paths, half_m: tuple[float, float], inner_m: float, top_m: float, form: ParkTerrainForm
) -> list[Piece]:
    """Return trees round the lawn; the highest of them reaches `top_m` exactly."""
    draws = Draws("park woods", form.variant)
    places = _ring(half_m, inner_m, top_m, paths, form.woods, draws)
    ground = sheet.heights(places)
    sort = np.minimum((draws.uniform(0.0, 1.0, len(places)) * len(_WOODS)).astype(np.int64), len(_WOODS) - 1)
    tall = draws.uniform(0.5, 1.0, len(places))
    scale = float(((top_m - np.maximum(ground - 0.05, 0.0)) / tall).min())
    turns = draws.uniform(0.0, 2 * np.pi, len(places))
    girth = draws.uniform(0.9, 1.15, len(places))
    near = np.abs(places).max(axis=1) < inner_m + _NEAR_M
    woods: list[Geometry] = []
    pieces: list[Piece] = []
    for index, grown in enumerate(_WOODS):
        tree = grown.model_copy(update={"season": form.season})
        crowns: list[Geometry] = []
        for most, mine in zip(_WOODS_LEAVES, ((sort == index) & near, (sort == index) & ~near), strict=True):
            if not mine.any():
                continue
            slim = _MODEL_M * (0.45 if tree.species == "conifer" else 0.75)
            wood, crown = tree_geometry((slim, slim, _MODEL_M), tree, most)
            assert crown is not None
            wood = replace(wood, vertices=np.maximum(wood.vertices, [-np.inf, -np.inf, 0.0]))
            # Leaves that would hang into the ground are left out; each has two triangles of its own.
            hangs = (crown.vertices[:, 2] < 0.1).reshape(-1, 6).any(axis=1)
            crown = _some(crown, np.repeat(~hangs, 2))
            peak = max(wood.bounds()[1, 2], crown.bounds()[1, 2])
            size = scale * tall[mine]
            scales = np.stack([girth[mine], girth[mine], np.ones(len(size))], axis=1) * (size / peak)[:, None]
            feet = np.column_stack([places[mine], np.maximum(ground[mine] - 0.05, 0.0)])
            matrices = standing(feet, turns[mine], scales)
            woods.append(copies(scaled_uvs(wood, float(size.mean()) / peak), matrices))
            crowns.append(copies(scaled_uvs(crown, float(size.mean()) / peak), matrices))
        if crowns:
            pieces.append(Piece(f"woods_{index}", join(crowns), leaf_material(tree), "woods", blocks=False))
    trunks = Piece("woods_trunks", join(woods), slot("broadleaf_bark", "bark"), "woods", blocks=False)
    return [trunks, *pieces]


def _ring(
    half_m: tuple[float, float], inner_m: float, top_m: float, paths: Paths, count: int, draws: Draws
) -> FloatArray:
    """Return places round the lawn, off the paths and no two of them close; more of them near the lawn."""
    margin = max(9.0, 0.4 * top_m)  # no crown reaches over the rim
    x, y = half_m[0] - margin, half_m[1] - margin
    tries = 12 * count
    reach = inner_m + 5.0 + (min(x, y) - inner_m - 5.0) * draws.uniform(0.0, 1.0, tries) ** 1.7
    along = draws.uniform(-1.0, 1.0, tries) * reach
    side = np.floor(draws.uniform(0.0, 4.0, tries)).astype(np.int64)
    sign = np.where(side % 2 == 0, 1.0, -1.0)
    places = np.where((side < 2)[:, None], np.stack([sign * reach, along], 1), np.stack([along, sign * reach], 1))
    places = places[~paths.within(places, 2.5)]
    apart = 0.55 * (min(x, y) * 2 * 4 * 30.0 / count) ** 0.5
    kept: list[FloatArray] = []
    for place in places:
        if len(kept) == count:
            break
        if not kept or np.hypot(*(np.array(kept) - place).T).min() > min(apart, 4.5):
            kept.append(place)
    return np.array(kept)
