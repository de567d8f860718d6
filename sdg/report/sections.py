"""Sections of the page that are told in words, numbers and charts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sdg.dataset.model import DatasetReader
from sdg.report.charts import Bar, bar_chart, heat_map, histogram, nice, number, share_bar
from sdg.report.gallery import PictureName
from sdg.report.links import file_link, picture_link
from sdg.report.markup import Child, Html, element, join
from sdg.report.model import PlacedFinding
from sdg.report.pictures import color_code
from sdg.report.tally import SIZE_NAMES, VISIBILITY_BINS, DatasetTally

_MOST_CLASSES = 25
_MOST_FINDINGS = 500
_MOST_UNREADABLE = 20
_MOST_COUNTS = 40
_DEPTH_BINS = 32


def head(dataset: DatasetReader, tally: DatasetTally) -> Html:
    """Return the top of the page: what this is, and its size."""
    classes = sum(1 for category in dataset.categories if category.is_thing)
    seen = sum(1 for category in dataset.categories if category.is_thing and category.id in tally.categories)
    tiles: list[tuple[str, str, str]] = [
        ("pictures", number(tally.images), _sizes(tally)),
        ("objects", number(tally.annotations), _per_picture(tally)),
        ("classes", number(classes), "all of them seen" if seen == classes else f"{seen} of them seen"),
    ]
    if dataset.manifest:
        cameras = len(dataset.cameras)
        tiles.insert(0, ("frames", number(tally.frames), f"{cameras} camera{'s' * (cameras != 1)}"))
    total_bytes = dataset.manifest.get("totals", {}).get("bytes")
    if isinstance(total_bytes, int):
        tiles.append(("on disk", _bytes(total_bytes), f"{number(dataset.manifest['totals'].get('files', 0))} files"))
    return element(
        "header",
        element(
            "div",
            element("p", "dataset report", class_="eyebrow"),
            element("h1", dataset.name or "dataset"),
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


def findings_section(
    findings: Sequence[tuple[PlacedFinding, PictureName | None]] | None,
    unreadable: Sequence[str],
    shown: set[str],
    root: str,
) -> Html | None:
    """Return what is wrong with the dataset, each with its picture; None if nobody looked and all could be read."""
    broken = None
    if unreadable:
        more = len(unreadable) - _MOST_UNREADABLE
        broken = element(
            "div",
            element("p", f"{number(len(unreadable))} of the frames can't be read, and are not counted below:"),
            element("ul", [element("li", text) for text in unreadable[:_MOST_UNREADABLE]]),
            element("p", f"and {number(more)} more") if more > 0 else None,
            class_="card broken",
        )
    if findings is None:
        return broken
    if not findings:
        return join(broken, element("p", "Nothing was found wrong.", class_="card fine"))
    counts = Counter(placed.finding.severity for placed, _ in findings)
    chips = [
        element("span", element("b", number(counts[severity])), f" {severity}{'s' * (counts[severity] != 1)}",
                class_=f"chip {severity}")
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


def contents_section(dataset: DatasetReader, tally: DatasetTally, depth_m: Sequence[float]) -> Html:
    """Return the charts of what the pictures show."""
    cards = [
        _classes_card(dataset, tally),
        _sizes_card(dataset, tally),
        _centers_card(tally),
        _counts_card(tally),
        _visibility_card(tally),
        _distances_card(tally),
        _depth_card(depth_m),
    ]
    return element("div", cards, class_="grid")


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
            rows.append(("changed by --set", [element("code", text) for text in recipe["overrides"]]))
    if manifest.get("shard"):
        rows.append(("shard", str(manifest["shard"])))
    rows.append(("licence", str(manifest.get("license") or "none given")))
    rows.append(("cameras", [_camera(camera) for camera in manifest["cameras"]]))
    rows.append(("annotators", [element("code", name) for name in manifest.get("annotators", ())]))
    for maker in manifest.get("made_by", ()):
        rows.append(("rendered by", _maker(maker)))
    rows.append(("assets", f"{len(manifest.get('assets', ()))} different ones"))
    return element("div", _definitions(rows), class_="card")


# --- charts -------------------------------------------------------------------------------------------------------


def _card(title: str, note: str, *body: Child, wide: bool = False) -> Html:
    heading = element("h3", title)
    return element("figure", heading, element("figcaption", note), *body, class_="card wide" if wide else "card")


def _classes_card(dataset: DatasetReader, tally: DatasetTally) -> Html:
    rows = []
    for category_id, name in _names(dataset, tally):
        counted = tally.categories.get(category_id)
        annotations, images = (counted.annotations, counted.images) if counted else (0, 0)
        share = f"in {images / max(tally.images, 1):.0%} of pictures" if images else "never seen"
        value = join(number(annotations), element("span", f" · {share}", class_="share"))
        rows.append((annotations, Bar(name, [annotations], value, None, color_code(category_id))))
    rows.sort(key=lambda row: -row[0])
    bars = [bar for _, bar in rows]
    more = bars[_MOST_CLASSES:]
    rest = (
        element("details", element("summary", f"{len(more)} more"), bar_chart(more, "more classes")) if more else None
    )
    crowds = f"; {number(tally.crowds)} of them are crowds" if tally.crowds else ""
    note = f"{number(tally.annotations)} objects, and how many pictures show the class{crowds}"
    return _card("Classes", note, bar_chart(bars[:_MOST_CLASSES], "objects of each class"), rest, wide=True)


def _sizes_card(dataset: DatasetReader, tally: DatasetTally) -> Html | None:
    if not tally.annotations:
        return None
    bars = [
        Bar(name, tally.categories[category_id].by_size, "", None, color_code(category_id))
        for category_id, name in _names(dataset, tally)
        if category_id in tally.categories
    ]
    bars.sort(key=lambda bar: -sum(bar.parts))
    bounds = ("< 32²", "to 96²", "≥ 96²")
    labels = [f"{name} {bound}" for name, bound in zip(SIZE_NAMES, bounds, strict=True)]
    named = list(zip(labels, tally.by_size(), strict=True))
    note = "by COCO's bounds on the area [px]: small, medium and large"
    return _card("Sizes", note, share_bar(named, "objects by size"), bar_chart(bars[:12], "sizes of each class"))


def _centers_card(tally: DatasetTally) -> Html | None:
    if not tally.boxes:
        return None
    (width, height), _ = max(tally.resolutions.items(), key=lambda item: (item[1], item[0]))
    chart = heat_map(tally.centers, width / max(height, 1), "where centres of boxes are in the picture")
    return _card("Centres of boxes", f"where in the picture; {number(tally.boxes)} boxes", chart)


def _counts_card(tally: DatasetTally) -> Html | None:
    if not tally.images:
        return None
    most = max(tally.per_image)
    width = max(1, math.ceil((most + 1) / _MOST_COUNTS))
    counts = [0] * (most // width + 1)
    for count, images in tally.per_image.items():
        counts[count // width] += images
    note = f"{_per_picture(tally)}; {number(tally.per_image.get(0, 0))} pictures without any"
    if width == 1:
        chart = histogram(counts, 0, most, "pictures by number of objects", is_whole=True)
    else:
        chart = histogram(counts, 0, width * len(counts), "pictures by number of objects")
    return _card("Objects in a picture", note, chart)


def _visibility_card(tally: DatasetTally) -> Html | None:
    known = sum(tally.visibility)
    if not known:
        return None
    hidden = sum(tally.visibility[: VISIBILITY_BINS // 2])
    note = f"share of an object that nothing hides; {hidden / known:.0%} are more than half hidden"
    return _card("Visibility", note, histogram(tally.visibility, 0, 1, "objects by visibility"))


def _distances_card(tally: DatasetTally) -> Html | None:
    if not tally.distances_m:
        return None
    values = np.repeat(list(tally.distances_m), list(tally.distances_m.values()))
    return _metres_card("Distance of objects", "centre of the 3-D box, along the optical axis", values, "objects")


def _depth_card(depth_m: Sequence[float]) -> Html | None:
    if not depth_m:
        return None
    return _metres_card("Depth", "of pixels of the pictures shown here", np.array(depth_m), "pixels")


def _metres_card(title: str, note: str, values: np.ndarray[Any, Any], what: str) -> Html:
    low = min(float(values.min()), 0.0)
    high = nice(max(float(np.percentile(values, 99.5)), 0.1))
    counts, _ = np.histogram(np.clip(values, low, high), bins=_DEPTH_BINS, range=(low, high))
    middle = float(np.median(values))
    return _card(title, f"{note}; median {middle:.3g} m",
                 histogram(counts.tolist(), low, high, f"{what} by depth", unit=" m"))  # fmt: skip


def _names(dataset: DatasetReader, tally: DatasetTally) -> list[tuple[int, str]]:
    """Return the categories that are of things or were seen, also those without a name."""
    named = [(each.id, each.name) for each in dataset.categories if each.is_thing or each.id in tally.categories]
    known = {category_id for category_id, _ in named}
    return named + [(each, f"category {each}, unnamed") for each in sorted(tally.categories) if each not in known]


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
    spaced = [element("div", each) for each in where]
    compared = [
        element("div", element("small", f"{name} "), element("code", text))
        for name, text in (("expected", finding.expected), ("found", finding.found))
        if text
    ]
    severity = finding.severity if finding.severity in ("error", "warning", "note") else "note"
    code = element("span", finding.code, class_=f"chip {severity}", title=finding.severity)
    return element(
        "tr", element("td", code), element("td", finding.message), element("td", spaced), element("td", compared)
    )


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
    size = f"{resolution[0]} x {resolution[1]}" if resolution else "several sizes"
    return element("span", element("code", str(camera["name"])), f" {size}", class_="item")


def _maker(maker: Mapping[str, Any]) -> Html:
    versions = ", ".join(f"{name} {version}" for name, version in sorted(maker.get("versions", {}).items()))
    frames = ", ".join(str(first) if first == last else f"{first} to {last}" for first, last in maker["frames"][:4])
    missing = [str(each) for each in maker.get("missing_effects", ())]
    return element(
        "div",
        element("div", str(maker.get("name")), " on ", str(maker.get("device_kind"))),
        element("small", f"frames {frames}{' …' if len(maker['frames']) > 4 else ''}; {versions}"),
        element("div", "without ", ", ".join(missing), class_="missing") if missing else None,
    )


def _source(entry: Mapping[str, Any]) -> Html:
    count = sum(last - first + 1 for first, last in entry["frames"])
    return element(
        "div",
        str(entry["name"]),
        f", seed {entry['seed']}: {number(count)} frames, ",
        _digest(str(entry["recipe"]["path"]), entry["recipe"]["sha256"]),
        f", {entry['license']}" if entry.get("license") else None,
    )


def _sizes(tally: DatasetTally) -> str:
    sizes = sorted(tally.resolutions.items(), key=lambda item: (-item[1], item[0]))
    if not sizes:
        return ""
    (width, height), _ = sizes[0]
    more = f" and {len(sizes) - 1} other size{'s' * (len(sizes) > 2)}" if len(sizes) > 1 else ""
    return f"{width} x {height}{more}"


def _per_picture(tally: DatasetTally) -> str:
    return f"{tally.annotations / max(tally.images, 1):.3g} a picture"


def _bytes(count: int) -> str:
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count} bytes"
