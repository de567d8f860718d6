"""USD stages to parts: what is visible under the default prim, with every instance in its place.

Lights and cameras are taken from the whole stage: Omniverse keeps its lights beside the default prim.

This module and its `usd_*` neighbours are the door to `pxr`; import them only when a USD file is read.
What is left out: skeletal and time-varying deformation (the earliest time is read), curves, points, NURBS,
volumes, subdivision (the cage is taken as it is), opacity and emission.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from pxr import Usd, UsdGeom, UsdUtils

from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray
from sdg.stage.files.assemble import RawCamera, RawFixtures, RawLight, RawPart, UpAxis
from sdg.stage.files.source import read_bytes
from sdg.stage.files.usd_camera import read_camera
from sdg.stage.files.usd_gprim import read_gprim
from sdg.stage.files.usd_light import is_light, read_light
from sdg.stage.files.usd_material import MaterialReader
from sdg.stage.files.usd_mesh import read_mesh
from sdg.stage.files.usd_process import UsdContent
from sdg.stage.files.usd_semantics import LabelReader

_TIME = Usd.TimeCode.EarliestTime()
_LARGEST_INSTANCE_COUNT = 1_000_000
_DEEPEST_INSTANCER = 8


@contextmanager
def quiet_usd(path: Path) -> Iterator[None]:
    """Keep USD's diagnostics off stderr, and turn its errors into an `AssetError` about `path`."""
    delegate = UsdUtils.CoalescingDiagnosticDelegate()
    try:
        yield
    except AssetError:
        raise
    except MemoryError as error:
        hint = "give it more memory; if there is plenty, the file is damaged"
        raise AssetError(f"{path}: reading it takes more memory than there is", hint) from error
    except Exception as error:  # Values of a wrong type, or names that are no UTF-8, surface as Python's own errors.
        raise AssetError(f"{path} can't be read as USD: {_first_message(error)}", "export it again") from error
    finally:
        delegate.TakeUncoalescedDiagnostics()


def read_usd(path: Path, *, with_parts: bool = True) -> UsdContent:
    """Return what a USD file holds; `usd_process` calls this in a process of its own.

    Raises:
        AssetError: The file or a layer it refers to can't be read, or a mesh in it is inconsistent.
    """
    with quiet_usd(path):
        stage = _open(path)
        up: UpAxis = "z" if UsdGeom.GetStageUpAxis(stage) == UsdGeom.Tokens.z else "y"
        root = stage.GetDefaultPrim() or stage.GetPseudoRoot()
        reader = _Reader(path, stage)
        return UsdContent(
            files=_dependencies(path),
            parts=reader.parts_under(root) if with_parts else [],
            metres_per_unit=float(UsdGeom.GetStageMetersPerUnit(stage)),
            up=up,
            fixtures=reader.fixtures(up) if with_parts else RawFixtures(),
        )


def _dependencies(path: Path) -> dict[str, Path]:
    """Return the files that a USD file pulls in, by the name relative to its folder; what is missing is left out.

    Raises:
        AssetError: One lies neither in the folder above the file's own nor below that.
    """
    layers, assets, _ = UsdUtils.ComputeAllDependencies(str(path))
    folder = path.parent.resolve()
    files: dict[str, Path] = {}
    for name in [layer.realPath for layer in layers] + [str(asset) for asset in assets]:
        # `box.usdz[0/skin.png]` lies inside a package, whose bytes are counted already.
        file = Path(name.split("[", 1)[0]).resolve()
        if name and file.is_file() and file != path.resolve():
            # As for every other format (`resolve_reference`): what came from elsewhere pulls in no stranger's file.
            if not file.is_relative_to(folder.parent):
                raise AssetError(f"{path} refers to {file}, which is outside its folder", "move both into one folder")
            files[Path(os.path.relpath(file, folder)).as_posix()] = file
    return files


def _open(path: Path) -> Any:
    read_bytes(path)
    stage = Usd.Stage.Open(str(path))
    for error in stage.GetCompositionErrors():
        raise AssetError(
            f"{path}: {str(error).splitlines()[0]}", "put the missing file in its place, or export without references"
        )
    return stage


def _first_message(error: Exception) -> str:
    """Return what USD says is wrong, without its own source lines: `Error in 'f' at line 1 in file g : 'message'`."""
    try:
        lines = str(error).strip().splitlines()
    except UnicodeDecodeError:
        # USD quotes the damaged bytes, and its own conversion to text then fails.
        return "it holds bytes that are not UTF-8"
    for line in lines:
        _, separator, message = line.partition(" : '")
        if separator:
            return message.rstrip("'")
    return lines[0] if lines else type(error).__name__


