from __future__ import annotations

from pathlib import Path

import pytest

from sdg.cli.main import main


def test_coco_needs_no_export_and_the_command_says_where_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(tmp_path), "--to", "coco", "-o", str(tmp_path / "out")]) == 2
    assert "annotations/instances.json" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
