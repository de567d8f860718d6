"""The part of an emitted script that refuses machines which can't run it: `rtx_needs`, for where there is no `sdg`."""

from __future__ import annotations

import json

from sdg.foundation.rtx_needs import CAPABILITIES_WITHOUT, FIRST_YEAR, GPU_QUERY, NAMES_WITHOUT, OLDEST

MACHINE = f'''\
# --- The machine -----------------------------------------------------------------------------------------------------
# What can't work is refused before Isaac Sim starts, while an exit status still means something.

OLDEST = {OLDEST}  # Isaac Sim whose API this is
NO_RT_CORES = (
    r"{CAPABILITIES_WITHOUT}"  # older than Turing, or for data centres: A100, H100, H200, B200 ...
    r"|{NAMES_WITHOUT}"  # small Turings
)


def refuse(message):
    """End with exit status 3: the machine is at fault, not the script."""
    print(message, file=sys.stderr)
    sys.exit(3)


def isaac_sim_version():
    """Return the version as pip has it, or the install folder that python.sh names; empty if neither is there."""
    try:
        return version("isaacsim")
    except PackageNotFoundError:
        file = Path(os.environ.get("ISAAC_PATH") or "/") / "VERSION"
        return file.read_text(encoding="utf-8").strip() if file.is_file() else ""


def gpus():
    """Return name and compute capability of every GPU, as in "NVIDIA L40S, 8.9"; none if the driver can't be asked."""
    query = {json.dumps(GPU_QUERY)}
    try:
        answer = subprocess.run(query, capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return answer.stdout.strip().splitlines() if answer.returncode == 0 else []


def check_machine():
    """Refuse what surely can't run this; what isn't known passes."""
    number = re.match(r"(\\d+)\\.(\\d+)", isaac_sim_version())
    if number and not OLDEST <= (int(number[1]), int(number[2])) < ({FIRST_YEAR}, 0):  # before 4.0 they were years
        refuse(f"this needs Isaac Sim {{OLDEST[0]}}.{{OLDEST[1]}} or newer, and found {{isaac_sim_version()}}")
    found = gpus()
    if found and all(re.search(NO_RT_CORES, gpu) for gpu in found):
        refuse(f"Isaac Sim renders on GPUs with RT cores, and these have none: {{'; '.join(found)}}")


check_machine()

'''
