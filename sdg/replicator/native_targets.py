"""What a draw of the graph drives on the stage, where Replicator can drive the same."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sdg.graph.ir import Node, references
from sdg.graph.program import BlockTemplate, Program
from sdg.graph.template import is_drawn
from sdg.recipe.model import NAMED_BY
from sdg.replicator.leaning import leaned_on
from sdg.replicator.overview import Overview
from sdg.replicator.samples import Samples
from sdg.replicator.sections import Owner, paths_expression
from sdg.replicator.usd.layout import UsdLayout
from sdg.replicator.usd.look import Look

_TRANSLATE, _ROTATE, _SCALE = "xformOp:translate", "xformOp:rotateXYZ", "xformOp:scale"
_LENS_TERMS = {"opencv_pinhole": "opencvPinhole", "opencv_fisheye": "opencvFisheye"}
_TERMS = ("k1", "k2", "k3", "k4", "k5", "k6", "p1", "p2", "s1", "s2", "s3", "s4")
# Keys of a material's block, the channel that holds them, and the surface's input where no texture is in the way.
_SURFACE_INPUTS = {"color": (0, "inputs:diffuseColor"), "roughness": (1, "inputs:roughness")}
_SURFACE_INPUTS |= {"metallic": (2, "inputs:metallic")}


@dataclass(frozen=True)
class Target:
    """What a native node acts on.

    Attributes:
        paths: The prims.
        attributes: What it sets of each.
        call: What follows `rep.modify.`, with % for the distribution.
        arguments: Of a scatter: its arguments as script text. Elsewhere: further attributes and their values.
        prims: Script text that finds the prims; empty names them.
        meaning: What to write for a choice, by the `repr` of what the recipe wrote.
    """

    paths: tuple[str, ...]
    attributes: tuple[str, ...]
    call: str = "%"
    arguments: Mapping[str, str] = field(default_factory=dict)
    prims: str = ""
    meaning: Mapping[str, object] = field(default_factory=dict)


class Targets:
    """Finds what nodes drive; every method returns a `Target`, or the reason for there being none."""

    def __init__(
        self,
        program: Program,
        overview: Overview,
        layout: UsdLayout,
        samples: Samples,
        by_node: Mapping[str, Owner],
    ) -> None:
        self._program = program
        self._overview = overview
        self._layout = layout
        self._samples = samples
        self._by_node = by_node
        self._blocks = {block.node: block for block in (*program.objects, *program.lights, *program.materials)}
        self._blocks |= {block.node: block for block in program.cameras}
        self._leaned_on = dict(leaned_on(program))

    def owner_of(self, node: Node) -> str:
        """Return the node of the block that a node stands in; `vars` for variables."""
        if node.name.startswith("vars."):
            return "vars"
        fitting = [name for name in (*self._blocks, "scene.environment") if _is_within(node.name, name)]
        return max(fitting, key=len, default="vars")

    def moves(self, node: Node) -> bool:
        """Return whether the prims that a node places are not always where they are first."""
        owner = self._by_node.get(self.owner_of(node))
        return owner is not None and any(_TRANSLATE in self._samples.varying.get(path, ()) for path in owner.paths)

    # --- placement ------------------------------------------------------------------------------------------------

    def _placement(self, block: BlockTemplate) -> str:
        """Return why a thing's pose is baked; empty if it need not be."""
        if block.name in self._leaned_on:
            return self._leaned_on[block.name]
        if block.fields.get("motion") is not None:
            return "it moves while the picture is taken"
        if block.fields.get("facing") is not None:
            return "it faces something"
        environment = self._program.environment
        if environment is not None and any(key in environment.fields for key in ("position_m", "yaw_deg")):
            return "the environment is moved"
        return ""

    def scattered(self, node: Node) -> Target | str:
        """Return the prims of a `scatter_2d`, and its arguments."""
        block, owner = self._blocks[self.owner_of(node)], self._by_node.get(self.owner_of(node))
        if owner is None:
            return "none of them is in any frame"
        if reason := self._placement(block):
            return reason
        surface, region = node.inputs.get("surface", "floor"), node.inputs.get("region_m")
        parts = [body for body in self._overview.first.bodies if not body.is_thing]
        grounds = [body.prim_path for body in parts if body.name == f"environment.{surface}"]
        if not grounds:
            return f"it is scattered over {surface}, which is no part of the environment"
        if node.inputs.get("height_m", 0) != 0:
            return "it hovers"
        if any(True for _ in references([surface, region, node.inputs.get("clearance_m")])):
            return "where it may stand is drawn too"
        arguments = {"surface_prims": f"rep.create.group({paths_expression(grounds)})"}
        if node.inputs.get("avoid_collisions", True):
            if self._overview.things - set(owner.paths):
                arguments["no_coll_prims"] = f"rep.create.group(others({paths_expression(owner.paths)}))"
            arguments["check_for_collisions"] = "True"
        if region is not None:
            x0, y0, x1, y1 = (float(edge) for edge in region)
            arguments |= {"min_samp": f"({x0}, {y0}, None)", "max_samp": f"({x1}, {y1}, None)"}
        return Target(owner.paths, (_TRANSLATE,), arguments=arguments)

    # --- draws ----------------------------------------------------------------------------------------------------

    def driven_by(self, node: Node) -> Target | str:
        """Return what a distribution's values set."""
        consumers = [other for other in self._program.graph.nodes if node.name in set(_needs(other))]
        if len(consumers) != 1:
            return "several things share one draw, and Replicator would draw for each"
        (consumer,) = consumers
        if consumer.op.startswith("distribution."):
            return f"it feeds {consumer.name}"
        owner = self._by_node.get(self.owner_of(consumer))
        keys = [key for key, source in consumer.references() if source == node.name]
        if owner is None:
            return "what it drives is in no frame"
        if len(keys) != 1:
            return "it is used twice"
        block = self._blocks.get(owner.node)
        if block is None:
            return "Replicator can't change the environment"
        if node.name.startswith("vars.") and len(owner.paths) > 1:
            return f"{len(owner.paths)} prims share one draw, and Replicator would draw for each"
        if owner.node.startswith("scene.objects."):
            return self._of_object(node, consumer, keys[0], owner, block)
        if owner.node.startswith("lighting."):
            return self._of_light(node, consumer, owner, block)
        if owner.node.startswith("materials."):
            return self._of_material(node, consumer, block)
        return self._of_camera(consumer, owner)

    def _of_object(self, node: Node, consumer: Node, key: str, owner: Owner, block: BlockTemplate) -> Target | str:
        if consumer.op.startswith("create."):
            what = {"count": "how many there are", "asset": "which shape it has"}.get(key, "its size")
            return f"{what} is a matter of which prims are visible"
        if consumer.op == "modify.visibility":
            if len(owner.paths) > 1:
                return f"{len(owner.paths)} prims come and go together"
            return Target(owner.paths, ("visibility",), "visibility(%)")
        if consumer.op == "randomizer.materials":
            return self._of_looks(node, owner)
        if consumer.name.partition(":")[2] in ("joints", "joints_m"):
            return "a robot in a pose is a shape of its own"
        if consumer.op != "modify.pose" or not consumer.name.endswith(":pose"):
            return "it is part of how things are placed"
        if reason := self._placement(block):
            return reason
        place = block.fields.get("place")
        if not isinstance(place, Mapping | None):
            return "how it is placed is drawn"
        named = [
            str(inputs.get(NAMED_BY[kind], "floor") if isinstance(inputs, Mapping) else inputs).split(".")[0]
            for kind, inputs in (place or {}).items()
        ]
        if any(other.name in named for other in self._program.objects):
            return f"it turns and moves with {named[0]}, by which it is placed"
        if "along" in (place or {}):
            return "it turns with the path along which it stands"
        if "rotation_deg" in block.fields or "scale" in block.fields:
            return "its rotation and scale are composed with other parts of its pose"
        whole = consumer.inputs.get(key)
        if key == "yaw_deg":
            return Target(owner.paths, (_ROTATE,), "pose(rotation_z=%)")
        if key == "position_m" and place is None and not isinstance(whole, list | tuple):
            return Target(owner.paths, (_TRANSLATE,), "pose(position=%)")
        return "it is one coordinate of several"

    def _of_looks(self, node: Node, owner: Owner) -> Target | str:
        """Return the meshes whose material a draw chooses."""
        by_name = self._looks_by_name()
        choices = node.inputs.get("choices", ())
        if not all(isinstance(item, str) and len(by_name.get(item, ())) == 1 for item in choices):
            return "not every choice is one material of the stage"
        meaning = {repr(item): by_name[item][0].path for item in choices}
        looks = set(meaning.values())
        meshes = [
            path
            for path in self._samples.paths
            if path.startswith(tuple(f"{own}/" for own in owner.paths))
            if any(value.value in looks for value in self._samples.values(path, "material:binding"))
        ]
        if not meshes:
            return "what it drives is in no frame"
        paths = tuple(meshes)
        return Target(
            paths, ("material:binding",), "material(%)", prims=_pattern(owner, paths, self._meshes()), meaning=meaning
        )

    def _meshes(self) -> set[str]:
        bodies = self._layout.bodies.values()
        return {
            f"{body.shape_path(shape)}/{name}" for body in bodies for shape in body.shapes for name, _ in shape.meshes
        }

    def _looks_by_name(self) -> Mapping[str, list[Look]]:
        found: dict[str, list[Look]] = {}
        for (_, _, name, _), look in self._layout.look_of_slot.items():
            if look not in found.setdefault(name, []):
                found[name].append(look)
        return found

    def _of_light(self, node: Node, consumer: Node, owner: Owner, block: BlockTemplate) -> Target | str:
        key = str(consumer.inputs.get("name", ""))
        fields = {name for name, value in block.fields.items() if is_drawn(value)}
        if consumer.op != "modify.attribute":
            return "where a light hangs comes of several values"
        if key not in ("intensity", "illuminance_lx"):
            return "on the stage it is part of other values"
        if fields & {"color", "temperature_k", "exposure", "texture", "normalize_hdri"} or block.kind == "sun_sky":
            return "colour and brightness are drawn together"
        lit = [(light, drawn) for light, drawn in self._overview.lit.values() if light.prim_path in owner.paths]
        if not lit:
            return "it is lit in no frame"
        lamp, value = lit[0][0], self._drawn(lit[0][1], node.name, lit[0][0].name)
        factor = (lamp.luminance_nits or lamp.illuminance_lx) / value if value else 0.0
        if factor <= 0:
            return "the light is off"
        exposure = round(math.log2(factor), 12) + 0.0
        further = {"inputs:exposure": repr(exposure)} if exposure else {}
        return Target(owner.paths, ("inputs:intensity",), 'attribute("inputs:intensity", %)', further)

    def _drawn(self, drawn: Mapping[str, object], name: str, light: str) -> float:
        """Return what a node gave a light, 0 if nothing; each lamp of a grid has draws under its own ordinal."""
        ordinal = f"[{light.rpartition('[')[2]}" if light.endswith("]") else ""
        owner = self.owner_of(self._program.graph.by_name[name])
        value = drawn.get(name, drawn.get(f"{owner}{ordinal}{name[len(owner) :]}", 0.0))
        return float(value) if isinstance(value, int | float) else 0.0

    def _of_material(self, node: Node, consumer: Node, block: BlockTemplate) -> Target | str:
        key = str(consumer.inputs.get("name", ""))
        if key not in _SURFACE_INPUTS:
            return "it is no input of the surface"
        if "perturb" in block.fields:
            return "the shade of the surface is drawn on top of it"
        looks = self._looks_by_name().get(block.name, [])
        if len(looks) != 1:
            return f"{len(looks)} looks share one draw"
        channel, name = _SURFACE_INPUTS[key]
        if looks[0].files[channel]:
            return "it multiplies a texture, as one number of four"
        return Target((looks[0].surface,), (name,), f'attribute("{name}", %)')

    def _of_camera(self, consumer: Node, owner: Owner) -> Target | str:
        if consumer.op != "modify.attribute":
            return "a pose is drawn again until the camera sees its target"
        section, _, key = str(consumer.inputs["name"]).partition(".")
        kind, _, term = key.partition(".")
        model = _LENS_TERMS.get(kind)
        paths = [path for path in owner.paths if self._layout.cameras[path].lens_model == model]
        if section != "lens":
            return "it is no part of the stage: sdg's sensor and optics act on what was rendered"
        if model is None or term not in _TERMS or len(paths) != len(owner.paths) or len(paths) != 1:
            return "the lens schema on the stage has no such number"
        name = f"omni:lensdistortion:{model}:{term}"
        return Target(tuple(paths), (name,), f'attribute("{name}", %)')


