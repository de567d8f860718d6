"""What a script says of its frames as a whole, gathered from them one after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sdg.camera.optics import Optics
from sdg.stage.model import Camera, Light, Stage


class Overview:
    """The frames in a few words.

    Attributes:
        things: Prims of everything that is countable, in any frame.
        lit: Each light as it is first lit, in that order, with what that frame has drawn.
        cameras: Width and height [px] of each camera that is in any frame, in the order in which they first are.
        misses_cameras: Whether some frame lacks one of them: what it is mounted on may be missing.
        frame_count: How many frames there are.
    """

    def __init__(self) -> None:
        self.things: set[str] = set()
        self.lit: dict[str, tuple[Light, Mapping[str, object]]] = {}
        self.cameras: dict[str, tuple[int, int]] = {}
        self.frame_count = 0
        self.misses_cameras = False
        self._first: Stage | None = None
        self._lacks: set[str] = set()

    @property
    def first(self) -> Stage:
        """The first frame."""
        assert self._first is not None, "there is no frame"
        return self._first

    @property
    def lacks(self) -> Sequence[str]:
        """What frames have and neither the stage nor the script, in words."""
        return [word for word in _LACKS if word in self._lacks]

    def absent_cameras(self, stage: Stage) -> tuple[str, ...]:
        """Return which of the cameras so far are not in a frame."""
        present = {camera.prim_path for camera in stage.cameras}
        return tuple(sorted(self.cameras.keys() - present))

    def add(self, stage: Stage) -> None:
        """Take a frame in."""
        known = len(self.cameras)
        for camera in stage.cameras:
            self.cameras.setdefault(camera.prim_path, camera.lens.resolution)
        is_late = self.frame_count > 0 and len(self.cameras) > known
        self.misses_cameras |= is_late or len(stage.cameras) < len(self.cameras)
        self._first = self._first or stage
        self.frame_count += 1
        self.things.update(body.prim_path for body in stage.bodies if body.is_thing)
        for light in stage.lights:
            self.lit.setdefault(light.prim_path, (light, stage.drawn))
        if stage.moves:
            self._lacks.add(_MOTION)
        for camera in stage.cameras:
            self._lacks.update(word for word, is_lacking in zip(_LACKS, _lacking(camera), strict=True) if is_lacking)


_MOTION = "motion while the shutter is open"
_LACKS = ("exposure", "sensors", "optics", "depth sensors and depth noise", _MOTION, "rolling shutters")


def _lacking(camera: Camera) -> Sequence[bool]:
    """Return which of `_LACKS` a camera asks for."""
    return (
        camera.exposure.mode == "manual",
        camera.sensor is not None,
        camera.optics != Optics(),
        bool(camera.depth_sensor or camera.depth_noise),
        camera.motion is not None and not camera.motion.is_rest,
        camera.line_time_s > 0,
    )
