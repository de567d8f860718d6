"""Settings that every test shares."""

from __future__ import annotations

import signal

from hypothesis import settings

# A job in a shell's background ignores Ctrl-C, as do the processes that it starts; tests press it.
signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("sdg", deadline=None, print_blob=True)
settings.load_profile("sdg")
