"""What is said about RTX, and what recordings of the renderer contract prove, agree."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sdg.render.doctor import check_isaac_sim
from tests.contract.recording import FOLDER, State, recordings_of, state_of

REPOSITORY = Path(__file__).parents[2]
PAGE = REPOSITORY / "docs/rtx.md"
NEVER = "**None of this has ever run on an RTX card.**"
NOT_THIS = "**As it stands, the renderer contract has never been passed on an RTX card; an earlier one has been run.**"
PASSED = "**The renderer contract was passed on an RTX card:"


def claim(states: dict[str, State]) -> str:
    """Return what docs/rtx.md may and must say, given what the recordings of RTX are worth, the newest last."""
    fresh = [name for name, state in states.items() if state == "fresh"]
    if fresh:
        return f"{PASSED} [{fresh[-1]}](../tests/contract/recordings/{fresh[-1]}).**"
    return NOT_THIS if states else NEVER


def run_contract(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ({}, NEVER),
        ({"replicator-2026-01-31.json": "stale"}, NOT_THIS),
        ({"replicator-2026-01-31.json": "broken"}, NOT_THIS),
        ({"a.json": "fresh", "b.json": "partial"}, f"{PASSED} [a.json](../tests/contract/recordings/a.json).**"),
    ],
)
def test_only_a_fresh_recording_lets_the_page_say_that_rtx_passed(states: dict[str, State], said: str) -> None:
    assert claim(states) == said


def test_the_page_about_rtx_says_what_its_recordings_prove() -> None:
    """When this fails after a change of the contract, the recording has become stale: say so, or record anew."""
    states = {name: state_of(recording) for name, recording in recordings_of("replicator").items()}
    wanted = claim(states)
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert wanted in text, states
    assert not [other for other in (NEVER, NOT_THIS, PASSED) if other in text and not wanted.startswith(other)]


def test_the_doctor_says_of_rtx_what_its_recordings_prove(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "python.sh").touch()
    monkeypatch.setenv("ISAAC_SIM", str(tmp_path))
    passed = any(state_of(recording) == "fresh" for recording in recordings_of("replicator").values())
    check = check_isaac_sim()
    assert check.ok
    assert ("never ran on RTX" in check.found) is not passed


def test_recordings_are_of_the_renderer_and_day_that_they_are_named_after() -> None:
    for path in FOLDER.glob("*.json"):
        recording = json.loads(path.read_text())
        assert path.name == f"{recording['renderer']}-{recording['date']}.json"


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A few tests of the contract, recorded on the embedded renderer."""
    folder = tmp_path_factory.mktemp("recordings")
    done = run_contract("tests/contract/test_frames.py", "--record", str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    ((_, made),) = recordings_of("mitsuba", folder).items()
    return dict(made)


def test_a_recording_holds_renderer_versions_device_and_the_figures_of_every_test(recording: dict[str, Any]) -> None:
    assert recording["renderer"] == "mitsuba"
    assert recording["device"]
    assert recording["versions"]["mitsuba"]
    assert set(recording["gpu"]) == {"model", "driver"}
    assert len(recording["results"]) == 7
    for test, result in recording["results"].items():
        assert result["outcome"] == "passed", test
    judged = recording["results"]["test_frames.py::test_a_frame_shows_its_own_world_whichever_came_before[0]"]
    assert judged["figures"]["wrong ids [px]"] == {"at most": 0, "measured": 0.0}


def test_a_recording_is_fresh_until_the_contract_changes(recording: dict[str, Any]) -> None:
    """Of a few tests it is partial; said to be of all, fresh."""
    assert state_of(recording) == "partial"
    whole = {**recording, "whole": True}
    assert state_of(whole) == "fresh"
    assert state_of({**whole, "contract": "0" * 64}) == "stale"
    test, result = next(iter(whole["results"].items()))
    assert state_of({**whole, "results": {**whole["results"], test: {**result, "outcome": "failed"}}}) == "broken"
    skipped = {name: {**entry, "outcome": "skipped"} for name, entry in whole["results"].items()}
    assert state_of({**whole, "results": skipped}) == "partial"


def test_without_isaac_sim_the_contract_ends_with_status_3_and_says_why(tmp_path: Path) -> None:
    variables = dict.fromkeys(("SDG_ISAACSIM_PYTHON", "ISAAC_SIM", "ISAAC_PATH", "ISAACSIM_PATH"), "")
    done = run_contract("tests/contract", "--renderer", "replicator", "--record", str(tmp_path), **variables)
    assert done.returncode == 3
    assert "Isaac Sim, which renders with RTX, was not found" in done.stdout + done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_the_whole_contract_run_on_the_embedded_renderer_leaves_a_fresh_recording(tmp_path: Path) -> None:
    done = run_contract("tests/contract", "--record", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = recordings_of("mitsuba", tmp_path).values()
    assert state_of(made) == "fresh"
    assert {result["outcome"] for result in made["results"].values()} == {"passed"}
