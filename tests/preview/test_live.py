"""A recipe that is edited while it is shown, really rendered."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from sdg.preview.live import Live
from tests.preview.scenes import GREEN, RECIPE, RED, write_recipe

PATIENCE_S = 60.0
CUBE = """\
v 0 0 0
v 1 0 0
v 0 1 0
v 0 0 1
f 1 3 2
f 1 2 4
f 2 3 4
f 3 1 4
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_recipe(tmp_path)


@pytest.fixture
def live(path: Path) -> Iterator[Live]:
    with opened(path) as live:
        yield live


@contextmanager
def opened(path: Path) -> Iterator[Live]:
    live = Live(path, device="cpu")
    live.start()
    try:
        yield live
    finally:
        live.close()


def wait_for(live: Live, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Follow the states as the page does until one is as wanted."""
    state = live.state(0, 0)
    until = time.monotonic() + PATIENCE_S
    while not wanted(state):
        assert time.monotonic() < until, state["status"]
        state = live.state(state["version"], 5.0)
    return state


def is_settled(state: dict[str, Any]) -> bool:
    return bool(state["kind"] != "busy")


def picture(live: Live, state: dict[str, Any], camera: int = 0) -> Any:
    encoded = live.album.at(state["frames"][0]["views"][camera]["pictures"]["rgb"])
    assert encoded is not None
    return cv2.imdecode(np.frombuffer(encoded.content, np.uint8), cv2.IMREAD_COLOR)[..., ::-1].astype(int)


def redness(pixels: Any) -> int:
    return int((pixels[..., 0] - pixels[..., 1]).max())


def greenness(pixels: Any) -> int:
    return int((pixels[..., 1] - pixels[..., 0]).max())


def test_a_recipe_is_drawn_followed_broken_and_mended(live: Live, path: Path) -> None:
    state = wait_for(live, is_settled)
    assert state["kind"] == "good", state["faults"]
    assert [view["camera"] for view in state["frames"][0]["views"]] == ["left", "bent"]
    assert redness(picture(live, state)) > 80 > greenness(picture(live, state))

    path.write_text(RECIPE.replace(RED, GREEN))
    state = wait_for(live, lambda state: is_settled(state) and greenness(picture(live, state)) > 80)
    assert redness(picture(live, state)) < 40

    # Broken: the fault stands at its line, and the last good picture stays.
    good = state["frames"]
    broken = RECIPE.replace("fx: 90", "fx: ninety")
    path.write_text(broken)
    state = wait_for(live, lambda state: state["kind"] == "bad")
    line = 1 + broken[: broken.index("ninety")].count("\n")
    assert state["frames"] == good
    (fault,) = state["faults"]
    assert (fault["line"], fault["where"].split(":")[0]) == (line, str(path))
    assert f"{line} |     lens: {{pinhole: {{fx: ninety}}}}" in fault["text"]
    assert "^^^^^^" in fault["text"]

    path.write_text(RECIPE)
    state = wait_for(live, lambda state: state["kind"] == "good")
    assert redness(picture(live, state)) > 80
    assert state["faults"] == []


def test_a_pipe_in_place_of_the_recipe_is_a_fault_and_does_not_hold_the_page_up(live: Live, path: Path) -> None:
    """A pipe without a writer would be waited for without end."""
    good = wait_for(live, is_settled)["frames"]
    path.unlink()
    os.mkfifo(path)
    state = wait_for(live, lambda state: state["kind"] == "bad")
    (fault,) = state["faults"]
    assert fault["title"] == f"error[R001]: {path} is a named pipe"
    assert state["frames"] == good

    path.unlink()
    path.write_text(RECIPE.replace(RED, GREEN))
    state = wait_for(live, lambda state: state["kind"] == "good" and greenness(picture(live, state)) > 80)
    assert state["faults"] == []


def test_what_is_asked_for_last_is_what_gets_shown(live: Live) -> None:
    for frame_index in range(30):
        live.ask(frame_index, None)
    state = wait_for(live, lambda state: is_settled(state) and state["frames"][0]["frame_index"] == 29)
    assert state["asked"] == {"frame": 29, "seed": "3", "own": True}
    drawn = {entry["name"]: entry["value"] for entry in state["frames"][0]["drawn"]}
    live.ask(29, 4)
    state = wait_for(live, lambda state: is_settled(state) and state["frames"][0]["seed"] == "4")
    again = {entry["name"]: entry["value"] for entry in state["frames"][0]["drawn"]}
    assert drawn.keys() == again.keys() == {"scene.objects.can[0].yaw_deg"}
    assert drawn != again


def test_frames_that_are_superseded_are_not_rendered(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of thirty frames asked for in one breath, only the first, which had begun, and the last are placed."""
    placed = []
    scene = live._studio.scene

    def note(recipe: Any, frame_index: int) -> Any:
        placed.append(frame_index)
        return scene(recipe, frame_index)

    monkeypatch.setattr(live._studio, "scene", note)
    wait_for(live, is_settled)
    for frame_index in range(1, 31):
        live.ask(frame_index, None)
    wait_for(live, lambda state: is_settled(state) and state["frames"][0]["frame_index"] == 30)
    assert placed[-1] == 30
    assert len(placed) <= 4


def test_an_asset_that_is_missing_then_saved_then_changed_is_followed(tmp_path: Path) -> None:
    block = "asset: cube, class: block, size_m: [0.4, 0.4, 0.4]"
    assert block in RECIPE
    path = write_recipe(tmp_path, RECIPE.replace(block, "asset: {file: part.obj}, class: block"))
    with opened(path) as live:
        state = wait_for(live, is_settled)
        assert state["kind"] == "bad"
        assert "part.obj" in state["faults"][0]["title"]
        (tmp_path / "part.obj").write_text(CUBE)
        state = wait_for(live, lambda state: state["kind"] == "good")
        before = height_of_block(state)
        (tmp_path / "part.obj").write_text(CUBE.replace("v 0 0 1", "v 0 0 0.3"))
        wait_for(live, lambda state: is_settled(state) and height_of_block(state) < before)


def height_of_block(state: dict[str, Any]) -> int:
    things = state["frames"][0]["views"][0]["things"]
    return int(next(thing["box"][3] for thing in things if thing["label"] == "block"))


def test_a_lamp_that_is_added_shines(tmp_path: Path) -> None:
    """The renderer's scene is built for the lights of a recipe, so another lamp needs another scene."""
    exposure = "    exposure: {f_number: 4, shutter_s: 0.002, iso: 400}\n    lens: {pinhole"
    dim = RECIPE.replace("    lens: {pinhole", exposure)
    path = write_recipe(tmp_path, dim)
    lamp = "  - sphere: {position_m: [2, 0, 2], radius_m: 0.1, intensity: 3.0e6}\n"
    with opened(path) as live:
        before = picture(live, wait_for(live, is_settled)).mean()
        path.write_text(dim.replace("cameras:", f"{lamp}cameras:"))
        state = wait_for(live, lambda state: is_settled(state) and picture(live, state).mean() > before + 5)
        assert state["kind"] == "good"
