"""The frame record: all that is known about a frame but its pixels, as plain JSON values.

`frame_record.schema.json` beside this module is its schema, and `docs/dataset.md` explains every field.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np

from sdg.annotate.model import AnnotatedFrame, AnnotatedView, InstanceAnnotation, ObjectAnnotation
from sdg.camera.optics import Optics
from sdg.camera.sensors.model import Development
from sdg.foundation.arrays import FloatArray
from sdg.foundation.digest import digest_bytes
from sdg.foundation.rigid_motion import RigidMotion
from sdg.render.api import RendererIdentity
from sdg.stage.model import Camera
from sdg.version import __version__
from sdg.write.json_text import readable_json
from sdg.write.spec import DatasetSpec

RECORD_VERSION = 1


@dataclass(frozen=True)
class ViewFiles:
    """What was written for one picture.

    Attributes:
        files: By annotator: relative path, SHA-256 and size of its file.
        depth_beyond_range_px: Pixels too far for the depth picture; None if there is none.
    """

    files: Mapping[str, Mapping[str, Any]]
    depth_beyond_range_px: int | None


def describe_file(path: str, content: bytes) -> dict[str, Any]:
    """Return how records and the manifest name a file."""
    return {"path": path, "sha256": digest_bytes(content), "size": len(content)}


def build_record(frame: AnnotatedFrame, spec: DatasetSpec, files: Mapping[str, ViewFiles]) -> dict[str, Any]:
    """Return the record of a frame.

    Args:
        frame: The frame.
        spec: What the recipe asks for; it decides which optional fields there are. A camera's lens, pose and
            exposure are always there, so that any frame can be made again from its record.
        files: What was written, by camera.
    """
    return {
        "sdg_frame": RECORD_VERSION,
        "frame_index": frame.frame_index,
        "seed": frame.seed,
        "name": spec.name,
        "renderer": _renderer(frame.identity),
        "versions": dict(sorted({**_writing_versions(), **frame.identity.versions}.items())),
        "objects": [_object(thing, spec) for thing in frame.objects],
        **({"poses": list(frame.poses)} if frame.poses else {}),
        "scene_info": {
            "environment": list(frame.environment),
            "lights": list(frame.lights),
            "drawn": dict(frame.drawn),
            **({} if frame.physics is None else {"physics": dict(frame.physics)}),
        },
        "cameras": {name: _view(view, spec, files[name]) for name, view in frame.views.items()},
    }


def _renderer(identity: RendererIdentity) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": identity.renderer, "device_kind": identity.device_kind}
    if identity.missing_effects:
        entry["missing_effects"] = list(identity.missing_effects)
    return entry


def record_bytes(record: Mapping[str, Any]) -> bytes:
    """Return a record as it stands on disk."""
    return readable_json(record, 4).encode()


def _object(thing: ObjectAnnotation, spec: DatasetSpec) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": thing.name,
        "prim_path": thing.prim_path,
        "class": thing.label,
        "category_id": thing.category_id,
        "instance_id": thing.instance_id,
        "asset_digest": thing.asset_key,
        "world_from_object": thing.world_from_object.tolist(),
        **_motion(thing.motion),
    }
    if spec.asks_for("part_segmentation"):
        assert thing.part_ids is not None
        entry["parts"] = dict(thing.part_ids)
    if spec.asks_for("bounding_box_3d"):
        entry["cuboid"] = {
            "size_m": list(thing.cuboid_size_m),
            "world_from_cuboid": thing.world_from_cuboid.tolist(),
        }
    return entry


def _view(view: AnnotatedView, spec: DatasetSpec, written: ViewFiles) -> dict[str, Any]:
    camera = view.camera
    height, width = view.rgb.shape[:2]
    entry: dict[str, Any] = {
        "resolution": [width, height],
        "prim_path": camera.prim_path,
        "intrinsics": camera.lens.intrinsics(),
        "world_from_camera": camera.world_from_camera.tolist(),
        **_rig(camera),
        "clip_m": [float(limit) for limit in camera.clip_m],
        "exposure": _exposure(view),
        **_motion(camera.motion),
        **_time(view),
        **_light_path(camera, view),
        **_depth_path(camera, view),
    }
    if spec.has_annotations:
        entry["annotations"] = [_annotation(instance, spec, (height, width)) for instance in view.instances]
    if spec.has_masks:
        entry["stuff"] = [
            {"category_id": part.category_id, "area": part.area_px, "bbox": list(part.bbox_xywh_px)}
            for part in view.stuff
        ]
    if written.depth_beyond_range_px is not None:
        entry["depth_beyond_range_px"] = written.depth_beyond_range_px
    entry["files"] = dict(written.files)
    return entry


def _rig(camera: Camera) -> dict[str, Any]:
    """Return what a camera is mounted on and which pair it belongs to, where it is or does."""
    entry: dict[str, Any] = {}
    if camera.mount is not None:
        entry["mount"] = {
            "on": camera.mount.on,
            "prim_path": camera.mount.prim_path,
            "carrier_from_camera": camera.mount.carrier_from_camera.tolist(),
        }
    if camera.stereo is not None:
        entry["stereo"] = asdict(camera.stereo)
    return entry


def _exposure(view: AnnotatedView) -> dict[str, Any]:
    exposure = view.camera.exposure
    entry: dict[str, Any] = {"mode": exposure.mode, "saturation_nits": float(view.saturation_nits)}
    if exposure.mode == "manual":
        entry |= {
            "f_number": float(exposure.f_number),
            "shutter_s": float(exposure.shutter_s),
        }
        entry |= {"iso": float(exposure.iso)} if exposure.gain_db is None else {"gain_db": float(exposure.gain_db)}
    return entry


def _motion(motion: RigidMotion | None) -> dict[str, Any]:
    return {} if motion is None else {"motion": asdict(motion)}


def _time(view: AnnotatedView) -> dict[str, Any]:
    """Return what motion and a rolling shutter do to the picture, where there is either."""
    entry: dict[str, Any] = {}
    if view.camera.line_time_s:
        entry["rolling_shutter"] = {"line_time_s": view.camera.line_time_s}
    if view.clipped_px:
        entry["clipped_px"] = view.clipped_px
    if view.slice_error_px:
        entry["slice_error_px"] = view.slice_error_px
    return entry


def _light_path(camera: Camera, view: AnnotatedView) -> dict[str, Any]:
    """Return what became of the light between lens and picture, where that is not ideal."""
    entry: dict[str, Any] = {}
    if camera.optics != Optics():
        entry["optics"] = asdict(camera.optics)
    if camera.focus is not None:
        entry["focus"] = asdict(camera.focus) | {"magnification": camera.focus.magnification}
    if camera.sensor is not None:
        entry["sensor"] = asdict(camera.sensor)
        entry["recording"] = dict(view.recording)
    if camera.development != Development():
        entry["development"] = asdict(camera.development)
    return entry


def _depth_path(camera: Camera, view: AnnotatedView) -> dict[str, Any]:
    """Return how depth was measured, where it is not the truth; what has no limit has `null` for one."""
    entry: dict[str, Any] = {}
    if camera.depth_sensor is not None:
        entry["depth_sensor"] = {"kind": camera.depth_sensor.kind, **_finite(asdict(camera.depth_sensor))}
    if camera.depth_noise is not None:
        entry["depth_noise"] = _finite(asdict(camera.depth_noise))
    if view.depth_recording:
        entry["depth_recording"] = dict(view.depth_recording)
    return entry


def _finite(value: Any) -> Any:
    """Return values with None for infinity, which JSON doesn't have."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and math.isinf(value) else value


