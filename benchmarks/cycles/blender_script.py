"""Run by a Python that has `bpy`: reads scenes that `scene_file` wrote, renders them by Cycles, writes EXR.

    python blender_script.py      one job in JSON on each line of the input, one answer on each line that starts with @@

What is behind the conversion of light: Cycles' unit of radiance stands for a nit, and so its watt for a lumen. A flat
lamp of P watts and area A then has a luminance of P / (pi A), by Lambert's law, a sphere of radius r one of
P / (4 pi^2 r^2), and a sun's strength is the illuminance of what faces it; `check.py` measures all of them.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from blender_parts import build_lamp, build_material, build_mesh, build_tube, set_lamp
from mathutils import Matrix

_MOST_KEPT = 1500
_SKIES_KEPT = 4
_TEXTURES = ("base_color_texture", "roughness_texture", "metallic_texture", "normal_texture")


class World:
    """Blender's scene, changed from frame to frame; meshes, pictures and materials are kept for later frames.

    Things and lamps of the frame before are taken over where they are alike, else changed; what is left over hides.
    That spares Blender most of its work between frames.

    Attributes:
        reading_s: How long files were read during the last `show` [s].
    """

    def __init__(self) -> None:
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self.scene = bpy.context.scene
        self.scene.render.engine = "CYCLES"
        self.scene.world = bpy.data.worlds.new("world")
        self._meshes: dict[str, Any] = {}
        self._images: dict[str, Any] = {}
        self._materials: dict[str, Any] = {}
        self._placed: list[Any] = []
        self._lamps: dict[str, list[Any]] = {}
        self._background: Any = None
        self._environment: Any = None
        self._skies: dict[str, Any] = {}
        self._shown_sky = ""
        self.reading_s = 0.0

    def show(self, path: Path, store: Path) -> list[dict[str, Any]]:
        """Make the scene be what a file says; return its cameras."""
        self.reading_s = 0.0
        with Reading(self):
            scene = json.loads(path.read_text())
        if scene["format"] != 1:
            raise ValueError(f"format {scene['format']} of {path}")
        self._forget(scene)
        self._place(scene, store)
        self._light(scene["lights"])
        self._sky(scene["sky"], store)
        return list(scene["cameras"])

    def lamps(self) -> list[Any]:
        """Return every lamp there is, those that hide too."""
        return [lamp for pool in self._lamps.values() for lamp in pool]

    def _forget(self, scene: dict[str, Any]) -> None:
        """Drop what earlier frames left, where it is too much."""
        needed = {one["mesh"] for one in scene["objects"]}
        if len(self._meshes) + len(self._images) + len(self._materials) < _MOST_KEPT:
            return
        for one in self._placed:
            bpy.data.objects.remove(one)
        self._placed = []
        for key in [key for key in self._meshes if key not in needed]:
            bpy.data.meshes.remove(self._meshes.pop(key))
        for material in self._materials.values():
            bpy.data.materials.remove(material)
        for image in self._images.values():
            bpy.data.images.remove(image)
        self._materials, self._images = {}, {}

    def _place(self, scene: dict[str, Any], store: Path) -> None:
        """Place the objects; one of the frame before with the same mesh and material is taken over first."""
        wanted = []
        for one in scene["objects"]:
            material = self._material(scene["materials"][one["material"]], store)
            wanted.append((one, self._mesh(one["mesh"], store), material))
        left: dict[tuple[str, str], list[Any]] = {}
        for placed in self._placed:
            left.setdefault((placed.data.name, placed.material_slots[0].material.name), []).append(placed)
        alike = [
            left[key].pop() if left.get(key := (mesh.name, material.name)) else None for _, mesh, material in wanted
        ]
        spare = [placed for pool in left.values() for placed in pool]
        for (one, mesh, material), taken in zip(wanted, alike, strict=True):
            placed = taken
            if placed is None:
                placed = spare.pop() if spare else self._new_object(mesh)
                placed.data = mesh
                slot = placed.material_slots[0]
                slot.link = "OBJECT"
                slot.material = material
            placed.pass_index = one["entity"]
            placed.matrix_world = Matrix(one["world_from_object"])
            hide(placed, False)
        for placed in spare:
            hide(placed, True)

    def _new_object(self, mesh: Any) -> Any:
        placed = bpy.data.objects.new("object", mesh)
        self.scene.collection.objects.link(placed)
        self._placed.append(placed)
        return placed

    def _mesh(self, name: str, store: Path) -> Any:
        if name not in self._meshes:
            with Reading(self), np.load(store / name) as file:
                arrays = dict(file)
            self._meshes[name] = build_mesh(name, arrays)
        return self._meshes[name]

    def _image(self, texture: dict[str, str], store: Path) -> Any:
        name = texture["file"] + texture["color_space"]
        if name not in self._images:
            image = bpy.data.images.load(str((store / texture["file"]).resolve()))
            image.colorspace_settings.name = "sRGB" if texture["color_space"] == "srgb" else "Non-Color"
            self._images[name] = image
        return self._images[name]

    def _material(self, content: dict[str, Any], store: Path) -> Any:
        key = content["key"]
        if key not in self._materials:
            images = {name: content[name] and self._image(content[name], store) for name in _TEXTURES}
            self._materials[key] = build_material(content, images)
        return self._materials[key]

    def _light(self, lights: list[dict[str, Any]]) -> None:
        used: dict[str, int] = {}
        for light in lights:
            tube = light["kind"] == "cylinder"
            key = (
                json.dumps([light[name] for name in ("kind", "size_m", "color", "strength")]) if tube else light["kind"]
            )
            pool, used[key] = self._lamps.setdefault(key, []), used.get(key, 0) + 1
            if len(pool) < used[key]:
                lamp = bpy.data.objects.new("lamp", build_tube(light) if tube else build_lamp(light))
                self.scene.collection.objects.link(lamp)
                pool.append(lamp)
            lamp = pool[used[key] - 1]
            if not tube:
                set_lamp(lamp.data, light)
            lamp.matrix_world = Matrix(light["world_from_light"])
            lamp.visible_camera = light["visible"]
            hide(lamp, False)
        for key, pool in self._lamps.items():
            for lamp in pool[used.get(key, 0) :]:
                hide(lamp, True)

    def _sky(self, sky: dict[str, Any] | None, store: Path) -> None:
        if self._background is None:
            tree = self.scene.world.node_tree
            tree.nodes.clear()
            self._background, output = (tree.nodes.new(f"ShaderNode{name}") for name in ("Background", "OutputWorld"))
            tree.links.new(self._background.outputs["Background"], output.inputs["Surface"])
            self._environment = tree.nodes.new("ShaderNodeTexEnvironment")
            tree.links.new(self._environment.outputs["Color"], self._background.inputs["Color"])
        self.scene.world.cycles_visibility.camera = sky is None or sky["visible"]
        self._background.inputs["Strength"].default_value = 0.0 if sky is None else 1.0
        if sky is not None and self._shown_sky != sky["file"]:
            self._shown_sky = sky["file"]
            self._environment.image = self._sky_image(sky["file"], store)

    def _sky_image(self, name: str, store: Path) -> Any:
        """Return a sky's picture; the last few are kept."""
        if name in self._skies:
            return self._skies[name]
        if len(self._skies) == _SKIES_KEPT:
            bpy.data.images.remove(self._skies.pop(next(iter(self._skies))))
        with Reading(self):
            radiance = np.load(store / name)
        rows, columns, _ = radiance.shape
        image = bpy.data.images.new("sky", columns, rows, alpha=False, float_buffer=True)
        image.colorspace_settings.name = "Linear Rec.709"
        rgba = np.ones((rows, columns, 4), np.float32)
        rgba[:, :, :3] = radiance[::-1]
        image.pixels.foreach_set(rgba.ravel())
        image.update()
        self._skies[name] = image
        return image


