"""Isaac Sim is looked for in real interpreters and folders, made up by the tests; it is never there itself."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sdg.cli.main import main
from sdg.errors import BackendUnavailable
from sdg.render import isaac_sim
from sdg.render.doctor import check_isaac_sim, check_rt_cores
from sdg.render.isaac_sim import FOLDER_VARIABLES, PYTHON_VARIABLE, check_rtx_gpu, find_isaac_sim, rtx_gpus

RECIPE = Path(__file__).parents[2] / "recipes" / "warehouse.yaml"


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without Isaac Sim."""
    for variable in (PYTHON_VARIABLE, *FOLDER_VARIABLES):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A folder for a Python path with a package `isaacsim`."""
    (tmp_path / "site" / "isaacsim").mkdir(parents=True)
    (tmp_path / "site" / "isaacsim" / "__init__.py").write_text("raise RuntimeError('never imported')\n")
    return tmp_path / "site"


def refusal() -> str:
    with pytest.raises(BackendUnavailable) as caught:
        find_isaac_sim()
    assert caught.value.exit_status == 3
    return str(caught.value)


def test_a_machine_without_isaac_sim_is_told_every_place_and_what_to_do():
    said = refusal()
    for variable in (PYTHON_VARIABLE, *FOLDER_VARIABLES):
        assert f"  {variable}, " in said
    assert said.count(": not set\n") == 4
    assert f"isaacsim of {sys.executable}: not installed" in said
    assert "pip install 'isaacsim[all,extscache]==5.1.0' from NVIDIA's package index" in said
    assert not check_isaac_sim().ok


def test_generate_exits_with_3_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["generate", str(RECIPE), "--renderer", "replicator"]) == 3
    said = capsys.readouterr().err
    assert "Looked for it in\n" in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_the_package_of_this_interpreter_is_found(package: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(package)
    assert find_isaac_sim().python == Path(sys.executable)
    assert check_isaac_sim().ok


def test_a_folder_that_bears_the_packages_name_is_not_the_package(package: Path, monkeypatch: pytest.MonkeyPatch):
    (package / "isaacsim" / "__init__.py").unlink()
    monkeypatch.syspath_prepend(package)
    assert "not installed" in refusal()


def test_a_named_interpreter_is_asked_whether_it_has_the_package(package: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(PYTHON_VARIABLE, sys.executable)
    said = refusal()
    assert f"{sys.executable}: the Python package isaacsim is not installed there" in said
    assert f"hint: export {PYTHON_VARIABLE}=" in said
    monkeypatch.setenv("PYTHONPATH", str(package))  # of the child alone
    assert find_isaac_sim().python == Path(sys.executable)


@pytest.mark.parametrize(("text", "said"), [(None, "is no program"), ("#!/bin/sh\nexit 7\n", "exit status 7")])
def test_a_named_interpreter_that_cannot_run_is_not_passed_over(
    text: str | None, said: str, package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Whoever names an interpreter wants that one, even where another would do."""
    monkeypatch.syspath_prepend(package)
    program = tmp_path / "python"
    if text is not None:
        program.write_text(text)
        program.chmod(0o755)
    monkeypatch.setenv(PYTHON_VARIABLE, str(program))
    assert said in refusal()


@pytest.mark.parametrize("variable", FOLDER_VARIABLES)
def test_an_install_folder_needs_python_sh(variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(variable, str(tmp_path))
    said = refusal()
    assert f"{variable}, an install folder: {tmp_path} holds no python.sh" in said
    assert f"hint: export {variable}=" in said
    (tmp_path / "python.sh").touch()
    assert find_isaac_sim().python == tmp_path / "python.sh"


def install(package: Path, version: str) -> None:
    """Give the package the version that pip would say it has."""
    info = package / f"isaacsim-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: isaacsim\nVersion: {version}\n")


def test_an_old_package_is_as_good_as_none(package: Path, monkeypatch: pytest.MonkeyPatch):
    install(package, "5.0.0.0")
    monkeypatch.syspath_prepend(package)
    assert "isaacsim 5.0.0.0, which is older than 5.1" in refusal()
    assert not check_isaac_sim().ok


def test_a_new_package_says_its_version(package: Path, monkeypatch: pytest.MonkeyPatch):
    install(package, "5.1.0.0")
    monkeypatch.syspath_prepend(package)
    assert find_isaac_sim().found == "isaacsim 5.1.0.0"
    monkeypatch.setenv(PYTHON_VARIABLE, sys.executable)
    monkeypatch.setenv("PYTHONPATH", str(package))
    assert find_isaac_sim().found == f"{sys.executable} with isaacsim 5.1.0.0"


