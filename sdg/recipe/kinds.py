"""What may stand where, read off the models: the one description that checking and the JSON Schema both follow."""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from sdg.recipe.model import (
    Block,
    CameraBlock,
    FamilyAsset,
    LensBlock,
    LightBlock,
    PlaceBlock,
    PoseBlock,
    RecipeDocument,
)

EXACTLY_ONE: frozenset[type[Block]] = frozenset({PlaceBlock, LightBlock, LensBlock, PoseBlock, FamilyAsset})
# Blocks of which, among other keys, exactly one of these is needed.
ONE_OF: Mapping[type[Block], tuple[str, ...]] = {CameraBlock: ("pose", "mount")}


@dataclass(frozen=True)
class NumberKind:
    """A finite number, whole or not, within bounds; `above` and `below` are exclusive. `reason` says why."""

    whole: bool = False
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    below: float | None = None
    reason: str = field(default="", compare=False)

    def describe(self) -> str:
        text = "a whole number" if self.whole else "a number"
        if self.minimum is not None and self.maximum is not None:
            return f"{text} from {_short(self.minimum)} to {_short(self.maximum)}"
        if self.minimum is not None and self.below is not None:
            return f"{text} from {_short(self.minimum)}, less than {_short(self.below)}"
        bounds = [
            f"{word} {_short(bound)}"
            for word, bound in (
                ("above", self.above),
                ("from", self.minimum),
                ("up to", self.maximum),
                ("below", self.below),
            )
            if bound is not None
        ]
        return " ".join([text, " and ".join(bounds)]).strip()

    def admits(self, value: float) -> bool:
        """Return whether a finite number lies within the bounds."""
        return (
            (self.minimum is None or value >= self.minimum)
            and (self.maximum is None or value <= self.maximum)
            and (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
        )


@dataclass(frozen=True)
class TextKind:
    """Text, perhaps of a given form."""

    pattern: str | None = None
    max_length: int | None = None
    may_be_blank: bool = False

    @property
    def is_name(self) -> bool:
        """Whether its form is that of a name, rather than of a pattern over names."""
        return self.pattern is not None and "A-Za-z" in self.pattern

    def admits(self, value: str) -> bool:
        """Return whether a text has the form, and is no longer than allowed."""
        if self.pattern is not None and not re.fullmatch(self.pattern.removeprefix("^").removesuffix("$"), value):
            return False
        return self.max_length is None or len(value) <= self.max_length

    def describe(self) -> str:
        if self.pattern is None:
            return "text"
        if not self.is_name:
            return f"a pattern such as *Rack* or /World/Floor*, at most {self.max_length} characters"
        limit = f", at most {self.max_length} characters" if self.max_length else ""
        return f"a name of letters, digits and {'_ . -' if '.' in self.pattern else '_'}{limit}"


@dataclass(frozen=True)
class WordKind:
    """One of a few fixed values."""

    values: tuple[str | int, ...]

    def admits_type_of(self, value: object) -> bool:
        """Return whether one of the words is of a value's type."""
        return not isinstance(value, bool) and any(type(value) is type(word) for word in self.values)

    def describe(self) -> str:
        words = [str(value) for value in self.values]
        return words[0] if len(words) == 1 else f"one of {', '.join(words)}"


@dataclass(frozen=True)
class SwitchKind:
    """true or false."""

    def describe(self) -> str:
        return "true or false"


@dataclass(frozen=True)
class NothingKind:
    """null: the value is left out."""

    def describe(self) -> str:
        return "nothing"


@dataclass(frozen=True)
class AnyKind:
    """Whatever the places that use it accept (an entry of `vars:`)."""

    def describe(self) -> str:
        return "a value"


@dataclass(frozen=True)
class ListKind:
    """A list of fixed length."""

    items: tuple[Kind, ...]

    def describe(self) -> str:
        first = self.items[0]
        if any(item != first for item in self.items):
            return f"a list of {len(self.items)}"
        if isinstance(first, NumberKind):
            noun = "whole numbers" if first.whole else "numbers"
            rest = NumberKind(False, first.minimum, first.maximum, first.above, first.below).describe()
            bounds = rest.removeprefix("a number").strip()
            return f"a list of {len(self.items)} {noun}" + (f", each {bounds}" if bounds else "")
        return f"a list of {len(self.items)}, each {first.describe()}"


@dataclass(frozen=True)
class ManyKind:
    """A list of any length within bounds."""

    item: Kind
    min_length: int = 0
    max_length: int | None = None

    def describe(self) -> str:
        return f"a list, each item {self.item.describe()}"


@dataclass(frozen=True)
class MapKind:
    """A mapping from names of the author's to values of one kind."""

    key: TextKind
    item: Kind

    def describe(self) -> str:
        return "a mapping from names to values"


@dataclass(frozen=True)
class Field:
    """One key of a block."""

    kind: Kind
    required: bool
    fixed: bool
    default: Any = None


@dataclass(frozen=True)
class BlockKind:
    """A mapping with known keys."""

    model: type[Block]
    fields: Mapping[str, Field] = field(compare=False)

    @property
    def exactly_one(self) -> bool:
        return self.model in EXACTLY_ONE

    @property
    def one_of(self) -> tuple[str, ...]:
        return ONE_OF.get(self.model, ())

    def describe(self) -> str:
        if self.exactly_one:
            return f"a mapping with one of {', '.join(self.fields)}"
        keys = list(self.fields)
        shown = ", ".join(keys[:6]) + (", ..." if len(keys) > 6 else "")
        return f"a mapping with keys such as {shown}" if keys else "an empty mapping {}"


@dataclass(frozen=True)
class EitherKind:
    """Any of several kinds; the value's own type tells which is meant."""

    options: tuple[Kind, ...]

    def describe(self) -> str:
        return " or ".join(option.describe() for option in self.options if not isinstance(option, NothingKind))


Kind: TypeAlias = (
    NumberKind
    | TextKind
    | WordKind
    | SwitchKind
    | NothingKind
    | AnyKind
    | ListKind
    | ManyKind
    | MapKind
    | BlockKind
    | EitherKind
)


def recipe_kind() -> BlockKind:
    """Return the kind of a whole recipe."""
    return block_kind(RecipeDocument)


@cache
def block_kind(model: type[Block]) -> BlockKind:
    """Return the kind that a model describes, its keys by the names that authors write."""
    fields = {}
    for name, info in model.model_fields.items():
        extra = info.json_schema_extra
        kind = _kind(info.annotation, [*info.metadata, info])
        if isinstance(kind, TextKind) and info.default == "":
            kind = replace(kind, may_be_blank=True)
        fields[info.alias or name] = Field(
            kind=kind,
            required=info.is_required(),
            fixed=isinstance(extra, dict) and bool(extra.get("fixed")),
            default=None if info.is_required() else info.get_default(call_default_factory=True),
        )
    alone = fields if model in EXACTLY_ONE else ONE_OF.get(model, ())
    fields |= {key: Field(_without_nothing(fields[key].kind), False, fields[key].fixed) for key in alone}
    return BlockKind(model, fields)


@cache
def holds_fixed(kind: Kind) -> bool:
    """Return whether a value of this kind has parts that must be the same in every frame."""
    if isinstance(kind, BlockKind):
        return any(entry.fixed or holds_fixed(entry.kind) for entry in kind.fields.values())
    if isinstance(kind, EitherKind):
        return any(holds_fixed(option) for option in kind.options)
    if isinstance(kind, ManyKind):
        return holds_fixed(kind.item)
    return isinstance(kind, MapKind)


def options(kind: Kind) -> tuple[Kind, ...]:
    """Return a kind's alternatives; itself if it has none."""
    return kind.options if isinstance(kind, EitherKind) else (kind,)


def takes_whole_numbers_only(kind: Kind) -> bool:
    """Return whether a kind takes numbers, and only whole ones."""
    numbers: list[NumberKind] = []
    for option in options(kind):
        items = option.items if isinstance(option, ListKind) else (option,)
        numbers += [item for item in items if isinstance(item, NumberKind)]
    return bool(numbers) and all(number.whole for number in numbers)


def _without_nothing(kind: Kind) -> Kind:
    return _either(option for option in options(kind) if not isinstance(option, NothingKind))


def _either(kinds: Iterable[Kind]) -> Kind:
    flat = tuple(option for kind in kinds for option in options(kind))
    return flat[0] if len(flat) == 1 else EitherKind(flat)


def _kind(annotation: Any, metadata: Iterable[Any] = ()) -> Kind:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _kind(arguments[0], [*arguments[1:], *metadata])
    constraints = _constraints(metadata)
    if origin in (Union, types.UnionType):
        return _either(_kind(argument, metadata if argument is not type(None) else ()) for argument in arguments)
    if origin is Literal:
        return WordKind(arguments)
    if origin is tuple and arguments[-1] is Ellipsis:
        low, high = constraints.get("min_length", 0), constraints.get("max_length")
        item = _kind(arguments[0])
        return ListKind((item,) * low) if low and low == high else ManyKind(item, low, high)
    if origin is tuple:
        return ListKind(tuple(_kind(argument) for argument in arguments))
    if origin is dict:
        key = _kind(arguments[0])
        assert isinstance(key, TextKind)
        return MapKind(key, _kind(arguments[1]))
    if annotation is Any:
        return AnyKind()
    if annotation is type(None):
        return NothingKind()
    if annotation is bool:
        return SwitchKind()
    if annotation is str:
        return TextKind(constraints.get("pattern"), constraints.get("max_length"))
    if annotation in (int, float):
        minimum, maximum, above, below = (constraints.get(name) for name in ("ge", "le", "gt", "lt"))
        return NumberKind(annotation is int, minimum, maximum, above, below, constraints.get("description", ""))
    assert isinstance(annotation, type), annotation
    assert issubclass(annotation, Block), annotation
    return block_kind(annotation)


def _constraints(metadata: Iterable[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in metadata:
        found |= _constraints(getattr(item, "metadata", ()))
        for name in ("ge", "le", "gt", "lt", "min_length", "max_length", "pattern", "description"):
            if getattr(item, name, None) is not None:
                found[name] = getattr(item, name)
    return found


def _short(bound: float) -> str:
    return str(int(bound)) if bound == int(bound) and abs(bound) < 1e21 else f"{bound:g}"
