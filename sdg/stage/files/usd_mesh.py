"""UsdGeomMesh to parts: polygons to triangles, values per corner to vertices, subsets to parts of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pxr import Sdf, Usd, UsdGeom, UsdShade

from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray
from sdg.foundation.rows import distinct_rows
from sdg.stage.files.assemble import LARGEST_TRIANGLE_COUNT, RawPart
from sdg.stage.files.polygons import IndexArray, triangulate
from sdg.stage.files.usd_material import MaterialReader

_TIME = Usd.TimeCode.EarliestTime()
_UV_NAMES = ("st", "UVMap", "st0", "map1")


def read_mesh(path: Path, mesh: Any, materials: MaterialReader) -> list[RawPart]:
    """Return a mesh's parts in its own frame: one per material subset, and one for the faces in none.

    `holeIndices` are left out; `orientation` is honoured; normals and texture coordinates of every interpolation
    are brought to vertices, which are split where their values differ.

    Raises:
        AssetError: Counts, indices or primvars don't fit together.
    """
    prim = mesh.GetPrim()
    points, counts, indices = _topology(path, mesh)
    if len(counts) == 0:
        return []
    corners, polygons = triangulate(points, counts, indices)
    holes = np.array(mesh.GetHoleIndicesAttr().Get(_TIME) or [], np.int64)
    kept = ~np.isin(polygons, holes)
    corners, polygons = corners[kept], polygons[kept]
    if mesh.GetOrientationAttr().Get(_TIME) == UsdGeom.Tokens.leftHanded:
        corners = corners[:, ::-1]
    owners = np.repeat(np.arange(len(counts)), counts)
    normals = _per_corner(path, prim, *_normals(mesh), width=3, points=indices, faces=owners, point_count=len(points))
    uvs = _per_corner(path, prim, *_uvs(prim), width=2, points=indices, faces=owners, point_count=len(points))
    faces, source = _weld(corners, indices, normals, uvs)
    parts = []
    for name, bound, chosen in _subsets(path, prim, polygons, len(counts)):
        material, uv_transform = materials.bound_to(bound)
        corner_uvs = None if uvs is None else uvs[source]
        if corner_uvs is not None and uv_transform is not None:
            corner_uvs = corner_uvs @ uv_transform[:2, :2].T + uv_transform[:2, 2]
        parts.append(
            RawPart(
                name=name,
                vertices=points[indices[source]],
                faces=faces[chosen],
                material=material,
                normals=None if normals is None else normals[source],
                uvs=corner_uvs,
            )
        )
    return parts


def _topology(path: Path, mesh: Any) -> tuple[FloatArray, IndexArray, IndexArray]:
    name = mesh.GetPath()
    points = np.array(mesh.GetPointsAttr().Get(_TIME) or [], np.float64).reshape(-1, 3)
    counts = np.array(mesh.GetFaceVertexCountsAttr().Get(_TIME) or [], np.int64)
    indices = np.array(mesh.GetFaceVertexIndicesAttr().Get(_TIME) or [], np.int64)
    if np.any(counts < 0) or counts.sum() != len(indices):
        raise AssetError(
            f"{path}: the faces of {name} need {int(counts.sum())} indices, but there are {len(indices)}",
            "the file is damaged; export it again",
        )
    if len(indices) and (indices.min() < 0 or indices.max() >= len(points)):
        outside = int(indices.max() if indices.max() >= len(points) else indices.min())
        raise AssetError(
            f"{path}: a face of {name} names vertex {outside}, but there are {len(points)}",
            "the file is damaged; export it again",
        )
    if len(indices) > 3 * LARGEST_TRIANGLE_COUNT:
        raise AssetError(f"{path}: {name} has more than {LARGEST_TRIANGLE_COUNT:,} triangles", "simplify the mesh")
    if not np.all(np.isfinite(points)):
        raise AssetError(f"{path}: a vertex of {name} is not a finite number", "export it again")
    return points, counts, indices


def _normals(mesh: Any) -> tuple[Any, Any, str]:
    """Return values, indices (or None) and interpolation; the primvar wins over the attribute, as USD has it."""
    primvar = UsdGeom.PrimvarsAPI(mesh.GetPrim()).FindPrimvarWithInheritance("normals")
    if primvar and primvar.HasValue():
        return primvar.Get(_TIME), _indices(primvar), primvar.GetInterpolation()
    return mesh.GetNormalsAttr().Get(_TIME), None, mesh.GetNormalsInterpolation()


def _uvs(prim: Any) -> tuple[Any, Any, str]:
    primvars = UsdGeom.PrimvarsAPI(prim)
    named = [primvars.FindPrimvarWithInheritance(name) for name in _UV_NAMES]
    typed = [
        primvar
        for primvar in sorted(primvars.GetPrimvarsWithValues(), key=lambda primvar: str(primvar.GetName()))
        if primvar.GetTypeName() in (Sdf.ValueTypeNames.TexCoord2fArray, Sdf.ValueTypeNames.TexCoord2dArray)
    ]
    for primvar in [*named, *typed]:
        if primvar and primvar.HasValue():
            return primvar.Get(_TIME), _indices(primvar), primvar.GetInterpolation()
    return None, None, ""


def _indices(primvar: Any) -> Any:
    return primvar.GetIndices(_TIME) if primvar.IsIndexed() else None


def _per_corner(
    path: Path,
    prim: Any,
    values: Any,
    value_indices: Any,
    interpolation: str,
    *,
    width: int,
    points: IndexArray,
    faces: IndexArray,
    point_count: int,
) -> FloatArray | None:
    """Return a primvar's value at every corner, shape (C, width), or None where there is none."""
    if values is None or len(values) == 0:
        return None
    table = np.array(values, np.float64)
    if table.ndim != 2 or table.shape[1] < width:
        return None
    at: IndexArray
    if interpolation in (UsdGeom.Tokens.vertex, UsdGeom.Tokens.varying):
        at, needed = points, point_count
    elif interpolation == UsdGeom.Tokens.faceVarying:
        at, needed = np.arange(len(points)), len(points)
    elif interpolation == UsdGeom.Tokens.uniform:
        at, needed = faces, int(faces.max(initial=-1)) + 1
    else:
        at, needed = np.zeros(len(points), np.int64), 1
    lookup = np.arange(len(table)) if value_indices is None else np.array(value_indices, np.int64)
    if len(lookup) < needed or (len(lookup) and (lookup.min() < 0 or lookup.max() >= len(table))):
        raise AssetError(
            f"{path}: {prim.GetPath()} has {len(lookup)} {interpolation} values of a primvar where {needed} are needed",
            "the file is damaged; export it again",
        )
    return table[lookup[at], :width]


