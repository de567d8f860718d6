"""What the exit code of a child process tells."""

from __future__ import annotations

import signal


def cause_of_death(exit_code: int | None) -> str:
    """Return how a process ended, as the end of a sentence; None is not known yet, below 0 is a signal."""
    if exit_code is None:
        return "broke off its connection"
    if exit_code >= 0:
        return f"ended with status {exit_code}"
    try:
        name = signal.Signals(-exit_code).name
    except ValueError:
        name = f"signal {-exit_code}"
    return f"was killed by {name}" + (" (out of memory?)" if name == "SIGKILL" else "")
