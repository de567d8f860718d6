"""Emitted scripts, executed against a stand-in that has the frozen API and nothing else."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import sdg.replicator
from sdg.executor.compile import compile_recipe
from sdg.graph.build import build_program
from sdg.graph.sample import sample_frame
from sdg.replicator.seeds import replicator_seed
from sdg.stage.build import build_stage
from tests.recipes import recipe_of
from tests.replicator.compiled import CASES, Compiled, compiled
from tests.replicator.recorder import Faults
from tests.replicator.run import run
from tests.replicator.signatures import TABLE


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("name", CASES)
def test_a_baked_script_shows_every_frame_once_as_samples_has_it(name: str, preview: bool, tmp_path: Path) -> None:
    """Whether or not the first step evaluates the graph once more than it captures."""
    case = compiled(name, "baked")
    recording, report = run(case, tmp_path, Faults(preview=preview))
    count = len(case.samples["frames"])
    assert sorted(index for index, _ in recording.states) == list(range(count))
    assert [wrong for _, wrong in recording.states] == [[]] * count
    order = [index for index, _ in recording.states]
    assert report == {"finished": True, "frame_of_picture": order, "nothing_labelled_in": []}
    assert recording.is_closed


@pytest.mark.parametrize("name", CASES)
def test_a_baked_script_draws_nothing(name: str, tmp_path: Path) -> None:
    recording, _ = run(compiled(name, "baked"), tmp_path)
    assert list(recording.distributions) == ["frame"]
    assert recording.seed is None


def baked_nodes(script: Path) -> list[str]:
    return re.findall(r"# baked: (\S+):\s", script.read_text())


@pytest.mark.parametrize("name", CASES)
def test_every_draw_of_the_graph_is_native_or_said_to_be_baked(name: str, tmp_path: Path) -> None:
    case = compiled(name, "native")
    recording, _ = run(case, tmp_path)
    drawn = [node["name"] for node in case.graph["nodes"] if node["op"].startswith("distribution.")]
    native = [node for node in recording.distributions if node != "frame"]
    baked = [node for node in baked_nodes(case.script) if node in drawn]
    assert sorted([*native, *baked]) == sorted(drawn)


@pytest.mark.parametrize("name", CASES)
def test_native_nodes_are_those_of_the_graph(name: str, tmp_path: Path) -> None:
    """Name by name: the same distribution, the same parameters, and prims of the block that it drives."""
    case = compiled(name, "native")
    recording, _ = run(case, tmp_path)
    nodes = {node["name"]: node for node in case.graph["nodes"]}
    targets = {
        item.arguments["name"]: paths
        for _, given, paths in recording.nodes
        for item in given.values()
        if hasattr(item, "arguments") and item.arguments.get("name") in nodes
    }
    for drawn, item in recording.distributions.items():
        if drawn == "frame":
            continue
        assert item.function == nodes[drawn]["op"]
        given = {key: plain(value) for key, value in item.arguments.items() if key not in ("seed", "name")}
        assert given == {key: plain(value) for key, value in nodes[drawn]["inputs"].items()}
        (consumer,) = (to for start, to, _ in case.graph["edges"] if start == drawn)
        owner = nodes[consumer]["inputs"]["input_prims"]["ref"]
        assert targets[drawn]
        for path in targets[drawn]:
            assert re.match(prims_of(owner), path), (drawn, path)


def plain(value: Any) -> Any:
    """Return a parameter without what two spellings of it differ in: tuples, and the folder of materials."""
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.removeprefix("/World/Looks/") if isinstance(value, str) else value


def prims_of(node: str) -> str:
    section, name = re.fullmatch(r"(scene\.objects|lighting|materials|cameras)\.(.+)", node).groups()  # type: ignore[union-attr]
    folder = {"scene.objects": "/World", "lighting": "/World/Lights", "materials": "/World/Looks"}
    return rf"{folder.get(section, '/World/Cameras')}/{name}(_[0-9]+)?(/|$)"


@pytest.mark.parametrize("name", CASES)
def test_scattering_is_native_or_said_to_be_baked(name: str, tmp_path: Path) -> None:
    case = compiled(name, "native")
    recording, _ = run(case, tmp_path)
    scattered = {
        given["name"]: (given, paths) for call, given, paths in recording.nodes if call == "randomizer.scatter_2d"
    }
    nodes = {node["name"]: node for node in case.graph["nodes"] if node["op"] == "randomizer.scatter_2d"}
    assert sorted([*scattered, *(node for node in baked_nodes(case.script) if node in nodes)]) == sorted(nodes)
    for name, (given, paths) in scattered.items():
        assert all(re.match(prims_of(name.removesuffix(":scatter_2d")), path) for path in paths)
        assert given["surface_prims"].paths in {("/World/Environment/floor",), ("/World/Environment/lawn",)}
        region = nodes[name]["inputs"].get("region_m")
        if region is not None:
            assert [*given["min_samp"][:2], *given["max_samp"][:2]] == region
        assert not set(given["no_coll_prims"].paths) & set(paths)


def test_the_warehouse_has_natives_of_many_kinds(tmp_path: Path) -> None:
    """Else the tests above would hold of nothing."""
    recording, _ = run(compiled("warehouse", "native"), tmp_path / "a")
    assert {"scene.objects.carton.yaw_deg", "scene.objects.carton.material"} <= set(recording.distributions)
    assert "randomizer.scatter_2d" in {call for call, _, _ in recording.nodes}
    recording, _ = run(compiled("variety", "native"), tmp_path / "b")
    kinds = {item.function for name, item in recording.distributions.items() if name != "frame"}
    assert kinds == {f"distribution.{kind}" for kind in ("uniform", "normal", "log_uniform", "choice")}
    assert {"vars.alone", "materials.red.roughness", "materials.any.color"} <= set(recording.distributions)


def test_what_a_native_node_drives_is_not_played_back(tmp_path: Path) -> None:
    recording, _ = run(compiled("variety", "native"), tmp_path)
    calls = [(call, given) for call, given, paths in recording.nodes if paths == ("/World/free_0",)]
    assert [call for call, _ in calls] == ["modify.pose", "modify.pose"]
    drawn = sorted(item.function for _, given in calls for item in given.values())
    assert drawn == ["distribution.normal", "distribution.uniform"]


def test_seeds_are_never_zero_and_differ_from_node_to_node(tmp_path: Path) -> None:
    """The seed of `variety` is 0, which Replicator would take for none; equal seeds would give equal streams."""
    recording, _ = run(compiled("variety", "native"), tmp_path)
    seeds = [item.arguments["seed"] for name, item in recording.distributions.items() if name != "frame"]
    assert recording.seed == replicator_seed(0, "")
    assert all(0 < seed < 2**31 for seed in [*seeds, recording.seed])
    assert len({*seeds, recording.seed}) == len(seeds) + 1


def test_a_lamp_that_is_dimmed_by_its_colour_is_as_bright_in_native_sampling(tmp_path: Path) -> None:
    """Colour (0.5, 0.5, 0.5) is white of luminance 1 at half the intensity: an exposure of -1."""
    recording, _ = run(compiled("variety", "native"), tmp_path)
    exposures = [given["value"] for _, given, paths in recording.nodes if given.get("name") == "inputs:exposure"]
    assert exposures == [-1.0]


@pytest.mark.parametrize("name", CASES)
def test_lens_schemas_are_applied_with_attributes_that_they_have(name: str, tmp_path: Path) -> None:
    case = compiled(name, "baked")
    recording, _ = run(case, tmp_path)
    prims = {**case.samples["fixed"]}
    for path, values in case.samples["frames"][0]["prims"].items():
        prims[path] = {**prims.get(path, {}), **values}
    for path, values in prims.items():
        lens = {name for name in values if name.startswith("omni:lensdistortion:")}
        assert bool(lens) == (path in recording.schemas)
        if lens:
            schema = TABLE["lens_schemas"][recording.schemas[path]]
            names = {f"omni:lensdistortion:{schema['model']}:{name}" for name in schema["attributes"]}
            assert lens == names | {"omni:lensdistortion:model"}
            assert values["omni:lensdistortion:model"] == schema["model"]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("sampling", ["baked", "native"])
def test_scripts_import_nothing_of_ours_and_nothing_of_kit_before_the_app(name: str, sampling: Any) -> None:
    tree = ast.parse(compiled(name, sampling).script.read_text())
    modules = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name: node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    start = next(
        node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assign) and "SimulationApp" in ast.dump(node)
    )
    kit = {module for module in modules if module.partition(".")[0] in ("omni", "carb", "pxr")}
    assert kit == {"omni.usd", "omni.replicator.core", "carb.settings", "pxr"}
    assert all(modules[module] > start for module in kit)
    rest = {module.partition(".")[0] for module in modules} - {"omni", "carb", "pxr"}
    assert rest == {"importlib", "json", "os", "re", "subprocess", "sys", "pathlib", "isaacsim"}


def test_a_script_says_what_of_the_recipe_it_lacks() -> None:
    head = " ".join(compiled("sensors", "baked").script.read_text().split('"""')[1].split())
    assert "exposure, sensors, optics, depth sensors and depth noise, motion while the shutter is open" in head
    assert "rolling shutters" in head
    assert "neither" not in compiled("warehouse", "baked").script.read_text().split('"""')[1]


