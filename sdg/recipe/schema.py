"""The recipe language as a JSON Schema, from the same description that checking follows."""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence
from typing import Any, TypeAlias

from sdg.recipe.distributions import DISTRIBUTION_KEYS
from sdg.recipe.kinds import (
    AnyKind,
    BlockKind,
    EitherKind,
    Field,
    Kind,
    ListKind,
    ManyKind,
    MapKind,
    NothingKind,
    NumberKind,
    SwitchKind,
    TextKind,
    WordKind,
    holds_fixed,
    options,
    recipe_kind,
)

Schema: TypeAlias = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_VARIABLE = r"^\$[A-Za-z][A-Za-z0-9_]*$"
_EVERY: Schema = {
    "description": "Keep a draw for so many frames, or for the whole dataset.",
    "anyOf": [{"type": "integer", "minimum": 1}, {"const": "dataset"}],
}


def schema() -> Schema:
    """Return a JSON Schema (2020-12) that accepts every sound recipe, and refuses what a schema can refuse.

    Wherever a value may be drawn it admits a distribution whose parts are of the value's own type, or a
    `$variable`. What it can't express, such as the order of a distribution's ends, is left to `sdg check`.
    """
    return _SchemaBuilder().build()


class _SchemaBuilder:
    def __init__(self) -> None:
        self._definitions: dict[str, Schema] = {}

    def build(self) -> Schema:
        kind = recipe_kind()
        body = self._block(kind)
        definitions = {
            "variable": {
                "type": "string",
                "pattern": _VARIABLE,
                "description": "A value under vars:, drawn once per frame.",
            },
            "every": _EVERY,
            "anything": _anything(),
            **{name: self._definitions[name] for name in sorted(self._definitions)},
        }
        return {"$schema": DIALECT, "title": "sdg recipe", **body, "$defs": definitions}

    # --- plain values -------------------------------------------------------------------------------------

    def _plain(self, kind: Kind, fixed: bool) -> Schema:
        """Return the schema of a value of a kind; `fixed` where nothing inside may be drawn."""
        if isinstance(kind, NumberKind):
            return _number(kind)
        if isinstance(kind, TextKind):
            return _text(kind)
        if isinstance(kind, WordKind):
            return {"enum": list(kind.values)} if len(kind.values) > 1 else {"const": kind.values[0]}
        if isinstance(kind, SwitchKind):
            return {"type": "boolean"}
        if isinstance(kind, NothingKind):
            return {"type": "null"}
        if isinstance(kind, AnyKind):
            return {"$ref": "#/$defs/anything"}
        if isinstance(kind, ListKind):
            items = [self._value(item, fixed) for item in kind.items]
            return _list_of(items)
        if isinstance(kind, ManyKind):
            bounds = {"minItems": kind.min_length} if kind.min_length else {}
            return {"type": "array", "items": self._value(kind.item, fixed), **bounds}
        if isinstance(kind, MapKind):
            names = {**_text(kind.key), "not": {"enum": list(DISTRIBUTION_KEYS)}}
            return {"type": "object", "propertyNames": names, "additionalProperties": self._value(kind.item, fixed)}
        if isinstance(kind, EitherKind):
            return {"anyOf": [self._plain(option, fixed) for option in kind.options]}
        return self._reference(kind)

    def _reference(self, kind: BlockKind) -> Schema:
        name = kind.model.__name__
        if name not in self._definitions:
            self._definitions[name] = {}  # a block that holds itself finds its name taken
            self._definitions[name] = self._block(kind)
        return {"$ref": f"#/$defs/{name}"}

    def _block(self, kind: BlockKind) -> Schema:
        result: Schema = {"type": "object"}
        if kind.model.__doc__:
            result["description"] = " ".join(inspect.cleandoc(kind.model.__doc__).split())
        result["properties"] = {key: self._property(entry) for key, entry in kind.fields.items()}
        required = [key for key, entry in kind.fields.items() if entry.required]
        if required:
            result["required"] = required
        if kind.exactly_one:
            result |= {"minProperties": 1, "maxProperties": 1}
        if kind.one_of:
            result["oneOf"] = [{"required": [key]} for key in kind.one_of]
        result["additionalProperties"] = False
        return result

    def _property(self, entry: Field) -> Schema:
        result = self._value(entry.kind, entry.fixed)
        if isinstance(entry.default, bool | int | float | str) and entry.default != "":
            result = {**result, "default": entry.default}
        return result

    # --- distributions ------------------------------------------------------------------------------------

    def _value(self, kind: Kind, fixed: bool) -> Schema:
        """Return the schema of a place: a plain value, or where it may be drawn also what draws it."""
        plain = self._plain(kind, fixed)
        if fixed or holds_fixed(kind) or isinstance(kind, MapKind | AnyKind):
            return plain
        name = _name(kind)
        if name not in self._definitions:
            here = {"$ref": f"#/$defs/{name}"}
            self._definitions[name] = {}  # a value that may hold itself finds its name taken
            forms = [plain, {"$ref": "#/$defs/variable"}, *self._distributions(kind, here)]
            self._definitions[name] = {"anyOf": forms}
        return {"$ref": f"#/$defs/{name}"}

    def _distributions(self, kind: Kind, here: Schema) -> list[Schema]:
        items: Schema = {"type": "array", "items": here, "minItems": 1}
        files = [self._folder(option) for option in options(kind) if isinstance(option, BlockKind)]
        items = _any_of([items, *(folder for folder in files if folder is not None)])
        forms = [_form("choice", items, {"weights": _weights()}), _form("sequence", items)]
        quantities = [ends for ends in (_quantity(option) for option in options(kind)) if ends is not None]
        if quantities and not all(whole for _, whole in quantities):
            ends = _any_of([ends for ends, _ in quantities])
            positive = _moving(_any_of([_positive(ends) for ends, _ in quantities]))
            free = _moving(_any_of([_unbounded(ends) for ends, _ in quantities]))
            forms.append(_form("uniform", _pair(_moving(ends))))
            forms.append(_form("log_uniform", _pair(positive)))
            forms.append(_form("normal", _normal(free), {"min": free, "max": free}))
            forms.append(_ramp("ramp", ends))
        if quantities:
            forms.append(_ramp("ramp_int", _any_of([_whole(ends) for ends, _ in quantities])))
        whole = [_number(option) for option in options(kind) if isinstance(option, NumberKind)]
        if whole:
            forms.append(_form("uniform_int", _pair(_moving({**whole[0], "type": "integer"}))))
        lists = [self._plain(option, False) for option in options(kind) if isinstance(option, ListKind | ManyKind)]
        if lists:
            forms.append(_form("combine", _any_of(lists)))
        return forms

    def _folder(self, kind: BlockKind) -> Schema | None:
        """Return the schema of a folder of files, where one file may stand; None elsewhere."""
        if "file" not in kind.fields:
            return None
        beside = {key: self._property(entry) for key, entry in kind.fields.items() if key != "file"}
        text: Schema = {"type": "string", "minLength": 1}
        return {
            "type": "object",
            "description": "The files of a folder whose names match, such as *.glb.",
            "properties": {"folder": text, "match": text, **beside},
            "required": ["folder"],
            "additionalProperties": False,
        }


