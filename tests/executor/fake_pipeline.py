"""Stands in for `sdg.pipeline:Pipeline` in real workers: makes tiny frames at once, and misbehaves as told.

`SDG_FAKE` in the environment, or a file `fake.json` beside the recipe, is a JSON object:

* `seconds`: how long a frame takes;
* `crash`: {frame: times}, a frame kills its worker's process so many times;
* `fail`: {frame: error class of `sdg.errors`, or `bug`};
* `refuse`: the renderer is not available;
* `stillborn`: the process dies while the renderer is set up;
* `leak`: bytes that every frame keeps;
* `relieved`: a frame that is not made before a second process has left its note;
* `gate`: the first frame that is not made before there is a file `open` among the notes;
* `notes`: a folder where every process leaves a file `PID`, and every crash a file.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from sdg import errors
from sdg.annotate.model import AnnotatedFrame, AnnotatedView
from sdg.camera.lens import LensOpenCvPinhole
from sdg.foundation.diagnostic import Diagnostic
from sdg.foundation.seeds import noise_generator
from sdg.foundation.span import Span
from sdg.recipe.model import Recipe
from sdg.render.api import RendererIdentity
from sdg.stage.model import Camera, Exposure

WIDTH, HEIGHT = 16, 12
_PATIENCE_S = 120.0
SOURCE = "tests.executor.fake_pipeline:FakePipeline"


class FakePipeline:
    def __init__(self, recipe: Recipe, *, renderer: str, device: str, threads: int) -> None:
        self._recipe = recipe
        self._orders = _orders(recipe)
        self._notes = Path(self._orders["notes"]) if "notes" in self._orders else None
        self._kept: list[bytearray] = []
        self.threads = threads
        if self._notes is not None:
            (self._notes / str(os.getpid())).touch()
        if self._orders.get("refuse"):
            raise errors.BackendUnavailable("no renderer here", "buy one")
        if self._orders.get("stillborn"):
            os.kill(os.getpid(), signal.SIGSEGV)
        self.identity = RendererIdentity(renderer, "fake device", {"fake": "1"})

    def frame(self, frame_index: int) -> AnnotatedFrame:
        time.sleep(self._orders.get("seconds", 0.0))
        self._kept.append(bytearray(os.urandom(self._orders.get("leak", 0))))
        if frame_index == self._orders.get("relieved"):
            self._wait_for(lambda notes: len(list(notes.iterdir())) >= 2)
        if frame_index >= self._orders.get("gate", frame_index + 1):
            self._wait_for(lambda notes: (notes / "open").exists())
        self._misbehave(str(frame_index))
        seed = self._recipe.specimen.seed
        noise = noise_generator(seed, frame_index, "fake")
        shape = (HEIGHT, WIDTH)
        view = AnnotatedView(
            camera=_camera(),
            rgb=noise.integers(0, 256, (*shape, 3), dtype=np.uint8),
            depth_m=np.full(shape, 1.0 + frame_index, dtype=np.float32),
            semantic=np.zeros(shape, np.uint16),
            instance=np.zeros(shape, np.uint16),
            distance_to_image_plane=np.ones(shape, np.float32),
            distance_to_camera=np.ones(shape, np.float32),
            normals=np.zeros((*shape, 3), np.float32),
            valid=np.ones(shape, np.bool_),
            saturation_nits=1000.0,
            instances=(),
            stuff=(),
            raw=noise.integers(0, 4096, shape, dtype=np.uint16),
        )
        return AnnotatedFrame(
            frame_index=frame_index,
            seed=seed,
            views={"main": view},
            objects=(),
            lights=(),
            drawn={"index": frame_index},
            identity=self.identity,
            seconds={},
        )

    def _wait_for(self, what: Callable[[Path], bool]) -> None:
        assert self._notes is not None
        deadline = time.monotonic() + _PATIENCE_S
        while not what(self._notes) and time.monotonic() < deadline:
            time.sleep(0.01)

    def _misbehave(self, frame: str) -> None:
        times = self._orders.get("crash", {}).get(frame, 0)
        if times and self._notes is not None:
            crashed = len(list(self._notes.glob(f"crash-{frame}-*")))
            if crashed < times:
                (self._notes / f"crash-{frame}-{crashed}").touch()
                os.kill(os.getpid(), signal.SIGKILL)
        failure = self._orders.get("fail", {}).get(frame)
        if failure == "bug":
            raise ZeroDivisionError("a bug of ours")
        if failure == "RecipeError":
            where = Span("first.yaml", 3, 5, 3, 9)
            said = Diagnostic("S007", f"frame {frame}: no free place", where, hint="give it more room")
            raise errors.RecipeError([said])
        if failure is not None:
            raise getattr(errors, failure)("it can't be done", "try another")

    def close(self) -> None:
        self._kept.clear()


def _orders(recipe: Recipe) -> dict[str, Any]:
    beside = recipe.path.with_name("fake.json")  # for workers that are not this process's children
    text = beside.read_text() if beside.exists() else os.environ.get("SDG_FAKE", "{}")
    orders: dict[str, Any] = json.loads(text)
    return orders


def _camera() -> Camera:
    lens = LensOpenCvPinhole((WIDTH, HEIGHT), 20.0, 20.0, 8.0, 6.0)
    exposure = Exposure(mode="auto")
    return Camera("main", "/World/main", lens, np.eye(4), (0.1, 10.0), exposure)
