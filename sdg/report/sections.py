"""Sections of the page that are told in words and numbers."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sdg.dataset.model import DatasetReader
from sdg.foundation.wording import by, counted, three_digits
from sdg.report.charts import number
from sdg.report.gallery import PictureName
from sdg.report.links import file_link, picture_link
from sdg.report.markup import Child, Html, element, join
from sdg.report.model import PlacedFinding
from sdg.report.sections_contents import names_of, per_picture, seen_classes
from sdg.report.sections_pictures import severity_of
from sdg.report.tally import DatasetTally

_MOST_FINDINGS = 500
_MOST_UNREADABLE = 20
_LONG_NUMBER = re.compile(r"(?<![\w.])-?\d+\.\d{5,}(?:[eE][-+]?\d+)?(?![\w.])")


def head(dataset: DatasetReader, tally: DatasetTally) -> Html:
    """Return the top of the page: what this is, and its size."""
    tiles: list[tuple[str, str, str]] = [
        ("pictures", number(tally.images), _sizes(tally)),
        ("objects", number(tally.annotations), per_picture(tally)),
        ("classes", number(len(names_of(dataset, tally))), seen_classes(dataset, tally)),
    ]
    if dataset.manifest:
        tiles.insert(0, ("frames", number(tally.frames), counted(len(dataset.cameras), "camera")))
    total_bytes = dataset.manifest.get("totals", {}).get("bytes")
    if isinstance(total_bytes, int):
        tiles.append(("on disk", _bytes(total_bytes), counted(dataset.manifest["totals"].get("files", 0), "file")))
    return element(
        "header",
        element(
            "div",
            element("p", "dataset report", class_="eyebrow"),
            element("h1", title_of(dataset)),
            class_="title",
        ),
        element("button", id="theme", type="button", title="light or dark", aria_label="light or dark"),
        element(
            "dl",
            [
                element("div", element("dt", name), element("dd", value, element("small", note)))
                for name, value, note in tiles
            ],
            class_="tiles",
        ),
    )


def title_of(dataset: DatasetReader) -> str:
    """Return what a page about a dataset is called: the recipe's name; of a COCO file, its folder's name too."""
    if dataset.manifest:
        return dataset.name or "dataset"
    # Many a file is called instances.json, in a folder annotations.
    above = [folder.name for folder in dataset.path.absolute().parents if folder.name]
    folders = above[:2][::-1] if above[:1] == ["annotations"] else above[:1]
    return "/".join([*folders, dataset.name])


def findings_section(
    dataset: DatasetReader,
    findings: Sequence[tuple[PlacedFinding, PictureName | None]] | None,
    unreadable: Sequence[str],
    shown: set[str],
    root: str,
) -> Html | None:
    """Return what is wrong with the dataset, each with its picture.

    If nobody looked, how to; None of a dataset of ours whose frames can all be read.
    """
    broken = None
    if unreadable:
        more = len(unreadable) - _MOST_UNREADABLE
        broken = element(
            "div",
            element("p", f"{counted(len(unreadable), 'frame')} can't be read, and are not counted below:"),
            element("ul", [element("li", text) for text in unreadable[:_MOST_UNREADABLE]]),
            element("p", f"and {number(more)} more") if more > 0 else None,
            class_="card broken",
        )
    if findings is None:
        return join(broken, _unchecked(dataset)) if broken or not dataset.manifest else None
    if not findings:
        return join(broken, element("p", "Nothing was found wrong.", class_="card fine"))
    counts = Counter(placed.finding.severity for placed, _ in findings)
    chips = [
        element("span", counted(counts[severity], severity), class_=f"chip {severity}")
        for severity in ("error", "warning", "note") if counts[severity]
    ]  # fmt: skip
    rows = [_finding_row(finding, picture, shown, root) for finding, picture in findings[:_MOST_FINDINGS]]
    more = len(findings) - len(rows)
    table = element(
        "table",
        element("thead", element("tr", [element("th", name) for name in ("", "what", "where", "expected, found")])),
        element("tbody", rows),
    )
    return join(
        broken,
        element("p", chips, class_="chips"),
        element("div", table, class_="card scroll", tabindex=0),
        element("p", f"and {number(more)} more", class_="more") if more > 0 else None,
    )


def _unchecked(dataset: DatasetReader) -> Html:
    """Return how to have a dataset checked that nobody has checked yet."""
    page = f"{dataset.path.stem}.report.html"
    command = element("code", f"sdg validate-dataset {shlex.quote(dataset.path.name)} --report {shlex.quote(page)}")
    return element("p", "Nothing here has been checked. To have it checked, with what is found on this page: ", command,
                   class_="card")  # fmt: skip


def origin_section(dataset: DatasetReader) -> Html:
    """Return what the dataset was made from, and by what."""
    manifest = dataset.manifest
    if not manifest:
        about = [("file", dataset.path.name), ("made by", "another program, or without a manifest: nothing is known")]
        return element("div", _definitions(about), class_="card")
    rows: list[tuple[str, Child]] = [("name", dataset.name)]
    if "merged_from" in manifest:
        rows.append(("merged from", [_source(entry) for entry in manifest["merged_from"]]))
    else:
        recipe = manifest["recipe"]
        rows.append(("recipe", _digest("recipe.yaml", recipe["sha256"])))
        rows.append(("seed", str(manifest.get("seed"))))
        if recipe.get("overrides"):
            rows.append(("changed on the command line", [element("code", text) for text in recipe["overrides"]]))
    if manifest.get("shard"):
        rows.append(("shard", str(manifest["shard"])))
    rows.append(("licence", str(manifest.get("license") or "none given")))
    rows.append(("cameras", [_camera(camera) for camera in manifest["cameras"]]))
    rows.append(("annotators", [element("code", name) for name in manifest.get("annotators", ())]))
    for maker in manifest.get("made_by", ()):
        rows.append(("rendered by", _maker(maker)))
    rows.append(("assets", counted(len(manifest.get("assets", ())), "different one")))
    return element("div", _definitions(rows), class_="card")


# --- words --------------------------------------------------------------------------------------------------------


def _finding_row(placed: PlacedFinding, picture: PictureName | None, shown: set[str], root: str) -> Html:
    finding = placed.finding
    where: list[Child] = []
    if picture is not None:
        where.append(picture_link(picture.path, shown, root))
    if placed.path and (picture is None or placed.path != picture.path):
        where.append(file_link(placed.path, root, finding.file))
    if picture is None and finding.image_id is not None:
        where.append(f"image {finding.image_id}")
    if finding.annotation_id is not None:
        where.append(f"annotation {finding.annotation_id}")
    if finding.position:
        where.append(finding.position)
    spaced = [element("div", each) for each in where]
    compared = [
        element("div", element("small", f"{name} "), element("code", _fewer_digits(text)))
        for name, text in (("expected", finding.expected), ("found", finding.found))
        if text
    ]
    severity = severity_of(finding)
    code = element("span", f"{severity} {finding.code}", class_=f"chip {severity}")
    cells = [code, _fewer_digits(finding.message), spaced, compared]
    # The page's script marks this annotation where it shows the picture.
    about = None if finding.annotation_id is None else str(finding.annotation_id)
    return element("tr", [element("td", cell) for cell in cells], data_annotation=about)


def _fewer_digits(text: str) -> str:
    """Return a text whose numbers have no more digits than people read; the text itself is what machines get."""
    return _LONG_NUMBER.sub(lambda number: f"{float(number[0]):.6g}", text)


def _definitions(rows: Sequence[tuple[str, Child]]) -> Html:
    return element(
        "dl", [element("div", element("dt", name), element("dd", value)) for name, value in rows], class_="facts"
    )


def _digest(name: str, sha256: Any) -> Html:
    return element(
        "span", element("code", name), " ", element("code", str(sha256)[:12], title=str(sha256), class_="digest")
    )


def _camera(camera: Mapping[str, Any]) -> Html:
    resolution = camera.get("resolution")
    size = by(*resolution) if resolution else "several sizes"
    return element("span", element("code", str(camera["name"])), f" {size}", class_="item")


def _maker(maker: Mapping[str, Any]) -> Html:
    versions = ", ".join(f"{name} {version}" for name, version in sorted(maker.get("versions", {}).items()))
    frames = ", ".join(str(first) if first == last else f"{first} to {last}" for first, last in maker["frames"][:4])
    word = "frame" if len(maker["frames"]) == 1 and maker["frames"][0][0] == maker["frames"][0][1] else "frames"
    missing = [str(each) for each in maker.get("missing_effects", ())]
    return element(
        "div",
        element("div", str(maker.get("name")), " on ", str(maker.get("device_kind"))),
        element("small", f"{word} {frames}{' …' if len(maker['frames']) > 4 else ''}; {versions}"),
        element("div", "without ", ", ".join(missing), class_="missing") if missing else None,
    )


def _source(entry: Mapping[str, Any]) -> Html:
    count = sum(last - first + 1 for first, last in entry["frames"])
    return element(
        "div",
        str(entry["name"]),
        f", seed {entry['seed']}: {counted(count, 'frame')}, ",
        _digest(str(entry["recipe"]["path"]), entry["recipe"]["sha256"]),
        f", {entry['license']}" if entry.get("license") else None,
    )


def _sizes(tally: DatasetTally) -> str:
    sizes = sorted(tally.resolutions, key=lambda size: (size[0] * size[1], size))
    if not sizes:
        return ""
    return by(*sizes[0]) if len(sizes) == 1 else f"{len(sizes)} sizes, {by(*sizes[0])} to {by(*sizes[-1])}"


def _bytes(count: int) -> str:
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{three_digits(count / size)} {unit}"
    return counted(count, "byte")
