"""One frame of a recipe: every distribution replaced by its value.

What is drawn how often: `vars:`, materials and the environment once per frame; `count`, `probability` and a light's
`grid` once per block; `place.grid` once per block, or once per carrier where the grid stands on objects; everything
else once per instance.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from sdg.foundation.seeds import Branch
from sdg.graph.build import build_program
from sdg.graph.evaluate import FRAME, FrameEvaluator, Scope
from sdg.graph.frame_sample import CameraSample, FrameSample, GridCell, LightSample, ObjectSample
from sdg.graph.ir import Graph, Ref
from sdg.graph.passes import options
from sdg.graph.program import BlockTemplate, Program
from sdg.graph.template import is_drawn
from sdg.recipe.model import (
    Block,
    CameraBlock,
    EnvironmentBlock,
    GridBlock,
    LightBlock,
    MaterialBlock,
    ObjectBlock,
    PhysicsBlock,
    PoseBlock,
    Recipe,
    eyes,
)

_ONCE_PER_BLOCK = ("name", "class", "count", "probability")


def sample_frame(recipe: Recipe, graph: Graph, frame_index: int) -> FrameSample:
    """Draw one frame; it depends on the recipe, its seed and `frame_index` alone.

    Raises:
        RecipeError: A draw is impossible (G001) or its value breaks a rule of the language (G002).
    """
    program = build_program(recipe)
    if graph.by_name.keys() != program.graph.by_name.keys():
        raise AssertionError("the graph is of another recipe")
    return _FrameSampler(program, recipe.specimen.seed, frame_index).sample()


class _FrameSampler:
    def __init__(self, program: Program, seed: int, frame_index: int) -> None:
        self._program = program
        self._frame = FrameEvaluator(program, seed, frame_index)
        self._objects = {block.name: block for block in program.objects}
        self._instances: dict[str, tuple[ObjectSample, ...]] = {}
        self._drawn: dict[str, dict[str, Any]] = {}

    def sample(self) -> FrameSample:
        program, frame = self._program, self._frame
        drawn: dict[str, Any] = {}
        for name, template in program.variables.items():
            value = frame.value(template, FRAME)
            if is_drawn(template):
                drawn[f"vars.{name}"] = value
        environment = None
        if program.environment is not None:
            environment = self._whole_block(EnvironmentBlock, program.environment, drawn)
        physics = PhysicsBlock()
        if program.physics is not None:
            physics = self._whole_block(PhysicsBlock, program.physics, drawn)
        objects = tuple(itertools.chain.from_iterable(self._object(block) for block in program.objects))
        for block in program.objects:
            drawn |= self._drawn[block.name]
        lights = tuple(itertools.chain.from_iterable(self._light(block, drawn) for block in program.lights))
        materials = {block.name: self._whole_block(MaterialBlock, block, drawn) for block in program.materials}
        cameras = tuple(itertools.chain.from_iterable(self._cameras(block, drawn) for block in program.cameras))
        return FrameSample(
            frame.frame_index, frame.seed, environment, objects, lights, materials, cameras, drawn, physics
        )

    def _whole_block(self, kind: type[Block], template: BlockTemplate, drawn: dict[str, Any]) -> Any:
        fields = self._frame.value(template.fields, FRAME, drawn)
        return self._frame.block(kind, fields, template, template.name)

    def _is_present(self, template: BlockTemplate, drawn: dict[str, Any]) -> bool:
        return bool(self._frame.value(template.present, FRAME, drawn))

    # --- objects ----------------------------------------------------------------------------------------------

    def _object(self, template: BlockTemplate) -> tuple[ObjectSample, ...]:
        if template.name not in self._instances:
            drawn = self._drawn.setdefault(template.name, {})
            self._instances[template.name] = (
                tuple(self._draw_object(template, drawn)) if self._is_present(template, drawn) else ()
            )
        return self._instances[template.name]

    def _draw_object(self, template: BlockTemplate, drawn: dict[str, Any]) -> Iterator[ObjectSample]:
        once = {
            key: self._frame.value(value, FRAME, drawn)
            for key, value in template.fields.items()
            if key in _ONCE_PER_BLOCK
        }
        each = {key: value for key, value in template.fields.items() if key not in once}
        places: Iterator[tuple[dict[str, Any] | None, GridCell | None]]
        place = self._drawn_grid_place(template, drawn)
        if place is not None:
            del each["place"]
            places = self._cells(template, place["grid"], drawn)
            if "count" in once:
                places = itertools.islice(places, self._count(template, once))
        else:
            places = itertools.repeat((None, None), self._count(template, once))
        varies = any(is_drawn(value) for value in each.values())
        block: ObjectBlock | None = None
        block_place: dict[str, Any] | None = None
        for ordinal, (place, cell) in enumerate(places):
            name = f"{template.name}[{ordinal}]"
            if block is None or varies or place is not block_place:
                fields = once | self._frame.value(each, Scope(template.node, f"{template.node}[{ordinal}]"), drawn)
                if place is not None:
                    fields["place"] = place
                block = self._frame.block(ObjectBlock, fields, template, name)
                block_place = place
            yield ObjectSample(name, template.name, ordinal, block, template.path, cell)

    def _count(self, template: BlockTemplate, once: Mapping[str, Any]) -> int:
        if isinstance(once.get("count", 1), int) and 0 <= once.get("count", 1) <= 10_000:
            return int(once.get("count", 1))
        checked = self._frame.block(ObjectBlock, {"name": template.name, "asset": "-", **once}, template, template.name)
        return int(checked.count)

    def _drawn_grid_place(self, template: BlockTemplate, drawn: dict[str, Any]) -> dict[str, Any] | None:
        """Return the `place` of a block whose instances fill a grid, or None if each finds its own place.

        A draw between a grid and something else is taken once per block, since it decides how many there are.
        """
        place = template.fields.get("place")
        if isinstance(place, Ref) and any("grid" in (value or {}) for value in options(place, self._program.graph)):
            place = self._frame.value(place, FRAME, drawn)
        return dict(place) if isinstance(place, Mapping) and place.get("grid") is not None else None

    def _cells(
        self, template: BlockTemplate, grid: Mapping[str, Any], drawn: dict[str, Any]
    ) -> Iterator[tuple[dict[str, Any], GridCell]]:
        surface = self._frame.value(grid.get("surface", "floor"), FRAME, drawn)
        owner = str(surface).split(".")[0]
        carriers: tuple[str | None, ...] = (None,)
        if owner in self._objects:
            carriers = tuple(carrier.name for carrier in self._object(self._objects[owner]))
        for carrier in carriers:
            scope = FRAME if carrier is None else Scope(template.node, template.node, f"@{carrier}")
            fields = self._frame.value({**grid, "surface": surface}, scope, drawn)
            at_grid = dataclasses.replace(template, path=(*template.path, "place", "grid"))
            checked: GridBlock = self._frame.block(GridBlock, fields, at_grid, template.name)
            count = (checked.count[0], checked.count[1], checked.count[2] if len(checked.count) == 3 else 1)
            place = {"grid": fields}
            for z, y, x in itertools.product(range(count[2]), range(count[1]), range(count[0])):
                yield place, GridCell((x, y, z), count, carrier)

    # --- lights and cameras -----------------------------------------------------------------------------------

    def _light(self, template: BlockTemplate, drawn: dict[str, Any]) -> Iterator[LightSample]:
        if not self._is_present(template, drawn):
            return
        once = {
            key: self._frame.value(value, FRAME, drawn)
            for key, value in template.fields.items()
            if key in ("name", "probability", "grid")
        }
        each = {key: value for key, value in template.fields.items() if key not in once}
        indices: list[tuple[int, int] | None] = [None]
        if once.get("grid") is not None:
            columns, rows = (max(0, int(number)) for number in once["grid"])
            indices = list(itertools.product(range(columns), range(rows)))
        block: LightBlock | None = None
        for ordinal, index in enumerate(indices):
            suffix = "" if index is None else f"[{ordinal}]"
            scope = Scope(template.node, f"{template.node}{suffix}")
            if block is None or any(is_drawn(value) for value in each.values()):
                fields = once | self._frame.value(each, scope, drawn)
                block = self._frame.block(LightBlock, {template.kind: fields}, template, f"{template.name}{suffix}")
            yield LightSample(f"{template.name}{suffix}", template.name, ordinal, block, template.path[:2], index)

    def _cameras(self, template: BlockTemplate, drawn: dict[str, Any]) -> Iterator[CameraSample]:
        block, *second = eyes(self._whole_block(CameraBlock, template, drawn))
        redraw = functools.partial(self._redraw, template, block)
        yield CameraSample(template.name, block, template.path, redraw, functools.partial(self._redrawn, template))
        for eye in second:
            redraw = functools.partial(_unchanged, eye)
            yield CameraSample(eye.name, eye, template.path, redraw, first_eye=block.name)

    def _redraw(self, template: BlockTemplate, block: CameraBlock, attempt: int) -> CameraBlock:
        if attempt == 0 or not is_drawn(template.fields.get("pose")):
            return block
        at_pose = dataclasses.replace(template, path=(*template.path, "pose"))
        fields = self._frame.value(template.fields["pose"], _attempt_scope(template, attempt))
        pose = self._frame.block(PoseBlock, fields, at_pose, template.name)
        return block.model_copy(update={"pose": pose})

    def _redrawn(self, template: BlockTemplate, attempt: int) -> Mapping[str, Any]:
        drawn: dict[str, Any] = {}
        if attempt > 0 and "pose" in template.fields:
            self._frame.value(template.fields["pose"], _attempt_scope(template, attempt), drawn)
        return {name.removesuffix(f"#{attempt}"): value for name, value in drawn.items()}


def _unchanged(block: CameraBlock, _attempt: int) -> CameraBlock:
    return block


def _attempt_scope(template: BlockTemplate, attempt: int) -> Scope:
    return Scope(template.node, template.node, f"#{attempt}", Branch.PLACEMENT)