_OVER: Schema = {
    "description": "Over which part of the run, in shares of it.",
    "type": "array",
    "items": {"type": "number", "minimum": 0, "maximum": 1},
    "minItems": 2,
    "maxItems": 2,
}


def _ramp(name: str, end: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {name: _pair(end), "over": _OVER},
        "required": [name],
        "additionalProperties": False,
    }


def _moving(part: Schema) -> Schema:
    """Return the schema of a part of a distribution: plain, or a ramp between two."""
    whole = [_ramp("ramp_int", _whole(part))]
    return {"anyOf": [part, *([] if part.get("type") == "integer" else [_ramp("ramp", part)]), *whole]}


def _whole(ends: Schema) -> Schema:
    """Return ends that are whole numbers."""
    if "anyOf" in ends:
        return {"anyOf": [_whole(option) for option in ends["anyOf"]]}
    if isinstance(ends.get("items"), dict):
        return {**ends, "items": _whole(ends["items"])}
    if "prefixItems" in ends:
        return {**ends, "prefixItems": [_whole(item) for item in ends["prefixItems"]]}
    return {**ends, "type": "integer"}


def _weights() -> Schema:
    return _moving({"type": "array", "items": {"type": "number", "minimum": 0}, "minItems": 1})


def _anything() -> Schema:
    """Return the schema of a value whose place is not known: if it is a distribution, one of sound form."""
    here = {"$ref": "#/$defs/anything"}
    items = {"type": "array", "items": here, "minItems": 1}
    folder = {"type": "object", "required": ["folder"]}
    number = {"anyOf": [{"type": "number"}, {"type": "array", "items": {"type": "number"}, "minItems": 1}]}
    moving = _moving(number)
    forms = [
        _form("choice", _any_of([items, folder]), {"weights": _weights()}),
        _form("sequence", _any_of([items, folder])),
        _form("combine", items),
        _form("uniform", _pair(moving)),
        _form("log_uniform", _pair(moving)),
        _form("uniform_int", _pair(_moving({"type": "integer"}))),
        _form("normal", _normal(moving), {"min": moving, "max": moving}),
        _ramp("ramp", number),
        _ramp("ramp_int", _whole(number)),
    ]
    drawn = {"type": "object", "anyOf": [{"required": [name]} for name in DISTRIBUTION_KEYS]}
    return {"if": drawn, "then": {"anyOf": forms}}


