"""Which dataset is it, and what is to be checked: the way into the validator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sdg.errors import UsageError
from sdg.validate.coco_dataset import Examined, check_coco
from sdg.validate.coco_file import looks_like_coco, looks_like_panoptic
from sdg.validate.codes import RULES
from sdg.validate.findings import Findings
from sdg.validate.folder import Folder, RefusedPath
from sdg.validate.json_text import read_json
from sdg.validate.pictures import picture_head
from sdg.validate.progress import Progress, Silent

_OURS = ("manifest.json", "frames", ".sdg")


@dataclass(frozen=True)
class Validation:
    """The outcome of checking a dataset.

    Attributes:
        path: What was checked, as given.
        root: The folder that files of findings count from.
        kind: `sdg`, where every rule holds to the pixel, or `coco`.
        findings: What was found.
        examined: Which files were read, what was left out, and the dataset's numbers.
        fast: Whether masks and pictures were left undecoded.
    """

    path: Path
    root: Path
    kind: str
    findings: Findings
    examined: Examined = field(default_factory=Examined)
    fast: bool = False

    def sound(self, *, strict: bool = False) -> bool:
        """Whether there is no error, and under `strict` no warning either."""
        return self.findings.count("error") == 0 and not (strict and self.findings.count("warning"))


def validate(
    path: Path,
    *,
    ignore: Iterable[str] = (),
    fast: bool = False,
    pictures: Path | None = None,
    progress: Progress | None = None,
) -> Validation:
    """Check a dataset.

    Args:
        path: Folder of a dataset of `sdg`, folder with COCO files, or a COCO file.
        ignore: Codes to drop.
        fast: Leave out decoding masks and pictures.
        pictures: Folder that a COCO file's `file_name` counts from; looked for near the file by default.
        progress: Hears how far it is.

    Raises:
        UsageError: There is no dataset at `path` or no folder at `pictures`, or a code to ignore is unknown.
    """
    ignored = frozenset(ignore)
    unknown = sorted(ignored - RULES.keys())
    if unknown:
        raise UsageError(f"there is no finding {unknown[0]}", hint="docs/validate.md lists all codes")
    if pictures is not None and not pictures.is_dir():
        raise UsageError(f"there is no folder {pictures}", hint="name the folder that file names count from")
    progress = progress or Silent()
    if path.is_dir():
        if any((path / name).exists() for name in _OURS) and _is_ours(path):
            from sdg.validate.dataset import check_dataset

            findings = Findings(exact=True, ignored=ignored)
            examined = check_dataset(Folder(path), findings, progress, fast=fast)
            return Validation(path, path, "sdg", findings, examined, fast)
        folder, names = Folder(path), _json_files(Folder(path))
    elif path.exists():  # or a pipe or device, which is told
        root = path.parent.parent if path.parent.name == "annotations" else path.parent
        folder, names = Folder(root), [path.relative_to(root).as_posix()]
        _refuse_picture(path)
    else:
        raise UsageError(f"there is no {path}", hint="name a dataset's folder or a COCO file")
    findings = Findings(ignored=ignored)
    values = _read_coco(folder, names, findings, alone=not path.is_dir())
    examined = check_coco(
        values, folder, Folder(pictures or folder.root), findings, progress, fast=fast, named=pictures is not None
    )
    if not examined.files and not findings.counts:
        raise UsageError(
            f"{path} holds neither a dataset of sdg nor a COCO file",
            hint="a COCO file has images, annotations and categories",
        )
    return Validation(path, folder.root, "coco", findings, examined, fast)


def _refuse_picture(path: Path) -> None:
    """Say so if a picture was named in the place of a dataset.

    Raises:
        UsageError: It was.
    """
    try:
        with Folder(path.parent).open(path.name) as stream:
            head = picture_head(stream)
    except RefusedPath:  # told when it is read
        return
    if head is not None:
        raise UsageError(f"{path} is a picture ({head.kind})", hint="name a dataset's folder or a COCO file")


def _is_ours(path: Path) -> bool:
    if (path / ".sdg").is_dir():
        return True
    # Whatever has become of the manifest, a folder with these is none of anyone else's.
    alike = (path / "frames").is_dir() and ((path / "graph.json").exists() or (path / "sources").is_dir())
    if (path / "manifest.json").is_symlink() or not (path / "manifest.json").is_file():
        return alike
    try:
        with (path / "manifest.json").open("rb") as stream:
            return b'"sdg_manifest"' in stream.read(4096) or alike
    except OSError:
        return alike


def _json_files(folder: Folder) -> list[str]:
    """Return the JSON files of a folder, of its `annotations` and of the folders right below it.

    Pipes and devices of such a name are among them, so that they are told.
    """
    return [path for path, kind in folder.files(levels=2) if path.endswith(".json") and kind != "link"][:1000]


def _read_coco(folder: Folder, names: list[str], findings: Findings, *, alone: bool) -> Iterator[tuple[str, Any]]:
    """Yield what holds COCO; one that was named itself is told about even if it doesn't."""
    for name in names:
        trial = findings if alone else Findings(ignored=findings.ignored)
        value = read_json(folder, name, trial)
        if value is None:
            if trial is not findings:
                findings.take(trial)
        elif alone or looks_like_coco(value) or looks_like_panoptic(value):
            if trial is not findings:
                findings.take(trial)
            yield name, value
        del value  # before the next one is read
