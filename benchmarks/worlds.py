"""Sample many worlds of a recipe without rendering: `python -m benchmarks.worlds RECIPE -n 1000`.

Every world must come to be. Of what was dropped it prints how deep things lie in anything else, and how far they are
from whatever is nearest, both measured on the rendered triangles (`benchmarks.contacts`).
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from benchmarks.contacts import contacts
from sdg.errors import RecipeError
from sdg.graph.build import build_graph
from sdg.graph.sample import sample_frame
from sdg.recipe.load import load_recipe
from sdg.stage.build import build_stage

_MOST_M = 0.002


def main() -> int:
    """Print what was found; return 1 if a world failed, or anything interpenetrates or floats by more than 2 mm."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("-n", type=int, default=1000, help="how many worlds")
    parser.add_argument("--start", type=int, default=0, help="the first frame")
    arguments = parser.parse_args()
    recipe = load_recipe(arguments.recipe)
    graph = build_graph(recipe)
    failed, bad, settled = 0, 0, 0
    deepest, highest = (0.0, ""), (0.0, "")
    seconds = 0.0
    for frame_index in range(arguments.start, arguments.start + arguments.n):
        started = time.process_time()
        try:
            stage = build_stage(sample_frame(recipe, graph, frame_index), recipe)
        except RecipeError as error:
            failed += 1
            print(error, flush=True)
            continue
        seconds += time.process_time() - started
        if stage.physics is None:
            continue
        names = [str(entry["name"]) for entry in stage.physics["settled"]]  # type: ignore[attr-defined]
        settled += len(names)
        gaps = dict.fromkeys(names, float("inf"))
        depth = (0.0, "")
        for contact in contacts(stage, names):
            depth = max(depth, (contact.depth_m, f"frame {frame_index}: {contact.first} in {contact.second}"))
            for name in (contact.first, contact.second):
                if name in gaps:
                    gaps[name] = min(gaps[name], contact.gap_m)
        floating = max(((gap, f"frame {frame_index}: {name}") for name, gap in gaps.items()), default=(0.0, ""))
        for kind, (worst, where) in (("depth", depth), ("gap", floating)):
            if worst > _MOST_M:
                bad += 1
                print(f"{kind} {worst * 1000:.2f} mm, {where}", flush=True)
        deepest, highest = max(deepest, depth), max(highest, floating)
    made = arguments.n - failed
    print(f"{arguments.n} worlds, {failed} failed; {settled} things settled; {seconds / max(made, 1):.2f} s a world")
    print(f"worst interpenetration {deepest[0] * 1000:.2f} mm ({deepest[1]})")
    print(f"worst floating {highest[0] * 1000:.2f} mm ({highest[1]})")
    return int(failed > 0 or bad > 0)


if __name__ == "__main__":
    sys.exit(main())
