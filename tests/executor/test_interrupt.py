"""Signals that come at the wrong moment wait."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time

import pytest

from sdg.executor.interrupt import interrupts_held


def test_an_interrupt_that_another_thread_takes_waits_for_the_end_of_the_block() -> None:
    """A thread with nothing blocked takes the signal; the main thread's mask does not keep Python from handling it."""
    bystander = threading.Thread(target=time.sleep, args=(0.5,))
    bystander.start()
    steps = []

    def be_struck() -> None:
        with interrupts_held():
            signal.pthread_kill(bystander.ident or 0, signal.SIGINT)
            time.sleep(0.1)
            steps.append("inside")
        steps.append("after")

    with pytest.raises(KeyboardInterrupt):
        be_struck()
    bystander.join()
    assert steps == ["inside"]


def test_afterwards_handlers_are_what_they_were() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with interrupts_held():
        pass
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_a_child_begins_with_both_signals_blocked() -> None:
    script = "import signal; print(sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())))"
    with interrupts_held():
        told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "SIGINT" in told
    assert "SIGTERM" in told
