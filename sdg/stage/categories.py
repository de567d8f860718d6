"""The classes of a recipe, numbered once for every frame."""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from sdg.graph.build import build_program
from sdg.graph.template import is_drawn
from sdg.recipe.model import EnvironmentBlock, FileAsset, Recipe
from sdg.stage.articulation import KeypointScheme
from sdg.stage.asset import Asset, Part
from sdg.stage.catalog import catalog_of
from sdg.stage.model import Category
from sdg.stage.options import possible_assets

_known: WeakKeyDictionary[Recipe, tuple[Category, ...]] = WeakKeyDictionary()


def categories(recipe: Recipe) -> tuple[Category, ...]:
    """Return the classes of a recipe, ids from 1 in recipe order: the objects', then those of stuff.

    Every environment that the recipe may draw counts.

    Raises:
        AssetError: An environment can't be used; `check_assets` says where it is named.
    """
    if recipe not in _known:
        objects = recipe.specimen.scene.objects
        things = dict.fromkeys(block.class_name or block.name for block in objects if not block.stuff)
        stuff = dict.fromkeys(label for label in _stuff(recipe) if label not in things)
        names = [(name, True) for name in things] + [(name, False) for name in stuff]
        schemes = _keypoints(recipe)
        _known[recipe] = tuple(
            Category(index, name, is_thing, schemes.get(name)) for index, (name, is_thing) in enumerate(names, 1)
        )
    return _known[recipe]


def part_label(part: Part, block: EnvironmentBlock) -> str:
    """Return the class of an environment's part: its own, or the block's where it has none."""
    return part.label or block.class_name


def environment_assets(recipe: Recipe) -> Iterator[Asset]:
    """Yield every asset that may be the environment, in recipe order.

    Raises:
        AssetError: One of them can't be used.
    """
    program = build_program(recipe)
    if program.environment is None:
        return
    fields = program.environment.fields
    size = fields.get("size_m")
    size_m = tuple(size) if size is not None and not is_drawn(size) else None
    for reference in possible_assets(fields["asset"], program.graph):
        yield catalog_of(recipe).asset(reference, size_m)


def object_assets(recipe: Recipe, index: int) -> Iterator[Asset]:
    """Yield every asset that an object may be; where its size is drawn, in its usual size.

    Raises:
        AssetError: One of them can't be used.
    """
    program = build_program(recipe)
    fields = program.objects[index].fields
    size = fields.get("size_m")
    size_m = None if size is None or is_drawn(size) else tuple(size)
    for reference in possible_assets(fields["asset"], program.graph):
        yield catalog_of(recipe).asset(reference, None if isinstance(reference, FileAsset) else size_m)


def _keypoints(recipe: Recipe) -> dict[str, KeypointScheme]:
    """Return the keypoints of each class, if the recipe asks for them; checking sees that a class has one kind."""
    schemes: dict[str, KeypointScheme] = {}
    if "keypoints" not in recipe.specimen.output.annotators:
        return schemes
    for index, block in enumerate(recipe.specimen.scene.objects):
        for asset in object_assets(recipe, index) if not block.stuff else ():
            if asset.articulation is not None and asset.articulation.keypoints:
                schemes.setdefault(block.class_name or block.name, asset.articulation.scheme)
    return schemes


def _stuff(recipe: Recipe) -> Iterator[str]:
    block = recipe.specimen.scene.environment
    if block is not None:
        for asset in environment_assets(recipe):
            for part in asset.parts:
                yield part_label(part, block)
    yield from (thing.class_name or thing.name for thing in recipe.specimen.scene.objects if thing.stuff)
