"""The child that `usd_process` starts: reads one USD file and writes the answer, pickled, to its stdout."""

from __future__ import annotations

import os
import pickle
import resource
import sys
from pathlib import Path

from sdg.errors import AssetError


def main() -> None:
    """Answer with a `UsdContent`, or with the `AssetError` that says why there is none."""
    path, wanted = Path(sys.argv[1]), sys.argv[2]
    # USD may print; only the answer belongs on the pipe.
    answer_pipe = os.dup(1)
    os.dup2(2, 1)
    # A damaged layer may ask for any amount of memory; that must fail here, not take the machine down.
    memory_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for_now, at_most = resource.getrlimit(resource.RLIMIT_AS)
    bounds = [memory_bytes, *(bound for bound in (for_now, at_most) if bound != resource.RLIM_INFINITY)]
    resource.setrlimit(resource.RLIMIT_AS, (min(bounds), at_most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    from sdg.stage.files.usd import read_usd

    answer: object
    try:
        answer = read_usd(path, with_parts=wanted == "parts")
    except AssetError as error:
        answer = AssetError(error.message, error.hint)
    with os.fdopen(answer_pipe, "wb") as stream:
        pickle.dump(answer, stream, protocol=5)
    # USD's own clean-up may crash on a damaged stage, after the answer is out.
    os._exit(0)


if __name__ == "__main__":
    main()
