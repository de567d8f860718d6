"""`sdg preview` as people call it, really rendered."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import cv2
import pytest

from sdg.cli.main import main
from sdg.pipeline import Pipeline
from sdg.preview.folder import prepare_folder
from sdg.preview.studio import Studio
from sdg.recipe.load import load_recipe
from tests.preview.scenes import RECIPE, write_recipe
from tests.preview.test_page import state_of


@pytest.fixture
def recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_recipe(tmp_path)


def test_a_preview_is_a_picture_a_sheet_and_a_page(recipe: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview", str(recipe), "-n", "2", "--seed", "8", "--device", "cpu"]) == 0
    folder = Path("outputs/previews/bench")
    names = ["first.png", "sheet.png", "index.html"]
    assert capsys.readouterr().out.split() == [str(folder / name) for name in names]
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    assert cv2.imread(str(folder / "first.png")).shape == (72, 96, 3)
    height, width = cv2.imread(str(folder / "sheet.png")).shape[:2]
    assert width > 7 * 300
    assert height > 2 * (270 + 288)  # two frames of two cameras, 360 pixels wide
    state = state_of((folder / "index.html").read_text())
    assert isinstance(state, dict)
    assert [(frame["frame_index"], frame["seed"]) for frame in state["frames"]] == [(0, "8"), (1, "8")]
    first = (folder / "sheet.png").read_bytes()
    assert main(["preview", str(recipe), "-n", "2", "--seed", "8", "--device", "cpu"]) == 0
    assert (folder / "sheet.png").read_bytes() == first


def test_a_preview_shows_the_worlds_and_labels_that_generate_makes(recipe: Path) -> None:
    loaded = load_recipe(recipe)
    studio = Studio("cpu")
    shots = list(studio.shots(studio.scene(loaded, 1)))
    studio.close()
    with Pipeline(loaded, device="cpu") as pipeline:
        frame = pipeline.frame(1)
    assert [shot.camera for shot in shots] == list(frame.views)
    for shot, view in zip(shots, frame.views.values(), strict=True):
        assert [thing.box for thing in shot.things] == [seen.bbox_xywh_px for seen in view.instances]
        for thing, seen in zip(shot.things, view.instances, strict=True):
            # The cuboid's edges begin and end in its corners.
            ends = {tuple(point) for run in thing.edges for point in (run[0].round(6), run[-1].round(6))}
            assert ends == {tuple(corner) for corner in seen.corners_px.round(6)}


def test_an_edited_recipe_is_drawn_by_the_renderer_of_the_one_before_as_by_its_own(recipe: Path) -> None:
    loaded = load_recipe(recipe)
    edited = load_recipe(recipe, ["materials.paint.color=[0.1, 0.2, 0.9]", "scene.objects.0.position_m=[0, -0.6, 0]"])
    with Pipeline(loaded, device="cpu") as before:
        before.frame(0)
        after = Pipeline(edited, device="cpu", predecessor=before)
        assert after._renderer is before._renderer
        taken_over = after.frame(0).views["left"]
    with Pipeline(edited, device="cpu") as alone:
        own = alone.frame(0).views["left"]
    assert (own.instance == taken_over.instance).all()
    assert (own.depth_m == taken_over.depth_m).all()
    assert (own.rgb == taken_over.rgb).mean() > 0.99


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["absent.yaml"], "there is no recipe absent.yaml"),
        (["bench.yaml", "-n", "0"], "0 is not in the range"),
        (["bench.yaml", "--port", "8000"], "--port belongs to --serve"),
        (["bench.yaml", "--serve", "-n", "3"], "--serve writes no files"),
        (["bench.yaml", "--serve", "-o", "there"], "--serve writes no files"),
        (["bench.yaml", "--set", "cameras.0.lens.pinhole.fx=-4"], "error[R"),
        (["bench.yaml", "-o", "."], "holds something else than a preview"),
    ],
)
def test_slips_are_told_and_nothing_is_written(
    recipe: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["preview", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert [path.name for path in Path().iterdir()] == [recipe.name]


def test_what_the_recipe_names_and_is_not_there_is_told_at_its_line(
    recipe: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe.write_text(RECIPE.replace("asset: cube", "asset: cubee"))
    assert main(["preview", str(recipe), "--device", "cpu"]) == 2
    assert re.search(r"error\[S001\].*\n.*bench\.yaml:7:\d+", capsys.readouterr().err)


def test_a_dataset_is_never_written_into(yard: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = write_recipe(tmp_path)
    before = sorted(yard.rglob("*"))
    for folder in (yard, yard / "rgb", yard / "previews" / "bench"):
        assert main(["preview", str(recipe), "-o", str(folder)]) == 2
    assert sorted(yard.rglob("*")) == before


def test_only_an_earlier_preview_is_taken_away(tmp_path: Path) -> None:
    for name in ("first.png", "sheet.png", "index.html"):
        (tmp_path / name).write_text("old")
    (tmp_path / ".sheet.png.123.tmp").write_text("left by a run that was killed")
    prepare_folder(tmp_path)
    assert not list(tmp_path.glob("*.png"))


def test_a_port_in_use_is_told(recipe: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["preview", str(recipe), "--serve", "--port", str(port)]) == 2
    assert f"port {port} is in use" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_the_server_cleanly(recipe: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "sdg", "preview", str(recipe), "--serve", "--port", "0", "--device", "cpu"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        found = re.match(r"http://127\.0\.0\.1:\d+/", process.stderr.readline())
        assert found is not None
        with urllib.request.urlopen(found[0], timeout=30) as answer:
            assert answer.status == 200
        time.sleep(0.5)
        process.send_signal(number)
        said = process.stderr.read()
        assert process.wait(60) == 0
    assert "Traceback" not in said
