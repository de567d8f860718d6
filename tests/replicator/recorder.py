"""A stand-in for Isaac Sim that is strict: it has the frozen names and arguments, and refuses everything else.

It executes an emitted script. Graph calls are recorded; sequences are played on the real stage, which OpenUSD opens, so
that what a frame shows can be read from it. Like Replicator, it evaluates the graph once more on the first step.
"""

from __future__ import annotations

import re
import runpy
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from pxr import Sdf, Usd

from tests.replicator.basic_writer import BasicWriter, WriterFaults
from tests.replicator.machine import Machine, machine
from tests.replicator.signatures import TABLE, Item, Refused, checked


class Killed(BaseException):
    """The process ends here; nothing can catch that."""


@dataclass(frozen=True)
class Faults:
    """What Isaac Sim may do to a script.

    Attributes:
        writer: What its writer does.
        preview: Whether the first step evaluates the graph once more.
        stuck_at: From this evaluation on, sequences give the same item again.
        gives_up_at: In this step nothing is captured, which only the log says.
        dies_at: In this step the process ends.
        refuses_schemas: Lens schemas can't be applied.
        opens_nothing: The stage stays the app's own.
    """

    writer: WriterFaults = field(default_factory=WriterFaults)
    preview: bool = True
    stuck_at: int | None = None
    gives_up_at: int | None = None
    dies_at: int | None = None
    refuses_schemas: bool = False
    opens_nothing: bool = False


@dataclass
class Recording:
    """What a script did.

    Attributes:
        nodes: Calls that change the stage, in order: function, arguments, prims.
        distributions: Every named distribution, by name.
        states: What `watch` read, at each capture, of what the picture shows.
        schemas: Lens schema applied to each camera.
        seed: The global seed; None if it was not set.
        settings: Carb settings.
        launch: What the app was started with.
        is_closed: Whether the app was closed; whatever the script does then may never happen.
    """

    nodes: list[tuple[str, Mapping[str, Any], tuple[str, ...]]] = field(default_factory=list)
    distributions: dict[str, Item] = field(default_factory=dict)
    states: list[Any] = field(default_factory=list)
    schemas: dict[str, str] = field(default_factory=dict)
    seed: int | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    launch: Mapping[str, Any] = field(default_factory=dict)
    is_closed: bool = False


