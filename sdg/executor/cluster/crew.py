"""The crew of a Ray cluster: seats that come and go with its nodes, which may not see the dataset's folder."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from sdg.errors import BackendUnavailable, RecipeError, SdgError
from sdg.executor.cluster.greeting import Greeting
from sdg.executor.cluster.plan import needs_of_worker, room_for
from sdg.executor.cluster.ray_cluster import Actor, Answer, RayCluster, SeatLost
from sdg.executor.cluster.seat import Word
from sdg.executor.crew import Gone, Hand, Order, Seat
from sdg.executor.job import Failed, Job, Message
from sdg.executor.lock import WORKING
from sdg.executor.processes import GRACE_S
from sdg.foundation.wording import counted
from sdg.write.atomic import write_atomically
from sdg.write.dataset import Dataset

# How often the cluster is asked which nodes it has, and how long a seat may be silent before it answers that it is.
_LOOK_EVERY_S = 2.0
_SILENCE_S = 10.0
# When it is worth saying that the cluster has no room for the first worker.
_PATIENCE_S = 15.0
# So many seats may be lost in a row before one was any good, as while nodes go down.
_MAX_LOST_UNOPENED = 20


@dataclass(eq=False)
class _Seat:
    number: Seat
    actor: Actor
    node: str = ""
    hands: set[Hand] = field(default_factory=set)


class ClusterCrew:
    """Processes for one job, each in the care of a Ray actor that declares what it takes.

    There are as many seats as the nodes have room for, or `workers`, never more than frames. A seat that is lost is
    asked for again; nodes that join later get theirs.

    Args:
        job: Whose device and threads are settled here, by what the cluster has.
        address: See `RayCluster`.
        workers: How many; None for as many as there is room for.
        frame_count: How many frames there are to make.
        note: Told what is worth saying once.

    Raises:
        BackendUnavailable: Ray is not installed, no cluster answers, or it has no GPU and the device is one.
    """

    # On a cluster a process may also die because its node is going down, a moment before the node itself.
    deaths_allowed = 3

    def __init__(
        self, job: Job, address: str, workers: int | None, frame_count: int, note: Callable[[str], None]
    ) -> None:
        recipe = replace(job.recipe, path=job.recipe.path.absolute())
        self._greeting = Greeting.of(recipe)
        self._note = note
        self._workers, self._frame_count = workers, frame_count
        self._seats: dict[Seat, _Seat] = {}
        self._hands: dict[Hand, _Seat] = {}
        self._answers: dict[Answer, _Seat] = {}
        self._vacant: list[Seat] = []
        self._seats_asked = self._hands_started = self._lost_unopened = 0
        self._opened = self._gathers = False
        self._token = f"seen-{secrets.token_hex(16)}"
        self._dataset: Dataset | None = None
        self._cluster = RayCluster(address)
        try:
            nodes = self._cluster.nodes()
            self._needs = needs_of_worker(nodes, job.device)
            device = job.device if job.device == "cpu" else ("cuda" if self._needs.gpus else "cpu")
            self._job = self._cluster.share(replace(job, recipe=recipe, device=device, threads=self._needs.cpus))
            takes = counted(self._needs.cpus, "core") + (" and a GPU" if self._needs.gpus else "")
            note(f"Ray on {self._cluster.address}: {counted(len(nodes), 'node')}; a worker takes {takes}")
            self._started = self._looked = time.monotonic()
            self._ask_for_seats()
        except BaseException:
            self._cluster.close()
            raise

    # --- seats ------------------------------------------------------------------------------------------------

    def vacancies(self) -> Sequence[Seat]:
        """Return the seats that nodes have given since the last call."""
        vacant, self._vacant = self._vacant, []
        return vacant

    def _ask_for_seats(self) -> None:
        self._looked = time.monotonic()
        # One seat at least is asked for even if there is no room: that is how a cluster learns that it should grow.
        wanted = self._workers or max(1, room_for(self._cluster.nodes(), self._needs))
        while len(self._seats) < min(wanted, self._frame_count):
            seat = _Seat(self._seats_asked, self._cluster.seat(self._needs))
            self._seats_asked += 1
            self._seats[seat.number] = seat
            self._answers[self._cluster.call(seat.actor, "open", self._greeting)] = seat

    def _lose(self, seat: _Seat, why: str) -> Iterator[tuple[Hand, Gone]]:
        self._cluster.end(seat.actor)  # it may only be out of reach
        del self._seats[seat.number]
        if seat.number in self._vacant:
            self._vacant.remove(seat.number)
        if not seat.node:
            self._lost_unopened += 1
            if self._lost_unopened >= _MAX_LOST_UNOPENED:
                raise BackendUnavailable(f"the Ray cluster gives no seat for a worker: {why}", "look into Ray's logs")
        for hand in sorted(seat.hands):
            del self._hands[hand]
            yield hand, Gone(f"was lost with its Ray actor on node {seat.node}", with_seat=True)

    # --- the crew's work --------------------------------------------------------------------------------------

    def start(self, seat: Seat) -> Hand:
        """Start a process; it is heard of when it is ready."""
        hand = self._hands_started
        self._hands_started += 1
        place = self._seats[seat]
        place.hands.add(hand)
        self._hands[hand] = place
        self._cluster.call(place.actor, "start", hand, self._job)
        return hand

    def tell(self, hand: Hand, order: Order) -> None:
        """Send an order; a seat that is lost is found out when it is heard."""
        if hand not in self._hands:
            return
        actor = self._hands[hand].actor
        if not isinstance(order, Dataset):
            self._cluster.call(actor, "tell", hand, order)
            return
        if self._dataset is None:
            # Whoever finds this file sees the folder, and may write to it.
            write_atomically(order.folder / WORKING / self._token, b"")
            self._dataset = order
        self._cluster.call(actor, "begin", hand, order, self._token)

    def kill(self, hand: Hand) -> None:
        """End a process at once; a seat that is lost is found out when it is heard."""
        if hand in self._hands:
            self._cluster.call(self._hands[hand].actor, "kill", hand)

    def listen(self, timeout_s: float | None = None) -> Iterator[tuple[Hand, Message | Gone]]:
        """Wait for word from any seat, or until it is time to look for nodes that have joined.

        Raises:
            BackendUnavailable: A node lacks what makes frames the same everywhere, or the cluster gives no seats.
            AssetError: A node doesn't have a file that the recipe names.
            DatasetError: A gathered frame can't be written.
        """
        if time.monotonic() - self._looked >= _LOOK_EVERY_S:
            self._ask_for_seats()
        if not self._opened and time.monotonic() - self._started >= _PATIENCE_S:
            self._started = float("inf")
            self._note("no node of the cluster has room for a worker yet; waiting")
        for answer in self._cluster.wait(list(self._answers), min(_LOOK_EVERY_S, timeout_s or _LOOK_EVERY_S)):
            seat = self._answers.pop(answer)
            try:
                said = self._cluster.result(answer)
            except SeatLost as lost:
                yield from self._lose(seat, str(lost))
                continue
            if not seat.node:
                self._open(seat, said)
            else:
                for word in said:
                    yield from self._take(seat, word)
            # Asked only now: a driver that is slow to write what it gathers slows the workers down.
            self._answers[self._cluster.call(seat.actor, "hear", _SILENCE_S)] = seat

    def _open(self, seat: _Seat, said: str | Exception) -> None:
        if isinstance(said, Exception):
            raise said
        seat.node = said
        self._opened = True
        self._lost_unopened = 0
        self._vacant.append(seat.number)

    def _take(self, seat: _Seat, word: Word) -> Iterator[tuple[Hand, Message | Gone]]:
        if word.hand not in self._hands:
            return
        if word.files is not None:
            self._put_in_place(seat, word.files)
        if isinstance(word.message, Gone):
            del self._hands[word.hand]
            seat.hands.discard(word.hand)
        yield word.hand, _named(word.message, seat.node)

    def _put_in_place(self, seat: _Seat, files: Mapping[str, bytes]) -> None:
        assert self._dataset is not None
        if not self._gathers:
            self._gathers = True
            self._note(f"node {seat.node} doesn't see {self._dataset.folder}: its frames are sent here")
        for path, content in files.items():  # the frame's record comes last
            write_atomically(self._dataset.layout.absolute(path), content)

    def close(self) -> None:
        """Let processes write what they have rendered, then end them, at once if need be."""
        seats, self._seats, self._hands = list(self._seats.values()), {}, {}
        try:
            leaving = [self._cluster.call(seat.actor, "leave") for seat in seats if seat.node]
            deadline = time.monotonic() + GRACE_S + 1.0
            while leaving and time.monotonic() < deadline:
                gone = self._cluster.wait(leaving, deadline - time.monotonic())
                leaving = [answer for answer in leaving if answer not in gone]
        finally:
            for seat in seats:
                self._cluster.end(seat.actor)
            self._cluster.close()
            if self._dataset is not None:
                with suppress(OSError):
                    (self._dataset.folder / WORKING / self._token).unlink()


def _named(message: Message | Gone, node: str) -> Message | Gone:
    """Return the message; where a node can't set a renderer up, it says which."""
    if isinstance(message, Failed) and message.frame_index is None:
        error = message.error
        if isinstance(error, SdgError) and not isinstance(error, RecipeError):
            return Failed(None, type(error)(f"node {node}: {error.message}", error.hint))
    return message