def test_a_texture_that_varies_is_named_from_the_root(tmp_path: Path) -> None:
    """Where a relative path leads depends on the layer that it is written to."""
    text = """
frames: 2
scene: {objects: [{name: box, asset: cube}]}
lighting: [{sun_sky: {hour: {uniform: [8, 16]}, day: 172, latitude_deg: 48}}]
"""
    compile_recipe(recipe_of(text), tmp_path / "out")
    recording, _ = run(Compiled(recipe_of(text), tmp_path / "out"), tmp_path / "frames")
    (files,) = (
        given["value"].arguments["items"]
        for _, given, _ in recording.nodes
        if given.get("name") == "inputs:texture:file"
    )
    assert all(Path(file).is_absolute() and Path(file).is_file() for file in files)
    assert [wrong for _, wrong in recording.states] == [[], []]


# By seed, the frames of four in which the second camera has nothing to be on.
ABSENT = {1: [2, 3], 2: [1, 3], 3: [0, 1, 2]}
MOUNTED = """
seed: %d
frames: 4
scene: {objects: [{name: rep, asset: sphere, position_m: [1, 0, 0], probability: 0.5}]}
lighting: [{dome: {intensity: 100}}]
output: {annotators: [rgb]}
cameras:
  - {name: still, resolution: [64, 48], lens: {pinhole: {fx: 60}}, pose: {transform: {position_m: [0, -5, 1]}}}
  - {name: rider, resolution: [32, 24], lens: {pinhole: {fx: 30}}, mount: {on: rep, pose: {position_m: [0.8, 0, 0.5]}}}
"""


