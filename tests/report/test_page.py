from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import cv2
import numpy as np
import pytest

from sdg.cli.main import main
from sdg.dataset.open import open_dataset
from sdg.errors import UsageError
from sdg.report.build import build_report, default_path, write_report
from sdg.report.gallery import MOST_BLAMED, MOST_PICTURES
from tests.report.findings import Found
from tests.report.reading import Report, text_of
from tests.validate.datasets import write_plain


def many(folder: Path, count: int) -> Path:
    """Write a COCO file of so many pictures, one file for all of them."""
    cv2.imwrite(str(folder / "same.png"), np.full((6, 8, 3), 200, np.uint8))
    images = [{"id": i, "width": 8, "height": 6, "file_name": f"rgb/{i:06d}.png"} for i in range(1, count + 1)]
    (folder / "rgb").mkdir()
    for image in images:
        (folder / str(image["file_name"])).hardlink_to(folder / "same.png")
    document = {"images": images, "categories": [{"id": 1, "name": "a"}], "annotations": []}
    (folder / "instances.json").write_text(json.dumps(document))
    return folder / "instances.json"


def shown(report: Report) -> list[str]:
    return [image.get("alt", "") for image in report.all("img")]


def test_generate_writes_the_report_of_the_dataset(yard: Path) -> None:
    assert (yard / "report.html").read_bytes() == build_report(open_dataset(yard))


def test_equal_datasets_have_equal_reports_wherever_they_are(yard: Path, tmp_path: Path) -> None:
    shutil.copytree(yard, tmp_path / "another place")
    (tmp_path / "another place/report.html").unlink()
    again = build_report(open_dataset(tmp_path / "another place"))
    assert again == (yard / "report.html").read_bytes()
    assert str(yard).encode() not in again


@pytest.mark.parametrize("named", ["file", "folder"])
def test_every_link_leads_to_a_file_where_the_labels_are_beside_the_pictures(named: str, tmp_path: Path) -> None:
    """Findings count from the folder of both, pictures from their own."""
    write_plain(tmp_path / "k")
    (tmp_path / "k/images").rename(tmp_path / "k/val2017")
    labels = tmp_path / "k/annotations/instances_val2017.json"
    (tmp_path / "k/annotations/instances.json").rename(labels)
    document = json.loads(labels.read_text())
    document["annotations"][0]["bbox"] = [10, 10, 20, 0]
    document["categories"].append({"id": 9, "name": "unseen"})
    labels.write_text(json.dumps(document))
    (tmp_path / "k/val2017/extra.png").write_bytes((tmp_path / "k/val2017/001.png").read_bytes())
    page = tmp_path / "page.html"
    checked = labels if named == "file" else tmp_path / "k"
    assert main(["validate-dataset", str(checked), "--report", str(page)]) == 0
    report = Report(page.read_bytes())
    addresses = {link.get("href", "") for link in report.all("a")}
    anchors = {f"#{each.get('id')}" for each in report.tree.iter() if each.get("id")}
    pictures = {address for address in addresses if not address.startswith("#")}
    assert {address for address in addresses - pictures if not address.startswith("#picture-")} <= anchors
    files = {(tmp_path / unquote(address)).resolve() for address in pictures}
    assert all(file.is_file() for file in files), files
    assert files >= {labels, tmp_path / "k/val2017/extra.png"}
    named_at = [text_of(row[2]) for row in report.all("tr") if len(row) == 4]
    assert any("001.png" in text for text in named_at), "the box without height is one of 001.png"


def test_every_link_of_a_report_elsewhere_leads_to_a_file(yard: Path, tmp_path: Path) -> None:
    page = tmp_path / "pages and more/yard.html"
    write_report(page, open_dataset(yard))
    report = Report(page.read_bytes())
    addresses = [address for link in report.all("a") if (address := link.get("href", "")).startswith("./")]
    assert len(addresses) >= 8
    assert all((page.parent / unquote(address)).is_file() for address in addresses)
    assert all((page.parent / unquote(report.data["root"]) / name).is_file() for name in report.data["names"])
    assert len(report.data["names"]) == 8


def test_no_more_than_48_pictures_are_shown_and_adding_some_changes_few(tmp_path: Path) -> None:
    """Chosen by digest: of the first 100 pictures' choice, those stay whose digest is among the lowest of 120."""
    sets = []
    for count in (100, 120):
        folder = tmp_path / str(count)
        folder.mkdir()
        report = Report(build_report(open_dataset(many(folder, count))))
        assert len(report.data["names"]) == count
        sets.append(set(shown(report)))
        assert len(sets[-1]) == len(report.data["pictures"]) == MOST_PICTURES
    assert len(sets[0] & sets[1]) > MOST_PICTURES * 0.6
    assert sets[1] - sets[0] <= {f"rgb/{index:06d}.png" for index in range(101, 121)}


