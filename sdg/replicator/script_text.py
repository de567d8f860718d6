"""The parts of an emitted script that are the same in all of them, with `%NAME%` where a recipe's own words go."""

from __future__ import annotations

HEAD = '''\
"""%TITLE%: %COUNT% as an omni.replicator.core graph, %SAMPLING%.

Written by sdg %VERSION% for Isaac Sim 5.1 (omni.replicator.core 1.12.27). THIS SCRIPT HAS NEVER RUN ON RTX: it has been
executed against a stand-in that knows the names and arguments of that API, and nothing else of it.

    ISAAC_SIM/python.sh replicator.py [FOLDER]        pictures and labels go to FOLDER [frames/, beside this file]

stage.usda holds the world, as the first frame has it; samples.json holds what each frame changes. Nothing of sdg is
needed to run this.%ABOUT%
"""

import json
import os
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUTPUT = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else HERE / "frames"
SAMPLES = json.loads((HERE / "samples.json").read_text(encoding="utf-8"))
FRAMES = SAMPLES["frames"]
if OUTPUT.exists() and any(OUTPUT.iterdir()):
    sys.exit(f"{OUTPUT} is not empty: files of several runs would be mixed up")

%SETTINGS%

%MACHINE%
# --- Isaac Sim -------------------------------------------------------------------------------------------------------
# Kit takes every argument that it finds for its own, and nothing of omni or pxr may be imported before the app exists.
sys.argv = sys.argv[:1]

from isaacsim import SimulationApp  # noqa: E402

app = SimulationApp(
    {
        "headless": True,
        "multi_gpu": False,  # with several GPUs, annotators come back empty now and then: run one process on each
        "renderer": RENDERER,
        "samples_per_pixel_per_frame": SAMPLES_PER_PIXEL,
        "max_bounces": MAX_BOUNCES,
        "denoiser": DENOISE,
        "anti_aliasing": ANTI_ALIASING,
        "disable_viewport_updates": True,  # nobody looks, and in 6.0.0 it takes seconds for each frame
    }
)

import carb.settings  # noqa: E402
import omni.replicator.core as rep  # noqa: E402
import omni.usd  # noqa: E402
from pxr import Gf, Sdf, UsdGeom  # noqa: E402

try:
    from isaacsim.core.utils.stage import is_stage_loading
except ImportError:  # Isaac Sim 6
    from isaacsim.core.experimental.utils.stage import is_stage_loading


def require(condition, message):
    """Stop loudly: a wrong dataset is worse than none."""
    if not condition:
        raise RuntimeError(message)


# --- From samples.json to the graph ----------------------------------------------------------------------------------


# Metres, degrees about the fixed axes X, Y and Z, factors.
POSE = {"position": "xformOp:translate", "rotation": "xformOp:rotateXYZ", "scale": "xformOp:scale"}


def varies(path, name):
    """Return whether an attribute differs between frames; what doesn't is on the stage already."""
    return name in FRAMES[0]["prims"].get(path, {})


def baked(path, name):
    """Return a distribution that gives an attribute's values of frame 0, 1, 2 ... in turn."""
    values = [frame["prims"][path][name] for frame in FRAMES]
    if isinstance(values[0], list):
        values = [tuple(value) for value in values]
    elif isinstance(values[0], str) and values[0].startswith("./"):
        values = [str(HERE / value) for value in values]
    return rep.distribution.sequence(values)


def numbered(base, count):
    """Return the paths base_0, base_1 ..."""
    return [f"{base}_{ordinal}" for ordinal in range(count)]


def pose(path, *words):
    """Move a prim as the frames have it, or those of its position, rotation and scale that are named."""
    parts = {word: baked(path, POSE[word]) for word in words or POSE if varies(path, POSE[word])}
    if parts:
        with rep.create.group([path]):
            rep.modify.pose(**parts)


def visible(path):
    """Show a prim in the frames that have it."""
    if varies(path, "visibility"):
        shown = [frame["prims"][path]["visibility"] != "invisible" for frame in FRAMES]
        with rep.create.group([path]):
            rep.modify.visibility(rep.distribution.sequence(shown))


def material(path):
    """Bind the material that each frame gives a prim."""
    if varies(path, "material:binding"):
        with rep.create.group([path]):
            rep.modify.material(baked(path, "material:binding"))


def attribute(path, name):
    """Set an attribute as the frames have it."""
    if varies(path, name):
        with rep.create.group([path]):
            rep.modify.attribute(name, baked(path, name))


'''

OTHERS = '''\
def others(paths):
    """Return every thing but these: what they must not collide with."""
    return [path for path in SAMPLES["labels"] if not path.startswith("/World/Environment/") and path not in paths]


'''

