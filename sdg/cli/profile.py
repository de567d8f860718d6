"""The table of `sdg generate --profile`: where a run's time went."""

from __future__ import annotations

from sdg.executor.profile import IDLE, WAITING, Profile, Row
from sdg.foundation.wording import counted

# What a step is called as that which limited a run, where its name alone doesn't say.
_LIMITS = {"radiance": "tracing", WAITING: "writing", IDLE: "handing out frames", "other": "what no step accounts for"}


def table(profile: Profile) -> str:
    """Return a run's times as lines: each step's median in a frame, sum over workers, and share of the run."""
    rows = profile.rows()
    width = max(len(row.name) for row in rows)
    head = f"where the time went: {counted(profile.frames, 'frame')}, {counted(profile.workers, 'worker')}"
    titles = f"  {'step':<{width}}  {'a frame':>9}  {'in all':>10}  {'share':>6}"
    most = profile.limit()
    limit = f"limited by {_LIMITS.get(most.name, most.name)} ({100 * most.share:.0f} %)"
    return "\n".join([head, titles, *(_line(row, width) for row in rows), limit])


def _line(row: Row, width: int) -> str:
    median = "" if row.median_s is None else f"{row.median_s:.3f} s"
    beside = "  beside the next frames" if row.beside else ""
    return f"  {row.name:<{width}}  {median:>9}  {f'{row.total_s:.1f} s':>10}  {f'{100 * row.share:.1f} %':>6}{beside}"
