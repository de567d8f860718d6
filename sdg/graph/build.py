"""From a recipe to its randomization graph, in Replicator's vocabulary.

Names of nodes are made of the names in the recipe, never of positions in it: `scene.objects.pallet.yaw_deg` is a
distribution, `scene.objects.pallet` creates the pallets, and `scene.objects.pallet:pose` poses them. Inputs keep the
recipe's keys and units.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

from sdg.graph.ir import Graph, Node, Ref
from sdg.graph.passes import check_graph
from sdg.graph.program import BlockTemplate, Program
from sdg.graph.template import Place, Template, TemplateBuilder, is_drawn
from sdg.recipe.distributions import Plain
from sdg.recipe.model import NAMED_BY, PathKey, Recipe, second_eye_name

TRIGGER = "trigger"
_PRIMITIVES = ("cube", "sphere", "cylinder", "plane")
_LIGHT_POSE = ("position_m", "rotation_deg", "target_m", "grid", "surface", "yaw_deg")
_OBJECT_POSE = ("position_m", "rotation_deg", "yaw_deg", "facing", "scale")
_CAMERA_POSE = ("name", "pose", "require", "mount", "stereo")
_POSE_OP: Mapping[str, str] = {
    "orbit": "modify.pose_orbit",
    "look_at": "modify.pose",
    "transform": "modify.pose",
    "from_file": "modify.pose",
}


def build_graph(recipe: Recipe) -> Graph:
    """Return the randomization graph of a recipe, nodes in recipe order, each draw after those that it needs."""
    return build_program(recipe).graph


@functools.lru_cache(maxsize=16)
def build_program(recipe: Recipe) -> Program:
    """Return the recipe ready for sampling, with its graph; the last few recipes are kept."""
    return _Compiler(recipe).compile()


class _Compiler:
    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._builder = TemplateBuilder(recipe)

    def compile(self) -> Program:
        tree = self._recipe.tree
        self._add(TRIGGER, "trigger.on_frame", {"interval": 1}, ())
        variables = {name: self._builder.variable(name) for name in tree.get("vars") or {}}
        scene = tree.get("scene") or {}
        environment = self._environment(scene.get("environment"))
        objects = tuple(self._object(block, index) for index, block in enumerate(scene.get("objects") or ()))
        physics = self._physics(scene.get("physics"))
        names = light_names(tree)
        lights = tuple(
            self._light(block, index, names[index]) for index, block in enumerate(tree.get("lighting") or ())
        )
        materials = tuple(self._material(name, block) for name, block in (tree.get("materials") or {}).items())
        cameras = tuple(self._camera(block, index) for index, block in enumerate(tree["cameras"]))
        graph = Graph(tuple(self._builder.nodes))
        check_graph(graph)
        return Program(self._recipe, graph, variables, environment, objects, lights, materials, cameras, physics)

    def _add(self, name: str, op: str, inputs: Mapping[str, Template], path: PathKey) -> None:
        span = self._recipe.span(path) if path else None
        self._builder.add(Node(name, op, inputs, path, span))

    def _act(self, owner: str, what: str, op: str, inputs: Mapping[str, Template], path: PathKey) -> None:
        """Add a node that changes what `owner` made, each frame."""
        self._add(f"{owner}:{what}", op, {**inputs, "input_prims": Ref(owner), "trigger": Ref(TRIGGER)}, path)

    def _fields(self, block: Mapping[str, Plain], place: Place) -> dict[str, Template]:
        return {key: self._builder.template(value, place.key(key)) for key, value in block.items()}

    def _presence(self, fields: Mapping[str, Template], owner: str, path: PathKey) -> Template:
        """Add the draw that decides whether a block is there, and return what refers to it."""
        probability = fields.get("probability", 1.0)
        if not is_drawn(probability) and probability == 1:
            return True
        path = (*path, "probability")
        name = f"{owner}.present"
        if is_drawn(probability):
            self._add(name, "distribution.bernoulli", {"probability": probability}, path)
        else:
            weights = [probability, 1 - probability]
            self._add(name, "distribution.choice", {"choices": [True, False], "weights": weights}, path)
        return Ref(name)

    def _environment(self, block: Mapping[str, Plain] | None) -> BlockTemplate | None:
        if block is None:
            return None
        path: PathKey = ("scene", "environment")
        name = "scene.environment"
        fields = self._fields(block, Place(name, path))
        self._add(name, "create.from_usd", _only(fields, ("asset", "size_m")), path)
        if "class" in fields:
            self._act(name, "semantics", "modify.semantics", {"class": fields["class"]}, (*path, "class"))
        if pose := _only(fields, _OBJECT_POSE):
            self._act(name, "pose", "modify.pose", pose, path)
        return BlockTemplate("environment", name, path, fields)

    def _object(self, block: Mapping[str, Plain], index: int) -> BlockTemplate:
        path: PathKey = ("scene", "objects", index)
        name = f"scene.objects.{block['name']}"
        fields = self._fields(block, Place(name, path))
        present = self._presence(fields, name, path)
        asset = fields["asset"]
        op = f"create.{asset}" if isinstance(asset, str) and asset in _PRIMITIVES else "create.from_usd"
        self._add(name, op, _only(fields, ("asset", "count", "size_m")), path)
        self._act(name, "semantics", "modify.semantics", {"class": block.get("class", block["name"])}, path)
        if present is not True:
            self._act(name, "visibility", "modify.visibility", {"value": present}, (*path, "probability"))
        if pose := _only(fields, _OBJECT_POSE):
            self._act(name, "pose", "modify.pose", pose, path)
        for key in ("joints", "joints_m"):
            if key in fields:
                self._act(name, key, "modify.attribute", {"name": key, "value": fields[key]}, (*path, key))
        place = fields.get("place")
        if isinstance(place, Mapping):
            for kind, inputs in place.items():
                key = NAMED_BY[kind]
                inputs = inputs if isinstance(inputs, Mapping) else {key: inputs}
                surface = self._surface(inputs.get(key, "floor"))
                op = "randomizer.scatter_2d" if kind in ("scatter_2d", "on") else "modify.pose"
                self._act(name, kind, op, {**inputs, **surface}, (*path, "place", kind))
        if (physics := fields.get("physics")) is not None:
            inputs = physics if isinstance(physics, Mapping) else {"physics": physics}
            self._act(name, "physics", "physics.rigid_body", inputs, (*path, "physics"))
        if "material" in fields:
            drawn = is_drawn(fields["material"])
            op, key = ("randomizer.materials", "materials") if drawn else ("modify.material", "value")
            self._act(name, "material", op, {key: fields["material"]}, (*path, "material"))
        return BlockTemplate(str(block["name"]), name, path, fields, present)

    def _physics(self, block: Mapping[str, Plain] | None) -> BlockTemplate | None:
        if block is None:
            return None
        path: PathKey = ("scene", "physics")
        fields = self._fields(block, Place("scene.physics", path))
        self._add("scene.physics", "physics.scene", fields, path)
        return BlockTemplate("physics", "scene.physics", path, fields)

    def _surface(self, surface: Template) -> dict[str, Template]:
        """Return the prims that carry a constant surface."""
        if not isinstance(surface, str):
            return {}
        scene = self._recipe.tree["scene"]
        owner = surface.split(".")[0]
        if any(block["name"] == owner for block in scene["objects"]):
            return {"surface_prims": Ref(f"scene.objects.{owner}")}
        return {"surface_prims": Ref("scene.environment")} if scene.get("environment") is not None else {}

    def _light(self, entry: Mapping[str, Mapping[str, Plain] | None], index: int, light_name: str) -> BlockTemplate:
        kind, block = next(iter(entry.items()))
        path: PathKey = ("lighting", index, kind)
        name = f"lighting.{light_name}"
        fields = self._fields(block or {}, Place(name, path))
        present = self._presence(fields, name, path)
        rest = {key: value for key, value in fields.items() if key not in (*_LIGHT_POSE, "probability", "name")}
        self._add(name, "create.light", {"light_type": kind, **_fixed(rest)}, path)
        if present is not True:
            self._act(name, "visibility", "modify.visibility", {"value": present}, (*path, "probability"))
        if pose := _only(fields, _LIGHT_POSE):
            self._act(name, "pose", "modify.pose", pose, path)
        self._drive(name, rest, path)
        return BlockTemplate(light_name, name, path, fields, present, kind)

    def _drive(self, owner: str, fields: Mapping[str, Template], path: PathKey, prefix: str = "") -> None:
        """Add a `modify.attribute` for each field that a draw decides."""
        for key, value in fields.items():
            if is_drawn(value):
                if isinstance(value, Mapping):
                    self._drive(owner, value, (*path, key), f"{prefix}{key}.")
                else:
                    inputs = {"name": f"{prefix}{key}", "value": value}
                    self._act(owner, f"{prefix}{key}", "modify.attribute", inputs, (*path, key))

    def _material(self, material_name: str, block: Mapping[str, Plain] | None) -> BlockTemplate:
        path: PathKey = ("materials", material_name)
        name = f"materials.{material_name}"
        fields = self._fields(block or {}, Place(name, path))
        self._add(name, "create.material_omnipbr", _fixed(fields), path)
        self._drive(name, fields, path)
        return BlockTemplate(material_name, name, path, fields)

    def _camera(self, block: Mapping[str, Plain], index: int) -> BlockTemplate:
        path: PathKey = ("cameras", index)
        name = f"cameras.{block['name']}"
        fields = self._fields(block, Place(name, path))
        rest = {key: value for key, value in fields.items() if key not in _CAMERA_POSE}
        mount = fields.get("mount")
        parent = self._carrier(mount["on"]) if isinstance(mount, Mapping) else {}
        self._add(name, "create.camera", {**_fixed(rest), **parent}, path)
        self._drive(name, rest, path)
        pose, required = fields.get("pose"), _only(fields, ("require",))
        if mount is not None:
            inputs = (
                {**(mount.get("pose") or {}), "on": mount["on"]} if isinstance(mount, Mapping) else {"mount": mount}
            )
            self._act(name, "pose", "modify.pose", inputs, (*path, "mount"))
        elif isinstance(pose, Mapping):
            for kind, inputs in pose.items():
                inputs = (inputs or {}) if kind != "from_file" else {kind: inputs}
                self._act(name, "pose", _POSE_OP[kind], {**inputs, **required}, (*path, "pose", kind))
        else:
            self._act(name, "pose", "modify.pose", {"pose": pose, **required}, (*path, "pose"))
        if (stereo := fields.get("stereo")) is not None:
            self._second_eye(name, rest, stereo["baseline_m"], path)
        return BlockTemplate(str(block["name"]), name, path, fields)

    def _second_eye(self, first: str, rest: Mapping[str, Template], baseline_m: Template, path: PathKey) -> None:
        """Add the second camera of a stereo pair: a child of the first, driven by the same draws."""
        name = second_eye_name(first)
        self._add(name, "create.camera", {**_fixed(rest), "parent": Ref(first)}, path)
        self._drive(name, rest, path)
        self._act(name, "pose", "modify.pose", {"position_m": [baseline_m, 0.0, 0.0]}, (*path, "stereo"))

    def _carrier(self, on: Template) -> dict[str, Template]:
        """Return the parent of what is mounted on a constant carrier."""
        if not isinstance(on, str):
            return {}
        owner = on.partition(".")[0].partition("[")[0]
        objects = (self._recipe.tree.get("scene") or {}).get("objects") or ()
        is_object = any(block["name"] == owner for block in objects)
        return {"parent": Ref(f"scene.objects.{owner}" if is_object else f"cameras.{on}")}


def light_names(tree: Mapping[str, Plain]) -> list[str]:
    """Return what each entry of `lighting:` is called: its name, or its kind and ordinal among the nameless."""
    names: list[str] = []
    ordinals: dict[str, int] = {}
    for entry in tree.get("lighting") or ():
        kind, block = next(iter(entry.items()))
        name = (block or {}).get("name")
        if name is None:
            name = f"{kind}[{ordinals.get(kind, 0)}]"
            ordinals[kind] = ordinals.get(kind, 0) + 1
        names.append(str(name))
    return names


def _only(fields: Mapping[str, Template], keys: tuple[str, ...]) -> dict[str, Template]:
    return {key: fields[key] for key in keys if key in fields}


def _fixed(fields: Mapping[str, Template]) -> dict[str, Template]:
    """Return the fields that no draw decides, also inside blocks of which draws decide others."""
    return {
        key: _fixed(value) if isinstance(value, Mapping) else value
        for key, value in fields.items()
        if isinstance(value, Mapping) or not is_drawn(value)
    }
