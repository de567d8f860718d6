"""Rigs of cameras that can't be built."""

from __future__ import annotations

from tests.system.malformed.case import edit

_POSE = "pose: {orbit: {target: pallet, distance_m: {uniform: [2, 8]}}}"

CASES = [
    edit("a_mount_on_an_unknown_object", "R120", _POSE, "mount: {on: «palet}"),
    edit("a_mount_on_an_unknown_object_in_a_choice", "R120", _POSE, "mount: {on: {choice: [pallet, «forklift]}}"),
    edit("a_mount_on_one_of_an_unknown_object", "R120", _POSE, 'mount: {on: «"forklift[0]"}'),
    edit("a_mount_on_an_instance_that_never_is", "R120", _POSE, 'mount: {on: «"pallet[6]"}'),
    edit("a_mount_on_an_instance_of_a_camera", "R120", _POSE, f'{_POSE}\n  - {{name: b, mount: {{on: «"main[0]"}}}}'),
    edit(
        "a_mount_on_an_object_or_a_camera",
        "R120",
        "- name: main",
        "- name: carton",
        _POSE,
        f"{_POSE}\n  - {{name: b, mount: {{on: «carton}}}}",
    ),
    edit("a_mount_on_a_right_eye_that_is_none", "R120", _POSE, f"{_POSE}\n  - {{name: b, mount: {{on: «main_right}}}}"),
    edit("a_mount_on_itself", "R121", _POSE, "mount: {on: «main}"),
    edit("a_mount_on_its_own_right_eye", "R121", _POSE, "stereo: {baseline_m: 0.1}\n    mount: {on: «main_right}"),
    edit(
        "mounts_in_a_circle",
        "R121",
        _POSE,
        "mount: {on: b}\n  - {name: b, mount: {on: {choice: [pallet, c]}}}\n  - {name: c, mount: {on: «main}}",
    ),
    edit(
        "a_mount_that_scales",
        "R075",
        _POSE,
        "mount: {on: pallet, pose: {matrix: «[[2, 0, 0, 0], [0, 2, 0, 0], [0, 0, 2, 0], [0, 0, 0, 1]]}}",
    ),
    edit(
        "a_right_eye_of_a_taken_name",
        "R060",
        _POSE,
        f"«stereo: {{baseline_m: 0.12}}\n    {_POSE}\n  - {{name: Main_right, mount: {{on: main}}}}",
    ),
]
