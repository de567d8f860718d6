"""A preview in files: the first picture as soon as there is one, then the contact sheet and the page."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from sdg.errors import UsageError
from sdg.executor.interrupt import terminate_as_interrupt
from sdg.foundation.diagnostic import Diagnostic
from sdg.preview.describe import describe_fault, describe_scene, describe_shot
from sdg.preview.folder import FIRST, PAGE, SHEET, default_folder, prepare_folder
from sdg.preview.studio import Studio
from sdg.recipe.model import Recipe
from sdg.render.api import Device
from sdg.write.atomic import write_atomically
from sdg.write.encode import encode_rgb

Tell = Callable[[str], None]


def make_preview(
    recipe: Recipe,
    folder: Path | None,
    *,
    frame_count: int,
    device: Device = "auto",
    tell: Tell,
    note: Tell,
) -> None:
    """Write `first.png`, `sheet.png` and `index.html`.

    Args:
        recipe: What to show.
        folder: Where to; None for `outputs/previews/<name>`.
        frame_count: How many frames, from frame 0 on.
        device: Where to render.
        tell: Hears the path of each file once it is there.
        note: Hears warnings about what the recipe names, and how far it is.

    Raises:
        RecipeError: The recipe, or what it names, can't be used.
        UsageError: The folder holds something else; nothing was written. Or no camera takes a picture.
        BackendUnavailable: No renderer runs here.
        RenderError: A picture could not be made.
    """
    folder = default_folder(recipe) if folder is None else folder
    prepare_folder(folder)
    with terminate_as_interrupt(), closing(Studio(device)) as studio:
        scene = studio.scene(recipe, 0)
        first = studio.first_picture(scene)
        if first is not None:
            write_atomically(folder / FIRST, encode_rgb(first))
            tell(str(folder / FIRST))
        warnings = _warnings(recipe)
        for warning in warnings:
            note(f"{warning}\n")
        _write_rest(studio, recipe, folder, frame_count, warnings, tell, note)


def _warnings(recipe: Recipe) -> list[Diagnostic]:
    from sdg.pipeline import check

    return check(recipe)


def _write_rest(
    studio: Studio,
    recipe: Recipe,
    folder: Path,
    frame_count: int,
    warnings: list[Diagnostic],
    tell: Tell,
    note: Tell,
) -> None:
    # What comes after the first picture is loaded after it.
    from sdg.preview.page import data_url, whole_page
    from sdg.preview.sheet import SheetFrame, build_sheet

    frames: list[SheetFrame] = []
    described: list[dict[str, Any]] = []
    for frame_index in range(frame_count):
        scene = studio.scene(recipe, frame_index)
        shots = tuple(studio.shots(scene))
        frames.append(SheetFrame(frame_index, shots))
        described.append({**describe_scene(scene), "views": [describe_shot(shot, data_url) for shot in shots]})
        note(f"{frame_index + 1}/{frame_count} frames")
    if not any(frame.shots for frame in frames):
        raise UsageError(
            f"no camera takes a picture in the first {'frame' if frame_count == 1 else f'{frame_count} frames'}",
            "preview more frames with -n, or another --seed",
        )
    title = f"{recipe.specimen.name} · seed {recipe.specimen.seed}"
    write_atomically(folder / SHEET, encode_rgb(build_sheet(title, frames)))
    tell(str(folder / SHEET))
    state = {
        "live": False,
        "name": recipe.specimen.name,
        "recipe": str(recipe.path),
        "status": "",
        "faults": [describe_fault(fault) for fault in warnings],
        "frames": described,
    }
    write_atomically(folder / PAGE, whole_page(state).encode())
    tell(str(folder / PAGE))
