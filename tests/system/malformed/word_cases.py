"""Recipes that are randomized by words that don't exist, or where no word may stand."""

from __future__ import annotations

from tests.system.malformed.case import edit, override

CASES = [
    edit("an_unknown_word", "R025", "frames: 4", "frames: 4\nrandomize: «wild"),
    edit("an_unknown_word_for_a_section", "R025", "frames: 4", "frames: 4\nrandomize: {lighting: «wild}"),
    edit("a_word_for_an_unknown_section", "R020", "frames: 4", "frames: 4\nrandomize: {«light: realistic}"),
    edit("a_word_by_chance", "R028", "frames: 4", "frames: 4\nrandomize: «{choice: [realistic, aggressive]}"),
    edit("two_words", "R022", "frames: 4", "frames: 4\nrandomize: «[realistic, aggressive]"),
    edit("a_number_for_a_word", "R022", "frames: 4", "frames: 4\nrandomize: «2"),
    edit("a_word_in_a_section", "R020", "scene:\n", "scene:\n  «randomize: realistic\n"),
    edit("a_word_in_a_light", "R020", "intensity: 9000", "«randomize: realistic"),
    edit("distractors_with_a_class", "R020", "scene:\n", "scene:\n  distractors: {«class: box}\n"),
    edit("distractors_without_a_number", "R022", "scene:\n", "scene:\n  distractors: {count: «some}\n"),
    edit("distractors_by_chance", "R028", "scene:\n", "scene:\n  distractors: «{choice: [{}, {count: 3}]}\n"),
    edit("distractors_named_as_an_object", "R060", "scene:\n", "scene:\n  distractors: {name: «pallet}\n"),
    edit("distractors_twice", "R060", "scene:\n", "scene:\n  distractors: [{}, «{}]\n"),
    edit(
        "distractors_on_a_surface_that_is_not_there",
        "R065",
        "scene:\n",
        "scene:\n  distractors: {place: {scatter_2d: {surface: «rack.top}}}\n",
    ),
    edit(
        "things_of_the_class_of_distractors",
        "R074",
        "scene:\n",
        "scene:\n  distractors: {}\n",
        "class: box",
        "class: «distractor",
    ),
    edit("stuff_by_chance", "R028", "      class: box\n", "      stuff: «{choice: [true, false]}\n"),
    edit("hovering_below_the_floor", "R023", "{scatter_2d: {surface: floor}}", "{scatter_2d: {height_m: «-1}}"),
    override("an_unknown_word_on_the_command_line", "R025", "randomize=«wild"),
]
