"""What a run of the contract leaves: which contract it was, on which machine, and the figures of every test.

A recording is fresh as long as no file of the contract has changed, neither scenes nor tests.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from sdg.foundation.digest import digest_file, digest_json
from sdg.render.api import RendererIdentity
from sdg.version import __version__

HERE = Path(__file__).parent
FOLDER = HERE / "recordings"
VERSION = 1

# fresh: all of today's contract, kept. stale: of an earlier contract. partial: not all of its tests ran.
# broken: a test failed.
State = Literal["fresh", "stale", "partial", "broken"]


def contract_digest() -> str:
    """Return what names the contract: a digest of its scenes and sources."""
    files = [path for pattern in ("*.py", "scenes/*") for path in HERE.glob(pattern) if path.is_file()]
    return digest_json({path.relative_to(HERE).as_posix(): digest_file(path) for path in files})


@dataclass
class Results:
    """What came out, by test; filled while the contract runs."""

    of_tests: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, test: str, outcome: str, figures: Iterable[tuple[str, object]], reason: str = "") -> None:
        """Add what became of a test, or of its set-up."""
        entry: dict[str, Any] = {"outcome": outcome, "figures": dict(figures)}
        self.of_tests[test] = entry | ({"reason": reason} if reason else {})


def write_recording(
    folder: Path, date: str, identity: RendererIdentity, gpu: Mapping[str, str], results: Results, *, whole: bool
) -> Path:
    """Write `<renderer>-<date>.json`, and return where it is.

    Args:
        folder: Made if need be.
        date: Day of the run, such as `2026-01-31`.
        identity: Of the renderer.
        gpu: Model and driver; empty texts where there is none.
        results: What came out.
        whole: Whether all of the contract's tests were run.
    """
    content = {
        "version": VERSION,
        "renderer": identity.renderer,
        "date": date,
        "contract": contract_digest(),
        "whole": whole,
        "sdg": __version__,
        "device": identity.device_kind,
        "gpu": dict(gpu),
        "versions": dict(identity.versions),
        "results": results.of_tests,
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{identity.renderer}-{date}.json"
    path.write_text(json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def state_of(recording: Mapping[str, Any]) -> State:
    """Return what a recording is worth today."""
    if recording["contract"] != contract_digest():
        return "stale"
    outcomes = {result["outcome"] for result in recording["results"].values()}
    if outcomes - {"passed", "skipped"}:
        return "broken"
    return "fresh" if recording["whole"] and "passed" in outcomes else "partial"


def recordings_of(renderer: str, folder: Path = FOLDER) -> dict[str, Mapping[str, Any]]:
    """Return the recordings of a renderer by file name, the newest last."""
    return {path.name: json.loads(path.read_text()) for path in sorted(folder.glob(f"{renderer}-*.json"))}
