"""Annotate a frame: from the ids of the centre rays to everything that is known about the picture."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from sdg.annotate.instances import annotate_instances, annotate_stuff
from sdg.annotate.keypoints import annotate_keypoints
from sdg.annotate.model import AnnotatedFrame, AnnotatedView, ObjectAnnotation
from sdg.annotate.motion import meeting_points, motion_vectors, slice_error_px
from sdg.annotate.parts import PartTable, part_table
from sdg.annotate.scene import describe_environment, describe_lights, describe_objects, describe_poses
from sdg.annotate.whole import truncation, whole_mask
from sdg.errors import RenderError
from sdg.foundation.arrays import UInt16Array, check_array
from sdg.render.api import RenderedFrame, RenderedView, RendererIdentity
from sdg.sensor.model import SensorFrame, SensorView
from sdg.stage.model import Body, Camera, Stage

GREATEST_ID = 65535  # category and instance pictures have 16 bits


def annotate_frame(
    rendered: RenderedFrame,
    recorded: SensorFrame,
    stage: Stage,
    identity: RendererIdentity,
    annotators: Collection[str] = (),
) -> AnnotatedFrame:
    """Return the frame with its labels.

    Args:
        rendered: What each camera received, and the truth per pixel.
        recorded: What each camera recorded.
        stage: The world that was rendered.
        identity: Who rendered it.
        annotators: What is asked for; only what takes long is left out otherwise.

    Raises:
        RenderError: There are more things or classes than a 16-bit picture can tell apart.
    """
    table = part_table(stage.bodies) if "part_segmentation" in annotators else None
    objects = describe_objects(stage)
    if table is not None:
        objects = tuple(replace(thing, part_ids=table.ids[thing.instance_id]) for thing in objects)
    categories = _id_table("classes", [body.category_id for body in stage.bodies])
    instances = _id_table("objects", [body.instance_id for body in stage.bodies])
    views = {
        camera.name: _with_points(
            _with_keypoints(
                _annotate_view(
                    rendered.views[camera.name],
                    recorded.views[camera.name],
                    camera,
                    objects,
                    (categories, instances),
                    stage.bodies if "truncation" in annotators else (),
                ),
                rendered.views[camera.name],
                stage.bodies if "keypoints" in annotators else (),
            ),
            rendered.views[camera.name],
            annotators,
            _annotate_motion(rendered.views[camera.name], camera, stage.bodies, annotators)
            | _annotate_parts(rendered.views[camera.name], table),
        )
        for camera in stage.cameras
    }
    return AnnotatedFrame(
        frame_index=stage.frame_index,
        seed=stage.seed,
        views=views,
        objects=objects,
        lights=describe_lights(stage),
        drawn=stage.drawn,
        identity=identity,
        seconds={},
        environment=describe_environment(stage),
        poses=describe_poses(stage),
        physics=stage.physics,
    )


def _id_table(kind: str, ids: Sequence[int]) -> UInt16Array:
    """Return the table from entity id to category or instance id; entity 0 is background, as is id 0."""
    if max(ids, default=0) > GREATEST_ID:
        raise RenderError(
            f"the scene has {kind} with ids up to {max(ids)}, and id pictures hold at most {GREATEST_ID}",
            hint=f"use fewer {kind}",
        )
    return np.array([0, *ids], dtype=np.uint16)


def _annotate_view(
    view: RenderedView,
    recording: SensorView,
    camera: Camera,
    objects: Sequence[ObjectAnnotation],
    tables: tuple[UInt16Array, UInt16Array],
    bodies: Sequence[Body],
) -> AnnotatedView:
    """Return a view with its labels.

    Args:
        view: What the camera received.
        recording: What it recorded.
        camera: Which.
        objects: The things on the stage.
        tables: Entity id to category id, and to instance id.
        bodies: Those whose truncation is asked for.
    """
    categories, instances = tables
    check_array("entity_ids", view.entity_ids, shape=("H", "W"), dtype=np.uint32)
    semantic = categories[view.entity_ids]
    instance = instances[view.entity_ids]
    entity_of = {int(identifier): entity for entity, identifier in enumerate(instances.tolist()) if identifier}
    by_id = {body.instance_id: body for body in bodies}
    unoccluded_px = {int(instances[entity]): count for entity, count in view.unoccluded_px.items()}
    return AnnotatedView(
        camera=camera,
        rgb=recording.rgb,
        depth_m=recording.depth_m,
        semantic=semantic,
        instance=instance,
        distance_to_image_plane=view.depth_z_m,
        distance_to_camera=view.distance_m,
        normals=view.normals,
        valid=view.valid,
        saturation_nits=recording.saturation_nits,
        instances=tuple(
            replace(
                seen,
                whole=None if view.unoccluded is None else whole_mask(instance, entity_of, seen, view.unoccluded),
                truncation=truncation(by_id[seen.instance_id], camera) if bodies else None,
            )
            for seen in annotate_instances(instance, objects, unoccluded_px, camera)
        ),
        stuff=annotate_stuff(semantic, instance),
        raw=recording.raw,
        recording=recording.recording,
        depth_recording=recording.depth_recording,
        clipped_px=view.clipped_px,
    )


def _with_keypoints(annotated: AnnotatedView, view: RenderedView, bodies: Sequence[Body]) -> AnnotatedView:
    """Return a view with the keypoints of those bodies that have any."""
    found = {
        body.instance_id: annotate_keypoints(view, annotated.camera, body, index + 1)
        for index, body in enumerate(bodies)
        if body.articulation is not None and body.articulation.keypoints
    }
    if not found:
        return annotated
    instances = tuple(replace(seen, keypoints=found.get(seen.instance_id)) for seen in annotated.instances)
    return replace(annotated, instances=instances)


def _with_points(
    view: AnnotatedView, rendered: RenderedView, annotators: Collection[str], more: dict[str, Any]
) -> AnnotatedView:
    """Return a view with its point cloud, if that is asked for, and what is known of motion and parts."""
    if "pointcloud" in annotators:
        points, _ = meeting_points(rendered, view.camera, view.has_point)
        more["points_m"] = points.astype(np.float32)
    return replace(view, **more)


def _annotate_parts(view: RenderedView, table: PartTable | None) -> dict[str, Any]:
    if table is None:
        return {}
    assert view.part_numbers is not None, view.camera
    return {"parts": table.picture(view.entity_ids, view.part_numbers)}


def _annotate_motion(
    view: RenderedView, camera: Camera, bodies: Sequence[Body], annotators: Collection[str]
) -> dict[str, Any]:
    return {
        "motion_vectors": motion_vectors(view, camera, bodies) if "motion_vectors" in annotators else None,
        "slice_error_px": slice_error_px(view, camera, bodies),
    }
