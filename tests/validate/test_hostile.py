"""Files that mean harm: found, in bounded time and memory, and nothing outside the folder is opened."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sdg.validate import json_text
from sdg.validate.array_files import BrokenArray, read_array
from sdg.validate.findings import KEPT_PER_CODE, Findings
from sdg.validate.folder import Folder, RefusedPath
from sdg.validate.run import validate
from tests.validate.datasets import INSTANCES, SdgDataset, plain_coco


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("../secret", "outside"),
        ("a/../../secret", "outside"),
        ("/etc/passwd", "absolute"),
        ("C:\\secret", "absolute"),
        ("\\\\server\\secret", "absolute"),
        ("link/secret", "link"),
        ("linked", "link"),
        ("nothing", "missing"),
        ("file/below", "missing"),
        ("folder", "special"),
        ("", "unreadable"),
        ("nul\0byte", "unreadable"),
        ("x" * 5000, "unreadable"),
    ],
)
def test_only_plain_files_in_the_folder_are_opened(path: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    root = tmp_path / "root"
    (root / "folder").mkdir(parents=True)
    (root / "file").write_text("x")
    (root / "link").symlink_to(tmp_path)
    (root / "linked").symlink_to(tmp_path / "secret")
    with pytest.raises(RefusedPath) as refused:
        Folder(root).open(path)
    assert refused.value.reason == reason
    assert Folder(root).read("./file") == b"x"


def test_nothing_outside_the_folder_is_opened_whatever_is_planted(plain: Path) -> None:
    """The interpreter itself reports every file that a process opens."""
    (plain.parent / "elsewhere").mkdir()
    (plain.parent / "elsewhere/003.png").write_bytes((plain / "images/003.png").read_bytes())
    value = plain_coco()
    names = ["../elsewhere/003.png", str(plain.parent / "elsewhere/003.png"), "out/003.png"]
    (plain / "images/out").symlink_to(plain.parent / "elsewhere")
    value["images"] += [{"id": 10 + n, "file_name": name, "width": 64, "height": 48} for n, name in enumerate(names)]
    (plain / INSTANCES).write_text(json.dumps(value))
    script = (
        "import sys\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, values: opened.append(str(values[0])) if event == 'open' else None)\n"
        "from sdg.cli.main import main\n"
        f"main(['validate-dataset', {str(plain)!r}])\n"
        "assert not [path for path in opened if 'elsewhere' in path], opened\n"
        "assert [path for path in opened if path == '003.png']\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for code in ("V107", "V108", "V109"):
        assert code in done.stdout


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (
            "a run-length code of 10^18 pixels",
            lambda a: a.update(segmentation={"size": [10**9, 10**9], "counts": [10**18]}),
        ),
        ("a polygon at the end of the world", lambda a: a.update(segmentation=[[0, 0, 1e300, 0, 1e300, 1e300]])),
        ("a box of 10^300", lambda a: a.update(bbox=[0, 0, 1e300, 1e300])),
        ("a number of a thousand digits", lambda a: a.update(area=10**1000)),
        (
            "a code of two million characters",
            lambda a: a.update(segmentation={"size": [48, 64], "counts": "1" * 2_000_000}),
        ),
        ("a hundred thousand polygons", lambda a: a.update(segmentation=[[0, 0, 60, 0, 60, 40]] * 100_000)),
        ("an object for an id", lambda a: a.update(id={"a": 1})),
        ("lists in lists", lambda a: a.update(segmentation=[[[1, 2], [3, 4], [5, 6]]] * 3)),
        ("strange keypoints", lambda a: a.update(keypoints={"x": []})),
    ],
)
def test_absurd_annotations_take_little_time_and_memory(
    name: str, change: Callable[[dict[str, Any]], None], plain: Path
) -> None:
    value = plain_coco()
    change(value["annotations"][0])
    (plain / INSTANCES).write_text(json.dumps(value))
    script = (
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_CPU, (20, 20))\n"
        "from sdg.cli.main import main\n"
        f"status = main(['validate-dataset', {str(plain / INSTANCES)!r}])\n"
        # The peak since the program began; the one that `getrusage` tells may be that of the tests' process.
        "peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "print(status, int(peak.split()[1]) // 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    status, peak_mib = done.stdout.splitlines()[-1].split()
    assert status in ("0", "1"), done.stderr
    assert int(peak_mib) < 700, name


@pytest.mark.parametrize("number", [True, 1e20, 1e300, 2**60])
def test_a_polygon_is_judged_alike_whatever_stands_beside_it(number: float, plain: Path) -> None:
    """Polygons are read many at a time, and one by one where any of them is unsound."""
    found = []
    for neighbour in (5, "text"):
        value = plain_coco()
        value["annotations"][0]["segmentation"] = [[number, 10, 30, 10, 30, 30]]
        value["annotations"][1]["segmentation"] = [[neighbour, 5, 20, 5, 20, 38]]
        (plain / INSTANCES).write_text(json.dumps(value))
        findings = validate(plain / INSTANCES).findings.all()
        found.append([finding.code for finding in findings if finding.annotation_id == 1])
    assert found[0] == found[1] != []


def test_a_file_that_would_not_fit_into_memory_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """65 MiB of brackets would need 2 GiB as lists."""
    (tmp_path / "large.json").write_bytes(b"[" + b"[]," * (22 << 20) + b"[]]")
    monkeypatch.setattr(json_text, "_available_bytes", lambda: 1 << 30)
    findings = Findings()
    assert json_text.read_json(Folder(tmp_path), "large.json", findings) is None
    assert findings.counts == {"V104": 1}


def test_a_million_faults_are_counted_and_a_hundred_kept() -> None:
    findings = Findings()
    findings.add_rows("V303", range(10**6), lambda row: {"file": "x.json", "annotation": row})
    assert findings.counts == {"V303": 10**6}
    assert len(findings.kept["V303"]) == KEPT_PER_CODE


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2000000000, 2000000000), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }",
        "__import__('os').system('true')",
        "(" * 900,
        "{'descr': '<f4'}",
    ],
)
def test_arrays_of_strange_headers_are_refused(header: str) -> None:
    with pytest.raises(BrokenArray):
        read_array(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + b"\0\0\0\0")


def test_control_characters_do_not_reach_the_terminal(plain: Path) -> None:
    value = plain_coco()
    value["images"][2]["file_name"] = "\x1b[31mred\x07.png"
    (plain / INSTANCES).write_text(json.dumps(value))
    for finding in validate(plain).findings.all():
        assert finding.file.isprintable()
        assert finding.found.isprintable()


@pytest.mark.parametrize("content", [b"null", b"[]", b"{}", b'{"images": []}', b"\xff\xfe", b"7"])
def test_any_json_in_the_place_of_a_manifest_is_told(content: bytes, dataset: SdgDataset) -> None:
    dataset.put("manifest.json", content)
    assert not validate(dataset.root).sound()


@pytest.mark.parametrize(
    "path", ["frames/000000.json", "annotations/instances.json", "annotations/panoptic.json", "graph.json"]
)
@pytest.mark.parametrize(
    "content", [b"null", b"[]", b"{}", b"[[[[", b'{"annotations": [{"segments_info": 3}], "images": [7]}']
)
def test_any_json_in_the_place_of_a_file_is_told(path: str, content: bytes, dataset: SdgDataset) -> None:
    dataset.put(path, content)
    assert not validate(dataset.root).sound()
    dataset.seal()
    assert not validate(dataset.root).sound(strict=True) or path == "graph.json"
