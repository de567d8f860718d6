"""What is in the files of a frame, read back with plain cv2, NumPy and json."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import jsonschema
import numpy as np
import pytest

import sdg.write
from sdg.foundation.digest import digest_file
from sdg.stage.model import Category, Exposure, Light
from sdg.write.dataset import Dataset
from tests.annotate.synthetic import body, make_frame
from tests.write.conftest import ALL_ANNOTATORS, SIZE, empty_frame, file_bytes, toy_frame

MakeDataset = Callable[..., Dataset]

ALWAYS = {"resolution", "prim_path", "intrinsics", "world_from_camera", "clip_m", "exposure"}
SCHEMA = json.loads(Path(sdg.write.__path__[0], "frame_record.schema.json").read_text())


def read_png(path: Path) -> np.ndarray:
    picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert picture is not None
    return picture


def read_record(dataset: Dataset, frame_index: int = 0) -> dict:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    return json.loads((dataset.folder / f"frames/{frame_index:06d}.json").read_text(), parse_constant=refuse)


def test_pictures_read_back_as_they_were(make_dataset: MakeDataset) -> None:
    dataset, frame = make_dataset(), toy_frame(0)
    dataset.add(frame)
    view = frame.views["cam"]
    np.testing.assert_array_equal(read_png(dataset.folder / "rgb/000000.png")[..., ::-1], view.rgb)
    np.testing.assert_array_equal(read_png(dataset.folder / "semantic/000000.png"), view.semantic)
    np.testing.assert_array_equal(read_png(dataset.folder / "instance/000000.png"), view.instance)
    assert read_png(dataset.folder / "semantic/000000.png").dtype == np.uint8
    assert read_png(dataset.folder / "instance/000000.png").dtype == np.uint16


@pytest.mark.parametrize("annotator", ["distance_to_image_plane", "distance_to_camera", "normals"])
def test_float_annotators_read_back_exactly_without_pickles(make_dataset: MakeDataset, annotator: str) -> None:
    dataset, frame = make_dataset(), toy_frame(0)
    dataset.add(frame)
    stored = np.load(dataset.folder / annotator / "000000.npy", allow_pickle=False)
    assert stored.dtype == np.float32
    np.testing.assert_array_equal(stored, getattr(frame.views["cam"], annotator))


@pytest.mark.parametrize(
    ("depth_m", "stored", "beyond"),
    [
        (1.2344, 1234, 0),
        (1.2346, 1235, 0),
        (0.5, 500, 0),
        (65.535, 65535, 0),
        (65.5354, 65535, 0),
        (65.536, 0, SIZE[0] * SIZE[1]),
        (200.0, 0, SIZE[0] * SIZE[1]),
        (np.inf, 0, 0),
        (np.nan, 0, 0),
    ],
)
def test_depth_is_rounded_to_millimetres_and_what_is_too_far_is_counted(
    make_dataset: MakeDataset, depth_m: float, stored: int, beyond: int
) -> None:
    dataset = make_dataset()
    dataset.add(make_frame({"cam": np.ones(SIZE[::-1], np.uint32)}, (body("mat[1]", 1, 1),), depth_m=depth_m))
    depth = read_png(dataset.folder / "depth/000000.png")
    assert depth.dtype == np.uint16
    assert (depth == stored).all()
    assert read_record(dataset)["cameras"]["cam"]["depth_beyond_range_px"] == beyond


def test_more_than_255_categories_make_the_semantic_picture_16_bit_whatever_a_frame_shows(
    make_dataset: MakeDataset,
) -> None:
    categories = [Category(number, f"class{number}", True) for number in range(1, 301)]
    dataset = make_dataset(categories=categories)
    dataset.add(make_frame({"cam": np.ones(SIZE[::-1], np.uint32)}, (body("part[1]", 300, 1),)))
    dataset.add(make_frame({"cam": np.ones(SIZE[::-1], np.uint32)}, (body("part[1]", 2, 1),), frame_index=1))
    first, second = (read_png(dataset.folder / f"semantic/00000{index}.png") for index in (0, 1))
    assert first.dtype == second.dtype == np.uint16
    assert (first == 300).all()
    assert (second == 2).all()


def test_records_of_full_empty_and_manual_exposure_frames_fit_the_schema(make_dataset: MakeDataset) -> None:
    dataset = make_dataset()
    lights = tuple(
        Light(kind, f"/World/{kind}", kind, np.eye(4), luminance_nits=1.0, illuminance_lx=1.0)
        for kind in ("rect", "sphere", "disk", "cylinder", "distant", "dome", "sun_sky")
    )
    dataset.add(toy_frame(0, lights=lights))
    dataset.add(empty_frame(1))
    dataset.add(toy_frame(2, exposure=Exposure("manual", 2.8, 0.008, 400.0)))
    validator = jsonschema.Draft202012Validator(SCHEMA)
    validator.check_schema(SCHEMA)
    for frame_index in range(3):
        validator.validate(read_record(dataset, frame_index))


@pytest.mark.parametrize("annotator", ALL_ANNOTATORS)
@pytest.mark.parametrize("coco", [False, True])
def test_every_single_annotator_gives_a_record_that_fits_the_schema(
    make_dataset: MakeDataset, annotator: str, coco: bool
) -> None:
    dataset = make_dataset(annotators=[annotator], coco=coco)
    dataset.add(toy_frame(0))
    jsonschema.validate(read_record(dataset), SCHEMA)
    dataset.finish([0])


def test_the_schema_refuses_a_record_with_an_unknown_or_missing_field(make_dataset: MakeDataset) -> None:
    dataset = make_dataset()
    dataset.add(toy_frame(0))
    record = read_record(dataset)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    assert not validator.is_valid(record | {"extra": 1})
    assert not validator.is_valid({key: value for key, value in record.items() if key != "objects"})
    record["cameras"]["cam"]["annotations"][0]["bbox"][2] = 0
    assert not validator.is_valid(record)


def test_only_the_annotators_asked_for_are_written(make_dataset: MakeDataset) -> None:
    dataset = make_dataset(annotators=["depth"], coco=False)
    dataset.add(toy_frame(0))
    assert set(file_bytes(dataset.folder)) == {"depth/000000.png", "frames/000000.json", "recipe.yaml", "graph.json"}
    view = read_record(dataset)["cameras"]["cam"]
    assert set(view) == {*ALWAYS, "depth_beyond_range_px", "files"}
    assert "cuboid" not in read_record(dataset)["objects"][0]


@pytest.mark.parametrize("annotators", [["depth"], ["camera_params"]])
def test_lens_pose_and_exposure_stand_in_every_record(make_dataset: MakeDataset, annotators: list[str]) -> None:
    """A frame is rendered again from its record, whatever else was asked for."""
    dataset, frame = make_dataset(annotators=annotators, coco=False), toy_frame(0)
    dataset.add(frame)
    view, camera = read_record(dataset)["cameras"]["cam"], frame.views["cam"].camera
    assert set(view) >= ALWAYS
    assert view["intrinsics"] == camera.lens.intrinsics()
    assert view["world_from_camera"] == camera.world_from_camera.tolist()
    assert not jsonschema.Draft202012Validator(SCHEMA["$defs"]["view"] | {"$defs": SCHEMA["$defs"]}).is_valid(
        {key: value for key, value in view.items() if key != "exposure"}
    )


def test_coco_brings_the_picture_and_the_panoptic_ids_with_it(make_dataset: MakeDataset) -> None:
    dataset = make_dataset(annotators=["depth"], coco=True)
    dataset.add(toy_frame(0))
    files = read_record(dataset)["cameras"]["cam"]["files"]
    assert set(files) == {"rgb", "depth", "panoptic"}
    assert set(read_record(dataset)["cameras"]["cam"]["annotations"][0]) >= {"bbox", "segmentation"}


def test_every_camera_has_folders_of_its_own_where_there_are_several(make_dataset: MakeDataset) -> None:
    dataset = make_dataset(annotators=["rgb", "normals"], cameras=["left", "right"])
    dataset.add(toy_frame(1_234_567, cameras=["left", "right"]))
    assert set(file_bytes(dataset.folder)) == {
        "recipe.yaml",
        "graph.json",
        "frames/1234567.json",
        *(
            f"{folder}/{side}/1234567.{ending}"
            for side in ("left", "right")
            for folder, ending in (("rgb", "png"), ("normals", "npy"), ("annotations/panoptic", "png"))
        ),
    }


def test_the_record_names_size_and_digest_of_every_file(make_dataset: MakeDataset) -> None:
    dataset = make_dataset()
    dataset.add(toy_frame(0))
    files = read_record(dataset)["cameras"]["cam"]["files"].values()
    assert len(files) == 8
    for file in files:
        path = dataset.folder / file["path"]
        assert file["size"] == path.stat().st_size
        assert file["sha256"] == digest_file(path)


def test_numbers_in_the_record_read_back_exactly_and_unseen_corners_are_null(make_dataset: MakeDataset) -> None:
    near = body("near[1]", 1, 1, pose=np.diag([1.0, 40.0, 1.0, 1.0]))
    frame = make_frame({"cam": np.ones(SIZE[::-1], np.uint32)}, (near,))
    dataset = make_dataset()
    dataset.add(frame)
    record, view = read_record(dataset), frame.views["cam"]
    corners = record["cameras"]["cam"]["annotations"][0]["cuboid"]["corners_px"]
    assert [corner is None for corner in corners] == np.isnan(view.instances[0].corners_px[:, 0]).tolist()
    assert None in corners
    stored = np.array([corner for corner in corners if corner is not None])
    np.testing.assert_array_equal(stored, view.instances[0].corners_px[~np.isnan(view.instances[0].corners_px[:, 0])])
    assert record["cameras"]["cam"]["world_from_camera"] == view.camera.world_from_camera.tolist()
    assert record["scene_info"]["drawn"] == {"pallet.yaw_deg": 1 / 3}


def test_the_record_is_written_after_every_data_file(
    make_dataset: MakeDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    replace = Path.replace

    def watch(self: Path, target: Path) -> Path:
        order.append(target.as_posix())
        return replace(self, target)

    dataset = make_dataset()
    monkeypatch.setattr(Path, "replace", watch)
    dataset.add(toy_frame(0))
    assert order[-1].endswith("frames/000000.json")
    assert len(order) == 9


def test_writing_a_frame_again_gives_the_same_bytes(make_dataset: MakeDataset) -> None:
    first, second = make_dataset("a"), make_dataset("b")
    for dataset in (first, second):
        for frame_index in range(2):
            dataset.add(toy_frame(frame_index))
    second.add(toy_frame(1))
    assert file_bytes(first.folder) == file_bytes(second.folder)
