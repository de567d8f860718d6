"""Recipes whose distributions or variables are malformed, or may yield what their place does not admit."""

from __future__ import annotations

from tests.system.malformed.case import edit

_YAW = "{uniform: [0, 360]}"

FORMS = [
    edit("one_end", "R040", _YAW, "{uniform: «[360]}"),
    edit("three_ends", "R040", _YAW, "{uniform: «[0, 90, 360]}"),
    edit("a_number_for_ends", "R040", _YAW, "{uniform: «360}"),
    edit("a_mapping_for_ends", "R040", _YAW, "{uniform: «{low: 0, high: 360}}"),
    edit("texts_for_ends", "R040", _YAW, '{uniform: [0, «"360"]}'),
    edit("nothing_for_ends", "R040", _YAW, "{«uniform: }"),
    edit("nan_for_an_end", "R040", _YAW, "{uniform: [«.nan, 360]}"),
    edit("infinity_for_an_end", "R040", _YAW, "{uniform: [0, «.inf]}"),
    edit("true_for_an_end", "R040", _YAW, "{uniform: [«true, 360]}"),
    edit("a_variable_for_an_end", "R040", _YAW, "{uniform: [0, «$hour]}"),
    edit("a_distribution_for_an_end", "R040", _YAW, "{uniform: [0, «{choice: [1, 2]}]}"),
    edit("fractions_for_whole_ends", "R040", "{uniform_int: [2, 6]}", "{uniform_int: [2, «6.5]}"),
    edit("lists_for_whole_ends", "R040", "count: [3, 2]", "count: {uniform_int: [«[1, 1], [3, 2]]}", faults=2),
    edit("ends_of_different_length", "R040", "roughness: $shade", "color: {uniform: «[[0, 0, 0], [1, 1]]}"),
    edit("two_distributions", "R040", _YAW, "{uniform: [0, 360], «normal: [0, 1]}"),
    edit("a_normal_without_deviation", "R040", _YAW, "{normal: «[0]}"),
    edit("a_normal_of_a_number", "R040", _YAW, "{normal: «0}"),
    edit("a_normal_without_mean", "R040", _YAW, "{normal: «{std: 1}}"),
    edit("a_choice_of_a_text", "R040", "{choice: [0.2, 0.8]}", "{choice: «paint}"),
    edit("a_sequence_of_a_mapping", "R040", _YAW, "{sequence: «{a: 1}}"),
    edit("a_combine_of_a_number", "R040", _YAW, "{combine: «3}"),
    edit("a_misspelt_every", "R041", _YAW, "{uniform: [0, 360], «evry: 3}"),
    edit("weights_beside_uniform", "R041", _YAW, "{uniform: [0, 360], «weights: [1, 2]}"),
    edit("bounds_beside_uniform", "R041", _YAW, "{uniform: [0, 360], «min: 3}"),
    edit("a_misspelt_part_of_normal", "R041", _YAW, "{normal: {mean: 0, std: 1, «maximum: 3}}"),
    edit("a_bound_twice", "R041", _YAW, "{normal: {mean: 0, std: 1, max: 3}, «max: 2}"),
    edit("a_seed_beside_a_distribution", "R041", _YAW, "{uniform: [0, 360], «seed: 3}"),
    edit("ends_the_wrong_way_round", "R042", _YAW, "{uniform: [360, «0]}"),
    edit("equal_ends", "R042", _YAW, "{uniform: [90, «90]}"),
    edit("equal_whole_ends", "R042", "{uniform_int: [2, 6]}", "{uniform_int: [2, «2]}"),
    edit("whole_ends_the_wrong_way_round", "R042", "{uniform_int: [2, 6]}", "{uniform_int: [6, «2]}"),
    edit("one_element_the_wrong_way_round", "R042", "roughness: $shade", "color: {uniform: [[0, 1, 0], [1, «0, 1]]}"),
    edit("a_logarithm_of_zero", "R042", _YAW, "{log_uniform: [«0, 10]}"),
    edit("a_logarithm_of_less_than_zero", "R042", _YAW, "{log_uniform: [«-1, 10]}"),
    edit("bounds_the_wrong_way_round", "R042", _YAW, "{normal: [0, 1], min: 2, max: «-2}"),
    edit("too_few_weights", "R043", "{choice: [0.2, 0.8]}", "{choice: [0.2, 0.8], weights: «[1]}"),
    edit("a_negative_weight", "R043", "{choice: [0.2, 0.8]}", "{choice: [0.2, 0.8], weights: [1, «-1]}"),
    edit("weights_of_nothing", "R043", "{choice: [0.2, 0.8]}", "{choice: [0.2, 0.8], weights: «[0, 0]}"),
    edit("a_text_as_weight", "R043", "{choice: [0.2, 0.8]}", "{choice: [0.2, 0.8], weights: [1, «often]}"),
    edit("a_number_as_weights", "R043", "{choice: [0.2, 0.8]}", "{choice: [0.2, 0.8], weights: «3}"),
    edit("an_endless_weight", "R043", "{choice: [0.2, 0.8]}", "{choice: [0.2, 0.8], weights: [1, «.inf]}"),
    edit("a_choice_of_nothing", "R044", "{choice: [0.2, 0.8]}", "{choice: «[]}"),
    edit("a_sequence_of_nothing", "R044", _YAW, "{sequence: «[]}"),
    edit("a_combine_of_nothing", "R044", "roughness: $shade", "color: {combine: «[]}"),
    edit("every_zero_frames", "R045", _YAW, "{uniform: [0, 360], every: «0}"),
    edit("every_half_frame", "R045", _YAW, "{uniform: [0, 360], every: «0.5}"),
    edit("every_word", "R045", _YAW, "{uniform: [0, 360], every: «frame}"),
    edit("every_true", "R045", _YAW, "{uniform: [0, 360], every: «true}"),
    edit("a_negative_deviation", "R046", _YAW, "{normal: [0, «-1]}"),
    edit("a_normal_out_of_its_bounds", "R046", _YAW, "{normal: [0, 1], min: «50, max: 60}"),
    edit("fractions_of_objects", "R047", "{uniform_int: [2, 6]}", "{«uniform: [2, 6]}"),
    edit("a_normal_number_of_objects", "R047", "{uniform_int: [2, 6]}", "{«normal: [2, 1]}"),
    edit("fractions_of_cells", "R047", "count: [3, 2]", "count: {«uniform: [[1, 1], [3, 2]]}"),
]

