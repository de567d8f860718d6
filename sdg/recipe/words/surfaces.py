"""Surfaces that the materials' words know."""

BUILTIN: tuple[str, ...] = ()
BORNE: dict[str, tuple[str, ...]] = {}
