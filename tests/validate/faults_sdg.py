"""Single faults of datasets of `sdg`; each names the code it is found under.

Where a file changes, sizes and digests are made right again, so that the fault itself has to be found.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.validate.datasets import INSTANCES, PANOPTIC, SdgDataset

Plant = Callable[[SdgDataset], None]
FAULTS: list[tuple[str, str, Plant]] = []


def fault(code: str, name: str, *, sealed: bool = True) -> Callable[[Plant], Plant]:
    """Register a fault; afterwards the dataset is sealed."""

    def register(plant: Plant) -> Plant:
        def planted(data: SdgDataset) -> None:
            plant(data)
            if sealed:
                data.seal()

        FAULTS.append((code, name, planted))
        return plant

    return register


def in_json(code: str, name: str, path: str, change: Callable[[Any], Any], *, sealed: bool = True) -> None:
    """Register a change of a JSON file."""
    fault(code, name, sealed=sealed)(lambda data: data.edit(path, change))


def in_picture(code: str, name: str, annotator: str, change: Callable[[Any], Any], camera: str = "pair") -> None:
    """Register a change of a picture's pixels."""
    fault(code, name)(lambda data: data.edit_picture(data.file(annotator, camera), change))


def in_array(code: str, name: str, annotator: str, change: Callable[[Any], Any]) -> None:
    """Register a change of an array."""
    fault(code, name)(lambda data: data.edit_array(data.file(annotator), change))


RECORD = "frames/000000.json"


def view(record: Any, camera: str = "pair") -> Any:
    return record["cameras"][camera]


def seen(record: Any, camera: str = "pair") -> Any:
    return view(record, camera)["annotations"][0]


def _put(holder: Any, **values: Any) -> None:
    holder.update(values)


# --- reading ---
@fault("V104", "a record of gigabytes")
def _huge(data: SdgDataset) -> None:
    data.put("frames/000003.json", b"")
    os.truncate(data.root / "frames/000003.json", (64 << 20) + 10)


def _renamed(data: SdgDataset, path: str) -> None:
    """Let the manifest name the first calibration file differently, and take it away."""
    manifest = data.read("manifest.json")
    entry = next(entry for entry in manifest["files"] if entry["path"].startswith("calibration/"))
    (data.root / entry["path"]).unlink()
    entry["path"] = path
    data.write("manifest.json", manifest)


fault("V107", "an absolute path in the manifest")(lambda data: _renamed(data, "/etc/passwd"))
fault("V108", "a path of the manifest that climbs out")(lambda data: _renamed(data, "../../../etc/passwd"))


@fault("V109", "a link in the place of a picture")
def _link(data: SdgDataset) -> None:
    path = data.root / data.file("rgb")
    path.rename(data.root.parent / "elsewhere.png")
    path.symlink_to(data.root.parent / "elsewhere.png")


@fault("V109", "a record that is a link", sealed=False)
def _linked_record(data: SdgDataset) -> None:
    path = data.root / "frames/000003.json"
    path.rename(data.root.parent / "000003.json")
    path.symlink_to(data.root.parent / "000003.json")


@fault("V110", "a pipe in the place of a picture")
def _pipe(data: SdgDataset) -> None:
    path = data.root / data.file("rgb")
    path.unlink()
    os.mkfifo(path)


def _seal_only_manifest(data: SdgDataset) -> None:
    """Make the manifest's sizes and digests right, and leave those in records."""
    manifest = data.read("manifest.json")
    for entry in manifest["files"]:
        entry.update(data.described(entry["path"]))
    manifest["totals"]["bytes"] = sum(entry["size"] for entry in manifest["files"])
    data.write("manifest.json", manifest)


@fault("V105", "a doubled key in a record", sealed=False)
def _doubled_key(data: SdgDataset) -> None:
    text = (data.root / RECORD).read_text()
    data.put(RECORD, text.replace("{", '{"sdg_frame": 1, ', 1).encode())
    _seal_only_manifest(data)


# --- masks, boxes, cuboids ---
@fault("V318", "a mask that takes pixels of another")
def _overlap(data: SdgDataset) -> None:
    from pycocotools import mask

    coco = data.read(INSTANCES)
    first, second = [entry for entry in coco["annotations"] if entry["image_id"] == 2][:2]
    joined = mask.merge([first["segmentation"], second["segmentation"]])
    first["segmentation"]["counts"] = joined["counts"].decode()
    first["area"], first["bbox"] = int(mask.area(joined)), [int(value) for value in mask.toBbox(joined)]
    data.write(INSTANCES, coco)


