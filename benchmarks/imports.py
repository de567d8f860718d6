"""What becomes of robot, glTF and USD files that others wrote: `python -m benchmarks.imports FOLDER...`.

Each folder is one row per format. A file is imported, or refused with a message; anything else is a bug and is told as
such. The size of what was imported is compared with what a library says that shares no code with `sdg.stage.files`:
yourdfpy for URDF, MuJoCo's own reading and kinematics for MJCF, USD's bounding boxes, trimesh for glTF. Without
yourdfpy (`pip install yourdfpy`) URDF sizes are not compared.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from sdg.errors import AssetError
from sdg.foundation.arrays import FloatArray
from sdg.stage.asset import Asset
from sdg.stage.files import load_asset
from sdg.stage.files.assemble import ZUP_FROM, UpAxis
from sdg.stage.robots.references import resolve_robot_reference

FORMATS = {
    "URDF": (".urdf",),
    "MJCF": (".xml",),
    "glTF": (".gltf", ".glb"),
    "USD": (".usd", ".usda", ".usdc", ".usdz"),
}
# Files count as the same size where every side agrees to a thousandth and a millimetre.
_RELATIVE, _ABSOLUTE_M = 1e-3, 1e-3


@dataclass
class Row:
    """What became of the files of one format in one folder."""

    tried: int = 0
    imported: int = 0
    colored: int = 0
    same_size: int = 0
    compared: int = 0
    refused: Counter[str] = field(default_factory=Counter)


def main() -> None:
    """Print a table, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--most", type=int, default=10_000, help="files of a format per folder, spread evenly")
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=[*FORMATS], help="formats to look at")
    parser.add_argument("--verbose", action="store_true", help="a line for each file")
    options = parser.parse_args()
    print("| folder | format | files | imported | with colours or textures | size agrees | refused, and why |")
    print("|---|---|---|---|---|---|---|")
    for folder in options.folders:
        for name in options.formats:
            suffixes = FORMATS[name]
            files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in suffixes and _is(name, path))
            if files:
                print(
                    _line(folder.name, name, _measure(name, _spread(files, options.most), options.verbose)), flush=True
                )


def _is(name: str, path: Path) -> bool:
    """Return whether a file is a model; `.xml` is also what other programs write, and parts that models include."""
    if name != "MJCF":
        return True
    head = path.read_bytes()
    return b"<mujoco" in head and b"<mujocoinclude" not in head and b"<worldbody" in head


def _spread(files: list[Path], most: int) -> list[Path]:
    picked = np.unique(np.linspace(0, len(files) - 1, min(most, len(files))).astype(int))
    return [files[index] for index in picked]


def _measure(name: str, files: Iterable[Path], verbose: bool) -> Row:
    row = Row()
    for file in files:
        row.tried += 1
        started = time.perf_counter()
        try:
            asset = load_asset(file)
        except AssetError as error:
            row.refused[_reason(error.message)] += 1
            if verbose:
                print(f"  {file}: refused: {error.message}", flush=True)
            continue
        row.imported += 1
        row.colored += any(_has_color(part.material) for part in asset.parts)
        expected = None
        with suppress(Exception):  # what the other library can't read is not compared
            expected = _OTHERS[name](file, asset)
        size_m = asset.bounds_m[1] - asset.bounds_m[0]
        verdict = "not compared"
        if expected is not None and np.isfinite(expected).all():
            row.compared += 1
            agrees = np.allclose(size_m, expected, rtol=_RELATIVE, atol=_ABSOLUTE_M)
            row.same_size += bool(agrees)
            verdict = "agrees" if agrees else f"the other library says {np.round(expected, 4).tolist()}"
        if verbose:
            seconds = time.perf_counter() - started
            print(f"  {file}: {np.round(size_m, 4).tolist()} m, {verdict}, {seconds:.1f} s", flush=True)
    return row


def _has_color(material: Any) -> bool:
    return material.base_color_texture is not None or tuple(material.base_color) != (0.5, 0.5, 0.5)


def _reason(message: str) -> str:
    """Return a message without what is particular to its file."""
    text = re.sub(r"(/[^\s:,]+)+", "", message)
    text = re.sub(r"(?<!\w)['\"][^'\"]*['\"]|(?<=refers to )\S+|\d+", "...", text).strip(" :,.")
    return " ".join(text.split())[:120]


def _line(folder: str, name: str, row: Row) -> str:
    size = f"{row.same_size} of {row.compared}" if row.compared else "not compared"
    refused = "; ".join(f"{count} x {reason}" for reason, count in sorted(row.refused.items())) or "none"
    return f"| {folder} | {name} | {row.tried} | {row.imported} | {row.colored} | {size} | {refused} |"


