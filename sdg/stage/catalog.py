"""What a recipe names, loaded: builtin and file assets, materials, textures, environment maps."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar
from weakref import WeakKeyDictionary

from sdg.camera.lens import Lens
from sdg.errors import AssetError
from sdg.foundation.arrays import Float32Array, Vec3
from sdg.recipe.folders import search_folders
from sdg.recipe.model import AssetRef, FileAsset, FileTexture, Recipe
from sdg.stage.asset import Asset, AssetLight, ColorSpace, Material, Texture
from sdg.stage.levels import level_surfaces

Value = TypeVar("Value")

# A drawn size makes an asset of its own in every frame; only so many are kept.
_MOST_KEPT = 256

_catalogs: WeakKeyDictionary[Recipe, Catalog] = WeakKeyDictionary()


class Catalog:
    """Finds and loads what one recipe names; each thing once. Relative paths count from the recipe's folder."""

    def __init__(self, recipe_path: Path) -> None:
        self._folders = search_folders(recipe_path)
        self._kept: OrderedDict[tuple[object, ...], object] = OrderedDict()

    def asset(self, reference: AssetRef, size_m: Vec3 | None = None) -> Asset:
        """Return a builtin asset, made to `size_m` if given, or a file's, in its own size.

        Raises:
            AssetError: It is unknown, missing or broken.
        """
        if isinstance(reference, FileAsset):
            from sdg.stage.files import load_asset

            path = self.find(reference.file)
            return self._keep(
                ("file", path, reference.unit, reference.up),
                lambda: _with_surfaces(load_asset(path, unit=reference.unit, up=reference.up)),
            )
        from sdg.stage.builtin import build_asset

        name, form = (reference, None) if isinstance(reference, str) else reference.chosen()
        return self._keep(("builtin", name, form, size_m), lambda: build_asset(name, size_m, form))

    def material(self, name: str) -> Material:
        """Return a builtin material.

        Raises:
            AssetError: There is none of this name.
        """
        from sdg.stage.builtin import build_material

        return self._keep(("material", name), lambda: build_material(name))

    def texture(self, texture: FileTexture, color_space: ColorSpace) -> Texture:
        """Return a picture file as a texture.

        Raises:
            AssetError: It is missing or broken.
        """
        from sdg.stage.files import load_texture

        path = self.find(texture.file)
        return self._keep(("texture", path, color_space), lambda: load_texture(path, color_space))

    def hdri(self, texture: FileTexture) -> tuple[Float32Array, str]:
        """Return an equirectangular environment map, shape (H, W, 3), float32, and its key.

        Raises:
            AssetError: It is missing or broken.
        """
        from sdg.stage.files import load_hdri

        path = self.find(texture.file)
        return self._keep(("hdri", path), lambda: load_hdri(path))

    def picture_of_light(self, light: AssetLight) -> tuple[Float32Array | None, str]:
        """Return the picture of a file's dome, as `hdri` does, or None if it has none.

        Raises:
            AssetError: It is broken.
        """
        return (None, "") if light.texture_file is None else self.hdri(FileTexture(file=str(light.texture_file)))

    def calibration(self, file: str, camera: str | None = None) -> Lens:
        """Return the lens of a calibration file; of a chain of several cameras, the one that is named.

        Raises:
            AssetError: It is missing or broken.
        """
        from sdg.camera.calibration.read import read_calibration

        path = self.find(file)
        return self._keep(("calibration", path, camera), lambda: read_calibration(path, camera))

    def find(self, file: str) -> Path:
        """Return where a file named in the recipe lies.

        Raises:
            AssetError: It is nowhere; the message lists what was tried.
        """
        candidates = self.candidates(file)
        for candidate in candidates:
            if candidate.is_file():
                return candidate
        tried = "; ".join(str(candidate) for candidate in candidates)
        raise AssetError(f"there is no file {file}", f"tried {tried}")

    def candidates(self, file: str) -> list[Path]:
        """Return where a file named in the recipe may lie, first choice first."""
        return [Path(file)] if Path(file).is_absolute() else [folder / file for folder in self._folders]

    def _keep(self, key: tuple[object, ...], make: Callable[[], Value]) -> Value:
        if key not in self._kept:
            self._kept[key] = make()
            if len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        value: Value = self._kept[key]  # type: ignore[assignment]  # the key says which kind it is
        return value


def _with_surfaces(asset: Asset) -> Asset:
    return asset if asset.surfaces else replace(asset, surfaces=level_surfaces(asset))


def catalog_of(recipe: Recipe) -> Catalog:
    """Return the catalog of a recipe; one recipe object has one."""
    if recipe not in _catalogs:
        _catalogs[recipe] = Catalog(recipe.path)
    return _catalogs[recipe]


def is_environment(reference: AssetRef) -> bool:
    """Return whether an asset is a place rather than a thing."""
    from sdg.stage.builtin import asset_is_environment, asset_names

    name = builtin_name(reference)
    return name in asset_names() and asset_is_environment(name)


def builtin_name(reference: AssetRef) -> str:
    """Return the name of a builtin asset, known or not; empty for a file."""
    if isinstance(reference, FileAsset):
        return ""
    return reference if isinstance(reference, str) else reference.chosen()[0]
