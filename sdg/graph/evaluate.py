"""Evaluation of templates within one frame: each draw once per frame and scope, and remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from sdg.errors import RecipeError
from sdg.foundation.diagnostic import Diagnostic
from sdg.foundation.seeds import Branch, RandomStream
from sdg.graph.draw import DrawError, draw, frame_key
from sdg.graph.ir import Ref
from sdg.graph.program import BlockTemplate, Program
from sdg.graph.template import Template
from sdg.recipe.faults import diagnose
from sdg.recipe.model import Block, PathKey


@dataclass(frozen=True)
class Scope:
    """Whose draws these are: nodes below `prefix` are drawn for `instance`; `suffix` tells carriers or attempts apart.

    An empty prefix is the frame's own scope: variables, materials, and what a block draws once.
    """

    prefix: str = ""
    instance: str = ""
    suffix: str = ""
    branch: Branch = Branch.DRAW

    def key(self, name: str) -> str:
        if self.prefix and name.startswith(self.prefix):
            return f"{self.instance}{name[len(self.prefix) :]}{self.suffix}"
        return name


FRAME = Scope()


class FrameEvaluator:
    """Draws the values of one frame, on demand and each once."""

    def __init__(self, program: Program, seed: int, frame_index: int) -> None:
        self._program = program
        self._nodes = program.graph.by_name
        self._values: dict[str, tuple[Any, dict[str, Any]]] = {}
        self.seed = seed
        self.frame_index = frame_index

    def value(self, template: Template, scope: Scope, drawn: dict[str, Any] | None = None) -> Any:
        """Return a template's value, with what was drawn for it added to `drawn`."""
        if isinstance(template, Ref):
            return self._draw(template.node, scope, drawn)
        if isinstance(template, Mapping):
            return {key: self.value(item, scope, drawn) for key, item in template.items()}
        if isinstance(template, list | tuple):
            return [self.value(item, scope, drawn) for item in template]
        return template

    def _draw(self, name: str, scope: Scope, drawn: dict[str, Any] | None) -> Any:
        node = self._nodes[name]
        every = node.inputs.get("every", 1)
        key, branch = scope.key(name), scope.branch
        if branch is Branch.PLACEMENT and (every != 1 or key == name):
            # A further attempt leaves alone what is kept over frames, and what others share.
            key, branch = name, Branch.DRAW
        if key not in self._values:
            nested: dict[str, Any] = {}
            stream = RandomStream.named(branch, self.seed, frame_key(self.frame_index, every), key)
            try:
                value = draw(
                    node.op, node.inputs, stream, self.frame_index, lambda part: self.value(part, scope, nested)
                )
            except DrawError as error:
                raise RecipeError([self.fault(node.path, "G001", f"{key}: {error}")]) from None
            self._values[key] = value, nested
        value, nested = self._values[key]
        if drawn is not None and not name.startswith("vars."):
            drawn |= nested
            drawn[key] = value
        return value

    def block(self, kind: type[Block], fields: Mapping[str, Any], template: BlockTemplate, who: str) -> Any:
        """Return a block built from drawn values.

        Raises:
            RecipeError: A drawn value breaks a rule of the language (G002); every such value is named.
        """
        try:
            return kind.model_validate(fields)
        except ValidationError as error:
            raise RecipeError(
                [
                    self.fault(
                        _known_path(template, self._program, tuple(entry["loc"])),
                        "G002",
                        f"{who}: a drawn value can't be used: {entry['msg'][:1].lower()}{entry['msg'][1:]}",
                        found=repr(entry["input"])[:80],
                        hint="limit the distribution to what the key allows",
                    )
                    for entry in error.errors()
                ]
            ) from None

    def fault(self, path: PathKey, code: str, message: str, found: str = "", hint: str = "") -> Diagnostic:
        return diagnose(
            self._program.recipe, path, code, f"frame {self.frame_index}: {message}", found=found, hint=hint
        )


def _known_path(template: BlockTemplate, program: Program, location: PathKey) -> PathKey:
    """Return the longest path along `location` that the recipe wrote; names of union members are passed over."""
    path = template.path
    for key in location:
        if (*path, key) in program.recipe.spans:
            path = (*path, key)
    return path
