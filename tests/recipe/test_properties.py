"""Whatever is done to a recipe, loading it gives a recipe or located faults, and nothing else."""

from __future__ import annotations

import copy
import random

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sdg.errors import RecipeError
from sdg.foundation.diagnostic import Diagnostic
from sdg.recipe.document import LINE_BREAK
from sdg.recipe.load import load_recipe
from sdg.recipe.variables import walk
from tests.system.malformed.case import BASE

_TREE = yaml.safe_load(BASE)
_PATHS = [path for path, _ in walk(_TREE) if path]
_JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | st.sampled_from(["", "$hour", "$x", "pallet", "rgb", "5 m", "\u2028", "é", "uniform", "~", "[", "a: b"])
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["uniform", "normal", "choice", "weights", "every", "combine", "sequence", "x", "name", "fx"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
_EDITS = st.lists(
    st.tuples(st.sampled_from(_PATHS), st.sampled_from(["replace", "delete", "wrap", "copy", "draw"]), _JUNK),
    min_size=1,
    max_size=4,
)


def _parent(tree, path):
    for step in path[:-1]:
        try:
            tree = tree[step]
        except (KeyError, IndexError, TypeError):
            return None
    return tree if isinstance(tree, dict | list) else None


def _mutate(edits):
    tree = copy.deepcopy(_TREE)
    for path, action, junk in edits:
        parent, key = _parent(tree, path), path[-1]
        if parent is None or (isinstance(parent, list) and (not isinstance(key, int) or key >= len(parent))):
            continue
        if action == "delete":
            parent.pop(key) if isinstance(parent, list) else parent.pop(key, None)
        elif action == "wrap":
            parent[key] = [copy.deepcopy(parent[key] if isinstance(parent, list) else parent.get(key))]
        elif action == "copy":
            parent[key] = copy.deepcopy(_TREE[random.Random(repr(path)).choice(sorted(_TREE))])
        elif action == "draw":
            parent[key] = {"choice": [junk, parent[key] if isinstance(parent, list) else parent.get(key)]}
        else:
            parent[key] = junk
    return tree


def _check_places(faults: tuple[Diagnostic, ...], text: str, overrides: tuple[str, ...] = ()) -> None:
    lines = LINE_BREAK.split(text)
    assert faults
    for fault in faults:
        for span in [fault.span, *(span for _, span in fault.related)]:
            if span is None:
                continue
            source = overrides if span.file == "--set" else lines
            assert 1 <= span.line <= len(source), fault
            assert 1 <= span.column <= len(source[span.line - 1]) + 1, fault
        assert str(fault)


@given(_EDITS)
@settings(max_examples=100)
def test_a_mutated_recipe_is_a_recipe_or_a_recipe_error_with_places_in_the_file(tmp_path_factory, edits):
    text = yaml.safe_dump(_mutate(edits), allow_unicode=True, sort_keys=False)
    path = tmp_path_factory.getbasetemp() / "mutated.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    try:
        load_recipe(path)
    except RecipeError as error:
        _check_places(error.diagnostics, text)


@given(st.data())
@settings(max_examples=100)
def test_mutated_text_is_a_recipe_or_a_recipe_error_with_places_in_the_file(tmp_path_factory, data):
    text = BASE
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        junk = data.draw(
            st.sampled_from(["", "\t", ": ", "- ", "{", "}", "[", "]", "&a ", "*a", "!!x ", "'", '"', "\n", "\r", "#"])
            | st.sampled_from(["---\n", "...\n", "<<: ", "? ", "|\n", ">\n", "%", "@", "\x85", "\x00", "$", "\ufeff"])
            | st.text(max_size=3)
        )
        text = text[:start] + junk + text[end:]
    path = tmp_path_factory.getbasetemp() / "mutated.yaml"
    raw = text.encode("utf-8", "surrogatepass")
    path.write_bytes(raw)
    try:
        load_recipe(path)
    except RecipeError as error:
        _check_places(error.diagnostics, text.removeprefix("\ufeff"))


@given(st.text(max_size=30))
@settings(max_examples=30)
def test_any_override_gives_a_recipe_or_a_recipe_error_with_places_in_it(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "base.yaml"
    path.write_text(BASE)
    for override in (text, f"seed={text}", f"cameras.main.lens={text}"):
        try:
            load_recipe(path, [override])
        except RecipeError as error:
            _check_places(error.diagnostics, BASE, (override,))


@given(st.binary(max_size=60))
@settings(max_examples=100)
def test_any_bytes_give_a_recipe_error(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "bytes.yaml"
    path.write_bytes(data)
    with pytest.raises(RecipeError):
        load_recipe(path)


@given(_EDITS)
@settings(max_examples=30)
def test_a_sound_recipe_survives_being_written_and_read_again(tmp_path_factory, edits):
    path = tmp_path_factory.getbasetemp() / "round.yaml"
    path.write_text(yaml.safe_dump(_mutate(edits), allow_unicode=True, sort_keys=False), encoding="utf-8", newline="")
    try:
        first = load_recipe(path)
    except RecipeError:
        path.write_text(BASE)
        first = load_recipe(path)
    path.write_text(yaml.safe_dump(first.tree, allow_unicode=True, sort_keys=False), encoding="utf-8", newline="")
    again = load_recipe(path)
    assert again.tree == first.tree
    assert again.specimen == first.specimen
