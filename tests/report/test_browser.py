"""Reports in a real browser: every switch is pressed, in light and dark, wide and narrow."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from sdg.dataset.open import open_dataset
from sdg.report.build import build_report
from tests.report.findings import Found
from tests.report.test_hostile import NAMES, coco

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright, of the extra dev, is not installed")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here: apt-get install chromium")

WIDE, NARROW = (1280, 800), (390, 844)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        # Containers have neither a user namespace for Chromium's sandbox nor much shared memory.
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Open a report's bytes; when the test ends, nothing may have complained or asked for anything else."""
    said: list[str] = []
    asked: list[str] = []
    contexts = []

    def open_page(content: bytes, size: tuple[int, int] = WIDE, scheme: str = "light") -> Any:
        (tmp_path / "page.html").write_bytes(content)
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: (said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: asked.append(request.url))
        page.goto((tmp_path / "page.html").as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []
    assert {url for url in asked if not url.startswith("data:image/")} == {(tmp_path / "page.html").as_uri()}


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The report of a COCO file with a crowd, a polygon and keypoints."""
    folder = tmp_path_factory.mktemp("people")
    cv2.imwrite(str(folder / "a.jpg"), np.full((120, 160, 3), 180, np.uint8))
    keypoints = [40, 30, 2, 80, 30, 1, 60, 90, 2, 0, 0, 0]
    document = {
        "images": [{"id": 1, "width": 160, "height": 120, "file_name": "a.jpg"}],
        "categories": [{"id": 1, "name": "person", "skeleton": [[1, 2], [2, 3], [3, 4]]}, {"id": 5, "name": "crowd"}],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 1, "bbox": [20, 10, 80, 90], "area": 7200, "keypoints": keypoints,
             "segmentation": [[20, 10, 100, 10, 100, 100, 20, 100]]},
            {"id": 2, "image_id": 1, "category_id": 5, "bbox": [120, 0, 40, 60], "area": 2400, "iscrowd": 1,
             "segmentation": {"size": [120, 160], "counts": [120 * 120, *([60, 60] * 40)]}},
        ],
    }  # fmt: skip
    (folder / "people.json").write_text(json.dumps(document))
    return build_report(open_dataset(folder / "people.json"))


def number_drawn(page: Any, kind: str) -> int:
    return page.locator(f"#gallery .things {kind}").count()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_switch_does_what_it_says(
    visit: Callable[..., Any], yard: Path, size: tuple[int, int], scheme: str
) -> None:
    page = visit((yard / "report.html").read_bytes(), size, scheme)
    shapes = {"masks": "path.mask", "boxes": "rect", "cuboids": "path.cuboid"}
    things = page.evaluate("data.pictures.flatMap((each) => each.things)")
    page.wait_for_selector("#gallery .things path.mask")
    for layer, shape in shapes.items():
        button = page.locator(f".switch[data-layer={layer}]")
        if button.get_attribute("aria-pressed") == "true":
            button.click()
        assert number_drawn(page, shape) == 0
    for layer, key in (("masks", "m"), ("boxes", "b"), ("cuboids", "q")):
        page.locator(f".switch[data-layer={layer}]").click()
        page.locator("#gallery").scroll_into_view_if_needed()
        assert number_drawn(page, shapes[layer]) == sum(key in thing for thing in things) > 0
        page.locator(f".switch[data-layer={layer}]").click()
    photos = page.locator("#gallery img").evaluate_all("images => images.map((each) => each.src)")
    for base in ("depth", "semantic", "instance"):
        page.locator(f"[data-base={base}]").click()
        sources = page.locator("#gallery img").evaluate_all("images => images.map((each) => each.src)")
        assert sources == page.evaluate(f"data.pictures.map((each) => each.{base})")
        page.wait_for_function("[...document.querySelectorAll('#gallery img')].every((each) => each.naturalWidth > 0)")
    assert page.locator("#gallery .range").count() == 0
    page.locator("[data-base=photo]").click()
    assert page.locator("#gallery img").evaluate_all("images => images.map((each) => each.src)") == photos
    assert page.evaluate("document.documentElement.scrollWidth") == size[0], "nothing is wider than the window"


def test_classes_can_be_hidden(visit: Callable[..., Any], yard: Path) -> None:
    page = visit((yard / "report.html").read_bytes())
    classes = page.locator(".class")
    assert classes.count() == 4
    for index in range(classes.count()):
        before = number_drawn(page, "path.mask")
        classes.nth(index).click()
        assert number_drawn(page, "path.mask") < before
    assert number_drawn(page, "path.mask") == 0


def test_one_picture_is_shown_large_and_the_next_by_a_key(visit: Callable[..., Any], yard: Path) -> None:
    page = visit((yard / "report.html").read_bytes())
    page.locator(".view").nth(0).click()
    dialog = page.locator("#viewer")
    assert dialog.is_visible()
    assert dialog.locator(".side p a").inner_text() == "rgb/front/000000.png"
    assert dialog.locator(".side li").count() == page.evaluate("data.pictures[0].things.length")
    dialog.locator("[title='show boxes']").click()
    assert dialog.locator(".stage path.rim").count() == dialog.locator(".stage rect").count()
    assert dialog.locator(".stage rect").count() == page.evaluate("data.pictures[0].things.length")
    dialog.locator("[title='show depth']").click()
    assert dialog.locator(".range").inner_text().endswith(" m")
    page.keyboard.press("ArrowRight")
    assert dialog.locator(".side p a").inner_text() == "rgb/bent/000000.png"
    dialog.locator("[title='previous picture']").click()
    dialog.locator("[title='previous picture']").click()
    assert dialog.locator(".side p a").inner_text() == "rgb/bent/000003.png"
    dialog.locator("li").first.hover()
    assert dialog.locator("g.marked").count() == 1
    dialog.locator("li").nth(1).focus()
    assert dialog.locator("g.marked").count() == 2, "the keyboard points as the mouse does"
    page.keyboard.press("Escape")
    assert not dialog.is_visible()


def test_a_mask_covers_its_pixels_on_the_screen(visit: Callable[..., Any], people: bytes) -> None:
    """The polygon is [20, 100) x [10, 100) of 160 x 120 pixels; the crowd's code fills [120, 160) x [0, 60)."""
    page = visit(people)
    page.locator(".view").click()
    corners = "paths => paths.map((each) => each.getBBox()).map(({ x, y, width, height }) => [x, y, width, height])"
    boxes = page.locator("#viewer .mask").evaluate_all(corners)
    assert boxes == [[20, 10, 80, 90], [120, 0, 40, 60]]


def test_keypoints_and_their_bones_are_drawn(visit: Callable[..., Any], people: bytes) -> None:
    page = visit(people)
    page.locator(".switch[data-layer=masks]").click()
    page.locator(".switch[data-layer=keypoints]").click()
    points = page.locator("#gallery circle").evaluate_all(
        "all => all.map((each) => [each.cx, each.cy].map((at) => at.baseVal.value))"
    )
    assert points == [[40.5, 30.5], [80.5, 30.5], [60.5, 90.5]]
    assert page.locator("#gallery .things path").count() == 2, "the third bone ends at a point that isn't labelled"


def test_light_and_dark_follow_the_system_until_somebody_switches(visit: Callable[..., Any], yard: Path) -> None:
    content = (yard / "report.html").read_bytes()
    color = "getComputedStyle(document.body).backgroundColor"
    seen = {}
    for scheme in ("light", "dark"):
        page = visit(content, WIDE, scheme)
        seen[scheme] = page.evaluate(color)
        page.locator("#theme").click()
        switched = page.evaluate(color)
        page.reload()
        assert page.evaluate(color) == switched, "the switch is remembered"
        assert switched != seen[scheme]
    assert seen["light"] != seen["dark"]


def test_every_picture_is_listed_and_found_by_name(visit: Callable[..., Any], yard: Path) -> None:
    page = visit((yard / "report.html").read_bytes())
    page.locator("#all summary").click()
    page.wait_for_selector("#names a")
    assert page.locator("#names a").count() == 8
    page.locator("#filter").fill("BENT/000002")
    (link,) = page.locator("#names a").all()
    assert link.get_attribute("href") == "./rgb/bent/000002.png"


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The report of a COCO file of 14 pictures of three shapes, one of which is damaged, with two findings."""
    folder = tmp_path_factory.mktemp("mixed") / "annotations"
    folder.mkdir()
    sizes = [(160, 120), (60, 400), (900, 80)]
    images = []
    for k in range(1, 15):
        width, height = sizes[k % 3]
        images.append({"id": k, "width": width, "height": height, "file_name": f"{k}.png"})
        cv2.imwrite(str(folder / f"{k}.png"), np.full((height, width, 3), 160, np.uint8))
    (folder / "3.png").write_bytes(b"no picture")
    document = {
        "images": images,
        "categories": [{"id": 1, "name": "box"}],
        "annotations": [
            {"id": k, "image_id": k, "category_id": 1, "bbox": [1, 2, 30, 40], "area": 1200} for k in range(1, 15)
        ],
    }
    (folder / "instances.json").write_text(json.dumps(document))
    findings = [
        Found("V304", "error", "a box of 199.7500372339639 px", image_id=2, annotation_id=2),
        Found("V1", "note", "odd", image_id=3),
    ]
    return build_report(open_dataset(folder / "instances.json"), findings)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_tiles_are_alike_and_large_pictures_are_seen_whole(
    visit: Callable[..., Any], mixed: bytes, size: tuple[int, int]
) -> None:
    page = visit(mixed, size)
    tiles = [tile.bounding_box() for tile in page.locator(".view").all() if tile.is_visible()]
    assert len(tiles) == 12
    assert max(tile["height"] for tile in tiles) - min(tile["height"] for tile in tiles) < 2
    for index in range(4):
        page.locator(".view").nth(index).click()
        stage = page.locator("#viewer .stage").bounding_box()
        width, height = page.evaluate(f"data.pictures[{index}].size")
        assert stage["width"] / stage["height"] == pytest.approx(width / height, rel=0.02)
        assert stage["height"] < size[1]
        assert stage["width"] > 30
        page.keyboard.press("Escape")


def test_what_cannot_be_read_is_said_without_a_broken_picture(visit: Callable[..., Any], mixed: bytes) -> None:
    page = visit(mixed)
    (absent,) = page.locator("#gallery .absent").all()
    assert absent.inner_text() == "can't be read"
    assert page.locator("#gallery img:visible").evaluate_all("all => all.every((each) => each.naturalWidth > 0)")
    page.locator(".view", has_text="can't be read").click()
    assert page.locator("#viewer .stage").bounding_box()["height"] > 50


def test_a_finding_opens_its_picture_with_what_is_meant_marked(visit: Callable[..., Any], mixed: bytes) -> None:
    page = visit(mixed)
    assert page.locator(".badge").all_inner_texts() == ["1 finding", "1 finding"]
    assert "199.75 px" in page.locator("#findings").inner_text()
    page.locator("#findings a").first.click()
    dialog = page.locator("#viewer")
    assert dialog.locator("p a").inner_text() == "2.png"
    assert dialog.locator("g.found rect").count() == 1
    assert dialog.locator("li.found").count() == 1
    assert "error V304" in dialog.inner_text()
    page.keyboard.press("ArrowRight")
    assert dialog.locator("g.found").count() == 0


def test_the_rest_of_the_pictures_is_counted_and_shown_when_asked_for(visit: Callable[..., Any], mixed: bytes) -> None:
    page = visit(mixed)
    assert page.locator("#shown").inner_text() == "12 of 14 pictures"
    page.locator("#more").click()
    assert page.locator("#shown").inner_text() == "14 pictures"
    assert page.locator(".view:visible").count() == 14
    page.locator("#all summary").click()
    page.wait_for_selector("#names a")
    assert not page.locator("#more-names").is_visible(), "there are no more names"


def test_stuff_is_named_where_it_is_shown(visit: Callable[..., Any], yard: Path) -> None:
    page = visit((yard / "report.html").read_bytes())
    assert page.locator(".part:visible").count() == 0
    page.locator("[data-base=semantic]").click()
    assert page.locator(".part:visible").count() > 0
    switch = page.locator(".switch[aria-pressed=true]")
    assert page.locator(".class").first.is_enabled()
    switch.click()
    assert page.locator(".class").first.is_disabled(), "with nothing drawn over pictures, there is nothing to hide"


def test_hostile_names_do_nothing_but_be_read(visit: Callable[..., Any], tmp_path: Path) -> None:
    """Any script that ran would open a dialog or ask for something, and the page would hear of it."""
    findings = [Found(name, name, name, file=name, expected=name, found=name) for name in NAMES]
    page = visit(build_report(open_dataset(coco(tmp_path)), findings))
    page.locator("#all summary").click()
    page.wait_for_selector("#names a")
    assert page.locator("#names a").count() == len(NAMES)
    for index in range(len(NAMES)):
        page.locator(".view").nth(index).hover()
    page.locator(".view").first.click()
    for _ in NAMES:
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    assert page.locator("#viewer script, main script, main img[onerror]").count() == 0
    addresses = page.locator("a").evaluate_all("links => links.map((each) => each.protocol)")
    assert set(addresses) == {"file:"}
