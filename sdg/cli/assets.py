"""`sdg assets`: what a recipe may name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sdg.camera.presets import Preset
from sdg.cli.options import device_option
from sdg.cli.spelling import NamedPath, SpellingGroup
from sdg.errors import AssetError
from sdg.foundation.spelling import closest

if TYPE_CHECKING:
    from sdg.render.api import Device

_IDEAL_DOC = "no noise, no filters, one rounding: a camera without sensor:"


@click.group("assets", cls=SpellingGroup, short_help="List what a recipe may name.")
def command() -> None:
    """List the builtin assets, materials, sensors and depth sensors, or show one of them."""


@command.command("list", short_help="List builtin assets, materials and sensors.")
def list_all() -> None:
    """List the builtin assets, materials, sensors and depth sensors, one line each."""
    from sdg.camera.sensors.load import IDEAL
    from sdg.stage import builtin

    click.echo("assets")
    rows = [(name, _size(builtin.asset_size_m(name)), builtin.asset_doc(name)) for name in builtin.asset_names()]
    _print_rows(rows)
    click.echo("\nmaterials")
    _print_rows([(name, builtin.material_doc(name)) for name in builtin.material_names()])
    click.echo("\nsensors")
    _print_rows([(IDEAL, _IDEAL_DOC), *_sensor_rows()])
    click.echo("\ndepth sensors")
    _print_rows(_depth_sensor_rows())


def _sensor_rows() -> list[tuple[str, str]]:
    from sdg.camera.sensors.load import load_preset, preset_names

    return [(name, load_preset(name).title) for name in preset_names()]


def _depth_sensor_rows() -> list[tuple[str, str]]:
    from sdg.camera.depth_sensors.load import load_preset, preset_names

    return [(name, load_preset(name).title) for name in preset_names()]


@command.command("show", short_help="Show one builtin asset, material or sensor.")
@click.argument("name")
def show(name: str) -> None:
    """Show the parts, materials, surfaces and size of the builtin asset NAME, or a material, or a sensor's numbers."""
    from sdg.camera.depth_sensors import load as depth_sensors
    from sdg.camera.sensors import load as sensors
    from sdg.stage import builtin

    if name == sensors.IDEAL:
        click.echo(f"{name}: {_IDEAL_DOC}")
    elif name in sensors.preset_names():
        _show_preset(sensors.load_preset(name))
    elif name in depth_sensors.preset_names():
        _show_preset(depth_sensors.load_preset(name))
    elif name in builtin.material_names():
        _show_material(name)
    elif name in builtin.asset_names():
        _show_asset(name)
    else:
        groups = (builtin.asset_names(), builtin.material_names(), sensors.preset_names(), depth_sensors.preset_names())
        meant = closest(name, [known for group in groups for known in group])
        hint = f"did you mean {meant}?" if meant else "sdg assets list names them all"
        raise AssetError(f"there is no builtin asset, material or sensor {name!r}", hint)


@command.command("materials", short_help="Photograph builtin materials under three lights.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "-o",
    "--output",
    type=NamedPath(),
    metavar="FILE",
    default=Path("outputs/materials.png"),
    show_default=True,
    help="The contact sheet, .png or .jpg.",
)
@click.option(
    "--width", type=click.IntRange(min=16, max=1920), default=240, show_default=True, help="Of a picture, in pixels."
)
@click.option("--spp", type=click.IntRange(min=1, max=4096), default=32, show_default=True, help="Samples per pixel.")
@device_option()
def materials(names: tuple[str, ...], output: Path, width: int, spp: int, device: Device) -> None:
    """Photograph the builtin materials NAME, or all: on a floor, a ball and a block, each under three lights.

    Low sun, overcast sky, warm panel; exposed alike for every material.
    """
    from sdg.preview.swatches import write_swatches
    from sdg.stage import builtin

    for name in names:
        builtin.material_doc(name)
    write_swatches(
        output,
        names or builtin.material_names(),
        width_px=width,
        spp=spp,
        device=device,
        tell=lambda text: click.echo(text, err=True),
    )
    click.echo(str(output))


def _show_asset(name: str) -> None:
    from sdg.recipe.families import FamilyAsset, default_form
    from sdg.recipe.kinds import block_kind
    from sdg.stage import builtin

    asset = builtin.build_asset(name)
    kind = "environment" if builtin.asset_is_environment(name) else "object"
    triangles = sum(len(part.mesh.faces) for part in asset.parts)
    click.echo(f"{name}: {builtin.asset_doc(name)}")
    _print_rows([("kind", kind), ("size", _size(builtin.asset_size_m(name))), ("triangles", str(triangles))])
    if name in FamilyAsset.model_fields:
        click.echo(f"\nform, as {{{name}: {{...}}}}")
        form = default_form(name)
        fields = block_kind(type(form)).fields if form is not None else {}
        _print_rows([(key, entry.kind.describe(), f"default {_plain(entry.default)}") for key, entry in fields.items()])
    click.echo("\nparts")
    _print_rows([(part.name, part.material.name, part.label) for part in asset.parts])
    if asset.surfaces:
        click.echo("\nsurfaces")
        _print_rows([(name,) for name in dict.fromkeys(surface.name for surface in asset.surfaces)])


def _show_preset(preset: Preset) -> None:
    click.echo(f"{preset.name}: {preset.title}")
    for heading, values in (("published", preset.published), ("numbers", preset.values)):
        if values:
            click.echo(f"\n{heading}")
            _print_rows([(key, _plain(entry.value), entry.unit, entry.kind) for key, entry in values.items()])
    click.echo("\nwhere they come from")
    for key, entry in (*preset.published.items(), *preset.values.items()):
        conditions = [
            str(value) if name == "note" else f"{name} {_plain(value)}" for name, value in entry.conditions.items()
        ]
        facts = [entry.source, entry.derivation, *conditions]
        click.echo(f"  {key}: {'; '.join(fact for fact in facts if fact)}")


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(item)}" for key, item in value.items())
    if isinstance(value, list):
        return " ".join(_plain(item) for item in value)
    if isinstance(value, bool):
        return str(value).lower()  # as YAML writes it
    return f"{value:g}" if isinstance(value, float) else str(value)


def _show_material(name: str) -> None:
    from sdg.stage import builtin
    from sdg.stage.builtin.measured import MEASURED

    material, measured = builtin.build_material(name), MEASURED[name]
    textures = dict(zip(("color", "roughness", "metallic", "normal"), material.textures, strict=True))
    click.echo(f"{name}: {builtin.material_doc(name)}")
    _print_rows(
        [
            ("color", " ".join(f"{channel:g}" for channel in material.base_color)),
            ("roughness", f"{material.roughness:g}"),
            ("metallic", f"{material.metallic:g}"),
            ("specular", f"{material.specular:g}"),
            ("textures", ", ".join(kind for kind, texture in textures.items() if texture is not None) or "none"),
            ("repeats", " x ".join(f"{length:g}" for length in material.texture_size_m) + " m"),
            ("mean albedo", "{:g} to {:g}: ".format(*measured.albedo) + measured.source),
        ]
    )


def _size(size_m: Sequence[float]) -> str:
    return " x ".join(f"{length:g}" for length in size_m) + " m"


def _print_rows(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo(f"  {line}".rstrip())
