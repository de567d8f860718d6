"""Isaac Sim as a process, but for RTX: it reads the stage by USD's rules and renders it with the embedded renderer.

Everything between a recipe and its dataset is real, but for what only an RTX card can show. Names and arguments are the
frozen ones, and all else is refused. `SDG_STAND_IN` names a misdeed and the capture of a process in which it happens;
a file after them is made then, and it happens in no later process.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from tests.replicator.signatures import TABLE, Refused, checked

UNLABELLED = 1
FIRST_ID = 7  # ids of RTX have nothing to do with ours


def _misdeed() -> tuple[str, int]:
    words = os.environ.get("SDG_STAND_IN", "").split()
    if not words:
        return "", 0
    if len(words) > 2:
        mark = Path(words[2])
        if mark.exists():
            return "", 0
        mark.touch()
    return words[0], int(words[1])


class SimulationApp:
    """The app; `omni` and `carb` can be imported once it exists."""

    def __init__(self, launch_config: Mapping[str, Any], experience: str = "") -> None:
        strangers = [name for name in sys.modules if name.partition(".")[0] in ("sdg", "omni", "carb", "pxr")]
        # The stand-in itself needs the frozen signatures and nothing else so far.
        if strangers:
            raise Refused(f"imported before the app exists: {strangers}")
        unknown = set(launch_config) - set(TABLE["launch_config"])
        if unknown or launch_config.get("renderer") not in TABLE["renderers"] or len(sys.argv) > 1:
            raise Refused(f"SimulationApp: {unknown or launch_config.get('renderer')}, {sys.argv}")
        self._world = _World(launch_config)
        sys.modules |= self._world.modules()
        sys.stdout.write("Kit is chatty on its standard output\n")

    def update(self) -> None:
        pass

    def reset_render_settings(self) -> None:
        pass

    def close(self) -> None:
        os._exit(0)  # nothing after it runs


class _Writer:
    """The base of writers. What `write` raises is only logged."""

    annotators: list[Any]
    data_structure = "legacy"

    def write(self, data: Mapping[str, Any]) -> None:
        raise NotImplementedError

    def initialize(self, **words: Any) -> None:
        self.__init__(**words)  # type: ignore[misc]

    def attach(self, render_products: list[Any], trigger: Any = "every frame") -> None:
        if trigger is not None or self.data_structure != "renderProduct":
            raise Refused("this stand-in knows captures on request, by render product, alone")
        self.products = render_products
        self.scheduled = False

    def schedule_write(self) -> None:
        self.scheduled = True


class _World:
    """Stage, render products and writers."""

    def __init__(self, launch_config: Mapping[str, Any]) -> None:
        self.launch_config = launch_config
        self.stage: Any = None
        self.file = Path()
        self.writers: dict[str, type[_Writer]] = {}
        self.active: list[_Writer] = []
        self.steps = 0
        self.captures = 0
        self.misdeed, self.when = _misdeed()
        self.last: Any = None

    def modules(self) -> dict[str, ModuleType]:
        from pxr import Usd

        def apply(prim: Any, schema: str) -> bool:
            if schema not in TABLE["lens_schemas"]:
                raise Refused(f"no such schema: {schema}")
            return True

        Usd.Prim.ApplyAPI = apply

        def set_setting(path: str, value: object) -> None:
            if path not in TABLE["settings"]:
                raise Refused(f"no such setting: {path}")

        context = SimpleNamespace(open_stage=self.open_stage, get_stage=lambda: self.stage)
        settings = _module("carb.settings", get_settings=lambda: SimpleNamespace(set=set_setting))
        usd = _module("omni.usd", get_context=lambda: context)
        core = _module("omni.replicator.core", Writer=_Writer, **self.api())
        replicator = _module("omni.replicator", core=core)
        loading = _module("isaacsim.core.utils.stage", is_stage_loading=lambda: False)
        return {
            "carb": _module("carb", settings=settings),
            "carb.settings": settings,
            "omni": _module("omni", usd=usd, replicator=replicator),
            "omni.usd": usd,
            "omni.replicator": replicator,
            "omni.replicator.core": core,
            "isaacsim.core": _module("isaacsim.core"),
            "isaacsim.core.utils": _module("isaacsim.core.utils"),
            "isaacsim.core.utils.stage": loading,
        }

    def open_stage(self, path: str) -> bool:
        from tests.replicator.usd.read_back import open_stage

        self.file, self.stage = Path(path), open_stage(Path(path))
        return True

    def api(self) -> dict[str, Any]:
        calls: dict[str, Callable[[dict[str, Any]], Any]] = {
            "create.render_product": self.render_product,
            "annotators.get": lambda given: SimpleNamespace(**given),
            "writers.register_writer": self.register,
            "writers.get": lambda given: self.writers[given["name"]].__new__(self.writers[given["name"]]),
            "orchestrator.step": self.step,
            "orchestrator.wait_until_complete": lambda given: None,
            "orchestrator.set_capture_on_play": lambda given: None,
            "settings.set_render_rtx_realtime": lambda given: None,
        }
        spaces: dict[str, Any] = {}
        for function, act in calls.items():
            space, name = function.split(".")

            def call(*arguments: Any, _function: str = function, _act: Any = act, **keywords: Any) -> Any:
                return _act(checked(_function, arguments, keywords))

            setattr(spaces.setdefault(space, SimpleNamespace()), name, call)
        return spaces

    def render_product(self, given: Mapping[str, Any]) -> SimpleNamespace:
        if self.stage.GetPrimAtPath(given["camera"]).GetTypeName() != "Camera":
            raise Refused(f"{given['camera']} is no camera")
        return SimpleNamespace(**given)

    def register(self, given: Mapping[str, Any]) -> None:
        self.writers[given["writer"].__name__] = given["writer"]
        real_new = given["writer"].__new__

        def new(kind: type[_Writer]) -> _Writer:
            made: _Writer = real_new(kind)
            self.active.append(made)
            return made

        given["writer"].__new__ = staticmethod(new)

    def step(self, given: Mapping[str, Any]) -> None:
        self.steps += 1
        for writer in self.active:
            if not writer.scheduled:
                continue
            writer.scheduled = False
            payload = self.capture(writer)
            strikes = self.misdeed if self.captures == self.when else ""
            self.captures += 1
            if strikes == "crash":
                os.kill(os.getpid(), signal.SIGSEGV)
            if strikes == "hang":
                time.sleep(600)
            if strikes == "no_picture":
                continue
            for _ in range(2 if strikes == "two_pictures" else 1):
                try:
                    writer.write(payload)
                except Exception as error:
                    sys.stdout.write(f"[Error] only logged: {error}\n")

    def capture(self, writer: _Writer) -> Mapping[str, Any]:
        strikes = self.misdeed if self.captures == self.when else ""
        from tests.replicator.usd.read_back import read_back

        stage = read_back(self.file, self.stage, self.settings())
        if strikes == "late_stage":
            stage = self.last  # what the frame before showed
        self.last = stage
        products = {}
        for product in writer.products:
            entry = self.view(product, stage, strikes)
            wanted = {annotator.name for annotator in writer.annotators}
            # What names an entry is not documented; which camera it is of stands in it.
            key = product.name if self.captures % 2 else f"HydraTexture_{product.name}"
            about = {"camera": product.camera, "resolution": product.resolution}
            products[key] = about | {name: value for name, value in entry.items() if name in wanted}
        return {"renderProducts": products}

    def settings(self) -> Any:
        from sdg.stage.model import RenderSettings

        config = self.launch_config
        return RenderSettings(config["samples_per_pixel_per_frame"], config["max_bounces"], config["denoiser"])

    def view(self, product: Any, stage: Any, strikes: str) -> dict[str, Any]:
        from dataclasses import replace

        from sdg.render.mitsuba import create_renderer
        from tests.render.mitsuba.small_world import plan_of

        name = product.camera.rpartition("/")[2]
        camera = next(camera for camera in stage.cameras if camera.name == name)
        if camera.lens.resolution != product.resolution:
            # Of a plain camera the stage says proportions, and the render product says the size.
            factor = product.resolution[0] / camera.lens.resolution[0]
            lens = camera.lens
            plain = (lens.fx * factor, lens.fy * factor, lens.cx * factor, lens.cy * factor)
            camera = replace(camera, lens=type(lens)(product.resolution, *plain))
        alone = replace(stage, cameras=(camera,))
        renderer = create_renderer(plan_of(alone), device="cpu", threads=1)
        view = renderer.render(alone).views[name]
        renderer.close()
        height, width = view.entity_ids.shape
        alpha = np.ones((height, width, 1))
        ids = np.where(view.entity_ids > 0, view.entity_ids + FIRST_ID, 0).astype(np.uint32)
        labels = {"0": "BACKGROUND", str(UNLABELLED): "UNLABELLED"}
        for index, body in enumerate(stage.bodies, start=1):
            labels[str(index + FIRST_ID)] = f"{body.prim_path}/{body.parts[0].name}"
        radiance = view.radiance.copy()
        if strikes == "no_labels":
            ids[:] = UNLABELLED
        if strikes == "stranger":
            labels[str(1 + FIRST_ID)] = "/World/somebody/else"
        if strikes == "not_a_number":
            radiance[:2] = np.nan
        with np.errstate(over="ignore"):
            color = np.concatenate([radiance, alpha], axis=-1).astype(np.float16)
        moment = 0 if strikes == "turned_back" else self.steps
        return {
            "HdrColor": color,
            "distance_to_image_plane": {"data": view.depth_z_m},
            "distance_to_camera": {"data": view.distance_m},
            "instance_id_segmentation": {"data": ids, "info": {"idToLabels": labels}},
            "normals": {"data": np.concatenate([view.normals, alpha], axis=-1).astype(np.float32)},
            "ReferenceTime": {"referenceTimeNumerator": moment, "referenceTimeDenominator": 60},
        }


def _module(name: str, **contents: Any) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(contents)
    return module
