"""YAML text to nodes that know their place; the only module that talks to the YAML library.

The library's parser gives events with marks. From them come nodes, in which aliases and merges are still what the
author wrote, so that `expand` can point at the use as well as at the definition.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import yaml
from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from yaml.reader import ReaderError

from sdg.foundation.span import Span
from sdg.recipe.distributions import Plain
from sdg.recipe.document import BROKEN, Sources
from sdg.recipe.reporting import Faults
from sdg.recipe.scalars import DIGITS_LIMIT, TooManyDigits, parse_scalar
from sdg.recipe.wording import describe

DEPTH_LIMIT = 64

_STR_TAGS = frozenset({"!", "tag:yaml.org,2002:str"})
_SYNTAX_HINTS = (
    ("'\\t'", "indent with spaces; YAML does not allow tabs here"),
    ("mapping values are not allowed", "quote text that contains ': ', or check the indentation of this line"),
    ("expected <block end>", "align this line with the ones it belongs to; a list item starts with '- '"),
    ("could not find expected ':'", "a key needs ': ' after it, and its value the same or a deeper indentation"),
    ("expected ',' or '}', but got '['", 'put quotation marks round text with brackets in it, such as "pallet[0]"'),
    ("expected ',' or", "close the bracket, or put a comma between the items"),
    ("unexpected end of stream", "a quotation mark is not closed"),
    ("that cannot start any token", "put text that starts with this character in quotation marks"),
    ("document start", "a recipe is one document; remove the line '...' or '---'"),
)


# What the parser gives up on far behind the place where it began.
_BEGINS_AT = ("while scanning a simple key", "while scanning a quoted scalar")


@dataclass(slots=True)
class ScalarNode:
    """A number, text, true, false or nothing."""

    span: Span
    value: Plain
    empty: bool = False


@dataclass(slots=True)
class ListNode:
    """A list."""

    span: Span
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class MapNode:
    """A mapping; `merges` are the values of its `<<` keys."""

    span: Span
    entries: dict[str, tuple[Span, Node]] = field(default_factory=dict)
    merges: list[tuple[Span, Node]] = field(default_factory=list)


@dataclass(slots=True)
class AliasNode:
    """A use of an anchor."""

    span: Span
    target: Node


Node: TypeAlias = ScalarNode | ListNode | MapNode | AliasNode


class Mark(Protocol):
    """A position that the parser names, counted from 0."""

    @property
    def index(self) -> int: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


@dataclass(frozen=True)
class _Position:
    index: int
    line: int
    column: int


class Locate(Protocol):
    """Turns two of the parser's marks into a span."""

    def __call__(self, start: Mark, end: Mark) -> Span: ...


