"""Office chairs: seat, back, armrests and headrest on a star base, a sled or four legs."""

from __future__ import annotations

from functools import lru_cache

from sdg.foundation.arrays import Vec3
from sdg.recipe.families.office import OfficeChairForm
from sdg.stage.asset import Asset
from sdg.stage.builtin.assembly import Piece, assemble, fitted, scattered, variation
from sdg.stage.builtin.geometry import join
from sdg.stage.builtin.office import finishes
from sdg.stage.builtin.office.chair_base import base_pieces
from sdg.stage.builtin.office.chair_seat import arm_pieces, back_pieces, seat_pieces


def usual_size_m(form: OfficeChairForm) -> Vec3:
    """Return the size that a chair of this form has by its numbers, to a millimetre [m]."""
    low, high = join(piece.geometry for piece in _pieces(form.model_copy(update={"variant": 0}))).bounds()
    x, y, z = (round(float(extent), 3) for extent in high - low)
    return (x, y, z)


def build_office_chair(size_m: Vec3, form: OfficeChairForm) -> Asset:
    """Return a chair, scaled to `size_m`."""
    pieces = fitted(_pieces(form), size_m)
    cloth = [piece.name for piece in pieces if piece.name in ("seat", "back", "headrest")]
    return assemble("office_chair", size_m, pieces, body=cloth)


@lru_cache(maxsize=16)
def _pieces(form: OfficeChairForm) -> tuple[Piece, ...]:
    stream = variation("office_chair", form.variant)
    cloth = finishes.upholstery("chair_fabric", (0.055, 0.06, 0.075))
    hard = finishes.moulded("chair_plastic")
    shell = finishes.moulded("chair_shell", (0.42, 0.43, 0.44))
    body = shell if form.back == "shell" else cloth
    frame = (
        finishes.chrome("chair_metal") if form.base != "star" else finishes.moulded("chair_base", (0.05, 0.05, 0.052))
    )
    pieces = [Piece("seat", join(scattered(piece, stream) for piece in seat_pieces(form)), body)]
    pads, supports = back_pieces(form)
    if pads:
        pieces.append(Piece("back", join(scattered(piece, stream) for piece in pads), body))
    metal, rubber, posts = base_pieces(form)
    pads, arms = arm_pieces(form)
    if pads:
        pieces.append(Piece("headrest", join(scattered(piece, stream) for piece in pads), body))
    pieces.append(Piece("base", join(metal), frame))
    plastics = [*supports, *arms, *rubber]
    if plastics:
        pieces.append(Piece("plastic", join(plastics), hard))
    if posts:
        pieces.append(Piece("column", join(posts), finishes.chrome("chair_column")))
    return tuple(pieces)
