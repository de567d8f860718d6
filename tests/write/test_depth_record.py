"""What a frame record tells of a depth sensor."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import sdg.write
from sdg.camera.depth_sensors.load import make_depth_sensor, preset_kind, preset_names
from sdg.camera.depth_sensors.model import DepthNoise
from sdg.write.dataset import Dataset
from tests.write.conftest import toy_frame

SCHEMA = json.loads(Path(sdg.write.__path__[0], "frame_record.schema.json").read_text())
RECORDING = {"measured_px": 12, "nothing_px": 3, "too_near_px": 4}


def _record(make_dataset: Callable[..., Dataset], **camera: Any) -> dict[str, Any]:
    dataset, frame = make_dataset(), toy_frame(0)
    view = frame.views["cam"]
    report = RECORDING if camera else {}
    changed = dataclasses.replace(view, camera=dataclasses.replace(view.camera, **camera), depth_recording=report)
    dataset.add(dataclasses.replace(frame, views={"cam": changed}))
    record = json.loads((dataset.folder / "frames/000000.json").read_text())
    jsonschema.validate(record, SCHEMA)
    entry: dict[str, Any] = record["cameras"]["cam"]
    return entry


@pytest.mark.parametrize("name", preset_names())
def test_a_depth_sensor_is_recorded_with_all_its_numbers(make_dataset: Callable[..., Dataset], name: str) -> None:
    sensor = make_depth_sensor(name, None, None)
    entry = _record(make_dataset, depth_sensor=sensor)
    assert entry["depth_sensor"]["kind"] == preset_kind(name)
    assert entry["depth_sensor"]["range_m"] == list(sensor.range_m)
    assert set(entry["depth_sensor"]) == {"kind", *(field.name for field in dataclasses.fields(sensor))}
    assert entry["depth_recording"] == RECORDING


def test_a_limit_that_is_not_there_is_null(make_dataset: Callable[..., Dataset]) -> None:
    entry = _record(make_dataset, depth_noise=DepthNoise(std_m=0.01))
    assert entry["depth_noise"] == {"mean_m": 0.0, "std_m": 0.01, "range_m": [0.0, None]}
    assert (
        _record(make_dataset, depth_sensor=make_depth_sensor("azure_kinect", None, None))["depth_sensor"]["ambiguity_m"]
        is None
    )


def test_a_camera_that_measures_the_truth_has_none_of_it(make_dataset: Callable[..., Dataset]) -> None:
    assert not {"depth_sensor", "depth_noise", "depth_recording"} & _record(make_dataset).keys()
