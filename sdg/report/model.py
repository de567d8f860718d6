"""What a report is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class ReportFinding(Protocol):
    """Something that was found wrong; whoever checks datasets has a class with these fields.

    Attributes:
        code: Stable code, such as `V305`.
        severity: `error`, `warning` or `note`.
        message: What is wrong, one line.
        file: Path from the folder that was checked; empty where no single file is at fault.
        image_id: The COCO image; None where it isn't about one.
        annotation_id: The COCO annotation; None where it isn't about one.
        expected: What would have been right.
        found: What was there instead.
        position: Place in the file's list, `annotations[3]`, where the id doesn't say which annotation it is; else
            empty.
    """

    @property
    def code(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def image_id(self) -> int | str | None: ...
    @property
    def annotation_id(self) -> int | str | None: ...
    @property
    def expected(self) -> str: ...
    @property
    def found(self) -> str: ...
    @property
    def position(self) -> str: ...


@dataclass(frozen=True)
class PlacedFinding:
    """A finding, and the path of its file from the folder that names of pictures count from; empty without a file."""

    finding: ReportFinding
    path: str
