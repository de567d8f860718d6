"""Stands in for Isaac Sim's package; see `tests.replicator.stand_in_isaac_sim`."""

from tests.replicator.stand_in_isaac_sim import SimulationApp

__all__ = ["SimulationApp"]
