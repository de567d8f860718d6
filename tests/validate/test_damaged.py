"""Datasets that are damaged in odd ways: a finding that names the fault, and never an exception."""

from __future__ import annotations

import io
import json
import os
import shutil
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from sdg.cli.main import main
from sdg.validate.coco_file import coco_tables
from sdg.validate.coco_structure import check_structure
from sdg.validate.columns import NO_ID, whole_numbers
from sdg.validate.declared import wrong_inputs
from sdg.validate.findings import KEPT_PER_CODE, Findings
from sdg.validate.folder import Folder
from sdg.validate.json_text import read_json
from sdg.validate.label_pictures import ViewLabels, check_labels, label_runs
from sdg.validate.pictures import head_of, is_cut_jpeg
from sdg.validate.present import text_lines
from sdg.validate.run import validate
from tests.validate.datasets import INSTANCES, PANOPTIC, SdgDataset, plain_coco, write_plain

NOBODY = 65534


@contextmanager
def unprivileged() -> Iterator[None]:
    """Be someone whom file permissions hold for; tests may be run by root."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def anyones() -> Iterator[Path]:
    """A folder that everyone may enter, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("fast", [False, True])
@pytest.mark.parametrize(
    "path",
    [
        "frames/000001.json",
        "rgb/left/000001.png",
        INSTANCES,
        PANOPTIC,
        "semantic/labels.json",
        "recipe.yaml",
        "manifest.json",
    ],
)
def test_a_file_that_may_not_be_read_is_told(path: str, fast: bool, generated: Path, anyones: Path) -> None:
    dataset = shutil.copytree(generated, anyones / "data")
    assert validate(dataset, fast=fast).sound()  # and all modules are loaded, which others might not be let
    (dataset / path).chmod(0)
    with unprivileged():
        findings = validate(dataset, fast=fast).findings
    assert [(finding.code, finding.file) for finding in findings.all() if finding.severity == "error"] == [
        ("V101", path)
    ]


def test_a_file_that_the_disk_refuses_to_read_is_told() -> None:
    """The kernel lists a process's memory as a plain file, and refuses to read its beginning."""
    findings = Findings()
    assert read_json(Folder(Path("/proc/self")), "mem", findings) is None
    assert findings.counts == {"V101": 1}


def change_coco(folder: Path, change: Callable[[Any], Any]) -> None:
    value = plain_coco()
    change(value)
    (folder / INSTANCES).write_text(json.dumps(value))


def test_a_licence_that_is_a_list_is_unknown(plain: Path) -> None:
    change_coco(plain, lambda value: value["images"][0].update(license=[1]))
    assert validate(plain).findings.counts == {"V217": 1}


@pytest.mark.parametrize(
    ("path", "change", "codes"),
    [
        (PANOPTIC, lambda value: value["images"][0].update(id=[1]), {"V521"}),
        (PANOPTIC, lambda value: value["categories"].append({"id": {}}), set()),
        (PANOPTIC, lambda value: value["categories"].append("foo"), set()),
        (PANOPTIC, lambda value: value["annotations"][0]["segments_info"][0].update(category_id=[1]), {"V520"}),
        ("manifest.json", lambda value: value["recipe"].update(path=[1]), set()),
        ("manifest.json", lambda value: value.update(made_by=["x"]), {"V702"}),
        ("manifest.json", lambda value: value.update(frames=[[0, 999_999_998]]), {"V702"}),
        ("manifest.json", lambda value: value.update(seed=True), {"V702"}),
        ("manifest.json", lambda value: value.update(merged_from=[]), {"V702"}),
        ("manifest.json", lambda value: value.update(merged_from=[{"name": "x"}]), {"V702"}),
        ("frames/000000.json", lambda value: value.update(frame_index=0.0), {"V710"}),
        ("frames/000000.json", lambda value: value["objects"][0].update(instance_id=1.0), {"V710"}),
    ],
)
def test_values_of_other_types_are_told(
    path: str, change: Callable[[Any], None], codes: set[str], dataset: SdgDataset
) -> None:
    dataset.edit(path, change)
    dataset.seal()
    errors = {finding.code for finding in validate(dataset.root).findings.all() if finding.severity == "error"}
    assert errors == codes


def test_other_panoptic_categories_in_a_file_that_was_blamed_before(dataset: SdgDataset) -> None:
    def spoil(value: Any) -> None:
        value["annotations"].pop()  # V521, which blames the file
        value["categories"].append({"id": 99, "name": "other", "isthing": 0})

    dataset.edit(PANOPTIC, spoil)
    dataset.seal()
    assert validate(dataset.root).findings.counts.keys() == {"V521"}


