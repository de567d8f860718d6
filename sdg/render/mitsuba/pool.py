"""How many mesh entries a scene needs, and which entry each part of each body takes.

Each object slot of the plan owns entries of its own, as many as its most demanding choice of parts needs. So a
part's entry depends on its own slot alone, never on other frames or on what else is in view.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sdg.stage.model import Body, Part, StagePlan


@dataclass(frozen=True, eq=False)
class EntryPlan:
    """For each object slot, the range of mesh entries that it owns; `count` is all of them."""

    owned: Mapping[tuple[str, int], range]
    count: int


def plan_entries(plan: StagePlan) -> EntryPlan:
    """Give every object slot its entries, in the order of slots."""
    owned: dict[tuple[str, int], range] = {}
    count = 0
    for slot in sorted(plan.slots):
        needed = max((len(_solid(parts)) for parts in plan.slots[slot]), default=0)
        owned[slot] = range(count, count + needed)
        count += needed
    return EntryPlan(owned, count)


def assign_entries(plan: EntryPlan, bodies: Sequence[Body]) -> dict[int, tuple[int, Part]]:
    """Return, by entry, which (index of body, part) each used entry holds in a frame.

    Raises:
        AssertionError: A body has more parts than the plan foresaw.
    """
    held: dict[int, tuple[int, Part]] = {}
    taken: dict[tuple[str, int], int] = {}
    for index, body in enumerate(bodies):
        entries = plan.owned.get(body.slot, range(0))
        for part in _solid(body.parts):
            position = taken.get(body.slot, 0)
            if position >= len(entries):
                raise AssertionError(f"{body.name}: part {part.name!r} is not in the stage plan of slot {body.slot}")
            held[entries[position]] = (index, part)
            taken[body.slot] = position + 1
    return held


def _solid(parts: Sequence[Part]) -> list[Part]:
    return [part for part in parts if len(part.mesh.faces)]
