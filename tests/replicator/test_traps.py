"""Known traps of Replicator, sprung: scripts step over them or stop with a word; without their guards they'd fall in.

Each trap is one that NVIDIA's documentation or issues tell of. Where the guard is a line of the script, the test also
runs the script without that line, to see that it is what helps.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from sdg.executor.compile import compile_recipe
from tests.foundation.test_rtx_needs import WITH_RT_CORES, WITHOUT_RT_CORES
from tests.recipes import recipe_of
from tests.replicator.basic_writer import WriterFaults
from tests.replicator.compiled import CASES, Compiled, changed, compiled
from tests.replicator.machine import Machine
from tests.replicator.recorder import Faults, Killed
from tests.replicator.run import run
from tests.replicator.signatures import Refused, checked


@pytest.fixture
def variety() -> Compiled:
    return compiled("variety", "baked")


def word(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "run.json").read_text()))


def stops(case: Compiled, folder: Path, message: str, faults: Faults | None = None) -> None:
    """Make sure that a script stops, and that run.json says why, whatever the exit status."""
    with pytest.raises(RuntimeError, match=message):
        run(case, folder, faults)
    assert word(folder)["finished"] is False
    assert re.search(message, word(folder)["error"])


# --- frames ----------------------------------------------------------------------------------------------------------


def test_pictures_and_labels_are_of_one_frame(variety: Compiled, tmp_path: Path) -> None:
    """Asynchronous rendering joins a frame's labels to the picture of the one before."""
    skewed = changed(variety, tmp_path / "skewed", "replicator.py", r' +settings.set\(".*asyncRendering".*\n', "")
    recording, report = run(skewed, tmp_path / "a")
    assert [index for index, _ in recording.states] != report["frame_of_picture"]
    recording, report = run(variety, tmp_path / "b")
    assert [index for index, _ in recording.states] == report["frame_of_picture"]
    assert recording.settings["/exts/isaacsim.core.throttling/enable_async"] is False


def test_materials_are_there_when_the_picture_is_taken(variety: Compiled, tmp_path: Path) -> None:
    """They come a sub-frame late, with the looks of the frame before until then."""
    hasty = changed(variety, tmp_path / "hasty", "replicator.py", "RT_SUBFRAMES = 4", "RT_SUBFRAMES = 1")
    recording, _ = run(hasty, tmp_path / "a")
    assert any(name.endswith("material:binding") for _, wrong in recording.states for name in wrong)
    recording, _ = run(variety, tmp_path / "b")
    assert all(not wrong for _, wrong in recording.states)


@pytest.mark.parametrize(
    ("mode", "renderer", "anti_aliasing"), [("path_traced", "PathTracing", 0), ("real_time", "RaytracedLighting", 2)]
)
def test_nothing_remembers_the_frame_before(mode: str, renderer: str, anti_aliasing: int, tmp_path: Path) -> None:
    """By Isaac Sim's numbers, 0 is no anti-aliasing and 2 is FXAA; temporal ones and DLSS carry history."""
    recipe = recipe_of(
        f"frames: 2\nscene: {{objects: [{{name: box, asset: cube}}]}}\nrender: {{rtx: {{mode: {mode}}}}}"
    )
    compile_recipe(recipe, tmp_path / "out")
    recording, _ = run(Compiled(recipe, tmp_path / "out"), tmp_path / "frames")
    assert (recording.launch["renderer"], recording.launch["anti_aliasing"]) == (renderer, anti_aliasing)


def test_frames_that_are_doubled_stop_the_script(variety: Compiled, tmp_path: Path) -> None:
    stops(variety, tmp_path, "frames are doubled or missing", Faults(stuck_at=2))


def test_a_step_that_gives_up_stops_the_script(variety: Compiled, tmp_path: Path) -> None:
    """After a thousand updates without a picture `step` returns as if nothing were wrong."""
    stops(variety, tmp_path, "6 files of rgb, not 8", Faults(gives_up_at=1))


# --- labels ----------------------------------------------------------------------------------------------------------


def test_labels_are_made_on_one_gpu(variety: Compiled, tmp_path: Path) -> None:
    """With several, they come back empty now and then."""
    several = changed(variety, tmp_path / "several", "replicator.py", ' +"multi_gpu": False.*\n', "")
    _, report = run(several, tmp_path / "a")
    assert len(report["nothing_labelled_in"]) == 4
    _, report = run(variety, tmp_path / "b")
    assert report["nothing_labelled_in"] == []


