"""One frame's record: its schema, who made it, and that its objects, annotations and cameras fit together."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from sdg.validate.cuboids import check_cuboids, is_rigid
from sdg.validate.findings import Findings
from sdg.validate.folder import Folder, RefusedPath
from sdg.validate.json_text import parse_json
from sdg.validate.manifest import Manifest, compare_bytes
from sdg.validate.refusals import tell_refusal
from sdg.validate.schema import record_schema
from sdg.validate.wholes import check_whole

GREATEST_RECORD = 64 << 20
# Annotators that leave a file in each picture's set.
WITH_FILES = (
    "rgb",
    "depth",
    "semantic_segmentation",
    "instance_segmentation",
    "part_segmentation",
    "distance_to_image_plane",
    "distance_to_camera",
    "normals",
    "motion_vectors",
    "pointcloud",
)


def read_record(folder: Folder, path: str, manifest: Manifest | None, findings: Findings) -> dict[str, Any] | None:
    """Return a frame's record if it can be used at all; whatever else is wrong with it is told."""
    try:
        raw = folder.read(path, GREATEST_RECORD + 1)
    except RefusedPath as refused:
        tell_refusal(refused, path, findings, "a frame record")
        return None
    if len(raw) > GREATEST_RECORD:
        findings.add("V104", file=path, expected=f"at most {GREATEST_RECORD} bytes", found="more")
        return None
    if manifest is not None and not compare_bytes(manifest, path, raw, findings):
        return None
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        findings.add("V102", file=path, expected="UTF-8", found=f"byte {raw[error.start]:#04x} at {error.start}")
        return None
    record = parse_json(text, path, findings)
    if record is None or findings.is_blamed(file=path):
        return None
    problems = list(islice(record_schema()(record, ""), 5))
    for where, expected, found in problems:
        findings.add("V710", file=path, expected=f"{where}: {expected}" if where else expected, found=found)
    return None if problems else record


def check_record(record: dict[str, Any], path: str, manifest: Manifest | None, findings: Findings) -> None:
    """Check what a record says, against itself and against the manifest."""
    if f"{record['frame_index']:06d}" != PurePosixPath(path).stem:
        findings.add(
            "V711", file=path, expected=f"the record of frame {PurePosixPath(path).stem}", found=record["frame_index"]
        )
        return
    if manifest is not None:
        _check_origin(record, path, manifest, findings)
    _check_objects(record, path, findings)
    for name, view in record["cameras"].items():
        if not is_rigid(view["world_from_camera"]):
            findings.add(
                "V411", file=path, expected=f"camera {name}: a rigid world_from_camera", found=view["world_from_camera"]
            )
            continue
        if manifest is not None:
            _check_view(name, view, path, manifest, findings)
        check_cuboids(record, name, view, path, findings)
    if not findings.is_blamed(file=path):
        _check_pairs(record["cameras"], path, findings)
        for name, view in record["cameras"].items():
            for entry in view.get("annotations", ()):
                check_whole(entry, f"camera {name}, instance {entry['instance_id']}", path, findings)


def _check_origin(record: Mapping[str, Any], path: str, manifest: Manifest, findings: Findings) -> None:
    number = manifest.source_of(record)
    if number is None:
        expected = "the number of one of merged_from" if "merged_from" in manifest.content else "no key merged"
        findings.add("V719", file=path, expected=expected, found=record.get("merged", "nothing"))
        return
    source = manifest.sources[number]
    for key in ("name", "seed"):
        if record[key] != source[key]:
            findings.add("V719", file=path, expected=f"{key} {source[key]!r}", found=record[key])
    made = {**record["renderer"], "versions": record["versions"]}
    makers = [{key: value for key, value in maker.items() if key != "frames"} for maker in manifest.content["made_by"]]
    if made not in makers:
        expected = "a renderer, device kind and versions that the manifest lists"
        findings.add("V719", file=path, expected=expected, found=f"{made['name']} on {made['device_kind']}")