class Reading:
    """Adds the time spent inside to what a world spent with files."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __enter__(self) -> None:
        self._start = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._world.reading_s += time.perf_counter() - self._start


def hide(thing: Any, hidden: bool) -> None:
    """Hide or show; set only where it changes, as Blender sorts the scene anew each time."""
    if thing.hide_render != hidden:
        thing.hide_render = hidden


def aim(scene: Any, camera: dict[str, Any]) -> None:
    """Look through a pinhole; Blender's camera looks along its -Z with +Y up, ours along +Z with +Y down."""
    if scene.camera is None:
        eye = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
        scene.collection.objects.link(eye)
        scene.camera = eye
    width, height = camera["resolution"]
    (fx, fy), (cx, cy) = camera["focal_px"], camera["center_px"]
    scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = width, height, 100
    stretch = fx / fy
    scene.render.pixel_aspect_x, scene.render.pixel_aspect_y = max(1.0, 1 / stretch), max(1.0, stretch)
    lens = scene.camera.data
    # On a sensor as wide as the picture, a millimetre is a pixel. Shifts are in shares of that width.
    lens.sensor_fit, lens.sensor_width, lens.lens = "HORIZONTAL", float(width), fx
    lens.shift_x, lens.shift_y = (width / 2 - cx) / width, stretch * (cy - height / 2) / width
    lens.clip_start, lens.clip_end = camera["clip_m"]
    scene.camera.matrix_world = Matrix(camera["world_from_camera"]) @ Matrix.Diagonal((1.0, -1.0, -1.0, 1.0))


