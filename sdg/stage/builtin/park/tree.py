"""Trees: a trunk, three orders of branches within the outline of the species' crown, and leaves along the last."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.recipe.families.park import TreeForm
from sdg.stage.asset import Asset, Material
from sdg.stage.builtin.assembly import Piece, assemble, fitted
from sdg.stage.builtin.copies import scaled_uvs
from sdg.stage.builtin.draws import Draws
from sdg.stage.builtin.geometry import Geometry, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.park.leaves import leaves
from sdg.stage.builtin.park.limbs import Limbs, bark, branched, grown, unit

_GOLDEN = math.pi * (3.0 - math.sqrt(5.0))
_MOST_LEAVES = 5200


@dataclass(frozen=True)
class Habit:
    """How a species grows.

    Attributes:
        width: Of a usual crown, as a share of the height.
        boughs: Branches on the trunk.
        lift_deg: Of the lowest and the highest bough above the horizontal.
        rise: Of boughs and of twigs, see `grown`.
        leaf_m: Usual length of a leaf.
        slender: Its width as a share of its length.
        hang: How far leaves point down rather than along their twig.
        bark_color: Linear sRGB.
    """

    width: float
    boughs: int
    lift_deg: tuple[float, float]
    rise: tuple[float, float]
    leaf_m: float
    slender: float
    hang: float
    bark_color: Vec3


_HABITS = {
    "broadleaf": Habit(0.75, 18, (8.0, 68.0), (0.22, 0.15), 0.20, 0.6, 0.15, (0.40, 0.33, 0.26)),
    "birch": Habit(0.52, 20, (30.0, 72.0), (0.05, -0.35), 0.15, 0.6, 0.7, (0.85, 0.84, 0.80)),
    "poplar": Habit(0.28, 24, (58.0, 82.0), (0.12, 0.25), 0.17, 0.7, 0.1, (0.42, 0.38, 0.31)),
    "conifer": Habit(0.45, 46, (-12.0, 42.0), (-0.06, -0.12), 0.26, 0.26, 0.3, (0.34, 0.25, 0.19)),
}
_LEAF_COLORS: dict[str, dict[str, Vec3]] = {
    "summer": {
        "broadleaf": (0.40, 0.52, 0.18),
        "birch": (0.52, 0.66, 0.22),
        "poplar": (0.44, 0.56, 0.22),
        "conifer": (0.17, 0.28, 0.14),
    },
    "autumn": {
        "broadleaf": (1.0, 0.30, 0.04),
        "birch": (1.0, 0.52, 0.06),
        "poplar": (1.0, 0.42, 0.08),
        "conifer": (0.18, 0.27, 0.13),
    },
}


def usual_size_m(form: TreeForm) -> Vec3:
    """Return the crown's width along both axes, and the height [m]."""
    width = round(form.height_m * _HABITS[form.species].width * form.crown, 3)
    return (width, width, form.height_m)


def build_tree(size_m: Vec3, form: TreeForm) -> Asset:
    """Return a tree whose crown is as wide as the size says."""
    wood, crown = tree_geometry(size_m, form, _MOST_LEAVES)
    habit = _HABITS[form.species]
    extent = np.ptp(join([wood] if crown is None else [wood, crown]).vertices, axis=0)
    factor = float(np.prod(np.array(size_m) / extent) ** (1 / 3))
    wood = scaled_uvs(wood, factor)
    pieces = [Piece("wood", wood, slot(f"{form.species}_bark", "bark", habit.bark_color))]
    if crown is not None:
        pieces.append(Piece("leaves", scaled_uvs(crown, factor), leaf_material(form)))
    return assemble("tree", size_m, fitted(pieces, size_m), (), [pieces[-1].name])


def leaf_material(form: TreeForm) -> Material:
    """Return the leaves' material, which a recipe may change by its name, such as `birch_leaf`."""
    season = form.season if form.season in _LEAF_COLORS else "summer"
    return slot(f"{form.species}_leaf", "leaf", _LEAF_COLORS[season][form.species], 0.6)


def tree_geometry(size_m: Vec3, form: TreeForm, most_leaves: int) -> tuple[Geometry, Geometry | None]:
    """Return wood and leaves, about as large as the size says; None if it is bare.

    Args:
        size_m: Crown's width along x and y, and height.
        form: Which tree.
        most_leaves: At a leaf density of 1; the fewer, the larger each is.
    """
    habit = _HABITS[form.species]
    width = (size_m[0] + size_m[1]) / 2
    draws = Draws(f"tree {form.species}", form.variant)
    trunk = _trunk(size_m, form, draws)
    boughs = _boughs(trunk, width, form, habit, draws)
    few = most_leaves < _MOST_LEAVES
    branches = branched(
        boughs,
        5 if form.species == "conifer" else 6,
        draws,
        share=(0.22, 0.95),
        spread_deg=(28.0, 58.0),
        length=(0.62, 0.3),
        steps=2,
        rise=habit.rise[1] * 0.5,
    )
    twigs = branched(
        branches,
        3 if form.species == "conifer" else 4,
        draws,
        share=(0.3, 1.0),
        spread_deg=(25.0, 60.0),
        length=(0.6, 0.4),
        steps=1 if form.season != "winter" else 2,
        rise=habit.rise[1],
    )
    skins = [bark(_rooted(trunk), 7 if few else 12)]
    if not few:
        skins += [bark(boughs, 5), bark(branches, 3)]
    if form.season == "winter" and form.species != "conifer":
        fine = branched(
            twigs, 2, draws, share=(0.4, 1.0), spread_deg=(20.0, 50.0), length=(0.7, 0.5), steps=1, rise=0.05
        )
        return join([*skins, bark(twigs, 3), bark(fine, 3)]), None
    count = max(60, round(most_leaves * form.leaf_density))
    return join(skins), _foliage(boughs, branches, twigs, size_m, form, habit, count, draws)