def _check_objects(record: Mapping[str, Any], path: str, findings: Findings) -> None:
    objects: dict[int, Mapping[str, Any]] = {}
    for thing in record["objects"]:
        if thing["instance_id"] in objects:
            found = f"{objects[thing['instance_id']]['name']} and {thing['name']}"
            findings.add("V724", file=path, expected=f"one object with instance id {thing['instance_id']}", found=found)
        objects[thing["instance_id"]] = thing
    for name, view in record["cameras"].items():
        seen: set[int] = set()
        for entry in view.get("annotations", ()):
            where = f"camera {name}, instance {entry['instance_id']}"
            thing = objects.get(entry["instance_id"])
            if thing is None:
                findings.add("V724", file=path, expected=f"{where}: an object with this id", found="none")
            elif thing["category_id"] != entry["category_id"]:
                expected = f"{where}: category {thing['category_id']}, the object's"
                findings.add("V724", file=path, expected=expected, found=entry["category_id"])
            elif entry["instance_id"] in seen:
                findings.add("V724", file=path, expected=f"{where}: one annotation", found="several")
            seen.add(entry["instance_id"])
            _check_visibility(entry, where, path, findings)


def _check_visibility(entry: Mapping[str, Any], where: str, path: str, findings: Findings) -> None:
    whole = entry["area"] / entry["visibility"]
    if abs(whole - round(whole)) > 1e-6 * whole:
        expected = f"{where}: visibility {entry['area']} / a whole number of pixels"
        findings.add("V416", file=path, expected=expected, found=entry["visibility"])


def _check_view(name: str, view: Mapping[str, Any], path: str, manifest: Manifest, findings: Findings) -> None:
    camera = next((entry for entry in manifest.cameras if entry["name"] == name), None)
    expected = camera.get("resolution") if camera else None
    if camera is not None and expected is None and "merged_from" in manifest.content:
        expected = view["resolution"]  # each picture knows its own
    if view["resolution"] != expected or view["intrinsics"]["resolution"] != expected:
        wanted = f"camera {name}: {expected}" if camera else f"cameras {[entry['name'] for entry in manifest.cameras]}"
        findings.add("V720", file=path, expected=wanted, found=view["resolution"] if camera else name)
    asked = [annotator for annotator in WITH_FILES if annotator in manifest.content["annotators"]]
    if manifest.content["coco"]:
        asked = [*dict.fromkeys(["rgb", *asked]), "panoptic"]
    for annotator in asked:
        if annotator not in view["files"]:
            findings.add("V712", file=path, expected=f"camera {name}: a file of {annotator}", found="none")
    for annotator, file in view["files"].items():
        recorded = manifest.files.get(file["path"])
        if recorded is None:
            expected = f"camera {name}, {annotator}: a file that the manifest names"
            findings.add("V713", file=path, expected=expected, found=file["path"])
        elif recorded != (file["sha256"], file["size"]):
            expected = f"{file['path']}: {recorded[0]}, {recorded[1]} bytes, as the manifest says"
            findings.add("V713", file=path, expected=expected, found=f"{file['sha256']}, {file['size']} bytes")


def _check_pairs(cameras: Mapping[str, Mapping[str, Any]], path: str, findings: Findings) -> None:
    for name, view in cameras.items():
        pair = view.get("stereo")
        if pair is None or name != pair["left"] or pair["right"] not in cameras:
            continue
        left = np.array(view["world_from_camera"])
        right = np.array(cameras[pair["right"]]["world_from_camera"])
        step = np.linalg.inv(left) @ right
        ideal = np.eye(4)
        ideal[0, 3] = pair["baseline_m"]
        if np.abs(step - ideal).max() > 1e-6:
            expected = f"camera {pair['right']}: {pair['baseline_m']} m along +X of {name}, turned alike"
            findings.add("V721", file=path, expected=expected, found=[round(float(x), 6) for x in step[:3, 3]])
