"""Trains and tests: `python -m benchmarks.detector.experiment DATA TEST RESULTS`; it goes on if killed.

DATA has a folder for each of the words (`benchmarks.detector.frames` makes them), TEST is that of `test_set`. All are
trained on equally many pictures. RESULTS gets weights and figures of each run, and `summary.json`. Without the figures
(`rm RESULTS/*.json`), kept weights are tested again, for which DATA may be empty.
"""

from __future__ import annotations

import json
import statistics
import time
from pathlib import Path
from typing import Any

import click
import torch

from benchmarks.detector.classes import WORDS
from benchmarks.detector.data import Pictures, finished_frames, load_generated, load_test
from benchmarks.detector.evaluate import average_precision, detect
from benchmarks.detector.model import Detector
from benchmarks.detector.train import train
from benchmarks.detector.truth import coco

_FIT = 200


def learn(pictures: Pictures, seed: int, epochs: int, device: str, path: Path) -> None:
    """Train once; keep the weights in half precision, and the precision on some of what they were trained on."""
    started = time.perf_counter()
    model = train(pictures, seed, epochs, device)
    spent = time.perf_counter() - started
    fit = average_precision(_truth(pictures), detect(model, pictures.images[:_FIT], device))
    weights = {
        name: value.half() if value.is_floating_point() else value for name, value in model.cpu().state_dict().items()
    }
    about = {"pictures": len(pictures.images), "epochs": epochs, "seed": seed, "fit": fit, "train_s": spent}
    torch.save({"weights": weights, "about": about}, path)


def judge(path: Path, test: tuple[Pictures, dict[str, Any]], device: str) -> dict[str, Any]:
    """Return what is known of kept weights, with their average precision on the test."""
    kept = torch.load(path, weights_only=True)
    model = Detector()
    model.load_state_dict(kept["weights"])
    model = model.to(device, memory_format=torch.channels_last).eval()
    measured = average_precision(test[1], detect(model, test[0].images, device))
    return {**kept["about"], "test_pictures": len(test[0].images), "test": measured}


def _truth(pictures: Pictures) -> dict[str, Any]:
    labels = [(f"{index}", things.listed()) for index, things in enumerate(pictures.things[:_FIT])]
    return coco(labels)


def summarise(results: Path) -> dict[str, Any]:
    """Return mean and sample standard deviation over the seeds of each word that has runs."""
    summary: dict[str, Any] = {}
    for word in WORDS:
        runs = [json.loads(path.read_text()) for path in sorted(results.glob(f"{word}_*.json"))]
        if not runs:
            continue
        values = [one["test"]["mAP"] for one in runs]
        summary[word] = {
            "pictures": runs[0]["pictures"],
            "epochs": runs[0]["epochs"],
            "test_pictures": runs[0]["test_pictures"],
            "mAP": values,
            "mean": statistics.mean(values),
            "sd": statistics.stdev(values) if len(values) > 1 else None,
            "AP50": [one["test"]["AP50"] for one in runs],
            "fit": [one["fit"]["mAP"] for one in runs],
            "classes": {
                name: statistics.mean(one["test"]["classes"][name] for one in runs)
                for name in runs[0]["test"]["classes"]
            },
        }
    return summary


@click.command()
@click.argument("data", type=click.Path(exists=True, path_type=Path))
@click.argument("test", type=click.Path(exists=True, path_type=Path))
@click.argument("results", type=click.Path(path_type=Path))
@click.option("--words", default=",".join(WORDS), show_default=True)
@click.option("--seeds", default="0,1,2", show_default=True)
@click.option("--epochs", default=30, show_default=True)
@click.option("--most", default=2000, show_default=True, help="Pictures at most; the word that has fewest decides.")
@click.option("--device", default="cuda" if torch.cuda.is_available() else "cpu")
def main(data: Path, test: Path, results: Path, words: str, seeds: str, epochs: int, most: int, device: str) -> None:
    """Make the runs that RESULTS lacks, and sum up."""
    results.mkdir(parents=True, exist_ok=True)
    count = min([most, *(len(finished_frames(data / word)) for word in WORDS if (data / word).exists())])
    tested = load_test(test)
    for word in words.split(","):
        wanted = [int(one) for one in seeds.split(",")]
        missing = [seed for seed in wanted if not (results / f"{word}_{seed}.json").exists()]
        if not missing:
            continue
        pictures = None
        for seed in missing:
            weights = results / f"{word}_{seed}.pt"
            if not weights.exists():
                pictures = pictures or load_generated(data / word, count)
                learn(pictures, seed, epochs, device, weights)
            made = judge(weights, tested, device)
            weights.with_suffix(".json").write_text(json.dumps(made))
            print(
                f"{word} seed {seed}: mAP {made['test']['mAP']:.4f}, AP50 {made['test']['AP50']:.4f} on "
                f"{made['test_pictures']} test pictures; on its own {made['fit']['mAP']:.4f}; "
                f"{made['pictures']} pictures, {made['train_s']:.0f} s",
                flush=True,
            )
    summary = summarise(results)
    (results / "summary.json").write_text(json.dumps(summary, indent=1))
    for word, one in summary.items():
        spread = "" if one["sd"] is None else f" +- {one['sd']:.4f}"
        print(f"{word}: mAP {one['mean']:.4f}{spread} over {len(one['mAP'])} seeds, {one['pictures']} pictures")


if __name__ == "__main__":
    main()
