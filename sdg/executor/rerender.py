"""Make frames of a dataset again, and see whether they are what is on disk.

Unlike the rest of validation this needs the renderer, and the files that the recipe names.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from sdg.dataset.model import DAMAGE
from sdg.errors import RecipeError, SdgError
from sdg.foundation.digest import digest_bytes, digest_file
from sdg.recipe.load import load_recipe
from sdg.recipe.model import Recipe
from sdg.render.api import Device, RendererName
from sdg.validate.array_files import BrokenArray, read_array
from sdg.validate.findings import Findings
from sdg.validate.folder import Folder, RefusedPath
from sdg.validate.points import read_points
from sdg.write.dataset import Dataset
from sdg.write.layout import MANIFEST, RECIPE, frame_stem
from sdg.write.spec import DatasetSpec

# On another device or with other libraries, pixels differ where rays graze edges, and noise differs everywhere.
_LABELS = ("semantic_segmentation", "instance_segmentation", "part_segmentation", "panoptic")
_LABEL_SHARE = 1e-3
# Millimetres, metres, parts of a unit vector and pixels that numbers may be apart, and how many may be further.
_STEPS = {
    "depth": 2.0,
    "distance_to_image_plane": 2e-3,
    "distance_to_camera": 2e-3,
    "normals": 0.02,
    "motion_vectors": 0.5,
}
_STEP_SHARE = 5e-3
_RGB_MEAN, _RGB_SPREAD = 2.0, 8.0
# Of a sensor's own numbers, as shares of the largest: noise stands out before anything evens it.
_RAW_MEAN, _RAW_SPREAD = 0.01, 0.05
# A cloud has a point for each pixel of a class, so by its labels' share more or fewer. Of its coordinates, these
# quantiles may be so far apart [m].
_QUANTILES, _QUANTILE_M = (0.1, 0.3, 0.5, 0.7, 0.9), 0.01


@dataclass(frozen=True)
class Rerendered:
    """What was made again.

    Attributes:
        frames: Which frames.
        compared: Whether every byte had to be the same, or pixels within tolerances.
    """

    frames: tuple[int, ...]
    compared: Literal["bytes", "tolerances"] = "bytes"

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"frames": list(self.frames), "compared": self.compared}


def rerender(
    folder: Path, count: int, findings: Findings, advance: Callable[[int], None] = lambda _: None
) -> Rerendered:
    """Make frames of a finished dataset again, and add what differs to the findings.

    On the same kind of device with the same versions, every byte has to be the same; else labels, depth and pictures
    have to agree within tolerances, and draws exactly.

    Args:
        folder: The dataset.
        count: How many frames; they are chosen by digest, so the same ones each time.
        findings: Where V901 to V904 go.
        advance: Told that a frame is done, with 1.
    """
    try:
        recipe, records = _read(folder, count)
        renderer, device = _renderer(next(iter(records.values())).renderer)
        return _compare(folder, recipe, records, renderer, device, findings, advance)
    except RecipeError as error:
        fault = error.diagnostics[0]
        findings.add("V904", file=RECIPE, expected="the recipe, as it was run", found=f"{fault.code}: {fault.message}")
    except SdgError as error:
        findings.add("V904", expected="the renderer that made it", found=str(error).splitlines()[0])
    except _Unusable as error:
        findings.add("V904", expected=error.expected, found=error.found)
    return Rerendered(())


class _Unusable(Exception):
    def __init__(self, expected: str, found: str) -> None:
        super().__init__(expected, found)
        self.expected, self.found = expected, found


def _read(folder: Path, count: int) -> tuple[Recipe, dict[int, _Record]]:
    """Return the recipe, and the records of the frames that are to be made again.

    Raises:
        _Unusable: Manifest or records are not what they should be, or the recipe's files are others.
        SdgError: The recipe can't be used.
    """
    from sdg.stage.file_digests import digest_files

    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        if "merged_from" in manifest:
            raise _Unusable("a dataset of one recipe", "a merged one; look at its sources instead")
        told, seed = manifest["recipe"], manifest["seed"]
        files_sha256, overrides = str(told["files_sha256"]), [str(text) for text in told["overrides"]]
        records = {index: _record(folder, index) for index in _chosen(folder, str(told["sha256"]), count)}
    except (OSError, *DAMAGE, RecursionError) as error:
        found = f"{type(error).__name__}: {error}"
        raise _Unusable("manifest and records of sdg", found) from None
    if not records:
        raise _Unusable("frames", "none")
    recipe = load_recipe(folder / RECIPE, [*overrides, f"seed={seed}"])
    if files_sha256 and digest_files(recipe) != files_sha256:
        raise _Unusable("the files that the recipe names, as they were", "others")
    return recipe, records


def _chosen(folder: Path, salt: str, count: int) -> list[int]:
    found = [int(path.stem) for path in (folder / "frames").glob("*.json")]
    return sorted(sorted(found, key=lambda index: digest_bytes(f"{salt} {index}".encode()))[:count])


def _renderer(told: Mapping[str, Any]) -> tuple[RendererName, Device]:
    name = told.get("name")
    if name not in ("mitsuba", "replicator"):
        raise _Unusable("a renderer of sdg", str(name))
    return name, "cpu" if str(told.get("device_kind")).startswith("cpu") else "auto"


def _compare(
    folder: Path,
    recipe: Recipe,
    records: Mapping[int, _Record],
    renderer: RendererName,
    device: Device,
    findings: Findings,
    advance: Callable[[int], None],
) -> Rerendered:
    from sdg.pipeline import Pipeline
    from sdg.stage.categories import categories

    exact = True
    with tempfile.TemporaryDirectory() as scratch, Pipeline(recipe, renderer=renderer, device=device) as pipeline:
        dataset = Dataset(Path(scratch), DatasetSpec.of_recipe(recipe, categories(recipe)))
        for frame_index, before in records.items():
            dataset.add(pipeline.frame(frame_index))
            after = _record(Path(scratch), frame_index)
            place = dataset.layout.record(frame_index)
            differing = [
                f"{name} {there} there, {here} here"
                for name, there, here in (
                    ("renderer", before.renderer, after.renderer),
                    ("versions", before.versions, after.versions),
                )
                if there != here
            ]
            if differing:
                exact = False
                findings.add("V903", file=place, expected="the same device and versions", found="; ".join(differing))
                _compare_loosely(folder, Path(scratch), before, after, place, findings)
            else:
                _compare_bytes(folder, Path(scratch), after, place, findings)
            advance(1)
    return Rerendered(tuple(records), "bytes" if exact else "tolerances")


@dataclass(frozen=True)
class _Record:
    """What is needed of a frame record: who made it, what was drawn, and what each file shows, by its path."""

    renderer: Mapping[str, Any]
    versions: Any
    drawn: Any
    files: Mapping[str, str]


def _record(folder: Path, frame_index: int) -> _Record:
    record = json.loads((folder / "frames" / f"{frame_stem(frame_index)}.json").read_bytes())
    files = {
        str(file["path"]): annotator for view in record["cameras"].values() for annotator, file in view["files"].items()
    }
    return _Record(dict(record["renderer"]), record["versions"], record["scene_info"]["drawn"], files)


def _compare_bytes(folder: Path, scratch: Path, record: _Record, place: str, findings: Findings) -> None:
    for path in (*record.files, place):
        here = digest_file(scratch / path)
        there = _digest(folder, path)
        if there != here:
            findings.add("V901", file=path, expected=f"digest {here}", found=there)


def _digest(folder: Path, path: str) -> str:
    """Return the digest of a file of the dataset, or that it can't be read; nothing outside of it is."""
    try:
        return hashlib.sha256(Folder(folder).read(path)).hexdigest()
    except RefusedPath:
        return "no file that can be read"


