"""The manifest of a dataset against the files that are there."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from sdg.validate.findings import Findings
from sdg.validate.folder import Folder, RefusedPath, read_some
from sdg.validate.json_text import read_json
from sdg.validate.refusals import tell_refusal

MANIFEST, GRAPH = "manifest.json", "graph.json"
_LEFTOVER = re.compile(r"\..+\.[0-9]+\.tmp")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 20
# Not data: what names the data, and the page about them.
_BESIDE = ("manifest.json", "report.html")
# Indices are held one by one in places, and no folder has so many files.
MOST_FRAMES = 10_000_000


@dataclass
class Manifest:
    """What the manifest says, as far as it has the right form.

    Attributes:
        files: SHA-256 and size in bytes of each file, by path.
        seen: Files that were compared already.
    """

    content: dict[str, Any]
    files: dict[str, tuple[str, int]]
    seen: set[str] = field(default_factory=set)

    @property
    def cameras(self) -> list[dict[str, Any]]:
        """Name and resolution of each camera, in the recipe's order; no resolution where sources of a merge differ."""
        cameras: list[dict[str, Any]] = self.content["cameras"]
        return cameras

    @property
    def categories(self) -> dict[int, dict[str, Any]]:
        """The categories by id."""
        return {entry["id"]: entry for entry in self.content["categories"]}

    @property
    def sources(self) -> list[dict[str, Any]]:
        """What frames were made of, one by one: `name`, `seed`, `recipe` and `graph`; one, unless it is a merge."""
        if "merged_from" in self.content:
            sources: list[dict[str, Any]] = self.content["merged_from"]
            return sources
        return [{key: self.content[key] for key in ("name", "seed", "recipe")} | {"graph": GRAPH}]

    def source_of(self, record: Mapping[str, Any]) -> int | None:
        """Return which of the sources a record says that it is of; None for one that there isn't."""
        if "merged_from" not in self.content:
            return None if "merged" in record else 0
        number = record.get("merged", {}).get("source")
        return number if number is not None and number < len(self.sources) else None

    @property
    def ranges(self) -> list[list[int]]:
        """Indices of all frames as [first, last], ascending."""
        ranges: list[list[int]] = self.content["frames"]
        return ranges


def read_manifest(folder: Folder, findings: Findings) -> Manifest | None:
    """Return the manifest, or None after a finding."""
    if not os.path.lexists(folder.root / MANIFEST):
        findings.add("V701", expected="manifest.json, which a finished run leaves", found="none")
        return None
    content = read_json(folder, MANIFEST, findings)
    if content is None:
        return None
    problem = _first_problem(content)
    if problem:
        findings.add("V702", file=MANIFEST, expected=problem[0], found=problem[1])
        return None
    files: dict[str, tuple[str, int]] = {}
    for entry in content["files"]:
        if entry["path"] in files:
            findings.add("V707", file=entry["path"], expected="each file once", found="twice")
        files[entry["path"]] = entry["sha256"], entry["size"]
    return Manifest(content, files)


_FORMS: dict[str, type] = {
    "name": str,
    "license": str,
    "frames": list,
    "annotators": list,
    "coco": bool,
    "cameras": list,
    "categories": list,
    "made_by": list,
    "totals": dict,
    "files": list,
}
_ORIGIN: dict[str, type] = {"name": str, "seed": int, "recipe": dict}


def _first_problem(content: Any) -> tuple[str, Any] | None:
    """Return what of the manifest can't be used: expected and found."""
    if not isinstance(content, dict):
        return "an object", type(content).__name__
    if content.get("sdg_manifest") != 1:
        return "sdg_manifest 1", content.get("sdg_manifest")
    merged = content.get("merged_from")
    problem = _wrong_form(content, _FORMS if "merged_from" in content else _FORMS | _ORIGIN, "")
    if problem:
        return problem
    if "merged_from" in content and not (isinstance(merged, list) and merged):
        return "merged_from: a list of datasets", merged
    for number, source in enumerate(merged or ()):
        problem = _wrong_form(source, _ORIGIN | {"graph": str}, f"merged_from[{number}].")
        if problem:
            return problem
    return _first_problem_of_lists(content) or _first_problem_of_frames(content["frames"])


def _wrong_form(value: Any, forms: Mapping[str, type], where: str) -> tuple[str, Any] | None:
    """Return which key of an object has another type than it should, if any."""
    if not isinstance(value, dict):
        return f"{where.rstrip('.')}: an object", value
    for key, kind in forms.items():
        if not isinstance(value.get(key), kind) or (kind is int and isinstance(value[key], bool)):
            return f"{where}{key}: {kind.__name__}", value.get(key, "nothing")
    return None


