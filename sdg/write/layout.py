"""Where everything in a dataset stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sdg.write.spec import DatasetSpec

# The folder and ending of each annotator that has files of its own; the others live in the frame records.
ANNOTATOR_FILES: dict[str, tuple[str, str]] = {
    "rgb": ("rgb", "png"),
    "depth": ("depth", "png"),
    "semantic_segmentation": ("semantic", "png"),
    "instance_segmentation": ("instance", "png"),
    "part_segmentation": ("part", "png"),
    "distance_to_image_plane": ("distance_to_image_plane", "npy"),
    "distance_to_camera": ("distance_to_camera", "npy"),
    "normals": ("normals", "npy"),
    "motion_vectors": ("motion_vectors", "npy"),
    "pointcloud": ("pointcloud", "ply"),
}
PANOPTIC = "panoptic"
CALIBRATION = "calibration"
RAW = "raw"

RECIPE = "recipe.yaml"
GRAPH = "graph.json"
SOURCES = "sources"
MANIFEST = "manifest.json"
REPORT = "report.html"
SEMANTIC_LABELS = "semantic/labels.json"
INSTANCES_JSON = "annotations/instances.json"
PANOPTIC_JSON = "annotations/panoptic.json"


@dataclass(frozen=True)
class DatasetLayout:
    """Paths of one dataset, relative to its folder and with forward slashes; `folder` itself is never recorded."""

    folder: Path
    spec: DatasetSpec

    def absolute(self, path: str) -> Path:
        """Return where a relative path is on this machine."""
        return self.folder / path

    def record(self, frame_index: int) -> str:
        """Return the path of a frame's record; a frame exists once this file does."""
        return f"frames/{frame_stem(frame_index)}.json"

    def view_files(self, frame_index: int, camera: str) -> dict[str, str]:
        """Return the path of every file of one picture, by annotator, in the order they are written.

        COCO needs the picture itself and the panoptic ids, so with COCO on both are there without being listed.
        """
        spec = self.spec
        paths = {
            annotator: f"{folder}/{self.view_stem(frame_index, camera)}.{ending}"
            for annotator, (folder, ending) in ANNOTATOR_FILES.items()
            if spec.asks_for(annotator) or (spec.coco and annotator == "rgb")
        }
        if any(shape.raw for shape in spec.cameras if shape.name == camera):
            paths[RAW] = f"raw/{self.view_stem(frame_index, camera)}.png"
        if spec.coco:
            paths[PANOPTIC] = f"annotations/panoptic/{self.view_stem(frame_index, camera)}.png"
        return paths

    def frame_files(self, frame_index: int) -> list[str]:
        """Return the path of every file of one frame, its record last."""
        views = (self.view_files(frame_index, shape.name) for shape in self.spec.cameras)
        return [*(path for files in views for path in files.values()), self.record(frame_index)]

    def view_stem(self, frame_index: int, camera: str) -> str:
        """Return `000000`, or `<camera>/000000` where the recipe has several cameras."""
        stem = frame_stem(frame_index)
        return f"{camera}/{stem}" if len(self.spec.cameras) > 1 else stem

    def dataset_files(self) -> list[str]:
        """Return the paths of the files that belong to no frame, but for the manifest, which names them all."""
        numbers = range(len(self.spec.merged_from))
        paths = [source_file(number, name) for number in numbers for name in (RECIPE, GRAPH)] or [RECIPE, GRAPH]
        if self.spec.asks_for("semantic_segmentation"):
            paths.append(SEMANTIC_LABELS)
        if self.spec.coco:
            paths += [INSTANCES_JSON, PANOPTIC_JSON]
        return paths


def source_file(number: int, name: str) -> str:
    """Return where a merged dataset keeps `RECIPE` or `GRAPH` of one of its sources, counted from 0."""
    return f"{SOURCES}/{number:03d}/{name}"


def frame_stem(frame_index: int) -> str:
    """Return a frame's index in six digits, or more where it has more."""
    return f"{frame_index:06d}"