class IsaacSim:
    """The stand-in: modules to be imported, and the graph that they build."""

    def __init__(self, watch: Callable[[Usd.Stage], Any], faults: Faults) -> None:
        self.recording = Recording()
        self._watch = watch
        self._faults = faults
        self._groups: list[Item] = []
        self._in_trigger = False
        self._evaluations = 0
        self._steps = 0
        self._stage: Usd.Stage | None = None
        self._writers: list[BasicWriter] = []

    # --- the app --------------------------------------------------------------------------------------------------

    def SimulationApp(self, launch_config: Mapping[str, Any], experience: str = "") -> SimpleNamespace:
        unknown = set(launch_config) - set(TABLE["launch_config"])
        if unknown or launch_config.get("renderer") not in TABLE["renderers"]:
            raise Refused(f"SimulationApp: {unknown or launch_config.get('renderer')}")
        if len(sys.argv) > 1:
            raise Refused("SimulationApp: Kit would take the script's arguments for its own")
        self.recording.launch = dict(launch_config)
        for name, module in self._modules().items():
            sys.modules[name] = module

        def close() -> None:
            self.recording.is_closed = True
            raise SystemExit(0)  # whatever went before

        return SimpleNamespace(update=lambda: None, reset_render_settings=lambda: None, close=close)

    def _modules(self) -> dict[str, ModuleType]:
        def set_setting(path: str, value: object) -> None:
            if path not in TABLE["settings"]:
                raise Refused(f"no such setting: {path}")
            self.recording.settings[path] = value

        settings = SimpleNamespace(get_settings=lambda: SimpleNamespace(set=set_setting))
        context = SimpleNamespace(open_stage=self._open_stage, get_stage=lambda: self._stage)
        usd = SimpleNamespace(get_context=lambda: context)
        found = {
            "carb": _module("carb", settings=_module("carb.settings", **vars(settings))),
            "omni": _module("omni"),
            "omni.usd": _module("omni.usd", **vars(usd)),
            "omni.replicator": _module("omni.replicator"),
            "omni.replicator.core": _module("omni.replicator.core", **self._api()),
        }
        found["carb.settings"] = found["carb"].settings
        found["omni"].usd = found["omni.usd"]  # type: ignore[attr-defined]
        found["omni"].replicator = found["omni.replicator"]  # type: ignore[attr-defined]
        found["omni.replicator"].core = found["omni.replicator.core"]  # type: ignore[attr-defined]
        return found

    def _open_stage(self, path: str) -> bool:
        self._stage = Usd.Stage.CreateInMemory() if self._faults.opens_nothing else Usd.Stage.Open(path)
        return True

    # --- omni.replicator.core -------------------------------------------------------------------------------------

    def _api(self) -> dict[str, Any]:
        spaces: dict[str, Any] = {}
        for function in TABLE["functions"]:
            space, _, name = function.rpartition(".")
            call = self._call(function)
            if space:
                setattr(spaces.setdefault(space, SimpleNamespace()), name, call)
            else:
                spaces[name] = call
        return spaces

    def _call(self, function: str) -> Callable[..., Any]:
        def call(*arguments: Any, **keywords: Any) -> Any:
            given = checked(function, arguments, keywords)
            space, _, name = function.rpartition(".")
            special = getattr(self, f"_{space}_{name}" if space else f"_{name}", None)
            if special is not None:
                return special(given)
            if space == "distribution":
                return self._distribution(function, given)
            if space in ("modify", "randomizer"):
                return self._modify(function, given)
            raise Refused(f"{function} is known, but nothing here needs it")

        return call

    def _set_global_seed(self, given: Mapping[str, Any]) -> None:
        if not self.recording.nodes:
            raise Refused("set_global_seed needs the graph")
        self.recording.seed = given["seed"]

    def _distribution(self, function: str, given: dict[str, Any]) -> Item:
        item = Item(function, given)
        if given.get("name"):
            if given["name"] in self.recording.distributions:
                raise Refused(f"two distributions are called {given['name']}")
            self.recording.distributions[given["name"]] = item
        return item

    def _trigger_on_frame(self, given: Mapping[str, Any]) -> Any:
        @contextmanager
        def trigger() -> Iterator[None]:
            self._in_trigger = True
            yield
            self._in_trigger = False

        return trigger()

    def _create_group(self, given: Mapping[str, Any]) -> _Group:
        return self._group("create.group", given, tuple(given["items"]))

    def _get_prims(self, given: Mapping[str, Any]) -> _Group:
        flags = re.IGNORECASE if given.get("ignore_case", True) else 0
        paths = [str(prim.GetPath()) for prim in self._open().Traverse()]
        return self._group(
            "get.prims", given, tuple(path for path in paths if re.search(given["path_pattern"], path, flags))
        )

    def _group(self, function: str, given: Mapping[str, Any], paths: tuple[str, ...]) -> _Group:
        missing = [path for path in paths if not self._open().GetPrimAtPath(path)]
        if missing or not paths:
            raise Refused(f"{function}: no prim at {missing or given}")
        return _Group(function, given, paths, self._groups)

    def _modify(self, function: str, given: dict[str, Any]) -> None:
        if not self._in_trigger or not self._groups:
            raise Refused(f"{function} outside of a trigger, or without prims")
        self.recording.nodes.append((function, given, self._groups[-1].paths))

    # --- the run --------------------------------------------------------------------------------------------------

    def _create_render_product(self, given: Mapping[str, Any]) -> SimpleNamespace:
        if self._open().GetPrimAtPath(given["camera"]).GetTypeName() != "Camera":
            raise Refused(f"{given['camera']} is no camera")
        return SimpleNamespace(name=given["name"], destroy=lambda: None)

    def _writers_get(self, given: Mapping[str, Any]) -> BasicWriter:
        if given["name"] != "BasicWriter":
            raise Refused(f"no writer is called {given['name']}")
        # With several GPUs, labels are empty now and then.
        several = self.recording.launch.get("multi_gpu", True) is not False
        self._writers.append(BasicWriter(self._faults.writer, is_blind=several))
        return self._writers[-1]

    def _orchestrator_set_capture_on_play(self, given: Mapping[str, Any]) -> None:
        self.recording.settings["/omni/replicator/captureOnPlay"] = given["value"]

    def _orchestrator_wait_until_complete(self, given: Mapping[str, Any]) -> None:
        for writer in self._writers:
            writer.finish()

    def _orchestrator_step(self, given: Mapping[str, Any]) -> None:
        if self._steps == self._faults.dies_at:
            raise Killed
        if not self._steps and self._faults.preview:
            self._evaluate()
        before = self._watch(self._open())
        late = self._evaluate()
        # A picture of few sub-frames is taken before materials are there, and joined to the next frame's labels if
        # rendering is asynchronous.
        if given.get("rt_subframes", -1) >= 2:
            late = self._change(late)
        is_behind = self.recording.settings.get("/omni/replicator/asyncRendering", True) is not False
        if self._steps != self._faults.gives_up_at:
            self.recording.states.append(before if is_behind else self._watch(self._open()))
            for writer in self._writers:
                writer.capture(self._open())
        self._change(late)
        self._steps += 1

    def _evaluate(self) -> list[tuple[str, str, Any]]:
        """Run the graph once, and return what takes effect a little later: prim, attribute, value."""
        turn = self._evaluations
        if self._faults.stuck_at is not None:
            turn = min(turn, self._faults.stuck_at)
        late = []
        for function, given, paths in self.recording.nodes:
            for attribute, value in _settings(function, given):
                if isinstance(value, Item):
                    if value.function != "distribution.sequence":
                        continue
                    value = value.arguments["items"][turn % len(value.arguments["items"])]
                changes = [(path, attribute, value) for path in paths]
                if function == "modify.material":
                    late += changes
                else:
                    self._change(changes)
        self._evaluations += 1
        return late

    def _change(self, changes: list[tuple[str, str, Any]]) -> list[tuple[str, str, Any]]:
        for path, name, value in changes:
            self._set(path, name, value)
        return []

    def _set(self, path: str, name: str, value: Any) -> None:
        prim = self._open().GetPrimAtPath(path)
        if name == "material:binding":
            prim.GetRelationship(name).SetTargets([value])
            return
        attribute = prim.GetAttribute(name)
        if not attribute:
            raise Refused(f"modify.attribute: {path} has no {name}")
        if name == "visibility":
            value = "inherited" if value else "invisible"
        if attribute.GetTypeName() == "asset":
            value = Sdf.AssetPath(value)
        if not attribute.Set(value):
            raise Refused(f"{path}.{name} is {attribute.GetTypeName()}, not {value!r}")

    def _open(self) -> Usd.Stage:
        if self._stage is None:
            raise Refused("no stage is open")
        return self._stage


