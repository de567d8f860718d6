"""A seat on a node: an actor that starts worker processes there, and carries words between them and the driver.

The renderer runs in a process of its own, as on a single machine, so that the actor outlives it and can tell how it
died. Whatever takes the actor itself, or its whole node, is not a frame's doing.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sdg.executor.cluster.greeting import Greeting
from sdg.executor.crew import Gone, Hand, Order
from sdg.executor.job import Failed, Finished, Job, Message
from sdg.executor.lock import WORKING
from sdg.executor.processes import LocalCrew
from sdg.executor.worker import portable_error
from sdg.write.dataset import Dataset

_TURN_S = 0.1


@dataclass(frozen=True, slots=True)
class Word:
    """What one process said.

    Attributes:
        files: With `Finished`, where the node doesn't see the dataset's folder: what was written, by path within the
            dataset, the frame's record last.
    """

    hand: Hand
    message: Message | Gone
    files: Mapping[str, bytes] | None = None


class Seat:
    """The actor. `hear` is called from a thread of its own; the driver names the processes."""

    def __init__(self) -> None:
        self._crew: LocalCrew | None = None
        self._hands: dict[Hand, Hand] = {}
        self._names: dict[Hand, Hand] = {}
        self._naming = threading.Lock()
        self._listening = threading.Lock()
        self._leaving = False
        self._dataset: Dataset | None = None
        self._scratch: Path | None = None
        # A process that is spawned imports the main module, which would be Ray's worker here.
        vars(sys.modules["__main__"]).pop("__file__", None)

    def open(self, greeting: Greeting) -> str | Exception:
        """Return the node's name, or why no frames can be made here."""
        try:
            node = self.node()
            return greeting.refusal(node) or node
        except Exception as error:
            return portable_error(error)

    def node(self) -> str:
        """Return what to call the node."""
        raise NotImplementedError

    def start(self, hand: Hand, job: Job) -> None:
        """Start a process under this name."""
        with self._naming:
            if self._crew is None:
                self._crew = LocalCrew(job, (None,))  # Ray has set which GPU is visible
            mine = self._crew.start(0)
            self._hands[hand], self._names[mine] = mine, hand

    def begin(self, hand: Hand, dataset: Dataset, token: str) -> None:
        """Tell a process the dataset. Where the token isn't in its folder, frames go to a temporary one."""
        if not _is_there(dataset.folder / WORKING / token):
            if self._scratch is None:
                self._scratch = Path(tempfile.mkdtemp(prefix="sdg-"))
                (self._scratch / WORKING).mkdir()
            dataset = replace(dataset, folder=self._scratch)
        self._dataset = dataset
        self.tell(hand, dataset)

    def tell(self, hand: Hand, order: Order) -> None:
        """Send an order to a process."""
        assert self._crew is not None
        self._crew.tell(self._hands[hand], order)

    def kill(self, hand: Hand) -> None:
        """End a process at once."""
        assert self._crew is not None
        self._crew.kill(self._hands[hand])

    def hear(self, seconds: float) -> list[Word]:
        """Wait until there is word from the processes, so long at most."""
        deadline = time.monotonic() + seconds
        words: list[Word] = []
        while not words and not self._leaving and time.monotonic() < deadline:
            with self._listening:
                words += self._listen()
            if self._crew is None:
                time.sleep(_TURN_S)
        return words

    def _listen(self) -> Iterator[Word]:
        if self._crew is None:
            return
        for mine, message in self._crew.listen(_TURN_S):
            with self._naming:
                hand = self._names[mine]
            yield self._word(hand, message)

    def _word(self, hand: Hand, message: Message | Gone) -> Word:
        if self._scratch is None or not isinstance(message, Finished):
            return Word(hand, message)
        assert self._dataset is not None
        try:
            return Word(hand, message, take_frame(self._dataset, message.frame_index))
        except OSError as error:
            return Word(hand, Failed(message.frame_index, portable_error(error)))

    def leave(self) -> None:
        """End the processes, and leave nothing behind."""
        self._leaving = True
        with self._listening:
            crew, self._crew = self._crew, None
        if crew is not None:
            crew.close()
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # such as a folder that this node's user may not enter
        return False


def take_frame(dataset: Dataset, frame_index: int) -> dict[str, bytes]:
    """Return the files of a finished frame, its record last, and delete them."""
    files = {path: dataset.layout.absolute(path) for path in dataset.layout.frame_files(frame_index)}
    contents = {name: path.read_bytes() for name, path in files.items()}
    for path in files.values():
        path.unlink()
    return contents
