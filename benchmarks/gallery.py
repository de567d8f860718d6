"""Contact sheets of the builtin families: `python -m benchmarks.gallery pallet_rack -o sheet.png [--count 20]`."""

from __future__ import annotations

import itertools
import json
import math
import tempfile
from pathlib import Path
from typing import Any

import click
import cv2
import numpy as np

from sdg.foundation.arrays import UInt8Array, Vec3
from sdg.foundation.seeds import Branch, RandomStream
from sdg.pipeline import Pipeline
from sdg.recipe.families import FamilyAsset
from sdg.recipe.kinds import (
    BlockKind,
    Kind,
    ListKind,
    NothingKind,
    NumberKind,
    SwitchKind,
    WordKind,
    block_kind,
    options,
)
from sdg.recipe.load import load_recipe
from sdg.stage.builtin import asset_goes_by_form, asset_is_environment, build_asset

_COLUMNS = 5
_ELEVATION_DEG = 18.0
# Half the width of a picture at a distance of 1, and how much of the picture a thing may fill.
_HALF_WIDTH, _FILLED = 18.0 / 50.0, 0.84
# Where the camera stands in a place, as a share of its width: away from the wall that partitions start from.
_EYE_X = {"office_room": 0.42}
# Eye and target [m] in places of which a part shows more than the whole: above the middle of a park.
_VIEWS = {"park_terrain": ((-9.0, -13.0, 7.0), (0.0, 3.0, 0.0))}
_LAMPS: dict[str, dict[str, Any]] = {
    "office_room": {"grid": [4, 3], "size_m": [0.56, 0.56], "intensity": 3000, "visible": True}
}
# Where lamps in the picture would darken all else: white is 400 nits.
_EXPOSURES: dict[str, dict[str, float]] = {"office_room": {"f_number": 2.8, "shutter_s": 0.02, "iso": 118}}
# Families of one colour, whose bodies are painted in others: a colour a form, linear.
_PAINTED = ("bin_waste", "drum", "keyboard")
_PAINTS = (
    (0.03, 0.12, 0.33),
    (0.45, 0.05, 0.03),
    (0.55, 0.56, 0.54),
    (0.02, 0.02, 0.022),
    (0.62, 0.34, 0.02),
    (0.05, 0.22, 0.09),
    (0.28, 0.29, 0.3),
    (0.55, 0.18, 0.04),
    (0.1, 0.3, 0.42),
    (0.3, 0.22, 0.14),
)


def drawn_forms(family: str, count: int) -> list[dict[str, Any]]:
    """Return forms of a family with every key drawn over all that it may be; the first is the usual one."""
    (kind,) = (one for one in options(block_kind(FamilyAsset).fields[family].kind) if isinstance(one, BlockKind))
    forms: list[dict[str, Any]] = [{}]
    for index in range(1, count):
        stream = RandomStream.named(Branch.DRAW, 0, index, f"gallery.{family}")
        forms.append({key: _drawn(entry.kind, stream) for key, entry in kind.fields.items()})
    return forms


def drawn_sizes(family: str, count: int) -> list[Vec3]:
    """Return the sizes [m] of those forms: of a family whose form doesn't say it, about that of the usual one."""
    forms = [FamilyAsset.model_validate({family: form}).chosen()[1] for form in drawn_forms(family, count)]
    sizes = []
    for index, form in enumerate(forms):
        stream = RandomStream.named(Branch.DRAW, 0, index, f"gallery.{family} size")
        low, high = build_asset(family, None, form).bounds_m
        is_said = asset_is_environment(family) or asset_goes_by_form(family)
        x, y, z = (float(extent) for extent in high - low)
        if index and not is_said:
            # What is as deep as it is wide stays so.
            wide, deep, tall = (stream.uniform(0.75, 1.3) for _ in range(3))
            x, y, z = wide * x, (wide if x == y else deep) * y, tall * z
        sizes.append((x, y, z))
    return sizes


def _drawn(kind: Kind, stream: RandomStream) -> Any:
    alternatives = [one for one in options(kind) if not isinstance(one, NothingKind)]
    one = alternatives[stream.integer(0, len(alternatives) - 1)]
    if isinstance(one, NumberKind):
        low = one.minimum if one.minimum is not None else one.above
        high = one.maximum if one.maximum is not None else one.below
        assert low is not None and high is not None, "a form's numbers have bounds"  # noqa: PT018
        return stream.integer(int(low), int(high)) if one.whole else round(stream.uniform(low, high), 4)
    if isinstance(one, WordKind):
        return one.values[stream.integer(0, len(one.values) - 1)]
    if isinstance(one, SwitchKind):
        return bool(stream.integer(0, 1))
    if isinstance(one, ListKind):
        return [_drawn(item, stream) for item in one.items]
    raise TypeError(f"no draw is known for {one}")