def locate_in_file(file: str) -> Locate:
    """Return the rule for a file: lines and columns as the parser counts them, but from 1."""
    return lambda start, end: Span(file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def locate_in_override(file: str, ordinal: int, offset: int) -> Locate:
    """Return the rule for the value of an override: its line is its ordinal, columns count into its text."""
    return lambda start, end: Span(file, ordinal, offset + start.index + 1, ordinal, offset + end.index + 1)


def parse_yaml(text: str, locate: Locate, faults: Faults, sources: Sources) -> Node | None:
    """Parse one YAML document.

    Args:
        text: The text, without a byte order mark.
        locate: How marks become spans.
        faults: Receives what is wrong.
        sources: The lines of the text, to keep spans inside it.

    Returns:
        The document's root, or None if it could not be parsed; an empty document is an empty scalar.
    """
    try:
        loader = yaml.SafeLoader(text)
    except ReaderError as error:
        at = _Position(error.position, 0, error.position)
        faults.add("R002", "a control character", locate(at, at), found=f"U+{error.character:04X}", hint="remove it")
        return None
    try:
        return _Parser(loader, locate, faults).document()
    except _Stop:
        return None
    except MarkedYAMLError as error:
        _report_syntax(error, locate, faults, sources)
        return None
    except (YAMLError, ValueError, OverflowError) as error:
        # The library lets Python's own errors through for escapes such as "\UFFFFFFFF".
        mark = loader.get_mark()
        span = _inside(locate(mark, mark), sources)
        hint = "remove this character or escape; write the character itself"
        faults.add("R003", f"YAML syntax: {str(error).splitlines()[0]}", span, hint=hint)
        return None
    finally:
        loader.dispose()


class _Stop(Exception):
    """Parsing can't go on; the fault is recorded."""


class _Parser:
    def __init__(self, loader: yaml.SafeLoader, locate: Locate, faults: Faults) -> None:
        self._loader = loader
        self._locate = locate
        self._faults = faults
        self._anchors: dict[str, Node] = {}
        self._open: dict[str, Span] = {}

    def document(self) -> Node:
        start = self._next()
        if self._loader.check_event(StreamEndEvent):
            return ScalarNode(self._span(start), None, empty=True)
        self._next()
        root = self._node(0)
        while not self._loader.check_event(StreamEndEvent):
            event = self._next()
            if not isinstance(event, DocumentEndEvent):
                self._faults.add(
                    "R009",
                    "the file holds several documents",
                    self._span(event),
                    expected="one document",
                    hint="put each recipe in a file of its own",
                )
                raise _Stop
        return root

    def _next(self) -> Event:
        event: Event = self._loader.get_event()  # type: ignore[no-untyped-call]
        return event

    def _span(self, event: Event) -> Span:
        assert event.start_mark is not None
        assert event.end_mark is not None
        return self._locate(event.start_mark, event.end_mark)

    def _node(self, depth: int) -> Node:
        event = self._next()
        span = self._span(event)
        if isinstance(event, AliasEvent):
            assert event.anchor is not None
            return self._alias(event.anchor, span)
        assert isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent)
        if depth > DEPTH_LIMIT:
            self._faults.add(
                "R008", "nested too deeply", span, expected=f"at most {DEPTH_LIMIT} levels", hint="flatten this part"
            )
            raise _Stop
        anchor = event.anchor
        if anchor is not None:
            self._open[anchor] = span
            self._anchors.pop(anchor, None)
        node = self._content(event, span, depth)
        if anchor is not None:
            self._open.pop(anchor, None)
            self._anchors[anchor] = node
        return node

    def _content(self, event: ScalarEvent | SequenceStartEvent | MappingStartEvent, span: Span, depth: int) -> Node:
        if isinstance(event, ScalarEvent):
            return self._scalar(event, span)
        tag = "tag:yaml.org,2002:" + ("seq" if isinstance(event, SequenceStartEvent) else "map")
        node = self._list(span, depth) if isinstance(event, SequenceStartEvent) else self._mapping(span, depth)
        if event.tag in (None, "!", tag):
            return node
        self._refuse_tag(event.tag, span)
        return ScalarNode(span, BROKEN)

    def _alias(self, anchor: str, span: Span) -> Node:
        if anchor in self._anchors:
            return AliasNode(span, self._anchors[anchor])
        if anchor in self._open:
            self._faults.add(
                "R007",
                f"*{anchor} lies inside the very value it stands for",
                span,
                hint="an anchored value can't contain itself; write the part out",
                related=[("anchor at", self._open[anchor])],
            )
        else:
            self._faults.add(
                "R007",
                f"no anchor &{anchor} stands before this",
                span,
                found=f"*{anchor}",
                hint=f"anchors so far: {', '.join(self._anchors)}"
                if self._anchors
                else "define it above with &, or put text that starts with * in quotation marks",
            )
        return ScalarNode(span, BROKEN)

    def _scalar(self, event: ScalarEvent, span: Span) -> Node:
        if any(0xD800 <= ord(character) < 0xE000 for character in event.value):
            self._faults.add("R002", "half a character", span, hint="write the character itself, not its surrogates")
            return ScalarNode(span, BROKEN)
        if event.tag in _STR_TAGS:
            return ScalarNode(span, event.value)
        if event.tag is not None:
            self._refuse_tag(event.tag, span)
            return ScalarNode(span, BROKEN)
        if not event.implicit[0]:
            return ScalarNode(span, event.value)
        try:
            value = parse_scalar(event.value)
        except TooManyDigits:
            self._faults.add(
                "R008",
                "a number with too many digits",
                span,
                expected=f"at most {DIGITS_LIMIT} digits",
                found=f"{len(event.value)} characters",
                hint="write a smaller number, or put it in quotation marks if it is text",
            )
            value = BROKEN
        return ScalarNode(
            span, value, empty=not event.value and (span.line, span.column) == (span.end_line, span.end_column)
        )

    def _refuse_tag(self, tag: str, span: Span) -> None:
        shown = tag.replace("tag:yaml.org,2002:", "!!")
        self._faults.add(
            "R005",
            f"the tag {shown} is not part of the recipe language",
            span,
            hint="remove the tag; numbers and text are told apart by quotation marks",
        )

    def _list(self, span: Span, depth: int) -> ListNode:
        node = ListNode(span)
        while not self._loader.check_event(SequenceEndEvent):
            item = self._node(depth + 1)
            if isinstance(item, ScalarNode) and item.empty:
                item.span = Span(item.span.file, item.span.line, max(1, item.span.column - 1), *_end(item.span))
            node.items.append(item)
        node.span = _until(span, self._span(self._next()), [item.span for item in node.items])
        return node

    def _mapping(self, span: Span, depth: int) -> MapNode:
        node = MapNode(span)
        ends = []
        while not self._loader.check_event(MappingEndEvent):
            event = self._loader.peek_event()  # type: ignore[no-untyped-call]
            plain_key = isinstance(event, ScalarEvent) and event.implicit[0]
            key = self._node(depth + 1)
            value = self._node(depth + 1)
            if isinstance(value, ScalarNode) and value.empty:
                value.span = key.span
            ends += [key.span, value.span]
            name = key.target if isinstance(key, AliasNode) else key
            word = name.value if isinstance(name, ScalarNode) else None
            if word is BROKEN:
                continue
            if not isinstance(word, str):
                self._refuse_key(name, key.span)
            elif word == "<<" and plain_key:
                node.merges.append((key.span, value))
            elif word in node.entries:
                self._refuse_duplicate(word, key.span, node.entries[word][0])
            else:
                node.entries[word] = (key.span, value)
        node.span = _until(span, self._span(self._next()), ends)
        return node

    def _refuse_key(self, key: Node, span: Span) -> None:
        shown = describe(key.value) if isinstance(key, ScalarNode) else "a list or mapping"
        self._faults.add(
            "R006",
            "a key must be text",
            span,
            found=shown,
            hint="put it in quotation marks if it is a name"
            if isinstance(key, ScalarNode)
            else "write one word as key",
        )

    def _refuse_duplicate(self, name: str, span: Span, first: Span) -> None:
        self._faults.add(
            "R004",
            f"{name} is given twice",
            span,
            hint="keep one of the two",
            related=[("first at", first)],
        )