def test_two_frames_a_billion_apart_are_a_gap_like_any_other(dataset: SdgDataset) -> None:
    dataset.edit("manifest.json", lambda value: value.update(frames=[[0, 3], [1_000_000_000, 1_000_000_000]]))
    assert validate(dataset.root, fast=True).findings.counts.keys() == {"V725", "V709"}


# --- pictures ---------------------------------------------------------------------------------------------------------


def test_a_picture_with_a_palette_has_the_wrong_kind(dataset: SdgDataset) -> None:
    """Its header counts one channel, the palette's index, and it decodes to three."""
    path = dataset.file("semantic_segmentation")
    pixels = cv2.imread(str(dataset.root / path), cv2.IMREAD_UNCHANGED)
    (dataset.root / path).unlink()
    Image.fromarray(pixels.astype(np.uint8)).convert("P").save(dataset.root / path)
    dataset.seal()
    assert validate(dataset.root).findings.counts == {"V507": 1}


@pytest.mark.parametrize("dtype", [np.int32, np.float32, np.float64, np.uint16])
def test_a_picture_of_large_numbers_can_be_looked_at(dtype: Any, plain: Path) -> None:
    (plain / "images/001.png").unlink()
    pixels = np.random.default_rng(3).integers(0, 60_000, (48, 64)).astype(dtype)
    cv2.imwrite(str(plain / "images/001.tif"), pixels)
    change_coco(plain, lambda value: value["images"][0].update(file_name="001.tif"))
    assert not validate(plain).findings.counts


@pytest.mark.parametrize("ending", ["png", "jpg", "bmp", "gif", "webp", "tif"])
@pytest.mark.parametrize("lossless", [False, True])
def test_every_format_tells_its_size(ending: str, lossless: bool, tmp_path: Path) -> None:
    """Pillow writes both kinds of WebP, and TIFF with its directory behind the pixels."""
    path = tmp_path / f"picture.{ending}"
    picture = Image.fromarray(np.random.default_rng(1).integers(0, 255, (37, 113, 3), dtype=np.uint8))
    picture.save(path, **({"lossless": lossless} if ending == "webp" else {}))
    head = head_of(path.read_bytes())
    assert head is not None
    assert head.size == (113, 37)


def test_an_extended_webp_and_a_big_endian_tiff_tell_their_size(tmp_path: Path) -> None:
    picture = Image.fromarray(np.zeros((37, 113, 4), dtype=np.uint8))
    picture.save(tmp_path / "x.webp", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0")
    content = (tmp_path / "x.webp").read_bytes()
    assert content[12:16] == b"VP8X"
    head = head_of(content)
    assert head is not None
    assert head.size == (113, 37)
    entries = struct.pack(">HHIHHHHII", 256, 3, 1, 113, 0, 257, 4, 1, 37)
    head = head_of(b"MM\0*" + struct.pack(">IH", 8, 2) + entries + bytes(4))
    assert head is not None
    assert head.size == (113, 37)


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a" + struct.pack("<HH", 65535, 65535) + bytes(20),
        b"BM" + bytes(12) + struct.pack("<Iii", 40, 60_000, -60_000) + bytes(30),
        b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\xff\xff\xff" * 2 + bytes(20),
        b"II*\0"
        + struct.pack("<IH", 8, 2)
        + struct.pack("<HHIIHHII", 256, 4, 1, 1 << 20, 257, 4, 1, 1 << 20)
        + bytes(4),
    ],
    ids=["gif", "bmp", "webp", "tiff"],
)
def test_a_bomb_of_any_format_is_not_decoded(content: bytes, plain: Path) -> None:
    (plain / "images/001.png").write_bytes(content)
    assert validate(plain).findings.counts == {"V111": 1}


def test_a_header_without_a_size_is_damaged(plain: Path) -> None:
    (plain / "images/001.png").write_bytes(b"II*\0" + struct.pack("<I", 1 << 30))
    assert validate(plain).findings.counts == {"V502": 1}