def _trunk(size_m: Vec3, form: TreeForm, draws: Draws) -> Limbs:
    """Return the trunk from the ground up."""
    height = size_m[2]
    lean = math.radians(form.lean_deg)
    side = float(draws.uniform(0.0, 2 * math.pi, 1)[0])
    direction = np.array([[math.sin(lean) * math.cos(side), math.sin(lean) * math.sin(side), math.cos(lean)]])
    top = 0.97 if form.species in ("conifer", "poplar") else 0.9
    foot = 0.012 * height + 0.05 + 0.006 * size_m[0]
    return grown(
        np.zeros((1, 3)),
        direction,
        np.array([height * top]),
        np.array([foot]),
        draws,
        steps=9,
        wobble=0.03 if form.species in ("conifer", "poplar") else 0.12,
        tip=0.12,
    )


def _rooted(trunk: Limbs) -> Limbs:
    """Return the trunk with one ring more near the ground, below which its roots widen it."""
    collar = trunk.points[:, :1] * 0.82 + trunk.points[:, 1:2] * 0.18
    points = np.concatenate([trunk.points[:, :1], collar, trunk.points[:, 1:]], axis=1)
    return Limbs(points, np.concatenate([trunk.radii[:, :1] * 1.45, trunk.radii], axis=1))


def _boughs(trunk: Limbs, width: float, form: TreeForm, habit: Habit, draws: Draws) -> Limbs:
    """Return the branches of the trunk, as long as the outline of the crown lets them be."""
    count = habit.boughs
    order = (np.arange(count) + draws.uniform(0.1, 0.9, count)) / count
    share = form.stem + (0.98 - form.stem) * order
    start, _, radius = trunk.at(np.zeros(count, dtype=np.int64), share)
    turn = np.arange(count) * _GOLDEN + draws.bell(0.25, count)
    lift = np.radians(habit.lift_deg[0] + (habit.lift_deg[1] - habit.lift_deg[0]) * order + draws.bell(6.0, count))
    direction = np.stack([np.cos(lift) * np.cos(turn), np.cos(lift) * np.sin(turn), np.sin(lift)], axis=1)
    reach = width * 0.5 * _outline(form.species, order) * draws.uniform(0.78, 1.05, count) - 0.12 * width * 0.5
    # A steep bough is as long as its place in the crown leaves it, not as the crown is wide.
    # A conifer ends in a point, other crowns in a bush.
    least = 0.035 if form.species == "conifer" else 0.12
    length = np.maximum(reach, least * width) / np.maximum(np.cos(lift), 0.55)
    length = np.minimum(length, 0.55 * float(trunk.points[0, -1, 2]))
    thick = np.minimum(radius * 0.62, 0.022 * length + 0.012)
    return grown(start, unit(direction), length, thick, draws, steps=3, rise=habit.rise[0], wobble=0.22)


def _outline(species: str, order: FloatArray) -> FloatArray:
    """Return the crown's half width, as a share of its greatest, from its lowest to its highest bough."""
    if species == "conifer":
        return 1.02 - 0.93 * order
    if species == "poplar":
        return 0.75 + 0.3 * np.sin(np.pi * np.clip(order * 0.9 + 0.05, 0, 1)) - 0.45 * order**3
    middle = 0.34 if species == "broadleaf" else 0.25
    bulge = np.where(order < middle, (middle - order) / middle * 0.55, (order - middle) / (1 - middle))
    outline: FloatArray = np.sqrt(np.maximum(1.0 - 0.86 * bulge**2, 0.0))
    return outline


def _foliage(
    boughs: Limbs,
    branches: Limbs,
    twigs: Limbs,
    size_m: Vec3,
    form: TreeForm,
    habit: Habit,
    count: int,
    draws: Draws,
) -> Geometry:
    """Return leaves in tufts round the twigs, each facing away from the middle of the bough that bears it."""
    width, _, height = size_m
    area = math.pi * width * height * (1.0 - form.stem)
    covered = 1.8 * area / (count * 0.5 * habit.slender)
    length = max(min(habit.leaf_m, 2.2 * math.sqrt(covered)), 0.58 * math.sqrt(covered))
    index = np.minimum((draws.uniform(0.0, 1.0, count) * len(twigs.points)).astype(np.int64), len(twigs.points) - 1)
    place, forward, _ = twigs.at(index, draws.uniform(0.1, 1.05, count))
    # Clumps are those of the bough that bears them; towards a conifer's top all becomes finer.
    clumps = len(branches.points) // len(boughs.points)
    bough = index // (len(twigs.points) // len(branches.points)) // clumps
    fine = np.ones(count)
    if form.species == "conifer":
        fine = np.clip(boughs.lengths[bough] / boughs.lengths.max() * 1.9, 0.36, 1.0)
    place = place + draws.bell(0.35 * length, count, 3) * fine[:, None]
    along = unit(forward + 0.9 * draws.directions(count) - np.array([0.0, 0.0, habit.hang]))
    middle = np.array([0.0, 0.0, form.stem + 0.42 * (1 - form.stem)]) * height
    ball = unit((place - middle) / np.array([width, width, height * (1 - form.stem)]))
    # Crowns are lit as clumps: each tuft is a little ball of its own within the great one.
    heart = boughs.points[bough, -2]
    tuft = unit(place - heart)
    outward = unit(ball + 0.9 * tuft + np.array([0.0, 0.0, 0.35]))
    return leaves(place, along, outward, length * fine * draws.uniform(0.7, 1.25, count), draws, slender=habit.slender)
