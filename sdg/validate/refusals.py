"""Findings about files that are not opened, or not read to their end."""

from __future__ import annotations

from typing import Any

from sdg.validate.findings import Findings
from sdg.validate.folder import RefusedPath

_CODES = {
    "absolute": "V107",
    "outside": "V108",
    "link": "V109",
    "special": "V110",
    "large": "V104",
    "missing": "V101",
    "unreadable": "V101",
}


def tell_refusal(
    refused: RefusedPath, path: str, findings: Findings, expected: str, *, image: Any = None, missing: str = "V101"
) -> None:
    """Add why a file was not read, unless something was found about it before.

    Args:
        refused: The reason.
        path: Of the file.
        findings: Where the finding goes.
        expected: What the file should have been.
        image: The image that it belongs to.
        missing: Code for a file that isn't there.
    """
    if not findings.is_blamed(file=path):
        code = missing if refused.reason == "missing" else _CODES[refused.reason]
        findings.add(code, file=path, image=image, expected=expected, found=refused.detail or refused.reason)
