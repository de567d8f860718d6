"""Both pages in a real browser: what people see and do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sdg.cli.main import main
from tests.preview.scenes import GREEN, RECIPE, RED, write_recipe

playwright = pytest.importorskip("playwright.sync_api", reason="needs the Python package playwright")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="needs the program chromium (Debian: apt-get install chromium)"
)

PATIENCE_MS = 60_000
# How red and how green a picture gets, as the browser decoded it.
STRONGEST_COLORS = """
picture => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0);
  const data = context.getImageData(0, 0, canvas.width, canvas.height).data;
  const most = [0, 0];
  for (let i = 0; i < data.length; i += 4) {
    most[0] = Math.max(most[0], data[i] - data[i + 1]);
    most[1] = Math.max(most[1], data[i + 1] - data[i]);
  }
  return most;
}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[playwright.Browser]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def opened(browser: playwright.Browser, url: str, **options: object) -> Iterator[playwright.Page]:
    """Open a page; whatever it says on the console is a fault."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(url)
    yield page
    assert said == []
    context.close()


@contextmanager
def served(recipe: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "sdg", "preview", str(recipe), "--serve", "--port", "0", "--device", "cpu"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        found = re.match(r"http://127\.0\.0\.1:\d+/", process.stderr.readline())
        assert found is not None
        try:
            yield found[0]
        finally:
            process.terminate()
            assert process.wait(60) == 0


def status(page: playwright.Page, text: str) -> None:
    playwright.expect(page.locator("#status")).to_have_text(text, timeout=PATIENCE_MS)


def colors(page: playwright.Page) -> tuple[int, int]:
    """Return how much redder than green, and greener than red, the first picture's most coloured pixels are."""
    picture = page.locator(".view .base").first
    picture.evaluate("picture => picture.decode()")
    red, green = picture.evaluate(STRONGEST_COLORS)
    return red, green


def test_the_served_page_follows_people_and_the_recipe(browser: playwright.Browser, tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path)
    with served(recipe) as url, opened(browser, url) as page:
        status(page, "up to date")
        assert page.title() == "bench · sdg preview"
        assert page.locator(".view").count() == 2
        red, green = colors(page)
        assert red > 80 > green

        # Overlays and ways to look at it.
        masks, boxes, cuboids = (page.locator(f".view:first-child .{name}") for name in ("masks", "boxes", "cuboids"))
        assert boxes.is_visible()
        assert not masks.is_visible()
        assert not cuboids.is_visible()
        page.click("text=masks")
        page.click("text=cuboids")
        page.keyboard.press("b")
        assert masks.is_visible()
        assert cuboids.is_visible()
        assert not boxes.is_visible()
        rgb = page.locator(".view .base").first.get_attribute("src")
        page.click("text=depth")
        assert page.locator(".view .base").first.get_attribute("src") != rgb
        assert page.locator(".view .scale").first.is_visible()
        page.click("text=picture")

        # Frames, seeds and drawn values.
        drawn = page.locator("#drawn").inner_text()
        assert "can[0].yaw_deg" in drawn
        head = page.locator("header").bounding_box()
        page.click("[aria-label='Next frame']")
        assert page.locator("body.stale").count() == 1, "the picture under the new number is the old one"
        assert page.locator("header").bounding_box() == head
        playwright.expect(page.locator("#drawn")).not_to_have_text(drawn, use_inner_text=True, timeout=PATIENCE_MS)
        status(page, "up to date")
        assert page.locator("body.stale").count() == 0
        assert page.input_value("#frame") == "1"
        drawn = page.locator("#drawn").inner_text()
        page.fill("#seed", "44")
        page.press("#seed", "Enter")
        playwright.expect(page.locator("#drawn")).not_to_have_text(drawn, use_inner_text=True, timeout=PATIENCE_MS)
        status(page, "up to date")
        page.fill("#filter", "nothing is called so")
        assert page.locator("#drawn tr").count() == 0
        assert "nothing is called so" in page.locator("#none").inner_text()

        # The recipe is edited, broken, and mended.
        recipe.write_text(RECIPE.replace(RED, GREEN))
        until = time.monotonic() + PATIENCE_MS / 1000
        while colors(page)[1] <= 80:
            assert time.monotonic() < until
            page.wait_for_timeout(200)
        broken = RECIPE.replace("fx: 90", "fx: <b>ninety</b>")
        line = 1 + broken[: broken.index("<b>")].count("\n")
        recipe.write_text(broken)
        fault = page.locator(".fault")
        fault.wait_for()
        assert f"{recipe}:{line}:" in fault.inner_text()
        assert "fx: <b>ninety</b>" in fault.inner_text()
        assert page.locator(".fault b").count() == 0
        assert colors(page)[1] > 80  # the last good picture
        recipe.write_text(RECIPE)
        fault.wait_for(state="detached")
        status(page, "up to date")
        assert colors(page)[0] > 80


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_in_a_file_works_without_a_server(
    browser: playwright.Browser, preview: Path, width: int, scheme: str
) -> None:
    with opened(browser, preview.as_uri(), viewport={"width": width, "height": 844}, color_scheme=scheme) as page:
        assert page.locator(".view").count() == 2
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        level = int(re.findall(r"\d+", paper)[0])
        assert (level < 60) == (scheme == "dark")
        colors(page)
        drawn = page.locator("#drawn").inner_text()
        page.keyboard.press("ArrowRight")
        assert page.input_value("#frame") == "1"
        assert page.locator("#drawn").inner_text() != drawn
        assert page.locator("[aria-label='Next frame']").is_disabled()
        assert not page.locator("#seed-on").is_visible()


def test_names_never_cover_each_other_and_are_easily_read(browser: playwright.Browser, preview: Path) -> None:
    with opened(browser, preview.as_uri(), viewport={"width": 390, "height": 844}) as page:
        tags = [tag.bounding_box() for tag in page.locator(".view:first-child .labels span").all() if tag.is_visible()]
        assert tags
        for place, one in enumerate(tags):
            for other in tags[:place]:
                assert one is not None
                assert other is not None
                apart_x = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
                assert apart_x or abs(one["y"] - other["y"]) >= 15


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("preview")
    assert main(["preview", str(write_recipe(folder)), "-n", "2", "-o", str(folder / "out"), "--device", "cpu"]) == 0
    return folder / "out" / "index.html"