class _Reader:
    """Walks one stage. Transforms are column-vector matrices in the stage's unit and axes."""

    def __init__(self, path: Path, stage: Any) -> None:
        self._path = path
        self._stage = stage
        self._xforms = UsdGeom.XformCache(_TIME)
        self._materials = MaterialReader(path)
        self._labels = LabelReader()
        self._instance_count = 0

    def parts_under(self, root: Any) -> list[RawPart]:
        return list(self._parts(root, None, 0))

    def _parts(self, root: Any, stage_from_root_override: FloatArray | None, depth: int) -> Iterator[RawPart]:
        """Yield the parts under `root`; the override places the root's frame elsewhere, for a point instancer."""
        moved = np.eye(4)
        if stage_from_root_override is not None:
            moved = stage_from_root_override @ np.linalg.pinv(self._stage_from_prim(root))
        prims = iter(Usd.PrimRange(root, Usd.TraverseInstanceProxies(Usd.PrimDefaultPredicate)))
        for prim in prims:
            imageable = UsdGeom.Imageable(prim)
            if not imageable:
                continue
            if imageable.ComputeVisibility(_TIME) == UsdGeom.Tokens.invisible:
                prims.PruneChildren()
                continue
            # Below a proxy a child may still say that it is for rendering, so its children are looked at.
            if imageable.ComputePurpose() in (UsdGeom.Tokens.proxy, UsdGeom.Tokens.guide):
                continue
            if prim.IsA(UsdGeom.PointInstancer):
                prims.PruneChildren()
                yield from self._instanced(prim, moved, depth)
                continue
            for part in self._own_parts(prim):
                yield replace(part.moved(moved @ self._stage_from_prim(prim)), label=self._labels.label_of(prim))

    def fixtures(self, up: UpAxis) -> RawFixtures:
        """Return the stage's lights that are not hidden, and all its cameras; what a point instancer makes has none."""
        lights: list[RawLight] = []
        cameras: list[RawCamera] = []
        notes: list[str] = []
        prims = iter(Usd.PrimRange(self._stage.GetPseudoRoot(), Usd.TraverseInstanceProxies(Usd.PrimDefaultPredicate)))
        for prim in prims:
            if prim.IsA(UsdGeom.PointInstancer):
                prims.PruneChildren()
                for below in Usd.PrimRange(prim, Usd.TraverseInstanceProxies(Usd.PrimDefaultPredicate)):
                    if is_light(below):
                        notes.append(f"{below.GetPath()} is a light of a point instancer, so it is left out")
            elif prim.IsA(UsdGeom.Camera):
                with contextlib.suppress(AssetError):
                    camera = read_camera(self._path, prim, self._stage_from_prim(prim))
                    cameras += [] if camera is None else [camera]
            elif is_light(prim) and UsdGeom.Imageable(prim).ComputeVisibility(_TIME) != UsdGeom.Tokens.invisible:
                # A file is no worse for a broken light that nobody asks for: whoever does is told.
                try:
                    light = read_light(self._path, prim, self._stage_from_prim(prim), up, notes)
                    lights += [] if light is None else [light]
                except AssetError as error:
                    notes.append(f"{prim.GetPath()} is left out: {error.message}")
        return RawFixtures(tuple(lights), tuple(cameras), tuple(notes))

    def _own_parts(self, prim: Any) -> list[RawPart]:
        if prim.IsA(UsdGeom.Mesh):
            return read_mesh(self._path, UsdGeom.Mesh(prim), self._materials)
        if prim.IsA(UsdGeom.Gprim):
            part = read_gprim(self._path, prim, self._materials)
            return [] if part is None else [part]
        return []

    def _instanced(self, prim: Any, moved: FloatArray, depth: int) -> Iterator[RawPart]:
        instancer = UsdGeom.PointInstancer(prim)
        indices = instancer.GetProtoIndicesAttr().Get(_TIME)
        prototypes = instancer.GetPrototypesRel().GetForwardedTargets()
        self._instance_count += len(indices or ())
        if depth >= _DEEPEST_INSTANCER or self._instance_count > _LARGEST_INSTANCE_COUNT:
            raise AssetError(f"{self._path}: {prim.GetPath()} makes too many instances", "reduce the point instancer")
        if not indices or not prototypes:
            return
        if min(indices) < 0 or max(indices) >= len(prototypes):
            raise AssetError(f"{self._path}: {prim.GetPath()} names a prototype that isn't there", "export it again")
        placed = instancer.ComputeInstanceTransformsAtTime(
            _TIME, _TIME, UsdGeom.PointInstancer.IncludeProtoXform, UsdGeom.PointInstancer.IgnoreMask
        )
        if len(placed) != len(indices):
            raise AssetError(f"{self._path}: {prim.GetPath()} has too few positions", "export it again")
        shown = instancer.ComputeMaskAtTime(_TIME) or [True] * len(indices)
        stage_from_instancer = moved @ self._stage_from_prim(prim)
        for index, instancer_from_root, is_shown in zip(indices, placed, shown, strict=True):
            prototype = self._stage.GetPrimAtPath(prototypes[index])
            if is_shown and prototype:
                yield from self._parts(prototype, stage_from_instancer @ _columns(instancer_from_root), depth + 1)

    def _stage_from_prim(self, prim: Any) -> FloatArray:
        matrix = _columns(self._xforms.GetLocalToWorldTransform(prim))
        if not np.all(np.isfinite(matrix)):
            raise AssetError(f"{self._path}: the transform of {prim.GetPath()} is not finite", "export it again")
        return matrix


def _columns(matrix: Any) -> FloatArray:
    """Return a Gf.Matrix4d, which acts on row vectors, as a matrix for column vectors."""
    return np.array(matrix, dtype=np.float64).T
