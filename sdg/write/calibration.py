"""Calibration files of each camera whose lens is the same in every frame, for programs that read such files.

Where a format has no such model, its file is missing; a lens that is drawn anew in each frame has none at all. A
stereo pair's geometry is in them where its baseline is the same in every frame. The frame records know every lens and
pair.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sdg.camera.calibration.kalibr_file import kalibr_text
from sdg.camera.calibration.opencv_file import opencv_text
from sdg.camera.calibration.ros_file import ros_text
from sdg.camera.intrinsics import lens_of_intrinsics
from sdg.write.atomic import storage_errors, write_atomically
from sdg.write.layout import CALIBRATION, DatasetLayout

_FORMATS = ("opencv", "ros", "kalibr", "stereo.kalibr")


class CalibrationAssembly:
    """The calibration files of a dataset; learns from frame records which lenses and stereo pairs stay the same."""

    def __init__(self, layout: DatasetLayout) -> None:
        self._layout = layout
        self._intrinsics: dict[str, Mapping[str, Any]] = {}
        self._pairs: dict[str, Mapping[str, Any]] = {}
        self._changing: set[str] = set()
        self._changing_pairs: set[str] = set()

    def add(self, record: Mapping[str, Any]) -> None:
        """Look at one frame's cameras."""
        for name, view in record["cameras"].items():
            if self._intrinsics.setdefault(name, view["intrinsics"]) != view["intrinsics"]:
                self._changing.add(name)
            if "stereo" in view and self._pairs.setdefault(name, view["stereo"]) != view["stereo"]:
                self._changing_pairs.add(name)

    def finish(self) -> list[str]:
        """Write the files, remove those that no longer hold, and return the paths of what is there."""
        written = []
        for shape in self._layout.spec.cameras:
            texts = {} if shape.name in self._changing else self._texts(shape.name)
            for kind in _FORMATS:
                path = f"{CALIBRATION}/{shape.name}.{kind}.yaml"
                absolute = self._layout.absolute(path)
                if text := texts.get(kind):
                    write_atomically(absolute, text.encode())
                    written.append(path)
                else:
                    with storage_errors(absolute):
                        absolute.unlink(missing_ok=True)
        return written

    def _texts(self, camera: str) -> dict[str, str | None]:
        if camera not in self._intrinsics:
            return {}
        lens = lens_of_intrinsics(self._intrinsics[camera])
        pair = None if camera in self._changing_pairs else self._pairs.get(camera)
        # Both eyes have the same lens and look in the same direction: the pair is rectified as it stands.
        baseline_m = pair["baseline_m"] if pair is not None and pair["right"] == camera else 0.0
        texts = {
            "opencv": opencv_text(lens),
            "ros": ros_text(lens, camera, baseline_m),
            "kalibr": kalibr_text({"cam0": lens}),
        }
        if pair is not None and pair["left"] == camera:
            texts["stereo.kalibr"] = kalibr_text({"cam0": lens, "cam1": lens}, pair["baseline_m"])
        return texts
