"""One frame of a recipe: every distribution replaced by its value.

What is drawn how often: `vars:`, materials and the environment once per frame; `count`, `probability` and a light's
`grid` once per block; `place.along` and `place.poisson_disc` too, `place.grid` as well or once per carrier where the
grid stands on objects; everything else once per instance.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from sdg.foundation.seeds import Branch, RandomStream
from sdg.graph.build import build_program
from sdg.graph.evaluate import FRAME, FrameEvaluator, Scope
from sdg.graph.frame_sample import CameraSample, FrameSample, GridCell, LightSample, ObjectSample
from sdg.graph.ir import Graph, Ref
from sdg.graph.passes import options
from sdg.graph.program import BlockTemplate, Program
from sdg.graph.template import is_drawn
from sdg.recipe.model import (
    COUNTED,
    Block,
    CameraBlock,
    EnvironmentBlock,
    GridBlock,
    LightBlock,
    MaterialBlock,
    ObjectBlock,
    PhysicsBlock,
    PlaceBlock,
    PoseBlock,
    Recipe,
    eyes,
)

_JOINTS = ("joints", "joints_m")
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
        materials = {block.name: self._material(block, drawn) for block in program.materials}
        cameras = tuple(itertools.chain.from_iterable(self._cameras(block, drawn) for block in program.cameras))
        return FrameSample(
            frame.frame_index, frame.seed, environment, objects, lights, materials, cameras, drawn, physics
        )

    def _whole_block(self, kind: type[Block], template: BlockTemplate, drawn: dict[str, Any]) -> Any:
        fields = self._frame.value(template.fields, FRAME, drawn)
        return self._frame.block(kind, fields, template, template.name)

    def _material(self, template: BlockTemplate, drawn: dict[str, Any]) -> MaterialBlock:
        """Return a surface, without its perturbation if that is not there in this frame."""
        block: MaterialBlock = self._whole_block(MaterialBlock, template, drawn)
        if block.perturb is None or block.perturb.probability == 1:
            return block
        name = f"{template.node}.perturb:present"
        stream = RandomStream.named(Branch.DRAW, self._frame.seed, self._frame.frame_index, name)
        drawn[name] = stream.unit() < block.perturb.probability
        return block if drawn[name] else block.model_copy(update={"perturb": None})

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
        place = self._drawn_counted_place(template, drawn)
        if place is not None:
            del each["place"]
            count = self._count(template, once) if "count" in once else None
            if place.get("grid") is not None:
                places = itertools.islice(self._cells(template, place["grid"], drawn), count)
            else:
                places = self._counted(template, place, count, drawn)
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
            joints = {key: template.fields[key] for key in _JOINTS if is_drawn(template.fields.get(key))}
            if not joints:
                yield ObjectSample(name, template.name, ordinal, block, template.path, cell)
                continue
            redraw = functools.partial(self._redraw_joints, template, ordinal, block, joints)
            redrawn = functools.partial(self._redrawn_joints, template, ordinal, joints)
            yield ObjectSample(name, template.name, ordinal, block, template.path, cell, redraw, redrawn)

    def _redraw_joints(
        self, template: BlockTemplate, ordinal: int, block: ObjectBlock, joints: Mapping[str, Any], attempt: int
    ) -> ObjectBlock:
        if attempt == 0:
            return block
        fields = self._frame.value(joints, _attempt_scope(template, attempt, f"[{ordinal}]"))
        whole = {"name": template.name, "asset": "-", **fields}
        checked = self._frame.block(ObjectBlock, whole, template, f"{template.name}[{ordinal}]")
        return block.model_copy(update={key: getattr(checked, key) for key in joints})

    def _redrawn_joints(
        self, template: BlockTemplate, ordinal: int, joints: Mapping[str, Any], attempt: int
    ) -> Mapping[str, Any]:
        drawn: dict[str, Any] = {}
        if attempt > 0:
            self._frame.value(joints, _attempt_scope(template, attempt, f"[{ordinal}]"), drawn)
        return {name.removesuffix(f"#{attempt}"): value for name, value in drawn.items()}

    def _count(self, template: BlockTemplate, once: Mapping[str, Any]) -> int:
        if isinstance(once.get("count", 1), int) and 0 <= once.get("count", 1) <= 10_000:
            return int(once.get("count", 1))
        checked = self._frame.block(ObjectBlock, {"name": template.name, "asset": "-", **once}, template, template.name)
        return int(checked.count)

    def _drawn_counted_place(self, template: BlockTemplate, drawn: dict[str, Any]) -> dict[str, Any] | None:
        """Return the `place` of a block that says how many instances there are, or None if each finds its own place.

        A draw between such a place and something else is taken once per block, since it decides how many there are.
        """
        place = template.fields.get("place")
        if isinstance(place, Ref) and any(_counts(value) for value in options(place, self._program.graph)):
            place = self._frame.value(place, FRAME, drawn)
        return dict(place) if isinstance(place, Mapping) and _counts(place) else None

    def _counted(
        self, template: BlockTemplate, place: Mapping[str, Any], count: int | None, drawn: dict[str, Any]
    ) -> Iterator[tuple[dict[str, Any], GridCell]]:
        """Yield the places of things along a path, or of as many as may fit a least distance apart."""
        fields = self._frame.value(place, FRAME, drawn)
        at_place = dataclasses.replace(template, path=(*template.path, "place"))
        checked: PlaceBlock = self._frame.block(PlaceBlock, fields, at_place, template.name)
        carriers = 1
        if checked.poisson_disc is not None:
            owner = checked.surface.partition(".")[0]
            carriers = len(self._object(self._objects[owner])) if owner in self._objects else 1
        number = checked.most * carriers if count is None else count
        for ordinal in range(number):
            yield fields, GridCell((ordinal, 0, 0), (number, 1, 1), None)

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


def _counts(place: Any) -> bool:
    """Return whether a way of placing says how many things there are."""
    return isinstance(place, Mapping) and any(place.get(kind) is not None for kind in COUNTED)


def _unchanged(block: CameraBlock, _attempt: int) -> CameraBlock:
    return block


def _attempt_scope(template: BlockTemplate, attempt: int, ordinal: str = "") -> Scope:
    return Scope(template.node, f"{template.node}{ordinal}", f"#{attempt}", Branch.PLACEMENT)
