"""Draws frames of a recipe quickly, camera by camera, and keeps its renderer when the recipe changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sdg.errors import AssetError, RecipeError
from sdg.foundation.arrays import UInt8Array
from sdg.pipeline import Pipeline, check
from sdg.preview.shot import Shot, build_shot
from sdg.recipe.model import Recipe
from sdg.render.api import Device
from sdg.stage.categories import categories
from sdg.stage.model import Stage

# Samples per pixel: as few as a denoiser can make something of, and those of `quality: low`.
DRAFT_SPP = 1
PREVIEW_SPP = 4


@dataclass(frozen=True, eq=False)
class Scene:
    """A frame that is placed and not yet drawn."""

    recipe: Recipe
    stage: Stage

    @property
    def cameras(self) -> tuple[str, ...]:
        """Names of the cameras that take a picture in this frame."""
        return tuple(camera.name for camera in self.stage.cameras)


class Studio:
    """Makes pictures of one recipe after another; a renderer runs once a recipe has been shown. Must be closed."""

    def __init__(self, device: Device = "auto") -> None:
        self._device = device
        self._pipeline: Pipeline | None = None

    def scene(self, recipe: Recipe, frame_index: int) -> Scene:
        """Draw and place a frame; sets up a renderer, or keeps the one that there is.

        Raises:
            RecipeError: The recipe, or what it names, can't be used; with every fault in what it names.
            BackendUnavailable: No renderer runs here.
        """
        try:
            if self._pipeline is None or self._pipeline.recipe is not recipe:
                self._pipeline = Pipeline(recipe, device=self._device, predecessor=self._pipeline)
            return Scene(recipe, self._pipeline.stage(frame_index))
        except (AssetError, RecipeError):
            check(recipe)  # knows the line, and every other fault
            raise

    def first_picture(self, scene: Scene) -> UInt8Array | None:
        """Return a draft of the first camera's picture, shape (H, W, 3), uint8; None if no camera takes one."""
        if not scene.stage.cameras:
            return None
        camera = scene.stage.cameras[0]
        frame = self._running().photograph(_draft(replace(scene.stage, cameras=(camera,)), DRAFT_SPP))
        return frame.views[camera.name].rgb

    def shots(self, scene: Scene, spp: int = PREVIEW_SPP) -> Iterator[Shot]:
        """Yield what each camera sees, as soon as it is drawn.

        Raises:
            RenderError: A picture could not be made.
        """
        known = categories(scene.recipe)
        for camera in scene.stage.cameras:
            stage = _draft(replace(scene.stage, cameras=(camera,)), spp)
            frame = self._running().photograph(stage)
            yield build_shot(frame, frame.views[camera.name], known, stage.settings.spp)

    def close(self) -> None:
        """Give the renderer's device back."""
        if self._pipeline is not None:
            self._pipeline.close()
            self._pipeline = None

    def _running(self) -> Pipeline:
        assert self._pipeline is not None, "a scene comes first"
        return self._pipeline


def _draft(stage: Stage, spp: int) -> Stage:
    """Return a stage to be traced with at most so many samples, and denoised."""
    settings = stage.settings
    return replace(stage, settings=replace(settings, spp=min(spp, settings.spp), denoise=True))
