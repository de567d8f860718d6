"""How long 100 things take to come to rest, and whether they do so twice alike: `python -m benchmarks.settling`.

Machine parts, most of them concave, fall into a bin; and cartons, drums and cones onto the floor of a hall. Times are
of one core (`time.process_time`), of the physics alone and of the whole stage.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sdg.foundation.digest import digest_bytes
from sdg.graph.build import build_graph
from sdg.graph.sample import sample_frame
from sdg.recipe.load import load_recipe
from sdg.stage.build import build_stage

_REST = """\
lighting:
  - distant: {illuminance_lx: 1000}
cameras:
  - {name: main, resolution: [64, 48], clip_m: [0.1, 60], lens: {pinhole: {fx: 60}}, pose: {transform: {}}}
"""
_TURNED = "rotation_deg: {uniform: [[0, 0, 0], [360, 360, 360]]}"
_ONTO = "place: {drop_on: {surface: floor, region_m: [-2, -2, 2, 2]}}"
_PARTS = ("hex_bolt", "hex_nut", "gear", "bracket", "flange", "pipe_elbow", "pipe_tee")
_BIN = """\
sdg: 1
name: parts
seed: 1
frames: 100
scene:
  objects:
    - {name: bench, asset: cube, size_m: [2, 2, 0.05]}
    - {name: bin, asset: parts_bin, size_m: [0.6, 0.4, 0.24], position_m: [0, 0, 0.05]}
""" + "".join(
    f"    - {{name: {part}, asset: {part}, count: {16 if index == 0 else 14}, place: {{drop_in: bin}}, {_TURNED}}}\n"
    for index, part in enumerate(_PARTS)
)
_FLOOR = """\
sdg: 1
name: floor
seed: 1
frames: 100
scene:
  environment: {asset: warehouse_hall, size_m: [12, 12, 5]}
  objects:
""" + "".join(
    f"    - {{name: {name}, asset: {name}, count: {count}, {_ONTO}, {_TURNED}}}\n"
    for name, count in (("carton_small", 50), ("carton_large", 20), ("drum", 10), ("traffic_cone", 20))
)
_RECIPES = {"parts": _BIN, "floor": _FLOOR}


def settled(name: str, frame_index: int) -> tuple[str, float, float, float]:
    """Return the digest of all poses of a frame, and seconds of the stage, of the physics, and that it simulated."""
    import sdg.stage.settling as settling

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.yaml"
        path.write_text(_RECIPES[name] + _REST)
        recipe = load_recipe(path)
    spent = [0.0]
    settle = settling.settle

    def timed(*arguments: object) -> object:
        started = time.process_time()
        result = settle(*arguments)  # type: ignore[arg-type]
        spent[0] += time.process_time() - started
        return result

    settling.settle = timed  # type: ignore[assignment]
    try:
        sample = sample_frame(recipe, build_graph(recipe), frame_index)
        started = time.process_time()
        stage = build_stage(sample, recipe)
        seconds = time.process_time() - started
    finally:
        settling.settle = settle
    poses = b"".join(body.world_from_object.tobytes() for body in stage.bodies)
    assert stage.physics is not None
    return digest_bytes(poses)[:16], seconds, spent[0], float(str(stage.physics["simulated_s"]))


def main() -> int:
    """Print times and digests; return 1 if a frame came out differently in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=3)
    parser.add_argument("--one", nargs=2, metavar=("RECIPE", "FRAME"), help="print the digest of one frame")
    arguments = parser.parse_args()
    if arguments.one is not None:
        print(settled(arguments.one[0], int(arguments.one[1]))[0])
        return 0
    failed = False
    for name in _RECIPES:
        settled(name, 0)  # pieces are found once in a process
        for frame_index in range(arguments.frames):
            digest, seconds, physics, simulated = settled(name, frame_index)
            times = f"physics {physics:.2f} s, stage {seconds:.2f} s, simulated {simulated:.1f} s"
            print(f"{name} {frame_index}: {times}, {digest}", flush=True)
        last = str(arguments.frames - 1)
        command = [sys.executable, "-m", "benchmarks.settling", "--one", name, last]
        alone = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
        failed |= alone != digest
        print(f"{name} {last} in a process of its own: {'the same' if alone == digest else alone}", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
