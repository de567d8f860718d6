"""What a large dataset takes: `python -m benchmarks.scale DATASET [--frames 10000000] [--rate 18] [--price 3]`.

DATASET is a finished one of the same recipe: bytes and files of a frame are measured in it. The other figures are
arguments, and the table says them first. `docs/scale.md` shows what comes out, and is held to it by hand.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = 4096
# A directory entry, a file's inode and the like, on ext4 with its usual 256 bytes an inode.
_INODE_BYTES = 256
# ext4 makes an inode for so many bytes of a disk unless told otherwise (mke2fs.conf, inode_ratio).
_EXT4_BYTES_PER_INODE = 16384


@dataclass(frozen=True)
class Measured:
    """What a frame leaves on the disk, on average.

    Attributes:
        files: Files of its own.
        content_bytes: Their bytes.
        block_bytes: The blocks of 4 KiB that they fill.
        annotation_bytes: Its share of annotation files and manifest.
        shard_bytes: What each dataset has besides: recipe, graph, report.
    """

    frame_count: int
    files: float
    content_bytes: float
    block_bytes: float
    annotation_bytes: float
    shard_bytes: float


def measure(folder: Path) -> Measured:
    """Measure a finished dataset.

    Files that are numbered are a frame's own; annotation files and the manifest grow with the frames.
    """
    manifest = json.loads((folder / "manifest.json").read_text())
    count = int(manifest["totals"]["frames"])
    own, shared, rest = [], [], []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        numbered = path.stem.isdigit() and len(path.stem) >= 6
        grows = path.parent.name == "annotations" or path.name == "manifest.json"
        (own if numbered else shared if grows else rest).append(path.stat().st_size)
    blocks = sum(-(-size // _BLOCK) * _BLOCK for size in own)
    return Measured(count, len(own) / count, sum(own) / count, blocks / count, sum(shared) / count, sum(rest))


def rows(measured: Measured, plan: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Yield the table: what, and how much."""
    frames, shard = plan.frames, plan.shard_frames
    shards = -(-frames // shard)
    files = frames * measured.files
    folders = shards * plan.folders
    shard_bytes = shard * (measured.content_bytes + measured.annotation_bytes) + measured.shard_bytes
    content = shards * shard_bytes
    average = measured.content_bytes / measured.files
    yield "files of a frame", f"{measured.files:.0f}, {measured.content_bytes / 1e6:.2f} MB"
    yield "files", f"{files / 1e6:,.0f} million, {average / 1e3:.0f} kB on average"
    yield (
        "bytes",
        f"{content / 1e12:.1f} TB; frames' own files {frames * measured.block_bytes / 1e12:.1f} TB in blocks of 4 KiB",
    )
    yield (
        "inodes",
        f"{(files + folders) / 1e6:,.0f} million, {(files + folders) * _INODE_BYTES / 1e9:.0f} GB of metadata",
    )
    formatted = content / _EXT4_BYTES_PER_INODE
    enough = "enough" if formatted > files + folders else "too few"
    yield "inodes that ext4 makes for these bytes by default", f"{formatted / 1e6:,.0f} million: {enough}"
    yield "shards", f"{shards:,} of {shard:,} frames, {shard * measured.files:,.0f} files each"
    yield "bytes of a shard", f"{shard_bytes / 1e9:.1f} GB"
    render_h = frames / plan.rate / 3600
    finish_h = shards * (plan.start_s + shard * plan.finish_ms / 1e3) / 3600
    hours = render_h + finish_h
    yield "GPU time", f"{hours:,.0f} h, of which {finish_h:,.0f} h start and finish shards"
    yield "a shard", f"{(shard / plan.rate + plan.start_s + shard * plan.finish_ms / 1e3) / 60:.0f} min on one GPU"
    for gpus in plan.gpus:
        yield f"with {gpus} GPUs", f"{hours / gpus:,.0f} h ({hours / gpus / 24:.1f} days)"
    yield "cost", f"${hours * plan.price:,.0f}, ${hours * plan.price / frames * 1e3:.2f} per thousand frames"
    written = plan.rate * measured.content_bytes
    yield "written by each GPU", f"{written / 1e6:.0f} MB/s, {plan.rate * measured.files:.0f} files/s"
    for why, per_day in (("fail", plan.failures_per_gpu_day), ("are taken away, at one a GPU's day", 1.0)):
        lost = hours / 24 * per_day
        # One frame is rendered and two are written when a worker dies; then another has to start.
        redone = lost * (3 / plan.rate + plan.start_s) / 60
        yield f"GPUs that {why}", f"{lost:.3g}; {lost * 3:.3g} frames made again, {redone:.1f} min of GPU time in all"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--frames", type=int, default=10_000_000)
    parser.add_argument("--rate", type=float, default=18, help="frames per second of one GPU")
    parser.add_argument("--price", type=float, default=3.0, help="dollars for an hour of one GPU")
    parser.add_argument("--gpus", type=int, nargs="+", default=[8, 64])
    parser.add_argument("--shard-frames", type=int, default=10_000)
    parser.add_argument("--start-s", type=float, default=15.0, help="seconds until a worker makes its first frame")
    parser.add_argument("--finish-ms", type=float, default=5.0, help="for a frame's part in COCO files and report")
    # Llama 3, arXiv:2407.21783, section 3.3.4: 419 unexpected interruptions in 54 days on 16,384 H100 GPUs.
    parser.add_argument("--failures-per-gpu-day", type=float, default=419 / 54 / 16384)
    plan = parser.parse_args()
    measured = measure(plan.dataset)
    plan.folders = sum(len(names) for _, names, _ in os.walk(plan.dataset)) + 1
    said = {
        "frames": f"{plan.frames:,}",
        "measured in": f"{plan.dataset.name}, {measured.frame_count} frames",
        "frames/s of a GPU": f"{plan.rate:g}",
        "dollars for a GPU's hour": f"{plan.price:g}",
        "to start a worker, to finish a frame": f"{plan.start_s:g} s, {plan.finish_ms:g} ms",
        "failures": f"{plan.failures_per_gpu_day * 1e3:.2f} in a thousand GPU days",
    }
    print("| what | how much |\n|---|---|")
    for what, value in (*said.items(), *rows(measured, plan)):
        print(f"| {what} | {value} |")


if __name__ == "__main__":
    main()
