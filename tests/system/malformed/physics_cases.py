"""Recipes whose physics is malformed."""

from __future__ import annotations

from tests.system.malformed.case import edit

_PLACE = "{scatter_2d: {surface: floor}}"
_GRID = "{grid: {spacing_m: [0.4, 0.8], surface: pallet, count: [3, 2]}}"
_CLASS = "      class: box\n"

CASES = [
    edit("gravity_upwards", "R023", "scene:\n", "scene:\n  physics: {gravity_mps2: «9.81}\n"),
    edit("gravity_without_its_unit", "R020", "scene:\n", "scene:\n  physics: {«gravity: -9.81}\n"),
    edit("a_restitution_above_one", "R023", "scene:\n", "scene:\n  physics: {restitution: {uniform: [0.1, «1.5]}}\n"),
    edit("a_mass_outside_physics", "R020", _CLASS, f"{_CLASS}      «mass_kg: 3\n"),
    edit("no_mass", "R023", _CLASS, f"{_CLASS}      physics: {{mass_kg: «0}}\n"),
    edit("a_mass_and_a_density", "R141", _CLASS, f"{_CLASS}      physics: {{«mass_kg: 3, density_kgpm3: 500}}\n"),
    edit("dropped_on_nothing", "S004", _GRID, "{drop_on: «shelf}"),
    edit("dropped_on_a_part_of_nothing", "R065", _GRID, "{drop_on: {surface: «shelf.top}}"),
    edit("dropped_in_the_floor", "R065", _GRID, "{drop_in: «floor}"),
    edit("dropped_on_itself", "R066", _GRID, "{drop_on: «carton}", faults=2),
    edit("dropped_from_nowhere", "R079", _GRID, "{drop_on: {surface: floor, region_m: «[1, 0, 0, 1]}}"),
    edit("placed_on_what_is_dropped", "R140", _PLACE, "{drop_on: floor}", "surface: pallet", "surface: «pallet"),
]
