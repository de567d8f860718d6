"""`import sdg` and `sdg --help` must not wait for libraries that they don't use."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "mitsuba",
    "drjit",
    "pyoidn",
    "pxr",
    "trimesh",
    "cv2",
    "scipy",
    "numpy",
    "pydantic",
    "yaml",
    "rich",
    "ray",
    "pycocotools",
}


def loaded_by(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint('modules', *sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stderr.split("modules", 1)[1].split())


@pytest.mark.parametrize(
    "code",
    [
        "import sdg; assert {'load', 'sample', 'frames'} <= set(dir(sdg))",
        "from sdg.cli.main import main; assert main(['--help']) == 0",
        "from sdg.cli.main import main; assert main(['generate', '--help']) == 0",
        "from sdg.cli.main import main; assert main(['generate']) == 2",
    ],
)
def test_nothing_heavy_is_loaded(code: str) -> None:
    assert not loaded_by(code) & HEAVY


def test_the_process_that_minds_the_workers_loads_no_renderer() -> None:
    """Time to the first frame, and memory: only workers need it."""
    assert not loaded_by("import sdg.executor.generate, sdg.executor.merge, sdg.pipeline") & {
        "mitsuba",
        "drjit",
        "pyoidn",
    }
