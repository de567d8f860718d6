"""A recipe that is shown while it is edited: what is asked for, what is rendered, what is wrong with it.

Everything is rendered in one thread. What is asked for last counts: the thread looks for news after each picture,
and leaves the rest of a frame that nobody waits for any more.
"""

from __future__ import annotations

import threading
import traceback
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sdg.errors import RecipeError, SdgError
from sdg.foundation.diagnostic import Diagnostic
from sdg.preview.album import Album
from sdg.preview.describe import describe_fault, describe_scene, describe_shot
from sdg.preview.studio import DRAFT_SPP, PREVIEW_SPP, Scene, Studio
from sdg.preview.watch import Watcher
from sdg.recipe.model import Recipe
from sdg.render.api import Device

_LOOK_EVERY_S = 0.15
_FRAMES_KEPT = 64


@dataclass(frozen=True)
class Asked:
    """Which picture people want to see.

    Attributes:
        frame_index: From 0.
        seed: Instead of the recipe's; None is the recipe's own.
        edition: How often the recipe or an asset has been saved since the start.
    """

    frame_index: int = 0
    seed: int | None = None
    edition: int = 0


@dataclass(frozen=True, eq=False)
class _Loaded:
    """A sound recipe, the edition and seed that it is of."""

    recipe: Recipe
    edition: int
    seed: int | None


class _Superseded(Exception):
    """Something else has been asked for meanwhile."""