def png_of_2_gib(path: Path, width: int, height: int) -> None:
    """Write a picture's header, and a hole of 2 GiB that takes no space on disk."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    with path.open("wb") as stream:
        stream.write(b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head)))
        stream.truncate(1 << 31)


def test_a_file_far_too_large_for_its_picture_is_not_read(plain: Path) -> None:
    png_of_2_gib(plain / "images/001.png", 64, 48)
    assert validate(plain).findings.counts == {"V104": 1}


def test_a_panoptic_picture_far_too_large_is_not_read(generated: Path, tmp_path: Path) -> None:
    shutil.copytree(generated / "annotations", tmp_path / "annotations")
    picture = sorted((tmp_path / "annotations/panoptic").rglob("*.png"))[0]
    image = cv2.imread(str(picture))
    png_of_2_gib(picture, image.shape[1], image.shape[0])
    assert validate(tmp_path / PANOPTIC).findings.counts == {"V104": 1}


def test_names_that_all_lead_out_of_the_folder_are_told(plain: Path) -> None:
    def spoil(value: Any) -> None:
        for image, prefix in zip(value["images"], ("/data/", "../", "C:\\"), strict=True):
            image["file_name"] = prefix + image["file_name"]

    change_coco(plain, spoil)
    validation = validate(plain)
    assert validation.findings.counts == {"V107": 2, "V108": 1}
    assert not validation.sound()


def test_orphans_of_every_file_are_found(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_plain(tmp_path / name)
        shutil.copy(tmp_path / name / "images/001.png", tmp_path / name / "images/extra.png")
        value = plain_coco()
        for image in value["images"]:
            image["file_name"] = f"images/{image['file_name']}"
        shutil.rmtree(tmp_path / name / "annotations")
        (tmp_path / name / "labels.json").write_text(json.dumps(value))
    orphans = [finding.file for finding in validate(tmp_path, ignore=["V801"]).findings.all() if finding.code == "V506"]
    assert sorted(orphans) == ["one/images/extra.png", "two/images/extra.png"]


def test_somebody_elses_manifest_beside_frames_is_not_ours(plain: Path) -> None:
    (plain / "manifest.json").write_text('{"name": "a web app"}')
    (plain / "frames").mkdir()
    validation = validate(plain)
    assert validation.kind == "coco"
    assert not validation.findings.counts


# --- what findings follow ---------------------------------------------------------------------------------------------


def test_codes_to_ignore_may_come_from_an_iterator(plain: Path) -> None:
    change_coco(plain, lambda value: value["images"][0].update(license=7))
    assert not validate(plain, ignore=iter(["V217"])).findings.counts


def test_rows_beyond_those_that_are_kept_are_blamed_too() -> None:
    findings = Findings()
    findings.add_rows("V303", range(3 * KEPT_PER_CODE), lambda row: {"file": "x.json", "image": row})
    assert findings.is_blamed(image=2 * KEPT_PER_CODE)
    findings.add_rows("V211", range(3 * KEPT_PER_CODE), lambda row: {"file": "x.json", "image": 1000 + row})
    assert not findings.is_blamed(image=1200), "nothing follows from a note"


def test_large_ids_are_refused_whatever_the_other_rows_are() -> None:
    for values in ([1 << 62], [1 << 62, 1 << 70], [-NO_ID, "x"]):
        column, faults = whole_numbers([{"id": value} for value in values], "id")
        assert 0 in faults.large
        assert column[0] == NO_ID


def test_a_mask_without_a_photograph_is_blamed_on_the_ids() -> None:
    """The panoptic picture shows instance 1 in one pixel more than its mask."""
    panoptic = np.zeros((2, 2, 3), np.uint8)
    panoptic[:, 0, 2] = 1
    runs = label_runs(None, None, panoptic)
    assert runs is not None
    annotation = {"instance_id": 1, "category_id": 1, "segmentation": {"size": [2, 2], "counts": "013"}}
    view = {"files": {"panoptic": {"path": "panoptic/0.png"}}, "annotations": [annotation]}
    findings = Findings(exact=True)
    check_labels(runs, ViewLabels(view, 1), {}, findings)
    assert [(finding.code, finding.file) for finding in findings.all()] == [("V514", "panoptic/0.png")]


def test_sky_is_no_fault(dataset: SdgDataset) -> None:
    """Where nothing is hit, both distances are infinite, and warnings are errors here."""
    instance = cv2.imread(str(dataset.root / dataset.file("instance_segmentation")), cv2.IMREAD_UNCHANGED)
    at = tuple(np.argwhere(instance == 0)[0])

    def put(value: float) -> Callable[[Any], None]:
        return lambda array: array.__setitem__(at, value)

    for annotator in ("distance_to_image_plane", "distance_to_camera"):
        dataset.edit_array(dataset.file(annotator), put(np.inf))
    dataset.edit_array(dataset.file("normals"), put(0.0))
    dataset.edit_picture(dataset.file("depth"), put(0))
    semantic = cv2.imread(str(dataset.root / dataset.file("semantic_segmentation")), cv2.IMREAD_UNCHANGED)
    _take_point(
        dataset.root / dataset.file("pointcloud"),
        int((semantic.ravel()[: at[0] * semantic.shape[1] + at[1]] > 0).sum()),
    )
    dataset.seal()
    assert not validate(dataset.root).findings.counts


def _take_point(path: Path, index: int) -> None:
    """Remove one point of a cloud."""
    head, data = path.read_bytes().split(b"end_header\n", 1)
    count = int(head.split(b"element vertex ")[1].split()[0])
    size = len(data) // count
    head = head.replace(b"element vertex %d\n" % count, b"element vertex %d\n" % (count - 1))
    path.unlink()  # the file is shared with the dataset that this one was copied from
    path.write_bytes(head + b"end_header\n" + data[: index * size] + data[(index + 1) * size :])


# --- what was drawn ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("op", "inputs", "sound"),
    [
        ("uniform", {"lower": 0, "upper": [1, 2]}, True),
        ("uniform", {"upper": 1}, False),
        ("uniform", {"lower": "0", "upper": 1}, False),
        ("uniform", {"lower": [0, 1], "upper": [1, 2, 3]}, False),
        ("uniform", {"lower": {"ref": "x"}}, True),
        ("uniform", {"lower": 0, "upper": 1, "every": 0}, False),
        ("uniform", {"lower": 0, "upper": 1, "every": "dataset"}, True),
        ("log_uniform", {"lower": 0, "upper": 1}, False),
        ("normal", {"mean": 0, "std": 0, "min": None}, True),
        ("normal", {"mean": 0, "std": -1}, False),
        ("normal", {"mean": 0, "std": 1, "max": "far"}, False),
        ("uniform_int", {"lower": 0.0, "upper": 1}, False),
        ("uniform_int", {"lower": 2, "upper": 1}, False),
        ("choice", {"choices": []}, False),
        ("choice", {"choices": ["a", "b"], "weights": [1]}, False),
        ("choice", {"choices": ["a", "b"], "weights": [0, 0]}, False),
        ("bernoulli", {"probability": 2}, False),
        ("sequence", {"items": []}, False),
        ("combine", {}, True),
    ],
)
def test_what_a_distribution_must_say(op: str, inputs: dict[str, Any], sound: bool) -> None:
    assert (wrong_inputs(f"distribution.{op}", inputs) == "") is sound


@pytest.mark.parametrize("lower", [None, "far", [0, 1, 2]])
def test_a_distribution_without_its_limits_is_told(lower: Any, dataset: SdgDataset) -> None:
    def spoil(graph: Any) -> None:
        node = next(node for node in graph["nodes"] if node["name"] == "vars.level")
        node["inputs"].update(lower=lower, upper=[1, 2])

    dataset.edit("graph.json", spoil)
    dataset.seal()
    assert validate(dataset.root, fast=True).findings.counts == {"V814": 1}


# --- what is told -----------------------------------------------------------------------------------------------------


def test_names_of_files_and_draws_do_not_reach_the_terminal_as_they_are(dataset: SdgDataset, tmp_path: Path) -> None:
    strange = dataset.root.rename(tmp_path / "red\x1b[31m")
    validation = validate(strange, fast=True)
    validation.examined.left_out.append(f"pictures of {strange}")
    validation.examined.statistics["draws"]["rejected"] = [{"name": "\x1b[2J", "accepted": 0.5, "values": 2}]
    assert all(line.isprintable() for line in text_lines(validation))


def test_a_name_that_is_no_text_can_be_told(plain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A lone surrogate is a character that no encoding of text has."""
    change_coco(plain, lambda value: value["categories"][1].update(name="\ud800"))
    assert main(["validate-dataset", str(plain), "--format", "json"]) == 0
    out = capsys.readouterr().out
    assert out.encode()
    (statistics,) = json.loads(out)["statistics"].values()
    assert statistics["categories"][1]["name"] == "\ud800"