def sheet_recipe(
    family: str, forms: list[dict[str, Any]], resolution: tuple[int, int], spp: int = 64
) -> dict[str, Any]:
    """Return a recipe of one frame a form: on a grey floor under the sky, or for a place, from a corner of it."""
    assets = [{family: form} for form in forms]
    extents = drawn_sizes(family, len(forms))
    camera: dict[str, Any] = {"name": "sheet", "resolution": list(resolution), "clip_m": [0.01, 1000]}
    recipe: dict[str, Any] = {"sdg": 1, "name": family, "frames": len(forms), "render": {"spp": spp, "denoise": True}}
    if asset_is_environment(family):
        if family in _VIEWS:
            eyes, targets = ([list(end)] * len(forms) for end in _VIEWS[family])
        else:
            eyes = [[_EYE_X.get(family, -0.42) * x, -0.3 * y, min(2.0, 0.6 * z)] for x, y, z in extents]
            targets = [[0.0, 0.25 * y, 0.8] for _, y, _ in extents]
        camera |= {"lens": {"pinhole": {"focal_length_mm": 20, "sensor_width_mm": 36}}}
        camera["pose"] = {"look_at": {"eye_m": {"sequence": eyes}, "target": {"sequence": targets}}}
        recipe["scene"] = {"environment": {"asset": {"sequence": assets}}}
        # A roofed place has an overcast sky outside, and lamps under its ceiling: seen where it has openings for them.
        is_roofed = any(surface.name == "ceiling" for surface in build_asset(family).surfaces)
        lamps = {"grid": [3, 4], "intensity": 8000, "size_m": [0.5, 0.5], "visible": False, **_LAMPS.get(family, {})}
        if family in _EXPOSURES:
            camera["exposure"] = _EXPOSURES[family]
        roofed = [{"dome": {"intensity": 2500}}, {"rect": lamps}]
        recipe["lighting"] = roofed if is_roofed else [{"sun_sky": {"hour": 15, "day": 172, "latitude_deg": 48}}]
    else:
        turns = [35.0 + 27.0 * math.sin(index) for index in range(len(forms))]
        distances = [_distance_m(*pair, resolution) for pair in zip(extents, turns, strict=True)]
        camera["lens"] = {"pinhole": {"focal_length_mm": 50, "sensor_width_mm": 36}}
        # Set for the sun, so that what is dark looks dark.
        camera["exposure"] = {"f_number": 11, "shutter_s": 0.005, "iso": 100}
        camera["pose"] = {
            "orbit": {
                "target": "thing",
                "distance_m": {"sequence": distances},
                "azimuth_deg": {"sequence": [turn - 90 for turn in turns]},
                "elevation_deg": _ELEVATION_DEG,
            }
        }
        floor = {"name": "ground", "asset": "plane", "size_m": [1000, 1000, 1], "material": "concrete"}
        recipe["scene"] = {"objects": [floor, {"name": "thing", "asset": {"sequence": assets}}]}
        if family in _PAINTED:
            paints = [list(_PAINTS[index % len(_PAINTS)]) for index in range(len(forms))]
            recipe["materials"] = {"paint": {"color": {"sequence": paints}}}
            recipe["scene"]["objects"][1]["material"] = "paint"
        if not asset_goes_by_form(family):
            recipe["scene"]["objects"][1]["size_m"] = {"sequence": [list(size) for size in extents]}
        recipe["lighting"] = [{"sun_sky": {"hour": 15, "day": 172, "latitude_deg": 48}}]
    recipe["cameras"] = [camera]
    return recipe


def _distance_m(extent: Vec3, turn_deg: float, resolution: tuple[int, int]) -> float:
    """Return from how far a box round the origin is seen whole."""
    turn, rise = math.radians(turn_deg - 90.0), math.radians(_ELEVATION_DEG)
    towards = np.array([math.cos(rise) * math.cos(turn), math.cos(rise) * math.sin(turn), math.sin(rise)])
    beside = np.array([-math.sin(turn), math.cos(turn), 0.0])
    corners = np.array(list(itertools.product((-0.5, 0.5), repeat=3))) * np.array(extent)
    half = np.array([_HALF_WIDTH, _HALF_WIDTH * resolution[1] / resolution[0]]) * _FILLED
    seen = np.abs(corners @ np.stack([beside, np.cross(towards, beside)], axis=1)) / half
    return float((seen.max(axis=1) + corners @ towards).max())


def contact_sheet(family: str, count: int, resolution: tuple[int, int], spp: int = 64) -> UInt8Array:
    """Return the pictures of so many forms side by side, shape (H, W, 3), RGB."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.yaml"
        path.write_text(json.dumps(sheet_recipe(family, drawn_forms(family, count), resolution, spp)))
        with Pipeline(load_recipe(path, ())) as pipeline:
            pictures = [pipeline.frame(index).views["sheet"].rgb for index in range(count)]
    blank = np.full_like(pictures[0], 255)
    pictures += [blank] * (-len(pictures) % _COLUMNS)
    rows = [np.hstack(pictures[start : start + _COLUMNS]) for start in range(0, len(pictures), _COLUMNS)]
    return np.vstack(rows)


@click.command()
@click.argument("family", type=click.Choice(sorted(FamilyAsset.model_fields)))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
@click.option("--count", default=20, show_default=True)
@click.option("--width", default=240, show_default=True, help="Of one picture [px].")
@click.option("--spp", default=64, show_default=True, help="Samples of a pixel, which are denoised.")
def main(family: str, count: int, output: Path, width: int, spp: int) -> None:
    """Draw COUNT forms of FAMILY, the usual one first, and write them as one picture."""
    sheet = contact_sheet(family, count, (width, width * 3 // 4), spp)
    cv2.imwrite(str(output), sheet[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 80])
    click.echo(f"{count} forms of {family}: {output}")


if __name__ == "__main__":
    main()
