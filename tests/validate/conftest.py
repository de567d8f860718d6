from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from sdg.cli.main import main
from tests.validate.datasets import RECIPE, SdgDataset, write_plain


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small dataset, as `sdg generate` leaves it; to be read only."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "sound.yaml").write_text(RECIPE)
    assert main(["generate", str(folder / "sound.yaml"), "-o", str(folder / "sound"), "--device", "cpu"]) == 0
    return folder / "sound"


@pytest.fixture
def dataset(generated: Path, tmp_path: Path) -> SdgDataset:
    """A copy of the dataset, to be spoilt."""
    shutil.copytree(generated, tmp_path / "data", copy_function=os.link)
    return SdgDataset(tmp_path / "data")


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A folder with a COCO file and its pictures, to be spoilt."""
    write_plain(tmp_path / "plain")
    return tmp_path / "plain"