def _first_problem_of_lists(content: Mapping[str, Any]) -> tuple[str, Any] | None:
    for entry in content["files"]:
        if not (
            isinstance(entry, dict)
            and isinstance(entry.get("path"), str)
            and isinstance(entry.get("sha256"), str)
            and _SHA256.fullmatch(entry["sha256"])
            and type(entry.get("size")) is int
        ):
            return "files: path, sha256 and size", entry
    for entry in content["categories"]:
        if not (isinstance(entry, dict) and type(entry.get("id")) is int and isinstance(entry.get("name"), str)):
            return "categories: id, name, is_thing", entry
    for entry in content["cameras"]:
        if not (isinstance(entry, dict) and isinstance(entry.get("name"), str)):
            return "cameras: name and resolution", entry
    for entry in content["made_by"]:
        if not isinstance(entry, dict):
            return "made_by: name, device_kind, versions and frames", entry
    return None


def _first_problem_of_frames(frames: list[Any]) -> tuple[str, Any] | None:
    last, count = -1, 0
    for pair in frames:
        if not (isinstance(pair, list) and len(pair) == 2 and all(type(n) is int for n in pair)):
            return "frames: pairs [first, last]", pair
        if not last < pair[0] <= pair[1]:
            return "frames: ascending pairs [first, last]", pair
        last = pair[1]
        count += last - pair[0] + 1
        if count > MOST_FRAMES:
            return f"frames: {MOST_FRAMES} at most", f"{count} up to {pair}"
    return None


def compare_bytes(manifest: Manifest, path: str, raw: bytes, findings: Findings, image: int | None = None) -> bool:
    """Compare a file's bytes with what the manifest recorded; whether they agree."""
    manifest.seen.add(path)
    if path not in manifest.files:
        return True  # told where the folder is listed
    return _compare(manifest, path, hashlib.sha256(raw).hexdigest(), len(raw), findings, image)


def _compare(manifest: Manifest, path: str, digest: str, size: int, findings: Findings, image: int | None) -> bool:
    recorded, recorded_size = manifest.files[path]
    if size != recorded_size:
        findings.add("V704", file=path, image=image, expected=f"{recorded_size} bytes", found=f"{size} bytes")
    elif digest != recorded:
        findings.add("V705", file=path, image=image, expected=recorded, found=digest)
    else:
        return True
    return False


def check_presence(folder: Folder, manifest: Manifest, findings: Findings) -> None:
    """Compare the files that are there with those of the manifest, by name."""
    there = set()
    for path, kind in folder.files():
        if path.startswith(".sdg/"):
            continue
        if kind != "file":
            findings.add("V109" if kind == "link" else "V110", file=path, expected="a regular file")
        elif _LEFTOVER.fullmatch(path.rpartition("/")[2]):
            findings.add("V718", file=path, expected="no such file; the next run removes it")
            continue
        elif path not in manifest.files and path not in _BESIDE:
            findings.add("V706", file=path, expected="an entry in manifest.json", found="none")
        there.add(path)
    if (folder.root / ".sdg").is_dir():
        findings.add("V701", file=".sdg", expected="no working folder, once a run is finished", found="one")
    for path in sorted(manifest.files.keys() - there):
        try:
            folder.open(path).close()
        except RefusedPath as refused:
            tell_refusal(refused, path, findings, "a file", missing="V703")


def check_remaining(folder: Folder, manifest: Manifest, findings: Findings, *, fast: bool) -> None:
    """Compare all files that nothing has looked at yet with their recorded size and, unless `fast`, digest."""
    for path in sorted(manifest.files.keys() - manifest.seen):
        if findings.is_blamed(file=path):
            continue
        try:
            with folder.open(path) as stream:
                size = os.fstat(stream.fileno()).st_size
                if fast or size != manifest.files[path][1]:
                    _compare(manifest, path, manifest.files[path][0], size, findings, None)
                else:
                    _compare(manifest, path, _digest(stream), size, findings, None)
        except RefusedPath as refused:
            tell_refusal(refused, path, findings, "a file that can be read")
            continue
        manifest.seen.add(path)


def _digest(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := read_some(stream, _CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def check_totals(manifest: Manifest, counted: dict[str, int], findings: Findings) -> None:
    """Compare the manifest's totals with what was counted."""
    counted = counted | {"files": len(manifest.files), "bytes": sum(size for _, size in manifest.files.values())}
    stated = manifest.content["totals"]
    for key, number in counted.items():
        if stated.get(key) != number:
            findings.add("V708", file=MANIFEST, expected=f"{key} {number}", found=stated.get(key, "nothing"))
    for source in manifest.sources:
        path, digest = source["recipe"].get("path"), source["recipe"].get("sha256")
        if isinstance(path, str) and path in manifest.files and manifest.files[path][0] != digest:
            findings.add("V717", file=MANIFEST, expected=f"recipe.sha256 {manifest.files[path][0]}", found=digest)