def test_pictures_without_any_label_are_told(variety: Compiled, tmp_path: Path) -> None:
    """It need not be a fault: a camera may see the sky alone."""
    _, report = run(variety, tmp_path, Faults(writer=WriterFaults(sees_nothing_at=2)))
    assert report["finished"] is True
    found = [Path(file).name for file in report["nothing_labelled_in"]]
    assert found == ["semantic_segmentation_labels_0002.json"] * 2  # of two cameras


ABOVE = (r'(def Xform "World"[^{]*\{\n)', r'\1    token[] semantics:labels:class = ["everything"]\n')


@pytest.mark.parametrize(
    ("pattern", "replacement", "message"),
    [
        (
            r'(semantics:labels:class = )\["free"\]',
            r'\1["free", "other"]',
            r"/World/free_0 has labels \['free', 'other'\]",
        ),
        (r'( +token\[\] semantics:labels:class) = \["free"\]', r"\1", r"/World/free_0 has labels \[\], not \['free'\]"),
        (*ABOVE, r"/World has labels \['everything'\], not None"),
    ],
)
def test_labels_that_would_be_joined_by_commas_stop_the_script(
    pattern: str, replacement: str, message: str, variety: Compiled, tmp_path: Path
) -> None:
    stops(changed(variety, tmp_path / "spoilt", "stage.usda", pattern, replacement), tmp_path / "frames", message)


def test_labels_that_come_out_joined_stop_the_script(variety: Compiled, tmp_path: Path) -> None:
    """The pictures' own labels are looked at too, in case the stage's are not all there is to it."""
    case = changed(variety, tmp_path / "spoilt", "stage.usda", *ABOVE)
    case = changed(case, tmp_path / "unguarded", "replicator.py", r"    check_labels\(stage\)\n", "")
    stops(case, tmp_path / "frames", "classes that the stage has not.*everything, ")


def test_instances_stop_the_script(variety: Compiled, tmp_path: Path) -> None:
    """Replicator labels the prototype of an instance only."""
    pattern = r"(prepend references = @\./assets/free\.usda@)"
    case = changed(variety, tmp_path / "spoilt", "stage.usda", pattern, r"instanceable = true\n        \1")
    stops(case, tmp_path / "frames", "is an instance, whose parts would be missing")


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_a_writer_that_loses_files_stops_the_script(name: str, tmp_path: Path) -> None:
    stops(compiled(name, "baked"), tmp_path, "0 files of rgb, not", Faults(writer=WriterFaults(loses="rgb")))


def test_a_writer_that_writes_nothing_into_files_stops_the_script(variety: Compiled, tmp_path: Path) -> None:
    faults = Faults(writer=WriterFaults(empties="distance_to_image_plane"))
    stops(variety, tmp_path, "distance_to_image_plane_000[0-3].npy is empty", faults)


def test_files_are_waited_for(variety: Compiled, tmp_path: Path) -> None:
    pattern = r" +rep\.orchestrator\.wait_until_complete\(\)\n"
    hasty = changed(variety, tmp_path / "hasty", "replicator.py", pattern, "")
    stops(hasty, tmp_path / "frames", "0 files of rgb")


@pytest.mark.parametrize("step", [0, 3])
def test_a_script_that_is_killed_has_said_that_it_did_not_finish(step: int, variety: Compiled, tmp_path: Path) -> None:
    """Isaac Sim ends with status 0 after a crash as well, so nothing else tells."""
    with pytest.raises(Killed):
        run(variety, tmp_path, Faults(dies_at=step))
    assert word(tmp_path) == {"finished": False}


def test_word_is_left_before_the_app_is_closed(variety: Compiled, tmp_path: Path) -> None:
    """Nothing after `close` may run: the stand-in's ends the process with status 0."""
    late = r"(?s)    leave_word\(finished=True, \*\*main\(\)\)(.*)    app\.close\(\)"
    case = changed(variety, tmp_path / "late", "replicator.py", late, r"    done = main()\1    app.close()\n")
    with (case.folder / "replicator.py").open("a") as file:
        file.write("\nleave_word(finished=True, **done)\n")
    assert not run(case, tmp_path / "a")[1]["finished"]
    assert run(variety, tmp_path / "b")[1]["finished"]


# --- lenses, cameras, poses and seeds ---------------------------------------------------------------------------------


def test_a_lens_schema_that_is_not_there_stops_the_script(variety: Compiled, tmp_path: Path) -> None:
    """Its attributes alone are ignored, and the picture would be that of a pinhole."""
    stops(variety, tmp_path, "can't be applied", Faults(refuses_schemas=True))


