"""Drives Cycles in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from benchmarks.cycles.scene_file import write_scene
from sdg.foundation.arrays import Float32Array, UInt32Array
from sdg.stage.model import Stage

_SCRIPT = Path(__file__).with_name("blender_script.py")
PYTHON_VARIABLE = "SDG_BPY_PYTHON"


@dataclass(frozen=True)
class CyclesSettings:
    """How Cycles renders; path length and everything else about the picture comes from the stage.

    Attributes:
        spp: Samples per pixel; the most of them with an adaptive threshold.
        seed: Of its sampler.
        denoise: By Cycles' own OIDN, with guides.
        prefilter: Of the guides: `NONE`, `FAST` or `ACCURATE`.
        denoiser_quality: `FAST`, `BALANCED` or `HIGH`.
        light_tree: Whether lights are chosen by a tree of them.
        adaptive_threshold: Noise at which a pixel is done; 0 gives all pixels alike.
        adaptive_least: Samples that every pixel gets with a threshold; 0 leaves it to Cycles, which takes 16 or more.
        persistent: Whether scene data are kept between frames.
        threads: Of the CPU; 0 takes all.
        pattern: Of samples: `TABULATED_SOBOL` (Cycles' default), `SOBOL_BURLEY` or `BLUE_NOISE`.
        static_bvh: One tree over all triangles, rather than one for each mesh and one over those.
        exposure: What makes radiance 1 at white, as the threshold expects; the picture comes back in nits.
    """

    spp: int = 64
    seed: int = 0
    denoise: bool = True
    prefilter: str = "FAST"
    denoiser_quality: str = "HIGH"
    light_tree: bool = True
    adaptive_threshold: float = 0.0
    adaptive_least: int = 0
    persistent: bool = True
    threads: int = 0
    pattern: str = "TABULATED_SOBOL"
    static_bvh: bool = False
    exposure: float = 1.0


@dataclass(frozen=True, eq=False)
class CyclesFrame:
    """What Cycles made of a stage.

    Attributes:
        radiance: By camera, linear sRGB in nits, shape (H, W, 3), float32.
        seconds: Where time went: `read` (files), `sync` (changing Blender's scene), `render` (until the picture stands
            in memory) and `write` (saving it).
    """

    radiance: dict[str, Float32Array]
    seconds: dict[str, float]


def bpy_python() -> str:
    """Return the Python that has `bpy`.

    Raises:
        SystemExit: None is named.
    """
    found = os.environ.get(PYTHON_VARIABLE, "")
    if not found or not Path(found).exists():
        raise SystemExit(
            f"set {PYTHON_VARIABLE} to the Python 3.11 of an environment with benchmarks/cycles/requirements.txt"
        )
    return found


class Cycles:
    """Renders stages, one after another; a context manager, because it holds a process and a folder.

    Attributes:
        version: Of Blender.
        skies: Folder of the environment pictures that Blender brings.
    """

    def __init__(self, python: str | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="cycles-")
        self._store = Path(self._folder.name) / "store"
        command = [python or bpy_python(), str(_SCRIPT)]
        # What our own environment says of paths is not meant for another Python.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        hello = self._answer()
        self.version: str = hello["version"]
        self.skies: str = hello["skies"]

    def render(self, stage: Stage, settings: CyclesSettings) -> CyclesFrame:
        """Render every camera of a stage.

        Raises:
            ValueError: The stage has what the comparison can't show.
            RuntimeError: Cycles stopped.
        """
        pictures, seconds = self._work(stage, settings, entities=False)
        return CyclesFrame(pictures, seconds)

    def entities(self, stage: Stage) -> dict[str, UInt32Array]:
        """Return which body Cycles shows in the middle of each pixel, by camera: 1 + index, 0 is none; shape (H, W)."""
        pictures, _ = self._work(stage, CyclesSettings(denoise=False, persistent=False), entities=True)
        return {name: np.rint(picture[:, :, 0]).astype(np.uint32) for name, picture in pictures.items()}

    def _work(
        self, stage: Stage, settings: CyclesSettings, *, entities: bool
    ) -> tuple[dict[str, Float32Array], dict[str, float]]:
        scene, out = Path(self._folder.name) / "scene.json", Path(self._folder.name) / "view"
        write_scene(stage, scene, self._store)
        job = {
            "scene": str(scene),
            "store": str(self._store),
            "out": str(out),
            "entities": entities,
            "settings": {**asdict(settings), "max_depth": stage.settings.max_depth},
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        seconds = self._answer()
        pictures = {camera.name: _read(Path(f"{out}_{camera.name}.exr")) for camera in stage.cameras}
        return {name: picture / np.float32(settings.exposure) for name, picture in pictures.items()}, seconds

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("@@"):
                answer: dict[str, Any] = json.loads(line[2:])
                return answer
        raise RuntimeError(f"Cycles stopped with code {self._process.wait()}")

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        self._folder.cleanup()

    def __enter__(self) -> Cycles:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _read(path: Path) -> Float32Array:
    import OpenEXR

    with OpenEXR.File(str(path)) as file:
        picture: Float32Array = np.ascontiguousarray(file.channels()["RGB"].pixels, dtype=np.float32)
    return picture