def prepare(scene: Any, settings: dict[str, Any]) -> None:
    """Set the integrator; paths of `max_depth` segments have two bounces fewer, by Cycles' count."""
    cycles = scene.cycles
    cycles.device = "CPU"
    cycles.samples, cycles.seed = settings["spp"], settings["seed"]
    bounces = settings["max_depth"] - 2
    cycles.max_bounces = cycles.diffuse_bounces = cycles.glossy_bounces = max(bounces, 0)
    cycles.transmission_bounces = cycles.volume_bounces = 0
    # Nothing is cut off: limits on brightness are in Cycles' units, and nits are large numbers.
    cycles.sample_clamp_direct = cycles.sample_clamp_indirect = cycles.blur_glossy = 0.0
    cycles.light_sampling_threshold = 0.0
    cycles.caustics_reflective = cycles.caustics_refractive = True
    cycles.use_light_tree, cycles.sampling_pattern = settings["light_tree"], settings["pattern"]
    cycles.debug_bvh_type = "STATIC_BVH" if settings["static_bvh"] else "DYNAMIC_BVH"
    # The noise that adaptive sampling accepts is relative to a picture whose white is 1.
    cycles.film_exposure = settings["exposure"]
    cycles.pixel_filter_type, cycles.filter_width = "BOX", 1.0
    cycles.use_adaptive_sampling = settings["adaptive_threshold"] > 0
    cycles.adaptive_threshold, cycles.adaptive_min_samples = settings["adaptive_threshold"], settings["adaptive_least"]
    cycles.use_denoising, cycles.denoiser = settings["denoise"], "OPENIMAGEDENOISE"
    cycles.denoising_input_passes = "RGB_ALBEDO_NORMAL"
    cycles.denoising_prefilter, cycles.denoising_quality = settings["prefilter"], settings["denoiser_quality"]
    scene.render.use_persistent_data = settings["persistent"]
    scene.render.use_compositing = scene.render.use_sequencer = False
    scene.render.threads_mode = "FIXED" if settings["threads"] else "AUTO"
    if settings["threads"]:
        scene.render.threads = settings["threads"]
    image = scene.render.image_settings
    image.file_format, image.color_depth, image.color_mode, image.exr_codec = "OPEN_EXR", "32", "RGB", "NONE"


def entities_only(world: World) -> None:
    """Let each object shine by its number, and nothing else: a picture of instances, without smooth edges."""
    material = bpy.data.materials.new("entity")
    tree = material.node_tree
    tree.nodes.clear()
    number, shine, output = (
        tree.nodes.new(f"ShaderNode{name}") for name in ("ObjectInfo", "Emission", "OutputMaterial")
    )
    tree.links.new(number.outputs["Object Index"], shine.inputs["Strength"])
    tree.links.new(shine.outputs[0], output.inputs["Surface"])
    bpy.context.view_layer.material_override = material
    for lamp in world.lamps():
        lamp.hide_render = True
    world.scene.world.cycles_visibility.camera = False
    cycles = world.scene.cycles
    cycles.samples, cycles.max_bounces, cycles.use_denoising, cycles.filter_width = 1, 0, False, 0.01
    cycles.use_adaptive_sampling = False


def work(world: World, job: dict[str, Any]) -> dict[str, float]:
    """Render every camera of a scene into `out` + `_CAMERA.exr`; return where time went [s].

    `read` is reading files, `sync` changing Blender's scene, `render` until the picture stands in memory, and `write`
    saving it.
    """
    started = time.perf_counter()
    cameras = world.show(Path(job["scene"]), Path(job["store"]))
    prepare(world.scene, job["settings"])
    if job["entities"]:
        entities_only(world)
    seconds = {"read": world.reading_s, "sync": time.perf_counter() - started - world.reading_s}
    seconds |= {"render": 0.0, "write": 0.0}
    for camera in cameras:
        aiming = time.perf_counter()
        aim(world.scene, camera)
        bpy.ops.render.render()
        rendered = time.perf_counter()
        bpy.data.images["Render Result"].save_render(f"{job['out']}_{camera['name']}.exr", scene=world.scene)
        seconds["render"] += rendered - aiming
        seconds["write"] += time.perf_counter() - rendered
    bpy.context.view_layer.material_override = None
    return seconds


def main() -> None:
    """Answer jobs until the input ends."""
    world = World()
    skies = bpy.utils.system_resource("DATAFILES", path="studiolights/world")
    print("@@" + json.dumps({"version": bpy.app.version_string, "skies": skies}), flush=True)
    for line in sys.stdin:
        print("\n@@" + json.dumps(work(world, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