def test_a_named_interpreter_of_an_old_release_is_refused(package: Path, monkeypatch: pytest.MonkeyPatch):
    install(package, "4.5.0.0")
    monkeypatch.setenv(PYTHON_VARIABLE, sys.executable)
    monkeypatch.setenv("PYTHONPATH", str(package))
    assert f"{sys.executable} with isaacsim 4.5.0.0, which is older than 5.1" in refusal()


def test_the_interpreter_of_an_install_folder_says_the_folders_version(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Its python.sh exports ISAAC_PATH; pip knows nothing of the package there."""
    (tmp_path / "VERSION").write_text("4.5.0-rc.36+release.19112.f59b3005.gl\n")
    program = tmp_path / "python.sh"
    program.write_text(f'#!/bin/sh\nISAAC_PATH={tmp_path} PYTHONPATH={package} exec {sys.executable} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv(PYTHON_VARIABLE, str(program))
    assert f"{program} with isaacsim 4.5.0-rc.36, which is older than 5.1" in refusal()


@pytest.mark.parametrize(
    ("version", "old"),
    [("4.5.0-rc.36+release.19112.f59b3005.gl", True), ("5.1.0-rc.19+release.26219.9c81211b.gl", False)],
)
def test_an_install_folder_says_its_version(version: str, old: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "python.sh").touch()
    (tmp_path / "VERSION").write_text(f"{version}\n")
    monkeypatch.setenv("ISAAC_SIM", str(tmp_path))
    short = version.partition("+")[0]
    if old:
        assert f"{tmp_path} {short}, which is older than 5.1" in refusal()
    else:
        assert find_isaac_sim().found == f"{tmp_path} {short}"


def listed(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str, status: int = 0) -> None:
    """Make nvidia-smi say something."""
    program = folder / "bin" / "nvidia-smi"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{text}\nEND\nexit {status}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")


def test_gpus_without_rt_cores_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    listed(tmp_path, monkeypatch, "NVIDIA H200, 9.0\nNVIDIA H200, 9.0")
    with pytest.raises(BackendUnavailable, match="there are none here: NVIDIA H200, 9") as caught:
        check_rtx_gpu()
    assert caught.value.exit_status == 3
    check = check_rt_cores()
    assert (check.ok, check.needed) == (False, False)
    assert "NVIDIA H200" in check.found


@pytest.mark.parametrize("text", ["NVIDIA L40S, 8.9", "NVIDIA H200, 9.0\nNVIDIA L40S, 8.9", "NVIDIA Unheard Of, 99.0"])
def test_a_gpu_that_may_have_rt_cores_passes(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    listed(tmp_path, monkeypatch, text)
    check_rtx_gpu()
    assert check_rt_cores().ok


@pytest.mark.parametrize(("device", "found"), [("nvidia0", True), ("dxg", True), ("nvidiactl", False)])
def test_a_driver_that_cannot_be_asked_passes_if_there_is_a_device(
    device: str, found: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Of an old driver, which doesn't know the question; without any device, there is no GPU."""
    listed(tmp_path, monkeypatch, 'Field "compute_cap" is not a valid field to query.', status=2)
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev" / device).touch()
    monkeypatch.setattr(isaac_sim, "_DEVICES", tmp_path / "dev")
    assert check_rt_cores().ok == found
    if not found:
        with pytest.raises(BackendUnavailable, match="there is no NVIDIA GPU here"):
            check_rtx_gpu()


@pytest.mark.parametrize(
    ("chosen", "numbers"), [(None, [0, 2]), ("0", [0]), ("2,0", [2, 0]), (" 1, 2", [2]), ("0,1,2", [0, 2])]
)
def test_rtx_renders_on_those_of_the_chosen_gpus_that_have_rt_cores(
    chosen: str | None, numbers: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    listed(tmp_path, monkeypatch, "NVIDIA L40S, 8.9\nNVIDIA A100, 8.0\nNVIDIA L4, 8.9")
    if chosen is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", chosen)
    else:
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert rtx_gpus() == numbers


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ("1", "there are none here: NVIDIA A100, 8.0"),
        ("", "CUDA_VISIBLE_DEVICES is ''"),
        ("-1", "CUDA_VISIBLE_DEVICES is '-1'"),
        ("GPU-0d8f", "is told its GPU by number"),
        ("0,7", "CUDA_VISIBLE_DEVICES is '0,7'"),
    ],
)
def test_a_choice_that_rtx_can_not_render_on_is_refused(
    chosen: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    listed(tmp_path, monkeypatch, "NVIDIA L40S, 8.9\nNVIDIA A100, 8.0")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", chosen)
    with pytest.raises(BackendUnavailable, match=said):
        check_rtx_gpu()
