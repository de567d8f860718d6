"""Error of the finished radiance at each quality: `python -m benchmarks.quality [--frames 0 5 11] [--quality low]`.

The reference has at least 64 times the samples, another tracer seed and no denoiser.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from benchmarks.metrics import relative_mse
from benchmarks.scenes import WAREHOUSE, Bench, with_samples
from sdg.sensor.exposure import auto_saturation_luminance

LIMITS = {"low": 0.01, "medium": 0.003, "high": 0.001}
_REFERENCE_SEED = 0x5EED


def measure(path: Path, quality: str, frames: list[int], resolution: tuple[int, int], factor: int) -> list[float]:
    """Print and return the error of each frame at one quality."""
    overrides = [f"render.quality={quality}", f"cameras.0.resolution=[{resolution[0]}, {resolution[1]}]"]
    scale = resolution[0] / 640
    overrides.append(f"cameras.0.lens.opencv_pinhole.fx={480 * scale}")
    bench = Bench(path, overrides)
    errors = []
    for frame_index in frames:
        stage = bench.stage(frame_index)
        bench.renderer.render(stage)  # compiles and warms up
        started = time.perf_counter()
        rendered = bench.renderer.render(stage)
        seconds = time.perf_counter() - started
        samples = stage.settings.spp * factor
        reference = bench.renderer.render(with_samples(stage, samples, denoise=False, tracer_seed=_REFERENCE_SEED))
        for name, view in rendered.views.items():
            truth = reference.views[name]
            saturation = auto_saturation_luminance(truth.radiance, truth.valid)
            error = relative_mse(view.radiance, truth.radiance, saturation)
            errors.append(error)
            print(
                f"{quality:>7} frame {frame_index:3d} {name}: relMSE {error:.5f} (limit {LIMITS[quality]}), "
                f"{stage.settings.spp} spp, {seconds:.2f} s a frame, reference {samples} spp",
                flush=True,
            )
    bench.renderer.close()
    print(f"{quality:>7} mean relMSE {np.mean(errors):.5f}, worst {np.max(errors):.5f}", flush=True)
    return errors


def main() -> None:
    """Measure the qualities asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", type=Path, default=WAREHOUSE)
    parser.add_argument("--frames", type=int, nargs="+", default=[0, 5, 11])
    parser.add_argument("--quality", nargs="+", default=list(LIMITS))
    parser.add_argument("--resolution", type=int, nargs=2, default=(640, 480))
    parser.add_argument("--factor", type=int, default=64)
    arguments = parser.parse_args()
    width, height = arguments.resolution
    for quality in arguments.quality:
        measure(arguments.recipe, quality, arguments.frames, (width, height), arguments.factor)


if __name__ == "__main__":
    main()
