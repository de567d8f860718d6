"""Calibration files of each camera whose lens is the same in every frame, for programs that read such files.

Where a format has no such model, its file is missing; a lens that is drawn anew in each frame has none at all. The
frame records know every lens.
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

_FORMATS = ("opencv", "ros", "kalibr")


class CalibrationAssembly:
    """The calibration files of a dataset; learns from frame records which lenses stay the same."""

    def __init__(self, layout: DatasetLayout) -> None:
        self._layout = layout
        self._intrinsics: dict[str, Mapping[str, Any]] = {}
        self._changing: set[str] = set()

    def add(self, record: Mapping[str, Any]) -> None:
        """Look at one frame's cameras."""
        for name, view in record["cameras"].items():
            if self._intrinsics.setdefault(name, view["intrinsics"]) != view["intrinsics"]:
                self._changing.add(name)

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
        return {"opencv": opencv_text(lens), "ros": ros_text(lens, camera), "kalibr": kalibr_text({"cam0": lens})}
