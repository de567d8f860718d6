"""Runs in Isaac Sim's own Python: renders the frames that it is asked for, and hands their raw arrays over.

Nothing of `sdg` is imported, but for the format of messages, which is read from the file beside this one. Requests and
answers are those of `WorkerProcess`. Where Isaac Sim would go on after a fault, this stops: a wrong dataset is worse
than none.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

# What is captured of every camera, and how. A writer gets all of it through one gate, so that it is of one moment.
PICTURES: Mapping[str, Mapping[str, Any]] = {
    "HdrColor": {},
    "distance_to_image_plane": {},
    "distance_to_camera": {},
    "instance_id_segmentation": {"colorize": False},
    "normals": {},
}
IDS = "instance_id_segmentation"
MOMENT = "ReferenceTime"
# Updates within which what a step scheduled must arrive.
PATIENCE = 100


def require(condition: object, message: str) -> None:
    """Stop loudly."""
    if not condition:
        raise RuntimeError(message)


def load_protocol() -> ModuleType:
    """Return the format of messages, from the file beside this one."""
    path = Path(__file__).with_name("protocol.py")
    spec = importlib.util.spec_from_file_location("sdg_protocol", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["sdg_protocol"] = module
    spec.loader.exec_module(module)
    return module


def versions() -> dict[str, str]:
    """Return which Isaac Sim this is: by its package, or by the file that an install folder has."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return {"isaacsim": version("isaacsim")}
    except PackageNotFoundError:
        file = Path(os.environ.get("ISAAC_PATH", "/")) / "VERSION"
        return {"isaacsim": file.read_text(encoding="utf-8").strip()} if file.is_file() else {}