in_json(
    "V305",
    "a box one pixel too wide",
    INSTANCES,
    lambda c: c["annotations"][3]["bbox"].__setitem__(2, c["annotations"][3]["bbox"][2] + 1),
)
in_json(
    "V308",
    "an area one pixel too large",
    INSTANCES,
    lambda c: _put(c["annotations"][3], area=c["annotations"][3]["area"] + 1),
)
in_json("V411", "a camera that is scaled", RECORD, lambda r: view(r)["world_from_camera"][0].__setitem__(0, 2.0))
in_json(
    "V411",
    "a cuboid that is mirrored",
    RECORD,
    lambda r: [row.__setitem__(0, -row[0]) for row in seen(r)["cuboid"]["camera_from_cuboid"][:3]],
)
in_json(
    "V412",
    "a corner that is a fifth of a pixel off",
    RECORD,
    lambda r: seen(r)["cuboid"]["corners_px"][3].__setitem__(0, seen(r)["cuboid"]["corners_px"][3][0] + 0.2),
)
in_json(
    "V412",
    "a lens of another focal length",
    RECORD,
    lambda r: view(r, "left")["intrinsics"]["K"][0].__setitem__(0, 71.0),
)
in_json("V412", "another distortion", RECORD, lambda r: view(r, "left")["intrinsics"]["distortion"].__setitem__(0, 0.1))
in_json("V413", "the box of another thing", RECORD, lambda r: _put(seen(r), bbox=[0, 0, 3, 3]))
in_json(
    "V414",
    "a cuboid that is elsewhere in the world",
    RECORD,
    lambda r: r["objects"][0]["cuboid"]["world_from_cuboid"][0].__setitem__(3, 9.0),
)
in_json("V415", "a cuboid of negative size", RECORD, lambda r: r["objects"][0]["cuboid"]["size_m"].__setitem__(0, -1.0))
in_json(
    "V416",
    "a visibility of no whole number of pixels",
    RECORD,
    lambda r: _put(seen(r), visibility=seen(r)["area"] / (seen(r)["area"] + 0.5)),
)
in_json("V417", "a loose box within the tight one", RECORD, lambda r: _put(seen(r), bbox_loose=[9, 9, 1, 1]))
in_json("V417", "an amodal area of another mask", RECORD, lambda r: _put(seen(r), amodal_area=seen(r)["area"] + 1000))
in_json(
    "V417",
    "an amodal mask without what is seen",
    RECORD,
    lambda r: _put(
        seen(r), **{key: view(r)["annotations"][1][key] for key in ("amodal_area", "amodal_segmentation", "bbox_loose")}
    ),
)
in_json("V418", "occlusion that is visibility", RECORD, lambda r: _put(seen(r), occlusion=seen(r)["visibility"] / 2))


# --- pictures ---
@fault("V502", "text in the place of a picture")
def _no_picture(data: SdgDataset) -> None:
    data.put(data.file("rgb"), b"<html>404</html>")


@fault("V503", "a picture without its end")
def _cut(data: SdgDataset) -> None:
    data.put(data.file("depth"), (data.root / data.file("depth")).read_bytes()[:-12])


@fault("V505", "a JPEG named PNG")
def _jpeg(data: SdgDataset) -> None:
    import cv2

    pixels = cv2.imread(str(data.root / data.file("rgb")))
    data.put(data.file("rgb"), cv2.imencode(".jpg", pixels)[1].tobytes())


def _one_pixel(value: Any) -> Callable[[Any], None]:
    def change(pixels: Any) -> None:
        pixels[0, 0] = value

    return change


in_picture("V504", "a picture one row short", "rgb", lambda pixels: pixels[:-1])
in_picture("V507", "instance ids in 8 bits", "instance_segmentation", lambda pixels: pixels.astype(np.uint8))
in_picture("V507", "a grey picture", "rgb", lambda pixels: pixels[..., 0])
in_picture("V511", "a category that doesn't exist", "semantic_segmentation", _one_pixel(99))
in_picture("V512", "an instance that doesn't exist", "instance_segmentation", _one_pixel(77))