STAGE = '''\
# --- The stage -------------------------------------------------------------------------------------------------------


def open_stage():
    """Open stage.usda and wait for what it references; check what the rest relies on."""
    context = omni.usd.get_context()
    file = HERE / "stage.usda"
    context.open_stage(str(file))
    app.update()
    while is_stage_loading():
        app.update()
    app.reset_render_settings()  # the stage's own would take their place
    stage = context.get_stage()
    # Until another is opened, the app has an empty stage of its own.
    require(stage and file.samefile(stage.GetRootLayer().realPath or "/"), f"{file} does not open")
    require(UsdGeom.GetStageUpAxis(stage) == "Z", "the stage must be Z up")
    require(UsdGeom.GetStageMetersPerUnit(stage) == 1.0, "the stage must be in metres")
    check_labels(stage)
    for path in CAMERAS:
        limits = stage.GetPrimAtPath(path).GetAttribute("clippingRange")
        require(limits.HasAuthoredValue(), f"{path} would not see what is nearer than 1 m")
    return stage


def check_labels(stage):
    """Make sure that every thing has its class, and nothing another: labels of parents and children are joined."""
    found = {}
    for prim in stage.Traverse():
        require(not prim.IsInstance(), f"{prim.GetPath()} is an instance, whose parts would be missing from the labels")
        if prim.HasAttribute("semantics:labels:class"):
            found[str(prim.GetPath())] = list(prim.GetAttribute("semantics:labels:class").Get() or [])
    wanted = {path: [label] for path, label in SAMPLES["labels"].items()}
    for path in sorted({*found, *wanted}):
        require(found.get(path) == wanted.get(path), f"{path} has labels {found.get(path)}, not {wanted.get(path)}")


def apply_lens(stage, path, schema):
    """Apply one of Omniverse's lens schemas to a camera: attributes without it are ignored."""
    prim = stage.GetPrimAtPath(path)
    require(prim.ApplyAPI(schema), f"{schema} can't be applied to {path}")
    values = {**SAMPLES["fixed"].get(path, {}), **FRAMES[0]["prims"].get(path, {})}
    for name, value in values.items():
        if name.startswith("omni:lensdistortion:"):
            if name.endswith("Texture"):
                value = Sdf.AssetPath(str(HERE / value))
            elif isinstance(value, list):
                value = Gf.Vec2i(*value) if name.endswith(":imageSize") else Gf.Vec2f(*value)
            found = prim.GetAttribute(name)
            require(found.IsValid() and found.Set(value), f"{path} takes no {name}")


'''

BUILD = '''\
# --- The graph -------------------------------------------------------------------------------------------------------


def build_graph():
    """Drive the stage, one frame at each run of the trigger; sections are named after nodes of graph.json."""
    with rep.trigger.on_frame(rt_subframes=RT_SUBFRAMES):
        # Says which frame is shown, so that pictures are named after what is in them.
        with rep.create.group(["/World"]):
            rep.modify.attribute("sdg:frame", rep.distribution.sequence(list(range(len(FRAMES))), name="frame"))
'''

ABSENT = '''\
def pictures_of_absent_cameras(order):
    """Return the pictures, by camera, of frames that don't have it: what it would be mounted on is not there."""
    found = {}
    for picture, frame in enumerate(order):
        for path in FRAMES[frame].get("absent_cameras", []):
            found.setdefault(path.rsplit("/", 1)[1], []).append(picture)
    return found


'''
LEAVE_ASIDE = """} | {
        "leave_aside": pictures_of_absent_cameras(order)
    """

TAIL = '''

# --- The run ---------------------------------------------------------------------------------------------------------


def check_files(count):
    """Make sure that every picture was written: errors of the writer are only logged."""
    for what in FILES:
        written = [file for file in OUTPUT.rglob("*") if re.fullmatch(rf"{what}_[0-9]+\\.[a-z]+", file.name)]
        require(len(written) == count, f"{len(written)} files of {what}, not {count}")
        for file in written:
            require(file.stat().st_size > 0, f"{file} is empty")


def pictures_without_labels():
    """Return the files of labels in which nothing has a class; make sure that the others know no classes but ours."""
    known = set(SAMPLES["labels"].values())
    empty = []
    for file in sorted(OUTPUT.rglob("semantic_segmentation_labels_*.json")):
        labels = json.loads(file.read_text(encoding="utf-8")).values()
        found = {label.get("class") for label in labels} - {"BACKGROUND", "UNLABELLED"}
        require(found <= known, f"{file} has classes that the stage has not: {found - known}")
        if not found:
            empty.append(file.relative_to(OUTPUT).as_posix())
    return empty


%ABSENT%def main():
    """Render every frame once, and return what run.json says of that."""
    stage = open_stage()
%LENSES%    stage.GetPrimAtPath("/World").CreateAttribute("sdg:frame", Sdf.ValueTypeNames.Int).Set(-1)

    settings = carb.settings.get_settings()
    settings.set("/omni/replicator/asyncRendering", False)  # else pictures and labels may be of different frames
    settings.set("/exts/isaacsim.core.throttling/enable_async", False)
    rep.orchestrator.set_capture_on_play(False)

    build_graph()
%SEED%
    products = [
        rep.create.render_product(path, resolution, name=path.rsplit("/", 1)[1]) for path, resolution in CAMERAS.items()
    ]
    writer = rep.writers.get("BasicWriter")
    writer.initialize(output_dir=str(OUTPUT), **ANNOTATORS)
    writer.attach(products)

    # The first step evaluates the graph once more than it captures, so the pictures may begin with frame 1. Sequences
    # start again at their end: as many steps as frames show each of them once, in whatever order.
    order = []
    for _ in FRAMES:
        rep.orchestrator.step(rt_subframes=RT_SUBFRAMES, delta_time=0.0)
        order.append(stage.GetPrimAtPath("/World").GetAttribute("sdg:frame").Get())
    rep.orchestrator.wait_until_complete()
    writer.detach()
    for product in products:
        product.destroy()

    require(sorted(order) == list(range(len(FRAMES))), f"frames are doubled or missing: {order}")
    check_files(len(FRAMES) * len(products))
    return {"frame_of_picture": order, "nothing_labelled_in": pictures_without_labels()%LEAVE_ASIDE%}


def leave_word(**what):
    """Write run.json: the app's exit status says nothing, and a crash leaves it as it was."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    (OUTPUT / "run.json").write_text(json.dumps(what) + "\\n", encoding="utf-8")


leave_word(finished=False)
try:
    leave_word(finished=True, **main())
except Exception as error:
    leave_word(finished=False, error=f"{type(error).__name__}: {error}")
    raise
finally:
    app.close()  # nothing may run after it
'''
