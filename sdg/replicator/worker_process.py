"""A child process that renders frames on request, watched: it may crash, hang or send nonsense, and is found out."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, TypeAlias

from sdg.errors import RenderError
from sdg.foundation.exit_codes import cause_of_death
from sdg.replicator.protocol import ArraySpec, Frame, Message, ProtocolError, Ready, Trouble, read_message

# The child finds the pipe for its messages by this variable. Its standard output is left to Isaac Sim, which is chatty.
PIPE_VARIABLE = "SDG_FRAME_PIPE"

# Values as plain JSON, by prim path and attribute.
PrimValues: TypeAlias = Mapping[str, Mapping[str, Any]]

# Waits for the end of this process, however it ends, and then sees to the renderer, which may not notice.
_WATCH = 'read _; kill -9 "-$1"; [ -z "$2" ] || rm -rf -- "$2"'
_GRACE_S = 3.0
_LOG_BYTES = 1 << 16
_LAST_LINES = 3
_LINE_LENGTH = 200
_CHUNK_BYTES = 1 << 20


class WorkerProcess:
    """One renderer's process; a context manager. After any error it is ended, and must be replaced.

    It reads requests from its standard input, one JSON object a line, and leaves at its end: `{"open": folder}` once,
    then `{"frame": index, "prims": values}`. It answers on the pipe that `PIPE_VARIABLE` numbers: with `Ready` by
    itself and when the stage is open, then with a `Frame` for each that was asked for.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        start_timeout_s: float,
        frame_timeout_s: float,
        environment: Mapping[str, str] | None = None,
        scratch: Path | None = None,
    ) -> None:
        """Start the process.

        Args:
            command: Program and arguments.
            start_timeout_s: How long it may take to be ready; the first start of RTX compiles shaders for minutes.
            frame_timeout_s: How long a frame may take.
            environment: Its environment; None is this process's own.
            scratch: A folder to delete if this process is killed before it could do so.

        Raises:
            RenderError: The program can't be run.
        """
        self._expected: tuple[ArraySpec, ...] = ()
        self._start_timeout_s = start_timeout_s
        self._frame_timeout_s = frame_timeout_s
        self._doing = "was starting"
        self._deadline = 0.0
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process does
        self._pipe, theirs = os.pipe()
        try:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=self._log,
                stderr=subprocess.STDOUT,
                pass_fds=(theirs,),
                env={**(os.environ if environment is None else environment), PIPE_VARIABLE: str(theirs)},
                start_new_session=True,  # a script that starts the renderer goes down with it
            )
        except OSError as error:
            os.close(self._pipe)
            self._log.close()
            raise RenderError(f"{command[0]} can't be run: {error.strerror}") from None
        finally:
            os.close(theirs)
        self._watch = subprocess.Popen(
            ["/bin/sh", "-c", _WATCH, "watch", str(self._process.pid), str(scratch or "")],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def wait_until_ready(self) -> Mapping[str, str]:
        """Return the versions that the renderer tells once it is set up.

        Raises:
            RenderError: It ended, did not get ready in time, or sent something else.
        """
        message = self._receive(None, self._start_timeout_s)
        if not isinstance(message, Ready):
            raise self._end(f"sent {type(message).__name__} before it was ready")
        return message.versions

    def open(self, folder: Path, expected: Sequence[ArraySpec]) -> None:
        """Let it open the stage in a folder; once, after it is ready.

        Args:
            folder: Where the stage is.
            expected: What each frame must hold.

        Raises:
            RenderError: It ended, hung, reported trouble, or sent something else.
        """
        self._doing = "was opening the stage"
        self._expected = tuple(expected)
        self._ask({"open": str(folder)})
        message = self._receive(None, self._start_timeout_s)
        if not isinstance(message, Ready):
            raise self._end(f"sent {type(message).__name__} before the stage was open")

    def frame(self, frame_index: int, prims: PrimValues | None = None) -> Frame:
        """Return a frame, checked.

        Args:
            frame_index: Which.
            prims: What it sets on the stage: values as plain JSON, by prim and attribute.

        Raises:
            RenderError: The process ended, hung, reported trouble, or sent what is not this frame, whole.
        """
        self._doing = f"was making frame {frame_index}"
        self._ask({"frame": frame_index, "prims": prims or {}})
        message = self._receive(frame_index, self._frame_timeout_s)
        if not isinstance(message, Frame):
            raise self._end(f"sent {type(message).__name__} instead of frame {frame_index}")
        return message

    def _ask(self, request: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):  # of a process that has ended, which reading finds out
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()

    def _receive(self, frame_index: int | None, timeout_s: float) -> Message:
        self._deadline = time.monotonic() + timeout_s
        try:
            message = read_message(self._read, self._expected, frame_index)
        except ProtocolError as error:
            raise self._end(f"sent what can't be used while it {self._doing}: {error}") from error
        except TimeoutError:
            raise self._end(f"sent nothing for too long while it {self._doing} (limit {timeout_s:g} s)") from None
        except EOFError as error:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_GRACE_S)
            said = f"{cause_of_death(self._process.poll())} while it {self._doing}{error}"
            raise self._end(said) from None
        if isinstance(message, Trouble):
            raise self._end(f"gave up while it {self._doing}: {message.message}")
        return message

    def _read(self, count: int) -> bytearray:
        """Return exactly so many bytes of the pipe; TimeoutError or EOFError if they don't come."""
        found = bytearray()
        poll = select.poll()
        poll.register(self._pipe, select.POLLIN)
        while len(found) < count:
            left_s = self._deadline - time.monotonic()
            if left_s <= 0 or not poll.poll(left_s * 1000):
                raise TimeoutError
            chunk = os.read(self._pipe, min(count - len(found), _CHUNK_BYTES))
            if not chunk:
                raise EOFError(f", {count - len(found)} bytes short" if found else "")
            found += chunk
        return found

    def _end(self, what: str) -> RenderError:
        """End the process and return the error that says why."""
        words = self._last_words()
        self._leave(grace_s=0.0)
        return RenderError(f"the renderer's process {what}", f"its last words: {words}" if words else "")

    def _last_words(self) -> str:
        # The child shares the file's position, which must stay where it is.
        size = os.fstat(self._log.fileno()).st_size
        end = os.pread(self._log.fileno(), _LOG_BYTES, max(0, size - _LOG_BYTES))
        lines = [line.strip() for line in end.decode(errors="replace").splitlines() if line.strip()]
        return " | ".join(line[:_LINE_LENGTH] for line in lines[-_LAST_LINES:])

    def close(self) -> None:
        """Let the process leave, or end it with all that it started; may be called again."""
        self._leave(_GRACE_S)

    def _leave(self, grace_s: float) -> None:
        if self._log.closed:
            return
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        os.close(self._pipe)
        self._watch.kill()  # before the process's number may become another's
        self._watch.wait()
        assert self._watch.stdin is not None
        self._watch.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(grace_s)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._log.close()

    def __enter__(self) -> WorkerProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
