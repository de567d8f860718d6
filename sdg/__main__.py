"""`python -m sdg` is `sdg`."""

import sys

from sdg.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
