"""The door: a dataset becomes one page."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from sdg.dataset.model import DatasetFrame, DatasetReader
from sdg.errors import DatasetError, UsageError
from sdg.report.declared import Declared
from sdg.report.gallery import Choice, gather
from sdg.report.model import PlacedFinding, ReportFinding
from sdg.report.page import MARK, Contents, render_page
from sdg.report.tally import DatasetTally
from sdg.write.atomic import write_atomically
from sdg.write.layout import REPORT


def build_report(
    dataset: DatasetReader,
    findings: Sequence[ReportFinding] | None = None,
    *,
    folder: Path | None = None,
    checked: Path | None = None,
    on_frame: Callable[[int], None] | None = None,
) -> bytes:
    """Return the report of a dataset, one HTML page that needs nothing else.

    Every frame's record is read once; pictures of 48 views at most are read and shown, those that findings are about
    among them, the others by digest. What can't be read is said on the page.

    Args:
        dataset: What `open_dataset` gave.
        findings: What was found wrong, the gravest first; None if nobody looked.
        folder: Where the page is going to be, which links to pictures count from; None for the dataset's own folder.
        checked: The folder that findings' files count from; None for that of the pictures.
        on_frame: Hears of every frame that was read.

    Returns:
        UTF-8; the same bytes for the same dataset, findings and place.
    """
    root = dataset.root
    placed = [PlacedFinding(finding, _from(root, checked or root, finding.file)) for finding in findings or ()]
    tally, choice, declared = DatasetTally(), Choice(root, placed), Declared(dataset)
    unreadable: list[str] = []
    for frame in _frames(dataset, unreadable):
        tally.add(frame)
        choice.add(frame)
        declared.add(frame)
        if on_frame is not None:
            on_frame(frame.frame_index)
    here = (folder if folder is not None else root).absolute()
    contents = Contents(
        dataset=dataset,
        tally=tally,
        gallery=gather(dataset, choice.chosen()),
        names=choice.names,
        draws=declared.draws,
        findings=None if findings is None else [(finding, choice.picture_of(finding)) for finding in placed],
        unreadable=unreadable,
        root=Path(os.path.relpath(root.absolute(), here)).as_posix(),
    )
    return render_page(contents).encode()


def write_report(
    path: Path,
    dataset: DatasetReader,
    findings: Sequence[ReportFinding] | None = None,
    *,
    checked: Path | None = None,
    on_frame: Callable[[int], None] | None = None,
) -> None:
    """Write the report of a dataset; see `build_report`. A report that is there already is replaced.

    Raises:
        UsageError: Something else is there.
        DatasetError: The disk refused.
    """
    check_target(path)
    own = default_path(dataset)
    if dataset.manifest and path.absolute() != own.absolute() and path.resolve().is_relative_to(dataset.path.resolve()):
        raise UsageError(f"{path} would become a part of the dataset", f"name {own}, or a file elsewhere")
    write_atomically(path, build_report(dataset, findings, folder=path.parent, checked=checked, on_frame=on_frame))


def _from(root: Path, checked: Path, file: str) -> str:
    """Return a path from the root of a file below the folder that was checked."""
    return Path(os.path.relpath(checked.absolute() / file, root.absolute())).as_posix() if file else ""


def default_path(dataset: DatasetReader) -> Path:
    """Return where a dataset's report belongs: `report.html` in its folder, `NAME.report.html` beside a COCO file."""
    return dataset.path / REPORT if dataset.manifest else dataset.path.with_name(f"{dataset.path.stem}.report.html")


def check_target(path: Path) -> None:
    """Refuse to replace what is no report of ours.

    Raises:
        UsageError: A folder, or some other file, is there.
    """
    hint = "choose another file with -o"
    if path.is_dir():
        raise UsageError(f"{path} is a folder", f"name a file, such as {path / REPORT}")
    if path.exists() and not path.is_file():
        raise UsageError(f"{path} is no file that could be replaced", hint)
    with suppress(FileNotFoundError):
        try:
            with path.open("rb") as stream:
                head = stream.read(1000)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise UsageError(f"can't write {path}: {error.strerror}", hint) from None
        if head and MARK.encode() not in head:
            raise UsageError(f"{path} is there, and is no report of ours", hint)


def _frames(dataset: DatasetReader, unreadable: list[str]) -> Iterator[DatasetFrame]:
    """Read frame after frame; note those that can't be read."""
    for first, last in dataset.ranges:
        for frame_index in range(first, last + 1):
            try:
                yield dataset.frame(frame_index)
            except DatasetError as error:
                unreadable.append(error.message)
