"""`sdg export`: a finished dataset in another format."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sdg.dataset.model import DatasetFrame, DatasetReader, DatasetView
from sdg.dataset.open import open_dataset
from sdg.errors import DatasetError, UsageError
from sdg.executor.interrupt import terminate_as_interrupt
from sdg.executor.reporting import Reporter, Summary
from sdg.export.folder import check_new, new_folder
from sdg.export.formats import load_format
from sdg.export.model import ExportFormat, ExportPlan, Sample, Task
from sdg.export.split import parse_splits, split_of
from sdg.foundation.digest import digest_file
from sdg.foundation.spelling import closest
from sdg.write.atomic import write_atomically
from sdg.write.json_text import readable_json
from sdg.write.layout import MANIFEST, frame_stem

EXPORT_VERSION = 1
EXPORT_JSON = "export.json"
DEFAULT_SPLITS = "train=1"
_VALIDATE = "sdg validate-dataset tells what is wrong with it"


@dataclass(frozen=True)
class ExportOptions:
    """What the command line says.

    Attributes:
        to: The format, a key of `FORMATS`.
        out: The folder to make; it may be there if it is empty.
        splits: `train=0.8,val=0.2`.
        cameras: The cameras to take; empty is all.
        task: Boxes or outlines, where the format has both.
        allow_distortion: Whether to drop a lens's distortion where the format knows only K.
        images: Of a bare COCO file: the folder that its file names count from.
    """

    to: str
    out: Path
    splits: str = DEFAULT_SPLITS
    cameras: tuple[str, ...] = ()
    task: Task = "detect"
    allow_distortion: bool = False
    images: Path | None = None


@dataclass
class _Tally:
    """Frames and pictures of each split, and the names that are taken."""

    frames: dict[str, int]
    images: dict[str, int]
    stems: set[str] = field(default_factory=set)


def export(source: Path, options: ExportOptions, reporter: Reporter) -> Summary:
    """Write a dataset in another format; the folder appears when it is whole.

    Pictures are hard links where the file system can do that, and copies elsewhere.

    Raises:
        UsageError: There is no dataset, the format can't hold it, or the folder is not empty; nothing was written.
        DatasetError: The dataset is damaged, or the disk refused; nothing was written.
        KeyboardInterrupt: Ctrl-C or SIGTERM; nothing was written.
    """
    with terminate_as_interrupt():
        try:
            return _export(source, options, reporter)
        except KeyboardInterrupt:
            raise KeyboardInterrupt("nothing was written") from None


def _export(source: Path, options: ExportOptions, reporter: Reporter) -> Summary:
    started = time.monotonic()
    splits = parse_splits(options.splits)
    dataset = open_dataset(source, images=options.images)
    out = options.out.absolute()
    if source.is_dir() and out.resolve().is_relative_to(source.resolve()):
        raise UsageError(f"{options.out} lies in the dataset itself", "choose a folder outside of it with -o")
    if out.resolve() == Path.cwd():
        raise UsageError(
            f"{options.out} is the current folder", "name one to make with -o; it appears when it is whole"
        )
    check_new(out)
    if dataset.conflicts:
        raise DatasetError(f"{dataset.path} is ambiguous: {dataset.conflicts[0]}", _VALIDATE)
    cameras = _chosen(dataset, options.cameras)
    reporter.start(len(dataset), 0)
    with new_folder(out) as folder:
        plan = ExportPlan(dataset, folder, tuple(splits), options.cameras, options.task, options.allow_distortion)
        tally = _Tally(dict.fromkeys(splits, 0), dict.fromkeys(splits, 0))
        with load_format(options.to)(plan) as writer:
            for frame in dataset.frames():
                split = split_of(frame.key, splits)
                _add_frame(writer, plan, frame, split, tally)
                reporter.advance(frame.frame_index)
            told = writer.finish()
        about = {
            "sdg_export": EXPORT_VERSION,
            "format": options.to,
            "dataset": _provenance(dataset),
            "cameras": list(cameras),
            "splits": {
                name: {"share": splits[name], "frames": tally.frames[name], "images": tally.images[name]}
                for name in splits
            },
            **told,
        }
        write_atomically(folder / EXPORT_JSON, readable_json(about, 2).encode(), resumes=False)
    for name, count in tally.frames.items():
        if not count:
            reporter.note(f"no frame fell into the split {name}")
    for text in told.get("left_out", ()):
        reporter.note(text)
    return Summary(options.out, len(dataset), len(dataset), time.monotonic() - started)


def _chosen(dataset: DatasetReader, names: Sequence[str]) -> tuple[str, ...]:
    for name in names:
        if name not in dataset.cameras:
            meant = closest(name, dataset.cameras)
            there = ", ".join(dataset.cameras) or "none with a name"
            raise UsageError(
                f"{dataset.path} has no camera {name}", f"did you mean {meant}?" if meant else f"there are {there}"
            )
    return tuple(name for name in dataset.cameras if not names or name in names)


def _add_frame(writer: ExportFormat, plan: ExportPlan, frame: DatasetFrame, split: str, tally: _Tally) -> None:
    views = [view for name, view in frame.views.items() if plan.takes(name)]
    tally.frames[split] += 1
    for view in views:
        if "rgb" not in view.files:
            raise UsageError(f"{plan.dataset.path} has no pictures", "add rgb to the recipe's output.annotators")
        _check(plan, view, writer.reads or tuple(view.files))
        stem = _stem(plan, view)
        if not plan.dataset.manifest:
            if stem in tally.stems:
                raise UsageError(f"two pictures would be called {stem}", "give them file names that differ")
            tally.stems.add(stem)
        writer.add(Sample(split, stem, frame, view))
        tally.images[split] += 1


def _check(plan: ExportPlan, view: DatasetView, annotators: Sequence[str]) -> None:
    """Refuse what no format can take: files that are not there, boxes that are none, categories without a name."""
    known = {category.id for category in plan.dataset.categories}
    for annotator in annotators:
        if annotator in view.files and not view.files[annotator].is_file():
            hint = "get the dataset anew" if plan.dataset.manifest else "say with --images which folder it is in"
            raise DatasetError(f"{view.files[annotator]} is missing", hint)
        if annotator in view.files and not view.files[annotator].resolve().is_relative_to(plan.dataset.root.resolve()):
            raise DatasetError(
                f"{view.files[annotator]} is a link out of {plan.dataset.root}",
                "put the pictures themselves there; or say with --images where they are, if that is another folder",
            )
    if min(view.resolution) <= 0:
        raise DatasetError(
            f"{view.files['rgb'].name} is said to be {view.resolution[0]} x {view.resolution[1]}", _VALIDATE
        )
    for found in view.annotations:
        if found.category_id not in known:
            raise DatasetError(
                f"{view.files['rgb'].name} shows the category {found.category_id}, which has no name", _VALIDATE
            )
        if found.bbox_xywh_px is not None and not all(map(math.isfinite, found.bbox_xywh_px)):
            raise DatasetError(f"{view.files['rgb'].name} has the box {list(found.bbox_xywh_px)}")


def _stem(plan: ExportPlan, view: DatasetView) -> str:
    """Return a picture's name: `000000`, `<camera>_000000`, or of a bare COCO file what that calls it."""
    if not plan.dataset.manifest:
        return "_".join(Path(str(view.record["file_name"])).with_suffix("").parts).replace(".", "_")
    stem = frame_stem(view.frame_index)
    return f"{view.camera}_{stem}" if len(plan.dataset.cameras) > 1 else stem


def _provenance(dataset: DatasetReader) -> dict[str, Any]:
    path = dataset.path / MANIFEST if dataset.manifest else dataset.path
    return {"name": dataset.name, "file": path.name, "sha256": digest_file(path)}
