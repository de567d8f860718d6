"""What a USD stage calls its things: UsdSemantics' labels, or those of Omniverse's older schema."""

from __future__ import annotations

import re
from typing import Any

from pxr import Usd, UsdSemantics

_TIME = Usd.TimeCode.EarliestTime()
# Replicator labels under `class`; OpenUSD's own example under `category`.
_TAXONOMIES = ("class", "category")
_TYPE = re.compile(r"^semantic:(?P<name>[^:]+):params:semanticType$")
_LONGEST = 64


class LabelReader:
    """Reads the labels of one stage; of a prim without one, the label of what it lies in holds."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def label_of(self, prim: Any) -> str:
        """Return the class of a prim, as a name of letters, digits and underscores; empty where it has none."""
        path = str(prim.GetPath())
        if path not in self._known:
            own = "" if prim.IsPseudoRoot() else _as_name(_own_label(prim))
            self._known[path] = own or ("" if prim.IsPseudoRoot() else self.label_of(prim.GetParent()))
        return self._known[path]


def _own_label(prim: Any) -> str:
    for taxonomy in _TAXONOMIES:
        labels = UsdSemantics.LabelsAPI(prim, taxonomy).GetLabelsAttr()
        values = labels.Get(_TIME) if labels else None
        if values:
            return str(values[0])
    return _legacy_label(prim)


def _legacy_label(prim: Any) -> str:
    """Return what Omniverse's `SemanticsAPI` says, whose schema is not part of OpenUSD: its attributes go by name."""
    for name in sorted(prim.GetAuthoredPropertyNames()):
        found = _TYPE.match(str(name))
        if found is None or prim.GetAttribute(name).Get(_TIME) != "class":
            continue
        data = prim.GetAttribute(f"semantic:{found['name']}:params:semanticData")
        if data and data.Get(_TIME):
            return str(data.Get(_TIME))
    return ""


def _as_name(label: str) -> str:
    """Return a label as a class of a recipe may be called: `Wall Panel` becomes `Wall_Panel`."""
    cleaned = re.sub(r"[^A-Za-z0-9_]+", "_", label).strip("_")[:_LONGEST]
    return f"c_{cleaned}"[:_LONGEST] if cleaned[:1].isdigit() else cleaned
