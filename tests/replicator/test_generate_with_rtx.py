"""`sdg generate --renderer replicator`, with all that is ours and a stand-in for what is NVIDIA's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

REPOSITORY = Path(__file__).parents[2]
SITE = Path(__file__).with_name("isaac_sim_site")
RECIPE = """\
sdg: 1
name: small
seed: 5
frames: 3
scene:
  environment: {asset: warehouse_hall, size_m: [9, 13, 4]}
  objects:
    - name: box
      asset: cube
      class: box
      position_m: {uniform: [[-1, -1, 0.5], [1, 1, 1]]}
      yaw_deg: {uniform: [0, 90]}
    - {name: ball, asset: {choice: [sphere, cube]}, class: ball, position_m: [1.5, 0, 0.5], probability: 0.7}
    - {name: hidden, asset: cube, class: box, position_m: [0, 3, 0.5]}
lighting:
  - rect: {name: lamp, position_m: [0, 0, 3.9], rotation_deg: [0, 0, 0], size_m: [2, 2], intensity: 40000}
cameras:
  - name: bent
    resolution: [96, 72]
    lens: {opencv_pinhole: {fx: 80, fy: 80, k1: -0.1}}
    sensor: {preset: imx273}
    optics: {blur_px: 0.6}
    pose: {look_at: {eye_m: {uniform: [[-3, -5, 1], [3, -4, 2]]}, target: [0, 0, 0.5]}}
output: {annotators: [rgb, depth, semantic_segmentation, instance_segmentation, normals, bounding_box_3d]}
render: {quality: low}
"""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a machine with an RTX card and Isaac Sim."""
    folder = tmp_path_factory.mktemp("machine")
    python, smi = folder / "python", folder / "nvidia-smi"
    python.write_text(f'#!/bin/sh\nexport PYTHONPATH="{SITE}:{REPOSITORY}"\nexec "{sys.executable}" "$@"\n')
    smi.write_text(
        '#!/bin/sh\ncase "$*" in *compute_cap*) echo "NVIDIA L40S, 8.9";; *) echo "NVIDIA L40S, 570.1";; esac\n'
    )
    for program in (python, smi):
        program.chmod(0o755)
    path = f"{folder}:{os.environ['PATH']}"
    return os.environ | {"PATH": path, "SDG_ISAACSIM_PYTHON": str(python), "OMNI_KIT_ACCEPT_EULA": "YES"}


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recipe") / "small.yaml"
    path.write_text(RECIPE)
    return path


