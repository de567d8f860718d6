"""Datasets come from anywhere: what is in them must stay text, and must not stop the report."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import struct
import zlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from sdg.cli.main import main
from sdg.dataset.open import open_dataset
from sdg.report.build import build_report
from tests.report.findings import Found
from tests.report.reading import Report, text_of

NAMES = [
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{data}}{{script}}",
    "<!--<script>",
    "&lt;b&gt; &amp;",
    "javascript:alert(1)",
    "https://example.com/",
    "line\nbreak\ttab\x00nul\x1bescape\u202eoverride\u2028",
    "lone \ud800 surrogate",
    "",
    "x" * 5_000,
]


def coco(folder: Path, **changes: Any) -> Path:
    """Write a COCO file of one picture a name, each named like its class."""
    images = [
        {"id": index, "width": 40, "height": 30, "file_name": name or "empty"} for index, name in enumerate(NAMES, 1)
    ]
    document: dict[str, Any] = {
        "images": images,
        "categories": [{"id": index, "name": name} for index, name in enumerate(NAMES, 1)],
        "annotations": [
            {"id": index, "image_id": index, "category_id": index, "bbox": [1, 2, 3, 4], "area": 12}
            for index in range(1, len(NAMES) + 1)
        ],
    }
    path = folder / "instances.json"
    path.write_text(json.dumps(document | changes))
    return path


def report_of(path: Path, findings: list[Found] | None = None) -> Report:
    return Report(build_report(open_dataset(path), findings))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Report:
    findings = [
        Found(name, name, name, file=name, image_id=name, annotation_id=name, expected=name, found=name)
        for name in NAMES
    ]
    return report_of(coco(tmp_path_factory.mktemp("hostile")), findings)


def test_no_name_becomes_an_element(hostile: Report) -> None:
    scripts = hostile.all("script")
    assert [script.get("type") for script in scripts] == ["application/json", None]
    assert not [key for each in hostile.tree.iter() for key in each.attrib if key.startswith("on")]
    assert {each.tag for each in hostile.tree.iter()} <= {
        *("page", "html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section", "footer"),
        *("dialog", "script", "noscript", "h1", "h2", "h3", "p", "div", "span", "small", "b", "i", "code", "a"),
        *("dl", "dt", "dd", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "figure", "figcaption"),
        *("button", "input", "img", "details", "bdi", "summary", "svg", "rect", "line", "path", "text"),
    }


def test_names_are_there_as_text(hostile: Report) -> None:
    rows = {text_of(name) for name in hostile.all("span", class_="name")}
    for name in NAMES:
        assert re.sub("[\x00\x1b\ud800]", "\ufffd", name) in rows
    assert hostile.data["classes"]["1"][0] == NAMES[0]


def test_links_lead_to_files_beside_the_page_or_to_places_on_it(hostile: Report) -> None:
    addresses = [link.get("href", "") for link in hostile.all("a")]
    assert len(addresses) > 2 * len(NAMES)
    for address in addresses:
        assert re.fullmatch(r"#[-a-z0-9]+|\./[-A-Za-z0-9_.~/%]*", address), address
    assert hostile.data["root"] == "./"


def test_nothing_is_loaded_from_anywhere(hostile: Report) -> None:
    for each in hostile.tree.iter():
        assert not {"srcset", "data", "action", "formaction", "poster", "background"} & each.attrib.keys()
        assert each.tag not in ("link", "iframe", "object", "embed", "base", "form")
        if "src" in each.attrib:
            assert each.attrib["src"].startswith("data:image/")
    (style,) = hostile.all("style")
    assert "url(" not in text_of(style)
    assert "@import" not in text_of(style)


def test_the_policy_allows_this_script_and_style_and_nothing_else(hostile: Report) -> None:
    policy = hostile.one("meta", http_equiv="Content-Security-Policy").get("content", "")
    (style,), script = hostile.all("style"), hostile.all("script")[1]
    digests = [base64.b64encode(hashlib.sha256(text_of(each).encode()).digest()).decode() for each in (style, script)]
    assert policy == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digests[0]}'; script-src 'sha256-{digests[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert not [each for each in hostile.tree.iter() if "style" in each.attrib]


@pytest.mark.parametrize(
    "entry",
    [
        {"bbox": [float("nan"), 1, 2, 3]},
        {"bbox": [0, 0, float("inf"), 1e308]},
        {"bbox": [-50, -50, 2, 2], "area": -3},
        {"area": float("nan")},
        {"segmentation": [[1, 2, "x"]]},
        {"segmentation": [[]]},
        {"segmentation": [[1, float("nan"), 3, 4, 5, 6]]},
        {"segmentation": {"size": [30, 40], "counts": "nonsense"}},
        {"segmentation": {"size": [10**9, 10**9], "counts": [10**18]}},
        {"segmentation": 7},
        {"keypoints": [1, 2]},
        {"keypoints": ["a", "b", "c"]},
        {"visibility": float("nan")},
        {"bbox_3d": {"corners_px": [[1, 2]] * 7 + ["no"], "camera_from_cuboid": "no"}},
        {"bbox_3d": 5},
        {"category_id": 10**30},
    ],
    ids=str,
)
def test_nonsense_in_an_annotation_does_not_stop_the_report(tmp_path: Path, entry: dict[str, Any]) -> None:
    annotation = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4], "area": 12}
    report = report_of(coco(tmp_path, annotations=[annotation | entry]))
    assert report.tiles()["objects"] == "1"
    assert "NaN" not in json.dumps(report.data)


def test_frames_that_cannot_be_read_are_named_and_the_others_shown(tmp_path: Path) -> None:
    good = {"id": 1, "width": 4, "height": 3, "file_name": "a.png"}
    bad = [good | {"id": 2, "width": "wide"}, good | {"id": 3, "file_name": "/etc/passwd"}]
    report = report_of(coco(tmp_path, images=[good, *bad], annotations=[]))
    assert report.tiles()["pictures"] == "1"
    (broken,) = report.all("div", class_="card broken")
    assert "2 frames can't be read" in text_of(broken)
    assert "leads out of the dataset" in text_of(broken)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def test_a_picture_of_ten_thousand_million_pixels_is_not_opened(tmp_path: Path) -> None:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")
    (tmp_path / "bomb.png").write_bytes(bomb)
    (tmp_path / "cut.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "folder.png").mkdir()
    names = ["bomb.png", "cut.jpg", "empty.png", "folder.png", "missing.png"]
    images = [{"id": i, "width": 4, "height": 3, "file_name": name} for i, name in enumerate(names, 1)]
    report = report_of(coco(tmp_path, images=images, annotations=[]))
    assert [image.get("alt") for image in report.all("img")] == names
    assert [text_of(each) for each in report.all("span", class_="absent")] == ["can't be read"] * len(names)
    assert not any("src" in image.attrib for image in report.all("img"))


def test_a_picture_that_a_camera_marked_as_turned_is_shown_as_its_annotations_count(tmp_path: Path) -> None:
    """Exif's orientation 6 means that a viewer turns the picture by 90 degrees; the numbers in COCO say who did."""
    stored = np.zeros((30, 40, 3), np.uint8)
    plain = cv2.imencode(".jpg", stored)[1].tobytes()
    tiff = b"II*\x00\x08\x00\x00\x00\x01\x00" + struct.pack("<HHIHH", 0x0112, 3, 1, 6, 0) + b"\x00\x00\x00\x00"
    body = b"Exif\x00\x00" + tiff
    (tmp_path / "turned.jpg").write_bytes(plain[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + plain[2:])
    for width, height in ((40, 30), (30, 40)):
        image = {"id": 1, "width": width, "height": height, "file_name": "turned.jpg"}
        report = report_of(coco(tmp_path, images=[image], annotations=[]))
        (shown,) = report.all("img")
        content = base64.b64decode(shown.get("src", "").partition(",")[2])
        decoded = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
        assert decoded is not None
        assert decoded.shape[:2] == (height, width)


def test_what_is_no_file_is_not_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A pipe would block, and a device such as /dev/null would become a page."""
    os.mkfifo(tmp_path / "pipe")
    path = tmp_path / "instances.json"
    path.write_text(json.dumps({"images": [], "annotations": [], "categories": []}))
    for target in (tmp_path / "pipe", Path("/dev/null")):
        assert main(["report", str(path), "-o", str(target)]) == 2
        assert "is no file that could be replaced" in capsys.readouterr().err
    assert not Path("/dev/null").is_file()
