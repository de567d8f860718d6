"""Nodes to plain values: follows aliases, joins merges, and keeps every value's place."""

from __future__ import annotations

from typing import NoReturn

from sdg.foundation.span import Span
from sdg.recipe.distributions import Plain
from sdg.recipe.document import BROKEN, Document
from sdg.recipe.model import PathKey
from sdg.recipe.reporting import Faults
from sdg.recipe.source import DEPTH_LIMIT, AliasNode, ListNode, MapNode, Node, ScalarNode

NODES_LIMIT = 100_000


class TooLarge(Exception):
    """Aliases blow the document up; the fault is recorded."""


class Expander:
    """Writes the plain values of nodes, and their places, into a document.

    Args:
        document: Receives the places.
        faults: Receives what is wrong.
    """

    def __init__(self, document: Document, faults: Faults) -> None:
        self._document = document
        self._faults = faults
        self._count = 0

    def expand(self, node: Node, path: PathKey, use: Span | None = None) -> Plain:
        """Return a node's plain value, a copy for every alias.

        Args:
            node: What to expand.
            path: Its place in the document.
            use: The alias that led here, if one did.

        Raises:
            TooLarge: More than `NODES_LIMIT` values, or deeper than `DEPTH_LIMIT`.
        """
        if isinstance(node, AliasNode):
            return self.expand(node.target, path, use or node.span)
        self._count += 1
        if self._count > NODES_LIMIT or len(path) > DEPTH_LIMIT:
            self._refuse_size(use or node.span)
        self._document.spans[path] = use or node.span
        if use is not None:
            self._document.definitions[path] = node.span
        if isinstance(node, ScalarNode):
            return node.value
        if isinstance(node, ListNode):
            return [self.expand(item, (*path, index), use) for index, item in enumerate(node.items)]
        return self._mapping(node, path, use)

    def _mapping(self, node: MapNode, path: PathKey, use: Span | None) -> Plain:
        result: dict[str, Plain] = {}
        entries = [(key, span, value, use) for key, (span, value) in node.entries.items()]
        entries += self._merged(node, use)
        for key, key_span, value, value_use in entries:
            if key in result:
                continue
            self._document.key_spans[(*path, key)] = value_use or key_span
            result[key] = self.expand(value, (*path, key), value_use)
        return result

    def _merged(self, node: MapNode, use: Span | None, depth: int = 0) -> list[tuple[str, Span, Node, Span | None]]:
        """Return the entries that `<<` brings in, nearest first; the mapping's own keys win over them."""
        found: list[tuple[str, Span, Node, Span | None]] = []
        for key_span, value in node.merges:
            items = value.items if isinstance(value, ListNode) else [value]
            for item in items:
                target, item_use = item, use
                while isinstance(target, AliasNode):
                    item_use = item_use or target.span
                    target = target.target
                self._count += 1
                if isinstance(target, MapNode):
                    found += [(key, span, child, item_use) for key, (span, child) in target.entries.items()]
                    found += self._merged(target, item_use, depth + 1)
                    self._count += len(target.entries)
                elif not (isinstance(target, ScalarNode) and target.value is BROKEN):
                    self._faults.add(
                        "R010",
                        "<< takes in mappings only",
                        item.span if item.span != key_span else key_span,
                        expected="a mapping, an alias of one, or a list of these",
                        hint="write the keys out, or give the anchor to a mapping",
                    )
                if self._count > NODES_LIMIT or depth > DEPTH_LIMIT:
                    self._refuse_size(item_use or item.span)
        return found

    def _refuse_size(self, span: Span) -> NoReturn:
        self._faults.add(
            "R008",
            "aliases make the recipe too large",
            span,
            expected=f"at most {NODES_LIMIT} values and {DEPTH_LIMIT} levels",
            hint="use fewer aliases of aliases",
        )
        raise TooLarge