def test_findings_are_printed_whatever_becomes_of_the_page(plain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change_coco(plain, lambda value: value["annotations"][0].update(bbox=[1, 2, 3]))
    (plain / INSTANCES).rename(plain / "annotations/other_name.json")
    page = plain.parent / "page.html"
    assert main(["validate-dataset", str(plain), "--report", str(page)]) == 1
    assert "error[V301]" in capsys.readouterr().out
    assert "and are not counted below" in page.read_text()


def test_a_page_that_can_not_be_made_is_told_after_the_findings(
    plain: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change_coco(plain, lambda value: value["categories"][0].update(skeleton=[["nose", "tail"]]))
    assert main(["validate-dataset", str(plain), "--strict", "--report", str(plain.parent / "page.html")]) == 1
    said = capsys.readouterr()
    assert "V408" in said.out
    assert "there is no page:" in said.err
    (plain.parent / "taken.html").write_text("mine")
    assert main(["validate-dataset", str(plain), "--report", str(plain.parent / "taken.html")]) == 2
    assert capsys.readouterr().out == "", "refused before anything was done"


# --- what phones and other people do ----------------------------------------------------------------------------------


def jpeg_with_trailer(*, thumbnail: bool = False, **options: Any) -> tuple[bytes, bytes]:
    """Return a JPEG of 64 x 48 pixels, its header perhaps with another inside, and one that may follow it."""
    noise = np.random.default_rng(2).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    whole, small = io.BytesIO(), io.BytesIO()
    Image.fromarray(noise[:8, :8]).save(small, "jpeg")
    extra = {"exif": b"Exif\0\0" + small.getvalue()} if thumbnail else {}
    Image.fromarray(noise).save(whole, "jpeg", quality=95, **extra, **options)
    return whole.getvalue(), small.getvalue()


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 2}], ids=str)
def test_a_jpeg_is_whole_whatever_follows_its_end(options: dict[str, Any]) -> None:
    """Samsung's phones append blocks of their own, others a second picture (CIPA DC-007) or a film."""
    whole, small = jpeg_with_trailer(**options)
    for trailer in (b"", b"\0" * 9000, small, bytes(range(255)) * 2000, b"\xff\xd8" + b"x" * (3 << 20)):
        content = whole + trailer
        assert not is_cut_jpeg(io.BytesIO(content), len(content))


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 2}], ids=str)
def test_a_jpeg_is_cut_whatever_thumbnail_it_holds(options: dict[str, Any]) -> None:
    whole, _ = jpeg_with_trailer(thumbnail=True, **options)
    assert whole.count(b"\xff\xd9") == 2
    start = whole.index(b"\xff\xda")
    for length in (*range(start, len(whole) - 1, 97), len(whole) - 2, len(whole) - 1):
        assert is_cut_jpeg(io.BytesIO(whole[:length]), length), length


