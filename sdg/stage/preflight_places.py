"""Does everything fit where it is to stand? Tried at the ends of what sizes, grids, regions and yaws may be drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import rotation_xyz, scaling, yaw
from sdg.recipe.document import Place, lookup
from sdg.recipe.model import NAMED_BY, PathKey, Recipe
from sdg.recipe.specimens import possibilities
from sdg.stage.asset import Asset
from sdg.stage.containers import inner_volume, is_solid
from sdg.stage.footprint import Footprint, asset_footprint
from sdg.stage.misfits import Misfit, centre_off_surface, off_surface, outside_region, too_large, too_tall
from sdg.stage.options import End, written_options
from sdg.stage.surfaces import PlacedSurface, choose_surfaces, place_surface

ENDS: tuple[End, ...] = ("lower", "upper")
_ROUNDING_M = 1e-9


@dataclass(frozen=True, eq=False)
class _Shape:
    """An asset at one end of its scale, size and rotation, without yaw; `size_m` is without rotation too."""

    asset: Asset
    linear: FloatArray
    size_m: FloatArray

    @property
    def footprint(self) -> Footprint:
        return asset_footprint(self.asset, self.linear)


Names: TypeAlias = Sequence[tuple[str, PathKey]]


def named_places(recipe: Recipe, index: int) -> Iterator[tuple[str, PathKey, Names]]:
    """Yield each way of placing that an object may have: its key, where it is written, and what it may name, where."""
    variables = recipe.tree.get("vars") or {}
    path: PathKey = ("scene", "objects", index, "place")
    for place, where in possibilities(lookup(recipe.tree, path), Place(path), variables):
        for kind, key in NAMED_BY.items() if isinstance(place, Mapping) else ():
            blocks = possibilities(place.get(kind), where / kind, variables)
            for block, at in [found for found in blocks if found[0] is not None]:
                if isinstance(block, str):
                    yield kind, at.path, [(block, at.path)]
                else:
                    names = [(str(text), inner) for text, inner in written_options(recipe, (*at.path, key))]
                    yield kind, at.path, names or [("floor", at.path)]


class Fitting:
    """Finds misfits of one recipe.

    Args:
        recipe: Which.
        environments: Every asset that may be the environment.
        objects: Every asset that each object may be, by name, in recipe order.
        files: Keys of the assets that come from files, which `size_m` scales; builtin ones are made to it.
    """

    def __init__(
        self, recipe: Recipe, environments: Sequence[Asset], objects: Mapping[str, Sequence[Asset]], files: Set[str]
    ) -> None:
        self._recipe = recipe
        self._environments = environments
        self._objects = objects
        self._files = files
        self._indices = {name: index for index, name in enumerate(objects)}
        self._shapes: dict[str, list[_Shape]] = {}

    def misfits(self) -> Iterator[Misfit]:
        """Yield everything that doesn't fit, object by object."""
        for name, index in self._indices.items():
            for kind, where, names in named_places(self._recipe, index):
                if kind == "grid":
                    yield from self._grid(name, where, names)
                elif kind == "along":
                    yield from self._along(name, where, names)
                elif kind == "in":
                    yield from self._inside(name, names)
                elif kind in ("scatter_2d", "on", "poisson_disc", "drop_on", "stack", "heap"):
                    yield from self._scatter(name, where, names)
                if kind == "stack":
                    yield from self._stack(name, where, names)
                if kind in ("stack", "heap"):
                    yield from self._centre(name, where, names)

    # --- grids ------------------------------------------------------------------------------------------------

    def _grid(self, name: str, where: PathKey, names: Names) -> Iterator[Misfit]:
        shapes = self._shapes_of(name)
        if not shapes:
            return
        columns, rows, layers = self._greatest_cells(where)
        filled = self._filled_cells(name, (columns, rows, layers))
        size = np.max([shape.size_m for shape in shapes], axis=0)
        height = max(shape.footprint.high_m - shape.footprint.low_m for shape in shapes)
        pitch = self._greatest_pitch(where, size)
        low = -(np.array([columns, rows]) - 1) / 2 * pitch[:2]
        high = low + (np.array(filled[:2]) - 1) * pitch[:2]
        jitter = self._ends((*where, "jitter_m"), 0.0)[1]
        for surface_name, surfaces, misfits in self._surfaces(names, name):
            yield from misfits
            for surface in surfaces:
                least, greatest = self._ends((*where, "center_m"), (surface.min_m + surface.max_m) / 2)
                first, last = least + low - jitter, greatest + high + jitter
                if np.any(first < surface.min_m - _ROUNDING_M) or np.any(last > surface.max_m + _ROUNDING_M):
                    yield off_surface(where, name, surface_name, (first, last), surface)
                    break
            top = (filled[2] - 1) * float(pitch[2]) + height
            yield from self._too_tall(name, where, surface_name, top, surfaces)

    def _greatest_cells(self, where: PathKey) -> tuple[int, int, int]:
        counts = [[*count, 1][:3] for count, _ in written_options(self._recipe, (*where, "count"), "upper")]
        columns, rows, layers = np.max(counts, axis=0)
        return int(columns), int(rows), int(layers)

    def _filled_cells(self, name: str, cells: tuple[int, int, int]) -> tuple[int, int, int]:
        """Return how many columns, rows and layers are filled, as `count` may end a grid before its last cell."""
        path: PathKey = ("scene", "objects", self._indices[name], "count")
        columns, rows, layers = cells
        count = int(self._ends(path, columns * rows * layers)[1])
        filled_rows = -(-count // columns)
        return min(columns, count), min(rows, filled_rows), min(layers, -(-filled_rows // rows))

    def _greatest_pitch(self, where: PathKey, size_m: FloatArray) -> FloatArray:
        """Return the distances between centres along columns and rows, and between layers."""
        gap = float(self._ends((*where, "gap_m"), 0.02)[1])
        unspaced = [size_m[0] + gap, size_m[1] + gap, size_m[2]]
        spacings = [spacing for spacing, _ in written_options(self._recipe, (*where, "spacing_m"), "upper")] or [None]
        rows = [unspaced if spacing is None else [*spacing, *unspaced[len(spacing) :]] for spacing in spacings]
        greatest: FloatArray = np.max(rows, axis=0)
        return greatest

    # --- scatter ----------------------------------------------------------------------------------------------

    def _scatter(self, name: str, where: PathKey, names: Names) -> Iterator[Misfit]:
        outlines = self._outlines(name)
        regions = [
            (region, at) for end in ENDS for region, at in written_options(self._recipe, (*where, "region_m"), end)
        ]
        for surface_name, surfaces, misfits in self._surfaces(names, name):
            yield from misfits
            for region, at in regions or [(None, where)]:
                parts = [surface.within(region) for surface in surfaces]
                if parts and all(np.any(part.min_m >= part.max_m) for part in parts):
                    yield outside_region(at, name, surface_name, region, surfaces[0])
                    continue
                for outline in outlines:
                    size = outline.size_m
                    # On objects one of several is tried after another, so that one which is large enough will do.
                    if parts and all(np.any(size > part.max_m - part.min_m + _ROUNDING_M) for part in parts):
                        yield too_large(where, name, surface_name, size)
                        break
            for outline in outlines:
                yield from self._too_tall(name, where, surface_name, outline.high_m - outline.low_m, surfaces)

    def _stack(self, name: str, where: PathKey, names: Names) -> Iterator[Misfit]:
        count = int(self._ends(self._own(name, "count"), 1)[1])
        layers = min(count, int(self._ends((*where, "height"), count)[1]))
        tallest = max((outline.high_m - outline.low_m for outline in self._outlines(name)), default=0.0)
        for surface_name, surfaces, _ in self._surfaces(names, name):
            if layers > 1:
                yield from self._too_tall(f"a stack of {name}", where, surface_name, layers * tallest, surfaces)

    def _centre(self, name: str, where: PathKey, names: Names) -> Iterator[Misfit]:
        path = (*where, "center_m")
        centres = [centre for end in ENDS for centre, _ in written_options(self._recipe, path, end)]
        for surface_name, surfaces, _ in self._surfaces(names, name):
            for centre in centres:
                if surfaces and centre is not None and not any(surface.holds(np.array(centre)) for surface in surfaces):
                    yield centre_off_surface(path, name, surface_name, centre, surfaces[0])
                    break

    def _outlines(self, name: str) -> list[Footprint]:
        turns = list(dict.fromkeys(map(float, self._ends(self._own(name, "yaw_deg"), 0.0))))
        return [shape.footprint.moved(yaw(turn)) for shape in self._shapes_of(name) for turn in turns]

    # --- along a path -------------------------------------------------------------------------------------------

    def _along(self, name: str, where: PathKey, names: Names) -> Iterator[Misfit]:
        ends = [self._ends((*where, "path_m", index), 0.0) for index in range(self._path_length(where))]
        least, greatest = (np.array([end[which] for end in ends]) for which in range(2))
        heights = [outline.high_m - outline.low_m for outline in self._outlines(name)]
        for surface_name, surfaces, misfits in self._surfaces(names, name):
            yield from misfits
            for surface in surfaces:
                if ends and not (surface.holds(least) and surface.holds(greatest)):
                    corners = least.min(axis=0), greatest.max(axis=0)
                    yield off_surface(where, name, surface_name, corners, surface, "path")
                    break
            yield from self._too_tall(name, where, surface_name, max(heights, default=0.0), surfaces)

    def _path_length(self, where: PathKey) -> int:
        """Return how many points a path has; 0 where that, or all of them at once, is drawn."""
        points = lookup(self._recipe.tree, (*where, "path_m"))
        return len(points) if isinstance(points, list) else 0

    # --- inside something ---------------------------------------------------------------------------------------

    def _inside(self, name: str, names: Names) -> Iterator[Misfit]:
        for text, at in names:
            owner, _, part = text.partition(".")
            rooms: list[PlacedSurface] = []
            for shape in self._shapes_of(owner) if owner in self._objects else ():
                try:
                    rooms.append(self._room(shape, part))
                except AssetError as error:
                    yield Misfit(at, "S004", f"{name} can't be in {text}: {error.message}", text, error.hint)
            if not rooms:
                continue
            for outline in self._outlines(name):
                size = outline.size_m
                height = outline.high_m - outline.low_m
                if all(height > room.clear_m + _ROUNDING_M for room in rooms):
                    yield too_tall(at, name, text, height, max(room.clear_m for room in rooms))
                    break
                if all(np.any(size > room.max_m - room.min_m + _ROUNDING_M) for room in rooms):
                    yield too_large(at, name, text, size)
                    break

    def _room(self, shape: _Shape, part: str) -> PlacedSurface:
        matrix = np.eye(4)
        matrix[:3, :3] = shape.linear
        if not part and is_solid(shape.asset):
            raise AssetError("it is solid, without room inside", "write on: to place things on top of it")
        return inner_volume(shape.asset, part, matrix)

    # --- all -------------------------------------------------------------------------------------------------

    def _too_tall(
        self, name: str, where: PathKey, surface_name: str, height_m: float, surfaces: Sequence[PlacedSurface]
    ) -> Iterator[Misfit]:
        clear = min((surface.clear_m for surface in surfaces), default=float("inf"))
        if height_m > clear + _ROUNDING_M:
            yield too_tall(where, name, surface_name, height_m, clear)

    def _surfaces(self, names: Names, name: str) -> Iterator[tuple[str, list[PlacedSurface], list[Misfit]]]:
        """Yield the surfaces that a frame may offer at once, by name, and those that nothing can stand on."""
        for text, at in names:
            owner, _, part = text.partition(".")
            if owner not in self._objects:
                for environment in self._environments:
                    yield text, *self._placed([(environment, np.eye(3))], owner, name, at)
            else:
                carriers = [(shape.asset, shape.linear) for shape in self._shapes_of(owner)]
                yield text, *self._placed(carriers, part or None, name, at)

    def _placed(
        self, carriers: Sequence[tuple[Asset, FloatArray]], surface_name: str | None, name: str, at: PathKey
    ) -> tuple[list[PlacedSurface], list[Misfit]]:
        surfaces, misfits = [], []
        for asset, linear in carriers:
            matrix = np.eye(4)
            matrix[:3, :3] = linear
            try:
                chosen = choose_surfaces(asset, surface_name)
            except AssetError:
                continue  # told where surfaces are checked by name
            try:
                surfaces += [place_surface(asset, surface, matrix) for surface in chosen]
            except AssetError as error:
                misfits.append(Misfit(at, "S004", f"{name} can't stand there: {error.message}", "", error.hint))
        return surfaces, misfits

    def _shapes_of(self, name: str) -> list[_Shape]:
        if name not in self._shapes:
            found = {}
            for asset in self._objects[name]:
                for end in range(2):
                    shape = self._shape(name, asset, end)
                    found[asset.key, shape.linear.tobytes()] = shape
            self._shapes[name] = list(found.values())
        return self._shapes[name]

    def _shape(self, name: str, asset: Asset, end: int) -> _Shape:
        extent = asset.bounds_m[1] - asset.bounds_m[0]
        factors = np.full(3, float(self._ends(self._own(name, "scale"), 1.0)[end]))
        if asset.key in self._files:
            size = self._ends(self._own(name, "size_m"), extent)[end]
            factors = factors * np.where(extent > 0, size / np.where(extent > 0, extent, 1), 1)
        x, y, z = self._ends(self._own(name, "rotation_deg"), (0.0, 0.0, 0.0))[end]
        linear = np.ascontiguousarray((rotation_xyz((x, y, z)) @ scaling(factors))[:3, :3])
        return _Shape(asset, linear, extent * factors)

    def _own(self, name: str, key: str) -> PathKey:
        return ("scene", "objects", self._indices[name], key)

    def _ends(self, path: PathKey, default: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Return the least and the greatest that a number, or each of several, may be."""
        least, greatest = (
            [value for value, _ in written_options(self._recipe, path, end) if value is not None] for end in ENDS
        )
        if not least:
            return np.asarray(default, dtype=np.float64), np.asarray(default, dtype=np.float64)
        return np.min(np.array(least, np.float64), axis=0), np.max(np.array(greatest, np.float64), axis=0)
