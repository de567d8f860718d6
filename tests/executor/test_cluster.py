"""Runs on real Ray clusters of several nodes, all on this machine."""

from __future__ import annotations

import json
import os
import signal
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from sdg import errors
from sdg.executor.generate import Options, generate
from sdg.recipe.load import load_recipe
from tests.executor.harness import Ears, finish, records, run, start, tree, write_recipe
from tests.executor.test_real_run import RECIPE as REAL_RECIPE

# A node that is killed is given up after about two seconds, instead of Ray's half a minute.
_HASTE = {
    "health_check_initial_delay_ms": 500,
    "health_check_period_ms": 500,
    "health_check_timeout_ms": 500,
    "health_check_failure_threshold": 3,
}
_STORE_BYTES = 80 << 20
_PATIENCE_S = 60.0


class Nodes:
    """A cluster whose head takes no work, and nodes of one core each."""

    def __init__(self) -> None:
        from ray.cluster_utils import Cluster

        self._cluster: Any = Cluster(
            initialize_head=True,
            head_node_args={
                "num_cpus": 0,
                "object_store_memory": _STORE_BYTES,
                "include_dashboard": False,
                "_system_config": _HASTE,
            },
        )
        self.workers = [self.add(), self.add()]

    @property
    def address(self) -> str:
        return str(self._cluster.address)

    def add(self) -> Any:
        return self._cluster.add_node(num_cpus=1, object_store_memory=_STORE_BYTES)

    def kill(self, node: Any) -> None:
        self._cluster.remove_node(node, allow_graceful=False)

    def close(self) -> None:
        self._cluster.shutdown()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the cluster's processes have been started."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def nodes(home: Path) -> Iterator[Nodes]:
    before = Path.cwd()
    paths = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(Path(__file__).parents[2])
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.chdir(home)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        started = Nodes()
    os.chdir(before)
    if paths is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = paths
    yield started
    started.close()


def tell(recipe: Path, **orders: Any) -> Path:
    """Tell the fake pipeline on every node how to misbehave; returns the folder of its notes."""
    notes = recipe.parent / "notes"
    notes.mkdir(exist_ok=True)
    (recipe.parent / "fake.json").write_text(json.dumps({"notes": str(notes), **orders}))
    return notes


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not what():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def processes(notes: Path) -> list[int]:
    return sorted(int(path.name) for path in notes.iterdir() if path.name.isdigit())


def is_alive(pid: int) -> bool:
    """Tell whether a process is there; one that is dead and that nobody has collected is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_two_nodes_make_the_bytes_of_a_local_run(
    recipe: Path, tmp_path: Path, nodes: Nodes, undisturbed: dict[str, str]
) -> None:
    """Frame 11 waits for the second worker, so that both have a part in it."""
    notes = tell(recipe, relieved=11)
    ears = Ears()
    summary = run(recipe, tmp_path / "data", ears, executor="ray", address=nodes.address)
    assert (summary.frame_count, summary.made) == (12, 12)
    assert len(processes(notes)) == 2
    assert sorted(ears.frames) == list(range(12))
    assert tree(tmp_path / "data") == undisturbed


def test_a_killed_process_costs_a_retry_and_no_byte(
    recipe: Path, tmp_path: Path, nodes: Nodes, undisturbed: dict[str, str]
) -> None:
    tell(recipe, crash={"5": 2})
    ears = Ears()
    run(recipe, tmp_path / "data", ears, executor="ray", address=nodes.address)
    assert sum("was killed by SIGKILL" in note and "frame 5 is tried again" in note for note in ears.notes) == 2
    assert tree(tmp_path / "data") == undisturbed


def test_frames_that_kill_or_fail_are_named_and_all_others_are_kept(
    recipe: Path, tmp_path: Path, nodes: Nodes, undisturbed: dict[str, str]
) -> None:
    tell(recipe, crash={"5": 3}, fail={"7": "RenderError", "8": "RecipeError"})
    ears = Ears()
    with pytest.raises(errors.RenderError, match="frames 5, 7, 8 could not be made"):
        run(recipe, tmp_path / "data", ears, executor="ray", address=nodes.address)
    assert any("frame 5 failed" in note and "3 times" in note for note in ears.notes)
    assert len(records(tmp_path / "data")) == 9
    tell(recipe)
    run(recipe, tmp_path / "data", executor="ray", address=nodes.address)
    assert tree(tmp_path / "data") == undisturbed


def test_a_node_may_join_and_others_vanish(
    recipe: Path, tmp_path: Path, nodes: Nodes, undisturbed: dict[str, str]
) -> None:
    folder = tmp_path / "data"
    notes = tell(recipe, gate=6)
    process = start(["generate", recipe, "-o", folder, "--executor", "ray", "--address", nodes.address], tmp_path)
    wait_for(lambda: len(records(folder)) >= 6)
    nodes.workers.append(nodes.add())
    wait_for(lambda: len(processes(notes)) == 3)
    nodes.kill(nodes.workers.pop(0))
    wait_for(lambda: sum(map(is_alive, processes(notes))) == 2)
    (notes / "open").touch()
    status, said = finish(process)
    assert status == 0, said
    assert said.count("was lost with its Ray actor on node") == 1
    assert tree(folder) == undisturbed


def test_frames_of_nodes_that_do_not_see_the_folder_are_gathered(
    recipe: Path, tmp_path: Path, nodes: Nodes, home: Path, undisturbed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of /proc/self/cwd each process sees its own, and those of the cluster have been started elsewhere."""
    tell(recipe, crash={"3": 1})
    monkeypatch.chdir(tmp_path)
    ears = Ears()
    run(recipe, Path("/proc/self/cwd/data"), ears, executor="ray", address=nodes.address)
    assert sum("doesn't see /proc/self/cwd/data: its frames are sent here" in note for note in ears.notes) == 1
    assert tree(tmp_path / "data") == undisturbed
    assert not list(home.iterdir())


