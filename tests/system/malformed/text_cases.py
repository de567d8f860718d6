"""Recipes that are not YAML, or not one YAML document of a sensible size."""

from __future__ import annotations

from tests.system.malformed.case import BASE, Case, edit, override, whole


def _items(alias: str, marked: int | None) -> str:
    """Return an alias ten times; the marked one passes the limit on values."""
    return ", ".join(f"«{alias}" if index == marked else alias for index in range(10))


def _bomb() -> str:
    lines = ['a0: &a0 ["x", "x", "x", "x", "x", "x", "x", "x", "x", "x"]']
    lines += [f"a{n}: &a{n} [{_items(f'*a{n - 1}', 7 if n == 4 else None)}]" for n in range(1, 10)]
    return "\n".join(lines) + "\n"


def _merge_bomb() -> str:
    lines = ["m0: &m0 {k: 1}"]
    lines += [f"m{n}: &m{n} {{<<: [{_items(f'*m{n - 1}', 3 if n == 5 else None)}]}}" for n in range(1, 9)]
    return "\n".join(lines) + "\n"


def _variable_bomb() -> str:
    lines = ["  v0: 1"] + [f"  v{n}: [{', '.join([f'$v{n - 1}'] * 10)}]" for n in range(1, 8)]
    return BASE.replace("vars:\n", "vars:\n" + "\n".join(lines) + "\n").replace("  v7:", "  «v7:")


