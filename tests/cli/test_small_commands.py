from __future__ import annotations

import json

import pytest

import sdg
import sdg.render.doctor as doctor
from sdg.camera.depth_sensors import load as depth_sensors
from sdg.camera.sensors import load as sensors
from sdg.cli.main import main
from sdg.errors import AssetError
from sdg.render.doctor import Check
from sdg.stage import builtin


def test_every_builtin_asset_material_and_sensor_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assets", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    named = [line.split()[0] for line in lines if line.startswith("  ")]
    presets = ("ideal", *sensors.preset_names(), *depth_sensors.preset_names())
    assert named == [*builtin.asset_names(), *builtin.material_names(), *presets]


@pytest.mark.parametrize("name", ["imx273", "d435"])
def test_a_sensor_shows_every_number_with_unit_kind_and_source(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assets", "show", name]) == 0
    text = capsys.readouterr().out
    folder = sensors if name in sensors.preset_names() else depth_sensors
    for key, entry in folder.load_preset(name).values.items():
        assert f"  {key}" in text
        assert all(fact in text for fact in (entry.unit, entry.kind, entry.source))


def test_an_asset_shows_size_parts_and_surfaces(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assets", "show", "pallet"]) == 0
    text = capsys.readouterr().out
    asset = builtin.build_asset("pallet")
    assert "1.2 x 0.8 x 0.144 m" in text
    for name in [part.name for part in asset.parts] + [surface.name for surface in asset.surfaces]:
        assert name in text


def test_a_familys_switches_are_shown_as_a_recipe_writes_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assets", "show", "office_room"]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if "true or false" in line)
    assert line.endswith("default true")


def test_a_material_shows_its_values(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assets", "show", "wood"]) == 0
    assert "roughness" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "meant"),
    [("palet", "pallet"), ("plastik", "plastic"), ("imx27", "imx273"), ("azure_kinekt", "azure_kinect")],
)
def test_an_unknown_name_is_refused_with_the_nearest_of_any_kind(
    name: str, meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["assets", "show", name]) == 2
    assert f"did you mean {meant}?" in capsys.readouterr().err


def test_the_ideal_sensor_can_be_shown_as_it_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assets", "show", "ideal"]) == 0
    shown = capsys.readouterr().out.strip().partition(": ")[2]
    assert main(["assets", "list"]) == 0
    assert shown in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--debug", "assets", "show", "palet"], ["assets", "show", "palet", "--debug"]])
def test_debug_shows_the_traceback_wherever_it_stands(arguments: list[str]) -> None:
    with pytest.raises(AssetError, match="palet"):
        main(arguments)


def test_what_follows_two_dashes_is_no_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assets", "show", "--", "--debug"]) == 2
    assert "there is no builtin asset, material or sensor '--debug'" in capsys.readouterr().err


def test_the_version_is_the_packages_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"sdg {sdg.__version__}\n"


LACKS = [Check("One", True, True, "here"), Check("Two", False, True, "gone", "apt-get install two")]


@pytest.mark.parametrize(
    ("checks", "status"), [(LACKS, 3), (LACKS[:1], 0), ([*LACKS[:1], Check("Extra", False, False, "no")], 0)]
)
def test_the_doctors_status_says_whether_the_renderer_can_run(
    checks: list[Check], status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "probe", lambda: checks)
    assert main(["doctor"]) == status
    assert ("cure: apt-get install two" in capsys.readouterr().out) == (status == 3)
    assert main(["doctor", "--format", "json"]) == status
    report = json.loads(capsys.readouterr().out)
    assert report["able"] == (status == 0)
    assert [check["name"] for check in report["checks"]] == [check.name for check in checks]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["genrate", "recipe.yaml"], "no such command 'genrate'; did you mean generate?"),
        (["assets", "lst"], "no such command 'lst'; did you mean list?"),
        (["xyzzy"], "no such command 'xyzzy'; there are generate, preview"),
    ],
)
def test_a_mistyped_command_is_told_what_was_meant(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "where"),
    [
        (["generate", "recipe.yaml", "-o", ""], "'-o' / '--output'"),
        (["generate", ""], "'RECIPE'"),
        (["check", ""], "'RECIPE'"),
        (["merge", "", "a"], "'DIR'"),
        (["merge", "a", ""], "'SHARD...'"),
    ],
)
def test_an_empty_path_is_refused_by_name(arguments: list[str], where: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It would mean the current folder, where an unset variable of a shell script was meant to name another."""
    assert main(arguments) == 2
    assert f"Invalid value for {where}: it is empty" in capsys.readouterr().err
