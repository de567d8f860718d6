"""What a frame record tells of a lens: its focus, and what it does to light."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import sdg.write
from sdg.camera.focus import Focus
from sdg.camera.optics import Optics
from sdg.write.dataset import Dataset
from tests.write.conftest import toy_frame

SCHEMA = json.loads(Path(sdg.write.__path__[0], "frame_record.schema.json").read_text())


def _record(make_dataset: Callable[..., Dataset], **camera: Any) -> dict[str, Any]:
    dataset, frame = make_dataset(), toy_frame(0)
    view = frame.views["cam"]
    changed = dataclasses.replace(view, camera=dataclasses.replace(view.camera, **camera))
    dataset.add(dataclasses.replace(frame, views={"cam": changed}))
    record = json.loads((dataset.folder / "frames/000000.json").read_text())
    jsonschema.validate(record, SCHEMA)
    entry: dict[str, Any] = record["cameras"]["cam"]
    return entry


def test_a_focus_is_recorded_with_all_its_numbers(make_dataset: Callable[..., Dataset]) -> None:
    entry = _record(make_dataset, focus=Focus(1.05, 0.05, 2.8, 7, 12.5))
    assert entry["focus"].pop("magnification") == pytest.approx(0.05)
    assert entry["focus"] == {
        "distance_m": 1.05,
        "focal_length_m": 0.05,
        "f_number": 2.8,
        "blades": 7,
        "turn_deg": 12.5,
    }


def test_lateral_colour_is_recorded(make_dataset: Callable[..., Dataset]) -> None:
    entry = _record(make_dataset, optics=Optics(lateral_color=(1.001, 0.9995)))
    assert entry["optics"]["lateral_color"] == [1.001, 0.9995]


def test_a_pinhole_has_neither(make_dataset: Callable[..., Dataset]) -> None:
    assert not {"focus", "optics"} & _record(make_dataset).keys()
