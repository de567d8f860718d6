"""Time of lens, sensor and development beside that of rendering, all effects but motion: `python -m benchmarks.chain`.

Every frame of the warehouse is rendered by an ideal camera and by one with all effects, so that what the effects cost
in rays (a wider frame, apertures, colours apart, a second eye) is told apart from what recording costs afterwards.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict

import numpy as np

from benchmarks.scenes import WAREHOUSE, Bench
from sdg.sensor.record import record_frame

_CAMERA = "cameras.forklift_cam"
_SIZE = [f"{_CAMERA}.resolution=[1280, 720]", f"{_CAMERA}.lens.opencv_pinhole.fx=960"]
_EFFECTS = [
    f"{_CAMERA}.sensor={{preset: imx273, prnu_percent: {{row: 0.1, column: 0.2, pixel: 0.6}}, dsnu_e: 0.8,"
    " hot_pixel_share: 1.0e-4, hot_pixel_e_per_s: 500, demosaic: edge_aware, white_balance: grey_world,"
    " jpeg: {quality: 90}}",
    f"{_CAMERA}.optics={{vignetting: {{natural: true, k1: -0.1}}, diffraction: true, blur_px: 0.4,"
    " veiling_glare: 0.02, lateral_color: [1.0005, 0.9995]}",
    f"{_CAMERA}.depth_of_field={{focus_distance_m: 4, f_number: 4, blades: 7}}",
    f"{_CAMERA}.noise={{gaussian: {{std: 0.002}}}}",
    f"{_CAMERA}.depth_sensor={{preset: d435}}",
    f"{_CAMERA}.depth_noise={{gaussian: {{std_m: 0.002}}}}",
]
_WANTED = 0.10


class Side:
    """One camera in the warehouse, and the seconds that its frames take."""

    def __init__(self, overrides: list[str], device: str) -> None:
        self._bench = Bench(WAREHOUSE, overrides, device)
        self._seconds: dict[str, list[float]] = defaultdict(list)

    def make(self, frame_index: int, *, counts: bool) -> None:
        """Render and record a frame; one that does not count compiles kernels and draws fixed patterns."""
        stage = self._bench.stage(frame_index)
        started = time.perf_counter()
        rendered = self._bench.renderer.render(stage)
        traced = time.perf_counter()
        record_frame(rendered, stage)
        recorded = time.perf_counter()
        if counts:
            self._seconds["render"].append(traced - started)
            self._seconds["record"].append(recorded - traced)
            for step, seconds in rendered.seconds.items():
                self._seconds[step].append(seconds)

    def median(self, step: str) -> float:
        """Return the median seconds of a step of the frames that counted."""
        return float(np.median(self._seconds[step]))


def main() -> int:
    """Print both cameras' times; return 1 if recording takes more than a tenth of rendering on a CPU."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quality", default="medium")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--frames", type=int, default=5)
    options = parser.parse_args()
    settings = [f"render.quality={options.quality}", *_SIZE]
    sides = {
        "ideal camera": Side(settings, options.device),
        "all effects": Side([*settings, *_EFFECTS], options.device),
    }
    for frame_index in range(options.frames + 2):
        for side in sides.values():
            side.make(frame_index, counts=frame_index >= 2)
    print(f"quality {options.quality} on {options.device}, 1280x720, median of {options.frames} frames:")
    steps = ("update", "labels", "radiance", "denoise", "render", "record")
    for name, side in sides.items():
        print(f"  {name}: " + ", ".join(f"{step} {side.median(step):.3f} s" for step in steps))
    plain, full = sides.values()
    share = full.median("record") / full.median("render")
    print(f"  recording takes {share:.1%} of the rendering time (wanted: under 10 % on a CPU)")
    more = (full.median("render") + full.median("record")) / (plain.median("render") + plain.median("record")) - 1
    print(f"  both together take {more:.1%} longer than those of an ideal camera")
    return int(options.device == "cpu" and share > _WANTED)


if __name__ == "__main__":
    sys.exit(main())
