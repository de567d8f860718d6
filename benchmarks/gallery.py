"""Contact sheets of the builtin families: `python -m benchmarks.gallery pallet_rack -o sheet.png [--count 20]`."""

from __future__ import annotations

import json
import math
import tempfile
from pathlib import Path
from typing import Any

import click
import cv2
import numpy as np

from sdg.foundation.arrays import UInt8Array
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
from sdg.stage.builtin import asset_is_environment, build_asset

_COLUMNS = 5


def drawn_forms(family: str, count: int) -> list[dict[str, Any]]:
    """Return forms of a family with every key drawn over all that it may be; the first is the usual one."""
    (kind,) = (one for one in options(block_kind(FamilyAsset).fields[family].kind) if isinstance(one, BlockKind))
    forms: list[dict[str, Any]] = [{}]
    for index in range(1, count):
        stream = RandomStream.named(Branch.DRAW, 0, index, f"gallery.{family}")
        forms.append({key: _drawn(entry.kind, stream) for key, entry in kind.fields.items()})
    return forms


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
    bounds = [build_asset(family, None, FamilyAsset.model_validate(asset).chosen()[1]).bounds_m for asset in assets]
    extents = [high - low for low, high in bounds]
    camera: dict[str, Any] = {"name": "sheet", "resolution": list(resolution), "clip_m": [0.01, 1000]}
    recipe: dict[str, Any] = {"sdg": 1, "name": family, "frames": len(forms), "render": {"spp": spp, "denoise": True}}
    if asset_is_environment(family):
        eyes = [[float(-0.42 * x), float(-0.42 * y), min(1.7, 0.6 * float(z))] for x, y, z in extents]
        camera |= {"lens": {"pinhole": {"focal_length_mm": 20, "sensor_width_mm": 36}}}
        camera["pose"] = {"look_at": {"eye_m": {"sequence": eyes}, "target": [0, 0, 1.0]}}
        recipe["scene"] = {"environment": {"asset": {"sequence": assets}}}
        recipe["lighting"] = [{"sun_sky": {"hour": 15, "day": 172, "latitude_deg": 48}}]
        # Unseen lamps under the ceiling, as far as it has one.
        recipe["lighting"] += [{"rect": {"grid": [3, 4], "intensity": 8000, "size_m": [0.5, 0.5], "visible": False}}]
    else:
        # What is tall needs more room than what is long.
        distances = [float(max(1.9 * np.linalg.norm(extent), 2.2 * extent[2])) for extent in extents]
        turns = [35.0 + 27.0 * math.sin(index) for index in range(len(forms))]
        camera["lens"] = {"pinhole": {"focal_length_mm": 50, "sensor_width_mm": 36}}
        camera["pose"] = {
            "orbit": {
                "target": "thing",
                "distance_m": {"sequence": distances},
                "azimuth_deg": {"sequence": [turn - 90 for turn in turns]},
                "elevation_deg": 18,
            }
        }
        floor = {"name": "ground", "asset": "plane", "size_m": [200, 200, 1], "material": "concrete"}
        recipe["scene"] = {"objects": [floor, {"name": "thing", "asset": {"sequence": assets}}]}
        recipe["lighting"] = [{"sun_sky": {"hour": 15, "day": 172, "latitude_deg": 48}}]
    recipe["cameras"] = [camera]
    return recipe


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