def test_a_camera_that_says_no_near_limit_stops_the_script(variety: Compiled, tmp_path: Path) -> None:
    """A USD camera sees nothing nearer than 1 unit unless it says so: 1 m here."""
    case = changed(variety, tmp_path / "spoilt", "stage.usda", r" +float2 clippingRange = .*\n", "")
    stops(case, tmp_path / "frames", "would not see what is nearer than 1 m")


def test_a_stage_that_is_not_opened_stops_the_script(variety: Compiled, tmp_path: Path) -> None:
    """Whatever `open_stage` returns, which no document says, another stage than ours is found out."""
    stops(variety, tmp_path, "stage.usda does not open", Faults(opens_nothing=True))


@pytest.mark.parametrize(
    ("pattern", "replacement", "message"),
    [('upAxis = "Z"', 'upAxis = "Y"', "must be Z up"), ("metersPerUnit = 1", "metersPerUnit = 0.01", "be in metres")],
)
def test_a_stage_of_other_axes_or_units_stops_the_script(
    pattern: str, replacement: str, message: str, variety: Compiled, tmp_path: Path
) -> None:
    stops(changed(variety, tmp_path / "spoilt", "stage.usda", pattern, replacement), tmp_path / "frames", message)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("sampling", ["baked", "native"])
def test_nothing_is_aimed_by_replicator(name: str, sampling: Any, tmp_path: Path) -> None:
    """Its up axis of `look_at` is Y, on stages with Z up too; poses are written as rotations instead."""
    recording, _ = run(compiled(name, sampling), tmp_path)
    assert not any("look_at" in given or "look_at_up_axis" in given for _, given, _ in recording.nodes)
    with pytest.raises(Refused):
        checked("modify.pose", (), {"look_at": (0.0, 0.0, 0.0)})


@pytest.mark.parametrize("pattern", [r"seed=[0-9]+", r"set_global_seed\([0-9]+\)"])
def test_a_seed_of_0_is_none_to_replicator(pattern: str, tmp_path: Path) -> None:
    """The recipe's is 0, and what the script makes of it is not; with 0 in its place, the stand-in stops it."""
    case = compiled("variety", "native")
    zero = pattern.replace("[0-9]+", "0").replace("\\", "")
    with pytest.raises(Refused, match="seed"):
        run(changed(case, tmp_path / "spoilt", "replicator.py", pattern, zero), tmp_path / "frames")


# --- the machine -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gpu", WITHOUT_RT_CORES)
def test_a_gpu_without_rt_cores_ends_the_script_with_status_3(
    gpu: str, variety: Compiled, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        run(variety, tmp_path / "frames", on=Machine(gpus=(gpu, gpu)))
    assert end.value.code == 3
    assert f"RT cores, and these have none: {gpu}" in capsys.readouterr().err
    assert not (tmp_path / "frames").exists()


@pytest.mark.parametrize("gpus", [*((gpu,) for gpu in WITH_RT_CORES), (WITHOUT_RT_CORES[0], WITH_RT_CORES[0]), None])
def test_any_other_gpu_and_one_that_is_not_known_will_do(
    gpus: tuple[str, ...] | None, variety: Compiled, tmp_path: Path
) -> None:
    _, report = run(variety, tmp_path, on=Machine(gpus=gpus))
    assert report["finished"]


@pytest.mark.parametrize(
    "on",
    [
        Machine(folder="4.5.0-rc.36+release.19112.f59b3005.gl"),
        Machine(folder="2023.1.1-rc.8"),
        Machine(package="5.0.0.0", folder=""),
    ],
)
def test_an_old_isaac_sim_ends_the_script_with_status_3(
    on: Machine, variety: Compiled, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In 5.0 a step takes seconds, and before it names and arguments are others."""
    with pytest.raises(SystemExit) as end:
        run(variety, tmp_path / "frames", on=on)
    assert end.value.code == 3
    assert f"needs Isaac Sim 5.1 or newer, and found {on.package or on.folder}" in capsys.readouterr().err


@pytest.mark.parametrize(
    "on", [Machine(package="5.1.0.0", folder=""), Machine(folder="6.0.1-rc.2"), Machine(folder="")]
)
def test_newer_ones_and_those_that_do_not_say_will_do(on: Machine, variety: Compiled, tmp_path: Path) -> None:
    _, report = run(variety, tmp_path, on=on)
    assert report["finished"]