def _without_first(pixels: Any) -> None:
    pixels[pixels == pixels[pixels > 0].min()] = 0


in_picture("V513", "an instance that is not in the picture", "instance_segmentation", _without_first)


@fault("V514", "an instance that lost a pixel to the floor in all three pictures")
def _lost_pixel(data: SdgDataset) -> None:
    where: list[Any] = []

    def instance(pixels: Any) -> None:
        where.append(tuple(np.argwhere(pixels > 0)[0]))
        pixels[where[0]] = 0

    floor = {entry["name"]: entry["id"] for entry in data.read("manifest.json")["categories"]}["floor"]
    data.edit_picture(data.file("instance_segmentation"), instance)
    data.edit_picture(data.file("semantic_segmentation"), lambda pixels: pixels.__setitem__(where[0], floor))
    data.edit_picture(data.file("panoptic"), lambda pixels: pixels.__setitem__(where[0], (1, 0, floor)))


@fault("V515", "a pixel of another class than its instance")
def _other_class(data: SdgDataset) -> None:
    import cv2

    instance = cv2.imread(str(data.root / data.file("instance_segmentation")), cv2.IMREAD_UNCHANGED)
    at = tuple(np.argwhere(instance > 0)[0])
    data.edit_picture(data.file("semantic_segmentation"), lambda pixels: pixels.__setitem__(at, 3))


in_picture("V515", "a pixel of a thing without instance", "semantic_segmentation", _one_pixel(1))
in_picture("V516", "a panoptic pixel of another segment", "panoptic", _one_pixel((0, 0, 1)))


def _segment(value: Any) -> Any:
    return value["annotations"][1]["segments_info"][0]


in_json(
    "V517",
    "a segment without pixels",
    PANOPTIC,
    lambda p: p["annotations"][1]["segments_info"].append(_segment(p) | {"id": 777}),
)
in_json("V517", "pixels without a segment", PANOPTIC, lambda p: p["annotations"][1]["segments_info"].pop())
in_json("V518", "a segment one pixel too large", PANOPTIC, lambda p: _put(_segment(p), area=_segment(p)["area"] + 1))
in_json(
    "V519", "a segment that stands twice", PANOPTIC, lambda p: p["annotations"][1]["segments_info"].append(_segment(p))
)
in_json("V520", "a segment of no category", PANOPTIC, lambda p: _put(_segment(p), category_id=99))
in_json("V521", "an image without panoptic annotation", PANOPTIC, lambda p: p["annotations"].pop())
in_json(
    "V521", "an image with two panoptic annotations", PANOPTIC, lambda p: p["annotations"].append(p["annotations"][0])
)
in_json("V522", "a thing that is stuff", PANOPTIC, lambda p: _put(p["categories"][0], isthing=0))


def _shown(pixels: Any) -> int:
    return int(np.flatnonzero(pixels)[0])


in_json("V523", "another name for a class", "semantic/labels.json", lambda labels: _put(labels, **{"1": "palette"}))
in_json(
    "V524",
    "stuff one pixel too large",
    RECORD,
    lambda r: _put(view(r)["stuff"][0], area=view(r)["stuff"][0]["area"] + 1),
)
in_picture("V525", "a part that doesn't exist", "part_segmentation", _one_pixel(60_000))
in_picture(
    "V526", "a part that lost a pixel", "part_segmentation", lambda pixels: pixels.flat.__setitem__(_shown(pixels), 0)
)
in_json("V525", "two parts with one id", RECORD, lambda r: _put(r["objects"][1], parts=r["objects"][0]["parts"]))
in_picture("V803", "a picture of one colour", "rgb", lambda pixels: pixels.fill(90))


@fault("V801", "a frame's picture in the place of another's")
def _same_picture(data: SdgDataset) -> None:
    data.put(data.file("rgb", frame=1), (data.root / data.file("rgb")).read_bytes())


# --- arrays ---
@fault("V601", "an array cut off")
def _cut_array(data: SdgDataset) -> None:
    data.put(data.file("normals"), (data.root / data.file("normals")).read_bytes()[:-4])


@fault("V601", "a pickle in the place of an array")
def _pickle(data: SdgDataset) -> None:
    import pickle

    data.put(data.file("normals"), pickle.dumps([1, 2, 3]))


