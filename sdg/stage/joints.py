"""Joint values of instances: as the recipe says, within limits, and no link through another.

Values written in constants are taken as they are, as long as they are within the limits. What is drawn is drawn again,
up to 200 times, until every joint is within its limits and no link touches another, unless the two touch at rest, too,
or one carries the other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sdg.foundation.seeds import Branch, RandomStream
from sdg.foundation.spelling import closest
from sdg.graph.frame_sample import FrameSample, ObjectSample
from sdg.recipe.model import ObjectBlock, PathKey
from sdg.stage.articulation import Articulation, Joint
from sdg.stage.asset import Asset
from sdg.stage.robots.collision import first_contact
from sdg.stage.robots.pose import pose_asset

POSE_TRIES = 200
# Degrees in a recipe and radians in a file meet only up to rounding.
_SLACK = 1e-9


class JointError(Exception):
    """Joints can't be as asked; `path` leads from the object's block to the culprit."""

    def __init__(self, path: PathKey, code: str, message: str, found: str = "", hint: str = "") -> None:
        super().__init__(path, code, message, found, hint)
        self.path = path
        self.code = code
        self.message = message
        self.found = found
        self.hint = hint


def pose_instance(asset: Asset, instance: ObjectSample, sample: FrameSample) -> tuple[Asset, Mapping[str, Any]]:
    """Return an instance's asset in its pose, and what further attempts drew; a rigid asset as it is.

    Raises:
        JointError: A joint is unknown (S060) or outside its limits (S061), or no pose is possible (S062).
    """
    block = instance.block
    articulation = asset.articulation
    if articulation is None:
        if block.joints is not None or block.joints_m is not None:
            key = "joints" if block.joints is not None else "joints_m"
            raise JointError((key,), "S060", "its asset has no joints", hint="name a URDF or MJCF file, or humanoid")
        return asset, {}
    check_joint_names(block, articulation)
    redraw = instance.redraw
    if redraw is None and block.joints != "random":
        values = _joint_values(block)
        for name, value in values.items():
            check_limit(name, value, articulation)
        return (pose_asset(asset, values) if values else asset), {}
    blame = ""
    for attempt in range(POSE_TRIES):
        tried = block if redraw is None else redraw(attempt)
        values = _joint_values(tried)
        if tried.joints == "random":
            values = {**_anywhere(instance.name, attempt, sample, articulation), **values}
        blame = _outside(values, articulation)
        if not blame:
            contact = first_contact(asset, articulation.posed(values))
            if contact is None:
                return pose_asset(asset, values), instance.redrawn(attempt)
            blame = f"{contact[0]} touches {contact[1]}"
    key = "joints" if block.joints is not None else "joints_m"
    raise JointError(
        (key,),
        "S062",
        f"no possible pose in {POSE_TRIES} tries; in the last, {blame}",
        hint="draw from narrower ranges",
    )


def _joint_values(block: ObjectBlock) -> dict[str, float]:
    """Return the joint values that a block names [rad or m]."""
    hinges = block.joints if isinstance(block.joints, Mapping) else {}
    return {name: math.radians(value) for name, value in hinges.items()} | dict(block.joints_m or {})


def check_joint_names(block: ObjectBlock, articulation: Articulation) -> None:
    """Check that every joint that a block names is there, is free, and is of the kind of its key.

    Raises:
        JointError: One is not (S060).
    """
    named = [("joints", "hinge", name) for name in (block.joints if isinstance(block.joints, Mapping) else ())]
    named += [("joints_m", "slide", name) for name in (block.joints_m or ())]
    for key, kind, name in named:
        joint = articulation.joints.get(name)
        if joint is None or joint.mimic is not None or joint.kind != kind:
            raise JointError((key, name), "S060", *_unknown(name, kind, joint, articulation))


def _unknown(name: str, kind: str, joint: Joint | None, articulation: Articulation) -> tuple[str, str, str]:
    """Return message, what was found, and a hint."""
    if joint is not None and joint.mimic is not None:
        return f"the joint {name} follows {joint.mimic.joint}", name, f"name {joint.mimic.joint} instead"
    if joint is not None:
        there = "joints, in degrees" if joint.kind == "hinge" else "joints_m, in metres"
        what = "turns" if joint.kind == "hinge" else "slides"
        return f"the joint {name} {what}", name, f"name it under {there}"
    known = [other.name for other in articulation.free_joints.values() if other.kind == kind]
    meant = closest(name, known)
    shown = ", ".join(known[:40]) + (", ..." if len(known) > 40 else "")
    hint = f"did you mean {meant}?" if meant else f"its joints of this kind: {shown or 'none'}"
    return f"there is no joint {name}", name, hint


def check_limit(name: str, value: float, articulation: Articulation) -> None:
    """Check that a joint may have a value [rad or m].

    Raises:
        JointError: It may not (S061).
    """
    joint = articulation.joints[name]
    if joint.limits[0] - _SLACK <= value <= joint.limits[1] + _SLACK:
        return
    key = "joints" if joint.kind == "hinge" else "joints_m"
    hint = f"{name} reaches from {shown_value(joint, joint.limits[0])} to {shown_value(joint, joint.limits[1])}"
    message = f"the joint {name} is outside its limits"
    raise JointError((key, name), "S061", message, shown_value(joint, value), hint)


def shown_value(joint: Joint, value: float) -> str:
    """Return a joint's value as a recipe has it, with its unit."""
    return f"{round(math.degrees(value), 6):g} degrees" if joint.kind == "hinge" else f"{round(value, 9):g} m"


def _outside(values: Mapping[str, float], articulation: Articulation) -> str:
    """Return which joint is outside its limits, or nothing."""
    for name, value in values.items():
        low, high = articulation.joints[name].limits
        if not low - _SLACK <= value <= high + _SLACK:
            return f"{name} is at {shown_value(articulation.joints[name], value)}"
    return ""


def _anywhere(name: str, attempt: int, sample: FrameSample, articulation: Articulation) -> dict[str, float]:
    """Draw every free joint from within its limits; a hinge without any from a full turn, a slide from its rest."""
    values = {}
    for joint in articulation.free_joints.values():
        key = f"{name}.joints.{joint.name}" + (f"#{attempt}" if attempt else "")
        stream = RandomStream.named(Branch.PLACEMENT, sample.seed, sample.frame_index, key)
        low, high = joint.limits
        if not math.isfinite(high - low):
            low, high = (-math.pi, math.pi) if joint.kind == "hinge" else (joint.rest, joint.rest)
        values[joint.name] = stream.uniform(low, high)
    return values
