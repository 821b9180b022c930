"""I-19, M3, M14: many processes, one port; many sockets, one process."""

import json
from contextlib import ExitStack
from contextlib import closing as closed_after

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.server.conftest import Serve
from tests.server.raw import RawWebsocket
from tests.server.running import Running, wait_for


def test_two_processes_share_the_port_and_one_may_leave(serve: Serve, server: str) -> None:
    first, second = serve(server), serve(server)
    seen: set[int] = set()
    for _ in range(500):
        seen.add(first.get("/pid")["pid"])
        if len(seen) == 2:
            break
    assert seen == {first.process.pid, second.process.pid}
    assert first.drain()["unfinished"] == 0
    assert {second.get("/pid")["pid"] for _ in range(20)} == {second.process.pid}


def test_m3_an_idle_socket_lives_as_long_as_it_answers_pings(serve: Serve, server: str) -> None:
    one = serve(server, ping_seconds=0.5, pong_seconds=0.5)
    with connect(one.url("/echo"), ping_interval=None) as client:
        with pytest.raises(TimeoutError):
            client.recv(timeout=5)
        client.send("still here")
        assert client.recv() == "still here"


def test_a_client_that_answers_no_ping_is_let_go(serve: Serve, server: str) -> None:
    one = serve(server, ping_seconds=0.5, pong_seconds=0.5)
    with closed_after(one.connect()) as connection:
        RawWebsocket(connection, "/note-end")
        wait_for(lambda: len(one.notes()) == 2)
    assert one.notes()[0] == "start"


def test_i19_handshakes_beyond_the_cap_are_sent_away_with_a_time(serve: Serve, server: str) -> None:
    one = serve(server, handshakes=5)
    with ExitStack() as stack:
        for _ in range(5):
            waiting = stack.enter_context(closed_after(one.connect()))
            waiting.sendall(HANDSHAKE)
        wait_for(lambda: one.notes().count("asked") == 5)
        with pytest.raises(InvalidStatus) as refused:
            connect(one.url("/echo"))
    assert refused.value.response.status_code == 503
    assert refused.value.response.headers["Retry-After"] == "5"
    body = {"type": "about:blank", "title": "Service Unavailable", "status": 503}
    assert json.loads(refused.value.response.body or b"") == body
    wait_for(lambda: one.established() == 0)
    with connect(one.url("/echo")) as client:  # there is room again
        client.send("now?")
        assert client.recv() == "now?"


HANDSHAKE = (
    b"GET /never-answer HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def test_an_application_may_close_for_abuse_with_a_reason(one: Running) -> None:
    with connect(one.url("/close-for-abuse")) as client, pytest.raises(ConnectionClosed) as closed:
        client.recv()
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1008, "back off")


def test_an_application_that_returns_leaves_no_socket_behind(one: Running) -> None:
    with connect(one.url("/scope")) as client:
        client.recv()
        client.send("enough")
        with pytest.raises(ConnectionClosed):
            client.recv()
    wait_for(lambda: one.established() == 0)


def test_an_application_that_fails_leaves_no_socket_behind(one: Running) -> None:
    with connect(one.url("/fail")) as client:
        client.send("please fail")
        with pytest.raises(ConnectionClosed):
            client.recv()
    assert "broken on purpose" in one.output()


def test_a_handshake_of_another_version_is_refused(one: Running) -> None:
    """Version 8 names its origin in a header that nobody checks."""
    with closed_after(one.connect()) as connection:
        connection.sendall(HANDSHAKE.replace(b"Version: 13", b"Version: 8"))
        assert connection.recv(12) in {b"HTTP/1.1 400", b"HTTP/1.1 426"}


def test_s65_log_lines_carry_no_query_and_no_header(one: Running) -> None:
    one.get("/scope?token=canary-query", {"Authorization": "Bearer canary-header"})
    wait_for(lambda: "/scope" in one.output())
    assert "canary" not in one.output()