def sdg(environment: Mapping[str, str], *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sdg", *map(str, arguments), "--device", "cpu"]
    return subprocess.run(command, env=dict(environment), capture_output=True, text=True, timeout=300, check=False)


def generate(environment: Mapping[str, str], recipe: Path, folder: Path, *more: object) -> None:
    done = sdg(environment, "generate", recipe, "-o", folder, *more)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def embedded(recipe: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("embedded") / "data"
    generate(os.environ, recipe, folder)
    return folder


@pytest.fixture(scope="module")
def rendered(recipe: Path, machine: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rtx") / "data"
    generate(machine, recipe, folder, "--renderer", "replicator")
    return folder


def picture(folder: Path, kind: str, frame: int) -> Any:
    found = cv2.imread(str(folder / kind / f"{frame:06d}.png"), cv2.IMREAD_UNCHANGED)
    assert found is not None
    return found


def record(folder: Path, frame: int) -> Any:
    return json.loads((folder / "frames" / f"{frame:06d}.json").read_text())


@pytest.mark.parametrize("frame", range(3))
def test_the_dataset_is_that_of_the_embedded_renderer(embedded: Path, rendered: Path, frame: int):
    """The stand-in traces what it reads from the USD stage: float32 vertices move outlines by less than a pixel."""
    for kind in ("semantic", "instance"):
        expected, found = picture(embedded, kind, frame), picture(rendered, kind, frame)
        assert len(np.unique(expected)) >= 3
        assert np.mean(expected != found) < 1e-3
    expected, found = picture(embedded, "depth", frame).astype(int), picture(rendered, "depth", frame).astype(int)
    assert np.quantile(np.abs(expected - found), 0.999) <= 1
    ratio = picture(rendered, "rgb", frame).mean() / picture(embedded, "rgb", frame).mean()
    assert ratio == pytest.approx(1.0, abs=0.03)
    before, after = record(embedded, frame), record(rendered, frame)
    assert after["objects"] == before["objects"]
    assert after["scene_info"] == before["scene_info"]
    (was,), (now,) = before["cameras"].values(), after["cameras"].values()
    for old, new in zip(was["annotations"], now["annotations"], strict=True):
        assert new["instance_id"] == old["instance_id"]
        assert new["visibility"] == pytest.approx(old["visibility"], abs=0.02)


def test_records_say_who_rendered(rendered: Path):
    said = record(rendered, 0)
    assert said["renderer"] == {"name": "replicator", "device_kind": "rtx NVIDIA L40S, driver 570.1"}
    assert said["versions"]["isaacsim"] == "5.1.0"
    manifest = json.loads((rendered / "manifest.json").read_text())
    assert [maker["name"] for maker in manifest["made_by"]] == ["replicator"]


def test_a_dataset_of_one_renderer_is_not_continued_by_another(rendered: Path, recipe: Path):
    done = sdg(os.environ, "generate", recipe, "-o", rendered, "-n", 4)
    assert done.returncode == 2
    assert "the renderer (replicator there, mitsuba here)" in done.stderr


@pytest.mark.slow
def test_a_run_continues_where_it_stopped(rendered: Path, recipe: Path, machine: dict[str, str], tmp_path: Path):
    folder = tmp_path / "data"
    generate(machine, recipe, folder, "--renderer", "replicator", "-n", 1)
    kept = (folder / "frames/000000.json").stat().st_mtime_ns
    generate(machine, recipe, folder, "--renderer", "replicator")
    assert (folder / "frames/000000.json").stat().st_mtime_ns == kept
    for frame in range(3):
        assert (picture(folder, "instance", frame) == picture(rendered, "instance", frame)).all()


def test_a_crash_costs_a_process_and_no_frame(rendered: Path, recipe: Path, machine: dict[str, str], tmp_path: Path):
    folder = tmp_path / "data"
    struck = machine | {"SDG_STAND_IN": f"crash 1 {tmp_path / 'struck'}"}
    generate(struck, recipe, folder, "--renderer", "replicator")
    assert (tmp_path / "struck").exists()
    for frame in range(3):
        assert (picture(folder, "instance", frame) == picture(rendered, "instance", frame)).all()


@pytest.mark.slow
@pytest.mark.parametrize("misdeed", ["late_stage", "no_labels", "not_a_number", "two_pictures", "turned_back"])
def test_what_goes_wrong_once_costs_a_process_and_no_frame(
    rendered: Path, recipe: Path, machine: dict[str, str], tmp_path: Path, misdeed: str
):
    folder = tmp_path / "data"
    struck = machine | {"SDG_STAND_IN": f"{misdeed} 1 {tmp_path / 'struck'}"}
    generate(struck, recipe, folder, "--renderer", "replicator")
    assert (tmp_path / "struck").exists()
    for frame in range(3):
        for kind in ("instance", "depth"):
            assert (picture(folder, kind, frame) == picture(rendered, kind, frame)).all()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("misdeed", "said"),
    [
        ("no_labels", "of RTX's labels are not what is there, mostly nothing instead of /World/"),
        ("stranger", "RTX shows /World/somebody/else, which is not in this frame"),
        ("no_picture", "a step gave 0 pictures instead of one"),
    ],
)
def test_what_goes_wrong_twice_is_no_frame(
    recipe: Path, machine: dict[str, str], tmp_path: Path, misdeed: str, said: str
):
    """It is found out, and the same command makes the frame when all is well."""
    folder = tmp_path / "data"
    options = ("--renderer", "replicator", "-n", 1)
    done = sdg(machine | {"SDG_STAND_IN": f"{misdeed} 0"}, "generate", recipe, "-o", folder, *options)
    assert done.returncode == 1
    assert said in done.stderr
    assert not (folder / "manifest.json").exists()
    generate(machine, recipe, folder, *options)


def test_isaac_sim_that_does_not_start_is_not_available(recipe: Path, machine: dict[str, str], tmp_path: Path):
    broken = tmp_path / "python"
    broken.write_text('#!/bin/sh\n[ "$1" = -c ] && echo 5.1.0 && exit\necho "no Vulkan driver" >&2\nexit 4\n')
    broken.chmod(0o755)
    environment = machine | {"SDG_ISAACSIM_PYTHON": str(broken)}
    done = sdg(environment, "generate", recipe, "-o", tmp_path / "data", "--renderer", "replicator")
    assert done.returncode == 3
    assert "Isaac Sim can't be used: the renderer's process ended with status 4" in done.stderr
    assert "no Vulkan driver" in done.stderr
    assert not (tmp_path / "data").exists()


def test_nobody_is_asked_for_a_licence_who_can_not_answer(recipe: Path, machine: dict[str, str], tmp_path: Path):
    unasked = {name: value for name, value in machine.items() if name != "OMNI_KIT_ACCEPT_EULA"}
    done = sdg(unasked, "generate", recipe, "-o", tmp_path / "data", "--renderer", "replicator")
    assert done.returncode == 3
    assert "export OMNI_KIT_ACCEPT_EULA=YES" in done.stderr


@pytest.mark.slow
def test_what_rtx_gives_passes_the_contract_on_its_way(machine: dict[str, str]):
    """Stage, lights lowered and raised, ids, depth and normals: with exact pixels put in, exact views come out."""
    tests = [f"tests/contract/test_{name}.py" for name in ("geometry", "frames", "lights")]
    command = [sys.executable, "-m", "pytest", "-q", "--renderer", "replicator", *tests]
    done = subprocess.run(
        command, cwd=REPOSITORY, env=machine, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout


LACKING = """\
sdg: 1
name: lacking
seed: 2
frames: 2
scene:
  environment: {asset: warehouse_hall, size_m: [9, 13, 4]}
  objects:
    - {name: Looks, asset: cube, class: box, position_m: [0, 0, 0.5]}
    - {name: cart, asset: cube, class: box, position_m: [2, 0, 0.5], probability: 0.5}
lighting:
  - rect: {name: lamp, position_m: [0, 1, 2.5], size_m: [2, 2], intensity: 9000, visible: false}
cameras:
  - name: fixed
    resolution: [64, 48]
    depth_sensor: {preset: d435}
    pose: {look_at: {eye_m: [0, -5, 1.5], target: [0, 0, 1.5]}}
  - name: riding
    resolution: [32, 24]
    lens: {pinhole: {fx: 30}}
    mount: {on: cart, pose: {position_m: [0.8, 0, 0.5], rotation_deg: [-90, 0, -90]}}
render: {quality: low}
"""


def test_missing_effects_are_left_out_and_recorded(machine: dict[str, str], tmp_path: Path):
    """A lamp that RTX shows, a second eye that it lacks, and a camera that is not there without what it rides on."""
    recipe, folder, scratch = tmp_path / "lacking.yaml", tmp_path / "data", tmp_path / "scratch"
    recipe.write_text(LACKING)
    scratch.mkdir()
    here = machine | {"TMPDIR": str(scratch)}
    refused = sdg(here, "generate", recipe, "-o", folder, "--renderer", "replicator")
    assert refused.returncode == 2
    assert refused.stderr.count("error[R130]") == 2
    generate(here, recipe, folder, "--renderer", "replicator", "--allow-missing")
    records = [record(folder, frame) for frame in range(2)]
    assert records[0]["renderer"]["missing_effects"] == ["invisible_light", "second_eye"]
    assert [len(one["cameras"]) for one in records] == [1, 2]
    assert list(scratch.iterdir()) == []
