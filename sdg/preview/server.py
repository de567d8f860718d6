"""The page on this machine alone: five addresses, nothing that a request could name a file by.

A page of another site can send requests to the loopback interface, and can have a name of its own that leads there
(DNS rebinding). So a request must name this server as its host, and one that changes anything must come from our
own page; reading answers is what browsers keep other sites from.
"""

from __future__ import annotations

import json
import re
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from sdg.preview.live import Live
from sdg.preview.page import page_part
from sdg.version import __version__

ADDRESS = "127.0.0.1"
# Long enough that a page at rest asks seldom; short enough that a page which was closed is soon noticed.
_PATIENCE_S = 20.0
_IDLE_S = 60.0
_LONGEST_BODY = 1024
_HTTP_PORT = 80
_GREATEST_FRAME = 999_999_999
_GREATEST_SEED = 2**63 - 1
_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PARTS = {
    "/": ("preview.html", "text/html; charset=utf-8"),
    "/preview.css": ("preview.css", "text/css; charset=utf-8"),
    "/preview.js": ("preview.js", "text/javascript; charset=utf-8"),
}
_PICTURE = re.compile(r"/picture/[0-9a-f]{32}")
_STATE = re.compile(r"/state\?after=([0-9]{1,15})")
_SHOW = "/show"


class PreviewServer(ThreadingHTTPServer):
    """Serves one `Live` on the loopback interface; port 0 takes a free one."""

    daemon_threads = True
    block_on_close = False  # pages wait for news; they are not waited for

    def __init__(self, live: Live, port: int) -> None:
        self.live = live
        super().__init__((ADDRESS, port), _Handler)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        """What to open in a browser."""
        return f"http://{ADDRESS}:{self.port}/"

    @property
    def hosts(self) -> frozenset[str]:
        """What a browser calls this server."""
        return host_names(self.port)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of browsers that hang up; anything else is a bug of ours, and is shown."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def host_names(port: int) -> frozenset[str]:
    """Return what a browser calls a server at this port of the loopback interface; it leaves out HTTP's own port."""
    names = {ADDRESS, "localhost"}
    return frozenset({f"{name}:{port}" for name in names} | (names if port == _HTTP_PORT else set()))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = f"sdg/{__version__}"
    sys_version = ""
    timeout = _IDLE_S
    server: PreviewServer
    _headers: ClassVar[dict[str, str]] = {
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
    }

    def do_GET(self) -> None:
        if not self._is_for_us():
            return
        if self.path in _PARTS:
            name, media_type = _PARTS[self.path]
            self._answer(HTTPStatus.OK, page_part(name).encode(), media_type)
        elif match := _STATE.fullmatch(self.path):
            state = self.server.live.state(int(match[1]), _PATIENCE_S)
            self._answer(HTTPStatus.OK, json.dumps(state).encode(), "application/json")
        elif _PICTURE.fullmatch(self.path) and (picture := self.server.live.album.at(self.path)) is not None:
            self._answer(HTTPStatus.OK, picture.content, picture.media_type)
        elif self.path == _SHOW:
            self._refuse(HTTPStatus.METHOD_NOT_ALLOWED, "POST")
        else:
            self._refuse(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        # Without having read the body, the connection can't be used for another request.
        self.close_connection = True
        if not self._is_for_us():
            return
        if self.path != _SHOW:
            known = self.path in _PARTS or _STATE.fullmatch(self.path) or _PICTURE.fullmatch(self.path)
            self._refuse(HTTPStatus.METHOD_NOT_ALLOWED if known else HTTPStatus.NOT_FOUND, "GET")
        elif self.headers.get("Origin") not in {f"http://{host}" for host in self.server.hosts}:
            self._refuse(HTTPStatus.FORBIDDEN)
        elif self.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
            self._refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        else:
            self._show()

    def _show(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch("[0-9]{1,9}", length):
            self._refuse(HTTPStatus.LENGTH_REQUIRED)
        elif int(length) > _LONGEST_BODY:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        elif (wanted := _wanted(self.rfile.read(int(length)))) is None:
            self._refuse(HTTPStatus.BAD_REQUEST)
        else:
            self.server.live.ask(*wanted)
            self._answer(HTTPStatus.NO_CONTENT)

    def _is_for_us(self) -> bool:
        """Refuse a request that calls this server by another name."""
        if self.headers.get_all("Host", []) and all(h in self.server.hosts for h in self.headers.get_all("Host", [])):
            return True
        self.close_connection = True
        self._refuse(HTTPStatus.MISDIRECTED_REQUEST)
        return False

    def _refuse(self, status: HTTPStatus, allowed: str = "") -> None:
        more = {"Allow": allowed} if status == HTTPStatus.METHOD_NOT_ALLOWED else {}
        self._answer(status, f"{status.value} {status.phrase}\n".encode(), "text/plain; charset=utf-8", more)

    def _answer(
        self, status: HTTPStatus, content: bytes = b"", media_type: str = "", more: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {**self._headers, **(more or {})}.items():
            self.send_header(name, value)
        if content:
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is no request, or has a method that we don't know, in the way of all other answers."""
        self.close_connection = True
        known = HTTPStatus.METHOD_NOT_ALLOWED if code == HTTPStatus.NOT_IMPLEMENTED else HTTPStatus(code)
        self._refuse(known, "GET, POST")

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: the terminal is for what happens to the recipe."""


def _wanted(body: bytes) -> tuple[int, int | None] | None:
    """Return frame and seed that a body asks for, or None if it is not such a wish."""
    try:
        wish = json.loads(body)
        frame, seed = wish["frame"], wish["seed"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if type(frame) is not int or not 0 <= frame <= _GREATEST_FRAME:
        return None
    if seed == "":
        return frame, None
    if not isinstance(seed, str) or not re.fullmatch("[0-9]{1,19}", seed) or int(seed) > _GREATEST_SEED:
        return None
    return frame, int(seed)