@pytest.mark.parametrize("seed", ABSENT)
@pytest.mark.parametrize("preview", [True, False])
def test_a_camera_that_some_frames_lack_is_there_and_its_idle_pictures_are_named(
    seed: int, preview: bool, tmp_path: Path
) -> None:
    """With seed 3 the first frame lacks it."""
    recipe = recipe_of(MOUNTED % seed)
    program = build_program(recipe)
    present = [
        [camera.name for camera in build_stage(sample_frame(recipe, program.graph, index), recipe).cameras]
        for index in range(4)
    ]
    absent = [index for index in range(4) if "rider" not in present[index]]
    assert absent == ABSENT[seed]
    compile_recipe(recipe, tmp_path / "out")
    case = Compiled(recipe, tmp_path / "out")
    recording, report = run(case, tmp_path / "frames", Faults(preview=preview))
    assert '    "/World/Cameras/rider": (32, 24),\n' in case.script.read_text()
    assert [wrong for _, wrong in recording.states] == [[]] * 4
    said = [report["frame_of_picture"][picture] for picture in report["leave_aside"]["rider"]]
    assert sorted(said) == absent
    assert list(report["leave_aside"]) == ["rider"]
    jsonschema.validate(case.samples, json.loads(Path(sdg.replicator.__path__[0], "samples.schema.json").read_text()))
    named = {frame["frame"] for frame in case.samples["frames"] if "absent_cameras" in frame}
    assert named == set(absent)


def test_a_light_that_is_lit_in_no_frame_is_baked(tmp_path: Path) -> None:
    text = """
frames: 2
scene: {objects: [{name: box, asset: cube}]}
lighting: [{rect: {name: lamp, intensity: {uniform: [1, 2]}, position_m: [0, 0, 3], probability: 0}}]
"""
    compile_recipe(recipe_of(text), tmp_path / "out", sampling="native")
    case = Compiled(recipe_of(text), tmp_path / "out")
    assert "# baked: lighting.lamp.intensity: it is lit in no frame" in case.script.read_text()
    recording, _ = run(case, tmp_path / "frames")
    assert [wrong for _, wrong in recording.states] == [[], []]


def test_the_shade_and_wear_of_a_surface_are_played_back(tmp_path: Path) -> None:
    """A shade changes what the recipe's own numbers are multiplied with, and wear which textures there are."""
    text = """
frames: 3
scene: {objects: [{name: box, asset: cube, material: paint}]}
materials:
  paint:
    base: grey
    roughness: {uniform: [0.2, 0.4]}
    wear: {sequence: [0, 0.5, 1]}
    perturb: {hue_deg: {uniform: [0, 9]}}
"""
    compile_recipe(recipe_of(text), tmp_path / "out", sampling="native")
    case = Compiled(recipe_of(text), tmp_path / "out")
    assert set(baked_nodes(case.script)) >= {
        f"materials.paint.{key}" for key in ("roughness", "wear", "perturb.hue_deg")
    }
    recording, _ = run(case, tmp_path / "frames")
    assert [wrong for _, wrong in recording.states] == [[], [], []]
    bindings = {
        value
        for frame in case.samples["frames"]
        for prim in frame["prims"].values()
        for name, value in prim.items()
        if name == "material:binding"
    }
    assert len(bindings) == 3


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("sampling", ["baked", "native"])
def test_scripts_are_short_and_say_that_they_never_ran_on_rtx(name: str, sampling: Any) -> None:
    text = compiled(name, sampling).script.read_text()
    assert "HAS NEVER RUN ON RTX" in text.split('"""')[1]
    assert "%" not in re.sub(r"'[^']*'|\"[^\"]*\"", "", text)
    assert max(len(line) for line in text.splitlines()) <= 120
    # A line for each draw that is baked, and for each prim of a room; a humanoid has dozens, an office hundreds.
    assert len(text.splitlines()) < {"humanoid": 600, "warehouse": 700, "indoor_office": 1000}.get(name, 500)
