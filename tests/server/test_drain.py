"""M8, I-37, F6, OP-2: a process that is asked to leave loses nobody."""

import http.client
import signal
import threading
import time
from contextlib import ExitStack
from contextlib import closing as closed_after

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from config.server.drain import reconnect_seconds
from config.server.limits import Limits
from tests.server.conftest import Serve
from tests.server.raw import RawWebsocket
from tests.server.running import wait_for

SOCKETS = 40
SLACK = 2.0  # of a process that shares its machine with others


def test_m8_sigterm_closes_every_socket_with_1012_spread(serve: Serve, server: str) -> None:
    one = serve(server)
    closes: list[tuple[float, int, str]] = []

    def watch(client: ClientConnection) -> None:
        with pytest.raises(ConnectionClosed):
            client.recv()
        code, reason = client.close_code or 0, client.close_reason or ""
        closes.append((time.monotonic(), code, reason))

    with ExitStack() as stack:
        clients = [stack.enter_context(connect(one.url("/note-end"))) for _ in range(SOCKETS)]
        watchers = [threading.Thread(target=watch, args=(client,)) for client in clients]
        for watcher in watchers:
            watcher.start()
        drained = one.drain()
        for watcher in watchers:
            watcher.join()
    assert {(code, reason) for _, code, reason in closes} == {(1012, "retry=5")}
    assert len(closes) == SOCKETS
    times = sorted(at for at, _, _ in closes)
    # The window is two seconds for forty; all in one tenth of it would be no spread.
    assert times[-1] - times[0] > 0.2
    assert one.notes() == ["start", *["1012"] * SOCKETS, "stop"]
    assert (drained["sockets"], drained["unfinished"]) == (SOCKETS, 0)
    assert drained["closing_seconds"] <= SOCKETS * 0.05 + SLACK


def test_a_request_in_work_is_answered_and_knows_that_the_process_drains(
    serve: Serve, server: str
) -> None:
    one = serve(server)
    answers: list[object] = []
    asking = threading.Thread(target=lambda: answers.append(one.get("/slow")))
    asking.start()
    wait_for(lambda: "asked" in one.notes())
    assert one.drain()["unfinished"] == 0
    asking.join()
    assert answers == [{"draining": True}]


def test_an_idle_connection_does_not_hold_the_process(serve: Serve, server: str) -> None:
    one = serve(server)
    with closed_after(http.client.HTTPConnection("127.0.0.1", one.port)) as kept:
        kept.request("GET", "/pid")
        kept.getresponse().read()
        assert one.drain()["seconds"] <= SLACK


def test_a_socket_that_never_answers_does_not_hold_the_process(serve: Serve, server: str) -> None:
    one = serve(server, linger_seconds=1)
    with closed_after(one.connect(receive_buffer=4096)) as connection:
        RawWebsocket(connection, "/flood-politely")
        drained = one.drain()
        assert (drained["sockets"], drained["unfinished"]) == (1, 0)
        assert drained["seconds"] <= 1 + SLACK


def test_an_application_that_does_not_end_is_cancelled(serve: Serve, server: str) -> None:
    one = serve(server, drain_seconds=2)
    with closed_after(one.connect()) as connection:
        connection.sendall(b"GET /for-ever HTTP/1.1\r\nHost: localhost\r\n\r\n")
        wait_for(lambda: "asked" in one.notes())
        assert one.drain()["unfinished"] == 1
    assert one.notes() == ["start", "asked", "stop"]


def test_op3_a_second_sigterm_ends_at_once(serve: Serve, server: str) -> None:
    one = serve(server, drain_seconds=1000, exit_seconds=1000)
    with closed_after(one.connect()) as connection:
        connection.sendall(b"GET /for-ever HTTP/1.1\r\nHost: localhost\r\n\r\n")
        wait_for(lambda: "asked" in one.notes())
        one.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert one.process.poll() is None
        assert one.terminate() == -signal.SIGTERM


def test_ctrl_c_and_the_supervisors_sigterm_are_one_request(serve: Serve, server: str) -> None:
    one = serve(server)
    asking = threading.Thread(target=one.get, args=("/slow",))
    asking.start()
    wait_for(lambda: "asked" in one.notes())
    one.process.send_signal(signal.SIGINT)
    assert one.drain()["unfinished"] == 0
    asking.join()


def test_a_thread_that_hangs_does_not_hold_the_process(serve: Serve, server: str) -> None:
    one = serve(server, drain_seconds=1, exit_seconds=3)
    with closed_after(one.connect()) as connection:
        connection.sendall(b"GET /hang HTTP/1.1\r\nHost: localhost\r\n\r\n")
        wait_for(lambda: "asked" in one.notes())
        assert one.terminate() == 0
    assert len(one.told("cut off")) == 1, "it ended before it was told to"


def test_i37_op2_the_limits_add_up_to_what_is_promised() -> None:
    """Sockets are sent away within 10 s, however many there are; the process is gone after 15."""
    limits = Limits()
    assert limits.spread_seconds + SLACK <= 10
    assert limits.spread_seconds + limits.linger_seconds < limits.drain_seconds
    assert limits.drain_seconds < limits.exit_seconds < 15


@pytest.mark.parametrize(("sockets", "seconds"), [(0, 5), (300, 5), (750, 10), (7_500, 100)])
def test_the_window_to_come_back_grows_with_the_sockets(
    sockets: int, seconds: int, settings: object
) -> None:
    settings.WEB_CONCURRENCY = 2  # type: ignore[attr-defined]  # pytest-django's own
    assert reconnect_seconds(sockets) == seconds