CASES = [
    whole("an_empty_file", "R009", "«"),
    whole("only_comments", "R009", "«# nothing here\n\n# nor here\n"),
    whole("a_list_on_top", "R009", "«- sdg: 1\n"),
    whole("a_text_on_top", "R009", "«hello\n"),
    whole("a_number_on_top", "R009", "«42\n"),
    edit("two_documents", "R009", "render:", "«---\nrender:"),
    edit("a_tab_as_indentation", "R003", "  hour: {uniform", "«\thour: {uniform"),
    edit("an_open_bracket", "R003", "annotators: [rgb, depth]\nrender:", "annotators: [rgb, depth\nrender«:"),
    edit("an_open_brace", "R003", "render: {quality: low}\n", "render: {quality: low«"),
    edit("an_instance_without_quotes", "R003", "{orbit: {target: pallet,", "{orbit: {target: pallet«[0],"),
    edit("an_open_quote", "R003", "render: {quality: low}", 'render: {quality: «"low}'),
    edit("a_second_colon", "R003", "name: base", "name: base«: more"),
    edit("a_key_without_colon", "R003", "seed: 7", "«seed 7"),
    edit("a_misaligned_key", "R003", "      class: box", "     «class: box"),
    edit("a_list_item_too_far_left", "R003", "    - name: carton", "   «- name: carton"),
    edit("an_at_sign", "R003", "name: base", "name: «@base"),
    edit("a_backtick", "R003", "name: base", "name: «`base`"),
    edit("a_percent_sign", "R003", "name: base", "name: «%base"),
    edit("a_bad_escape", "R003", "name: base", 'name: "ba\\«qse"'),
    edit("an_escape_beyond_unicode", "R003", "name: base", 'name: "\\U«FFFFFFFF"'),
    edit("half_a_character", "R002", "name: base", 'name: «"\\ud800"'),
    edit("a_wrong_yaml_version", "R003", "sdg: 1\n", "«%YAML 2.0\n---\nsdg: 1\n"),
    edit("a_key_twice", "R004", "frames: 4\n", "frames: 4\n«seed: 8\n"),
    edit("a_nested_key_twice", "R004", "{quality: low}", "{quality: low, «quality: high}"),
    edit("an_object_key_twice", "R004", "      class: box\n", "      class: box\n      «class: bin\n"),
    edit("a_section_twice", "R004", "render:", "«vars: {}\nrender:"),
    edit("a_python_tag", "R005", "name: base", "name: «!!python/object/apply:os.system [ls]"),
    edit("a_python_name_tag", "R005", "seed: 7", "seed: «!!python/name:os.system x"),
    edit("a_binary_tag", "R005", "name: base", "name: «!!binary aGVsbG8="),
    edit("a_float_tag", "R005", "seed: 7", "seed: «!!float 7"),
    edit("a_tag_of_its_own", "R005", "render: {quality: low}", "render: «!render {quality: low}"),
    edit("a_set_tag", "R005", "annotators: [rgb, depth]", "annotators: «!!set {rgb, depth}"),
    edit("a_number_as_key", "R006", "seed: 7\n", "seed: 7\n«1: 2\n"),
    edit("nothing_as_key", "R006", "seed: 7\n", "seed: 7\n«~: 2\n"),
    edit("true_as_key", "R006", "seed: 7\n", "seed: 7\n«true: 2\n"),
    edit("a_list_as_key", "R006", "seed: 7\n", "seed: 7\n«[a, b]: 2\n"),
    edit("a_mapping_as_key", "R006", "seed: 7\n", "seed: 7\n? «{a: b}\n: 2\n"),
    edit("an_unknown_alias", "R007", "material: paint", "material: «*paint"),
    edit("an_alias_within_itself", "R007", "  paint: {base: painted_metal", "  paint: &p {base: «*p"),
    edit("a_merge_of_a_number", "R010", "{quality: low}", "{quality: low, <<: «3}"),
    edit("a_merge_of_a_list_of_texts", "R010", "{quality: low}", "{quality: low, <<: [«a]}"),
    Case("a_yaml_bomb", "R008", BASE + _bomb()),
    Case("a_merge_bomb", "R008", BASE + _merge_bomb()),
    Case("a_bomb_of_variables", "R008", _variable_bomb()),
    edit("brackets_without_end", "R008", "annotators: [rgb, depth]", "annotators: " + "[" * 63 + "«" + "[" * 5000),
    edit("mappings_without_end", "R008", "quality: low", "quality: " + "{a: " * 62 + "{«a: " + "{a: " * 300),
    edit("a_number_of_a_thousand_digits", "R008", "seed: 7", "seed: «" + "9" * 1000),
    Case("a_file_of_two_megabytes", "R008", "«" + BASE + "# " + "x" * 2_000_000 + "\n"),
    Case("bytes_that_are_not_utf8", "R002", BASE.replace("name: base", "name: «@BAD@"), replace=("@BAD@", b"\xff\xfe")),
    Case("latin_1_text", "R002", BASE.replace("seed: 7", "# Gr«@BAD@n\nseed: 7"), replace=("@BAD@", b"\xfc")),
    Case("a_null_byte", "R002", BASE.replace("name: base", "name: ba«@BAD@se"), replace=("@BAD@", b"\x00")),
    Case("an_escape_byte", "R002", BASE.replace("name: base", "name: «@BAD@base"), replace=("@BAD@", b"\x1b")),
    Case("utf_16", "R002", "«@BAD@", replace=("@BAD@", BASE.encode("utf-16"))),
    Case("a_picture", "R002", "«@BAD@", replace=("@BAD@", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")),
    override("an_override_without_value", "R011", "«seed"),
    override("an_override_without_key", "R011", "«=5"),
    override("an_override_of_a_missing_item", "R011", "scene.objects.«palet.count=3"),
    override("an_override_beyond_the_end", "R011", "cameras.«5.resolution=[64, 48]"),
    override("an_override_inside_a_number", "R011", "seed.«digits=3"),
    override("an_override_of_a_key_by_index", "R011", "scene«[0]=3"),
    override("an_override_of_a_missing_light", "R011", "lighting.«rect[1].intensity=3"),
    override("an_override_that_is_not_yaml", "R003", "seed=[1, 2«"),
    override("an_override_with_an_unknown_key", "R020", "«render.samples=3"),
    override("an_override_with_an_unknown_section", "R020", "«rendr.spp=3"),
    override("an_override_of_the_wrong_type", "R022", "frames=«many"),
    override("an_override_out_of_range", "R023", "seed=3", "frames=«0"),
    override("an_override_with_a_broken_distribution", "R042", "lighting.panel.intensity={uniform: [9, «3]}"),
]
