"""`sdg validate-dataset --rerender K`: frames made again are those on disk, or it is told that they aren't."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from sdg.cli.main import main
from sdg.executor.rerender import Rerendered, rerender
from sdg.pipeline import Pipeline
from sdg.validate.findings import Findings
from tests.datasets import make_dataset
from tests.validate.datasets import SdgDataset


def made_again(folder: Path, count: int = 1) -> tuple[Rerendered, Findings]:
    findings = Findings(exact=True)
    return rerender(folder, count, findings), findings


def change(file: Path, edit: Any) -> None:
    """Change a file, and not the one that it is linked to."""
    content = edit(file.read_bytes())
    file.unlink()
    file.write_bytes(content)


def brighter(content: bytes) -> bytes:
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return bytes(cv2.imencode(".png", np.minimum(picture.astype(int) + 30, 255).astype(np.uint8))[1])


def brighter_raw(content: bytes) -> bytes:
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture is not None
    return bytes(cv2.imencode(".png", (picture * 1.1).astype(np.uint16))[1])


def elsewhere(content: bytes) -> bytes:
    record = json.loads(content)
    record["renderer"]["device_kind"] = "cpu of another kind"
    return json.dumps(record).encode()


def test_frames_made_again_are_equal_to_the_byte(
    generated: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    assert main(["validate-dataset", str(generated), "--fast", "--rerender", "2", "--strict"]) == 0
    said = capsys.readouterr().out
    assert "made again, and compared to the byte: frames " in said
    assert made_again(generated, 9)[0].frames == (0, 1, 2, 3)


def test_a_retouched_picture_is_found(dataset: SdgDataset):
    (frame,) = made_again(dataset.root)[0].frames
    picture = dataset.root / f"rgb/left/{frame:06d}.png"
    change(picture, brighter)
    _, findings = made_again(dataset.root)
    assert findings.counts == {"V901": 1}
    assert next(iter(findings.all())).file == f"rgb/left/{frame:06d}.png"


def test_a_dataset_from_another_device_is_compared_within_tolerances(dataset: SdgDataset):
    (frame,) = made_again(dataset.root)[0].frames
    change(dataset.root / f"frames/{frame:06d}.json", elsewhere)
    made, findings = made_again(dataset.root)
    assert made == Rerendered((frame,), "tolerances")
    assert findings.counts == {"V903": 1}
    change(dataset.root / f"rgb/left/{frame:06d}.png", brighter)
    _, findings = made_again(dataset.root)
    assert findings.counts == {"V903": 1, "V902": 1}
    assert "brighter or darker" in next(iter(findings.all())).found


@pytest.mark.parametrize("kind", ["semantic", "instance", "depth"])
def test_labels_and_depth_of_another_frame_are_found(dataset: SdgDataset, kind: str):
    (frame,) = made_again(dataset.root)[0].frames
    change(dataset.root / f"frames/{frame:06d}.json", elsewhere)
    other = dataset.root / f"{kind}/left/{(frame + 1) % 4:06d}.png"
    change(dataset.root / f"{kind}/left/{frame:06d}.png", lambda _: other.read_bytes())
    _, findings = made_again(dataset.root)
    assert findings.counts == {"V903": 1, "V902": 1}


def test_other_draws_are_found(dataset: SdgDataset):
    (frame,) = made_again(dataset.root)[0].frames
    name = f"frames/{frame:06d}.json"

    def other(content: bytes) -> bytes:
        record = json.loads(elsewhere(content))
        record["scene_info"]["drawn"]["vars.level"] = 1.0
        return json.dumps(record).encode()

    change(dataset.root / name, other)
    assert made_again(dataset.root)[1].counts == {"V903": 1, "V902": 1}


def test_another_recipe_can_not_make_it_again(dataset: SdgDataset):
    change(dataset.root / "recipe.yaml", lambda text: text.replace(b"asset: pallet", b"asset: {file: gone.obj}"))
    made, findings = made_again(dataset.root)
    assert made.frames == ()
    assert findings.counts == {"V904": 1}


def test_only_datasets_of_sdg_can_be_made_again(plain: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["validate-dataset", str(plain), "--rerender", "1"]) == 2
    assert "--rerender takes datasets of sdg" in capsys.readouterr().err


def test_arrays_and_segments_of_another_frame_are_found(dataset: SdgDataset) -> None:
    """Nothing moves, so that another frame's motion is the same; it is moved by hand."""
    (frame,) = made_again(dataset.root)[0].frames
    change(dataset.root / f"frames/{frame:06d}.json", elsewhere)
    spoilt = []
    for annotator in ("normals", "distance_to_image_plane", "distance_to_camera", "panoptic"):
        path, other = (dataset.file(annotator, "left", number) for number in (frame, (frame + 1) % 4))
        dataset.put(path, (dataset.root / other).read_bytes())
        spoilt.append(path)
    moved = dataset.file("motion_vectors", "left", frame)
    dataset.edit_array(moved, lambda array: array + 1)
    gone = dataset.file("rgb", "left", frame)
    (dataset.root / gone).unlink()
    broken = dataset.file("depth", "left", frame)
    dataset.put(broken, b"no picture")
    _, findings = made_again(dataset.root)
    assert {finding.file for finding in findings.all() if finding.code == "V902"} == {*spoilt, moved, gone, broken}


def test_the_cloud_of_another_frame_is_found(dataset: SdgDataset) -> None:
    (frame,) = made_again(dataset.root)[0].frames
    change(dataset.root / f"frames/{frame:06d}.json", elsewhere)
    cloud, other = (dataset.file("pointcloud", "left", number) for number in (frame, (frame + 1) % 4))
    dataset.put(cloud, (dataset.root / other).read_bytes())
    (found,) = (finding for finding in made_again(dataset.root)[1].all() if finding.code == "V902")
    assert found.file == cloud
    assert "points" in found.found


def test_brighter_raw_numbers_are_found(tmp_path: Path) -> None:
    text = """
sdg: 1
name: raw
seed: 3
frames: 1
scene: {environment: {asset: warehouse_hall}}
lighting: [{rect: {grid: [2, 2], intensity: 30000}}]
cameras:
  - name: cam
    resolution: [64, 48]
    sensor: {preset: imx477, raw: true}
    pose: {look_at: {eye_m: [0, 0, 1.5], target: [3, 3, 1]}}
render: {spp: 4, max_depth: 2, denoise: false}
"""
    folder = make_dataset(text, tmp_path)
    change(folder / "frames/000000.json", elsewhere)
    assert made_again(folder)[1].counts == {"V903": 1}
    (raw,) = folder.glob("raw/**/*.png")
    change(raw, brighter_raw)
    (found,) = (finding for finding in made_again(folder)[1].all() if finding.code == "V902")
    assert "brighter or darker" in found.found


def test_a_file_that_is_gone_has_other_bytes(dataset: SdgDataset) -> None:
    (frame,) = made_again(dataset.root)[0].frames
    (dataset.root / dataset.file("rgb", frame=frame)).unlink()
    assert made_again(dataset.root)[1].counts == {"V901": 1}


def test_a_bug_of_ours_is_no_finding(dataset: SdgDataset, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(pipeline: Pipeline, frame_index: int) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(Pipeline, "frame", fail)
    with pytest.raises(KeyError, match="a bug"):
        made_again(dataset.root)


def test_a_record_without_its_renderer_can_not_be_made_again(dataset: SdgDataset) -> None:
    for frame in range(4):
        dataset.edit(dataset.record(frame), lambda record: record.pop("renderer"))
    assert made_again(dataset.root)[1].counts == {"V904": 1}
