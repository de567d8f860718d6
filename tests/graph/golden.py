"""Writes `golden_graph.json` anew: `python -m tests.graph.golden`. Read the difference before it is kept."""

from __future__ import annotations

from sdg.graph.build import build_graph
from tests.graph.test_graph import GOLDEN, written
from tests.graph.test_sample import RECIPE

if __name__ == "__main__":
    GOLDEN.write_text(written(build_graph(RECIPE)))