def _annotation(instance: InstanceAnnotation, spec: DatasetSpec, size: tuple[int, int]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "instance_id": instance.instance_id,
        "category_id": instance.category_id,
        "area": instance.area_px,
        "visibility": instance.visibility,
    }
    if spec.has_masks:
        entry["bbox"] = list(instance.bbox_xywh_px)
        entry["segmentation"] = {"size": list(size), "counts": instance.rle_counts}
    if instance.keypoints is not None:
        entry["keypoints"] = instance.keypoints.ravel().tolist()
    entry |= _whole(instance, spec, size)
    if spec.asks_for("bounding_box_3d"):
        entry["cuboid"] = {
            "camera_from_cuboid": instance.camera_from_cuboid.tolist(),
            "corners_px": _points(instance.corners_px),
        }
    return entry


def _whole(instance: InstanceAnnotation, spec: DatasetSpec, size: tuple[int, int]) -> dict[str, Any]:
    """Return what is known of the hidden and cut off parts of a thing, where that is asked for."""
    entry: dict[str, Any] = {}
    if spec.asks_for("occlusion"):
        entry["occlusion"] = 1.0 - instance.visibility
    if spec.asks_for("truncation"):
        assert instance.truncation is not None
        entry["truncation"] = instance.truncation
    if spec.asks_for("bounding_box_2d_loose"):
        assert instance.whole is not None
        entry["bbox_loose"] = list(instance.whole.bbox_xywh_px)
    if spec.asks_for("amodal_segmentation"):
        assert instance.whole is not None
        entry["amodal_area"] = instance.whole.area_px
        entry["amodal_segmentation"] = {"size": list(size), "counts": instance.whole.rle_counts}
    return entry


def _points(points: FloatArray) -> list[list[float] | None]:
    """Return points as lists; JSON has no NaN, so None stands for a point that the lens doesn't see."""
    return [None if math.isnan(u) or math.isnan(v) else [u, v] for u, v in points.tolist()]


@cache
def _writing_versions() -> dict[str, str]:
    """Return the versions of what decides the bytes of data files; the renderer adds what decides its pixels."""
    import cv2

    return {
        "sdg": __version__,
        "numpy": np.__version__,
        "opencv": cv2.__version__,
        "mujoco": version("mujoco"),
        "coacd": version("coacd"),
        "pycocotools": version("pycocotools"),
    }