YIELDS = [
    edit("a_roughness_that_may_pass_one", "R023", "roughness: $shade", "roughness: {uniform: [0.4, «1.9]}"),
    edit("a_roughness_that_may_be_negative", "R023", "roughness: $shade", "roughness: {uniform: [«-0.1, 0.9]}"),
    edit("a_choice_out_of_range", "R023", "roughness: $shade", "roughness: {choice: [0.1, 0.5, «5]}"),
    edit("a_sequence_out_of_range", "R023", "roughness: $shade", "roughness: {sequence: [0.1, «-1]}"),
    edit("a_nested_choice_out_of_range", "R023", "roughness: $shade", "roughness: {choice: [0.1, {uniform: [0, «2]}]}"),
    edit("an_element_out_of_range", "R023", "roughness: $shade", "color: {uniform: [[0, 0, 0], [1, 1, «3]]}"),
    edit("a_combined_element_out_of_range", "R023", "roughness: $shade", "color: [0, {uniform: [0, «7]}, 1]"),
    edit("combine_out_of_range", "R023", "roughness: $shade", "color: {combine: [0, {uniform: [0, 1]}, «9]}"),
    edit("a_normal_without_bounds", "R023", "roughness: $shade", "roughness: {normal: «[0.5, 0.2]}", faults=1),
    edit(
        "a_normal_bounded_too_far_out",
        "R023",
        "roughness: $shade",
        "roughness: {normal: [0.5, 0.9], min: 0, max: «1.5}",
    ),
    edit("a_logarithm_out_of_range", "R023", "intensity: 9000", "intensity: {log_uniform: [1, «1e12]}"),
    edit("a_count_out_of_range", "R023", "{uniform_int: [2, 6]}", "{uniform_int: [«-2, 6]}"),
    edit("a_variable_out_of_range", "R023", "roughness: $shade", "roughness: «$hour"),
    edit("a_text_among_numbers", "R022", "roughness: $shade", "roughness: {choice: [0.1, «shiny]}"),
    edit("a_number_among_assets", "R022", "[cube, cylinder]", "[cube, «3]"),
    edit("a_uniform_asset", "R022", "asset: cube\n", "asset: {uniform: [«0, 1]}\n", faults=2),
    edit("numbers_for_a_colour", "R022", "roughness: $shade", "color: {uniform: [«0, 1]}", faults=2),
    edit(
        "colours_for_a_number", "R022", "roughness: $shade", "roughness: {uniform: [«[0, 0, 0], [1, 1, 1]]}", faults=2
    ),
    edit("a_combine_for_a_number", "R022", "roughness: $shade", "roughness: {combine: «[0, 1]}"),
    edit("a_combine_of_the_wrong_length", "R024", "roughness: $shade", "color: {combine: «[0, 1]}"),
    edit("a_choice_of_lists_of_the_wrong_length", "R024", "roughness: $shade", "color: {choice: [«[0, 1]]}"),
    edit("an_unknown_key_in_a_chosen_block", "R020", "cylinder]", "{file: a.obj, «units: mm}]"),
]

