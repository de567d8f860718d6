"""Seeds for Replicator's own streams.

Replicator numbers its nodes as they are made and ignores a seed of 0, so each node gets a seed of its own, made of the
recipe's seed and the node's name: a new node changes no other's values.
"""

from __future__ import annotations

from sdg.foundation.seeds import Branch, stream_key

_LARGEST = 2**31 - 2


def replicator_seed(seed: int, name: str) -> int:
    """Return the seed of a node, from 1 to 2^31 - 2; an empty name stands for the graph as a whole."""
    return 1 + stream_key(Branch.DRAW, seed, "replicator", name) % _LARGEST
