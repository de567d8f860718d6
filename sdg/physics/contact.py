"""From restitution to the damping of a contact.

MuJoCo knows no coefficient of restitution: a contact is a spring and a damper that push and never pull. For these
T. Schwager and T. Pöschel, "Coefficient of restitution and linear-dashpot model revisited", Granular Matter 9 (2007),
give the restitution in closed form, as the contact ends where its force does and not where the spring is relaxed.
"""

from __future__ import annotations

import functools
import math

# Beyond this ratio a step of the solver would overshoot; restitution is 0.1 there.
MOST_DAMPING = 1.3


def restitution_of(damping_ratio: float) -> float:
    """Return the restitution of a contact with a damping ratio (1 is critical)."""
    ratio = damping_ratio
    if ratio < 1e-9:
        return 1.0
    if abs(ratio - 1.0) < 1e-6:
        return math.exp(-2.0)
    if ratio > 1.0:
        root = math.sqrt(ratio * ratio - 1.0)
        return math.exp(-ratio / root * math.log((ratio + root) / (ratio - root)))
    root = math.sqrt(1.0 - ratio * ratio)
    angle = math.atan2(2.0 * ratio * root, 2.0 * ratio * ratio - 1.0)
    return math.exp(-ratio / root * angle)


@functools.lru_cache(maxsize=1024)
def damping_ratio(restitution: float) -> float:
    """Return the damping ratio of a contact with a restitution in [0, 1]; at most `MOST_DAMPING`."""
    low, high = 0.0, MOST_DAMPING
    if restitution <= restitution_of(high):
        return high
    for _ in range(60):
        middle = (low + high) / 2
        if restitution_of(middle) > restitution:
            low = middle
        else:
            high = middle
    return (low + high) / 2
