"""What Isaac Sim needs of a machine, as judgements on what the machine says of itself."""

from __future__ import annotations

import re

# What a GPU says of itself, as in `NVIDIA H200, 9.0`: its name and its compute capability.
GPU_QUERY = ("nvidia-smi", "--query-gpu=name,compute_cap", "--format=csv,noheader")
# RT cores came with Turing, 7.5; the chips of data centres have had none since: GA100 (8.0), Hopper (9.0) and their
# Blackwells (10.0 and 10.3). Numbers from NVIDIA, "CUDA GPU Compute Capability".
CAPABILITIES_WITHOUT = r", ([1-6]\.|7\.[0-2]|8\.0|9\.0|10\.)"
# Turings of the chips TU116 and TU117 are 7.5 too; RT cores are TU102's, TU104's and TU106's ("NVIDIA Turing GPU
# Architecture").
NAMES_WITHOUT = r"GTX 16|MX[45]50|\bT(400|500|550|600|1000|1200|2000)\b"
_NO_RT_CORES = re.compile(f"{CAPABILITIES_WITHOUT}|{NAMES_WITHOUT}")
# The oldest that the emitted scripts are written for; before 4.0, versions were years.
OLDEST, FIRST_YEAR = (5, 1), 2000
_VERSION = re.compile(r"(\d+)\.(\d+)")


def lacks_rt_cores(gpu: str) -> bool:
    """Return whether a GPU surely has no RT cores; one that isn't known may have some.

    Args:
        gpu: A line of what `GPU_QUERY` says.
    """
    return _NO_RT_CORES.search(gpu) is not None


def is_too_old(version: str) -> bool:
    """Return whether a version of Isaac Sim, such as `4.5.0-rc.36+release`, is surely too old; unknown ones may do."""
    found = _VERSION.match(version)
    return found is not None and not OLDEST <= (int(found[1]), int(found[2])) < (FIRST_YEAR, 0)
