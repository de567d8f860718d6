"""`sdg preview --serve` from its start to Ctrl-C."""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from pathlib import Path

from sdg.errors import UsageError
from sdg.executor.interrupt import terminate_as_interrupt
from sdg.preview.live import Live
from sdg.preview.server import ADDRESS, PreviewServer
from sdg.render.api import Device


def serve_preview(
    path: Path,
    overrides: Sequence[str],
    *,
    seed: int | None,
    port: int,
    device: Device,
    tell: Callable[[str], None],
) -> None:
    """Serve a page that follows a recipe, until Ctrl-C or SIGTERM.

    Args:
        path: The recipe.
        overrides: `--set` values.
        seed: Instead of the recipe's.
        port: Where to listen on the loopback interface; 0 takes a free port.
        device: Where to render.
        tell: Hears the page's address.

    Raises:
        UsageError: The port can't be had.
    """
    live = Live(path, overrides, seed=seed, device=device)
    try:
        server = PreviewServer(live, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise UsageError(
                f"port {port} is in use on {ADDRESS}, perhaps by another preview",
                "choose another with --port, or let --port 0 find a free one",
            ) from error
        raise UsageError(f"can't listen on {ADDRESS}:{port}: {error.strerror}", "choose another with --port") from error
    with server, terminate_as_interrupt():
        try:
            live.start()
            tell(f"{server.url} follows {path}; Ctrl-C ends it")
            server.serve_forever()
        except KeyboardInterrupt:
            tell("finishing the picture that is being rendered; Ctrl-C again leaves at once")
            live.close()
