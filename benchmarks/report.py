"""Size of a report, and how long it takes to make and to open: `python -m benchmarks.report [--frames 10000]`.

A dataset of so many frames is made of a few that are rendered: records with other numbers, pictures as hard links.
Opening is measured in a headless Chromium, from the address to the page's `load` event and to the first pictures on the
screen, each time in a fresh profile.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.scenes import WAREHOUSE
from sdg.dataset.folder import read_manifest_head
from sdg.write.layout import GRAPH, MANIFEST, frame_stem

_RENDERED = 6
_MEASURE = (
    "import resource, sys, time\nfrom pathlib import Path\nfrom sdg.dataset.open import open_dataset\n"
    "from sdg.report.build import write_report\nstarted = time.perf_counter()\n"
    "write_report(Path(sys.argv[1]) / 'report.html', open_dataset(Path(sys.argv[1])))\n"
    "most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024\n"
    "print(time.perf_counter() - started, time.process_time(), most)"
)


def multiply(source: Path, folder: Path, frame_count: int) -> None:
    """Make a dataset of many frames of a rendered one's, as far as a report reads it; the frames have one camera."""
    folder.mkdir()
    shutil.copy(source / GRAPH, folder / GRAPH)
    head = read_manifest_head(source / MANIFEST)
    (folder / MANIFEST).write_text(json.dumps(head | {"frames": [[0, frame_count - 1]]}))
    paths = sorted((source / "frames").glob("*.json"))
    texts = [path.read_text() for path in paths]
    files = [sorted(set(re.findall(r'"path": ?"([^"]+)"', text))) for text in texts]
    for path in [f"frames/{paths[0].name}", *files[0]]:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
    for frame_index in range(frame_count):
        which = frame_index % len(paths)
        old, new = paths[which].stem, frame_stem(frame_index)
        for path in files[which]:
            os.link(source / path, folder / path.replace(old, new))
        text = re.sub(r'"frame_index": ?\d+', f'"frame_index": {frame_index}', texts[which], count=1)
        (folder / f"frames/{new}.json").write_text(text.replace(f"/{old}.", f"/{new}."))


def make(folder: Path) -> tuple[float, float, float]:
    """Return what making the report takes in a process of its own: seconds, seconds of a core, MiB."""
    done = subprocess.run([sys.executable, "-c", _MEASURE, str(folder)], check=True, capture_output=True, text=True)
    seconds, core_seconds, megabytes = done.stdout.split()
    return float(seconds), float(core_seconds), float(megabytes)


def open_page(page_file: Path, times: int) -> tuple[list[float], list[float]]:
    """Return the seconds to the load event, and to the first pictures with their overlays on the screen."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    loaded, shown = [], []
    with sync_playwright() as playwright:
        for _ in range(times):
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
            )
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            started = time.perf_counter()
            page.goto(page_file.absolute().as_uri(), wait_until="load")
            loaded.append(time.perf_counter() - started)
            page.wait_for_selector("#gallery .things path")
            page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
            shown.append(time.perf_counter() - started)
            browser.close()
    return loaded, shown


def main() -> None:
    """Measure one dataset."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, nargs="+", default=[20, 10_000])
    parser.add_argument("--from", dest="source", type=Path, help="a rendered dataset of one recipe")
    parser.add_argument("--times", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        source = arguments.source or Path(temporary) / "source"
        if arguments.source is None:
            command = [
                "generate",
                str(WAREHOUSE),
                "-n",
                str(_RENDERED),
                "--set",
                "render.quality=low",
                "-o",
                str(source),
            ]
            subprocess.run([sys.executable, "-m", "sdg", *command], check=True)
        for frame_count in arguments.frames:
            folder = Path(temporary) / str(frame_count)
            multiply(source, folder, frame_count)
            seconds, core_seconds, megabytes = make(folder)
            size = (folder / "report.html").stat().st_size / 1e6
            loaded, shown = open_page(folder / "report.html", arguments.times)
            print(f"{frame_count} frames: {size:.2f} MB, made in {seconds:.1f} s ({core_seconds:.1f} s of a core)"
                  f" with {megabytes:.0f} MiB")  # fmt: skip
            print(f"  opened: load {statistics.median(loaded):.2f} s (at most {max(loaded):.2f}),"
                  f" pictures on the screen {statistics.median(shown):.2f} s (at most {max(shown):.2f})")  # fmt: skip
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
