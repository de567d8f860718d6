"""Is everything there that a recipe may name? Loads it all, so that no frame fails for want of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from sdg.errors import AssetError
from sdg.foundation.arrays import Vec3
from sdg.foundation.diagnostic import Diagnostic
from sdg.foundation.spelling import closest
from sdg.graph.build import light_names
from sdg.recipe.document import Place, lookup
from sdg.recipe.faults import diagnose
from sdg.recipe.model import (
    ON_SURFACES,
    CalibrationFile,
    CameraBlock,
    FileAsset,
    FileTexture,
    PathKey,
    Recipe,
)
from sdg.recipe.pixels import possible_pixels
from sdg.recipe.rules_lens import ALLOWED_VOID_HINT, allowed_void, lens_void, percent, void_hint
from sdg.recipe.specimens import options_at
from sdg.recipe.variables import variables_of
from sdg.stage.articulation import KeypointScheme
from sdg.stage.asset import Asset, ColorSpace
from sdg.stage.catalog import Catalog, builtin_name, catalog_of, is_environment
from sdg.stage.categories import part_label
from sdg.stage.lenses import calibrated_lens
from sdg.stage.options import End, written_assets, written_options
from sdg.stage.preflight_environment import Misread, camera_faults, light_faults, pattern_faults
from sdg.stage.preflight_joints import joint_faults
from sdg.stage.preflight_places import Fitting, named_places
from sdg.stage.rigs import find_link
from sdg.stage.surfaces import choose_surface, container_surface

_CALIBRATION: TypeAdapter[str | CalibrationFile] = TypeAdapter(str | CalibrationFile)
_TEXTURES: tuple[tuple[str, ColorSpace], ...] = (
    ("color_texture", "srgb"),
    ("roughness_texture", "linear"),
    ("metallic_texture", "linear"),
    ("normal_texture", "linear"),
)
# As many objects as a hint lists.
_MOST_LISTED = 12


def check_assets(recipe: Recipe) -> list[Diagnostic]:
    """Return every fault in what the recipe names, in every choice and sequence; warnings among them.

    Assets and their sizes, surfaces and what fits on them, materials, textures, environment maps and classes are
    looked at.
    """
    return _Preflight(recipe).run()


_ENDS: tuple[End, ...] = ("lower", "upper")


class _Preflight:
    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._catalog: Catalog = catalog_of(recipe)
        self._faults: dict[tuple[str, PathKey, str], Diagnostic] = {}
        self._objects: dict[str, list[Asset]] = {}
        self._environments: list[Asset] = []
        self._from_files: set[str] = set()

    def run(self) -> list[Diagnostic]:
        scene = self._recipe.specimen.scene
        if scene.environment is not None:
            self._environments = list(self._assets(("scene", "environment"), "the environment"))
        for index, block in enumerate(scene.objects):
            self._objects[block.name] = list(self._assets(("scene", "objects", index), block.name))
        for index in range(len(scene.objects)):
            self._check_object(index)
        self._check_fit()
        self._check_classes()
        self._check_insides()
        self._check_keypoints()
        self._check_mounts()
        self._check_lights()
        self._check_calibrations()
        self._check_materials()
        return sorted(self._faults.values(), key=_order)

    def _add(self, path: PathKey, code: str, message: str, **more: Any) -> None:
        self._faults.setdefault((code, path, message), diagnose(self._recipe, path, code, message, **more))

    # --- assets -----------------------------------------------------------------------------------------------

    def _assets(self, path: PathKey, who: str) -> Iterator[Asset]:
        """Yield every asset that a block may be, and report those that can't be used."""
        # Whatever lies between the smallest and the largest size can be made if those two can.
        ends = [written_options(self._recipe, (*path, "size_m"), end) for end in _ENDS]
        sizes: list[Vec3 | None] = list(dict.fromkeys(_vec3(size) for end in ends for size, _ in end))
        for reference, where in written_assets(self._recipe, (*path, "asset")):
            for size_m in sizes or [None]:
                try:
                    asset = self._catalog.asset(reference, None if isinstance(reference, FileAsset) else size_m)
                except AssetError as error:
                    self._report(where, "S001", who, error, ("file",))
                    continue
                if isinstance(reference, FileAsset):
                    self._from_files.add(asset.key)
                    self._check_size(asset, self._catalog.find(reference.file), where)
                elif path[1] == "objects" and is_environment(reference):
                    hint = "name it under scene.environment, or take another asset"
                    found = builtin_name(reference)
                    self._add(where, "S010", f"{who} is an environment, not an object", found=found, hint=hint)
                    continue
                yield asset

    def _check_size(self, asset: Asset, file: Path, where: PathKey) -> None:
        from sdg.stage.files import size_warning

        warning = size_warning(asset, file)
        if warning is not None:
            self._add((*where, "file"), "S006", warning, severity="warning")

    def _report(self, where: PathKey, code: str, who: str, error: AssetError, deeper: PathKey = ()) -> None:
        exact = (*where, *deeper)
        self._add(exact if exact in self._recipe.spans else where, code, f"{who}: {error.message}", hint=error.hint)

    # --- objects ----------------------------------------------------------------------------------------------

    def _check_object(self, index: int) -> None:
        block, path = self._recipe.specimen.scene.objects[index], ("scene", "objects", index)
        self._check_surfaces(index)
        self._check_drops(path)
        for where, error in joint_faults(self._recipe, block, path, self._objects[block.name]):
            self._add(where, error.code, f"{block.name}: {error.message}", found=error.found, hint=error.hint)
        self._check_material_name((*path, "material"))

    def _check_surfaces(self, index: int) -> None:
        for kind, _, names in named_places(self._recipe, index):
            # Where `surface` isn't written its default is at fault, so the block stands for it.
            for text, where in names if kind in ON_SURFACES else ():
                owner, _, part = text.partition(".")
                if owner in self._objects:
                    self._check_surface(self._objects[owner], part or None, owner, where)
                elif self._recipe.specimen.scene.environment is None:
                    hint = "add scene.environment, or place it on an object"
                    self._add(where, "S004", f"there is no {text}: the scene has no environment", hint=hint)
                else:
                    # A bare name may have meant an object.
                    own = self._recipe.specimen.scene.objects[index].name
                    others = () if part else tuple(name for name in self._objects if name != own)
                    self._check_surface(self._environments, owner, "the environment", where, others)

    def _check_drops(self, path: PathKey) -> None:
        for owner, where in written_options(self._recipe, (*path, "place", "drop_in")):
            self._check_containers(self._objects.get(str(owner), ()), str(owner), where)

    def _check_containers(self, carriers: Iterable[Asset], who: str, where: PathKey) -> None:
        for carrier in carriers:
            try:
                container_surface(carrier)
            except AssetError as error:
                message = f"nothing can be dropped in {who}: {error.message}"
                self._add(where, "S004", message, found=who, hint=error.hint)

    def _check_surface(
        self, carriers: Iterable[Asset], name: str | None, who: str, where: PathKey, objects: tuple[str, ...] = ()
    ) -> None:
        for carrier in carriers:
            try:
                choose_surface(carrier, name)
            except AssetError as error:
                known = tuple(surface.name for surface in carrier.surfaces)
                meant = "" if name is None else _did_you_mean(name, (*known, *objects))
                listed = f"the objects are {', '.join(objects)}" if 0 < len(objects) <= _MOST_LISTED else ""
                hint = "; ".join(part for part in (meant, error.hint, listed) if part)
                self._add(
                    where, "S004", f"nothing can stand there on {who}: {error.message}", found=name or "", hint=hint
                )

    def _check_fit(self) -> None:
        fitting = Fitting(self._recipe, self._environments, self._objects, self._from_files)
        for misfit in fitting.misfits():
            self._add(misfit.path, misfit.code, misfit.message, found=misfit.found, hint=misfit.hint)

    def _check_classes(self) -> None:
        block = self._recipe.specimen.scene.environment
        if block is None:
            return
        stuff = {part_label(part, block) for asset in self._environments for part in asset.parts}
        for index, thing in enumerate(self._recipe.specimen.scene.objects):
            label = thing.class_name or thing.name
            if label in stuff and not thing.stuff:
                path: PathKey = ("scene", "objects", index, "class" if thing.class_name else "name")
                message = f"the class {label} is already that of a part of the environment"
                hint = f"parts of the environment are stuff, objects are things; call it {label}_object, say"
                self._add(path, "S015", message, found=label, hint=hint)

    def _check_insides(self) -> None:
        """Report patterns that fit nothing, and lights and cameras of files that can't be used."""
        document = self._recipe.specimen
        found: list[Misread] = []
        blocks = [(("scene", "objects", i), block, block.name) for i, block in enumerate(document.scene.objects)]
        if (environment := document.scene.environment) is not None:
            path: PathKey = ("scene", "environment")
            who, assets = "the environment", self._environments
            found += pattern_faults(environment.classes, (*path, "classes"), assets, who, of_materials=False)
            found += pattern_faults(environment.materials, (*path, "materials"), assets, who, of_materials=True)
            found += light_faults(self._recipe, assets, self._catalog)
            self._check_named_materials((*path, "materials"), environment.materials)
        for where, block, who in blocks:
            path = (*where, "materials")
            found += pattern_faults(block.materials, path, self._objects[block.name], who, of_materials=True)
            self._check_named_materials(path, block.materials)
        for index, camera in enumerate(document.cameras):
            found += camera_faults(self._recipe, camera, index, self._environments)
        for one in found:
            more = {"found": one.found, "hint": one.hint, "severity": one.severity, "at_key": one.at_key}
            self._add(one.path, one.code, one.message, **more)

    def _check_named_materials(self, path: PathKey, patterns: Iterable[str]) -> None:
        for pattern in patterns:
            self._check_material_name((*path, pattern))

    def _check_material_name(self, path: PathKey) -> None:
        for name, where in written_options(self._recipe, path):
            if name is None or name in self._recipe.specimen.materials:  # without one, it keeps its own
                continue
            try:
                self._catalog.material(name)
            except AssetError as error:
                known = tuple(self._recipe.specimen.materials)
                hint = _did_you_mean(name, known) or error.hint
                self._add(where, "S003", f"there is no material {name!r}", found=name, hint=hint)

    def _check_keypoints(self) -> None:
        """Report classes of which some things have other keypoints than others."""
        if "keypoints" not in self._recipe.specimen.output.annotators:
            return
        schemes: dict[str, KeypointScheme | None] = {}
        for index, block in enumerate(self._recipe.specimen.scene.objects):
            label = block.class_name or block.name
            for asset in self._objects[block.name]:
                own = None if asset.articulation is None else asset.articulation.scheme
                if schemes.setdefault(label, own) != own:
                    path: PathKey = ("scene", "objects", index, "class" if block.class_name else "name")
                    message = f"things of the class {label} have different keypoints"
                    self._add(path, "S064", message, found=label, hint="give each kind of robot a class of its own")

    def _check_mounts(self) -> None:
        """Report mounts on links that a robot doesn't have."""
        for index, block in enumerate(self._recipe.specimen.cameras):
            for on, where in written_options(self._recipe, ("cameras", index, "mount", "on")):
                base, _, link = str(on).partition(".")
                for asset in self._objects.get(base.partition("[")[0], ()) if link else ():
                    try:
                        find_link(asset, link)
                    except AssetError as error:
                        message = f"{block.name} can't be on {on}: {error.message}"
                        self._add(where, "S063", message, found=str(on), hint=error.hint)

    # --- lights and materials ---------------------------------------------------------------------------------

    def _check_lights(self) -> None:
        names = light_names(self._recipe.tree)
        for index, entry in enumerate(self._recipe.tree.get("lighting") or ()):
            kind = next(iter(entry))
            path: PathKey = ("lighting", index, kind)
            for value, where in written_options(self._recipe, (*path, "texture")):
                try:
                    self._catalog.hdri(FileTexture.model_validate(value))
                except AssetError as error:
                    self._report(where, "S002", names[index], error, ("file",))
            if lookup(self._recipe.tree, (*path, "grid")) is None:
                continue
            base: PathKey = (*path, "grid")
            for text, where in list(written_options(self._recipe, (*path, "surface"))) or [("ceiling", base)]:
                self._check_surface(self._environments, str(text), "the environment", where)

    def _check_calibrations(self) -> None:
        variables = variables_of(self._recipe.tree)
        for index, block in enumerate(self._recipe.specimen.cameras):
            steps = ("cameras", index, "lens", "calibration")
            for value, place in options_at(self._recipe.tree, Place(()), steps, variables):
                reference: str | CalibrationFile = _CALIBRATION.validate_python(value)
                where = (place / "file").use if isinstance(reference, CalibrationFile) else place.use
                for binning in {
                    pixels.binning: None for pixels in possible_pixels(self._recipe.tree, index, variables)
                }:
                    self._check_calibration(reference, binning, block, where)

    def _check_calibration(
        self, reference: str | CalibrationFile, binning: int, block: CameraBlock, where: PathKey
    ) -> None:
        try:
            lens = calibrated_lens(reference, block.resolution, self._catalog, binning)
        except AssetError as error:
            self._report(where, "S017", block.name, error)
            return
        void = lens_void(lens)
        allowed = 0.0 if void is None else void.allowed if block.allow_void is None else block.allow_void
        if void is not None and void.share > allowed:
            message = f"{percent(void.share)} of the pixels have no ray"
            expected = f"at most {allowed:.0%} (allow_void)"
            hint = void_hint(lens.model, void)
            self._add(where, "R063", message, expected=expected, found=lens.model, hint=hint)
        elif void is not None:
            self._add(where, "R093", allowed_void(void), hint=ALLOWED_VOID_HINT, severity="warning")

    def _check_materials(self) -> None:
        used = self._material_names()
        for name in self._recipe.tree.get("materials") or {}:
            path: PathKey = ("materials", name)
            for base, where in written_options(self._recipe, (*path, "base")):
                try:
                    self._catalog.material(str(base))
                except AssetError as error:
                    self._add(where, "S003", error.message, found=str(base), hint=error.hint)
            for key, color_space in _TEXTURES:
                for value, where in written_options(self._recipe, (*path, key)):
                    try:
                        self._catalog.texture(FileTexture.model_validate(value), color_space)
                    except AssetError as error:
                        self._report(where, "S002", name, error, ("file",))
            # What a word of `randomize` speaks of may be of a form that is never drawn.
            if name not in used and path in self._recipe.key_spans:
                hint = _did_you_mean(name, tuple(used)) or "name it as `material:` of an object, or remove it"
                message = f"nothing uses the material {name}"
                self._add(path, "S011", message, hint=hint, severity="warning", at_key=True)

    def _material_names(self) -> set[str]:
        """Return the names of materials that some part or object of the recipe may bear."""
        assets = [*self._environments, *(asset for found in self._objects.values() for asset in found)]
        names = {part.material.name for asset in assets for part in asset.parts}
        scene = self._recipe.specimen.scene
        places: list[PathKey] = [("scene", "objects", index, "material") for index in range(len(scene.objects))]
        places += [
            ("scene", "objects", i, "materials", key) for i, one in enumerate(scene.objects) for key in one.materials
        ]
        if scene.environment is not None:
            places += [("scene", "environment", "materials", key) for key in scene.environment.materials]
        for place in places:
            names |= {str(name) for name, _ in written_options(self._recipe, place) if name is not None}
        return names


def _vec3(value: Any) -> Vec3:
    x, y, z = (float(number) for number in value)
    return x, y, z


def _did_you_mean(name: str, known: tuple[str, ...]) -> str:
    meant = closest(name, known)
    return f"did you mean {meant}?" if meant else ""


def _order(fault: Diagnostic) -> tuple[bool, str, int, int, str]:
    span = fault.span
    return (
        (True, "", 0, 0, fault.message) if span is None else (False, span.file, span.line, span.column, fault.message)
    )
