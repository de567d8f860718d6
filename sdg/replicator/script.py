"""`replicator.py`: the graph of a recipe as a script for Isaac Sim's own Python, readable at any length."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from sdg.graph.program import Program
from sdg.replicator.machine_text import MACHINE
from sdg.replicator.native import NativePlan, plan_natives
from sdg.replicator.overview import Overview
from sdg.replicator.samples import Samples
from sdg.replicator.script_text import ABSENT, BUILD, HEAD, LEAVE_ASIDE, OTHERS, STAGE, TAIL
from sdg.replicator.sections import Owner, driven, owners, playback
from sdg.replicator.seeds import replicator_seed
from sdg.replicator.usd.layout import UsdLayout
from sdg.replicator.usd.lens_schema import schema_name
from sdg.version import __version__

Sampling: TypeAlias = Literal["baked", "native"]

# Isaac Sim's names of the recipe's modes.
RENDERERS: Mapping[str, str] = {"path_traced": "PathTracing", "real_time": "RaytracedLighting"}
# None and FXAA, as Isaac Sim numbers them. Path tracing needs none; the others remember the frame before, which has
# nothing to do with this one, and leave ghosts of it.
ANTI_ALIASING: Mapping[str, int] = {"path_traced": 0, "real_time": 2}
_WIDTH = 116
_ABOUT: Mapping[Sampling, str] = {
    "baked": """

Its values were sampled by sdg: RTX renders the same worlds as sdg's embedded renderer, in every run.""",
    "native": """

Its values are drawn by Replicator where it has a node for them, from seeds that derive from the recipe's; every run
of this script draws the same ones, though not those of sdg's embedded renderer. What has no such node plays back values
of sdg, and a comment says why.""",
}
_SOME_ABSENT = """

Not every frame has every camera, and Replicator takes pictures from all of them: leave those aside that run.json names
under leave_aside."""
# sdg's annotators and BasicWriter's flags; the files' names begin with the flag.
_FLAGS: Mapping[str, str] = {
    "rgb": "rgb",
    "depth": "distance_to_image_plane",
    "semantic_segmentation": "semantic_segmentation",
    "instance_segmentation": "instance_segmentation",
    "distance_to_image_plane": "distance_to_image_plane",
    "distance_to_camera": "distance_to_camera",
    "normals": "normals",
    "motion_vectors": "motion_vectors",
    "pointcloud": "pointcloud",
    "bounding_box_2d_tight": "bounding_box_2d_tight",
    "bounding_box_2d_loose": "bounding_box_2d_loose",
    "bounding_box_3d": "bounding_box_3d",
    "occlusion": "occlusion",
    "camera_params": "camera_params",
}
_COLORED = ("semantic_segmentation", "instance_segmentation")


def write_script(program: Program, overview: Overview, layout: UsdLayout, samples: Samples, sampling: Sampling) -> str:
    """Return the text of `replicator.py`.

    Args:
        program: The recipe and its graph.
        overview: Its frames, in a few words.
        layout: Their stage.
        samples: What `samples.json` beside the script holds.
        sampling: Whether distributions become values or Replicator's nodes.
    """
    title = program.recipe.specimen.name
    native = plan_natives(program, overview, layout, samples) if sampling == "native" else NativePlan()
    count = f"{overview.frame_count} frame{'' if overview.frame_count == 1 else 's'}"
    head = HEAD + (OTHERS if sampling == "native" else "") + STAGE
    text = head + "".join(_graph(program, samples, native)) + TAIL
    words = {
        "MACHINE": MACHINE,
        "TITLE": title,
        "COUNT": count,
        "SAMPLING": sampling,
        "VERSION": __version__,
        "ABOUT": _ABOUT[sampling] + _left_out(overview) + (_SOME_ABSENT if overview.misses_cameras else ""),
        "SETTINGS": "\n".join(_settings(program, overview)),
        "LENSES": "".join(_lenses(layout)),
        "ABSENT": ABSENT if overview.misses_cameras else "",
        "LEAVE_ASIDE": LEAVE_ASIDE if overview.misses_cameras else "",
        "SEED": _seed(program, sampling),
    }
    for name, value in words.items():
        text = text.replace(f"%{name}%", value)
    return text


def _left_out(overview: Overview) -> str:
    """Return a paragraph on what the frames have and the script lacks."""
    words = ", ".join(overview.lacks)
    said = f"The recipe also asks for what neither the stage nor this script has: {words}."
    return f"\n\n{textwrap.fill(said, _WIDTH)}" if words else ""


def _settings(program: Program, overview: Overview) -> Iterator[str]:
    settings = overview.first.settings
    yield f"SAMPLES_PER_PIXEL = {settings.spp}"
    yield f"MAX_BOUNCES = {settings.max_depth}"
    yield f"DENOISE = {settings.denoise}"
    yield f'RENDERER = "{RENDERERS[settings.rtx.mode]}"'
    kind = {"path_traced": "none", "real_time": "FXAA"}[settings.rtx.mode]
    yield f"ANTI_ALIASING = {ANTI_ALIASING[settings.rtx.mode]}  # {kind}: others leave ghosts of the frame before"
    yield f"RT_SUBFRAMES = {settings.rtx.rt_subframes}  # of a picture; with few, ghosts stay and materials come late"
    yield "CAMERAS = {"
    for path, resolution in overview.cameras.items():
        yield f'    "{path}": {resolution},'
    yield "}"
    annotators = program.recipe.specimen.output.annotators
    flags = list(dict.fromkeys(_FLAGS[name] for name in annotators if name in _FLAGS))
    for annotator in annotators:
        if annotator not in _FLAGS:
            yield f"# {annotator}: BasicWriter has none; sdg generate --renderer replicator writes them"
    yield f"FILES = {_wrapped(flags)}"
    yield "ANNOTATORS = dict.fromkeys(FILES, True)"
    for name in flags:
        if name in _COLORED:
            yield f'ANNOTATORS["colorize_{name}"] = False  # ids, not colours'


def _wrapped(items: Sequence[str]) -> str:
    text = "[" + ", ".join(f'"{item}"' for item in items) + "]"
    if len(text) <= _WIDTH - 10:
        return text
    return "[\n" + "".join(f'    "{item}",\n' for item in items) + "]"


def _graph(program: Program, samples: Samples, native: NativePlan) -> Iterator[str]:
    yield BUILD
    shared = tuple(native.comments("vars"))
    if shared:
        yield from _section("vars", shared)
    left = dict(driven(samples, native.taken))
    for owner in owners(program, samples.paths):
        lines = [*native.comments(owner.node), *native.lines(owner.node), *playback(owner, left, samples.varying)]
        left = {path: names for path, names in left.items() if not owner.holds(path)}
        if lines:
            yield from _section(owner.node, lines)
    if left:
        rest = Owner("what no block owns", tuple(left))
        yield from _section(rest.node, playback(rest, left, samples.varying))


def _section(title: str, lines: Iterator[str] | Sequence[str]) -> Iterator[str]:
    yield f"\n        # {title}\n"
    for line in lines:
        yield textwrap.indent(line, " " * 8) + "\n"


def _lenses(layout: UsdLayout) -> Iterator[str]:
    for path, camera in layout.cameras.items():
        if camera.lens_model is not None:
            yield f'    apply_lens(stage, "{path}", "{schema_name(camera.lens_model)}")\n'


def _seed(program: Program, sampling: Sampling) -> str:
    if sampling == "baked":
        return ""
    seed = replicator_seed(program.recipe.specimen.seed, "")
    return f"    rep.set_global_seed({seed})  # takes the graph to be there, and 0 for no seed\n"