# --- what others say ------------------------------------------------------------------------------------------------


def _urdf_size_m(file: Path, asset: Asset) -> FloatArray:
    import yourdfpy

    def find(fname: str) -> str:
        return str(resolve_robot_reference(fname, file))

    robot = yourdfpy.URDF.load(str(file), filename_handler=find)
    assert asset.articulation is not None
    values = list(asset.articulation.values.values())
    names = [joint.name for joint in robot.robot.joints if joint.type in ("revolute", "continuous", "prismatic")]
    by_plain = dict(zip(asset.articulation.joints, values, strict=True))
    robot.update_cfg(
        {name: by_plain.get(re.sub(r"\W+", "_", name), 0.0) for name in names if name in robot.actuated_joint_names}
    )
    low, high = np.asarray(robot.scene.bounds, np.float64)
    size: FloatArray = high - low
    return size


def _mjcf_size_m(file: Path, asset: Asset) -> FloatArray | None:
    """Return the size of the meshes and boxes alone, if there is nothing else; round shapes have no corners."""
    import mujoco

    model = mujoco.MjModel.from_xml_path(str(file))
    data = mujoco.MjData(model)
    assert asset.articulation is not None
    for joint in range(model.njnt):
        name = re.sub(r"[^A-Za-z0-9_]+", "_", model.joint(joint).name).strip("_")
        if name in asset.articulation.values:
            data.qpos[model.jnt_qposadr[joint]] = asset.articulation.values[name]
    mujoco.mj_kinematics(model, data)
    points = []
    collides = (model.geom_contype != 0) | (model.geom_conaffinity != 0)
    groups = model.geom_group
    zero, one = groups == 0, groups == 1
    hides_zero = zero.any() and one.any() and collides[zero].all() and not collides[one].any()
    for geom in range(model.ngeom):
        kind = model.geom_type[geom]
        material = model.geom_matid[geom]
        alpha = model.geom_rgba[geom][3] if material < 0 else min(model.geom_rgba[geom][3], model.mat_rgba[material][3])
        if groups[geom] > 2 or (hides_zero and groups[geom] == 0) or kind == mujoco.mjtGeom.mjGEOM_PLANE or alpha == 0:
            continue
        if kind == mujoco.mjtGeom.mjGEOM_MESH:
            mesh = model.geom_dataid[geom]
            start = model.mesh_vertadr[mesh]
            own = model.mesh_vert[start : start + model.mesh_vertnum[mesh]].astype(np.float64)
        elif kind == mujoco.mjtGeom.mjGEOM_BOX:
            own = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) * model.geom_size[geom]
        else:
            return None
        points.append(own @ data.geom_xmat[geom].reshape(3, 3).T + data.geom_xpos[geom])
    every = np.concatenate(points)
    size: FloatArray = every.max(axis=0) - every.min(axis=0)
    return size


def _gltf_size_m(file: Path, _: Asset) -> FloatArray:
    import trimesh

    bounds = trimesh.load_scene(str(file)).bounds
    return _turned("y", bounds[1] - bounds[0])


def _usd_size_m(file: Path, _: Asset) -> FloatArray:
    from pxr import Gf, Usd, UsdGeom

    stage = Usd.Stage.Open(str(file))
    boxes = UsdGeom.BBoxCache(Usd.TimeCode.Default(), [UsdGeom.Tokens.default_, UsdGeom.Tokens.render])
    box = Gf.Range3d()
    for prim in stage.Traverse(Usd.TraverseInstanceProxies()):
        if prim.IsA(UsdGeom.Gprim):
            box.UnionWith(boxes.ComputeWorldBound(prim).ComputeAlignedRange())
    size = np.array(box.GetSize(), np.float64) * UsdGeom.GetStageMetersPerUnit(stage)
    return _turned("y" if UsdGeom.GetStageUpAxis(stage) == "Y" else "z", size)


def _turned(up: UpAxis, size: Any) -> FloatArray:
    """Return a box's size once `up` is turned to Z."""
    turned: FloatArray = np.abs(ZUP_FROM[up]) @ np.asarray(size, np.float64)
    return turned


_OTHERS: dict[str, Callable[[Path, Asset], FloatArray | None]] = {
    "URDF": _urdf_size_m,
    "MJCF": _mjcf_size_m,
    "glTF": _gltf_size_m,
    "USD": _usd_size_m,
}

if __name__ == "__main__":
    main()