FIXED = [
    edit("a_drawn_name", "R028", "name: base", "name: «{choice: [a, b]}"),
    edit("a_drawn_seed", "R028", "seed: 7", "seed: «{uniform_int: [1, 9]}"),
    edit("a_drawn_number_of_frames", "R028", "frames: 4", "frames: «$hour", faults=1),
    edit("a_drawn_class", "R028", "class: box", "class: «{choice: [box, bin]}"),
    edit("a_drawn_resolution", "R028", "resolution: [64, 48]", "resolution: «{choice: [[64, 48], [32, 24]]}"),
    edit("a_drawn_width", "R028", "resolution: [64, 48]", "resolution: [«{uniform_int: [32, 64]}, 48]"),
    edit("a_drawn_quality", "R028", "quality: low", "quality: «{choice: [low, high]}"),
    edit("a_drawn_annotator", "R028", "[rgb, depth]", "[rgb, «{choice: [depth, normals]}]"),
    edit("drawn_cameras", "R028", "environment: {asset: warehouse_hall, size_m: [10, 12, 5]}", "environment: «$shade"),
    edit(
        "a_drawn_light",
        "R028",
        "- rect: {name: panel, grid: [2, 3], intensity: 9000}",
        "- «choice: [{dome: {}}, {sun_sky: {}}]",
    ),
]

VARIABLES = [
    edit("an_unknown_variable", "R050", "hour: $hour", "hour: «$our"),
    edit("an_unknown_variable_in_a_choice", "R050", "{choice: [0.2, 0.8]}", "{choice: [0.2, «$nothing]}"),
    edit("a_dollar_alone", "R050", "hour: $hour", 'hour: «"$"'),
    edit("a_variable_with_braces", "R050", "hour: $hour", 'hour: «"${hour}"'),
    edit("a_variable_of_itself", "R051", "{choice: [0.2, 0.8]}", "«$shade"),
    edit("a_circle_of_two", "R051", "{choice: [0.2, 0.8]}", "$other\n  other: «$shade"),
    edit("a_circle_of_three", "R051", "{choice: [0.2, 0.8]}", "{choice: [$b]}\n  b: {choice: [$c, 1]}\n  c: «$shade"),
    edit("a_circle_in_a_distribution", "R051", "{choice: [0.2, 0.8]}", "{choice: [0.2, «$shade]}"),
    edit("a_broken_distribution_among_variables", "R042", "hour: {uniform: [6, 20]}", "hour: {uniform: [20, «6]}"),
    edit("a_variable_name_with_a_dash", "R026", "vars:\n", "vars:\n  «my-hour: 3\n"),
]

CASES = [*FORMS, *YIELDS, *FIXED, *VARIABLES]
