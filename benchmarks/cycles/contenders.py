"""The two renderers of the race, each asked for a picture of a stage at some setting, with the time that it took."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from benchmarks.cycles.engine import Cycles, CyclesSettings
from benchmarks.scenes import Bench
from sdg.foundation.arrays import Float32Array
from sdg.render.api import Renderer
from sdg.stage.model import RenderSettings, Stage

# Of warehouse: racks without a lamp and drums, and a hall with its lamps in view, of twice the luminance. Of the
# office: a low sun beside lamps, and a high one with six times the sky on another floor.
FRAMES = {"warehouse": (2, 5), "indoor_office": (0, 7)}
_MOST_SAMPLES = 8192
_LEAST_SAMPLES = 4  # of adaptive sampling before the denoiser


@dataclass(frozen=True)
class Setting:
    """How a picture is sampled.

    Attributes:
        effort: Samples per pixel; of adaptive sampling 1 / threshold squared, which samples go with.
        denoise: Whether the picture is denoised.
        light_tree: Of Cycles: whether lights are chosen by a tree.
        pattern: Of Cycles: where samples fall.
        adaptive: Of Cycles: whether pixels end when they are good enough.
        static_bvh: Of Cycles: one tree over all triangles.
    """

    effort: float
    denoise: bool
    light_tree: bool = True
    pattern: str = "TABULATED_SOBOL"
    adaptive: bool = False
    static_bvh: bool = False

    def at(self, effort: float) -> Setting:
        """Return the same with another effort."""
        return replace(self, effort=effort)

    def words(self) -> str:
        """Return what there is to say of Cycles' side."""
        amount = f"threshold {self.effort**-0.5:.4f}" if self.adaptive else f"{self.effort:.0f} spp"
        tree = "light tree" if self.light_tree else "no light tree"
        return f"{amount}, {tree}, {self.pattern.lower()}{', static BVH' if self.static_bvh else ''}"


@dataclass(frozen=True)
class Case:
    """A recipe at a resolution, through a plain pinhole as wide as the recipe's own lens."""

    recipe: Path
    frames: tuple[int, ...]
    resolution: tuple[int, int]
    overrides: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.recipe.stem} {self.resolution[0]}x{self.resolution[1]}"

    def bench(self) -> Bench:
        """Open our renderer for it."""
        width, height = self.resolution
        changes = [f"cameras.0.resolution=[{width}, {height}]"]
        if self.recipe.stem == "warehouse":
            changes.append(f"cameras.0.lens={{pinhole: {{fx: {0.75 * width}}}}}")
        return Bench(self.recipe, [*changes, *self.overrides], "cpu")


@dataclass(frozen=True, eq=False)
class Picture:
    """A finished picture.

    Attributes:
        radiance: Linear sRGB in nits, shape (H, W, 3), float32.
        seconds: From the changed world to this.
        extra_seconds: Of which the renderer needs this for labels (ours), or needed besides for files (Cycles).
        denoise_seconds: Of the denoiser; None where it can't be told.
    """

    radiance: Float32Array
    seconds: float
    extra_seconds: float
    denoise_seconds: float | None


class Contender(Protocol):
    """A renderer in the race."""

    name: str

    def picture(self, stage: Stage, setting: Setting, seed: int) -> Picture:
        """Render the only camera of a stage."""
        ...


class Ours:
    """Our renderer: scene update, labels, rays, denoiser; `seconds` is all of that."""

    name = "ours"

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    def picture(self, stage: Stage, setting: Setting, seed: int) -> Picture:
        """Render the only camera of a stage."""
        settings = RenderSettings(round(setting.effort), stage.settings.max_depth, setting.denoise)
        started = time.perf_counter()
        rendered = self._renderer.render(replace(stage, settings=settings, seed=seed))
        seconds = time.perf_counter() - started
        (view,) = rendered.views.values()
        return Picture(view.radiance, seconds, rendered.seconds["labels"], rendered.seconds["denoise"])


class Theirs:
    """Cycles: what Blender needs to take in the changes, and its rendering until the picture stands in memory."""

    name = "cycles"

    def __init__(self, cycles: Cycles, exposure: float) -> None:
        self._cycles, self._exposure = cycles, exposure

    def picture(self, stage: Stage, setting: Setting, seed: int) -> Picture:
        """Render the only camera of a stage."""
        made = self._cycles.render(
            stage,
            CyclesSettings(
                spp=_MOST_SAMPLES if setting.adaptive else round(setting.effort),
                seed=seed,
                denoise=setting.denoise,
                prefilter="FAST",
                denoiser_quality="FAST",
                light_tree=setting.light_tree,
                adaptive_threshold=setting.effort**-0.5 if setting.adaptive else 0.0,
                adaptive_least=_LEAST_SAMPLES if setting.denoise else 0,
                pattern=setting.pattern,
                static_bvh=setting.static_bvh,
                exposure=self._exposure,
            ),
        )
        (radiance,) = made.radiance.values()
        seconds = made.seconds
        return Picture(radiance, seconds["sync"] + seconds["render"], seconds["read"] + seconds["write"], None)