class Session:
    """A stage that is open, its cameras, and what is captured of them."""

    def __init__(self, app: Any, folder: Path) -> None:
        """Open `stage.usda` as `session.json` beside it says, and wait until everything on it is loaded."""
        import carb.settings
        import omni.replicator.core as rep

        self._app = app
        self._folder = folder
        self._rep = rep
        self._plan = json.loads((folder / "session.json").read_text(encoding="utf-8"))
        self._stage = self._open_stage()
        self._values: dict[tuple[str, str], Any] = {}
        self._captured: list[Mapping[str, Any]] = []
        settings = carb.settings.get_settings()
        settings.set("/omni/replicator/asyncRendering", False)  # else pictures and labels may be of different frames
        settings.set("/exts/isaacsim.core.throttling/enable_async", False)
        rep.orchestrator.set_capture_on_play(False)
        if self._plan["mode"] == "real_time":
            # Other kinds of anti-aliasing mix a frame with the one before, which has nothing to do with it.
            rep.settings.set_render_rtx_realtime("FXAA")
        self._apply_lenses()
        self._products = {
            camera["name"]: rep.create.render_product(camera["path"], tuple(camera["resolution"]), name=camera["name"])
            for camera in self._plan["cameras"]
        }
        self._writer = self._attach_writer()
        # The first step waits for what is still being loaded. Nothing of it is captured.
        rep.orchestrator.step(rt_subframes=self._plan["rt_subframes"], delta_time=0.0)

    def capture(self, prims: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Mapping[str, Any]]:
        """Set values on the stage, render, and return what each camera gave: annotator's name to its entry."""
        for path, values in prims.items():
            for name, value in values.items():
                if self._values.get((path, name)) != value:
                    self._set(path, name, value)
                    self._values[path, name] = value
        self._captured.clear()
        self._writer.schedule_write()
        self._rep.orchestrator.step(rt_subframes=self._plan["rt_subframes"], delta_time=0.0)
        for _ in range(PATIENCE):
            if self._captured:
                break
            self._app.update()
        self._rep.orchestrator.wait_until_complete()
        require(len(self._captured) == 1, f"a step gave {len(self._captured)} pictures instead of one")
        found = self._captured[0]["renderProducts"]
        entries = {self._camera_of(name, entry): entry for name, entry in found.items()}
        require(len(found) == len(entries) == len(self._products), f"pictures came of {sorted(found)}")
        return entries

    def _camera_of(self, product: str, entry: Mapping[str, Any]) -> str:
        """Return whose picture it is, by its render product's name, or by the camera's prim that stands in it."""
        if product in self._products:
            return product
        path = str(entry.get("camera"))
        name = next((camera["name"] for camera in self._plan["cameras"] if camera["path"] == path), None)
        require(name, f"a picture came of {product}, camera {path}")
        return str(name)

    def _open_stage(self) -> Any:
        import omni.usd
        from pxr import UsdGeom

        try:
            from isaacsim.core.utils.stage import is_stage_loading
        except ImportError:  # Isaac Sim 6
            from isaacsim.core.experimental.utils.stage import is_stage_loading

        context = omni.usd.get_context()
        file = self._folder / "stage.usda"
        context.open_stage(str(file))
        self._app.update()
        while is_stage_loading():
            self._app.update()
        self._app.reset_render_settings()  # the stage's own would take their place
        stage = context.get_stage()
        # Until another is opened, the app has an empty stage of its own.
        require(stage and file.samefile(stage.GetRootLayer().realPath or "/"), f"{file} does not open")
        require(UsdGeom.GetStageUpAxis(stage) == "Z", "the stage must be Z up")
        require(UsdGeom.GetStageMetersPerUnit(stage) == 1.0, "the stage must be in metres")
        for path, label in self._plan["labels"].items():
            prim = stage.GetPrimAtPath(path)
            require(prim.IsValid(), f"{path} is not on the stage")
            require(not prim.IsInstance(), f"{path} is an instance, whose parts would be missing from the labels")
            found = prim.GetAttribute("semantics:labels:class").Get()
            require(found is not None and list(found) == [label], f"{path} has labels {found} instead of [{label}]")
        for camera in self._plan["cameras"]:
            limits = stage.GetPrimAtPath(camera["path"]).GetAttribute("clippingRange")
            require(limits.HasAuthoredValue(), f"{camera['path']} would not see what is nearer than 1 m")
        return stage

    def _apply_lenses(self) -> None:
        """Apply lens schemas to cameras: their attributes are ignored without, and stand on the stage already."""
        for camera in self._plan["cameras"]:
            prim, schema = self._stage.GetPrimAtPath(camera["path"]), camera["lens_schema"]
            if not schema:
                continue
            require(prim.ApplyAPI(schema), f"{schema} can't be applied to {camera['path']}")
            names = [name for name in prim.GetPropertyNames() if name.startswith("omni:lensdistortion:")]
            require(names, f"{camera['path']} has none of the attributes of {schema}")

    def _attach_writer(self) -> Any:
        rep, captured = self._rep, self._captured

        class FrameWriter(rep.Writer):  # type: ignore[misc, name-defined]
            """Keeps what it is given; an exception in here would only be logged."""

            def __init__(self) -> None:
                self.version = "1.0"
                self.data_structure = "renderProduct"
                self.annotators = [
                    rep.annotators.get(name, init_params=dict(words)) for name, words in PICTURES.items()
                ]
                self.annotators.append(rep.annotators.get(MOMENT))

            def write(self, data: Mapping[str, Any]) -> None:
                captured.append(data)

        rep.writers.register_writer(FrameWriter)
        writer = rep.writers.get("FrameWriter")
        writer.initialize()
        writer.attach(list(self._products.values()), trigger=None)
        return writer

    def _set(self, path: str, name: str, value: Any) -> None:
        from pxr import Sdf

        prim = self._stage.GetPrimAtPath(path)
        require(prim.IsValid(), f"{path} is not on the stage")
        if name == "material:binding":
            require(prim.GetRelationship(name).SetTargets([Sdf.Path(value)]), f"{path} takes no material")
            return
        attribute = prim.GetAttribute(name)
        require(attribute.IsValid(), f"{path} has no {name}")
        kind = attribute.GetTypeName()
        if kind == Sdf.ValueTypeNames.Asset:
            value = Sdf.AssetPath(str(self._folder / value) if value else "")
        elif isinstance(value, list):
            value = kind.type.pythonClass(*value)
        require(attribute.Set(value), f"{path}.{name} does not take {value}")