def _weld(
    corners: IndexArray, points: IndexArray, normals: FloatArray | None, uvs: FloatArray | None
) -> tuple[IndexArray, IndexArray]:
    """Join corners that agree in point, normal and texture coordinate.

    Returns:
        Triangles as indices into the joined vertices, shape (F, 3), and a corner that stands for each vertex.
    """
    identity = points.astype(np.int64)
    for values in (normals, uvs):
        if values is not None:
            ids = distinct_rows(values).inverse
            identity = identity * (int(ids.max(initial=0)) + 1) + ids
            # Numbering anew keeps the product of the counts far from the end of 64 bits.
            identity = np.unique(identity, return_inverse=True)[1].ravel()
    _, source, vertex = np.unique(identity, return_index=True, return_inverse=True)
    return vertex.ravel()[corners].astype(np.int64), source.astype(np.int64)


def _subsets(path: Path, prim: Any, polygons: IndexArray, polygon_count: int) -> list[tuple[str, Any, IndexArray]]:
    """Return (part name, prim whose material is bound, triangles) of each material subset and of what is in none."""
    name = _part_name(prim)
    subsets = UsdShade.MaterialBindingAPI(prim).GetMaterialBindSubsets()
    free = np.ones(len(polygons), dtype=bool)
    found = []
    for subset in sorted(subsets, key=lambda subset: str(subset.GetPath())):
        members = np.array(subset.GetIndicesAttr().Get(_TIME) or [], np.int64)
        if len(members) and (members.min() < 0 or members.max() >= polygon_count):
            raise AssetError(f"{path}: {subset.GetPath()} names a face that isn't there", "export it again")
        # A face in two subsets, which USD forbids, goes to the first.
        chosen = np.isin(polygons, members) & free
        free &= ~chosen
        found.append((f"{name}:{subset.GetPrim().GetName()}", subset.GetPrim(), np.flatnonzero(chosen)))
    found.append((name, prim, np.flatnonzero(free)))
    return [entry for entry in found if len(entry[2])]


def _part_name(prim: Any) -> str:
    return str(prim.GetPath()).lstrip("/")