def test_an_interrupted_run_keeps_what_is_finished_and_goes_on(
    recipe: Path, tmp_path: Path, nodes: Nodes, undisturbed: dict[str, str]
) -> None:
    folder = tmp_path / "data"
    notes = tell(recipe, gate=6)
    command = ["generate", recipe, "-o", folder, "--executor", "ray", "--address", nodes.address]
    process = start(command, tmp_path)
    wait_for(lambda: len(records(folder)) >= 6)
    os.killpg(process.pid, signal.SIGINT)
    status, said = finish(process)
    assert status == 130, said
    assert "interrupted; what is finished is kept" in said
    assert "Traceback" not in said
    assert "raylet" not in said
    wait_for(lambda: not any(map(is_alive, processes(notes))))
    assert len(records(folder)) == 6
    (notes / "open").touch()
    assert run(recipe, folder, executor="ray", address=nodes.address).made == 6
    assert tree(folder) == undisturbed


def test_an_error_in_the_recipe_is_told_and_nothing_is_written(tmp_path: Path, nodes: Nodes) -> None:
    recipe = write_recipe(tmp_path)
    recipe.write_text(recipe.read_text() + "lighting:\n  - dome: {texture: {file: no_sky.hdr}}\n")
    with pytest.raises(errors.RecipeError, match=r"no_sky\.hdr"):
        run(recipe, tmp_path / "data", executor="ray", address=nodes.address)
    assert not (tmp_path / "data").exists()


def test_a_file_that_a_node_lacks_is_named_with_the_node(
    tmp_path: Path, nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    cv2.imwrite("sky.hdr", np.ones((4, 8, 3), np.float32))
    recipe = write_recipe(tmp_path)
    recipe.write_text(recipe.read_text() + "lighting:\n  - dome: {texture: {file: /proc/self/cwd/sky.hdr}}\n")
    with pytest.raises(
        errors.AssetError, match=r"node .+/[0-9a-f]{8} can't read /proc/self/cwd/sky\.hdr: No such file"
    ):
        run(recipe, tmp_path / "data", executor="ray", address=nodes.address)
    assert not (tmp_path / "data").exists()


def test_a_cluster_without_a_gpu_is_told(recipe: Path, tmp_path: Path, nodes: Nodes) -> None:
    with pytest.raises(errors.BackendUnavailable, match="no node of the Ray cluster has a GPU"):
        run(recipe, tmp_path / "data", executor="ray", address=nodes.address, device="cuda")
    assert not (tmp_path / "data").exists()


def test_a_node_without_a_renderer_is_named(recipe: Path, tmp_path: Path, nodes: Nodes) -> None:
    tell(recipe, refuse=True)
    with pytest.raises(errors.BackendUnavailable, match=r"node .+/[0-9a-f]{8}: no renderer here") as caught:
        run(recipe, tmp_path / "data", executor="ray", address=nodes.address)
    assert caught.value.hint == "buy one"
    assert not (tmp_path / "data").exists()


@pytest.mark.slow
def test_without_an_address_a_cluster_is_started_for_the_run(
    recipe: Path, tmp_path: Path, undisturbed: dict[str, str]
) -> None:
    folder = tmp_path / "data"
    notes = tell(recipe, gate=6)
    command = ["generate", recipe, "-o", folder, "--executor", "ray"]
    process = start(command, tmp_path)
    wait_for(lambda: len(records(folder)) >= 6)
    process.terminate()
    status, said = finish(process)
    assert status == 130, said
    assert "interrupted; what is finished is kept" in said
    (notes / "open").touch()
    status, said = finish(start(command, tmp_path))
    assert status == 0, said
    assert "Ray on this machine: 1 node" in said
    assert "raylet" not in said
    assert "INFO" not in said
    assert tree(folder) == undisturbed


def test_an_address_means_ray(recipe: Path, tmp_path: Path) -> None:
    status, said = finish(start(["generate", recipe, "--address", "auto"], tmp_path))
    assert status == 2
    assert "add --executor ray" in said


def test_an_address_where_no_cluster_is_is_told(recipe: Path, tmp_path: Path) -> None:
    with pytest.raises(errors.BackendUnavailable, match=r"no Ray cluster answers at 127\.0\.0\.1:9"):
        run(recipe, tmp_path / "data", executor="ray", address="127.0.0.1:9")
    assert not (tmp_path / "data").exists()


def test_real_frames_are_those_of_a_local_run(tmp_path: Path, nodes: Nodes) -> None:
    (tmp_path / "real.yaml").write_text(REAL_RECIPE)
    recipe = load_recipe(tmp_path / "real.yaml")
    generate(recipe, Options(tmp_path / "local", device="cpu"), Ears())
    generate(recipe, Options(tmp_path / "ray", device="auto", executor="ray", address=nodes.address), Ears())
    assert tree(tmp_path / "ray") == tree(tmp_path / "local")
