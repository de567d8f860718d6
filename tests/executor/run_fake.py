"""`python -m tests.executor.run_fake ARGUMENTS` is `sdg ARGUMENTS`, but for what makes the frames."""

from __future__ import annotations

import functools
import sys

import sdg.executor.generate as executor
from sdg.cli.main import main
from tests.executor.fake_pipeline import SOURCE

if __name__ == "__main__":
    import types

    try:
        import sdg.pipeline
    except ImportError:
        sys.modules["sdg.pipeline"] = types.SimpleNamespace(check=lambda r: None)
    try:
        import sdg.stage.categories
    except ImportError:
        sys.modules["sdg.stage.categories"] = types.SimpleNamespace(categories=lambda r: ())
    executor.Options = functools.partial(executor.Options, source=SOURCE)  # type: ignore[assignment,misc]
    sys.exit(main())
