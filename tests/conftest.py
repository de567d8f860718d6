"""Settings and datasets that every test shares."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

from tests.datasets import SHELF, YARD, make_dataset

# A job in a shell's background ignores Ctrl-C, as do the processes that it starts; tests press it.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Under continuous integration the same examples every time, so that a failure speaks of the change; elsewhere new ones.
settings.register_profile("sdg", deadline=None, print_blob=True, derandomize="CI" in os.environ)
settings.load_profile("sdg")


@pytest.fixture(scope="session")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished dataset of two cameras, 4 frames and 4 classes of things."""
    return make_dataset(YARD, tmp_path_factory.mktemp("yard"))


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished dataset of one camera, 3 frames and 3 classes, two of which the yard has too."""
    return make_dataset(SHELF, tmp_path_factory.mktemp("shelf"))
