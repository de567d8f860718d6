"""Pictures that can't be written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sdg.errors import DatasetError
from sdg.replicator.usd.pictures import write_picture


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_a_full_disk_is_told(dtype: Any) -> None:
    """OpenEXR by itself raises RuntimeError for a large picture, and nothing for a small one."""
    with pytest.raises(DatasetError, match="no space left for /dev/full"):
        write_picture(Path("/dev/full"), np.zeros((300, 300, 3), dtype))


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_a_file_that_is_a_folder_is_told(dtype: Any, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=f"can't write {tmp_path}: Is a directory"):
        write_picture(tmp_path, np.zeros((3, 3, 3), dtype))