@dataclass(frozen=True, eq=False)
class _Group(Item):
    stack: list[Item] = field(default_factory=list)

    def __init__(self, function: str, arguments: Mapping[str, Any], paths: tuple[str, ...], stack: list[Item]) -> None:
        for name, value in (("function", function), ("arguments", arguments), ("paths", paths), ("stack", stack)):
            object.__setattr__(self, name, value)

    def __enter__(self) -> None:
        self.stack.append(self)

    def __exit__(self, *_: object) -> None:
        self.stack.pop()


def _settings(function: str, given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the attributes that a call sets, with their values."""
    if function == "modify.pose":
        names = {"position": "xformOp:translate", "rotation": "xformOp:rotateXYZ", "scale": "xformOp:scale"}
        yield from ((names[word], value) for word, value in given.items() if word in names)
    elif function == "modify.visibility":
        yield "visibility", given["value"]
    elif function == "modify.material":
        yield "material:binding", given["value"]
    elif function == "modify.attribute":
        yield given["name"], given["value"]


def _module(name: str, **contents: Any) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(contents)
    return module


def execute(
    script: Path,
    output: Path,
    watch: Callable[[Usd.Stage], Any] = lambda _: None,
    faults: Faults | None = None,
    on: Machine | None = None,
) -> Recording:
    """Run a script as Isaac Sim's Python would, and return what it did; whatever it raises comes through.

    Args:
        script: The file.
        output: Its argument.
        watch: Reads the stage at each capture.
        faults: What goes wrong.
        on: What it runs on; a machine that will do unless given.
    """
    faults = faults or Faults()
    simulation = IsaacSim(watch, faults)
    before, arguments, apply_api = dict(sys.modules), sys.argv, Usd.Prim.ApplyAPI
    loading = _module("isaacsim.core.utils.stage", is_stage_loading=lambda: False)
    sys.modules |= {
        "isaacsim": _module("isaacsim", SimulationApp=simulation.SimulationApp),
        "isaacsim.core": _module("isaacsim.core"),
        "isaacsim.core.utils": _module("isaacsim.core.utils"),
        "isaacsim.core.utils.stage": loading,
    }

    def apply(prim: Usd.Prim, schema: str) -> bool:
        if schema not in TABLE["lens_schemas"]:
            raise Refused(f"no such schema: {schema}")
        simulation.recording.schemas[str(prim.GetPath())] = schema
        return not faults.refuses_schemas

    try:
        sys.argv = [str(script), str(output)]
        Usd.Prim.ApplyAPI = apply
        with machine(on or Machine()):
            runpy.run_path(str(script), run_name="__main__")
    except SystemExit as end:
        # Closing the app hides whatever the script has raised.
        if not simulation.recording.is_closed:
            raise
        if end.__context__ is not None:
            raise end.__context__ from None
    finally:
        Usd.Prim.ApplyAPI, sys.argv = apply_api, arguments
        for name in set(sys.modules) - set(before):
            if name.partition(".")[0] in ("isaacsim", "omni", "carb"):
                del sys.modules[name]
    return simulation.recording
