"""`python -m tests.executor.run_fake ARGUMENTS` is `sdg ARGUMENTS`, but for what makes the frames."""

from __future__ import annotations

import functools
import sys

import sdg.executor.generate as executor
from sdg.cli.main import main
from tests.executor.fake_pipeline import SOURCE

if __name__ == "__main__":
    executor.Options = functools.partial(executor.Options, source=SOURCE)  # type: ignore[assignment,misc]
    sys.exit(main())
