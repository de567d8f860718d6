"""Choosing CPU or GPU, and importing Mitsuba with what that needs; once per process, because its variant is global."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from sdg.errors import BackendUnavailable
from sdg.foundation.cores import core_count
from sdg.render.mitsuba import llvm

CPU_VARIANT = "llvm_ad_rgb"
CUDA_VARIANT = "cuda_ad_rgb"
_CUDA_PROBE = llvm.PROBE_SCRIPT.replace(CPU_VARIANT, CUDA_VARIANT)


@dataclass(frozen=True)
class GpuVerdict:
    """Whether the NVIDIA GPU can render; `reason` says why not, `name` and `driver` what was found."""

    works: bool
    reason: str = ""
    name: str = ""
    driver: str = ""


def start_backend(device: Literal["auto", "cpu", "cuda"], threads: int | None) -> None:
    """Import Mitsuba on the chosen device; a later call must ask for the same one.

    Raises:
        BackendUnavailable: Mitsuba or the device is missing, or the process already renders on the other one.
    """
    if find_spec("mitsuba") is None:
        raise BackendUnavailable("the embedded renderer needs the Python package mitsuba", hint="pip install mitsuba")
    variant = choose_variant(device)
    prepare_environment()
    if variant == CPU_VARIANT and "drjit" not in sys.modules:
        os.environ[llvm.LIBRARY_VARIABLE] = str(llvm.choose_library())
    import drjit as dr
    import mitsuba as mi

    current = mi.variant()
    if current is None:
        mi.set_variant(variant)
        mi.set_log_level(mi.LogLevel.Error)
    elif current != variant:
        raise BackendUnavailable(
            f"this process already renders with {current}, and Mitsuba has one variant per process",
            hint="render on the other device in a process of its own",
        )
    dr.set_thread_count(threads if threads is not None else core_count())


def choose_variant(device: Literal["auto", "cpu", "cuda"]) -> str:
    """Return the Mitsuba variant for a device.

    Raises:
        BackendUnavailable: `cuda` was asked for, and no GPU works here.
    """
    if device == "cpu":
        return CPU_VARIANT
    loaded = sys.modules.get("mitsuba")
    if device == "auto" and loaded is not None and loaded.variant() is not None:
        return str(loaded.variant())
    verdict = probe_gpu()
    if verdict.works:
        return CUDA_VARIANT
    if device == "auto":
        return CPU_VARIANT
    raise BackendUnavailable(
        f"no NVIDIA GPU works here: {verdict.reason}", hint="install NVIDIA's driver (535 or newer), or --device cpu"
    )


@cache
def probe_gpu() -> GpuVerdict:
    """Trace a few rays on the GPU in a child process; without a driver, answer at once."""
    if not any(Path("/dev").glob("nvidia[0-9]*")) and not Path("/dev/dxg").exists():
        return GpuVerdict(False, "no NVIDIA device is present")
    name, driver = gpu_name_and_driver()
    failure = llvm.run_python(_CUDA_PROBE)
    return GpuVerdict(not failure, f"a test render failed: {failure}" if failure else "", name, driver)


def gpu_name_and_driver() -> tuple[str, str]:
    """Return model and driver version of the first GPU as nvidia-smi gives them, or empty strings."""
    command = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    try:
        listing = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return "", ""
    first = listing.stdout.strip().splitlines()[:1]
    if listing.returncode != 0 or not first:
        return "", ""
    name, _, driver = first[0].partition(",")
    return name.strip(), driver.strip()


def prepare_environment() -> None:
    """Give Dr.Jit a folder for compiled kernels where there is no home to keep them in."""
    if "DRJIT_CACHE_DIR" in os.environ:
        return
    try:
        home = Path.home()
        usable = (home / ".drjit").is_dir() or os.access(home, os.W_OK)
    except RuntimeError:
        usable = False
    if not usable:
        folder = llvm.cache_folder() / "drjit"
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["DRJIT_CACHE_DIR"] = str(folder)