in_array("V602", "an array of doubles", "distance_to_camera", lambda array: array.astype(np.float64))
in_array("V602", "an array on its side", "distance_to_camera", lambda array: np.ascontiguousarray(array.T))
in_array("V603", "NaN among depths", "distance_to_image_plane", _one_pixel(np.nan))
in_json("V604", "a far plane before the floor", RECORD, lambda r: _put(view(r), clip_m=[0.05, 2.0]))
in_picture("V605", "a millimetre too much", "depth", lambda pixels: pixels.__setitem__((5, 5), pixels[5, 5] + 1))
in_picture("V605", "a hole", "depth", _one_pixel(0))


@fault("V606", "distance along the ray for depth")
def _ray_depth(data: SdgDataset) -> None:
    distance = np.load(data.root / data.file("distance_to_camera"))
    data.edit_picture(data.file("depth"), lambda _: np.rint(distance.astype(float) * 1000).astype(np.uint16))


in_array("V607", "a ray one percent too long", "distance_to_camera", lambda array: array * np.float32(1.01))
in_array("V607", "depth in the place of distance", "distance_to_camera", lambda array: array * np.float32(0.5))


@fault("V608", "a thing at twice its distance")
def _farther(data: SdgDataset) -> None:
    import cv2

    instance = cv2.imread(str(data.root / data.file("instance_segmentation")), cv2.IMREAD_UNCHANGED)
    there = instance == instance[instance > 0].min()
    for annotator in ("distance_to_image_plane", "distance_to_camera"):
        data.edit_array(data.file(annotator), lambda array: np.where(there, 2 * array, array))
    depth = np.load(data.root / data.file("distance_to_image_plane"))
    data.edit_picture(data.file("depth"), lambda _: np.rint(depth.astype(float) * 1000).astype(np.uint16))


in_array("V609", "normals of length 2", "normals", lambda array: array * np.float32(2))
in_array("V610", "nothing where there is something", "distance_to_image_plane", _one_pixel(np.inf))
in_array("V610", "no normal where there is something", "normals", _one_pixel(0))


@fault("V611", "a wrong count of pixels that are too far")
def _too_far(data: SdgDataset) -> None:
    data.edit(RECORD, lambda record: _put(view(record), depth_beyond_range_px=3))
    data.edit("manifest.json", lambda manifest: _put(manifest["totals"], depth_beyond_range_px=3))


def _nearest(pixels: Any) -> None:
    pixels[tuple(np.argwhere(pixels > 0)[0])] = 3


in_picture("V612", "a depth that the sensor can't measure", "depth", _nearest, camera="left")


def _one_more(record: Any) -> None:
    view(record, "left")["depth_recording"]["measured_px"] += 1


in_json("V613", "a pixel counted too much", RECORD, _one_more)
in_array("V614", "infinite motion", "motion_vectors", _one_pixel(np.inf))


@fault("V601", "a cloud cut off")
def _cut_cloud(data: SdgDataset) -> None:
    data.put(data.file("pointcloud"), (data.root / data.file("pointcloud")).read_bytes()[:-3])


def _in_cloud(name: str, byte: int, value: int) -> None:
    """Register a change of one byte of the first point, which has 31."""

    @fault("V615", name)
    def _plant(data: SdgDataset) -> None:
        content = bytearray((data.root / data.file("pointcloud")).read_bytes())
        content[content.index(b"end_header\n") + 11 + byte] ^= value
        data.put(data.file("pointcloud"), bytes(content))


_in_cloud("a point that is elsewhere", 3, 1)
_in_cloud("a point of another colour", 24, 128)
_in_cloud("a point of another thing", 29, 7)


@fault("V615", "a cloud without its last point")
def _short_cloud(data: SdgDataset) -> None:
    content = (data.root / data.file("pointcloud")).read_bytes()
    count = int(content.split(b"element vertex ")[1].split(b"\n")[0])
    head = b"element vertex %d\n"
    data.put(data.file("pointcloud"), content.replace(head % count, head % (count - 1))[:-31])


# --- folder, manifest, records ---
@fault("V701", "no manifest", sealed=False)
def _no_manifest(data: SdgDataset) -> None:
    (data.root / "manifest.json").unlink()


@fault("V701", "a working folder", sealed=False)
def _working(data: SdgDataset) -> None:
    (data.root / ".sdg").mkdir()


