"""Stands in for `sdg.pipeline:Pipeline` in real workers: makes tiny frames at once, and misbehaves as told.

`SDG_FAKE` in the environment, or a file `fake.json` beside the recipe, is a JSON object:

* `seconds`: how long a frame takes;
* `per_sample`: how much longer for each sample per pixel;
* `crash`: {frame: times}, a frame kills its worker's process so many times;
* `stall`: {frame: times}, a frame stops its worker's process, threads and all, so many times;
* `stuck`: so many processes stop while the renderer is set up;
* `slow_write`: how long the writing of a frame takes at least; the most frames that are in memory at once are noted;
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
import weakref
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
        self._alive: weakref.WeakSet[_SlowViews] = weakref.WeakSet()
        self.threads = threads
        if self._notes is not None:
            (self._notes / str(os.getpid())).touch()
        if self._took("stuck", self._orders.get("stuck", 0)):
            os.kill(os.getpid(), signal.SIGSTOP)
        if self._orders.get("refuse"):
            raise errors.BackendUnavailable("no renderer here", "buy one")
        if self._orders.get("stillborn"):
            os.kill(os.getpid(), signal.SIGSEGV)
        self.identity = RendererIdentity(renderer, "fake device", {"fake": "1"})

    def frame(self, frame_index: int, *, spp: int | None = None) -> AnnotatedFrame:
        spp = spp or self._recipe.specimen.render.spp
        time.sleep(self._orders.get("seconds", 0.0) + (spp or 0) * self._orders.get("per_sample", 0.0))
        self._kept.append(bytearray(os.urandom(self._orders.get("leak", 0))))
        if frame_index == self._orders.get("relieved"):
            self._wait_for(lambda notes: len(list(notes.iterdir())) >= 2)
        if frame_index >= self._orders.get("gate", frame_index + 1):
            self._wait_for(lambda notes: (notes / "open").exists())
        self._misbehave(str(frame_index))
        seed = self._recipe.specimen.seed
        noise = noise_generator(seed, frame_index, f"fake{spp or ''}")
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
        views = {"main": view}
        if "slow_write" in self._orders:
            views = _SlowViews(views, self._orders["slow_write"])
            self._count_alive(views)
        return AnnotatedFrame(
            frame_index=frame_index,
            seed=seed,
            views=views,
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
        if self._took(f"crash-{frame}", self._orders.get("crash", {}).get(frame, 0)):
            os.kill(os.getpid(), signal.SIGKILL)
        if self._took(f"stall-{frame}", self._orders.get("stall", {}).get(frame, 0)):
            os.kill(os.getpid(), signal.SIGSTOP)
        failure = self._orders.get("fail", {}).get(frame)
        if failure == "bug":
            raise ZeroDivisionError("a bug of ours")
        if failure == "RecipeError":
            where = Span("first.yaml", 3, 5, 3, 9)
            said = Diagnostic("S007", f"frame {frame}: no free place", where, hint="give it more room")
            raise errors.RecipeError([said])
        if failure is not None:
            raise getattr(errors, failure)("it can't be done", "try another")

    def _took(self, what: str, times: int) -> bool:
        """Return whether a mishap is still to happen, and note that it does."""
        if not times or self._notes is None:
            return False
        before = len(list(self._notes.glob(f"{what}-*")))
        if before < times:
            (self._notes / f"{what}-{before}").touch()
        return before < times

    def _count_alive(self, views: _SlowViews) -> None:
        assert self._notes is not None
        self._alive.add(views)
        (self._notes / f"alive-{len(self._alive)}").touch()

    def close(self) -> None:
        self._kept.clear()


class _SlowViews(dict[str, AnnotatedView]):
    """A frame's views that take their time to be written."""

    def __init__(self, views: dict[str, AnnotatedView], seconds: float) -> None:
        super().__init__(views)
        self._seconds = seconds

    def items(self) -> Any:
        time.sleep(self._seconds)
        return super().items()

    __hash__ = object.__hash__  # type: ignore[assignment]


def _orders(recipe: Recipe) -> dict[str, Any]:
    beside = recipe.path.with_name("fake.json")  # for workers that are not this process's children
    text = beside.read_text() if beside.exists() else os.environ.get("SDG_FAKE", "{}")
    orders: dict[str, Any] = json.loads(text)
    return orders


def _camera() -> Camera:
    lens = LensOpenCvPinhole((WIDTH, HEIGHT), 20.0, 20.0, 8.0, 6.0)
    exposure = Exposure(mode="auto")
    return Camera("main", "/World/main", lens, np.eye(4), (0.1, 10.0), exposure)
