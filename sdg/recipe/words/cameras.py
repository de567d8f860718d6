"""What the words stand for in `cameras:`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sdg.recipe.distributions import Plain
from sdg.recipe.document import Place
from sdg.recipe.model import CameraBlock
from sdg.recipe.specimens import options_at
from sdg.recipe.variables import variables_of
from sdg.recipe.words.row import Condition, Row, Section, Spot
from sdg.recipe.words.spread import Cell, Plus, PlusShare, Times

_PINHOLES = ("lens.pinhole", "lens.opencv_pinhole", "lens.opencv_fisheye")
_LENSES = (*_PINHOLES, "lens.omnidir", "lens.double_sphere")
_ORBIT = ("pose.orbit",)
_LOOK_AT = ("pose.look_at",)
_TRANSFORM = ("pose.transform", "mount.pose")
_TILTED: Plain = [{"uniform": [-0.03, 0.03]}, {"uniform": [-0.03, 0.03]}, 1.0]
_ROLLED: Plain = [{"uniform": [-0.4, 0.4]}, {"uniform": [-0.4, 0.4]}, 1.0]
_BALANCED: Plain = {"choice": ["grey_world", [{"uniform": [0.94, 1.06]}, 1.0, {"uniform": [0.94, 1.06]}]]}


def _is_faced(spot: Spot) -> bool:
    """Return whether an object faces the camera, which must then stand where the recipe says."""
    variables, tree = variables_of(spot.tree), spot.tree
    objects = (tree.get("scene") or {}).get("objects") or ()
    found = (
        target
        for index, _ in enumerate(objects)
        for target, _ in options_at(tree, Place(()), ("scene", "objects", index, "facing"), variables)
    )
    return spot.get("name") in found


_UNFACED = Condition("cameras that nothing is `facing`", lambda spot: not _is_faced(spot))
_REAL = Condition("a `sensor` with a preset", lambda spot: spot.get("sensor", "preset") not in (None, "ideal"))
_PLAIN = Condition("cameras without a `sensor`", lambda spot: spot.get("sensor") is None)
_RECTILINEAR = Condition(
    "lenses but `equirectangular` and `orthographic`",
    lambda spot: not ({"equirectangular", "orthographic"} & set(spot.get("lens") or ())),
)

ROWS = (
    Row(
        _ORBIT,
        "distance_m",
        {"realistic": Cell(Times(0.9, 1.1)), "aggressive": Cell(Times(0.6, 1.6))},
    ),
    Row(
        _ORBIT, "azimuth_deg", {"realistic": Cell(Plus(10.0), Plus(10.0)), "aggressive": Cell(Plus(180.0), Plus(180.0))}
    ),
    Row(
        _ORBIT,
        "elevation_deg",
        {
            "realistic": Cell(Plus(4.0, (1.0, 89.0)), Plus(4.0)),
            "aggressive": Cell(Plus(25.0, (2.0, 88.0)), Plus(15.0)),
        },
    ),
    Row(
        _ORBIT,
        "target_offset_m",
        {
            "realistic": Cell(PlusShare(0.03, "distance_m"), PlusShare(0.03, "distance_m")),
            "aggressive": Cell(PlusShare(0.12, "distance_m"), PlusShare(0.12, "distance_m")),
        },
    ),
    Row(_LOOK_AT, "eye_m", {"realistic": Cell(Plus(0.03)), "aggressive": Cell(Plus(0.25))}, _UNFACED),
    Row(_LOOK_AT, "up", {"realistic": Cell(absent=_TILTED), "aggressive": Cell(absent=_ROLLED)}, _UNFACED),
    Row(_TRANSFORM, "position_m", {"realistic": Cell(Plus(0.01)), "aggressive": Cell(Plus(0.1))}, _UNFACED),
    Row(_TRANSFORM, "rotation_deg", {"realistic": Cell(Plus(0.7)), "aggressive": Cell(Plus(6.0))}, _UNFACED),
    Row(_LENSES, "fx", {"realistic": Cell(Times(0.99, 1.01)), "aggressive": Cell(Times(0.8, 1.25))}),
    Row(_PINHOLES, "focal_length_mm", {"realistic": Cell(Times(0.98, 1.02)), "aggressive": Cell(Times(0.8, 1.25))}),
    Row(
        ("lens.opencv_pinhole", "distortion"),
        "k1",
        {"realistic": Cell(Times(0.9, 1.1)), "aggressive": Cell(Times(0.3, 1.3))},
    ),
    Row(
        ("exposure",),
        "shutter_s",
        {"realistic": Cell(Times(0.8, 1.25)), "aggressive": Cell(Times(0.5, 2.0))},
    ),
    Row(
        ("",),
        "noise.gaussian.std",
        {
            "realistic": Cell(absent={"uniform": [0.0, 0.012]}),
            "aggressive": Cell(absent={"uniform": [0.0, 0.05]}),
        },
        _PLAIN,
    ),
    Row(
        ("",),
        "sensor.temperature_c",
        {"realistic": Cell(Plus(5.0), {"uniform": [20.0, 45.0]}), "aggressive": Cell(absent={"uniform": [0.0, 70.0]})},
        _REAL,
    ),
    Row(
        ("",),
        "sensor.white_balance",
        {
            "realistic": Cell(absent=_BALANCED),
            "aggressive": Cell(absent=[{"uniform": [0.7, 1.4]}, 1.0, {"uniform": [0.7, 1.4]}]),
        },
        _PLAIN,
    ),
    Row(
        ("",),
        "sensor.jpeg.quality",
        {
            "realistic": Cell(absent={"uniform_int": [75, 97]}),
            "aggressive": Cell(absent={"uniform_int": [20, 97]}),
        },
    ),
    Row(
        ("",),
        "optics.blur_px",
        {"realistic": Cell(absent={"uniform": [0.0, 0.6]}), "aggressive": Cell(absent={"uniform": [0.0, 1.6]})},
    ),
    Row(
        ("",),
        "optics.vignetting.k1",
        {"realistic": Cell(absent={"uniform": [-0.2, 0.0]}), "aggressive": Cell(absent={"uniform": [-0.6, 0.0]})},
        _RECTILINEAR,
    ),
    Row(
        ("",),
        "optics.veiling_glare",
        {"realistic": Cell(absent={"uniform": [0.0, 0.02]}), "aggressive": Cell(absent={"uniform": [0.0, 0.1]})},
    ),
)


def _spots(tree: Mapping[str, Plain]) -> Iterator[Spot]:
    for index, block in enumerate(tree["cameras"]):
        yield Spot(tree, ("cameras", index), CameraBlock, str(block["name"]))


SECTION = Section("cameras", ROWS, _spots)
