"""S-2, S-53, S-71: what the headers may say and who is believed."""

import json
from contextlib import closing as closed_after

import pytest
from structlog.testing import capture_logs
from websockets.sync.client import connect

from config.server.headers import has_controls, without_twins
from config.server.journal import request_ended, socket_ended
from config.server.peer import client_address, client_scheme, without_person
from tests.server.conftest import Serve
from tests.server.running import Running
from tests.server.test_bodies import status_of

UPGRADE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


def answer_to(one: Running, lines: str, path: str = "/scope") -> int:
    with closed_after(one.connect()) as connection:
        request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n"
        connection.sendall(request.encode("latin-1"))
        return status_of(connection)


@pytest.mark.parametrize("control", ["\x0b", "\x0c", "\x01", "\x1f", "\x7f", "\x00"])
def test_s2_a_control_character_in_a_header_is_refused_400(one: Running, control: str) -> None:
    assert answer_to(one, "X-Test: plain\r\n") == 200
    assert answer_to(one, f"X-Test: a{control}Origin: ok\r\n") == 400
    assert answer_to(one, UPGRADE) == 101
    assert answer_to(one, f"{UPGRADE}X-Test: a{control}Origin: ok\r\n") == 400


def test_s71_ten_thousand_headers_are_refused(one: Running) -> None:
    assert answer_to(one, "Accept: x\r\n" * 10_000) in {400, 431}


def test_s71_an_address_of_64_kib_is_refused(one: Running) -> None:
    assert answer_to(one, "", path="/scope?" + "x" * 65_536) in {400, 414, 431}
    assert one.get("/pid") == {"pid": one.process.pid}


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("::1", "::/48"),
        ("", ""),
        ("unix", ""),
    ],
)
def test_the_log_keeps_no_address_of_a_person(address: str, kept: str) -> None:
    assert without_person(address) == kept
    scope = {"method": "GET", "path": "/", "client": (address, 1)}
    with capture_logs() as lines:
        request_ended(scope, seconds=1, status=200, body_bytes=0)
        socket_ended(scope, seconds=1, code=1000)
    assert [line["network"] for line in lines] == [kept, kept]
    assert not any(address and address in str(line) for line in lines)


def test_no_header_of_the_client_becomes_the_root_path(one: Running) -> None:
    seen = one.get("/scope", {"Daphne-Root-Path": "//evil.example"})
    assert seen["root_path"] == ""


@pytest.mark.parametrize(
    ("hops", "client", "scheme"),
    [(0, "127.0.0.1", "http"), (1, "203.0.113.3", "https"), (2, "203.0.113.2", "http")],
)
def test_s53_the_address_is_counted_from_the_right(
    serve: Serve, server: str, hops: int, client: str, scheme: str
) -> None:
    one = serve(server, hops=hops)
    headers = {
        "X-Forwarded-For": "203.0.113.1, 203.0.113.2, 203.0.113.3",
        "X-Forwarded-Proto": "http, https",
    }
    seen = one.get("/scope", headers)
    assert (seen["client"], seen["scheme"]) == (client, scheme)
    with connect(one.url("/scope"), additional_headers=headers) as socket:
        seen = json.loads(socket.recv())
    assert (seen["client"], seen["scheme"]) == (client, scheme.replace("http", "ws"))


def test_s53_a_twin_with_underscores_is_dropped(serve: Serve, server: str) -> None:
    one = serve(server, hops=1)
    seen = one.get("/scope", {"X_Forwarded_For": "203.0.113.9", "X-Plain": "stays"})
    assert seen["client"] == "127.0.0.1"
    assert "x-plain" in seen["headers"]
    assert not [name for name in seen["headers"] if "_" in name or "forwarded" in name]


@pytest.mark.parametrize(
    ("value", "address"),
    [
        (b"198.51.100.7", "198.51.100.7"),
        (b"198.51.100.7:4711", "198.51.100.7"),
        (b"2001:db8::1", "2001:db8::1"),
        (b"[2001:db8::1]:443", "2001:db8::1"),
        (b"unknown", "10.0.0.1"),
        (b"", "10.0.0.1"),
        (b"198.51.100.7, <script>", "10.0.0.1"),
    ],
)
def test_only_an_address_is_believed(value: bytes, address: str) -> None:
    assert client_address("10.0.0.1", [(b"X-Forwarded-For", value)], 1) == address


def test_repeated_forwarded_headers_are_one_list() -> None:
    headers = [(b"x-forwarded-for", b"198.51.100.1"), (b"x-forwarded-for", b"198.51.100.2")]
    assert client_address("10.0.0.1", headers, 1) == "198.51.100.2"
    assert client_address("10.0.0.1", headers, 2) == "198.51.100.1"


def test_fewer_entries_than_proxies_leave_the_outermost_known_one() -> None:
    assert client_address("10.0.0.1", [(b"x-forwarded-for", b"198.51.100.1")], 3) == "198.51.100.1"


def test_an_unknown_scheme_is_not_believed() -> None:
    assert client_scheme("http", [(b"x-forwarded-proto", b"javascript")], 1) == "http"


def test_tabs_and_letters_beyond_ascii_are_no_controls() -> None:
    assert not has_controls([b"a\tb", "東京".encode(), b"\xe9"])
    assert has_controls([b"fine", b"a\nb"])


def test_twins_go_and_the_rest_stays_in_order() -> None:
    headers = [(b"host", b"h"), (b"x_user", b"u"), (b"X-Forwarded-For", b"f"), (b"cookie", b"c")]
    assert without_twins(headers) == [(b"host", b"h"), (b"cookie", b"c")]
