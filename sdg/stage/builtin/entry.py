"""One line of the list of builtin assets."""

from __future__ import annotations

from dataclasses import dataclass

from sdg.foundation.arrays import Vec3


@dataclass(frozen=True)
class AssetEntry:
    """One builtin asset.

    Attributes:
        doc: One line for people.
        module: Below this package, the module with its `build_<name>`: a function of the size, and of the form if
            the asset is a family (see `sdg.recipe.families`). A family whose size goes by its form has a
            `usual_size_m` there too, a function of the form.
        size_m: Its size if none is asked for, (x, y, z) [m].
        smallest_m, largest_m: Sizes that may be asked for, per axis [m]; between these it still looks like itself.
        is_environment: Whether it is a place rather than a thing.
    """

    doc: str
    module: str
    size_m: Vec3
    smallest_m: Vec3 = (0.001, 0.001, 0.001)
    largest_m: Vec3 = (100.0, 100.0, 100.0)
    is_environment: bool = False
