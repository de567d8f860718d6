"""A recipe file to a sound `Recipe`, or every fault in it at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sdg.errors import RecipeError
from sdg.recipe.check import check_document
from sdg.recipe.distractors import write_distractors
from sdg.recipe.document import BROKEN, Document, Sources
from sdg.recipe.expand import Expander, TooLarge
from sdg.recipe.folders import list_folders
from sdg.recipe.model import Recipe, RecipeDocument
from sdg.recipe.normals import spell_normals_alike
from sdg.recipe.overrides import apply_overrides
from sdg.recipe.reporting import Faults
from sdg.recipe.rules import check_rules
from sdg.recipe.source import ScalarNode, locate_in_file, parse_yaml
from sdg.recipe.specimens import document_specimen, strict_tuples
from sdg.recipe.text import read_recipe_text
from sdg.recipe.variables import check_variables
from sdg.recipe.wording import describe
from sdg.recipe.words.apply import apply_words


def load_recipe(path: str | Path, overrides: Sequence[str] = (), *, folders_exist: bool = True) -> Recipe:
    """Read a recipe and prove it sound.

    Args:
        path: The YAML file.
        overrides: `key.path=value` strings, applied in order.
        folders_exist: Whether folders of files that it names must be there. Of a finished dataset's recipe they may be
            gone, which matters only to who makes a frame.

    Returns:
        The recipe.

    Raises:
        RecipeError: The file can't be read, or something in it is wrong; carries every fault, in file order.
    """
    path = Path(path)
    sources = Sources()
    faults = Faults(sources)
    text = read_recipe_text(path, faults, sources)
    faults.stop_if_any()
    document = _parse(path, text, faults, sources)
    if document is None:
        raise RecipeError(faults.diagnostics())
    apply_overrides(document, overrides, faults)
    list_folders(document, faults, must_exist=folders_exist)
    if check_variables(document, faults):
        check_document(document, faults)
        write_distractors(document.tree, document)
        check_rules(document, faults)
    faults.stop_if_any()
    apply_words(document)
    spell_normals_alike(document)
    specimen = RecipeDocument.model_validate(strict_tuples(document_specimen(document.tree)), strict=True)
    return Recipe(
        path=path,
        text=text,
        overrides=tuple(overrides),
        tree=document.tree,
        specimen=specimen,
        spans=document.spans,
        key_spans=document.key_spans,
    )


def _parse(path: Path, text: str, faults: Faults, sources: Sources) -> Document | None:
    """Return the document, or None if nothing can be said beyond the faults found so far."""
    content = text.removeprefix("\ufeff")
    root = parse_yaml(content, locate_in_file(str(path)), faults, sources)
    if root is None:
        return None
    document = Document(path, text, {}, {}, {}, {}, sources)
    try:
        tree = Expander(document, faults).expand(root, ())
    except TooLarge:
        return None
    if isinstance(root, ScalarNode) and root.empty:
        start = sources.clamp(str(path), 1, 1)
        faults.add(
            "R009",
            "the recipe is empty",
            start,
            expected="sdg: 1, a name, cameras",
            hint="docs/recipe.md has a first recipe",
        )
        return None
    if not isinstance(tree, dict):
        if tree is not BROKEN:
            faults.add(
                "R009",
                "a recipe is a mapping",
                document.spans[()],
                expected="keys such as sdg, name, scene, cameras",
                found=describe(tree),
                hint="start with sdg: 1",
            )
        return None
    document.tree = tree
    return document
