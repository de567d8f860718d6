"""Intrinsics for formats that know a camera by K alone."""

from __future__ import annotations

import numpy as np

from sdg.dataset.model import DatasetView
from sdg.errors import UsageError
from sdg.export.model import ExportPlan
from sdg.foundation.arrays import FloatArray

# From the corner of the top-left pixel, as our files count, to its centre, as OpenCV does.
_CORNER_TO_CENTRE_PX = 0.5


def pinhole_matrix(view: DatasetView, plan: ExportPlan, format_name: str) -> FloatArray:
    """Return K [px], shape (3, 3), with the origin at the centre of the top-left pixel.

    Raises:
        UsageError: The lens is no pinhole, or bends lines and the plan doesn't allow that.
    """
    intrinsics = view.record.get("intrinsics")
    if intrinsics is None:
        raise UsageError(
            f"{format_name} needs camera parameters, and {plan.dataset.path} has none",
            "export from the dataset's folder; COCO files go to yolo and webdataset",
        )
    if intrinsics["model"] != "opencv_pinhole":
        raise UsageError(
            f"{format_name} knows pinhole lenses only; camera {view.camera} has the model {intrinsics['model']}",
            f"choose other cameras with --camera, or another format than {format_name}",
        )
    if any(intrinsics["distortion"]) and not plan.allow_distortion:
        raise UsageError(
            f"{format_name} knows no lens distortion; camera {view.camera} has some in frame {view.frame_index}",
            "choose other cameras with --camera, or leave the distortion out with --allow-distortion: "
            "pictures and masks stay bent, and what K projects misses them",
        )
    matrix = np.array(intrinsics["K"], dtype=np.float64)
    matrix[:2, 2] -= _CORNER_TO_CENTRE_PX
    return matrix


def is_distorted(view: DatasetView) -> bool:
    """Return whether the lens of a pinhole camera bends lines."""
    return any(view.record["intrinsics"]["distortion"])