def _compare_loosely(
    folder: Path, scratch: Path, before: _Record, after: _Record, place: str, findings: Findings
) -> None:
    if before.drawn != after.drawn:
        findings.add("V902", file=place, expected="the draws of this recipe, seed and frame", found="others")
    for path, annotator in after.files.items():
        there, here = _content(folder, path), _content(scratch, path)
        assert here is not None
        said = "nothing that can be decoded" if there is None else _difference(annotator, there, here)
        if said:
            findings.add("V902", file=path, expected="the same within tolerances", found=said)


def _difference(annotator: str, there: Any, here: Any) -> str:
    """Say by how much two pictures, arrays or clouds differ, if by too much."""
    if annotator == "pointcloud":
        return _other_cloud(there, here)
    if there.shape != here.shape:
        return "another size"
    if annotator in _LABELS:
        differs = (there != here).reshape(*there.shape[:2], -1).any(axis=-1)
        share = float(np.mean(differs))
        return f"other labels in {share:.2%} of pixels" if share > _LABEL_SHARE else ""
    if annotator in ("rgb", "raw"):
        shift, spread = abs(float(there.mean() - here.mean())), float(np.abs(there - here).mean())
        largest = float(here.max(initial=0.0))
        most = (_RGB_MEAN, _RGB_SPREAD) if annotator == "rgb" else (_RAW_MEAN * largest, _RAW_SPREAD * largest)
        if shift > most[0] or spread > most[1]:
            return f"colours {shift:.1f} brighter or darker, {spread:.1f} apart"
        return ""
    step = _STEPS[annotator]
    with np.errstate(invalid="ignore"):  # infinite where nothing was hit, NaN where there is no motion
        apart = ~(np.abs(there - here) <= step) & (there != here) & ~(np.isnan(there) & np.isnan(here))
    share = float(np.mean(apart))
    return f"other values in {share:.2%} of pixels" if share > _STEP_SHARE else ""


def _other_cloud(there: Any, here: Any) -> str:
    """Say how a cloud's points differ, shape (N, 3) and (M, 3) [m], if by too much."""
    if abs(len(there) - len(here)) > _LABEL_SHARE * max(len(here), 1):
        return f"{len(there)} points in the place of {len(here)}"
    if not len(there) or not len(here):
        return ""
    apart = float(np.abs(np.quantile(there, _QUANTILES, axis=0) - np.quantile(here, _QUANTILES, axis=0)).max())
    return f"points elsewhere, by {apart:.3f} m" if not apart <= _QUANTILE_M else ""


def _content(folder: Path, path: str) -> Any:
    """Return what a picture or array holds, or a cloud's points, as numbers; None if it can't be decoded."""
    import cv2

    try:
        raw = Folder(folder).read(path)
        if path.endswith(".npy"):
            return read_array(raw).astype(np.float64)
        if path.endswith(".ply"):
            points = read_points(raw)
            return np.stack([points[axis] for axis in "xyz"], axis=1).astype(np.float64)
        found = cv2.imdecode(np.frombuffer(raw, np.uint8), cv2.IMREAD_UNCHANGED)
    except (RefusedPath, BrokenArray, cv2.error):
        return None
    return None if found is None else found.astype(np.float64)
