"""Where Isaac Sim is on this machine, and whether a GPU is there that it renders on: what was looked for and found.

Looked for in this order: an interpreter that `SDG_ISAACSIM_PYTHON` names, this interpreter (Isaac Sim as the Python
package `isaacsim`), and an install folder that one of three environment variables names. One that is older than the
API that is used is as good as none. Isaac Sim is never imported.
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
from sdg.foundation.rtx_needs import GPU_QUERY, OLDEST, is_too_old, lacks_rt_cores

PYTHON_VARIABLE = "SDG_ISAACSIM_PYTHON"
GPU_VARIABLE = "CUDA_VISIBLE_DEVICES"
LICENCE_VARIABLE = "OMNI_KIT_ACCEPT_EULA"
FOLDER_VARIABLES = ("ISAAC_SIM", "ISAAC_PATH", "ISAACSIM_PATH")
INSTALL = (
    "python3.11 -m venv isaac-sim && isaac-sim/bin/pip install 'isaacsim[all,extscache]==5.1.0' from NVIDIA's package "
    f"index, and export {PYTHON_VARIABLE}=$PWD/isaac-sim/bin/python (needs a GPU with RT cores)"
)

_ELSEWHERE = "render on an RTX GPU; or leave --renderer out, and the embedded renderer is used"
_PROBE_SECONDS = 30
_DEVICES = Path("/dev")
_TOO_OLD = f", which is older than {'.'.join(map(str, OLDEST))}"
# Says which version of the package an interpreter has; a folder that merely bears its name has no origin. The
# interpreter of an install folder has no package's version, but python.sh says where the folder is.
_PROBE = """
import importlib.metadata, importlib.util, os, pathlib, sys
spec = importlib.util.find_spec("isaacsim")
if spec is None or spec.origin is None:
    sys.exit("the Python package isaacsim is not installed there")
try:
    print(importlib.metadata.version("isaacsim"))
except importlib.metadata.PackageNotFoundError:
    file = pathlib.Path(os.environ.get("ISAAC_PATH") or "nowhere") / "VERSION"
    print(file.read_text() if file.is_file() else "")
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


def ready_isaac_sim() -> Path:
    """Return the interpreter that runs Isaac Sim, once nothing is known that keeps it from running.

    Raises:
        BackendUnavailable: Something is: it is not here, no GPU has RT cores, or its licence is not accepted.
    """
    place = find_isaac_sim()
    check_rtx_gpu()
    check_licence(place)
    assert place.python is not None
    return place.python


def list_gpus() -> list[str]:
    """Return name and compute capability of every NVIDIA GPU, as in `NVIDIA L40S, 8.9`; none if they can't be asked."""
    try:
        listing = subprocess.run(GPU_QUERY, capture_output=True, text=True, timeout=_PROBE_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []
    lines = [line.strip() for line in listing.stdout.splitlines()]
    return [line for line in lines if line] if listing.returncode == 0 else []


def check_rtx_gpu() -> None:
    """Make sure that there may be a GPU with RT cores; one that isn't known passes.

    Raises:
        BackendUnavailable: There is no NVIDIA GPU, or none of them has RT cores.
    """
    gpus = list_gpus()
    if not gpus and not any(_DEVICES.glob("nvidia[0-9]*")) and not (_DEVICES / "dxg").exists():
        raise BackendUnavailable(
            "Isaac Sim renders on NVIDIA GPUs with RT cores, and there is no NVIDIA GPU here", _ELSEWHERE
        )
    rtx_gpus()


def rtx_gpus() -> list[int]:
    """Return the numbers of the GPUs that may have RT cores, of those that `CUDA_VISIBLE_DEVICES` names or of all.

    They are counted as `nvidia-smi` does. None if it can't be asked and none are named.

    Raises:
        BackendUnavailable: None of them has RT cores, or `CUDA_VISIBLE_DEVICES` names none by its number.
    """
    gpus, chosen = list_gpus(), os.environ.get(GPU_VARIABLE)
    numbers = list(range(len(gpus)))
    if chosen is not None:
        words = [word.strip() for word in chosen.split(",")]
        if not all(word.isdecimal() and (not gpus or int(word) < len(gpus)) for word in words):
            raise BackendUnavailable(
                f"{GPU_VARIABLE} is {chosen!r}, and Isaac Sim is told its GPU by number",
                f"export {GPU_VARIABLE}=0, or another number of `nvidia-smi --list-gpus`",
            )
        numbers = [int(word) for word in words]
    seen = [gpus[number] for number in numbers] if gpus else []
    if seen and all(lacks_rt_cores(gpu) for gpu in seen):
        raise BackendUnavailable(
            f"Isaac Sim renders on GPUs with RT cores, and there are none here: {'; '.join(dict.fromkeys(seen))} "
            "(name, compute capability)",
            _ELSEWHERE,
        )
    return [number for number in numbers if not gpus or not lacks_rt_cores(gpus[number])]


def rtx_device_kind(chosen: str = "") -> str:
    """Return model and driver of the GPU that RTX renders on, as frame records name them.

    Args:
        chosen: The GPU's number; anything else stands for the first.
    """
    number = chosen if chosen.isdecimal() else "0"
    query = ["nvidia-smi", f"--id={number}", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    try:
        listing = subprocess.run(query, capture_output=True, text=True, timeout=_PROBE_SECONDS, check=False)
        name, driver = listing.stdout.strip().rsplit(", ", 1)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        name, driver = "nvidia", "unknown"
    return f"rtx {name}, driver {driver}"


def check_licence(place: Place) -> None:
    """Make sure that Isaac Sim from pip doesn't ask whether its licence is accepted, where nobody would answer.

    Raises:
        BackendUnavailable: It would.
    """
    from_pip = place.python is not None and place.python.name != "python.sh"
    if from_pip and os.environ.get(LICENCE_VARIABLE, "").lower() not in {"y", "yes", "1"}:
        raise BackendUnavailable(
            f"Isaac Sim is here ({place.found}), and would ask whether its licence is accepted",
            f"read NVIDIA's licence of Isaac Sim; if you accept it, export {LICENCE_VARIABLE}=YES",
        )


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
    return _place(what, f"{named} with isaacsim", child.stdout.strip(), Path(path), is_named=True)


def _place(what: str, found: str, installed: str, python: Path, *, is_named: bool) -> Place:
    """Return a place that has Isaac Sim of the version `installed`, if that can be used."""
    said = f"{found} {installed.partition('+')[0]}".strip()
    if is_too_old(installed):
        return Place(what, f"{said}{_TOO_OLD}", is_named=is_named)
    return Place(what, said, python, is_named)


def _this_interpreter() -> Place:
    what = f"the Python package isaacsim of {sys.executable}"
    spec = find_spec("isaacsim")
    if spec is None or spec.origin is None:
        return Place(what, "not installed")
    try:
        installed = version("isaacsim")
    except PackageNotFoundError:
        installed = ""
    return _place(what, "isaacsim", installed, Path(sys.executable), is_named=False)


def _folders() -> Iterator[Place]:
    for variable in FOLDER_VARIABLES:
        what = f"{variable}, an install folder"
        folder = os.environ.get(variable, "")
        python = Path(folder) / "python.sh"
        if not folder:
            yield Place(what, "not set")
        elif python.is_file():
            file = python.with_name("VERSION")
            installed = file.read_text(errors="replace").strip() if file.is_file() else ""
            yield _place(what, folder, installed, python.absolute(), is_named=True)
        else:
            yield Place(what, f"{folder} holds no python.sh", is_named=True)