def test_pictures_that_something_was_found_about_are_shown(tmp_path: Path) -> None:
    path = many(tmp_path, 120)
    plain = set(shown(Report(build_report(open_dataset(path)))))
    others = [index for index in range(1, 121) if f"rgb/{index:06d}.png" not in plain]
    findings = [
        Found("V1", "error", "wrong", image_id=others[0], annotation_id=9, expected="1", found="2"),
        Found("V2", "warning", "odd", file=f"rgb/{others[1]:06d}.png"),
        Found("V3", "note", "a remark on all of it"),
        *(Found("V4", "note", "much", image_id=index) for index in others[2:]),
    ]
    report = Report(build_report(open_dataset(path), findings))
    blamed = {f"rgb/{index:06d}.png" for index in others}
    assert len(shown(report)) == MOST_PICTURES
    assert set(shown(report)) & blamed == {f"rgb/{index:06d}.png" for index in others[:MOST_BLAMED]}
    places = {figure.get("id") for figure in report.all("figure", class_="picture")}
    rows = report.one("tbody")
    link = next(rows[0].iter("a"))
    assert link.get("href", "")[1:] in places, "the picture is shown, so the link leads there"
    assert [text_of(cell) for cell in rows[0]] == [
        "error V1",
        "wrong",
        f"rgb/{others[0]:06d}.pngannotation 9",
        "expected 1found 2",
    ]
    assert next(rows[1].iter("a")).get("href", "")[1:] in places
    assert not list(rows[2].iter("a"))
    assert next(rows[len(rows) - 1].iter("a")).get("href") == f"./rgb/{others[-1]:06d}.png", "not shown: to the file"
    chips = [text_of(chip) for chip in report.one("p", class_="chips")]
    badges = [text_of(badge) for badge in report.all("span", class_="badge error")]
    assert badges == ["1 finding"]
    assert chips == ["1 error", "1 warning", f"{len(findings) - 2} notes"]


def test_a_frame_record_that_is_blamed_brings_its_pictures(yard: Path) -> None:
    report = Report(build_report(open_dataset(yard), [Found("V9", "error", "off", file="frames/000002.json")]))
    (row,) = report.one("tbody")
    assert [text_of(link) for link in row.iter("a")] == ["rgb/front/000002.png", "frames/000002.json"]


def test_looking_and_finding_nothing_is_told_from_not_looking(yard: Path) -> None:
    assert not Report(build_report(open_dataset(yard))).all("section", id="findings")
    fine = Report(build_report(open_dataset(yard), []))
    assert "Nothing was found wrong" in text_of(fine.one("section", id="findings"))


def test_switches_are_there_for_what_the_dataset_has(yard: Path) -> None:
    folder, file = (Report(build_report(open_dataset(yard / path))) for path in ("", "annotations/instances.json"))
    for report, lines, bases in (
        (folder, ["masks", "boxes", "cuboids"], ["photo", "depth", "semantic", "instance"]),
        (file, ["masks", "boxes", "cuboids"], []),
    ):
        assert [each.get("data-layer") for each in report.all("button", class_="switch")] == lines
        assert [base for each in report.all("button") if (base := each.get("data-base"))] == bases


def test_a_merged_dataset_tells_its_sources_and_what_each_drew(yard: Path, shelf: Path, tmp_path: Path) -> None:
    from sdg.cli.main import main

    assert main(["merge", str(tmp_path / "both"), str(yard), str(shelf)]) == 0
    report = Report((tmp_path / "both/report.html").read_bytes())
    facts = {text_of(row[0]): text_of(row[1]) for row in report.one("dl", class_="facts")}
    assert "shelf, seed 4: 3 frames" in facts["merged from"]
    assert "yard, seed 11: 4 frames" in facts["merged from"]
    assert [text_of(each) for each in report.all("h3", class_="source")] == ["shelf, seed 4", "yard, seed 11"]
    assert sum(report.bins("scene.objects.box.yaw_deg").values()) == 12
    assert sum(report.bins("scene.objects.parcel.yaw_deg").values()) == 3


def test_only_a_report_is_replaced(yard: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><title>my thesis</title>")
    for path, said in ((page, "no report of ours"), (tmp_path, "is a folder")):
        with pytest.raises(UsageError, match=said):
            write_report(path, open_dataset(yard))
    assert "thesis" in page.read_text()
    page.write_bytes((yard / "report.html").read_bytes()[:500])
    write_report(page, open_dataset(yard))
    assert Report(page.read_bytes()).tiles()["frames"] == "4"


def test_a_report_has_its_place(yard: Path) -> None:
    assert default_path(open_dataset(yard)) == yard / "report.html"
    assert default_path(open_dataset(yard / "annotations/instances.json")).name == "instances.report.html"


def test_making_a_report_loads_no_renderer_and_no_recipe(yard: Path) -> None:
    code = (
        "import sys, pathlib\nfrom sdg.dataset.open import open_dataset\nfrom sdg.report.build import build_report\n"
        "assert build_report(open_dataset(pathlib.Path(sys.argv[1])))\n"
        "assert not {'mitsuba', 'drjit', 'pxr', 'trimesh', 'rich', 'click'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(yard)], check=True)
