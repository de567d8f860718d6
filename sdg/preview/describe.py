"""Shots, drawn values and faults as the plain JSON values that the page's script reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sdg.foundation.arrays import UInt8Array
from sdg.foundation.diagnostic import Diagnostic
from sdg.foundation.palette import hex_color, ink_on
from sdg.preview.shot import SeenThing, Shot
from sdg.preview.studio import Scene

# Flat colours stay what they are only without loss; the others are a quarter as large with a little.
_LOSSLESS = frozenset({"semantic", "instance", "masks"})
_JPEG_QUALITY = 92
_MOST_DIGITS = 6


@dataclass(frozen=True)
class EncodedPicture:
    """A picture as a browser takes it."""

    media_type: str
    content: bytes


def encode_picture(name: str, pixels: UInt8Array) -> EncodedPicture:
    """Encode one of a shot's pictures.

    Args:
        name: Which of them.
        pixels: shape (H, W, 3) or, with opacity, (H, W, 4), uint8, red first.
    """
    import cv2

    order = (2, 1, 0, 3)[: pixels.shape[2]]
    suffix, options = (
        (".png", [cv2.IMWRITE_PNG_COMPRESSION, 3])
        if name in _LOSSLESS
        else (".jpg", [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    )
    done, buffer = cv2.imencode(suffix, np.ascontiguousarray(pixels[..., order]), options)
    assert done, f"{pixels.shape} {pixels.dtype}"
    return EncodedPicture("image/png" if suffix == ".png" else "image/jpeg", buffer.tobytes())


def describe_shot(shot: Shot, address: Callable[[EncodedPicture], str]) -> dict[str, Any]:
    """Return a shot for the page.

    Args:
        shot: The shot.
        address: Keeps an encoded picture and returns where the page finds it.
    """
    width, height = shot.size
    return {
        "camera": shot.camera,
        "width": width,
        "height": height,
        "spp": shot.spp,
        "pictures": {name: address(encode_picture(name, pixels)) for name, pixels in shot.pictures.items()},
        "depth_ends_m": None if shot.depth_ends_m is None else [_short(end) for end in shot.depth_ends_m],
        "things": [_thing(thing) for thing in shot.things],
        "classes": [
            {"name": seen.name, "color": hex_color(seen.color), "share": _short(seen.share)} for seen in shot.classes
        ],
    }


def describe_scene(scene: Scene) -> dict[str, Any]:
    """Return what is known of a frame before it is rendered: its index, seed and drawn values."""
    stage = scene.stage
    return {
        "frame_index": stage.frame_index,
        "seed": str(stage.seed),
        "drawn": [{"name": name, "value": _readable(value)} for name, value in stage.drawn.items()],
    }


def describe_fault(fault: Diagnostic) -> dict[str, Any]:
    """Return a fault for the page: its place, and the text that the command line shows."""
    record = fault.to_json()
    text = str(fault).partition("\n")[2]
    return {
        "severity": fault.severity,
        "title": f"{fault.severity}[{fault.code}]: {fault.message}",
        "where": "" if fault.span is None else str(fault.span),
        "line": record.get("line"),
        "column": record.get("column"),
        "text": text,
    }


def _thing(thing: SeenThing) -> dict[str, Any]:
    return {
        "name": thing.name,
        "label": thing.label,
        "color": hex_color(thing.color),
        "ink": hex_color(ink_on(thing.color)),
        "box": list(thing.box),
        "edges": [np.round(run, 1).tolist() for run in thing.edges],
        "visible": _short(thing.visible),
    }


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def _readable(value: Any) -> str:
    """Return a drawn value in as many digits as eyes need."""
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "none"}[value]
    if isinstance(value, float):
        return f"{value:.{_MOST_DIGITS}g}"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_readable(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_readable(item) for item in value) + "]"
    return str(value)
