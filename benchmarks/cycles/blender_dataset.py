"""Run by a Python that has `bpy`: makes a dataset of prepared worlds as a BlenderProc script would, for its pace.

    python blender_dataset.py WORLDS OUTPUT SETTINGS_JSON

Each world's poses, materials, lamps, sky and camera are put into Blender's scene, which keeps its data; Cycles renders
colour, depth and object index in one go. The picture leaves Blender as an uncompressed EXR in memory (`/dev/shm`), and
a thread turns it into files while Cycles renders on: PNG of colour (automatic exposure, sRGB), of depth (16 bit,
millimetres), of instances and of classes, and COCO with run-length masks, boxes and areas by pycocotools.
"""

from __future__ import annotations

import json
import queue
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import bpy
import cv2
import numpy as np
import OpenEXR
from blender_script import World, aim, prepare
from pycocotools import mask as masks

_WAITING = 3
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)
_FAST = [cv2.IMWRITE_PNG_COMPRESSION, 1]


class Writer(threading.Thread):
    """Turns finished pictures into files, beside the rendering; a fault in it ends the run."""

    def __init__(self, output: Path) -> None:
        super().__init__()
        self.pictures: queue.Queue[tuple[int, Path, dict[str, Any]] | None] = queue.Queue(_WAITING)
        self.fault: BaseException | None = None
        self._output = output
        self._images: list[dict[str, Any]] = []
        self._annotations: list[dict[str, Any]] = []
        for name in ("rgb", "depth", "instance", "semantic"):
            (output / name).mkdir(parents=True)

    def run(self) -> None:
        while (item := self.pictures.get()) is not None:
            try:
                if self.fault is None:
                    self._write(*item)
            except BaseException as fault:  # told to the main thread, which goes on waiting otherwise
                self.fault = fault
            item[1].unlink()

    def _write(self, index: int, path: Path, labels: dict[str, Any]) -> None:
        with OpenEXR.File(str(path), separate_channels=True) as file:
            passes = {part.name().split(".", 1)[1]: part.channels for part in file.parts}
            planes = passes["Combined"]
            radiance = np.stack([planes[f"ViewLayer.Combined.{name}"].pixels for name in "BGR"], axis=-1)
            depth_m = passes["Depth"]["ViewLayer.Depth.Z"].pixels
            entities = np.rint(passes["Object Index"]["ViewLayer.Object Index.X"].pixels).astype(np.int64)
        name = f"{index:06d}.png"
        instances = np.array(labels["instance_ids"], np.uint16)[entities]
        depth_mm = np.where(depth_m < 65.5, np.rint(depth_m * 1000), 0).astype(np.uint16)
        files = {
            "rgb": develop(radiance),
            "depth": depth_mm,
            "instance": instances,
            "semantic": np.array(labels["category_ids"], np.uint8)[entities],
        }
        for kind, picture in files.items():
            cv2.imwrite(str(self._output / kind / name), picture, _FAST)
        height, width = instances.shape
        self._images.append({"id": index + 1, "width": width, "height": height, "file_name": f"rgb/{name}"})
        classes = dict(zip(labels["instance_ids"], labels["category_ids"], strict=True))
        for instance in np.unique(instances[instances > 0]).tolist():
            code = masks.encode(np.asfortranarray(instances == instance).view(np.uint8))
            self._annotations.append(
                {
                    "id": len(self._annotations) + 1,
                    "image_id": index + 1,
                    "category_id": classes[instance],
                    "segmentation": {"size": code["size"], "counts": code["counts"].decode()},
                    "area": int(masks.area(code)),
                    "bbox": masks.toBbox(code).tolist(),
                    "iscrowd": 0,
                }
            )

    def finish(self, categories: list[dict[str, Any]]) -> None:
        self.pictures.put(None)
        self.join()
        content = {"images": self._images, "annotations": self._annotations, "categories": categories}
        (self._output / "instances.json").write_text(json.dumps(content))


def develop(radiance: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return 8 bit sRGB: the geometric mean goes to middle grey, and no more than 2 % of the pixels clip."""
    sample = radiance.reshape(-1, 3)[::3]
    luminance = sample @ _LUMINANCE[::-1]
    grey = float(np.exp(np.log(np.maximum(luminance, np.median(luminance) / 64 + 1e-4)).mean())) / 0.18
    white = max(grey, float(np.quantile(sample.max(axis=1), 0.98)))
    steps = np.linspace(0.0, 1.0, 4096, dtype=np.float32)
    curve = np.where(steps <= 0.0031308, 12.92 * steps, 1.055 * steps ** (1 / 2.4) - 0.055)
    table = np.rint(255 * curve).astype(np.uint8)
    return table[(np.clip(radiance * (1 / white), 0.0, 1.0) * 4095).astype(np.uint16)]


def main() -> None:
    """Make every world's files."""
    worlds, output, settings = Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])
    world, writer = World(), Writer(output)
    writer.start()
    layer = bpy.context.view_layer
    layer.use_pass_z = layer.use_pass_object_index = True
    prepare(world.scene, settings)
    image = world.scene.render.image_settings
    image.media_type = "MULTI_LAYER_IMAGE"
    image.color_depth, image.exr_codec = "32", "NONE"
    spent = dict.fromkeys(("read", "sync", "render", "save", "wait"), 0.0)
    with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
        for index in range(settings["frames"]):
            moments = [time.perf_counter()]
            (camera,) = world.show(worlds / f"{index:06d}.json", worlds / "store")
            aim(world.scene, camera)
            world.scene.cycles.seed = index
            moments.append(time.perf_counter())
            bpy.ops.render.render()
            moments.append(time.perf_counter())
            path = Path(memory) / f"{index:06d}.exr"
            bpy.data.images["Render Result"].save_render(str(path), scene=world.scene)
            moments.append(time.perf_counter())
            writer.pictures.put((index, path, json.loads((worlds / f"{index:06d}.labels.json").read_text())))
            moments.append(time.perf_counter())
            for name, start, end in zip(("sync", "render", "save", "wait"), moments, moments[1:], strict=False):
                spent[name] += end - start
            spent["read"] += world.reading_s
            spent["sync"] -= world.reading_s
        started = time.perf_counter()
        writer.finish(json.loads((worlds / "categories.json").read_text()))
        spent["wait"] += time.perf_counter() - started
    if writer.fault is not None:
        raise writer.fault
    print("\n@@" + json.dumps(spent), flush=True)


if __name__ == "__main__":
    main()