def test_an_end_marker_is_found_across_two_reads() -> None:
    """The coded data is read by the mebibyte; the marker's bytes may be read one by one."""
    whole, _ = jpeg_with_trailer()
    start = whole.index(b"\xff\xda")
    after = start + 2 + int.from_bytes(whole[start + 2 : start + 4], "big")
    for length in ((1 << 20) - 1, 1 << 20, (1 << 20) + 1, (2 << 20) - 1):
        content = whole[:after] + b"\x55" * length + b"\xff\xd9" + b"trailer"
        assert not is_cut_jpeg(io.BytesIO(content), len(content))
        assert is_cut_jpeg(io.BytesIO(content[:-9]), len(content) - 9)


@pytest.mark.parametrize("box", [[1e308, 10, 1e308, 20], [-1e308, 0, 1.7e308, 1e308], [5, 5, 1e200, 1e200]])
@pytest.mark.parametrize("area", [None, 1e308])
@pytest.mark.parametrize("index", [1, 3, 4])
def test_a_box_as_large_as_numbers_are_is_told_without_a_warning_of_numpys(
    box: list[float], area: float | None, index: int, plain: Path
) -> None:
    """Warnings of Python's are errors in these tests."""

    def spoil(value: Any) -> None:
        annotation = value["annotations"][index]
        annotation.update(bbox=box, area=area)
        if area is None:
            del annotation["area"]

    change_coco(plain, spoil)
    assert validate(plain).findings.counts.get("V304") == 1


@pytest.mark.parametrize("size", [[0, 5], [-3, 5], [5, -3], [0, -3]])
def test_a_negative_extent_is_an_error_and_none_at_all_is_not(size: list[int], plain: Path) -> None:
    change_coco(plain, lambda value: value["annotations"][4].update(bbox=[5, 5, *size]))
    findings = validate(plain).findings
    code, severity = ("V320", "error") if min(size) < 0 else ("V303", "warning")
    assert (findings.counts, findings.severity(code)) == ({code: 1}, severity)


