"""The files that a recipe names, and what they hold, so that a run notices when one has changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from sdg.errors import AssetError
from sdg.foundation.digest import digest_file, digest_json
from sdg.recipe.distributions import Plain
from sdg.recipe.model import PathKey, Recipe
from sdg.stage.catalog import catalog_of
from sdg.stage.options import written_options


def digest_files(recipe: Recipe) -> str:
    """Return one digest of every file that the recipe may read, with what those files pull in; "" if it names none.

    A file that is missing or broken counts by its name alone: checking the assets says what is wrong with it.
    """
    from sdg.stage.files import asset_digest

    digests: dict[str, str] = {}
    for name, is_mesh in _named(recipe):
        try:
            found = catalog_of(recipe).find(name)
            digests[name] = asset_digest(found) if is_mesh else digest_file(found)
        except (AssetError, OSError):
            digests[name] = ""
    return digest_json(digests) if digests else ""


def files_that_matter(recipe: Recipe) -> list[Path]:
    """Return the recipe's own file and every file that it may read, with what those files pull in.

    Of a file that is missing, every place where it would be found.
    """
    from sdg.stage.files import asset_files

    paths = [recipe.path]
    for name, is_mesh in _named(recipe):
        try:
            found = catalog_of(recipe).find(name)
        except AssetError:
            paths += catalog_of(recipe).candidates(name)
            continue
        paths.append(found)
        if is_mesh:
            with suppress(AssetError, OSError):
                paths += asset_files(found)
    return list(dict.fromkeys(paths))


def _named(recipe: Recipe) -> Iterator[tuple[str, bool]]:
    """Yield the name of every file that the recipe may read, and whether it is a mesh."""
    for path in _file_paths(recipe.tree, ()):
        is_mesh = "lens" not in path and not str(path[-2]).endswith("texture")
        for name, _ in written_options(recipe, path):
            if isinstance(name, str):
                yield name, is_mesh


def _file_paths(value: Plain, path: PathKey) -> Iterator[PathKey]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key == "file" or (key == "calibration" and not isinstance(item, Mapping)):
                yield (*path, key)
            else:
                yield from _file_paths(item, (*path, key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _file_paths(item, (*path, index))
