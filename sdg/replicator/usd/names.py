"""Names of prims and files that stand beside each other, each given out once."""

from __future__ import annotations

from sdg.stage.prims import prim_name


class Names:
    """Gives each name out once; a second asker gets it with an ordinal."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def unique(self, name: str) -> str:
        """Return a name that nothing else has yet."""
        wanted = prim_name(name)
        candidate, ordinal = wanted, 1
        # Files of names that differ in case only would be one file on some disks.
        while candidate.lower() in self._taken:
            ordinal += 1
            candidate = f"{wanted}_{ordinal}"
        self._taken.add(candidate.lower())
        return candidate