def _pattern(owner: Owner, paths: Sequence[str], meshes: Collection[str]) -> str:
    """Return script text that finds prims below an owner's by a regular expression, and no other mesh of the stage."""
    several = len(owner.paths) > 1
    base = owner.paths[0].rstrip("0123456789") if several else owner.paths[0]
    number = "[0-9]+" if several else ""
    own = re.compile(f"{re.escape(base)}{number}")
    below = sorted({own.sub("", path, count=1) for path in paths})
    # The shapes of a family differ by a number: one expression finds them, unless some of them aren't wanted.
    alike = sorted({re.sub(r"^(/\w+?)(_[0-9]+)?(?=/)", r"\1(_[0-9]+)?", way) for way in below})
    for ways in (alike, below):
        which = ways[0] if len(ways) == 1 else f"({'|'.join(ways)})"
        pattern = f"^{base}{number}{which}$"
        if not any(re.match(pattern, path) for path in set(meshes) - set(paths)):
            break
    return f'rep.get.prims(path_pattern="{pattern}", ignore_case=False)'


def _needs(node: Node) -> Iterator[str]:
    for _, source in node.references():
        yield source


def _is_within(name: str, owner: str) -> bool:
    return name.startswith(owner) and (len(name) == len(owner) or name[len(owner)] in ".:[")