def test_ids_that_stuff_has_are_no_gaps_in_a_dataset_of_ours(plain: Path) -> None:
    value = plain_coco()
    value["categories"][1]["id"] = 16
    for annotation in value["annotations"]:
        annotation["category_id"] = {1: 1, 2: 16}[annotation["category_id"]]
    for ours in (False, True):
        coco = coco_tables(value, INSTANCES, findings := Findings(exact=ours))
        assert coco is not None
        check_structure(coco, findings)
        assert ("V211" in findings.counts) is not ours


def test_poses_that_were_tried_again_are_told_as_information(dataset: SdgDataset) -> None:
    lines = list(text_lines(validate(dataset.root, fast=True)))
    tried = [line for line in lines if line.startswith("poses are tried until one fits: ")]
    assert tried
    assert all(line.endswith("% of first tries did") for line in tried)
    assert lines[-1].endswith("sound; no findings")


# --- what is named on the command line --------------------------------------------------------------------------------


@pytest.mark.parametrize("whole_folder", [False, True])
def test_a_pipe_in_place_of_annotations_is_told_and_not_waited_for(plain: Path, whole_folder: bool) -> None:
    (plain / INSTANCES).unlink()
    os.mkfifo(plain / INSTANCES)
    assert validate(plain if whole_folder else plain / INSTANCES).findings.counts == {"V110": 1}


def test_a_device_in_place_of_annotations_is_told() -> None:
    assert validate(Path("/dev/zero")).findings.counts == {"V110": 1}


@pytest.mark.parametrize("command", ["validate-dataset", "report"])
def test_a_folder_of_pictures_that_is_not_there_is_a_mistake_of_usage(
    command: str, plain: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for nowhere in (plain / "nope", plain / INSTANCES):
        assert main([command, str(plain / INSTANCES), "--images", str(nowhere)]) == 2
        assert f"there is no folder {nowhere}" in capsys.readouterr().err
    assert not list(plain.rglob("*.html"))


def test_a_named_folder_without_the_pictures_is_a_warning(plain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (other := plain.parent / "other").mkdir()
    findings = validate(plain / INSTANCES, pictures=other).findings
    assert (findings.counts, findings.severity("V509")) == ({"V509": 1}, "warning")
    assert findings.kept["V509"][0].expected == f"pictures in {other}"
    page = str(plain.parent / "page.html")
    assert main(["report", str(plain / INSTANCES), "--images", str(other), "-o", page]) == 0
    assert f"warning: none of the dataset's pictures is in {other}" in capsys.readouterr().err
    assert main(["report", str(plain / INSTANCES), "--images", str(plain / "images"), "-o", page]) == 0
    assert "warning" not in capsys.readouterr().err


def test_a_picture_is_no_dataset_and_called_a_picture(plain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = plain / "images/001.png"
    assert main(["validate-dataset", str(picture)]) == 2
    said = capsys.readouterr().err
    assert f"{picture} is a picture (png)" in said
    assert "name a dataset's folder or a COCO file" in said


# --- which annotation is meant ----------------------------------------------------------------------------------------


def test_annotations_of_one_id_are_told_apart_by_their_place(plain: Path) -> None:
    def spoil(value: Any) -> None:
        annotations = value["annotations"]
        annotations[4]["id"] = annotations[3]["id"]
        annotations[3]["area"] = -1
        annotations[4]["bbox"] = [1, 2, 3]
        annotations[0]["area"] = -2
        annotations.insert(2, 7)  # no object, which moves the later ones by one

    change_coco(plain, spoil)
    validation = validate(plain)
    kept = validation.findings.kept
    assert [finding.position for finding in kept["V307"]] == ["", "annotations[4]"]
    assert [finding.position for finding in kept["V205"]] == ["annotations[5]"]
    assert [finding.position for finding in kept["V301"]] == ["annotations[5]"]
    assert f"  {INSTANCES}, image 3, annotation 4, annotations[5]" in list(text_lines(validation))
    assert kept["V301"][0].to_json()["position"] == "annotations[5]"
    assert "position" not in kept["V307"][0].to_json()


@pytest.mark.parametrize("identifier", [None, "5", True, 10**30])
def test_an_annotation_without_a_usable_id_is_told_by_its_place(identifier: Any, plain: Path) -> None:
    def spoil(value: Any) -> None:
        value["annotations"][4].update(id=identifier, iscrowd=3)
        if identifier is None:
            del value["annotations"][4]["id"]

    change_coco(plain, spoil)
    findings = list(validate(plain).findings.all())
    assert len(findings) == 2
    assert {finding.position for finding in findings} == {"annotations[4]"}
