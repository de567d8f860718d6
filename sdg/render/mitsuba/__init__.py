"""The embedded path tracer: Mitsuba 3 on any CPU, or on an NVIDIA GPU.

Takes a `StagePlan` once, then a `Stage` per frame. Gives a `RenderedFrame`. Promises that a frame's bytes depend on
that frame alone, on one kind of device. Never rebuilds its scene, and never imports Mitsuba before it is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from sdg.render.mitsuba.run import RendererMitsuba
    from sdg.stage.model import StagePlan

Device = Literal["auto", "cpu", "cuda"]


def create_renderer(plan: StagePlan, *, device: Device = "auto", threads: int | None = None) -> RendererMitsuba:
    """Build the persistent scene for a plan.

    Args:
        plan: What bounds every frame.
        device: `cpu`, `cuda`, or `auto`: the GPU where one works, else the CPU.
        threads: CPU threads to use; None uses every core. Never changes a byte.

    Raises:
        BackendUnavailable: The device, or a library that it needs, is missing; says what cures it.
    """
    from sdg.render.mitsuba.backend import start_backend

    start_backend(device, threads)
    from sdg.render.mitsuba.run import RendererMitsuba

    return RendererMitsuba(plan, threads=threads)
