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
    edit("stacked_on_nothing", "S004", _GRID, "{stack: «shelf}"),
    edit("stacked_on_a_part_of_nothing", "R065", _GRID, "{stack: {surface: «shelf.top}}"),
    edit("stacked_on_itself", "R066", _GRID, "{stack: «carton}", faults=2),
    edit("stacks_of_none", "R023", _GRID, "{stack: {height: «0}}"),
    edit("stacks_of_a_half", "R022", _GRID, "{stack: {height: «2.5}}"),
    edit("stacks_through_the_roof", "S008", _GRID, "{stack: «floor}\n      count: 9"),
    edit("a_stack_with_two_places", "R072", _GRID, "{stack: {center_m: [0, 0], «region_m: [0, 0, 1, 1]}}"),
    edit("a_stack_beside_the_floor", "S009", _GRID, "{stack: {center_m: «[9, 0]}}"),
    edit("a_stack_of_an_unknown_key", "R020", _GRID, "{stack: {«layers: 3}}"),
    edit("heaped_on_nothing", "S004", _GRID, "{heap: «shelf}"),
    edit("heaped_in_a_point", "R023", _GRID, "{heap: {radius_m: «0}}"),
    edit("a_heap_beside_the_floor", "S009", _GRID, "{heap: {center_m: «[0, 20], radius_m: 0.5}}"),
    edit("placed_on_a_stack", "R140", _PLACE, "{stack: floor}", "surface: pallet", "surface: «pallet"),
    edit("placed_on_what_is_dropped", "R140", _PLACE, "{drop_on: floor}", "surface: pallet", "surface: «pallet"),
]
