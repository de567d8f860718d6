"""How a malformed recipe is described: a sound one with an edit, and a mark where the fault must be reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MARK = "«"

BASE = """\
sdg: 1
name: base
seed: 7
frames: 4
vars:
  hour: {uniform: [6, 20]}
  shade: {choice: [0.2, 0.8]}
scene:
  environment: {asset: warehouse_hall, size_m: [10, 12, 5]}
  objects:
    - name: pallet
      asset: cube
      count: {uniform_int: [2, 6]}
      place: {scatter_2d: {surface: floor}}
      yaw_deg: {uniform: [0, 360]}
    - name: carton
      asset: {choice: [cube, cylinder]}
      class: box
      place: {grid: {spacing_m: [0.4, 0.8], surface: pallet, count: [3, 2]}}
      material: paint
lighting:
  - sun_sky: {hour: $hour, day: 172}
  - rect: {name: panel, grid: [2, 3], intensity: 9000}
materials:
  paint: {base: painted_metal, roughness: $shade}
cameras:
  - name: main
    resolution: [64, 48]
    clip_m: [0.1, 60]
    lens: {opencv_pinhole: {fx: 50, k1: {uniform: [-0.1, 0.0]}}}
    pose: {orbit: {target: pallet, distance_m: {uniform: [2, 8]}}}
output:
  annotators: [rgb, depth]
render: {quality: low}
"""


@dataclass(frozen=True)
class Case:
    """One malformed recipe.

    Attributes:
        name: What is wrong, as a test id.
        code: The diagnostic's code; empty where any will do.
        text: The recipe, `MARK` before the character that must be pointed at.
        overrides: Values of `--set`; the mark may stand in one of them.
        replace: Text that stands for bytes which are not text, and those bytes.
        files: Makes the files that the recipe names, in the recipe's folder.
        faults: How many errors must be reported.
    """

    name: str
    code: str
    text: str
    overrides: tuple[str, ...] = ()
    replace: tuple[str, bytes] = ("", b"")
    files: Callable[[Path], None] | None = None
    faults: int = 1

    def place(self, file: str) -> str:
        """Return `file:line:column` of the mark."""
        for name, lines in ((file, self.text.split("\n")), ("--set", self.overrides)):
            for number, line in enumerate(lines, start=1):
                if MARK in line:
                    return f"{name}:{number}:{line.index(MARK) + 1}"
        raise AssertionError(f"{self.name} marks no place")

    def write(self, folder: Path) -> Path:
        """Write the recipe and what it names; return the recipe's path."""
        data = self.text.replace(MARK, "").encode()
        if self.replace[0]:
            data = data.replace(self.replace[0].encode(), self.replace[1])
        path = folder / "recipe.yaml"
        path.write_bytes(data)
        if self.files is not None:
            self.files(folder)
        return path

    def arguments(self) -> list[str]:
        return [part for text in self.overrides for part in ("--set", text.replace(MARK, ""))]


def edit(name: str, code: str, *replacements: str, faults: int = 1) -> Case:
    """Return the sound recipe with parts of it replaced: old, new, old, new ..."""
    text = BASE
    for old, new in zip(replacements[::2], replacements[1::2], strict=True):
        assert text.count(old) == 1, f"{name}: {old!r} stands {text.count(old)} times in the recipe"
        text = text.replace(old, new)
    return Case(name, code, text, faults=faults)


def whole(name: str, code: str, text: str, *, faults: int = 1) -> Case:
    """Return a recipe of its own."""
    return Case(name, code, text, faults=faults)


def override(name: str, code: str, *overrides: str) -> Case:
    """Return the sound recipe with overrides, one of them marked."""
    return Case(name, code, BASE, overrides=overrides)