in_json("V702", "a manifest of the future", "manifest.json", lambda m: _put(m, sdg_manifest=2), sealed=False)
in_json("V702", "a manifest without files", "manifest.json", lambda m: m.pop("files"), sealed=False)
in_json("V702", "frames that overlap", "manifest.json", lambda m: _put(m, frames=[[0, 3], [2, 5]]), sealed=False)


@fault("V703", "a picture that is gone", sealed=False)
def _gone(data: SdgDataset) -> None:
    (data.root / data.file("rgb")).unlink()


@fault("V704", "a file that grew", sealed=False)
def _grown(data: SdgDataset) -> None:
    data.put("calibration/pair.ros.yaml", (data.root / "calibration/pair.ros.yaml").read_bytes() + b"\n")


@fault("V704", "a picture cut off", sealed=False)
def _shrunk(data: SdgDataset) -> None:
    data.put(data.file("rgb"), (data.root / data.file("rgb")).read_bytes()[:-20])


@fault("V705", "a flipped bit in a picture", sealed=False)
def _flipped(data: SdgDataset) -> None:
    content = bytearray((data.root / data.file("rgb")).read_bytes())
    content[len(content) // 2] ^= 1
    data.put(data.file("rgb"), bytes(content))


@fault("V705", "a flipped bit in a calibration file", sealed=False)
def _flipped_calibration(data: SdgDataset) -> None:
    content = (data.root / "calibration/pair.ros.yaml").read_bytes()
    data.put("calibration/pair.ros.yaml", content[:-2] + bytes([content[-2] ^ 1]) + content[-1:])


@fault("V706", "a file that nobody knows", sealed=False)
def _unknown(data: SdgDataset) -> None:
    data.put("rgb/notes.txt", b"?")


in_json("V707", "a file that stands twice", "manifest.json", lambda m: m["files"].append(m["files"][-1]))
in_json(
    "V708",
    "one image too many",
    "manifest.json",
    lambda m: _put(m["totals"], images=m["totals"]["images"] + 1),
    sealed=False,
)


def _frames_gone(data: SdgDataset, frame: int) -> None:
    """Take a frame away, with everything that speaks of it but the manifest's list of frames."""
    record = data.read(data.record(frame))
    paths = {data.record(frame)} | {
        file["path"] for one in record["cameras"].values() for file in one["files"].values()
    }
    for path in paths:
        (data.root / path).unlink()
    coco = data.read(INSTANCES)
    images = {entry["id"] for entry in coco["images"] if entry["frame_index"] == frame}
    for path in (INSTANCES, PANOPTIC):
        value = data.read(path)
        value["images"] = [entry for entry in value["images"] if entry["id"] not in images]
        value["annotations"] = [entry for entry in value["annotations"] if entry["image_id"] not in images]
        data.write(path, value)
    manifest = data.read("manifest.json")
    manifest["files"] = [entry for entry in manifest["files"] if entry["path"] not in paths]
    views = list(record["cameras"].values())
    manifest["totals"]["frames"] -= 1
    manifest["totals"]["images"] -= len(views)
    manifest["totals"]["annotations"] -= sum(len(one["annotations"]) for one in views)
    manifest["totals"]["depth_beyond_range_px"] -= sum(one["depth_beyond_range_px"] for one in views)
    data.write("manifest.json", manifest)


@fault("V709", "a frame that was left out")
def _gap(data: SdgDataset) -> None:
    _frames_gone(data, 1)
    data.edit("manifest.json", lambda manifest: _put(manifest, frames=[[0, 0], [2, 3]]))


@fault("V725", "a frame without a record")
def _no_record(data: SdgDataset) -> None:
    _frames_gone(data, 3)


in_json("V710", "a record with an unknown field", RECORD, lambda r: _put(r, colour="red"))
in_json("V710", "a record without seed", RECORD, lambda r: r.pop("seed"))
in_json("V710", "a box of half pixels", RECORD, lambda r: _put(seen(r), bbox=[0.5, 0, 3, 3]))
in_json("V711", "a record of another frame", RECORD, lambda r: _put(r, frame_index=9))


@fault("V712", "a frame without normals")
def _no_normals(data: SdgDataset) -> None:
    path = data.file("normals")
    data.edit(RECORD, lambda record: view(record)["files"].pop("normals"))
    data.edit("manifest.json", lambda m: _put(m, files=[entry for entry in m["files"] if entry["path"] != path]))
    (data.root / path).unlink()


@fault("V713", "another digest in the record", sealed=False)
def _other_digest(data: SdgDataset) -> None:
    data.edit(RECORD, lambda record: _put(view(record)["files"]["rgb"], sha256="0" * 64))
    _seal_only_manifest(data)


in_json("V714", "another visibility in COCO", INSTANCES, lambda c: _put(c["annotations"][3], visibility=0.5))
in_json("V714", "another cuboid in COCO", INSTANCES, lambda c: _put(c["annotations"][3]["bbox_3d"], size_m=[1, 1, 1]))
in_json("V714", "an annotation that COCO lacks", INSTANCES, lambda c: c["annotations"].pop())
in_json("V715", "an image of another frame", INSTANCES, lambda c: _put(c["images"][0], frame_index=3))
in_json("V715", "an image of another camera", INSTANCES, lambda c: _put(c["images"][0], camera="pair"))
in_json("V716", "another name for a category", INSTANCES, lambda c: _put(c["categories"][0], name="palette"))
in_json(
    "V716", "a category more", PANOPTIC, lambda p: p["categories"].append({"id": 99, "name": "ghost", "isthing": 0})
)


@fault("V717", "another recipe")
def _recipe(data: SdgDataset) -> None:
    data.put("recipe.yaml", (data.root / "recipe.yaml").read_bytes() + b"# edited\n")


@fault("V718", "a leftover of a killed run", sealed=False)
def _leftover(data: SdgDataset) -> None:
    data.put("rgb/pair/.000000.png.1234.tmp", b"?")


in_json("V719", "a record of another seed", RECORD, lambda r: _put(r, seed=6))
in_json("V719", "a record of other versions", RECORD, lambda r: r["versions"].update(numpy="0.1"))
in_json("V720", "another resolution in a record", RECORD, lambda r: _put(view(r), resolution=[48, 64]))
in_json("V721", "a baseline that is not that of the poses", RECORD, lambda r: view(r)["stereo"].update(baseline_m=0.2))
in_json("V722", "a shard", "manifest.json", lambda m: _put(m, shard="1/2"), sealed=False)


@fault("V723", "a frame from another device")
def _device(data: SdgDataset) -> None:
    data.edit(RECORD, lambda record: record["renderer"].update(device_kind="cuda"))
    data.edit(
        "manifest.json", lambda m: m["made_by"].append({**m["made_by"][0], "device_kind": "cuda", "frames": [[0, 0]]})
    )


in_json("V724", "an annotation of another class than its object", RECORD, lambda r: _put(seen(r), category_id=2))
in_json("V724", "two objects of one id", RECORD, lambda r: r["objects"].append(r["objects"][0]))


# --- draws ---
@fault("V806", "the draws of another frame")
def _same_draws(data: SdgDataset) -> None:
    drawn = data.read(RECORD)["scene_info"]["drawn"]
    data.edit(data.record(1), lambda record: _put(record["scene_info"], drawn=drawn))


in_json(
    "V811",
    "a turn of 400 degrees",
    RECORD,
    lambda r: r["scene_info"]["drawn"].update({"scene.objects.pallet[0].yaw_deg": 400.0}),
)
in_json(
    "V811", "nine cartons of five", RECORD, lambda r: r["scene_info"]["drawn"].update({"scene.objects.carton.count": 9})
)
in_json(
    "V811",
    "an asset that nobody named",
    RECORD,
    lambda r: r["scene_info"]["drawn"].update({"scene.objects.carton[0].asset": "barrel"}),
)
in_json(
    "V813",
    "a draw that nobody declared",
    RECORD,
    lambda r: r["scene_info"]["drawn"].update({"scene.objects.pallet[0].scale": 2.0}),
)
in_json("V814", "a graph without nodes", "graph.json", lambda graph: _put(graph, nodes={}))


@fault("V812", "turns that are all the same")
def _constant(data: SdgDataset) -> None:
    for frame in range(4):

        def change(record: Any, frame: int = frame) -> None:
            for index, key in enumerate(sorted(record["scene_info"]["drawn"])):
                if key.startswith("scene.objects.carton[") and key.endswith("yaw_deg"):
                    record["scene_info"]["drawn"][key] = 10.0 + frame + index / 100

        data.edit(data.record(frame), change)
