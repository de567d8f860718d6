"""Where Isaac Sim is on this machine: what was looked for, and what was found.

Looked for in this order: an interpreter that `SDG_ISAACSIM_PYTHON` names, this interpreter (Isaac Sim as the Python
package `isaacsim`), and an install folder that one of three environment variables names. Isaac Sim is never imported.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from sdg.errors import BackendUnavailable

PYTHON_VARIABLE = "SDG_ISAACSIM_PYTHON"
FOLDER_VARIABLES = ("ISAAC_SIM", "ISAAC_PATH", "ISAACSIM_PATH")
INSTALL = (
    "python3.11 -m venv isaac-sim && isaac-sim/bin/pip install 'isaacsim[all,extscache]==5.1.0' from NVIDIA's package "
    f"index, and export {PYTHON_VARIABLE}=$PWD/isaac-sim/bin/python (needs a GPU with RT cores)"
)

_PROBE_SECONDS = 30
# Says which version of the package an interpreter has; a folder that merely bears its name has no origin.
_PROBE = """
import importlib.metadata, importlib.util, sys
spec = importlib.util.find_spec("isaacsim")
if spec is None or spec.origin is None:
    sys.exit("the Python package isaacsim is not installed there")
try:
    print(importlib.metadata.version("isaacsim"))
except importlib.metadata.PackageNotFoundError:
    print()
"""


@dataclass(frozen=True)
class Place:
    """One place where Isaac Sim may be.

    Attributes:
        what: The place, for a person to read.
        found: What is there.
        python: The interpreter that runs Isaac Sim; None where it is not there.
        is_named: Whether the user pointed at the place, and so wants no other.
    """

    what: str
    found: str
    python: Path | None = None
    is_named: bool = False


def search() -> list[Place]:
    """Return every place that was looked at, the first choice first."""
    return [_named_interpreter(), _this_interpreter(), *_folders()]


def choose(places: list[Place]) -> Place | None:
    """Return where Isaac Sim is: the first place that has it, unless a place before it was named and has it not."""
    return next((place if place.python else None for place in places if place.python or place.is_named), None)


def cure(places: list[Place]) -> str:
    """Return the command that mends what keeps Isaac Sim from being found."""
    named = next((place for place in places if place.is_named and place.python is None), None)
    if named is None:
        return INSTALL
    variable = named.what.partition(",")[0]
    return f"export {variable}=/path/to/{'python' if variable == PYTHON_VARIABLE else 'isaac-sim'}"


def find_isaac_sim() -> Place:
    """Return where Isaac Sim is.

    Raises:
        BackendUnavailable: It was not found; says where it was looked for and what is there.
    """
    places = search()
    place = choose(places)
    if place is None:
        looked = "".join(f"\n  {place.what}: {place.found}" for place in places)
        raise BackendUnavailable(
            f"Isaac Sim, which renders with RTX, was not found. Looked for it in{looked}",
            f"{cure(places)}; or leave --renderer out, and the embedded renderer is used",
        )
    return place


def _named_interpreter() -> Place:
    what = f"{PYTHON_VARIABLE}, a Python that has isaacsim"
    named = os.environ.get(PYTHON_VARIABLE, "")
    if not named:
        return Place(what, "not set")
    path = shutil.which(named)
    if path is None:
        return Place(what, f"{named} is no program", is_named=True)
    try:
        child = subprocess.run(
            [path, "-c", _PROBE], capture_output=True, text=True, timeout=_PROBE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return Place(what, f"{named} did not answer within {_PROBE_SECONDS} s", is_named=True)
    except OSError as error:
        return Place(what, f"{named} can't be run: {error.strerror}", is_named=True)
    if child.returncode != 0:
        lines = [line.strip() for line in child.stderr.splitlines() if line.strip()]
        return Place(what, f"{named}: {(lines or [f'exit status {child.returncode}'])[-1][:200]}", is_named=True)
    return Place(what, f"{named} with isaacsim {child.stdout.strip()}".strip(), Path(path), is_named=True)


def _this_interpreter() -> Place:
    what = f"the Python package isaacsim of {sys.executable}"
    spec = find_spec("isaacsim")
    if spec is None or spec.origin is None:
        return Place(what, "not installed")
    try:
        found = f"isaacsim {version('isaacsim')}"
    except PackageNotFoundError:
        found = "isaacsim"
    return Place(what, found, Path(sys.executable))


def _folders() -> Iterator[Place]:
    for variable in FOLDER_VARIABLES:
        what = f"{variable}, an install folder"
        folder = os.environ.get(variable, "")
        python = Path(folder) / "python.sh"
        if not folder:
            yield Place(what, "not set")
        elif python.is_file():
            yield Place(what, str(folder), python.absolute(), is_named=True)
        else:
            yield Place(what, f"{folder} holds no python.sh", is_named=True)
