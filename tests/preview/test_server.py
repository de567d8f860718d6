"""Real HTTP against the server; nothing is rendered, because nothing that is tested here depends on a picture."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sdg.preview.describe import EncodedPicture
from sdg.preview.live import Live
from sdg.preview.server import PreviewServer, host_names
from tests.preview.scenes import write_recipe

Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PreviewServer]:
    with PreviewServer(Live(write_recipe(tmp_path)), 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def send(
    server: PreviewServer, method: str, path: str, body: str | None = None, **headers: str | None
) -> tuple[int, dict[str, str], bytes]:
    """Send a request as our own page would, but for the headers given; None leaves one out."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.putrequest(method, path, skip_host=True)
    own = {"Host": f"127.0.0.1:{server.port}"}
    if body is not None:
        own |= {
            "Origin": f"http://127.0.0.1:{server.port}",
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
        }
    for name, value in {**own, **{key.replace("_", "-"): value for key, value in headers.items()}}.items():
        if value is not None:
            connection.putheader(name, value)
    connection.endheaders(None if body is None else body.encode())
    response = connection.getresponse()
    answer = response.status, dict(response.getheaders()), response.read()
    connection.close()
    return answer


WISH = json.dumps({"frame": 5, "seed": "12"})


def test_it_listens_on_the_loopback_interface_alone(server: PreviewServer) -> None:
    assert server.server_address[0] == "127.0.0.1"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", server.port), timeout=5)


@pytest.mark.parametrize(
    ("path", "media_type"),
    [("/", "text/html"), ("/preview.css", "text/css"), ("/preview.js", "text/javascript")],
)
def test_the_page_comes_under_a_strict_policy(server: PreviewServer, path: str, media_type: str) -> None:
    status, headers, content = send(server, "GET", path)
    assert status == 200
    assert headers["Content-Type"].startswith(media_type)
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert content


@pytest.mark.parametrize(
    "path",
    [
        "/bench.yaml",
        "/../bench.yaml",
        "/%2e%2e/bench.yaml",
        "//etc/passwd",
        "/etc/passwd",
        "/preview.html",
        "/page/preview.js",
        "/picture/",
        "/picture/../../bench.yaml",
        "/picture/" + 32 * "0",
        "/?x",
        "/state",
        "/state?after=-1",
        "/state?after=1&file=/etc/passwd",
        "http://127.0.0.1/",
    ],
)
def test_nothing_else_is_there(server: PreviewServer, path: str) -> None:
    assert send(server, "GET", path)[0] == 404


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "", None])
@pytest.mark.parametrize("path", ["/", "/state?after=0"])
def test_a_request_for_another_host_is_refused(server: PreviewServer, host: str | None, path: str) -> None:
    """A name of a stranger's that leads to 127.0.0.1 makes a browser take our answers for the stranger's."""
    named = None if host is None else host.format(port=server.port)
    status, _, content = send(server, "GET", path, Host=named)
    assert status == 421
    assert b"bench" not in content
    assert send(server, "POST", "/show", WISH, Host=named)[0] == 421


def test_localhost_is_another_name_of_it(server: PreviewServer) -> None:
    assert send(server, "GET", "/", Host=f"localhost:{server.port}")[0] == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "FOO"])
@pytest.mark.parametrize("path", ["/", "/show"])
def test_other_methods_are_refused(server: PreviewServer, method: str, path: str) -> None:
    assert send(server, method, path)[0] == 405


def test_each_address_has_its_method(server: PreviewServer) -> None:
    status, headers, _ = send(server, "GET", "/show")
    assert (status, headers["Allow"]) == (405, "POST")
    status, headers, _ = send(server, "POST", "/", WISH)
    assert (status, headers["Allow"]) == (405, "GET")
    assert send(server, "POST", "/elsewhere", WISH)[0] == 404


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1", None]
)
def test_only_our_own_page_may_ask_for_another_frame(server: PreviewServer, origin: str | None) -> None:
    before = server.live.state(0, 0)["asked"]
    status, _, _ = send(
        server, "POST", "/show", WISH, Origin=None if origin is None else origin.format(port=server.port)
    )
    assert status == 403
    assert server.live.state(0, 0)["asked"] == before


def test_the_page_asks_for_another_frame_and_seed(server: PreviewServer) -> None:
    assert send(server, "POST", "/show", WISH)[0] == 204
    assert server.live.state(0, 0)["asked"] == {"frame": 5, "seed": "12", "own": False}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("{", 400),
        ("[]", 400),
        ("null", 400),
        ('{"frame": 1}', 400),
        ('{"frame": -1, "seed": ""}', 400),
        ('{"frame": 1.5, "seed": ""}', 400),
        ('{"frame": true, "seed": ""}', 400),
        ('{"frame": 1000000000, "seed": ""}', 400),
        ('{"frame": 1, "seed": 7}', 400),
        ('{"frame": 1, "seed": "-7"}', 400),
        ('{"frame": 1, "seed": "9223372036854775808"}', 400),
        (500 * "[", 400),
        (2000 * " ", 413),
    ],
)
def test_a_wish_that_is_none_is_refused(server: PreviewServer, body: str, status: int) -> None:
    before = server.live.state(0, 0)["asked"]
    assert send(server, "POST", "/show", body)[0] == status
    assert server.live.state(0, 0)["asked"] == before


def test_a_form_of_another_site_could_not_ask_even_with_our_origin(server: PreviewServer) -> None:
    assert send(server, "POST", "/show", WISH, Content_Type="text/plain")[0] == 415
    assert send(server, "POST", "/show", WISH, Content_Length=None)[0] == 411


def test_a_picture_is_served_by_its_key_alone(server: PreviewServer) -> None:
    address = server.live.album.add(EncodedPicture("image/png", b"content"))
    status, headers, content = send(server, "GET", address)
    assert (status, headers["Content-Type"], content) == (200, "image/png", b"content")
    assert send(server, "GET", address + "0")[0] == 404


def test_news_is_waited_for(server: PreviewServer) -> None:
    version = json.loads(send(server, "GET", "/state?after=0")[2])["version"]
    timer = threading.Timer(0.3, server.live.ask, (1, None))
    timer.start()
    state = json.loads(send(server, "GET", f"/state?after={version}")[2])
    timer.join()
    assert state["version"] > version
    assert state["asked"]["frame"] == 1


def test_a_garbled_request_gets_an_answer_and_no_traceback(
    server: PreviewServer, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(b"\x16\x03\x01 nonsense\r\n\r\n")
        assert b"400" in connection.recv(4096)
    assert capfd.readouterr().err == ""


def test_browsers_leave_the_port_of_http_out() -> None:
    """At http://127.0.0.1:80/ they send `Host: 127.0.0.1` and `Origin: http://127.0.0.1`."""
    assert host_names(80) >= {"127.0.0.1", "localhost", "127.0.0.1:80", "localhost:80"}
    assert host_names(8000) == {"127.0.0.1:8000", "localhost:8000"}
