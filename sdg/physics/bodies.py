"""What settles, and what came of it, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from sdg.foundation.arrays import FloatArray


@dataclass(frozen=True, eq=False)
class RigidBody:
    """A body made of convex pieces.

    Attributes:
        pieces: Points whose convex hulls it collides by, each of shape (N, 3), body frame [m].
        world_from_body: Where it starts, rigid 4x4.
        mass_kg: None stands fast.
        friction: Coefficient of friction; of two bodies that touch the larger counts.
        is_backed: Whether other pieces lie behind its thin ones, so that nothing gets through it.
        restitution: Ratio of speeds after and before an impact; of two bodies that touch the smaller counts.
    """

    pieces: tuple[FloatArray, ...]
    world_from_body: FloatArray
    mass_kg: float | None = None
    friction: float = 0.5
    restitution: float = 0.1
    is_backed: bool = False


@dataclass(frozen=True, eq=False)
class Settled:
    """Where bodies are in the end.

    Attributes:
        world_from_body: By body, in the order given, rigid 4x4.
        is_at_rest: By body; what stands fast is always at rest.
        simulated_s: How long they took [s].
    """

    world_from_body: tuple[FloatArray, ...]
    is_at_rest: tuple[bool, ...]
    simulated_s: float