def _end(span: Span) -> tuple[int, int]:
    return span.end_line, max(span.end_column, span.column)


def _until(start: Span, closing: Span, children: list[Span]) -> Span:
    """Return the extent of a list or mapping.

    A bracketed one ends with its bracket. The parser closes one without brackets only where the next thing
    starts, so its last child ends it.
    """
    bracketed = (closing.line, closing.column) != (closing.end_line, closing.end_column)
    if bracketed or not children:
        return Span(start.file, start.line, start.column, closing.end_line, closing.end_column)
    last = max(children, key=lambda span: (span.end_line, span.end_column))
    return Span(start.file, start.line, start.column, last.end_line, last.end_column)


def _inside(span: Span, sources: Sources) -> Span:
    return sources.clamp(span.file, span.line, span.column)


def _report_syntax(error: MarkedYAMLError, locate: Locate, faults: Faults, sources: Sources) -> None:
    mark = error.problem_mark or error.context_mark
    if error.context in _BEGINS_AT:
        mark = error.context_mark
    span = None if mark is None else _inside(locate(mark, mark), sources)
    problem = error.problem or error.context or "not YAML"
    hint = next((hint for part, hint in _SYNTAX_HINTS if part in problem), "compare this line with the one above it")
    related = []
    if error.context_mark is not None and error.context_mark is not mark and error.context not in _BEGINS_AT:
        related = [(error.context or "context", _inside(locate(error.context_mark, error.context_mark), sources))]
    faults.add("R003", f"YAML syntax: {problem}", span, hint=hint, related=related)
