from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from sdg.cli.main import main
from sdg.foundation.arrays import UInt8Array
from sdg.preview.swatches import LIGHTS, build_swatches
from sdg.stage.builtin import material_names


def test_every_picture_is_on_the_sheet() -> None:
    swatches: list[tuple[str, tuple[UInt8Array, ...]]] = [
        (f"material {k}", tuple(np.full((30, 40, 3), 10 + 30 * k + 5 * light, np.uint8) for light in range(3)))
        for k in range(5)
    ]
    sheet = build_swatches(swatches, columns=2)
    for _, pictures in swatches:
        for picture in pictures:
            assert (sheet == picture[0, 0]).all(axis=-1).sum() >= 30 * 40


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_the_command_photographs_materials_under_three_lights(
    tmp_path: Path, suffix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Paper is light and rubber dark under each of them: exposure follows the light and not the surface."""
    path = tmp_path / f"sheet{suffix}"
    arguments = ["--width", "24", "--spp", "4", "--device", "cpu"]
    assert main(["assets", "materials", "paper", "rubber", "-o", str(path), *arguments]) == 0
    assert capsys.readouterr().out == f"{path}\n"
    sheet = cv2.imread(str(path))
    assert sheet is not None
    paper, rubber = (sheet[42:60, left : left + 72].reshape(18, 3, 24, 3).mean(axis=(0, 2, 3)) for left in (20, 110))
    assert len(paper) == len(LIGHTS)
    assert (paper > 1.6 * rubber).all()


def test_an_unknown_material_is_refused_before_anything_is_rendered(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assets", "materials", "concret"]) == 2
    assert "did you mean concrete?" in capsys.readouterr().err


def test_a_name_that_is_no_picture_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assets", "materials", "grey", "-o", str(tmp_path / "sheet.tiff")]) == 2
    assert ".png" in capsys.readouterr().err


def test_the_gallery_shows_a_line_for_every_material() -> None:
    page = (Path(__file__).parents[2] / "docs" / "gallery.md").read_text()
    assert [line.split("`")[1] for line in page.splitlines() if line.startswith("| `")] == list(material_names())
