"""Make frames of a dataset again, and see whether they are what is on disk.

Unlike the rest of validation this needs the renderer, and the files that the recipe names.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from sdg.errors import RecipeError, SdgError
from sdg.foundation.digest import digest_bytes, digest_file
from sdg.recipe.load import load_recipe
from sdg.recipe.model import Recipe
from sdg.render.api import Device, RendererName
from sdg.validate.findings import Findings
from sdg.write.dataset import Dataset
from sdg.write.layout import MANIFEST, RECIPE, frame_stem
from sdg.write.spec import DatasetSpec

# On another device or with other libraries, pixels differ where rays graze edges, and noise differs everywhere.
_LABEL_SHARE = 1e-3
_DEPTH_STEPS, _DEPTH_SHARE = 2, 5e-3
_RGB_MEAN, _RGB_SPREAD = 2.0, 8.0


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
        manifest = json.loads((folder / MANIFEST).read_bytes())
        recipe = _recipe(folder, manifest)
        frames = _chosen(folder, str(manifest["recipe"]["sha256"]), count)
        first = _record(folder, frames[0])["renderer"]
        renderer, device = _renderer(first)
        return _compare(folder, recipe, frames, renderer, device, findings, advance)
    except RecipeError as error:
        fault = error.diagnostics[0]
        findings.add("V904", file=RECIPE, expected="the recipe, as it was run", found=f"{fault.code}: {fault.message}")
    except SdgError as error:
        findings.add("V904", expected="the renderer that made it", found=str(error).splitlines()[0])
    except _Unusable as error:
        findings.add("V904", expected=error.expected, found=error.found)
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        findings.add("V904", expected="manifest and records of sdg", found=f"{type(error).__name__}: {error}")
    return Rerendered(())


class _Unusable(Exception):
    def __init__(self, expected: str, found: str) -> None:
        super().__init__(expected, found)
        self.expected, self.found = expected, found


def _recipe(folder: Path, manifest: Mapping[str, Any]) -> Recipe:
    from sdg.stage.file_digests import digest_files

    if "merged_from" in manifest:
        raise _Unusable("a dataset of one recipe", "a merged one; look at its sources instead")
    told = manifest["recipe"]
    recipe = load_recipe(folder / RECIPE, [*told["overrides"], f"seed={manifest['seed']}"])
    if told["files_sha256"] and digest_files(recipe) != told["files_sha256"]:
        raise _Unusable("the files that the recipe names, as they were", "others")
    return recipe


def _chosen(folder: Path, salt: str, count: int) -> list[int]:
    found = [int(path.stem) for path in (folder / "frames").glob("*.json")]
    return sorted(sorted(found, key=lambda index: digest_bytes(f"{salt} {index}".encode()))[:count])


def _renderer(told: Mapping[str, Any]) -> tuple[RendererName, Device]:
    name = told["name"]
    if name not in ("mitsuba", "replicator"):
        raise _Unusable("a renderer of sdg", str(name))
    return name, "cpu" if str(told["device_kind"]).startswith("cpu") else "auto"


def _compare(
    folder: Path,
    recipe: Recipe,
    frames: Sequence[int],
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
        for frame_index in frames:
            dataset.add(pipeline.frame(frame_index))
            before, after = _record(folder, frame_index), _record(Path(scratch), frame_index)
            place = dataset.layout.record(frame_index)
            differing = [
                f"{name} {before[name]} there, {after[name]} here"
                for name in ("renderer", "versions")
                if before[name] != after[name]
            ]
            if differing:
                exact = False
                findings.add("V903", file=place, expected="the same device and versions", found="; ".join(differing))
                _compare_loosely(folder, Path(scratch), before, after, place, findings)
            else:
                _compare_bytes(folder, Path(scratch), after, place, findings)
            advance(1)
    return Rerendered(tuple(frames), "bytes" if exact else "tolerances")


def _record(folder: Path, frame_index: int) -> dict[str, Any]:
    return dict(json.loads((folder / "frames" / f"{frame_stem(frame_index)}.json").read_bytes()))


def _files(record: Mapping[str, Any]) -> dict[str, str]:
    """Return every file of a frame, and what it shows."""
    return {file["path"]: annotator for view in record["cameras"].values() for annotator, file in view["files"].items()}


def _compare_bytes(folder: Path, scratch: Path, record: Mapping[str, Any], place: str, findings: Findings) -> None:
    for path in (*_files(record), place):
        there, here = (digest_file(root / path) for root in (folder, scratch))
        if there != here:
            findings.add("V901", file=path, expected=f"digest {here}", found=there)


def _compare_loosely(
    folder: Path,
    scratch: Path,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    place: str,
    findings: Findings,
) -> None:
    if before["scene_info"]["drawn"] != after["scene_info"]["drawn"]:
        findings.add("V902", file=place, expected="the draws of this recipe, seed and frame", found="others")
    for path, annotator in _files(after).items():
        if path.endswith(".npy"):
            continue
        there, here = _picture(folder / path), _picture(scratch / path)
        said = "another size" if there.shape != here.shape else _difference(annotator, there, here)
        if said:
            findings.add("V902", file=path, expected="the same picture within tolerances", found=said)


def _difference(annotator: str, there: Any, here: Any) -> str:
    """Say by how much two pictures differ, if by too much."""
    if annotator in ("semantic_segmentation", "instance_segmentation"):
        share = float(np.mean(there != here))
        return f"other labels in {share:.2%} of pixels" if share > _LABEL_SHARE else ""
    if annotator == "depth":
        share = float(np.mean(np.abs(there - here) > _DEPTH_STEPS))
        return f"another depth in {share:.2%} of pixels" if share > _DEPTH_SHARE else ""
    if annotator == "rgb":
        shift, spread = abs(float(there.mean() - here.mean())), float(np.abs(there - here).mean())
        if shift > _RGB_MEAN or spread > _RGB_SPREAD:
            return f"colours {shift:.1f} brighter or darker, {spread:.1f} apart"
    return ""


def _picture(file: Path) -> Any:
    import cv2

    found = cv2.imdecode(np.frombuffer(file.read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED)
    if found is None:
        raise ValueError(f"{file.name} can't be decoded")
    return found.astype(np.int64)
