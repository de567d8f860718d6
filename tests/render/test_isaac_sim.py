"""Isaac Sim is looked for in real interpreters and folders, made up by the tests; it is never there itself."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sdg.cli.main import main
from sdg.errors import BackendUnavailable
from sdg.render.doctor import check_isaac_sim
from sdg.render.isaac_sim import FOLDER_VARIABLES, PYTHON_VARIABLE, find_isaac_sim

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


def test_isaac_sim_that_is_there_is_not_rendered_with_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "python.sh").touch()
    monkeypatch.setenv("ISAAC_SIM", str(tmp_path))
    assert main(["generate", str(RECIPE), "--renderer", "replicator"]) == 3
    assert "sdg compile" in capsys.readouterr().err
