"""An angle bracket of bent sheet: two legs with bolt holes, a gusset between them."""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.foundation.transforms import transform_points
from sdg.recipe.families.workshop import BracketForm
from sdg.stage.asset import Asset
from sdg.stage.builtin.assembly import Piece, assemble, scattered, variation
from sdg.stage.builtin.convex_solids import box_solid
from sdg.stage.builtin.geometry import Geometry, join, project_uvs
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.plates import plate, refined

# The upright leg: what is flat in the sheet's own frame stands on edge along x.
_UPRIGHT = np.array([[0.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 0.0], [-1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]])


def build_bracket(size_m: Vec3, form: BracketForm) -> Asset:
    """Return a bracket with one leg on the ground and one upright at its -x end."""
    length, width, height = size_m
    thick = min(form.thickness_m, 0.3 * min(length, height))
    flat = _leg(length, width, thick, form.holes).shifted(-length / 2, 0.0, 0.0)
    # The sheet's x runs down the upright leg, so its far end is turned to the bend.
    upright = _leg(height - thick, width, thick, form.holes).moved(_UPRIGHT).shifted(-length / 2, 0.0, height)
    pieces = [flat, upright]
    solids = [
        box_solid((length, width, thick), (0.0, 0.0, thick / 2)),
        box_solid((thick, width, height), (-length / 2 + thick / 2, 0.0, height / 2)),
    ]
    if form.gusset:
        reach = 0.45 * min(length, height)
        corner = np.array([-length / 2 + thick * 0.9, 0.0, thick * 0.9])
        gusset, solid = _gusset(reach, thick, corner)
        pieces.append(gusset)
        solids.append(solid)
    piece = Piece(
        "body",
        scattered(join(pieces), variation("bracket", form.variant)),
        slot("bracket_steel", "painted_metal", (0.35, 0.36, 0.38), 0.4),
    )
    return assemble("bracket", size_m, [piece], (), ["body"], solids)


def _leg(length: float, width: float, thick: float, holes: int) -> Geometry:
    """Return one leg along x from the bend, as one plate for each hole."""
    start = thick
    free = (length - start) / holes
    radius = min(0.22 * free, 0.18 * width)
    plates = []
    for index in range(holes):
        low = 0.0 if index == 0 else start + free * index
        high = start + free * (index + 1)
        corners = np.array([[low, -width / 2], [high, -width / 2], [high, width / 2], [low, width / 2]])
        outline = refined(corners, width / 8)
        skipped = [
            at
            for at in range(len(outline))
            for x, is_joint in ((low, index > 0), (high, index < holes - 1))
            if is_joint and np.allclose([outline[at][0], outline[(at + 1) % len(outline)][0]], x)
        ]
        center = (start + free * (index + 0.5), 0.0)
        plates.append(plate(outline, 0.0, thick, hole_m=radius, center_m=center, skipped=skipped))
    return join(plates)


def _gusset(reach: float, thick: float, corner: FloatArray) -> tuple[Geometry, FloatArray]:
    half = thick / 2
    triangle = np.array([[0.0, 0.0], [reach, 0.0], [0.0, reach]])
    prism = plate(triangle, -half, half, center_m=(reach / 4, reach / 4))
    # Its y becomes up, its z the sheet's width.
    upright = np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, -1.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]])
    upright[:3, 3] = corner
    solid = np.array([(x, y, z) for x, y in triangle for z in (-half, half)])
    moved = prism.moved(upright)
    return project_uvs(moved.vertices, moved.faces, moved.normals), transform_points(upright, solid)