def frame_parts(
    entries: Mapping[str, Mapping[str, Any]],
) -> Iterator[tuple[tuple[str, str], Any, tuple[int, int], Mapping[int, str] | None]]:
    """Yield camera and annotator, array, moment, and of ids what they stand for.

    Depending on version and annotator, an entry is the bare array, or has it under `data` and the rest beside it or
    under `info`.
    """
    for camera, found in entries.items():
        moment = _moment(found[MOMENT])
        for name in PICTURES:
            entry = found[name]
            array = np.array(entry["data"] if isinstance(entry, Mapping) else entry)
            names = None
            if name == IDS:
                told = entry.get("idToLabels") or entry.get("info", {}).get("idToLabels")
                require(told is not None, f"{camera}'s {IDS} says not what its ids are")
                names = {int(number): _path(label) for number, label in told.items()}
            yield (camera, name), array, moment, names


def _moment(entry: Mapping[str, Any]) -> tuple[int, int]:
    """Return numerator and denominator, whatever stands before these words in their names."""
    found = {key.rpartition("Time")[2].lower(): value for key, value in entry.items()}
    require(found.get("denominator"), f"{MOMENT} is {dict(entry)}")
    return int(found["numerator"]), int(found["denominator"])


def _path(label: Any) -> str:
    """Return a prim's path; some versions wrap it up."""
    return str(next(iter(label.values()))) if isinstance(label, Mapping) else str(label)


def answer(requests: Iterator[str], stream: Any, protocol: ModuleType, app: Any) -> None:
    """Answer requests until there are no more."""
    protocol.write_ready(stream, versions())
    session: Session | None = None
    before: tuple[int, int] | None = None
    for line in requests:
        request = json.loads(line)
        if "open" in request:
            session = Session(app, Path(request["open"]))
            protocol.write_ready(stream, versions())
            continue
        require(session, "a frame was asked for before a stage")
        assert session is not None
        parts = list(frame_parts(session.capture(request["prims"])))
        times = {source: moment for source, _, moment, _ in parts}
        newest = max(times.values(), key=lambda time: time[0] / time[1])
        if before is not None:
            require(newest[0] * before[1] >= before[0] * newest[1], "the picture is older than the one before it")
        before = newest
        arrays = {source: array for source, array, _, _ in parts}
        labels = {source[0]: names for source, _, _, names in parts if names is not None}
        protocol.write_frame(stream, request["frame"], arrays, times, labels)


def main(arguments: Sequence[str]) -> None:
    """Start Isaac Sim as the argument, a JSON object, says, and answer."""
    protocol = load_protocol()
    stream = os.fdopen(int(os.environ["SDG_FRAME_PIPE"]), "wb")
    # Files beside this one must not be taken for anybody's modules.
    sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != Path(__file__).resolve().parent]
    sys.argv = sys.argv[:1]  # Kit takes every argument that it finds for its own
    try:
        # Nothing of omni or pxr may be imported before the app exists.
        from isaacsim import SimulationApp

        app = SimulationApp(json.loads(arguments[0]))
    except BaseException as error:
        traceback.print_exc()
        protocol.write_trouble(stream, f"Isaac Sim does not start: {type(error).__name__}: {error}")
        raise
    try:
        answer(iter(sys.stdin), stream, protocol, app)
    except Exception as error:
        traceback.print_exc()
        protocol.write_trouble(stream, f"{type(error).__name__}: {error}")
    finally:
        app.close()  # nothing may run after it


if __name__ == "__main__":
    main(sys.argv[1:])
