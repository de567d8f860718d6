"""A recipe's plain values as YAML that reads back to the same."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from sdg.recipe.distributions import Plain
from sdg.recipe.scalars import TooManyDigits, parse_scalar

_WIDTH = 120
_FITS_ON_A_LINE = 90  # characters, as Python writes them


class _Dumper(yaml.SafeDumper):
    """Writes short values on one line, and text in quotation marks where YAML 1.2 would read something else."""

    def ignore_aliases(self, _data: object) -> bool:
        """Return that nothing is written as an alias."""
        return True


class _Sections(dict[str, Plain]):
    """The whole recipe, which is never one line."""


def _sections(dumper: yaml.SafeDumper, value: _Sections) -> yaml.MappingNode:
    return dumper.represent_mapping("tag:yaml.org,2002:map", value, flow_style=False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    try:
        is_text = parse_scalar(value) == value
    except TooManyDigits:
        is_text = False
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if is_text else '"')


def _mapping(dumper: yaml.SafeDumper, value: dict[str, Plain]) -> yaml.MappingNode:
    return dumper.represent_mapping("tag:yaml.org,2002:map", value, flow_style=_fits(value))


def _list(dumper: yaml.SafeDumper, value: list[Plain]) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=_fits(value))


def _fits(value: Plain) -> bool:
    return len(repr(value)) <= _FITS_ON_A_LINE


_Dumper.add_representer(_Sections, _sections)
_Dumper.add_representer(str, _text)
_Dumper.add_representer(dict, _mapping)
_Dumper.add_representer(list, _list)


def write_yaml(tree: Mapping[str, Plain]) -> str:
    """Return a recipe's tree as YAML text, its sections in the order of the tree."""
    text: str = yaml.dump(_Sections(tree), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)
    return text
