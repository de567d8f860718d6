"""Rules over several values: one function each, run over what is not at fault already."""

from __future__ import annotations

from sdg.recipe import (
    rules_camera,
    rules_depth,
    rules_focus,
    rules_lens,
    rules_motion,
    rules_physics,
    rules_places,
    rules_rig,
    rules_scene,
    rules_sensor,
    rules_sun,
)
from sdg.recipe.document import Document
from sdg.recipe.reporting import Faults
from sdg.recipe.view import View

RULES = (
    rules_scene.check_object_names,
    rules_scene.check_light_names,
    rules_scene.check_position_or_place,
    rules_scene.check_classes,
    rules_scene.check_object_surfaces,
    rules_scene.check_light_surfaces,
    rules_places.check_relations,
    rules_places.check_facing,
    rules_places.check_counts,
    rules_places.check_placement_circles,
    rules_scene.check_instances,
    rules_places.check_regions,
    rules_scene.check_domes,
    rules_scene.check_lamp_targets,
    rules_sun.check_times,
    rules_sun.check_clocks,
    rules_physics.check_containers,
    rules_physics.check_resting_on_dropped,
    rules_physics.check_mass,
    rules_physics.check_stacks,
    rules_camera.check_camera_names,
    rules_camera.check_clip,
    rules_lens.check_lens_parameters,
    rules_lens.check_lens_arrays,
    rules_lens.check_distortion,
    rules_lens.check_lens_rays,
    rules_camera.check_targets,
    rules_camera.check_look_at,
    rules_camera.check_requirements,
    rules_camera.check_transform,
    rules_rig.check_mounts,
    rules_rig.check_mount_circles,
    rules_sensor.check_presets,
    rules_sensor.check_sensors,
    rules_sensor.check_exposures,
    rules_sensor.check_iso,
    rules_sensor.check_vignetting,
    rules_depth.check_depth_presets,
    rules_depth.check_depth_sensors,
    rules_depth.check_depth_noise,
    rules_focus.check_focus,
    rules_motion.check_motion,
    rules_camera.check_annotators,
    rules_camera.check_samples,
)


def check_rules(document: Document, faults: Faults) -> None:
    """Report every breach of a rule over several values."""
    view = View(document, faults)
    for rule in RULES:
        rule(view)