class Live:
    """Renders in a thread of its own what is asked for, again whenever a file changes; must be closed."""

    def __init__(
        self, path: Path, overrides: Sequence[str] = (), *, seed: int | None = None, device: Device = "auto"
    ) -> None:
        self.album = Album()
        self._path = path
        self._overrides = tuple(overrides)
        # Of the rendering thread alone:
        self._studio = Studio(device)
        self._loaded: _Loaded | None = None
        self._warnings: list[Diagnostic] | None = None
        self._kept: OrderedDict[Asked, dict[str, Any]] = OrderedDict()
        # Of whoever holds this lock:
        self._news = threading.Condition()
        self._watcher = Watcher([path])
        self._asked = Asked(seed=seed)
        self._stopped = False
        self._version = 1
        self._shown_at: Asked | None = None
        self._sound_edition = 0
        self._shown: dict[str, Any] = {"name": "", "seed": "" if seed is None else str(seed), "frames": []}
        self._said: dict[str, Any] = {"status": "starting", "kind": "busy", "faults": []}
        self._threads = [
            threading.Thread(target=work, name=work.__name__, daemon=True) for work in (self._work, self._look_out)
        ]

    def start(self) -> None:
        """Begin to render and to watch."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop, once the picture that is being rendered is done."""
        with self._news:
            self._stopped = True
            self._news.notify_all()
        for thread in self._threads:
            thread.join()

    # --- what the server asks ---------------------------------------------------------------------------------

    def ask(self, frame_index: int, seed: int | None) -> None:
        """Ask for another frame or seed; None is the recipe's own seed."""
        with self._news:
            self._asked = replace(self._asked, frame_index=frame_index, seed=seed)
            self._tell()

    def state(self, after: int, patience_s: float) -> dict[str, Any]:
        """Return the page's state, as soon as its version is another than `after`, or when patience ends."""
        with self._news:
            self._news.wait_for(lambda: self._version != after or self._stopped, patience_s)
            seed = self._shown["seed"] if self._asked.seed is None else str(self._asked.seed)
            return {
                "live": True,
                "version": self._version,
                "recipe": str(self._path),
                "asked": {"frame": self._asked.frame_index, "seed": seed, "own": self._asked.seed is None},
                "name": self._shown["name"],
                "frames": self._shown["frames"],
                "stale": self._is_stale(),
                **self._said,
            }

    # --- the threads ------------------------------------------------------------------------------------------

    def _look_out(self) -> None:
        while True:
            with self._news:
                if self._news.wait_for(lambda: self._stopped, _LOOK_EVERY_S):
                    return
                if self._watcher.changed():
                    self._asked = replace(self._asked, edition=self._asked.edition + 1)
                    self._tell()

    def _work(self) -> None:
        done: Asked | None = None
        while (asked := self._next(done)) is not None:
            with suppress(_Superseded):
                self._show(asked)
            done = asked
        self._studio.close()

    def _next(self, done: Asked | None) -> Asked | None:
        """Wait until something else is asked for than what is done, and return it; None is the end."""
        with self._news:
            self._news.wait_for(lambda: self._stopped or self._asked != done)
            return None if self._stopped else self._asked

    def _show(self, asked: Asked) -> None:
        """Show what is asked for, or say why it can't be."""
        try:
            recipe = self._load(asked)
            self._begin(asked)
            faults = self._render(recipe, asked)
        except _Superseded:
            raise
        except RecipeError as error:
            self._fail(asked, [describe_fault(fault) for fault in error.diagnostics])
        except SdgError as error:
            self._fail(asked, [_fault(error.message, error.hint)])
        except Exception as error:  # a bug of ours must not end the page
            traceback.print_exc()
            self._fail(asked, [_fault(f"sdg hit a bug of its own: {type(error).__name__}: {error}")])
        else:
            self._say(asked, status="up to date", kind="good", faults=[describe_fault(fault) for fault in faults])

    def _load(self, asked: Asked) -> Recipe:
        from sdg.recipe.load import load_recipe
        from sdg.stage.file_digests import files_that_matter

        known = self._loaded
        if known is not None and (known.edition, known.seed) == (asked.edition, asked.seed):
            return known.recipe
        self._say(asked, status="reading the recipe", kind="busy")
        fixed = [] if asked.seed is None else [f"seed={asked.seed}"]
        recipe = load_recipe(self._path, (*self._overrides, *fixed))
        files = files_that_matter(recipe)
        with self._news:
            self._watcher.watch(files)
        if known is None or known.edition != asked.edition:
            self._kept.clear()
            self._warnings = None
        self._loaded = _Loaded(recipe, asked.edition, asked.seed)
        return recipe

    def _render(self, recipe: Recipe, asked: Asked) -> list[Diagnostic]:
        """Show a frame, coarsely and then as well as a preview is; return warnings about the recipe."""
        kept = self._kept.get(asked)
        if kept is None or not self.album.touch(_addresses(kept)):
            kept = self._draw(self._studio.scene(recipe, asked.frame_index), asked)
            self._kept[asked] = kept
            if len(self._kept) > _FRAMES_KEPT:
                self._kept.popitem(last=False)
        self._present(asked, recipe, kept)
        if self._warnings is None:
            from sdg.pipeline import check
            from sdg.recipe.advice import check_warnings

            self._warnings = [*check_warnings(recipe), *check(recipe)]
        return self._warnings

    def _draw(self, scene: Scene, asked: Asked) -> dict[str, Any]:
        """Return a frame for the page, which shows it as it grows."""
        views = list(self._views_before(scene))
        frame = describe_scene(scene)
        passes = [(DRAFT_SPP, "a draft of "), (PREVIEW_SPP, "")]
        for spp, word in passes[:1] if scene.stage.settings.spp <= DRAFT_SPP else passes:
            shots = self._studio.shots(scene, spp)
            for index, camera in enumerate(scene.cameras):
                self._say(asked, status=f"rendering {word}{camera}", kind="busy")
                views[index] = describe_shot(next(shots), self.album.add)
                self._present(asked, scene.recipe, {**frame, "views": list(views)})
        return {**frame, "views": views}

    def _views_before(self, scene: Scene) -> Iterator[dict[str, Any]]:
        """Yield what stands for each camera until it has been rendered: its view of before, if it had one."""
        before = {view["camera"]: view for frame in self._shown["frames"] for view in frame["views"]}
        for camera in scene.cameras:
            yield {**before.get(camera, {"camera": camera}), "stale": True}

    def _begin(self, asked: Asked) -> None:
        """Forget what was wrong before: the recipe is sound, and what it shows is going to be another picture."""
        faults = [describe_fault(fault) for fault in self._warnings or ()]

        def change() -> None:
            self._sound_edition = asked.edition
            self._said.update(status="placing objects", kind="busy", faults=faults)

        self._change(asked, change)

    # --- telling ----------------------------------------------------------------------------------------------

    def _fail(self, asked: Asked, faults: list[dict[str, Any]]) -> None:
        last = "; the picture is the last good one" if self._shown["frames"] else ""
        self._say(asked, status=f"can't be rendered{last}", kind="bad", faults=faults)

    def _present(self, asked: Asked, recipe: Recipe, frame: Mapping[str, Any]) -> None:
        specimen = recipe.specimen

        def change() -> None:
            self._shown_at = asked
            self._shown.update(name=specimen.name, seed=str(specimen.seed), frames=[frame])

        self._change(asked, change)

    def _say(self, asked: Asked, **said: Any) -> None:
        self._change(asked, lambda: self._said.update(said))

    def _change(self, asked: Asked, change: Callable[[], None]) -> None:
        """Change what the page shows.

        Raises:
            _Superseded: Something else has been asked for meanwhile; nothing was changed.
        """
        with self._news:
            if self._stopped or self._asked != asked:
                raise _Superseded
            change()
            self._tell()

    def _is_stale(self) -> bool:
        """Return whether what is shown is of another frame or seed than is asked for, or about to be replaced."""
        shown, asked = self._shown_at, self._asked
        if shown is None:
            return False
        edited = self._said["kind"] == "busy" and self._sound_edition != shown.edition
        return edited or (shown.frame_index, shown.seed) != (asked.frame_index, asked.seed)

    def _tell(self) -> None:
        self._version += 1
        self._news.notify_all()


def _fault(message: str, hint: str = "") -> dict[str, Any]:
    text = f"   hint      {hint}" if hint else ""
    return {"severity": "error", "title": message, "where": "", "line": None, "column": None, "text": text}


def _addresses(frame: Mapping[str, Any]) -> Iterator[str]:
    for view in frame["views"]:
        yield from view["pictures"].values()
