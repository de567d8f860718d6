"""Are the joints there that a recipe names, and within their limits at both ends of what may be drawn?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from sdg.recipe.document import lookup
from sdg.recipe.model import ObjectBlock, PathKey, Recipe
from sdg.stage.asset import Asset
from sdg.stage.joints import JointError, check_joint_names, check_limit
from sdg.stage.options import End, written_options

_ENDS: tuple[End, ...] = ("lower", "upper")


def joint_faults(
    recipe: Recipe, block: ObjectBlock, path: PathKey, assets: Sequence[Asset]
) -> Iterator[tuple[PathKey, JointError]]:
    """Yield where joints can't be as asked, and why; the first fault of each asset and joint.

    Args:
        recipe: Whose tree.
        block: A specimen of the object.
        path: Of the object.
        assets: Every asset that it may be.
    """
    if block.joints is None and block.joints_m is None:
        return
    for asset in assets:
        if asset.articulation is None:
            key = "joints" if block.joints is not None else "joints_m"
            yield (
                (*path, key),
                JointError((key,), "S060", "its asset has no joints", hint="name a URDF file, or humanoid"),
            )
            continue
        for key in ("joints", "joints_m"):
            named = lookup(recipe.tree, (*path, key))
            for name in named if isinstance(named, Mapping) else ():
                try:
                    _check_joint(recipe, (*path, key, name), key, name, asset)
                except JointError as error:
                    yield (*path, *error.path), error


def _check_joint(recipe: Recipe, path: PathKey, key: str, name: str, asset: Asset) -> None:
    assert asset.articulation is not None
    alone = ObjectBlock.model_validate({"name": "thing", "asset": "-", key: {name: 0.0}})
    check_joint_names(alone, asset.articulation)
    for end in _ENDS:
        for value, _ in written_options(recipe, path, end):
            if isinstance(value, int | float):
                number = math.radians(value) if key == "joints" else float(value)
                check_limit(name, number, asset.articulation)