def _form(name: str, content: Schema, beside: Schema | None = None) -> Schema:
    return {
        "type": "object",
        "properties": {name: content, **(beside or {}), "every": {"$ref": "#/$defs/every"}},
        "required": [name],
        "additionalProperties": False,
    }


def _name(kind: Kind) -> str:
    """Return a name for what may stand in a place, the same for the same kind."""
    if isinstance(kind, BlockKind):
        return f"any_{kind.model.__name__}"
    if isinstance(kind, EitherKind):
        return "_or_".join(_name(option) for option in kind.options)
    if isinstance(kind, ListKind | ManyKind):
        items = kind.items if isinstance(kind, ListKind) else (kind.item,)
        names = [_name(item) for item in items]
        if isinstance(kind, ManyKind):
            return f"list_of_{names[0]}"
        return f"{len(names)}_of_{names[0]}" if len(set(names)) == 1 else "list_" + "_".join(names)
    if isinstance(kind, TextKind) and kind.pattern is not None:
        return "name" if "." not in kind.pattern else "file_name"
    return re.sub(r"[^A-Za-z0-9.-]+", "_", kind.describe().removeprefix("a ")).strip("_")


def _number(kind: NumberKind) -> Schema:
    bounds = {
        "minimum": kind.minimum,
        "maximum": kind.maximum,
        "exclusiveMinimum": kind.above,
        "exclusiveMaximum": kind.below,
    }
    return {
        "type": "integer" if kind.whole else "number",
        **{name: bound for name, bound in bounds.items() if bound is not None},
    }


def _text(kind: TextKind) -> Schema:
    result: Schema = {"type": "string"}
    if kind.pattern is None:
        # Text that starts with a dollar sign is a variable.
        return result if kind.may_be_blank else result | {"pattern": r"^(?!\$)[\s\S]*\S"}
    result["pattern"] = kind.pattern
    if kind.max_length is not None:
        result["maxLength"] = kind.max_length
    return result


def _list_of(items: Sequence[Schema]) -> Schema:
    count = len(items)
    if all(item == items[0] for item in items):
        return {"type": "array", "items": items[0], "minItems": count, "maxItems": count}
    return {"type": "array", "prefixItems": list(items), "items": False, "minItems": count}


def _quantity(kind: Kind) -> tuple[Schema, bool] | None:
    """Return the schema of one end of a numeric distribution over a kind, and whether it is whole; None if not one."""
    if isinstance(kind, NumberKind):
        return _number(kind), kind.whole
    if isinstance(kind, ListKind) and all(isinstance(item, NumberKind) for item in kind.items):
        numbers = [item for item in kind.items if isinstance(item, NumberKind)]
        return _list_of([_number(item) for item in numbers]), all(item.whole for item in numbers)
    return None


def _positive(ends: Schema) -> Schema:
    """Return ends of numbers above 0: `log_uniform` needs them."""
    if "items" in ends and isinstance(ends["items"], dict):
        return {**ends, "items": _positive(ends["items"])}
    return {**ends, "exclusiveMinimum": max(0, ends.get("exclusiveMinimum", 0))}


def _unbounded(ends: Schema) -> Schema:
    """Return ends without bounds: the parts of a normal may lie outside what it yields."""
    if "items" in ends and isinstance(ends["items"], dict):
        return {**ends, "items": _unbounded(ends["items"])}
    return {"type": "number"}


def _normal(part: Schema) -> Schema:
    return {
        "anyOf": [
            _pair(part),
            {
                "type": "object",
                "properties": {"mean": part, "std": part, "min": part, "max": part},
                "required": ["mean", "std"],
                "additionalProperties": False,
            },
        ]
    }


def _pair(item: Schema) -> Schema:
    return {"type": "array", "items": item, "minItems": 2, "maxItems": 2}


def _any_of(schemas: Sequence[Schema]) -> Schema:
    return schemas[0] if len(schemas) == 1 else {"anyOf": list(schemas)}
