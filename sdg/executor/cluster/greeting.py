"""What a node must have for its frames to be the ones that this machine would make."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from sdg.errors import AssetError, BackendUnavailable, SdgError
from sdg.foundation.digest import digest_file
from sdg.recipe.model import Recipe
from sdg.version import __version__


@dataclass(frozen=True)
class Greeting:
    """Versions of `sdg` and of all that it depends on, and digests of the files that the recipe names, by path."""

    versions: Mapping[str, str]
    files: Mapping[str, str]

    @classmethod
    def of(cls, recipe: Recipe) -> Greeting:
        """Return what this machine has; files that are missing here are for the check of the recipe to find."""
        from sdg.stage.file_digests import files_that_matter

        found = [path.absolute() for path in files_that_matter(recipe) if path != recipe.path and path.is_file()]
        return cls(installed_versions(), {str(path): digest_file(path) for path in found})

    def refusal(self, node: str) -> SdgError | None:
        """Return why the node that this is called on must make no frames, if so."""
        here = installed_versions()
        for name in sorted(self.versions.keys() | here.keys()):
            if self.versions.get(name) != here.get(name):
                found, wanted = here.get(name, "none"), self.versions.get(name, "none")
                message = f"node {node} has another version of {name}: {found} there, {wanted} here"
                return BackendUnavailable(message, "install the same versions on every node; frames would differ")
        for file, digest in self.files.items():
            hint = "put the files that the recipe names where every node sees them under the same path"
            try:
                if digest_file(Path(file)) != digest:
                    return AssetError(f"node {node} has something else at {file}", hint)
            except OSError as error:
                return AssetError(f"node {node} can't read {file}: {error.strerror}", hint)
        return None


def installed_versions() -> dict[str, str]:
    """Return the versions of `sdg` and of what it requires, extras left out; what is not installed is not in it."""
    versions = {"sdg": __version__}
    try:
        required = metadata.requires("sdg") or []
    except metadata.PackageNotFoundError:
        return versions  # run from its source folder
    for line in required:
        name = re.match(r"[A-Za-z0-9._-]+", line)
        if name is not None and "extra ==" not in line:
            try:
                versions[name[0]] = metadata.version(name[0])
            except metadata.PackageNotFoundError:
                continue
    return versions
