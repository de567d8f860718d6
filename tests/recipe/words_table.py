"""The tables of docs/randomize.md, as the code has them."""

from __future__ import annotations

from sdg.recipe.randomize import Word
from sdg.recipe.words.row import Row, Section
from sdg.recipe.words.scene import FAMILIES
from sdg.recipe.words.spread import Plus, PlusShare, Times
from sdg.recipe.words.surfaces import BUILTIN
from sdg.recipe.written import write_yaml

_EVERY_FAMILY = tuple(f"asset.{name}" for name in FAMILIES)


def table(section: Section) -> str:
    """Return a section's table in Markdown."""
    lines = ["| key | of | realistic | aggressive |", "|---|---|---|---|"]
    for row in section.rows:
        lines.append(f"| `{row.key}` | {_of(row)} | {_cell(row, 'realistic')} | {_cell(row, 'aggressive')} |")
    return "\n".join(lines)


def _of(row: Row) -> str:
    blocks = "every family" if row.within == _EVERY_FAMILY else ", ".join(f"`{path}`" for path in row.within if path)
    return ": ".join(part for part in (blocks, row.when.text if row.when else "") if part) or "all"


def _cell(row: Row, word: Word) -> str:
    if word not in row.cells:
        return ""
    cell = row.cells[word]
    written, absent = _rule(cell.written), _rule(cell.absent)
    if written == absent:
        text = written
    else:
        text = "; ".join([f"written: {written}"] * bool(written) + [f"not written: {absent}"] * bool(absent))
    return text + (", one draw a frame" if cell.shared else "") + (f"; {cell.out:.0%} are out" if cell.out else "")


def _rule(rule: object) -> str:
    match rule:
        case None:
            return ""
        case Times(low, high):
            return f"{low:g} to {high:g} times"
        case Plus(by, keep):
            return f"± {by:g}" + (f" within {keep[0]:g} to {keep[1]:g}" if keep[0] > -1e9 else "")
        case PlusShare(by, of):
            return f"± {by:.0%} of `{of}`"
        case {"choice": choices} if choices == list(BUILTIN):
            return "any builtin material"
        case {"choice": [[*_], *_] as choices}:
            return f"one of {', '.join(f'`{choice}`' for choice in choices)}"
        case _:
            return f"`{_line(rule)}`"


def _line(rule: object) -> str:
    """Return a rule as YAML on one line: a table's cell has no more."""
    match rule:
        case dict():
            return f"{{{', '.join(f'{key}: {_line(value)}' for key, value in rule.items())}}}"
        case _:
            return write_yaml({"x": rule}).removeprefix("x: ").strip()
