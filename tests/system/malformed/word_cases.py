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
    override("an_unknown_word_on_the_command_line", "R025", "randomize=«wild"),
]
