"""What the files that a recipe names hold, so that a run notices when one has changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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
    for path in _file_paths(recipe.tree, ()):
        for name, _ in written_options(recipe, path):
            if isinstance(name, str):
                try:
                    found = catalog_of(recipe).find(name)
                    is_mesh = "lens" not in path and not str(path[-2]).endswith("texture")
                    digests[name] = asset_digest(found) if is_mesh else digest_file(found)
                except (AssetError, OSError):
                    digests[name] = ""
    return digest_json(digests) if digests else ""


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
